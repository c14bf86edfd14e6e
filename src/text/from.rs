//! Numbers and paths as texts.

use std::path::{Path, PathBuf};

use super::expression::ExpressionError;
use super::value::{Text, literal};

macro_rules! from_numbers {
    ($($number:ty),*) => {$(
        impl From<$number> for Text {
            /// The number in decimal, or `true` or `false`, as literal text.
            fn from(number: $number) -> Text {
                literal(smol_str::format_smolstr!("{number}"))
            }
        }
    )*};
}

from_numbers!(
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, bool
);

/// A path as literal text. One that is not UTF-8 is reported when the file is rendered.
impl From<&Path> for Text {
    fn from(path: &Path) -> Text {
        match path.to_str() {
            Some(path) => literal(path),
            None => Text::invalid(&path.to_string_lossy(), ExpressionError::NotUnicode),
        }
    }
}

impl From<PathBuf> for Text {
    fn from(path: PathBuf) -> Text {
        path.as_path().into()
    }
}

impl From<&PathBuf> for Text {
    fn from(path: &PathBuf) -> Text {
        path.as_path().into()
    }
}
