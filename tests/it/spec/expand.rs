//! Arguments taken apart, and expanded (spec 3.1 to 3.3, 5.11).

use super::lexer::{Atom, Lexer, Modifier, Rules, Variable};
use super::pattern::{Extent, Pattern};

/// A piece of an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text without quotes and escapes.
    Literal(String),
    /// `$name` or `${name...}`.
    Variable {
        /// The name.
        name: String,
        /// The operator (`:-` `-` `:+` `+` `:?` `?` `#` `##` `%` `%%` `/` `//`) and its operand;
        /// `/` and `//` have two.
        ///
        /// In the operands of `#`, `%`, `/` the escape characters stay.
        modifier: Option<(String, Vec<Vec<Piece>>)>,
    },
}

/// Takes an argument apart. Neighbouring literals are one, empty ones are left out.
pub fn lex(word: &str, escape: char) -> Result<Vec<Piece>, String> {
    pieces(Lexer::new(word, &Rules::plain(escape)).all()?)
}

/// Takes the body of a COPY or ADD heredoc apart: quotes are text there, and the escape character
/// is always `\`.
pub fn lex_body(body: &str) -> Result<Vec<Piece>, String> {
    let rules = Rules {
        quotes: false,
        ..Rules::plain('\\')
    };
    pieces(Lexer::new(body, &rules).all()?)
}

/// The text of an argument without variables.
pub fn literal(word: &str, escape: char) -> Result<String, String> {
    match lex(word, escape)?.as_mut_slice() {
        [] => Ok(String::new()),
        [Piece::Literal(text)] => Ok(std::mem::take(text)),
        _ => Err(format!("a variable in {word}")),
    }
}

/// The text of an argument, its variables replaced.
pub fn eval(
    word: &str,
    escape: char,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<String, String> {
    eval_pieces(&lex(word, escape)?, env)
}

/// The text that pieces come to.
pub fn eval_pieces(
    pieces: &[Piece],
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let mut result = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(text) => result.push_str(text),
            Piece::Variable {
                name,
                modifier: None,
            } => result.extend(env(name)),
            Piece::Variable {
                name,
                modifier: Some((operator, operands)),
            } => {
                let operands = operands.iter().map(|operand| eval_pieces(operand, env));
                let operands: Vec<String> = operands.collect::<Result<_, _>>()?;
                let operands: Vec<&str> = operands.iter().map(String::as_str).collect();
                result.push_str(&modified(name, env(name), operator, &operands)?);
            }
        }
    }
    Ok(result)
}

/// The value of `${name<operator><operands>}`.
fn modified(
    name: &str,
    value: Option<String>,
    operator: &str,
    operands: &[&str],
) -> Result<String, String> {
    let set = match &value {
        Some(value) => !value.is_empty() || !operator.starts_with(':'),
        None => false,
    };
    let value = value.unwrap_or_default();
    Ok(match (operator, operands) {
        (":-" | "-" | ":?" | "?", [_]) if set => value,
        (":-" | "-", [word]) => (*word).to_owned(),
        (":+" | "+", [word]) if set => (*word).to_owned(),
        (":+" | "+", [_]) => String::new(),
        (":?" | "?", [message]) => return Err(format!("{name}: {message}")),
        ("#", [pattern]) => match pattern.strip_prefix('#') {
            Some(pattern) => Pattern::new(pattern)?.cut_prefix(&value, Extent::Longest),
            None => Pattern::new(pattern)?.cut_prefix(&value, Extent::Shortest),
        },
        ("##", [pattern]) => Pattern::new(pattern)?.cut_prefix(&value, Extent::Longest),
        ("%", [pattern]) => match pattern.strip_prefix('%') {
            Some(pattern) => cut_suffix(pattern, &value, Extent::Longest)?,
            None => cut_suffix(pattern, &value, Extent::Shortest)?,
        },
        ("%%", [pattern]) => cut_suffix(pattern, &value, Extent::Longest)?,
        ("/", [pattern, replacement]) => Pattern::new(pattern)?.replace_first(&value, replacement),
        ("//", [pattern, replacement]) => Pattern::new(pattern)?.replace_all(&value, replacement),
        _ => return Err(format!("`{operator}` is not a valid operator")),
    })
}

fn cut_suffix(pattern: &str, value: &str, extent: Extent) -> Result<String, String> {
    let reversed: String = value.chars().rev().collect();
    let cut = Pattern::reversed(pattern)?.cut_prefix(&reversed, extent);
    Ok(cut.chars().rev().collect())
}

/// Atoms as pieces; here an unknown operator or a bad pattern is an error.
fn pieces(atoms: Vec<Atom>) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    add_pieces(atoms, &mut pieces)?;
    Ok(pieces)
}

fn add_pieces(atoms: Vec<Atom>, into: &mut Vec<Piece>) -> Result<(), String> {
    for atom in atoms {
        match atom {
            Atom::Bare(char) | Atom::Kept(char) => match into.last_mut() {
                Some(Piece::Literal(text)) => text.push(char),
                _ => into.push(Piece::Literal(char.into())),
            },
            Atom::Quoted(atoms) => add_pieces(atoms, into)?,
            Atom::Variable(variable) => into.push(piece(variable)?),
        }
    }
    Ok(())
}

fn piece(variable: Variable) -> Result<Piece, String> {
    let modifier = match variable.modifier {
        None => None,
        Some(Modifier { operator, operands }) => {
            let operands: Result<_, String> = operands.into_iter().map(pieces).collect();
            Some(modifier(operator, operands?)?)
        }
    };
    Ok(Piece::Variable {
        name: variable.name,
        modifier,
    })
}

/// Tells `##` from `#` and `%%` from `%`, and rejects an unknown operator and a bad pattern.
fn modifier(
    mut operator: String,
    mut operands: Vec<Vec<Piece>>,
) -> Result<(String, Vec<Vec<Piece>>), String> {
    if let ("#" | "%", [operand]) = (operator.as_str(), operands.as_mut_slice()) {
        if let Some(Piece::Literal(text)) = operand.first_mut() {
            if let Some(pattern) = text.strip_prefix(operator.as_str()) {
                *text = pattern.to_owned();
                operator = operator.repeat(2);
                operand.retain(|piece| *piece != Piece::Literal(String::new()));
            }
        }
    }
    let first = operands.first().map(Vec::as_slice);
    let pattern = match first.unwrap_or_default() {
        [] => Some(""),
        [Piece::Literal(text)] => Some(text.as_str()),
        _ => None,
    };
    match (operator.as_str(), pattern) {
        (":-" | "-" | ":+" | "+" | ":?" | "?", _)
        | ("#" | "##" | "%" | "%%" | "/" | "//", None) => {}
        ("#" | "##" | "/" | "//", Some(pattern)) => drop(Pattern::new(pattern)?),
        ("%" | "%%", Some(pattern)) => drop(Pattern::reversed(pattern)?),
        _ => return Err(format!("`{operator}` is not a valid operator")),
    }
    Ok((operator, operands))
}
