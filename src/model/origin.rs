//! `Origin` and `FragmentName`: the line of Rust and the fragment that added something, for
//! reports.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::panic::Location;
use std::sync::Arc;

/// The line of Rust that added something, where a builder did.
#[derive(Clone, Copy, Default)]
pub(crate) struct Origin(Option<&'static Location<'static>>);

impl Origin {
    /// The caller of the function that is marked with `#[track_caller]`.
    #[inline]
    #[track_caller]
    pub(crate) fn caller() -> Origin {
        Origin(Some(Location::caller()))
    }

    pub(crate) fn location(self) -> Option<&'static Location<'static>> {
        self.0
    }
}

/// The name of the fragment that added something.
#[derive(Clone)]
pub(crate) struct FragmentName(Option<Arc<str>>);

impl FragmentName {
    pub(crate) const NONE: FragmentName = FragmentName(None);

    pub(crate) fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Says that this is part of a fragment. What is in a fragment inside of another has both
    /// names.
    pub(crate) fn add(&mut self, outer: &Arc<str>) {
        self.0 = Some(match &self.0 {
            None => Arc::clone(outer),
            Some(inner) => format!("{outer}/{inner}").into(),
        });
    }
}

/// Neither is part of the model: all are equal.
macro_rules! all_are_equal {
    ($($type:ty),*) => {$(
        impl PartialEq for $type {
            fn eq(&self, _: &$type) -> bool {
                true
            }
        }

        impl Eq for $type {}

        impl Hash for $type {
            fn hash<H: Hasher>(&self, _: &mut H) {}
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("_")
            }
        }
    )*};
}

all_are_equal!(Origin, FragmentName);
