//! `StageName`, `ArgName`, `Context`: names that serve as handles.

use std::borrow::Borrow;
use std::fmt;

use smol_str::SmolStr;

use super::{Image, Typed};
use crate::text::classes::NameBytes;
use crate::text::{Text, from_strings, shared};

/// serde as the plain name, which is checked where the file is rendered.
macro_rules! serde_as_name {
    ($name:ident) => {
        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$name, D::Error> {
                let name = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
                Ok($name::new(name))
            }
        }
    };
}

serde_as_name!(StageName);
serde_as_name!(ArgName);
serde_as_name!(Context);

/// The name of a stage, and the handle by which other stages refer to it.
///
/// [`Dockerfile::stage`](crate::Dockerfile::stage) returns it. To refer to a stage that is declared
/// elsewhere, write `StageName::new("builder")`; it is checked like every other reference when the
/// file is rendered. Docker folds the case of stage names, so they are kept in lower case.
///
/// A name starts with a letter, followed by letters, digits, `-`, `_` and `.`; anything else is
/// reported as `invalid-stage-name` when the file is rendered.
///
/// ```
/// use multistage::{Dockerfile, Stage, StageName};
///
/// let mut file = Dockerfile::new();
/// let base = file.stage("Base", Stage::new("alpine:3.21"));
/// assert_eq!(base, StageName::new("base"));
/// assert_eq!(base.to_string(), "base");
/// ```
///
/// [Reference](https://docs.docker.com/build/building/multi-stage/#name-your-build-stages)
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StageName(SmolStr);

impl StageName {
    /// Creates the name of a stage, in lower case. A malformed name is reported when the file is
    /// rendered.
    pub fn new(name: impl AsRef<str>) -> StageName {
        let name = name.as_ref();
        let folded = |b: u8| b.is_ascii_uppercase() || !b.is_ascii();
        if !NameBytes::STAGE.are_all(name) && name.bytes().any(folded) {
            StageName(name.chars().map(fold).collect())
        } else {
            StageName(shared(name))
        }
    }

    /// Returns the name, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn is_well_formed(&self) -> bool {
        let first = self.0.as_bytes().first();
        first.is_some_and(u8::is_ascii_lowercase) && NameBytes::STAGE.are_all(&self.0)
    }
}

/// Lower case, one character for one, as Docker folds names.
fn fold(c: char) -> char {
    match c {
        '\u{130}' => 'i',
        _ => {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(lower), None) => lower,
                _ => c,
            }
        }
    }
}

from_strings!(StageName, StageName::new);

impl Borrow<str> for StageName {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl From<&StageName> for StageName {
    fn from(name: &StageName) -> StageName {
        name.clone()
    }
}

impl AsRef<str> for StageName {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for ArgName {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Context {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for StageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of a build argument, and the handle by which texts refer to it.
///
/// It displays as `${NAME}`, so that `format!` puts it into an image or an expression.
///
/// ```
/// use multistage::{Dockerfile, Stage};
///
/// let mut file = Dockerfile::new();
/// let node = file.arg(("NODE_VERSION", "22"));
/// file.push(Stage::new(format!("node:{node}-alpine")));
/// assert_eq!(file.render()?, "ARG NODE_VERSION=22\n\nFROM node:${NODE_VERSION}-alpine\n");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#arg)
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArgName(SmolStr);

impl ArgName {
    /// Creates the name of a build argument. A name that no ARG can declare is reported when the
    /// file is rendered.
    pub fn new(name: impl AsRef<str>) -> ArgName {
        ArgName(shared(name.as_ref()))
    }

    /// A name that Docker knows.
    pub(crate) const fn known(name: &'static str) -> ArgName {
        ArgName(SmolStr::new_static(name))
    }

    /// Returns the name alone, without `${` and `}`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the expression `${NAME}`, to be joined with other text.
    ///
    /// ```
    /// use multistage::{ArgName, expr, literal};
    ///
    /// let version = ArgName::new("VERSION");
    /// assert_eq!(literal("v") + version.expr(), expr("v${VERSION}"));
    /// ```
    pub fn expr(&self) -> Text {
        Text::handle(&self.0)
    }
}

from_strings!(ArgName, ArgName::new);

impl Borrow<str> for ArgName {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl From<&ArgName> for ArgName {
    fn from(name: &ArgName) -> ArgName {
        name.clone()
    }
}

impl From<&ArgName> for Text {
    fn from(name: &ArgName) -> Text {
        name.expr()
    }
}

impl From<ArgName> for Text {
    fn from(name: ArgName) -> Text {
        name.expr()
    }
}

impl fmt::Display for ArgName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${{{}}}", self.0)
    }
}

/// A named build context (`docker build --build-context NAME=…`), as
/// [`Dockerfile::context`](crate::Dockerfile::context) declares it.
///
/// In the text of a Dockerfile it looks like an image. A name has the grammar of an image
/// reference, and is not `scratch` or `context`; anything else is reported as
/// `invalid-context-name`. A file that uses a context has to declare it (`undeclared-context`).
///
/// ```
/// use multistage::{Context, Dockerfile, Stage};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("alpine").copy_from(Context::new("docs"), "/", "/docs/"));
/// let report = file.render().unwrap_err();
/// assert_eq!(report.diagnostics()[0].rule.id, "undeclared-context");
///
/// file.context("docs");
/// assert_eq!(file.render()?, "FROM alpine\nCOPY --from=docs / /docs/\n");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/cli/docker/buildx/build/#build-context)
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Context(SmolStr);

impl Context {
    /// Creates the name of a context that is declared elsewhere.
    pub fn new(name: impl AsRef<str>) -> Context {
        Context(shared(name.as_ref()))
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `true` if Docker looks for a context of this name where an image could be.
    pub(crate) fn is_well_formed(&self) -> bool {
        let reserved = ["scratch", "context"]
            .iter()
            .any(|reserved| self.0.eq_ignore_ascii_case(reserved));
        !reserved && Image::is_valid(&self.0)
    }
}

from_strings!(Context, Context::new);

impl Borrow<str> for Context {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl From<&Context> for Context {
    fn from(context: &Context) -> Context {
        context.clone()
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
