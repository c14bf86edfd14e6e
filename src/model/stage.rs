//! `Stage`: a base and the steps upon it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::panic::Location;

use super::step::{hash_steps, same_steps};
use super::{DeclaredNames, Origin, Step};
use crate::instruction::From;
use crate::reference::{Base, Platform, Source, StageName};
use crate::syntax::{Comment, Comments, Description, Notes, Rare, Unset};

/// A stage of a build: a base and instructions.
///
/// A stage is a value: functions return it, tests compare it, loops make it. It becomes part of a
/// file, with a name or without one, by [`Dockerfile::stage`](crate::Dockerfile::stage) and
/// [`Dockerfile::push`](crate::Dockerfile::push).
///
/// ```
/// use multistage::{Dockerfile, Stage};
///
/// fn python(version: &str) -> Stage {
///     Stage::new(format!("python:{version}")).workdir("/app").copy(".", ".")
/// }
///
/// let mut file = Dockerfile::new();
/// for version in ["3.12", "3.13"] {
///     file.stage(format!("test-{version}"), python(version).run("pytest"));
/// }
/// assert_eq!(file.render()?, "\
/// FROM python:3.12 AS test-3.12
/// WORKDIR /app
/// COPY . .
/// RUN pytest
///
/// FROM python:3.13 AS test-3.13
/// WORKDIR /app
/// COPY . .
/// RUN pytest
/// ");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/build/building/multi-stage/)
#[must_use = "a stage does nothing until it is added to a `Dockerfile`; write `let _ =` for one that was removed"]
#[derive(Clone)]
pub struct Stage {
    pub(crate) from: From,
    pub(crate) steps: Vec<Step>,
    pub(crate) notes: Rare<StageNotes>,
    pub(crate) origin: Origin,
    pub(crate) declared: DeclaredNames,
}

/// The comments of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct StageNotes {
    pub(crate) comments: Comments,
    pub(crate) description: Option<Box<Description>>,
    pub(crate) pending: Rare<Pending>,
}

/// The notes of the next instruction.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Pending {
    pub(crate) comments: Vec<Comment>,
    /// `true` if a blank line is to precede it.
    pub(crate) blank_line: bool,
}

impl Unset for Pending {
    const UNSET: Pending = Pending {
        comments: Vec::new(),
        blank_line: false,
    };
    const SHARED: &'static Pending = &Pending::UNSET;
}

impl Unset for StageNotes {
    const UNSET: StageNotes = StageNotes {
        comments: Comments::NONE,
        description: None,
        pending: Rare::NONE,
    };
    const SHARED: &'static StageNotes = &StageNotes::UNSET;
}

impl Stage {
    /// Creates a stage on a base: `FROM <base>`.
    ///
    /// A string is an image. For a stage or a named context, pass the name that
    /// [`Dockerfile::stage`](crate::Dockerfile::stage) or
    /// [`Dockerfile::context`](crate::Dockerfile::context) returned.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// let base = file.stage("base", Stage::new("alpine:3.21"));
    /// file.push(Stage::new(&base));
    /// assert_eq!(file.render()?, "FROM alpine:3.21 AS base\n\nFROM base\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[track_caller]
    pub fn new(base: impl Into<Base>) -> Stage {
        Stage {
            from: From::new(base.into().0),
            steps: Vec::new(),
            notes: Rare::NONE,
            origin: Origin::caller(),
            declared: DeclaredNames::default(),
        }
    }

    /// A stage that no builder made.
    pub(crate) fn of(from: From) -> Stage {
        Stage {
            from,
            steps: Vec::new(),
            notes: Rare::NONE,
            origin: Origin::default(),
            declared: DeclaredNames::default(),
        }
    }

    /// Returns the FROM of the stage: base, platform, name and flags.
    pub fn from_line(&self) -> &From {
        &self.from
    }

