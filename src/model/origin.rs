//! `Origin`: the line of Rust and the fragment that added something, for reports.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::panic::Location;
use std::sync::Arc;

/// The line of Rust that added something, where a builder did, and the name of the fragment that it came from. It
/// is no part of the model: all are equal.
#[derive(Clone, Default)]
pub(crate) struct Origin {
    location: Option<&'static Location<'static>>,
    fragment: Option<Arc<str>>,
}

impl Origin {
    /// The caller of the function that is marked with `#[track_caller]`.
    #[track_caller]
    pub(crate) fn caller() -> Origin {
        Origin {
            location: Some(Location::caller()),
            fragment: None,
        }
    }

    pub(crate) fn location(&self) -> Option<&'static Location<'static>> {
        self.location
    }

    pub(crate) fn fragment(&self) -> Option<&str> {
        self.fragment.as_deref()
    }

    /// The same line of Rust, as part of a fragment. One that is inside of another has both names.
    pub(crate) fn in_fragment(&self, name: &Arc<str>) -> Origin {
        let fragment = match &self.fragment {
            None => Arc::clone(name),
            Some(inner) => format!("{name}/{inner}").into(),
        };
        Origin {
            location: self.location,
            fragment: Some(fragment),
        }
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
