//! Merging: the stages of one file become part of another.
//!
//! [`Dockerfile::merge`] and [`Dockerfile::merge_under`] return the new names of the stages in
//! [`Merged`], or a [`MergeError`] with every conflict.

use std::fmt;

use indexmap::{IndexMap, IndexSet};

use super::globals;
use super::names::Names;
use super::prefix::put_under;
use crate::edges::{Expressions, NamesAbove, Via};
use crate::edit::{ACTING_ARGS, Broken};
use crate::instruction::command::change_escape;
use crate::model::{Dockerfile, Stage};
use crate::reference::{Context, Image, Source, StageName, familiar};
use crate::text::Text;

impl Dockerfile {
    /// Adds the stages of another file after those of this one, and returns their handles.
    ///
    /// A stage of the other file whose name is taken gets a number: `build-2`. Whatever refers to
    /// it follows: FROM, `--from`, mounts, triggers, targets. A name is taken by a stage or a named
    /// context of this file, and by an image that `--from` names here. A named context of the other
    /// file is shared where this file declares it too, and gets a number where its name is a stage
    /// or an image here. An image of the other file that Docker would take for a stage of this one
    /// is written with its tag: `node:latest`.
    ///
    /// Global ARGs that both declare are one. Directives are those of this file, and so are the
    /// disabled rules. The header of the other file is above its first stage. Where its escape
    /// character is another one, its texts are spelled again, and what has no other spelling is
    /// reported when the file is rendered. A reference to a stage that the other file does not have
    /// stays as it is: it can mean one of this file.
    ///
    /// # Errors
    ///
    /// [`MergeError`] lists everything that would mean something else afterwards, and this file is
    /// as it was: a global ARG that has another default there, or that only one of the files has
    /// while the other uses the name; a base that is an expression and could not name its stages
    /// any more, or would name one of this file. BuildKit acts on the global ARG
    /// `SOURCE_DATE_EPOCH` for every stage of a file, so two files with stages need the same one,
    /// or none.
    ///
    /// ```
    /// use multistage::Dockerfile;
    ///
    /// let mut file = Dockerfile::parse(
    ///     "FROM node:22 AS build\n\nFROM nginx AS web\nCOPY --from=build /dist /srv\n"
    /// )?;
    /// let other = Dockerfile::parse(
    ///     "FROM rust:1.85 AS build\n\nFROM scratch AS api\nCOPY --from=build /api /\n"
    /// )?;
    /// let merged = file.merge(other)?;
    /// assert_eq!(merged.stage("build").unwrap().as_str(), "build-2");
    /// assert_eq!(file.render()?, "\
    /// FROM node:22 AS build
    ///
    /// FROM nginx AS web
    /// COPY --from=build /dist /srv
    ///
    /// FROM rust:1.85 AS build-2
    ///
    /// FROM scratch AS api
    /// COPY --from=build-2 /api /
    /// ");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// What was the last stage of this file is the last one no longer: give it a name
    /// ([`name_last`](Dockerfile::name_last)), so that it can be a target.
    pub fn merge(&mut self, other: Dockerfile) -> Result<Merged, MergeError> {
        self.merge_with(None, other)
    }

