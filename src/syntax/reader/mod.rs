//! The reader: logical lines, then the keyword, the flags and the arguments of each instruction.

mod args;
mod flags;
mod lines;

pub(crate) use self::args::{Args, Word, WordPlace, Words, is_blank, is_keyword, is_quoted_word};
pub(crate) use self::flags::RawFlag;
pub(crate) use self::lines::{Body, CommentLine, LineError, Lines, Logical, find_directive};

use std::ops::Range;

use super::layout::Layout;
use super::part::{At, Part};

/// The findings of the reader so far: where things are, and what Docker would reject.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// `None` where nobody will ask.
    pub(crate) layout: Option<Layout>,
    pub(crate) refusals: Vec<Refusal>,
    /// The instructions that continue after a blank line.
    pub(crate) empty_continuations: Vec<At>,
    /// The instructions with a pair in the older form, without `=`.
    pub(crate) legacy_pairs: Vec<At>,
    /// The letters of all keywords, and of AS.
    pub(crate) letters: Letters,
    /// FROM and ARG with the last comment that Docker attaches to them, as it keeps that.
    pub(crate) last_comments: Vec<(At, Range<usize>)>,
}

/// The cases of the letters of words.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Letters {
    lower: bool,
    upper: bool,
}

impl Letters {
    pub(crate) fn add(&mut self, word: &str) {
        // Any letter beyond ASCII may be in either.
        for byte in word.bytes() {
            self.lower |= byte.is_ascii_lowercase() || !byte.is_ascii();
            self.upper |= byte.is_ascii_uppercase() || !byte.is_ascii();
        }
    }

    /// Returns `true` if there are letters in lower case and in upper case.
    pub(crate) fn are_in_both_cases(self) -> bool {
        self.lower && self.upper
    }
}

/// Something that Docker would reject, or that was changed so that it keeps its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) kind: RefusalKind,
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// The kind of what Docker rejects; the rules have a name for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefusalKind {
    AmbiguousStage,
    Arguments,
    Directive,
    EmptyFile,
    Flag,
    Heredoc,
    Image,
    Json,
    Line,
    Order,
    Reference,
    RenamedStage,
    StageName,
    UnknownInstruction,
    Value,
}

impl Found {
    /// Notes where a part is.
    pub(crate) fn mark(&mut self, at: At, part: Part, span: impl FnOnce() -> Range<usize>) {
        if let Some(layout) = &mut self.layout {
            layout.mark(at, part, span());
        }
    }

    pub(crate) fn refuse(
        &mut self,
        kind: RefusalKind,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.refusals.push(Refusal {
            kind,
            span,
            message: message.into(),
            help: help.into(),
        });
    }
}
