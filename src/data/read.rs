//! `Reader`: from data to the model: where it is, and everything that is wrong.

use std::fmt;

use indexmap::IndexSet;

use super::{Data, Value};
use crate::limits;
use crate::text::suggest::nearest;

/// Reads a model from data: the path to the current value, and the problems so far.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    path: Vec<Segment>,
    problems: Vec<Problem>,
    more: usize,
}

#[derive(Debug)]
enum Segment {
    Key(String),
    Index(usize),
}

/// Something that is wrong, and where: `stages.builder.steps[2].copy.form`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Problem {
    path: String,
    message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "`{}`: {}", self.path, self.message)
        }
    }
}

/// Everything that is wrong with some data, a line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problems {
    problems: Vec<Problem>,
    more: usize,
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.problems.iter().enumerate() {
            write!(f, "{}{problem}", if n > 0 { "\n" } else { "" })?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

/// The result of reading a value; `None` if it is wrong, which has been reported then.
pub(crate) type Read<T> = Option<T>;

/// Reads a value as data of a type; all that is wrong if something is.
pub(crate) fn read<T: Data>(value: &Value) -> Result<T, Problems> {
    let mut at = Reader::default();
    let read = T::read(value, &mut at);
    at.finish(read)
}

impl Reader {
    /// Returns the value that was read, if nothing is wrong.
    pub(crate) fn finish<T>(self, read: Option<T>) -> Result<T, Problems> {
        match read.filter(|_| self.problems.is_empty()) {
            Some(read) => Ok(read),
            None => Err(Problems {
                problems: self.problems,
                more: self.more,
            }),
        }
    }

    /// Reads what is under a key.
    pub(crate) fn key<T>(&mut self, key: &str, read: impl FnOnce(&mut Reader) -> T) -> T {
        self.enter(Segment::Key(key.to_owned()));
        let read = read(self);
        self.leave();
        read
    }

    /// Reads an item of a list.
    pub(crate) fn index<T>(&mut self, index: usize, read: impl FnOnce(&mut Reader) -> T) -> T {
        self.enter(Segment::Index(index));
        let read = read(self);
        self.leave();
        read
    }

    fn enter(&mut self, segment: Segment) {
        self.path.push(segment);
    }

    fn leave(&mut self) {
        self.path.pop();
    }

    /// Reads each item of a list, those too that follow one that is wrong.
    pub(crate) fn items<T: Data>(&mut self, items: &[Value]) -> Option<Vec<T>> {
        self.items_by(items, T::read)
    }

    /// Reads each item of a list with a function.
    pub(crate) fn items_by<T>(
        &mut self,
        items: &[Value],
        read: fn(&Value, &mut Reader) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut all = Some(Vec::with_capacity(items.len()));
        for (n, item) in items.iter().enumerate() {
            if matches!(item, Value::Absent) {
                continue;
            }
            self.enter(Segment::Index(n));
            let one = read(item, self);
            self.leave();
            match (&mut all, one) {
                (Some(all), Some(one)) => all.push(one),
                _ => all = None,
            }
        }
        all
    }

    /// Reads one value, or a list of them.
    pub(crate) fn one_or_many<T: Data>(&mut self, value: &Value) -> Option<Vec<T>> {
        match value {
            Value::List(items) => self.items(items),
            one => Some(vec![T::read(one, self)?]),
        }
    }

    /// The entries of a map, in order. A key that is given again is wrong, and left out.
    pub(crate) fn entries<'v>(
        &mut self,
        entries: &'v [(String, Value)],
    ) -> Vec<(&'v str, &'v Value)> {
        let mut seen: IndexSet<&str> = IndexSet::with_capacity(entries.len());
        let mut out = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            if seen.insert(key) {
                out.push((key.as_str(), value));
            } else {
                self.key(key, |at| at.problem("is given twice"));
            }
        }
        out
    }

    /// The keys of a map that may have some keys alone; `what` takes them.
    pub(crate) fn keys<'v>(
        &mut self,
        what: &'static str,
        entries: &'v [(String, Value)],
    ) -> Keys<'v> {
        Keys {
            what,
            entries,
            taken: vec![false; entries.len()],
            known: Vec::new(),
        }
    }

    /// Notes that the current value is wrong.
    pub(crate) fn problem(&mut self, message: impl Into<String>) {
        if self.problems.len() == limits::DATA_PROBLEMS {
            self.more += 1;
            return;
        }
        self.problems.push(Problem {
            path: self.path(),
            message: message.into(),
        });
    }

    /// Notes that the current value has the wrong type.
    pub(crate) fn expected<T>(&mut self, expected: &str, found: &Value) -> Option<T> {
        self.note_expected(expected, found);
        None
    }

    fn note_expected(&mut self, expected: &str, found: &Value) {
        self.problem(format!("expected {expected}, found {found}"));
    }

    /// The number of problems so far.
    pub(crate) fn wrong(&self) -> usize {
        self.problems.len() + self.more
    }

    fn path(&self) -> String {
        let mut out = String::new();
        for segment in &self.path {
            match segment {
                Segment::Index(index) => out.push_str(&format!("[{index}]")),
                Segment::Key(key) => {
                    if !out.is_empty() {
                        out.push('.');
                    }
                    let plain =
                        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'$');
                    if !key.is_empty() && key.bytes().all(plain) {
                        out.push_str(key);
                    } else {
                        out.push_str(&format!("{key:?}"));
                    }
                }
            }
        }
        out
    }
}

