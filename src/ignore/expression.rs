//! Reads the regular expressions that Docker makes of patterns, in Go's syntax.

use smol_str::SmolStr;
use std::fmt;

use super::program::{Class, Program, Step};
use crate::limits;

/// The reason why a pattern is malformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flaw {
    OpenClass,
    EmptyClass,
    StrayDash,
    Range(char, char),
    ClassName(SmolStr),
    Escape,
    UnknownEscape(char),
    Repetition,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::OpenClass => f.write_str("has a `[` that no `]` ends: write `\\[` for the character"),
            Flaw::EmptyClass => {
                f.write_str("has nothing between `[` and `]`: write `\\[` for the character")
            }
            Flaw::StrayDash => f.write_str(
                "has a `-` between `[` and `]` that is not a range: write `\\-` for the character",
            ),
            Flaw::Range(from, to) => write!(
                f,
                "has the range `{from}-{to}`, whose ends are the wrong way round: write `{to}-{from}`"
            ),
            Flaw::ClassName(name) => write!(
                f,
                "has `{name}`, which Docker takes for a class of characters that it does not know: write `\\[`"
            ),
            Flaw::Escape => f.write_str("ends in a `\\`: write `\\\\` for the character"),
            Flaw::UnknownEscape(c) => write!(
                f,
                "has `\\{c}`, which Docker does not take for `{c}`: write `{c}`, or `/` if a folder is meant"
            ),
            Flaw::Repetition => f.write_str(
                "has a `{` that Docker takes for a repetition which cannot be: write `\\{` for the character",
            ),
        }
    }
}

impl Program {
    pub(super) fn read(expression: &str) -> Result<Program, Flaw> {
        let mut program = Program {
            steps: Vec::new(),
            classes: Vec::new(),
            starts: vec![0],
        };
        let mut rest = Cursor(expression);
        // Whether the last step can be repeated.
        let mut repeatable = false;
        while let Some(c) = rest.0.chars().next() {
            if rest.take("(.*/)?") {
                program.steps.extend([Step::Folders, Step::InFolders]);
                repeatable = false;
                continue;
            }
            if rest.take("|") {
                program.steps.push(Step::Found);
                program.starts.push(program.steps.len());
                repeatable = false;
                continue;
            }
            let times = if rest.take("*") {
                Some((0, None))
            } else {
                rest.times()
            };
            if let Some((least, most)) = times {
                if !repeatable {
                    return Err(Flaw::Repetition);
                }
                program.repeat(least, most)?;
                repeatable = false;
                continue;
            }
            if rest.take("\\Q") {
                let (literal, after) = rest.0.split_once("\\E").unwrap_or((rest.0, ""));
                for c in literal.chars() {
                    program.one(Class::Is(c));
                }
                repeatable |= !literal.is_empty();
                rest.0 = after;
                continue;
            }
            match rest.assertion() {
                Some(step) => program.steps.push(step),
                None => program.one(rest.one(c)?),
            }
            repeatable = true;
        }
        program.steps.push(Step::Found);
        Ok(program)
    }

    fn one(&mut self, class: Class) {
        self.steps.push(Step::One(self.classes.len()));
        self.classes.push(class);
    }

    /// Repeats the last step.
    fn repeat(&mut self, least: usize, most: Option<usize>) -> Result<(), Flaw> {
        if least > 1000 || most.is_some_and(|most| most > 1000 || most < least) {
            return Err(Flaw::Repetition);
        }
        let class = match self.steps.pop() {
            Some(Step::One(class)) => class,
            // What takes no character is there once or not at all.
            Some(step) => {
                if least > 0 {
                    self.steps.push(step);
                }
                return Ok(());
            }
            None => return Err(Flaw::Repetition),
        };
        let one = std::iter::repeat_n(Step::One(class), least);
        self.steps.extend(one);
        match most {
            None => self.steps.push(Step::Many(class)),
            Some(most) => {
                let maybe = std::iter::repeat_n(Step::Maybe(class), most - least);
                self.steps.extend(maybe);
            }
        }
        if self.steps.len() > limits::PATTERN_STEPS {
            return Err(Flaw::Repetition);
        }
        Ok(())
    }
}

