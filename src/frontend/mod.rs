//! The features of the language that a file uses, and the engines that have them.
//!
//! [`Dockerfile::features`] lists the features, [`Dockerfile::minimum_syntax`] is the oldest
//! frontend that has them all, and [`Dockerfile::set_engine`] makes a feature that an [`Engine`]
//! lacks an error.

mod find;

use crate::model::Dockerfile;
use crate::syntax::{At, Part};
pub use crate::syntax::{BuildahVersion, Engine, FrontendVersion, PodmanVersion};

/// A feature of the language that not every engine has. [`features`] lists them all.
///
/// ```
/// use multistage::frontend::{FrontendVersion, features};
///
/// let link = features().find(|feature| feature.id == "link").expect("it exists");
/// assert_eq!(link.since, Some(FrontendVersion::new(4)));
/// ```
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Feature {
    /// Its name: `copy-parents`.
    pub id: &'static str,
    /// The feature as it is written in a Dockerfile: `COPY --parents`.
    pub summary: &'static str,
    /// The first stable version of the frontend that has it; `None` where only the labs channel
    /// does.
    pub since: Option<FrontendVersion>,
    /// The first version whose labs channel has it, where that came before.
    pub labs_since: Option<FrontendVersion>,
    /// The replacement for engines that lack it, as a phrase in the imperative.
    pub instead: Option<&'static str>,
    buildah: Releases,
    kaniko: bool,
    classic: bool,
}

/// The versions of Buildah that have a feature.
#[derive(Debug, PartialEq, Eq)]
enum Releases {
    None,
    From(BuildahVersion),
    Before(BuildahVersion),
}

impl Releases {
    fn has(&self, version: BuildahVersion) -> bool {
        match self {
            Releases::None => false,
            Releases::From(first) => version >= *first,
            Releases::Before(end) => version < *end,
        }
    }
}

impl Feature {
    /// Returns the lowest version of the frontend that has it: of the labs channel only if no
    /// stable version has it.
    pub fn minimum(&self) -> FrontendVersion {
        self.since.or(self.labs_since).unwrap_or(FIRST)
    }

    /// Returns `true` if an engine has it.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{Dockerfile, frontend::{Engine, FrontendVersion, PodmanVersion}};
    ///
    /// let file = Dockerfile::parse("FROM alpine\nCOPY --exclude=*.md . /\n")?;
    /// let exclude = file.features()[0].feature;
    /// assert!(exclude.is_in(FrontendVersion::new(19)));
    /// assert!(!exclude.is_in(FrontendVersion::new(18)));
    /// assert!(exclude.is_in(FrontendVersion::new(7).labs()));
    /// assert!(exclude.is_in(PodmanVersion::new(6, 0)));
    /// assert!(!exclude.is_in(PodmanVersion::new(5, 8)));
    /// assert!(!exclude.is_in(Engine::Classic));
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn is_in(&self, engine: impl Into<Engine>) -> bool {
        let engine = engine.into();
        match engine {
            Engine::Frontend(version) => {
                let stable = self.since.is_some_and(|since| version.has(since));
                let labs = self.labs_since.is_some_and(|since| version.has(since));
                stable || (version.is_labs() && labs)
            }
            Engine::Podman(_) | Engine::Buildah(_) => {
                let version = engine.buildah();
                version.is_some_and(|version| self.buildah.has(version))
            }
            Engine::Kaniko => self.kaniko,
            Engine::Classic => self.classic,
        }
    }

    /// Returns the first version of the program of an engine that has it; `None` if no version
    /// does, if only older versions do, and for a program of which the table knows one version.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{Dockerfile, frontend::PodmanVersion};
    ///
    /// let file = Dockerfile::parse("FROM alpine\nCOPY --link a /\n")?;
    /// let link = file.features()[0].feature;
    /// let first = link.first_in(PodmanVersion::NEWEST);
    /// assert_eq!(first, Some(PodmanVersion::new(5, 6).into()));
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn first_in(&self, engine: impl Into<Engine>) -> Option<Engine> {
        let engine = engine.into();
        match engine {
            Engine::Frontend(_) => Some(Engine::Frontend(self.minimum())),
            Engine::Podman(_) | Engine::Buildah(_) => match self.buildah {
                Releases::From(first) => engine.with_buildah(first),
                Releases::None | Releases::Before(_) => None,
            },
            Engine::Kaniko | Engine::Classic => None,
        }
    }

    /// Returns `true` if an engine that does not have it takes it for a comment.
    pub(crate) fn is_comment(&self) -> bool {
        [&CHECK_DIRECTIVE, &EXPERIMENTAL_CHECKS, &INSTRUCTION_CHECK].contains(&self)
    }
}

