//! FROM: what a stage starts from, for which platform, under which name.

use crate::reference::{Platform, Source, StageName};
use crate::syntax::{Flags, OtherFlag, Part, Syntax, Writer, flags};

/// `FROM [--platform=…] <image | stage> [AS <name>]`: begins a stage.
///
/// A [`Stage`](crate::Stage) has one; its methods set the platform, [`Dockerfile::stage`](crate::Dockerfile::stage)
/// the name.
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#from)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct From {
    /// What the stage starts from.
    pub base: Source,
    /// The platform of the base, where it is an image.
    pub platform: Option<Platform>,
    /// The name of the stage.
    pub name: Option<StageName>,
    /// Flags that this crate has no field for.
    pub other: Vec<OtherFlag>,
}

impl From {
    pub(crate) fn new(base: Source) -> From {
        From {
            base,
            platform: None,
            name: None,
            other: Vec::new(),
        }
    }
}

flags!(From {
    "platform" => platform,
});

impl Syntax for From {
    const KEYWORD: &'static str = "FROM";

    fn write(&self, w: &mut Writer<'_>) {
        self.write_flags(w, false);
        w.space();
        w.base(&self.base);
        if let Some(name) = &self.name {
            w.token(" AS ");
            w.verbatim(name.as_str(), Part::Name, &[char::is_whitespace]);
        }
    }
}
