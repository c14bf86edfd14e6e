//! `ImageConfig`: what an image says about the containers that are started from it.

#[cfg(all(feature = "serde", feature = "check"))]
mod read;
#[cfg(all(feature = "serde", feature = "check"))]
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use indexmap::IndexMap;

use super::platform::PlatformSpec;

/// The configuration of an image: what `ENV`, `LABEL`, `USER`, `CMD` and the like set in it.
///
/// A stage begins with the configuration of its base. What is empty here is not set there:
/// `ENTRYPOINT []` and no entrypoint at all are one.
///
/// ```
/// # #[cfg(feature = "check")] {
/// use multistage::resolve::ImageConfig;
///
/// let mut config = ImageConfig::default();
/// config.env.insert("PATH".into(), "/usr/bin:/bin".into());
/// config.user = "app".into();
/// assert_eq!(config.env["PATH"], "/usr/bin:/bin");
/// # }
/// ```
///
/// With the feature `serde`, it is read from what Docker's tools print. [`ImageConfigs`] lists the
/// forms; an `ImageConfig` is read from the same, where exactly one image is in it:
///
/// ```
/// # #[cfg(feature = "serde")] {
/// use multistage::resolve::ImageConfig;
///
/// // docker inspect alpine:3.22
/// let config: ImageConfig = serde_json::from_str(r#"[{
///     "Id": "sha256:9234e8fb04c4",
///     "Config": {"Env": ["PATH=/usr/bin:/bin"], "Cmd": ["/bin/sh"], "Labels": null},
///     "Architecture": "arm64", "Variant": "v8", "Os": "linux"
/// }]"#)?;
/// assert_eq!(config.cmd.as_deref(), Some(["/bin/sh".to_owned()].as_slice()));
/// assert_eq!(config.platform.as_ref().unwrap().to_string(), "linux/arm64/v8");
///
/// // It is written as the OCI configuration of an image, without what is empty.
/// assert_eq!(
///     serde_json::to_string(&config)?,
///     r#"{"architecture":"arm64","os":"linux","variant":"v8","config":{"Env":["PATH=/usr/bin:/bin"],"Cmd":["/bin/sh"]}}"#,
/// );
/// # }
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// [Specification](https://github.com/opencontainers/image-spec/blob/main/config.md)
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ImageConfig {
    /// `ENV`: variables with their values, in order. Docker's list has each as `NAME=value`; of a
    /// name that is given again, the last value counts.
    pub env: IndexMap<String, String>,
    /// `LABEL`: keys with their values.
    pub labels: BTreeMap<String, String>,
    /// `USER`: a user, or a user and a group: `app:app`.
    pub user: String,
    /// `WORKDIR`: the folder that commands run in.
    pub working_dir: String,
    /// `EXPOSE`: ports with their protocol: `80/tcp`.
    pub exposed_ports: BTreeSet<String>,
    /// `VOLUME`: the folders that are volumes.
    pub volumes: BTreeSet<String>,
    /// `CMD`, in exec form: a command in shell form begins with the shell.
    pub cmd: Option<Vec<String>>,
    /// `ENTRYPOINT`, in exec form: a command in shell form begins with the shell.
    pub entrypoint: Option<Vec<String>>,
    /// `SHELL`: what commands in shell form are given to.
    pub shell: Option<Vec<String>>,
    /// `HEALTHCHECK`.
    pub healthcheck: Option<HealthConfig>,
    /// `STOPSIGNAL`: a name or a number.
    pub stop_signal: String,
    /// `ONBUILD`: the instructions that a build on this image begins with.
    pub on_build: Vec<String>,
    /// `true` if Docker takes `cmd` for a line that was escaped already, as it does after a CMD in
    /// shell form.
    pub args_escaped: bool,
    /// `MAINTAINER`.
    pub author: String,
    /// The platform of the image, if it is known.
    pub platform: Option<ImagePlatform>,
}

/// The `HEALTHCHECK` of an image. Durations are in nanoseconds; 0 is Docker's default for every
/// number.
///
/// ```
/// # #[cfg(feature = "check")] {
/// use multistage::{Dockerfile, resolve::Build};
///
/// let file = Dockerfile::parse("FROM scratch\nHEALTHCHECK --interval=1s CMD [\"/probe\"]\n")?;
/// let config = file.resolve(&Build::new()).stages()[0].config();
/// let health = config.healthcheck.expect("the file sets it");
/// assert_eq!(health.test, ["CMD", "/probe"]);
/// assert_eq!(health.interval, 1_000_000_000);
/// # }
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#healthcheck)
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct HealthConfig {
    /// `["CMD", ..]` with a command in exec form, `["CMD-SHELL", ".."]`, or `["NONE"]`.
    pub test: Vec<String>,
    /// `--interval`
    pub interval: u64,
    /// `--timeout`
    pub timeout: u64,
    /// `--start-period`
    pub start_period: u64,
    /// `--start-interval`
    pub start_interval: u64,
    /// `--retries`
    pub retries: u32,
}

