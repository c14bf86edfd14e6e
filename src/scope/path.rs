//! Paths as Docker takes them, for Linux and for Windows.

use std::borrow::Cow;

use smol_str::{SmolStr, SmolStrBuilder};

/// The operating system decides what a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    Unix,
    Windows,
}

impl System {
    pub(crate) fn of(os: &str) -> System {
        if os == "windows" {
            System::Windows
        } else {
            System::Unix
        }
    }

    /// The program that runs a command in shell form if no SHELL sets another.
    pub(crate) fn shell(self) -> &'static [&'static str] {
        match self {
            System::Unix => &["/bin/sh", "-c"],
            System::Windows => &["cmd", "/S", "/C"],
        }
    }

    /// `PATH` where the base sets none.
    pub(crate) fn path(self) -> Option<&'static str> {
        match self {
            System::Unix => Some("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
            System::Windows => None,
        }
    }

    /// The root.
    pub(crate) fn root(self) -> &'static str {
        match self {
            System::Unix => "/",
            System::Windows => "\\",
        }
    }

    pub(crate) fn is_absolute(self, path: &str) -> bool {
        match self {
            System::Unix => path.starts_with('/'),
            System::Windows => without_drive(path).is_ok_and(|path| path.starts_with('/')),
        }
    }

    /// The working directory that WORKDIR makes of the current one.
    pub(crate) fn join_workdir(
        self,
        current: &SmolStr,
        path: &SmolStr,
    ) -> Result<SmolStr, &'static str> {
        match self {
            System::Unix if path.starts_with('/') => Ok(path.clone()),
            System::Unix => {
                let parent = if current.starts_with('/') {
                    current.clone()
                } else {
                    join("/", current)
                };
                Ok(match path.as_str() {
                    "" => parent,
                    _ => join(&parent, path),
                })
            }
            System::Windows => {
                let current = if current.is_empty() {
                    "/"
                } else {
                    current.as_str()
                };
                let mut parent = without_drive(current)?;
                if !parent.starts_with('/') {
                    parent = join("/", &parent).into();
                }
                let path = if path.is_empty() {
                    parent.clone()
                } else {
                    without_drive(path)?
                };
                let path = if path.starts_with('/') {
                    path
                } else {
                    join(&parent, &path).into()
                };
                Ok(path.replace('/', "\\").into())
            }
        }
    }

    /// Returns `true` if a build can use a path, or why it cannot.
    pub(crate) fn check(self, path: &str) -> Result<(), &'static str> {
        match self {
            System::Unix => Ok(()),
            System::Windows => without_drive(path).map(|_| ()),
        }
    }

    /// The destination of a copy, below the working directory.
    pub(crate) fn join_destination(
        self,
        workdir: &str,
        path: &SmolStr,
    ) -> Result<SmolStr, &'static str> {
        let (path, workdir) = match self {
            System::Unix if path.starts_with('/') => return Ok(path.clone()),
            System::Unix => (Cow::Borrowed(path.as_str()), Cow::Borrowed(workdir)),
            System::Windows => {
                let slash = path.ends_with(['/', '\\']);
                let mut path = without_drive(path)?;
                if slash && path.len() > 1 {
                    path.push('/');
                }
                (Cow::Owned(path), Cow::Owned(workdir.replace('\\', "/")))
            }
        };
        if path.starts_with('/') {
            return Ok(path.into());
        }
        let path = match path.as_ref() {
            "" | "." => "./",
            path => path,
        };
        let joined = clean_all(["/", &workdir, path]);
        if !matches!(path.as_bytes().last(), Some(b'/' | b'.')) {
            return Ok(joined);
        }
        // What is lost at the end says that it is a directory.
        let end = match joined == "/" {
            true if path.ends_with("/.") => ".",
            false if path.ends_with('/') => "/",
            false if path.ends_with("/.") => "/.",
            _ => return Ok(joined),
        };
        let mut out = SmolStrBuilder::new();
        out.push_str(&joined);
        out.push_str(end);
        Ok(out.finish())
    }
}

/// A Windows path without its drive, with slashes, cleaned.
fn without_drive(path: &str) -> Result<String, &'static str> {
    let path = path.replace('\\', "/");
    if path.len() == 2 && path.ends_with(':') {
        return Err("names a drive and no path");
    }
    if path.starts_with("//") {
        return Err("is a network path, which a build cannot use");
    }
    match path.split_once(':') {
        None => Ok(clean(&path).into()),
        Some((drive, rest)) if drive.eq_ignore_ascii_case("c") => Ok(clean(rest).into()),
        Some(_) => Err("is not on the system drive `C:`"),
    }
}

/// Two paths as one, cleaned.
pub(crate) fn join(parent: &str, path: &str) -> SmolStr {
    match parent {
        "" => clean(path),
        _ => clean_all([parent, path, ""]),
    }
}

/// Returns `true` if a path leads to the root, from there.
pub(crate) fn is_root(path: &str) -> bool {
    // A component leads back to the root that is empty, `.`, `..`, or taken away by a `..`.
    let (mut stays, mut leads_up, mut before) = (true, false, b'/');
    for byte in path.bytes() {
        stays &= matches!(byte, b'/' | b'.');
        leads_up |= byte == b'.' && before == b'.';
        before = byte;
    }
    !path.is_empty() && (stays || leads_up) && join("/", path) == "/"
}

