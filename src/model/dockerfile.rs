//! `Dockerfile`: a file: its directives, its global ARGs, its stages.

use std::hash::{Hash, Hasher};

use smol_str::SmolStr;

use super::lookup::Lookup;
use super::step::{hash_steps, same_steps};
use super::{Origin, RareSet, Stage, Step};
use crate::instruction::Arg;
use crate::reference::{ArgName, Context, Image, StageName, familiar};
use crate::syntax::{CheckDirective, Comment, Engine, same_before_blank_line};
use crate::text::Escape;

/// A Dockerfile as it is written: directives, global ARGs, stages. Its configuration for one build
/// is a [`Resolved`](crate::resolve::Resolved).
///
/// It can hold mistakes. [`render`](Dockerfile::render) returns the text, or a report of every
/// mistake; [`check`](Dockerfile::check) also reports warnings.
///
/// ```
/// use multistage::{Dockerfile, Stage};
///
/// let mut file = Dockerfile::new();
/// let build = file.stage("build", Stage::new("rust:1.85").copy(".", ".")
///     .run("cargo build --release"));
/// file.push(Stage::new("debian:12-slim").copy_from(&build, "/target/release/app", "/usr/bin/"));
/// assert_eq!(file.render()?, "\
/// FROM rust:1.85 AS build
/// COPY . .
/// RUN cargo build --release
///
/// FROM debian:12-slim
/// COPY --from=build /target/release/app /usr/bin/
/// ");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// Files are equal if they render the same. What is not part of the text (contexts, targets,
/// disabled rules) does not count.
///
/// [Reference](https://docs.docker.com/reference/dockerfile/)
#[derive(Debug, Clone, Default)]
pub struct Dockerfile {
    /// The text after `#!` on the first line.
    pub(crate) shebang: Option<SmolStr>,
    pub(crate) syntax: Option<SmolStr>,
    pub(crate) escape: Option<Escape>,
    pub(crate) checks: Option<CheckDirective>,
    pub(crate) header: Vec<Comment>,
    pub(crate) args: Vec<Step<Arg>>,
    pub(crate) stages: Vec<Stage>,
    /// `true` if a blank line is to precede the next global ARG.
    pub(crate) pending_blank_line: bool,
    /// The comments after the last instruction.
    pub(crate) trailing: Vec<Comment>,
    /// The parts that are known only beside the text.
    pub(crate) beside: Beside,
}

/// Facts about a build that its Dockerfile does not say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Beside {
    pub(crate) contexts: RareSet<Context>,
    pub(crate) targets: RareSet<StageName>,
    pub(crate) allowed: RareSet<SmolStr>,
    pub(crate) engine: Option<Engine>,
    /// The model was read from a text, which a report about the model does not point into.
    pub(crate) was_read: bool,
    /// The stages that have been removed, as FROM may still name them by an expression.
    pub(crate) removed: RareSet<StageName>,
    pub(crate) lookup: Lookup,
}

impl Beside {
    /// The name of the rendered text in a report.
    pub(crate) fn report_name(&self) -> &'static str {
        match self.was_read {
            true => "Dockerfile (as rendered)",
            false => "Dockerfile",
        }
    }

    /// The declared context that takes the place of an image.
    pub(crate) fn context_of(&self, image: &Image) -> Option<&Context> {
        self.context_named(image.as_literal()?)
    }

    /// The declared context that Docker finds for the text of a reference, however the image is
    /// spelled.
    pub(crate) fn context_named(&self, text: &str) -> Option<&Context> {
        if self.contexts.is_empty() {
            return None;
        }
        self.contexts.get(familiar(text))
    }
}

impl Dockerfile {
    /// Creates an empty file. It has no text until it has a stage: Docker rejects a file without
    /// one (`empty-file`).
    pub fn new() -> Dockerfile {
        Dockerfile::default()
    }

    /// Adds a stage with a name, and returns the name, by which other stages refer to it.
    ///
    /// A name that is taken, reserved or malformed is reported when the file is rendered.
    #[track_caller]
    pub fn stage(&mut self, name: impl Into<StageName>, stage: Stage) -> StageName {
        let name = name.into();
        let mut stage = stage;
        stage.from.name = Some(name.clone());
        stage.origin = Origin::caller();
        self.push(stage);
        name
    }

