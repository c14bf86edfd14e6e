//! What the crate promises, held from outside: one binary, a module for each promise.

#![allow(clippy::print_stdout, reason = "a test says what it skips")]

mod architecture;
mod compose;
mod conversions;
mod corpus;
mod determinism;
mod devcontainer;
mod diagnostics;
mod fields;
mod files;
mod fragments;
mod generator;
mod golden;
mod hostile;
mod instructions;
mod outside;
mod properties;
mod reading;
mod readme;
mod scenarios;
#[cfg(feature = "serde")]
mod serde;
mod spec;
