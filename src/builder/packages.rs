//! `Packages`: packages that one RUN installs.

use std::borrow::Cow;
use std::collections::{BTreeSet, btree_set};

use smol_str::SmolStr;

use crate::instruction::{Mount, RefusedWord, Run, Sharing};
use crate::model::Stage;

/// Packages that one RUN installs with `apt-get`, `apk` or `dnf`: sorted, each once.
///
/// It leaves nothing behind that the image does not need: the lists and downloads of the package manager are removed,
/// or are kept in cache mounts, see [`cached`](Packages::cached). What the names are is up to you.
///
/// | you write | comes out |
/// |---|---|
/// | `Packages::apt(["curl"])` | `apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*` |
/// | `Packages::apk(["curl"])` | `apk add --no-cache curl` |
/// | `Packages::dnf(["curl"])` | `dnf install -y --setopt=install_weak_deps=False curl && dnf clean all` |
///
/// Up to two packages stand in the line of the command, more on a line each:
///
/// ```
/// use multistage::{Dockerfile, Packages, Stage};
///
/// let mut packages = Packages::apt(["git", "curl"]);
/// packages.extend(["libpq-dev", "curl"]);
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("debian:12").install(&packages));
/// assert_eq!(file.render()?, "\
/// FROM debian:12
/// RUN apt-get update \\
///     && apt-get install -y --no-install-recommends \\
///         curl \\
///         git \\
///         libpq-dev \\
///     && rm -rf /var/lib/apt/lists/*
/// ");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// A name is data: the shell and the package manager get it as one package, in single quotes where that is needed
/// (`'python3>3.12'`). What the package manager would take for something else is reported as `invalid-value` when the
/// file is rendered: an option, several names in one string, for `apt-get` a package to be removed (`curl-`).
/// Versions can be given as the package manager takes them, as can paths of package files.
#[must_use = "packages are not installed until they are given to `Stage::install` or `Stage::run`"]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Packages {
    manager: Manager,
    names: BTreeSet<SmolStr>,
    cached: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Manager {
    Apt,
    Apk,
    Dnf,
}

impl Packages {
    /// Packages of Debian, Ubuntu and their relatives, installed with `apt-get`.
    pub fn apt<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Packages {
        Packages::of(Manager::Apt).and(names)
    }

    /// Packages of Alpine, installed with `apk`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Packages, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine:3.21").install(Packages::apk(["tini", "python3>3.12"])));
    /// assert_eq!(file.render()?, "FROM alpine:3.21\nRUN apk add --no-cache 'python3>3.12' tini\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn apk<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Packages {
        Packages::of(Manager::Apk).and(names)
    }

    /// Packages of Fedora, RHEL and their relatives, installed with `dnf`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Packages, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("fedora:42").install(Packages::dnf(["git"])));
    /// assert_eq!(file.render()?, "\
    /// FROM fedora:42
    /// RUN dnf install -y --setopt=install_weak_deps=False git \\
    ///     && dnf clean all
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn dnf<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Packages {
        Packages::of(Manager::Dnf).and(names)
    }

    /// Keeps the lists and downloads of the package manager in cache mounts, for the next build, in place of removing
    /// them.
    ///
    /// Each architecture has its own; builds that run at once wait for each other. The stage declares `TARGETARCH` for
    /// that, see [`Mount::id_per_arch`].
    ///
    /// ```
    /// # use multistage::{Dockerfile, Packages, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("debian:12").install(Packages::apt(["git"]).cached()));
    /// assert_eq!(file.render()?, "\
    /// FROM debian:12
    /// ARG TARGETARCH
    /// RUN --mount=type=cache,id=apt-cache-${TARGETARCH},target=/var/cache/apt,sharing=locked \\
    ///     --mount=type=cache,id=apt-lists-${TARGETARCH},target=/var/lib/apt/lists,sharing=locked \\
    ///     rm -f /etc/apt/apt.conf.d/docker-clean \\
    ///     && apt-get update \\
    ///     && apt-get install -y --no-install-recommends git
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#example-cache-apt-packages)
    pub fn cached(mut self) -> Packages {
        self.cached = true;
        self
    }

    /// Adds packages: names, or another set.
    ///
    /// ```
    /// use multistage::Packages;
    ///
    /// let build = Packages::apt(["g++", "cmake"]);
    /// let all = Packages::apt(["git"]).and(&build).and(["git", "ninja-build"]);
    /// assert_eq!(all.names().collect::<Vec<_>>(), ["cmake", "g++", "git", "ninja-build"]);
    /// ```
    pub fn and<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Packages {
        self.extend(names);
        self
    }

    /// The names, in order, each once.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.into_iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn of(manager: Manager) -> Packages {
        Packages {
            manager,
            names: BTreeSet::new(),
            cached: false,
        }
    }
}

