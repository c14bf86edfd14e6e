//! Docker's lexer, symbolically: a spelling with quotes, escapes and `$` forms becomes a [`Text`].

use super::bytes::Bytes;
use super::quote;
use crate::limits;
use crate::text::expression::{self, ExpressionError};
use crate::text::{Escape, Modifier, Piece, Text, Variable, View, brace, literal};

/// Reads the spelling of a value. Where Docker's lexer fails, the spelling is kept verbatim.
pub(crate) fn text(spelling: &str, escape: Escape) -> Text {
    let is_plain = |text: &str| {
        let bytes = Bytes::of(text);
        !bytes.have_dollar() && !bytes.have_quote_or(escape)
    };
    if is_plain(spelling) && !spelling.starts_with('\u{feff}') {
        return literal(spelling);
    }
    // Most that is quoted is so from end to end, with nothing in it that the quotes are for.
    if let [first @ (b'"' | b'\''), .., last] = spelling.as_bytes() {
        let inside = spelling.get(1..spelling.len() - 1).unwrap_or_default();
        if first == last && is_plain(inside) {
            return literal(inside);
        }
    }
    understood(pieces(spelling, escape, Quotes::Group))
        .unwrap_or_else(|| Text::raw(spelling, escape))
}

/// Reads a value that is one word and has no quotes around it. An expression that would need some
/// is kept verbatim.
pub(crate) fn word(spelling: &str, escape: Escape) -> Text {
    let text = text(spelling, escape);
    match text.view() {
        View::Expression(pieces) if !quote::is_word_expression(pieces, escape) => {
            Text::raw(spelling, escape)
        }
        _ => text,
    }
}

/// Reads the body of a heredoc that Docker expands: quotes are ordinary there, the escape is always
/// `\`.
pub(crate) fn body(spelling: &str) -> Text {
    let escape = Escape::Backslash;
    understood(pieces(spelling, escape, Quotes::Text))
        .unwrap_or_else(|| Text::raw(spelling, escape))
}

/// The text of pieces in which every pattern is one, whatever the variables are.
fn understood(pieces: Result<Vec<Piece>, ExpressionError>) -> Option<Text> {
    let pieces = pieces.ok()?;
    are_patterns_valid(&pieces).then(|| Text::from_pieces(pieces))
}

/// Returns `true` if the patterns in an expression are such; the nesting is bounded.
fn are_patterns_valid(pieces: &[Piece]) -> bool {
    pieces.iter().all(|piece| {
        let Piece::Variable(variable) = piece else {
            return true;
        };
        variable.modifier().is_none_or(|modifier| {
            let pattern = modifier.operator().takes_pattern();
            (!pattern || is_pattern(modifier.operand()))
                && are_patterns_valid(modifier.operand())
                && are_patterns_valid(modifier.replacement())
        })
    })
}

/// The meaning of quotes in a spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// They group text.
    Group,
    /// They are text, as in the body of a heredoc.
    Text,
}

/// The escape characters of a spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// Only what they escape is in the text.
    Vanish,
    /// They stay in the text, as in patterns.
    Stay,
}

/// The pieces of a spelling, or why Docker's lexer fails at it. Whether a pattern is one shows when
/// it is expanded.
pub(crate) fn pieces(
    spelling: &str,
    escape: Escape,
    quotes: Quotes,
) -> Result<Vec<Piece>, ExpressionError> {
    // A byte order mark at the beginning gets lost.
    let spelling = spelling.strip_prefix('\u{feff}').unwrap_or(spelling);
    let mut lexer = Lexer {
        rest: spelling,
        escape: escape.char(),
        quotes,
        depth: 0,
    };
    let mut out = Pieces::default();
    lexer.until(None, Escapes::Vanish, &mut out)?;
    Ok(out.finish())
}

/// A stretch of a spelling: what is quoted or escaped, or what is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) pieces: Vec<Piece>,
    /// `true` if white space in it belongs to the word.
    pub(crate) quoted: bool,
}

