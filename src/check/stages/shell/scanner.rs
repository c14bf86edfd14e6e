//! `Scanner`: shell text, character by character.

use std::borrow::Cow;

use crate::syntax::shell::Cursor;

use super::{Command, Joint, Script, Use, Word, begins_name, continues_name, is_name};

/// The construct that the current text is inside of.
#[derive(Debug)]
pub(super) enum Frame<'t> {
    /// `"..."`
    Double,
    /// `${...}`, and whether that is in double quotes.
    Brace(bool),
    /// `$((...))`, and how many parentheses are open in it.
    Arithmetic(usize),
    /// `$(...)`, `(...)` and `` `...` ``: the text outside continues after it.
    Commands {
        closed_by: char,
        outside: Box<Outside<'t>>,
    },
}

#[derive(Debug)]
pub(super) struct Outside<'t> {
    pub(super) command: Command<'t>,
    pub(super) word: Option<Word<'t>>,
    pub(super) redirects: bool,
    pub(super) compound: usize,
    pub(super) cases: usize,
    pub(super) in_pattern: bool,
}

pub(super) struct Pending {
    pub(super) delimiter: String,
    pub(super) literal: bool,
    pub(super) strip_tabs: bool,
}

pub(super) struct Scanner<'t> {
    pub(super) cursor: Cursor<'t>,
    pub(super) frames: Vec<Frame<'t>>,
    pub(super) command: Command<'t>,
    pub(super) word: Option<Word<'t>>,
    /// `true` if the next word is the file of a redirection.
    pub(super) redirects: bool,
    /// `true` if that redirection writes.
    pub(super) writes: bool,
    pub(super) compound: usize,
    pub(super) cases: usize,
    pub(super) in_pattern: bool,
    pub(super) pending: Vec<Pending>,
    pub(super) script: Script<'t>,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Scanner<'t> {
        Scanner {
            cursor: Cursor::new(text),
            frames: Vec::new(),
            command: Command::default(),
            word: None,
            redirects: false,
            writes: false,
            compound: 0,
            cases: 0,
            in_pattern: false,
            pending: Vec::new(),
            script: Script::default(),
        }
    }

    pub(super) fn run(&mut self) {
        loop {
            self.plain();
            let Some(c) = self.cursor.next() else {
                break;
            };
            match self.frames.last_mut() {
                Some(Frame::Double) => match c {
                    '"' => self.close(),
                    '\\' => self.escaped(true),
                    _ => self.common(c),
                },
                Some(Frame::Brace(quoted)) => match c {
                    '}' => {
                        self.push('}');
                        self.close();
                    }
                    '"' => self.frames.push(Frame::Double),
                    '\'' if !*quoted => self.single_quoted(),
                    '\\' => self.escaped(true),
                    _ => self.common(c),
                },
                Some(Frame::Arithmetic(open)) => match c {
                    '(' => *open += 1,
                    ')' if *open > 0 => *open -= 1,
                    ')' => {
                        self.cursor.take(")");
                        self.close();
                    }
                    _ => self.common(c),
                },
                Some(Frame::Commands { .. }) | None => self.outer(c),
            }
        }
        while !self.frames.is_empty() {
            self.close();
        }
        self.end_command(Joint::End);
    }

    /// The characters up to the next one that can mean something, wherever they are.
    fn plain(&mut self) {
        let rest = self.cursor.rest();
        let end = rest.bytes().position(can_mean_something);
        let plain = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        if !plain.is_empty() {
            self.push_all(plain);
            self.cursor.at += plain.len();
        }
    }

    /// A character between words or in one.
    pub(super) fn outer(&mut self, c: char) {
        match c {
            ' ' | '\t' | '\r' => self.end_word(),
            '\n' => {
                self.end_command(Joint::End);
                self.heredocs();
            }
            ';' => {
                self.end_command(Joint::End);
                if self.cursor.take_operator(';') {
                    self.in_pattern = self.cases > 0;
                }
            }
            '&' if self.cursor.take_operator('&') => self.end_command(Joint::And),
            '&' if self.cursor.take_operator('>') => {
                self.end_word();
                self.cursor.take_operator('>');
                self.redirects = true;
                self.writes = true;
            }
            '&' => self.end_command(Joint::End),
            '|' if self.cursor.take_operator('|') => self.end_command(Joint::Or),
            '|' if self.in_pattern => self.end_word(),
            '|' => {
                self.cursor.take_operator('&');
                self.end_command(Joint::Pipe);
            }
            '(' if self.in_pattern => {}
            '(' => self.group(),
            ')' if self.in_pattern => {
                self.word = None;
                self.command = Command::default();
                self.in_pattern = false;
            }
            ')' if self.is_closed_by(')') => self.close(),
            ')' => self.end_command(Joint::End),
            '`' if self.is_closed_by('`') => self.close(),
            '<' => self.input(),
            '>' => {
                self.drop_number();
                self.end_word();
                let _ = self.cursor.take_operator('>')
                    || self.cursor.take_operator('&')
                    || self.cursor.take_operator('|');
                self.redirects = true;
                self.writes = true;
            }
            '#' if self.word.is_none() => {
                while self.cursor.peek().is_some_and(|c| c != '\n') {
                    self.cursor.next();
                }
            }
            '\'' => self.single_quoted(),
            '"' => {
                self.quote();
                self.frames.push(Frame::Double);
            }
            '\\' => self.escaped(false),
            _ => self.common(c),
        }
    }

    /// A character that means the same inside and outside of quotes.
    pub(super) fn common(&mut self, c: char) {
        match c {
            '$' => self.dollar(),
            '`' => self.open('`'),
            _ => self.push(c),
        }
    }

    pub(super) fn dollar(&mut self) {
        let start = self.cursor.at.saturating_sub(1);
        if self.cursor.take("((") {
            self.frames.push(Frame::Arithmetic(0));
            return;
        }
        if self.cursor.take("(") {
            return self.open(')');
        }
        if self.cursor.take("{") {
            let behind = self.cursor.at;
            let start = match self.cursor.take("#") || self.cursor.take("!") {
                false => start,
                true => {
                    self.push_all(self.cursor.text.get(start..behind).unwrap_or_default());
                    self.cursor.at
                }
            };
            let name = self.name();
            self.cursor.take(":");
            self.push_all(self.cursor.since(start));
            let operator = self.cursor.peek();
            let guarded = matches!(operator, Some('-' | '+' | '=' | '?'));
            let quoted = match self.frames.last() {
                Some(Frame::Double) => true,
                Some(Frame::Brace(quoted)) => *quoted,
                _ => false,
            };
            self.frames.push(Frame::Brace(quoted));
            if is_name(name) {
                self.uses(name, guarded);
                if operator == Some('=') {
                    self.script.set.insert(Cow::Borrowed(name));
                }
            }
            return;
        }
        match self.cursor.peek() {
            Some('\'') if !matches!(self.frames.last(), Some(Frame::Double)) => {
                self.cursor.next();
                self.quote();
                while let Some(c) = self.cursor.next() {
                    match c {
                        '\'' => break,
                        '\\' => {
                            self.cursor.next();
                        }
                        _ => self.push(c),
                    }
                }
            }
            Some(c) if begins_name(c) => {
                let name = self.name();
                self.push_all(self.cursor.since(start));
                self.uses(name, false);
            }
            _ => self.push('$'),
        }
    }

    pub(super) fn uses(&mut self, name: &'t str, guarded: bool) {
        let is_set = self.script.set.contains(name);
        self.script.uses.push(Use {
            name,
            guarded,
            is_set,
        });
    }

    pub(super) fn name(&mut self) -> &'t str {
        let rest = self.cursor.rest();
        let end = rest.find(|c| !continues_name(c)).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default();
        self.cursor.at += end;
        name
    }

    pub(super) fn single_quoted(&mut self) {
        self.quote();
        let rest = self.cursor.rest();
        let end = rest.find('\'').unwrap_or(rest.len());
        let quoted = rest.get(..end).unwrap_or_default();
        self.push_all(quoted);
        self.cursor.at = (self.cursor.at + end + 1).min(self.cursor.text.len());
    }

    pub(super) fn escaped(&mut self, in_quotes: bool) {
        match self.cursor.next() {
            None => self.push('\\'),
            Some('\n') => {}
            Some(c) => {
                if in_quotes && !matches!(c, '$' | '`' | '"' | '\\') {
                    self.push('\\');
                }
                self.quote();
                self.push(c);
            }
        }
    }

    pub(super) fn quote(&mut self) {
        self.word.get_or_insert_default().quoted = true;
    }

    pub(super) fn push(&mut self, c: char) {
        self.word.get_or_insert_default().text.to_mut().push(c);
    }

    pub(super) fn push_all(&mut self, text: &'t str) {
        let word = self.word.get_or_insert_default();
        if word.text.is_empty() {
            word.text = Cow::Borrowed(text);
        } else {
            word.text.to_mut().push_str(text);
        }
    }

    /// The number before a redirection is not a word.
    pub(super) fn drop_number(&mut self) {
        let number = |word: &Word<'_>| {
            !word.quoted && !word.text.is_empty() && word.text.bytes().all(|b| b.is_ascii_digit())
        };
        self.word.take_if(|word| number(word));
    }
}

fn can_mean_something(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t'
            | b'\r'
            | b'\n'
            | b';'
            | b'&'
            | b'|'
            | b'('
            | b')'
            | b'{'
            | b'}'
            | b'<'
            | b'>'
            | b'#'
            | b'\''
            | b'"'
            | b'\\'
            | b'`'
            | b'$'
    )
}
