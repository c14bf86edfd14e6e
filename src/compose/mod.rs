//! Whole files: merged, pruned to a target, pinned.

mod globals;
mod merge;
mod names;
mod pin;
mod prune;

pub use self::merge::{MergeConflict, MergeError, Merged};
pub use self::pin::Lock;
