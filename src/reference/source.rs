//! `Source` and `Base`: a stage, an image or a context, distinguished by type.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::{Context, Image, StageName};
use crate::text::{Text, from_strings};

/// The source of files or of a base: a stage of the file, an image, a named context.
///
/// A bare string is never taken: it does not say which of them it is.
/// An [`Image`] and a [`Context`] of one name are equal, as they are one text in a Dockerfile.
///
/// ```
/// use multistage::{Context, Image, Source, StageName};
///
/// assert_eq!(Source::from(Image::new("docs")), Source::from(Context::new("docs")));
/// assert_ne!(Source::from(Image::new("docs")), Source::from(StageName::new("docs")));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Source {
    /// A stage of the file, by its name.
    Stage(StageName),
    /// A stage without a name, by its position from 0. Made only by reading a file; edits keep it
    /// right.
    Index(usize),
    /// An image.
    Image(Image),
    /// A named build context.
    Context(Context),
}

/// The position of a stage that is in no file: it was removed, or could not be read.
const NOWHERE: usize = usize::MAX;

impl Source {
    /// A stage without a name that is in no file.
    pub(crate) const NOWHERE: Source = Source::Index(NOWHERE);

    /// The text in a Dockerfile.
    pub(crate) fn spelling(&self) -> Cow<'_, str> {
        match self {
            Source::Stage(name) => name.as_str().into(),
            Source::Context(context) => context.as_str().into(),
            Source::Image(image) => match image.as_literal() {
                Some(text) => text.into(),
                None => self.to_string().into(),
            },
            Source::Index(_) => self.to_string().into(),
        }
    }

    /// The text of an image or a context.
    pub(crate) fn external(&self) -> Option<&str> {
        match self {
            Source::Image(image) => image.as_literal(),
            Source::Context(context) => Some(context.as_str()),
            Source::Stage(_) | Source::Index(_) => None,
        }
    }
}

/// The text in a Dockerfile.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Stage(name) => name.fmt(f),
            Source::Index(NOWHERE) => f.write_str("removed-stage"),
            Source::Index(index) => index.fmt(f),
            Source::Image(image) => image.text().fmt(f),
            Source::Context(context) => context.fmt(f),
        }
    }
}

/// The stage that a whole number in `COPY --from` means, as Docker reads one. One beyond its range
/// is none.
pub(crate) fn stage_number(text: &str) -> Option<i64> {
    text.parse().ok()
}

impl PartialEq for Source {
    fn eq(&self, other: &Source) -> bool {
        match (self, other) {
            (Source::Stage(a), Source::Stage(b)) => a == b,
            (Source::Index(a), Source::Index(b)) => a == b,
            (Source::Image(a), Source::Image(b)) => a == b,
            _ => self.external().is_some() && self.external() == other.external(),
        }
    }
}

impl Eq for Source {}

impl Hash for Source {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Source::Stage(name) => (0_u8, name).hash(state),
            Source::Index(index) => (1_u8, index).hash(state),
            Source::Image(image) => match image.as_literal() {
                Some(text) => (2_u8, text).hash(state),
                None => (3_u8, image).hash(state),
            },
            Source::Context(context) => (2_u8, context.as_str()).hash(state),
        }
    }
}

macro_rules! into_source {
    ($($kind:ident($type:ty)),*) => {$(
        impl From<$type> for Source {
            fn from(source: $type) -> Source {
                Source::$kind(source)
            }
        }

        impl From<&$type> for Source {
            fn from(source: &$type) -> Source {
                Source::$kind(source.clone())
            }
        }

        impl IntoSource for $type {
            fn into_source(self) -> Source {
                Source::$kind(self)
            }
        }

        impl IntoSource for &$type {
            fn into_source(self) -> Source {
                Source::$kind(self.clone())
            }
        }
    )*};
}

/// A value that `copy_from`, `from` and the like accept: a stage, an image or a context.
///
/// It is [`Into<Source>`](Source) with an error message that says why a string is rejected.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether it is a stage, an image or a context",
    label = "pass the handle that `file.stage(..)` returned, `Image::new(..)` or a `Context`",
    note = "a stage that is declared elsewhere is `StageName::new(\"name\")`"
)]
pub trait IntoSource {
    /// Converts the value into a source.
    fn into_source(self) -> Source;
}

into_source!(Stage(StageName), Image(Image), Context(Context));

impl IntoSource for Source {
    fn into_source(self) -> Source {
        self
    }
}

impl IntoSource for &Source {
    fn into_source(self) -> Source {
        self.clone()
    }
}

/// The base of a stage, which [`Stage::new`](crate::Stage::new) takes: a string or [`Image`] is an
/// image, a [`StageName`] is a stage, a [`Context`] is a named context.
///
/// ```
/// use multistage::{Dockerfile, Stage};
///
/// let mut file = Dockerfile::new();
/// let build = file.stage("build", Stage::new("rust:1.86"));
/// file.push(Stage::new(&build));
/// assert_eq!(file.render()?, "FROM rust:1.86 AS build\n\nFROM build\n");
/// # Ok::<(), multistage::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Base(pub(crate) Source);

from_strings!(Base, |image: &str| Base(Source::Image(Image::from(image))));

impl From<Text> for Base {
    fn from(image: Text) -> Base {
        Base(Source::Image(Image::from(image)))
    }
}

macro_rules! sources_are_bases {
    ($($type:ty),*) => {$(
        impl From<$type> for Base {
            fn from(source: $type) -> Base {
                Base(source.into())
            }
        }

        impl From<&$type> for Base {
            fn from(source: &$type) -> Base {
                Base(source.clone().into())
            }
        }
    )*};
}

sources_are_bases!(StageName, Image, Context, Source);
