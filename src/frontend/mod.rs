//! Which features of the language a file uses, and which version of the frontend has them.

mod find;

use crate::model::Dockerfile;
use crate::syntax::{At, Part};
pub use crate::syntax::{Engine, FrontendVersion};

/// A feature of the language that not every version has.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Feature {
    /// Its name: `copy-parents`.
    pub id: &'static str,
    /// What it is, as one would write it: `COPY --parents`.
    pub summary: &'static str,
    /// The first stable version that has it; `None` where only the labs channel does.
    pub since: Option<FrontendVersion>,
    /// The first version whose labs channel has it, where that came before.
    pub labs_since: Option<FrontendVersion>,
}

impl Feature {
    /// The lowest version that has it; of the labs channel only where there is no other.
    pub fn minimum(&self) -> FrontendVersion {
        self.since.or(self.labs_since).unwrap_or(FIRST)
    }

    /// Whether an engine has it.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{Dockerfile, frontend::{Engine, FrontendVersion}};
    ///
    /// let file = Dockerfile::parse("FROM alpine\nCOPY --exclude=*.md . /\n")?;
    /// let exclude = file.features()[0].feature;
    /// assert!(exclude.is_in(FrontendVersion::new(19)));
    /// assert!(!exclude.is_in(FrontendVersion::new(18)));
    /// assert!(exclude.is_in(FrontendVersion::new(7).labs()));
    /// assert!(!exclude.is_in(Engine::Classic));
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn is_in(&self, engine: impl Into<Engine>) -> bool {
        match engine.into() {
            // The table holds what came with BuildKit, and later.
            Engine::Classic => false,
            Engine::Frontend(version) => {
                let stable = self.since.is_some_and(|since| version.has(since));
                let labs = self.labs_since.is_some_and(|since| version.has(since));
                stable || (version.is_labs() && labs)
            }
        }
    }
}

impl Feature {
    /// Whether an engine that does not have it takes it for a comment.
    pub(crate) fn is_comment(&self) -> bool {
        [&CHECK_DIRECTIVE, &EXPERIMENTAL_CHECKS, &INSTRUCTION_CHECK].contains(&self)
    }
}

const FIRST: FrontendVersion = FrontendVersion::new(0);

/// A feature that a file uses, and where.
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

/// Reads a version in the table below: `1.1.6`, `1.20`, `1.14-labs`, `-`.
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

/// A row for each feature: its constant, its name, what it is, the stable version, the labs version before that.
/// Of a version `1.N` only what follows the `1.` is written.
macro_rules! features {
    ($($constant:ident $id:literal $summary:literal [$($since:tt)*] [$($labs:tt)*];)*) => {
        $(pub(crate) static $constant: Feature = Feature {
            id: $id,
            summary: $summary,
            since: version!($($since)*),
            labs_since: version!($($labs)*),
        };)*

        /// The features that not every engine has, from old to new.
        pub fn features() -> impl Iterator<Item = &'static Feature> {
            [$(&$constant),*].into_iter()
        }
    };
}

