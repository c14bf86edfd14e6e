//! Shell text, read as far as the rules need it: commands and their words, and the variables in them.
//!
//! It reads what the shells of the family of `sh` have in common. Nothing is expanded, and what is nested is kept on a
//! list, so that time is linear and no depth too deep.

use indexmap::IndexSet;

/// What a shell makes of a text, before it runs it.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// The simple commands, and the heads of loops, in the order in which they end.
    pub(super) commands: Vec<Command>,
    /// The variables that are read, in order.
    pub(super) uses: Vec<Use>,
    /// The variables that the text sets.
    pub(super) set: IndexSet<String>,
    /// Whether it runs other text in its own shell, which may set more: `. file`, `eval`.
    pub(super) sources: bool,
}

/// A simple command.
#[derive(Debug, Default)]
pub(super) struct Command {
    pub(super) words: Vec<Word>,
    /// What stands between it and the one before.
    pub(super) joint: Joint,
    /// How many compound commands, groups and substitutions it is in.
    pub(super) depth: usize,
    /// The bodies of its heredocs.
    pub(super) heredocs: Vec<Heredoc>,
    /// Whether a word has the output of another command in it.
    pub(super) substitutes: bool,
}

/// A word, without its quotes; variables stand in it as they are spelled.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    /// Whether any of it was quoted.
    pub(super) quoted: bool,
}

/// The body of a heredoc.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Heredoc {
    pub(super) body: String,
    /// Whether the shell expands nothing in it.
    pub(super) literal: bool,
}

