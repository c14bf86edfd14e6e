//! SHELL: the shell of the shell form.

use super::command::{Command, Exec, Heredocs};
use crate::scope::Scope;
use crate::syntax::shell::Dialect;
use crate::syntax::{Args, Part, ProblemKind, RefusalKind, Syntax, Writer};

/// `SHELL ["program", "arg", ...]`: the shell that runs the shell form below, and in images built
/// on this one.
///
/// At least one word; nothing is expanded.
///
/// ```
/// use multistage::{Dockerfile, Stage};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("debian:12").shell(["/bin/bash", "-eu", "-o", "pipefail", "-c"]));
/// assert_eq!(file.render()?,
///     "FROM debian:12\nSHELL [\"/bin/bash\", \"-eu\", \"-o\", \"pipefail\", \"-c\"]\n");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#shell)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Shell {
    /// The program and its arguments.
    pub words: Exec,
}

impl Shell {
    /// Creates a SHELL with these words. None at all is an error.
    pub fn new<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> Shell {
        Shell {
            words: words.into_iter().collect(),
        }
    }
}

impl Shell {
    /// The language of the shell; `None` for one that is not known.
    pub(crate) fn dialect(&self) -> Option<Dialect> {
        Dialect::of(self.words.iter())
    }
}

#[cfg(feature = "serde")]
crate::data::data_as_field!(Shell { words: Exec });

impl Syntax for Shell {
    const KEYWORD: &'static str = "SHELL";

    fn write(&self, w: &mut Writer<'_>) {
        if self.words.is_empty() {
            w.problem(Part::Keyword, ProblemKind::Empty("word"));
        }
        w.space();
        w.json(self.words.iter());
    }
}

impl Shell {
    /// Reads the text after the keyword.
    pub(crate) fn read(args: &mut Args<'_, '_>) -> Option<Shell> {
        args.no_flags();
        let rest = args.one("shell as a JSON array")?;
        match Command::read(rest.clone(), Heredocs::Left, args)? {
            Command::Exec(words) if !words.is_empty() => Some(Shell { words }),
            _ => {
                args.refuse(
                    RefusalKind::Json,
                    rest.span,
                    "SHELL takes a JSON array of at least one string",
                    "write `SHELL [\"/bin/bash\", \"-c\"]`, with double quotes and without a comma at the end",
                );
                None
            }
        }
    }
}

impl Shell {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        scope.set_shell(self.words.words());
        Some(())
    }
}
