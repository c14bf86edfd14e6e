//! `Pair`: keys with values, as ENV and LABEL take them.

use crate::scope::{NoteKind, Scope, Value, is_secret};
use crate::syntax::quote::is_bare;
use crate::syntax::reader::{WordPlace, is_blank, is_quoted_word};
use crate::syntax::{Args, Part, Position, ProblemKind, RefusalKind, Word, Writer};
use crate::text::classes::has_byte;
use crate::text::{Escape, Text, View};

/// A key and its value.
///
/// ```
/// use multistage::{Dockerfile, Stage, instruction::{Env, Pair}};
///
/// let mut env = Env::new("LANG", "C.UTF-8");
/// env.pairs.push(Pair::new("TZ", "UTC"));
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("alpine").instruction(env));
/// assert_eq!(file.render()?, "FROM alpine\nENV LANG=C.UTF-8 \\\n    TZ=UTC\n");
/// # Ok::<(), multistage::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Pair {
    /// The key; expanded, not empty, without `=` and newline.
    pub key: Text,
    /// The value; expanded, without newline.
    pub value: Text,
}

impl Pair {
    /// Creates a pair. An empty key, or one with `=` or a newline, is an error, and so is a newline
    /// in the value.
    pub fn new(key: impl Into<Text>, value: impl Into<Text>) -> Pair {
        Pair {
            key: key.into(),
            value: value.into(),
        }
    }
}

/// Reads pairs: `key=value` words, or the older form of a key and the rest of the line.
pub(crate) fn read(args: &mut Args<'_, '_>) -> Option<Vec<Pair>> {
    args.no_flags();
    let rest = args.one("pair `key=value`")?;
    let keyword = args.keyword();
    let upper = || keyword.to_ascii_uppercase();
    let mut words = args.quoted_words();
    let first = words.next();
    if first.as_ref().is_some_and(|first| !has_equals(first)) {
        let Some(len) = rest.text.bytes().position(is_blank) else {
            args.refuse(
                RefusalKind::Arguments,
                rest.span,
                format!("{} has a key without a value", upper()),
                format!("write `{} {}=value`", upper(), rest.text),
            );
            return None;
        };
        let after = rest.text.get(len..).unwrap_or_default();
        let blanks = after.bytes().take_while(|byte| is_blank(*byte));
        let value = after.get(blanks.count()..).unwrap_or_default();
        let (start, end) = (rest.span.start, rest.span.end);
        let key = Word {
            text: rest.text.get(..len).unwrap_or_default(),
            span: start..start + len,
        };
        let value = Word {
            text: value,
            span: end - value.len()..end,
        };
        let key = read_key(&key, 0, args);
        args.note_legacy_pair();
        return Some(vec![Pair {
            key,
            value: args.text(&value, Part::Value(0)),
        }]);
    }
    let mut pairs = Vec::with_capacity(1 + words.left());
    let mut refused = first.is_none();
    if refused {
        args.refuse(
            RefusalKind::Arguments,
            rest.span,
            format!("{} has no pair", upper()),
            "write the pair `key=value` after it",
        );
    }
    for (n, word) in first.into_iter().chain(words).enumerate() {
        let (key, value) = word.split(b'=');
        if n > 0 {
            args.break_before(word.span.start);
        }
        match value {
            Some(value) if !key.text.is_empty() => {
                let key = read_key(&key, n, args);
                pairs.push(Pair {
                    key,
                    value: args.text(&value, Part::Value(n)),
                });
            }
            Some(_) => {
                refused = true;
                args.refuse(
                    RefusalKind::Arguments,
                    word.span.clone(),
                    format!("{} has a value without a key", upper()),
                    "write `key=value`, without spaces around the `=`",
                );
            }
            None => {
                refused = true;
                args.refuse(
                    RefusalKind::Arguments,
                    word.span.clone(),
                    format!("`{}` is not a pair: it has no `=`", word.text),
                    "write `key=value`; put a value with spaces in double quotes",
                );
            }
        }
    }
    (!refused).then_some(pairs)
}