impl<S: AsRef<str>> Extend<S> for Packages {
    fn extend<I: IntoIterator<Item = S>>(&mut self, names: I) {
        self.names
            .extend(names.into_iter().map(|name| SmolStr::new(name.as_ref())));
    }
}

/// An iterator over the names of [`Packages`].
#[derive(Debug, Clone)]
pub struct Names<'p>(btree_set::Iter<'p, SmolStr>);

impl<'p> Iterator for Names<'p> {
    type Item = &'p str;

    fn next(&mut self) -> Option<&'p str> {
        self.0.next().map(SmolStr::as_str)
    }
}

impl<'p> IntoIterator for &'p Packages {
    type Item = &'p str;
    type IntoIter = Names<'p>;

    fn into_iter(self) -> Names<'p> {
        Names(self.names.iter())
    }
}

impl From<&Packages> for Packages {
    fn from(packages: &Packages) -> Packages {
        packages.clone()
    }
}

/// The RUN that installs them. One that installs nothing is reported when the file is rendered.
impl From<Packages> for Run {
    fn from(packages: Packages) -> Run {
        Run::from(&packages)
    }
}

/// The RUN that installs them. One that installs nothing is reported when the file is rendered.
impl From<&Packages> for Run {
    fn from(packages: &Packages) -> Run {
        let recipe = packages.manager.recipe(packages.cached);
        let names: Vec<Cow<'_, str>> = packages.names().map(shell_word).collect();
        let on_lines = names.len() > ON_ONE_LINE;
        let separator = if on_lines { "\n    " } else { " " };
        let install = format!("{}{separator}{}", recipe.install, names.join(separator));
        let mut run = Run::chain(
            recipe
                .before
                .iter()
                .copied()
                .chain([install.as_str()])
                .chain(recipe.after.iter().copied()),
        );
        let first = recipe.before.len();
        let refuse = |line: usize, text: &str| RefusedWord {
            line,
            what: "package",
            text: text.into(),
            expected: recipe.expected,
        };
        if packages.is_empty() {
            run.refused.push(refuse(first, ""));
        }
        for (n, name) in packages.names().enumerate() {
            if !packages.manager.takes(name) {
                run.refused
                    .push(refuse(if on_lines { first + 1 + n } else { first }, name));
            }
        }
        let caches = recipe.caches.iter();
        run.mounts(caches.map(|(id, target)| {
            Mount::cache(*target)
                .id_per_arch(*id)
                .sharing(Sharing::Locked)
        }))
    }
}

impl Stage {
    /// Installs packages in one RUN; nothing is added where there are none.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Packages, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("debian:12")
    ///     .install(Packages::apt(["git", "openssh-client"]))
    ///     .install(Packages::apt([""; 0])));
    /// assert_eq!(file.render()?, "\
    /// FROM debian:12
    /// RUN apt-get update \\
    ///     && apt-get install -y --no-install-recommends git openssh-client \\
    ///     && rm -rf /var/lib/apt/lists/*
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[track_caller]
    pub fn install(self, packages: impl Into<Packages>) -> Stage {
        let packages = packages.into();
        if packages.is_empty() {
            self
        } else {
            self.run(packages)
        }
    }
}

/// How many packages stand in the line of the command.
const ON_ONE_LINE: usize = 2;

/// How a package manager is used.
struct Recipe {
    /// Id and target of what is kept from build to build.
    caches: &'static [(&'static str, &'static str)],
    before: &'static [&'static str],
    install: &'static str,
    after: &'static [&'static str],
    /// What a package looks like.
    expected: &'static str,
}

