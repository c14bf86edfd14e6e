//! How texts are joined: what is there already is left alone, so that many are joined in the time that one takes.

use smol_str::SmolStr;

use super::value::{Other, Repr};
use super::{Piece, PieceText, Text, View, expression};

impl Text {
    pub(super) fn join(self, right: Text) -> Text {
        match (self.view(), right.view()) {
            (View::Literal(""), _) => right,
            (_, View::Literal("")) => self,
            (View::Literal(a), View::Literal(b)) => Text(Repr::Literal(concat(a, b))),
            (View::Expression(_) | View::Literal(_), View::Expression(_) | View::Literal(_)) => {
                // What is there already is left alone, so that many texts are joined in the time that one takes.
                let mut pieces = self.into_pieces();
                for piece in right.into_pieces() {
                    push_piece(&mut pieces, piece);
                }
                Text::other(Other::Expression(pieces))
            }
            // What cannot be written stays what it is: the error is reported at the end.
            (View::Expression(_) | View::Literal(_), _) => right,
            _ => self,
        }
    }

    /// The pieces of an expression, or the one of literal text.
    fn into_pieces(self) -> Vec<Piece> {
        match self.0 {
            Repr::Literal(text) => vec![Piece::Literal(PieceText(text))],
            Repr::Other(other) => match *other {
                Other::Expression(pieces) => pieces,
                _ => Vec::new(),
            },
        }
    }
}

fn concat(a: &str, b: &str) -> SmolStr {
    let mut joined = String::with_capacity(a.len() + b.len());
    joined.push_str(a);
    joined.push_str(b);
    joined.into()
}

/// Adds a piece to pieces that are as [`Text::from_pieces`] makes them.
fn push_piece(pieces: &mut Vec<Piece>, mut piece: Piece) {
    match (pieces.last_mut(), &mut piece) {
        (_, Piece::Literal(text)) if text.as_str().is_empty() => return,
        (Some(Piece::Literal(last)), Piece::Literal(text)) => {
            last.0 = concat(last.as_str(), text.as_str());
            return;
        }
        (Some(Piece::Variable(variable)), Piece::Literal(text)) => {
            variable.braced |= expression::continues_name(&variable.name, text.as_str());
        }
        (_, Piece::Variable(variable)) => variable.braced |= variable.modifier.is_some(),
        (None, Piece::Literal(_)) => {}
    }
    pieces.push(piece);
}
