//! `Pair`: keys with values, as ENV and LABEL take them.

use crate::syntax::{Part, Position, ProblemKind, Writer};
use crate::text::Text;

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pair {
    /// The key; expanded, not empty, without `=` and line feed.
    pub key: Text,
    /// The value; expanded, without line feed.
    pub value: Text,
}

impl Pair {
    /// A key and its value.
    pub fn new(key: impl Into<Text>, value: impl Into<Text>) -> Pair {
        Pair {
            key: key.into(),
            value: value.into(),
        }
    }
}

/// Writes pairs one below the other, all under the first key.
pub(crate) fn write(pairs: &[Pair], w: &mut Writer<'_>) {
    if pairs.is_empty() {
        w.problem(Part::Keyword, ProblemKind::Empty("pair"));
    }
    w.space();
    let column = w.column();
    for (n, pair) in pairs.iter().enumerate() {
        if n > 0 {
            w.space();
            w.line_break_exactly(column);
        }
        let start = w.position();
        if pair.key.is_empty() {
            w.problem(Part::Key(n), ProblemKind::Empty("key"));
        }
        w.text(&pair.key, Position::Key, Part::Key(n));
        if w.since(start).contains('=') {
            w.problem(Part::Key(n), ProblemKind::EqualsInKey);
        }
        w.token("=");
        w.text(&pair.value, Position::Pair, Part::Value(n));
    }
}

/// An instruction that is a list of pairs.
macro_rules! pairs_instruction {
    ($(#[$doc:meta])* $name:ident = $keyword:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name {
            /// The pairs, in order.
            pub pairs: Vec<$crate::instruction::Pair>,
        }

        impl $name {
            /// One pair.
            pub fn new(
                key: impl Into<$crate::text::Text>,
                value: impl Into<$crate::text::Text>,
            ) -> $name {
                $name { pairs: vec![$crate::instruction::Pair::new(key, value)] }
            }

            /// Adds a pair to the same instruction.
            #[must_use]
            pub fn and(
                mut self,
                key: impl Into<$crate::text::Text>,
                value: impl Into<$crate::text::Text>,
            ) -> $name {
                self.pairs.push($crate::instruction::Pair::new(key, value));
                self
            }
        }

        impl<K: Into<$crate::text::Text>, V: Into<$crate::text::Text>> FromIterator<(K, V)> for $name {
            fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> $name {
                let pairs = pairs.into_iter().map(|(key, value)| $crate::instruction::Pair::new(key, value));
                $name { pairs: pairs.collect() }
            }
        }

        impl<K: Into<$crate::text::Text>, V: Into<$crate::text::Text>, const N: usize> From<[(K, V); N]> for $name {
            fn from(pairs: [(K, V); N]) -> $name {
                pairs.into_iter().collect()
            }
        }

        impl $crate::syntax::Syntax for $name {
            const KEYWORD: &'static str = $keyword;

            fn write(&self, w: &mut $crate::syntax::Writer<'_>) {
                $crate::instruction::pairs::write(&self.pairs, w);
            }
        }
    };
}
pub(crate) use pairs_instruction;
