//! The core promises, held without any feature: build, check, render. With all features
//! `tests/it` holds these and the rest, and nothing of this file is compiled.

#![cfg(not(feature = "full"))]

#[path = "../it/conversions.rs"]
mod conversions;
mod edits;
mod files;
#[path = "../it/hostile.rs"]
#[allow(dead_code, reason = "the other test uses the rest")]
mod hostile;
mod reports;
#[path = "../it/spec/mod.rs"]
mod spec;
mod strings;
