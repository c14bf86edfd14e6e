//! Reads the paths of COPY, ADD and VOLUME.

use std::borrow::Cow;
use std::ops::Range;

use indexmap::IndexMap;
use smol_str::SmolStr;

use super::{CopySource, Inline, Repr, Sources, names_directory};
use crate::syntax::heredoc::{self, Marker};
use crate::syntax::json::{Array, Element};
use crate::syntax::reader::{Body, Words};
use crate::syntax::{Args, Part, RefusalKind, lex};
use crate::text::{Text, literal};

/// A path as it is read: the text of a word or of a JSON string, and where it is.
pub(crate) struct PathWord<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) span: Range<usize>,
}

/// The arguments of VOLUME, COPY and ADD: the strings of a JSON array, or words.
pub(crate) enum PathWords<'r> {
    Strings(std::vec::IntoIter<Element<'r>>, usize),
    Words(Words<'r>),
}

/// The arguments of VOLUME, COPY and ADD; `None` for an array that Docker rejects.
pub(crate) fn path_words<'r>(args: &mut Args<'r, '_>) -> Option<PathWords<'r>> {
    match args.json() {
        Array::Strings(strings) => Some(PathWords::Strings(
            strings.into_iter(),
            args.rest().span.start,
        )),
        Array::Other => {
            args.refuse_array(args.rest().span);
            None
        }
        Array::No => Some(PathWords::Words(args.words())),
    }
}

impl PathWords<'_> {
    /// The number of items.
    pub(crate) fn len(&self) -> usize {
        match self {
            PathWords::Strings(strings, _) => strings.len(),
            PathWords::Words(words) => words.clone().count(),
        }
    }

    /// Returns `true` if one of them is the marker of a heredoc.
    fn have_marker(&self, args: &Args<'_, '_>) -> bool {
        let is_marker = |text: &str| heredoc::marker(text).is_some();
        match self {
            PathWords::Strings(strings, _) => {
                let mut strings = strings.as_slice().iter();
                strings.any(|string| is_marker(&string.text))
            }
            PathWords::Words(words) => {
                args.line().bytes.have_angle() && words.clone().any(|word| is_marker(word.text))
            }
        }
    }
}

impl<'r> Iterator for PathWords<'r> {
    type Item = PathWord<'r>;

    fn next(&mut self) -> Option<PathWord<'r>> {
        match self {
            PathWords::Strings(strings, start) => {
                let string = strings.next()?;
                Some(PathWord {
                    text: string.text,
                    span: *start + string.span.start..*start + string.span.end,
                })
            }
            PathWords::Words(words) => {
                let word = words.next()?;
                Some(PathWord {
                    text: Cow::Borrowed(word.text),
                    span: word.span,
                })
            }
        }
    }
}

impl PathWord<'_> {
    /// Reads the path, in which Docker expands variables.
    pub(crate) fn read(&self, args: &Args<'_, '_>) -> Text {
        match &self.text {
            Cow::Borrowed(text) => args.spelled(text),
            // The escapes of JSON stand for what the line does not have.
            Cow::Owned(text) => lex::text(text, args.escape),
        }
    }

    /// Reads a source of COPY and ADD. A literal one that Docker rejects when it gets there is kept
    /// verbatim.
    fn source(&self, n: usize, args: &mut Args<'_, '_>, refused: fn(&str) -> bool) -> CopySource {
        args.mark(Part::Argument(n), self.span.clone());
        let path = self.read(args);
        CopySource::Path(if path.as_literal().is_some_and(refused) {
            Text::raw(&self.text, args.escape)
        } else {
            path
        })
    }
}

