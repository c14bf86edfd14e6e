//! `Bytes`: which bytes with a meaning occur in a text, found in one pass.

use crate::text::Escape;

/// The classes of bytes that occur in a text. One pass over a line finds them, and everything that
/// would have to look for one of them asks here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Bytes(u8);

const QUOTE: u8 = 1;
const DOLLAR: u8 = 1 << 1;
const BACKSLASH: u8 = 1 << 2;
const BACKTICK: u8 = 1 << 3;
const ANGLE: u8 = 1 << 4;
const BEYOND_ASCII: u8 = 1 << 5;
/// White space, of which there is more beyond ASCII.
const BLANK: u8 = 1 << 6;

/// The class of each byte.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0x80;
    while byte < 256 {
        classes[byte] = BEYOND_ASCII;
        byte += 1;
    }
    let mut byte = b'\t';
    while byte <= b'\r' {
        classes[byte as usize] = BLANK;
        byte += 1;
    }
    classes[b' ' as usize] = BLANK;
    classes[b'\'' as usize] = QUOTE;
    classes[b'"' as usize] = QUOTE;
    classes[b'$' as usize] = DOLLAR;
    classes[b'\\' as usize] = BACKSLASH;
    classes[b'`' as usize] = BACKTICK;
    classes[b'<' as usize] = ANGLE;
    classes
};

impl Bytes {
    /// The classes that occur in a text.
    pub(crate) fn of(text: &str) -> Bytes {
        let mut classes = 0;
        for byte in text.bytes() {
            classes |= CLASSES[usize::from(byte)];
        }
        Bytes(classes)
    }

    /// The classes that occur in either of two texts.
    pub(crate) fn and(self, other: Bytes) -> Bytes {
        Bytes(self.0 | other.0)
    }

    /// Returns `true` if a word of the text says what it spells: there is no `$`, no quote, no
    /// escape character and no byte order mark.
    pub(crate) fn are_plain(self) -> bool {
        self.0 & (QUOTE | DOLLAR | BACKSLASH | BACKTICK | BEYOND_ASCII) == 0
    }

    /// Returns `true` if there is a single or double quote, or the escape character.
    pub(crate) fn have_quote_or(self, escape: Escape) -> bool {
        let escape = match escape {
            Escape::Backslash => BACKSLASH,
            Escape::Backtick => BACKTICK,
        };
        self.0 & (QUOTE | escape) != 0
    }

    /// Returns `true` if there is a `$`.
    pub(crate) fn have_dollar(self) -> bool {
        self.0 & DOLLAR != 0
    }

    /// Returns `true` if there is ASCII white space.
    pub(crate) fn have_blank(self) -> bool {
        self.0 & BLANK != 0
    }

    /// Returns `true` if there is a `<`.
    pub(crate) fn have_angle(self) -> bool {
        self.0 & ANGLE != 0
    }

    /// Returns `true` if all bytes are ASCII.
    pub(crate) fn are_ascii(self) -> bool {
        self.0 & BEYOND_ASCII == 0
    }
}

/// Returns `true` if a byte can end a word or begin something in it: a quote, an escape character,
/// white space.
#[inline]
pub(crate) fn matters_in_words(byte: u8) -> bool {
    let kinds = QUOTE | BACKSLASH | BACKTICK | BLANK | BEYOND_ASCII;
    CLASSES[usize::from(byte)] & kinds != 0
}

/// Returns `true` if a byte occurs in a long text: chunks are compared as a whole.
pub(crate) fn occurs(bytes: &[u8], wanted: u8) -> bool {
    let chunks = bytes.chunks_exact(64);
    let rest = chunks.remainder();
    for chunk in chunks {
        let mut found = false;
        for byte in chunk {
            found |= *byte == wanted;
        }
        if found {
            return true;
        }
    }
    rest.contains(&wanted)
}

/// The position of the first byte of a kind, looked for eight bytes at a time.
pub(crate) fn find(bytes: &[u8], wanted: u8) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    let pattern = ONES * u64::from(wanted);
    let chunks = bytes.chunks_exact(8);
    let rest = chunks.remainder();
    for (n, chunk) in chunks.enumerate() {
        let differences = <[u8; 8]>::try_from(chunk).map_or(0, u64::from_le_bytes) ^ pattern;
        // The lowest bit that is set is the high bit of the first byte without a difference.
        let equal = differences.wrapping_sub(ONES) & !differences & (ONES << 7);
        if equal != 0 {
            return Some(n * 8 + equal.trailing_zeros() as usize / 8);
        }
    }
    let at = rest.iter().position(|byte| *byte == wanted)?;
    Some(bytes.len() - rest.len() + at)
}

/// A text without the white space at its beginning.
pub(crate) fn trim_start(text: &str) -> &str {
    let blank = |byte: u8| matches!(byte, b'\t'..=b'\r' | b' ');
    let bytes = text.as_bytes();
    let mut blanks = 0;
    while bytes.get(blanks).is_some_and(|byte| blank(*byte)) {
        blanks += 1;
    }
    let rest = text.get(blanks..).unwrap_or_default();
    match rest.as_bytes().first() {
        Some(byte) if !byte.is_ascii() => rest.trim_start(),
        _ => rest,
    }
}

/// A text without the white space at its end.
pub(crate) fn trim_end(text: &str) -> &str {
    match text.bytes().next_back() {
        Some(byte) if byte.is_ascii_graphic() => text,
        _ => text.trim_end(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_is_found() {
        let text: String = ('!'..='~').chain("é\u{80}\u{100}".chars()).collect();
        let bytes = text.as_bytes();
        for from in 0..bytes.len() {
            for byte in 0..=255_u8 {
                let rest = &bytes[from..];
                let expected = rest.iter().position(|other| *other == byte);
                assert_eq!(find(rest, byte), expected, "{byte} after {from}");
            }
        }
    }

    #[test]
    fn blanks_at_the_ends() {
        for text in [
            "",
            " ",
            "a",
            " \ta b\u{b}\r\n",
            "\u{a0} a\u{3000}",
            " \u{85}\u{1f}a\u{1f} ",
        ] {
            assert_eq!(trim_start(text), text.trim_start());
            assert_eq!(trim_end(text), text.trim_end());
        }
    }

    #[test]
    fn what_occurs() {
        assert!(Bytes::of("a b<c").are_plain() && Bytes::of("a b<c").have_angle());
        assert!(Bytes::of("$").have_dollar() && !Bytes::of("a").have_dollar());
        for blank in ' '..='~' {
            let text = format!("a{blank}");
            assert_eq!(Bytes::of(&text).have_blank(), blank == ' ');
        }
        for blank in '\0'..' ' {
            let text = format!("a{blank}");
            assert_eq!(Bytes::of(&text).have_blank(), blank.is_whitespace());
        }
        for text in ["$", "'", "\"", "\\", "`", "é"] {
            assert!(!Bytes::of(text).are_plain(), "{text}");
        }
        assert!(Bytes::of("a`").have_quote_or(Escape::Backtick));
        assert!(!Bytes::of("a`").have_quote_or(Escape::Backslash));
        assert!(
            Bytes::of("a")
                .and(Bytes::of("'"))
                .have_quote_or(Escape::Backslash)
        );
    }
}
