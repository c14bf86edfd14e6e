//! The caches that tools keep: where they are, what empties them, and which of them the builds of
//! several platforms can share.

use super::directories::is_in;
use super::shell::Command;

/// The ends of the paths of caches that tell the platforms apart by themselves, or hold nothing
/// that depends on one.
const PORTABLE: &[&str] = &[
    "/.bun/install/cache",
    "/.cache/composer",
    "/.cache/go-build",
    "/.cache/pip",
    "/.cache/pypoetry",
    "/.cache/uv",
    "/.cache/yarn",
    "/.cargo/git",
    "/.cargo/registry",
    "/.composer/cache",
    "/.gradle",
    "/.m2",
    "/.npm",
    "/.nuget/packages",
    "/.yarn/berry/cache",
    "/cargo/git",
    "/cargo/registry",
    "/etc/apk/cache",
    "/go/pkg",
    "/usr/local/share/.cache/yarn",
    "/var/cache/apk",
    "/var/cache/apt",
    "/var/cache/dnf",
    "/var/cache/yum",
    "/var/lib/apt",
];

/// Returns `true` if the builds of several platforms can share what a tool keeps in a directory.
pub(super) fn is_portable(target: &str) -> bool {
    let path = target.trim_end_matches('/');
    PORTABLE.iter().any(|known| match path.find(known) {
        Some(at) => {
            let rest = path.get(at + known.len()..).unwrap_or_default();
            rest.is_empty() || rest.starts_with('/')
        }
        None => false,
    })
}

/// The paths that a command empties.
#[derive(Debug)]
pub(super) enum Emptied<'c> {
    /// The cache of a tool: paths, and ends of paths below the home of the user.
    Tool(&'static [&'static str]),
    /// The arguments of `rm`.
    Paths(Vec<&'c str>),
}

/// Returns the paths that a command empties, if it is known to empty any.
pub(super) fn emptied<'c>(command: &'c Command<'_>) -> Option<Emptied<'c>> {
    const APT: &[&str] = &["/var/cache/apt"];
    const RPM: &[&str] = &["/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5"];
    let words = command.arguments();
    let mut plain = words
        .iter()
        .map(|word| word.text.as_ref())
        .filter(|word| !word.starts_with('-'));
    let mut next = || plain.next().unwrap_or_default();
    let flag = |name: &str| words.iter().any(|word| word.text == name);
    let program = command.program();
    if program == "rm" {
        let paths = words.iter().map(|word| word.text.as_ref());
        return Some(Emptied::Paths(
            paths.filter(|word| word.starts_with(['/', '~'])).collect(),
        ));
    }
    let dirs: &'static [&'static str] = match (program, next(), next()) {
        ("apt-get" | "apt", "clean" | "distclean", _) => APT,
        ("yum" | "dnf" | "microdnf" | "dnf5", "clean", "all" | "packages") => RPM,
        ("zypper", "clean" | "cc", _) => &["/var/cache/zypp"],
        ("npm", "cache", "clean" | "clear") => &["~/.npm"],
        ("yarn", "cache", "clean") => &["~/.cache/yarn", "/usr/local/share/.cache/yarn", "~/.yarn"],
        ("pip" | "pip3", "cache", "purge") => &["~/.cache/pip"],
        ("uv", "cache", "clean") => &["~/.cache/uv"],
        ("composer", "clear-cache" | "clearcache" | "cc", _) => {
            &["~/.composer", "~/.cache/composer"]
        }
        ("go", "clean", _) if flag("-modcache") => &["/go/pkg/mod", "~/go/pkg/mod"],
        ("go", "clean", _) if flag("-cache") => &["~/.cache/go-build"],
        _ => return None,
    };
    Some(Emptied::Tool(dirs))
}

impl Emptied<'_> {
    /// Returns `true` if this leaves nothing of use in a directory. `home`: that of the user, where
    /// it is known.
    pub(super) fn covers(&self, target: &str, home: Option<&str>) -> bool {
        /// The directories in which a package manager keeps files, below one that may be the mount.
        const KEPT: &[&str] = &["/var/lib/apt/lists", "/var/cache/apt/archives"];
        let target = target.trim_end_matches('/');
        match self {
            Emptied::Tool(dirs) => dirs.iter().any(|dir| match dir.strip_prefix('~') {
                Some(end) => target.ends_with(end),
                None => is_in(target, dir) || is_in(dir, target),
            }),
            Emptied::Paths(paths) => paths.iter().any(|path| {
                let Some(path) = absolute(path, home) else {
                    return false;
                };
                let path = all_of(&path);
                is_in(target, path) || KEPT.contains(&path) && is_in(path, target)
            }),
        }
    }
}

/// The path of a word of a shell, where it is absolute.
fn absolute(word: &str, home: Option<&str>) -> Option<String> {
    match word.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => Some(format!("{}{rest}", home?)),
        Some(_) => None,
        None => Some(word.to_owned()),
    }
}

/// The directory of a pattern that matches all that is in it.
fn all_of(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    match path.rsplit_once('/') {
        Some((directory, "*" | "**" | "." | "*.deb" | "*.rpm")) => directory,
        _ => path,
    }
}
