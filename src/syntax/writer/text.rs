//! Writes texts: those that Docker expands, words, references, paths, JSON.

use super::raw::{push_placeholder, push_replaced, replace};
use super::{Writer, ends_in_one};
use crate::reference::{Source, StageName, Typed, TypedText};
use crate::syntax::json;
use crate::syntax::part::Part;
use crate::syntax::problem::ProblemKind;
use crate::syntax::quote::{self, Position, ends_word, is_unwritable};
use crate::syntax::reader::{WordPlace, is_quoted_word};
use crate::text::classes::{Classes, is_plain};
use crate::text::{Piece, Text, View, expression};

impl<'m> Writer<'m> {
    // Texts that Docker expands.

    /// A text that Docker expands, in quotes where it needs them.
    pub(crate) fn text(&mut self, text: &Text, position: Position, part: Part) {
        match text.as_plain() {
            Some(plain) => self.plain(plain, part),
            None => self.spelled(text, position, part),
        }
    }

    /// A text that is [plain](crate::text::classes::is_plain): the same in every position.
    pub(super) fn plain(&mut self, text: &str, part: Part) {
        let start = self.out.len();
        self.out.push_str(text);
        self.mark(part, start);
    }

    #[cold]
    fn spelled(&mut self, text: &Text, position: Position, part: Part) {
        self.angles = true;
        let start = self.out.len();
        let mut out = std::mem::take(&mut self.out);
        self.push_text(&mut out, text, position, part);
        self.out = out;
        self.mark(part, start);
    }

    /// A key and its value with `=` between them, if both are plain. Returns `false`, having
    /// written nothing, if one has to be looked at.
    pub(crate) fn plain_pair(&mut self, key: &Text, value: &Text) -> bool {
        let (Some(key), Some(value)) = (key.as_plain(), value.as_plain()) else {
            return false;
        };
        self.plain(key, Part::Key(0));
        self.out.push('=');
        self.plain(value, Part::Value(0));
        true
    }

    /// A plain string that Docker does not expand. Returns `false`, unwritten, if it is not plain.
    pub(crate) fn if_plain(&mut self, text: &str, part: Part) -> bool {
        let plain = is_plain(text);
        if plain {
            self.plain(text, part);
        }
        plain
    }

    pub(super) fn push_text(
        &mut self,
        out: &mut String,
        text: &Text,
        position: Position,
        part: Part,
    ) {
        match text.view() {
            View::Literal(text) => self.push_literal(out, text, position, part),
            View::Undecided(text) => {
                self.problem(part, ProblemKind::Undecided(text.into()));
                // Inside of other quotes, the value that was given is lost under its own.
                if matches!(position, Position::Enclosed | Position::Element) {
                    return push_replaced(out, text, position);
                }
                self.push_literal(out, text, position, part);
            }
            View::Expression(pieces) => {
                self.check_pieces(pieces, |c| position.refuses(c), part);
                let start = out.len();
                if let Err(c) = quote::push_expression(out, pieces, position, self.escape) {
                    self.problem(part, ProblemKind::Pattern(c));
                }
                replace(out, start, |c| position.refuses(c));
            }
            View::Invalid(text, error) => {
                self.problem(part, ProblemKind::Expression(text.into(), error));
                self.push_literal(out, text, position, part);
            }
            View::Raw(spelling, escape) => {
                let fits = !spelling.contains(|c| position.refuses(c))
                    && self.holds_raw(spelling, position);
                if !fits {
                    self.problem(part, ProblemKind::Raw);
                } else {
                    self.check_escape(spelling, escape, part);
                }
                push_replaced(out, spelling, position);
            }
        }
    }

    /// Reports a pair, written since `start`, of which a raw text makes more than one word.
    pub(crate) fn check_pair(
        &mut self,
        texts: [&Text; 2],
        start: usize,
        place: WordPlace,
        part: Part,
    ) {
        let is_word = |written: &str| {
            !written.starts_with("--") && is_quoted_word(written, self.escape, place)
        };
        if texts.iter().any(|text| text.is_raw()) && !is_word(self.since(start)) {
            self.problem(part, ProblemKind::Raw);
        }
    }

    fn push_literal(&mut self, out: &mut String, text: &str, position: Position, part: Part) {
        if let Some(c) = position.first_refused(text) {
            self.problem(part, ProblemKind::Character(c));
            let start = out.len();
            quote::push_quoted(out, text, self.escape);
            replace(out, start, |c| position.refuses(c));
        } else if quote::is_bare(text, position, self.escape) {
            out.push_str(text);
        } else {
            quote::push_quoted(out, text, self.escape);
        }
    }

