//! `Written`: how a file that was read is written, for the rules that ask.

use std::borrow::Cow;
use std::ops::Range;

use crate::model::Dockerfile;
use crate::syntax::reader::Letters;
use crate::syntax::{At, Layout, Part, bytes};

/// The spelling of a file that was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written<'m> {
    pub(crate) source: &'m str,
    pub(crate) layout: &'m Layout,
    /// The instructions that continue after a blank line.
    pub(crate) empty_continuations: &'m [At],
    /// The letters of all keywords, and of AS.
    pub(crate) letters: Letters,
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
        Some(joined(slice))
    }

    /// The keyword of every FROM and of every instruction of a stage, as it is written.
    pub(crate) fn keywords(
        &self,
        file: &'m Dockerfile,
    ) -> impl Iterator<Item = (At, Cow<'m, str>)> {
        self.layout.keywords().filter_map(move |(at, span)| {
            let steps = |stage: usize| file.stages.get(stage).map(|stage| stage.steps.len());
            let is_there = match at {
                At::File | At::Arg(_) => false,
                At::From(stage) => steps(stage).is_some(),
                At::Step { stage, step } => steps(stage).is_some_and(|count| step < count),
            };
            let slice = self.source.get(span).filter(|_| is_there)?;
            Some((at, joined(slice)))
        })
    }

    /// The text from the beginning of a part to the end of another one, where it is on one line.
    pub(crate) fn line_between(&self, at: At, first: Part, last: Part) -> Option<Range<usize>> {
        let span = self.layout.span(at, first)?.start..self.layout.span(at, last)?.end;
        let text = self.source.get(span.clone())?;
        (!text.contains('\n')).then_some(span)
    }
}

/// A word in lower case.
pub(super) fn lower_case(word: Cow<'_, str>) -> Cow<'_, str> {
    let is_lower = |b: u8| b.is_ascii() && !b.is_ascii_uppercase();
    match word.bytes().all(is_lower) {
        true => word,
        false => Cow::Owned(word.to_lowercase()),
    }
}

/// A word with the lines joined that it is on.
fn joined(slice: &str) -> Cow<'_, str> {
    if bytes::find(slice.as_bytes(), b'\n').is_none() {
        return slice.into();
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
    word.into()
}
