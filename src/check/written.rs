//! `Written`: how a file that was read is written, for the rules that ask.

use std::borrow::Cow;
use std::ops::Range;

use crate::syntax::{At, Layout, Part};

/// The spelling of a file that was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written<'m> {
    pub(crate) source: &'m str,
    pub(crate) layout: &'m Layout,
    /// The instructions that continue after a blank line.
    pub(crate) empty_continuations: &'m [At],
    /// The instructions with a pair in the older form, without `=`.
    pub(crate) legacy_pairs: &'m [At],
    /// FROM and ARG with the last comment that Docker attaches to them.
    pub(crate) last_comments: &'m [(At, Range<usize>)],
}

impl<'m> Written<'m> {
    /// A part as it is written.
    pub(crate) fn slice(&self, at: At, part: Part) -> Option<&'m str> {
        self.source.get(self.layout.span(at, part)?)
    }

    /// A word of an instruction, such as its keyword, with the lines joined that it is on.
    pub(crate) fn word(&self, at: At, part: Part) -> Option<Cow<'m, str>> {
        let slice = self.slice(at, part)?;
        if !slice.contains('\n') {
            return Some(slice.into());
        }
        let mut word = String::new();
        let lines = slice.split('\n').enumerate();
        // A comment between the lines is none of it, nor is the character that continues them.
        for (_, line) in lines.filter(|(n, line)| *n == 0 || !line.trim_start().starts_with('#')) {
            word.extend(
                line.chars()
                    .filter(|c| !c.is_whitespace() && !matches!(c, '\\' | '`')),
            );
        }
        Some(word.into())
    }

    /// The text from the beginning of a part to the end of another one, where it is on one line.
    pub(crate) fn line_between(&self, at: At, first: Part, last: Part) -> Option<Range<usize>> {
        let span = self.layout.span(at, first)?.start..self.layout.span(at, last)?.end;
        let text = self.source.get(span.clone())?;
        (!text.contains('\n')).then_some(span)
    }
}
