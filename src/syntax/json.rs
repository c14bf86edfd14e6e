//! JSON arrays of strings: how the exec form is written, and what Docker takes for one.

use std::borrow::Cow;
use std::ops::Range;

use super::bytes::trim_start;
use crate::limits;

/// Appends a string in JSON's quotes.
pub(crate) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    let special = |b: u8| b == b'"' || b == b'\\' || b < b' ';
    while let Some(at) = rest.bytes().position(special) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let mut chars = after.chars();
        match chars.next() {
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(c @ ('"' | '\\')) => {
                out.push('\\');
                out.push(c);
            }
            Some(c) => {
                let hex = |nibble: u32| char::from_digit(nibble & 0xf, 16).unwrap_or('0');
                out.push_str("\\u00");
                out.push(hex(u32::from(c) >> 4));
                out.push(hex(u32::from(c)));
            }
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// A text that Docker accepts as a JSON array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Array<'a> {
    /// A JSON array of strings.
    Strings(Vec<Element<'a>>),
    /// A valid JSON array that holds something else: Docker rejects it.
    Other,
    /// No JSON array: the text is taken as it is.
    No,
}

/// A string of an array, and where it is, quotes included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) span: Range<usize>,
}

/// Reads text as Docker does: all of it has to be one JSON array.
pub(crate) fn array(text: &str) -> Array<'_> {
    // Mostly it begins with a letter.
    if matches!(text.as_bytes(), [first, ..] if first.is_ascii_graphic() && *first != b'[') {
        return Array::No;
    }
    // Only the beginning is trimmed of Unicode's spaces; between the tokens there are JSON's own.
    let at = text.len() - trim_start(text).len();
    let mut scanner = Scanner { text, at };
    if scanner.peek() != Some(b'[') {
        return Array::No;
    }
    if let Some(strings) = scanner.strings() {
        return Array::Strings(strings);
    }
    scanner.at = at;
    match scanner.document() {
        Some(()) => Array::Other,
        None => Array::No,
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A value, or the end of an array that is still empty.
    ValueOrEnd,
    Value,
    /// A comma, or the end of what is open.
    CommaOrEnd,
    KeyOrEnd,
    Key,
}

