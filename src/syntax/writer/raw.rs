//! Spellings that are written as they are, whatever the style, and what stands for characters that
//! cannot be written.

use super::{DEFAULT_INDENT, Writer, ends_in_one};
use crate::syntax::part::Part;
use crate::syntax::problem::ProblemKind;
use crate::syntax::quote::Position;
use crate::text::{Escape, is_alike};

impl Writer<'_> {
    /// Writes what does not depend on the style: an image stores the text of a trigger.
    pub(crate) fn in_default_style(&mut self, write: impl FnOnce(&mut Self)) {
        let indent = std::mem::replace(&mut self.indent, DEFAULT_INDENT.into());
        write(self);
        self.indent = indent;
    }

    /// Reports a spelling that was read under another escape character and is another text here.
    pub(super) fn check_escape(&mut self, spelling: &str, read_under: Escape, part: Part) {
        if read_under != self.escape && !is_alike(spelling) {
            self.problem(part, ProblemKind::Raw);
        }
    }

    /// Returns `true` if a spelling that Docker's lexer rejects is one argument; pairs count whole.
    pub(super) fn holds_raw(&self, spelling: &str, position: Position) -> bool {
        let plain = !spelling.starts_with("--") && !ends_in_one(spelling, self.escape);
        match position {
            Position::Key | Position::Pair | Position::Enclosed | Position::Element => true,
            Position::Rest => {
                plain && !spelling.is_empty() && spelling.trim().len() == spelling.len()
            }
            Position::Word => plain && !spelling.contains(char::is_whitespace),
        }
    }
}

/// Appends a spelling; characters that the position cannot hold become placeholders.
pub(super) fn push_replaced(out: &mut String, text: &str, position: Position) {
    let start = out.len();
    out.push_str(text);
    replace(out, start, |c| position.refuses(c));
}

pub(super) fn push_placeholder(out: &mut String, c: char) {
    out.extend(c.escape_unicode());
}

/// Puts placeholders for the bad characters of what has been written since `start`.
pub(super) fn replace(out: &mut String, start: usize, bad: impl Fn(char) -> bool) {
    if !out
        .get(start..)
        .is_some_and(|written| written.contains(&bad))
    {
        return;
    }
    let written = out.split_off(start);
    for c in written.chars() {
        if bad(c) {
            push_placeholder(out, c)
        } else {
            out.push(c)
        }
    }
}
