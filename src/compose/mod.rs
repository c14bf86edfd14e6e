//! What is written once and used often: fragments, packages, labels. Whole files: merged, pruned to a target, pinned,
//! drawn.

#[cfg(feature = "check")]
mod compare;
mod globals;
mod graph;
mod inputs;
mod merge;
mod names;
mod pin;
mod prefix;
mod prune;

#[cfg(feature = "check")]
pub use self::compare::{Change, Comparison, Side, TargetComparison};
pub use self::graph::{BuildGraph, Edge, EdgeKind, Node, NodeKind, Role};
pub use self::inputs::{ArgInput, ImageInput, Inputs, SecretInput, SshInput, TargetInput};
pub use self::merge::{MergeConflict, MergeError, Merged};
pub use self::pin::Lock;
