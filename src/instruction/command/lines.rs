//! `Line` and `TextLines`: the lines of a command, which mostly are one text.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use smol_str::SmolStr;

use crate::syntax::bytes;
use crate::text::classes::has_byte;
use crate::text::{is_short, shared};

/// The line of a command that has no other. A long one has an allocation of its own: lines are
/// mostly long and hardly ever shared, and a text that can be shared has its owners counted.
#[derive(Clone)]
pub(super) enum Line {
    Short(SmolStr),
    Long(Box<str>),
}

impl Line {
    pub(super) fn new(text: &str) -> Line {
        match is_short(text) {
            true => Line::Short(shared(text)),
            false => Line::Long(text.into()),
        }
    }

    /// The line as a text that can be shared.
    pub(super) fn into_shared(self) -> SmolStr {
        match self {
            Line::Short(text) => text,
            Line::Long(text) => text.into(),
        }
    }
}

impl Deref for Line {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        match self {
            Line::Short(text) => text,
            Line::Long(text) => text,
        }
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        str::fmt(self, f)
    }
}

/// The lines of a command in shell form. As one text they take little more memory than what is in
/// them.
#[derive(Clone)]
pub(super) enum TextLines {
    /// With a newline between two of them.
    Joined(Box<str>),
    /// Those to which others may be added, and those of which one has a newline in it.
    Apart(Vec<SmolStr>),
}

impl TextLines {
    pub(super) fn of(lines: &[&str]) -> TextLines {
        let mut len = lines.len().saturating_sub(1);
        let mut apart = lines.is_empty();
        for line in lines {
            len += line.len();
            apart |= has_byte(line, b'\n');
        }
        if apart {
            return TextLines::Apart(lines.iter().map(SmolStr::new).collect());
        }
        let mut text = String::with_capacity(len);
        for (n, line) in lines.iter().enumerate() {
            if n > 0 {
                text.push('\n');
            }
            text.push_str(line);
        }
        TextLines::Joined(text.into_boxed_str())
    }

    /// The only line, if there is one.
    pub(super) fn single(&self) -> Option<&str> {
        match self {
            TextLines::Joined(text) => match bytes::find(text.as_bytes(), b'\n') {
                None => Some(text),
                Some(_) => None,
            },
            TextLines::Apart(lines) => match lines.as_slice() {
                [line] => Some(line),
                _ => None,
            },
        }
    }

    pub(super) fn list(&self) -> LineList<'_> {
        match self {
            TextLines::Joined(text) => LineList::Joined(text),
            TextLines::Apart(lines) => LineList::Apart(lines),
        }
    }

    /// Takes the lines, so that others can be added.
    pub(super) fn take(&mut self) -> Vec<SmolStr> {
        match std::mem::take(self) {
            TextLines::Apart(lines) => lines,
            joined @ TextLines::Joined(_) => joined.list().to_vec(),
        }
    }
}

/// No lines at all: those of a command that is being made.
impl Default for TextLines {
    fn default() -> TextLines {
        TextLines::Apart(Vec::new())
    }
}

impl fmt::Debug for TextLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list().iter()).finish()
    }
}

/// The lines of a command, however they are kept.
#[derive(Clone, Copy)]
pub(super) enum LineList<'a> {
    One(&'a str),
    Joined(&'a str),
    Apart(&'a [SmolStr]),
}

impl<'a> LineList<'a> {
    pub(super) const NONE: LineList<'static> = LineList::Apart(&[]);

    pub(super) fn iter(self) -> LineIter<'a> {
        LineIter { rest: Some(self) }
    }

    pub(super) fn len(self) -> usize {
        match self {
            LineList::One(_) => 1,
            LineList::Joined(text) => 1 + text.bytes().filter(|byte| *byte == b'\n').count(),
            LineList::Apart(lines) => lines.len(),
        }
    }

    /// The bytes of all lines, with what is between them.
    pub(super) fn text_len(self) -> usize {
        match self {
            LineList::One(text) | LineList::Joined(text) => text.len(),
            LineList::Apart(lines) => lines.iter().map(SmolStr::len).sum(),
        }
    }

    pub(super) fn is_empty(self) -> bool {
        matches!(self, LineList::Apart([]))
    }

    /// The first line; an empty one if there is none.
    pub(super) fn first(self) -> &'a str {
        self.iter().next().unwrap_or_default()
    }

    /// The last line; an empty one if there is none.
    pub(super) fn last(self) -> &'a str {
        match self {
            LineList::One(line) => line,
            LineList::Joined(text) => {
                let newline = text.bytes().rposition(|byte| byte == b'\n');
                let start = newline.map_or(0, |at| at + 1);
                text.get(start..).unwrap_or_default()
            }
            LineList::Apart(lines) => lines.last().map_or("", SmolStr::as_str),
        }
    }

    /// The lines with something between them.
    pub(super) fn joined(self, between: &str) -> SmolStr {
        let mut text = String::new();
        for (n, line) in self.iter().enumerate() {
            if n > 0 {
                text.push_str(between);
            }
            text.push_str(line);
        }
        text.into()
    }

    pub(super) fn to_vec(self) -> Vec<SmolStr> {
        self.iter().map(SmolStr::new).collect()
    }
}

