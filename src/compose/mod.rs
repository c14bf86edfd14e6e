//! What is written once and used often: fragments, packages, labels. Whole files: merged, pruned to a target, pinned,
//! drawn.

mod build_graph;
mod compare;
mod draw;
mod fragment;
mod globals;
mod inputs;
pub mod labels;
mod make_graph;
mod merge;
mod names;
mod packages;
mod pin;
mod prune;
mod sequence;

pub use self::build_graph::{BuildGraph, Edge, EdgeKind, Node, NodeKind, Role};
pub use self::compare::{Change, Comparison, Side, TargetComparison};
pub use self::fragment::Fragment;
pub use self::inputs::{ArgInput, ImageInput, Inputs, SecretInput, SshInput, TargetInput};
pub use self::merge::{MergeConflict, MergeError, Merged};
pub use self::packages::Packages;
pub use self::pin::Lock;
