//! `Args`: an instruction's flags and arguments, and the ways in which Docker splits them.

use std::ops::Range;

use super::flags::{self, RawFlag};
use super::lines::{Body, CommentLine, Logical};
use super::{Found, RefusalKind};
use crate::syntax::bytes::{self, trim_end, trim_start};
use crate::syntax::json::{self, Array};
use crate::syntax::lex;
use crate::syntax::part::{At, Part};
use crate::text::{Escape, Text, literal};

/// A word of the arguments, as it is spelled, and where it is in the logical line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    pub(crate) span: Range<usize>,
}

impl<'a> Word<'a> {
    /// Returns the words before and after the first occurrence of an ASCII character.
    pub(crate) fn split(&self, at: u8) -> (Word<'a>, Option<Word<'a>>) {
        let Some(len) = bytes::find(self.text.as_bytes(), at) else {
            return (self.clone(), None);
        };
        (self.part(0..len), Some(self.part(len + 1..self.text.len())))
    }

    /// A part of the word.
    fn part(&self, range: Range<usize>) -> Word<'a> {
        Word {
            text: self.text.get(range.clone()).unwrap_or_default(),
            span: self.span.start + range.start..self.span.start + range.end,
        }
    }
}

/// The parts that an instruction is read from: its flags, its arguments, its heredocs.
///
/// Ranges count in the logical line; the methods that note something turn them into ranges of the
/// source.
#[derive(Debug)]
pub(crate) struct Args<'r, 's> {
    line: &'r Logical<'s>,
    text: &'r str,
    /// `true` if every word of the line says what it spells.
    plain: bool,
    pub(crate) escape: Escape,
    pub(crate) at: At,
    keyword: Range<usize>,
    pub(crate) flags: Vec<RawFlag<'r>>,
    rest: Range<usize>,
    pub(crate) bodies: Vec<Body<'s>>,
    /// The bytes at which the writer can break the line, so that comments between the lines find
    /// their place.
    pub(crate) breaks: Vec<usize>,
    found: &'r mut Found,
}

impl<'r, 's> Args<'r, 's> {
    /// Splits what is in a range of a logical line: keyword, flags, arguments.
    pub(crate) fn split(
        line: &'r Logical<'s>,
        range: Range<usize>,
        escape: Escape,
        at: At,
        found: &'r mut Found,
    ) -> Args<'r, 's> {
        let whole = line.text();
        let range = trim(whole, range);
        let bytes = whole.as_bytes();
        let mut end = range.start;
        while end < range.end && bytes.get(end).is_some_and(|byte| !is_blank(*byte)) {
            end += 1;
        }
        let keyword = range.start..end;
        let (flags, rest) = flags::split(whole, keyword.end..range.end, escape);
        let rest = trim(whole, rest..range.end);
        Args {
            line,
            text: whole,
            plain: line.bytes.are_plain(),
            escape,
            at,
            keyword,
            flags,
            rest,
            bodies: Vec::new(),
            breaks: Vec::new(),
            found,
        }
    }

