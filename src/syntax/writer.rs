//! `Writer`: the only way that text leaves. It knows positions and their rules, not models.

use std::borrow::Cow;
use std::ops::Range;

use smol_str::SmolStr;

use super::comment::{Checks, Comment};
use super::heredoc;
use super::json;
use super::layout::{At, Layout, Part};
use super::problem::{Problem, ProblemKind};
use super::quote::{self, Position, is_unwritable};
use crate::reference::{Source, Typed};
use crate::text::{Escape, Piece, Text, View};

/// Docker's limit for a line, without its line feed.
pub(crate) const MAX_LINE: usize = 65_535;

/// Writes the text of a file, piece by piece, and collects what cannot be written.
///
/// Of a field that its position cannot hold, a placeholder is written (`\u{a}` for a line feed), so that a
/// report can show where it would have stood; such text never leaves the crate.
#[derive(Debug)]
pub(crate) struct Writer<'m> {
    out: String,
    escape: Escape,
    indent: usize,
    at: At,
    /// Where the instruction at hand begins.
    start: usize,
    /// The comments between the lines of the instruction at hand, and the number of breaks so far.
    inside: &'m [(usize, Comment)],
    breaks: usize,
    /// Whether Docker looks for heredocs in the instruction at hand, and how many it is meant to have.
    takes_heredocs: bool,
    markers: usize,
    /// Whether the flags at hand stand on lines of their own, and whether one has been written.
    flags_on_lines: bool,
    any_flag: bool,
    /// The bodies that follow the instruction at hand.
    bodies: String,
    /// Whether a blank line has to come before anything else.
    blank_due: bool,
    /// What a flag's value is composed in before it is quoted.
    scratch: String,
    layout: Option<Layout>,
    problems: Vec<Problem>,
}

/// What came of writing.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) text: String,
    pub(crate) layout: Option<Layout>,
    pub(crate) problems: Vec<Problem>,
}

