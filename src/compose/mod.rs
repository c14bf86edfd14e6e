//! Whole files: merged, pruned to a target, pinned, drawn, compared; what a build of one needs.

mod command;
#[cfg(feature = "check")]
pub mod compare;
mod globals;
pub mod graph;
pub mod inputs;
pub mod merge;
mod names;
pub mod pin;
mod pin_args;
mod prefix;
mod prune;
