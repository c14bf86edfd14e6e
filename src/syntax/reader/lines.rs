//! Lines: a text becomes directives, comments, and instructions on logical lines with their
//! heredocs.

use std::ops::Range;

use crate::limits;
use crate::syntax::bytes::{self, Bytes, trim_start};
use crate::syntax::comment::directive_in;
use crate::syntax::heredoc::Marker;
use crate::text::Escape;

/// A comment line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CommentLine<'s> {
    /// The text after the `#`.
    pub(crate) text: &'s str,
    pub(crate) span: Range<usize>,
    /// `true` if spaces precede the `#`: Docker acts on no such comment.
    pub(crate) indented: bool,
    /// `true` if a blank line follows.
    pub(crate) before_blank: bool,
}

impl CommentLine<'_> {
    /// The comment in the source, without the spaces before it.
    pub(crate) fn content(&self) -> Range<usize> {
        self.span.end - self.text.len() - 1..self.span.end
    }

    /// The comment as Docker attaches it to the instruction below; an empty one parts what is above
    /// from what is below.
    pub(crate) fn attached(&self) -> Option<Range<usize>> {
        let text = self.text.trim();
        // Docker keeps the `#` of one that is indented.
        if text.is_empty() && !self.indented {
            return None;
        }
        let behind = self.text.len() - self.text.trim_start().len();
        let start = self.span.end - self.text.len();
        let end = start + self.text.trim_end().len();
        Some(if self.indented {
            start - 1..end
        } else {
            start + behind..end
        })
    }
}

/// An instruction on its logical line, without the heredocs that may follow. One value is filled
/// again and again, so that its lists are allocated once.
#[derive(Debug, Default)]
pub(crate) struct Logical<'s> {
    /// The line, where it is one of the source.
    single: &'s str,
    /// The line as Docker joins it, where it is several of the source.
    joined: String,
    /// The starts of the pieces that were joined: in the joined text, and in the source. None for a
    /// single line.
    pieces: Vec<(usize, usize)>,
    /// The bytes that occur in it.
    pub(crate) bytes: Bytes,
    /// All of it in the source, without the last line end.
    pub(crate) span: Range<usize>,
    /// `true` if a blank line precedes it and the comments above it.
    pub(crate) after_blank: bool,
    /// The comments above it.
    pub(crate) comments: Vec<CommentLine<'s>>,
    /// The comments between its lines, with the place in the joined text that they precede.
    pub(crate) inside: Vec<(usize, CommentLine<'s>)>,
    /// `true` if there is a blank line between its lines.
    pub(crate) empty_continuation: bool,
}

impl Logical<'_> {
    /// The line as Docker joins it.
    pub(crate) fn text(&self) -> &str {
        if self.pieces.is_empty() {
            self.single
        } else {
            &self.joined
        }
    }

    /// Returns `true` if it is one line of the source, which no other continues.
    pub(crate) fn is_single(&self) -> bool {
        self.pieces.is_empty()
    }

    /// A range of the joined text, in the source. It ends where its last character does.
    pub(crate) fn source(&self, range: Range<usize>) -> Range<usize> {
        let start = self.position(range.start);
        let end = if range.end > range.start {
            self.position(range.end - 1) + 1
        } else {
            start
        };
        start..end
    }

    fn position(&self, at: usize) -> usize {
        let n = self.pieces.partition_point(|(joined, _)| *joined <= at);
        match self.pieces.get(n.saturating_sub(1)) {
            Some((joined, source)) => source + at.saturating_sub(*joined),
            None => self.span.start + at,
        }
    }

    /// The indentation of a part of the joined text, if it is the first on a line that continues
    /// another.
    pub(crate) fn indentation(&self, at: usize) -> Option<&str> {
        let n = self.pieces.partition_point(|(joined, _)| *joined <= at);
        let (line, _) = self.pieces.get(n.checked_sub(1).filter(|n| *n > 0)?)?;
        let blanks = self.text().get(*line..at)?;
        blanks.trim().is_empty().then_some(blanks)
    }

    /// The bytes at which lines were joined, in a range of the joined text.
    pub(crate) fn joints(&self, range: Range<usize>) -> impl Iterator<Item = usize> + Clone + '_ {
        let joints = self.pieces.iter().skip(1).map(|(joined, _)| *joined);
        joints.filter(move |at| range.start < *at && *at < range.end)
    }
}

/// The body of a heredoc.
#[derive(Debug, Clone)]
pub(crate) struct Body<'s> {
    pub(crate) marker: Marker,
    pub(crate) text: &'s str,
    pub(crate) span: Range<usize>,
    /// The end of its last line.
    pub(crate) end: usize,
}

/// The reason why the lines of a file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineError {
    TooLong,
    RepeatedDirective(&'static str),
    InvalidEscape,
}

