//! `Occurs`: what there is in the steps of a file, so that a rule is asked only where what it is
//! about occurs.

use crate::instruction::Instruction;

/// The features that occur in an instruction, or in any instruction of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Occurs(u8);

impl Occurs {
    /// References to stages, images and contexts: see [`sources`](super::sources).
    pub(crate) const SOURCES: Occurs = Occurs(1);
    /// An ARG.
    pub(crate) const ARG: Occurs = Occurs(1 << 1);
    /// An ARG with a description.
    pub(crate) const DESCRIPTION: Occurs = Occurs(1 << 2);
    /// `--exclude`.
    pub(crate) const EXCLUDE: Occurs = Occurs(1 << 3);
    /// A command that is made of words and commands: see [`Made`](crate::instruction::Made).
    pub(crate) const MADE: Occurs = Occurs(1 << 4);
    /// An ONBUILD, with whatever its trigger has.
    pub(crate) const TRIGGER: Occurs = Occurs(1 << 5);

    /// Returns the features that occur in an instruction.
    #[inline]
    pub(crate) fn of(instruction: &Instruction) -> Occurs {
        let none = Occurs::default();
        match instruction {
            Instruction::Run(run) => {
                let mounts = Occurs::SOURCES.if_so(!run.mounts.is_empty());
                mounts.and(made(instruction))
            }
            Instruction::Copy(copy) => {
                let from = Occurs::SOURCES.if_so(copy.from.is_some());
                from.and(Occurs::EXCLUDE.if_so(!copy.exclude.is_empty()))
            }
            Instruction::Add(add) => Occurs::EXCLUDE.if_so(!add.exclude.is_empty()),
            Instruction::Arg(arg) => {
                let mut declarations = arg.declarations().iter();
                let described = declarations.any(|it| it.description().is_some());
                Occurs::ARG.and(Occurs::DESCRIPTION.if_so(described))
            }
            Instruction::Cmd(_) | Instruction::Entrypoint(_) | Instruction::Healthcheck(_) => {
                made(instruction)
            }
            Instruction::Onbuild(_) => Occurs::TRIGGER.and(made(instruction)),
            _ => none,
        }
    }

    /// These and others.
    pub(crate) fn and(self, other: Occurs) -> Occurs {
        Occurs(self.0 | other.0)
    }

    /// Returns `true` if one of these occurs.
    pub(crate) fn has(self, any: Occurs) -> bool {
        self.0 & any.0 != 0
    }

    fn if_so(self, occurs: bool) -> Occurs {
        match occurs {
            true => self,
            false => Occurs::default(),
        }
    }
}

fn made(instruction: &Instruction) -> Occurs {
    let text = instruction.shell_text();
    Occurs::MADE.if_so(text.is_some_and(|text| text.made().is_some()))
}