impl PartialEq for LineList<'_> {
    fn eq(&self, other: &LineList<'_>) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Hash for LineList<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len().hash(state);
        for line in self.iter() {
            line.hash(state);
        }
    }
}

/// The lines that are left.
#[derive(Clone)]
pub(super) struct LineIter<'a> {
    rest: Option<LineList<'a>>,
}

impl LineIter<'_> {
    /// Returns `true` if no line is left.
    pub(super) fn is_done(&self) -> bool {
        self.rest.is_none_or(LineList::is_empty)
    }
}

impl<'a> Iterator for LineIter<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        match self.rest.take()? {
            LineList::One(line) => Some(line),
            LineList::Joined(text) => {
                let Some(end) = bytes::find(text.as_bytes(), b'\n') else {
                    return Some(text);
                };
                self.rest = text.get(end + 1..).map(LineList::Joined);
                text.get(..end)
            }
            LineList::Apart(lines) => {
                let (first, rest) = lines.split_first()?;
                self.rest = Some(LineList::Apart(rest));
                Some(first)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::hash::DefaultHasher;

    use super::*;

    #[test]
    fn lines_are_the_same_however_they_are_kept() {
        let hash = |list: LineList<'_>| {
            let mut hasher = DefaultHasher::new();
            list.hash(&mut hasher);
            hasher.finish()
        };
        let lists: [&[&str]; 7] = [
            &[""],
            &["a"],
            &["", ""],
            &["a", "b c"],
            &["", "a", ""],
            &["a\nb", "c"],
            &[],
        ];
        for lines in lists {
            let mut kept = TextLines::of(lines);
            let apart = TextLines::Apart(lines.iter().map(SmolStr::new).collect());
            let list = kept.list();
            assert_eq!(Vec::from_iter(list.iter()), lines);
            let mut left = list.iter();
            assert_eq!(left.is_done(), lines.is_empty());
            assert!(left.nth(lines.len().saturating_sub(1)).is_some() != lines.is_empty());
            assert!(left.is_done());
            assert_eq!(
                (list.len(), list.first()),
                (lines.len(), lines.first().copied().unwrap_or_default())
            );
            assert_eq!(list.last(), lines.last().copied().unwrap_or_default());
            assert!(list == apart.list() && hash(list) == hash(apart.list()));
            assert_eq!(format!("{kept:?}"), format!("{lines:?}"));
            let single = (lines.len() == 1).then(|| lines[0]);
            assert_eq!((kept.single(), apart.single()), (single, single));
            assert_eq!(kept.take(), list_of(lines));
            assert_eq!(kept.list().len(), 0);
        }
        let line = LineList::One("a\nb");
        assert_eq!((line.len(), line.first(), line.last()), (1, "a\nb", "a\nb"));
        assert_eq!(line.to_vec(), ["a\nb"]);
        assert_eq!(TextLines::of(&["a", "b"]).list().joined("; "), "a; b");
        assert!(matches!(TextLines::of(&["a", "b"]), TextLines::Joined(_)));
    }

    fn list_of(lines: &[&str]) -> Vec<SmolStr> {
        lines.iter().map(SmolStr::new).collect()
    }
}
