//! `shared`: makes a `SmolStr`, fast where the text is short.

use smol_str::SmolStr;

/// A text to be kept: up to 23 bytes in place, a longer one in an allocation that its clones share.
///
/// `SmolStr::new` copies a short text by a call for any length, and reads the copy in pieces of
/// another size right afterwards, for which the processor waits. Here each length has its own
/// copy, which is a few moves.
pub(crate) fn shared(text: &str) -> SmolStr {
    macro_rules! by_length {
        ($($length:literal)*) => {
            match text.len() {
                $($length => of_length::<$length>(text),)*
                _ => SmolStr::new(text),
            }
        };
    }
    by_length!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23)
}

/// Returns `true` if a text is one that [`shared`] keeps in place.
pub(crate) fn is_short(text: &str) -> bool {
    text.len() <= 23
}

/// A short text of a length that the compiler knows.
#[inline(always)]
fn of_length<const LENGTH: usize>(text: &str) -> SmolStr {
    match text.get(..LENGTH) {
        Some(text) => SmolStr::new_inline(text),
        None => SmolStr::new(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_every_length() {
        for len in 0..40 {
            for text in ["abc".repeat(14), "aé€".repeat(8), "\n\n ".repeat(14)] {
                if let Some(text) = text.get(..len) {
                    assert_eq!(shared(text), SmolStr::new(text));
                    assert_eq!(shared(text).len(), len);
                    assert_eq!(shared(text).is_heap_allocated(), !is_short(text));
                }
            }
        }
    }
}
