//! The patterns of `${V#p}`, `${V%p}`, `${V/p/r}` (spec 3.2).

use super::unicode::{is_digit, is_letter};

/// A pattern whose escapes are resolved.
#[derive(Debug)]
pub(super) struct Pattern(Vec<Token>);

#[derive(Debug)]
enum Token {
    Char(char),
    /// `?`: any character but a newline.
    One,
    /// `*`: any run of such.
    Run,
}

/// Where to match, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    Shortest,
    Longest,
}

impl Pattern {
    pub(super) fn new(pattern: &str) -> Result<Self, String> {
        let mut tokens = Vec::new();
        let mut chars = pattern
            .strip_prefix('\u{feff}')
            .unwrap_or(pattern)
            .chars()
            .peekable();
        while let Some(char) = chars.next() {
            tokens.push(match char {
                '*' => Token::Run,
                '?' => Token::One,
                '\\' => match chars.peek() {
                    Some('}' | '/') => continue,
                    Some(escaped @ ('*' | '?' | '\\')) => {
                        let escaped = *escaped;
                        chars.next();
                        Token::Char(escaped)
                    }
                    _ => return Err(format!("invalid escape in the pattern {pattern}")),
                },
                _ => Token::Char(char),
            });
        }
        Ok(Self(tokens))
    }

    /// The pattern for text that is read backwards. An escape stays before its character; one at the
    /// very end comes first.
    pub(super) fn reversed(pattern: &str) -> Result<Self, String> {
        let mut units = Vec::new();
        let mut chars = pattern.chars();
        while let Some(char) = chars.next() {
            let mut unit = String::from(char);
            if char == '\\' {
                unit.extend(chars.next());
            }
            units.push(unit);
        }
        units.reverse();
        Self::new(&units.concat())
    }

    /// Where a match that begins at the start of the text ends.
    fn end(&self, text: &[char], extent: Extent) -> Option<usize> {
        let mut ends = vec![false; text.len() + 1];
        if let Some(first) = ends.first_mut() {
            *first = true;
        }
        for token in &self.0 {
            ends = token.ends(&ends, text);
        }
        match extent {
            Extent::Shortest => ends.iter().position(|end| *end),
            Extent::Longest => ends.iter().rposition(|end| *end),
        }
    }

    /// The text without the prefix that matches.
    pub(super) fn cut_prefix(&self, text: &str, extent: Extent) -> String {
        let chars: Vec<char> = text.chars().collect();
        let end = self.end(&chars, extent).unwrap_or(0);
        chars.into_iter().skip(end).collect()
    }

    /// The text with the first match replaced.
    pub(super) fn replace_first(&self, text: &str, replacement: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        for start in 0..=chars.len() {
            let (before, after) = chars.split_at(start);
            if let Some(length) = self.end(after, Extent::Longest) {
                let mut result: String = before.iter().collect();
                result.push_str(replacement);
                result.extend(after.iter().skip(length));
                return result;
            }
        }
        text.to_owned()
    }

    /// The text with every match replaced as Go's `ReplaceAllString` does it: no empty match right
    /// after another, and `$` in the replacement names a group.
    pub(super) fn replace_all(&self, text: &str, replacement: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut result = String::new();
        let mut last_end = None;
        let mut at = 0;
        while let Some(after) = chars.get(at..) {
            let length = self.end(after, Extent::Longest);
            let matched: String = after.iter().take(length.unwrap_or(0)).collect();
            if let Some(length) = length {
                if length > 0 || last_end != Some(at) {
                    fill_in(replacement, &matched, &mut result);
                }
                at += length;
                last_end = Some(at);
            }
            if matched.is_empty() {
                result.extend(after.first());
                at += 1;
            }
        }
        result
    }
}

impl Token {
    /// Where this token can end if it begins at one of `starts`.
    fn ends(&self, starts: &[bool], text: &[char]) -> Vec<bool> {
        let mut ends = vec![false];
        if let (Token::Run, [first, ..]) = (self, starts) {
            ends = vec![*first];
        }
        for ((start, next), char) in starts.iter().zip(starts.iter().skip(1)).zip(text) {
            ends.push(match self {
                Token::Char(wanted) => *start && char == wanted,
                Token::One => *start && *char != '\n',
                Token::Run => *next || (*char != '\n' && ends.last() == Some(&true)),
            });
        }
        ends
    }
}

/// Appends the replacement: `$0` and `${0}` are the match, other groups are empty, `$$` is `$`.
fn fill_in(replacement: &str, matched: &str, result: &mut String) {
    let mut rest = replacement;
    while let Some((before, after)) = rest.split_once('$') {
        result.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            result.push('$');
            rest = after;
        } else if let Some((name, after)) = group(after) {
            result.push_str(if name == "0" { matched } else { "" });
            rest = after;
        } else {
            result.push('$');
            rest = after;
        }
    }
    result.push_str(rest);
}

/// The name of a group after `$`, with or without braces.
fn group(text: &str) -> Option<(&str, &str)> {
    let (braces, text) = match text.strip_prefix('{') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let end = text.find(|char| !(is_letter(char) || is_digit(char) || char == '_'));
    let (name, after) = text.split_at_checked(end.unwrap_or(text.len()))?;
    let after = if braces {
        after.strip_prefix('}')?
    } else {
        after
    };
    (!name.is_empty()).then_some((name, after))
}
