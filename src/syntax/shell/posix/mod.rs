//! A text for a POSIX shell: where it has to be broken into lines, and what of it would not run.

mod commands;

use super::cursor::Cursor;
use super::{Fault, Shape};

/// Text inside of which the scanner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// `"..."`
    Double,
    /// `${...}`, and whether that is in double quotes.
    Brace { quoted: bool },
    /// `(...)`
    Subshell,
    /// `$(...)`
    Substitution,
    /// After a word: the parentheses of a function, if they are empty, or of an array.
    After { start: usize },
    /// `` `...` ``
    Backtick,
    /// `if ... fi`
    If,
    /// `for`, `while`, `until`, `select` up to `done`.
    Loop,
    /// `{ ... }`
    Group,
    /// `case WORD in`: how many words of that have been seen.
    Case { words: usize },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    None,
    /// Characters that could be a keyword.
    Plain,
    Quoted,
}

pub(super) struct Scanner<'t> {
    cursor: Cursor<'t>,
    /// The bytes at which quoted words begin, outside of quotes.
    marks: &'t [usize],
    /// The bytes at which lines begin that Docker joins to those before them with a space.
    joints: &'t [usize],
    /// The line after which another one would be lost.
    lost: Option<(usize, Fault)>,
    line: String,
    shape: Shape,
    frames: Vec<Frame>,
    /// The number of frames that are double quotes, `${...}` and backticks.
    quotes: usize,
    /// The frame of the backticks.
    backticks: Option<usize>,
    word: Word,
    /// The byte at which the word begins.
    start: usize,
    /// `true` if a keyword can be here.
    command: bool,
    /// `true` if there is anything of the current command yet.
    started: bool,
    /// `true` if a pattern of `case` can begin here.
    pattern: bool,
    /// `true` if the next word is the file of a redirection.
    redirects: bool,
    /// `true` if there was an operator that needs a command after it.
    needed: bool,
    /// `true` if `;` or `&` was last, outside of everything.
    separator: bool,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, marks: &'t [usize]) -> Scanner<'t> {
        Scanner {
            cursor: Cursor::new(text),
            marks,
            joints: &[],
            lost: None,
            line: String::new(),
            shape: Shape::new(),
            frames: Vec::new(),
            quotes: 0,
            backticks: None,
            word: Word::None,
            start: 0,
            command: true,
            started: false,
            pattern: false,
            redirects: false,
            needed: false,
            separator: false,
        }
    }

    pub(super) fn run(mut self) -> Shape {
        self.scan();
        self.shape
    }

    fn scan(&mut self) {
        loop {
            self.check_mark();
            let Some(c) = self.cursor.next() else { break };
            match self.frames.last() {
                Some(Frame::Double) => match c {
                    '"' => self.close(),
                    '\\' => self.escaped(),
                    _ => self.common(c),
                },
                Some(Frame::Brace { quoted }) => match c {
                    '}' => self.close(),
                    '"' => self.open(Frame::Double),
                    '\'' if !quoted => self.single_quoted(),
                    '\\' => self.escaped(),
                    _ => self.common(c),
                },
                _ => self.outside(c),
            }
        }
        self.end_word(self.cursor.at);
        self.break_line();
        if !self.frames.is_empty() {
            self.shape.fault(Fault::Open);
        }
        if self.needed {
            self.shape.fault(Fault::Operator);
        }
        self.shape.terminated = self.separator;
    }

    /// Words may begin where the shell would split a text into words, and nowhere else.
    fn check_mark(&mut self) {
        while let Some((mark, rest)) = self
            .marks
            .split_first()
            .filter(|(mark, _)| **mark <= self.cursor.at)
        {
            self.marks = rest;
            if *mark < self.cursor.at || self.quotes > 0 || self.line.ends_with('$') {
                self.shape.fault(Fault::Inside);
            }
        }
    }

    /// A character outside of quotes.
    fn outside(&mut self, c: char) {
        if !matches!(
            c,
            ' ' | '\t' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' | '#'
        ) && self.word == Word::None
            && !(c == '\\' && self.cursor.peek() == Some('\n'))
        {
            self.begin_word(c);
        }
        match c {
            ' ' | '\t' => {
                self.end_word(self.cursor.at - 1);
                self.line.push(c);
            }
            '\n' => self.newline(),
            '#' if self.word == Word::None => self.comment(),
            '\'' => self.single_quoted(),
            '"' => self.open(Frame::Double),
            '\\' => self.escaped(),
            '(' => self.parenthesis(),
            ')' => self.closing_parenthesis(),
            ';' => self.semicolon(),
            '&' => self.ampersand(),
            '|' => self.bar(),
            '<' | '>' => {
                self.end_word(self.cursor.at - 1);
                self.line.push(c);
                self.begin_command();
                while let Some(c @ ('<' | '>' | '&' | '|' | '-')) = self.cursor.peek_operator() {
                    self.take(c);
                }
                self.redirects = self.cursor.peek_operator() != Some('(');
                // No keyword begins a command that begins with a redirection.
                self.command = false;
            }
            _ => self.common(c),
        }
    }

    fn ends_blank(&self) -> bool {
        let last = self.line.chars().next_back();
        matches!(last, None | Some(' ' | '\t' | '\n'))
    }

    /// A character that means the same inside and outside of double quotes.
    fn common(&mut self, c: char) {
        match c {
            '$' => self.dollar(),
            '`' => self.backtick(),
            _ => self.line.push(c),
        }
    }

    fn dollar(&mut self) {
        self.line.push('$');
        let quoted = match self.frames.last() {
            Some(Frame::Double) => true,
            Some(Frame::Brace { quoted }) => *quoted,
            _ => false,
        };
        match self.cursor.peek() {
            Some('(') => {
                self.cursor.next();
                self.line.push('(');
                self.open_parenthesis(Frame::Substitution);
            }
            Some('{') => {
                self.cursor.next();
                self.line.push('{');
                self.word = Word::Quoted;
                self.frames.push(Frame::Brace { quoted });
                self.quotes += 1;
                // The length of a variable, or the first character of a name.
                if let Some(c @ ('#' | '!' | '$' | '?' | '*' | '@')) = self.cursor.peek() {
                    self.cursor.next();
                    self.line.push(c);
                }
            }
            Some('\'') if !quoted => {
                self.cursor.next();
                self.line.push('\'');
                self.ansi_quoted();
            }
            Some(c @ ('#' | '$' | '!' | '?' | '*' | '@' | '-')) => {
                self.cursor.next();
                self.line.push(c);
                self.word = Word::Quoted;
            }
            _ => self.word = Word::Quoted,
        }
    }

    /// `$'...'`: where a quote is escaped in it, shells disagree on where it ends.
    fn ansi_quoted(&mut self) {
        self.word = Word::Quoted;
        while let Some(c) = self.cursor.next() {
            self.line.push(c);
            match c {
                '\'' => return,
                '\\' if self.cursor.peek() == Some('\'') => self.shape.fault(Fault::Open),
                _ => {}
            }
        }
        self.shape.fault(Fault::Open);
    }

    fn single_quoted(&mut self) {
        self.line.push('\'');
        self.word = Word::Quoted;
        let in_backticks = self.backticks.is_some();
        while let Some(c) = self.cursor.next() {
            self.line.push(c);
            match c {
                '\'' => return,
                // It ends the backticks all the same.
                '`' if in_backticks => self.shape.fault(Fault::Open),
                _ => {}
            }
        }
        self.shape.fault(Fault::Open);
    }

    fn escaped(&mut self) {
        let double = matches!(
            self.frames.last(),
            Some(Frame::Double | Frame::Brace { .. })
        );
        match self.cursor.next() {
            None => {
                self.line.push('\\');
                self.shape.fault(Fault::Escape);
            }
            Some('\n') => {
                let blank = |c: Option<char>| matches!(c, Some(' ' | '\t' | '\n'));
                let is_between = self.word == Word::None;
                let ends_blank = self.ends_blank();
                // A space that is escaped is part of a word, which would lose it at the end of a line.
                let is_part = ends_blank && !is_between;
                if !double && !is_part && (ends_blank || blank(self.cursor.peek())) {
                    // The spaces keep the words apart.
                    if !is_between {
                        self.end_word(self.cursor.at - 2);
                    }
                    self.break_line();
                    if self.cursor.rest().trim_start().is_empty() {
                        self.shape.fault(Fault::Escape);
                    }
                } else if double || !is_between {
                    self.word = Word::Quoted;
                }
            }
            Some(c) => {
                // In double quotes, lines meet exactly.
                if let (Ok(line), false) = (self.joints.binary_search(&self.cursor.at), double) {
                    self.lost.get_or_insert((line, Fault::Escape));
                }
                self.word = Word::Quoted;
                self.line.push('\\');
                self.line.push(c);
                // Backticks take a backslash away before the command in them is read.
                let in_backticks = self.backticks.is_some();
                let quote = matches!(
                    self.cursor.peek(),
                    Some('\'' | '"' | '`' | '\\' | '\n') | None
                );
                if in_backticks && c == '\\' && quote {
                    self.shape.fault(Fault::Open);
                }
            }
        }
    }

    /// A comment continues to the end of the line, with the lines that Docker joins to it.
    fn comment(&mut self) {
        let start = self.cursor.at;
        self.line.push('#');
        self.shape.comment = true;
        while let Some(c) = self.cursor.next() {
            match c {
                '\n' => {
                    self.shape.fault(Fault::Comment);
                    self.break_line();
                    return;
                }
                '`' if self.backticks.is_some() => {
                    self.shape.comment = false;
                    return self.backtick();
                }
                c => self.line.push(c),
            }
        }
        let line = self.joints.partition_point(|joint| *joint <= start);
        if line < self.joints.len() {
            self.lost.get_or_insert((line, Fault::Comment));
        }
    }

    fn newline(&mut self) {
        self.end_word(self.cursor.at - 1);
        if self.started {
            self.shape.fault(Fault::Newline);
        }
        self.break_line();
    }

    fn open(&mut self, frame: Frame) {
        self.line.push('"');
        self.word = Word::Quoted;
        self.frames.push(frame);
        self.quotes += 1;
    }

    /// Ends double quotes or `${...}`.
    fn close(&mut self) {
        self.line.push(match self.frames.pop() {
            Some(Frame::Double) => '"',
            _ => '}',
        });
        self.quotes -= 1;
        self.word = Word::Quoted;
    }

    /// Ends a line of the text; an empty one has nothing to say.
    fn break_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.trim().is_empty() {
            self.shape.lines.push(line);
        }
    }

    /// Takes the next character of an operator, if it is this one.
    fn take(&mut self, wanted: char) -> bool {
        let found = self.cursor.take_operator(wanted);
        if found {
            self.line.push(wanted);
        }
        found
    }
}

/// Returns the line that Docker joins with the next one although it ends in a comment or in an
/// escape character.
pub(super) fn lost_after(lines: &[&str]) -> Option<(usize, Fault)> {
    let text = lines.join(" ");
    let mut joints = Vec::with_capacity(lines.len());
    let mut at = 0;
    for line in lines {
        at += line.len() + 1;
        joints.push(at);
    }
    // Nothing follows the last one.
    joints.pop();
    let mut scanner = Scanner::new(&text, &[]);
    scanner.joints = &joints;
    scanner.scan();
    scanner.lost
}
