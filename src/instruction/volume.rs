//! VOLUME: mount points of the container.

use std::borrow::Cow;

use super::source::path_words;
use crate::scope::Scope;
use crate::syntax::{Args, Part, ProblemKind, RefusalKind, Syntax, Writer};
use crate::text::Text;

/// `VOLUME ["<path>", ...]`: declares mount points.
///
/// Paths are expanded; an empty one is rejected.
///
/// ```
/// use multistage::{Dockerfile, Stage};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("postgres:17").volume("/var/lib/my data"));
/// assert_eq!(file.render()?, "FROM postgres:17\nVOLUME [\"/var/lib/my data\"]\n");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#volume)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Volume {
    /// The paths, in order.
    pub paths: Vec<Text>,
}

impl Volume {
    /// Creates a VOLUME with these paths. An empty path, or none at all, is an error.
    pub fn new<P: Into<Text>>(paths: impl IntoIterator<Item = P>) -> Volume {
        Volume {
            paths: paths.into_iter().map(Into::into).collect(),
        }
    }
}

impl<T: Into<Text>> From<T> for Volume {
    fn from(path: T) -> Volume {
        Volume {
            paths: vec![path.into()],
        }
    }
}

impl<T: Into<Text>, const N: usize> From<[T; N]> for Volume {
    fn from(paths: [T; N]) -> Volume {
        Volume::new(paths)
    }
}

impl<T: Into<Text>> From<Vec<T>> for Volume {
    fn from(paths: Vec<T>) -> Volume {
        Volume::new(paths)
    }
}

#[cfg(feature = "serde")]
crate::data::data_as_list!(Volume { paths: [Text] });

impl Syntax for Volume {
    const KEYWORD: &'static str = "VOLUME";

    fn write(&self, w: &mut Writer<'_>) {
        if self.paths.is_empty() {
            w.problem(Part::Keyword, ProblemKind::Empty("path"));
        }
        for (n, path) in self.paths.iter().enumerate() {
            if path.is_empty() {
                w.problem(Part::Argument(n), ProblemKind::Empty("path"));
            }
        }
        w.space();
        w.json_texts(
            self.paths
                .iter()
                .enumerate()
                .map(|(n, path)| (path, Part::Argument(n))),
        );
    }
}

impl Volume {
    /// Reads the text after the keyword.
    pub(crate) fn read(args: &mut Args<'_, '_>) -> Option<Volume> {
        args.no_flags();
        args.one("path")?;
        let words = path_words(args)?;
        let mut paths = Vec::with_capacity(words.len());
        for (n, mut word) in words.enumerate() {
            args.mark(Part::Argument(n), word.span.clone());
            trim(&mut word.text);
            if word.text.is_empty() {
                args.refuse(
                    RefusalKind::Arguments,
                    word.span.clone(),
                    "a volume has no path",
                    "name the directory, or drop the empty string",
                );
                return None;
            }
            let path = word.read(args);
            // What is empty only after it was taken apart is rejected later, and only where it is built.
            paths.push(if path.is_empty() {
                Text::raw(&word.text, args.escape)
            } else {
                path
            });
        }
        if paths.is_empty() {
            args.refuse_keyword(
                RefusalKind::Arguments,
                "VOLUME has no path",
                "write `VOLUME [\"/data\"]`",
            );
            return None;
        }
        Some(Volume { paths })
    }
}

/// Takes the white space off the ends of a path.
fn trim(text: &mut Cow<'_, str>) {
    match text {
        Cow::Borrowed(text) => *text = text.trim(),
        Cow::Owned(text) => *text = text.trim().to_owned(),
    }
}

impl Volume {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        for (n, path) in self.paths.iter().enumerate() {
            let part = Part::Argument(n);
            let path = scope.expand(path, part)?;
            if path.is_empty() {
                return scope.fail(
                    part,
                    "the path of a volume is empty",
                    "give the variable a value, or a default: `${NAME:-/data}`",
                );
            }
            scope.state.volumes.insert(path.text, ());
        }
        Some(())
    }
}
