//! The errors of functions that can fail, and [`Error`], which each of them and a [`Report`]
//! converts into.

use std::fmt;

use crate::diagnostic::Report;
pub use crate::edit::{RenameError, UnknownStage};
#[cfg(feature = "parse")]
pub use crate::parse::{EditError, NotLocal};
pub use crate::reference::InvalidValue;

/// Any error of this crate, for a function that uses `?` on several of them.
///
/// `Display` and `Debug` both show the text of the inner error, which for a [`Report`] is the
/// rendered report: `fn main() -> Result<(), multistage::Error>` prints it as it is. The variants
/// follow the enabled features.
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
///
/// let error = generate("al pine").unwrap_err();
/// assert!(matches!(error, multistage::Error::Invalid(_)));
/// assert!(format!("{error:?}").starts_with("`al pine` is not a valid image reference"));
/// # Ok::<(), multistage::Error>(())
/// ```
#[non_exhaustive]
pub enum Error {
    /// A file has errors.
    Report(Box<Report>),
    /// No stage of the file has this name.
    UnknownStage(Box<UnknownStage>),
    /// A stage was not renamed.
    Rename(Box<RenameError>),
    /// A text is not a valid value of a type, such as [`Image`](crate::Image).
    Invalid(Box<dyn std::error::Error + Send + Sync>),
    /// A text was not edited.
    #[cfg(feature = "parse")]
    Edit(Box<EditError>),
    /// A file was not merged into another.
    #[cfg(feature = "compose")]
    Merge(Box<crate::compose::merge::MergeError>),
    /// The command line of a build cannot be made: something is missing.
    #[cfg(feature = "compose")]
    Command(Box<crate::compose::inputs::CommandError>),
    /// A generated file was not written, or is out of date.
    #[cfg(feature = "files")]
    File(Box<crate::files::generated::FileError>),
    /// A recipe, or a value for it, is wrong.
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

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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
