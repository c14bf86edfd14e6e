//! What the crate promises, held from outside: one binary, a module for each promise.

mod conversions;
mod corpus;
mod diagnostics;
mod reading;
#[cfg(feature = "serde")]
mod serde;