    /// The keyword as it is written.
    pub(crate) fn keyword(&self) -> &'r str {
        self.slice(self.keyword.clone())
    }

    pub(crate) fn line(&self) -> &'r Logical<'s> {
        self.line
    }

    /// The text of a range of the logical line.
    pub(crate) fn line_slice(&self, range: Range<usize>) -> &'r str {
        self.slice(range)
    }

    fn slice(&self, range: Range<usize>) -> &'r str {
        self.text.get(range).unwrap_or_default()
    }

    // The four splitters.

    /// All of the arguments, as one.
    pub(crate) fn rest(&self) -> Word<'r> {
        Word {
            text: self.slice(self.rest.clone()),
            span: self.rest.clone(),
        }
    }

    /// The words between spaces; quotes have no meaning.
    pub(crate) fn words(&self) -> Words<'r> {
        Words {
            rest: self.rest(),
            at: 0,
        }
    }

    /// The arguments as JSON, where they are: an array of strings, or one of other things, which is
    /// rejected.
    pub(crate) fn json(&self) -> Array<'r> {
        json::array(self.rest().text)
    }

    /// The words of ENV, LABEL and ARG, with their quotes and escapes left in.
    pub(crate) fn quoted_words(&self) -> QuotedWords<'r> {
        QuotedWords {
            rest: self.rest(),
            at: 0,
            escape: self.escape,
        }
    }

    /// The one argument of an instruction; rejected where there is none.
    pub(crate) fn one(&mut self, what: &str) -> Option<Word<'r>> {
        let rest = self.rest();
        if rest.text.is_empty() {
            let keyword = self.keyword().to_ascii_uppercase();
            self.refuse_keyword(
                RefusalKind::Arguments,
                format!("{keyword} has no argument"),
                format!("write the {what} after it"),
            );
            return None;
        }
        Some(rest)
    }

    /// Rejects flags, for an instruction that takes none.
    pub(crate) fn no_flags(&mut self) {
        if self.flags.is_empty() {
            return;
        }
        for raw in std::mem::take(&mut self.flags) {
            crate::syntax::flag::refuse_flag(&raw, &[], self);
        }
    }

    /// Returns `true` if the arguments are in JSON form.
    pub(crate) fn is_json(&self) -> bool {
        matches!(self.json(), Array::Strings(_))
    }

    /// Returns `true` if an instruction that takes an array has one that Docker rejects.
    pub(crate) fn is_array_refused(&self) -> bool {
        let takes_arrays = ["ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"];
        takes_arrays
            .iter()
            .any(|known| is_keyword(self.keyword(), known))
            && self.json() == Array::Other
    }

    /// The number of refusals so far.
    pub(crate) fn refusals(&self) -> usize {
        self.found.refusals.len()
    }

    /// Drops the refusals since there were so many.
    pub(crate) fn forget_refusals(&mut self, before: usize) {
        self.found.refusals.truncate(before);
    }

    /// Rejects an array that holds something other than strings.
    pub(crate) fn refuse_array(&mut self, range: Range<usize>) {
        self.refuse(
            RefusalKind::Json,
            range,
            "this JSON array can hold only strings",
            "put each word into double quotes; text for the shell cannot be a JSON array",
        );
    }

    /// Notes that the writer can break the line before what is at a place of the logical line.
    pub(crate) fn break_before(&mut self, at: usize) {
        if self.breaks.last() != Some(&at) {
            self.breaks.push(at);
        }
    }

    // Values.

    /// A spelling that Docker expands, of a word in which quotes do not group.
    pub(crate) fn word(&mut self, word: &Word<'_>, part: Part) -> Text {
        self.mark(part, word.span.clone());
        if self.plain {
            return literal(word.text);
        }
        lex::word(word.text, self.escape)
    }

    /// A spelling that Docker expands.
    pub(crate) fn text(&mut self, word: &Word<'_>, part: Part) -> Text {
        self.mark(part, word.span.clone());
        self.spelled(word.text)
    }

    /// The text that a piece of the line spells in a position that Docker expands.
    pub(crate) fn spelled(&self, text: &str) -> Text {
        if self.plain {
            return literal(text);
        }
        lex::text(text, self.escape)
    }

    // Notes.

    /// Notes where a part is.
    pub(crate) fn mark(&mut self, part: Part, range: Range<usize>) {
        let line = self.line;
        self.found.mark(self.at, part, || line.source(range));
    }

    /// Notes the keyword and the whole.
    pub(crate) fn mark_instruction(&mut self, end: usize) {
        if self.found.layout.is_none() {
            return;
        }
        let span = self.line.source(self.keyword.clone());
        let whole = span.start..end.max(self.line.span.end);
        self.found.mark(self.at, Part::Keyword, || span);
        self.found.mark(self.at, Part::Whole, || whole);
    }

    /// Notes a range of the source.
    pub(crate) fn mark_source(&mut self, part: Part, span: Range<usize>) {
        self.found.mark(self.at, part, || span);
    }

    /// Notes that the instruction has a pair in the older form.
    pub(crate) fn note_legacy_pair(&mut self) {
        self.found.legacy_pairs.push(self.at);
    }

    /// Notes that the instruction continues after a blank line.
    pub(crate) fn note_empty_continuation(&mut self) {
        self.found.empty_continuations.push(self.at);
    }

    /// Notes the letters of its keyword, or of AS.
    #[inline]
    pub(crate) fn note_letters(&mut self, word: &str) {
        if self.found.layout.is_some() {
            self.found.letters.add(word);
        }
    }

    /// Notes the last comment that Docker attaches to the instruction.
    pub(crate) fn note_last_comment(&mut self) {
        if self.found.layout.is_none() {
            return;
        }
        let comment = self.line.comments.last().and_then(CommentLine::attached);
        if let Some(comment) = comment {
            self.found.last_comments.push((self.at, comment));
        }
    }

    /// Rejects what is in a range.
    pub(crate) fn refuse(
        &mut self,
        kind: RefusalKind,
        range: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = self.line.source(range);
        self.found.refuse(kind, span, message, help);
    }

    /// Rejects the instruction for what it lacks.
    pub(crate) fn refuse_keyword(
        &mut self,
        kind: RefusalKind,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.refuse(kind, self.keyword.clone(), message, help);
    }

    /// The same arguments under another place: what an ONBUILD triggers.
    pub(crate) fn inner(&mut self, range: Range<usize>) -> Args<'_, 's> {
        let mut inner = Args::split(self.line, range, self.escape, self.at, self.found);
        inner.bodies = self.bodies.clone();
        inner
    }
}

