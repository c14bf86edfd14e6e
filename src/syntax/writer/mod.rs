//! `Writer`: the only way that text leaves. It knows positions and their rules, not models.

use std::ops::Range;

mod flags;
mod heredocs;
mod raw;
mod text;

pub(crate) use self::flags::{FlagLines, FlagValue};

use super::comment::{self, CheckDirective, Comment, Description, InvalidOption};
use super::heredoc;
use super::layout::Layout;
use super::part::{At, Part};
use super::problem::{Problem, ProblemKind};
use crate::limits;
use crate::text::Escape;

/// The indentation of continued lines, unless the style sets another.
pub(crate) const DEFAULT_INDENT: u8 = 4;

/// Writes the text of a file, piece by piece, and collects what cannot be written.
///
/// Of a field that its position cannot hold, a placeholder is written (`\u{a}` for a newline), so
/// that a report can show where it would have stood; such text never leaves the crate.
#[derive(Debug)]
pub(crate) struct Writer<'m> {
    out: String,
    escape: Escape,
    indent: usize,
    at: At,
    /// The start of the current instruction, and the start of its last line.
    start: usize,
    line: usize,
    /// The comments between the lines of the current instruction, and the number of breaks so far.
    inside: &'m [(usize, Comment)],
    breaks: usize,
    /// `true` if Docker looks for heredocs in the current instruction, and how many it is meant to
    /// have.
    takes_heredocs: bool,
    markers: usize,
    /// `true` if a `<` may have been written in the current instruction.
    angles: bool,
    /// `true` if the end of the current instruction has more to do than to end the line: a place to
    /// note, or a comment that needs a break.
    attended: bool,
    /// The lines of the current flags, and whether one has been written.
    flag_lines: FlagLines,
    any_flag: bool,
    /// The bodies that follow the current instruction, and where each is among them.
    bodies: String,
    body_spans: Vec<(Part, Range<usize>)>,
    /// `true` if a blank line has to come before anything else.
    blank_due: bool,
    /// The buffer in which a flag's value is composed before it is quoted.
    scratch: String,
    layout: Option<Layout>,
    problems: Vec<Problem>,
}

/// The result of writing.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) text: String,
    pub(crate) layout: Option<Layout>,
    pub(crate) problems: Vec<Problem>,
}

/// As many bytes of a text may be room for more.
const WASTE: usize = 4096;

/// As many bytes of room are in pages that nothing touches, which take no memory.
const LARGE: usize = 65_536;

