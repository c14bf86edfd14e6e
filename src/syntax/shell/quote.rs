//! Quotes a word so that a shell reads exactly that word.

use super::{Dialect, Fault};

/// The place of a word in its command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WordOf {
    /// It can be the name of the command.
    Name,
    Argument,
}

/// Returns `true` if all shells take a word for itself as it is.
pub(crate) fn is_plain(word: &str, place: WordOf) -> bool {
    Dialect::ALL
        .iter()
        .all(|dialect| is_bare(word, place, *dialect))
}

/// Adds a word to the text of a command.
pub(crate) fn push_word(
    out: &mut String,
    word: &str,
    place: WordOf,
    dialect: Dialect,
) -> Result<(), Fault> {
    let refused = word.chars().find(|c| is_refused(*c, dialect));
    if let Some(c) = refused {
        // It is seen only in a report.
        out.push('\'');
        for c in word.chars() {
            if is_refused(c, dialect) {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
            } else if c != '\'' {
                out.push(c);
            }
        }
        out.push('\'');
        return Err(Fault::Word(c, dialect));
    }
    if is_bare(word, place, dialect) {
        out.push_str(word);
        return Ok(());
    }
    match dialect {
        Dialect::Posix => push_posix(out, word),
        Dialect::PowerShell => {
            // A string is an expression; this runs the program that it names.
            if place == WordOf::Name {
                out.push_str("& ");
            }
            push_powershell(out, word);
        }
        Dialect::Cmd => push_cmd(out, word),
    }
    Ok(())
}

/// Returns `true` if no spelling on one line makes the shell take a character for itself.
fn is_refused(c: char, dialect: Dialect) -> bool {
    match dialect {
        // Docker takes newlines away where it joins lines.
        Dialect::Posix => matches!(c, '\0' | '\n'),
        Dialect::PowerShell => c == '\0',
        // `%` and `"` have no spelling that holds for every program.
        Dialect::Cmd => matches!(c, '\0' | '\n' | '\r' | '"' | '%'),
    }
}

fn is_bare(word: &str, place: WordOf, dialect: Dialect) -> bool {
    let first = place == WordOf::Name;
    let Some(head) = word.chars().next() else {
        return false;
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | ':' | '-');
    match dialect {
        Dialect::Posix => {
            let also = |c: char| matches!(c, '=' | '@' | '+' | ',' | '%' | '^');
            // A tilde means a home directory at the beginning of a word, and of what is assigned.
            let mut before = '=';
            let no_home = |c: char| {
                let before = std::mem::replace(&mut before, c);
                plain(c) || also(c) || (c == '~' && !matches!(before, '=' | ':'))
            };
            word.chars().all(no_home)
                && head != '='
                && !(first && (is_assignment(word) || POSIX_KEYWORDS.contains(&word)))
        }
        Dialect::PowerShell => {
            // An option: `-Name`. With other characters in it, PowerShell makes two words of it.
            if let Some(option) = word.strip_prefix('-') {
                let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
                return !first
                    && option.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-')
                    && option.chars().all(name)
                    && option.contains(|c: char| c.is_ascii_alphabetic());
            }
            let keyword = |keyword: &&str| word.eq_ignore_ascii_case(keyword);
            (head.is_ascii_alphabetic() || matches!(head, '/' | '\\'))
                && word.chars().all(|c| plain(c) || c == '\\')
                && !(first && POWERSHELL_KEYWORDS.iter().any(keyword))
        }
        Dialect::Cmd => {
            let also = |c: char| matches!(c, '\\' | '@' | '+');
            word.chars().all(|c| plain(c) || also(c))
                && !(first && (head == '@' || head == ':' || word.eq_ignore_ascii_case("rem")))
        }
    }
}

/// `NAME=...`, which a shell does not take for the name of a command.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.starts_with(|c: char| c.is_ascii_digit())
            && name
                .trim_end_matches('+')
                .chars()
                .all(|c| c == '_' || c.is_ascii_alphanumeric())
    })
}

/// The reserved words that hold nothing but letters; the others are quoted anyway.
const POSIX_KEYWORDS: &[&str] = &[
    "case",
    "coproc",
    "do",
    "done",
    "elif",
    "else",
    "esac",
    "fi",
    "for",
    "foreach",
    "function",
    "if",
    "in",
    "nocorrect",
    "noglob",
    "repeat",
    "select",
    "then",
    "time",
    "until",
    "while",
];

const POWERSHELL_KEYWORDS: &[&str] = &[
    "begin",
    "break",
    "catch",
    "class",
    "clean",
    "configuration",
    "continue",
    "data",
    "define",
    "do",
    "dynamicparam",
    "else",
    "elseif",
    "end",
    "enum",
    "exit",
    "filter",
    "finally",
    "for",
    "foreach",
    "from",
    "function",
    "hidden",
    "if",
    "in",
    "inlinescript",
    "interface",
    "module",
    "namespace",
    "parallel",
    "param",
    "private",
    "process",
    "public",
    "return",
    "sequence",
    "static",
    "switch",
    "throw",
    "trap",
    "try",
    "type",
    "until",
    "using",
    "var",
    "while",
    "workflow",
];

/// `'it'\''s'`
fn push_posix(out: &mut String, word: &str) {
    out.push('\'');
    for c in word.chars() {
        if c == '\'' {
            out.push_str(r"'\''");
        } else {
            out.push(c);
        }
    }
    out.push('\'');
}

/// `'two words'`, or `('a' + [char]34 + 'b')` without the spaces. Windows takes double quotes and
/// repeated spaces out of a command line before PowerShell sees it, and PowerShell takes curly
/// quotes for quotes.
fn push_powershell(out: &mut String, word: &str) {
    let coded = |c: char| {
        c.is_control()
            || matches!(c, '"' | '\u{2018}'..='\u{201e}')
            || (c.is_whitespace() && c != ' ')
    };
    // A word that is one run of characters needs no expression.
    let chars: Vec<char> = word.chars().collect();
    let is_coded = |n: usize| match (n.checked_sub(1).and_then(|n| chars.get(n)), chars.get(n)) {
        (before, Some(' ')) => before.is_none_or(|c| *c == ' ') || n + 1 == chars.len(),
        (_, Some(c)) => coded(*c),
        (_, None) => false,
    };
    if !(0..chars.len()).any(is_coded) {
        out.push('\'');
        out.push_str(&word.replace('\'', "''"));
        out.push('\'');
        return;
    }
    out.push('(');
    let mut open = false;
    for (n, c) in chars.iter().enumerate() {
        if is_coded(n) {
            if open {
                out.push('\'');
            }
            // The first part decides the type of the sum.
            out.push_str(match n {
                0 => "''+",
                _ => "+",
            });
            out.push_str(&code(*c));
            open = false;
        } else {
            if !open {
                out.push_str(match n {
                    0 => "'",
                    _ => "+'",
                });
            }
            out.push(*c);
            if *c == '\'' {
                out.push(*c);
            }
            open = true;
        }
    }
    if open {
        out.push('\'');
    }
    out.push(')');
}

/// An expression for a character by its number.
fn code(c: char) -> String {
    format!("[char]{}", u32::from(c))
}

/// `"two words"`. A program takes a backslash before a quote for an escape character.
fn push_cmd(out: &mut String, word: &str) {
    out.push('"');
    out.push_str(word);
    let backslashes = word.len() - word.trim_end_matches('\\').len();
    for _ in 0..backslashes {
        out.push('\\');
    }
    out.push('"');
}
