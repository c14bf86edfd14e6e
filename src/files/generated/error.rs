//! `FileError`: why a file was not written, or is not what it should be.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::Report;
use crate::diff;

/// The number of lines of the differences an error shows.
const SHOWN: usize = 100;

/// The error of writing or verifying a file. `Debug` shows the same text as `Display`, so that
/// `main` or a test can return it.
#[non_exhaustive]
pub enum FileError {
    /// The Dockerfile has errors.
    Invalid(Report),
    /// The file is not what it should be.
    Stale(Box<Stale>),
    /// The file could not be read or written.
    Failed(FileProblem),
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileError::Invalid(report) => report.fmt(f),
            FileError::Stale(stale) => stale.fmt(f),
            FileError::Failed(problem) => fmt::Display::fmt(problem, f),
        }
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            FileError::Failed(problem) => problem.source(),
            FileError::Invalid(_) | FileError::Stale(_) => None,
        }
    }
}

impl From<Report> for FileError {
    fn from(report: Report) -> FileError {
        FileError::Invalid(report)
    }
}

impl From<FileProblem> for FileError {
    fn from(problem: FileProblem) -> FileError {
        FileError::Failed(problem)
    }
}

impl fmt::Debug for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The error for a file that is out of date, or does not exist: the differences, and the command
/// that regenerates it.
///
/// ```
/// use multistage::generated::{FileError, GeneratedFile};
///
/// let file = GeneratedFile::new("no-such.Dockerfile", "FROM alpine\n");
/// let file = file.command("cargo xtask image");
/// let Err(FileError::Stale(stale)) = file.verify() else { panic!("it does not exist") };
/// assert!(!stale.exists());
/// assert!(stale.diff().ends_with("+FROM alpine\n"));
/// assert!(stale.to_string().contains("cargo xtask image"));
/// ```
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
            diff: diff::unified(&path.display().to_string(), "generated", &old, wanted),
            help,
        }
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns `true` if the file exists, with another text.
    pub fn exists(&self) -> bool {
        self.exists
    }

    /// Returns the differences in the unified format, from the file to the generated text.
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

/// The reason why a file was not read or written, with its path. The source is the error of the
/// system.
#[derive(Debug)]
pub struct FileProblem {
    action: &'static str,
    path: PathBuf,
    reason: String,
    help: String,
    source: Option<io::Error>,
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FileProblem {
            action,
            path,
            reason,
            help,
            ..
        } = self;
        write!(
            f,
            "cannot {action} `{}`: {reason}\nhelp: {help}",
            path.display()
        )
    }
}

impl std::error::Error for FileProblem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
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

    /// Returns the path of the file, as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