impl<'m> Writer<'m> {
    /// A writer that notes no places.
    pub(crate) fn new(escape: Escape, indent: usize) -> Writer<'m> {
        Writer {
            out: String::new(),
            escape,
            indent,
            at: At::File,
            start: 0,
            line: 0,
            inside: &[],
            breaks: 0,
            takes_heredocs: false,
            markers: 0,
            angles: false,
            attended: false,
            flag_lines: FlagLines::One,
            any_flag: false,
            bodies: String::new(),
            body_spans: Vec::new(),
            blank_due: false,
            scratch: String::new(),
            layout: None,
            problems: Vec::new(),
        }
    }

    /// The writer with room for so many bytes.
    pub(crate) fn with_capacity(mut self, capacity: usize) -> Writer<'m> {
        self.out.reserve(capacity);
        self
    }

    /// The writer, which notes the place of every part.
    pub(crate) fn with_places(mut self) -> Writer<'m> {
        self.layout = Some(Layout::default());
        self
    }

    pub(crate) fn finish(mut self) -> Written {
        let room = self.out.capacity() - self.out.len();
        if (WASTE..LARGE).contains(&room) && room > self.out.len() / 16 {
            self.out.shrink_to_fit();
        }
        if let Some(layout) = &mut self.layout {
            layout.finish();
        }
        Written {
            text: self.out,
            layout: self.layout,
            problems: self.problems,
        }
    }

    pub(crate) fn escape(&self) -> Escape {
        self.escape
    }

    // Lines.

    /// Asks for a blank line before the next text; none at the start and none at the end of a
    /// file.
    pub(crate) fn blank_line(&mut self) {
        self.blank_due = !matches!(self.out.as_str(), "" | "\n");
    }

    /// A blank line before a comment at the top of a file that would be read as a directive.
    fn keep_from_directives(&mut self, comment: &str) {
        if self.out.is_empty() && comment::directive_in(comment).is_some() {
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
        if self.out.is_empty() {
            self.keep_from_directives(&comment.text());
        }
        let start = self.out.len();
        self.push_comment(comment, part);
        self.mark(part, start);
        self.out.push('\n');
        if comment.has_blank_line() {
            self.blank_line();
        }
    }

    fn push_comment(&mut self, comment: &Comment, part: Part) {
        if let Some(checks) = comment.as_check() {
            self.problem_in_checks(checks, part);
        } else if comment.directive() == Some("check") {
            self.problem(part, ProblemKind::LiveCheck);
        }
        let start = self.out.len();
        self.push_comment_line(comment, part);
        self.check_line(start, part);
    }

    fn push_comment_line(&mut self, comment: &Comment, part: Part) {
        let text = comment.text();
        self.out.push_str(comment.lead());
        self.push_guarded(&text, part, &[]);
    }

    /// The line `#!…`.
    pub(crate) fn shebang(&mut self, interpreter: &str) {
        let part = Part::Directive("#!");
        let start = self.out.len();
        self.out.push_str("#!");
        self.push_guarded(interpreter, part, &[]);
        self.check_line(start, part);
        self.mark(part, start);
        self.out.push('\n');
    }

    /// A directive line: `# syntax=docker/dockerfile:1`.
    pub(crate) fn directive(&mut self, name: &'static str, value: &str) {
        let part = Part::Directive(name);
        let start = self.out.len();
        self.out.push_str("# ");
        self.out.push_str(name);
        self.out.push('=');
        if value.trim().is_empty() {
            self.problem(part, ProblemKind::Empty("value"));
        }
        // The image ends at the first space; what follows is for the frontend that it names.
        let inner = name == "syntax" && value.trim() == value;
        let blank: fn(char) -> bool = if inner {
            |c| c != ' ' && c.is_whitespace()
        } else {
            char::is_whitespace
        };
        if !value.trim().is_empty() {
            self.push_guarded(value, part, &[blank]);
        }
        self.check_line(start, part);
        self.mark(part, start);
        self.out.push('\n');
    }

    /// The `check` directive.
    pub(crate) fn check_directive(&mut self, checks: &CheckDirective) {
        let text = checks.to_string();
        let problems = self.problems.len();
        self.problem_in_checks(checks, Part::Directive("check"));
        let reported = self.problems.len();
        self.directive("check", &text);
        if problems < reported {
            // What is wrong with the options has been said.
            self.problems.truncate(reported);
        }
    }

    fn problem_in_checks(&mut self, checks: &CheckDirective, part: Part) {
        match checks.invalid() {
            Some(InvalidOption::Character(c)) => self.problem(part, ProblemKind::Character(c)),
            Some(InvalidOption::Empty) => self.problem(part, ProblemKind::Empty("option")),
            None => {}
        }
    }

    /// The description of a stage or an argument: `# name text`.
    pub(crate) fn description(
        &mut self,
        name: Option<&str>,
        description: &Description,
        nth: usize,
    ) {
        let text = description.text.as_str();
        self.settle_blank();
        let part = Part::Description(nth);
        let line = match name {
            Some(name) => format!("{name} {text}"),
            None => text.to_owned(),
        };
        if name.is_none() {
            self.problem(part, ProblemKind::UnnamedDescription);
        }
        if text.is_empty() {
            self.problem(part, ProblemKind::Empty("text"));
        }
        if comment::directive_in(&line) == Some("check") {
            self.problem(part, ProblemKind::LiveCheck);
        }
        self.keep_from_directives(&line);
        let start = self.out.len();
        self.out.push_str("# ");
        self.push_guarded(&line, part, &[]);
        self.check_line(start, part);
        self.mark(part, start);
        self.out.push('\n');
        if description.blank_line_below {
            self.blank_line();
        }
    }

    /// An instruction: its keyword, what `write` adds, its heredoc bodies. `inside`: the comments
    /// between its lines.
    #[inline]
    pub(crate) fn instruction(
        &mut self,
        keyword: &str,
        takes_heredocs: bool,
        inside: &'m [(usize, Comment)],
        write: impl FnOnce(&mut Writer<'m>),
    ) {
        self.begin_instruction(takes_heredocs, inside);
        self.out.push_str(keyword);
        self.mark(Part::Keyword, self.start);
        write(self);
        self.end_instruction();
    }

    fn begin_instruction(&mut self, takes_heredocs: bool, inside: &'m [(usize, Comment)]) {
        self.settle_blank();
        self.start = self.out.len();
        self.line = self.start;
        self.inside = inside;
        self.breaks = 0;
        self.markers = 0;
        self.angles = false;
        self.attended = self.layout.is_some() || !inside.is_empty();
        self.takes_heredocs = takes_heredocs;
    }

    /// Ends an instruction. Mostly there is only its line to be ended.
    fn end_instruction(&mut self) {
        if self.angles || self.attended || self.column() > limits::LINE {
            self.finish_instruction();
        } else {
            self.out.push('\n');
        }
    }

    #[cold]
    fn finish_instruction(&mut self) {
        if !self.inside.is_empty() {
            self.lift_comments();
        }
        if self.takes_heredocs && self.angles {
            self.check_markers();
        }
        self.check_line(self.line_start(), Part::Whole);
        self.out.push('\n');
        if !self.bodies.is_empty() {
            self.write_bodies();
        }
        let end = self.out.len() - 1;
        self.mark_range(Part::Whole, self.start..end);
    }

    /// Writes the bodies of the heredocs below the instruction.
    fn write_bodies(&mut self) {
        let bodies = std::mem::take(&mut self.bodies);
        let start = self.out.len();
        self.out.push_str(&bodies);
        for (part, span) in std::mem::take(&mut self.body_spans) {
            self.mark_range(part, start + span.start..start + span.end);
        }
        self.bodies = bodies;
        self.bodies.clear();
        self.blank_line();
    }

    /// Puts the comments that found no break in the instruction above it.
    fn lift_comments(&mut self) {
        let mut lines = String::new();
        for (_, comment) in std::mem::take(&mut self.inside) {
            lines.push_str(comment.lead());
            lines.push_str(&comment.text());
            lines.push('\n');
        }
        if !lines.is_empty() {
            self.out.insert_str(self.start, &lines);
            if let Some(layout) = &mut self.layout {
                layout.shift(self.at, self.start, lines.len());
            }
            self.start += lines.len();
            self.line += lines.len();
        }
    }

    fn line_start(&self) -> usize {
        self.line
    }

    /// Ends the line and continues it, indented, with the comments that belong there between.
    pub(crate) fn line_break(&mut self) {
        self.out.push(' ');
        self.line_break_exactly(self.indent);
    }

    /// Ends the line and continues it so much deeper. `blanks`: the number of spaces that the next
    /// text begins with.
    pub(crate) fn line_break_deeper(&mut self, deeper: usize, blanks: usize) {
        self.out.push(' ');
        let indent = self.indent + deeper;
        self.break_line(indent, indent + blanks);
    }

    /// Ends the line at what was written last and continues it with so many spaces.
    pub(crate) fn line_break_exactly(&mut self, indent: usize) {
        self.break_line(indent, indent);
    }

    /// Ends the line at what was written last; the next one is written as it is.
    pub(crate) fn line_break_verbatim(&mut self, next: &str) {
        let content = next.trim_start_matches([' ', '\t']);
        self.break_line(0, next.len() - content.len());
    }

    /// The comments that belong between the lines begin where the text below them does.
    fn break_line(&mut self, indent: usize, column: usize) {
        self.out.push(self.escape.char());
        self.check_line(self.line_start(), Part::Whole);
        self.out.push('\n');
        self.breaks += 1;
        while let Some(((at, comment), rest)) = self.inside.split_first() {
            if *at > self.breaks {
                break;
            }
            self.inside = rest;
            for _ in 0..column {
                self.out.push(' ');
            }
            let start = self.out.len();
            self.push_comment_line(comment, Part::Whole);
            self.check_line(start, Part::Whole);
            self.out.push('\n');
        }
        self.line = self.out.len();
        for _ in 0..indent {
            self.out.push(' ');
        }
    }

    /// The next column.
    pub(crate) fn column(&self) -> usize {
        self.out.len() - self.line_start()
    }

    fn check_line(&mut self, start: usize, part: Part) {
        if self.out.len() - start > limits::LINE {
            self.problem(part, ProblemKind::LineTooLong);
        }
    }

    /// Says that Docker looks for heredocs in the instruction after all: it is the trigger of an
    /// ONBUILD.
    pub(crate) fn take_heredocs(&mut self) {
        self.takes_heredocs = true;
    }

    /// Checks that what has been written since a position is not a line too long where it is read
    /// again as one: Docker keeps the trigger of an ONBUILD with its lines joined.
    pub(crate) fn check_joined(&mut self, start: usize, part: Part) {
        if self.since(start).len() > limits::LINE
            && self.logical(self.since(start)).len() > limits::LINE
        {
            self.problem(part, ProblemKind::LineTooLong);
        }
    }

    /// Compares the heredocs that Docker sees in the instruction with those that are meant.
    fn check_markers(&mut self) {
        let line = self.since(self.start);
        if !line.contains("<<") {
            return;
        }
        let found = heredoc::markers(&self.logical(line));
        let kind = match found.last() {
            _ if found.len() == self.markers => return,
            Some(marker) if found.len() > self.markers => ProblemKind::Marker(marker.name.clone()),
            _ => ProblemKind::HiddenHeredoc,
        };
        self.problem(Part::Whole, kind);
    }

    /// The instruction as one line, as Docker joins it.
    fn logical(&self, text: &str) -> String {
        let mut joined = String::with_capacity(text.len());
        let mut lines = text.split('\n').enumerate().peekable();
        while let Some((n, line)) = lines.next() {
            if n > 0 && line.trim_start().starts_with('#') {
                continue;
            }
            // What ends the last line is not a continuation.
            let continued = line.strip_suffix(self.escape.char());
            let continued = continued.filter(|_| lines.peek().is_some());
            joined.push_str(continued.unwrap_or(line));
        }
        joined
    }

    // Tokens: what comes from the grammar, not from a user.

    /// A token of the grammar.
    pub(crate) fn token(&mut self, token: &str) {
        self.out.push_str(token);
    }

    /// One space.
    pub(crate) fn space(&mut self) {
        self.out.push(' ');
    }

    // Findings and places.

    pub(crate) fn problem(&mut self, part: Part, kind: ProblemKind) {
        self.problems.push(Problem {
            at: self.at,
            part,
            kind,
        });
    }

    /// The position at which the next text is written.
    pub(crate) fn position(&self) -> usize {
        self.out.len()
    }

    /// The text written since a position.
    pub(crate) fn since(&self, start: usize) -> &str {
        self.out.get(start..).unwrap_or_default()
    }

    /// Marks what has been written since `start` as a part.
    #[inline]
    pub(crate) fn mark(&mut self, part: Part, start: usize) {
        self.mark_range(part, start..self.out.len());
    }

    #[inline]
    fn mark_range(&mut self, part: Part, span: Range<usize>) {
        if let Some(layout) = &mut self.layout {
            layout.mark(self.at, part, span);
        }
    }
}

/// Returns `true` if text ends in exactly one escape character, which would continue the line.
pub(crate) fn ends_in_one(text: &str, escape: Escape) -> bool {
    match text.as_bytes() {
        [.., before, last] => *last == escape.byte() && *before != escape.byte(),
        [last] => *last == escape.byte(),
        [] => false,
    }
}
