//! Instructions whose one argument is the rest of the line.

/// An instruction with one text that Docker expands.
macro_rules! line_instruction {
    ($(#[$doc:meta])* $name:ident = $keyword:literal { $field:ident }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name {
            #[doc = concat!("The ", stringify!($field), ".")]
            pub $field: $crate::text::Text,
        }

        impl $name {
            #[doc = concat!("Creates `", $keyword, " <", stringify!($field), ">`. A newline in it is an error.")]
            pub fn new($field: impl Into<$crate::text::Text>) -> $name {
                $name { $field: $field.into() }
            }
        }

        impl<T: Into<$crate::text::Text>> From<T> for $name {
            fn from(text: T) -> $name {
                $name::new(text)
            }
        }

        impl $crate::syntax::Syntax for $name {
            const KEYWORD: &'static str = $keyword;

            fn write(&self, w: &mut $crate::syntax::Writer<'_>) {
                w.space();
                w.text(&self.$field, $crate::syntax::Position::Rest, $crate::syntax::Part::Argument(0));
            }
        }

        impl $name {
            /// Reads the text after the keyword.
            pub(crate) fn read(args: &mut $crate::syntax::Args<'_, '_>) -> Option<$name> {
                args.no_flags();
                let word = args.one(stringify!($field))?;
                Some($name { $field: args.text(&word, $crate::syntax::Part::Argument(0)) })
            }
        }

        #[cfg(feature = "serde")]
        $crate::data::data_as_field!($name { $field: $crate::text::Text });
    };
}
pub(crate) use line_instruction;