    /// Adds a stage without a name. Other stages cannot refer to it.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine"));
    /// # assert_eq!(file.stages().len(), 1);
    /// ```
    pub fn push(&mut self, mut stage: Stage) {
        self.declare_spelled_args(&mut stage);
        self.add(stage);
    }

    pub(crate) fn add(&mut self, mut stage: Stage) {
        self.make_for_base(&mut stage);
        // A comment after the last instruction of a stage is above the next one.
        stage.put_comments_above(std::mem::take(&mut self.trailing));
        self.trailing.append(&mut stage.take_pending());
        stage.give_back_room();
        self.stages.push(stage);
    }

    /// Adds a global ARG, which FROM can use, and returns its name.
    ///
    /// Takes a name, a pair of name and default, or an [`Arg`]. A stage that uses the argument has
    /// to declare it again. It does so itself if it is given the returned name, or by
    /// `stage.arg(&name)`.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// let version = file.arg(("ALPINE_VERSION", "3.21"));
    /// file.push(Stage::new(format!("alpine:{version}")).arg(&version));
    /// assert_eq!(file.render()?, "\
    /// ARG ALPINE_VERSION=3.21
    ///
    /// FROM alpine:${ALPINE_VERSION}
    /// ARG ALPINE_VERSION
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[track_caller]
    pub fn arg(&mut self, arg: impl Into<Arg>) -> ArgName {
        let arg = arg.into();
        let name = arg
            .declarations
            .last()
            .map(|declaration| declaration.name.clone());
        let mut step = Step::at(arg, Origin::caller());
        step.set_blank_line(std::mem::take(&mut self.pending_blank_line));
        self.args.push(step);
        name.unwrap_or_else(|| ArgName::new(""))
    }

    /// `#!…`: the program that runs the file when it is executed. It is the first line of the file,
    /// and Docker ignores it.
    ///
    /// The text is one line; spaces at its end are dropped. Docker reads no `escape` directive
    /// below such a line, so [`set_escape`](Dockerfile::set_escape) beside it is an error of
    /// [`render`](Dockerfile::render).
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.set_shebang("/usr/bin/env -S docker build . -f").set_syntax("docker/dockerfile:1");
    /// file.push(Stage::new("alpine"));
    /// assert_eq!(file.render()?, "\
    /// ##!/usr/bin/env -S docker build . -f
    /// ## syntax=docker/dockerfile:1
    ///
    /// FROM alpine
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#parser-directives)
    pub fn set_shebang(&mut self, interpreter: impl AsRef<str>) -> &mut Dockerfile {
        self.shebang = Some(interpreter.as_ref().trim_end().into());
        self
    }

    /// `# syntax=…`: sets the frontend that reads the file, such as `docker/dockerfile:1`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.set_syntax("docker/dockerfile:1");
    /// file.push(Stage::new("alpine"));
    /// assert_eq!(file.render()?, "\
    /// ## syntax=docker/dockerfile:1
    ///
    /// FROM alpine
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#syntax)
    pub fn set_syntax(&mut self, frontend: impl AsRef<str>) -> &mut Dockerfile {
        self.syntax = Some(frontend.as_ref().into());
        self
    }

    /// `# escape=…`: sets the escape character, which quoting and line continuation use.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Escape, Stage, instruction::Run};
    /// # let mut file = Dockerfile::new();
    /// file.set_escape(Escape::Backtick);
    /// file.push(Stage::new("windows/servercore").workdir("C:\\app").run(Run::chain(["dir",
    ///     "cd"])));
    /// assert_eq!(file.render()?, "\
    /// ## escape=`
    ///
    /// FROM windows/servercore
    /// WORKDIR C:\\app
    /// RUN dir `
    ///     && cd
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#escape)
    pub fn set_escape(&mut self, escape: Escape) -> &mut Dockerfile {
        self.beside.lookup.forget();
        let before = self.escape();
        self.escape = Some(escape);
        if before != escape {
            self.read_triggers_again();
        }
        self
    }