/// Reads sources and destination.
pub(crate) fn read_paths(
    args: &mut Args<'_, '_>,
    refused: fn(&str) -> bool,
) -> Option<(Sources, Text)> {
    let mut words = path_words(args)?;
    let count = words.len().saturating_sub(1);
    let inline = words.have_marker(args);
    let (sources, destination) = match (count, words.next()) {
        (0, _) | (_, None) => {
            let keyword = args.keyword().to_ascii_uppercase();
            args.refuse_keyword(
                RefusalKind::Arguments,
                format!("{keyword} needs a source and a destination"),
                format!("write `{keyword} source destination`"),
            );
            return None;
        }
        (_, Some(first)) if inline => {
            let mut sources = Vec::with_capacity(count);
            sources.push(first);
            sources.extend(words.by_ref().take(count - 1));
            let destination = words.next()?;
            let directory = count > 1 || names_directory(&destination.text);
            let sources = read_inline_sources(sources, directory, args, refused);
            (sources, destination)
        }
        (1, Some(word)) => {
            let source = Repr::One(word.source(0, args, refused));
            (Sources(source), words.next()?)
        }
        (_, Some(first)) => {
            let mut sources = Vec::with_capacity(count);
            sources.push(first.source(0, args, refused));
            for n in 1..count {
                sources.push(words.next()?.source(n, args, refused));
            }
            (Sources(Repr::Many(sources.into())), words.next()?)
        }
    };
    if inline && heredoc::marker(&destination.text).is_some() {
        let keyword = args.keyword().to_ascii_uppercase();
        args.refuse(
            RefusalKind::Heredoc,
            destination.span,
            format!("{keyword} cannot copy to a heredoc"),
            "name the destination after the heredoc",
        );
        return None;
    }
    args.mark(Part::Destination, destination.span.clone());
    Some((sources, destination.read(args)))
}

/// Reads sources, among which there may be files given inline.
fn read_inline_sources(
    words: Vec<PathWord<'_>>,
    directory: bool,
    args: &mut Args<'_, '_>,
    refused: fn(&str) -> bool,
) -> Sources {
    let mut sources = Vec::with_capacity(words.len());
    if !words
        .iter()
        .any(|word| heredoc::marker(&word.text).is_some())
    {
        for (n, word) in words.iter().enumerate() {
            sources.push(word.source(n, args, refused));
        }
        return Sources(Repr::Many(sources.into()));
    }
    let bodies = std::mem::take(&mut args.bodies);
    // Of several bodies with one name, Docker takes the last.
    let bodies: IndexMap<&str, &Body<'_>> = bodies
        .iter()
        .map(|body| (body.marker.name.as_str(), body))
        .collect();
    let mut heredocs = 0;
    for (n, (word, marker)) in with_markers(words).enumerate() {
        let Some(marker) = marker else {
            sources.push(word.source(n, args, refused));
            continue;
        };
        args.mark(Part::Argument(n), word.span.clone());
        let found = bodies.get(marker.name.as_str()).copied();
        if let Some(body) = found {
            args.mark_source(Part::Heredoc(heredocs), body.span.clone());
        }
        sources.push(CopySource::Inline(read_inline(marker, found, directory)));
        heredocs += 1;
    }
    sources.into_iter().collect()
}

/// The words with the heredocs that they are. Of several files with one name the last is what
/// stays.
fn with_markers(words: Vec<PathWord<'_>>) -> impl Iterator<Item = (PathWord<'_>, Option<Marker>)> {
    let numbered = words.iter().enumerate();
    let last: IndexMap<SmolStr, usize> = numbered
        .filter_map(|(n, word)| Some((heredoc::marker(&word.text)?.name, n)))
        .collect();
    let numbered = words.into_iter().enumerate();
    numbered.filter_map(move |(n, word)| {
        let marker = heredoc::marker(&word.text);
        let stays = |marker: &Marker| last.get(&marker.name) == Some(&n);
        marker.as_ref().is_none_or(stays).then_some((word, marker))
    })
}

/// A file given inline, with the body that was found for it.
fn read_inline(marker: Marker, body: Option<&Body<'_>>, directory: bool) -> Inline {
    let text = body.map_or("", |body| body.text);
    let text = if marker.strip_tabs {
        heredoc::strip_tabs(text)
    } else {
        text.to_owned()
    };
    let body = if marker.expand {
        lex::body(&text)
    } else {
        literal(&text)
    };
    // A name that would be chosen anyway, for a file whose name does not matter, is not a name.
    let spelled = body.as_literal().unwrap_or(&text);
    let plain = marker.name.chars().all(heredoc::is_name_char);
    let chosen = !directory && (!plain || heredoc::delimiter(spelled) == marker.name);
    Inline::of((!chosen).then_some(marker.name), body)
}