const FIRST: FrontendVersion = FrontendVersion::new(0);

/// A use of a feature in a file, as [`Dockerfile::features`] finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeatureUse {
    /// The feature.
    pub feature: &'static Feature,
    /// The instruction that uses it; for one in a trigger, the ONBUILD.
    pub at: At,
    /// The part of the instruction.
    pub part: Part,
}

/// Reads a version of the frontend in the table below: `1.1.6`, `1.20`, `1.14-labs`, `-`.
macro_rules! version {
    (-) => {
        None
    };
    ($minor:literal) => {
        Some(FrontendVersion::new($minor))
    };
    ($minor:literal . $patch:literal) => {
        Some(FrontendVersion::new($minor).patch($patch))
    };
    ($minor:literal labs) => {
        Some(FrontendVersion::new($minor).labs())
    };
}

/// Reads the versions of Buildah in the table below: `33` and later, `< 37`, `-` for none.
macro_rules! releases {
    (-) => {
        Releases::None
    };
    ($minor:literal) => {
        Releases::From(BuildahVersion::new($minor))
    };
    (< $minor:literal) => {
        Releases::Before(BuildahVersion::new($minor))
    };
}

/// Reads the cell of an engine of which the table knows one version: `+` or `-`.
macro_rules! has {
    (+) => {
        true
    };
    (-) => {
        false
    };
}

/// Reads the help of a row: a text, or `_`.
macro_rules! instead {
    (_) => {
        None
    };
    ($text:literal) => {
        Some($text)
    };
}

/// A row for each feature: its constant, its name, what it is; then the engines that have it; then
/// what to write instead.
///
/// The columns of the engines:
/// - the stable version of the frontend, and the labs version before that; of `1.N` only what
///   follows the `1.`,
/// - the version of Buildah, the same way (`PodmanVersion::buildah` says which Podman that is),
/// - Kaniko,
/// - the classic builder.
macro_rules! features {
    ($($constant:ident $id:literal $summary:literal
        [$($since:tt)*] [$($labs:tt)*] [$($buildah:tt)*] [$kaniko:tt] [$classic:tt] $instead:tt;)*) => {
        $(pub(crate) static $constant: Feature = Feature {
            id: $id,
            summary: $summary,
            since: version!($($since)*),
            labs_since: version!($($labs)*),
            instead: instead!($instead),
            buildah: releases!($($buildah)*),
            kaniko: has!($kaniko),
            classic: has!($classic),
        };)*

        /// Returns the features that not every engine has, from old to new.
        pub fn features() -> impl Iterator<Item = &'static Feature> {
            [$(&$constant),*].into_iter()
        }
    };
}