    /// Reports characters that an expression cannot hold, and names that Docker does not expand.
    pub(super) fn check_pieces(
        &mut self,
        pieces: &[Piece],
        refuses: impl Fn(char) -> bool,
        part: Part,
    ) {
        let mut todo: Vec<&Piece> = pieces.iter().collect();
        while let Some(piece) = todo.pop() {
            match piece {
                Piece::Literal(text) => {
                    if let Some(c) = text.as_str().chars().find(|c| refuses(*c)) {
                        self.problem(part, ProblemKind::Character(c));
                    }
                }
                Piece::Variable(variable) => {
                    if !expression::is_name(&variable.name) {
                        self.problem(part, ProblemKind::VariableName(variable.name.clone()));
                    }
                    if let Some(modifier) = variable.modifier() {
                        todo.extend(modifier.operand().iter().chain(modifier.replacement()));
                    }
                }
            }
        }
    }

    /// A text with a grammar of its own, where quotes have no meaning: one word, unquoted.
    pub(crate) fn word(&mut self, value: TypedText<'_>, part: Part) {
        let valid = self.check_typed(value, part);
        if let Some(plain) = value.text.as_plain().filter(|_| valid) {
            return self.plain(plain, part);
        }
        self.angles = true;
        let start = self.out.len();
        if valid {
            self.push_word(value.text, part);
        } else {
            self.out.push_str(&value.text.to_string());
            replace(&mut self.out, start, is_no_word);
        }
        self.mark(part, start);
    }

    fn push_word(&mut self, text: &Text, part: Part) {
        let start = self.out.len();
        match text.view() {
            View::Literal(text) => self.push_guarded(text, part, &[is_no_word]),
            View::Expression(pieces) => {
                let problems = self.problems.len();
                self.check_pieces(pieces, is_unwritable, part);
                if let Err(c) =
                    quote::push_expression(&mut self.out, pieces, Position::Word, self.escape)
                {
                    self.problem(part, ProblemKind::Pattern(c));
                }
                replace(&mut self.out, start, is_unwritable);
                // What would need quotes cannot be written.
                let written = self.since(start);
                let bad = |c: &char| c.is_whitespace() || *c == '"';
                if let Some(c) = written.chars().find(bad) {
                    let cause = pieces.iter().find_map(|piece| match piece {
                        Piece::Literal(text) => text.as_str().chars().find(|c| is_no_word(*c)),
                        Piece::Variable(_) => None,
                    });
                    if self.problems.len() == problems {
                        self.problem(part, ProblemKind::Character(cause.unwrap_or(c)));
                    }
                }
            }
            View::Undecided(text) => {
                self.problem(part, ProblemKind::Undecided(text.into()));
                self.out.push_str(text);
                replace(&mut self.out, start, is_no_word);
            }
            View::Invalid(text, error) => {
                self.problem(part, ProblemKind::Expression(text.into(), error));
                self.out.push_str(text);
                replace(&mut self.out, start, is_no_word);
            }
            View::Raw(spelling, escape) => {
                self.check_escape(spelling, escape, part);
                self.push_guarded(spelling, part, &[ends_word]);
            }
        }
    }

    /// Text to the end of its line or word; characters that it cannot hold become placeholders.
    pub(crate) fn verbatim(&mut self, text: &str, part: Part, also: &[fn(char) -> bool]) {
        self.angles = true;
        let start = self.out.len();
        self.push_guarded(text, part, also);
        self.mark(part, start);
    }