/// What stands between two commands.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// The end of a line, `;`, `&`, or nothing.
    #[default]
    End,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|`
    Pipe,
}

/// A variable that is read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) name: String,
    /// Whether the text says what is to be done where it is not set: `${NAME:-default}`.
    pub(super) guarded: bool,
    /// Whether the text has set it by then.
    pub(super) is_set: bool,
}

/// Reads a text.
pub(super) fn read(text: &str) -> Script {
    let mut scanner = Scanner {
        text,
        at: 0,
        frames: Vec::new(),
        command: Command::default(),
        word: None,
        redirects: false,
        compound: 0,
        cases: 0,
        in_pattern: false,
        pending: Vec::new(),
        script: Script::default(),
    };
    scanner.run();
    scanner.script
}

/// Whether a program is a shell of the family of `sh`.
pub(super) fn is_shell(program: &str) -> bool {
    matches!(
        base_name(program),
        "sh" | "bash" | "ash" | "dash" | "ksh" | "zsh"
    )
}

/// The last component of a path, of Windows too, without `.exe`.
pub(super) fn base_name(program: &str) -> &str {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    name.strip_suffix(".exe").unwrap_or(name)
}

/// Whether a flag of a shell makes it stop at the first command that fails: `-e`, `-eux`.
pub(super) fn is_errexit(flag: &str) -> bool {
    let letters = flag.strip_prefix('-');
    letters.is_some_and(|letters| {
        letters.contains('e') && letters.chars().all(|c| c.is_ascii_alphabetic())
    })
}

impl Command {
    /// The words behind assignments and behind programs that only run another one.
    pub(super) fn plain(&self) -> &[Word] {
        let mut words = self.words.as_slice();
        while let Some((first, rest)) = words.split_first() {
            let runs = matches!(
                first.text.as_str(),
                "sudo" | "env" | "exec" | "command" | "time" | "nice" | "corepack"
            );
            if !runs && first.assigned().is_none() {
                break;
            }
            words = rest;
        }
        words
    }

    /// The program, by the last component of its path.
    pub(super) fn program(&self) -> &str {
        self.plain()
            .first()
            .map_or("", |word| base_name(&word.text))
    }

    /// The words behind the program.
    pub(super) fn arguments(&self) -> &[Word] {
        self.plain().get(1..).unwrap_or_default()
    }
}

impl Word {
    /// The name, where the word is an assignment.
    fn assigned(&self) -> Option<&str> {
        let (name, _) = self.text.split_once('=')?;
        let name = name.strip_suffix('+').unwrap_or(name);
        is_name(name).then_some(name)
    }

    fn is(&self, text: &str) -> bool {
        !self.quoted && self.text == text
    }
}

/// Whether a text is the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(begins_name) && chars.all(continues_name)
}

fn begins_name(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn continues_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// How many commands of a line are looked at for the owners of the heredocs below it.
const LINE: usize = 64;

/// What the text at hand is inside of.
#[derive(Debug)]
enum Frame {
    /// `"..."`
    Double,
    /// `${...}`, and whether that is in double quotes.
    Brace(bool),
    /// `$((...))`, and how many parentheses are open in it.
    Arithmetic(usize),
    /// `$(...)`, `(...)` and `` `...` ``: what is outside goes on behind it.
    Commands {
        closed_by: char,
        outside: Box<Outside>,
    },
}

#[derive(Debug)]
struct Outside {
    command: Command,
    word: Option<Word>,
    redirects: bool,
    compound: usize,
    cases: usize,
    in_pattern: bool,
}

struct Pending {
    delimiter: String,
    literal: bool,
    strip_tabs: bool,
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    frames: Vec<Frame>,
    command: Command,
    word: Option<Word>,
    /// Whether the next word is the file of a redirection.
    redirects: bool,
    compound: usize,
    cases: usize,
    in_pattern: bool,
    pending: Vec<Pending>,
    script: Script,
}

impl<'t> Scanner<'t> {
    fn run(&mut self) {
        while let Some(c) = self.next() {
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
                        self.take(")");
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

    /// A character between words or in one.
    fn outer(&mut self, c: char) {
        match c {
            ' ' | '\t' | '\r' => self.end_word(),
            '\n' => {
                self.end_command(Joint::End);
                self.heredocs();
            }
            ';' => {
                self.end_command(Joint::End);
                if self.take(";") {
                    self.in_pattern = self.cases > 0;
                }
            }
            '&' if self.take("&") => self.end_command(Joint::And),
            '&' if self.take(">") => {
                self.end_word();
                self.take(">");
                self.redirects = true;
            }
            '&' => self.end_command(Joint::End),
            '|' if self.take("|") => self.end_command(Joint::Or),
            '|' if self.in_pattern => self.end_word(),
            '|' => {
                self.take("&");
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
                let _ = self.take(">") || self.take("&") || self.take("|");
                self.redirects = true;
            }
            '#' if self.word.is_none() => {
                while self.peek().is_some_and(|c| c != '\n') {
                    self.next();
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
    fn common(&mut self, c: char) {
        match c {
            '$' => self.dollar(),
            '`' => self.open('`'),
            _ => self.push(c),
        }
    }

    fn dollar(&mut self) {
        if self.take("((") {
            self.frames.push(Frame::Arithmetic(0));
            return;
        }
        if self.take("(") {
            return self.open(')');
        }
        if self.take("{") {
            let _ = self.take("#") || self.take("!");
            let name = self.name();
            let colon = self.take(":");
            let operator = self.peek();
            let guarded = matches!(operator, Some('-' | '+' | '=' | '?'));
            self.push_all(&format!("${{{name}{}", if colon { ":" } else { "" }));
            let quoted = match self.frames.last() {
                Some(Frame::Double) => true,
                Some(Frame::Brace(quoted)) => *quoted,
                _ => false,
            };
            self.frames.push(Frame::Brace(quoted));
            if is_name(&name) {
                self.uses(&name, guarded);
                if operator == Some('=') {
                    self.script.set.insert(name);
                }
            }
            return;
        }
        match self.peek() {
            Some('\'') if !matches!(self.frames.last(), Some(Frame::Double)) => {
                self.next();
                self.quote();
                while let Some(c) = self.next() {
                    match c {
                        '\'' => break,
                        '\\' => {
                            self.next();
                        }
                        _ => self.push(c),
                    }
                }
            }
            Some(c) if begins_name(c) => {
                let name = self.name();
                self.push_all(&format!("${name}"));
                self.uses(&name, false);
            }
            _ => self.push('$'),
        }
    }

    fn uses(&mut self, name: &str, guarded: bool) {
        let is_set = self.script.set.contains(name);
        self.script.uses.push(Use {
            name: name.to_owned(),
            guarded,
            is_set,
        });
    }

    fn name(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find(|c| !continues_name(c)).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default().to_owned();
        self.at += end;
        name
    }

    fn single_quoted(&mut self) {
        self.quote();
        let rest = self.rest();
        let end = rest.find('\'').unwrap_or(rest.len());
        let quoted = rest.get(..end).unwrap_or_default();
        self.push_all(quoted);
        self.at = (self.at + end + 1).min(self.text.len());
    }

    fn escaped(&mut self, in_quotes: bool) {
        match self.next() {
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

    /// `(`: a group, or the parentheses of a function.
    fn group(&mut self) {
        if self.word.is_some() || !self.command.words.is_empty() {
            if self.take(")") {
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
    fn input(&mut self) {
        self.drop_number();
        self.end_word();
        if self.take("<<") || self.take("&") || self.take(">") {
            self.redirects = true;
        } else if self.take("(") {
            self.open(')');
        } else if self.take("<") {
            let strip_tabs = self.take("-");
            while self.take(" ") || self.take("\t") {}
            let mut delimiter = String::new();
            let mut literal = false;
            let mut quote = None;
            while let Some(c) = self.peek() {
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
                self.next();
            }
            self.pending.push(Pending {
                delimiter,
                literal,
                strip_tabs,
            });
            // The bodies belong to the command, wherever its line ends.
            self.command.heredocs.push(Heredoc {
                body: String::new(),
                literal,
            });
        } else {
            self.redirects = true;
        }
    }

    /// The bodies that begin on this line.
    fn heredocs(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let mut bodies = Vec::new();
        for pending in std::mem::take(&mut self.pending) {
            let start = self.at;
            let mut end = start;
            loop {
                let rest = self.rest();
                if rest.is_empty() {
                    break;
                }
                let line = rest.split('\n').next().unwrap_or(rest);
                self.at = (self.at + line.len() + 1).min(self.text.len());
                let line = if pending.strip_tabs {
                    line.trim_start_matches('\t')
                } else {
                    line
                };
                if line.trim_end_matches('\r') == pending.delimiter {
                    break;
                }
                end = self.at;
            }
            let body = self.text.get(start..end).unwrap_or_default();
            if !pending.literal {
                self.body(body);
            }
            bodies.push(body.to_owned());
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
    fn body(&mut self, body: &str) {
        let mut inner = Scanner {
            text: body,
            at: 0,
            frames: vec![Frame::Double],
            command: Command::default(),
            word: None,
            redirects: false,
            compound: 1,
            cases: 0,
            in_pattern: false,
            pending: Vec::new(),
            script: Script::default(),
        };
        while let Some(c) = inner.next() {
            match c {
                '\\' => inner.escaped(true),
                '$' => {
                    // What is nested in it is left out.
                    let in_braces = inner.peek() == Some('{');
                    if in_braces || inner.peek().is_some_and(begins_name) {
                        inner.dollar();
                    }
                }
                _ => {}
            }
        }
        for found in inner.script.uses {
            let is_set = self.script.set.contains(&found.name);
            self.script.uses.push(Use { is_set, ..found });
        }
    }

    fn open(&mut self, closed_by: char) {
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

    fn is_closed_by(&self, c: char) -> bool {
        matches!(self.frames.last(), Some(Frame::Commands { closed_by, .. }) if *closed_by == c)
    }

    fn close(&mut self) {
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

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else {
            return;
        };
        if std::mem::take(&mut self.redirects) {
            return;
        }
        if let Some(name) = word.assigned() {
            let first = |words: &[Word]| words.iter().all(|word| word.assigned().is_some());
            let declares = self.command.words.first().is_some_and(|first| {
                matches!(
                    first.text.as_str(),
                    "export" | "local" | "declare" | "readonly" | "typeset" | "set"
                )
            });
            if declares || first(&self.command.words) {
                self.script.set.insert(name.to_owned());
            }
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
    fn keyword(&mut self, word: &Word) -> bool {
        if word.quoted {
            return false;
        }
        match word.text.as_str() {
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

    fn end_command(&mut self, next: Joint) {
        self.end_word();
        self.redirects = false;
        let command = std::mem::take(&mut self.command);
        self.command.joint = next;
        if command.words.is_empty() && command.heredocs.is_empty() {
            // The line can end behind `&&`.
            if next == Joint::End {
                self.command.joint = command.joint;
            }
            return;
        }
        let first = command.words.first().map_or("", |word| word.text.as_str());
        match first {
            "for" | "select" | "read" | "getopts" => {
                let rest = command.words.iter().skip(1);
                let names = rest.filter(|word| is_name(&word.text));
                let most = if first == "read" { usize::MAX } else { 2 };
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

    fn quote(&mut self) {
        self.word.get_or_insert_default().quoted = true;
    }

    fn push(&mut self, c: char) {
        self.word.get_or_insert_default().text.push(c);
    }

    fn push_all(&mut self, text: &str) {
        self.word.get_or_insert_default().text.push_str(text);
    }

    /// The number before a redirection is no word.
    fn drop_number(&mut self) {
        let number = |word: &Word| {
            !word.quoted && !word.text.is_empty() && word.text.bytes().all(|b| b.is_ascii_digit())
        };
        self.word.take_if(|word| number(word));
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }
}
