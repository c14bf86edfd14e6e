//! Reading and replacing a file: the old text or the new one, whole.

use std::fs::{self, File, OpenOptions, Permissions};
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::Written;
use super::error::FileProblem;

/// The number of names that are tried for a temporary file. They are random, so that what a killed
/// process left is passed over.
const TRIES: u32 = 16;

const CHECK: &str = "check";
pub(super) const WRITE: &str = "write";

/// The bytes of a file; none where there is no file.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, FileProblem> {
    Ok(Target::find(CHECK, path)?.old.map(|old| old.bytes))
}

/// Returns `true` if a file has a text; line ends do not count.
pub(super) fn is_same(bytes: &[u8], text: &str) -> bool {
    if bytes == text.as_bytes() {
        return true;
    }
    let Ok(found) = std::str::from_utf8(bytes) else {
        return false;
    };
    // Where the text has such line ends itself, they are part of it.
    !text.contains("\r\n") && found.contains("\r\n") && found.replace("\r\n", "\n") == text
}

pub(super) fn write_if_changed(path: &Path, text: &str) -> Result<Written, FileProblem> {
    let target = Target::find(WRITE, path)?;
    match &target.old {
        Some(old) if is_same(&old.bytes, text) => return Ok(Written::Unchanged),
        Some(old) if old.permissions.readonly() => {
            return Err(FileProblem::new(
                WRITE,
                path,
                "it is read-only",
                "make it writable, or remove it",
            ));
        }
        Some(_) => target.check_access(path)?,
        None => {}
    }
    target.replace(text).map_err(|error| {
        let help = advice(&error);
        FileProblem::io(WRITE, path, error, help)
    })?;
    Ok(match target.old {
        Some(_) => Written::Updated,
        None => Written::Created,
    })
}

/// The file that a path leads to.
struct Target {
    /// The file itself, that all links lead to.
    real: PathBuf,
    old: Option<Old>,
}

struct Old {
    bytes: Vec<u8>,
    permissions: Permissions,
    #[cfg(unix)]
    owner: (u32, u32),
}

impl Target {
    fn find(action: &'static str, path: &Path) -> Result<Target, FileProblem> {
        if path.file_name().is_none() {
            return Err(FileProblem::new(
                action,
                path,
                "this is not the path of a file",
                "give a path with a file name, such as `Dockerfile`",
            ));
        }
        let is_link = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata.is_symlink(),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Target::missing(action, path);
            }
            Err(error) => {
                let help = advice(&error);
                return Err(FileProblem::io(action, path, error, help));
            }
        };
        let real = if is_link {
            fs::canonicalize(path).map_err(|error| {
                let reason = match error.kind() {
                    ErrorKind::NotFound => "it is a link to what does not exist".to_owned(),
                    _ => format!("it is a link that cannot be followed: {error}"),
                };
                FileProblem::new(
                    action,
                    path,
                    reason,
                    "remove the link, or make it lead to a file",
                )
            })?
        } else {
            path.to_owned()
        };
        let old = Old::read(action, path, &real)?;
        Ok(Target {
            real,
            old: Some(old),
        })
    }

    /// A path where nothing is: what is there has to be a folder.
    fn missing(action: &'static str, path: &Path) -> Result<Target, FileProblem> {
        let target = Target {
            real: path.to_owned(),
            old: None,
        };
        let reason = match fs::metadata(target.folder()) {
            Ok(metadata) if metadata.is_dir() => return Ok(target),
            Ok(_) => "is not a folder",
            Err(error) if error.kind() == ErrorKind::NotFound => "does not exist",
            Err(error) => {
                let help = advice(&error);
                return Err(FileProblem::io(action, path, error, help));
            }
        };
        Err(FileProblem::new(
            action,
            path,
            format!("`{}` {reason}", target.folder().display()),
            "make that folder first, or give another path",
        ))
    }

    fn folder(&self) -> &Path {
        match self.real.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }

    /// Replacing a file asks for no permission on it: one that could not be written into is left
    /// alone. Opening it changes nothing.
    fn check_access(&self, path: &Path) -> Result<(), FileProblem> {
        match OpenOptions::new().write(true).open(&self.real) {
            Err(error) if error.kind() == ErrorKind::PermissionDenied => Err(FileProblem::new(
                WRITE,
                path,
                "this user may not write it",
                "make it writable for this user, or remove it",
            )),
            _ => Ok(()),
        }
    }

    fn replace(&self, text: &str) -> io::Result<()> {
        let mut temporary = Temporary::create(self.folder(), self.old.is_some())?;
        temporary.write(text)?;
        if let Some(old) = &self.old {
            temporary.resemble(old)?;
        }
        temporary.rename(&self.real)
    }
}

