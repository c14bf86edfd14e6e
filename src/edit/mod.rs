//! Edits of a file: find, insert, rename, remove stages, and every reference follows.

mod args;
mod places;
mod rename;

pub use self::rename::RenameError;
pub(crate) use self::rename::{ACTING_ARGS, Broken};

use std::cmp::Ordering;
use std::fmt;

use crate::edges::{Graph, Via, sources, sources_mut};
use crate::instruction::Instruction;
use crate::model::{Dockerfile, Stage};
use crate::reference::{Image, Platform, Source, StageName};
use crate::text::suggest::nearest;

/// The error for a stage name that no stage of the file has.
///
/// ```
/// use multistage::{Dockerfile, Stage, StageName};
///
/// let mut file = Dockerfile::new();
/// file.stage("builder", Stage::new("alpine"));
/// let Err(error) = file.remove("biulder") else { panic!("no stage has the name") };
/// assert_eq!(error.name(), &StageName::new("biulder"));
/// assert_eq!(error.near(), Some(&StageName::new("builder")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownStage {
    name: StageName,
    near: Option<StageName>,
}

impl fmt::Display for UnknownStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no stage is named `{}`", self.name)?;
        match &self.near {
            Some(near) => write!(f, "; did you mean `{near}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownStage {}

impl UnknownStage {
    /// Returns the name that no stage has.
    pub fn name(&self) -> &StageName {
        &self.name
    }

    /// Returns the name of a stage that could be meant; `None` if no name is similar.
    pub fn near(&self) -> Option<&StageName> {
        self.near.as_ref()
    }
}

impl Dockerfile {
    /// Returns the name of a stage if the file has it, in any case.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::parse("FROM rust:1.85 AS build\n")?;
    /// let build = file.stage_name("build").expect("the stage is there");
    /// file.push(Stage::new("scratch").copy_from(&build, "/app", "/"));
    /// assert_eq!(file.render()?,
    ///     "FROM rust:1.85 AS build\n\nFROM scratch\nCOPY --from=build /app /\n");
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn stage_name(&self, name: impl Into<StageName>) -> Option<StageName> {
        let name = name.into();
        self.position(&name).map(|_| name)
    }

    /// Returns a stage by its name, in any case; `None` if no stage has it. If several stages have
    /// the name, it is the last one.
    pub fn find(&self, name: impl Into<StageName>) -> Option<&Stage> {
        self.position(&name.into())
            .and_then(|at| self.stages.get(at))
    }

    /// Returns a stage by its name, to be changed. See [`rename`](Dockerfile::rename) for its name.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{Dockerfile, instruction::User};
    ///
    /// let mut file = Dockerfile::parse("FROM alpine AS app\n")?;
    /// if let Some(stage) = file.find_mut("app") {
    ///     stage.push(User::new("10001"));
    /// }
    /// assert_eq!(file.render()?, "FROM alpine AS app\nUSER 10001\n");
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn find_mut(&mut self, name: impl Into<StageName>) -> Option<&mut Stage> {
        self.beside.lookup.forget();
        self.position(&name.into())
            .and_then(|at| self.stages.get_mut(at))
    }

    /// Inserts a stage before another one, and returns its name.
    ///
    /// # Errors
    ///
    /// [`UnknownStage`] if no stage has the name of the other one. The file is not changed.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::parse("FROM alpine AS app\nCMD [\"date\"]\n")?;
    /// file.insert_before("app", "weights", Stage::new("busybox")
    ///     .run("wget -O /w https://example.com/w"))
    ///     .expect("the stage is there");
    /// assert_eq!(file.render()?, "\
    /// FROM busybox AS weights
    /// RUN wget -O /w https://example.com/w
    ///
    /// FROM alpine AS app
    /// CMD [\"date\"]
    /// ");
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[track_caller]
    pub fn insert_before(
        &mut self,
        before: impl Into<StageName>,
        name: impl Into<StageName>,
        mut stage: Stage,
    ) -> Result<StageName, UnknownStage> {
        let at = self.known(&before.into())?;
        let name = name.into();
        stage.from.name = Some(name.clone());
        stage.origin = crate::model::Origin::caller();
        self.insert(at, stage);
        Ok(name)
    }

    /// Puts a stage before another one, or after the last one.
    fn insert(&mut self, at: usize, mut stage: Stage) {
        if at >= self.stages.len() {
            return self.push(stage);
        }
        self.declare_spelled_args(&mut stage);
        self.make_room(at);
        self.make_for_base(&mut stage);
        self.beside.lookup.forget();
        if let Some(next) = self.stages.get_mut(at) {
            next.put_comments_above(stage.take_pending());
        }
        self.stages.insert(at, stage);
    }

    /// Removes a stage and returns it. References to it stay, also those by its number, and are
    /// reported when the file is rendered; so is a base such as `base-$VERSION` that names the
    /// stage by its default or in part by letters.
    ///
    /// # Errors
    ///
    /// [`UnknownStage`] if no stage has the name.
    ///
    /// ```
    /// # #[cfg(feature = "check")] {
    /// use multistage::Dockerfile;
    ///
    /// let mut file = Dockerfile::parse(
    ///     "FROM alpine AS docs\nFROM alpine AS app\nCOPY --from=docs /d /d\n"
    /// )?;
    /// let docs = file.remove("docs").expect("the stage is there");
    /// assert_eq!(docs.base().to_string(), "alpine");
    /// assert_eq!(file.check().diagnostics()[0].message, "no stage is named `docs`");
    ///
    /// if let Some(app) = file.find_mut("app") {
    ///     app.steps_mut().retain(|step| step.instruction().keyword() != "COPY");
    /// }
    /// assert_eq!(file.render()?, "FROM alpine AS app\n");
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn remove(&mut self, name: impl Into<StageName>) -> Result<Stage, UnknownStage> {
        self.beside.lookup.forget();
        let name = name.into();
        let at = self.known(&name)?;
        self.renumber(|index| match index.cmp(&at) {
            Ordering::Less => Source::Index(index),
            // The number is that of the next stage from now on, the name that of none.
            Ordering::Equal => Source::Stage(name.clone()),
            Ordering::Greater => Source::Index(index - 1),
        });
        self.beside.removed.insert(name);
        Ok(self.stages.remove(at))
    }

    /// The error for a stage that is not there.
    pub(crate) fn known(&self, name: &StageName) -> Result<usize, UnknownStage> {
        self.position(name).ok_or_else(|| {
            let names = self.stages.iter().filter_map(Stage::name);
            UnknownStage {
                near: nearest(name.as_str(), names.map(StageName::as_str)).map(StageName::new),
                name: name.clone(),
            }
        })
    }

    /// Gives the last stage a name unless it has one, and returns its handle; `None` if there is no
    /// stage.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::parse("FROM node:22\n")?;
    /// let app = file.name_last("app").expect("there is a stage");
    /// file.stage("dev", Stage::new(&app).run("npm install --global nodemon"));
    /// assert_eq!(file.render()?, "\
    /// FROM node:22 AS app
    ///
    /// FROM app AS dev
    /// RUN npm install --global nodemon
    /// ");
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn name_last(&mut self, name: impl Into<StageName>) -> Option<StageName> {
        self.beside.lookup.forget();
        let last = self.stages.last_mut()?;
        Some(last.from.name.get_or_insert_with(|| name.into()).clone())
    }

    /// Sets the platform of a stage, in place of the one that it has: `--platform`.
    ///
    /// # Errors
    ///
    /// [`UnknownStage`] if no stage has the name.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{Dockerfile, Platform};
    ///
    /// let mut file = Dockerfile::parse(
    ///     "FROM golang:1.24 AS build\nFROM --platform=linux/386 alpine AS app\n"
    /// )?;
    /// file.set_platform("build", Platform::build()).expect("the stage is there");
    /// file.set_platform("app", "linux/arm64/v8").expect("the stage is there");
    /// let error = file.set_platform("biuld", "linux/amd64").unwrap_err();
    /// assert_eq!(error.to_string(), "no stage is named `biuld`; did you mean `build`?");
    /// assert_eq!(file.render()?, "\
    /// FROM --platform=$BUILDPLATFORM golang:1.24 AS build
    ///
    /// FROM --platform=linux/arm64/v8 alpine AS app
    /// ");
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#from)
    pub fn set_platform(
        &mut self,
        stage: impl Into<StageName>,
        platform: impl Into<Platform>,
    ) -> Result<(), UnknownStage> {
        self.known_mut(&stage.into())?.from.platform = Some(platform.into());
        Ok(())
    }

    /// Removes the platform of a stage, so that it is built for the one that the build asks for.
    ///
    /// # Errors
    ///
    /// [`UnknownStage`] if no stage has the name.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::Dockerfile;
    ///
    /// let mut file = Dockerfile::parse("FROM --platform=linux/amd64 alpine AS app\n")?;
    /// file.clear_platform("app").expect("the stage is there");
    /// assert_eq!(file.render()?, "FROM alpine AS app\n");
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#from)
    pub fn clear_platform(&mut self, stage: impl Into<StageName>) -> Result<(), UnknownStage> {
        let stage = self.known_mut(&stage.into())?;
        if stage.from.platform.is_some() {
            stage.from.platform = None;
        }
        Ok(())
    }

    fn known_mut(&mut self, name: &StageName) -> Result<&mut Stage, UnknownStage> {
        self.beside.lookup.forget();
        let at = self.known(name)?;
        self.stages.get_mut(at).ok_or_else(|| UnknownStage {
            name: name.clone(),
            near: None,
        })
    }

    /// Replaces an image wherever one is: the frontend of `# syntax=`, in FROM, `--from` and
    /// mounts. Returns how often.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::Dockerfile;
    ///
    /// let mut file = Dockerfile::parse("FROM node:18 AS a\nFROM node:18\n")?;
    /// assert_eq!(file.replace_image("node:18", "node:22"), 2);
    /// assert_eq!(file.render()?, "FROM node:22 AS a\n\nFROM node:22\n");
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn replace_image(&mut self, old: impl Into<Image>, new: impl Into<Image>) -> usize {
        let (old, new) = (old.into(), new.into());
        self.replace_images(|image| image.is_same(&old).then(|| new.clone()))
    }

    fn position(&self, name: &StageName) -> Option<usize> {
        self.stages
            .iter()
            .rposition(|stage| stage.name() == Some(name))
    }

    /// Makes room for a stage: mends the references by number to those that move.
    pub(super) fn make_room(&mut self, at: usize) {
        self.renumber(|index| match index.cmp(&at) {
            Ordering::Less => Source::Index(index),
            _ => Source::Index(index.saturating_add(1)),
        });
    }

    /// Mends the references by number when positions change; one to a stage that has been removed
    /// stays that. A trigger that no stage of this file
    /// triggers counts the stages of another one.
    pub(super) fn renumber(&mut self, new: impl Fn(usize) -> Source) {
        let triggers = Graph::of(self).triggering();
        for (stage, triggers) in self.stages.iter_mut().zip(triggers) {
            each_source_of(stage, triggers, &mut |_, source| match *source {
                Source::Index(index) if *source != Source::NOWHERE => *source = new(index),
                _ => {}
            });
        }
    }

    /// Every base and every `--from`, those of triggers too.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (Via, &Source)> {
        self.stages.iter().flat_map(Stage::sources)
    }

    /// Calls back for every base and every `--from`, those of triggers too, to change them.
    pub(crate) fn each_source(&mut self, mut change: impl FnMut(Via, &mut Source)) {
        self.beside.lookup.forget();
        for stage in &mut self.stages {
            each_source_of(stage, true, &mut change);
        }
    }
}

impl Stage {
    /// The base and every `--from`, those of triggers too.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (Via, &Source)> {
        let steps = self
            .steps
            .iter()
            .filter_map(|step| match step.instruction() {
                Instruction::Onbuild(onbuild) => onbuild.instruction(),
                instruction => Some(instruction),
            });
        let sources = steps
            .flat_map(sources)
            .map(|(_, via, source)| (via, source));
        std::iter::once((Via::Base, &self.from.base)).chain(sources)
    }
}

pub(crate) fn each_source_of(
    stage: &mut Stage,
    triggers: bool,
    change: &mut impl FnMut(Via, &mut Source),
) {
    change(Via::Base, &mut stage.from.base);
    for step in &mut stage.steps {
        match step.instruction_mut() {
            Instruction::Onbuild(onbuild) => {
                if let Some(trigger) = onbuild.instruction_mut().filter(|_| triggers) {
                    for (_, via, source) in sources_mut(trigger) {
                        change(via, source);
                    }
                }
            }
            instruction => {
                for (_, via, source) in sources_mut(instruction) {
                    change(via, source);
                }
            }
        }
    }
}