/// Returns `true` if a word is a keyword in Docker's eyes: in lower case, to which letters beyond
/// ASCII have a way too.
pub(crate) fn is_keyword(word: &str, keyword: &str) -> bool {
    if word.len() == keyword.len() {
        // A keyword has capital letters only.
        let mut letters = word.bytes().zip(keyword.bytes());
        return letters.all(|(letter, capital)| letter & !0x20 == capital);
    }
    if word.is_ascii() {
        return false;
    }
    let lower = |c: char| match c {
        '\u{130}' => 'i',
        '\u{212a}' => 'k',
        c => c.to_ascii_lowercase(),
    };
    let keyword = keyword.chars().map(|c| c.to_ascii_lowercase());
    word.chars().map(lower).eq(keyword)
}

/// The place of a word in its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WordPlace {
    /// Another word follows.
    Inner,
    /// The line ends after it.
    Last,
}

impl WordPlace {
    pub(crate) fn of(is_last: bool) -> WordPlace {
        match is_last {
            true => WordPlace::Last,
            false => WordPlace::Inner,
        }
    }
}

/// Returns `true` if a text is one of the words of ENV, LABEL and ARG where it is: no space outside
/// its quotes, no escape character at its end, no quote left open except in the last word, where
/// the line ends as it is meant.
pub(crate) fn is_quoted_word(text: &str, escape: Escape, place: WordPlace) -> bool {
    let mut quote: Option<char> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if quote == Some(c) {
            quote = None;
        } else if quote.is_none() && matches!(c, '\'' | '"') {
            quote = Some(c);
        } else if c == escape.char() && quote != Some('\'') {
            if chars.next().is_none() {
                return false;
            }
        } else if quote.is_none() && c.is_whitespace() {
            return false;
        }
    }
    // The end of the line is trimmed, or continues it, in quotes too.
    let escapes = text.len() - text.trim_end_matches(escape.char()).len();
    let lost = escapes == 1 || text.ends_with(char::is_whitespace);
    match place {
        WordPlace::Last => !lost,
        WordPlace::Inner => quote.is_none(),
    }
}

/// The words of a text between spaces.
#[derive(Debug, Clone)]
pub(crate) struct Words<'a> {
    rest: Word<'a>,
    at: usize,
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        // The spaces between words are one byte each, and no byte of another character.
        let bytes = self.rest.text.as_bytes();
        let mut start = self.at;
        while is_blank(*bytes.get(start)?) {
            start += 1;
        }
        let mut end = start;
        while bytes.get(end).is_some_and(|byte| !is_blank(*byte)) {
            end += 1;
        }
        self.at = end;
        Some(self.rest.part(start..end))
    }
}

