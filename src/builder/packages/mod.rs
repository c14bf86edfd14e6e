//! `Packages`: packages that one RUN installs.

use smol_str::SmolStr;

use self::manager::Manager;
#[cfg(doc)]
use crate::instruction::Mount;
use crate::instruction::ShellText;
use crate::model::Stage;

mod manager;
mod run;

/// Packages that one RUN installs with the package manager of the image: sorted, each once.
///
/// It leaves nothing in the image that it does not need: the lists and downloads of the package
/// manager are removed, or are kept in cache mounts, see [`cached`](Packages::cached). What the
/// names are is up to you.
///
/// | you write | comes out |
/// |---|---|
/// | `Packages::apt(["curl"])` | `apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*` |
/// | `Packages::apk(["curl"])` | `apk add --no-cache curl` |
/// | `Packages::dnf(["curl"])` | `dnf install -y --setopt=install_weak_deps=False curl && dnf clean all` |
///
/// So do [`microdnf`](Packages::microdnf), [`tdnf`](Packages::tdnf), [`zypper`](Packages::zypper)
/// and [`apt_satisfy`](Packages::apt_satisfy). Keys and sources of packages are for commands before
/// the RUN.
///
/// Up to two packages are in the line of the command, more on a line each:
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
/// A name is data: the shell and the package manager get it as one package, in single quotes where
/// that is needed (`'python3>3.12'`). What the package manager would take for something else is
/// reported as `invalid-value` when the file is rendered: an option, several names in one string,
/// for `apt-get` a package to be removed (`curl-`). Versions can be given as the package manager
/// takes them, as can paths of package files.
#[must_use = "packages are not installed until they are given to `Stage::install` or `Stage::run`"]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Packages {
    manager: Manager,
    /// In order, each once.
    names: Vec<SmolStr>,
    cached: bool,
    program: Option<SmolStr>,
    prefix: Vec<SmolStr>,
    options: Vec<SmolStr>,
    /// The commands that run before the packages are removed. If there are none, the packages stay.
    needed_by: Vec<ShellText>,
}

impl Packages {
    /// Creates a set of packages of Debian, Ubuntu and their relatives, installed with `apt-get`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Packages, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("debian:12-slim").install(Packages::apt(["curl"])));
    /// assert_eq!(file.render()?, "\
    /// FROM debian:12-slim
    /// RUN apt-get update \\
    ///     && apt-get install -y --no-install-recommends curl \\
    ///     && rm -rf /var/lib/apt/lists/*
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn apt<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Packages {
        Packages::of(Manager::Apt).and(names)
    }

    /// Packages of Alpine, installed with `apk`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Packages, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine:3.21").install(Packages::apk(["tini", "python3>3.12"])));
    /// assert_eq!(file.render()?,
    ///     "FROM alpine:3.21\nRUN apk add --no-cache 'python3>3.12' tini\n");
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

    /// Packages of RHEL and UBI minimal images, installed with `microdnf`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Packages, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("redhat/ubi9-minimal").install(Packages::microdnf(["git"])));
    /// assert_eq!(file.render()?, "\
    /// FROM redhat/ubi9-minimal
    /// RUN microdnf install -y --setopt=install_weak_deps=0 git \\
    ///     && microdnf clean all
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn microdnf<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Packages {
        Packages::of(Manager::Microdnf).and(names)
    }

    /// Packages of Azure Linux and Photon, installed with `tdnf`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Packages, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("azurelinux/base/core:3.0").install(Packages::tdnf(["git"])));
    /// assert_eq!(file.render()?, "\
    /// FROM azurelinux/base/core:3.0
    /// RUN tdnf install -y git \\
    ///     && tdnf clean all
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn tdnf<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Packages {
        Packages::of(Manager::Tdnf).and(names)
    }

    /// Packages of openSUSE and SLE, installed with `zypper`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Packages, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("opensuse/leap").install(Packages::zypper(["git"])));
    /// assert_eq!(file.render()?, "\
    /// FROM opensuse/leap
    /// RUN zypper --non-interactive install --no-recommends git \\
    ///     && zypper clean --all
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn zypper<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Packages {
        Packages::of(Manager::Zypper).and(names)
    }

    /// Dependencies in the syntax of a Debian control file, installed with `apt-get satisfy`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Packages, Stage};
    /// # let mut file = Dockerfile::new();
    /// let cross = Packages::apt_satisfy(["binutils-arm-linux-gnueabihf:native (>= 2.40)"])
    ///     .program("xx-apt-get");
    /// file.push(Stage::new("debian:12").install(cross));
    /// assert_eq!(file.render()?, "\
    /// FROM debian:12
    /// RUN xx-apt-get update \\
    ///     && xx-apt-get satisfy -y --no-install-recommends 'binutils-arm-linux-gnueabihf:native (>= 2.40)' \\
    ///     && rm -rf /var/lib/apt/lists/*
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn apt_satisfy<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Packages {
        Packages::of(Manager::AptSatisfy).and(names)
    }

