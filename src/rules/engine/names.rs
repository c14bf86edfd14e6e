//! `Names`: where the stages declare and set variables, as ARGs and ENVs that an engine does not
//! treat alike.

use crate::instruction::Instruction;
use crate::model::Dockerfile;
use crate::order::order;
use crate::reference::args;
use crate::syntax::{At, Part};
use crate::text::Text;

/// The number of stages below a stage that are looked at.
const CHAIN: usize = 64;

/// The number of times that a name of one stage is looked at.
const AGAIN: usize = 64;

/// The ARGs and ENVs of the stages.
pub(crate) struct Names<'m> {
    /// Sorted by name, then by place.
    declared: Vec<Declared<'m>>,
    /// The global ARGs, sorted.
    globals: Vec<&'m str>,
}

/// A name where a stage declares or sets it.
#[derive(Clone, Copy)]
pub(crate) struct Declared<'m> {
    pub(crate) name: &'m str,
    pub(crate) stage: usize,
    pub(crate) step: usize,
    pub(crate) nth: usize,
    pub(crate) what: What<'m>,
}

#[derive(Clone, Copy)]
pub(crate) enum What<'m> {
    /// An ARG, with its default.
    Arg(Option<&'m Text>),
    /// An ENV, with its value.
    Env(&'m Text),
}

impl Declared<'_> {
    pub(crate) fn at(&self) -> At {
        At::Step {
            stage: self.stage,
            step: self.step,
        }
    }

    pub(crate) fn key(&self) -> Part {
        Part::Key(self.nth)
    }

    fn place(&self) -> (usize, usize, usize) {
        (self.stage, self.step, self.nth)
    }
}

impl<'m> Names<'m> {
    pub(crate) fn of(file: &'m Dockerfile) -> Names<'m> {
        let mut declared = Vec::new();
        for (stage, item) in file.stages.iter().enumerate() {
            for (step, item) in item.steps.iter().enumerate() {
                let mut add = |nth: usize, name: &'m str, what: What<'m>| {
                    declared.push(Declared {
                        name,
                        stage,
                        step,
                        nth,
                        what,
                    });
                };
                match item.instruction() {
                    Instruction::Arg(arg) => {
                        for (nth, it) in arg.declarations().iter().enumerate() {
                            add(nth, it.name().as_str(), What::Arg(it.default()));
                        }
                    }
                    Instruction::Env(env) => {
                        for (nth, pair) in env.pairs.iter().enumerate() {
                            if let Some(name) = pair.key.as_literal() {
                                add(nth, name, What::Env(&pair.value));
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        let order = order(declared.len(), &|a, b| {
            let key = |n: usize| declared.get(n).map(|it| (it.name, it.place()));
            key(a).cmp(&key(b))
        });
        let declared = order.iter().filter_map(|n| declared.get(*n).copied());
        let declared = declared.collect();
        let mut globals: Vec<&str> = Vec::new();
        for arg in &file.args {
            for declaration in arg.instruction().declarations() {
                globals.push(declaration.name().as_str());
            }
        }
        globals.sort_unstable();
        Names { declared, globals }
    }

    /// All of them, sorted by name, then by place.
    pub(crate) fn all(&self) -> &[Declared<'m>] {
        &self.declared
    }

    pub(crate) fn is_global(&self, name: &str) -> bool {
        self.globals.binary_search(&name).is_ok()
    }

    /// Returns `true` if an ARG has a value without that the build gives it one.
    pub(crate) fn has_value(&self, name: &str, default: Option<&Text>) -> bool {
        default.is_some() || self.is_global(name) || args::NAMES.contains(&name)
    }

    /// The places above a step where a stage has a name, the last one first; the first ones of many
    /// are left out.
    pub(crate) fn above(
        &self,
        name: &str,
        stage: usize,
        step: usize,
    ) -> impl Iterator<Item = &Declared<'m>> {
        let end = self.declared.partition_point(|it| {
            it.name
                .cmp(name)
                .then_with(|| (it.stage, it.step).cmp(&(stage, step)))
                .is_lt()
        });
        let before = self.declared.get(..end).unwrap_or_default().iter().rev();
        before
            .take_while(move |it| it.stage == stage && it.name == name)
            .take(AGAIN)
    }

    /// The places where the stages below a stage have a name, the nearest stage first.
    pub(crate) fn below(
        &self,
        name: &str,
        stage: usize,
        base: &dyn Fn(usize) -> Option<usize>,
    ) -> Option<&Declared<'m>> {
        let mut next = base(stage);
        for _ in 0..CHAIN {
            let below = next?;
            let mut found = self.above(name, below, usize::MAX);
            let with_value = found.find(|it| match it.what {
                What::Env(_) => true,
                What::Arg(default) => self.has_value(name, default),
            });
            if with_value.is_some() {
                return with_value;
            }
            next = base(below);
        }
        None
    }
}
