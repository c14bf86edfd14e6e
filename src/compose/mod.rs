//! Whole files: merged, pruned to a target.

mod globals;
mod merge;
mod names;
mod prune;

pub use self::merge::{MergeConflict, MergeError, Merged};
