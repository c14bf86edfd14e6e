//! `Cursor`: a place in a text that is read from its beginning.

pub(crate) struct Cursor<'t> {
    pub(crate) text: &'t str,
    /// The number of bytes that have been read.
    pub(crate) at: usize,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str) -> Cursor<'t> {
        Cursor { text, at: 0 }
    }

    pub(crate) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The text that has been read since a byte.
    pub(crate) fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Reads a text, if it is next.
    pub(crate) fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// The next character of an operator of `sh`, which joins lines before it looks for one.
    pub(crate) fn peek_operator(&self) -> Option<char> {
        self.rest().trim_start_matches(LINE_END).chars().next()
    }

    /// Reads the next character of an operator, if it is this one.
    pub(crate) fn take_operator(&mut self, wanted: char) -> bool {
        let found = self.peek_operator() == Some(wanted);
        if found {
            while self.take(LINE_END) {}
            self.at += wanted.len_utf8();
        }
        found
    }
}

/// An escaped line end.
const LINE_END: &str = "\\\n";
