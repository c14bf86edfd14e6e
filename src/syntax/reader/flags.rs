//! The flag lexer, which runs byte by byte and knows nothing of `$`.

use std::borrow::Cow;
use std::ops::Range;

use crate::syntax::bytes::Bytes;
use crate::text::Escape;

/// A word in front of the arguments that begins with `--`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RawFlag<'a> {
    /// The word without its quotes and escapes. Bytes beyond ASCII have become characters of their
    /// own.
    pub(crate) text: Cow<'a, str>,
    /// The span of the flag.
    pub(crate) span: Range<usize>,
}

impl RawFlag<'_> {
    /// The name, with its dashes.
    pub(crate) fn name(&self) -> &str {
        self.text.split('=').next().unwrap_or_default()
    }

    /// The value.
    pub(crate) fn value(&self) -> Option<&str> {
        self.text.split_once('=').map(|(_, value)| value)
    }
}

/// Takes the flags from the front of a range of `text`; returns them and where the arguments begin.
pub(crate) fn split(text: &str, range: Range<usize>, escape: Escape) -> (Vec<RawFlag<'_>>, usize) {
    let mut at = range.start;
    while at < range.end {
        match text.as_bytes().get(at) {
            Some(b'\t'..=b'\r' | b' ') => at += 1,
            Some(b'-' | 0x80..) => {
                let (flags, len) = take(
                    text.get(range.clone()).unwrap_or_default(),
                    range.start,
                    escape,
                );
                return (flags, range.start + len);
            }
            _ => break,
        }
    }
    (Vec::new(), at)
}

/// Takes the flags from the front of `text`; returns them and where the arguments begin. Spans
/// count from
/// `offset`.
fn take(text: &str, offset: usize, escape: Escape) -> (Vec<RawFlag<'_>>, usize) {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied();
    let mut flags = Vec::new();
    let mut at = 0;
    loop {
        while byte(at).is_some_and(is_space) {
            at += 1;
        }
        if byte(at) != Some(b'-') || byte(at + 1) != Some(b'-') {
            // A byte that counts as white space can be part of a character.
            while !text.is_char_boundary(at) {
                at += 1;
            }
            return (flags, at);
        }
        let start = at;
        let (word, len) = word(text.get(start..).unwrap_or_default(), escape);
        at += len;
        if word == "--" {
            // The end of the flags; where it is the end of the line, there are no arguments.
            while !text.is_char_boundary(at) {
                at += 1;
            }
            return (flags, at);
        }
        let mut end = at;
        while !text.is_char_boundary(end) {
            end += 1;
        }
        flags.push(RawFlag {
            text: word,
            span: offset + start..offset + end,
        });
    }
}

/// The first word of a text without its quotes and escapes, and how many bytes it is spelled with.
fn word(text: &str, escape: Escape) -> (Cow<'_, str>, usize) {
    let bytes = text.as_bytes();
    let len = bytes.iter().position(|byte| is_space(*byte));
    if let Some(simple) = text.get(..len.unwrap_or(text.len())) {
        let classes = Bytes::of(simple);
        if classes.are_ascii() && !classes.have_quote_or(escape) {
            return (Cow::Borrowed(simple), simple.len());
        }
    }
    let mut word = String::new();
    let mut quote: Option<u8> = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        if quote.is_none() && is_space(byte) {
            break;
        }
        at += 1;
        if quote == Some(byte) {
            quote = None;
        } else if quote.is_none() && matches!(byte, b'\'' | b'"') {
            quote = Some(byte);
        } else if byte == escape.byte() {
            if let Some(next) = bytes.get(at) {
                at += 1;
                word.push(char::from(*next));
            }
        } else {
            word.push(char::from(byte));
        }
    }
    (Cow::Owned(word), at)
}

/// White space as Docker sees it in a single byte.
fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ' | 0x85 | 0xa0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, escape: Escape, expected: &[&str], rest: &str) {
        let (flags, at) = split(text, 0..text.len(), escape);
        assert_eq!(
            flags
                .iter()
                .map(|flag| flag.text.as_ref())
                .collect::<Vec<_>>(),
            expected
        );
        assert_eq!(&text[at..], rest);
    }

    #[test]
    fn flags_in_front() {
        let e = Escape::Backslash;
        check("--a --b=c x --y", e, &["--a", "--b=c"], "x --y");
        check("--a=\"b c\"'d' x", e, &["--a=b cd"], "x");
        check("--a=b\\ c -- --x", e, &["--a=b c"], " --x");
        check("--a=\"b", e, &["--a=b"], "");
        check("x", e, &[], "x");
        check("--c=ü x", e, &["--c=Ã¼"], "x");
        check("--c=àb x", e, &["--c=Ã"], "b x");
        check("--a=\\`b", Escape::Backtick, &["--a=\\b"], "");
    }
}
