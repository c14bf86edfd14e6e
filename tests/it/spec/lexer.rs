//! LEX, the shell-like lexer (spec 3.1, 3.2): one pass over a text, variables left standing.

use std::iter::Peekable;
use std::str::Chars;

use super::unicode::{is_digit, is_letter};

/// How deep `${..${..}..}` may nest. BuildKit has no limit; a reader that recurses needs one.
const DEEPEST: usize = 100;

/// What is special to the lexer, and what it keeps.
#[derive(Debug)]
pub(super) struct Rules {
    /// The escape character.
    pub(super) escape: char,
    /// Whether `'` and `"` are quotes.
    pub(super) quotes: bool,
    /// Whether quotes stay in the result.
    pub(super) keep_quotes: bool,
    /// Whether escape characters stay in the result.
    pub(super) keep_escapes: bool,
}

impl Rules {
    /// Quotes and escapes do their work and go.
    pub(super) const fn plain(escape: char) -> Self {
        Self {
            escape,
            quotes: true,
            keep_quotes: false,
            keep_escapes: false,
        }
    }
}

/// What a text consists of.
#[derive(Debug)]
pub(super) enum Atom {
    /// A character that stood bare: a space ends a word.
    Bare(char),
    /// A character out of quotes or an escape.
    Kept(char),
    /// What stood in double quotes.
    Quoted(Vec<Atom>),
    /// `$name` or `${...}`.
    Variable(Variable),
}

/// A variable where it is used.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    braces: bool,
    pub(super) modifier: Option<Modifier>,
}

/// What is between a variable's name and the closing brace.
#[derive(Debug)]
pub(super) struct Modifier {
    /// As written, but `##` and `%%` are not yet reported from `#` and `%`.
    pub(super) operator: String,
    pub(super) operands: Vec<Vec<Atom>>,
}

/// Reads one text.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    chars: Peekable<Chars<'a>>,
    rules: &'a Rules,
    keep_escapes: bool,
    depth: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, rules: &'a Rules) -> Self {
        let mut chars = text.chars().peekable();
        chars.next_if_eq(&'\u{feff}');
        Self {
            chars,
            rules,
            keep_escapes: rules.keep_escapes,
            depth: 0,
        }
    }

    /// Reads to the end.
    pub(super) fn all(mut self) -> Result<Vec<Atom>, String> {
        self.until(None)
    }

    /// Reads to `stop` and over it, or to the end.
    fn until(&mut self, stop: Option<char>) -> Result<Vec<Atom>, String> {
        let mut atoms = Vec::new();
        while let Some(char) = self.chars.next() {
            match char {
                _ if Some(char) == stop => return Ok(atoms),
                '$' => atoms.push(self.dollar()?),
                '<' => self.angle(&mut atoms),
                '\'' if self.rules.quotes => self.single_quotes(&mut atoms)?,
                '"' if self.rules.quotes => atoms.push(Atom::Quoted(self.double_quotes()?)),
                _ if char == self.rules.escape => {
                    if self.keep_escapes {
                        atoms.push(Atom::Kept(char));
                    }
                    atoms.extend(self.chars.next().map(Atom::Kept));
                }
                _ => atoms.push(Atom::Bare(char)),
            }
        }
        match stop {
            None => Ok(atoms),
            Some(stop) => Err(format!("missing `{stop}`")),
        }
    }

    /// After `<`: a second one, and the spaces after that, belong to the word.
    fn angle(&mut self, atoms: &mut Vec<Atom>) {
        atoms.push(Atom::Kept('<'));
        if self.chars.next_if_eq(&'<').is_some() {
            atoms.push(Atom::Kept('<'));
            while let Some(blank) = self.chars.next_if(|char| matches!(char, '\t' | '\r' | ' ')) {
                atoms.push(Atom::Kept(blank));
            }
        }
    }

    fn single_quotes(&mut self, atoms: &mut Vec<Atom>) -> Result<(), String> {
        self.keep_quote('\'', atoms);
        loop {
            match self.chars.next() {
                None => return Err("missing single quote".to_owned()),
                Some('\'') => break,
                Some(char) => atoms.push(Atom::Kept(char)),
            }
        }
        self.keep_quote('\'', atoms);
        Ok(())
    }

    fn double_quotes(&mut self) -> Result<Vec<Atom>, String> {
        let mut atoms = Vec::new();
        self.keep_quote('"', &mut atoms);
        loop {
            match self.chars.next() {
                None => return Err("missing double quote".to_owned()),
                Some('"') => break,
                Some('$') => atoms.push(self.dollar()?),
                Some(char) if char == self.rules.escape => {
                    if self.keep_escapes {
                        atoms.push(Atom::Kept(char));
                    }
                    // before any other character it is data, and so twice there if escapes are kept
                    let special = |next: &char| matches!(next, '"' | '$') || *next == char;
                    let escaped = self.chars.next_if(special);
                    atoms.push(Atom::Kept(escaped.unwrap_or(char)));
                }
                Some(char) => atoms.push(Atom::Kept(char)),
            }
        }
        self.keep_quote('"', &mut atoms);
        Ok(atoms)
    }

    fn keep_quote(&self, quote: char, atoms: &mut Vec<Atom>) {
        if self.rules.keep_quotes {
            atoms.push(Atom::Kept(quote));
        }
    }

    /// After `$`.
    fn dollar(&mut self) -> Result<Atom, String> {
        let braces = self.chars.next_if_eq(&'{').is_some();
        if braces && matches!(self.chars.peek(), None | Some('{' | '}' | ':')) {
            return Err("no name in `${`".to_owned());
        }
        let name = self.name();
        if !braces && name.is_empty() {
            return Ok(Atom::Bare('$'));
        }
        let modifier = if braces { self.modifier(&name)? } else { None };
        Ok(Atom::Variable(Variable {
            name,
            braces,
            modifier,
        }))
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        let mut wanted: fn(char) -> bool = |char| is_letter(char) || is_digit(char) || char == '_';
        match self.chars.peek() {
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => {
                name.extend(self.chars.next());
                return name;
            }
            Some(first) if is_digit(*first) => wanted = is_digit,
            _ => {}
        }
        while let Some(char) = self.chars.next_if(|char| wanted(*char)) {
            name.push(char);
        }
        name
    }

    /// After `${name`: an operator with its operands and the brace, or just the brace.
    fn modifier(&mut self, name: &str) -> Result<Option<Modifier>, String> {
        let char = self.chars.next().ok_or("missing `}`")?;
        let mut operator = String::from(char);
        let operands = match char {
            '}' => return Ok(None),
            '+' | '-' | '?' => vec![self.operand('}', false)?],
            '#' | '%' => vec![self.operand('}', true)?],
            ':' => {
                let second = self.chars.next().ok_or("missing `}`")?;
                operator.push(second);
                if matches!(second, '#' | '%') {
                    return Err(format!("`{operator}` is not a valid operator"));
                }
                vec![self.operand('}', false)?]
            }
            '/' => {
                operator.extend(self.chars.next_if_eq(&'/'));
                vec![self.operand('/', true)?, self.operand('}', true)?]
            }
            _ => return Err(format!("`{char}` after the name `{name}` in `${{`")),
        };
        Ok(Some(Modifier { operator, operands }))
    }

    fn operand(&mut self, stop: char, keep_escapes: bool) -> Result<Vec<Atom>, String> {
        if self.depth == DEEPEST {
            return Err(format!("`${{` nested more than {DEEPEST} deep"));
        }
        let outer = std::mem::replace(&mut self.keep_escapes, keep_escapes);
        self.depth += 1;
        let atoms = self.until(Some(stop))?;
        self.depth -= 1;
        self.keep_escapes = outer;
        Ok(atoms)
    }
}

