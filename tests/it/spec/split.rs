//! How a logical line is cut up: keyword, flags, and the words of the rest (spec 1.6, 1.7, 1.9).

/// The ASCII separators of words.
const BLANKS: [char; 5] = ['\t', '\u{b}', '\u{c}', '\r', ' '];

/// Cuts at the first run of ASCII separators.
pub(super) fn cut_blank(text: &str) -> Option<(&str, &str)> {
    let (before, after) = text.split_once(BLANKS)?;
    Some((before, after.trim_start_matches(BLANKS)))
}

/// WORDS: cuts at every run of ASCII separators; quotes mean nothing.
pub(super) fn words(text: &str) -> Vec<String> {
    let words = text.split(BLANKS).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Keyword, flags, rest.
pub(super) fn command(line: &str, escape: char) -> (&str, Vec<String>, String) {
    let line = line.trim();
    let Some((keyword, after)) = cut_blank(line) else {
        return (line, Vec::new(), String::new());
    };
    let (flags, rest) = flags(after.as_bytes(), escape);
    (keyword, flags, rest.trim().to_owned())
}

/// The flag lexer. It takes bytes for characters, as BuildKit does: text beyond ASCII comes out as
/// if read in Latin-1.
fn flags(mut bytes: &[u8], escape: char) -> (Vec<String>, String) {
    let mut flags = Vec::new();
    loop {
        while let [first, after @ ..] = bytes {
            if !is_latin1_space(*first) {
                break;
            }
            bytes = after;
        }
        if !bytes.starts_with(b"--") {
            break;
        }
        let (word, after) = flag(bytes, escape);
        bytes = after;
        if word == "--" {
            break;
        }
        flags.push(word);
    }
    (flags, lossy(bytes))
}

/// One word of the flag lexer, and what follows.
fn flag(mut bytes: &[u8], escape: char) -> (String, &[u8]) {
    let mut word = String::new();
    let mut quote = None;
    while let [first, after @ ..] = bytes {
        let char = char::from(*first);
        match quote {
            None if is_latin1_space(*first) => break,
            None if matches!(char, '\'' | '"') => quote = Some(char),
            Some(open) if char == open => quote = None,
            _ if char == escape => {
                let Some((escaped, after)) = after.split_first() else {
                    return (word, after);
                };
                word.push(char::from(*escaped));
                bytes = after;
                continue;
            }
            _ => word.push(char),
        }
        bytes = after;
    }
    (word, bytes)
}

fn is_latin1_space(byte: u8) -> bool {
    char::from(byte).is_whitespace()
}

/// The first word of HEALTHCHECK and what follows, split at bytes that are spaces in Latin-1.
pub(super) fn health(rest: &str) -> (String, String) {
    let bytes = rest.as_bytes();
    let end = bytes.iter().position(|byte| is_latin1_space(*byte));
    let (word, mut after) = bytes.split_at(end.unwrap_or(bytes.len()));
    while let [first, tail @ ..] = after {
        if !is_latin1_space(*first) {
            break;
        }
        after = tail;
    }
    (lossy(word), lossy(after))
}

/// Text of bytes that may begin or end within a character; each byte of such is U+FFFD, as in Go.
pub(super) fn lossy(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}

/// KV-WORDS: cuts at Unicode spaces outside quotes; quotes and escapes stay in the words.
pub(super) fn kv_words(rest: &str, escape: char) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut chars = rest.chars();
    while let Some(char) = chars.next() {
        match quote {
            None if char.is_whitespace() => {
                words.push(std::mem::take(&mut word));
                continue;
            }
            None if matches!(char, '\'' | '"') => quote = Some(char),
            Some(open) if char == open => quote = None,
            _ => {}
        }
        if char != escape || quote == Some('\'') {
            word.push(char);
        } else if let Some(escaped) = chars.next() {
            word.extend([escape, escaped]);
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}
