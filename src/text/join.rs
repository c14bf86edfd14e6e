//! Joins texts. What is there already is left alone, so that many are joined in linear time.

use super::growing::{Growing, SHORT};
use super::value::{Other, Repr};
use super::{Piece, PieceText, Text, View, expression};

impl Text {
    pub(super) fn join(self, right: Text) -> Text {
        match (self.view(), right.view()) {
            (View::Literal(""), _) => right,
            (_, View::Literal("")) => self,
            (View::Literal(_), View::Literal(more)) => self.with_more(more),
            (View::Expression(_) | View::Literal(_), View::Expression(_) | View::Literal(_)) => {
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

    /// Literal text with more after it.
    fn with_more(mut self, more: &str) -> Text {
        if let Repr::Other(other) = &mut self.0 {
            if let Other::Long(text) = &mut **other {
                text.push_str(more);
                return self;
            }
        }
        let text = self.as_literal().unwrap_or_default();
        let mut joined = String::with_capacity(text.len() + more.len());
        joined.push_str(text);
        joined.push_str(more);
        match joined.len() {
            ..=SHORT => Text(Repr::Literal(joined.into())),
            _ => Text::other(Other::Long(joined)),
        }
    }

    /// The pieces of an expression, or the one of literal text.
    fn into_pieces(self) -> Vec<Piece> {
        let text = match self.0 {
            Repr::Literal(text) => Growing::from(text),
            Repr::Other(other) => match *other {
                Other::Expression(pieces) => return pieces,
                Other::Long(text) => Growing::Long(text),
                _ => return Vec::new(),
            },
        };
        vec![Piece::Literal(PieceText(text))]
    }
}

/// Adds a piece to pieces that are as [`Text::from_pieces`] makes them.
fn push_piece(pieces: &mut Vec<Piece>, mut piece: Piece) {
    match (pieces.last_mut(), &mut piece) {
        (_, Piece::Literal(text)) if text.as_str().is_empty() => return,
        (Some(Piece::Literal(last)), Piece::Literal(text)) => {
            last.0.push_str(text.as_str());
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
