//! `Engine`: the program that builds a file.

use std::fmt;
use std::str::FromStr;

use super::FrontendVersion;
use crate::reference::InvalidValue;

/// The program that builds a file, with its version.
///
/// [`Dockerfile::set_engine`](crate::Dockerfile::set_engine) makes everything an error that the
/// engine does not have, or that means something else to it.
///
/// ```
/// use multistage::frontend::{BuildahVersion, Engine, FrontendVersion, PodmanVersion};
///
/// assert_eq!("1.20".parse(), Ok(Engine::Frontend(FrontendVersion::new(20))));
/// assert_eq!("podman:5.4".parse(), Ok(Engine::Podman(PodmanVersion::new(5, 4))));
/// assert_eq!("buildah:1.33".parse(), Ok(Engine::Buildah(BuildahVersion::new(33))));
/// assert_eq!("podman".parse(), Ok(Engine::Podman(PodmanVersion::NEWEST)));
/// # Ok::<(), multistage::error::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Engine {
    /// The builder from before BuildKit (`DOCKER_BUILDKIT=0`): the language of 1.0, without the
    /// arguments that name platforms.
    ///
    /// Newer releases of it read the file with BuildKit's parser and *ignore* what they do not
    /// implement: `ADD --checksum` downloads without a check, `RUN <<EOF` runs nothing, and the
    /// build succeeds. So what it does not have is an error here, also where a release takes it.
    Classic,
    /// A version of Docker's frontend, whether `# syntax=` names it or the builder has it built in.
    Frontend(FrontendVersion),
    /// A version of Podman, whose `podman build` is Buildah.
    Podman(PodmanVersion),
    /// A version of Buildah.
    Buildah(BuildahVersion),
    /// The last release of Kaniko, 1.24; the project is archived.
    ///
    /// Kaniko reads the file with BuildKit's parser and *ignores* what it does not implement: all
    /// flags of RUN, `RUN <<EOF`, `ADD --checksum`. The build succeeds and the image is another
    /// one, so each is an error here.
    Kaniko,
}

/// A version of Podman: `5.4`.
///
/// ```
/// use multistage::frontend::{BuildahVersion, PodmanVersion};
///
/// let version: PodmanVersion = "5.4".parse()?;
/// assert_eq!(version, PodmanVersion::new(5, 4));
/// assert_eq!(version.buildah(), BuildahVersion::new(39));
/// # Ok::<(), multistage::error::InvalidValue>(())
/// ```
///
/// [Reference](https://docs.podman.io/en/latest/markdown/podman-build.1.html)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PodmanVersion {
    major: u16,
    minor: u16,
}

/// The releases of Podman, from old to new, with the minor version of the Buildah in each. Between
/// two entries the older one counts.
const RELEASES: &[(u16, u16, u16)] = &[
    (3, 0, 19),
    (3, 1, 20),
    (3, 2, 21),
    (3, 3, 22),
    (3, 4, 23),
    (4, 0, 24),
    (4, 1, 26),
    (4, 2, 27),
    (4, 3, 28),
    (4, 4, 29),
    (4, 5, 30),
    (4, 6, 31),
    (4, 7, 32),
    (4, 8, 33),
    (5, 0, 35),
    (5, 1, 36),
    (5, 2, 37),
    (5, 3, 38),
    (5, 4, 39),
    (5, 5, 40),
    (5, 6, 41),
    (5, 7, 42),
    (5, 8, 43),
    (6, 0, 44),
];

impl PodmanVersion {
    /// The newest release whose differences this crate knows, which `podman` without a version
    /// means.
    pub const NEWEST: PodmanVersion = PodmanVersion::new(5, 8);

    /// Creates the version `major.minor`, in its newest patch.
    pub const fn new(major: u16, minor: u16) -> PodmanVersion {
        PodmanVersion { major, minor }
    }

    /// Returns the version of Buildah that this release of Podman contains. A release that is newer
    /// than this crate has that of the newest known one.
    ///
    /// ```
    /// use multistage::frontend::{BuildahVersion, PodmanVersion};
    ///
    /// assert_eq!(PodmanVersion::new(5, 4).buildah(), BuildahVersion::new(39));
    /// ```
    pub fn buildah(self) -> BuildahVersion {
        let newer = |release: &&(u16, u16, u16)| (release.0, release.1) <= (self.major, self.minor);
        let release = RELEASES.iter().rev().find(newer);
        BuildahVersion::new(release.map_or(0, |(.., buildah)| *buildah))
    }

