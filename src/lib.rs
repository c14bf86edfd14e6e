//! Multi-stage Dockerfiles from Rust.

mod builder;
pub mod diagnostic;
mod edit;
mod graph;
pub mod instruction;
mod model;
mod parse;
mod reference;
mod render;
mod rules;
mod syntax;
mod text;
mod validate;

pub use self::diagnostic::Report;
pub use self::instruction::Instruction;
pub use self::model::{Dockerfile, Stage, Step};
pub use self::parse::{EditError, Parsed};
pub use self::reference::{
    ArgName, Base, Context, Image, IntoSource, InvalidImage, InvalidPlatform, Platform, Source,
    StageName,
};
pub use self::render::Style;
pub use self::rules::rules;
pub use self::syntax::{At, Checks, Comment, Layout, OtherFlag, Part};
pub use self::text::{Escape, Modifier, Operator, Piece, PieceText, Text, Variable, expr, literal};
