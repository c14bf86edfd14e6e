//! Words become commands: keywords, groups, substitutions, heredocs.

use std::borrow::Cow;

use super::scanner::{Frame, Outside, Pending, Scanner};
use super::{Command, Heredoc, Joint, Use, Word, begins_name, is_name};

/// The number of commands of a line that are looked at for the owners of the heredocs below it.
const LINE: usize = 64;

impl<'t> Scanner<'t> {
    /// `(`: a group, or the parentheses of a function.
    pub(super) fn group(&mut self) {
        if self.word.is_some() || !self.command.words.is_empty() {
            if self.cursor.take(")") {
                // `name()`: its body follows.
                self.word = None;
                self.command = Command::default();
            } else {
                // An array.
                self.open(')');
            }
            return;
        }
        self.push('(');
        self.end_word();
        self.end_command(Joint::End);
        self.open(')');
    }

    /// `<`: a heredoc or a redirection.
    pub(super) fn input(&mut self) {
        self.drop_number();
        self.end_word();
        if self.cursor.take_operator('&') || self.cursor.take_operator('>') {
            self.redirects = true;
        } else if self.cursor.take("(") {
            self.open(')');
        } else if self.cursor.take_operator('<') {
            if self.cursor.take_operator('<') {
                self.redirects = true;
                return;
            }
            let strip_tabs = self.cursor.take_operator('-');
            while self.cursor.take(" ") || self.cursor.take("\t") {}
            let mut delimiter = String::new();
            let mut literal = false;
            let mut quote = None;
            while let Some(c) = self.cursor.peek() {
                match quote {
                    Some(open) if c == open => quote = None,
                    Some(_) => delimiter.push(c),
                    None if c.is_whitespace() || ";&|()<>".contains(c) => break,
                    None if matches!(c, '"' | '\'') => {
                        quote = Some(c);
                        literal = true;
                    }
                    None if c == '\\' => literal = true,
                    None => delimiter.push(c),
                }
                self.cursor.next();
            }
            self.pending.push(Pending {
                delimiter,
                literal,
                strip_tabs,
            });
            // The bodies belong to the command, wherever its line ends.
            self.command.heredocs.push(Heredoc { body: "", literal });
        } else {
            self.redirects = true;
        }
    }

    /// The bodies that begin on this line.
    pub(super) fn heredocs(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let mut bodies = Vec::new();
        for pending in std::mem::take(&mut self.pending) {
            let start = self.cursor.at;
            let mut end = start;
            loop {
                let rest = self.cursor.rest();
                if rest.is_empty() {
                    break;
                }
                let line = rest.split('\n').next().unwrap_or(rest);
                self.cursor.at = (self.cursor.at + line.len() + 1).min(self.cursor.text.len());
                let line = if pending.strip_tabs {
                    line.trim_start_matches('\t')
                } else {
                    line
                };
                if line.trim_end_matches('\r') == pending.delimiter {
                    break;
                }
                end = self.cursor.at;
            }
            let body = self.cursor.text.get(start..end).unwrap_or_default();
            if !pending.literal {
                self.body(body);
            }
            bodies.push(body);
        }
        // They are handed to the commands backwards, as the last ones have just ended.
        for command in self.script.commands.iter_mut().rev().take(LINE) {
            for heredoc in command.heredocs.iter_mut().rev() {
                match bodies.pop() {
                    Some(body) => heredoc.body = body,
                    None => return,
                }
            }
            if bodies.is_empty() {
                return;
            }
        }
    }

    /// The variables in the body of a heredoc, where quotes are text.
    pub(super) fn body(&mut self, body: &'t str) {
        let mut inner = Scanner::new(body);
        inner.frames.push(Frame::Double);
        while let Some(c) = inner.cursor.next() {
            match c {
                '\\' => inner.escaped(true),
                '$' => {
                    // What is nested in it is left out.
                    let in_braces = inner.cursor.peek() == Some('{');
                    if in_braces || inner.cursor.peek().is_some_and(begins_name) {
                        inner.dollar();
                    }
                }
                _ => {}
            }
        }
        for found in inner.script.uses {
            let is_set = self.script.set.contains(found.name);
            self.script.uses.push(Use { is_set, ..found });
        }
    }

