//! The parts of a [`Text`]: its [`Piece`]s, and the [`Variable`]s in it with their modifiers.

pub(crate) mod classes;
pub(crate) mod escape;
pub(crate) mod expression;
mod from;
mod growing;
mod handle;
mod join;
mod operator;
mod piece;
pub(crate) mod short;
pub(crate) mod suggest;
mod unicode;
pub(crate) mod value;

pub(crate) use self::escape::Escape;
use self::growing::Growing;
pub(crate) use self::handle::Handle;
pub use self::operator::Operator;
pub(crate) use self::piece::brace;
use self::piece::normalise;
pub use self::piece::{Modifier, Piece, PieceText, Variable};
pub(crate) use self::short::{is_short, shared};
pub(crate) use self::value::{Text, View, expr, from_strings, is_alike, literal};
