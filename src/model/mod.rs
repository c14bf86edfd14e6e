//! The model of a file: directives, global ARGs, stages and their steps.

#[cfg(feature = "serde")]
mod data;
mod dockerfile;
mod origin;
mod stage;
mod step;

pub(crate) use self::dockerfile::Beside;
pub use self::dockerfile::Dockerfile;
pub(crate) use self::origin::Origin;
pub use self::stage::Stage;
pub use self::step::Step;
