//! Writes flags, and the values that are composed before they are quoted.

use std::ops::Range;

use super::Writer;
use super::raw::replace;
use crate::reference::{Source, Typed, TypedText};
use crate::syntax::part::Part;
use crate::syntax::problem::ProblemKind;
use crate::syntax::quote::{self, FlagBytes, Position, is_unwritable};
use crate::text::classes::is_plain;
use crate::text::{Text, View};

/// The lines that the flags of an instruction take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FlagLines {
    /// The line of the keyword.
    One,
    /// A line for each flag.
    Each,
}

impl<'m> Writer<'m> {
    // Flags.

    /// Begins the flags of an instruction: on one line, or each on its own.
    pub(crate) fn begin_flags(&mut self, lines: FlagLines) {
        self.any_flag = false;
        self.flag_lines = lines;
    }

    fn separate_flag(&mut self) {
        if std::mem::replace(&mut self.any_flag, true) && self.flag_lines == FlagLines::Each {
            self.line_break();
        } else {
            self.space();
        }
    }

    /// A flag with a value that `write` composes; quoted where the flag lexer needs it.
    pub(crate) fn flag(
        &mut self,
        name: &'static str,
        nth: usize,
        write: impl FnOnce(&mut FlagValue<'_, 'm>),
    ) {
        self.separate_flag();
        let start = self.out.len();
        self.out.push_str("--");
        self.out.push_str(name);
        self.out.push('=');
        self.flag_value(Part::FlagValue(name, nth), write);
        self.mark(Part::Flag(name, nth), start);
    }

    /// A flag with a value that is plain, and right.
    pub(crate) fn plain_flag(&mut self, name: &'static str, nth: usize, value: &str) {
        self.separate_flag();
        let start = self.out.len();
        self.out.push_str("--");
        self.out.push_str(name);
        self.out.push('=');
        self.plain(value, Part::FlagValue(name, nth));
        self.mark(Part::Flag(name, nth), start);
    }

    fn flag_value(&mut self, part: Part, write: impl FnOnce(&mut FlagValue<'_, 'm>)) {
        let problems = self.problems.len();
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        let mut value = FlagValue {
            writer: self,
            text,
            part,
            spans: Vec::new(),
        };
        write(&mut value);
        let FlagValue { text, spans, .. } = value;
        self.composed_value(part, text, spans, problems);
    }

    /// Writes a value that has been composed, since there were so many problems; the places of the
    /// keys of a mount are in it.
    fn composed_value(
        &mut self,
        part: Part,
        text: String,
        spans: Vec<(Part, Range<usize>)>,
        problems: usize,
    ) {
        let start = self.out.len();
        let known = !matches!(part, Part::OtherFlagValue(_));
        if known && text.is_empty() && self.problems.len() == problems {
            self.problem(part, ProblemKind::Empty("value"));
        }
        if is_plain(&text) {
            self.out.push_str(&text);
            for (part, span) in spans {
                self.mark_range(part, start + span.start..start + span.end);
            }
            self.scratch = text;
            return self.mark(part, start);
        }
        self.angles = true;
        // Characters that stand for bytes are written as those.
        let bytes = FlagBytes::of(&text, self.escape);
        if bytes.is_none() && self.problems.len() == problems {
            // Its parts can be written, but not one after the other.
            if let Some(character) = text.chars().find(|c| !c.is_ascii()) {
                let kind = ProblemKind::NonAsciiFlag {
                    character,
                    expanded: false,
                };
                self.problem(part, kind);
            }
        }
        let spelled = bytes.as_ref().map_or(&text, |bytes| &bytes.text);
        let is_ended = bytes.as_ref().is_some_and(|bytes| bytes.is_ended);
        match is_ended {
            true => self.out.push_str(spelled),
            false => quote::push_flag_value(&mut self.out, spelled, self.escape),
        }
        for (part, span) in spans {
            let place = |at: usize| {
                let at = match &bytes {
                    Some(_) => text.get(..at).unwrap_or_default().chars().count(),
                    None => at,
                };
                match is_ended {
                    true => start + at,
                    false => start + quote::offset_in_flag_value(spelled, at, self.escape),
                }
            };
            self.mark_range(part, place(span.start)..place(span.end));
        }
        self.scratch = text;
        self.mark(part, start);
    }