    /// `# check=…`: sets which of Docker's build checks apply to the file.
    ///
    /// ```
    /// # use multistage::{CheckDirective, Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.set_check_directive(CheckDirective::new().skip("StageNameCasing").error(true));
    /// file.push(Stage::new("alpine"));
    /// assert_eq!(file.render()?, "\
    /// ## check=skip=StageNameCasing;error=true
    ///
    /// FROM alpine
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#check)
    pub fn set_check_directive(&mut self, checks: CheckDirective) -> &mut Dockerfile {
        self.checks = Some(checks);
        self
    }

    /// Adds a comment at the top of the file, below the directives, a line for each line of the
    /// text.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.set_syntax("docker/dockerfile:1").header("Generated. Do not edit.");
    /// file.push(Stage::new("alpine"));
    /// assert_eq!(file.render()?, "\
    /// ## syntax=docker/dockerfile:1
    ///
    /// ## Generated. Do not edit.
    ///
    /// FROM alpine
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn header(&mut self, text: impl AsRef<str>) -> &mut Dockerfile {
        Comment::add_lines(text.as_ref(), &mut self.header);
        self
    }

    /// Puts a blank line above the global ARG that is added next; below the header, if there is no
    /// global ARG yet. There is at most one.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.arg(("GO_VERSION", "1.24"));
    /// file.arg(("ALPINE_VERSION", "3.21"));
    /// file.blank_line().arg(("APP_VERSION", "2.0"));
    /// file.push(Stage::new("alpine"));
    /// assert_eq!(file.render()?, "\
    /// ARG GO_VERSION=1.24
    /// ARG ALPINE_VERSION=3.21
    ///
    /// ARG APP_VERSION=2.0
    ///
    /// FROM alpine
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn blank_line(&mut self) -> &mut Dockerfile {
        match self.header.last_mut().filter(|_| self.args.is_empty()) {
            Some(last) => last.set_blank_line(true),
            None => self.pending_blank_line = !self.args.is_empty(),
        }
        self
    }

