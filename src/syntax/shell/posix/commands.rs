//! Finds where commands begin and end: operators, parentheses, keywords.

use super::{Frame, Scanner, Word};
use crate::syntax::shell::Fault;

impl Scanner<'_> {
    pub(super) fn parenthesis(&mut self) {
        if self.pattern && self.word == Word::None {
            self.line.push('(');
            return;
        }
        self.line.push('(');
        self.open_parenthesis(match self.word {
            Word::None => Frame::Subshell,
            _ => Frame::After {
                start: self.cursor.at,
            },
        });
    }

    pub(super) fn open_parenthesis(&mut self, frame: Frame) {
        self.begin_command();
        self.frames.push(frame);
        self.word = Word::None;
        self.expect_command();
        self.pattern = false;
        self.redirects = false;
    }

    pub(super) fn closing_parenthesis(&mut self) {
        self.end_word(self.cursor.at - 1);
        self.line.push(')');
        match self.frames.last().copied() {
            Some(Frame::Case { .. }) => {
                self.pattern = false;
                self.expect_command();
            }
            Some(frame @ (Frame::Subshell | Frame::Substitution | Frame::After { .. })) => {
                self.frames.pop();
                // The body of a function follows.
                let is_function = frame
                    == Frame::After {
                        start: self.cursor.at - 1,
                    };
                self.word = match frame {
                    Frame::Subshell => Word::None,
                    _ if is_function => Word::None,
                    _ => Word::Quoted,
                };
                self.end_nested();
                if is_function {
                    self.expect_command();
                } else if frame == Frame::Subshell {
                    self.command = true;
                }
            }
            _ => self.shape.fault(Fault::Open),
        }
    }

    /// Ends commands that are inside of one.
    pub(super) fn end_nested(&mut self) {
        if std::mem::take(&mut self.needed) {
            self.shape.fault(Fault::Operator);
        }
        self.command = false;
        self.started = true;
        self.pattern = false;
        self.redirects = false;
    }

    /// A command can begin here.
    pub(super) fn expect_command(&mut self) {
        self.command = true;
        self.started = false;
    }

    pub(super) fn backtick(&mut self) {
        self.line.push('`');
        match self.backticks.take() {
            None => {
                self.begin_command();
                self.backticks = Some(self.frames.len());
                self.frames.push(Frame::Backtick);
                self.quotes += 1;
                self.word = Word::None;
                self.expect_command();
            }
            Some(open) => {
                self.end_word(self.cursor.at - 1);
                if self.frames.len() > open + 1 {
                    self.shape.fault(Fault::Open);
                }
                for frame in self.frames.drain(open..) {
                    let quotes =
                        matches!(frame, Frame::Double | Frame::Brace { .. } | Frame::Backtick);
                    self.quotes -= usize::from(quotes);
                }
                self.word = Word::Quoted;
                self.end_nested();
            }
        }
    }

    pub(super) fn semicolon(&mut self) {
        self.end_word(self.cursor.at - 1);
        self.line.push(';');
        let mut ends_case = false;
        if matches!(self.frames.last(), Some(Frame::Case { .. })) {
            while self.take(';') || self.take('&') {
                ends_case = true;
            }
        }
        if ends_case {
            self.pattern = true;
            self.expect_command();
        } else {
            self.separate();
        }
    }

    pub(super) fn ampersand(&mut self) {
        self.end_word(self.cursor.at - 1);
        self.line.push('&');
        if self.take('&') {
            self.operator();
        } else {
            self.separate();
        }
    }

    pub(super) fn bar(&mut self) {
        self.end_word(self.cursor.at - 1);
        self.line.push('|');
        if self.pattern {
            return;
        }
        if self.take('|') {
            self.shape.or |= self.frames.is_empty();
        } else {
            self.take('&');
        }
        self.operator();
    }

    /// `&&`, `||` or `|`.
    pub(super) fn operator(&mut self) {
        if !self.started {
            self.shape.fault(Fault::Operator);
        }
        self.needed = true;
        self.expect_command();
        self.redirects = false;
    }

    /// `;` or `&`.
    pub(super) fn separate(&mut self) {
        if !self.started {
            self.shape.fault(Fault::Operator);
        }
        self.separator = self.frames.is_empty();
        self.expect_command();
        self.redirects = false;
    }

    /// Begins a word with the character that was read last.
    pub(super) fn begin_word(&mut self, c: char) {
        self.word = Word::Plain;
        self.start = self.cursor.at - c.len_utf8();
        self.begin_command();
    }

    /// Something of a command follows.
    pub(super) fn begin_command(&mut self) {
        self.shape.empty = false;
        self.started = true;
        self.shape.separated |= std::mem::take(&mut self.separator);
        self.needed = false;
    }

    pub(super) fn end_word(&mut self, end: usize) {
        let word = match self.word {
            Word::None => return,
            Word::Plain => self.cursor.text.get(self.start..end).unwrap_or_default(),
            Word::Quoted => "",
        };
        self.word = Word::None;
        if std::mem::take(&mut self.redirects) {
            return;
        }
        if let Some(Frame::Case { words }) = self.frames.last_mut() {
            *words = words.saturating_add(1);
            if *words == 2 {
                self.pattern = word == "in";
                self.expect_command();
                return;
            }
            if self.pattern && word != "esac" {
                return;
            }
        }
        if std::mem::take(&mut self.command) {
            self.keyword(word);
        }
    }

    pub(super) fn keyword(&mut self, word: &str) {
        match word {
            "if" => self.compound(Frame::If),
            "while" | "until" => self.compound(Frame::Loop),
            "for" | "select" => {
                self.compound(Frame::Loop);
                self.command = false;
            }
            "{" => self.compound(Frame::Group),
            "case" => {
                self.compound(Frame::Case { words: 0 });
                self.command = false;
            }
            "then" | "else" | "elif" | "do" | "!" | "time" => {
                self.expect_command();
                self.needed = true;
            }
            "fi" => self.end_compound(|frame| frame == Frame::If),
            "done" => self.end_compound(|frame| frame == Frame::Loop),
            "}" => self.end_compound(|frame| frame == Frame::Group),
            "esac" => self.end_compound(|frame| matches!(frame, Frame::Case { .. })),
            _ => {}
        }
    }

    pub(super) fn compound(&mut self, frame: Frame) {
        self.frames.push(frame);
        self.expect_command();
    }

    pub(super) fn end_compound(&mut self, is_it: impl Fn(Frame) -> bool) {
        self.pattern = false;
        match self.frames.last() {
            Some(frame) if is_it(*frame) => {
                self.frames.pop();
                // Another end may follow at once: `fi fi`.
                self.command = true;
            }
            _ => self.shape.fault(Fault::Open),
        }
    }
}
