//! An independent, literal reader of the Dockerfile language, for tests only.
//!
//! It follows sections 1 to 3 of the specification (`dockerfile-spec.md`) and shares nothing with
//! the crate, so that what the writer writes is judged by a second opinion. That opinion was itself
//! compared with BuildKit's, on real files and on random hostile ones.
//!
//! [`read`] gives the instructions of a text, the methods of [`Instruction`] split its arguments,
//! [`lex`] takes an argument apart, [`eval`] expands it.
#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "a whole language is read here; no one test uses all of it"
)]

mod csv;
mod expand;
mod heredoc;
mod instruction;
mod json;
mod lexer;
mod line;
mod pattern;
mod split;
mod unicode;

pub use self::csv::{csv, mount_fields};
pub use self::expand::{Piece, eval, eval_pieces, lex, lex_body, literal};
pub use self::heredoc::{Heredoc, marker};
pub use self::instruction::Instruction;
pub use self::line::{File, read};
