//! Writes heredocs: markers in the line, bodies below.

use std::borrow::Cow;

use smol_str::SmolStr;

use super::Writer;
use crate::limits;
use crate::syntax::heredoc::{self, Delimiter};
use crate::syntax::part::Part;
use crate::syntax::problem::ProblemKind;
use crate::syntax::quote;
use crate::text::{Text, View};

impl Writer<'_> {
    // Heredocs.

    /// The body of a heredoc file, and its delimiter: that of literal text is quoted, that of an
    /// expression is not.
    pub(crate) fn heredoc_text<'t>(
        &mut self,
        body: &'t Text,
        nth: usize,
    ) -> (Cow<'t, str>, Delimiter) {
        let part = Part::Heredoc(nth);
        match body.view() {
            View::Literal(text) | View::Undecided(text) => (text.into(), Delimiter::Quoted),
            View::Raw(spelling, escape) => {
                self.check_escape(spelling, escape, part);
                (spelling.into(), Delimiter::Bare)
            }
            View::Invalid(text, error) => {
                self.problem(part, ProblemKind::Expression(text.into(), error));
                (text.into(), Delimiter::Quoted)
            }
            View::Expression(pieces) => {
                self.check_pieces(pieces, |_| false, part);
                let mut text = String::new();
                if let Err(c) = quote::push_body(&mut text, pieces) {
                    self.problem(part, ProblemKind::Pattern(c));
                }
                if text.starts_with('\u{feff}') {
                    self.problem(part, ProblemKind::Character('\u{feff}'));
                }
                (text.into(), Delimiter::Bare)
            }
        }
    }

    /// A marker in the line, and its body below.
    pub(crate) fn heredoc(&mut self, name: &str, delimiter: Delimiter, body: &str, nth: usize) {
        match delimiter {
            Delimiter::Quoted => {
                self.out.push_str("<<\"");
                self.out.push_str(name);
                self.out.push('"');
            }
            Delimiter::Bare => {
                self.out.push_str("<<");
                self.out.push_str(name);
            }
        }
        self.heredoc_body(name, body, nth);
    }

    /// The body of a marker that is in the text already.
    pub(crate) fn heredoc_body(&mut self, name: &str, body: &str, nth: usize) {
        let part = Part::Heredoc(nth);
        self.markers += 1;
        self.angles = true;
        if let Some(c) = body.chars().find(|c| *c == '\0') {
            self.problem(part, ProblemKind::Character(c));
        }
        if body.split('\n').any(|line| line.len() > limits::LINE) {
            self.problem(part, ProblemKind::LineTooLong);
        }
        if heredoc::ends_early(body, name) {
            self.problem(part, ProblemKind::EarlyEnd(name.into()));
        }
        if !body.is_empty() && !body.ends_with('\n') {
            self.problem(part, ProblemKind::OpenEnd);
        }
        let start = self.bodies.len();
        self.bodies.push_str(body);
        self.body_spans.push((part, start..self.bodies.len()));
        if !body.is_empty() && !body.ends_with('\n') {
            self.bodies.push('\n');
        }
        self.bodies.push_str(name);
        self.bodies.push('\n');
    }

    /// The bodies of the markers that are in the instruction so far.
    pub(crate) fn heredoc_bodies(&mut self, bodies: &[SmolStr]) {
        if bodies.is_empty() {
            return;
        }
        // Docker looks at the whole line: its beginning, too, decides what is a word.
        let markers = heredoc::markers(&self.logical(self.since(self.start)));
        for (nth, body) in bodies.iter().enumerate() {
            match markers.get(nth) {
                // A body after `<<-` ends at its name also where tabs precede it.
                Some(marker) if marker.strip_tabs => {
                    self.heredoc_body(&marker.name, body, nth);
                    let early = heredoc::ends_early(&heredoc::strip_tabs(body), &marker.name);
                    if early && !heredoc::ends_early(body, &marker.name) {
                        let kind = ProblemKind::EarlyEnd(marker.name.clone());
                        self.problem(Part::Heredoc(nth), kind);
                    }
                }
                Some(marker) => self.heredoc_body(&marker.name, body, nth),
                None => self.problem(Part::Command, ProblemKind::UnmarkedHeredoc),
            }
        }
    }

    /// Chooses the name of a heredoc: the one that was asked for, if the body allows it.
    pub(crate) fn heredoc_name(&mut self, asked: Option<&str>, body: &str, part: Part) -> SmolStr {
        match asked {
            None => heredoc::delimiter(body),
            Some("") => {
                self.problem(part, ProblemKind::Empty("name of a file"));
                heredoc::delimiter(body)
            }
            // A dash in front of the name belongs to the marker.
            Some(name)
                if !name.chars().all(heredoc::is_name_char)
                    || name.starts_with('-')
                    || matches!(name, "." | "..") =>
            {
                let kind = ProblemKind::Invalid {
                    what: "name of a file",
                    text: name.into(),
                    expected: "a name without spaces, quotes and slashes, and no `-` in front",
                };
                self.problem(part, kind);
                heredoc::delimiter(body)
            }
            Some(name) => name.into(),
        }
    }
}