/// Reads the lines of a file, one instruction after the other.
#[derive(Debug)]
pub(crate) struct Lines<'s> {
    source: &'s str,
    at: usize,
    pub(crate) escape: Escape,
    /// The first line, where it begins with `#!`.
    pub(crate) shebang: Option<(&'s str, Range<usize>)>,
    /// `true` if a line could still be a directive.
    directives_open: bool,
    seen: Vec<&'static str>,
    /// `true` if a blank line follows the last instruction, and whether that has heredocs.
    blank: bool,
    after_heredoc: bool,
    /// The comments since the last instruction.
    comments: Vec<CommentLine<'s>>,
    pub(crate) errors: Vec<(LineError, Range<usize>)>,
}

impl<'s> Lines<'s> {
    pub(crate) fn new(source: &'s str) -> Lines<'s> {
        let at = if source.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let mut lines = Lines {
            source,
            at,
            escape: Escape::Backslash,
            shebang: None,
            directives_open: true,
            seen: Vec::new(),
            blank: false,
            after_heredoc: false,
            comments: Vec::new(),
            errors: Vec::new(),
        };
        if source.get(at..).is_some_and(|text| text.starts_with("#!")) {
            let first = lines.physical();
            lines.shebang = first.map(|(line, span)| (line.get(2..).unwrap_or_default(), span));
        }
        lines
    }

    /// The text that has not been read yet.
    pub(crate) fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// The comments after the last instruction.
    pub(crate) fn trailing(self) -> Vec<CommentLine<'s>> {
        self.comments
    }

    /// The next physical line and where it is, without its line end.
    fn physical(&mut self) -> Option<(&'s str, Range<usize>)> {
        let rest = self.source.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (line, next) = match bytes::find(rest.as_bytes(), b'\n') {
            Some(len) => (rest.get(..len).unwrap_or_default(), self.at + len + 1),
            None => (rest, self.source.len()),
        };
        let start = self.at;
        self.at = next;
        if line.len() > limits::LINE {
            self.errors
                .push((LineError::TooLong, start..start + line.len()));
        }
        let line = if line.ends_with('\r') {
            line.trim_end_matches('\r')
        } else {
            line
        };
        Some((line, start..start + line.len()))
    }

    /// Reads the next instruction into `logical`; `false` at the end of the file.
    pub(crate) fn next(&mut self, logical: &mut Logical<'s>) -> bool {
        while let Some((line, span)) = self.physical() {
            let content = trim_start(line);
            let directive = self.directives_open
                && match self.shebang {
                    None => self.directive(content, &span),
                    Some(_) => self.directive_below_shebang(line),
                };
            if let Some(text) = content.strip_prefix('#') {
                // A directive that its own reader does not see is a comment.
                let indented = content.len() < line.len();
                if !directive || (indented && directive_in(text) != Some("escape")) {
                    self.comments.push(CommentLine {
                        text,
                        span,
                        indented,
                        before_blank: false,
                    });
                }
            } else if !content.is_empty() {
                self.logical(content, span, logical);
                return true;
            } else if let Some(last) = self.comments.last_mut() {
                last.before_blank = true;
            } else {
                self.blank = true;
            }
        }
        false
    }

    /// Reads an instruction from its first line on.
    fn logical(&mut self, content: &'s str, span: Range<usize>, logical: &mut Logical<'s>) {
        let start = span.end - content.len();
        let (first, mut continues) = strip_continuation(content, self.escape);
        logical.single = first;
        logical.bytes = Bytes::of(first);
        logical.span = start..span.end;
        logical.pieces.clear();
        logical.inside.clear();
        logical.empty_continuation = false;
        // One follows heredocs anyway.
        let after_heredoc = std::mem::take(&mut self.after_heredoc);
        logical.after_blank = std::mem::take(&mut self.blank) && !after_heredoc;
        logical.comments.clear();
        std::mem::swap(&mut logical.comments, &mut self.comments);
        if !continues {
            return;
        }
        logical.joined.clear();
        logical.joined.push_str(first);
        logical.pieces.push((0, start));
        while continues {
            let Some((line, span)) = self.physical() else {
                break;
            };
            logical.span.end = span.end;
            let content = trim_start(line);
            if let Some(text) = content.strip_prefix('#') {
                let indented = content.len() < line.len();
                let comment = CommentLine {
                    text,
                    span,
                    indented,
                    before_blank: false,
                };
                logical.inside.push((logical.joined.len(), comment));
            } else if content.is_empty() {
                logical.empty_continuation = true;
            } else {
                let (piece, more) = strip_continuation(line, self.escape);
                continues = more;
                logical.pieces.push((logical.joined.len(), span.start));
                logical.joined.push_str(piece);
                logical.bytes = logical.bytes.and(Bytes::of(piece));
            }
        }
    }