/// The stretches of a spelling, where it matters what was quoted.
pub(crate) fn segments(spelling: &str, escape: Escape) -> Result<Vec<Segment>, ExpressionError> {
    let spelling = spelling.strip_prefix('\u{feff}').unwrap_or(spelling);
    let mut lexer = Lexer {
        rest: spelling,
        escape: escape.char(),
        quotes: Quotes::Group,
        depth: 0,
    };
    let mut segments = Vec::new();
    while !lexer.rest.is_empty() {
        let mut out = Pieces::default();
        let special = |c: char| matches!(c, '$' | '\'' | '"') || c == escape.char();
        lexer.plain(&mut out, special);
        let mut quoted = false;
        if out.literal.is_empty() {
            quoted = !lexer.rest.starts_with('$');
            lexer.special(Escapes::Vanish, &mut out)?;
        }
        segments.push(Segment {
            pieces: out.finish(),
            quoted,
        });
    }
    Ok(segments)
}

#[derive(Default)]
struct Pieces {
    list: Vec<Piece>,
    literal: String,
}

impl Pieces {
    fn variable(&mut self, variable: Variable) {
        self.flush();
        self.list.push(Piece::Variable(variable));
    }

    fn flush(&mut self) {
        if !self.literal.is_empty() {
            self.list.push(Piece::Literal(self.literal.as_str().into()));
            self.literal.clear();
        }
    }

    fn finish(mut self) -> Vec<Piece> {
        self.flush();
        // Quotes set the literal off where it was read; they are gone.
        brace(&mut self.list);
        self.list
    }
}

struct Lexer<'t> {
    rest: &'t str,
    escape: char,
    quotes: Quotes,
    depth: usize,
}

