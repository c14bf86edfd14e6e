//! Spells a string so that Docker reads exactly that string: quotes, escapes, bare words.
//!
//! The functions append to a `String` and know nothing of models. Each position of the language has
//! its own rules for what may be without quotes; with quotes there is one rule, [`push_quoted`].

use super::bytes::Bytes;
use crate::text::classes::Classes;
use crate::text::{Escape, Modifier, Piece, Variable};

/// The surroundings of a text that Docker expands, which decide what it can hold without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    /// A value of ENV, LABEL or ARG: one word.
    Pair,
    /// A key of ENV or LABEL: one word, which may begin a line.
    Key,
    /// The one argument of USER, WORKDIR, STOPSIGNAL: the rest of the line.
    Rest,
    /// A path of COPY and ADD outside JSON: one word.
    Word,
    /// A flag's value: anything up to its end.
    Enclosed,
    /// An element of a JSON array.
    Element,
}

impl Position {
    /// Returns `true` if the position cannot hold a character, however it is spelled.
    pub(crate) fn refuses(self, c: char) -> bool {
        match self {
            Position::Element => c == '\0',
            _ => is_unwritable(c),
        }
    }

    /// The first character of a text that the position cannot hold.
    pub(crate) fn first_refused(self, text: &str) -> Option<char> {
        if has_unwritable(text) {
            text.chars().find(|c| self.refuses(*c))
        } else {
            None
        }
    }
}

/// Returns `true` if a character ends a word: a space of ASCII, and no other white space.
pub(crate) fn ends_word(c: char) -> bool {
    is_unwritable(c) || u8::try_from(c).is_ok_and(|c| c.is_ascii() && super::reader::is_blank(c))
}

/// Returns `true` if no line of a Dockerfile can hold a character, whatever surrounds it.
pub(crate) fn is_unwritable(c: char) -> bool {
    matches!(c, '\n' | '\0')
}

/// Returns `true` if a text has a character that no line of a Dockerfile can hold.
pub(crate) fn has_unwritable(text: &str) -> bool {
    Classes::of_command_line(text).has(Classes::UNWRITABLE)
}

/// Returns `true` if a literal string may be in a position without quotes.
pub(crate) fn is_bare(text: &str, position: Position, escape: Escape) -> bool {
    let bytes = Bytes::of(text);
    if bytes.have_dollar() || bytes.have_quote_or(escape) {
        return false;
    }
    if !bytes.are_ascii() && text.starts_with('\u{feff}') {
        return false;
    }
    let blank = bytes.have_blank() || (!bytes.are_ascii() && text.contains(char::is_whitespace));
    match position {
        Position::Pair => !blank,
        Position::Key => {
            !blank && !text.is_empty() && !text.starts_with("--") && !text.starts_with('#')
        }
        Position::Rest => {
            !text.is_empty()
                && !text.starts_with("--")
                && (!blank || text.trim().len() == text.len())
        }
        Position::Word => {
            !blank
                && !text.is_empty()
                && !text.starts_with("--")
                && !text.starts_with('[')
                && !is_marker(text)
        }
        Position::Enclosed => true,
        // VOLUME trims its elements before it takes the quotes off.
        Position::Element => !is_marker(text) && (!blank || text.trim().len() == text.len()),
    }
}

/// Returns `true` if a word has the shape of a heredoc marker: digits, then `<<`.
pub(crate) fn is_marker(word: &str) -> bool {
    word.trim_start_matches(|c: char| c.is_ascii_digit())
        .starts_with("<<")
}

/// Appends a string in double quotes, as Docker's lexer takes it apart.
pub(crate) fn push_quoted(out: &mut String, text: &str, escape: Escape) {
    out.push('"');
    push_escaped(out, text, escape, &['"', '$']);
    out.push('"');
}

