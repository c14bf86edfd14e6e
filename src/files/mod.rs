//! Files: generated and kept up to date, and inside of others.

mod generated;
mod inline;

pub use self::generated::{FileError, FileProblem, GeneratedFile, OutDir, Stale, Written};
pub use self::inline::InlineDockerfile;