/// Returns `true` if Docker rejects the pairs as soon as it splits them: so also in a trigger.
pub(crate) fn is_refused(args: &Args<'_, '_>) -> bool {
    let takes_pairs = ["ENV", "LABEL"];
    if !takes_pairs
        .iter()
        .any(|known| args.keyword().eq_ignore_ascii_case(known))
    {
        return false;
    }
    let mut words = args.quoted_words();
    match words.next() {
        Some(first) if !has_equals(&first) => !args.rest().text.bytes().any(is_blank),
        _ => words.any(|word| !has_equals(&word)),
    }
}

fn has_equals(word: &Word<'_>) -> bool {
    has_byte(word.text, b'=')
}

/// A key that is read as empty keeps its spelling: Docker takes it, and a built file may not have
/// it.
fn read_key(word: &Word<'_>, n: usize, args: &mut Args<'_, '_>) -> Text {
    let key = args.text(word, Part::Key(n));
    if key.is_empty() {
        Text::raw(word.text, args.escape)
    } else {
        key
    }
}

/// Writes pairs one below the other, all under the first key.
pub(crate) fn write(pairs: &[Pair], w: &mut Writer<'_>) {
    if pairs.is_empty() {
        w.problem(Part::Keyword, ProblemKind::Empty("pair"));
    }
    w.space();
    if let [Pair { key, value }] = pairs {
        if w.plain_pair(key, value) {
            return;
        }
        // What was read in the older form and could not be taken apart is in that form only.
        let bare = |key: &str| is_bare(key, Position::Key, w.escape()) && !key.contains('=');
        if value.is_raw_line(w.escape()) && key.as_literal().is_some_and(bare) {
            w.text(key, Position::Key, Part::Key(0));
            w.space();
            return w.text(value, Position::Rest, Part::Value(0));
        }
    }
    let column = w.column();
    for (n, pair) in pairs.iter().enumerate() {
        if n > 0 {
            w.space();
            // A line that begins with `#` would be dropped as a comment: only a raw key can do
            // that.
            if !matches!(pair.key.view(), View::Raw(key, _) if key.starts_with('#')) {
                w.line_break_exactly(column);
            }
        }
        let start = w.position();
        if pair.key.is_empty() {
            w.problem(Part::Key(n), ProblemKind::Empty("key"));
        }
        w.text(&pair.key, Position::Key, Part::Key(n));
        if has_byte(w.since(start), b'=') {
            w.problem(Part::Key(n), ProblemKind::EqualsInKey);
        }
        w.token("=");
        w.text(&pair.value, Position::Pair, Part::Value(n));
        let place = WordPlace::of(n + 1 == pairs.len());
        w.check_pair([&pair.key, &pair.value], start, place, Part::Value(n));
    }
}

impl Text {
    /// Returns `true` if this is a verbatim spelling that is more than one word.
    fn is_raw_line(&self, escape: Escape) -> bool {
        matches!(self.view(), View::Raw(spelling, _) if !is_quoted_word(spelling, escape, WordPlace::Last))
    }
}

/// Pairs as data: a map in order, or a list of keys with values.
#[cfg(feature = "serde")]
mod data {
    use super::Pair;
    use crate::data::{Data, Definitions, Reader, Value, schema};
    use crate::text::Text;

    const PAIRS: &str = "a map of keys and values, or a list of pairs `[key, value]`";

    impl Data for Vec<Pair> {
        fn read(value: &Value, at: &mut Reader) -> Option<Vec<Pair>> {
            match value {
                Value::Map(entries) => {
                    let entries = at.entries(entries).into_iter();
                    let pairs: Vec<Option<Pair>> = entries
                        .map(|(key, value)| {
                            let value = at.key(key, |at| Text::read(value, at));
                            Some(Pair::new(key, value?))
                        })
                        .collect();
                    pairs.into_iter().collect()
                }
                Value::List(items) => at.items(items),
                other => at.expected(PAIRS, other),
            }
        }

        fn write(&self) -> Value {
            let mut keys: Vec<String> = self.iter().map(|pair| pair.key.to_string()).collect();
            let plain = self
                .iter()
                .zip(&keys)
                .all(|(pair, key)| Text::from(key) == pair.key);
            keys.sort_unstable();
            keys.dedup();
            if plain && keys.len() == self.len() {
                return Value::map(
                    self.iter()
                        .map(|pair| (pair.key.to_string(), pair.value.write())),
                );
            }
            Value::list(self.iter().map(Pair::write))
        }