    /// The first version with at least a version of Buildah.
    fn with(buildah: BuildahVersion) -> Option<PodmanVersion> {
        let has = |release: &&(u16, u16, u16)| release.2 >= buildah.minor;
        let release = RELEASES.iter().find(has);
        release.map(|(major, minor, _)| PodmanVersion::new(*major, *minor))
    }
}

/// A version of Buildah: `1.33`.
///
/// [Reference](https://github.com/containers/buildah/blob/main/docs/buildah-build.1.md)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BuildahVersion {
    minor: u16,
}

impl BuildahVersion {
    /// The newest release whose differences this crate knows, which `buildah` without a version
    /// means.
    pub const NEWEST: BuildahVersion = BuildahVersion::new(43);

    /// Creates the version `1.minor`, in its newest patch.
    pub const fn new(minor: u16) -> BuildahVersion {
        BuildahVersion { minor }
    }
}

impl Engine {
    /// The version of Buildah that builds, if one does.
    pub(crate) fn buildah(self) -> Option<BuildahVersion> {
        match self {
            Engine::Podman(version) => Some(version.buildah()),
            Engine::Buildah(version) => Some(version),
            Engine::Classic | Engine::Frontend(_) | Engine::Kaniko => None,
        }
    }

    /// The engine of the same program with a version of Buildah.
    pub(crate) fn with_buildah(self, version: BuildahVersion) -> Option<Engine> {
        match self {
            Engine::Podman(_) => PodmanVersion::with(version).map(Engine::Podman),
            _ => Some(Engine::Buildah(version)),
        }
    }

    /// The engine as a message names it: `Podman 5.4`, `the frontend 1.20`.
    pub(crate) fn name(self) -> String {
        match self {
            Engine::Classic => "the classic builder".to_owned(),
            Engine::Frontend(version) => format!("the frontend {version}"),
            Engine::Podman(version) => format!("Podman {version}"),
            Engine::Buildah(version) => format!("Buildah {version}"),
            Engine::Kaniko => "Kaniko".to_owned(),
        }
    }
}

impl From<FrontendVersion> for Engine {
    fn from(version: FrontendVersion) -> Engine {
        Engine::Frontend(version)
    }
}

impl From<PodmanVersion> for Engine {
    fn from(version: PodmanVersion) -> Engine {
        Engine::Podman(version)
    }
}

impl From<BuildahVersion> for Engine {
    fn from(version: BuildahVersion) -> Engine {
        Engine::Buildah(version)
    }
}

/// As `5.4`.
impl fmt::Display for PodmanVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// As `1.33`.
impl fmt::Display for BuildahVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.minor)
    }
}

/// As `classic`, `kaniko`, `podman:5.4`, `buildah:1.33`, or the version of the frontend.
impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Engine::Classic => f.write_str("classic"),
            Engine::Frontend(version) => version.fmt(f),
            Engine::Podman(version) => write!(f, "podman:{version}"),
            Engine::Buildah(version) => write!(f, "buildah:{version}"),
            Engine::Kaniko => f.write_str("kaniko"),
        }
    }
}

impl FromStr for PodmanVersion {
    type Err = InvalidValue;

    /// Takes `5.4`, and `5.4.2` for the same.
    fn from_str(text: &str) -> Result<PodmanVersion, InvalidValue> {
        let (major, minor) = numbers(text)
            .ok_or_else(|| InvalidValue::new(text, "version of Podman", "one such as `5.4`"))?;
        Ok(PodmanVersion::new(major, minor))
    }
}

impl FromStr for BuildahVersion {
    type Err = InvalidValue;

    /// Takes `1.33`, and `1.33.7` for the same.
    fn from_str(text: &str) -> Result<BuildahVersion, InvalidValue> {
        match numbers(text) {
            Some((1, minor)) => Ok(BuildahVersion::new(minor)),
            _ => Err(InvalidValue::new(
                text,
                "version of Buildah",
                "one such as `1.33`",
            )),
        }
    }
}

