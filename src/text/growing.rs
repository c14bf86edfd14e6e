//! `Growing`: literal text that more can be put after, again and again, without a copy of all of it
//! each time.

use std::fmt;
use std::hash::{Hash, Hasher};

use smol_str::SmolStr;

use super::shared;

/// Up to so many bytes a text is copied when another is put after it.
pub(super) const SHORT: usize = 256;

/// Literal text: shared while it is short, with room for more once it is long.
#[derive(Clone)]
pub(crate) enum Growing {
    Shared(SmolStr),
    Long(String),
}

impl Growing {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Growing::Shared(text) => text,
            Growing::Long(text) => text,
        }
    }

    /// The text, to be kept elsewhere.
    pub(crate) fn to_shared(&self) -> SmolStr {
        match self {
            Growing::Shared(text) => text.clone(),
            Growing::Long(text) => shared(text.as_str()),
        }
    }

    pub(super) fn push_str(&mut self, more: &str) {
        match self {
            Growing::Long(text) => text.push_str(more),
            Growing::Shared(text) => {
                let mut joined = String::with_capacity(text.len() + more.len());
                joined.push_str(text);
                joined.push_str(more);
                *self = match joined.len() {
                    ..=SHORT => Growing::Shared(joined.into()),
                    _ => Growing::Long(joined),
                };
            }
        }
    }
}

impl From<SmolStr> for Growing {
    fn from(text: SmolStr) -> Growing {
        Growing::Shared(text)
    }
}

impl From<&str> for Growing {
    fn from(text: &str) -> Growing {
        Growing::Shared(text.into())
    }
}

impl From<String> for Growing {
    fn from(text: String) -> Growing {
        Growing::Shared(text.into())
    }
}

impl PartialEq for Growing {
    fn eq(&self, other: &Growing) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Growing {}

impl Hash for Growing {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Growing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}
