//! Expressions as data: the spelling that `expr` takes, or parts where that spelling would mean
//! something else.

use super::{Data, Reader, Value};
use crate::text::expression::{ExpressionError, is_name, parse};
use crate::text::{Piece, Text, brace, expr, literal};

/// Reads the spelling of an expression, or a list of parts: strings are spelling, `{literal: ..}`
/// is text, `{variable: ..}` a variable of any name.
pub(crate) fn read(value: &Value, at: &mut Reader) -> Option<Text> {
    match value {
        Value::List(items) => {
            let parts: Option<Vec<Part>> = items
                .iter()
                .enumerate()
                .map(|(n, item)| at.index(n, |at| Part::read(item, at)))
                .collect();
            match join(&parts?) {
                Ok(text) => Some(text),
                Err(error) => {
                    at.problem(format!("is not an expression: {error}"));
                    None
                }
            }
        }
        Value::Given(text) => Some(literal(text)),
        other => String::read(other, at).map(expr),
    }
}

/// Writes an expression in the form that is read as exactly that.
pub(crate) fn write(text: &Text, pieces: &[Piece]) -> Value {
    let spelling = text.to_string();
    if expr(&spelling) == *text {
        return Value::Text(spelling);
    }
    let special = |text: &str| text.contains(['$', '}', '/', '\\']);
    let some = split(pieces, special);
    let parts = if join(&some).as_ref() == Ok(text) {
        some
    } else {
        split(pieces, |_| true)
    };
    Value::list(parts.iter().map(Part::write))
}

#[derive(Debug)]
enum Part {
    Spelling(String),
    Literal(String),
    Variable(String),
}

const PART: &str = "text, or a map with `literal` or `variable`";

impl Part {
    fn read(value: &Value, at: &mut Reader) -> Option<Part> {
        match value {
            Value::Text(text) => Some(Part::Spelling(text.clone())),
            Value::Given(text) => Some(Part::Literal(text.clone())),
            Value::Map(entries) => {
                let mut keys = at.keys("expr", entries);
                let literal = keys.read::<String>("literal", at);
                let variable = keys.read::<String>("variable", at);
                keys.finish(at);
                match (literal, variable) {
                    (Some(literal), None) => literal.map(Part::Literal),
                    (None, Some(name)) => name.map(Part::Variable),
                    _ => at.expected(PART, value),
                }
            }
            other => at.expected(PART, other),
        }
    }

    fn write(&self) -> Value {
        match self {
            Part::Spelling(text) => Value::text(text),
            Part::Literal(text) => Value::one("literal", Value::text(text)),
            Part::Variable(name) => Value::one("variable", Value::text(name)),
        }
    }
}

/// The parts of an expression: of its literals, those become parts that have to.
fn split(pieces: &[Piece], has_to: impl Fn(&str) -> bool + Copy) -> Vec<Part> {
    let mut out = Vec::new();
    push_split(&mut out, pieces, has_to);
    out
}

/// Recurses as deep as expressions nest, which is bounded.
fn push_split(out: &mut Vec<Part>, pieces: &[Piece], has_to: impl Fn(&str) -> bool + Copy) {
    for piece in pieces {
        match piece {
            Piece::Literal(text) if has_to(text.as_str()) => {
                out.push(Part::Literal(text.as_str().to_string()))
            }
            Piece::Literal(text) => push_spelling(out, text.as_str()),
            Piece::Variable(variable) if !is_name(&variable.name) => {
                out.push(Part::Variable(variable.name.to_string()));
            }
            Piece::Variable(variable) if !variable.braced => {
                push_spelling(out, &format!("${}", variable.name));
            }
            Piece::Variable(variable) => {
                push_spelling(out, &format!("${{{}", variable.name));
                if let Some(modifier) = variable.modifier() {
                    push_spelling(out, modifier.operator().as_str());
                    push_split(out, modifier.operand(), has_to);
                    if modifier.operator().takes_replacement() {
                        push_spelling(out, "/");
                        push_split(out, modifier.replacement(), has_to);
                    }
                }
                push_spelling(out, "}");
            }
        }
    }
}

fn push_spelling(out: &mut Vec<Part>, text: &str) {
    match out.last_mut() {
        Some(Part::Spelling(spelling)) => spelling.push_str(text),
        _ => out.push(Part::Spelling(text.to_owned())),
    }
}

/// The first and the last of Unicode's private characters, which are in no name.
const PRIVATE: std::ops::RangeInclusive<char> = '\u{e000}'..='\u{f8ff}';