    /// [`merge`](Dockerfile::merge), with the names of the other file under a prefix: `api-build`.
    ///
    /// The prefix is put before the names of its stages and of the contexts that it declares, and
    /// before a base such as `binaries-$TARGETOS` that names stages of it. Stages that a base such
    /// as `$BASE` names keep their names, as a build argument says them: those above it if its
    /// default is one of them, or if it has no default. The last stage, if it has no name, is named
    /// after the prefix.
    ///
    /// # Errors
    ///
    /// As [`merge`](Dockerfile::merge).
    ///
    /// ```
    /// use multistage::Dockerfile;
    ///
    /// let text = "FROM alpine AS build\n\nFROM scratch\nCOPY --from=build /app /\n";
    /// let mut file = Dockerfile::new();
    /// for name in ["api", "web"] {
    ///     let merged = file.merge_under(name, Dockerfile::parse(text)?)?;
    ///     file.target(merged.last().unwrap());
    /// }
    /// assert_eq!(file.render()?, "\
    /// FROM alpine AS api-build
    ///
    /// FROM scratch AS api
    /// COPY --from=api-build /app /
    ///
    /// FROM alpine AS web-build
    ///
    /// FROM scratch AS web
    /// COPY --from=web-build /app /
    /// ");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn merge_under(
        &mut self,
        prefix: impl AsRef<str>,
        other: Dockerfile,
    ) -> Result<Merged, MergeError> {
        self.merge_with(Some(prefix.as_ref()), other)
    }

    fn merge_with(
        &mut self,
        prefix: Option<&str>,
        mut other: Dockerfile,
    ) -> Result<Merged, MergeError> {
        let (from, to) = (other.escape(), self.escape());
        if from != to {
            for step in other.stages.iter_mut().flat_map(|stage| &mut stage.steps) {
                change_escape(step.instruction_mut(), from, to);
            }
            other.set_escape(to);
        }
        let mut conflicts = globals::conflicts(self, &other);
        let mut merged = Merged::of(&other);
        if let Some(prefix) = prefix {
            conflicts.extend(put_under(prefix, &mut other, &mut merged));
        }
        conflicts.extend(self.replaced_images(&other));
        let mut names = Names::of(self, &other);
        let stages = names.of_stages(&other);
        let contexts = names.of_contexts(&other);
        let broken = other.broken_bases(&stages).into_iter();
        conflicts.extend(broken.map(MergeConflict::from));
        conflicts.extend(self.shadowed_bases(&other));
        if !conflicts.is_empty() {
            return Err(MergeError(conflicts));
        }
        rename(&mut other, &stages, &contexts, &mut merged);
        let taken = self.stages.iter().filter_map(Stage::name);
        let taken: IndexSet<StageName> = taken.cloned().collect();
        let before = self.stages.len();
        other.each_own_source(|via, source| {
            tag_shadowed(via, source, &taken);
            if let Source::Index(index) = source {
                *index = index.saturating_add(before);
            }
        });
        globals::unite(&mut self.args, other.args);
        if let Some(first) = other.stages.first_mut() {
            first.put_comments_above(other.header);
        }
        for stage in other.stages {
            self.add(stage);
        }
        self.trailing.extend(other.trailing);
        self.beside.contexts.extend(other.beside.contexts);
        self.beside.targets.extend(other.beside.targets);
        Ok(merged)
    }

    /// The images of another file that a context of this one would replace.
    fn replaced_images(&self, other: &Dockerfile) -> Vec<MergeConflict> {
        let mut found = IndexMap::new();
        for (_, source) in other.sources() {
            let Source::Image(image) = source else {
                continue;
            };
            if let Some(context) = self.beside.context_of(image) {
                if other.beside.context_of(image).is_none() {
                    found.insert(context.clone(), image.clone());
                }
            }
        }
        found
            .into_iter()
            .map(|(context, image)| MergeConflict::ReplacedImage { image, context })
            .collect()
    }

    /// The bases of another file that are expressions and would name a stage of this one. An
    /// argument without a default is left to the build: `FROM $BASE` names what the build says.
    fn shadowed_bases(&self, other: &Dockerfile) -> Vec<MergeConflict> {
        let mut found = Vec::new();
        let expressions = Expressions::of(other);
        if expressions.list.is_empty() {
            return found;
        }
        let names = self.stages.iter().filter_map(Stage::name);
        let names = NamesAbove::of(names.map(|name| (name.as_str(), 0)));
        for base in &expressions.list {
            // Where a part of it is text, a build argument cannot make just any name of it.
            let parts = [&base.any, &base.default].into_iter().flatten();
            if let Some(choice) = parts.into_iter().find(|choice| !choice.is_open()) {
                names.matching(choice, 1, |name| {
                    found.push(MergeConflict::ShadowedBase {
                        base: base.image.clone(),
                        stage: StageName::new(name),
                    });
                    false
                });
            }
        }
        found
    }
}

