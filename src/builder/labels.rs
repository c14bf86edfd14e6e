//! The names of the labels that the OCI image specification defines, as constants.
//!
//! ```
//! use multistage::{Dockerfile, Stage, expr, labels, instruction::Label};
//!
//! let mut file = Dockerfile::new();
//! file.push(Stage::new("alpine")
//!     .arg("GIT_SHA")
//!     .instruction(Label::new(labels::TITLE, "api").and(labels::REVISION, expr("${GIT_SHA}"))));
//! assert_eq!(file.render()?, "\
//! FROM alpine
//! ARG GIT_SHA
//! LABEL org.opencontainers.image.title=api \\
//!       org.opencontainers.image.revision=${GIT_SHA}
//! ");
//! # Ok::<(), multistage::Report>(())
//! ```
//!
//! [Specification](https://specs.opencontainers.org/image-spec/annotations/)

/// The date and time of the build, in RFC 3339.
pub const CREATED: &str = "org.opencontainers.image.created";
/// The people or the organisation to contact.
pub const AUTHORS: &str = "org.opencontainers.image.authors";
/// The web page of the image.
pub const URL: &str = "org.opencontainers.image.url";
/// The web page of the documentation.
pub const DOCUMENTATION: &str = "org.opencontainers.image.documentation";
/// The web page of the source code.
pub const SOURCE: &str = "org.opencontainers.image.source";
/// The version of the software.
pub const VERSION: &str = "org.opencontainers.image.version";
/// The revision of the source code, such as a commit.
pub const REVISION: &str = "org.opencontainers.image.revision";
/// The person or the organisation that distributes the image.
pub const VENDOR: &str = "org.opencontainers.image.vendor";
/// The licenses of the software, as an SPDX expression.
pub const LICENSES: &str = "org.opencontainers.image.licenses";
/// The name of the reference for a target.
pub const REF_NAME: &str = "org.opencontainers.image.ref.name";
/// The title of the image, for people.
pub const TITLE: &str = "org.opencontainers.image.title";
/// A description of the image, for people.
pub const DESCRIPTION: &str = "org.opencontainers.image.description";
/// The digest of the base image.
pub const BASE_DIGEST: &str = "org.opencontainers.image.base.digest";
/// The name of the base image.
pub const BASE_NAME: &str = "org.opencontainers.image.base.name";
