//! Multi-stage Dockerfiles from Rust.

mod builder;
pub mod instruction;
mod model;
mod reference;
mod render;
mod syntax;
mod text;

pub use self::model::{Dockerfile, Stage, Step};
pub use self::reference::{
    ArgName, Base, Context, Image, IntoSource, InvalidImage, InvalidPlatform, Platform, Source, StageName,
};
pub use self::render::Style;
pub use self::syntax::{At, Checks, Comment, Layout, OtherFlag, Part};
pub use self::text::{Escape, Modifier, Operator, Piece, PieceText, Text, Variable, expr, literal};
