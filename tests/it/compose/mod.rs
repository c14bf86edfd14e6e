//! Whole files: merged, pruned, pinned, drawn.

mod generator;
mod meaning;
mod merge;
mod pin;
mod prune;
mod versions;
