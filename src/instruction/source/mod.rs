//! `CopySource`: what COPY and ADD copy: a path, a literal file name, a file given inline.

use std::path::{Path, PathBuf};

#[cfg(feature = "serde")]
mod data;
mod literal_path;
mod read;

pub use self::literal_path::literal_path;

use indexmap::IndexSet;
use smol_str::SmolStr;

use super::command::with_line_feed;
use crate::syntax::heredoc;
use crate::syntax::json::{self, Array};
use crate::syntax::{Part, ProblemKind, Writer};
use crate::text::classes::has_byte;
use crate::text::{Text, View, from_strings, literal};

#[cfg(feature = "serde")]
pub(crate) use self::data::{
    data_with_paths, paths_schema, read_keys, read_list, write as write_data,
};

pub(crate) use self::read::{path_words, read_paths};

/// A source of COPY or ADD.
///
/// A string is a path in which `* ? [` are wildcards; [`literal_path`] is a literal file name,
/// [`inline()`] a file whose content is in the Dockerfile.
///
/// ```
/// use multistage::instruction::{CopySource, inline, literal_path};
///
/// assert_ne!(CopySource::from("a*b"), literal_path("a*b"));
/// assert!(matches!(CopySource::from(inline("text")), CopySource::Inline(_)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CopySource {
    /// A path, an image's or stage's path, or a URL for ADD: expanded, then matched as a pattern.
    Path(Text),
    /// A file given inline.
    Inline(Inline),
}

/// A file whose content is in the Dockerfile, as [`inline`] makes it.
///
/// ```
/// use multistage::{Dockerfile, Stage, instruction::inline};
///
/// let mut file = Dockerfile::new();
/// let motd = inline("hello").name("motd");
/// assert_eq!(motd.body().as_literal(), Some("hello\n"));
/// file.push(Stage::new("alpine").copy(motd, "/etc/"));
/// assert_eq!(file.render()?, "FROM alpine\nCOPY <<\"motd\" /etc/\nhello\nmotd\n");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#here-documents)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Inline(Box<InlineFile>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct InlineFile {
    name: Option<SmolStr>,
    body: Text,
}

/// Creates a file whose content is in the Dockerfile: a heredoc.
///
/// The content is literal unless it is an [`expr`](crate::expr). A final newline is added where it
/// is missing, as Docker has no way to leave it out. Where the destination is a directory, the file
/// needs a [`name`](Inline::name).
///
/// ```
/// use multistage::{Dockerfile, Stage, instruction::inline};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("nginx").copy(inline("location / { try_files $uri /index.html; }"),
///     "/etc/nginx/app.conf"));
/// assert_eq!(file.render()?, "\
/// FROM nginx
/// COPY <<\"EOF\" /etc/nginx/app.conf
/// location / { try_files $uri /index.html; }
/// EOF
/// ");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#here-documents)
pub fn inline(content: impl Into<Text>) -> Inline {
    let content = content.into();
    let body = match content.view() {
        View::Literal(text) | View::Undecided(text) => literal(with_line_feed(text)),
        View::Expression(pieces) => {
            let ends = matches!(pieces.last(), Some(crate::text::Piece::Literal(text)) if text.as_str().ends_with('\n'));
            if ends {
                content
            } else {
                content + literal("\n")
            }
        }
        View::Invalid(..) | View::Raw(..) => content,
    };
    Inline::of(None, body)
}

impl Inline {
    fn of(name: Option<SmolStr>, body: Text) -> Inline {
        Inline(Box::new(InlineFile { name, body }))
    }

    /// Sets the name of the file, which it needs if the destination is a directory. It cannot hold
    /// spaces, quotes, slashes, `$` and `<`, and no line of the content can be the name.
    #[must_use]
    pub fn name(mut self, name: impl AsRef<str>) -> Inline {
        self.0.name = Some(name.as_ref().into());
        self
    }

