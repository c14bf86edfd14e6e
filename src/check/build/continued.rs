//! The lines that go on with an instruction, as they are written.

use std::ops::Range;

use crate::check::Checking;
use crate::check::written::Written;
use crate::syntax::{At, Part};

/// A line that the escape character at the end of a line above makes part of an instruction.
pub(super) struct Line<'s> {
    /// The byte at which it begins.
    pub(super) start: usize,
    /// The line, without its end.
    pub(super) text: &'s str,
    /// The line above that goes on, apart from blank lines and comments.
    pub(super) above: Range<usize>,
}

/// The lines of a file that go on with the one above, comments between them included.
pub(super) fn lines<'s>(written: &Written<'s>, escape: char) -> impl Iterator<Item = Line<'s>> {
    let mut above: Option<Range<usize>> = None;
    let mut at = 0;
    written.source.split('\n').filter_map(move |line| {
        let start = at;
        at += line.len() + 1;
        let content = line.trim_start();
        let goes_on = above.clone();
        if content.is_empty() {
            return None;
        }
        if !content.starts_with('#') {
            let end = line.trim_end();
            above = match end.strip_suffix(escape) {
                Some(rest) if !rest.ends_with(escape) => Some(start..start + end.len()),
                _ => None,
            };
        }
        goes_on.map(|above| Line {
            start,
            text: line.strip_suffix('\r').unwrap_or(line),
            above,
        })
    })
}

/// The instructions of a file by where they are, without the heredocs below them.
pub(super) struct Places(Vec<(Range<usize>, At)>);

impl Places {
    pub(super) fn new(checking: &Checking<'_>) -> Places {
        let mut places: Vec<(Range<usize>, At)> = Vec::new();
        let layout = checking.written.map(|written| written.layout);
        for (at, part, span) in layout.into_iter().flat_map(|layout| layout.iter()) {
            match (part, places.last_mut()) {
                (Part::Whole, _) if at != At::File => places.push((span, at)),
                (Part::Heredoc(_), Some((whole, last))) if *last == at => {
                    whole.end = whole.end.min(span.start);
                }
                _ => {}
            }
        }
        places.sort_by_key(|(span, _)| span.start);
        Places(places)
    }

    /// The instruction that a place is inside of, below its first line.
    pub(super) fn at(&self, offset: usize) -> Option<(&Range<usize>, At)> {
        let after = self.0.partition_point(|(span, _)| span.start < offset);
        let (span, at) = self.0.get(after.checked_sub(1)?)?;
        (offset < span.end).then_some((span, *at))
    }
}

/// The quotes that are open, as a shell reads a text.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    /// The byte at which the instruction begins, and how far it was read.
    start: usize,
    at: usize,
    open: Option<char>,
}

impl Quotes {
    /// The quotes that are open at a place inside an instruction.
    pub(super) fn open_at(
        &mut self,
        source: &str,
        instruction: &Range<usize>,
        offset: usize,
        escape: char,
    ) -> Option<char> {
        if self.start != instruction.start || self.at > offset {
            *self = Quotes {
                start: instruction.start,
                at: instruction.start,
                open: None,
            };
        }
        let text = source.get(self.at..offset).unwrap_or_default();
        self.at = offset;
        for line in text.split_inclusive('\n') {
            if line.trim_start().starts_with('#') {
                continue;
            }
            let end = line.trim_end();
            let line = end.strip_suffix(escape).unwrap_or(line);
            let mut escaped = false;
            for c in line.chars() {
                match (self.open, c) {
                    _ if escaped => escaped = false,
                    (None | Some('"'), '\\') => escaped = true,
                    (None, '"' | '\'') => self.open = Some(c),
                    (Some(open), _) if open == c => self.open = None,
                    _ => {}
                }
            }
        }
        self.open
    }
}
