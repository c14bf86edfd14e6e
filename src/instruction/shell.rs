//! SHELL: the shell of the shell form.

use super::command::Exec;
use crate::syntax::{Part, ProblemKind, Syntax, Writer};

/// `SHELL ["program", "arg", ...]`: the shell that runs the shell form below, and in images built on this one.
///
/// At least one word; nothing is expanded.
///
/// ```
/// use multistage::{Dockerfile, Stage};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("debian:12").shell(["/bin/bash", "-eu", "-o", "pipefail", "-c"]));
/// assert_eq!(file.render()?, "FROM debian:12\nSHELL [\"/bin/bash\", \"-eu\", \"-o\", \"pipefail\", \"-c\"]\n");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#shell)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Shell {
    /// The program and its arguments.
    pub words: Exec,
}

impl Shell {
    /// `SHELL` with these words.
    pub fn new<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> Shell {
        Shell {
            words: words.into_iter().collect(),
        }
    }
}

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
