//! References of a stage: names, images, contexts, platforms.
//!
//! A stage, an image and a named context are different types, because Docker's text does not tell
//! them apart: a misspelt stage in `--from` is an image to Docker, and it pulls it.

pub mod args;
mod epoch;
mod image;
mod name;
mod platform;
mod source;
mod typed;

pub use self::epoch::EpochSource;
pub(crate) use self::epoch::SOURCE_DATE_EPOCH;
pub use self::image::Image;
pub(crate) use self::image::{familiar, full_name};
pub use self::name::{ArgName, Context, StageName};
pub use self::platform::Platform;
pub(crate) use self::platform::is_known_os;
pub(crate) use self::source::stage_number;
pub use self::source::{Base, IntoSource, Source};
pub use self::typed::InvalidValue;
pub(crate) use self::typed::{Typed, TypedText, serde_as_text, typed_text};
