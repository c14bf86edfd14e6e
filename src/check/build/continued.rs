//! The lines that go on with an instruction, as they are written.

use std::ops::Range;

use super::{comment_in_string, swallowed_instruction};
use crate::check::Checking;
use crate::check::written::Written;
use crate::syntax::{At, Part, bytes};
use crate::text::Escape;

/// A line that the escape character at the end of a line above makes part of an instruction.
#[derive(Debug)]
pub(super) struct Line<'s> {
    /// The byte at which it begins.
    pub(super) start: usize,
    /// The line, without its end.
    pub(super) text: &'s str,
    /// The line above that is continued, apart from blank lines and comments.
    pub(super) above: Range<usize>,
}

/// The lines that go on with an instruction and look like something else.
#[derive(Debug, Default)]
pub(in crate::check) struct Continued<'s> {
    /// Lines that begin with a keyword.
    pub(super) keywords: Vec<(&'static str, Line<'s>)>,
    /// Lines that begin with `#` where a text may go on.
    pub(super) comments: Vec<Line<'s>>,
}

impl<'s> Continued<'s> {
    pub(in crate::check) fn of(written: &Written<'s>, escape: Escape) -> Continued<'s> {
        let mut found = Continued::default();
        for line in lines(written.source, escape) {
            let content = bytes::trim_start(line.text);
            if content.starts_with('#') {
                if comment_in_string::may_be_text(written.source, &line, escape) {
                    found.comments.push(line);
                }
            } else if let Some(keyword) = swallowed_instruction::keyword(content) {
                found.keywords.push((keyword, line));
            }
        }
        found
    }
}

/// The lines of a file that go on with the one above, comments between them included.
fn lines(source: &str, escape: Escape) -> impl Iterator<Item = Line<'_>> {
    let mut above: Option<Range<usize>> = None;
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            if above.is_none() {
                at = next_continued(source, at, escape)?;
            }
            let rest = source.get(at..)?;
            let start = at;
            let end = bytes::find(rest.as_bytes(), b'\n').unwrap_or(rest.len());
            let line = rest.get(..end).unwrap_or_default();
            // At the end of the text there is no other line.
            at += end + 1;
            let content = bytes::trim_start(line);
            if content.is_empty() {
                continue;
            }
            let goes_on = above.clone();
            if !content.starts_with('#') {
                let end = bytes::trim_end(line);
                above = match end.strip_suffix(escape.char()) {
                    Some(rest) if !rest.ends_with(escape.char()) => Some(start..start + end.len()),
                    _ => None,
                };
            }
            if let Some(above) = goes_on {
                return Some(Line {
                    start,
                    text: line.strip_suffix('\r').unwrap_or(line),
                    above,
                });
            }
        }
    })
}

/// The beginning of the next line with the escape character at its end, from the beginning of a
/// line on.
fn next_continued(source: &str, from: usize, escape: Escape) -> Option<usize> {
    let mut at = from;
    loop {
        let found = bytes::find(source.as_bytes().get(at..)?, escape.byte())?;
        let before = at + found;
        at = before + 1;
        let rest = source.get(at..)?;
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() && c != '\n');
        if rest.is_empty() || rest.starts_with('\n') {
            let line = source.get(from..before)?.rfind('\n');
            return Some(line.map_or(from, |end| from + end + 1));
        }
    }
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
