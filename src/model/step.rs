//! `Step`: an instruction in its place, with its comments.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::panic::Location;
use std::sync::Arc;

use super::Origin;
use super::origin::FragmentName;
#[cfg(feature = "parse")]
use crate::instruction::Arg;
use crate::instruction::Instruction;
use crate::syntax::{Comment, Notes, Rare, Unset};

/// An instruction in its place: with the comments above and inside it.
///
/// Equal steps have the same instruction, the same comments, and both or neither have a blank line
/// above, wherever they were added.
///
/// ```
/// use multistage::{Dockerfile, Stage, Step, instruction::Run};
///
/// let step = Step::from(Run::new("apk add curl")).comment("for the health check");
/// assert_eq!(step.instruction().keyword(), "RUN");
/// assert_eq!(step.comments()[0].text(), "for the health check");
/// assert!(!step.has_blank_line());
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("alpine").instruction(step));
/// assert_eq!(file.render()?, "FROM alpine\n# for the health check\nRUN apk add curl\n");
///
/// let step = &file.stages()[0].steps()[0];
/// assert!(step.origin().is_some());
/// assert!(step.fragment().is_none());
/// # Ok::<(), multistage::Report>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Step<I = Instruction> {
    pub(crate) instruction: I,
    rare: Rare<Extras>,
    pub(crate) origin: Origin,
}

/// The parts that few steps have: comments, and the fragment that they came from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Extras {
    notes: Notes,
    fragment: FragmentName,
}

impl Unset for Extras {
    const UNSET: Extras = Extras {
        notes: Notes::NONE,
        fragment: FragmentName::NONE,
    };
    const SHARED: &'static Extras = &Extras::UNSET;
}

impl<I> Step<I> {
    pub(crate) fn at(instruction: I, origin: Origin) -> Step<I> {
        Step {
            instruction,
            rare: Rare::NONE,
            origin,
        }
    }

    /// Returns the instruction.
    pub fn instruction(&self) -> &I {
        &self.instruction
    }

    /// Returns the instruction, to be changed.
    ///
    /// ```
    /// use multistage::{Dockerfile, Instruction, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").user("root"));
    /// for step in file.stages_mut()[0].steps_mut() {
    ///     if let Instruction::User(user) = step.instruction_mut() {
    ///         user.user = "10001".into();
    ///     }
    /// }
    /// assert_eq!(file.render()?, "FROM alpine\nUSER 10001\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn instruction_mut(&mut self) -> &mut I {
        &mut self.instruction
    }

    /// Returns the comments above it, a line each.
    pub fn comments(&self) -> &[Comment] {
        &self.rare.notes.above
    }

    /// Returns the comments between its lines, a line each. The number before each is that of the
    /// line break that it follows.
    pub fn inner_comments(&self) -> &[(usize, Comment)] {
        &self.rare.notes.inside
    }

    /// All of them, and whether a blank line is above.
    pub(crate) fn notes(&self) -> &Notes {
        &self.rare.notes
    }

    /// Returns `true` if it may have comments or a blank line above.
    #[inline]
    pub(crate) fn has_notes(&self) -> bool {
        !self.rare.is_none()
    }

    /// Returns `true` if a blank line separates it, with its comments, from the step above.
    pub fn has_blank_line(&self) -> bool {
        self.rare.notes.blank_line
    }

    /// Returns the line of Rust that added it; `None` for a step that was read from a text or data.
    pub fn origin(&self) -> Option<&'static Location<'static>> {
        self.origin.location()
    }

    /// Returns the name of the [`Fragment`](crate::Fragment) that it came from, or `None`. A
    /// fragment inside another has both names, with a `/` between them.
    pub fn fragment(&self) -> Option<&str> {
        self.rare.fragment.as_str()
    }

    /// Says which line of Rust adds it, and that it comes from no fragment.
    pub(crate) fn set_origin(&mut self, origin: Origin) {
        self.origin = origin;
        if let Some(rare) = self.rare.get_mut() {
            rare.fragment = FragmentName::NONE;
        }
    }

    pub(crate) fn add_fragment(&mut self, name: &Arc<str>) {
        self.rare.fragment.add(name);
    }

    /// Adds a comment above it, a line for each line of the text. A comment that Docker would act
    /// upon, such as `check=skip=all`, is an error (`live-check-comment`).
    #[must_use]
    pub fn comment(mut self, text: impl AsRef<str>) -> Step<I> {
        Comment::add_lines(text.as_ref(), &mut self.rare.notes.above);
        self
    }

    /// Puts a blank line above the step and its comments: a new paragraph of the stage.
    ///
    /// There is at most one. The writer adds one of its own above FROM and below heredocs.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage, Step, instruction::Run};
    ///
    /// let mut file = Dockerfile::new();
    /// let test = Step::from(Run::new("make test")).blank_line();
    /// file.push(Stage::new("alpine").run("make").instruction(test));
    /// assert_eq!(file.render()?, "FROM alpine\nRUN make\n\nRUN make test\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[must_use]
    pub fn blank_line(mut self) -> Step<I> {
        self.set_blank_line(true);
        self
    }

    /// Puts a blank line above the step and its comments if the argument is `true`, else removes
    /// it. See [`blank_line`](Step::blank_line).
    pub fn set_blank_line(&mut self, blank: bool) {
        if blank != self.has_blank_line() {
            self.rare.notes.blank_line = blank;
        }
    }

    /// Adds a comment above those that it has, unless it is there already.
    pub(crate) fn put_comment_first(&mut self, text: &str) {
        let mut comments: Vec<Comment> = Comment::lines(text).collect();
        if !self.comments().starts_with(&comments) {
            let above = &mut self.rare.notes.above;
            comments.append(above);
            *above = comments;
        }
    }

    /// Returns `true` if the step is another but for the blank line above it.
    fn same_but_for_blank_line(&self, other: &Step<I>) -> bool
    where
        I: PartialEq,
    {
        self.instruction == other.instruction
            && self.comments() == other.comments()
            && self.inner_comments() == other.inner_comments()
    }

    pub(crate) fn set_notes(&mut self, notes: Notes) {
        if !notes.is_empty() || !self.rare.is_none() {
            self.rare.notes = notes;
        }
    }
}

