//! Whole files: merged, pruned to a target, pinned, drawn.

mod build_graph;
mod draw;
mod globals;
mod inputs;
mod make_graph;
mod merge;
mod names;
mod pin;
mod prune;

pub use self::build_graph::{BuildGraph, Edge, EdgeKind, Node, NodeKind, Role};
pub use self::inputs::{ArgInput, ImageInput, Inputs, SecretInput, SshInput, TargetInput};
pub use self::merge::{MergeConflict, MergeError, Merged};
pub use self::pin::Lock;
