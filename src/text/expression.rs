//! The `$` forms: what is one, how an expression given in Rust is read, how it is spelled.
//!
//! Only the `$` forms have a meaning here. How quotes and escapes surround them in a Dockerfile is
//! the business of the writer and the reader.

use std::fmt;

use super::unicode::{is_digit, is_letter};
use super::{Modifier, Operator, Piece, PieceText, Variable, shared};
use crate::limits;

/// The reason why Docker could not read a text as an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ExpressionError {
    NoName,
    Unclosed,
    UnknownModifier,
    NoReplacement,
    BadPatternEscape,
    UnclosedQuote,
    NotUnicode,
    TooDeep,
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ExpressionError::NoName => "`${` has no variable name after it",
            ExpressionError::Unclosed => "`${` is not closed by `}`",
            ExpressionError::UnknownModifier => "the modifier after the name inside `${…}` is none of `:-` `-` `:+` `+` `:?` `?` `#` `##` `%` `%%` `/` `//`",
            ExpressionError::NoReplacement => "`${NAME/pattern/replacement}` lacks its second `/`",
            ExpressionError::BadPatternEscape => "a pattern has a backslash before something other than `*`, `?`, `\\`, `}` and `/`",
            ExpressionError::UnclosedQuote => "a quote is not closed",
            ExpressionError::NotUnicode => "it is not UTF-8",
            ExpressionError::TooDeep => return write!(f, "`${{…}}` is nested more than {} deep", limits::EXPRESSION_DEPTH),
        })
    }
}

impl std::error::Error for ExpressionError {}

/// Returns `true` if Docker would expand something in this text, or fail at it.
pub(crate) fn has_live_dollar(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        rest = rest.get(at + 1..).unwrap_or_default();
        if rest.starts_with('{') || name_len(rest) > 0 {
            return true;
        }
    }
    false
}

/// The bytes of the variable name at the start of a text: letters, digits and `_` in Unicode's
/// sense, a run of digits, or one special character.
pub(crate) fn name_len(text: &str) -> usize {
    let mut chars = text.chars();
    match chars.next() {
        None => 0,
        Some(first) if is_digit(first) => text.find(|c| !is_digit(c)).unwrap_or(text.len()),
        Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => 1,
        Some(_) => text.find(|c| !is_name_char(c)).unwrap_or(text.len()),
    }
}

/// Returns `true` if a text is the name of a variable, all of it.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && name_len(text) == text.len()
}

/// Returns `true` if `following` would be taken into the name of an unbraced variable.
pub(crate) fn continues_name(name: &str, following: &str) -> bool {
    let Some(next) = following.chars().next() else {
        return false;
    };
    match name.chars().next() {
        Some(first) if is_digit(first) => is_digit(next),
        Some(first) if is_name_char(first) => is_name_char(next),
        _ => false,
    }
}

fn is_name_char(c: char) -> bool {
    c == '_' || is_letter(c) || is_digit(c)
}

/// Reads a text in which only the `$` forms have a meaning.
pub(crate) fn parse(text: &str) -> Result<Vec<Piece>, ExpressionError> {
    let (pieces, _) = parse_until(text, &[], Mode::Word, 0)?;
    Ok(pieces)
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Word,
    Pattern,
}