features! {
    PLATFORM_ARGS "platform-args" "the platform arguments, such as `TARGETARCH`" [0] [-];
    COPY_CHOWN_VARIABLE "copy-chown-variable" "a variable in `COPY --chown`" [1] [-];
    ERROR_OPERATORS "error-operators" "`${NAME:?message}` and `${NAME?message}`" [1 . 6] [-];
    MOUNT "run-mount" "`RUN --mount`" [2] [-];
    SEVERAL_ARGS "several-args" "several arguments in one ARG" [2] [-];
    CHMOD "chmod" "`--chmod`" [2] [-];
    ADD_CHOWN_VARIABLE "add-chown-variable" "a variable in `ADD --chown`" [2] [-];
    NETWORK "run-network" "`RUN --network`" [3] [-];
    MOUNT_VARIABLE "mount-variable" "a variable in `RUN --mount`" [3] [-];
    HEREDOC "heredoc" "heredocs" [4] [3 labs];
    LINK "link" "`--link`" [4] [-];
    NAMED_CONTEXT "named-context" "named contexts" [4] [-];
    MOUNT_SIZE "mount-size" "`size` of `RUN --mount`" [4] [-];
    SBOM_SCAN "sbom-scan" "`ARG BUILDKIT_SBOM_SCAN_CONTEXT` and `ARG BUILDKIT_SBOM_SCAN_STAGE`" [5] [-];
    ADD_GIT "add-git" "ADD of a git repository" [6] [5 labs];
    KEEP_GIT_DIR "keep-git-dir" "`ADD --keep-git-dir`" [6] [5 labs];
    CHECKSUM "checksum" "`ADD --checksum`" [6] [5 labs];
    START_INTERVAL "start-interval" "`HEALTHCHECK --start-interval`" [6] [-];
    UNSET_OPERATORS "unset-operators" "`${NAME-text}` and `${NAME+text}`" [6] [-];
    PATTERN_OPERATORS "pattern-operators" "`${NAME#pattern}`, `${NAME%pattern}` and `${NAME/pattern/text}`" [7] [-];
    CHECK_DIRECTIVE "check-directive" "the directive `# check=`" [8] [-];
    EXPERIMENTAL_CHECKS "experimental-checks" "`experimental` in `# check=`" [10] [-];
    SECRET_ENV "secret-env" "`env` of a secret mount" [10] [-];
    CHMOD_VARIABLE "chmod-variable" "a variable in `--chmod`" [10] [-];
    TRIGGER_FROM "trigger-from" "ONBUILD with `--from`" [11] [-];
    TARGETSTAGE "targetstage" "the argument `TARGETSTAGE`" [11] [-];
    OS_VERSION_ARGS "os-version-args" "the arguments `TARGETOSVERSION` and `BUILDOSVERSION`" [13] [-];
    OS_VERSION "os-version" "a platform with a version, such as `windows(10.0.17763)/amd64`" [13] [-];
    SYMBOLIC_CHMOD "symbolic-chmod" "`--chmod` by letters" [14] [11 labs];
    DEVICE "run-device" "`RUN --device`" [-] [14 labs];
    GIT_CHECKSUM "git-checksum" "`ADD --checksum` of a git repository" [16] [-];
    UNPACK "unpack" "`ADD --unpack`" [17] [-];
    GIT_QUERY "git-query" "a git repository with options, such as `?branch=main`" [18] [-];
    EXCLUDE "exclude" "`--exclude`" [19] [7 labs];
    PARENTS "copy-parents" "`COPY --parents`" [20] [7 labs];
    SECURITY "run-security" "`RUN --security`" [20] [3 labs];
    INSTRUCTION_CHECK "instruction-check" "`# check=` above an instruction" [21] [-];
    DATE_ARG "date-arg" "a global `ARG SOURCE_DATE_EPOCH` with a default" [23] [-];
    GIT_MTIME "git-mtime" "a git repository with `mtime`" [23] [-];
    DATE_OF_SOURCE "date-of-source" "`ARG SOURCE_DATE_EPOCH` with the name of a stage or context" [24] [-];
    GIT_FETCH_BY_COMMIT "git-fetch-by-commit" "a git repository with `fetch-by-commit`" [24] [-];
}

impl Dockerfile {
    /// What the file uses of what not every engine has, in the order of the file. [`features`] lists them all.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{layout::{At, Part}, Dockerfile};
    ///
    /// let file = Dockerfile::parse("FROM alpine\nCOPY --link --parents a b /\n")?;
    /// let uses: Vec<_> = file.features().iter().map(|used| (used.feature.summary, used.part)).collect();
    /// assert_eq!(uses, [
    ///     ("`--link`", Part::Flag("link", 0)),
    ///     ("`COPY --parents`", Part::Flag("parents", 0)),
    /// ]);
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn features(&self) -> Vec<FeatureUse> {
        find::features(self)
    }

    /// The lowest version of the frontend that has everything that the file uses; of the labs channel only where
    /// there is no other.
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

    /// Writes the `syntax` directive for the newest frontend, of the labs channel where the file needs that.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine"));
    /// assert_eq!(file.set_floating_syntax().render()?, "# syntax=docker/dockerfile:1\n\nFROM alpine\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn set_floating_syntax(&mut self) -> &mut Dockerfile {
        let frontend = self.minimum_syntax().floating();
        self.set_syntax(frontend)
    }

    /// Writes the `syntax` directive for the lowest minor version that has everything that the file uses. The builder
    /// takes exactly that one, so its checks and its output stay.
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

    /// Says what the file is for: what that engine does not have is an error, `unsupported-feature`. A `# check=` is
    /// none, as it is a comment to older engines.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{Dockerfile, frontend::FrontendVersion};
    ///
    /// let mut file = Dockerfile::parse("FROM alpine\nCOPY --parents a/b /\n")?;
    /// file.set_engine(FrontendVersion::new(4));
    /// assert_eq!(file.render().unwrap_err().to_string(), "\
    /// error[unsupported-feature]: the frontend 1.4 does not have `COPY --parents`
    ///  --> Dockerfile:2:6
    ///   |
    /// 2 | COPY --parents a/b /
    ///   |      ^^^^^^^^^ since 1.20
    ///   = help: do without it, or let the file be for 1.20 or later
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
