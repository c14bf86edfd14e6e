//! `Args`: an instruction's flags and arguments, and the ways in which Docker splits them.

use std::ops::Range;

use super::flags::{self, RawFlag};
use super::lines::{Body, Logical};
use super::{Found, RefusalKind};
use crate::syntax::json::{self, Array};
use crate::syntax::layout::{At, Part};
use crate::syntax::lex;
use crate::text::{Escape, Text};

/// A word of the arguments, as it is spelled, and where it stands in the logical line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    pub(crate) span: Range<usize>,
}

impl<'a> Word<'a> {
    /// What precedes and what follows the first of a character.
    pub(crate) fn split(&self, at: char) -> (Word<'a>, Option<Word<'a>>) {
        match self.text.split_once(at) {
            None => (self.clone(), None),
            Some((before, after)) => {
                let (start, end) = (self.span.start, self.span.end);
                let before = Word {
                    text: before,
                    span: start..start + before.len(),
                };
                (
                    before,
                    Some(Word {
                        text: after,
                        span: end - after.len()..end,
                    }),
                )
            }
        }
    }
}

/// What an instruction is read from: its flags, its arguments, its heredocs.
///
/// Ranges count in the logical line; the methods that note something turn them into ranges of the source.
#[derive(Debug)]
pub(crate) struct Args<'r, 's> {
    line: &'r Logical<'s>,
    pub(crate) escape: Escape,
    pub(crate) at: At,
    keyword: Range<usize>,
    pub(crate) flags: Vec<RawFlag>,
    rest: Range<usize>,
    pub(crate) bodies: Vec<Body<'s>>,
    /// Where the writer can break the line, so that comments between the lines find their place.
    pub(crate) breaks: Vec<usize>,
    found: &'r mut Found,
}

impl<'r, 's> Args<'r, 's> {
    /// Splits what stands in a range of a logical line: keyword, flags, arguments.
    pub(crate) fn split(
        line: &'r Logical<'s>,
        range: Range<usize>,
        escape: Escape,
        at: At,
        found: &'r mut Found,
    ) -> Args<'r, 's> {
        let range = trim(&line.text, range);
        let text = line.text.get(range.clone()).unwrap_or_default();
        let keyword_len = text.find(is_blank).unwrap_or(text.len());
        let keyword = range.start..range.start + keyword_len;
        let after = text.get(keyword_len..).unwrap_or_default();
        let (flags, rest) = flags::split(after, keyword.end, escape);
        let rest = trim(&line.text, keyword.end + rest..range.end);
        Args {
            line,
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

    /// What stands in a range of the logical line.
    pub(crate) fn line_slice(&self, range: Range<usize>) -> &'r str {
        self.slice(range)
    }

    fn slice(&self, range: Range<usize>) -> &'r str {
        self.line.text.get(range).unwrap_or_default()
    }

    // The four splitters.