/// Appends a string with the escape character before itself and before each of `special`.
fn push_escaped(out: &mut String, text: &str, escape: Escape, special: &[char]) {
    let e = escape.char();
    let mut rest = text;
    while let Some(at) = rest.find(|c| c == e || special.contains(&c)) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        out.push(e);
        let mut chars = after.chars();
        out.extend(chars.next());
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// Appends an expression; with double quotes where one of its literals needs them. Says which
/// character of a pattern no spelling can hold, if there is one; a placeholder stands for it.
pub(crate) fn push_expression(
    out: &mut String,
    pieces: &[Piece],
    position: Position,
    escape: Escape,
) -> Result<(), char> {
    if is_bare_expression(pieces, position, escape) {
        push_pieces(out, pieces, Surroundings::Bare, escape)
    } else {
        out.push('"');
        let result = push_pieces(out, pieces, Surroundings::Quoted, escape);
        out.push('"');
        result
    }
}

/// Appends the body of a heredoc that Docker expands: quotes are ordinary there, the escape is
/// always `\`.
pub(crate) fn push_body(out: &mut String, pieces: &[Piece]) -> Result<(), char> {
    push_pieces(out, pieces, Surroundings::Body, Escape::Backslash)
}

/// Appends literal text as the body of a heredoc that Docker expands.
pub(crate) fn push_literal_body(out: &mut String, text: &str) {
    push_escaped(out, text, Escape::Backslash, &['$']);
}

/// Returns `true` if an expression has a spelling without quotes and spaces.
pub(crate) fn is_word_expression(pieces: &[Piece], escape: Escape) -> bool {
    let mut written = String::new();
    push_expression(&mut written, pieces, Position::Word, escape).is_ok()
        && !written.contains(|c: char| c.is_whitespace() || c == '"')
}

/// Returns `true` if an expression may be in a position without quotes.
pub(crate) fn is_bare_expression(pieces: &[Piece], position: Position, escape: Escape) -> bool {
    // The rules for how a word begins and ends hold for the whole, so a first literal is judged with what
    // precedes it: nothing.
    let inner = match position {
        Position::Rest | Position::Enclosed | Position::Element => Position::Enclosed,
        _ => Position::Pair,
    };
    let mut bare = true;
    let trimmed = matches!(position, Position::Rest | Position::Element);
    let last = pieces.len().saturating_sub(1);
    for (n, piece) in pieces.iter().enumerate() {
        bare &= match piece {
            Piece::Literal(text) => {
                let inside = match position {
                    Position::Rest => !(n == 0 && text.as_str().starts_with("--")),
                    Position::Element => !(n == 0 && is_marker(text.as_str())),
                    _ => n > 0 || is_bare(text.as_str(), position, escape),
                };
                let outer = (n == 0 && text.as_str().starts_with(char::is_whitespace))
                    || (n == last && text.as_str().ends_with(char::is_whitespace));
                inside && is_bare(text.as_str(), inner, escape) && !(trimmed && outer)
            }
            Piece::Variable(variable) => match variable.modifier() {
                None => true,
                Some(modifier) => is_bare_modifier(modifier, inner, escape),
            },
        };
    }
    bare
}

fn is_bare_modifier(modifier: &Modifier, position: Position, escape: Escape) -> bool {
    modifier
        .operand
        .iter()
        .chain(&modifier.replacement)
        .all(|piece| match piece {
            Piece::Literal(text) => {
                let plain = if modifier.operator.takes_pattern() {
                    position == Position::Enclosed || !text.as_str().contains(char::is_whitespace)
                } else {
                    is_bare(text.as_str(), position, escape)
                };
                plain && !text.as_str().contains('}')
            }
            Piece::Variable(variable) => variable
                .modifier()
                .is_none_or(|inner| is_bare_modifier(inner, position, escape)),
        })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Surroundings {
    Bare,
    Quoted,
    Body,
}

fn push_pieces(
    out: &mut String,
    pieces: &[Piece],
    around: Surroundings,
    escape: Escape,
) -> Result<(), char> {
    let mut result = Ok(());
    for piece in pieces {
        match piece {
            Piece::Literal(text) => match around {
                Surroundings::Bare => out.push_str(text.as_str()),
                Surroundings::Quoted => push_escaped(out, text.as_str(), escape, &['"', '$']),
                Surroundings::Body => push_escaped(out, text.as_str(), escape, &['$']),
            },
            Piece::Variable(variable) => {
                result = result.and(push_variable(out, variable, around, escape))
            }
        }
    }
    result
}

fn push_variable(
    out: &mut String,
    variable: &Variable,
    around: Surroundings,
    escape: Escape,
) -> Result<(), char> {
    if !variable.braced {
        out.push('$');
        out.push_str(&variable.name);
        return Ok(());
    }
    out.push_str("${");
    out.push_str(&variable.name);
    let mut result = Ok(());
    if let Some(modifier) = variable.modifier() {
        out.push_str(modifier.operator.as_str());
        let pattern = modifier.operator.takes_pattern();
        let end = if modifier.operator.takes_replacement() {
            '/'
        } else {
            '}'
        };
        result = push_operand(out, &modifier.operand, pattern, end, around, escape);
        if modifier.operator.takes_replacement() {
            out.push('/');
            result = result.and(push_operand(
                out,
                &modifier.replacement,
                pattern,
                '}',
                around,
                escape,
            ));
        }
    }
    out.push('}');
    result
}

/// Appends what follows the operator inside `${…}`, which Docker's lexer reads up to `end` with
/// quotes and escapes of its own.
fn push_operand(
    out: &mut String,
    pieces: &[Piece],
    pattern: bool,
    end: char,
    around: Surroundings,
    escape: Escape,
) -> Result<(), char> {
    let mut result = Ok(());
    for piece in pieces {
        let outcome = match piece {
            Piece::Variable(variable) => push_variable(out, variable, around, escape),
            Piece::Literal(text) if pattern => {
                push_pattern(out, text.as_str(), end, around, escape)
            }
            Piece::Literal(text) => {
                let special: &[char] = match around {
                    Surroundings::Body => &['$', '}'],
                    _ => &['"', '\'', '$', '}'],
                };
                push_escaped(out, text.as_str(), escape, special);
                Ok(())
            }
        };
        result = result.and(outcome);
    }
    result
}

/// Appends the literal of a pattern or its replacement. Escapes stay in the text there, so that a
/// special character needs single quotes, which a heredoc body does not have.
fn push_pattern(
    out: &mut String,
    text: &str,
    end: char,
    around: Surroundings,
    escape: Escape,
) -> Result<(), char> {
    let mut result = Ok(());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let refused = |out: &mut String| {
            out.extend(c.escape_unicode());
            Err(c)
        };
        if c == escape.char() {
            match chars.peek() {
                // A pair stays as it is.
                Some(next) if !matches!(next, '\n' | '\0') => {
                    out.push(c);
                    out.extend(chars.next());
                    continue;
                }
                _ if around == Surroundings::Body => {
                    result = result.and(refused(out));
                    continue;
                }
                _ => {
                    out.push('\'');
                    out.push(c);
                    out.push('\'');
                    continue;
                }
            }
        }
        let special = c == end || matches!(c, '$' | '"' | '\'');
        if !special {
            out.push(c);
        } else if around == Surroundings::Body {
            if matches!(c, '"' | '\'') {
                out.push(c);
            } else {
                result = result.and(refused(out));
            }
        } else if matches!(c, '"' | '\'') {
            result = result.and(refused(out));
        } else {
            out.push('\'');
            out.push(c);
            out.push('\'');
        }
    }
    result
}

/// The text beyond ASCII whose bytes Docker's flag lexer takes for the characters of a value.
pub(crate) struct FlagBytes {
    pub(crate) text: String,
    /// `true` if its last byte is white space to that lexer, and no longer part of the value.
    pub(crate) is_ended: bool,
}

impl FlagBytes {
    pub(crate) fn of(value: &str, escape: Escape) -> Option<FlagBytes> {
        /// The last byte of `à`.
        const NO_BREAK_SPACE: u8 = 0xa0;
        if value.is_ascii() {
            return None;
        }
        let mut bytes = Vec::with_capacity(value.len());
        for c in value.chars() {
            bytes.push(u8::try_from(u32::from(c)).ok()?);
        }
        let error = match String::from_utf8(bytes) {
            Ok(text) => {
                return Some(FlagBytes {
                    text,
                    is_ended: false,
                });
            }
            Err(error) => error,
        };
        let is_bare = flag_quote(value, escape).is_none();
        let mut bytes = error.into_bytes();
        bytes.push(NO_BREAK_SPACE);
        let text = String::from_utf8(bytes).ok().filter(|_| is_bare)?;
        Some(FlagBytes {
            text,
            is_ended: true,
        })
    }
}

/// Appends the value of a flag: bare, or in quotes as the flag lexer takes them apart.
/// That lexer knows nothing of `$`, and the escape character escapes in every kind of quote.
pub(crate) fn push_flag_value(out: &mut String, text: &str, escape: Escape) {
    match flag_quote(text, escape) {
        None => out.push_str(text),
        Some(quote) => {
            out.push(quote);
            push_escaped(out, text, escape, special_in_flag(quote));
            out.push(quote);
        }
    }
}

/// The offset of a byte of a flag's value in the text that [`push_flag_value`] appends.
pub(crate) fn offset_in_flag_value(text: &str, at: usize, escape: Escape) -> usize {
    let Some(quote) = flag_quote(text, escape) else {
        return at;
    };
    let before = text.get(..at).unwrap_or(text);
    let escaped = |c: &char| *c == escape.char() || special_in_flag(quote).contains(c);
    1 + before.len() + before.chars().filter(escaped).count()
}

fn special_in_flag(quote: char) -> &'static [char] {
    if quote == '"' { &['"'] } else { &[] }
}

