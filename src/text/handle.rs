//! `Handle`: whether something was given by the handle of a build argument.

use std::hash::{Hash, Hasher};

/// `true` if something was given by the handle of a build argument. It is not part of the text: all
/// are equal.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Handle(bool);

impl Handle {
    pub(crate) fn new(is_set: bool) -> Handle {
        Handle(is_set)
    }

    pub(crate) fn is_set(self) -> bool {
        self.0
    }
}

impl PartialEq for Handle {
    fn eq(&self, _: &Handle) -> bool {
        true
    }
}

impl Eq for Handle {}

impl Hash for Handle {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}