    /// All of the arguments, as one.
    pub(crate) fn rest(&self) -> Word<'r> {
        Word {
            text: self.slice(self.rest.clone()),
            span: self.rest.clone(),
        }
    }

    /// The words between blanks; quotes have no meaning.
    pub(crate) fn words(&self) -> Vec<Word<'r>> {
        words(self.rest())
    }

    /// The arguments as JSON, where they are: an array of strings, or one of other things, which is refused.
    pub(crate) fn json(&self) -> Array<'r> {
        json::array(self.rest().text)
    }

    /// The words of ENV, LABEL and ARG, with their quotes and escapes left in.
    pub(crate) fn quoted_words(&self) -> Vec<Word<'r>> {
        let rest = self.rest();
        let mut found = Vec::new();
        let mut start: Option<usize> = None;
        let mut quote: Option<char> = None;
        let mut chars = rest.text.char_indices();
        let word = |from: usize, to: usize| Word {
            text: rest.text.get(from..to).unwrap_or_default(),
            span: rest.span.start + from..rest.span.start + to,
        };
        while let Some((at, c)) = chars.next() {
            if c.is_ascii_alphanumeric() && start.is_some() {
                continue;
            }
            if quote.is_none() && c.is_whitespace() {
                if let Some(from) = start.take() {
                    found.push(word(from, at));
                }
                continue;
            }
            start.get_or_insert(at);
            if quote == Some(c) {
                quote = None;
            } else if quote.is_none() && matches!(c, '\'' | '"') {
                quote = Some(c);
            } else if c == self.escape.char() && quote != Some('\'') && chars.next().is_none() {
                // An escape character at the very end gets lost.
                if let Some(from) = start.take().filter(|from| *from < at) {
                    found.push(word(from, at));
                }
            }
        }
        if let Some(from) = start {
            found.push(word(from, rest.text.len()));
        }
        found
    }

    /// The one argument of an instruction; refused where there is none.
    pub(crate) fn one(&mut self, what: &str) -> Option<Word<'r>> {
        let rest = self.rest();
        if rest.text.is_empty() {
            let keyword = self.keyword().to_ascii_uppercase();
            self.refuse_keyword(
                RefusalKind::Arguments,
                format!("{keyword} has no argument"),
                format!("write the {what} behind it"),
            );
            return None;
        }
        Some(rest)
    }

    /// Refuses flags, for an instruction that takes none.
    pub(crate) fn no_flags(&mut self) {
        for raw in std::mem::take(&mut self.flags) {
            crate::syntax::flag::refuse_flag(&raw, std::iter::empty(), self);
        }
    }

    /// Whether the arguments are in JSON form.
    pub(crate) fn is_json(&self) -> bool {
        matches!(self.json(), Array::Strings(_))
    }

    /// Whether an instruction that takes an array has one that Docker refuses.
    pub(crate) fn is_array_refused(&self) -> bool {
        let takes_arrays = ["ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"];
        takes_arrays
            .iter()
            .any(|known| is_keyword(self.keyword(), known))
            && self.json() == Array::Other
    }

    /// How many refusals there have been, in all.
    pub(crate) fn refusals(&self) -> usize {
        self.found.refusals.len()
    }

    /// Drops the refusals since there were so many.
    pub(crate) fn forget_refusals(&mut self, before: usize) {
        self.found.refusals.truncate(before);
    }

    /// Refuses an array that holds something other than strings.
    pub(crate) fn refuse_array(&mut self, range: Range<usize>) {
        self.refuse(
            RefusalKind::Json,
            range,
            "a JSON array here holds strings only",
            "put each word into double quotes; text for the shell cannot be a JSON array",
        );
    }

    /// Notes that the writer can break the line before what stands at a place of the logical line.
    pub(crate) fn break_before(&mut self, at: usize) {
        self.breaks.push(at);
    }

    // Values.

    /// A spelling that Docker expands, of a word in which quotes do not group.
    pub(crate) fn word(&mut self, word: &Word<'_>, part: Part) -> Text {
        self.mark(part, word.span.clone());
        lex::word(word.text, self.escape)
    }

    /// A spelling that Docker expands.
    pub(crate) fn text(&mut self, word: &Word<'_>, part: Part) -> Text {
        self.mark(part, word.span.clone());
        lex::text(word.text, self.escape)
    }

    // Notes.

    /// Notes where a part stands.
    pub(crate) fn mark(&mut self, part: Part, range: Range<usize>) {
        let line = self.line;
        self.found.mark(self.at, part, || line.source(range));
    }

    /// Notes the keyword and the whole.
    pub(crate) fn mark_instruction(&mut self, end: usize) {
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

    /// Notes the last comment that Docker attaches to the instruction.
    pub(crate) fn note_last_comment(&mut self, comment: Option<Range<usize>>) {
        let at = self.at;
        self.found
            .last_comments
            .extend(comment.map(|comment| (at, comment)));
    }

    /// Refuses what stands in a range.
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

    /// Refuses the instruction for what it lacks.
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

/// Whether a word is a keyword in Docker's eyes: in lower case, to which letters beyond ASCII have a way too.
pub(crate) fn is_keyword(word: &str, keyword: &str) -> bool {
    let lower = |c: char| match c {
        '\u{130}' => 'i',
        '\u{212a}' => 'k',
        c => c.to_ascii_lowercase(),
    };
    // No keyword begins with one of those letters.
    let first = |text: &str| text.bytes().next().map(|b| b.to_ascii_uppercase());
    if first(word) != first(keyword) {
        return false;
    }
    if word.len() == keyword.len() || word.is_ascii() {
        return word.eq_ignore_ascii_case(keyword);
    }
    let keyword = keyword.chars().map(|c| c.to_ascii_lowercase());
    word.chars().map(lower).eq(keyword)
}

/// Whether a text is one of the words of ENV, LABEL and ARG where it stands: no blank outside its quotes, no
/// escape character at its end, no quote left open except in the last word, where the line ends as it is meant.
pub(crate) fn is_quoted_word(text: &str, escape: Escape, last: bool) -> bool {
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
    if last { !lost } else { quote.is_none() }
}

/// The words of a text between blanks.
pub(crate) fn words(rest: Word<'_>) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    // The blanks between words are one byte each, and no byte of another character.
    for bytes in rest.text.as_bytes().split(|b| is_blank(char::from(*b))) {
        if !bytes.is_empty() {
            let start = rest.span.start + at;
            found.push(Word {
                text: rest.text.get(at..at + bytes.len()).unwrap_or_default(),
                span: start..start + bytes.len(),
            });
        }
        at += bytes.len() + 1;
    }
    found
}

/// The blanks that separate the keyword and the words: not those of Unicode.
pub(crate) fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

/// A range without the white space at its ends.
fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let slice = text.get(range.clone()).unwrap_or_default();
    let rest = slice.trim_start();
    let start = range.start + (slice.len() - rest.len());
    start..start + rest.trim_end().len()
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
        let word = |text: &str, last| is_quoted_word(text, Escape::Backslash, last);
        assert!(word("a'b c'd", false));
        assert!(!word("a b", false) && !word("a\\", true));
        assert!(word("'a b", true) && !word("'a b", false));
        assert!(!word("'a ", true) && !word("'a\u{85}", true));
        assert!(!word("'a\\", true) && word("'a\\\\", true));
        assert!(word("a\\ ", false) && !word("a\\ ", true));
    }
}