/// The quotes that the value of a flag needs.
fn flag_quote(text: &str, escape: Escape) -> Option<char> {
    let needs_quotes = text.bytes().any(|b| {
        matches!(b, b'"' | b'\'' | 0x0b | 0x85 | 0xa0)
            || b == escape.byte()
            || b.is_ascii_whitespace()
    });
    // Docker looks for heredocs in the whole line with `\` as the escape, whatever the file says. It does not
    // see that a backtick escapes the quotes inside a flag, but it does see single quotes.
    let single = escape == Escape::Backtick && text.contains("<<") && !text.contains('\'');
    needs_quotes.then_some(if single { '\'' } else { '"' })
}

/// Appends a field of a comma-separated list such as the value of `--mount`.
pub(crate) fn push_csv_field(out: &mut String, field: &str) {
    if field.contains([',', '"', '\r']) {
        out.push('"');
        for c in field.chars() {
            if c == '"' {
                out.push('"');
            }
            out.push(c);
        }
        out.push('"');
    } else {
        out.push_str(field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outer_blanks_of_an_element_are_quoted() {
        for text in [" a", "a ", "\u{85}a", "a\u{3000}"] {
            assert!(
                !is_bare(text, Position::Element, Escape::Backslash),
                "{text:?}"
            );
        }
        assert!(is_bare("a b", Position::Element, Escape::Backslash));
    }
}
