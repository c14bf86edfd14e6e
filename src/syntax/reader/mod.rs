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
#[derive(Debug, Clone, Copy)]
pub(crate) struct Letters {
    /// The bits that one of the bytes has, and those that all of them have.
    any: u8,
    all: u8,
}

impl Default for Letters {
    fn default() -> Letters {
        Letters { any: 0, all: 0xff }
    }
}

impl Letters {
    #[inline]
    pub(crate) fn add(&mut self, word: &str) {
        for byte in word.bytes() {
            self.any |= byte;
            self.all &= byte;
        }
    }

    /// Returns `true` if there can be letters in lower case and in upper case; `false` only if
    /// there are not.
    pub(crate) fn may_be_in_both_cases(self) -> bool {
        // The bit that a letter has in lower case; a letter beyond ASCII may be in either.
        const LOWER: u8 = 0x20;
        let is_ascii = self.any.is_ascii();
        let one_case = self.any == 0 || self.any & LOWER == self.all & LOWER;
        !(is_ascii && one_case)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_both_cases() {
        let both = |words: &[&str]| {
            let mut letters = Letters::default();
            words.iter().for_each(|word| letters.add(word));
            letters.may_be_in_both_cases()
        };
        for words in [&["FROM", "RUN", "AS"][..], &["from", "run"], &[]] {
            assert!(!both(words), "{words:?}");
        }
        for words in [&["FROM", "as"][..], &["Run"], &["RUN", "wor\u{212a}dir"]] {
            assert!(both(words), "{words:?}");
        }
    }
}
