//! `Occurs`: what there is in a file, so that a rule is asked only where what it is about occurs.

use super::Reference;
use crate::instruction::{Arg, Instruction};
use crate::model::{Dockerfile, Stage};
use crate::reference::{Source, args};

/// The features that occur in an instruction, in a reference, or anywhere in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Occurs(u32);

impl Occurs {
    /// Nothing.
    pub(crate) const NOTHING: Occurs = Occurs(0);
    /// References to stages, images and contexts: see [`sources`](super::sources).
    pub(crate) const SOURCES: Occurs = Occurs(1);
    /// An ARG.
    pub(crate) const ARG: Occurs = Occurs(1 << 1);
    /// A description of an ARG or of a stage.
    pub(crate) const DESCRIPTION: Occurs = Occurs(1 << 2);
    /// `--exclude`.
    pub(crate) const EXCLUDE: Occurs = Occurs(1 << 3);
    /// A command that is made of words and commands: see [`Made`](crate::instruction::Made).
    pub(crate) const MADE: Occurs = Occurs(1 << 4);
    /// An ONBUILD, with whatever its trigger has.
    pub(crate) const TRIGGER: Occurs = Occurs(1 << 5);

    /// A file: what every one of them is.
    pub(crate) const FILE: Occurs = Occurs(1 << 6);
    /// A global ARG.
    pub(crate) const GLOBAL_ARG: Occurs = Occurs(1 << 7);
    /// A declared context.
    pub(crate) const CONTEXT: Occurs = Occurs(1 << 8);
    /// A stage that is marked as a target.
    pub(crate) const TARGET: Occurs = Occurs(1 << 9);
    /// A stage that has been removed.
    pub(crate) const REMOVED: Occurs = Occurs(1 << 10);
    /// An engine that the file is built by.
    pub(crate) const ENGINE: Occurs = Occurs(1 << 11);
    /// An expression in FROM.
    pub(crate) const BASE_EXPRESSION: Occurs = Occurs(1 << 12);
    /// A reference to a context.
    pub(crate) const TO_CONTEXT: Occurs = Occurs(1 << 13);
    /// A reference by the number of a stage.
    pub(crate) const BY_INDEX: Occurs = Occurs(1 << 14);
    /// A reference to a stage that there is none of.
    pub(crate) const TO_NONE: Occurs = Occurs(1 << 15);
    /// A reference of a stage to itself.
    pub(crate) const TO_ITSELF: Occurs = Occurs(1 << 16);
    /// A reference to a later stage.
    pub(crate) const FORWARD: Occurs = Occurs(1 << 17);
    /// A default of an argument that Docker gives its value.
    pub(crate) const PLATFORM_DEFAULT: Occurs = Occurs(1 << 18);
    /// A comment above FROM, at the top of the file, or, it may be, above ARG.
    pub(crate) const COMMENT: Occurs = Occurs(1 << 19);

    /// Returns the features that occur in a file beside its stages.
    pub(super) fn beside_stages(file: &Dockerfile) -> Occurs {
        let beside = &file.beside;
        let mut all = Occurs::FILE
            .and(Occurs::GLOBAL_ARG.if_so(!file.args.is_empty()))
            .and(Occurs::CONTEXT.if_so(!beside.contexts.is_empty()))
            .and(Occurs::TARGET.if_so(!beside.targets.is_empty()))
            .and(Occurs::REMOVED.if_so(!beside.removed.is_empty()))
            .and(Occurs::COMMENT.if_so(!file.header.is_empty()));
        for arg in &file.args {
            let comments = Occurs::COMMENT.if_so(!arg.comments().is_empty());
            all = all.and(comments).and(Occurs::of_arg(arg.instruction()));
        }
        all
    }

    /// Returns the features that occur in a stage beside its steps and its references.
    #[inline]
    pub(super) fn of_stage(stage: &Stage) -> Occurs {
        let from = &stage.from;
        let is_expression = match &from.base {
            Source::Image(image) => !image.text().is_literal(),
            _ => false,
        };
        let platform = from.platform.as_ref();
        let is_expression = is_expression || platform.is_some_and(|it| !it.text().is_literal());
        let described = stage.description().is_some();
        let comments = Occurs::COMMENT.if_so(!stage.comments().is_empty());
        let base = Occurs::BASE_EXPRESSION.if_so(is_expression);
        base.and(Occurs::DESCRIPTION.if_so(described)).and(comments)
    }

    /// Returns the features that a reference has.
    #[inline]
    pub(super) fn of_reference(reference: &Reference<'_>) -> Occurs {
        let source = match reference.source {
            Source::Context(_) => Occurs::TO_CONTEXT,
            Source::Index(_) => Occurs::BY_INDEX,
            Source::Stage(_) => Occurs::TO_NONE.if_so(reference.target().is_none()),
            Source::Image(_) => Occurs::default(),
        };
        let Some(target) = reference.target() else {
            return source;
        };
        source
            .and(Occurs::TO_ITSELF.if_so(target == reference.stage()))
            .and(Occurs::FORWARD.if_so(target > reference.stage()))
    }

    /// Returns the features that an ARG has, wherever it is.
    fn of_arg(arg: &Arg) -> Occurs {
        let mut all = Occurs::default();
        for declared in arg.declarations() {
            let name = declared.name().as_str();
            let default = declared.default().is_some() && args::NAMES.contains(&name);
            all = all
                .and(Occurs::DESCRIPTION.if_so(declared.description().is_some()))
                .and(Occurs::PLATFORM_DEFAULT.if_so(default));
        }
        all
    }

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
            Instruction::Arg(arg) => Occurs::ARG.and(Occurs::of_arg(arg)),
            Instruction::Cmd(_) | Instruction::Entrypoint(_) | Instruction::Healthcheck(_) => {
                made(instruction)
            }
            Instruction::Onbuild(_) => Occurs::TRIGGER.and(made(instruction)),
            _ => none,
        }
    }

    /// These and others.
    #[inline]
    pub(crate) const fn and(self, other: Occurs) -> Occurs {
        Occurs(self.0 | other.0)
    }

    /// Returns `true` if one of these occurs.
    pub(crate) fn has(self, any: Occurs) -> bool {
        self.0 & any.0 != 0
    }

    #[inline]
    pub(crate) fn if_so(self, occurs: bool) -> Occurs {
        match occurs {
            true => self,
            false => Occurs::default(),
        }
    }
}

#[inline]
fn made(instruction: &Instruction) -> Occurs {
    Occurs::MADE.if_so(instruction.made().is_some())
}
