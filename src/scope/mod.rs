//! What holds where an instruction stands: what its base image brings along.

pub(crate) mod config;
