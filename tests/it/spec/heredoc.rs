//! Heredoc markers in a logical line (spec 1.8).

use super::lexer::{Lexer, Rules, words};

/// A heredoc of an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    /// The name, without quotes and backslashes.
    pub name: String,
    /// Whether the body is expanded (by COPY and ADD).
    pub expand: bool,
    /// Whether it was `<<-`: leading tabs do not count.
    pub chomp: bool,
    /// The number before `<<`, 0 without one.
    pub fd: u64,
    /// The body as it is in the text, leading tabs included.
    pub content: String,
}

impl Heredoc {
    /// The body as it is used: without leading tabs if it was `<<-`.
    #[must_use]
    pub fn body(&self) -> String {
        if !self.chomp {
            return self.content.clone();
        }
        let lines = self.content.split_inclusive('\n');
        lines.map(|line| line.trim_start_matches('\t')).collect()
    }
}

/// The heredocs that a logical line announces, bodies still empty.
///
/// The escape character is `\` here in every file. A line that cannot be lexed announces none.
pub(super) fn announced(line: &str) -> Result<Vec<Heredoc>, String> {
    const DETECTION: Rules = Rules {
        keep_quotes: true,
        keep_escapes: true,
        ..Rules::plain('\\')
    };
    if !line.contains("<<") {
        return Ok(Vec::new());
    }
    let atoms = Lexer::new(line, &DETECTION).all().unwrap_or_default();
    let mut found = Vec::new();
    for word in words(&atoms) {
        found.extend(marker(&word)?);
    }
    Ok(found)
}

/// The heredoc that a word announces: digits, `<<`, perhaps `-`, spaces, one shell word without `<`.
pub fn marker(word: &str) -> Result<Option<Heredoc>, String> {
    const PLAIN: Rules = Rules::plain('\\');
    const QUOTED: Rules = Rules {
        keep_quotes: true,
        ..PLAIN
    };
    let Some((digits, after)) = word.split_once("<<") else {
        return Ok(None);
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    let (chomp, after) = match after.strip_prefix('-') {
        Some(after) => (true, after),
        None => (false, after),
    };
    let rest = after.trim_start_matches(['\t', '\n', '\u{c}', '\r', ' ']);
    if rest.is_empty() || rest.contains('<') {
        return Ok(None);
    }
    let names = words(&Lexer::new(rest, &PLAIN).all()?);
    let [name] = names.as_slice() else {
        return Ok(None);
    };
    let quoted = words(&Lexer::new(rest, &QUOTED).all()?);
    let [quoted] = quoted.as_slice() else {
        return Err(format!(
            "heredoc name is one word without its quotes only: {rest}"
        ));
    };
    Ok(Some(Heredoc {
        name: name.clone(),
        expand: quotes(name) == quotes(quoted),
        chomp,
        fd: match digits {
            "" => 0,
            digits => digits.parse().unwrap_or(u64::MAX),
        },
        content: String::new(),
    }))
}

fn quotes(text: &str) -> usize {
    text.matches(['\'', '"']).count()
}