        fn schema(definitions: &mut Definitions) -> Value {
            definitions.refer("pairs", |definitions| {
                let text = Text::schema(definitions);
                schema::any_of([
                    schema::map_of(text),
                    schema::list_of(Pair::schema(definitions)),
                ])
            })
        }
    }

    impl Data for Pair {
        fn read(value: &Value, at: &mut Reader) -> Option<Pair> {
            let Value::List(pair) = value else {
                return at.expected("a pair `[key, value]`", value);
            };
            let [key, value] = pair.as_slice() else {
                return at.expected("a pair `[key, value]`", value);
            };
            let key = at.index(0, |at| Text::read(key, at));
            let value = at.index(1, |at| Text::read(value, at));
            Some(Pair {
                key: key?,
                value: value?,
            })
        }

        fn write(&self) -> Value {
            Value::list([self.key.write(), self.value.write()])
        }

        fn schema(definitions: &mut Definitions) -> Value {
            let text = Text::schema(definitions);
            let two = schema::at_least(2, schema::list_of(text));
            schema::with(two, "maxItems", Value::Integer(2))
        }
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
            /// Creates the instruction with one pair. For a list, use `from` or `collect`.
            pub fn new(
                key: impl Into<$crate::text::Text>,
                value: impl Into<$crate::text::Text>,
            ) -> $name {
                $name { pairs: vec![$crate::instruction::Pair::new(key, value)] }
            }

            /// Adds a pair to the instruction, on a line of its own.
            #[must_use]
            pub fn and(
                mut self,
                key: impl Into<$crate::text::Text>,
                value: impl Into<$crate::text::Text>,
            ) -> $name {
                self.pairs.push($crate::instruction::Pair::new(key, value));
                self
            }

            /// Adds the pairs of another instruction of the kind, or of a list, to this one.
            ///
            /// ```
            #[doc = concat!("use multistage::instruction::", stringify!($name), ";")]
            ///
            #[doc = concat!("let pairs = ", stringify!($name), "::new(\"a\", 1).and_all([(\"b\", 2), (\"c\", 3)]);")]
            /// assert_eq!(pairs.pairs.len(), 3);
            /// ```
            #[must_use]
            pub fn and_all(mut self, pairs: impl Into<$name>) -> $name {
                self.pairs.extend(pairs.into().pairs);
                self
            }
        }

        impl From<&$name> for $name {
            fn from(pairs: &$name) -> $name {
                pairs.clone()
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

        impl $name {
            /// Reads the text after the keyword.
            pub(crate) fn read(args: &mut $crate::syntax::Args<'_, '_>) -> Option<$name> {
                Some($name { pairs: $crate::instruction::pairs::read(args)? })
            }
        }

        #[cfg(feature = "serde")]
        $crate::data::data_as_field!($name { pairs: Vec<$crate::instruction::Pair> });
    };
}
pub(crate) use pairs_instruction;

/// The pairs with their values, which are all worked out before the first one is set.
fn expand(pairs: &[Pair], scope: &mut Scope<'_>) -> Option<Vec<(Value, Value)>> {
    let mut expanded = Vec::with_capacity(pairs.len());
    for (n, pair) in pairs.iter().enumerate() {
        let key = scope.expand(&pair.key, Part::Key(n))?;
        expanded.push((key, scope.expand(&pair.value, Part::Value(n))?));
    }
    Some(expanded)
}

/// Applies ENV.
pub(crate) fn apply_env(pairs: &[Pair], scope: &mut Scope<'_>) -> Option<()> {
    for (n, (key, value)) in expand(pairs, scope)?.into_iter().enumerate() {
        if is_secret(&key.text) {
            let (keyword, key) = ("ENV", key.text.clone());
            scope.note(Part::Key(n), NoteKind::Secret { keyword, key });
        }
        scope.set(&key.text, value.clone());
        scope.state.env.insert(key.text, value);
    }
    Some(())
}

/// Applies LABEL.
pub(crate) fn apply_label(pairs: &[Pair], scope: &mut Scope<'_>) -> Option<()> {
    for (key, value) in expand(pairs, scope)? {
        scope.state.labels.insert(key.text, value);
    }
    Some(())
}
