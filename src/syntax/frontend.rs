//! `FrontendVersion`: a version of Docker's frontend.

use std::fmt;
use std::str::FromStr;

use crate::reference::InvalidValue;

/// A version of Docker's own frontend, which says what the language has: `1.20`, or `1.20-labs`
/// with what is still being tried.
///
/// ```
/// use multistage::frontend::FrontendVersion;
///
/// let version: FrontendVersion = "1.20".parse()?;
/// assert_eq!(version, FrontendVersion::new(20));
/// assert!(version < FrontendVersion::new(20).labs());
/// assert!("2.0".parse::<FrontendVersion>().is_err());
/// # Ok::<(), multistage::error::InvalidValue>(())
/// ```
///
/// [Reference](https://docs.docker.com/build/buildkit/frontend/)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrontendVersion {
    minor: u16,
    patch: u16,
    labs: bool,
}

impl FrontendVersion {
    /// Creates the version `1.minor`, in its newest patch.
    pub const fn new(minor: u16) -> FrontendVersion {
        FrontendVersion {
            minor,
            patch: 0,
            labs: false,
        }
    }

    /// Returns the version `1.minor.patch`.
    #[must_use]
    pub const fn patch(mut self, patch: u16) -> FrontendVersion {
        self.patch = patch;
        self
    }

    /// Returns the labs channel of this version.
    #[must_use]
    pub const fn labs(mut self) -> FrontendVersion {
        self.labs = true;
        self
    }

    /// Returns `true` if something that came with another version is in this one, whatever the
    /// channels are. A version without a patch is the newest of its kind, as it is where a
    /// directive names one.
    pub(crate) const fn has(self, since: FrontendVersion) -> bool {
        let patched = self.patch == 0 || since.patch <= self.patch;
        since.minor < self.minor || (since.minor == self.minor && patched)
    }

    /// Returns `true` if the version is of the labs channel.
    pub const fn is_labs(self) -> bool {
        self.labs
    }

    /// The version without its channel.
    pub(crate) const fn stable(mut self) -> FrontendVersion {
        self.labs = false;
        self
    }

    /// Returns the value of a `syntax` directive that names this minor version:
    /// `docker/dockerfile:1.20`.
    ///
    /// ```
    /// use multistage::frontend::FrontendVersion;
    ///
    /// assert_eq!(FrontendVersion::new(20).pinned(), "docker/dockerfile:1.20");
    /// assert_eq!(FrontendVersion::new(20).labs().floating(), "docker/dockerfile:1-labs");
    /// ```
    pub fn pinned(self) -> String {
        format!("docker/dockerfile:1.{}{}", self.minor, self.channel())
    }

    /// Returns the value of a `syntax` directive that names the newest version 1, of the channel
    /// that this version needs: `docker/dockerfile:1`.
    pub fn floating(self) -> String {
        format!("docker/dockerfile:1{}", self.channel())
    }

    fn channel(self) -> &'static str {
        if self.labs { "-labs" } else { "" }
    }
}

/// As `1.20`, `1.1.6`, `1.20-labs`.
impl fmt::Display for FrontendVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.minor)?;
        if self.patch > 0 {
            write!(f, ".{}", self.patch)?;
        }
        f.write_str(self.channel())
    }
}

impl FromStr for FrontendVersion {
    type Err = InvalidValue;

    /// Takes `1.20`, `1.1.6`, `1.20-labs`, and the frontend: `docker/dockerfile:1.20`.
    fn from_str(text: &str) -> Result<FrontendVersion, InvalidValue> {
        let name = text.strip_prefix("docker.io/").unwrap_or(text);
        let version = name.strip_prefix("docker/dockerfile:").unwrap_or(name);
        let (numbers, labs) = match version.strip_suffix("-labs") {
            Some(numbers) => (numbers, true),
            None => (version, false),
        };
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            text.parse().ok().filter(|_| digits)
        };
        let read = || {
            let (minor, patch) = match numbers.strip_prefix("1.")?.split_once('.') {
                Some((minor, patch)) => (number(minor)?, number(patch)?),
                None => (number(numbers.strip_prefix("1.")?)?, 0),
            };
            Some(FrontendVersion { minor, patch, labs })
        };
        read().ok_or_else(|| {
            InvalidValue::new(
                text,
                "version of the frontend",
                "one such as `1.20`, or `1.20-labs`",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        for text in ["1.0", "1.1.6", "1.20-labs", "1.65535"] {
            let version: FrontendVersion = text.parse().expect("it is a version");
            assert_eq!(version.to_string(), text);
            assert_eq!(version.pinned().parse(), Ok(version.patch(0)));
        }
        for text in [
            "", "1", "1.", "1.x", "1.+1", "1.1.", "1.65536", "1.2-", "2.1", "1.1.1.1",
        ] {
            assert!(text.parse::<FrontendVersion>().is_err(), "{text}");
        }
    }

    #[test]
    fn order() {
        let versions = ["1.1", "1.1.6", "1.2", "1.10", "1.10-labs"];
        let versions =
            versions.map(|text| text.parse::<FrontendVersion>().expect("it is a version"));
        assert!(versions.is_sorted());
    }
}