    /// Returns the FROM of the stage, to be changed. A name that is changed here does not change
    /// the references to the stage; [`Dockerfile::rename`](crate::Dockerfile::rename) does.
    ///
    /// ```
    /// use multistage::{Dockerfile, Image, Source, Stage};
    ///
    /// let mut stage = Stage::new("node:20");
    /// stage.from_line_mut().base = Source::from(Image::new("node:22"));
    /// stage.from_line_mut().platform = Some("linux/arm64".into());
    /// let mut file = Dockerfile::new();
    /// file.push(stage);
    /// assert_eq!(file.render()?, "FROM --platform=linux/arm64 node:22\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn from_line_mut(&mut self) -> &mut From {
        &mut self.from
    }

    /// Returns the name, or `None` for a stage that was added by [`push`](crate::Dockerfile::push).
    pub fn name(&self) -> Option<&StageName> {
        self.from.name.as_ref()
    }

    /// Returns the base: a stage, an image or a named context.
    pub fn base(&self) -> &Source {
        &self.from.base
    }

    /// Returns the description that [`describe`](Stage::describe) set, or that was read; `None`
    /// without one.
    pub fn description(&self) -> Option<&str> {
        self.notes
            .description
            .as_ref()
            .map(|description| description.text.as_str())
    }

    /// Returns the comments above FROM, a line each, without the description.
    pub fn comments(&self) -> &[Comment] {
        &self.notes.comments
    }

    /// Returns the steps, in order: each is an instruction with its comments.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns the steps, to be changed, reordered, inserted and removed.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{Dockerfile, instruction::{Copy, Instruction, User}};
    ///
    /// let mut file = Dockerfile::parse("FROM node:22 AS app\nWORKDIR /app\nRUN npm ci\n")?;
    /// if let Some(stage) = file.find_mut("app") {
    ///     let steps = stage.steps_mut();
    ///     steps.insert(0, User::new("node").into());
    ///     let workdir = |instruction: &Instruction| matches!(instruction,
    ///         Instruction::Workdir(_));
    ///     if let Some(at) = steps.iter().position(|step| workdir(step.instruction())) {
    ///         steps.insert(at + 1, Copy::new("package*.json", "./").into());
    ///     }
    /// }
    /// assert_eq!(file.render()?, "\
    /// FROM node:22 AS app
    /// USER node
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// ");
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn steps_mut(&mut self) -> &mut Vec<Step> {
        self.declared.forget();
        &mut self.steps
    }

    /// Returns the line of Rust that made the stage; `None` for a stage that was read from a text
    /// or data.
    pub fn origin(&self) -> Option<&'static Location<'static>> {
        self.origin.location()
    }

    /// `--platform`: sets the platform of the base image.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").platform("linux/arm64"));
    /// assert_eq!(file.render()?, "\
    /// FROM --platform=linux/arm64 alpine
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#from)
    pub fn platform(mut self, platform: impl Into<Platform>) -> Stage {
        self.from.platform = Some(platform.into());
        self
    }

    /// Describes the stage: the comment `# NAME text` above FROM, which
    /// `docker build --call=targets` prints. One line; the stage needs a name.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.stage("test", Stage::new("python:3.13").describe("runs the test suite"));
    /// assert_eq!(file.render()?, "# test runs the test suite\nFROM python:3.13 AS test\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn describe(mut self, text: impl AsRef<str>) -> Stage {
        self.notes.description = Some(Box::new(text.as_ref().into()));
        self
    }

    /// Adds a comment above FROM, one line for each line of the text.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").header("the tools\nof the build"));
    /// assert_eq!(file.render()?, "\
    /// ## the tools
    /// ## of the build
    /// FROM alpine
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#format)
    pub fn header(mut self, text: impl AsRef<str>) -> Stage {
        let comments = &mut self.notes.comments;
        Comment::each_line(text.as_ref(), &mut |comment| comments.push(comment));
        self
    }

    /// Adds a step at the end.
    pub(crate) fn add_step(&mut self, mut step: Step) {
        self.make_for_shell(&mut step);
        if self.has_pending() {
            self.put_pending(&mut step);
        }
        self.push_step(step);
    }

    /// Adds a step at the end as it is.
    #[inline(always)]
    pub(crate) fn push_step(&mut self, step: Step) {
        if self.steps.len() == self.steps.capacity() {
            self.make_room();
        }
        self.steps.push(step);
    }

    /// Makes room for some steps, and then for three times as many: most stages have few, and
    /// the steps of most others are moved once.
    #[cold]
    fn make_room(&mut self) {
        let room = self.steps.capacity();
        self.steps.reserve_exact(FIRST_STEPS.max(2 * room));
    }

    /// Gives back the room for more steps, which a stage in a file mostly does not get, if it is
    /// more than what is needed: less is not worth the time.
    #[inline]
    pub(crate) fn give_back_room(&mut self) {
        if self.steps.capacity() > FIRST_STEPS.max(2 * self.steps.len()) {
            self.shrink();
        }
    }

    #[cold]
    #[inline(never)]
    fn shrink(&mut self) {
        self.steps.shrink_to_fit();
    }

    /// Returns `true` if something waits for the next instruction.
    #[inline]
    pub(crate) fn has_pending(&self) -> bool {
        if self.notes.is_none() {
            return false;
        }
        let pending = &*self.notes.pending;
        pending.blank_line || !pending.comments.is_empty()
    }

    /// Puts the comments that wait for the next instruction above it.
    pub(crate) fn put_pending(&mut self, step: &mut Step) {
        let mut blank_line = self.take_pending_blank_line();
        let mut above = self.take_pending();
        if step.has_blank_line() {
            // It is below the comments that waited for the step.
            match above.last_mut() {
                Some(last) => last.set_blank_line(true),
                None => blank_line = true,
            }
        }
        above.extend(step.comments().iter().cloned());
        let inside = step.inner_comments().to_vec();
        step.set_notes(Notes {
            blank_line,
            above,
            inside,
        });
    }

    /// Takes the blank line above the next instruction.
    pub(crate) fn take_pending_blank_line(&mut self) -> bool {
        let pending = self.pending_mut();
        pending.is_some_and(|pending| std::mem::take(&mut pending.blank_line))
    }

    /// Takes the comments for the next instruction.
    pub(crate) fn take_pending(&mut self) -> Vec<Comment> {
        let pending = self.pending_mut();
        pending.map_or_else(Vec::new, |pending| std::mem::take(&mut pending.comments))
    }

    fn pending_mut(&mut self) -> Option<&mut Pending> {
        self.notes.get_mut()?.pending.get_mut()
    }
}

