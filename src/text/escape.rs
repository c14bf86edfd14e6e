//! `Escape`: the character that quotes, escapes and continues lines in a file.

use std::fmt;

/// The escape character of a file: `# escape=\` (the default) or ``# escape=` ``.
///
/// It continues a line, and it makes the next character literal in the values that Docker expands.
/// Files for Windows use the backtick, so that paths keep their backslashes.
/// [`Dockerfile::set_escape`](crate::Dockerfile::set_escape) sets it.
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#escape)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Escape {
    /// `\`, the default.
    #[default]
    Backslash,
    /// `` ` ``, for Windows paths.
    Backtick,
}

impl Escape {
    /// Returns the character: `\` or `` ` ``.
    pub const fn char(self) -> char {
        self.byte() as char
    }

    /// Returns the character as text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Escape::Backslash => "\\",
            Escape::Backtick => "`",
        }
    }

    pub(crate) const fn byte(self) -> u8 {
        match self {
            Escape::Backslash => b'\\',
            Escape::Backtick => b'`',
        }
    }
}

impl fmt::Display for Escape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