/// A path without `.`, `..` and empty components, as far as its text says.
pub(crate) fn clean(path: &str) -> SmolStr {
    clean_all([path, "", ""])
}

/// The same of paths that are joined; the first one says whether they begin at the root.
fn clean_all(paths: [&str; 3]) -> SmolStr {
    joined_as_they_are(paths).unwrap_or_else(|| cleaned(paths).into())
}

/// The same where there is nothing to clean but slashes and a `./` at the ends of the paths, which
/// are most paths; `None` for others.
fn joined_as_they_are(paths: [&str; 3]) -> Option<SmolStr> {
    if !paths[0].starts_with('/') {
        return None;
    }
    let mut out = SmolStrBuilder::new();
    for path in paths {
        let mut path = path.strip_prefix("./").unwrap_or(path);
        while let Some(rest) = path.strip_prefix('/') {
            path = rest;
        }
        while let Some(rest) = path.strip_suffix('/') {
            path = rest;
        }
        let mut before = b'/';
        for byte in path.bytes() {
            // A component that is empty, or that may be `.` or `..`.
            if before == b'/' && matches!(byte, b'/' | b'.') {
                return None;
            }
            before = byte;
        }
        if !path.is_empty() {
            out.push('/');
            out.push_str(path);
        }
    }
    let out = out.finish();
    Some(if out.is_empty() {
        SmolStr::new_static("/")
    } else {
        out
    })
}

fn cleaned(paths: [&str; 3]) -> String {
    let rooted = paths[0].starts_with('/');
    let mut out = String::with_capacity(paths.iter().map(|path| path.len() + 1).sum());
    if rooted {
        out.push('/');
    }
    // Where the components begin that `..` takes away.
    let mut floor = out.len();
    for part in paths.iter().flat_map(|path| path.split('/')) {
        match part {
            "" | "." => continue,
            ".." if out.len() > floor => {
                let parent = out.get(floor..).and_then(|own| own.rfind('/'));
                out.truncate(parent.map_or(floor, |at| floor + at));
                continue;
            }
            ".." if rooted => continue,
            _ => {}
        }
        if !out.is_empty() && !out.ends_with('/') {
            out.push('/');
        }
        out.push_str(part);
        if part == ".." {
            floor = out.len();
        }
    }
    if out.is_empty() {
        out.push('.');
    }
    out
}

/// The last component of a path.
pub(crate) fn base(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        return if path.is_empty() { "." } else { "/" };
    }
    trimmed.rsplit('/').next().unwrap_or(trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning() {
        for (path, expected) in [
            ("", "."),
            ("/", "/"),
            ("a/../b/", "b"),
            ("/a/../../b//c/.", "/b/c"),
            ("../../a", "../../a"),
            ("a/../..", ".."),
            ("./x", "x"),
        ] {
            assert_eq!(clean(path), expected, "{path}");
        }
    }

    #[test]
    fn what_is_joined_as_it_is_is_clean() {
        let parts = [
            "", "/", "a", "/a", "a/", "./a", "./", ".", "..", "a//b", "a/./b", ".a",
        ];
        for first in ["/", "/w", "/w/", "//w", "w", ""] {
            for second in parts {
                for third in parts {
                    let paths = [first, second, third];
                    if let Some(joined) = joined_as_they_are(paths) {
                        assert_eq!(joined, cleaned(paths), "{paths:?}");
                    }
                }
            }
        }
        assert!(joined_as_they_are(["/", "a/b", "./c/"]).is_some());
    }

    #[test]
    fn working_directories() {
        let join = |system: System, current: &str, path: &str| {
            let joined = system.join_workdir(&current.into(), &path.into());
            joined.map(|path| path.to_string())
        };
        let unix = |current, path| join(System::Unix, current, path);
        assert_eq!(unix("", "a/../b/"), Ok("/b".to_owned()));
        assert_eq!(unix("/w", ""), Ok("/w".to_owned()));
        assert_eq!(unix("/w", "/a/../b/"), Ok("/a/../b/".to_owned()));
        assert_eq!(unix("", ""), Ok("/".to_owned()));
        let windows = |current, path| join(System::Windows, current, path);
        assert_eq!(windows("", "C:\\src"), Ok("\\src".to_owned()));
        assert_eq!(
            windows("\\src", "sub/dir"),
            Ok("\\src\\sub\\dir".to_owned())
        );
        assert_eq!(windows("", "c:x"), Ok("\\x".to_owned()));
        assert!(windows("", "D:\\x").is_err());
        assert!(windows("", "C:").is_err());
        assert!(windows("", "\\\\host\\share").is_err());
        assert!(System::Windows.is_absolute("C:\\x"));
        assert!(!System::Windows.is_absolute("x"));
    }

    #[test]
    fn destinations() {
        let join = |system: System, workdir: &str, path: &str| {
            let joined = system.join_destination(workdir, &path.into());
            joined.map(|path| path.to_string())
        };
        let unix = |workdir, path| join(System::Unix, workdir, path);
        assert_eq!(unix("/w", "b/"), Ok("/w/b/".to_owned()));
        assert_eq!(unix("/w", "."), Ok("/w/".to_owned()));
        assert_eq!(unix("/", ""), Ok("/".to_owned()));
        assert_eq!(unix("", "a/."), Ok("/a/.".to_owned()));
        assert_eq!(unix("/w", "/c"), Ok("/c".to_owned()));
    }
}