/// The expression that parts are together: read with a character that stands for each literal,
/// which is none of the spelling.
fn join(parts: &[Part]) -> Result<Text, ExpressionError> {
    let spellings = parts.iter().filter_map(|part| match part {
        Part::Spelling(text) => Some(text.as_str()),
        Part::Literal(_) | Part::Variable(_) => None,
    });
    let mut used: Vec<char> = spellings
        .flat_map(str::chars)
        .filter(|c| PRIVATE.contains(c))
        .collect();
    used.sort_unstable();
    used.dedup();
    let mut free = PRIVATE;
    let used_from = used.iter().copied();
    let stand_in = used_from
        .zip(PRIVATE)
        .find(|(used, c)| used != c)
        .map(|(_, c)| c)
        .or_else(|| free.nth(used.len()))
        // Whoever uses all of them cannot have a part that is literal.
        .ok_or(ExpressionError::UnknownModifier)?;
    let name = "x".repeat(1 + longest_run('x', parts));
    let mut spelling = String::new();
    let mut literals = Vec::new();
    let mut names = Vec::new();
    for part in parts {
        match part {
            Part::Spelling(text) => spelling.push_str(text),
            Part::Literal(text) => {
                spelling.push(stand_in);
                literals.push(text.as_str());
            }
            Part::Variable(variable) => {
                spelling.push_str(&format!("${{{name}}}"));
                names.push(variable.as_str());
            }
        }
    }
    let mut pieces = parse(&spelling)?;
    let mut fill = Fill {
        stand_in,
        literals: literals.into_iter(),
        name,
        names: names.into_iter(),
    };
    fill.pieces(&mut pieces);
    Ok(Text::from_pieces(pieces))
}

/// The length of the longest run of a character.
fn longest_run(c: char, parts: &[Part]) -> usize {
    let (mut longest, mut run) = (0, 0);
    for part in parts {
        if let Part::Spelling(text) = part {
            for found in text.chars() {
                run = if found == c { run + 1 } else { 0 };
                longest = longest.max(run);
            }
        }
    }
    longest
}

/// Puts literals and names where they belong, in the order of the spelling.
struct Fill<'p> {
    stand_in: char,
    literals: std::vec::IntoIter<&'p str>,
    name: String,
    names: std::vec::IntoIter<&'p str>,
}

impl Fill<'_> {
    fn pieces(&mut self, pieces: &mut Vec<Piece>) {
        for piece in pieces.iter_mut() {
            match piece {
                Piece::Literal(text) if text.as_str().contains(self.stand_in) => {
                    let mut filled = String::new();
                    for c in text.as_str().chars() {
                        if c == self.stand_in {
                            filled.push_str(self.literals.next().unwrap_or_default());
                        } else {
                            filled.push(c);
                        }
                    }
                    *text = filled.into();
                }
                Piece::Literal(_) => {}
                Piece::Variable(variable) => {
                    if variable.name == self.name {
                        variable.name = self.names.next().unwrap_or_default().into();
                    }
                    if let Some(modifier) = &mut variable.modifier {
                        self.pieces(&mut modifier.operand);
                        self.pieces(&mut modifier.replacement);
                    }
                }
            }
        }
        pieces.retain(|piece| !matches!(piece, Piece::Literal(text) if text.as_str().is_empty()));
        brace(pieces);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::lex;
    use crate::text::{Escape, Variable, View};

    #[track_caller]
    fn round(text: Text, json: &str) {
        let View::Expression(pieces) = text.view() else {
            return assert_eq!(json, "", "{text:?} is not a valid expression");
        };
        let value = write(&text, pieces);
        assert_eq!(serde_json::to_string(&value).unwrap_or_default(), json);
        assert_eq!(read(&value, &mut Reader::default()), Some(text));
    }

    #[test]
    fn parts_where_the_spelling_is_no_other() {
        round(expr("/opt/bin:$PATH"), r#""/opt/bin:$PATH""#);
        round(literal("$5 ") + expr("$x"), r#"[{"literal":"$5 "},"$x"]"#);
        round(
            literal("$5 \u{e000}") + expr("\u{e000}$x"),
            "[{\"literal\":\"$5 \u{e000}\u{e000}\"},\"$x\"]",
        );
        let lexed = |spelling: &str| lex::text(spelling, Escape::Backslash);
        round(
            lexed("${a:-${b:-\"}\"c}}"),
            r#"["${a:-${b:-",{"literal":"}c"},"}}"]"#,
        );
        round(lexed("${a:-$b\"c\"}"), r#""${a:-${b}c}""#);
        round(
            Text::variable(Variable::in_braces("x y")) + expr("$xxx"),
            r#"[{"variable":"x y"},"$xxx"]"#,
        );
        round(
            lexed("${a/'/'/'}'}x"),
            r#"["${a/",{"literal":"/"},"/",{"literal":"}"},"}x"]"#,
        );
    }

    #[test]
    fn private_characters() {
        let all: String = PRIVATE.collect();
        let text = |value: &Value| read(value, &mut Reader::default());
        let parts = |spelling: &str| {
            Value::list([
                Value::text(spelling),
                Value::one("literal", Value::text("$y")),
                Value::text("$x"),
            ])
        };
        assert_eq!(text(&parts(&all)), None);
        let but_one = all.replace('\u{e005}', "");
        assert_eq!(
            text(&parts(&but_one)),
            Some(literal(&but_one) + literal("$y") + expr("$x"))
        );
    }
}