impl FromStr for Engine {
    type Err = InvalidValue;

    /// Takes `classic`, `kaniko`, `podman`, `podman:5.4`, `buildah`, `buildah:1.33`, and what
    /// [`FrontendVersion`] takes. A program without a version is its newest release that this crate
    /// knows.
    fn from_str(text: &str) -> Result<Engine, InvalidValue> {
        let expected = "`classic`, `kaniko`, `podman:5.4`, `buildah:1.33`, or a version of the frontend such as `1.20`";
        let engine = match text {
            "classic" => Some(Engine::Classic),
            "kaniko" => Some(Engine::Kaniko),
            "podman" => Some(Engine::Podman(PodmanVersion::NEWEST)),
            "buildah" => Some(Engine::Buildah(BuildahVersion::NEWEST)),
            _ => match text.split_once(':') {
                Some(("podman", version)) => version.parse().ok().map(Engine::Podman),
                Some(("buildah", version)) => version.parse().ok().map(Engine::Buildah),
                _ => text.parse().ok().map(Engine::Frontend),
            },
        };
        engine.ok_or_else(|| InvalidValue::new(text, "engine", expected))
    }
}

/// The first two numbers of a version of two or three.
fn numbers(text: &str) -> Option<(u16, u16)> {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u16>().ok().filter(|_| digits)
    };
    let (major, rest) = text.split_once('.')?;
    let (minor, patch) = match rest.split_once('.') {
        Some((minor, patch)) => (minor, Some(patch)),
        None => (rest, None),
    };
    if let Some(patch) = patch {
        number(patch)?;
    }
    Some((number(major)?, number(minor)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        for text in [
            "classic",
            "kaniko",
            "podman:5.4",
            "podman:12.0",
            "buildah:1.33",
            "1.20-labs",
        ] {
            let engine: Engine = text.parse().expect("it is an engine");
            assert_eq!(engine.to_string(), text);
        }
        for (text, same) in [
            ("podman", "podman:5.8"),
            ("buildah", "buildah:1.43"),
            ("podman:5.4.2", "podman:5.4"),
            ("buildah:1.33.7", "buildah:1.33"),
            ("docker.io/docker/dockerfile:1.4", "1.4"),
        ] {
            assert_eq!(text.parse::<Engine>(), same.parse(), "{text}");
        }
        for text in [
            "",
            "podman:",
            "podman:5",
            "podman:5.",
            "podman:5.x",
            "podman:5.4.",
            "podman:5.4.1.1",
            "podman:+5.4",
            "podman:5.65536",
            "buildah:2.0",
            "buildah:1",
            "Podman",
            "docker",
            "2",
        ] {
            assert!(text.parse::<Engine>().is_err(), "{text}");
        }
    }

    #[test]
    fn releases_go_from_old_to_new() {
        let versions = RELEASES.iter().map(|(major, minor, _)| (*major, *minor));
        assert!(versions.is_sorted_by(|a, b| a < b));
        assert!(RELEASES.is_sorted_by(|a, b| a.2 < b.2));
    }

    #[test]
    fn a_podman_is_a_buildah() {
        for (podman, buildah) in [
            ("2.2", 0),
            ("3.4", 23),
            ("4.9", 33),
            ("5.4", 39),
            ("5.8", 43),
            ("5.99", 43),
            ("7.1", 44),
        ] {
            let podman: PodmanVersion = podman.parse().expect("it is a version");
            assert_eq!(podman.buildah(), BuildahVersion::new(buildah), "{podman}");
        }
        assert_eq!(PodmanVersion::NEWEST.buildah(), BuildahVersion::NEWEST);
        // No Podman came with Buildah 1.25 or 1.34.
        for (buildah, podman) in [(25, "4.1"), (34, "5.0"), (41, "5.6")] {
            let with = PodmanVersion::with(BuildahVersion::new(buildah));
            assert_eq!(
                with.map(|version| version.to_string()).as_deref(),
                Some(podman)
            );
        }
        assert_eq!(PodmanVersion::with(BuildahVersion::new(45)), None);
    }
}