impl Manager {
    fn recipe(self, cached: bool) -> Recipe {
        match (self, cached) {
            (Manager::Apt, false) => Recipe {
                caches: &[],
                before: &["apt-get update"],
                install: "apt-get install -y --no-install-recommends",
                after: &["rm -rf /var/lib/apt/lists/*"],
                expected: APT,
            },
            (Manager::Apt, true) => Recipe {
                caches: &[
                    ("apt-cache", "/var/cache/apt"),
                    ("apt-lists", "/var/lib/apt/lists"),
                ],
                // The images of Debian and Ubuntu have a hook that empties the cache.
                before: &["rm -f /etc/apt/apt.conf.d/docker-clean", "apt-get update"],
                install: "apt-get install -y --no-install-recommends",
                after: &[],
                expected: APT,
            },
            (Manager::Apk, false) => Recipe {
                caches: &[],
                before: &[],
                install: "apk add --no-cache",
                after: &[],
                expected: APK,
            },
            (Manager::Apk, true) => Recipe {
                caches: &[("apk", "/var/cache/apk")],
                // apk keeps packages only where this link says so.
                before: &["ln -sfn /var/cache/apk /etc/apk/cache"],
                install: "apk add --update-cache",
                after: &["rm /etc/apk/cache"],
                expected: APK,
            },
            (Manager::Dnf, false) => Recipe {
                caches: &[],
                before: &[],
                install: "dnf install -y --setopt=install_weak_deps=False",
                after: &["dnf clean all"],
                expected: DNF,
            },
            (Manager::Dnf, true) => Recipe {
                // The second one is that of dnf 5.
                caches: &[("dnf", "/var/cache/dnf"), ("libdnf5", "/var/cache/libdnf5")],
                before: &[],
                install: "dnf install -y --setopt=install_weak_deps=False --setopt=keepcache=True",
                after: &[],
                expected: DNF,
            },
        }
    }

    /// Whether the package manager takes a name for one package, and for nothing else.
    fn takes(self, name: &str) -> bool {
        if let Some(path) = name.strip_prefix("./").or_else(|| name.strip_prefix('/')) {
            let in_path = |c: char| is_name(c) || matches!(c, '/' | '~' | '_');
            return path.ends_with(char::is_alphanumeric) && path.chars().all(in_path);
        }
        let mut chars = name.chars();
        let first = chars.next().unwrap_or(' ');
        match self {
            Manager::Apt => is_apt(name),
            Manager::Apk => {
                (first.is_ascii_alphanumeric() || first == '_')
                    && chars
                        .all(|c| is_name(c) || matches!(c, '_' | ':' | '@' | '=' | '<' | '>' | '~'))
            }
            Manager::Dnf => {
                (first.is_ascii_alphanumeric() || matches!(first, '_' | '@'))
                    && chars
                        .all(|c| is_name(c) || matches!(c, '_' | ':' | '~' | '^' | '*' | '(' | ')'))
            }
        }
    }
}

const APT: &str = "one package such as `curl`, `curl=8.5.0-2` or `libc6:arm64`";
const APK: &str = "one package such as `curl`, `curl=8.5.0-r0` or `curl>8`";
const DNF: &str = "one package such as `curl`, `curl-8.5.0` or `@development-tools`";

/// A name, `name:arch`, `name=version` or `name/release`.
fn is_apt(name: &str) -> bool {
    let version = |c: char| is_name(c) || matches!(c, ':' | '~' | '*');
    let release = |c: char| is_name(c) || c == '_';
    let (name, rest_ok) = if let Some((name, rest)) = name.split_once('=') {
        (name, !rest.is_empty() && rest.chars().all(version))
    } else if let Some((name, rest)) = name.split_once('/') {
        (name, !rest.is_empty() && rest.chars().all(release))
    } else {
        (name, true)
    };
    let (name, arch) = name.split_once(':').unwrap_or((name, "any"));
    let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    rest_ok
        && name.starts_with(lower)
        && name.chars().all(|c| lower(c) || matches!(c, '+' | '.' | '-'))
        // `curl-` removes the package.
        && !name.ends_with('-')
        && arch.starts_with(lower)
        && arch.chars().all(|c| lower(c) || c == '-')
        && !arch.ends_with('-')
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-')
}

/// How a word is spelled so that the shell takes it as it is.
fn shell_word(word: &str) -> Cow<'_, str> {
    let plain = |c: char| is_name(c) || matches!(c, '_' | ':' | '/' | '=' | '@' | '~' | '^');
    if !word.is_empty() && !word.starts_with('~') && word.chars().all(plain) {
        word.into()
    } else {
        format!("'{}'", word.replace('\'', r"'\''")).into()
    }
}
