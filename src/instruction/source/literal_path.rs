//! `literal_path`: literal file names in the sources of COPY and ADD.

use std::path::Path;

use super::{CopySource, is_remote};
use crate::text::{Text, literal};

/// Creates a file of exactly this name, whatever wildcards are in it.
///
/// Directories are separated by `/` on every system, as Docker has it; a `\` is a character of the
/// name. A name with a drive, such as `C:\a b\c`, can only be one of Windows: its separators become
/// `/`. A [`Path`] is a file of this system.
///
/// ```
/// use multistage::{Dockerfile, Stage, instruction::literal_path};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("alpine").copy(literal_path("what?.txt"), "/srv/"));
/// assert_eq!(file.render()?, "FROM alpine\nCOPY [\"\\\"what[\\\\\\\\?].txt\\\"\", \"/srv/\"]\n");
/// # Ok::<(), multistage::Report>(())
/// ```
pub fn literal_path(name: impl AsRef<str>) -> CopySource {
    let name = name.as_ref();
    let mut path = String::with_capacity(name.len() + 2);
    if is_windows(name) {
        // There a backslash escapes nothing, and Docker takes each for a separator.
        for c in name.chars() {
            match c {
                '\\' => path.push('/'),
                '*' | '?' | '[' => path.extend(['[', c, ']']),
                _ => path.push(c),
            }
        }
        return CopySource::Path(literal(path));
    }
    if is_remote(name) {
        path.push_str("./");
    }
    if name.contains(['*', '?', '[', '\\']) {
        for c in name.chars() {
            match c {
                '*' | '?' | '[' | '\\' => path.extend(['[', '\\', c, ']']),
                '^' => path.push_str("\\^"),
                _ => path.push(c),
            }
        }
    } else {
        path.push_str(name);
    }
    CopySource::Path(literal(path))
}

/// Returns `true` if a name begins with a drive of Windows.
fn is_windows(name: &str) -> bool {
    let mut bytes = name.bytes();
    let drive = bytes.next().is_some_and(|b| b.is_ascii_alphabetic());
    drive && bytes.next() == Some(b':') && bytes.next() == Some(b'\\')
}

/// The file of a path, in which nothing is a pattern. A Dockerfile separates directories with `/`.
pub(super) fn of_path(path: &Path) -> CopySource {
    let Some(text) = path.to_str() else {
        return CopySource::Path(Text::from(path));
    };
    match std::path::MAIN_SEPARATOR {
        '\\' => literal_path(text.replace('\\', "/")),
        _ => literal_path(text),
    }
}
