//! `Written`: how a file that was read is written, for the rules that ask.

use crate::syntax::{At, Layout, Part};

/// How a file that was read is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written<'m> {
    pub(crate) source: &'m str,
    pub(crate) layout: &'m Layout,
    /// The instructions that go on behind a blank line.
    pub(crate) empty_continuations: &'m [At],
}

impl<'m> Written<'m> {
    /// A part as it is written.
    pub(crate) fn slice(&self, at: At, part: Part) -> Option<&'m str> {
        self.source.get(self.layout.span(at, part)?)
    }

    /// What stands between two parts of one instruction.
    pub(crate) fn between(&self, at: At, before: Part, after: Part) -> Option<&'m str> {
        let (before, after) = (self.layout.span(at, before)?, self.layout.span(at, after)?);
        self.source.get(before.end..after.start)
    }
}