/// The keys of a map, taken one by one; what is left at the end is unknown.
#[derive(Debug)]
pub(crate) struct Keys<'v> {
    what: &'static str,
    entries: &'v [(String, Value)],
    taken: Vec<bool>,
    known: Vec<&'static str>,
}

impl<'v> Keys<'v> {
    /// The value of a key.
    pub(crate) fn take(&mut self, name: &'static str) -> Option<&'v Value> {
        self.known.push(name);
        let mut entries = self.entries.iter().zip(&mut self.taken);
        let ((_, value), taken) = entries.find(|((key, _), _)| key == name)?;
        *taken = true;
        Some(value)
    }

    /// Reads the value of a key; `None` where it is not there.
    pub(crate) fn read<T: Data>(&mut self, name: &'static str, at: &mut Reader) -> Option<Read<T>> {
        let value = self.take(name)?;
        Some(at.key(name, |at| T::read(value, at)))
    }

    /// Reads the value of a key that has to be there.
    pub(crate) fn need<T: Data>(&mut self, name: &'static str, at: &mut Reader) -> Option<T> {
        match self.read(name, at) {
            Some(read) => read,
            None => {
                at.problem(format!("`{}` needs `{name}`", self.what));
                None
            }
        }
    }

    /// The first entry that no key was taken from, to be taken now: a key that names its own kind.
    pub(crate) fn rest(&mut self) -> Vec<(&'v str, &'v Value)> {
        let left = self.entries.iter().zip(&mut self.taken);
        let left = left.filter(|((key, _), taken)| !**taken && !self.known.contains(&key.as_str()));
        left.map(|((key, value), taken)| {
            *taken = true;
            (key.as_str(), value)
        })
        .collect()
    }

    /// Notes the keys that are unknown, and those that are given twice.
    pub(crate) fn finish(self, at: &mut Reader) {
        for ((key, _), _) in self
            .entries
            .iter()
            .zip(&self.taken)
            .filter(|(_, taken)| !**taken)
        {
            let message = if self.known.contains(&key.as_str()) {
                "is given twice".to_owned()
            } else {
                unknown("key", key, self.what, &self.known)
            };
            at.key(key, |at| at.problem(message));
        }
    }
}

/// The message about an unknown name: the nearest known one, or all of them.
pub(crate) fn unknown(kind: &str, name: &str, what: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("unknown {kind}; did you mean `{near}`?"),
        None => {
            // An article makes it a description, else it is a key.
            let quote = if what.contains(' ') { "" } else { "`" };
            let known = known.join("`, `");
            format!("unknown {kind}; {quote}{what}{quote} takes `{known}`")
        }
    }
}
