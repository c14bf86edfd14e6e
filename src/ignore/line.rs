//! A line of a `.dockerignore`: what Docker reads in it, and how a rule is written.

use std::borrow::Cow;
use std::fmt;

use smol_str::SmolStr;

use super::expression::Flaw;
use super::{IgnoreRule, Line};
use crate::limits;

/// The reason why a line is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    TooLong,
    Empty,
    LoneMark,
    Pattern(SmolStr, Flaw),
    LineFeed(SmolStr),
    Mark(SmolStr),
    Blank(SmolStr),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::TooLong => write!(
                f,
                "the line is longer than {} bytes, which Docker does not read: make it shorter, or two of it",
                limits::LINE
            ),
            Problem::Empty => f.write_str("a pattern is empty: give a path, such as `target`"),
            Problem::LoneMark => f.write_str(
                "nothing follows the `!`: write the pattern of the exception there, or `\\!` for the character",
            ),
            Problem::Pattern(pattern, flaw) => write!(f, "`{pattern}` {flaw}"),
            Problem::LineFeed(text) => write!(
                f,
                "`{}` has a newline in it, which no line can hold",
                text.escape_debug()
            ),
            Problem::Mark(text) => write!(
                f,
                "`{text}` begins with a `!`: use `except` for an exception, or `\\!` for the character"
            ),
            Problem::Blank(text) => write!(
                f,
                "`{}` begins with a space, which Docker leaves out: write `[ ]` for the character",
                text.escape_debug()
            ),
        }
    }
}

/// Reads a line without its newline; the first can begin with a byte order mark.
pub(super) fn read(line: &str, is_first: bool) -> Result<Line, Problem> {
    if line.len() > limits::LINE {
        return Err(Problem::TooLong);
    }
    let line = line.strip_suffix('\r').unwrap_or(line);
    let line = match line.strip_prefix('\u{feff}') {
        Some(line) if is_first => line,
        _ => line,
    };
    if let Some(comment) = line.strip_prefix('#') {
        return Ok(Line::Comment(SmolStr::new(comment.trim_end_matches('\r'))));
    }
    let line = line.trim();
    if line.is_empty() {
        return Ok(Line::Blank);
    }

    // Two parts of Docker read a line, one after the other, and each of them trims and cleans it.
    // What the first leaves after it, the second takes for its own: `/!a` is an exception.
    let (mark, path) = match line.strip_prefix('!') {
        Some(rest) => ("!", rest.trim()),
        None => ("", line),
    };
    let path = if path.is_empty() {
        Cow::Borrowed("")
    } else {
        clean(path)
    };
    let path = match path.strip_prefix('/') {
        Some(rest) if !rest.is_empty() => rest,
        _ => &path,
    };
    let first = format!("{mark}{path}");

    let second = first.trim();
    if second.is_empty() {
        return Ok(Line::Blank);
    }
    let second = clean(second);
    let rule = match second.strip_prefix('!') {
        Some("") => return Err(Problem::LoneMark),
        Some(pattern) => IgnoreRule::of(pattern).into_exception(),
        None => IgnoreRule::of(&second),
    };
    match &rule.matcher {
        Ok(_) => Ok(Line::Rule(rule)),
        Err(problem) => Err(problem.clone()),
    }
}

/// Writes the line that is read as a rule.
pub(super) fn write(rule: &IgnoreRule) -> Result<String, Problem> {
    if let Err(problem) = &rule.matcher {
        return Err(problem.clone());
    }
    let pattern = &rule.pattern;
    if pattern.contains('\n') {
        return Err(Problem::LineFeed(pattern.clone()));
    }
    // Docker trims a line twice, so that a space at an end has to hide after a slash that goes away
    // in between, as do a
    // `#`, a byte order mark and a slash at the beginning.
    let befores = if rule.exception {
        ["!", "!/", "/ !"]
    } else {
        ["", "/", "/ "]
    };
    for behind in ["", "/ /"] {
        for before in befores {
            let line = format!("{before}{pattern}{behind}");
            if line.len() > limits::LINE {
                return Err(Problem::TooLong);
            }
            let is_read = [true, false].into_iter().all(|is_first| {
                let line = read(&line, is_first);
                line.is_ok_and(|line| matches!(line, Line::Rule(found) if found == *rule))
            });
            if is_read {
                return Ok(line);
            }
        }
    }
    Err(if pattern.starts_with('!') {
        Problem::Mark(pattern.clone())
    } else {
        Problem::Blank(pattern.clone())
    })
}

/// Writes the line that is read as a comment.
pub(super) fn write_comment(comment: &str) -> Result<String, Problem> {
    if comment.len() < limits::LINE {
        Ok(format!("#{comment}"))
    } else {
        Err(Problem::TooLong)
    }
}

/// A path in its shortest form, as Go has it: without `.`, without `..` after a name, without
/// doubled slashes and one at the end. What is left of an empty one is `.`.
pub(super) fn clean(path: &str) -> Cow<'_, str> {
    // Most are clean.
    let own = path.strip_prefix('/').unwrap_or(path);
    if !own.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Cow::Borrowed(path);
    }
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&"..") => parts.push(part),
                Some(_) => {
                    parts.pop();
                }
                None if rooted => {}
                None => parts.push(part),
            },
            _ => parts.push(part),
        }
    }
    let path = parts.join("/");
    match (rooted, path.is_empty()) {
        (true, _) => Cow::Owned(format!("/{path}")),
        (false, true) => Cow::Borrowed("."),
        (false, false) => Cow::Owned(path),
    }
}

/// A path without special characters.
pub(super) fn escape(path: &str) -> String {
    let mut out = String::new();
    let last = path.char_indices().next_back().map(|(at, _)| at);
    for (at, c) in path.char_indices() {
        let at_an_end = at == 0 || Some(at) == last;
        match c {
            '*' | '?' | '[' | ']' | '\\' | '^' | '|' | '{' => out.extend(['\\', c]),
            '!' if at == 0 => out.extend(['\\', c]),
            '\u{feff}' if at == 0 => out.extend(['[', c, ']']),
            c if c.is_whitespace() && c != '\n' && at_an_end => out.extend(['[', c, ']']),
            c => out.push(c),
        }
    }
    out
}
