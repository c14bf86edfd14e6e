//! The variables that stages use while they are built, and whether something has set them there.

use super::{images, shell, walk};
use crate::check::Checking;
use crate::check::topics::Topics;
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

/// Calls back for every use of a variable that is wanted, without those that have a default of
/// their own. What `found` says counts for the names that are wanted.
pub(super) fn each_use<'m>(
    checking: &Checking<'m>,
    wanted: &dyn Fn(&str) -> bool,
    found: &mut dyn FnMut(Used<'_, 'm>) -> Goes,
) {
    let using = using(checking, wanted);
    if using.is_empty() {
        return;
    }
    let mut using = using.into_iter().peekable();
    let roots = walk::roots(checking.resolved);
    let stages = checking.resolved.stages();
    let count = checking.context.file.stages.len();
    // The names that each stage has, from its own instructions or from those of a stage below it.
    let mut ends: Vec<Map<()>> = Vec::with_capacity(count);
    for stage in 0..count {
        if using.peek().is_none() {
            break;
        }
        let mut names = Map::default();
        if let Some(below) = walk::base(checking.resolved, stage) {
            names = ends.get(below).cloned().unwrap_or_default();
            for step in walk::steps(checking, below) {
                if let Instruction::Onbuild(onbuild) = step.instruction {
                    if let Some(triggered) = onbuild.instruction() {
                        declare(triggered, wanted, &mut names);
                    }
                }
            }
        }
        let root = roots.get(stage).and_then(|root| stages.get(*root));
        let base = root.map(|root| (root.base(), root.is_known()));
        for (nth, step) in walk::steps(checking, stage).enumerate() {
            if using.next_if_eq(&(stage, nth)).is_some() {
                let vars = stages.get(stage).and_then(|stage| stage.vars(nth));
                for (part, name) in uses(checking, &step) {
                    if !wanted(name) {
                        continue;
                    }
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
            }
            declare(step.instruction, wanted, &mut names);
        }
        ends.push(names);
    }
}

/// The instructions that may use a variable that is wanted, by stage and step: nothing else is
/// worked out for the others.
fn using(checking: &Checking<'_>, wanted: &dyn Fn(&str) -> bool) -> Vec<(usize, usize)> {
    let mut using = Vec::new();
    for (stage, nth) in checking.steps.with(Topics::VARIABLE) {
        let Some(step) = walk::step(checking, stage, nth) else {
            continue;
        };
        let mut in_text = false;
        step.instruction.each_text(&mut |_, text| {
            if !in_text && !text.is_literal() {
                let variables = text.variables();
                in_text = variables.iter().any(|variable| wanted(variable.name()));
            }
        });
        let in_shell = || {
            let text = step.shell_text();
            text.is_some_and(|(_, text)| shell::may_use(text, wanted))
        };
        if in_text || in_shell() {
            using.push((stage, nth));
        }
    }
    using
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

/// Adds what an instruction declares or sets of the names that are wanted.
fn declare(instruction: &Instruction, wanted: &dyn Fn(&str) -> bool, names: &mut Map<()>) {
    let mut add = |name: &str| {
        if wanted(name) {
            names.insert(name, ());
        }
    };
    match instruction {
        Instruction::Arg(arg) => {
            for declared in arg.declarations() {
                add(declared.name().as_str());
            }
        }
        Instruction::Env(env) => {
            for pair in &env.pairs {
                if let Some(key) = pair.key.as_literal() {
                    add(key);
                }
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
