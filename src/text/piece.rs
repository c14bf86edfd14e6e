//! The pieces of an expression: literal text, and variables with their modifiers.

use smol_str::SmolStr;

use super::expression;
use super::{Growing, Handle, Operator};

/// A piece of an expression: see [`Text::pieces`](crate::Text::pieces).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Piece {
    /// Text that stands for itself.
    Literal(PieceText),
    /// A variable.
    Variable(Variable),
}

/// The literal text of a [`Piece`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PieceText(pub(super) Growing);

impl PieceText {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The text, to be kept elsewhere.
    pub(crate) fn to_shared(&self) -> SmolStr {
        self.0.to_shared()
    }
}

impl AsRef<str> for PieceText {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for PieceText {
    fn from(text: &str) -> PieceText {
        PieceText(text.into())
    }
}

impl From<String> for PieceText {
    fn from(text: String) -> PieceText {
        PieceText(text.into())
    }
}

impl From<Variable> for Piece {
    fn from(variable: Variable) -> Piece {
        Piece::Variable(variable)
    }
}

/// A variable in an expression: `$NAME`, `${NAME}`, `${NAME:-default}`.
///
/// Its spelling makes one:
///
/// ```
/// use multistage::{Text, text::{Operator, Piece, Variable}};
///
/// let version: Variable = "${VERSION:-22}".parse()?;
/// assert_eq!(version.name(), "VERSION");
/// assert_eq!(version.modifier().map(|modifier| modifier.operator()),
///     Some(Operator::DefaultIfEmpty));
///
/// let image = Text::from_pieces([Piece::Literal("node:".into()), version.into()]);
/// assert_eq!(image, multistage::expr("node:${VERSION:-22}"));
///
/// let error = "VERSION".parse::<Variable>().unwrap_err();
/// assert_eq!(error.to_string(),
///     "`VERSION` is not a valid variable: expected `$NAME` or `${NAME…}`");
/// # Ok::<(), multistage::error::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Variable {
    pub(crate) name: SmolStr,
    pub(crate) braced: bool,
    pub(crate) modifier: Option<Box<Modifier>>,
    pub(super) handle: Handle,
}

impl Variable {
    /// `$NAME`.
    pub(crate) fn plain(name: &str) -> Variable {
        Variable {
            name: name.into(),
            braced: false,
            modifier: None,
            handle: Handle::default(),
        }
    }

    /// `${NAME}`.
    pub(crate) fn in_braces(name: &str) -> Variable {
        Variable {
            braced: true,
            ..Variable::plain(name)
        }
    }

    /// `${NAME:-default}` and the like.
    pub(crate) fn modified(name: SmolStr, modifier: Modifier) -> Variable {
        Variable {
            name,
            braced: true,
            modifier: Some(Box::new(modifier)),
            handle: Handle::default(),
        }
    }

    /// Returns `true` if the variable was made of the handle of a build argument.
    pub(crate) fn is_handle(&self) -> bool {
        self.handle.is_set()
    }

    /// Returns the name, without `$` and braces.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns `true` if it is spelled with braces: `${NAME}`.
    pub fn is_braced(&self) -> bool {
        self.braced
    }

    /// Returns the modifier after the name, inside the braces; `None` for `$NAME` and `${NAME}`.
    pub fn modifier(&self) -> Option<&Modifier> {
        self.modifier.as_deref()
    }
}

/// The modifier after a variable's name, inside the braces: `:-default`, `%.git`, `/old/new`.
///
/// ```
/// use multistage::text::{Operator, Variable};
///
/// let variable: Variable = "${URL%.git}".parse()?;
/// let modifier = variable.modifier().expect("it has one");
/// assert_eq!(modifier.operator(), Operator::RemoveSuffix);
/// assert_eq!(modifier.operator().as_str(), "%");
/// assert_eq!(modifier.operand().len(), 1);
/// assert!(modifier.replacement().is_empty());
/// # Ok::<(), multistage::error::InvalidValue>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#environment-replacement)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Modifier {
    pub(crate) operator: Operator,
    pub(crate) operand: Vec<Piece>,
    pub(crate) replacement: Vec<Piece>,
}

impl Modifier {
    /// Returns the operator.
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// Returns the word after the operator: the default, the alternative, the message or the
    /// pattern.
    pub fn operand(&self) -> &[Piece] {
        &self.operand
    }

    /// Returns the replacement of `/` and `//`; empty for the other operators.
    pub fn replacement(&self) -> &[Piece] {
        &self.replacement
    }
}

/// Puts each variable into braces that would swallow the literal after it.
pub(crate) fn brace(pieces: &mut [Piece]) {
    let mut rest = pieces;
    while let [first, tail @ ..] = rest {
        if let (Piece::Variable(variable), Some(Piece::Literal(text))) = (first, tail.first()) {
            variable.braced |= expression::continues_name(&variable.name, text.as_str());
        }
        rest = tail;
    }
}

pub(super) fn normalise(pieces: impl IntoIterator<Item = Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut pending = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(text) => pending.push_str(text.as_str()),
            Piece::Variable(mut variable) => {
                flush(&mut out, &mut pending);
                variable.braced |= variable.modifier.is_some();
                out.push(Piece::Variable(variable));
            }
        }
    }
    flush(&mut out, &mut pending);
    out
}

fn flush(out: &mut Vec<Piece>, pending: &mut String) {
    if pending.is_empty() {
        return;
    }
    if let Some(Piece::Variable(variable)) = out.last_mut() {
        variable.braced |= expression::continues_name(&variable.name, pending);
    }
    out.push(Piece::Literal(PieceText::from(pending.as_str())));
    pending.clear();
}
