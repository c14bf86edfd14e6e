//! Expands a text to its value, with the variables that are in scope.

use indexmap::IndexSet;
use smol_str::SmolStr;
use std::fmt;

use super::map::Map;
use super::pattern::{Budget, Exhausted, Length, Matches, Pattern, Replacement, spend};
use crate::syntax::lex::{self, Quotes};
use crate::text::expression::{ExpressionError, spell};
use crate::text::{Modifier, Operator, Piece, Text, Variable, View};

/// The value of a variable or of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Value {
    /// The known part of the text: a variable that may come from the base is kept as it is spelled.
    pub(crate) text: SmolStr,
    /// `true` if that is all of it.
    pub(crate) known: bool,
}

impl Value {
    pub(crate) fn new(text: impl Into<SmolStr>) -> Value {
        Value {
            text: text.into(),
            known: true,
        }
    }

    /// The text, where all of it is known.
    pub(crate) fn as_known(&self) -> Option<&str> {
        self.known.then_some(self.text.as_str())
    }

    /// Returns `true` if it is known to be empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.known && self.text.is_empty()
    }
}

/// The reason why Docker would not expand a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    Expression(ExpressionError),
    Required { name: SmolStr, message: SmolStr },
    Pattern(SmolStr),
    TooLarge,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Expression(error) => error.fmt(f),
            Failure::Required { name, message } => write!(f, "`{name}` is not set: {message}"),
            Failure::Pattern(pattern) => write!(
                f,
                "the pattern `{pattern}` has a backslash before something other than `*`, `?`, `\\`, `}}` and `/`"
            ),
            Failure::TooLarge => {
                f.write_str("the values of the file grow too large to be worked out")
            }
        }
    }
}

impl From<ExpressionError> for Failure {
    fn from(error: ExpressionError) -> Failure {
        Failure::Expression(error)
    }
}

impl From<Exhausted> for Failure {
    fn from(_: Exhausted) -> Failure {
        Failure::TooLarge
    }
}

/// The value of a variable that is not in scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// It is not set.
    Empty,
    /// The base may set it.
    Unknown,
}

impl Missing {
    /// `open`: whether the base may set what is not known.
    pub(crate) fn of(open: bool) -> Missing {
        match open {
            true => Missing::Unknown,
            false => Missing::Empty,
        }
    }
}

/// Expands texts, and notes which variables they use.
#[derive(Debug)]
pub(crate) struct Expander<'a> {
    vars: &'a Map<Value>,
    missing: Missing,
    budget: &'a mut Budget,
    /// The variables that were found.
    pub(crate) matched: IndexSet<SmolStr>,
    /// The variables that are not set.
    pub(crate) unmatched: IndexSet<SmolStr>,
}

