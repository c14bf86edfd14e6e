//! `Classes`: the kinds of bytes that a text holds, found in one pass without branches.

/// The kinds of bytes that a text holds.
///
/// Most texts of a file are [plain](is_plain). Whoever writes one looks at its classes first, and
/// at its characters only where a class says that one of them could matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Classes(u8);

impl Classes {
    /// A newline or a NUL.
    pub(crate) const UNWRITABLE: Classes = Classes(1);
    /// A `<`, with which the marker of a heredoc begins.
    pub(crate) const ANGLE: Classes = Classes(2);
    /// Any other byte that is not plain.
    const OTHER: Classes = Classes(4);

    /// The classes of a text.
    #[inline]
    pub(crate) fn of(text: &str) -> Classes {
        let bytes = text.as_bytes();
        let mut seen = 0;
        let mut rest = bytes;
        while let Some((chunk, after)) = rest.split_first_chunk::<8>() {
            seen |= of_chunk(chunk);
            rest = after;
        }
        if rest.is_empty() {
            return Classes(seen);
        }
        // The last bytes are looked at in a chunk that overlaps the one before.
        if let Some(last) = bytes.last_chunk::<8>() {
            seen |= of_chunk(last);
        } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk()) {
            seen |= of_chunk(first) | of_chunk::<4>(last);
        } else {
            for byte in rest {
                seen |= class(*byte);
            }
        }
        Classes(seen)
    }

    /// [`UNWRITABLE`](Classes::UNWRITABLE) and [`ANGLE`](Classes::ANGLE), the only classes that
    /// matter in a line of a command. Such lines are long, so that this is written for the compiler
    /// to compare sixteen bytes at a time.
    pub(crate) fn of_command_line(text: &str) -> Classes {
        let bytes = text.as_bytes();
        if let Some(last) = bytes.last_chunk::<16>() {
            // The last bytes are looked at in a chunk that overlaps the ones before.
            let chunks = bytes.get(..bytes.len() & !15).unwrap_or_default();
            if may_matter(chunks) | may_matter(last) == 0 {
                return Classes(0);
            }
        }
        let matter = Classes::UNWRITABLE.or(Classes::ANGLE);
        Classes(Classes::of(text).0 & matter.0)
    }

    /// Returns `true` if the text has a byte of one of these classes.
    pub(crate) fn has(self, classes: Classes) -> bool {
        self.0 & classes.0 != 0
    }

    /// These classes and others.
    pub(crate) const fn or(self, other: Classes) -> Classes {
        Classes(self.0 | other.0)
    }

    /// Returns `true` if all of the text is plain.
    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Returns `true` if a text is one word that means itself in every position of the language:
/// letters and digits of ASCII and `* + , - . / : @ _`, at least one, with no dash at the
/// beginning.
pub(crate) fn is_plain(text: &str) -> bool {
    text.as_bytes().first().is_some_and(|first| *first != b'-') && Classes::of(text).is_empty()
}

/// Returns `true` if a text has a byte, one of ASCII. Texts are short: eight bytes are compared at
/// a time.
pub(crate) fn has_byte(text: &str, byte: u8) -> bool {
    let bytes = text.as_bytes();
    let wanted = u64::from_le_bytes([byte; 8]);
    let mut seen = 0;
    let mut rest = bytes;
    while let Some((chunk, after)) = rest.split_first_chunk::<8>() {
        seen |= zeros(u64::from_le_bytes(*chunk) ^ wanted);
        rest = after;
    }
    if let Some(last) = bytes.last_chunk::<8>() {
        seen |= zeros(u64::from_le_bytes(*last) ^ wanted);
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let first = u64::from(u32::from_le_bytes(*first));
        let both = first << 32 | u64::from(u32::from_le_bytes(*last));
        seen |= zeros(both ^ wanted);
    } else {
        return rest.contains(&byte);
    }
    seen != 0
}

/// Not 0 if one of eight bytes is 0.
fn zeros(bytes: u64) -> u64 {
    bytes.wrapping_sub(0x0101_0101_0101_0101) & !bytes & 0x8080_8080_8080_8080
}