    /// A command of one line after a space, if nothing in it has to be looked at: no heredoc,
    /// nothing at either end that Docker would trim or take for a flag, a comment, JSON or a
    /// continued line. Returns `false`, having written nothing, if something has.
    pub(crate) fn plain_command(&mut self, line: &str) -> bool {
        let bytes = line.as_bytes();
        let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
            return false;
        };
        let begins = first.is_ascii_graphic() && !matches!(first, b'-' | b'#' | b'[');
        let ends = last.is_ascii_graphic() && *last != self.escape.byte();
        if !begins || !ends || !Classes::of_command_line(line).is_empty() {
            return false;
        }
        self.out.push(' ');
        let start = self.out.len();
        self.out.push_str(line);
        self.mark(Part::CommandLine(0), start);
        self.mark(Part::Command, start);
        true
    }

    /// The same, as one of several pieces of a part.
    pub(crate) fn unmarked(&mut self, text: &str, part: Part) {
        self.angles = true;
        self.push_guarded(text, part, &[]);
    }

    /// A line of shell text.
    pub(crate) fn shell_line(&mut self, line: &str, part: Part) {
        let start = self.out.len();
        self.out.push_str(line);
        let seen = Classes::of_command_line(line);
        self.angles |= seen.has(Classes::ANGLE);
        if seen.has(Classes::UNWRITABLE) {
            if line.contains('\n') {
                self.problem(part, ProblemKind::LineBreak);
            }
            if line.contains('\0') {
                self.problem(part, ProblemKind::Character('\0'));
            }
            replace(&mut self.out, start, is_unwritable);
        }
        self.mark(part, start);
    }

    pub(super) fn push_guarded(&mut self, text: &str, part: Part, also: &[fn(char) -> bool]) {
        if also.is_empty() && !quote::has_unwritable(text) {
            return self.out.push_str(text);
        }
        let bad = |c: char| is_unwritable(c) || also.iter().any(|test| test(c));
        match text.chars().find(|c| bad(*c)) {
            None => self.out.push_str(text),
            Some(first) => {
                self.problem(part, ProblemKind::Character(first));
                for c in text.chars() {
                    if bad(c) {
                        push_placeholder(&mut self.out, c)
                    } else {
                        self.out.push(c)
                    }
                }
            }
        }
    }

    // References.

    /// The base of a stage. Docker looks for a stage above of this name, and then for an image.
    pub(crate) fn base(&mut self, base: &Source) {
        match base {
            Source::Image(image) => self.word(image.typed(), Part::Base),
            Source::Index(_) => {
                self.problem(Part::Base, ProblemKind::Index);
                self.verbatim(&base.spelling(), Part::Base, &[]);
            }
            Source::Stage(name) => self.checked_stage_name(name, Part::Base),
            Source::Context(_) => {
                self.check_name(base, Part::Base);
                self.name(&base.spelling(), Part::Base);
            }
        }
    }

    /// The name that a stage is given.
    pub(crate) fn stage_name(&mut self, name: &StageName) {
        self.checked_stage_name(name, Part::Name);
    }

    fn checked_stage_name(&mut self, name: &StageName, part: Part) {
        if name.is_well_formed() {
            self.plain(name.as_str(), part);
        } else {
            self.check_stage_name(name, part);
            self.name(name.as_str(), part);
        }
    }

    /// A name that has been checked.
    fn name(&mut self, name: &str, part: Part) {
        self.angles = true;
        let start = self.out.len();
        self.out.push_str(name);
        replace(&mut self.out, start, |c| {
            is_unwritable(c) || c.is_whitespace()
        });
        self.mark(part, start);
    }

    /// Reports the name of a stage or a context that Docker rejects.
    pub(super) fn check_name(&mut self, source: &Source, part: Part) {
        match source {
            Source::Stage(name) => self.check_stage_name(name, part),
            Source::Context(context) if !context.is_well_formed() => {
                self.problem(part, ProblemKind::ContextName(context.as_str().into()));
            }
            Source::Context(_) | Source::Image(_) | Source::Index(_) => {}
        }
    }

    fn check_stage_name(&mut self, name: &StageName, part: Part) {
        if !name.is_well_formed() {
            self.problem(part, ProblemKind::StageName(name.as_str().into()));
        }
    }

    /// A text of a grammar of its own, in quotes where it needs them.
    pub(crate) fn typed(&mut self, value: TypedText<'_>, position: Position, part: Part) {
        if self.check_typed(value, part) {
            return self.text(value.text, position, part);
        }
        self.angles = true;
        let start = self.out.len();
        self.out.push_str(&value.text.to_string());
        replace(&mut self.out, start, is_unwritable);
        self.mark(part, start);
    }

    /// Returns `true` if a text is not a literal that Docker rejects; if it is, reports it.
    pub(super) fn check_typed(&mut self, value: TypedText<'_>, part: Part) -> bool {
        let invalid = value
            .text
            .as_literal()
            .filter(|text| !(value.is_valid)(text));
        if let Some(text) = invalid {
            let kind = match text {
                "" => ProblemKind::Empty(value.what),
                _ => ProblemKind::Invalid {
                    what: value.what,
                    text: text.into(),
                    expected: value.expected,
                },
            };
            self.problem(part, kind);
        }
        invalid.is_none()
    }

    /// Ends a text that is the end of an instruction. After a single escape character, which would
    /// continue the line, it puts a form feed: Docker trims it, but only when it has joined the
    /// lines.
    pub(crate) fn end_text(&mut self, text: &str) {
        if ends_in_one(text, self.escape) {
            self.token("\u{c}");
        }
    }

    // Paths.

    /// Writes the paths of COPY and ADD as words, each after a space, if all are plain and no
    /// places are to be noted. Returns `false`, having written nothing, if one has to be looked at.
    pub(crate) fn plain_paths<'t>(
        &mut self,
        sources: impl Iterator<Item = Option<&'t Text>>,
        destination: &Text,
    ) -> bool {
        let start = self.out.len();
        let mut plain = self.layout.is_none();
        for path in sources {
            plain = plain && path.is_some_and(|path| self.plain_word(path));
        }
        plain = plain && self.plain_word(destination);
        if !plain {
            self.out.truncate(start);
        }
        plain
    }

    /// A space and a text, if that is plain.
    fn plain_word(&mut self, text: &Text) -> bool {
        let Some(plain) = text.as_plain() else {
            return false;
        };
        self.out.push(' ');
        self.out.push_str(plain);
        true
    }

    /// Returns `true` if a path may be written as a word of COPY and ADD.
    pub(crate) fn is_word(&self, path: &Text) -> bool {
        match path.view() {
            View::Literal(text) => quote::is_bare(text, Position::Word, self.escape),
            View::Expression(pieces) => {
                quote::is_bare_expression(pieces, Position::Word, self.escape)
            }
            View::Raw(spelling, _) => !spelling.contains(char::is_whitespace),
            View::Undecided(_) | View::Invalid(..) => false,
        }
    }

    /// A path as a word, where no other spelling will do: quotes do not group there.
    pub(crate) fn path_word(&mut self, path: &Text, part: Part) {
        self.angles = true;
        let start = self.out.len();
        let mut out = std::mem::take(&mut self.out);
        self.push_text(&mut out, path, Position::Word, part);
        self.out = out;
        if let Some(c) = self
            .since(start)
            .bytes()
            .find(|b| matches!(b, b'\t'..=b'\r' | b' '))
        {
            self.problem(part, ProblemKind::BesideInline(c.into()));
        }
        self.mark(part, start);
    }

    // JSON.

    /// A JSON array of strings.
    pub(crate) fn json<'s>(&mut self, strings: impl IntoIterator<Item = &'s str>) {
        self.array(strings, |w, string, part| w.json_string(string, part));
    }

    /// A JSON array of texts that Docker expands after it has read the array.
    pub(crate) fn json_texts<'t>(&mut self, texts: impl IntoIterator<Item = (&'t Text, Part)>) {
        self.array(texts, |w, (text, part), _| {
            let start = w.out.len();
            if let Some(plain) = text.as_plain() {
                return w.json_plain(plain, part, start);
            }
            w.angles = true;
            let mut scratch = std::mem::take(&mut w.scratch);
            scratch.clear();
            w.push_text(&mut scratch, text, Position::Element, part);
            json::push_string(&mut w.out, &scratch);
            w.scratch = scratch;
            w.mark(part, start);
        });
    }

    fn array<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T, Part),
    ) {
        self.out.push('[');
        for (n, item) in items.into_iter().enumerate() {
            if n > 0 {
                self.out.push_str(", ");
            }
            write(self, item, Part::Argument(n));
        }
        self.out.push(']');
    }

    fn json_string(&mut self, string: &str, part: Part) {
        let start = self.out.len();
        if is_plain(string) {
            return self.json_plain(string, part, start);
        }
        self.angles = true;
        if string.contains('\0') {
            self.problem(part, ProblemKind::Character('\0'));
        }
        json::push_string(&mut self.out, string);
        self.mark(part, start);
    }

    fn json_plain(&mut self, text: &str, part: Part, start: usize) {
        self.out.push('"');
        self.out.push_str(text);
        self.out.push('"');
        self.mark(part, start);
    }
}

/// Returns `true` if a character cannot be in a word that is not quoted.
fn is_no_word(c: char) -> bool {
    is_unwritable(c) || c.is_whitespace() || matches!(c, '"' | '\'' | '$' | '\\' | '`')
}
