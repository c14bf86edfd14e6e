//! `OutDir`: files that a build script makes.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use super::error::{FileError, FileProblem};
use super::{GeneratedFile, atomic};

/// The folder that Cargo gives to a build script: `OUT_DIR`.
///
/// A build script should write nowhere else. What it makes is put into the program by
/// `include_str!`:
///
/// ```no_run
/// // build.rs
/// use multistage::{Dockerfile, Stage, generated::OutDir};
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let version = std::fs::read_to_string("node-version.txt")?;
///     let mut file = Dockerfile::new();
///     file.push(Stage::new(format!("node:{}", version.trim())).cmd(["node"]));
///     OutDir::from_env()?
///         .rerun_if_changed("build.rs")
///         .rerun_if_changed("node-version.txt")
///         .write("Dockerfile", &file.render()?)?;
///     Ok(())
/// }
///
/// // src/main.rs
/// # #[cfg(any())]
/// const DOCKERFILE: &str = include_str!(concat!(env!("OUT_DIR"), "/Dockerfile"));
/// ```
///
/// [Cargo's book](https://doc.rust-lang.org/cargo/reference/build-scripts.html)
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct OutDir {
    folder: PathBuf,
    /// The lines for Cargo: a key and its value.
    lines: Vec<(&'static str, PathBuf)>,
}

impl OutDir {
    /// Returns the folder that the environment variable `OUT_DIR` names, which Cargo sets for a
    /// build script.
    ///
    /// # Errors
    ///
    /// [`FileError::Failed`] if `OUT_DIR` is not set: the program is not a build script.
    pub fn from_env() -> Result<OutDir, FileError> {
        let folder = env::var_os("OUT_DIR").filter(|folder| !folder.is_empty());
        match folder {
            Some(folder) => Ok(OutDir {
                folder: folder.into(),
                lines: Vec::new(),
            }),
            None => Err(FileProblem::new(
                "find",
                Path::new("OUT_DIR"),
                "the environment does not have it",
                "use this in a build script, which Cargo runs; elsewhere use `write_if_changed`",
            )
            .into()),
        }
    }

    /// Runs the build script again when a file or folder has changed: `cargo::rerun-if-changed`.
    ///
    /// The path is from the folder of the package. Without any of these, Cargo runs the script
    /// again when any file of the package has changed.
    pub fn rerun_if_changed(mut self, path: impl AsRef<Path>) -> OutDir {
        self.lines
            .push(("rerun-if-changed", path.as_ref().to_owned()));
        self
    }

    /// Runs the build script again when a variable of the environment has changed:
    /// `cargo::rerun-if-env-changed`.
    pub fn rerun_if_env_changed(mut self, name: impl AsRef<OsStr>) -> OutDir {
        self.lines
            .push(("rerun-if-env-changed", name.as_ref().into()));
        self
    }

    /// Writes a file into the folder, unless it has the text already, and returns its path. Prints
    /// what Cargo has to watch, if Cargo runs the script.
    ///
    /// # Errors
    ///
    /// [`FileError::Failed`] where the name leads out of the folder, a line for Cargo cannot hold
    /// what was given, or the file cannot be written.
    pub fn write(&self, name: impl AsRef<Path>, text: &str) -> Result<PathBuf, FileError> {
        let path = self.inside(name.as_ref())?;
        let lines = self.lines()?;
        GeneratedFile::new(&path, text).write_if_changed()?;
        if env::var_os("CARGO").is_some() {
            let mut out = io::stdout().lock();
            out.write_all(lines.as_bytes())
                .and_then(|()| out.flush())
                .map_err(|error| {
                    let help = "let the build script write to its output";
                    FileProblem::io(atomic::WRITE, Path::new("stdout"), error, help)
                })?;
        }
        Ok(path)
    }

    /// The path of a name, if it is below the folder, links and all.
    fn inside(&self, name: &Path) -> Result<PathBuf, FileProblem> {
        let path = self.folder.join(name);
        let is_below = name
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        let leaves = match path.parent().map(fs::canonicalize) {
            Some(Ok(parent)) => {
                let folder = fs::canonicalize(&self.folder);
                !folder.is_ok_and(|folder| parent.starts_with(folder))
            }
            // What does not exist is found when it is written.
            _ => false,
        };
        let is_link = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink());
        if is_below && !leaves && !is_link {
            Ok(path)
        } else {
            Err(FileProblem::new(
                atomic::WRITE,
                &path,
                "it is not below `OUT_DIR`",
                "give a name such as `Dockerfile`, and remove a link that is there",
            ))
        }
    }

    /// The lines for Cargo.
    fn lines(&self) -> Result<String, FileProblem> {
        let mut out = String::new();
        for (key, value) in &self.lines {
            match value.to_str() {
                Some(text) if !text.contains(['\n', '\r']) && !text.is_empty() => {
                    out.push_str(&format!("cargo::{key}={text}\n"));
                }
                _ => {
                    return Err(FileProblem::new(
                        "tell Cargo of",
                        value,
                        "a line of UTF-8 cannot hold it, or it is empty",
                        "give another path or name",
                    ));
                }
            }
        }
        Ok(out)
    }
}
