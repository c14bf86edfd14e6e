//! Composes multi-stage Dockerfiles: typed stages, checked references, deterministic text.
//!
//! ```text
//!  builder methods ┐                                                     ┌─► String
//!  JSON, YAML      ├─► model ─► draft ─► references ─► rules ─► render ──┤
//!  Dockerfile text ┘                                                     └─► Report
//! ```
//!
//! A [`Dockerfile`] consists of [`Stage`]s. It is built with methods, or [read](Dockerfile::parse)
//! from a text or data, and it can hold mistakes. [`render`](Dockerfile::render) resolves the
//! references, applies the [`rules`](check::rules), and returns the text or a [`Report`] of every
//! mistake:
//!
//! ```
//! use multistage::{Dockerfile, Stage, StageName};
//!
//! let mut file = Dockerfile::new();
//!
//! let builder = file.stage("builder", Stage::new("node:18")
//!     .workdir("/app")
//!     .copy(["package.json", "package-lock.json"], "./")
//!     .run("npm install")
//!     .copy(".", ".")
//!     .run("npm run build"));
//!
//! file.push(Stage::new("node:18-alpine")
//!     .workdir("/app")
//!     .copy_from(&builder, "/app/dist", "./dist")
//!     .copy_from(&builder, "/app/node_modules", "./node_modules")
//!     .cmd(["node", "dist/index.js"]));
//!
//! assert_eq!(file.render()?, r#"FROM node:18 AS builder
//! WORKDIR /app
//! COPY package.json package-lock.json ./
//! RUN npm install
//! COPY . .
//! RUN npm run build
//!
//! FROM node:18-alpine
//! WORKDIR /app
//! COPY --from=builder /app/dist ./dist
//! COPY --from=builder /app/node_modules ./node_modules
//! CMD ["node", "dist/index.js"]
//! "#);
//!
//! // Docker would pull this as an image:
//! file.push(Stage::new("scratch").copy_from(StageName::new("biulder"), "/app/dist", "/"));
//! assert_eq!(file.render().unwrap_err().without_origins().to_string(), "\
//! error[unknown-stage]: no stage is named `biulder`
//!   --> Dockerfile:15:13
//!    |
//! 15 | COPY --from=biulder /app/dist /
//!    |             ^^^^^^^ not declared
//!    = help: did you mean `builder`?
//! ");
//! # Ok::<(), multistage::Report>(())
//! ```
//!
//! # Promises
//!
//! 1. *Text comes out only if it is right.* There is no way to get text that was not checked.
//! 2. *A string is data.* Docker reads exactly that string in exactly that field, or the report
//!    says that the position cannot hold it.
//! 3. *Same model, same bytes*, always and everywhere; the author's order is kept, and the style is
//!    part of semver.
//! 4. *Everything that is wrong, at once, in place*: with rule, line, column, the line of Rust, and
//!    what to do.
//! 5. *It reads what it writes, and what others wrote.* `parse(render(model)) == model`; comments
//!    and the lines of shell commands stay, while blank lines, keyword case, quoting and the order
//!    of flags are normalised.
//! 6. *All of the language*: every instruction and flag, heredocs, directives, both escape
//!    characters.
//! 7. *Cheap to depend on*: few dependencies, no unsafe code, no panic on any input, linear time,
//!    no I/O but for [`GeneratedFile`](generated::GeneratedFile) and its like.
//!
//! # Where to start
//!
//! The [guide] explains the crate by examples: start with [getting
//! started](guide::getting_started). Below are the parts of the API.
//!
//! - [`Stage`]: the chaining methods, one for the plain form of each instruction.
//! - [`instruction`]: the instructions with their flags, commands, mounts, ports, inline files.
//! - [`Dockerfile`]: stages, global ARGs, directives, named contexts, targets.
//! - [`StageName`], [`Image`], [`Context`](struct@Context): what `FROM`, `COPY --from` and mounts
//!   refer to. They are different types, and a plain string is rejected where it could be either.
//! - [`Fragment`], [`Packages`], [`args`], [`labels`], [`Stage::apply`], [`Stage::with_mounts`]:
//!   what is written once and used often.
//! - [`Text`], [`literal`], [`expr`]: literal text and variables.
//! - [`Dockerfile::parse`] and [`Parsed`]: reading. [`Dockerfile::rename`] and its neighbours,
//!   [`Parsed::replace`]: editing.
//! - [`Dockerfile::for_target`], [`Dockerfile::merge`], [`Dockerfile::pin`],
//!   [`Dockerfile::minimum_syntax`], [`Dockerfile::graph`], [`Dockerfile::inputs`],
//!   [`Dockerfile::compare`]: operations on whole files: prune, merge, pin, date, graph, inputs,
//!   compare.
//! - [`GeneratedFile`](generated::GeneratedFile) and [`OutDir`](generated::OutDir): files that are
//!   written, committed and checked. [`IgnoreFile`](ignore::IgnoreFile): `.dockerignore`.
//!   [`InlineDockerfile`](inline::InlineDockerfile): Compose and Bake.
//! - `data`: a model as JSON, YAML and the like; `recipe`: many files of one with parameters.
//! - [`Dockerfile::resolve`] and [`Resolved`](resolve::Resolved): the resolved configuration of a
//!   file, for the arguments of a [`Build`](resolve::Build).
//! - [`Report`] and [`diagnostic`]: the findings. [`rules`](check::rules) lists the rules, and a
//!   [`Checker`](check::Checker) selects among them, for one build.
//!
//! # Features
//!
//! Without any feature the crate builds, validates and renders. Everything else is a feature, so
//! that a build script does not compile the parts for linters:
//!
//! | feature | adds | needs |
//! |---|---|---|
//! | `files` (default) | [`GeneratedFile`](generated::GeneratedFile), [`OutDir`](generated::OutDir), [`IgnoreFile`](ignore::IgnoreFile), [`InlineDockerfile`](inline::InlineDockerfile) | |
//! | `serde` (default) | models, names, reports and inputs as data; the module `data` with the JSON Schema | |
//! | `parse` | [`Dockerfile::parse`], [`Parsed`], edits of a text | |
//! | `check` | [`Dockerfile::check`], [`Checker`](check::Checker), [`Dockerfile::resolve`], the checks of `docker build --check` | `parse` |
//! | `compose` | merge, prune, pin, inputs, the build graph; with `check`, compare | |
//! | `recipe` | the module `recipe`: files as data with parameters | `serde` |
//! | `full` | all of them | |

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// What only an optional room uses is type-checked without it and compiled to nothing: `read` and `apply` of an
// instruction are beside its `write`, and carry no `cfg` of their own.
#![cfg_attr(
    not(feature = "full"),
    allow(
        dead_code,
        unused_imports,
        unreachable_pub,
        rustdoc::broken_intra_doc_links
    )
)]

