//! `Pattern`: what Docker takes a pattern for, and what that matches.

use smol_str::SmolStr;

use super::expression::Flaw;
use super::program::Program;

/// A pattern that can be matched. Docker looks at its form first, and most patterns need no more
/// than a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pattern {
    /// Without anything special.
    Exact(SmolStr),
    /// `PREFIX**`
    Prefix(SmolStr),
    /// `**SUFFIX`
    Suffix(SmolStr),
    Program(Program),
    /// The expression of a program that is too long to be kept.
    Wide(SmolStr),
}

impl Pattern {
    /// Reads a clean pattern, without the mark of an exception.
    pub(super) fn read(pattern: &str) -> Result<Pattern, Flaw> {
        check(pattern)?;
        let (form, expression) = translate(pattern);
        Ok(match form {
            Form::Exact => Pattern::Exact(SmolStr::new(pattern)),
            Form::Prefix => {
                Pattern::Prefix(SmolStr::new(pattern.strip_suffix("**").unwrap_or(pattern)))
            }
            Form::Suffix => {
                Pattern::Suffix(SmolStr::new(pattern.strip_prefix("**").unwrap_or(pattern)))
            }
            Form::Expression => {
                let program = Program::read(&expression)?;
                if program.is_wide() {
                    Pattern::Wide(SmolStr::new(expression))
                } else {
                    Pattern::Program(program)
                }
            }
        })
    }

    /// Returns `true` if it matches a clean path or a folder above.
    pub(super) fn matches(&self, path: &str) -> bool {
        match self {
            Pattern::Exact(pattern) => path.strip_prefix(pattern.as_str()).is_some_and(|rest| {
                matches!(rest.as_bytes(), [] | [b'/', ..]) || (pattern == "/" && is_in_root(path))
            }),
            // What begins the path of a folder begins what is in it.
            Pattern::Prefix(prefix) => path.starts_with(prefix.as_str()),
            Pattern::Suffix(suffix) => ends(path).filter_map(|end| path.get(..end)).any(|path| {
                path.ends_with(suffix.as_str()) || suffix.strip_prefix('/') == Some(path)
            }),
            Pattern::Program(program) => program.matches(path, is_in_root(path)),
            Pattern::Wide(expression) => Program::read(expression)
                .is_ok_and(|program| program.matches(path, is_in_root(path))),
        }
    }
}

/// The ends of the paths of the folders above a path, and its own end; in order.
fn ends(path: &str) -> impl Iterator<Item = usize> {
    let folders = path.match_indices('/').map(|(at, _)| at);
    let root = is_in_root(path).then_some(1);
    folders.chain(root).chain([path.len()])
}

/// Above `/a` is `/`, but above `/a/b` are "" and `/a`.
fn is_in_root(path: &str) -> bool {
    path.rfind('/') == Some(0)
}

/// The way that Docker chooses to match a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Exact,
    Prefix,
    Suffix,
    Expression,
}

/// The form of a pattern, and the regular expression that Docker makes of it. The expression
/// decides what is matched, for better or worse: `[*]` becomes `[[^/]*]`.
fn translate(pattern: &str) -> (Form, String) {
    let pattern = pattern.strip_prefix('\u{feff}').unwrap_or(pattern);
    let mut form = Form::Exact;
    let mut out = String::from("^");
    let mut chars = pattern.chars().peekable();
    let mut first = true;
    while let Some(c) = chars.next() {
        match c {
            '*' if chars.next_if_eq(&'*').is_some() => {
                chars.next_if_eq(&'/');
                if chars.peek().is_some() {
                    out.push_str("(.*/)?");
                    form = Form::Expression;
                } else if form == Form::Exact {
                    form = Form::Prefix;
                } else {
                    out.push_str(".*");
                    form = Form::Expression;
                }
                if first {
                    form = Form::Suffix;
                }
            }
            '*' => {
                out.push_str("[^/]*");
                form = Form::Expression;
            }
            '?' => {
                out.push_str("[^/]");
                form = Form::Expression;
            }
            // Not `|`, `{` and `}`: Docker forgets them, so that `a|b` are two and `a{2}` is `aa`.
            '.' | '+' | '(' | ')' | '$' => out.extend(['\\', c]),
            '\\' => {
                out.push('\\');
                if let Some(c) = chars.next() {
                    out.push(c);
                    form = Form::Expression;
                }
            }
            '[' | ']' => {
                out.push(c);
                form = Form::Expression;
            }
            c => out.push(c),
        }
        first = false;
    }
    out.push('$');
    (form, out)
}

/// Returns `true` if Docker takes a text for a pattern before it matches anything. It tries to
/// match `.` and looks no further than it has to, so that what is after a `*` can be wrong; that is
/// found when the expression is read.
fn check(pattern: &str) -> Result<(), Flaw> {
    let mut rest = pattern;
    // What is left to be matched.
    let mut dot = true;
    while !rest.is_empty() {
        let chunk = rest.trim_start_matches('*');
        if chunk.is_empty() {
            return Ok(());
        }
        let (chunk, after) = chunk
            .split_at_checked(chunk_end(chunk))
            .unwrap_or((chunk, ""));
        let (length, is_dot) = read_chunk(chunk)?;
        if !(dot && is_dot && length == 1) {
            return Ok(());
        }
        dot = false;
        rest = after;
    }
    Ok(())
}

/// The end of a run without a `*`.
fn chunk_end(text: &str) -> usize {
    let mut in_class = false;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' => in_class = true,
            ']' => in_class = false,
            '*' if !in_class => return at,
            _ => {}
        }
    }
    text.len()
}

/// The number of characters that a run matches, and whether the first can be a dot.
fn read_chunk(chunk: &str) -> Result<(usize, bool), Flaw> {
    let mut length = 0;
    let mut is_dot = false;
    let mut rest = chunk;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        let dot = match c {
            '[' => {
                let (dot, after) = read_class(rest)?;
                rest = after;
                dot
            }
            '?' => true,
            '\\' => {
                let c = rest.chars().next().ok_or(Flaw::Escape)?;
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
                c == '.'
            }
            c => c == '.',
        };
        if length == 0 {
            is_dot = dot;
        }
        length += 1;
    }
    Ok((length, is_dot))
}

/// Returns `true` if a class matches a dot, and what is after it.
fn read_class(text: &str) -> Result<(bool, &str), Flaw> {
    let (negated, mut rest) = match text.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut matched = false;
    let mut first = true;
    loop {
        if let (Some(after), false) = (rest.strip_prefix(']'), first) {
            return Ok((matched != negated, after));
        }
        let (low, after) = class_char(rest)?;
        let (high, after) = match after.strip_prefix('-') {
            Some(after) if after.starts_with(']') => return Err(Flaw::StrayDash),
            Some(after) => class_char(after)?,
            None => (low, after),
        };
        matched |= low <= '.' && '.' <= high;
        rest = after;
        first = false;
    }
}

/// A character of a class, and what is after it, which has to be something.
fn class_char(text: &str) -> Result<(char, &str), Flaw> {
    let text = match text.chars().next() {
        None => return Err(Flaw::OpenClass),
        Some('-') => return Err(Flaw::StrayDash),
        Some(']') => return Err(Flaw::EmptyClass),
        Some('\\') => text.strip_prefix('\\').unwrap_or(text),
        Some(_) => text,
    };
    let c = text.chars().next().ok_or(Flaw::OpenClass)?;
    match text.get(c.len_utf8()..) {
        Some(rest) if !rest.is_empty() => Ok((c, rest)),
        _ => Err(Flaw::OpenClass),
    }
}
