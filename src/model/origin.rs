//! `Origin`: the line of Rust that added something, for reports.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::panic::Location;

/// The line of Rust that added something, where a builder did. It is no part of the model: all are equal.
#[derive(Clone, Copy, Default)]
pub(crate) struct Origin(Option<&'static Location<'static>>);

impl Origin {
    /// The caller of the function that is marked with `#[track_caller]`.
    #[track_caller]
    pub(crate) fn caller() -> Origin {
        Origin(Some(Location::caller()))
    }

    pub(crate) fn location(self) -> Option<&'static Location<'static>> {
        self.0
    }
}

impl PartialEq for Origin {
    fn eq(&self, _: &Origin) -> bool {
        true
    }
}

impl Eq for Origin {}

impl Hash for Origin {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}
