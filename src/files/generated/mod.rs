//! Generated files: a [`GeneratedFile`] is committed and kept up to date, an [`OutDir`] is that of
//! a build script. This is the only module that does I/O.

mod atomic;
mod build;
mod error;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::model::Dockerfile;

pub use self::build::OutDir;
pub use self::error::{FileError, FileProblem, Stale};

/// The variable that makes [`GeneratedFile::verify_or_update`] write: `MULTISTAGE_UPDATE=1`.
const UPDATE: &str = "MULTISTAGE_UPDATE";

/// The outcome of writing a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Written {
    /// There was no file.
    Created,
    /// The file had another text.
    Updated,
    /// The file had the text already; it was not touched.
    Unchanged,
}

/// A text and the file that it belongs in.
///
/// For a file that is generated and committed:
/// [`write_if_changed`](GeneratedFile::write_if_changed) writes it,
/// [`verify`](GeneratedFile::verify) fails when it is out of date, and
/// [`verify_or_update`](GeneratedFile::verify_or_update) is for a test that does either.
/// [`Dockerfile`] has short forms of the three.
///
/// ```
/// use multistage::{Dockerfile, Stage, generated::{GeneratedFile, Written}, ignore::IgnoreFile};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = std::env::temp_dir().join(format!("multistage-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("alpine:3.22").cmd(["date"]));
/// let ignored = IgnoreFile::new().ignore("target").render()?;
///
/// let dockerfile = GeneratedFile::new(folder.join("Dockerfile"), file.render()?)
///     .command("cargo xtask dockerfile");
/// assert_eq!(dockerfile.write_if_changed()?, Written::Created);
/// assert_eq!(dockerfile.write_if_changed()?, Written::Unchanged);
/// GeneratedFile::new(folder.join(".dockerignore"), ignored).write_if_changed()?;
///
/// let newer = GeneratedFile::new(folder.join("Dockerfile"), "FROM alpine:3.23\nCMD [\"date\"]\n")
///     .command("cargo xtask dockerfile");
/// let error = newer.verify().unwrap_err().to_string();
/// # let error = error.replace(&format!("{}/", folder.display()), "");
/// assert_eq!(error, "\
/// `Dockerfile` is out of date:
/// --- Dockerfile
/// +++ generated
/// @@ -1,2 +1,2 @@
/// -FROM alpine:3.22
/// +FROM alpine:3.23
///  CMD [\"date\"]
/// help: run `cargo xtask dockerfile`");
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
///
/// # What counts as the same text
///
/// A checked-out file whose lines end in `\r\n` is the same as one whose lines end in `\n`, so that
/// a working tree on Windows is up to date.
///
/// # How it is written
///
/// Into a new file beside the old one, which then takes its place: whoever reads it, and whoever is
/// interrupted, has the old text or the new one, whole. The new file has the permissions of the old
/// one. A link is followed to the file that it leads to, and stays. Nothing is written through a
/// link that leads nowhere or in a cycle, into what is not a regular file, and over a file that is
/// read-only; no folder is made. A failure leaves no other file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct GeneratedFile {
    path: PathBuf,
    text: String,
    command: Option<String>,
}

impl GeneratedFile {
    /// Creates a generated file: its path and its text, such as that of [`Dockerfile::render`].
    pub fn new(path: impl AsRef<Path>, text: impl Into<String>) -> GeneratedFile {
        GeneratedFile {
            path: path.as_ref().to_owned(),
            text: text.into(),
            command: None,
        }
    }

    /// Sets the command that regenerates the file, such as `cargo xtask generate`. The error of
    /// [`verify`](GeneratedFile::verify) names it.
    pub fn command(mut self, command: impl Into<String>) -> GeneratedFile {
        self.command = Some(command.into());
        self
    }

    /// Writes the file, unless it has the text already: then it is not touched, and keeps its time
    /// of modification.
    ///
    /// # Errors
    ///
    /// [`FileError::Failed`], with the path and what to do, if the file cannot be read or
    /// written: see [above](GeneratedFile#how-it-is-written).
    pub fn write_if_changed(&self) -> Result<Written, FileError> {
        Ok(atomic::write_if_changed(&self.path, &self.text)?)
    }

    /// Checks that the file has the text.
    ///
    /// # Errors
    ///
    /// [`FileError::Stale`], with the differences and the command that mends them, if it has
    /// another text or does not exist; [`FileError::Failed`] if it cannot be read.
    pub fn verify(&self) -> Result<(), FileError> {
        let help = match &self.command {
            Some(command) => format!("run `{command}`"),
            None => "generate it again".to_owned(),
        };
        self.check_with(help)
    }

    /// For a test: [`verify`](GeneratedFile::verify), or
    /// [`write_if_changed`](GeneratedFile::write_if_changed) where the environment has
    /// `MULTISTAGE_UPDATE=1`.
    ///
    /// ```no_run
    /// use multistage::{Dockerfile, generated::FileError};
    ///
    /// # fn image() -> Dockerfile { Dockerfile::new() }
    /// #[test]
    /// fn dockerfile_is_up_to_date() -> Result<(), FileError> {
    ///     image().verify_or_update(concat!(env!("CARGO_MANIFEST_DIR"), "/Dockerfile"))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As the two.
    pub fn verify_or_update(&self) -> Result<(), FileError> {
        if std::env::var_os(UPDATE).is_some_and(|value| value == OsStr::new("1")) {
            return self.write_if_changed().map(|_| ());
        }
        let help = match &self.command {
            Some(command) => format!("run `{command}`"),
            None => format!("run this test with `{UPDATE}=1` in its environment"),
        };
        self.check_with(help)
    }

    fn check_with(&self, help: String) -> Result<(), FileError> {
        let found = atomic::read(&self.path)?;
        match &found {
            Some(bytes) if atomic::is_same(bytes, &self.text) => Ok(()),
            _ => Err(FileError::Stale(Box::new(Stale::new(
                &self.path,
                found.as_deref(),
                &self.text,
                help,
            )))),
        }
    }
}

impl Dockerfile {
    /// [Renders](Dockerfile::render) the file and writes it to a path, unless it is there already.
    /// See [`GeneratedFile`].
    ///
    /// # Errors
    ///
    /// [`FileError::Invalid`] if the file has errors; nothing is written then.
    /// [`FileError::Failed`] if it cannot be written.
    pub fn write_if_changed(&self, path: impl AsRef<Path>) -> Result<Written, FileError> {
        GeneratedFile::new(path, self.render()?).write_if_changed()
    }

    /// Checks that a path has the text of this file. See [`GeneratedFile::verify`], also for the
    /// command that the error names.
    ///
    /// # Errors
    ///
    /// [`FileError::Invalid`] if the file has errors; otherwise as [`GeneratedFile::verify`].
    pub fn verify_file(&self, path: impl AsRef<Path>) -> Result<(), FileError> {
        GeneratedFile::new(path, self.render()?).verify()
    }

    /// For a test: checks that a path has the text of this file, or writes it where the environment
    /// has `MULTISTAGE_UPDATE=1`. See [`GeneratedFile::verify_or_update`].
    ///
    /// # Errors
    ///
    /// [`FileError::Invalid`] if the file has errors; otherwise as
    /// [`GeneratedFile::verify_or_update`].
    pub fn verify_or_update(&self, path: impl AsRef<Path>) -> Result<(), FileError> {
        GeneratedFile::new(path, self.render()?).verify_or_update()
    }
}
