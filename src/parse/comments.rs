//! The comments and blank lines around an instruction.

use crate::instruction::Arg;
use crate::syntax::reader::{CommentLine, Found, Logical};
use crate::syntax::{At, Comment, Description, Notes, Part};

/// The lines above an instruction that can be described.
#[derive(Default)]
pub(super) struct Above<'c, 's> {
    /// Comments of the file, which a blank line separates from the instruction's own.
    header: &'c [CommentLine<'s>],
    /// The instruction's own.
    own: &'c [CommentLine<'s>],
    /// For each of its own the number of the name that it describes; none at all if nothing is
    /// described.
    described: Vec<Option<usize>>,
    /// The description of each name.
    descriptions: Vec<Option<Description>>,
}

impl<'c, 's> Above<'c, 's> {
    /// Finds the descriptions of names, as Docker does: the first comment that begins with the
    /// name.
    ///
    /// `takes_header`: the instruction is the first one of the file, so that the comments above a
    /// blank line are the file's, unless they describe one of the names.
    pub(super) fn new<'n>(
        lines: &'c [CommentLine<'s>],
        names: impl Iterator<Item = &'n str>,
        takes_header: bool,
    ) -> Above<'c, 's> {
        let mut above = Above {
            own: lines,
            ..Above::default()
        };
        if lines.is_empty() {
            return above;
        }
        above.described = described(lines, names);
        if takes_header {
            above.take_header();
        }
        if above.described.is_empty() {
            return above;
        }
        // From below: how many of those below are comments of their own.
        let mut comments_below = 0_usize;
        for (line, name) in above.own.iter().zip(&above.described).rev() {
            comments_below += usize::from(name.is_none());
            let Some(name) = *name else {
                continue;
            };
            if above.descriptions.len() <= name {
                above.descriptions.resize(name + 1, None);
            }
            if let (Some(place), Some((_, text))) = (above.descriptions.get_mut(name), word(line)) {
                *place = Some(Description {
                    comments_below,
                    blank_line_below: line.before_blank,
                    ..Description::read(text)
                });
            }
        }
        above
    }

    /// Gives the comments above the last blank line to the file, unless they describe something.
    fn take_header(&mut self) {
        let first = self.described.iter().position(Option::is_some);
        let before = self.own.get(..first.unwrap_or(self.own.len()));
        let mut before = before.unwrap_or_default().iter();
        let count = before.rposition(|line| line.before_blank);
        let count = count.map_or(0, |at| at + 1);
        if let Some((header, own)) = self.own.split_at_checked(count) {
            (self.header, self.own) = (header, own);
            self.described.drain(..count.min(self.described.len()));
        }
    }

    /// The instruction's own lines, each with the number of the name that it describes.
    fn own(&self) -> impl Iterator<Item = (&CommentLine<'s>, Option<usize>)> {
        let own = self.own.iter().enumerate();
        own.map(|(n, line)| (line, self.described.get(n).copied().flatten()))
    }

    /// The comments of the file.
    pub(super) fn header(&self) -> Vec<Comment> {
        let mut header = read_all(self.header);
        if let Some(last) = header.last_mut() {
            // One follows the header anyway.
            last.set_blank_line(false);
        }
        header
    }

    /// Notes where the lines are.
    pub(super) fn mark(&self, at: At, found: &mut Found) {
        mark(self.header, At::File, 0, found);
        let mut comments = 0;
        for (line, described) in self.own() {
            let part = match described {
                Some(nth) => Part::Description(nth),
                None => Part::Comment(comments),
            };
            comments += usize::from(described.is_none());
            found.mark(at, part, || line.content());
        }
    }

    /// The description of the n-th name.
    pub(super) fn description(&mut self, nth: usize) -> Option<Description> {
        self.descriptions.get_mut(nth)?.take()
    }

    /// The notes of the instruction, without the descriptions.
    pub(super) fn notes<'n>(
        self,
        line: &Logical<'_>,
        names: impl Iterator<Item = &'n str>,
    ) -> Notes {
        let mut notes = Notes {
            blank_line: line.after_blank,
            above: Vec::with_capacity(self.own.len()),
            inside: Vec::new(),
        };
        let lifts = !line.inside.is_empty() || self.own.iter().any(|line| line.indented);
        let mut names: Vec<&str> = names.filter(|_| lifts).collect();
        names.sort_unstable();
        for (line, described) in self.own() {
            if described.is_none() {
                let mut comment = match line.indented {
                    true => lifted(line, &names),
                    false => read(line),
                };
                comment.set_blank_line(line.before_blank);
                notes.above.push(comment);
            }
        }
        for (_, comment) in &line.inside {
            notes.above.push(lifted(comment, &names));
        }
        notes
    }
}

