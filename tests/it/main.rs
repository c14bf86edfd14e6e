//! What the crate promises, held from outside: one binary, a module for each promise.

#![allow(clippy::print_stdout, reason = "a test says what it skips")]

mod architecture;
mod arguments;
mod checking;
mod commands;
mod compose;
mod conversions;
mod cookbook;
mod corpus;
mod data;
mod determinism;
mod devcontainer;
mod diagnostics;
mod edits;
mod engines;
mod fields;
mod files;
mod fragments;
mod freshness;
mod generator;
mod generators;
mod golden;
mod hostile;
mod ignore;
mod image_config;
mod inline;
mod instructions;
mod layout;
mod lint;
mod naming;
mod outside;
mod properties;
mod prose;
mod reach;
mod reading;
mod readme;
mod resolved;
mod resolving;
mod rules_page;
mod scenarios;
mod serde;
mod spec;
mod stages;
mod traits;
mod vectors;