    pub(crate) fn given_name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// Returns the content. Literal content ends in a newline.
    pub fn body(&self) -> &Text {
        &self.0.body
    }
}

impl CopySource {
    fn as_path(&self) -> Option<&Text> {
        match self {
            CopySource::Path(path) => Some(path),
            CopySource::Inline(_) => None,
        }
    }
}

from_strings!(CopySource, |path: &str| CopySource::Path(Text::from(path)));

macro_rules! copy_source_from {
    ($($type:ty => |$value:ident| $make:expr;)*) => {$(
        impl From<$type> for CopySource {
            fn from($value: $type) -> CopySource {
                $make
            }
        }
    )*};
}

copy_source_from! {
    &Path => |path| literal_path::of_path(path);
    PathBuf => |path| literal_path::of_path(&path);
    &PathBuf => |path| literal_path::of_path(path);
    Text => |path| CopySource::Path(path);
    &Text => |path| CopySource::Path(path.clone());
    Inline => |inline| CopySource::Inline(inline);
    &CopySource => |source| source.clone();
}

/// One or several sources of COPY and ADD: a [`CopySource`], or a list of what is one.
///
/// ```
/// use multistage::instruction::Sources;
///
/// assert_eq!(Sources::from("package.json").as_slice().len(), 1);
/// assert_eq!(Sources::from(["package.json", "yarn.lock"]).as_slice().len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sources(Repr);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Repr {
    One(CopySource),
    Many(Box<[CopySource]>),
}

impl Sources {
    /// Returns the sources, in order.
    pub fn as_slice(&self) -> &[CopySource] {
        match &self.0 {
            Repr::One(source) => std::slice::from_ref(source),
            Repr::Many(sources) => sources,
        }
    }
}

impl<T: Into<CopySource>> FromIterator<T> for Sources {
    fn from_iter<I: IntoIterator<Item = T>>(sources: I) -> Sources {
        let mut list: Vec<CopySource> = sources.into_iter().map(Into::into).collect();
        let only = if list.len() == 1 { list.pop() } else { None };
        Sources(match only {
            Some(one) => Repr::One(one),
            None => Repr::Many(list.into_boxed_slice()),
        })
    }
}

macro_rules! sources_from_one {
    ($($type:ty),*) => {$(
        impl From<$type> for Sources {
            fn from(source: $type) -> Sources {
                Sources(Repr::One(source.into()))
            }
        }
    )*};
}

sources_from_one!(
    &str,
    &&str,
    String,
    &String,
    std::borrow::Cow<'_, str>,
    &Path,
    PathBuf,
    &PathBuf,
    Text,
    &Text,
    Inline,
    CopySource,
    &CopySource
);

macro_rules! sources_from_list {
    ($([$($param:tt)*] $list:ty where $item:ty;)*) => {$(
        impl<$($param)*> From<$list> for Sources
        where
            $item: Into<CopySource>,
        {
            fn from(sources: $list) -> Sources {
                sources.into_iter().collect()
            }
        }
    )*};
}

