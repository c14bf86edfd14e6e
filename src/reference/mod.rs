//! What crosses the border of a stage: names, images, contexts, platforms.
//!
//! A stage, an image and a named context are different types, because Docker's text does not tell them
//! apart: a misspelt stage in `--from` is an image to Docker, and it pulls it.

pub mod args;
mod image;
mod name;
mod platform;
mod source;
mod typed;

pub(crate) use self::image::familiar;
pub use self::image::{Image, InvalidImage};
pub use self::name::{ArgName, Context, StageName};
pub use self::platform::{InvalidPlatform, Platform};
pub use self::source::{Base, IntoSource, Source};
pub(crate) use self::typed::{Typed, serde_as_text, typed_text};