const DIGITS: &[(char, char)] = &[('0', '9')];
const BLANKS: &[(char, char)] = &[('\t', '\n'), ('\u{c}', '\r'), (' ', ' ')];
const WORDS: &[(char, char)] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];

/// The classes that can be written as `[:NAME:]` in a class.
const NAMED: &[(&str, &[(char, char)])] = &[
    ("alnum", &[('0', '9'), ('A', 'Z'), ('a', 'z')]),
    ("alpha", &[('A', 'Z'), ('a', 'z')]),
    ("ascii", &[('\0', '\u{7f}')]),
    ("blank", &[('\t', '\t'), (' ', ' ')]),
    ("cntrl", &[('\0', '\u{1f}'), ('\u{7f}', '\u{7f}')]),
    ("digit", DIGITS),
    ("graph", &[('!', '~')]),
    ("lower", &[('a', 'z')]),
    ("print", &[(' ', '~')]),
    ("punct", &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
    ("space", &[('\t', '\r'), (' ', ' ')]),
    ("upper", &[('A', 'Z')]),
    ("word", WORDS),
    ("xdigit", &[('0', '9'), ('A', 'F'), ('a', 'f')]),
];

/// The part of an expression that is still to be read.
struct Cursor<'a>(&'a str);

impl Cursor<'_> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.0.chars();
        let c = chars.next();
        self.0 = chars.as_str();
        c
    }

    fn take(&mut self, text: &str) -> bool {
        match self.0.strip_prefix(text) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// A step that takes no character.
    fn assertion(&mut self) -> Option<Step> {
        if self.take("\\A") || self.take("^") {
            Some(Step::Start)
        } else if self.take("\\z") || self.take("$") {
            Some(Step::End)
        } else if self.take("\\b") {
            Some(Step::Boundary(true))
        } else if self.take("\\B") {
            Some(Step::Boundary(false))
        } else {
            None
        }
    }

    /// Reads what stands for one character; `c` is the next character.
    fn one(&mut self, c: char) -> Result<Class, Flaw> {
        if let Some((negated, ranges)) = self.perl() {
            let ranges = ranges.to_vec();
            return Ok(Class::Set { negated, ranges });
        }
        match c {
            '\\' => Ok(Class::Is(self.escape()?)),
            '[' => self.class(),
            c => {
                self.next();
                Ok(if c == '.' { Class::any() } else { Class::Is(c) })
            }
        }
    }

    /// `{2}`, `{2,}` or `{2,3}`; anything else is not a repetition.
    fn times(&mut self) -> Option<(usize, Option<usize>)> {
        let (inside, after) = self.0.strip_prefix('{')?.split_once('}')?;
        let times = match inside.split_once(',') {
            None => {
                let exactly = number(inside)?;
                (exactly, Some(exactly))
            }
            Some((least, "")) => (number(least)?, None),
            Some((least, most)) => (number(least)?, Some(number(most)?)),
        };
        self.0 = after;
        Some(times)
    }

    /// `\d` and the like, negated where the letter is upper case.
    fn perl(&mut self) -> Option<(bool, &'static [(char, char)])> {
        let letter = self.0.strip_prefix('\\')?.chars().next()?;
        let ranges = match letter.to_ascii_lowercase() {
            'd' => DIGITS,
            's' => BLANKS,
            'w' => WORDS,
            _ => return None,
        };
        self.next();
        self.next();
        Some((letter.is_ascii_uppercase(), ranges))
    }

    /// `\` and what it makes of the character after it.
    fn escape(&mut self) -> Result<char, Flaw> {
        self.next();
        let c = self.next().ok_or(Flaw::Escape)?;
        let unknown = Flaw::UnknownEscape(c);
        let value = match c {
            'a' => 7,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            'x' if self.take("{") => {
                let (digits, after) = self.0.split_once('}').ok_or(unknown.clone())?;
                self.0 = after;
                let is_number = digits.bytes().all(|b| b.is_ascii_hexdigit());
                let value = u32::from_str_radix(digits, 16).ok();
                value.filter(|_| is_number).ok_or(unknown.clone())?
            }
            'x' => {
                let high = self.next().and_then(|c| c.to_digit(16));
                let low = self.next().and_then(|c| c.to_digit(16));
                match (high, low) {
                    (Some(high), Some(low)) => high * 16 + low,
                    _ => return Err(unknown),
                }
            }
            '1'..='7' if !self.0.starts_with(|c: char| c.is_digit(8)) => return Err(unknown),
            '0'..='7' => {
                let mut value = c.to_digit(8).unwrap_or_default();
                for _ in 0..2 {
                    let Some(digit) = self.0.chars().next().and_then(|c| c.to_digit(8)) else {
                        break;
                    };
                    value = value * 8 + digit;
                    self.next();
                }
                value
            }
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => return Ok(c),
            _ => return Err(unknown),
        };
        char::from_u32(value).ok_or(unknown)
    }

    fn class(&mut self) -> Result<Class, Flaw> {
        self.next();
        let negated = self.take("^");
        let mut ranges = Vec::new();
        let mut first = true;
        while first || !self.take("]") {
            first = false;
            if self.0.starts_with("[:") {
                if let Some(end) = self.0.get(2..).and_then(|rest| rest.find(":]")) {
                    let name = self.0.get(2..2 + end).unwrap_or_default();
                    self.0 = self.0.get(end + 4..).unwrap_or_default();
                    named(name, &mut ranges)?;
                    continue;
                }
            }
            if self.0.starts_with("\\p") || self.0.starts_with("\\P") {
                let letter = self.0.chars().nth(1).unwrap_or('p');
                return Err(Flaw::UnknownEscape(letter));
            }
            if let Some((negated, found)) = self.perl() {
                add(&mut ranges, found, negated);
                continue;
            }
            let low = self.class_char()?;
            let mut high = low;
            if let Some(rest) = self.0.strip_prefix('-') {
                if !rest.is_empty() && !rest.starts_with(']') {
                    self.0 = rest;
                    high = self.class_char()?;
                }
            }
            if high < low {
                return Err(Flaw::Range(low, high));
            }
            ranges.push((low, high));
        }
        Ok(Class::Set { negated, ranges })
    }

    fn class_char(&mut self) -> Result<char, Flaw> {
        if self.0.starts_with('\\') {
            self.escape()
        } else {
            self.next().ok_or(Flaw::OpenClass)
        }
    }
}

