//! The variables that stages use while they are built, and whether something has set them there.

use super::{images, walk};
use crate::check::Checking;
use crate::instruction::Instruction;
use crate::resolve::ResolvedBase;
use crate::scope::Map;
use crate::syntax::Part;
use crate::text::Operator;

/// A variable where an instruction uses it.
pub(super) struct Used<'c, 'm> {
    pub(super) stage: usize,
    pub(super) step: &'c walk::Step<'m>,
    pub(super) part: Part,
    pub(super) name: &'c str,
    /// `true` if the stage, or one that it starts from, declares or sets it above.
    pub(super) is_declared: bool,
    /// `true` if it has a value in the resolved configuration.
    pub(super) has_value: bool,
    /// The base of the first stage of its chain, and `true` if all of that is known.
    base: Option<(&'c ResolvedBase, bool)>,
}

impl Used<'_, '_> {
    pub(super) fn is_set(&self) -> bool {
        self.is_declared || self.has_value
    }

    /// Returns `true` if the image that the chain starts from may set the variable. `of_platform`:
    /// whether it is a platform argument.
    pub(super) fn base_may_set(&self, of_platform: bool) -> bool {
        base_may_set(self.base, self.name, of_platform)
    }
}

/// `true` if a variable counts as declared from here on.
pub(super) enum Goes {
    On,
    Known,
}

/// Calls back for every use of a variable, without those that have a default of their own.
pub(super) fn each_use<'m>(checking: &Checking<'m>, found: &mut dyn FnMut(Used<'_, 'm>) -> Goes) {
    let roots = walk::roots(checking.resolved);
    let stages = checking.resolved.stages();
    let count = checking.context.file.stages.len();
    // The names that each stage has, from its own instructions or from those of a stage below it.
    let mut ends: Vec<Map<()>> = Vec::with_capacity(count);
    for stage in 0..count {
        let mut names = Map::default();
        if let Some(below) = walk::base(checking.resolved, stage) {
            names = ends.get(below).cloned().unwrap_or_default();
            for step in walk::steps(checking, below) {
                if let Instruction::Onbuild(onbuild) = step.instruction {
                    if let Some(triggered) = onbuild.instruction() {
                        declare(triggered, &mut names);
                    }
                }
            }
        }
        let root = roots.get(stage).and_then(|root| stages.get(*root));
        let base = root.map(|root| (root.base(), root.is_known()));
        for (nth, step) in walk::steps(checking, stage).enumerate() {
            let vars = stages.get(stage).and_then(|stage| stage.vars(nth));
            for (part, name) in uses(checking, &step) {
                let used = Used {
                    stage,
                    step: &step,
                    part,
                    name,
                    is_declared: names.contains(name),
                    has_value: vars.is_some_and(|vars| vars.contains(name)),
                    base,
                };
                if let Goes::Known = found(used) {
                    names.insert(name, ());
                }
            }
            declare(step.instruction, &mut names);
        }
        ends.push(names);
    }
}

/// The variables that an instruction reads while it is built, without those that it says a default
/// for.
fn uses<'c, 'm>(checking: &'c Checking<'m>, step: &walk::Step<'m>) -> Vec<(Part, &'c str)> {
    let mut found = Vec::new();
    step.instruction.each_text(&mut |part, text| {
        for variable in text.variables() {
            let guarded = variable.modifier().is_some_and(|modifier| {
                matches!(
                    modifier.operator(),
                    Operator::Default
                        | Operator::DefaultIfEmpty
                        | Operator::Alternative
                        | Operator::AlternativeIfFilled
                        | Operator::Error
                        | Operator::ErrorIfEmpty
                )
            });
            if !guarded {
                found.push((part, variable.name()));
            }
        }
    });
    for (part, script) in step.scripts_with_variables(checking) {
        // Other text that it runs may set anything.
        if script.sources {
            continue;
        }
        let set = &script.set;
        let used = script
            .uses
            .iter()
            .filter(|found| !found.guarded && !set.contains(found.name));
        found.extend(used.map(|found| (*part, found.name)));
    }
    found
}

fn declare(instruction: &Instruction, names: &mut Map<()>) {
    match instruction {
        Instruction::Arg(arg) => {
            for declared in arg.declarations() {
                names.insert(declared.name().as_str(), ());
            }
        }
        Instruction::Env(env) => {
            for key in env.pairs.iter().filter_map(|pair| pair.key.as_literal()) {
                names.insert(key, ());
            }
        }
        _ => {}
    }
}

/// Returns `true` if what a stage starts from may set a variable.
fn base_may_set(base: Option<(&ResolvedBase, bool)>, name: &str, of_platform: bool) -> bool {
    match base {
        Some((_, true)) => false,
        // No image says what it is built for in these.
        Some(_) if of_platform => false,
        Some((ResolvedBase::Image(image), false)) => match images::known(image) {
            Some(known) => {
                name == "PATH" || known.sets.iter().any(|prefix| name.starts_with(prefix))
            }
            None => true,
        },
        _ => true,
    }
}
