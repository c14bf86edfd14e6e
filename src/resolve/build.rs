//! `Build`: what a build adds to its file.

use std::fmt;

use indexmap::IndexMap;

use crate::reference::{Platform, StageName, full_name};
use crate::scope::PlatformSpec;
use crate::scope::config::ImageConfig;

/// The settings of a build: arguments, platforms, a target, and the configurations of base images.
///
/// ```
/// use multistage::{resolve::Build, Dockerfile};
///
/// let file = Dockerfile::parse("ARG TAG=22\nFROM node:$TAG\n")?;
/// let resolved = file.resolve(&Build::new().arg("TAG", "24"));
/// assert_eq!(resolved.images(0), ["docker.io/library/node:24"]);
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/cli/docker/buildx/build/)
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Build {
    pub(crate) args: IndexMap<String, String>,
    pub(crate) platform: Option<PlatformSpec>,
    pub(crate) build_platform: Option<PlatformSpec>,
    pub(crate) target: Option<StageName>,
    pub(crate) bases: IndexMap<String, ImageConfig>,
    pub(crate) assume_empty: bool,
    /// The platforms that were asked for and that Docker does not know.
    pub(crate) unknown_platforms: Vec<String>,
}

impl Build {
    /// Creates a build without arguments, for `linux/amd64`, of the last stage. Nothing is assumed
    /// about the base images.
    pub fn new() -> Build {
        Build::default()
    }

    /// `--build-arg NAME=value`.
    #[must_use]
    pub fn arg(mut self, name: impl Into<String>, value: impl Into<String>) -> Build {
        self.args.insert(name.into(), value.into());
        self
    }

    /// `--platform`: the platform that the image is for. If Docker does not know it,
    /// [`check_with`](crate::Dockerfile::check_with) reports it, and the default is used.
    ///
    /// ```
    /// use multistage::{Dockerfile, resolve::Build};
    ///
    /// let file = Dockerfile::parse("FROM golang\nARG TARGETARCH\nENV ARCH=$TARGETARCH\n")?;
    /// let resolved = file.resolve(&Build::new().platform("linux/arm64"));
    /// assert_eq!(resolved.stages()[0].config().env["ARCH"], "arm64");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[must_use]
    pub fn platform(mut self, platform: impl Into<Platform>) -> Build {
        self.platform = self.known(&platform.into());
        self
    }

    /// Sets the platform that the build itself runs on: `$BUILDPLATFORM`. It is also what is built
    /// for, unless [`platform`](Build::platform) is set. `linux/amd64` by default, whatever the
    /// machine is.
    #[must_use]
    pub fn build_platform(mut self, platform: impl Into<Platform>) -> Build {
        self.build_platform = self.known(&platform.into());
        self
    }

    fn known(&mut self, platform: &Platform) -> Option<PlatformSpec> {
        let text = platform.to_string();
        let spec = PlatformSpec::parse(&text, &PlatformSpec::default());
        if spec.is_none() {
            self.unknown_platforms.push(text);
        }
        spec
    }

    /// `--target`: the stage that is built. If no stage has the name,
    /// [`check_with`](crate::Dockerfile::check_with) reports it.
    #[must_use]
    pub fn target(mut self, stage: impl Into<StageName>) -> Build {
        self.target = Some(stage.into());
        self
    }

    /// Sets the configuration of a base image, under the name that the file has for it or any other
    /// name of the same image.
    ///
    /// ```
    /// use multistage::{resolve::{Build, ImageConfig}, Dockerfile};
    ///
    /// let mut node = ImageConfig::default();
    /// node.working_dir = "/srv".into();
    /// let file = Dockerfile::parse("FROM node\nWORKDIR app\n")?;
    /// let resolved = file.resolve(&Build::new().base("docker.io/library/node:latest", node));
    /// assert_eq!(resolved.stages()[0].config().working_dir, "/srv/app");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[must_use]
    pub fn base(mut self, image: impl AsRef<str>, config: ImageConfig) -> Build {
        self.bases.insert(full_name(image.as_ref()), config);
        self
    }

    /// Assumes that a base image without a configuration of its own ([`base`](Build::base)) sets
    /// nothing. Without this, nothing is concluded from what such an image may set.
    ///
    /// ```
    /// use multistage::{Dockerfile, resolve::Build};
    ///
    /// let file = Dockerfile::parse("FROM alpine\nENV FLAGS=\"$FLAGS -v\"\n")?;
    /// let flags = |build: Build| file.resolve(&build).stages()[0].config().env["FLAGS"].clone();
    /// assert_eq!(flags(Build::new()), "$FLAGS -v");
    /// assert_eq!(flags(Build::new().empty_bases()), " -v");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[must_use]
    pub fn empty_bases(mut self) -> Build {
        self.assume_empty = true;
        self
    }

    pub(crate) fn target_platform(&self) -> PlatformSpec {
        let either = self.platform.as_ref().or(self.build_platform.as_ref());
        either.cloned().unwrap_or_default()
    }

    pub(crate) fn own_platform(&self) -> PlatformSpec {
        self.build_platform.clone().unwrap_or_default()
    }
}

/// The base of a stage, fully expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResolvedBase {
    /// Nothing.
    Scratch,
    /// The stage at this position of the file.
    Stage(usize),
    /// An image, under its full name: `docker.io/library/node:22`.
    Image(String),
    /// A named build context.
    Context(String),
    /// Something that Docker rejects.
    Invalid,
}

impl fmt::Display for ResolvedBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ResolvedBase::Scratch => f.write_str("scratch"),
            ResolvedBase::Stage(index) => index.fmt(f),
            ResolvedBase::Image(name) | ResolvedBase::Context(name) => f.write_str(name),
            ResolvedBase::Invalid => f.write_str("(invalid)"),
        }
    }
}
