//! `FileError`: why a file was not written, or is not what it should be.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::Report;
use crate::diff;

/// How many lines of the differences an error shows.
const SHOWN: usize = 100;

/// The error of writing or checking a file. `Debug` shows what `Display` does, so that a test can return it.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The Dockerfile has errors.
    #[error(transparent)]
    Invalid(#[from] Report),
    /// The file is not what it should be.
    #[error("{0}")]
    Stale(Box<Stale>),
    /// The file could not be read or written.
    #[error(transparent)]
    Failed(#[from] FileProblem),
}

impl fmt::Debug for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A file that is out of date: how it differs, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    path: PathBuf,
    exists: bool,
    diff: String,
    help: String,
}

impl Stale {
    pub(super) fn new(path: &Path, found: Option<&[u8]>, wanted: &str, help: String) -> Stale {
        let old = String::from_utf8_lossy(found.unwrap_or_default()).replace("\r\n", "\n");
        Stale {
            path: path.to_owned(),
            exists: found.is_some(),
            diff: diff::unified(
                &path.display().to_string(),
                "what is generated",
                &old,
                wanted,
            ),
            help,
        }
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is a file.
    pub fn exists(&self) -> bool {
        self.exists
    }

    /// The differences in the unified format: from the file to what is generated.
    pub fn diff(&self) -> &str {
        &self.diff
    }
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        if self.exists {
            writeln!(f, "`{path}` is out of date:")?;
            for line in self.diff.lines().take(SHOWN) {
                writeln!(f, "{}", visible(line))?;
            }
            let more = self.diff.lines().count().saturating_sub(SHOWN);
            if more > 0 {
                writeln!(f, "... and {more} more lines")?;
            }
        } else {
            writeln!(f, "`{path}` does not exist")?;
        }
        write!(f, "help: {}", self.help)
    }
}

/// A line that a terminal shows and does not obey.
fn visible(line: &str) -> String {
    let mut out = String::new();
    for c in line.chars() {
        if c.is_control() && c != '\t' {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// What kept a file from being read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} `{}`: {reason}\nhelp: {help}", .path.display())]
pub struct FileProblem {
    action: &'static str,
    path: PathBuf,
    reason: String,
    help: String,
    source: Option<io::Error>,
}

impl FileProblem {
    pub(super) fn new(
        action: &'static str,
        path: &Path,
        reason: impl Into<String>,
        help: impl Into<String>,
    ) -> FileProblem {
        FileProblem {
            action,
            path: path.to_owned(),
            reason: reason.into(),
            help: help.into(),
            source: None,
        }
    }

    pub(super) fn io(
        action: &'static str,
        path: &Path,
        source: io::Error,
        help: impl Into<String>,
    ) -> FileProblem {
        FileProblem {
            action,
            path: path.to_owned(),
            reason: source.to_string(),
            help: help.into(),
            source: Some(source),
        }
    }

    /// The path of the file, as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