features! {
    PLATFORM_ARGS "platform-args" "the platform arguments, such as `TARGETARCH`" [0] [-] [26] [-] [-] _;
    FROM_PLATFORM "from-platform" "`FROM --platform`" [0] [-] [24] [-] [+] _;
    PLATFORM_DEFAULT "platform-default" "a default for `BUILDPLATFORM` or `TARGETPLATFORM`" [0] [-] [< 37] [+] [+] "declare it without a default";
    HEALTHCHECK_ZERO "healthcheck-zero" "a zero in HEALTHCHECK" [0] [-] [-] [+] [+] "leave the flag out, which means the same";
    COPY_CHOWN_VARIABLE "copy-chown-variable" "a variable in `COPY --chown`" [1] [-] [0] [+] [-] _;
    ERROR_OPERATORS "error-operators" "`${NAME:?message}` and `${NAME?message}`" [1 . 6] [-] [-] [+] [-] "test the variable in a RUN";
    MOUNT "run-mount" "`RUN --mount`" [2] [-] [24] [-] [-] _;
    CACHE_SHARING "cache-sharing" "`sharing` of a cache mount" [2] [-] [25] [-] [-] "leave it out";
    CACHE_PRIVATE "cache-private" "`sharing=private` of a cache mount" [2] [-] [-] [-] [-] "write `sharing=locked`, with which builds wait for each other";
    MOUNT_WITHOUT_TARGET "mount-without-target" "a mount without `target`" [2] [-] [-] [-] [-] "write `target=.` for the working directory";
    MOUNT_ACCESS "mount-access" "`readonly` or `readwrite` of a tmpfs, secret or ssh mount" [2] [-] [-] [-] [-] "leave it out";
    SEVERAL_ARGS "several-args" "several arguments in one ARG" [2] [-] [24] [+] [-] "write an ARG for each";
    CHMOD "chmod" "`--chmod`" [2] [-] [20] [+] [-] "run `chmod` in a RUN";
    ADD_CHOWN_VARIABLE "add-chown-variable" "a variable in `ADD --chown`" [2] [-] [0] [+] [-] _;
    NETWORK "run-network" "`RUN --network`" [3] [-] [30] [-] [-] _;
    MOUNT_VARIABLE "mount-variable" "a variable in `RUN --mount`" [3] [-] [24] [-] [-] _;
    HEREDOC "heredoc" "heredocs in COPY and ADD" [4] [3 labs] [33] [-] [-] "copy a file of the build context";
    RUN_HEREDOC "run-heredoc" "heredocs in RUN" [4] [3 labs] [36] [-] [-] "join the commands with `&&`";
    LINK "link" "`--link`" [4] [-] [41] [-] [-] "leave the flag out: the same files are copied";
    NAMED_CONTEXT "named-context" "named contexts" [4] [-] [27] [-] [-] _;
    MOUNT_SIZE "mount-size" "`size` of `RUN --mount`" [4] [-] [-] [-] [-] "leave it out";
    SBOM_SCAN "sbom-scan" "`ARG BUILDKIT_SBOM_SCAN_CONTEXT` and `ARG BUILDKIT_SBOM_SCAN_STAGE`" [5] [-] [-] [-] [-] _;
    ADD_GIT "add-git" "ADD of a git repository" [6] [5 labs] [38] [-] [-] "clone it in a RUN";
    ADD_GIT_SSH "add-git-ssh" "ADD of a git repository over ssh" [6] [5 labs] [-] [-] [-] "clone it in a RUN, or give its address over https";
    KEEP_GIT_DIR "keep-git-dir" "`ADD --keep-git-dir`" [6] [5 labs] [-] [-] [-] "clone the repository in a RUN";
    CHECKSUM "checksum" "`ADD --checksum`" [6] [5 labs] [33] [-] [-] "download and check the file in a RUN, with `sha256sum -c`";
    START_INTERVAL "start-interval" "`HEALTHCHECK --start-interval`" [6] [-] [37] [+] [-] _;
    UNSET_OPERATORS "unset-operators" "`${NAME-text}` and `${NAME+text}`" [6] [-] [-] [+] [-] "write `${NAME:-text}` or `${NAME:+text}`, which take an empty value for an unset one";
    PATTERN_OPERATORS "pattern-operators" "`${NAME#pattern}`, `${NAME%pattern}` and `${NAME/pattern/text}`" [7] [-] [-] [+] [-] "give the result an ARG of its own";
    CHECK_DIRECTIVE "check-directive" "the directive `# check=`" [8] [-] [-] [-] [-] _;
    EXPERIMENTAL_CHECKS "experimental-checks" "`experimental` in `# check=`" [10] [-] [-] [-] [-] _;
    SECRET_ENV "secret-env" "`env` of a secret mount" [10] [-] [44] [-] [-] "read the secret from its file, `/run/secrets/ID`";
    CHMOD_VARIABLE "chmod-variable" "a variable in `--chmod`" [10] [-] [20] [+] [-] "write the mode as an octal number";
    TRIGGER_FROM "trigger-from" "ONBUILD with `--from`" [11] [-] [0] [-] [-] _;
    TARGETSTAGE "targetstage" "the argument `TARGETSTAGE`" [11] [-] [-] [-] [-] _;
    OS_VERSION_ARGS "os-version-args" "the arguments `TARGETOSVERSION` and `BUILDOSVERSION`" [13] [-] [-] [-] [-] _;
    OS_VERSION "os-version" "a platform with a version, such as `windows(10.0.17763)/amd64`" [13] [-] [-] [-] [-] _;
    SYMBOLIC_CHMOD "symbolic-chmod" "`--chmod` by letters" [14] [11 labs] [-] [-] [-] "write the mode as an octal number";
    DEVICE "run-device" "`RUN --device`" [-] [14 labs] [-] [-] [-] _;
    GIT_CHECKSUM "git-checksum" "`ADD --checksum` of a git repository" [16] [-] [-] [-] [-] "name the commit in the address: `#COMMIT`";
    UNPACK "unpack" "`ADD --unpack`" [17] [-] [-] [-] [-] "unpack the archive in a RUN, with `tar`";
    GIT_QUERY "git-query" "a git repository with options, such as `?branch=main`" [18] [-] [-] [-] [-] "write `#BRANCH:DIRECTORY` after the address";
    EXCLUDE "exclude" "`--exclude`" [19] [7 labs] [44] [-] [-] "list the paths in `.dockerignore`";
    PARENTS "copy-parents" "`COPY --parents`" [20] [7 labs] [40] [-] [-] "write a COPY for each directory";
    SECURITY "run-security" "`RUN --security`" [20] [3 labs] [-] [-] [-] _;
    INSTRUCTION_CHECK "instruction-check" "`# check=` above an instruction" [21] [-] [-] [-] [-] _;
    DATE_ARG "date-arg" "a global `ARG SOURCE_DATE_EPOCH` with a default" [23] [-] [-] [-] [-] "give the date to the build";
    GIT_MTIME "git-mtime" "a git repository with `mtime`" [23] [-] [-] [-] [-] _;
    DATE_OF_SOURCE "date-of-source" "`ARG SOURCE_DATE_EPOCH` with the name of a stage or context" [24] [-] [-] [-] [-] "give the date to the build";
    GIT_FETCH_BY_COMMIT "git-fetch-by-commit" "a git repository with `fetch-by-commit`" [24] [-] [-] [-] [-] _;
}