    /// Adds a package of one version, spelled as the package manager takes it.
    ///
    /// ```
    /// use multistage::Packages;
    ///
    /// let names = |packages: Packages| packages.names().map(str::to_owned).collect::<Vec<_>>();
    /// assert_eq!(names(Packages::apt(["git"]).version("curl", "8.5.0-2")), ["curl=8.5.0-2",
    ///     "git"]);
    /// assert_eq!(names(Packages::dnf([""; 0]).version("curl", "8.5.0")), ["curl-8.5.0"]);
    /// ```
    pub fn version(self, name: impl AsRef<str>, version: impl AsRef<str>) -> Packages {
        let separator = match self.manager {
            Manager::Dnf | Manager::Microdnf | Manager::Tdnf => '-',
            _ => '=',
        };
        let name = format!("{}{separator}{}", name.as_ref(), version.as_ref());
        self.and([name])
    }

    /// Adds an option of the install command, such as `--upgrade`; one with an argument is two of
    /// them, or [`options`](Packages::options).
    ///
    /// Options are data: the shell gets each as one word.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Packages, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").install(Packages::apk(["git"]).option("--upgrade")));
    /// file.push(Stage::new("debian:13").install(Packages::apt(["golang"]).options(["-t",
    ///     "trixie-backports"])));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN apk add --no-cache --upgrade git
    ///
    /// FROM debian:13
    /// RUN apt-get update \\
    ///     && apt-get install -y --no-install-recommends -t trixie-backports golang \\
    ///     && rm -rf /var/lib/apt/lists/*
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn option(mut self, option: impl AsRef<str>) -> Packages {
        self.options.push(option.as_ref().into());
        self
    }

    /// Adds options of the install command, in order. See [`option`](Packages::option) for an
    /// example.
    pub fn options<S: AsRef<str>>(mut self, options: impl IntoIterator<Item = S>) -> Packages {
        for option in options {
            self.options.push(option.as_ref().into());
        }
        self
    }

    /// Words in front of every command, such as `sudo`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Packages, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("gitpod/workspace-base").install(Packages::apt(["jq"]).prefix(["sudo",
    ///     "-E"])));
    /// assert_eq!(file.render()?, "\
    /// FROM gitpod/workspace-base
    /// RUN sudo -E apt-get update \\
    ///     && sudo -E apt-get install -y --no-install-recommends jq \\
    ///     && sudo -E rm -rf /var/lib/apt/lists/*
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn prefix<S: AsRef<str>>(mut self, words: impl IntoIterator<Item = S>) -> Packages {
        self.prefix = words.into_iter().map(|word| word.as_ref().into()).collect();
        self
    }

    /// Sets the program that is run in place of the package manager, such as `xx-apk`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Packages, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").install(Packages::apk(["musl-dev", "gcc"])
    ///     .program("xx-apk")));
    /// assert_eq!(file.render()?, "FROM alpine\nRUN xx-apk add --no-cache gcc musl-dev\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn program(mut self, program: impl AsRef<str>) -> Packages {
        self.program = Some(program.as_ref().into());
        self
    }

    /// Removes the packages in the same RUN, after the commands that need them.
    ///
    /// `apk` installs them as one virtual package, `.build-deps` unless the options name another
    /// with `--virtual`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Packages, Stage};
    /// # let mut file = Dockerfile::new();
    /// let tools = Packages::apk(["gcc", "make", "musl-dev"]).removed_after(["make",
    ///     "make install"]);
    /// file.push(Stage::new("alpine").install(tools));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN apk add --no-cache --virtual .build-deps \\
    ///         gcc \\
    ///         make \\
    ///         musl-dev \\
    ///     && make \\
    ///     && make install \\
    ///     && apk del --no-network .build-deps
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn removed_after<T: Into<ShellText>>(
        mut self,
        commands: impl IntoIterator<Item = T>,
    ) -> Packages {
        for command in commands {
            self.needed_by.push(command.into());
        }
        self
    }

    /// Keeps the lists and downloads of the package manager in cache mounts, for the next build, in
    /// place of removing them.
    ///
    /// Each architecture has its own; builds that run at once wait for each other. The stage
    /// declares `TARGETARCH` for that, see [`Mount::id_per_arch`].
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

    /// Returns the names in order, each once; with [`version`](Packages::version), as the package
    /// manager takes them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.into_iter()
    }

    /// Returns `true` if the set has no package. [`Stage::install`] then adds nothing.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn insert(&mut self, name: &str) {
        if let Err(at) = self
            .names
            .binary_search_by(|known| known.as_str().cmp(name))
        {
            self.names.insert(at, name.into());
        }
    }

    fn of(manager: Manager) -> Packages {
        Packages {
            manager,
            names: Vec::new(),
            cached: false,
            program: None,
            prefix: Vec::new(),
            options: Vec::new(),
            needed_by: Vec::new(),
        }
    }
}

impl<S: AsRef<str>> Extend<S> for Packages {
    fn extend<I: IntoIterator<Item = S>>(&mut self, names: I) {
        for name in names {
            self.insert(name.as_ref());
        }
    }
}

/// An iterator over the names of [`Packages`].
#[derive(Debug, Clone)]
pub struct Names<'p>(std::slice::Iter<'p, SmolStr>);

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