/// Stages are equal if they are written the same: a blank line counts unless the writer puts one
/// there anyway.
impl PartialEq for Stage {
    fn eq(&self, other: &Stage) -> bool {
        self.from == other.from
            && self.notes.comments == other.notes.comments
            && self.notes.description == other.notes.description
            && self.notes.pending.comments == other.notes.pending.comments
            && same_steps(&self.steps, &other.steps, |steps, n| {
                let above = n.checked_sub(1).and_then(|above| steps.get(above));
                above.is_some_and(|step| step.instruction().has_heredocs())
            })
    }
}

impl Eq for Stage {}

impl Hash for Stage {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.from, &self.notes.comments, &self.notes.description).hash(state);
        self.notes.pending.comments.hash(state);
        hash_steps(&self.steps, state);
    }
}

/// For how many steps there is room at first.
const FIRST_STEPS: usize = 8;

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Stage");
        out.field("from", &self.from);
        let StageNotes {
            comments,
            description,
            pending,
        } = &*self.notes;
        if !comments.is_empty() {
            out.field("comments", comments);
        }
        if let Some(description) = description {
            out.field("description", &description.text);
        }
        out.field("steps", &self.steps);
        if !pending.comments.is_empty() {
            out.field("pending", &pending.comments);
        }
        out.finish()
    }
}
