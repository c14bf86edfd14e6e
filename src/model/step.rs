//! `Step`: an instruction in its place, with its comments.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use super::Origin;
use super::origin::FragmentName;
use crate::instruction::Instruction;
use crate::syntax::{Comment, Notes, Rare, Unset};

/// An instruction in its place: with the comments above and inside it.
///
/// Equal steps have the same instruction and the same comments, wherever they were added.
///
/// ```
/// use multistage::{Dockerfile, Stage, Step, instruction::Run};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("alpine").with(Step::from(Run::new("apk add curl")).comment("for the health check")));
/// assert_eq!(file.render()?, "FROM alpine\n# for the health check\nRUN apk add curl\n");
/// # Ok::<(), multistage::Report>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Step<I = Instruction> {
    pub(crate) instruction: I,
    rare: Rare<Extras>,
    pub(crate) origin: Origin,
}

/// What few steps have: comments, and the fragment that they came from.
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

    /// The instruction.
    pub fn instruction(&self) -> &I {
        &self.instruction
    }

    /// The instruction, to be changed.
    pub fn instruction_mut(&mut self) -> &mut I {
        &mut self.instruction
    }

    /// The comments above it, a line each.
    pub fn comments(&self) -> &[Comment] {
        &self.rare.notes.above
    }

    /// The comments between its lines, a line each, with the number of the line break that they follow.
    pub fn inner_comments(&self) -> &[(usize, Comment)] {
        &self.rare.notes.inside
    }

    /// The line of Rust that added it, where a builder did.
    pub fn origin(&self) -> Option<&'static Location<'static>> {
        self.origin.location()
    }

    /// The name of the [`Fragment`](crate::Fragment) that it came from; a fragment inside of another has both names,
    /// with a `/` between them.
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

    /// Adds a comment above it, a line for each line of the text.
    #[must_use]
    pub fn comment(mut self, text: impl AsRef<str>) -> Step<I> {
        Comment::add_lines(text.as_ref(), &mut self.rare.notes.above);
        self
    }

    /// Adds a comment above those that it has, unless it stands there already.
    pub(crate) fn put_comment_first(&mut self, text: &str) {
        let mut comments: Vec<Comment> = Comment::lines(text).collect();
        if !self.comments().starts_with(&comments) {
            let above = &mut self.rare.notes.above;
            comments.append(above);
            *above = comments;
        }
    }

    pub(crate) fn set_notes(&mut self, notes: Notes) {
        if !notes.is_empty() || !self.rare.is_none() {
            self.rare.notes = notes;
        }
    }
}

impl<I: fmt::Debug> fmt::Debug for Step<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let notes = &self.rare.notes;
        if notes.is_empty() {
            return self.instruction.fmt(f);
        }
        let mut out = f.debug_struct("Step");
        out.field("instruction", &self.instruction)
            .field("comments", &notes.above);
        if !notes.inside.is_empty() {
            out.field("inner_comments", &notes.inside);
        }
        out.finish()
    }
}

impl<T: Into<Instruction>> From<T> for Step {
    #[inline]
    #[track_caller]
    fn from(instruction: T) -> Step {
        Step::at(instruction.into(), Origin::caller())
    }
}