/// Reads pieces up to one of the `ends`, or to the end of the text where there are none.
/// Returns them with the text after the end.
fn parse_until<'a>(
    text: &'a str,
    ends: &[char],
    mode: Mode,
    depth: usize,
) -> Result<(Vec<Piece>, &'a str), ExpressionError> {
    if depth > limits::EXPRESSION_DEPTH {
        return Err(ExpressionError::TooDeep);
    }
    let mut pieces = Vec::new();
    let mut literal_start = 0;
    let mut at = 0;
    let push_literal = |pieces: &mut Vec<Piece>, from: usize, to: usize| {
        if let Some(text) = text.get(from..to).filter(|text| !text.is_empty()) {
            pieces.push(Piece::Literal(PieceText::from(text)));
        }
    };
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(c) = rest.chars().next() else { break };
        if ends.contains(&c) {
            push_literal(&mut pieces, literal_start, at);
            return Ok((pieces, rest.get(c.len_utf8()..).unwrap_or_default()));
        }
        if c == '\\' && mode == Mode::Pattern {
            let escaped = rest.chars().nth(1);
            if !matches!(escaped, Some('*' | '?' | '\\' | '}' | '/')) {
                return Err(ExpressionError::BadPatternEscape);
            }
            at += 2;
            continue;
        }
        if c != '$' {
            at += c.len_utf8();
            continue;
        }
        let after = rest.get(1..).unwrap_or_default();
        if let Some(inside) = after.strip_prefix('{') {
            push_literal(&mut pieces, literal_start, at);
            let (variable, following) = parse_braced(inside, depth)?;
            pieces.push(Piece::Variable(variable));
            at = text.len() - following.len();
            literal_start = at;
        } else {
            let len = name_len(after);
            if let Some(name) = after.get(..len).filter(|name| !name.is_empty()) {
                push_literal(&mut pieces, literal_start, at);
                pieces.push(Piece::Variable(Variable::plain(name)));
                at += 1 + len;
                literal_start = at;
            } else {
                at += 1;
            }
        }
    }
    if ends.is_empty() {
        push_literal(&mut pieces, literal_start, text.len());
        Ok((pieces, ""))
    } else if ends.contains(&'/') {
        Err(ExpressionError::NoReplacement)
    } else {
        Err(ExpressionError::Unclosed)
    }
}

/// Reads what is after `${`.
fn parse_braced(inside: &str, depth: usize) -> Result<(Variable, &str), ExpressionError> {
    let len = name_len(inside);
    let (name, rest) = inside.split_at_checked(len).unwrap_or((inside, ""));
    if name.is_empty() {
        return Err(ExpressionError::NoName);
    }
    let name = shared(name);
    if let Some(following) = rest.strip_prefix('}') {
        return Ok((Variable::in_braces(&name), following));
    }
    let (operator, rest) = operator(rest)?;
    let mode = if operator.takes_pattern() {
        Mode::Pattern
    } else {
        Mode::Word
    };
    let (operand, replacement, following) = if operator.takes_replacement() {
        let (operand, rest) = parse_until(rest, &['/'], mode, depth + 1)?;
        let (replacement, rest) = parse_until(rest, &['}'], Mode::Word, depth + 1)?;
        (operand, replacement, rest)
    } else {
        let (operand, rest) = parse_until(rest, &['}'], mode, depth + 1)?;
        (operand, Vec::new(), rest)
    };
    let modifier = Modifier {
        operator,
        operand,
        replacement,
    };
    Ok((Variable::modified(name, modifier), following))
}

/// Reads the operator after the name inside `${…}`.
pub(crate) fn operator(rest: &str) -> Result<(Operator, &str), ExpressionError> {
    const OPERATORS: [Operator; 12] = [
        // Longer ones first: `##` before `#`.
        Operator::DefaultIfEmpty,
        Operator::AlternativeIfFilled,
        Operator::ErrorIfEmpty,
        Operator::RemoveLongestPrefix,
        Operator::RemoveLongestSuffix,
        Operator::ReplaceAll,
        Operator::Default,
        Operator::Alternative,
        Operator::Error,
        Operator::RemovePrefix,
        Operator::RemoveSuffix,
        Operator::Replace,
    ];
    if rest.is_empty() {
        return Err(ExpressionError::Unclosed);
    }
    OPERATORS
        .iter()
        .find_map(|operator| Some((*operator, rest.strip_prefix(operator.as_str())?)))
        .ok_or(ExpressionError::UnknownModifier)
}

/// An expression as `expr` would take it.
pub(crate) fn spell(pieces: &[Piece]) -> String {
    let mut out = String::new();
    spell_into(pieces, &mut out);
    out
}

fn spell_into(pieces: &[Piece], out: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Literal(text) => out.push_str(text.as_str()),
            Piece::Variable(Variable {
                name,
                braced: false,
                ..
            }) => {
                out.push('$');
                out.push_str(name);
            }
            Piece::Variable(Variable { name, modifier, .. }) => {
                out.push_str("${");
                out.push_str(name);
                if let Some(modifier) = modifier {
                    out.push_str(modifier.operator.as_str());
                    spell_into(&modifier.operand, out);
                    if modifier.operator.takes_replacement() {
                        out.push('/');
                        spell_into(&modifier.replacement, out);
                    }
                }
                out.push('}');
            }
        }
    }
}
