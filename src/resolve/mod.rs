//! The resolved configuration of a file: what Docker makes of it for given arguments, platform and
//! target, without a build.
//!
//! [`Dockerfile::resolve`] returns a [`Resolved`] for a [`Build`]. [`ImageConfig`] is the
//! configuration of an image, also that of a base.

mod acting;
mod base;
pub(crate) mod build;
mod edges;
mod epoch;
mod globals;
mod stages;

pub use self::build::{Build, ResolvedBase};
pub(crate) use self::stages::Wanted;
pub use crate::scope::Effect;
pub use crate::scope::config::{HealthConfig, ImageConfig, ImageConfigs, ImagePlatform};

use std::sync::{Arc, OnceLock};

use self::acting::Acting;
use crate::edges::Graph;
use crate::model::Dockerfile;
use crate::reference::StageName;
use crate::scope::{Action, Map, Note, PlatformSpec, State, Value};

impl Dockerfile {
    /// Resolves the file for one build: computes the configuration of every stage, as Docker does.
    ///
    /// [`Dockerfile`] is the file as it is written; this is its configuration. Every base image is
    /// expanded, every stage has the variables that are in scope at each of its instructions, and
    /// the configuration of the image that it would be. Nothing is run, and nothing is asked of a
    /// registry.
    ///
    /// It never fails: what Docker would reject is reported by
    /// [`check_with`](Dockerfile::check_with) and reported by [`Resolved::is_buildable`].
    ///
    /// ```
    /// use multistage::{resolve::Build, Dockerfile};
    ///
    /// let file = Dockerfile::parse("\
    /// ARG VERSION=3.21
    /// FROM alpine:$VERSION AS base
    /// ENV HOME=/home/app
    /// WORKDIR $HOME
    ///
    /// FROM base
    /// EXPOSE 80 443/udp
    /// CMD [\"app\"]
    /// ")?;
    /// let resolved = file.resolve(&Build::new());
    /// let last = &resolved.stages()[1];
    /// assert_eq!(last.config().working_dir, "/home/app");
    /// assert_eq!(Vec::from_iter(last.config().exposed_ports), ["443/udp", "80/tcp"]);
    /// assert_eq!(last.config().cmd, Some(vec!["app".to_owned()]));
    /// assert_eq!(resolved.images(1), ["docker.io/library/alpine:3.21"]);
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn resolve(&self, build: &Build) -> Resolved {
        let wanted = Wanted {
            paths: false,
            texts: true,
        };
        Resolved::new(self, &Graph::of(self), build, wanted)
    }
}

/// The resolved configuration of a file for one build. The file as it is written is a
/// [`Dockerfile`].
///
/// ```
/// use multistage::{Dockerfile, resolve::{Build, ResolvedBase}};
///
/// let file = Dockerfile::parse("\
/// FROM golang:1.24 AS build
/// FROM scratch AS app
/// COPY --from=build /app /
/// USER 1000
/// ")?;
/// let resolved = file.resolve(&Build::new());
/// let app = resolved.target().expect("the last stage");
/// assert_eq!(app.base(), &ResolvedBase::Scratch);
/// assert_eq!(app.config().user, "1000");
/// assert!(app.is_known());
/// assert!(resolved.is_needed(0) && resolved.is_buildable(0));
/// assert_eq!(resolved.images(app.index()), ["docker.io/library/golang:1.24"]);
/// # Ok::<(), multistage::Report>(())
/// ```
#[derive(Debug, Clone)]
pub struct Resolved {
    stages: Vec<ResolvedStage>,
    /// The notes about the file as a whole.
    notes: Vec<Note>,
    target: Option<usize>,
    /// The stages that the target needs.
    needed: Vec<bool>,
    targeted: bool,
}

