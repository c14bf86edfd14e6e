//! `Platform`: operating system and architecture.

use super::typed_text;
use crate::text::{Text, Variable, expr};

typed_text! {
    /// A platform: `linux/amd64`, `linux/arm64/v8`, or `$BUILDPLATFORM`.
    ///
    /// A `$` in it is a variable. A literal platform that Docker cannot read is reported as
    /// `invalid-value` when the file is rendered; `FromStr` rejects it at once.
    ///
    /// ```
    /// use multistage::{Dockerfile, Platform, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.stage("build", Stage::new("golang:1.24").platform(Platform::build()));
    /// assert_eq!(file.render()?, "FROM --platform=$BUILDPLATFORM golang:1.24 AS build\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#from)
    Platform, "platform", "`os/arch[/variant]` such as `linux/amd64`", valid = is_platform
}

impl Platform {
    /// Creates a platform from an operating system and an architecture: `linux/amd64`.
    pub fn new(os: impl AsRef<str>, arch: impl AsRef<str>) -> Platform {
        Platform(expr(format!("{}/{}", os.as_ref(), arch.as_ref())))
    }

    /// Creates `$BUILDPLATFORM`: the platform that the build runs on. Use it for a stage that
    /// cross-compiles.
    pub fn build() -> Platform {
        Platform(Text::variable(Variable::plain("BUILDPLATFORM")))
    }

    /// Creates `$TARGETPLATFORM`: the platform that the image is for, which FROM has without a
    /// flag.
    pub fn target() -> Platform {
        Platform(Text::variable(Variable::plain("TARGETPLATFORM")))
    }
}

/// Returns `true` if Docker reads a text as `os`, `arch`, `os/arch` or `os/arch/variant`.
fn is_platform(text: &str) -> bool {
    let mut parts = text.split('/');
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    match rest.as_slice() {
        [] => {
            let (os, version) = split_version(first);
            (is_known_os(os) && version.is_none_or(is_version))
                || (version.is_none() && is_known_arch(first))
        }
        [arch] => is_os(first) && is_component(arch),
        [arch, variant] => is_os(first) && is_component(arch) && is_component(variant),
        _ => false,
    }
}

fn is_os(text: &str) -> bool {
    let (os, version) = split_version(text);
    !os.is_empty()
        && os
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        && version.is_none_or(is_version)
}

/// `windows(10.0.17763+win32k)` into the name and what is in the brackets.
fn split_version(text: &str) -> (&str, Option<&str>) {
    match text.split_once('(') {
        Some((os, rest)) => (os, Some(rest.strip_suffix(')').unwrap_or("("))),
        None => (text, None),
    }
}

fn is_version(text: &str) -> bool {
    !text.contains(['(', ')']) && text.bytes().all(|b| b.is_ascii_graphic())
}

fn is_component(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

pub(crate) fn is_known_os(os: &str) -> bool {
    matches!(
        os.to_ascii_lowercase().as_str(),
        "aix"
            | "android"
            | "darwin"
            | "dragonfly"
            | "freebsd"
            | "hurd"
            | "illumos"
            | "ios"
            | "js"
            | "linux"
            | "macos"
            | "nacl"
            | "netbsd"
            | "openbsd"
            | "plan9"
            | "solaris"
            | "windows"
            | "zos"
    )
}

fn is_known_arch(arch: &str) -> bool {
    matches!(
        arch.to_ascii_lowercase().as_str(),
        "386"
            | "aarch64"
            | "amd64"
            | "amd64p32"
            | "arm"
            | "arm64"
            | "arm64be"
            | "armbe"
            | "armel"
            | "armhf"
            | "i386"
            | "loong64"
            | "mips"
            | "mips64"
            | "mips64le"
            | "mips64p32"
            | "mips64p32le"
            | "mipsle"
            | "ppc"
            | "ppc64"
            | "ppc64le"
            | "riscv"
            | "riscv64"
            | "s390"
            | "s390x"
            | "sparc"
            | "sparc64"
            | "wasm"
            | "x86-64"
            | "x86_64"
    )
}