/// The names that the stages and contexts of a merged file have now.
///
/// ```
/// use multistage::{Dockerfile, StageName};
///
/// let mut file = Dockerfile::parse("FROM alpine AS build\n")?;
/// let other = Dockerfile::parse("FROM golang AS build\nFROM scratch AS app\n")?;
/// let merged = file.merge_under("api", other).expect("nothing is ambiguous");
/// assert_eq!(merged.stage("build"), Some(&StageName::new("api-build")));
/// assert_eq!(merged.last(), merged.stage("app"));
/// assert_eq!(merged.stages().count(), 2);
/// # Ok::<(), multistage::Report>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Merged {
    pub(super) stages: Vec<(Option<StageName>, Option<StageName>)>,
    contexts: IndexMap<Context, Context>,
}

impl Merged {
    fn of(other: &Dockerfile) -> Merged {
        let name = |stage: &Stage| (stage.name().cloned(), stage.name().cloned());
        let contexts = other.contexts().cloned();
        Merged {
            stages: other.stages.iter().map(name).collect(),
            contexts: contexts.map(|name| (name.clone(), name)).collect(),
        }
    }

    /// Returns the new name of a stage by the name that it had, in any case; `None` if the merged
    /// file had no such stage.
    pub fn stage(&self, name: impl Into<StageName>) -> Option<&StageName> {
        let name = name.into();
        let mut stages = self.stages.iter().rev();
        let (_, new) = stages.find(|(old, _)| old.as_ref() == Some(&name))?;
        new.as_ref()
    }

    /// Returns the new name of the last stage of the merged file; `None` if it has no name.
    pub fn last(&self) -> Option<&StageName> {
        self.stages.last()?.1.as_ref()
    }

    /// Returns the new names of the merged stages, in order. Stages without a name are left out.
    pub fn stages(&self) -> impl Iterator<Item = &StageName> {
        self.stages.iter().filter_map(|(_, new)| new.as_ref())
    }

    /// Returns the new name of a declared context by the name that it had.
    pub fn context(&self, name: impl Into<Context>) -> Option<&Context> {
        self.contexts.get(&name.into())
    }
}

/// The error of a merge: everything that would mean something else afterwards. Neither file is
/// changed.
///
/// ```
/// use multistage::{Dockerfile, merge::MergeConflict};
///
/// let mut file = Dockerfile::parse("ARG TAG=1\nFROM alpine:$TAG\n")?;
/// let other = Dockerfile::parse("ARG TAG=2\nFROM debian:$TAG\n")?;
/// let error = file.merge(other).unwrap_err();
/// assert!(matches!(&error.conflicts()[0], MergeConflict::Default { name, .. } if name == "TAG"));
/// # Ok::<(), multistage::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeError(Vec<MergeConflict>);

impl MergeError {
    /// Returns the conflicts, in order; at least one.
    pub fn conflicts(&self) -> &[MergeConflict] {
        &self.0
    }
}

/// A line for each conflict.
impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, conflict) in self.0.iter().enumerate() {
            let separator = if n == 0 { "" } else { "\n" };
            write!(f, "{separator}{conflict}")?;
        }
        Ok(())
    }
}

impl std::error::Error for MergeError {}

