//! MAINTAINER: the author, deprecated.

use smol_str::SmolStr;

use crate::scope::Scope;
use crate::syntax::{Args, Part, ProblemKind, Syntax, Writer};

/// `MAINTAINER <name>`: the author of the image. Docker has deprecated it.
///
/// It is here so that files that have it can be read. New files use a label:
/// `.label("org.opencontainers.image.authors", ..)`. Docker expands nothing in the text.
///
/// ```
/// use multistage::{Dockerfile, Instruction};
///
/// # fn main() -> Result<(), multistage::Error> {
/// # #[cfg(feature = "parse")] {
/// let file = Dockerfile::parse("FROM alpine\nMAINTAINER ann@example.com\n")?;
/// let Instruction::Maintainer(author) = file.stages()[0].steps()[0].instruction() else { panic!() };
/// assert_eq!(author.name(), "ann@example.com");
/// # }
/// # Ok(())
/// # }
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#maintainer-deprecated)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Maintainer {
    name: SmolStr,
}

impl Maintainer {
    /// Creates a MAINTAINER with this text. Use a label in new files.
    #[deprecated(
        note = "Docker has deprecated MAINTAINER: use the label `org.opencontainers.image.authors`"
    )]
    pub fn new(name: impl AsRef<str>) -> Maintainer {
        Maintainer {
            name: name.as_ref().into(),
        }
    }

    /// Returns the text. Docker expands nothing in it.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Syntax for Maintainer {
    const KEYWORD: &'static str = "MAINTAINER";

    fn write(&self, w: &mut Writer<'_>) {
        let part = Part::Argument(0);
        w.space();
        if self.name.is_empty() {
            w.problem(part, ProblemKind::Empty("name"));
        } else if self.name.trim().len() < self.name.len() {
            w.problem(part, ProblemKind::OuterBlank);
        }
        if self.name.starts_with("--") {
            w.token("-- ");
        }
        w.verbatim(&self.name, part, &[]);
        w.end_text(&self.name);
    }
}

impl Maintainer {
    /// Reads the text after the keyword.
    pub(crate) fn read(args: &mut Args<'_, '_>) -> Option<Maintainer> {
        args.no_flags();
        let word = args.one("name")?;
        args.mark(Part::Argument(0), word.span);
        Some(Maintainer {
            name: word.text.into(),
        })
    }
}

impl Maintainer {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        scope.state.rare.author = self.name.clone();
        Some(())
    }
}

#[cfg(feature = "serde")]
impl crate::data::Data for Maintainer {
    fn read(value: &crate::data::Value, at: &mut crate::data::Reader) -> Option<Maintainer> {
        let name = String::read(value, at)?.into();
        Some(Maintainer { name })
    }

    fn write(&self) -> crate::data::Value {
        crate::data::Value::text(self.name.as_str())
    }

    fn schema(_: &mut crate::data::Definitions) -> crate::data::Value {
        crate::data::schema::string()
    }
}
