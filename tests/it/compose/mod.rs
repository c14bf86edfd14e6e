//! Whole files: merged, pruned, pinned, drawn.

mod compare;
mod corpus;
mod escapes;
mod expressions;
mod generator;
mod graph;
mod inputs;
mod meaning;
mod merge;
mod pin;
mod prune;
mod sequences;
mod versions;