/// A stage of a [`Resolved`] file: its base, its configuration, and the effects of its
/// instructions.
#[derive(Debug, Clone)]
pub struct ResolvedStage {
    index: usize,
    name: Option<StageName>,
    base: ResolvedBase,
    platform: Arc<PlatformSpec>,
    open: bool,
    state: State,
    /// The variables before a step, and after the last one, each with the first step that it holds
    /// for.
    vars: Box<[(usize, Map<Value>)]>,
    /// The actions of the instructions that have one.
    actions: Box<[Action]>,
    acting: Acting,
    /// The same in values of its own, for those of which it has been asked for.
    effects: OnceLock<Box<[OnceLock<Box<Effect>>]>>,
    triggered: Box<[Effect]>,
    /// The stages that it needs, its base first.
    needs: Box<[usize]>,
    /// The images that it needs besides the base.
    images: Box<[String]>,
    notes: Box<[Note]>,
}

impl Resolved {
    /// Returns the stages, in order; also those that the target does not need.
    pub fn stages(&self) -> &[ResolvedStage] {
        &self.stages
    }

    /// Returns a stage by its name, in any case; `None` if no stage has it.
    pub fn stage(&self, name: impl Into<StageName>) -> Option<&ResolvedStage> {
        let name = name.into();
        self.stages
            .iter()
            .rev()
            .find(|stage| stage.name.as_ref() == Some(&name))
    }

    /// Returns the stage that is built: the one that [`Build::target`] names, or the last one.
    /// `None` if no stage has the name.
    pub fn target(&self) -> Option<&ResolvedStage> {
        self.stages.get(self.target?)
    }

    /// Returns `true` if the target needs the stage at this position; the target needs itself.
    pub fn is_needed(&self, stage: usize) -> bool {
        self.needed.get(stage).copied().unwrap_or(false)
    }

    /// Returns the images that the stage at this position needs, and those of the stages that it
    /// needs: full names, sorted.
    pub fn images(&self, stage: usize) -> Vec<&str> {
        let mut images: Vec<&str> = Vec::new();
        for (stage, _) in self
            .stages
            .iter()
            .zip(self.needs_of(stage))
            .filter(|(_, needed)| *needed)
        {
            if let ResolvedBase::Image(image) = &stage.base {
                images.push(image);
            }
            images.extend(stage.images.iter().map(String::as_str));
        }
        images.sort_unstable();
        images.dedup();
        images
    }

    /// Returns `true` if Docker could build the stage at this position, as far as the file says:
    /// nothing that it needs is rejected.
    pub fn is_buildable(&self, stage: usize) -> bool {
        let fails = |note: &Note| note.kind.is_failure();
        if stage >= self.stages.len() || self.notes.iter().any(fails) {
            return false;
        }
        let needed = self.needs_of(stage);
        let mut needed = self.stages.iter().zip(needed).filter(|(_, needed)| *needed);
        !needed.any(|(stage, _)| stage.notes.iter().any(fails))
    }

    /// Returns, for each stage, `true` if this stage needs it; it needs itself.
    fn needs_of(&self, stage: usize) -> Vec<bool> {
        needed(&self.stages, stage)
    }

    /// Returns `true` if Docker's checks go through the instructions of a stage: where a target is
    /// asked for, of those that it needs alone.
    pub(crate) fn is_looked_at(&self, stage: usize) -> bool {
        !self.targeted || self.is_needed(stage)
    }

    /// All notes, also those about stages that are not looked at.
    pub(crate) fn all_notes(&self) -> impl Iterator<Item = &Note> {
        let own = self.stages.iter().flat_map(|stage| &stage.notes);
        self.notes.iter().chain(own)
    }

    /// The notes about the stages that are looked at, and about every FROM.
    pub(crate) fn notes(&self) -> impl Iterator<Item = &Note> {
        let own = self.stages.iter().flat_map(|stage| {
            let looked_at = self.is_looked_at(stage.index);
            // Docker runs the triggers of what it builds, and of nothing else.
            let runs = self.is_needed(stage.index);
            stage.notes.iter().filter(move |note| {
                let own = looked_at || note.is_of_from();
                own && (runs || note.declared_at.is_none())
            })
        });
        self.notes.iter().chain(own)
    }
}

impl ResolvedStage {
    /// Returns the position in the file, from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Returns the name, or `None` for a stage without one.
    pub fn name(&self) -> Option<&StageName> {
        self.name.as_ref()
    }

    /// Returns the base, with the values of the arguments in it.
    pub fn base(&self) -> &ResolvedBase {
        &self.base
    }

