//! A text for PowerShell or `cmd`: where it has to be broken into lines, and what of it would not
//! run.

use super::cursor::Cursor;
use super::{Dialect, Fault, Shape};

pub(super) struct Scanner<'t> {
    cursor: Cursor<'t>,
    dialect: Dialect,
    /// The bytes at which quoted words begin, outside of quotes.
    marks: &'t [usize],
    line: String,
    shape: Shape,
    /// The number of open parentheses and braces.
    depth: usize,
    /// `true` if the next character begins a word.
    between: bool,
    /// `true` if a command can begin here.
    command: bool,
    /// `true` if there was an operator that needs a command after it.
    needed: bool,
    /// `true` if a separator was last, outside of everything.
    separator: bool,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, marks: &'t [usize], dialect: Dialect) -> Scanner<'t> {
        Scanner {
            cursor: Cursor::new(text),
            dialect,
            marks,
            line: String::new(),
            shape: Shape::new(),
            depth: 0,
            between: true,
            command: true,
            needed: false,
            separator: false,
        }
    }

    pub(super) fn run(mut self) -> Shape {
        while self.step() {}
        self.break_line();
        if self.depth > 0 {
            self.shape.fault(Fault::Open);
        }
        if self.needed {
            self.shape.fault(Fault::Operator);
        }
        self.shape.terminated = self.separator;
        self.shape
    }

    fn step(&mut self) -> bool {
        self.skip_marks(self.cursor.at);
        if self.is_comment() {
            self.comment();
        }
        let Some(c) = self.cursor.next() else {
            return false;
        };
        let (escape, separator) = match self.dialect {
            Dialect::Cmd => ('^', '&'),
            _ => ('`', ';'),
        };
        match c {
            ' ' | '\t' => {
                self.line.push(c);
                self.between = true;
                return true;
            }
            // How lines are continued in a POSIX shell, and where this crate is asked to.
            '\\' if self.cursor.peek() == Some('\n') => {
                self.cursor.next();
                self.break_line();
                if self.cursor.rest().trim_start().is_empty() {
                    self.shape.fault(Fault::Escape);
                }
            }
            '\n' => {
                if !self.command && !self.line.trim().is_empty() {
                    self.shape.fault(Fault::Newline);
                }
                self.break_line();
            }
            '&' | '|' if self.cursor.peek() == Some(c) => {
                self.cursor.next();
                self.shape.or |= c == '|' && self.depth == 0;
                self.operator(&[c, c]);
            }
            '|' => self.operator(&['|']),
            _ if c == separator => {
                if self.command {
                    self.shape.fault(Fault::Operator);
                }
                self.line.push(c);
                self.separator = self.depth == 0;
                self.command = true;
                self.between = true;
            }
            _ => {
                self.begin();
                if c == escape {
                    self.escaped(c);
                } else {
                    self.plain(c);
                }
            }
        }
        true
    }

    /// A character of a command.
    fn plain(&mut self, c: char) {
        match (c, self.dialect) {
            ('"', _) => self.quoted(c),
            ('\'' | '\u{2018}'..='\u{201b}' | '\u{201c}'..='\u{201e}', Dialect::PowerShell) => {
                self.quoted(c);
            }
            ('(', _) | ('{', Dialect::PowerShell) => {
                self.line.push(c);
                self.depth += 1;
                self.between = true;
                self.command = true;
            }
            (')', _) | ('}', Dialect::PowerShell) => {
                self.line.push(c);
                match self.depth.checked_sub(1) {
                    Some(depth) => self.depth = depth,
                    None => self.shape.fault(Fault::Open),
                }
                self.between = false;
            }
            _ => self.line.push(c),
        }
    }

    fn begin(&mut self) {
        self.shape.empty = false;
        self.shape.separated |= std::mem::take(&mut self.separator);
        self.needed = false;
        self.command = false;
        self.between = false;
    }

    /// Drops the marks up to a place.
    fn skip_marks(&mut self, at: usize) {
        let passed = self.marks.partition_point(|mark| *mark <= at);
        self.marks = self.marks.get(passed..).unwrap_or_default();
    }

    fn escaped(&mut self, escape: char) {
        if self.marks.first() == Some(&self.cursor.at) {
            self.shape.fault(Fault::Inside);
        }
        match self.cursor.next() {
            None => {
                self.line.push(escape);
                self.shape.fault(Fault::Escape);
            }
            Some('\n') => {
                let blank = |c: Option<char>| matches!(c, None | Some(' ' | '\t' | '\n'));
                if blank(self.line.chars().next_back()) || blank(self.cursor.peek()) {
                    self.break_line();
                    self.between = true;
                    if self.cursor.rest().trim_start().is_empty() {
                        self.shape.fault(Fault::Escape);
                    }
                }
            }
            Some(c) => {
                self.line.push(escape);
                self.line.push(c);
            }
        }
    }

    /// A string. PowerShell takes curly quotes for straight ones, and a quote twice for one of the
    /// text, which looks like the end of one string and the beginning of the next.
    fn quoted(&mut self, quote: char) {
        self.line.push(quote);
        let is_single = matches!(quote, '\'' | '\u{2018}'..='\u{201b}');
        while let Some(c) = self.cursor.next() {
            self.line.push(c);
            let ends = match c {
                '"' | '\u{201c}'..='\u{201e}' => !is_single,
                '\'' | '\u{2018}'..='\u{201b}' => is_single,
                _ => false,
            };
            if ends && (self.dialect == Dialect::PowerShell || c == '"') {
                return self.end_quoted();
            }
            if c == '`' && !is_single && self.dialect == Dialect::PowerShell {
                if let Some(c) = self.cursor.next() {
                    self.line.push(c);
                }
            }
        }
        self.shape.fault(Fault::Open);
    }

    /// Words that begin inside of a string would end it.
    fn end_quoted(&mut self) {
        if self
            .marks
            .first()
            .is_some_and(|mark| *mark < self.cursor.at)
        {
            self.shape.fault(Fault::Inside);
        }
    }

    fn is_comment(&self) -> bool {
        let rest = self.cursor.rest();
        match self.dialect {
            Dialect::Cmd => {
                let word = rest.get(..3).unwrap_or_default();
                let ends = rest.get(3..).is_none_or(|rest| {
                    !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
                });
                self.command
                    && self.between
                    && (rest.starts_with("::") || (word.eq_ignore_ascii_case("rem") && ends))
            }
            _ => self.between && rest.starts_with('#'),
        }
    }

    /// A comment continues to the end of the line, with the lines that Docker joins to it.
    fn comment(&mut self) {
        self.shape.comment = true;
        if self.marks.iter().any(|mark| *mark > self.cursor.at) {
            self.shape.fault(Fault::Inside);
            self.marks = &[];
        }
        while let Some(c) = self.cursor.next() {
            if c == '\n' {
                self.shape.fault(Fault::Comment);
                self.break_line();
                return;
            }
            self.line.push(c);
        }
    }

    fn operator(&mut self, operator: &[char]) {
        if self.command {
            self.shape.fault(Fault::Operator);
        }
        self.line.extend(operator);
        self.needed = true;
        self.command = true;
        self.between = true;
    }

    fn break_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.between = true;
        if !line.trim().is_empty() {
            self.shape.lines.push(line);
        }
    }
}
