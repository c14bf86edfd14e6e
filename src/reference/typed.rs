//! `Typed` and `typed_text!`: a text with a grammar of its own, in which a `$` can only be a variable.

use crate::text::Text;

/// What the writer and the reader ask of such a text.
pub(crate) trait Typed: Sized {
    /// What it is called in a message.
    const WHAT: &'static str;
    /// What a literal has to look like.
    const EXPECTED: &'static str;
    /// The greatest number, where data may give it as one.
    #[cfg(feature = "serde")]
    const NUMBER: Option<u32>;

    fn text(&self) -> &Text;

    /// Whether Docker accepts a literal.
    fn is_valid(text: &str) -> bool;

    /// A value of any text; one that Docker refuses is found when the file is rendered.
    fn from_text(text: Text) -> Self;
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

/// Declares a [`Typed`] text with its conversions, its `FromStr` and the error of that.
macro_rules! typed_text {
    (
        $(#[$doc:meta])*
        $name:ident, $error:ident, $what:literal, $expected:literal, valid = $valid:path $(, number = $number:expr)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name($crate::text::Text);

        impl $name {
            /// The text: literal, or an expression.
            pub fn text(&self) -> &$crate::text::Text {
                &self.0
            }

            /// The value, where it is literal.
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

        #[doc = concat!("A text that is no [`", stringify!($name), "`].")]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $error(String);

        impl std::fmt::Display for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "`{}` is no {}: expected {}", self.0, $what, $expected)
            }
        }

        impl std::error::Error for $error {}

        impl std::str::FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<$name, $error> {
                let value = $crate::text::expr(text);
                let ok = match value.view() {
                    $crate::text::View::Literal(text) => $valid(text),
                    $crate::text::View::Expression(_) => true,
                    _ => false,
                };
                if ok { Ok($name(value)) } else { Err($error(text.to_owned())) }
            }
        }
    };
}
pub(crate) use typed_text;