    /// Declares a named build context (`docker build --build-context NAME=…`) and returns its
    /// name.
    ///
    /// The declaration is not part of the text. It tells `render` that the name is not an image.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// let docs = file.context("docs-site");
    /// file.push(Stage::new("nginx").copy_from(&docs, "/", "/usr/share/nginx/html/"));
    /// assert_eq!(file.render()?, "FROM nginx\nCOPY --from=docs-site / /usr/share/nginx/html/\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn context(&mut self, name: impl Into<Context>) -> Context {
        let context = name.into();
        self.beside.contexts.insert(context.clone());
        context
    }

    /// Marks a stage as a target: it is built by name, with `docker build --target`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// let mut file = Dockerfile::new();
    /// let test = file.stage("test", Stage::new("alpine"));
    /// file.target(&test);
    /// assert_eq!(file.targets().next(), Some(&test));
    /// ```
    ///
    /// [Reference](https://docs.docker.com/build/building/multi-stage/#stop-at-a-specific-build-stage)
    pub fn target(&mut self, stage: impl Into<StageName>) -> &mut Dockerfile {
        self.beside.targets.insert(stage.into());
        self
    }

    /// Disables a rule, by its id: a warning, or an error that Docker would accept. A rule about
    /// text that a position cannot hold cannot be disabled.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage, StageName};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").copy_from(&StageName::new("elsewhere"), "/a", "/b"));
    /// assert!(file.render().is_err());
    /// file.allow("unknown-stage");
    /// assert!(file.render().is_ok());
    /// ```
    pub fn allow(&mut self, rule: impl AsRef<str>) -> &mut Dockerfile {
        self.beside.allowed.insert(rule.as_ref().into());
        self
    }

    /// Returns the stages, in order.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.stage("build", Stage::new("golang:1.24").workdir("/src"));
    /// file.push(Stage::new("scratch"));
    ///
    /// let [build, last] = file.stages() else { panic!("two stages") };
    /// assert_eq!(build.name().map(|name| name.as_str()), Some("build"));
    /// assert_eq!(build.base().to_string(), "golang:1.24");
    /// assert_eq!(build.steps()[0].instruction().keyword(), "WORKDIR");
    /// assert!(last.name().is_none());
    /// ```
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Returns the stages, to be changed.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{Dockerfile, instruction::{Instruction, Mount}};
    ///
    /// let mut file = Dockerfile::parse("FROM node:22\nRUN npm ci\n")?;
    /// for step in file.stages_mut().iter_mut().flat_map(|stage| stage.steps_mut()) {
    ///     if let Instruction::Run(run) = step.instruction_mut() {
    ///         run.mounts.push(Mount::cache("/root/.npm"));
    ///     }
    /// }
    /// assert_eq!(file.render()?, "\
    /// FROM node:22
    /// RUN --mount=type=cache,target=/root/.npm \\
    ///     npm ci
    /// ");
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn stages_mut(&mut self) -> &mut [Stage] {
        self.beside.lookup.forget();
        &mut self.stages
    }

    /// Returns the global ARGs, in order.
    ///
    /// ```
    /// use multistage::Dockerfile;
    ///
    /// let mut file = Dockerfile::new();
    /// file.arg(("NODE", "22"));
    /// let declared = file.args()[0].instruction().declarations();
    /// assert_eq!(declared[0].name().as_str(), "NODE");
    /// ```
    pub fn args(&self) -> &[Step<Arg>] {
        &self.args
    }

    /// Returns the text after `#!` on the first line, or `None`.
    pub fn shebang(&self) -> Option<&str> {
        self.shebang.as_deref()
    }

    /// Returns the frontend that the `syntax` directive names, or `None` without the directive.
    pub fn syntax(&self) -> Option<&str> {
        self.syntax.as_deref()
    }

    /// Returns the escape character of the file: that of the directive, or the backslash.
    pub fn escape(&self) -> Escape {
        self.escape.unwrap_or_default()
    }

    /// Returns the options of the `check` directive, or `None` without the directive.
    pub fn check_directive(&self) -> Option<&CheckDirective> {
        self.checks.as_ref()
    }

    /// Returns the comments at the top, a line each. A comment directly above FROM belongs to the
    /// stage: [`Stage::comments`].
    pub fn header_comments(&self) -> &[Comment] {
        &self.header
    }

    /// Returns the comments after the last instruction, a line each. A stage that is added later
    /// gets them above its FROM.
    pub fn trailing_comments(&self) -> &[Comment] {
        &self.trailing
    }

    /// Returns the names of the contexts that [`context`](Dockerfile::context) declared, in order.
    /// A file that was read declares none.
    pub fn contexts(&self) -> impl Iterator<Item = &Context> {
        self.beside.contexts.iter()
    }

    /// Returns the stages that [`target`](Dockerfile::target) marked, in order. A file that was
    /// read marks none.
    pub fn targets(&self) -> impl Iterator<Item = &StageName> {
        self.beside.targets.iter()
    }
}

impl Dockerfile {
    /// Returns `true` if all parts are the same, each where it is.
    fn has_same_parts(&self, other: &Dockerfile) -> bool {
        self.shebang == other.shebang
            && self.syntax == other.syntax
            && self.escape == other.escape
            && self.checks == other.checks
            && same_before_blank_line(&self.header, &other.header)
            && same_steps(&self.args, &other.args, |_, n| n == 0)
            && self.stages == other.stages
            && same_before_blank_line(&self.trailing, &other.trailing)
    }
}

impl PartialEq for Dockerfile {
    fn eq(&self, other: &Dockerfile) -> bool {
        let waiting = || self.has_waiting() || other.has_waiting();
        self.has_same_parts(other) || (waiting() && self.placed().has_same_parts(&other.placed()))
    }
}

impl Eq for Dockerfile {}

impl Hash for Dockerfile {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let file = self.placed();
        (&file.shebang, &file.syntax, file.escape, &file.checks).hash(state);
        (file.header.len(), file.trailing.len(), &file.stages).hash(state);
        hash_steps(&file.args, state);
    }
}

impl Extend<Stage> for Dockerfile {
    fn extend<I: IntoIterator<Item = Stage>>(&mut self, stages: I) {
        for stage in stages {
            self.push(stage);
        }
    }
}
