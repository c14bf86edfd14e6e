//! The build arguments that Docker gives a value to, as constants.
//!
//! Docker knows them in FROM, and in a stage that declares them. A stage whose methods are given
//! something in which Docker expands one declares it right above, unless it has done so already.
//! The `$` of a command is the shell's, so what a command uses is declared by
//! [`Stage::arg`](crate::Stage::arg), or by [`Stage::declare_arg`](crate::Stage::declare_arg).
//!
//! Each displays as `${NAME}`, so that `format!` puts it into an image, an expression or a command.
//!
//! ```
//! use multistage::args::{TARGETARCH, TARGETOS};
//! use multistage::{Dockerfile, Platform, Stage, expr};
//!
//! let mut file = Dockerfile::new();
//! file.push(Stage::new("golang:1.24")
//!     .platform(Platform::build())
//!     .copy(".", ".")
//!     .copy(expr(format!("vendor/{TARGETARCH}")), "/usr/lib/vendor")
//!     .declare_arg(TARGETOS)
//!     .declare_arg(TARGETARCH)
//!     .run(format!("GOOS={TARGETOS} GOARCH={TARGETARCH} go build -o /out/ ./cmd/server")));
//! assert_eq!(file.render()?, "\
//! FROM --platform=$BUILDPLATFORM golang:1.24
//! COPY . .
//! ARG TARGETARCH
//! COPY vendor/${TARGETARCH} /usr/lib/vendor
//! ARG TARGETOS
//! RUN GOOS=${TARGETOS} GOARCH=${TARGETARCH} go build -o /out/ ./cmd/server
//! ");
//! # Ok::<(), multistage::Report>(())
//! ```
//!
//! A stage that is based on another knows what that has declared; it declares it again all the
//! same, which changes nothing.
//!
//! [Reference](https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope)

use super::ArgName;

macro_rules! predefined {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        $($(#[$doc])* pub const $name: ArgName = ArgName::known(stringify!($name));)*

        /// The names of all of them, in order.
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

/// Returns `true` if Docker acts upon an argument of this name without an ARG, or by an ARG above
/// the first FROM alone.
pub(crate) fn is_known(name: &str) -> bool {
    const PROXIES: [&str; 5] = [
        "ALL_PROXY",
        "FTP_PROXY",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "NO_PROXY",
    ];
    NAMES.contains(&name)
        || name == super::SOURCE_DATE_EPOCH
        || name.starts_with("BUILDKIT_")
        || PROXIES.iter().any(|proxy| proxy.eq_ignore_ascii_case(name))
}

predefined! {
    /// The platform that the build runs on, such as `linux/amd64`.
    BUILDPLATFORM,
    /// The operating system that the build runs on, such as `linux`.
    BUILDOS,
    /// The version of the operating system that the build runs on; empty but on Windows.
    BUILDOSVERSION,
    /// The architecture that the build runs on, such as `amd64`.
    BUILDARCH,
    /// The variant of the architecture that the build runs on, such as `v7`; often empty.
    BUILDVARIANT,
    /// The platform that the image is for, such as `linux/arm64`.
    TARGETPLATFORM,
    /// The operating system that the image is for, such as `linux`.
    TARGETOS,
    /// The version of the operating system that the image is for; empty but on Windows.
    TARGETOSVERSION,
    /// The architecture that the image is for, such as `arm64`.
    TARGETARCH,
    /// The variant of the architecture that the image is for, such as `v7`; often empty.
    TARGETVARIANT,
    /// The stage that is built: what `--target` names, or `default`.
    TARGETSTAGE,
}
