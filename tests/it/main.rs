//! What the crate promises, held from outside: one binary, a module for each promise.

#![allow(clippy::print_stdout, reason = "a test says what it skips")]

mod architecture;
mod conversions;
mod corpus;
mod determinism;
mod diagnostics;
mod fields;
mod files;
mod freshness;
mod generator;
mod golden;
mod hostile;
mod ignore;
#[cfg(feature = "serde")]
mod image_config;
mod inline;
mod instructions;
mod outside;
mod properties;
mod reading;
#[cfg(feature = "serde")]
mod serde;
mod spec;
