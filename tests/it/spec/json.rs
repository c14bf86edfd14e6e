//! The JSON test (spec 1.7): an array of strings, by the grammar of Go's `encoding/json`.

use std::str::Chars;

/// The depth of brackets that Go's decoder allows.
const DEEPEST: usize = 10_000;

/// The strings of the JSON array that the text is, nothing if it is none, an error if it has other
/// elements.
pub(super) fn strings(text: &str) -> Result<Option<Vec<String>>, String> {
    let text = text.trim_start();
    if !text.starts_with('[') {
        return Ok(None);
    }
    let Some(elements) = (Json {
        chars: text.chars(),
    })
    .array() else {
        return Ok(None);
    };
    let strings: Option<Vec<String>> = elements.into_iter().collect();
    match strings {
        None => Err("a JSON array here must hold strings only".to_owned()),
        strings => Ok(strings),
    }
}

struct Json<'a> {
    chars: Chars<'a>,
}

impl Json<'_> {
    /// The elements of the outermost array, `None` for each that is not a string.
    fn array(mut self) -> Option<Vec<Option<String>>> {
        let mut elements = Vec::new();
        let mut open: Vec<char> = Vec::new();
        loop {
            // a value begins here
            self.blanks();
            let mut element = None;
            let mut empty = false;
            match self.peek()? {
                bracket @ ('[' | '{') => {
                    self.chars.next();
                    self.blanks();
                    open.push(if bracket == '[' { ']' } else { '}' });
                    empty = self.peek().as_ref() == open.last();
                    if open.len() > DEEPEST {
                        return None;
                    }
                    if !empty {
                        if bracket == '{' {
                            self.key()?;
                        }
                        continue;
                    }
                }
                '"' => element = Some(self.string()?),
                _ => self.scalar()?,
            }
            if open.len() == 1 && !empty {
                elements.push(element);
            }
            // a value has ended here
            loop {
                self.blanks();
                match (self.chars.next()?, open.last()?) {
                    (',', bracket) => {
                        if *bracket == '}' {
                            self.blanks();
                            self.key()?;
                        }
                        break;
                    }
                    (char, bracket) if char == *bracket => {
                        open.pop();
                        match open.len() {
                            0 => {
                                self.blanks();
                                return self.peek().is_none().then_some(elements);
                            }
                            1 => elements.push(None),
                            _ => {}
                        }
                    }
                    _ => return None,
                }
            }
        }
    }

    fn peek(&self) -> Option<char> {
        self.chars.clone().next()
    }

    fn blanks(&mut self) {
        let rest = self.chars.as_str();
        self.chars = rest.trim_start_matches([' ', '\t', '\r', '\n']).chars();
    }

    fn key(&mut self) -> Option<()> {
        if self.peek()? != '"' {
            return None;
        }
        self.string()?;
        self.blanks();
        (self.chars.next()? == ':').then_some(())
    }

    fn string(&mut self) -> Option<String> {
        let mut text = String::new();
        self.chars.next();
        loop {
            text.push(match self.chars.next()? {
                '"' => return Some(text),
                '\\' => match self.chars.next()? {
                    char @ ('"' | '\\' | '/') => char,
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => self.unicode()?,
                    _ => return None,
                },
                char if char < ' ' => return None,
                char => char,
            });
        }
    }

    /// The character of an escape after `\u`: half of a pair that lacks its other half is U+FFFD.
    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        if let Some(char) = char::from_u32(first) {
            return Some(char);
        }
        let mut ahead = Json {
            chars: self.chars.clone(),
        };
        if ahead.chars.next() == Some('\\') && ahead.chars.next() == Some('u') {
            if let Some(second @ 0xdc00..=0xdfff) = ahead.hex() {
                if first < 0xdc00 {
                    self.chars = ahead.chars;
                    return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
                }
            }
        }
        Some(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Option<u32> {
        (0..4).try_fold(0, |value, _| {
            Some(value << 4 | self.chars.next()?.to_digit(16)?)
        })
    }

    /// A number, `true`, `false` or `null`. At a number that no float holds, Go gives up.
    fn scalar(&mut self) -> Option<()> {
        let rest = self.chars.as_str();
        for word in ["true", "false", "null"] {
            if let Some(after) = rest.strip_prefix(word) {
                self.chars = after.chars();
                return Some(());
            }
        }
        let end = rest.find(|char: char| !matches!(char, '0'..='9' | '+' | '-' | '.' | 'e' | 'E'));
        let (number, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        self.chars = after.chars();
        is_number(number).then_some(())
    }
}

fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (
            mantissa,
            exponent.strip_prefix(['+', '-']).unwrap_or(exponent),
        ),
        None => (text, "0"),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && digits(fraction)
        && digits(exponent)
        && text.parse().is_ok_and(f64::is_finite)
}