/// The words of a text whose variables are all unset and stay as they are.
///
/// Like BuildKit, it forgets the word so far when it meets an operand: of `ab${C:-d}` it finds the
/// word `${C:-d}`.
pub(super) fn words(atoms: &[Atom]) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for atom in atoms {
        match atom {
            Atom::Bare(char) => bare(*char, &mut word, &mut words),
            Atom::Kept(char) => word.push(*char),
            Atom::Quoted(_) => {
                if has_operand(atom) {
                    word.clear();
                }
                spell(atom, &mut word);
            }
            Atom::Variable(_) => {
                if has_operand(atom) {
                    word.clear();
                }
                let mut text = String::new();
                spell(atom, &mut text);
                for char in text.chars() {
                    bare(char, &mut word, &mut words);
                }
            }
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

fn bare(char: char, word: &mut String, words: &mut Vec<String>) {
    if char.is_whitespace() {
        words.push(std::mem::take(word));
    } else {
        word.push(char);
    }
}

fn has_operand(atom: &Atom) -> bool {
    match atom {
        Atom::Bare(_) | Atom::Kept(_) => false,
        Atom::Quoted(atoms) => atoms.iter().any(has_operand),
        Atom::Variable(variable) => variable.modifier.is_some(),
    }
}

/// Writes an atom back.
fn spell(atom: &Atom, text: &mut String) {
    match atom {
        Atom::Bare(char) | Atom::Kept(char) => text.push(*char),
        Atom::Quoted(atoms) => spell_all(atoms, text),
        Atom::Variable(Variable {
            name,
            braces,
            modifier,
        }) => {
            text.push_str(if *braces { "${" } else { "$" });
            text.push_str(name);
            if let Some(Modifier { operator, operands }) = modifier {
                for (nth, operand) in operands.iter().enumerate() {
                    text.push_str(if nth == 0 { operator } else { "/" });
                    spell_all(operand, text);
                }
            }
            if *braces {
                text.push('}');
            }
        }
    }
}

fn spell_all(atoms: &[Atom], text: &mut String) {
    for atom in atoms {
        spell(atom, text);
    }
}