fn of_chunk<const N: usize>(chunk: &[u8; N]) -> u8 {
    let mut seen = 0;
    for byte in chunk {
        seen |= class(*byte);
    }
    seen
}

/// 0 if none of the bytes matters in a line of a command. Control characters up to the newline are
/// taken for it: two comparisons a byte are as many as it takes.
#[inline]
fn may_matter(bytes: &[u8]) -> u8 {
    let mut any = 0;
    for byte in bytes {
        any |= u8::from(*byte <= b'\n') | u8::from(*byte == b'<');
    }
    any
}

/// The bytes that a name is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameBytes(u8);

impl NameBytes {
    /// Those of the name of a stage: small letters, digits, `-`, `_` and `.`.
    pub(crate) const STAGE: NameBytes = NameBytes(1);
    /// Those of a tag, in which letters can be capital too.
    pub(crate) const TAG: NameBytes = NameBytes(2);

    /// Returns `true` if a text has none but these.
    pub(crate) fn are_all(self, text: &str) -> bool {
        let mut all = self.0;
        for byte in text.bytes() {
            all &= NAME_BYTES
                .get(usize::from(byte))
                .copied()
                .unwrap_or_default();
        }
        all != 0
    }
}

static NAME_BYTES: [u8; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = match i as u8 {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => NameBytes::STAGE.0 | NameBytes::TAG.0,
            b'A'..=b'Z' => NameBytes::TAG.0,
            _ => 0,
        };
        i += 1;
    }
    table
};

fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or_default()
}

static CLASSES: [u8; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = match i as u8 {
            b'\n' | b'\0' => Classes::UNWRITABLE,
            b'<' => Classes::ANGLE,
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'*'..=b'/' | b':' | b'@' | b'_' => {
                Classes(0)
            }
            _ => Classes::OTHER,
        }
        .0;
        i += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Each class at each place of texts of each length: whatever the size of the chunks.
    #[test]
    fn every_byte_is_looked_at() {
        let kinds = [
            ('\n', Classes::UNWRITABLE),
            ('\0', Classes::UNWRITABLE),
            ('\t', Classes::OTHER),
            (' ', Classes::OTHER),
            ('\'', Classes::OTHER),
            ('$', Classes::OTHER),
            ('`', Classes::OTHER),
            ('\\', Classes::OTHER),
            ('<', Classes::ANGLE),
            ('#', Classes::OTHER),
            ('=', Classes::OTHER),
            ('\u{7f}', Classes::OTHER),
            ('\u{85}', Classes::OTHER),
        ];
        for len in 0..70 {
            let plain = "aZ09*+,./:@_-".repeat(6);
            let plain = plain.get(..len).unwrap_or_default();
            assert!(Classes::of(plain).is_empty());
            assert!(Classes::of_command_line(plain).is_empty());
            assert!(!has_byte(plain, b'$'));
            assert_eq!(is_plain(plain), len > 0);
            for at in 0..=len {
                for (c, class) in kinds {
                    let (before, after) = plain.split_at(at);
                    let text = format!("{before}{c}{after}");
                    assert_eq!(Classes::of(&text), class, "{text:?}");
                    assert_eq!(has_byte(&text, b'$'), c == '$', "{text:?}");
                    assert_eq!(has_byte(&text, b'='), c == '=', "{text:?}");
                    assert!(!is_plain(&text), "{text:?}");
                    let matters = Classes::UNWRITABLE.or(Classes::ANGLE);
                    let found = Classes::of_command_line(&text);
                    assert_eq!(found.0, class.0 & matters.0, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn names_are_made_of_some_bytes() {
        for byte in 0..128_u8 {
            let text = format!("a{}", char::from(byte));
            let stage = matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.');
            assert_eq!(NameBytes::STAGE.are_all(&text), stage, "{text:?}");
            let tag = stage || byte.is_ascii_uppercase();
            assert_eq!(NameBytes::TAG.are_all(&text), tag, "{text:?}");
        }
        assert!(!NameBytes::TAG.are_all("é"));
    }

    #[test]
    fn a_dash_in_front_is_not_plain() {
        assert!(!is_plain("--from=x") && !is_plain("-"));
        assert!(is_plain("a-b"));
    }
}