    pub(super) fn open(&mut self, closed_by: char) {
        self.command.substitutes = true;
        let outside = Outside {
            command: std::mem::take(&mut self.command),
            word: self.word.take(),
            redirects: std::mem::take(&mut self.redirects),
            compound: self.compound,
            cases: std::mem::take(&mut self.cases),
            in_pattern: std::mem::take(&mut self.in_pattern),
        };
        self.compound += 1;
        self.frames.push(Frame::Commands {
            closed_by,
            outside: Box::new(outside),
        });
    }

    pub(super) fn is_closed_by(&self, c: char) -> bool {
        matches!(self.frames.last(), Some(Frame::Commands { closed_by, .. }) if *closed_by == c)
    }

    pub(super) fn close(&mut self) {
        if self.is_closed_by(')') || self.is_closed_by('`') {
            self.end_command(Joint::End);
        }
        if let Some(Frame::Commands { outside, .. }) = self.frames.pop() {
            self.command = outside.command;
            self.word = outside.word;
            self.redirects = outside.redirects;
            self.compound = outside.compound;
            self.cases = outside.cases;
            self.in_pattern = outside.in_pattern;
        }
    }

    pub(super) fn end_word(&mut self) {
        let Some(word) = self.word.take() else {
            return;
        };
        if std::mem::take(&mut self.redirects) {
            let file = word.text.as_ref();
            let stream = file.starts_with("/dev/") || file.bytes().all(|b| b.is_ascii_digit());
            self.command.writes |= std::mem::take(&mut self.writes) && !stream;
            return;
        }
        if let Some(name) = word.assigned() {
            let declares = self.command.words.first().is_some_and(|first| {
                matches!(
                    first.text.as_ref(),
                    "export" | "local" | "declare" | "readonly" | "typeset" | "set"
                )
            });
            if declares || !self.command.runs {
                self.script.set.insert(Cow::Owned(name.to_owned()));
            }
        } else {
            self.command.runs = true;
        }
        let in_case = self
            .command
            .words
            .first()
            .is_some_and(|first| first.is("case"));
        if in_case && word.is("in") {
            self.cases += 1;
            self.in_pattern = true;
            self.command.words.push(word);
            return self.end_command(Joint::End);
        }
        if self.command.words.is_empty() && self.keyword(&word) {
            return;
        }
        self.command.words.push(word);
    }

    /// A word that only opens, parts or closes a compound command.
    pub(super) fn keyword(&mut self, word: &Word<'t>) -> bool {
        if word.quoted {
            return false;
        }
        match word.text.as_ref() {
            "then" | "else" | "elif" | "do" | "!" => {}
            "{" => {
                self.command.words.push(word.clone());
                self.end_command(Joint::End);
                self.compound += 1;
            }
            "if" | "while" | "until" => {
                self.command.words.push(word.clone());
                self.end_command(Joint::End);
                self.compound += 1;
            }
            "fi" | "done" | "}" => self.compound = self.compound.saturating_sub(1),
            "esac" => {
                self.compound = self.compound.saturating_sub(1);
                self.cases = self.cases.saturating_sub(1);
                self.in_pattern = false;
            }
            _ => return false,
        }
        true
    }

    pub(super) fn end_command(&mut self, next: Joint) {
        self.end_word();
        self.redirects = false;
        let command = std::mem::take(&mut self.command);
        self.command.joint = next;
        if command.words.is_empty() && command.heredocs.is_empty() {
            // The line can end after `&&`.
            if next == Joint::End {
                self.command.joint = command.joint;
            }
            return;
        }
        let first = command.words.first().map_or("", |word| word.text.as_ref());
        match first {
            "for" | "select" | "read" | "getopts" => {
                let rest = command.words.iter().skip(1);
                let names = rest.filter(|word| is_name(&word.text));
                let most = match first {
                    "read" => usize::MAX,
                    "getopts" => 2,
                    _ => 1,
                };
                for word in names.take(most) {
                    self.script.set.insert(word.text.clone());
                }
            }
            "." | "source" | "eval" => self.script.sources = true,
            _ => {}
        }
        let depth = self.compound;
        if matches!(first, "for" | "select" | "case") {
            self.compound += 1;
        }
        self.script.commands.push(Command { depth, ..command });
    }
}
