//! `Layout`: where the parts of a model stand in a text. Writer and reader fill the same one.

use std::ops::Range;

/// A place in the model: the file itself, a global ARG, a FROM, or a step of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum At {
    /// The file: its directives and comments.
    File,
    /// The n-th global ARG.
    Arg(usize),
    /// The FROM of the n-th stage.
    From(usize),
    /// An instruction of a stage.
    Step {
        /// The stage's position in the file.
        stage: usize,
        /// The instruction's position in the stage.
        step: usize,
    },
}

impl At {
    /// The stage that the place belongs to.
    pub fn stage(self) -> Option<usize> {
        match self {
            At::File | At::Arg(_) => None,
            At::From(stage) | At::Step { stage, .. } => Some(stage),
        }
    }

    /// The order in which a text is written, so that what has been noted in it needs no sorting.
    fn order(self) -> (u8, usize, usize) {
        match self {
            At::File => (0, 0, 0),
            At::Arg(arg) => (1, arg, 0),
            At::From(stage) => (2, stage, 0),
            At::Step { stage, step } => (2, stage, step + 1),
        }
    }
}

/// A part of an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Part {
    /// All of it, heredoc bodies included.
    Whole,
    /// The keyword: `COPY`.
    Keyword,
    /// A comment line above it.
    Comment(usize),
    /// The n-th description above it; an ARG has one for each of its names.
    Description(usize),
    /// The n-th flag of this name, all of it: `--from=builder`.
    Flag(&'static str, usize),
    /// The value of the n-th flag of this name: `builder`.
    FlagValue(&'static str, usize),
    /// The value of a key of the n-th `--mount`.
    MountValue(&'static str, usize),
    /// The n-th flag that this crate has no field for.
    OtherFlag(usize),
    /// The value of the n-th flag that this crate has no field for.
    OtherFlagValue(usize),
    /// What a stage starts from.
    Base,
    /// The word `AS` before the name of a stage.
    As,
    /// The name of a stage.
    Name,
    /// The n-th key of ENV and LABEL, or name of ARG.
    Key(usize),
    /// The n-th value of ENV, LABEL and ARG.
    Value(usize),
    /// The n-th argument: of EXPOSE, VOLUME, SHELL, an exec form; a source of COPY and ADD; the one argument
    /// of USER, WORKDIR, STOPSIGNAL and MAINTAINER.
    Argument(usize),
    /// The destination of COPY and ADD.
    Destination,
    /// The command: all of its text.
    Command,
    /// The n-th line of a command in shell form.
    CommandLine(usize),
    /// The body of the n-th heredoc.
    Heredoc(usize),
    /// The instruction inside an ONBUILD.
    Trigger,
    /// A directive: `syntax`, `escape` or `check`.
    Directive(&'static str),
}

/// Where the parts of a model stand in a text, by byte range.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    spans: Vec<(At, Part, Range<usize>)>,
}

impl Layout {
    /// Where a part stands.
    pub fn span(&self, at: At, part: Part) -> Option<Range<usize>> {
        let key = (at.order(), part);
        let first = self
            .spans
            .partition_point(|(other, part, _)| (other.order(), *part) < key);
        let (found, found_part, span) = self.spans.get(first)?;
        ((*found, *found_part) == (at, part)).then(|| span.clone())
    }

    /// Where a part of the place that was noted last stands, while the text is still being read.
    pub(crate) fn latest(&self, at: At, part: Part) -> Option<Range<usize>> {
        let group = self
            .spans
            .iter()
            .rev()
            .take_while(|(other, ..)| *other == at);
        group
            .filter(|(_, other, _)| *other == part)
            .map(|(.., span)| span.clone())
            .next()
    }

    /// Moves what has been noted last of a place and stands at `from` or behind it.
    pub(crate) fn shift(&mut self, at: At, from: usize, by: usize) {
        let group = self
            .spans
            .iter_mut()
            .rev()
            .take_while(|(other, ..)| *other == at);
        for (.., span) in group.filter(|(.., span)| span.start >= from) {
            *span = span.start + by..span.end + by;
        }
    }

    /// Every part and where it stands.
    pub fn iter(&self) -> impl Iterator<Item = (At, Part, Range<usize>)> + '_ {
        self.spans.iter().cloned()
    }

    pub(crate) fn mark(&mut self, at: At, part: Part, span: Range<usize>) {
        self.spans.push((at, part, span));
    }

    /// Brings the parts into the order that `span` searches.
    pub(crate) fn finish(&mut self) {
        // Mostly they are in the order of their places, only directives are noted last.
        for place in self.spans.chunk_by_mut(|(a, ..), (b, ..)| a == b) {
            place.sort_by_key(|(_, part, _)| *part);
        }
        if !self.spans.is_sorted_by_key(|(at, ..)| at.order()) {
            self.spans.sort_by_key(|(at, part, _)| (at.order(), *part));
        }
    }
}
