//! Renaming stages: every reference follows, and what cannot follow is rejected.

use indexmap::{IndexMap, IndexSet};
use std::fmt;

use super::UnknownStage;
use crate::edges::{Expressions, NamesAbove};
use crate::instruction::{Arg, Instruction};
use crate::model::Dockerfile;
use crate::reference::{Image, Source, StageName};
use crate::text::{Text, literal};

/// The error of [`Dockerfile::rename`]. The file is unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RenameError {
    /// There is no such stage.
    UnknownStage(UnknownStage),
    /// Another stage has the new name.
    Taken(StageName),
    /// A base that is an expression can name the stage, and cannot follow: its text comes from
    /// build arguments.
    BrokenBase {
        /// The expression.
        base: Image,
        /// The old name.
        from: StageName,
        /// The new name.
        to: StageName,
    },
    /// A base that is an expression would name the stage by its new name.
    ShadowedBase {
        /// The expression.
        base: Image,
        /// The new name.
        to: StageName,
    },
}

impl fmt::Display for RenameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RenameError::UnknownStage(error) => error.fmt(f),
            RenameError::Taken(name) => write!(f, "another stage is named `{name}` already"),
            RenameError::BrokenBase { base, from, to } => write!(
                f,
                "FROM `{base}` can name the stage `{from}`, and could not name it as `{to}`: for the same build \
                arguments Docker would pull an image `{from}`"
            ),
            RenameError::ShadowedBase { base, to } => write!(
                f,
                "FROM `{base}` does not name the stage, and would if it is named `{to}`"
            ),
        }
    }
}

impl std::error::Error for RenameError {}

impl From<UnknownStage> for RenameError {
    fn from(error: UnknownStage) -> RenameError {
        RenameError::UnknownStage(error)
    }
}

/// A base that is an expression, and that would mean something else after stages are renamed.
pub(crate) enum Broken {
    /// It can name a stage, and could not by its new name.
    Lost {
        base: Image,
        from: StageName,
        to: StageName,
    },
    /// It would name a stage by its new name.
    Caught { base: Image, to: StageName },
}

impl Broken {
    pub(crate) fn base(&self) -> &Image {
        let (Broken::Lost { base, .. } | Broken::Caught { base, .. }) = self;
        base
    }
}

impl From<Broken> for RenameError {
    fn from(broken: Broken) -> RenameError {
        match broken {
            Broken::Lost { base, from, to } => RenameError::BrokenBase { base, from, to },
            Broken::Caught { base, to } => RenameError::ShadowedBase { base, to },
        }
    }
}

