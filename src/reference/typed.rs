//! `Typed` and `typed_text!`: a text with a grammar of its own, in which a `$` can only be a
//! variable.

use std::fmt;

use crate::text::{Piece, Text, Variable, expression};

/// A text with a grammar, as the writer and the reader use it.
pub(crate) trait Typed: Sized {
    /// The name of the value in a message.
    const WHAT: &'static str;
    /// The form of a valid literal, for messages.
    const EXPECTED: &'static str;
    /// The greatest number, where data may give it as one.
    #[cfg(feature = "serde")]
    const NUMBER: Option<u32>;

    fn text(&self) -> &Text;

    /// Returns `true` if Docker accepts a literal.
    fn is_valid(text: &str) -> bool;

    /// The text with its grammar.
    fn typed(&self) -> TypedText<'_> {
        TypedText {
            text: self.text(),
            what: Self::WHAT,
            expected: Self::EXPECTED,
            is_valid: Self::is_valid,
        }
    }

    /// A value of any text; one that Docker rejects is found when the file is rendered.
    fn from_text(text: Text) -> Self;
}

/// A text with its grammar, so that what uses it is compiled once for all types.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TypedText<'t> {
    pub(crate) text: &'t Text,
    pub(crate) what: &'static str,
    pub(crate) expected: &'static str,
    pub(crate) is_valid: fn(&str) -> bool,
}

/// The error of `FromStr` for names and for texts with a grammar, such as [`Image`](crate::Image),
/// [`Platform`](crate::Platform) and [`Port`](crate::instruction::Port).
///
/// ```
/// use multistage::instruction::Port;
///
/// let error = "80000".parse::<Port>().unwrap_err();
/// assert_eq!(error.text(), "80000");
/// assert_eq!(error.expected(), "`PORT[-PORT][/tcp|/udp|/sctp]` from 0 to 65535");
/// assert_eq!(error.to_string(), format!("`80000` is not a valid port: expected {}", error
///     .expected()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidValue {
    text: String,
    what: &'static str,
    expected: &'static str,
}

impl InvalidValue {
    pub(crate) fn new(text: &str, what: &'static str, expected: &'static str) -> InvalidValue {
        InvalidValue {
            text: text.to_owned(),
            what,
            expected,
        }
    }

    /// Returns the text that was rejected.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the form that the text would need.
    pub fn expected(&self) -> &'static str {
        self.expected
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let InvalidValue {
            text,
            what,
            expected,
        } = self;
        write!(f, "`{text}` is not a valid {what}: expected {expected}")
    }
}

impl std::error::Error for InvalidValue {}

impl std::str::FromStr for Variable {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Variable, InvalidValue> {
        let pieces = expression::parse(text).unwrap_or_default();
        match <[Piece; 1]>::try_from(pieces) {
            Ok([Piece::Variable(variable)]) => Ok(variable),
            _ => Err(InvalidValue::new(text, "variable", "`$NAME` or `${NAME…}`")),
        }
    }
}

/// serde through `Display` and `FromStr`: there is no second grammar.
macro_rules! serde_as_text {
    ($name:ident) => {
        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$name, D::Error> {
                let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use serde_as_text;

/// Declares a [`Typed`] text with its conversions and its `FromStr`.
macro_rules! typed_text {
    (
        $(#[$doc:meta])*
        $name:ident, $what:literal, $expected:literal, valid = $valid:path $(, number = $number:expr)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name($crate::text::Text);

        impl $name {
            /// Creates a value from text in which a `$` is a dollar sign and not a variable. Use it
            /// for text that comes from elsewhere: a `$` in it is then an error when the file is
            /// rendered, as no such value holds one.
            pub fn literal(text: impl AsRef<str>) -> $name {
                $name($crate::text::literal(text))
            }

            /// Returns the text: literal, or an expression with variables.
            pub fn text(&self) -> &$crate::text::Text {
                &self.0
            }

            /// Returns the literal value; `None` if it has a variable.
            pub fn as_literal(&self) -> Option<&str> {
                self.0.as_literal()
            }
        }

        impl $crate::reference::Typed for $name {
            const WHAT: &'static str = $what;
            const EXPECTED: &'static str = $expected;
            #[cfg(feature = "serde")]
            const NUMBER: Option<u32> = [$(Some($number),)? None][0];

            fn text(&self) -> &$crate::text::Text {
                &self.0
            }

            fn is_valid(text: &str) -> bool {
                $valid(text)
            }

            fn from_text(text: $crate::text::Text) -> $name {
                $name(text)
            }
        }

        $crate::text::from_strings!($name, |text: &str| $name($crate::text::expr(text)));

        impl From<$crate::text::Text> for $name {
            fn from(text: $crate::text::Text) -> $name {
                $name(text)
            }
        }

        impl From<&$name> for $name {
            fn from(value: &$name) -> $name {
                value.clone()
            }
        }

        impl From<&$crate::reference::ArgName> for $name {
            fn from(arg: &$crate::reference::ArgName) -> $name {
                $name(arg.expr())
            }
        }

        /// As the text that `FromStr` takes.
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        $crate::reference::serde_as_text!($name);

        impl std::str::FromStr for $name {
            type Err = $crate::reference::InvalidValue;

            fn from_str(text: &str) -> Result<$name, $crate::reference::InvalidValue> {
                let value = $crate::text::expr(text);
                let ok = match value.view() {
                    $crate::text::View::Literal(text) => $valid(text),
                    $crate::text::View::Expression(_) => true,
                    _ => false,
                };
                if ok { Ok($name(value)) } else { Err($crate::reference::InvalidValue::new(text, $what, $expected)) }
            }
        }
    };
}
pub(crate) use typed_text;
