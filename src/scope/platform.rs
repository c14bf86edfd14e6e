//! `PlatformSpec`: a platform, taken apart and normalised.

use std::fmt;

use smol_str::SmolStr;

/// An operating system and an architecture, under the names that Docker settles on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct PlatformSpec {
    pub(crate) os: SmolStr,
    /// The version in parentheses after the operating system.
    pub(crate) os_version: SmolStr,
    pub(crate) architecture: SmolStr,
    pub(crate) variant: SmolStr,
}

impl PlatformSpec {
    pub(crate) fn new(os: &str, architecture: &str, variant: &str) -> PlatformSpec {
        let os = match os.to_ascii_lowercase().as_str() {
            "macos" => SmolStr::new_static("darwin"),
            os => os.into(),
        };
        let (architecture, variant) = normal(
            &architecture.to_ascii_lowercase(),
            &variant.to_ascii_lowercase(),
        );
        PlatformSpec {
            os,
            os_version: SmolStr::default(),
            architecture: architecture.into(),
            variant: variant.into(),
        }
    }

    /// The platform that a text names. What a single word leaves open is taken from another
    /// platform.
    pub(crate) fn parse(text: &str, default: &PlatformSpec) -> Option<PlatformSpec> {
        use crate::reference::Typed as _;
        if !crate::reference::Platform::is_valid(text) {
            return None;
        }
        let mut parts = text.split('/');
        let first = parts.next()?;
        let (os, version) = match first.split_once('(') {
            Some((os, rest)) => (os, rest.trim_end_matches(')')),
            None => (first, ""),
        };
        let mut platform = match (parts.next(), parts.next()) {
            (Some(architecture), variant) => {
                PlatformSpec::new(os, architecture, variant.unwrap_or_default())
            }
            (None, _) if crate::reference::is_known_os(os) => {
                PlatformSpec::new(os, &default.architecture, &default.variant)
            }
            (None, _) => PlatformSpec::new(&default.os, os, ""),
        };
        platform.os_version = version.into();
        Some(platform)
    }
}

impl Default for PlatformSpec {
    /// `linux/amd64`: what is not said must not depend on the machine.
    fn default() -> PlatformSpec {
        PlatformSpec {
            os: SmolStr::new_static("linux"),
            os_version: SmolStr::default(),
            architecture: SmolStr::new_static("amd64"),
            variant: SmolStr::default(),
        }
    }
}

impl fmt::Display for PlatformSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.os)?;
        if !self.os_version.is_empty() {
            write!(f, "({})", self.os_version)?;
        }
        write!(f, "/{}", self.architecture)?;
        if !self.variant.is_empty() {
            write!(f, "/{}", self.variant)?;
        }
        Ok(())
    }
}

/// An architecture and its variant, each under one name.
fn normal(architecture: &str, variant: &str) -> (String, String) {
    let (architecture, variant) = match (architecture, variant) {
        ("i386", _) => ("386", ""),
        ("x86_64" | "x86-64" | "amd64", "v1") => ("amd64", ""),
        ("x86_64" | "x86-64", variant) => ("amd64", variant),
        ("aarch64" | "arm64", "8" | "v8" | "v8.0") => ("arm64", ""),
        ("aarch64", variant) => ("arm64", variant),
        ("armhf", _) => ("arm", "v7"),
        ("armel", _) => ("arm", "v6"),
        ("arm", "" | "7") => ("arm", "v7"),
        ("arm", "5") => ("arm", "v5"),
        ("arm", "6") => ("arm", "v6"),
        ("arm", "8") => ("arm", "v8"),
        other => other,
    };
    (architecture.to_owned(), variant.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_for_each() {
        let parse = |text: &str| {
            PlatformSpec::parse(text, &PlatformSpec::default()).map(|platform| platform.to_string())
        };
        for (text, expected) in [
            ("linux/amd64", Some("linux/amd64")),
            ("linux/x86_64", Some("linux/amd64")),
            ("linux/arm64/v8", Some("linux/arm64")),
            ("linux/arm", Some("linux/arm/v7")),
            ("armel", Some("linux/arm/v6")),
            ("windows", Some("windows/amd64")),
            ("macos/aarch64", Some("darwin/arm64")),
            (
                "windows(10.0.17763)/amd64",
                Some("windows(10.0.17763)/amd64"),
            ),
            ("plan10", None),
            ("", None),
        ] {
            assert_eq!(parse(text).as_deref(), expected, "{text}");
        }
    }
}