/// The words of ENV, LABEL and ARG, with their quotes and escapes left in.
#[derive(Debug, Clone)]
pub(crate) struct QuotedWords<'a> {
    rest: Word<'a>,
    at: usize,
    escape: Escape,
}

impl QuotedWords<'_> {
    /// The number of words that are left, counted only if there is text.
    pub(crate) fn left(&self) -> usize {
        match self.at < self.rest.text.len() {
            true => self.clone().count(),
            false => 0,
        }
    }
}

impl<'a> Iterator for QuotedWords<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        let text = self.rest.text;
        let bytes = text.as_bytes();
        let escape = self.escape.byte();
        let mut start = self.at;
        while start < bytes.len() {
            match blank_len(text, start) {
                0 => break,
                len => start += len,
            }
        }
        // Unless something else ends it, the word continues to the end.
        self.at = bytes.len();
        let mut quote: Option<u8> = None;
        let mut at = start;
        while let Some(byte) = bytes.get(at).copied() {
            if !bytes::matters_in_words(byte) {
                // Most are letters.
            } else if quote == Some(byte) {
                quote = None;
            } else if quote.is_none() && matches!(byte, b'\'' | b'"') {
                quote = Some(byte);
            } else if byte == escape && quote != Some(b'\'') {
                // Whatever is escaped, its first byte says all; an escape character at the very end
                // gets lost.
                at += 1;
                if at == bytes.len() {
                    return (start + 1 < at).then(|| self.rest.part(start..at - 1));
                }
            } else if quote.is_none() && blank_len(text, at) > 0 {
                self.at = at;
                break;
            }
            at += 1;
        }
        (start < at).then(|| self.rest.part(start..at))
    }
}

/// The number of bytes of the white space at a byte of a text; 0 if there is none.
fn blank_len(text: &str, at: usize) -> usize {
    match text.as_bytes().get(at) {
        Some(b'\t'..=b'\r' | b' ') => 1,
        Some(0x80..) => {
            // Behind an escape character it can be a byte inside of a character: that is none.
            let c = text.get(at..).and_then(|rest| rest.chars().next());
            c.filter(|c| c.is_whitespace()).map_or(0, char::len_utf8)
        }
        _ => 0,
    }
}

/// The spaces that separate the keyword and the words: not those of Unicode.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\x0b' | b'\x0c' | b'\r' | b' ')
}

/// A range without the white space at its ends.
fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    // Mostly there is none.
    let (Some(first), Some(last)) = (
        text.as_bytes().get(range.start),
        text.as_bytes().get(range.end.wrapping_sub(1)),
    ) else {
        return range;
    };
    if first.is_ascii_graphic() && last.is_ascii_graphic() {
        return range;
    }
    let slice = text.get(range.clone()).unwrap_or_default();
    let rest = trim_start(slice);
    let start = range.start + (slice.len() - rest.len());
    start..start + trim_end(rest).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords() {
        assert!(is_keyword("Workdir", "WORKDIR") && is_keyword("wor\u{212a}d\u{130}r", "WORKDIR"));
        assert!(!is_keyword("\u{17f}hell", "SHELL") && !is_keyword("workdi", "WORKDIR"));
    }

    #[test]
    fn quoted_words() {
        let word =
            |text: &str, is_last| is_quoted_word(text, Escape::Backslash, WordPlace::of(is_last));
        assert!(word("a'b c'd", false));
        assert!(!word("a b", false) && !word("a\\", true));
        assert!(word("'a b", true) && !word("'a b", false));
        assert!(!word("'a ", true) && !word("'a\u{85}", true));
        assert!(!word("'a\\", true) && word("'a\\\\", true));
        assert!(word("a\\ ", false) && !word("a\\ ", true));
    }
}