    /// The body of a heredoc whose marker is in the instruction before; `None` where its end is
    /// missing.
    pub(crate) fn body(&mut self, marker: Marker) -> Option<Body<'s>> {
        let start = self.at;
        loop {
            let end = self.at;
            let (line, last) = self.physical()?;
            let candidate = if marker.strip_tabs {
                line.trim_start_matches('\t')
            } else {
                line
            };
            if candidate == marker.name {
                let text = self.source.get(start..end).unwrap_or_default();
                self.after_heredoc = true;
                return Some(Body {
                    marker,
                    text,
                    span: start..end,
                    end: last.end,
                });
            }
        }
    }

    /// Returns `true` if a line is a directive, in the eyes of the reader that looks for `escape`.
    fn directive(&mut self, content: &str, span: &Range<usize>) -> bool {
        let found = content.strip_prefix('#').and_then(parse_directive);
        let Some((name, value)) = found else {
            self.directives_open = false;
            return false;
        };
        if self.seen.contains(&name) {
            self.errors
                .push((LineError::RepeatedDirective(name), span.clone()));
            return true;
        }
        self.seen.push(name);
        if name == "escape" {
            match value {
                "\\" => self.escape = Escape::Backslash,
                "`" => self.escape = Escape::Backtick,
                _ => self.errors.push((LineError::InvalidEscape, span.clone())),
            }
        }
        true
    }

    /// Returns `true` if a line below one that begins with `#!` is a directive, in the eyes of the
    /// readers of `syntax` and `check`: to the one that looks for `escape` there is none.
    fn directive_below_shebang(&mut self, line: &str) -> bool {
        let found = line.strip_prefix('#').and_then(parse_directive);
        let found = found.filter(|(name, _)| !self.seen.contains(name));
        self.directives_open = found.is_some();
        match found {
            None => false,
            Some((name, _)) => {
                self.seen.push(name);
                name != "escape"
            }
        }
    }

    /// Returns `true` if the file has set its escape character.
    pub(crate) fn escape_directive(&self) -> Option<Escape> {
        let is_set = self.shebang.is_none() && self.seen.contains(&"escape");
        is_set.then_some(self.escape)
    }
}

/// A line without the escape character that continues it, and whether there is one.
fn strip_continuation(line: &str, escape: Escape) -> (&str, bool) {
    let bytes = line.as_bytes();
    let escape = escape.byte();
    let ends = |byte: u8| byte == escape || matches!(byte, b' ' | b'\t');
    if !bytes.last().is_some_and(|last| ends(*last)) {
        return (line, false);
    }
    let blanks = bytes.iter().rev().take_while(|b| matches!(b, b' ' | b'\t'));
    let len = bytes.len() - blanks.count();
    match bytes.get(..len).unwrap_or_default() {
        [before @ .., last] if *last == escape && before.last() != Some(&escape) => {
            (line.get(..before.len()).unwrap_or_default(), true)
        }
        _ => (line, false),
    }
}

/// A directive after its `#`: name and value.
fn parse_directive(text: &str) -> Option<(&'static str, &str)> {
    let text = text.trim_start();
    let (name, value) = text.split_once('=')?;
    let name = name.trim_end_matches(blank);
    let known = ["syntax", "escape", "check"]
        .into_iter()
        .find(|known| name.eq_ignore_ascii_case(known))?;
    let trimmed = value.trim_matches(blank);
    if trimmed.is_empty() {
        // To Docker an empty value is none, and a space is one.
        return value.get(..1).map(|blank| (known, blank));
    }
    Some((known, trimmed))
}

fn blank(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\u{c}' | '\r' | ' ')
}

/// Finds a directive as the readers of `syntax` and `check` do: they take no spaces before the `#`,
/// and pass over a first line that begins with `#!`.
pub(crate) fn find_directive<'s>(source: &'s str, wanted: &str) -> Option<(&'s str, Range<usize>)> {
    let mut at = if source.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    if source.get(at..)?.starts_with("#!") {
        at = source.get(at..)?.find('\n').map(|len| at + len + 1)?;
    }
    let mut seen: Vec<&str> = Vec::new();
    loop {
        let rest = source.get(at..).filter(|rest| !rest.is_empty())?;
        let line = rest.split('\n').next()?;
        let next = at + line.len() + 1;
        let line = line.strip_suffix('\r').unwrap_or(line);
        let (name, value) = line.strip_prefix('#').and_then(parse_directive)?;
        if seen.contains(&name) {
            return None;
        }
        seen.push(name);
        if name == wanted {
            // The value is what is left of the line when the spaces after it are gone.
            let end = at
                + line
                    .trim_end_matches(blank)
                    .len()
                    .max(line.find('=')? + 1 + value.len());
            return Some((value, end - value.len()..end));
        }
        at = next;
    }
}
