//! Edits of a file: find, insert, rename, remove stages, and every reference follows.

use std::cmp::Ordering;

use crate::graph::{Graph, Via, sources_mut};
use crate::instruction::Instruction;
use crate::model::{Dockerfile, Stage};
use crate::reference::{Image, Platform, Source, StageName};

impl Dockerfile {
    /// The handle of a stage by its name, in any case.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::parse("FROM rust:1.85 AS build\n")?;
    /// let build = file.handle("build").expect("the stage is there");
    /// file.push(Stage::new("scratch").copy_from(&build, "/app", "/"));
    /// assert_eq!(file.render()?, "FROM rust:1.85 AS build\n\nFROM scratch\nCOPY --from=build /app /\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn handle(&self, name: impl Into<StageName>) -> Option<StageName> {
        let name = name.into();
        self.position(&name).map(|_| name)
    }

    /// A stage by its name, in any case; of several with one name the last.
    pub fn find(&self, name: impl Into<StageName>) -> Option<&Stage> {
        self.position(&name.into())
            .and_then(|at| self.stages.get(at))
    }

    /// A stage by its name, to be changed. See [`rename`](Dockerfile::rename) for its name.
    ///
    /// ```
    /// use multistage::{Dockerfile, instruction::User};
    ///
    /// let mut file = Dockerfile::parse("FROM alpine AS app\n")?;
    /// if let Some(stage) = file.find_mut("app") {
    ///     stage.push(User::new("10001"));
    /// }
    /// assert_eq!(file.render()?, "FROM alpine AS app\nUSER 10001\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn find_mut(&mut self, name: impl Into<StageName>) -> Option<&mut Stage> {
        self.position(&name.into())
            .and_then(|at| self.stages.get_mut(at))
    }

    /// Inserts a stage before another; `None` where there is no such stage, and nothing is changed.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::parse("FROM alpine AS app\nCMD [\"date\"]\n")?;
    /// file.insert_before("app", "weights", Stage::new("busybox").run("wget -O /w https://example.com/w"));
    /// assert_eq!(file.render()?, "\
    /// FROM busybox AS weights
    /// RUN wget -O /w https://example.com/w
    ///
    /// FROM alpine AS app
    /// CMD [\"date\"]
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[track_caller]
    pub fn insert_before(
        &mut self,
        before: impl Into<StageName>,
        name: impl Into<StageName>,
        mut stage: Stage,
    ) -> Option<StageName> {
        let at = self.position(&before.into())?;
        let name = name.into();
        stage.from.name = Some(name.clone());
        stage.origin = crate::model::Origin::caller();
        self.renumber(|index| Source::Index(if index >= at { index + 1 } else { index }));
        self.stages.insert(at, stage);
        Some(name)
    }

    /// Removes a stage and returns it. References to it stay, also those by its number, and are reported when the
    /// file is rendered.
    ///
    /// ```
    /// use multistage::Dockerfile;
    ///
    /// let mut file = Dockerfile::parse("FROM alpine AS docs\nFROM alpine AS app\nCOPY --from=docs /d /d\n")?;
    /// let docs = file.remove("docs").expect("the stage is there");
    /// assert_eq!(docs.base().to_string(), "alpine");
    /// assert_eq!(file.check().diagnostics()[0].message, "no stage is named `docs`");
    ///
    /// if let Some(app) = file.find_mut("app") {
    ///     app.steps_mut().retain(|step| step.instruction().keyword() != "COPY");
    /// }
    /// assert_eq!(file.render()?, "FROM alpine AS app\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn remove(&mut self, name: impl Into<StageName>) -> Option<Stage> {
        let name = name.into();
        let at = self.position(&name)?;
        self.renumber(|index| match index.cmp(&at) {
            Ordering::Less => Source::Index(index),
            // The number is that of the next stage from now on, the name that of none.
            Ordering::Equal => Source::Stage(name.clone()),
            Ordering::Greater => Source::Index(index - 1),
        });
        Some(self.stages.remove(at))
    }

    /// Renames a stage; every reference to it follows, in triggers too. Returns the new handle, or `None` where
    /// there is no such stage.
    ///
    /// ```
    /// use multistage::Dockerfile;
    ///
    /// let mut file = Dockerfile::parse("FROM alpine AS base\nFROM base\nCOPY --from=base /a /b\n")?;
    /// file.rename("base", "tools");
    /// assert_eq!(file.render()?, "FROM alpine AS tools\n\nFROM tools\nCOPY --from=tools /a /b\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn rename(
        &mut self,
        from: impl Into<StageName>,
        to: impl Into<StageName>,
    ) -> Option<StageName> {
        let (from, to) = (from.into(), to.into());
        let at = self.position(&from)?;
        if let Some(stage) = self.stages.get_mut(at) {
            stage.from.name = Some(to.clone());
        }
        self.each_source(|_, source| {
            if matches!(source, Source::Stage(name) if *name == from) {
                *source = Source::Stage(to.clone());
            }
        });
        if let Some((n, _)) = self.beside.targets.shift_remove_full(&from) {
            self.beside
                .targets
                .shift_insert(n.min(self.beside.targets.len()), to.clone());
        }
        Some(to)
    }

    /// Gives the last stage a name unless it has one, and returns its handle; `None` where there is no stage.
    ///
    /// ```
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
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn name_last(&mut self, name: impl Into<StageName>) -> Option<StageName> {
        let last = self.stages.last_mut()?;
        Some(last.from.name.get_or_insert_with(|| name.into()).clone())
    }

    /// Sets the platform of a stage, in place of the one that it has: `--platform`. Whether there is such a stage.
    ///
    /// ```
    /// use multistage::{Dockerfile, Platform};
    ///
    /// let mut file = Dockerfile::parse("FROM golang:1.24 AS build\nFROM --platform=linux/386 alpine AS app\n")?;
    /// assert!(file.set_platform("build", Platform::build()));
    /// assert!(file.set_platform("app", "linux/arm64/v8"));
    /// assert!(!file.set_platform("docs", "linux/amd64"));
    /// assert_eq!(file.render()?, "\
    /// FROM --platform=$BUILDPLATFORM golang:1.24 AS build
    ///
    /// FROM --platform=linux/arm64/v8 alpine AS app
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#from)
    pub fn set_platform(
        &mut self,
        stage: impl Into<StageName>,
        platform: impl Into<Platform>,
    ) -> bool {
        let stage = self.find_mut(stage);
        stage
            .map(|stage| stage.from.platform = Some(platform.into()))
            .is_some()
    }

    /// Takes the platform of a stage away: it is built for the one that the build asks for. Whether there is such a
    /// stage.
    ///
    /// ```
    /// use multistage::Dockerfile;
    ///
    /// let mut file = Dockerfile::parse("FROM --platform=linux/amd64 alpine AS app\n")?;
    /// assert!(file.clear_platform("app"));
    /// assert_eq!(file.render()?, "FROM alpine AS app\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#from)
    pub fn clear_platform(&mut self, stage: impl Into<StageName>) -> bool {
        let stage = self.find_mut(stage);
        stage.map(|stage| stage.from.platform = None).is_some()
    }

    /// Replaces an image wherever one stands: in FROM, `--from` and mounts. Returns how often.
    ///
    /// ```
    /// use multistage::Dockerfile;
    ///
    /// let mut file = Dockerfile::parse("FROM node:18 AS a\nFROM node:18\n")?;
    /// assert_eq!(file.replace_image("node:18", "node:22"), 2);
    /// assert_eq!(file.render()?, "FROM node:22 AS a\n\nFROM node:22\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn replace_image(&mut self, old: impl Into<Image>, new: impl Into<Image>) -> usize {
        let (old, new) = (old.into(), new.into());
        let mut count = 0;
        self.each_source(|_, source| {
            if matches!(source, Source::Image(image) if *image == old) {
                *source = Source::Image(new.clone());
                count += 1;
            }
        });
        count
    }

    fn position(&self, name: &StageName) -> Option<usize> {
        self.stages
            .iter()
            .rposition(|stage| stage.name() == Some(name))
    }

    /// Mends the references by number when positions change. A trigger that no stage of this file triggers counts
    /// the stages of another one.
    fn renumber(&mut self, new: impl Fn(usize) -> Source) {
        let graph = Graph::of(self);
        let mut triggers = vec![false; self.stages.len()];
        for child in 0..self.stages.len() {
            if let Some(triggers) = graph.base_of(child).and_then(|at| triggers.get_mut(at)) {
                *triggers = true;
            }
        }
        for (stage, triggers) in self.stages.iter_mut().zip(triggers) {
            each_source_of(stage, triggers, &mut |_, source| {
                if let Source::Index(index) = *source {
                    *source = new(index);
                }
            });
        }
    }

    /// Calls back for every base and every `--from`, those of triggers too.
    fn each_source(&mut self, mut change: impl FnMut(Via, &mut Source)) {
        for stage in &mut self.stages {
            each_source_of(stage, true, &mut change);
        }
    }
}

fn each_source_of(stage: &mut Stage, triggers: bool, change: &mut impl FnMut(Via, &mut Source)) {
    change(Via::Base, &mut stage.from.base);
    for step in &mut stage.steps {
        match step.instruction_mut() {
            Instruction::Onbuild(onbuild) => {
                if let Some(trigger) = onbuild.instruction_mut().filter(|_| triggers) {
                    sources_mut(trigger, &mut |_, via, source| change(via, source));
                }
            }
            instruction => sources_mut(instruction, &mut |_, via, source| change(via, source)),
        }
    }
}