impl<'a> Scanner<'a> {
    /// The whole text as one array of strings; `None` where it is anything else.
    fn strings(&mut self) -> Option<Vec<Element<'a>>> {
        let mut strings = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if self.peek()? != b']' {
            loop {
                let start = self.at;
                if self.peek()? != b'"' {
                    return None;
                }
                let text = self.string()?;
                let span = start..self.at;
                strings.push(Element { text, span });
                self.skip_blanks();
                match self.peek()? {
                    b',' => self.at += 1,
                    b']' => break,
                    _ => return None,
                }
                self.skip_blanks();
            }
        }
        self.at += 1;
        self.skip_blanks();
        (self.at == self.text.len()).then_some(strings)
    }

    /// Reads the whole text as one array of whatever; `None` where it is not valid JSON. Nesting is
    /// kept in a list, so that depth costs no stack.
    fn document(&mut self) -> Option<()> {
        let mut open: Vec<u8> = Vec::new();
        let mut expect = Expect::Value;
        loop {
            self.skip_blanks();
            let byte = self.peek()?;
            match (expect, byte) {
                (Expect::ValueOrEnd | Expect::CommaOrEnd, b']') if open.last() == Some(&b'[') => {
                    self.at += 1;
                    open.pop();
                    expect = Expect::CommaOrEnd;
                }
                (Expect::KeyOrEnd | Expect::CommaOrEnd, b'}') if open.last() == Some(&b'{') => {
                    self.at += 1;
                    open.pop();
                    expect = Expect::CommaOrEnd;
                }
                (Expect::CommaOrEnd, b',') => {
                    self.at += 1;
                    expect = if open.last() == Some(&b'{') {
                        Expect::Key
                    } else {
                        Expect::Value
                    };
                }
                (Expect::Key | Expect::KeyOrEnd, b'"') => {
                    self.string()?;
                    self.skip_blanks();
                    if self.peek()? != b':' {
                        return None;
                    }
                    self.at += 1;
                    expect = Expect::Value;
                }
                (Expect::Value | Expect::ValueOrEnd, _) => {
                    expect = Expect::CommaOrEnd;
                    match byte {
                        b'"' => {
                            self.string()?;
                        }
                        b'[' => {
                            self.at += 1;
                            open.push(b'[');
                            expect = Expect::ValueOrEnd;
                        }
                        b'{' => {
                            self.at += 1;
                            open.push(b'{');
                            expect = Expect::KeyOrEnd;
                        }
                        _ => self.scalar()?,
                    }
                    if open.len() > limits::JSON_DEPTH {
                        return None;
                    }
                }
                _ => return None,
            }
            if open.is_empty() {
                self.skip_blanks();
                return (self.at == self.text.len()).then_some(());
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn string(&mut self) -> Option<Cow<'a, str>> {
        self.at += 1;
        let mut out = Cow::Borrowed("");
        loop {
            let rest = self.text.get(self.at..)?;
            let stop = rest
                .bytes()
                .position(|b| b == b'"' || b == b'\\' || b < b' ')?;
            out += rest.get(..stop)?;
            self.at += stop + 1;
            match rest.as_bytes().get(stop)? {
                b'"' => return Some(out),
                b'\\' => self.escape(out.to_mut())?,
                _ => return None,
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Option<()> {
        let byte = self.peek()?;
        self.at += 1;
        let c = match byte {
            b'"' | b'\\' | b'/' => byte as char,
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.hex()?;
                self.surrogate(unit)
            }
            _ => return None,
        };
        out.push(c);
        Some(())
    }

    /// A `\u` escape; a pair of surrogates is one character, a lone one becomes U+FFFD.
    fn surrogate(&mut self, high: u32) -> char {
        if (0xd800..0xdc00).contains(&high) {
            let start = self.at;
            if self
                .text
                .get(start..)
                .is_some_and(|rest| rest.starts_with("\\u"))
            {
                self.at += 2;
                match self.hex() {
                    Some(low) if (0xdc00..0xe000).contains(&low) => {
                        let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                        return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                    }
                    // Something else: it is read again, as what it is.
                    _ => self.at = start,
                }
            }
        }
        char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    fn scalar(&mut self) -> Option<()> {
        let rest = self.text.get(self.at..)?;
        for word in ["true", "false", "null"] {
            if rest.starts_with(word) {
                self.at += word.len();
                return Some(());
            }
        }
        let bytes = rest.as_bytes();
        let digits = |from: usize| {
            bytes
                .iter()
                .skip(from)
                .take_while(|b| b.is_ascii_digit())
                .count()
        };
        let mut len = usize::from(bytes.first() == Some(&b'-'));
        let whole = digits(len);
        if whole == 0 || (whole > 1 && bytes.get(len) == Some(&b'0')) {
            return None;
        }
        len += whole;
        if bytes.get(len) == Some(&b'.') {
            let fraction = digits(len + 1);
            if fraction == 0 {
                return None;
            }
            len += 1 + fraction;
        }
        if matches!(bytes.get(len), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(len + 1), Some(b'+' | b'-')));
            let exponent = digits(len + 1 + sign);
            if exponent == 0 {
                return None;
            }
            len += 1 + sign + exponent;
        }
        // Docker rejects a number that is too great for it.
        let number: f64 = rest.get(..len)?.parse().ok()?;
        if number.is_infinite() {
            return None;
        }
        self.at += len;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn strings(text: &str, expected: &[&str]) {
        let Array::Strings(found) = array(text) else {
            panic!("no array of strings: {text}")
        };
        assert_eq!(
            found
                .iter()
                .map(|element| element.text.as_ref())
                .collect::<Vec<_>>(),
            expected
        );
        for element in &found {
            assert!(
                text[element.span.clone()].starts_with('"')
                    && text[element.span.clone()].ends_with('"')
            );
        }
    }

    #[test]
    fn arrays_of_strings() {
        strings("[]", &[]);
        strings(r#"["a", "b"]"#, &["a", "b"]);
        strings("  [ \"a\"\t,\r\n\"\" ] ", &["a", ""]);
        strings(
            r#"["a\tb\u00e9\ud83d\ude00\ud800x\/"]"#,
            &["a\tbé😀\u{fffd}x/"],
        );
    }

    #[test]
    fn arrays_of_other_things() {
        for text in [
            "[1]",
            "[null]",
            "[[\"a\"]]",
            "[{\"a\": [1, -0.5e+3]}]",
            "[\"a\", true]",
            "[{}]",
            "[1.7e308, 1e-999]",
        ] {
            assert_eq!(array(text), Array::Other, "{text}");
        }
    }

    #[test]
    fn no_arrays() {
        for text in [
            "",
            "[",
            "]",
            "[\"a\",]",
            "[\"a\"] x",
            "['a']",
            "[ -f x ]",
            "[\"\\w\"]",
            "[\"a\" \"b\"]",
            "[01]",
            "[,]",
            "[{\"a\"}]",
            "[\"\u{1}\"]",
            "[\"a\"]\u{a0}",
            "{}",
            "[1.]",
            "[\"\\u12\"]",
            "[1e999]",
            "[\"a\", {\"b\": -1.8e308}]",
            "[}",
            "[{]",
        ] {
            assert_eq!(array(text), Array::No, "{text}");
        }
        assert_eq!(array(&"[".repeat(1_000_000)), Array::No);
    }

    #[test]
    fn what_is_written_is_read() {
        let text: String = (0..0x300_u32)
            .filter_map(char::from_u32)
            .chain("😀\u{2028}\u{feff}".chars())
            .collect();
        let mut out = String::from("[");
        push_string(&mut out, &text);
        out.push(']');
        assert!(!out.contains('\n'));
        strings(&out, &[&text]);
    }
}