impl Old {
    fn read(action: &'static str, path: &Path, real: &Path) -> Result<Old, FileProblem> {
        let failed = |error: io::Error| {
            let help = advice(&error);
            FileProblem::io(action, path, error, help)
        };
        let metadata = fs::metadata(real).map_err(failed)?;
        if !metadata.is_file() {
            let reason = if metadata.is_dir() {
                "it is a folder"
            } else {
                "it is not a regular file"
            };
            let help = "give the path of a file";
            return Err(FileProblem::new(action, path, reason, help));
        }
        Ok(Old {
            bytes: fs::read(real).map_err(failed)?,
            permissions: metadata.permissions(),
            #[cfg(unix)]
            owner: {
                use std::os::unix::fs::MetadataExt;
                (metadata.uid(), metadata.gid())
            },
        })
    }
}

/// A file beside the target, which is removed unless it takes its place.
struct Temporary {
    path: PathBuf,
    file: Option<File>,
}

impl Temporary {
    fn create(folder: &Path, is_private: bool) -> io::Result<Temporary> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if is_private {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        #[cfg(not(unix))]
        let _ = is_private;
        let mut tries = 0;
        loop {
            // Not the name of the target, which can be as long as a name can be.
            let path = folder.join(format!(".multistage-{:016x}.tmp", random()));
            match options.open(&path) {
                Ok(file) => {
                    let file = Some(file);
                    return Ok(Temporary { path, file });
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists && tries < TRIES => {
                    tries += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        match &mut self.file {
            Some(file) => {
                file.write_all(text.as_bytes())?;
                // A disk that is full can say so here only.
                file.sync_all()
            }
            None => Ok(()),
        }
    }

    /// Takes on the permissions of the old file, and its owner and its group as far as that is
    /// allowed.
    fn resemble(&self, old: &Old) -> io::Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, chown};
            let metadata = fs::metadata(&self.path)?;
            let (user, group) = old.owner;
            let differs = (metadata.uid(), metadata.gid()) != old.owner;
            if differs && chown(&self.path, Some(user), Some(group)).is_err() {
                let _ = chown(&self.path, None, Some(group));
            }
        }
        fs::set_permissions(&self.path, old.permissions.clone())
    }

    fn rename(mut self, target: &Path) -> io::Result<()> {
        // Some systems do not rename a file that is open.
        self.file = None;
        fs::rename(&self.path, target)?;
        self.path = PathBuf::new();
        Ok(())
    }
}

/// A number that no other process, and no other call, is likely to have: the keys of a hasher are
/// random.
fn random() -> u64 {
    std::hash::RandomState::new().build_hasher().finish()
}

impl Drop for Temporary {
    fn drop(&mut self) {
        self.file = None;
        if !self.path.as_os_str().is_empty() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The advice for an error.
fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::PermissionDenied => "check the permissions of the file and of its folder",
        ErrorKind::NotFound => "make the folder first, or give another path",
        ErrorKind::NotADirectory => "give a path whose folders are folders",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room, and try again",
        ErrorKind::ReadOnlyFilesystem => "give a path on a file system that can be written to",
        ErrorKind::InvalidInput => "give another path",
        _ => "see that the file and its folder can be read and written",
    }
}