impl<'m> Writer<'m> {
    pub(crate) fn new(escape: Escape, indent: usize, capacity: usize, track: bool) -> Writer<'m> {
        Writer {
            out: String::with_capacity(capacity),
            escape,
            indent,
            at: At::File,
            start: 0,
            inside: &[],
            breaks: 0,
            takes_heredocs: false,
            markers: 0,
            flags_on_lines: false,
            any_flag: false,
            bodies: String::new(),
            blank_due: false,
            scratch: String::new(),
            layout: track.then(Layout::default),
            problems: Vec::new(),
        }
    }

    pub(crate) fn finish(mut self) -> Written {
        if let Some(layout) = &mut self.layout {
            layout.finish();
        }
        Written { text: self.out, layout: self.layout, problems: self.problems }
    }

    pub(crate) fn escape(&self) -> Escape {
        self.escape
    }

    // Lines.

    /// Asks for a blank line before what comes next; none at the start and none at the end of a file.
    pub(crate) fn blank_line(&mut self) {
        self.blank_due = !self.out.is_empty();
    }

    /// A blank line at the top, which ends the directives.
    pub(crate) fn blank_first_line(&mut self) {
        if self.out.is_empty() {
            self.out.push('\n');
        }
    }

    fn settle_blank(&mut self) {
        if std::mem::take(&mut self.blank_due) {
            self.out.push('\n');
        }
    }

    /// Says which place of the model is being written.
    pub(crate) fn enter(&mut self, at: At) {
        self.at = at;
    }

    /// A comment line.
    pub(crate) fn comment(&mut self, comment: &Comment, part: Part) {
        self.settle_blank();
        let start = self.out.len();
        self.push_comment(comment, part);
        self.mark(part, start);
        self.out.push('\n');
    }

    fn push_comment(&mut self, comment: &Comment, part: Part) {
        if let Some(checks) = comment.as_check() {
            self.problem_in_checks(checks, part);
        } else if comment.directive() == Some("check") {
            self.problem(part, ProblemKind::LiveCheck);
        }
        let start = self.out.len();
        let mut line = String::new();
        comment.push_line(&mut line);
        self.push_guarded(&line, part, &[]);
        self.check_line(start, part);
    }

    /// A directive line: `# syntax=docker/dockerfile:1`.
    pub(crate) fn directive(&mut self, name: &'static str, value: &str) {
        let part = Part::Directive(name);
        let start = self.out.len();
        self.out.push_str("# ");
        self.out.push_str(name);
        self.out.push('=');
        if value.trim().is_empty() {
            self.problem(part, ProblemKind::Empty("value of a directive"));
        }
        // Docker's readers of the directives disagree on where the value ends when there is a blank in it.
        self.push_guarded(value, part, &[char::is_whitespace]);
        self.check_line(start, part);
        self.mark(part, start);
        self.out.push('\n');
    }

    /// The `check` directive.
    pub(crate) fn check_directive(&mut self, checks: &Checks) {
        self.problem_in_checks(checks, Part::Directive("check"));
        self.directive("check", &checks.to_string());
    }

    fn problem_in_checks(&mut self, checks: &Checks, part: Part) {
        match checks.invalid() {
            Some(Some(c)) => self.problem(part, ProblemKind::Character(c)),
            Some(None) => self.problem(part, ProblemKind::Empty("option of a check directive")),
            None => {}
        }
    }

    /// The description of a stage or an argument: `# name text`.
    pub(crate) fn description(&mut self, name: Option<&str>, text: &str) {
        self.settle_blank();
        let part = Part::Description;
        let start = self.out.len();
        self.out.push_str("# ");
        match name {
            None => self.problem(part, ProblemKind::UnnamedDescription),
            Some(name) => {
                self.push_guarded(name, part, &[]);
                self.out.push(' ');
            }
        }
        if text.is_empty() {
            self.problem(part, ProblemKind::Empty("description"));
        }
        self.push_guarded(text, part, &[]);
        self.check_line(start, part);
        self.mark(part, start);
        self.out.push('\n');
    }

    /// An instruction: its keyword, what `write` adds, its heredoc bodies.
    pub(crate) fn instruction(
        &mut self,
        keyword: &str,
        takes_heredocs: bool,
        inside: &'m [(usize, Comment)],
        write: impl FnOnce(&mut Writer<'m>),
    ) {
        self.settle_blank();
        self.start = self.out.len();
        self.inside = inside;
        self.breaks = 0;
        self.markers = 0;
        self.takes_heredocs = takes_heredocs;
        self.out.push_str(keyword);
        self.mark(Part::Keyword, self.start);
        write(self);
        if self.takes_heredocs {
            self.check_markers();
        }
        self.check_line(self.line_start(), Part::Whole);
        self.out.push('\n');
        if !self.bodies.is_empty() {
            let bodies = std::mem::take(&mut self.bodies);
            self.out.push_str(&bodies);
            self.bodies = bodies;
            self.bodies.clear();
            self.blank_line();
        }
        let end = self.out.len() - 1;
        self.mark_range(Part::Whole, self.start..end);
    }

    fn line_start(&self) -> usize {
        self.out.rfind('\n').map_or(0, |at| at + 1).max(self.start)
    }

    /// Ends the line and continues it, indented, with the comments that belong there between.
    pub(crate) fn line_break(&mut self) {
        self.out.push(' ');
        self.line_break_exactly(self.indent);
    }

    /// Ends the line at what was written last and continues it with so many blanks.
    pub(crate) fn line_break_exactly(&mut self, indent: usize) {
        self.out.push(self.escape.char());
        self.check_line(self.line_start(), Part::Whole);
        self.out.push('\n');
        self.breaks += 1;
        while let Some(((at, comment), rest)) = self.inside.split_first() {
            if *at > self.breaks {
                break;
            }
            self.inside = rest;
            for _ in 0..self.indent {
                self.out.push(' ');
            }
            let start = self.out.len();
            let mut line = String::new();
            comment.push_line(&mut line);
            self.push_guarded(&line, Part::Whole, &[]);
            self.check_line(start, Part::Whole);
            self.out.push('\n');
        }
        for _ in 0..indent {
            self.out.push(' ');
        }
    }

    /// The column that comes next.
    pub(crate) fn column(&self) -> usize {
        self.out.len() - self.line_start()
    }

    fn check_line(&mut self, start: usize, part: Part) {
        if self.out.len() - start > MAX_LINE {
            self.problem(part, ProblemKind::LineTooLong);
        }
    }

    /// Says that Docker looks for heredocs in the instruction after all: it is the trigger of an ONBUILD.
    pub(crate) fn take_heredocs(&mut self) {
        self.takes_heredocs = true;
    }

    /// Compares the heredocs that Docker sees in the instruction with those that are meant.
    fn check_markers(&mut self) {
        let Some(line) = self.out.get(self.start..).filter(|line| line.contains("<<")) else { return };
        let found = heredoc::markers(&self.logical(line));
        if found.len() != self.markers {
            let name = found.last().map(|marker| marker.name.clone()).unwrap_or_default();
            self.problem(Part::Whole, ProblemKind::Marker(name));
        }
    }

    /// The instruction as one line, as Docker joins it.
    fn logical(&self, text: &str) -> String {
        let mut joined = String::with_capacity(text.len());
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 && line.trim_start().starts_with('#') {
                continue;
            }
            joined.push_str(line.strip_suffix(self.escape.char()).unwrap_or(line));
        }
        joined
    }

    // Tokens: what comes from the grammar, not from a user.

    /// A token of the grammar.
    pub(crate) fn token(&mut self, token: &str) {
        self.out.push_str(token);
    }

    /// One blank.
    pub(crate) fn space(&mut self) {
        self.out.push(' ');
    }

    // Texts that Docker expands.

    /// A text that Docker expands, in quotes where it needs them.
    pub(crate) fn text(&mut self, text: &Text, position: Position, part: Part) {
        let start = self.out.len();
        let mut out = std::mem::take(&mut self.out);
        self.push_text(&mut out, text, position, part);
        self.out = out;
        self.mark(part, start);
    }

    fn push_text(&mut self, out: &mut String, text: &Text, position: Position, part: Part) {
        match text.view() {
            View::Literal(text) => self.push_literal(out, text, position, part),
            View::Undecided(text) => {
                self.problem(part, ProblemKind::Undecided(text.into()));
                self.push_literal(out, text, position, part);
            }
            View::Expression(pieces) => {
                self.check_pieces(pieces, position, part);
                let start = out.len();
                if let Err(c) = quote::push_expression(out, pieces, position, self.escape) {
                    self.problem(part, ProblemKind::Character(c));
                }
                replace(out, start, |c| position.refuses(c));
            }
            View::Invalid(text, error) => {
                self.problem(part, ProblemKind::Expression(text.into(), error));
                self.push_literal(out, text, position, part);
            }
            View::Raw(spelling, escape) => {
                if escape != self.escape || spelling.contains(|c| position.refuses(c)) {
                    self.problem(part, ProblemKind::Raw);
                }
                let start = out.len();
                out.push_str(spelling);
                replace(out, start, |c| position.refuses(c));
            }
        }
    }

    fn push_literal(&mut self, out: &mut String, text: &str, position: Position, part: Part) {
        if let Some(c) = text.chars().find(|c| position.refuses(*c)) {
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

    fn check_pieces(&mut self, pieces: &[Piece], position: Position, part: Part) {
        let mut todo: Vec<&Piece> = pieces.iter().collect();
        while let Some(piece) = todo.pop() {
            match piece {
                Piece::Literal(text) => {
                    if let Some(c) = text.chars().find(|c| position.refuses(*c)) {
                        self.problem(part, ProblemKind::Character(c));
                    }
                }
                Piece::Variable(variable) => {
                    if let Some(modifier) = variable.modifier() {
                        todo.extend(modifier.operand().iter().chain(modifier.replacement()));
                    }
                }
            }
        }
    }

    /// A text of a restricted grammar, in a place where quotes have no meaning: one word, not quoted.
    pub(crate) fn word(&mut self, text: &Text, part: Part) {
        let start = self.out.len();
        match text.view() {
            View::Literal("") => self.problem(part, ProblemKind::Empty("word")),
            View::Literal(text) => {
                let special = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '$' | '\\' | '`');
                let text = text.to_owned();
                self.push_guarded(&text, part, &[special]);
            }
            View::Expression(pieces) => {
                self.check_pieces(pieces, Position::Word, part);
                if let Err(c) = quote::push_expression(&mut self.out, pieces, Position::Word, self.escape) {
                    self.problem(part, ProblemKind::Character(c));
                }
                replace(&mut self.out, start, is_unwritable);
                let written = self.out.get(start..).unwrap_or_default();
                if let Some(c) = written.chars().find(|c| c.is_whitespace() || *c == '"') {
                    self.problem(part, ProblemKind::Character(c));
                }
            }
            View::Undecided(text) => self.problem(part, ProblemKind::Undecided(text.into())),
            View::Invalid(text, error) => self.problem(part, ProblemKind::Expression(text.into(), error)),
            View::Raw(spelling, _) => {
                let spelling = spelling.to_owned();
                self.push_guarded(&spelling, part, &[char::is_whitespace]);
            }
        }
        self.mark(part, start);
    }

    /// Text that stands for itself to the end of its line or word; characters that it cannot hold become
    /// placeholders.
    pub(crate) fn verbatim(&mut self, text: &str, part: Part, also: &[fn(char) -> bool]) {
        let start = self.out.len();
        self.push_guarded(text, part, also);
        self.mark(part, start);
    }

    /// A line of shell text. A line feed in it has been reported by whoever knows what to use instead.
    pub(crate) fn shell_line(&mut self, line: &str, part: Part) {
        let start = self.out.len();
        if line.contains('\0') {
            self.problem(part, ProblemKind::Character('\0'));
        }
        self.out.push_str(line);
        replace(&mut self.out, start, is_unwritable);
        self.mark(part, start);
    }

    fn push_guarded(&mut self, text: &str, part: Part, also: &[fn(char) -> bool]) {
        let bad = |c: char| is_unwritable(c) || also.iter().any(|test| test(c));
        match text.chars().find(|c| bad(*c)) {
            None => self.out.push_str(text),
            Some(first) => {
                self.problem(part, ProblemKind::Character(first));
                for c in text.chars() {
                    if bad(c) { push_placeholder(&mut self.out, c) } else { self.out.push(c) }
                }
            }
        }
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
            let mut scratch = std::mem::take(&mut w.scratch);
            scratch.clear();
            w.push_text(&mut scratch, text, Position::Element, part);
            json::push_string(&mut w.out, &scratch);
            w.scratch = scratch;
            w.mark(part, start);
        });
    }

    fn array<T>(&mut self, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Self, T, Part)) {
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
        if string.contains('\0') {
            self.problem(part, ProblemKind::Character('\0'));
        }
        json::push_string(&mut self.out, string);
        self.mark(part, start);
    }

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

    fn flag_value(&mut self, part: Part, expanded: bool, write: impl FnOnce(&mut FlagValue<'_, 'm>)) {
        let start = self.out.len();
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        let mut value = FlagValue { writer: self, text, part };
        write(&mut value);
        let text = value.text;
        if text.is_empty() {
            self.problem(part, ProblemKind::Empty("value of a flag"));
        }
        if let Some(character) = text.chars().find(|c| !c.is_ascii()) {
            self.problem(part, ProblemKind::NonAsciiFlag { character, expanded });
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

    // References.

    /// The base of a stage, which Docker looks up among the stages above and then takes for an image.
    pub(crate) fn base(&mut self, base: &Source) {
        match base {
            Source::Image(image) => {
                self.check_typed(image, Part::Base);
                self.word(image.text(), Part::Base);
            }
            Source::Index(_) => {
                self.problem(Part::Base, ProblemKind::Index);
                self.verbatim(&base.to_string(), Part::Base, &[]);
            }
            Source::Stage(_) | Source::Context(_) => self.name(base, Part::Base),
        }
    }

    /// The name of a stage or a context.
    fn name(&mut self, source: &Source, part: Part) {
        let name = source.to_string();
        if name.is_empty() {
            self.problem(part, ProblemKind::Empty("name"));
        }
        self.verbatim(&name, part, &[char::is_whitespace]);
    }

    /// Reports a literal that Docker refuses.
    pub(crate) fn check_typed<T: Typed>(&mut self, value: &T, part: Part) {
        if let Some(text) = value.text().as_literal().filter(|text| !T::is_valid(text)) {
            let kind = ProblemKind::Invalid { what: T::WHAT, text: text.into(), expected: T::EXPECTED };
            self.problem(part, kind);
        }
    }

    /// Reports text at the end of a line that Docker would take for a continuation.
    pub(crate) fn check_trailing_escape(&mut self, text: &str, part: Part) {
        if ends_in_one(text, self.escape) {
            self.problem(part, ProblemKind::TrailingEscape(self.escape.char()));
        }
    }

    // Paths.

    /// Whether a path may stand as a word of COPY and ADD.
    pub(crate) fn is_word(&self, path: &Text) -> bool {
        match path.view() {
            View::Literal(text) => quote::is_bare(text, Position::Word, self.escape),
            View::Expression(pieces) => quote::is_bare_expression(pieces, Position::Word, self.escape),
            View::Raw(spelling, _) => !spelling.contains(char::is_whitespace),
            View::Undecided(_) | View::Invalid(..) => false,
        }
    }

    /// A path as a word, where no other spelling will do: quotes do not group there.
    pub(crate) fn path_word(&mut self, path: &Text, part: Part) {
        let start = self.out.len();
        let mut out = std::mem::take(&mut self.out);
        self.push_text(&mut out, path, Position::Word, part);
        self.out = out;
        if let Some(c) = self.since(start).chars().find(|c| matches!(c, '\t'..='\r' | ' ')) {
            self.problem(part, ProblemKind::BesideInline(c));
        }
        self.mark(part, start);
    }

    // Heredocs.

    /// The body of a heredoc file, and whether its marker is quoted: literal text is, an expression is not.
    pub(crate) fn heredoc_text<'t>(&mut self, body: &'t Text, nth: usize) -> (Cow<'t, str>, bool) {
        let part = Part::Heredoc(nth);
        match body.view() {
            View::Literal(text) | View::Undecided(text) => (text.into(), true),
            View::Raw(spelling, _) => (spelling.into(), false),
            View::Invalid(text, error) => {
                self.problem(part, ProblemKind::Expression(text.into(), error));
                (text.into(), true)
            }
            View::Expression(pieces) => {
                let mut text = String::new();
                if let Err(c) = quote::push_body(&mut text, pieces) {
                    self.problem(part, ProblemKind::Character(c));
                }
                if text.starts_with('\u{feff}') {
                    self.problem(part, ProblemKind::Character('\u{feff}'));
                }
                (text.into(), false)
            }
        }
    }

    /// A marker in the line, and its body below.
    pub(crate) fn heredoc(&mut self, name: &str, quoted: bool, body: &str, nth: usize) {
        if quoted {
            self.out.push_str("<<\"");
            self.out.push_str(name);
            self.out.push('"');
        } else {
            self.out.push_str("<<");
            self.out.push_str(name);
        }
        self.heredoc_body(name, body, nth);
    }

    /// The body of a marker that stands in the text already.
    pub(crate) fn heredoc_body(&mut self, name: &str, body: &str, nth: usize) {
        let part = Part::Heredoc(nth);
        self.markers += 1;
        if let Some(c) = body.chars().find(|c| *c == '\0') {
            self.problem(part, ProblemKind::Character(c));
        }
        if body.split('\n').any(|line| line.len() > MAX_LINE) {
            self.problem(part, ProblemKind::LineTooLong);
        }
        if heredoc::ends_early(body, name) {
            self.problem(part, ProblemKind::HeredocBody("has a line that ends it early"));
        }
        if !body.is_empty() && !body.ends_with('\n') {
            self.problem(part, ProblemKind::HeredocBody("does not end in a line feed"));
        }
        self.bodies.push_str(body);
        if !body.is_empty() && !body.ends_with('\n') {
            self.bodies.push('\n');
        }
        self.bodies.push_str(name);
        self.bodies.push('\n');
    }

    /// The bodies of the markers that stand in the text written since `start`.
    pub(crate) fn heredoc_bodies(&mut self, start: usize, bodies: &[SmolStr]) {
        if bodies.is_empty() {
            return;
        }
        let markers = heredoc::markers(&self.logical(self.since(start)));
        for (nth, body) in bodies.iter().enumerate() {
            match markers.get(nth) {
                // A body behind `<<-` ends at its name also where tabs precede it.
                Some(marker)
                    if marker.strip_tabs
                        && body.lines().any(|line| line.trim_start_matches('\t') == marker.name) =>
                {
                    self.problem(
                        Part::Heredoc(nth),
                        ProblemKind::HeredocBody("has a line that ends it early"),
                    );
                }
                Some(marker) => self.heredoc_body(&marker.name, body, nth),
                None => self
                    .problem(Part::Heredoc(nth), ProblemKind::HeredocBody("has no `<<NAME` in the command")),
            }
        }
    }

    /// Where a heredoc's name comes from: the one that was asked for, if the body allows it.
    pub(crate) fn heredoc_name(&mut self, asked: Option<&str>, body: &str, nth: usize) -> SmolStr {
        match asked {
            None => heredoc::delimiter(body),
            Some(name) => {
                let plain =
                    |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '@' | '%');
                if name.is_empty() {
                    self.problem(Part::Heredoc(nth), ProblemKind::Empty("name of a heredoc"));
                    return heredoc::delimiter(body);
                }
                if let Some(c) = name.chars().find(|c| !plain(*c)) {
                    self.problem(Part::Heredoc(nth), ProblemKind::Character(c));
                    return heredoc::delimiter(body);
                }
                name.into()
            }
        }
    }

    // Findings and places.

    pub(crate) fn problem(&mut self, part: Part, kind: ProblemKind) {
        self.problems.push(Problem { at: self.at, part, kind });
    }

    /// Where the next thing will be written.
    pub(crate) fn position(&self) -> usize {
        self.out.len()
    }

    /// What has been written since a position.
    pub(crate) fn since(&self, start: usize) -> &str {
        self.out.get(start..).unwrap_or_default()
    }

    /// Marks what has been written since `start` as a part.
    pub(crate) fn mark(&mut self, part: Part, start: usize) {
        self.mark_range(part, start..self.out.len());
    }

    fn mark_range(&mut self, part: Part, span: Range<usize>) {
        if let Some(layout) = &mut self.layout {
            layout.mark(self.at, part, span);
        }
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
        self.writer.push_text(&mut out, text, Position::Enclosed, part);
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
            self.writer.problem(part, ProblemKind::Empty("value of a mount key"));
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

/// Whether text ends in exactly one escape character, which would continue the line.
pub(crate) fn ends_in_one(text: &str, escape: Escape) -> bool {
    let mut chars = text.chars().rev();
    chars.next() == Some(escape.char()) && chars.next() != Some(escape.char())
}

fn push_placeholder(out: &mut String, c: char) {
    out.extend(c.escape_unicode());
}

/// Puts placeholders for the bad characters of what has been written since `start`.
fn replace(out: &mut String, start: usize, bad: impl Fn(char) -> bool) {
    if !out.get(start..).is_some_and(|written| written.contains(&bad)) {
        return;
    }
    let written = out.split_off(start);
    for c in written.chars() {
        if bad(c) { push_placeholder(out, c) } else { out.push(c) }
    }
}
