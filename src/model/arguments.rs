//! The build arguments that the steps of a stage use, and those that they declare.

use super::lookup::Names;
use super::{Dockerfile, Stage, Step};
use crate::instruction::{Arg, From, Instruction};
use crate::limits;
use crate::reference::{ArgName, Source, args};
use crate::syntax::Part;
use crate::text::expression::is_name;
use crate::text::{Piece, Text, Variable, View};

/// Returns `true` if steps declare an argument by ARG, or set it by ENV. A step that uses an
/// argument is taken for a sign that it is declared above, which spares the walk over earlier
/// steps.
pub(crate) fn declare(steps: &[Step], name: &str) -> bool {
    steps.iter().rev().any(|step| {
        let instruction = step.instruction();
        let mut found = sets(instruction, name);
        instruction.each_text(&mut |part, text| {
            found |= uses(text, name) && !declares(declared_before(instruction, part), name);
        });
        found
    })
}

/// Returns `true` if a trigger of the steps declares, sets or uses an argument.
pub(crate) fn trigger_declares(steps: &[Step], name: &str) -> bool {
    steps.iter().rev().any(|step| {
        let Instruction::Onbuild(onbuild) = step.instruction() else {
            return false;
        };
        let mut found = false;
        if let Some(trigger) = onbuild.instruction() {
            declared_by(trigger, &mut |declared| found |= declared == name);
        }
        found
    })
}

/// Returns `true` if a text uses an argument.
fn uses(text: &Text, name: &str) -> bool {
    let View::Expression(pieces) = text.view() else {
        return false;
    };
    let is_it = |variable: &Variable| variable.name() == name && is_argument(variable);
    pieces.iter().any(|piece| match piece {
        Piece::Literal(_) => false,
        Piece::Variable(variable) if variable.modifier().is_none() => is_it(variable),
        Piece::Variable(_) => text.variables().into_iter().any(is_it),
    })
}

/// Returns `true` if a variable is an argument that a stage declares by itself: Docker gives it a
/// value, or it was given by its handle. A name that no variable has is reported where it is used.
fn is_argument(variable: &Variable) -> bool {
    let name = variable.name();
    args::NAMES.contains(&name) || (variable.is_handle() && is_name(name))
}

/// Returns `true` if an instruction declares an argument by ARG, or sets it by ENV.
fn sets(instruction: &Instruction, name: &str) -> bool {
    match instruction {
        Instruction::Arg(arg) => declares(arg.declarations(), name),
        Instruction::Env(env) => {
            let mut pairs = env.pairs.iter();
            pairs.any(|pair| pair.key.as_literal() == Some(name))
        }
        _ => false,
    }
}

/// Calls back with each name that an instruction declares, sets or uses: a step that [`declare`]
/// finds.
pub(super) fn declared_by(instruction: &Instruction, found: &mut dyn FnMut(&str)) {
    set_by(instruction, found);
    for name in used_args(instruction) {
        found(name.as_str());
    }
}

/// Calls back with each name that an instruction declares by ARG or sets by ENV.
fn set_by(instruction: &Instruction, found: &mut dyn FnMut(&str)) {
    match instruction {
        Instruction::Arg(arg) => {
            for declaration in arg.declarations() {
                found(declaration.name().as_str());
            }
        }
        Instruction::Env(env) => {
            for pair in &env.pairs {
                if let Some(key) = pair.key.as_literal() {
                    found(key);
                }
            }
        }
        _ => {}
    }
}

fn declares(declarations: &[crate::instruction::Declaration], name: &str) -> bool {
    let mut declarations = declarations.iter();
    declarations.any(|declared| declared.name().as_str() == name)
}

/// The arguments that an instruction uses before it declares them itself, each once: those that
/// Docker gives a value to, and those that were given by their handle.
pub(crate) fn used_args(instruction: &Instruction) -> Vec<ArgName> {
    let mut found: Vec<ArgName> = Vec::new();
    instruction.each_text(&mut |part, text| {
        for variable in text.variables() {
            let name = variable.name();
            let is_found = found.iter().any(|found| found.as_str() == name);
            if is_argument(variable)
                && !is_found
                && !declares(declared_before(instruction, part), name)
            {
                found.push(ArgName::new(name));
            }
        }
    });
    found
}

/// The arguments that an ARG declares before one of its own defaults is expanded.
fn declared_before(instruction: &Instruction, part: Part) -> &[crate::instruction::Declaration] {
    match (instruction, part) {
        (Instruction::Arg(arg), Part::Value(nth)) => {
            arg.declarations().get(..nth).unwrap_or_default()
        }
        _ => &[],
    }
}

impl Dockerfile {
    /// Declares, in a stage that a program adds, the global ARGs that its expressions spell as a
    /// handle is spelled: `expr(format!("/opt/{version}"))`. Those that a stage below it has set
    /// are left alone.
    pub(crate) fn declare_spelled_args(&mut self, stage: &mut Stage) {
        if self.args.is_empty() {
            return;
        }
        let mut added: Vec<(usize, Step)> = Vec::new();
        let mut known = Names::new();
        for (n, step) in stage.steps.iter().enumerate() {
            if step.origin.location().is_some() {
                step.instruction().each_text(&mut |part, text| {
                    for name in spelled_handles(text) {
                        if !known.contains_key(name)
                            && !declares(declared_before(step.instruction(), part), name)
                        {
                            known.insert(name.into(), n);
                            if self.declares_global(name) && !self.sets_below(&stage.from, name) {
                                added.push((n, Step::at(Arg::new(name).into(), step.origin)));
                            }
                        }
                    }
                });
            }
            set_by(step.instruction(), &mut |name| {
                known.insert(name.into(), n);
            });
        }
        if added.is_empty() {
            return;
        }
        let steps = std::mem::take(&mut stage.steps);
        let mut added = added.into_iter().peekable();
        stage.steps.reserve(steps.len() + added.len());
        for (n, step) in steps.into_iter().enumerate() {
            while let Some((_, arg)) = added.next_if(|(above, _)| *above == n) {
                stage.steps.push(arg);
            }
            stage.steps.push(step);
        }
        stage.declared.forget();
    }

    /// Returns `true` if one of the stages that a new stage starts from sets a variable.
    fn sets_below(&mut self, from: &From, name: &str) -> bool {
        let mut base = from.base.clone();
        for _ in 0..limits::BASE_CHAIN {
            let Source::Stage(below) = &base else {
                return false;
            };
            let at = self.position_of(below);
            let Some(below) = at.and_then(|at| self.stages.get(at)) else {
                return false;
            };
            let mut steps = below.steps.iter();
            if steps.any(|step| sets(step.instruction(), name)) {
                return true;
            }
            base = below.from.base.clone();
        }
        true
    }
}

/// The variables of a text that are spelled as the handle of an argument is: `${NAME}`.
fn spelled_handles(text: &Text) -> impl Iterator<Item = &str> {
    let pieces = match text.view() {
        View::Expression(pieces) => pieces,
        _ => &[],
    };
    pieces.iter().filter_map(|piece| match piece {
        Piece::Variable(variable) if variable.is_braced() && variable.modifier().is_none() => {
            Some(variable.name())
        }
        _ => None,
    })
}
