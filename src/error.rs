//! The errors of functions that can fail, and [`Error`], which each of them, and a [`Report`],
//! converts into.

use std::fmt;

use crate::diagnostic::Report;
pub use crate::edit::{RenameError, UnknownStage};
#[cfg(feature = "parse")]
pub use crate::parse::{EditError, NotLocal};
pub use crate::reference::InvalidValue;

/// Any error of this crate: what `?` collects in a function that builds, renders, writes and so on.
///
/// Its text is that of the error in it; of a [`Report`] it is the rendered report. The variants
/// follow the features that are compiled in.
///
/// ```
/// use multistage::{Dockerfile, Image, Stage};
///
/// fn generate(image: &str) -> Result<String, multistage::Error> {
///     let image: Image = image.parse()?;
///     let mut file = Dockerfile::new();
///     file.stage("app", Stage::new(image).workdir("/srv"));
///     file.rename("app", "web")?;
///     Ok(file.render()?)
/// }
///
/// assert_eq!(generate("alpine")?, "FROM alpine AS web\nWORKDIR /srv\n");
/// assert!(matches!(generate("al pine"), Err(multistage::Error::Invalid(_))));
/// # Ok::<(), multistage::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A file has errors.
    Report(Box<Report>),
    /// There is no such stage.
    UnknownStage(Box<UnknownStage>),
    /// A stage cannot get a name.
    Rename(Box<RenameError>),
    /// A text does not have the grammar of a type, such as that of an image reference.
    Invalid(Box<dyn std::error::Error + Send + Sync>),
    /// A text was not edited.
    #[cfg(feature = "parse")]
    Edit(Box<EditError>),
    /// Files cannot be merged.
    #[cfg(feature = "compose")]
    Merge(Box<crate::compose::merge::MergeError>),
    /// A command line of a build cannot be made.
    #[cfg(feature = "compose")]
    Command(Box<crate::compose::inputs::CommandError>),
    /// A generated file was not written, or is not what it should be.
    #[cfg(feature = "files")]
    File(Box<crate::files::generated::FileError>),
    /// A recipe, or its values, are wrong.
    #[cfg(feature = "recipe")]
    Recipe(Box<crate::recipe::RecipeError>),
}

impl Error {
    fn inner(&self) -> &(dyn std::error::Error + 'static) {
        match self {
            Error::Report(error) => error.as_ref(),
            Error::UnknownStage(error) => error.as_ref(),
            Error::Rename(error) => error.as_ref(),
            Error::Invalid(error) => error.as_ref(),
            #[cfg(feature = "parse")]
            Error::Edit(error) => error.as_ref(),
            #[cfg(feature = "compose")]
            Error::Merge(error) => error.as_ref(),
            #[cfg(feature = "compose")]
            Error::Command(error) => error.as_ref(),
            #[cfg(feature = "files")]
            Error::File(error) => error.as_ref(),
            #[cfg(feature = "recipe")]
            Error::Recipe(error) => error.as_ref(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.inner(), f)
    }
}

impl std::error::Error for Error {
    /// The cause of the error in it, as the text is that of the error itself.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner().source()
    }
}

macro_rules! from_errors {
    ($($(#[$cfg:meta])* $error:ty => $variant:ident;)*) => {$(
        $(#[$cfg])*
        impl From<$error> for Error {
            fn from(error: $error) -> Error {
                Error::$variant(Box::new(error))
            }
        }
    )*};
}

from_errors! {
    Report => Report;
    UnknownStage => UnknownStage;
    RenameError => Rename;
    InvalidValue => Invalid;
    #[cfg(feature = "parse")]
    EditError => Edit;
    #[cfg(feature = "compose")]
    crate::compose::merge::MergeError => Merge;
    #[cfg(feature = "compose")]
    crate::compose::inputs::CommandError => Command;
    #[cfg(feature = "files")]
    crate::files::generated::FileError => File;
    #[cfg(any(feature = "files", feature = "check"))]
    crate::ignore::InvalidIgnoreFile => Invalid;
    #[cfg(feature = "recipe")]
    crate::recipe::RecipeError => Recipe;
}
