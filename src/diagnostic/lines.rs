//! `Lines`: where the lines of a text begin, so that a place in it is found without reading it all
//! again.

use std::ops::Range;

/// The beginnings of the lines of a text, and the number of characters before every so many bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines {
    starts: Vec<usize>,
    chars: Vec<usize>,
}

/// After so many bytes the characters are counted.
const STEP: usize = 1024;

impl Lines {
    pub(super) fn of(text: &str) -> Lines {
        let ends = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        let mut chars = vec![0];
        let mut count = 0;
        for chunk in text.as_bytes().chunks(STEP) {
            count += begun(chunk);
            chars.push(count);
        }
        Lines {
            starts: std::iter::once(0)
                .chain(ends.map(|(at, _)| at + 1))
                .collect(),
            chars,
        }
    }

    /// The line of a byte, from 1, and the bytes of that line without its end.
    pub(super) fn line(&self, text: &str, byte: usize) -> (usize, Range<usize>) {
        let line = self.starts.partition_point(|start| *start <= byte).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let end = match self.starts.get(line) {
            Some(next) => next - 1,
            None => text.len(),
        };
        let content = text.get(start..end).unwrap_or_default();
        let content = content.strip_suffix('\r').unwrap_or(content);
        (line, start..start + content.len())
    }

    /// The line and the column of a byte, from 1.
    pub(super) fn line_column(&self, text: &str, byte: usize) -> (usize, usize) {
        let byte = boundary(text, byte);
        let (line, content) = self.line(text, byte);
        let column = self.chars_in(text, content.start..byte.min(content.end)) + 1;
        (line, column)
    }

    /// The number of characters that begin in a range of bytes.
    pub(super) fn chars_in(&self, text: &str, range: Range<usize>) -> usize {
        let before = |byte: usize| {
            let step = byte / STEP;
            let counted = self.chars.get(step).copied().unwrap_or_default();
            let rest = text.as_bytes().get(step * STEP..byte).unwrap_or_default();
            counted + begun(rest)
        };
        before(range.end).saturating_sub(before(range.start))
    }
}

/// The number of characters that begin in some bytes.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b & 0xc0 != 0x80).count()
}

/// A byte as an offset into a text: not after its end, not inside a character.
pub(super) fn boundary(text: &str, byte: usize) -> usize {
    let mut at = byte.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns() {
        let text = "ab\nc\u{e9}d\r\n\n\u{1f600}x";
        let lines = Lines::of(text);
        let at = |byte| lines.line_column(text, byte);
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(2), (1, 3));
        assert_eq!(at(3), (2, 1));
        assert_eq!(at(6), (2, 3));
        assert_eq!(at(5), (2, 2), "inside a character");
        assert_eq!(at(7), (2, 4), "a carriage return is the end of its line");
        assert_eq!(at(8), (2, 4));
        assert_eq!(at(9), (3, 1));
        assert_eq!(at(14), (4, 2));
        assert_eq!(at(15), (4, 3));
        assert_eq!(at(1000), (4, 3));
    }

    #[test]
    fn columns_of_long_lines() {
        let text = "\u{e9}".repeat(3 * STEP);
        let lines = Lines::of(&text);
        for chars in [0, 1, STEP / 2, STEP - 1, STEP, 2 * STEP + 7, 3 * STEP] {
            assert_eq!(lines.line_column(&text, 2 * chars), (1, chars + 1));
        }
    }

    #[test]
    fn no_text() {
        assert_eq!(Lines::of("").line_column("", 3), (1, 1));
    }
}