impl<'t> Lexer<'t> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        Some(c)
    }

    fn take_if(&mut self, accept: impl FnOnce(char) -> bool) -> Option<char> {
        let c = self.rest.chars().next()?;
        if accept(c) { self.next() } else { None }
    }

    /// Appends what has no meaning here, in one piece.
    fn plain(&mut self, out: &mut Pieces, special: impl Fn(char) -> bool) {
        let len = self.rest.find(special).unwrap_or(self.rest.len());
        let (plain, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, ""));
        out.literal.push_str(plain);
        self.rest = rest;
    }

    /// Reads up to `end`, or to the end of the text.
    fn until(
        &mut self,
        end: Option<char>,
        escapes: Escapes,
        out: &mut Pieces,
    ) -> Result<(), ExpressionError> {
        let (escape, quotes) = (self.escape, self.quotes == Quotes::Group);
        loop {
            self.plain(out, |c| {
                c == '$' || c == escape || Some(c) == end || (quotes && matches!(c, '\'' | '"'))
            });
            if self.rest.is_empty() {
                return if end.is_none() {
                    Ok(())
                } else {
                    Err(ExpressionError::Unclosed)
                };
            }
            if self.take_if(|c| Some(c) == end).is_some() {
                return Ok(());
            }
            self.special(escapes, out)?;
        }
    }

    /// Reads what begins with a character that means something.
    fn special(&mut self, escapes: Escapes, out: &mut Pieces) -> Result<(), ExpressionError> {
        let Some(c) = self.next() else {
            return Ok(());
        };
        match c {
            '$' => self.dollar(out)?,
            '\'' if self.quotes == Quotes::Group => {
                let len = self.rest.find('\'').ok_or(ExpressionError::UnclosedQuote)?;
                let (inside, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, ""));
                out.literal.push_str(inside);
                self.rest = rest.strip_prefix('\'').unwrap_or_default();
            }
            '"' if self.quotes == Quotes::Group => self.double_quoted(escapes, out)?,
            _ => {
                // The escape character: it vanishes at the very end.
                if escapes == Escapes::Stay {
                    out.literal.push(c);
                }
                out.literal.extend(self.next());
            }
        }
        Ok(())
    }

    fn double_quoted(&mut self, escapes: Escapes, out: &mut Pieces) -> Result<(), ExpressionError> {
        let escape = self.escape;
        loop {
            self.plain(out, |c| c == '$' || c == '"' || c == escape);
            match self.next() {
                None => return Err(ExpressionError::UnclosedQuote),
                Some('"') => return Ok(()),
                Some('$') => self.dollar(out)?,
                Some(c) => {
                    let escaped = self.take_if(|c| matches!(c, '"' | '$') || c == escape);
                    match escaped {
                        Some(escaped) => {
                            if escapes == Escapes::Stay {
                                out.literal.push(c);
                            }
                            out.literal.push(escaped);
                        }
                        None if self.rest.is_empty() => {}
                        None => {
                            out.literal.push(c);
                            if escapes == Escapes::Stay {
                                out.literal.push(c);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Reads what follows a `$`.
    fn dollar(&mut self, out: &mut Pieces) -> Result<(), ExpressionError> {
        let Some(inside) = self.rest.strip_prefix('{') else {
            let name = self.name();
            if name.is_empty() {
                out.literal.push('$');
            } else {
                out.variable(Variable::plain(name));
            }
            return Ok(());
        };
        self.rest = inside;
        let name = self.name();
        if name.is_empty() {
            return Err(ExpressionError::NoName);
        }
        if let Some(rest) = self.rest.strip_prefix('}') {
            self.rest = rest;
            out.variable(Variable::in_braces(name));
            return Ok(());
        }
        let (operator, rest) = expression::operator(self.rest)?;
        self.rest = rest;
        if self.depth >= limits::EXPRESSION_DEPTH {
            return Err(ExpressionError::TooDeep);
        }
        self.depth += 1;
        let mut operand = Pieces::default();
        let mut replacement = Pieces::default();
        if operator.takes_replacement() {
            self.until(Some('/'), Escapes::Stay, &mut operand)
                .map_err(|error| match error {
                    ExpressionError::Unclosed => ExpressionError::NoReplacement,
                    other => other,
                })?;
            self.until(Some('}'), Escapes::Stay, &mut replacement)?;
        } else {
            let escapes = match operator.takes_pattern() {
                true => Escapes::Stay,
                false => Escapes::Vanish,
            };
            self.until(Some('}'), escapes, &mut operand)?;
        }
        self.depth -= 1;
        let operand = operand.finish();
        let modifier = Modifier {
            operator,
            operand,
            replacement: replacement.finish(),
        };
        out.variable(Variable::modified(name.into(), modifier));
        Ok(())
    }

    fn name(&mut self) -> &'t str {
        let len = expression::name_len(self.rest);
        let (name, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, ""));
        self.rest = rest;
        name
    }
}

/// A backslash in a pattern is before `*`, `?`, `\`, `}` or `/`.
fn is_pattern(pieces: &[Piece]) -> bool {
    pieces.iter().all(|piece| {
        let Piece::Literal(text) = piece else {
            return true;
        };
        let mut chars = text.as_str().chars();
        while let Some(c) = chars.next() {
            if c == '\\' && !matches!(chars.next(), Some('*' | '?' | '\\' | '}' | '/')) {
                return false;
            }
        }
        true
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::expr;

    #[track_caller]
    fn reads(spelling: &str, expected: Text) {
        assert_eq!(text(spelling, Escape::Backslash), expected, "{spelling}");
    }

    #[test]
    fn quotes_and_escapes() {
        reads("a\\ b", literal("a b"));
        reads("'a\"$b\\'", literal("a\"$b\\"));
        reads("\"a\\\"\\$\\\\\\n'\"", literal("a\"$\\\\n'"));
        reads("a\\", literal("a"));
        reads("\u{feff}a", literal("a"));
        reads("\"\u{feff}a\"", literal("\u{feff}a"));
        reads("", literal(""));
        assert_eq!(text("c:\\x`$", Escape::Backtick), literal("c:\\x$"));
    }

    #[test]
    fn variables() {
        reads("$a${b}c", expr("$a${b}c"));
        reads("\"${a:-b c}\"", expr("${a:-b c}"));
        let quoted = text("${a:-\"b}\"c}", Escape::Backslash);
        let operands: Vec<_> = quoted
            .variables()
            .iter()
            .map(|v| v.modifier().map(|m| m.operand().to_vec()))
            .collect();
        assert_eq!(operands, [Some(vec![Piece::Literal("b}c".into())])]);
        reads("${v#'a'\\*}", expr("${v#a\\*}"));
        reads("${v/a\\/b/c}", expr("${v/a\\/b/c}"));
        reads("$$x$1$", expr("$$x$1$"));
        reads("${a:-$b\"c\"}", expr("${a:-${b}c}"));
    }

    #[test]
    fn failures_stay_raw() {
        for spelling in [
            "\"a", "a'b", "${", "${}", "${a", "${a:1}", "${#a}", "${a/b}", "${a#\\x}",
        ] {
            reads(spelling, Text::raw(spelling, Escape::Backslash));
        }
        let deep = "${a:-".repeat(100_000);
        reads(&deep, Text::raw(&deep, Escape::Backslash));
    }
}