/// The platform of an image; displayed as `linux/amd64` or `linux/arm/v7`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ImagePlatform {
    /// The operating system: `linux`.
    pub os: String,
    /// The architecture, as Go names it: `amd64`, `arm64`.
    pub architecture: String,
    /// The variant of the architecture: `v7`; mostly empty.
    pub variant: String,
}

impl ImagePlatform {
    /// Reads `os/architecture` or `os/architecture/variant`; nothing else is a platform here.
    fn read(text: &str) -> Option<ImagePlatform> {
        let mut parts = text.split('/');
        let platform = ImagePlatform {
            os: parts.next()?.to_owned(),
            architecture: parts.next()?.to_owned(),
            variant: parts.next().unwrap_or_default().to_owned(),
        };
        parts.next().is_none().then_some(platform)
    }

    /// The names that Docker's tools agree on: `linux/aarch64` and `linux/arm64/v8` are
    /// `linux/arm64`.
    pub(crate) fn normal(&self) -> PlatformSpec {
        PlatformSpec::new(&self.os, &self.architecture, &self.variant)
    }
}

impl fmt::Display for ImagePlatform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        if !self.variant.is_empty() {
            write!(f, "/{}", self.variant)?;
        }
        Ok(())
    }
}

/// The configurations of the images of one name, which can be for several platforms.
///
/// With the feature `serde`, it is read from what these print:
///
/// - `docker inspect IMAGE`: a list of objects that have `Config`, `Os` and so on, or one of them;
/// - `docker buildx imagetools inspect --format '{{json .Image}}' IMAGE`: an object that has
///   `config`, `os` and so on, or an object with one of those for each platform;
/// - `docker inspect --format '{{json .Config}}' IMAGE`: the configuration alone;
/// - the configuration in a registry, an OCI layout or a `docker save`, which is an object that has
///   `config`.
///
/// Upper and lower case of keys are one, as they are to Docker. Other keys are passed over, and
/// `null` is what is not there. A value of another type is an error that names its key, as is an
/// object that has none of these keys.
///
/// ```
/// # #[cfg(feature = "serde")] {
/// use multistage::resolve::ImageConfigs;
///
/// let configs: ImageConfigs = serde_json::from_str(r#"{
///     "linux/amd64": {"architecture": "amd64", "os": "linux", "config": {"Cmd": ["/bin/sh"]}},
///     "linux/arm64": {"architecture": "arm64", "os": "linux", "config": {"Cmd": ["/bin/ash"]}}
/// }"#)?;
/// let config = configs.for_platform("linux/arm64/v8").expect("it is one of the two");
/// assert_eq!(config.cmd.as_deref(), Some(["/bin/ash".to_owned()].as_slice()));
/// assert_eq!(configs.for_platform("linux/s390x"), None);
///
/// let error = serde_json::from_str::<ImageConfigs>(r#"{"config": {"Env": "PATH=/bin"}}"#)
///     .unwrap_err();
/// assert!(error.to_string().starts_with("`config.Env`: invalid type: string"), "{error}");
/// # }
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImageConfigs(Vec<ImageConfig>);

impl ImageConfigs {
    /// Returns the first configuration for a platform: `linux/amd64`, `linux/arm/v7`. `None` if no
    /// image is for it.
    ///
    /// Names that Docker treats as one platform are one here too: `linux/aarch64`, `linux/arm64`
    /// and `linux/arm64/v8`. A text other than `os/architecture` and `os/architecture/variant`
    /// matches nothing, and neither does an image whose platform is not known.
    pub fn for_platform(&self, platform: &str) -> Option<&ImageConfig> {
        let wanted = ImagePlatform::read(platform)?.normal();
        self.0.iter().find(|config| {
            let platform = config.platform.as_ref();
            platform.is_some_and(|platform| platform.normal() == wanted)
        })
    }

    /// Returns all configurations, in the order in which they were read.
    pub fn iter(&self) -> std::slice::Iter<'_, ImageConfig> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a ImageConfigs {
    type Item = &'a ImageConfig;
    type IntoIter = std::slice::Iter<'a, ImageConfig>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for ImageConfigs {
    type Item = ImageConfig;
    type IntoIter = std::vec::IntoIter<ImageConfig>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<ImageConfig> for ImageConfigs {
    fn from_iter<I: IntoIterator<Item = ImageConfig>>(configs: I) -> ImageConfigs {
        ImageConfigs(configs.into_iter().collect())
    }
}