// The methods of a type appear on its page in this order: what a new user needs first comes first.
mod model;

mod render;

mod builder;

#[cfg(feature = "parse")]
mod parse;

mod edit;

#[cfg(feature = "check")]
pub mod check;

#[cfg(feature = "check")]
pub mod resolve;

pub mod frontend;

// Documentation only: a build does not read its files.
#[cfg(all(any(doc, doctest), feature = "full"))]
pub mod guide;

#[cfg(feature = "compose")]
mod compose;

#[cfg(feature = "files")]
mod files;

#[cfg(feature = "serde")]
pub mod data;
pub mod diagnostic;
#[cfg(any(feature = "files", feature = "parse"))]
mod diff;
mod edges;
pub mod error;
#[cfg(any(feature = "files", feature = "check"))]
pub mod ignore;
pub mod instruction;
pub mod limits;
mod order;
#[cfg(feature = "recipe")]
pub mod recipe;
mod reference;
mod rules;
mod scope;
mod syntax;
pub mod text;

pub use self::builder::{Fragment, Packages, labels};
#[cfg(all(feature = "compose", feature = "check"))]
pub use self::compose::compare;
#[cfg(feature = "compose")]
pub use self::compose::{graph, inputs, merge, pin};
pub use self::diagnostic::{Report, Severity};
pub use self::error::Error;
#[cfg(feature = "files")]
pub use self::files::{generated, inline};
pub use self::instruction::Instruction;
pub use self::model::{Dockerfile, Stage, Step};
#[cfg(feature = "parse")]
pub use self::parse::Parsed;
pub use self::reference::{
    ArgName, Base, Context, Image, IntoSource, Platform, Source, StageName, args,
};
pub use self::render::Style;
pub use self::syntax::{CheckDirective, Comment};
pub use self::text::escape::Escape;
pub use self::text::value::{Text, expr, literal};

/// The places of a file's parts: in the model, and as spans of a text.
pub mod layout {
    pub use crate::syntax::{At, Layout, Part};
}

/// The examples of the README, which are tests too.
#[cfg(all(doctest, feature = "full"))]
#[doc = include_str!("../README.md")]
pub struct ReadmeDoctests;