impl Dockerfile {
    /// Lists the uses of features that not every engine has, in the order of the file. [`features`]
    /// lists all features.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{layout::{At, Part}, Dockerfile};
    ///
    /// let file = Dockerfile::parse("FROM alpine\nCOPY --link --parents a b /\n")?;
    /// let uses: Vec<_> = file.features().iter().map(|used| (used.feature.summary, used.part))
    ///     .collect();
    /// assert_eq!(uses, [
    ///     ("`--link`", Part::Flag("link", 0)),
    ///     ("`COPY --parents`", Part::Flag("parents", 0)),
    /// ]);
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn features(&self) -> Vec<FeatureUse> {
        find::features(&self.placed())
    }

    /// Returns the lowest version of the frontend that has everything that the file uses; of the
    /// labs channel only where there is no other.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{Dockerfile, frontend::FrontendVersion};
    ///
    /// let file = Dockerfile::parse("FROM alpine\nCOPY --exclude=*.md . /\n")?;
    /// assert_eq!(file.minimum_syntax(), FrontendVersion::new(19));
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn minimum_syntax(&self) -> FrontendVersion {
        let uses = self.features();
        let versions = uses.iter().map(|used| used.feature.minimum());
        let highest = versions.clone().map(FrontendVersion::stable).max();
        let highest = highest.unwrap_or(FIRST);
        if versions.into_iter().any(FrontendVersion::is_labs) {
            highest.labs()
        } else {
            highest
        }
    }

    /// Writes the `syntax` directive for the newest frontend, of the labs channel where the file
    /// needs that.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine"));
    /// assert_eq!(file.set_floating_syntax().render()?,
    ///     "# syntax=docker/dockerfile:1\n\nFROM alpine\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn set_floating_syntax(&mut self) -> &mut Dockerfile {
        let frontend = self.minimum_syntax().floating();
        self.set_syntax(frontend)
    }

    /// Writes the `syntax` directive for the lowest minor version that has everything that the file
    /// uses. The builder takes exactly that one, so its checks and its output stay.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage, instruction::Run};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make").device("vendor.com/gpu")));
    /// assert_eq!(file.set_pinned_syntax().render()?, "\
    /// ## syntax=docker/dockerfile:1.14-labs
    ///
    /// FROM alpine
    /// RUN --device=vendor.com/gpu make
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn set_pinned_syntax(&mut self) -> &mut Dockerfile {
        let frontend = self.minimum_syntax().pinned();
        self.set_syntax(frontend)
    }

    /// Says what the file is for: what that engine does not have is an error,
    /// `unsupported-feature`. A `# check=` is none, as it is a comment to older engines.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{Dockerfile, frontend::FrontendVersion};
    ///
    /// let mut file = Dockerfile::parse("FROM alpine\nCOPY --parents a/b /\n")?;
    /// file.set_engine(FrontendVersion::new(4));
    /// assert_eq!(file.render().unwrap_err().to_string(), "\
    /// error[unsupported-feature]: the frontend 1.4 does not have `COPY --parents`
    ///  --> Dockerfile (as rendered):2:6
    ///   |
    /// 2 | COPY --parents a/b /
    ///   |      ^^^^^^^^^ since 1.20
    ///   = help: write a COPY for each directory; or target 1.20 or later
    /// ");
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn set_engine(&mut self, engine: impl Into<Engine>) -> &mut Dockerfile {
        self.beside.engine = Some(engine.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_goes_from_old_to_new() {
        assert!(features().map(|feature| feature.minimum()).is_sorted());
    }

    #[test]
    fn the_labs_channel_is_ahead() {
        for feature in features() {
            if let (Some(since), Some(labs)) = (feature.since, feature.labs_since) {
                assert!(labs.is_labs() && labs < since, "{}", feature.id);
            }
            assert!(feature.since.is_some() || feature.labs_since.is_some());
        }
    }

    #[test]
    fn ids_are_of_one_feature() {
        let ids: std::collections::BTreeSet<&str> = features().map(|feature| feature.id).collect();
        assert_eq!(ids.len(), features().count());
    }
}