impl Dockerfile {
    /// Renames a stage; every reference to it follows, in triggers too. Returns the new handle.
    ///
    /// # Errors
    ///
    /// The file stays as it was if
    ///
    /// - it has no such stage;
    /// - another stage has the new name;
    /// - a base that is an expression can name the stage, such as `FROM binaries-$TARGETOS`,
    ///   `FROM $BASE` where the default of `BASE` is a stage, or `FROM $BASE` where it has no
    ///   default: a build argument does not follow;
    /// - a base that is an expression would name the stage by its new name.
    ///
    /// A base whose default is an image, such as `FROM $BASE` after `ARG BASE=alpine`, stops no
    /// renaming.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::Dockerfile;
    ///
    /// let mut file = Dockerfile::parse(
    ///     "FROM alpine AS base\nFROM base\nCOPY --from=base /a /b\n"
    /// )?;
    /// file.rename("base", "tools")?;
    /// assert_eq!(file.render()?, "FROM alpine AS tools\n\nFROM tools\nCOPY --from=tools /a /b\n");
    /// assert_eq!(file.rename("tool", "base").unwrap_err().to_string(),
    ///     "no stage is named `tool`; did you mean `tools`?");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rename(
        &mut self,
        from: impl Into<StageName>,
        to: impl Into<StageName>,
    ) -> Result<StageName, RenameError> {
        let (from, to) = (from.into(), to.into());
        self.known(&from)?;
        if from == to {
            return Ok(to);
        }
        if self.position(&to).is_some() {
            return Err(RenameError::Taken(to));
        }
        let names = IndexMap::from([(from.clone(), to.clone())]);
        if let Some(broken) = self.broken_bases(&names).into_iter().next() {
            return Err(broken.into());
        }
        self.rename_all(&names);
        Ok(to)
    }

    /// Renames stages, and whatever refers to them.
    pub(crate) fn rename_all(&mut self, names: &IndexMap<StageName, StageName>) {
        if names.is_empty() {
            return;
        }
        for stage in &mut self.stages {
            if let Some(name) = &mut stage.from.name {
                if let Some(new) = names.get(name) {
                    *name = new.clone();
                }
            }
        }
        self.each_source(|_, source| {
            if let Source::Stage(name) = source {
                if let Some(new) = names.get(name) {
                    *name = new.clone();
                }
            }
        });
        let targets = std::mem::take(&mut self.beside.targets);
        let new = |name: StageName| names.get(&name).cloned().unwrap_or(name);
        self.beside.targets = targets.into_iter().map(new).collect();
        self.each_arg(|arg| rename_in_arg(arg, names));
    }

    /// The bases that are expressions and that a renaming breaks.
    pub(crate) fn broken_bases(&self, names: &IndexMap<StageName, StageName>) -> Vec<Broken> {
        let mut broken = Vec::new();
        if names.is_empty() {
            return broken;
        }
        let expressions = Expressions::of(self);
        if expressions.list.is_empty() {
            return broken;
        }
        let mut lost: IndexSet<&Image> = IndexSet::new();
        expressions.each_selected(|base, name| {
            let from = StageName::new(name);
            if let Some(to) = names.get(&from).filter(|to| **to != from) {
                lost.insert(base.image);
                let base = base.image.clone();
                let to = to.clone();
                broken.push(Broken::Lost { base, from, to });
            }
        });
        let stages = self.stages.iter().enumerate();
        let renamed = stages.filter_map(|(n, stage)| {
            let old = stage.name()?;
            let new = names.get(old).filter(|new| *new != old)?;
            Some((new.as_str(), n))
        });
        let renamed = NamesAbove::of(renamed);
        for base in &expressions.list {
            if let Some(default) = base.default.as_ref().filter(|_| !lost.contains(base.image)) {
                renamed.matching(default, base.last, |to| {
                    broken.push(Broken::Caught {
                        base: base.image.clone(),
                        to: StageName::new(to),
                    });
                    true
                });
            }
        }
        broken
    }

    /// Calls back for every ARG, global or not.
    fn each_arg(&mut self, mut change: impl FnMut(&mut Arg)) {
        self.beside.lookup.forget();
        for step in &mut self.args {
            change(step.instruction_mut());
        }
        for step in self.stages.iter_mut().flat_map(|stage| &mut stage.steps) {
            if let Instruction::Arg(arg) = step.instruction_mut() {
                change(arg);
            }
        }
    }
}

/// The arguments that BuildKit acts upon, in every stage where they are global. Their values can
/// name stages: a list with commas, or one.
pub(crate) const ACTING_ARGS: [&str; 3] = [
    "BUILDKIT_SBOM_SCAN_CONTEXT",
    "BUILDKIT_SBOM_SCAN_STAGE",
    "SOURCE_DATE_EPOCH",
];

fn rename_in_arg(arg: &mut Arg, names: &IndexMap<StageName, StageName>) {
    for declaration in &mut arg.declarations {
        let name = declaration.name.as_str();
        let Some(list) = declaration.default.as_ref().and_then(Text::as_literal) else {
            continue;
        };
        if ACTING_ARGS.contains(&name) {
            let new = list.split(',').map(|item| {
                let new = names.get(&StageName::new(item.trim()));
                new.map_or(item, StageName::as_str)
            });
            declaration.default = Some(literal(new.collect::<Vec<_>>().join(",")));
        }
    }
}
