//! The global ARGs of two files: whether they can be one list, and the list.

use indexmap::{IndexMap, IndexSet};

use super::merge::MergeConflict;
use crate::edit::ACTING_ARGS;
use crate::instruction::{Arg, Instruction};
use crate::model::{Dockerfile, Step};
use crate::reference::{ArgName, Source};
use crate::text::Text;

/// Finds the names whose meaning in one file would change through the default in the other.
pub(super) fn conflicts(here: &Dockerfile, there: &Dockerfile) -> Vec<MergeConflict> {
    let (globals, others) = (Globals::of(here), Globals::of(there));
    let mut conflicts = Vec::new();
    for (name, default) in &globals.defaults {
        match others.defaults.get(name) {
            Some(other) if default != other => conflicts.push(MergeConflict::Default {
                name: (*name).to_owned(),
                here: default.last().copied().flatten().cloned(),
                there: other.last().copied().flatten().cloned(),
            }),
            // Used above its declaration, a name would find the one of this file.
            Some(_) if others.uses.contains(name) => {
                conflicts.extend(captured(name, default, &others, DeclaredIn::This));
            }
            Some(_) => conflicts.extend(own_stage(name, default, there)),
            None => conflicts.extend(captured(name, default, &others, DeclaredIn::This)),
        }
    }
    for (name, default) in &others.defaults {
        if !globals.defaults.contains_key(name) {
            conflicts.extend(captured(name, default, &globals, DeclaredIn::Other));
        }
    }
    conflicts
}

/// The stage of the file that is merged that an argument names in both files. In each it is a stage
/// of that file.
fn own_stage(name: &str, default: &[Option<&Text>], there: &Dockerfile) -> Option<MergeConflict> {
    if !ACTING_ARGS.contains(&name) {
        return None;
    }
    let default = default.iter().copied().flatten().next_back()?;
    let mut items = default.as_literal()?.split(',').map(str::trim);
    let stage = items.find_map(|item| there.find(item)?.name())?;
    Some(MergeConflict::TwoStages {
        name: name.to_owned(),
        stage: stage.clone(),
    })
}

/// The file that declares an argument.
#[derive(PartialEq, Eq)]
enum DeclaredIn {
    /// The one that receives.
    This,
    /// The one that is merged.
    Other,
}

fn captured(
    name: &str,
    default: &[Option<&Text>],
    other: &Globals<'_>,
    declared: DeclaredIn,
) -> Option<MergeConflict> {
    let default = default.iter().copied().flatten().next_back()?;
    let acts = other.has_stages && ACTING_ARGS.contains(&name);
    (other.uses.contains(name) || acts).then(|| MergeConflict::Captured {
        name: name.to_owned(),
        default: default.clone(),
        here: declared == DeclaredIn::This,
    })
}

/// Adds the global ARGs that are not there yet.
pub(super) fn unite(args: &mut Vec<Step<Arg>>, others: Vec<Step<Arg>>) {
    let declared: IndexSet<ArgName> = args
        .iter()
        .flat_map(|step| step.instruction().declarations())
        .map(|declaration| declaration.name().clone())
        .collect();
    for mut step in others {
        let declarations = &mut step.instruction_mut().declarations;
        let nothing = declarations.is_empty();
        declarations.retain(|declaration| !declared.contains(declaration.name()));
        if nothing || !declarations.is_empty() {
            args.push(step);
        }
    }
}

/// The global ARGs of a file, and the names that it uses where a global ARG would be looked up.
struct Globals<'m> {
    /// The defaults of each, in order.
    defaults: IndexMap<&'m str, Vec<Option<&'m Text>>>,
    /// The names that are used before they are declared, or that are not declared at all.
    uses: IndexSet<&'m str>,
    has_stages: bool,
}

impl<'m> Globals<'m> {
    fn of(file: &'m Dockerfile) -> Globals<'m> {
        let mut globals = Globals {
            defaults: IndexMap::new(),
            uses: IndexSet::new(),
            has_stages: !file.stages.is_empty(),
        };
        for step in &file.args {
            for declaration in step.instruction().declarations() {
                if let Some(default) = declaration.default() {
                    globals.use_text(default);
                }
                let name = declaration.name().as_str();
                let defaults = globals.defaults.entry(name).or_default();
                // Said twice is said once.
                if defaults.last() != Some(&declaration.default()) {
                    defaults.push(declaration.default());
                }
            }
        }
        for stage in &file.stages {
            if let Source::Image(image) = &stage.from.base {
                globals.use_text(image.text());
            }
            if let Some(platform) = &stage.from.platform {
                globals.use_text(platform.text());
            }
            for step in &stage.steps {
                let instruction = match step.instruction() {
                    Instruction::Onbuild(onbuild) => onbuild.instruction(),
                    instruction => Some(instruction),
                };
                if let Some(Instruction::Arg(arg)) = instruction {
                    let bare = arg.declarations().iter();
                    for declaration in bare.filter(|arg| arg.default().is_none()) {
                        globals.use_name(declaration.name().as_str());
                    }
                }
            }
        }
        globals
    }

    fn use_text(&mut self, text: &'m Text) {
        for variable in text.variables() {
            self.use_name(variable.name());
        }
    }

    fn use_name(&mut self, name: &'m str) {
        if !self.defaults.contains_key(name) {
            self.uses.insert(name);
        }
    }
}