impl<'a> Expander<'a> {
    pub(crate) fn new(
        vars: &'a Map<Value>,
        missing: Missing,
        budget: &'a mut Budget,
    ) -> Expander<'a> {
        Expander {
            vars,
            missing,
            budget,
            matched: IndexSet::new(),
            unmatched: IndexSet::new(),
        }
    }

    fn is_open(&self) -> bool {
        self.missing == Missing::Unknown
    }

    /// The value of a text.
    pub(crate) fn text(&mut self, text: &Text) -> Result<Value, Failure> {
        match text.view() {
            View::Literal(_) => Ok(Value::new(text.to_shared_literal().unwrap_or_default())),
            View::Undecided(text) => Ok(Value::new(text)),
            View::Expression(pieces) => self.pieces(pieces),
            View::Invalid(_, error) => Err(error.into()),
            View::Raw(spelling, escape) => {
                self.pieces(&lex::pieces(spelling, escape, Quotes::Group)?)
            }
        }
    }

    /// The value of a heredoc's body: quotes are data there.
    pub(crate) fn body(&mut self, text: &Text) -> Result<Value, Failure> {
        match text.view() {
            View::Raw(spelling, escape) => {
                self.pieces(&lex::pieces(spelling, escape, Quotes::Text)?)
            }
            _ => self.text(text),
        }
    }

    /// The words of a text: what comes from a variable is split at white space, what was quoted is
    /// not.
    pub(crate) fn words(&mut self, text: &Text) -> Result<Vec<Value>, Failure> {
        if let View::Literal(literal) = text.view() {
            // Mostly it is one word.
            if !literal.is_empty() && literal.bytes().all(|b| b.is_ascii_graphic()) {
                return Ok(vec![Value::new(
                    text.to_shared_literal().unwrap_or_default(),
                )]);
            }
        }
        let mut words = Words::default();
        let raw;
        let segments: &[lex::Segment] = match text.view() {
            View::Raw(spelling, escape) => {
                raw = lex::segments(spelling, escape)?;
                &raw
            }
            _ => {
                raw = vec![lex::Segment {
                    pieces: text.pieces().into_owned(),
                    quoted: false,
                }];
                &raw
            }
        };
        for segment in segments {
            let mut quoted = Value::new("");
            let mut buffer = String::new();
            for piece in &segment.pieces {
                let value = match piece {
                    Piece::Literal(text) => Value::new(text.to_shared()),
                    Piece::Variable(variable) => {
                        let value = self.variable(variable)?;
                        if variable.modifier.is_some() {
                            // Docker's lexer uses one buffer for the word and for what is after the modifier.
                            words.forget();
                        }
                        value
                    }
                };
                if segment.quoted {
                    buffer.push_str(&value.text);
                    quoted.known &= value.known;
                } else {
                    words.split(&value);
                }
            }
            if segment.quoted {
                quoted.text = buffer.into();
                words.add(&quoted);
            }
        }
        Ok(words.finish())
    }

    fn pieces(&mut self, pieces: &[Piece]) -> Result<Value, Failure> {
        let mut text = String::new();
        let mut known = true;
        for piece in pieces {
            match piece {
                Piece::Literal(literal) => {
                    spend(self.budget, literal.as_str().len() + 1)?;
                    text.push_str(literal.as_str());
                }
                Piece::Variable(variable) => {
                    let value = self.variable(variable)?;
                    spend(self.budget, value.text.len() + 1)?;
                    text.push_str(&value.text);
                    known &= value.known;
                }
            }
        }
        Ok(Value {
            text: text.into(),
            known,
        })
    }

    /// The nesting of modifiers is bounded where they are read.
    fn variable(&mut self, variable: &Variable) -> Result<Value, Failure> {
        let Some(modifier) = &variable.modifier else {
            let unset = |this: &Self| this.unset(variable);
            return Ok(self.get(&variable.name).unwrap_or_else(|| unset(self)));
        };
        let operand = self.pieces(&modifier.operand)?;
        let replacement = self.pieces(&modifier.replacement)?;
        let value = self.get(&variable.name);
        if value.is_none() && self.is_open() {
            // What the base makes of it decides.
            self.check_pattern(modifier, &operand)?;
            return Ok(self.unset(variable));
        }
        let filled = value
            .as_ref()
            .is_some_and(|value| !value.known || !value.text.is_empty());
        let set = value.is_some();
        let value = value.unwrap_or_else(|| Value::new(""));
        let require = |ok: bool, default: &str| {
            let message = if operand.text.is_empty() {
                default.into()
            } else {
                operand.text.clone()
            };
            let name = variable.name.clone();
            if ok {
                Ok(value.clone())
            } else {
                Err(Failure::Required { name, message })
            }
        };
        match modifier.operator {
            Operator::DefaultIfEmpty => Ok(if filled { value } else { operand }),
            Operator::Default => Ok(if set { value } else { operand }),
            Operator::AlternativeIfFilled => Ok(if filled { operand } else { Value::new("") }),
            Operator::Alternative => Ok(if set { operand } else { Value::new("") }),
            Operator::ErrorIfEmpty => require(filled, "it is needed, and may not be empty"),
            Operator::Error => require(set, "it is needed"),
            operator => {
                let pattern = self.check_pattern(modifier, &operand)?;
                let known = value.known && operand.known && replacement.known;
                let text = &value.text;
                let length = match operator {
                    Operator::RemoveLongestPrefix | Operator::RemoveLongestSuffix => {
                        Length::Longest
                    }
                    _ => Length::Shortest,
                };
                let text = match operator {
                    Operator::RemovePrefix | Operator::RemoveLongestPrefix => {
                        pattern.without_prefix(text, length, self.budget)?
                    }
                    Operator::RemoveSuffix | Operator::RemoveLongestSuffix => {
                        pattern.without_suffix(text, length, self.budget)?
                    }
                    Operator::ReplaceAll => {
                        let by = Replacement::template(&replacement.text);
                        pattern.replace(text, &by, Matches::All, self.budget)?
                    }
                    _ => {
                        let by = Replacement::literal(&replacement.text);
                        pattern.replace(text, &by, Matches::First, self.budget)?
                    }
                };
                Ok(Value {
                    text: text.into(),
                    known,
                })
            }
        }
    }

    fn check_pattern(&self, modifier: &Modifier, operand: &Value) -> Result<Pattern, Failure> {
        let text = if modifier.operator.takes_pattern() {
            operand.text.as_str()
        } else {
            ""
        };
        let pattern = match modifier.operator {
            Operator::RemoveSuffix | Operator::RemoveLongestSuffix => Pattern::backwards(text),
            _ => Pattern::new(text),
        };
        pattern.map_err(|_| Failure::Pattern(text.into()))
    }

    fn get(&mut self, name: &SmolStr) -> Option<Value> {
        match self.vars.get(name) {
            Some(value) => {
                self.matched.insert(name.clone());
                Some(value.clone())
            }
            None => {
                if !self.is_open() {
                    self.unmatched.insert(name.clone());
                }
                None
            }
        }
    }

    /// The value of a variable that is not in scope.
    fn unset(&self, variable: &Variable) -> Value {
        if self.is_open() {
            Value {
                text: spell(&[Piece::Variable(variable.clone())]).into(),
                known: false,
            }
        } else {
            Value::new("")
        }
    }
}

/// Words in the making.
#[derive(Default)]
struct Words {
    done: Vec<Value>,
    text: String,
    unknown: bool,
    /// `true` if a word has begun; one whose text was forgotten has.
    begun: bool,
}

impl Words {
    /// Adds text that is split at white space.
    fn split(&mut self, value: &Value) {
        self.unknown |= !value.known;
        for c in value.text.chars() {
            if !c.is_whitespace() {
                self.text.push(c);
                self.begun = true;
            } else if self.begun && !self.text.is_empty() {
                self.end();
                self.unknown = !value.known;
            }
        }
    }

    /// Adds text that stays in one word.
    fn add(&mut self, value: &Value) {
        self.text.push_str(&value.text);
        self.unknown |= !value.known;
        self.begun = true;
    }

    fn forget(&mut self) {
        self.text.clear();
        self.unknown = false;
    }

    fn end(&mut self) {
        self.done.push(Value {
            text: std::mem::take(&mut self.text).into(),
            known: !self.unknown,
        });
        self.unknown = false;
        self.begun = false;
    }

    fn finish(mut self) -> Vec<Value> {
        if !self.text.is_empty() {
            self.end();
        }
        self.done
    }
}
