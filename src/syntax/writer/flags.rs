//! How flags are written, and the values that are composed before they are quoted.

use super::{Writer, replace};
use crate::reference::{Source, Typed};
use crate::syntax::layout::Part;
use crate::syntax::problem::ProblemKind;
use crate::syntax::quote::{self, Position, is_unwritable};
use crate::text::{Text, View};

impl<'m> Writer<'m> {
    // Flags.

    /// Begins the flags of an instruction: on one line, or each on its own.
    pub(crate) fn begin_flags(&mut self, on_lines: bool) {
        self.any_flag = false;
        self.flags_on_lines = on_lines;
    }

    fn separate_flag(&mut self) {
        if std::mem::replace(&mut self.any_flag, true) && self.flags_on_lines {
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
        expanded: bool,
        write: impl FnOnce(&mut FlagValue<'_, 'm>),
    ) {
        self.separate_flag();
        let start = self.out.len();
        self.out.push_str("--");
        self.out.push_str(name);
        self.out.push('=');
        self.flag_value(Part::FlagValue(name, nth), expanded, write);
        self.mark(Part::Flag(name, nth), start);
    }

    fn flag_value(
        &mut self,
        part: Part,
        expanded: bool,
        write: impl FnOnce(&mut FlagValue<'_, 'm>),
    ) {
        let start = self.out.len();
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        let mut value = FlagValue {
            writer: self,
            text,
            part,
        };
        write(&mut value);
        let text = value.text;
        if text.is_empty() {
            self.problem(part, ProblemKind::Empty("value of a flag"));
        }
        if let Some(character) = text.chars().find(|c| !c.is_ascii()) {
            self.problem(
                part,
                ProblemKind::NonAsciiFlag {
                    character,
                    expanded,
                },
            );
        }
        quote::push_flag_value(&mut self.out, &text, self.escape);
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

    /// A flag that this crate has no field for.
    pub(crate) fn other_flag(&mut self, name: &str, value: Option<&str>, nth: usize) {
        let part = Part::OtherFlag(nth);
        self.separate_flag();
        let start = self.out.len();
        self.out.push_str("--");
        if name.is_empty() {
            self.problem(part, ProblemKind::Empty("name of a flag"));
        }
        self.push_guarded(
            name,
            part,
            &[|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))],
        );
        if let Some(value) = value {
            self.out.push('=');
            self.flag_value(part, false, |v| v.literal(value));
        }
        self.mark(part, start);
        self.problem(part, ProblemKind::UnknownFlag(name.into()));
    }
}

/// The value of a flag while it is composed.
#[derive(Debug)]
pub(crate) struct FlagValue<'w, 'm> {
    writer: &'w mut Writer<'m>,
    text: String,
    part: Part,
}

impl FlagValue<'_, '_> {
    /// A text that Docker expands.
    pub(crate) fn text(&mut self, text: &Text) {
        self.part_text(text, self.part);
    }

    fn part_text(&mut self, text: &Text, part: Part) {
        let mut out = std::mem::take(&mut self.text);
        self.writer
            .push_text(&mut out, text, Position::Enclosed, part);
        self.text = out;
    }

    /// A string that Docker takes as it is.
    pub(crate) fn literal(&mut self, text: &str) {
        self.check_characters(text);
        let start = self.text.len();
        self.text.push_str(text);
        replace(&mut self.text, start, is_unwritable);
    }

    /// A field of a comma-separated list: `key=value`.
    pub(crate) fn field(&mut self, key: &str, value: &Text, part: Part) {
        let outer = std::mem::take(&mut self.text);
        self.part_text(value, part);
        let value = std::mem::replace(&mut self.text, outer);
        if value.is_empty() {
            self.writer
                .problem(part, ProblemKind::Empty("value of a mount key"));
        }
        self.separate();
        quote::push_csv_field(&mut self.text, &format!("{key}={value}"));
    }

    /// A field whose value is a word that Docker does not expand.
    pub(crate) fn token_field(&mut self, key: &str, word: &str) {
        self.check_characters(word);
        self.separate();
        quote::push_csv_field(&mut self.text, &format!("{key}={word}"));
    }

    /// A field without a value.
    pub(crate) fn bare_field(&mut self, field: &str) {
        self.check_characters(field);
        self.separate();
        quote::push_csv_field(&mut self.text, field);
    }

    /// A field that says where something comes from.
    pub(crate) fn source_field(&mut self, key: &str, source: &Source) {
        self.check_source(source);
        if let Source::Index(_) = source {
            self.problem(ProblemKind::Index);
        }
        let name = source.to_string();
        self.token_field(key, &name);
    }

    /// Where something comes from: Docker expands nothing there.
    pub(crate) fn source(&mut self, source: &Source) {
        self.check_source(source);
        let name = source.to_string();
        self.literal(&name);
    }

    fn check_source(&mut self, source: &Source) {
        let part = self.part;
        if let Source::Image(image) = source {
            match image.text().view() {
                View::Literal(_) => self.writer.check_typed(image, part),
                View::Raw(..) => {}
                _ => self.problem(ProblemKind::Variable("--from")),
            }
        }
    }

    fn check_characters(&mut self, text: &str) {
        if let Some(c) = text.chars().find(|c| is_unwritable(*c)) {
            self.problem(ProblemKind::Character(c));
        }
    }

    /// Reports a literal that Docker refuses.
    pub(crate) fn check_typed<T: Typed>(&mut self, value: &T, part: Part) {
        self.writer.check_typed(value, part);
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

    pub(crate) fn part(&self) -> Part {
        self.part
    }
}