    /// A flag without a value: `--link`.
    pub(crate) fn bare_flag(&mut self, name: &'static str) {
        self.separate_flag();
        let start = self.out.len();
        self.out.push_str("--");
        self.out.push_str(name);
        self.mark(Part::Flag(name, 0), start);
    }

    /// A flag that is given by name.
    pub(crate) fn other_flag(&mut self, name: &str, value: Option<&str>, nth: usize) {
        let problem = match name {
            "" => ProblemKind::Empty("name"),
            _ if !name.chars().all(is_of_flag) => ProblemKind::Invalid {
                what: "name of a flag",
                text: name.into(),
                expected: "letters, digits, `-`, `_` and `.`",
            },
            _ => ProblemKind::UnknownFlag(name.into()),
        };
        self.named_flag(name, value, nth, problem);
    }

    /// A flag that is given by name although the instruction has a field for it.
    pub(crate) fn known_flag(&mut self, name: &str, value: Option<&str>, nth: usize) {
        self.named_flag(name, value, nth, ProblemKind::KnownFlag(name.into()));
    }

    fn named_flag(&mut self, name: &str, value: Option<&str>, nth: usize, problem: ProblemKind) {
        let part = Part::OtherFlag(nth);
        self.separate_flag();
        self.angles = true;
        let start = self.out.len();
        self.out.push_str("--");
        let name_start = self.out.len();
        self.out.push_str(name);
        replace(&mut self.out, name_start, |c| !is_of_flag(c));
        self.problem(part, problem);
        if let Some(value) = value {
            self.out.push('=');
            self.flag_value(Part::OtherFlagValue(nth), |v| v.literal(value));
        }
        self.mark(part, start);
    }
}