sources_from_list! {
    [T, const N: usize] [T; N] where T;
    ['a, T, const N: usize] &'a [T; N] where &'a T;
    ['a, T] &'a [T] where &'a T;
    [T] Vec<T> where T;
    ['a, T] &'a Vec<T> where &'a T;
}

/// Writes sources and destination: as words, or as JSON where a path needs it.
pub(crate) fn write_paths(sources: &Sources, destination: &Text, w: &mut Writer<'_>) {
    let sources = sources.as_slice();
    if sources.is_empty() {
        w.problem(Part::Keyword, ProblemKind::Empty("source"));
    }
    let mut paths = sources.iter().map(CopySource::as_path);
    if w.plain_paths(paths.clone(), destination) {
        return;
    }
    check_inline_names(sources, destination, w);
    let inline = paths.any(|path| path.is_none());
    let paths = sources.iter().filter_map(CopySource::as_path);
    let bare = paths.chain([destination]).all(|path| w.is_word(path));
    let start = w.position();
    w.space();
    if bare || inline {
        let mut heredocs = 0;
        for (n, source) in sources.iter().enumerate() {
            match source {
                CopySource::Path(path) => w.path_word(path, Part::Argument(n)),
                CopySource::Inline(inline) => {
                    write_inline(inline, heredocs, Part::Argument(n), w);
                    heredocs += 1;
                }
            }
            w.space();
        }
        w.path_word(destination, Part::Destination);
        // Words that are kept raw can read as JSON together.
        let words = w.since(start);
        if words.starts_with(" [") && json::array(words) != Array::No {
            w.problem(Part::Whole, ProblemKind::Raw);
        }
    } else {
        let paths = sources.iter().enumerate();
        let paths = paths.filter_map(|(n, source)| Some((source.as_path()?, Part::Argument(n))));
        w.json_texts(paths.chain([(destination, Part::Destination)]));
    }
}

fn write_inline(inline: &Inline, nth: usize, part: Part, w: &mut Writer<'_>) {
    let start = w.position();
    let (body, delimiter) = w.heredoc_text(&inline.0.body, nth);
    let name = w.heredoc_name(inline.given_name(), &body, part);
    let is_raw = matches!(inline.0.body.view(), View::Raw(..));
    if !is_raw && heredoc::ends_early(&body, &name) {
        let body = heredoc::escaped(&body, delimiter, &name);
        w.heredoc(&name, heredoc::Delimiter::Bare, &body, nth);
    } else {
        w.heredoc(&name, delimiter, &body, nth);
    }
    w.mark(part, start);
}

/// COPY takes neither downloads nor git repositories.
pub(crate) fn refuse_remote(sources: &Sources, w: &mut Writer<'_>) {
    for (n, source) in sources.as_slice().iter().enumerate() {
        let CopySource::Path(path) = source else {
            continue;
        };
        if let Some(path) = path.as_literal().filter(|path| is_remote(path)) {
            w.problem(Part::Argument(n), ProblemKind::RemoteSource(path.into()));
        }
    }
}

/// The marker of a heredoc is the file's name where the destination is a directory.
fn check_inline_names(sources: &[CopySource], destination: &Text, w: &mut Writer<'_>) {
    let directory = destination.as_literal().is_some_and(names_directory);
    let mut names: IndexSet<&str> = IndexSet::new();
    for (n, source) in sources.iter().enumerate() {
        let CopySource::Inline(inline) = source else {
            continue;
        };
        match inline.given_name() {
            None if directory || sources.len() > 1 => {
                w.problem(Part::Argument(n), ProblemKind::UnnamedInline)
            }
            None => {}
            Some(name) if !names.insert(name) => {
                w.problem(Part::Argument(n), ProblemKind::SameInlineName(name.into()));
            }
            Some(_) => {}
        }
    }
}

/// Returns `true` if a destination is a directory by its spelling.
fn names_directory(path: &str) -> bool {
    path.is_empty() || path.ends_with('/') || path == "." || path.ends_with("/.")
}

/// Returns `true` if Docker takes a path for a git repository or a download.
pub(crate) fn is_remote(path: &str) -> bool {
    if !has_byte(path, b':') {
        return false;
    }
    let scheme = ["http://", "https://", "git://", "ssh://"]
        .iter()
        .any(|scheme| path.starts_with(scheme));
    scheme || is_git_over_ssh(path)
}

/// `user@host:path`.
fn is_git_over_ssh(path: &str) -> bool {
    let Some((user, rest)) = path.split_once('@') else {
        return false;
    };
    let Some((host, _)) = rest.split_once(':') else {
        return false;
    };
    let all = |text: &str, also: &[u8]| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || also.contains(&b))
    };
    all(user, b"_-") && all(host, b"-.")
}