    /// Returns the platform that the stage is built for: `linux/amd64`.
    pub fn platform(&self) -> String {
        self.platform.to_string()
    }

    /// Returns `true` if all of the configuration is known: it depends on no base image without a
    /// configuration ([`Build::base`]).
    pub fn is_known(&self) -> bool {
        !self.open
    }

    /// Returns the configuration of the image that the stage builds.
    ///
    /// It has nothing of a base image that is not known. A variable that such an image may set is
    /// kept in the values as it is spelled: `/opt/bin:$PATH`.
    pub fn config(&self) -> ImageConfig {
        self.state.config()
    }

    /// Returns the variables in scope before the instruction at this position, ENV and ARG, in the
    /// order in which they were first set. For a position after the last instruction, it returns
    /// those at the end of the stage.
    ///
    /// ```
    /// use multistage::{Dockerfile, resolve::Build};
    ///
    /// let file = Dockerfile::parse("FROM alpine\nENV A=1\nENV B=$A$A\n")?;
    /// let resolved = file.resolve(&Build::new());
    /// assert_eq!(resolved.stages()[0].variables(1), [("A", "1")]);
    /// assert_eq!(resolved.stages()[0].variables(2), [("A", "1"), ("B", "11")]);
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn variables(&self, step: usize) -> Vec<(&str, &str)> {
        let entries = self.vars(step).map(Map::entries).unwrap_or_default();
        entries
            .into_iter()
            .map(|(name, value)| (name.as_str(), value.text.as_str()))
            .collect()
    }

    /// Returns the effect of the instruction at this position, fully expanded. `None` unless it is
    /// a RUN, COPY, ADD or WORKDIR that Docker accepts.
    ///
    /// ```
    /// use multistage::{Dockerfile, resolve::{Build, Effect}};
    ///
    /// let file = Dockerfile::parse("FROM scratch\nWORKDIR /srv\nCOPY app.tar .\n")?;
    /// let resolved = file.resolve(&Build::new());
    /// let Some(Effect::Copy { sources, destination, .. }) = resolved.stages()[0].effect(1) else {
    ///     panic!("a COPY")
    /// };
    /// assert_eq!((sources[0].as_str(), destination.as_str()), ("/app.tar", "/srv/"));
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn effect(&self, step: usize) -> Option<&Effect> {
        let number = self.acting.number(step)?;
        let action = self.actions.get(number)?;
        let none = || self.actions.iter().map(|_| OnceLock::new()).collect();
        let effect = self.effects.get_or_init(none).get(number)?;
        Some(effect.get_or_init(|| Box::new(action.effect())))
    }

    /// The actions of the steps from the first one on: `None` for a step that has none.
    pub(crate) fn each_action(&self) -> impl Iterator<Item = Option<&Action>> {
        let mut actions = self.actions.iter();
        (0..).map(move |step| match self.acting.has(step) {
            true => actions.next(),
            false => None,
        })
    }

    /// The same, in values that are shared.
    pub(crate) fn action(&self, step: usize) -> Option<&Action> {
        self.actions.get(self.acting.number(step)?)
    }

    /// Returns the effects of the base's ONBUILD triggers, which run before the instructions of the
    /// stage.
    pub fn triggered(&self) -> &[Effect] {
        &self.triggered
    }

    pub(crate) fn vars(&self, step: usize) -> Option<&Map<Value>> {
        let behind = self.vars.partition_point(|(first, _)| *first <= step);
        let (_, vars) = self.vars.get(behind.checked_sub(1)?)?;
        Some(vars)
    }

    /// The operating system that it is for.
    pub(crate) fn os(&self) -> &str {
        &self.platform.os
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }
}

/// Returns, for each stage, `true` if this stage needs it; it needs itself.
fn needed(stages: &[ResolvedStage], stage: usize) -> Vec<bool> {
    let mut needed = vec![false; stages.len()];
    let mut todo = vec![stage];
    while let Some(next) = todo.pop() {
        match needed.get_mut(next) {
            Some(seen) if !*seen => {
                *seen = true;
                todo.extend(
                    stages
                        .get(next)
                        .into_iter()
                        .flat_map(|stage| stage.needs.iter().copied()),
                );
            }
            _ => {}
        }
    }
    needed
}
