//! Files: generated and kept up to date, and inside of others.

pub mod generated;
pub mod inline;