/// For each comment the number of the name that it describes; nothing if none describes one.
fn described<'n>(
    lines: &[CommentLine<'_>],
    mut names: impl Iterator<Item = &'n str>,
) -> Vec<Option<usize>> {
    let mut described = Vec::new();
    let mut describe = |line: usize, name: usize| {
        if described.is_empty() {
            described.resize(lines.len(), None);
        }
        // Of several of one name, nobody could tell which is meant: it is the first.
        if let Some(place @ None) = described.get_mut(line) {
            *place = Some(name);
        }
    };
    // An empty comment line separates what is above it from the instruction.
    let attached = lines.iter().rposition(|line| line.attached().is_none());
    let attached = attached.map_or(0, |at| at + 1);
    let words = lines.iter().enumerate().skip(attached);
    let mut words = words.filter_map(|(n, line)| Some((word(line)?.0, n)));
    let Some(first) = names.next() else {
        return described;
    };
    let Some(second) = names.next() else {
        // Most comments stand above something with one name.
        if let Some((_, line)) = words.find(|(word, _)| *word == first) {
            describe(line, 0);
        }
        return described;
    };
    let mut words: Vec<(&str, usize)> = words.collect();
    if words.is_empty() {
        return described;
    }
    words.sort_unstable();
    words.dedup_by_key(|(word, _)| *word);
    for (nth, name) in [first, second].into_iter().chain(names).enumerate() {
        let found = words.binary_search_by_key(&name, |(word, _)| word).ok();
        if let Some((_, line)) = found.and_then(|at| words.get(at)) {
            describe(*line, nth);
        }
    }
    described
}

/// The word that a comment begins with, and what it says of that.
fn word<'s>(line: &CommentLine<'s>) -> Option<(&'s str, &'s str)> {
    let text = line.text.trim();
    text.split_once(' ').filter(|_| !line.indented)
}

/// The descriptions of an ARG, and its notes.
pub(super) fn describe(arg: &mut Arg, mut above: Above<'_, '_>, line: &Logical<'_>) -> Notes {
    for (n, declaration) in arg.declarations.iter_mut().enumerate() {
        declaration.description = above.description(n).map(Box::new);
    }
    above.notes(line, names(arg))
}

/// Notes where comments are, of which the first one is the `from`-th of a place.
pub(super) fn mark(lines: &[CommentLine<'_>], at: At, from: usize, found: &mut Found) {
    for (n, line) in lines.iter().enumerate() {
        found.mark(at, Part::Comment(from + n), || line.content());
    }
}

/// The names that comments above an ARG can describe.
pub(super) fn names(arg: &Arg) -> impl Iterator<Item = &str> {
    let declarations = arg.declarations.iter();
    declarations.map(|declaration| declaration.name.as_str())
}

/// The comments of an instruction: above it, and inside where the writer breaks its lines.
pub(super) fn notes(above: &[CommentLine<'_>], line: &Logical<'_>, breaks: &[usize]) -> Notes {
    let mut notes = Notes {
        blank_line: line.after_blank,
        above: read_all(above),
        inside: Vec::new(),
    };
    for (at, comment) in &line.inside {
        let next = breaks.partition_point(|start| start < at);
        if next < breaks.len() {
            notes.inside.push((next + 1, Comment::inside(comment.text)));
        } else {
            notes.above.push(lifted(comment, &[]));
        }
    }
    notes
}

pub(super) fn read_all(lines: &[CommentLine<'_>]) -> Vec<Comment> {
    lines.iter().map(read).collect()
}

fn read(line: &CommentLine<'_>) -> Comment {
    let mut comment = match line.indented {
        true => Comment::read_indented(line.text),
        false => Comment::read(line.text),
    };
    comment.set_blank_line(line.before_blank);
    comment
}

/// A comment that is indented, or inside of an instruction, which is written above it at the
/// margin. Docker acts on none of them, so it must not there: neither as a directive nor as a
/// description. `names`: in alphabetical order.
fn lifted(comment: &CommentLine<'_>, names: &[&str]) -> Comment {
    let text = comment.text.trim();
    match text.split_once(' ') {
        Some((word, _)) if names.binary_search(&word).is_ok() => {
            Comment::inside(&format!("# {text}"))
        }
        _ => Comment::read_indented(comment.text),
    }
}
