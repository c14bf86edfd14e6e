//! The surface of the language: how text leaves (`writer`, `quote`, `json`, `heredoc`), flags as
//! rows, comments, and where things are (`layout`).

pub(crate) mod bytes;
mod comment;
#[cfg(feature = "serde")]
mod data;
mod engine;
mod flag;
mod flag_table;
mod frontend;
pub(crate) mod heredoc;
pub(crate) mod json;
mod layout;
pub(crate) mod lex;
mod part;
mod problem;
pub(crate) mod quote;
mod rare;
pub(crate) mod reader;
pub(crate) mod shell;

pub(crate) mod writer;

pub use self::comment::{CheckDirective, Comment};
pub(crate) use self::comment::{Comments, Description, Notes, same_before_blank_line};
#[cfg(feature = "serde")]
pub(crate) use self::data::{FlagData, notes_schema, read_notes, write_notes};
pub use self::engine::{BuildahVersion, Engine, PodmanVersion};
pub use self::flag::OtherFlag;
pub(crate) use self::flag::{
    Flag, FlagArg, FlagField, FlagReader, FlagText, Flags, read_field, read_flags, read_source,
    read_switch, read_typed, typed,
};
pub(crate) use self::flag_table::flags;
pub use self::frontend::FrontendVersion;
pub use self::layout::Layout;
pub use self::part::{At, Part};
pub(crate) use self::problem::{Problem, ProblemKind};
pub(crate) use self::quote::Position;
pub(crate) use self::rare::{Rare, Unset};
pub(crate) use self::reader::{Args, RefusalKind, Word, is_keyword};
pub(crate) use self::writer::{DEFAULT_INDENT, FlagLines, FlagValue, Writer, Written};

/// An instruction of the language, and its writing after its keyword.
///
/// Reading is a plain method of each: `read` returns `None` if Docker rejects the instruction, and
/// the reason has been noted. Like `apply`, it does not belong to this trait: the functions
/// of a trait's `impl` are compiled whether something reaches them or not.
pub(crate) trait Syntax: Sized {
    /// The keyword, in upper case.
    const KEYWORD: &'static str;

    /// `true` if Docker looks for heredocs in it.
    const HEREDOCS: bool = false;

    /// Writes the text after the keyword.
    fn write(&self, w: &mut Writer<'_>);
}
