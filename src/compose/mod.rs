//! Whole files: merge, prune to a target, pin, compare; the inputs and the graph of a build.

mod command;
#[cfg(feature = "check")]
pub mod compare;
mod globals;
pub mod graph;
pub mod inputs;
pub mod merge;
mod mount_values;
mod names;
pub mod pin;
mod pin_args;
mod prefix;
mod prune;
