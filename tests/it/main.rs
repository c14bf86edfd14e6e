//! What the crate promises, held from outside: one binary, a module for each promise.

mod corpus;
mod reading;