/// Returns `true` if a character can be in the name of a flag.
fn is_of_flag(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// The value of a flag while it is composed.
#[derive(Debug)]
pub(crate) struct FlagValue<'w, 'm> {
    writer: &'w mut Writer<'m>,
    text: String,
    part: Part,
    /// The spans of the values of a mount's keys in the text.
    spans: Vec<(Part, Range<usize>)>,
}

impl FlagValue<'_, '_> {
    /// A text that Docker expands.
    pub(crate) fn text(&mut self, text: &Text) {
        self.part_text(text, self.part);
    }

    /// A text with a grammar of its own.
    pub(crate) fn typed(&mut self, value: TypedText<'_>) {
        self.part_typed(value, self.part);
    }

    fn part_typed(&mut self, value: TypedText<'_>, part: Part) {
        if self.writer.check_typed(value, part) {
            self.part_text(value.text, part);
        } else {
            self.push_replaced(&value.text.to_string());
        }
    }

    fn part_text(&mut self, text: &Text, part: Part) {
        if let Some(plain) = text.as_plain() {
            return self.text.push_str(plain);
        }
        let mut out = std::mem::take(&mut self.text);
        let start = out.len();
        self.writer
            .push_text(&mut out, text, Position::Enclosed, part);
        self.check_expanded(out.get(start..).unwrap_or_default(), part);
        self.text = out;
    }

    /// A string that Docker takes as it is.
    pub(crate) fn literal(&mut self, text: &str) {
        if is_plain(text) {
            return self.text.push_str(text);
        }
        self.check_characters(text, self.part);
        self.push_replaced(text);
    }

    fn push_replaced(&mut self, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        if quote::has_unwritable(text) {
            replace(&mut self.text, start, is_unwritable);
        }
    }

    /// A field of a comma-separated list: `key=value`.
    pub(crate) fn field(&mut self, key: &'static str, value: &Text) {
        self.composed_field(key, |this, part| this.part_text(value, part));
    }

    /// A field whose value has a grammar of its own.
    pub(crate) fn typed_field(&mut self, key: &'static str, value: TypedText<'_>) {
        self.composed_field(key, |this, part| this.part_typed(value, part));
    }

    fn composed_field(&mut self, key: &'static str, write: impl FnOnce(&mut Self, Part)) {
        let part = self.key_part(key);
        let problems = self.writer.problems.len();
        let outer = std::mem::take(&mut self.text);
        write(self, part);
        let value = std::mem::replace(&mut self.text, outer);
        if value.is_empty() && self.writer.problems.len() == problems {
            self.writer.problem(part, ProblemKind::Empty("value"));
        }
        self.push_field(key, &value);
    }

    /// A field whose value is a word that Docker does not expand.
    pub(crate) fn token_field(&mut self, key: &'static str, word: &str) {
        self.check_characters(word, self.key_part(key));
        self.push_field(key, word);
    }

    fn push_field(&mut self, key: &'static str, value: &str) {
        self.separate();
        let start = self.text.len();
        quote::push_csv_field(&mut self.text, &format!("{key}={value}"));
        replace(&mut self.text, start, is_unwritable);
        if self.writer.layout.is_some() {
            let quote = usize::from(
                self.text
                    .get(start..)
                    .is_some_and(|field| field.starts_with('"')),
            );
            let span = start + quote + key.len() + 1..self.text.len() - quote;
            self.spans.push((self.key_part(key), span));
        }
    }

    /// A field without a value.
    pub(crate) fn bare_field(&mut self, field: &str) {
        self.check_characters(field, self.part);
        self.separate();
        let start = self.text.len();
        quote::push_csv_field(&mut self.text, field);
        replace(&mut self.text, start, is_unwritable);
    }

    /// A field that says where something comes from.
    pub(crate) fn source_field(&mut self, key: &'static str, source: &Source) {
        let part = self.key_part(key);
        self.check_source(source, part);
        if let Source::Index(_) = source {
            self.writer.problem(part, ProblemKind::Index);
        }
        self.push_field(key, &source.spelling());
    }

    /// Writes a source: Docker expands nothing there.
    pub(crate) fn source(&mut self, source: &Source) {
        self.check_source(source, self.part);
        self.push_replaced(&source.spelling());
    }

    fn check_source(&mut self, source: &Source, part: Part) {
        match source {
            Source::Image(image) => match image.text().view() {
                View::Literal(_) => {
                    self.writer.check_typed(image.typed(), part);
                }
                View::Raw(spelling, _) => self.check_ascii(spelling, part),
                _ => self.writer.problem(part, ProblemKind::Variable),
            },
            _ => self.writer.check_name(source, part),
        }
    }

    fn check_characters(&mut self, text: &str, part: Part) {
        if let Some(c) = text.chars().find(|c| is_unwritable(*c)) {
            self.writer.problem(part, ProblemKind::Character(c));
        }
        self.check_ascii(text, part);
    }

    /// Docker reads flags byte by byte.
    fn check_ascii(&mut self, text: &str, part: Part) {
        if let Some(character) = self.lost_character(text) {
            let kind = ProblemKind::NonAsciiFlag {
                character,
                expanded: false,
            };
            self.writer.problem(part, kind);
        }
    }

    /// The same for a text that Docker expands: a variable could bring the character in.
    fn check_expanded(&mut self, text: &str, part: Part) {
        if let Some(character) = self.lost_character(text) {
            let kind = ProblemKind::NonAsciiFlag {
                character,
                expanded: true,
            };
            self.writer.problem(part, kind);
        }
    }

    /// A character beyond ASCII that no bytes stand for.
    fn lost_character(&self, text: &str) -> Option<char> {
        let character = text.chars().find(|c| !c.is_ascii())?;
        let is_lost = FlagBytes::of(text, self.writer.escape).is_none();
        is_lost.then_some(character)
    }

    fn separate(&mut self) {
        if !self.text.is_empty() {
            self.text.push(',');
        }
    }

    pub(crate) fn problem(&mut self, kind: ProblemKind) {
        self.writer.problem(self.part, kind);
    }

    pub(crate) fn problem_at(&mut self, part: Part, kind: ProblemKind) {
        self.writer.problem(part, kind);
    }

    /// The part that the value of a key is.
    pub(crate) fn key_part(&self, key: &'static str) -> Part {
        match self.part {
            Part::FlagValue("mount", nth) => Part::MountValue(key, nth),
            other => other,
        }
    }
}