/// Something that would mean something else after a merge. Its text says what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MergeConflict {
    /// A global ARG has two defaults.
    #[error("the global ARG `{name}` has {} in this file and {} in the one that is merged: give it the same default, \
        or another name", in_words(.here.as_ref()), in_words(.there.as_ref()))]
    Default {
        /// The name of the argument.
        name: String,
        /// The default in the file that receives; `None` where it has none.
        here: Option<Text>,
        /// The default in the file that is merged; `None` where it has none.
        there: Option<Text>,
    },
    /// A global ARG of one file would give its default to a name that the other uses without one.
    #[error("the global ARG `{name}` has {} in {}, and {}", in_words(Some(.default)),
        if *.here { "this file" } else { "the one that is merged" }, what_captures(.name))]
    Captured {
        /// The name of the argument.
        name: String,
        /// The default that it would get.
        default: Text,
        /// `true` if the default is in the file that receives.
        here: bool,
    },
    /// A global ARG that BuildKit acts on names a stage of its own in each file.
    #[error(
        "the global ARG `{name}` names the stage `{stage}` in both files, and each means its own: there can be one"
    )]
    TwoStages {
        /// The name of the argument.
        name: String,
        /// The stage of the file that is merged.
        stage: StageName,
    },
    /// A context that the file that receives declares would replace an image of the file that is
    /// merged.
    #[error(
        "the context `{context}` of this file would replace the image `{image}` of the one that is merged: \
        give the context another name, or declare it there too"
    )]
    ReplacedImage {
        /// The image.
        image: Image,
        /// The context.
        context: Context,
    },
    /// A base that is an expression can name a stage, and could not by its new name: its text comes
    /// from build arguments.
    #[error(
        "FROM `{base}` can name the stage `{from}`, and could not name it as `{to}`: rename the stage of that name \
        in this file, give the argument a default that is an image, or write the base without a variable"
    )]
    BrokenBase {
        /// The expression.
        base: Image,
        /// The name of the stage in the file that is merged.
        from: StageName,
        /// The name that it would get.
        to: StageName,
    },
    /// A base that is an expression would name a stage by the name that it would get.
    #[error(
        "FROM `{base}` of the file that is merged would name its own stage that gets the name `{to}`: rename the stage"
    )]
    CaughtBase {
        /// The expression.
        base: Image,
        /// The name that the stage would get.
        to: StageName,
    },
    /// A base that is an expression would name a stage of the file that receives.
    #[error(
        "FROM `{base}` of the file that is merged would name the stage `{stage}` of this file: rename the stage"
    )]
    ShadowedBase {
        /// The expression.
        base: Image,
        /// The stage.
        stage: StageName,
    },
}

fn in_words(default: Option<&Text>) -> String {
    default.map_or("no default".to_owned(), |text| {
        format!("the default `{text}`")
    })
}

fn what_captures(name: &str) -> String {
    match ACTING_ARGS.contains(&name) {
        true => "BuildKit would act on it for the stages of the other file too: declare it in both"
            .to_owned(),
        false => format!(
            "the other file uses `{name}` without a default: declare it in both, or give it another name"
        ),
    }
}

impl From<Broken> for MergeConflict {
    fn from(broken: Broken) -> MergeConflict {
        match broken {
            Broken::Lost { base, from, to } => MergeConflict::BrokenBase { base, from, to },
            Broken::Caught { base, to } => MergeConflict::CaughtBase { base, to },
        }
    }
}

pub(super) fn rename(
    file: &mut Dockerfile,
    stages: &IndexMap<StageName, StageName>,
    contexts: &IndexMap<Context, Context>,
    merged: &mut Merged,
) {
    file.rename_all(stages);
    rename_contexts(file, contexts);
    for name in merged.stages.iter_mut().filter_map(|(_, new)| new.as_mut()) {
        if let Some(new) = stages.get(name) {
            *name = new.clone();
        }
    }
    for name in merged.contexts.values_mut() {
        if let Some(new) = contexts.get(name) {
            *name = new.clone();
        }
    }
}

/// Renames the contexts that a file declares, and the images that they stand for.
fn rename_contexts(file: &mut Dockerfile, names: &IndexMap<Context, Context>) {
    if names.is_empty() {
        return;
    }
    file.each_source(|_, source| {
        let name = source.external().map(familiar).map(Context::new);
        if let Some(new) = name.and_then(|name| names.get(&name)) {
            *source = Source::Context(new.clone());
        }
    });
    let contexts = std::mem::take(&mut file.beside.contexts);
    let new = |name: Context| names.get(&name).cloned().unwrap_or(name);
    file.beside.contexts = contexts.into_iter().map(new).collect();
}

/// Adds its tag to an image that Docker would take for a stage.
pub(super) fn tag_shadowed(via: Via, source: &mut Source, stages: &IndexSet<StageName>) {
    let Source::Image(image) = source else {
        return;
    };
    let Some(text) = image.as_literal() else {
        return;
    };
    let name = StageName::new(text);
    if stages.contains(&name) && (via != Via::Base || name.as_str() == text) {
        *image = Image::new(format!("{text}:latest"));
    }
}