/// Returns `true` if lists of steps come out the same. `blank_line`: whether the writer puts one
/// above a step without being asked to.
pub(super) fn same_steps<I: PartialEq>(
    one: &[Step<I>],
    other: &[Step<I>],
    blank_line: impl Fn(&[Step<I>], usize) -> bool,
) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).enumerate().all(|(n, (a, b))| {
            a.same_but_for_blank_line(b)
                && (a.has_blank_line() == b.has_blank_line() || blank_line(one, n))
        })
}

/// Hashes what [`same_steps`] compares.
pub(super) fn hash_steps<I: Hash, H: Hasher>(steps: &[Step<I>], state: &mut H) {
    steps.len().hash(state);
    for step in steps {
        (&step.instruction, step.comments(), step.inner_comments()).hash(state);
    }
}

impl<I: fmt::Debug> fmt::Debug for Step<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let notes = &self.rare.notes;
        if notes.is_empty() {
            return self.instruction.fmt(f);
        }
        let mut out = f.debug_struct("Step");
        out.field("instruction", &self.instruction);
        if notes.blank_line {
            out.field("blank_line", &true);
        }
        out.field("comments", &notes.above);
        if !notes.inside.is_empty() {
            out.field("inner_comments", &notes.inside);
        }
        out.finish()
    }
}

impl Step {
    /// Adds a comment inside the instruction, a line for each line of the text: above the n-th line
    /// of the command of RUN, CMD and ENTRYPOINT, or above the n-th pair of ENV and LABEL, counted
    /// from 0.
    ///
    /// Docker drops such comments before the shell sees the command. Where the instruction breaks
    /// no line, it is a [`comment`](Step::comment) above it.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage, Step, instruction::{Env, Run}};
    ///
    /// let install = Step::from(Run::chain(["apk update", "apk add curl"]))
    ///     .inner_comment(1, "for the health check");
    /// let env = Step::from(Env::new("LANG", "C.UTF-8").and("TZ", "UTC")).inner_comment(1,
    ///     "of the logs");
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").instruction(install).instruction(env));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN apk update \\
    ///     ## for the health check
    ///     && apk add curl
    /// ENV LANG=C.UTF-8 \\
    ///     ## of the logs
    ///     TZ=UTC
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#format)
    #[must_use]
    pub fn inner_comment(mut self, line: usize, text: impl AsRef<str>) -> Step {
        self.add_inner_comments(line, Comment::lines(text));
        self
    }

    fn add_inner_comments(&mut self, line: usize, comments: impl Iterator<Item = Comment>) {
        let Some(at) = self.instruction.break_above(line) else {
            return self.rare.notes.above.extend(comments);
        };
        let inside = &mut self.rare.notes.inside;
        let place = inside.partition_point(|(other, _)| *other <= at);
        inside.splice(place..place, comments.map(|comment| (at, comment)));
    }

    /// Moves the comments inside the instruction that follow a break, or a later one.
    pub(crate) fn move_inner_comments(&mut self, from: usize, to: usize) {
        if self.inner_comments().is_empty() || from == to {
            return;
        }
        for (at, _) in &mut self.rare.notes.inside {
            if *at >= from {
                *at = *at - from + to;
            }
        }
    }

    /// The step as a global ARG, where it is an ARG.
    #[cfg(feature = "parse")]
    pub(crate) fn into_arg(self) -> Option<Step<Arg>> {
        let Instruction::Arg(instruction) = self.instruction else {
            return None;
        };
        Some(Step {
            instruction,
            rare: self.rare,
            origin: self.origin,
        })
    }
}

impl<T: Into<Instruction>> From<T> for Step {
    #[inline]
    #[track_caller]
    fn from(instruction: T) -> Step {
        Step::at(instruction.into(), Origin::caller())
    }
}
