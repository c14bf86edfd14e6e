//! The guide: chapters that explain the crate by examples. It holds documentation only.
//!
//! 1. [Getting started](getting_started)
//! 2. [Strings and `$`](strings)
//! 3. [Stages, arguments and references](stages)
//! 4. [Mounts, secrets and caches](mounts)
//! 5. [Composing](composing)
//! 6. [Reading and editing](reading)
//! 7. [Checks](checks)
//! 8. [Generating from a build script, an xtask, a test](generating)
//! 9. [Data and recipes](data)
//! 10. [Podman and older engines](engines)
//! 11. [How it compares](comparison)
//! 12. [Stability](stability)

/// Adds a chapter: a module without items whose documentation is a file of `docs/guide`.
macro_rules! chapters {
    ($($summary:literal $name:ident $file:literal;)*) => {
        $(
            #[doc = $summary]
            #[doc = ""]
            #[doc = include_str!(concat!("../docs/guide/", $file, ".md"))]
            pub mod $name {}
        )*
    };
}

chapters! {
    "Makes a first file, renders it, and explains reports." getting_started "getting-started";
    "Explains how strings become Dockerfile text, and how a `$` is decided." strings "strings";
    "Explains stages, what they refer to, and arguments." stages "stages";
    "Adds caches, secrets and other mounts to RUN." mounts "mounts";
    "Reuses parts of stages: functions, fragments, conditions, packages." composing "composing";
    "Reads Dockerfiles, edits models and texts, merges and prunes files." reading "reading";
    "Checks files, for one build if need be, with rules of your own." checks "checks";
    "Writes generated files and keeps them up to date." generating "generating";
    "Reads and writes models as data, and makes many files from one recipe." data "data";
    "Restricts a file to what an engine supports." engines "engines";
    "Compares the crate with others, in Rust and elsewhere." comparison "comparison";
    "States what does not change between releases." stability "stability";
}