/// A number without zeros in front; one that is too large for anything stays so.
fn number(digits: &str) -> Option<usize> {
    let zeros = digits.len() > 1 && digits.starts_with('0');
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    (is_number && !zeros).then(|| digits.parse().unwrap_or(usize::MAX))
}

/// Adds the class `[:NAME:]`, or what is not in it for `[:^NAME:]`.
fn named(name: &str, ranges: &mut Vec<(char, char)>) -> Result<(), Flaw> {
    let (bare, negated) = match name.strip_prefix('^') {
        Some(bare) => (bare, true),
        None => (name, false),
    };
    match NAMED.iter().find(|(known, _)| *known == bare) {
        Some((_, found)) => {
            add(ranges, found, negated);
            Ok(())
        }
        None => Err(Flaw::ClassName(format!("[:{name}:]").into())),
    }
}

/// Adds ranges of ASCII that are in order, or what is between them.
fn add(ranges: &mut Vec<(char, char)>, found: &[(char, char)], negated: bool) {
    if !negated {
        ranges.extend(found);
        return;
    }
    let mut next = '\0';
    for (low, high) in found {
        if next < *low {
            let before = char::from_u32((*low as u32).saturating_sub(1));
            ranges.push((next, before.unwrap_or(next)));
        }
        next = char::from_u32(*high as u32 + 1).unwrap_or(char::MAX);
    }
    ranges.push((next, char::MAX));
}
