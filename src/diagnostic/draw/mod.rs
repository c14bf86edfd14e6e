//! Renders a finding: message, lines with carets, help.

use std::fmt;
use std::ops::Range;

use super::lines::boundary;
use super::{Diagnostic, Label, Report, Severity, width};
use crate::order::order;

/// The number of characters of a long line that are shown around what is marked.
const WINDOW: usize = 100;

/// The role of a piece of a rendered report, which decides its colour.
#[derive(Debug, Clone, Copy)]
enum Role {
    Severity(Severity),
    Message,
    /// Line numbers, bars and arrows, and the labels that are not the first.
    Frame,
}

/// `true` if a report is rendered with colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    Plain,
    Ansi,
}

impl Paint {
    fn on(self, role: Role, text: impl fmt::Display) -> impl fmt::Display {
        Painted(self, role, text)
    }
}

struct Painted<T>(Paint, Role, T);

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Painted(paint, role, text) = self;
        if *paint == Paint::Plain {
            return text.fmt(f);
        }
        let code = match role {
            Role::Severity(Severity::Error) => "1;31",
            Role::Severity(Severity::Warning) => "1;33",
            Role::Message => "1",
            Role::Frame => "1;34",
        };
        write!(f, "\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// Renders all findings, with a blank line between two of them.
pub(super) fn report(f: &mut fmt::Formatter<'_>, report: &Report, paint: Paint) -> fmt::Result {
    for (n, found) in report.iter().enumerate() {
        if n > 0 {
            f.write_str("\n")?;
        }
        diagnostic(f, report, found, paint)?;
    }
    Ok(())
}

fn diagnostic(
    f: &mut fmt::Formatter<'_>,
    report: &Report,
    found: &Diagnostic,
    paint: Paint,
) -> fmt::Result {
    let severity = found.severity();
    let frame = |text: &'static str| paint.on(Role::Frame, text);
    let rule = format!("{}[{}]", severity.as_str(), found.rule.id);
    let rule = paint.on(Role::Severity(severity), rule);
    let message = paint.on(Role::Message, visible(&found.message));
    writeln!(f, "{rule}: {message}")?;
    let labels = found.labels.iter().enumerate();
    let marks: Vec<Mark<'_>> = labels
        .map(|(n, label)| Mark::of(label, n == 0, report))
        .collect();
    let widths = marks.iter().map(|mark| mark.line.to_string().len());
    let gutter = " ".repeat(widths.max().unwrap_or(1));
    let name = visible(&report.name);
    match marks.first() {
        Some(first) => writeln!(
            f,
            "{gutter}{} {name}:{}:{}",
            frame("-->"),
            first.line,
            first.column
        )?,
        None => writeln!(f, "{gutter}{} {name}", frame("-->"))?,
    }
    // In the order of the text; the primary label is the one with carets.
    let order = order(marks.len(), &|a, b| {
        let place = |n: usize| marks.get(n).map(|mark| (mark.line, mark.column));
        place(a).cmp(&place(b))
    });
    let marks: Vec<&Mark<'_>> = order.iter().filter_map(|n| marks.get(*n)).collect();
    excerpts(f, report, &marks, &gutter, (paint, severity))?;
    for (n, line) in found.help.iter().flat_map(|help| help.lines()).enumerate() {
        let lead = if n == 0 {
            frame("= help:")
        } else {
            frame("       ")
        };
        writeln!(f, "{gutter} {lead} {}", visible(line))?;
    }
    let fragment = found.fragment.as_deref().map(visible);
    match (found.origin, fragment) {
        (None, None) => {}
        (None, Some(name)) => {
            writeln!(f, "{gutter} {} added by the fragment `{name}`", frame("="))?;
        }
        (Some(origin), fragment) => {
            let (file, line, column) = (origin.file(), origin.line(), origin.column());
            write!(f, "{gutter} {} added at {file}:{line}:{column}", frame("="))?;
            match fragment {
                Some(name) => writeln!(f, ", by the fragment `{name}`")?,
                None => writeln!(f)?,
            }
        }
    }
    Ok(())
}

/// The lines that are marked, each followed by its marks.
fn excerpts(
    f: &mut fmt::Formatter<'_>,
    report: &Report,
    marks: &[&Mark<'_>],
    gutter: &str,
    (paint, severity): (Paint, Severity),
) -> fmt::Result {
    let bar = paint.on(Role::Frame, "|");
    // The line that was rendered last, and which piece of it.
    let mut drawn: Option<(usize, Range<usize>)> = None;
    for mark in marks {
        match &drawn {
            None => writeln!(f, "{gutter} {bar}")?,
            Some((line, _)) if line + 1 < mark.line => {
                writeln!(f, "{gutter}{}", paint.on(Role::Frame, "..."))?;
            }
            Some(_) => {}
        }
        let shown = (mark.line, mark.shown.clone());
        let cut = |at: usize, end: usize| if at == end { "" } else { "…" };
        let (lead, tail) = (
            cut(mark.shown.start, mark.content.start),
            cut(mark.shown.end, mark.content.end),
        );
        let text = |range: Range<usize>| report.text.get(range).unwrap_or_default();
        if drawn.as_ref() != Some(&shown) {
            let line = visible(text(mark.shown.clone()));
            let line = format!(" {lead}{line}{tail}");
            let width = gutter.len();
            let number = format!("{:>width$}", mark.line);
            let number = paint.on(Role::Frame, number);
            writeln!(f, "{number} {bar}{}", line.trim_end())?;
            drawn = Some(shown);
        }
        let before = lead.chars().count() + width(text(mark.shown.start..mark.span.start));
        let marked = width(text(mark.span.clone())).max(1);
        let (caret, role) = if mark.foremost {
            ("^", Role::Severity(severity))
        } else {
            ("-", Role::Frame)
        };
        let label = format!("{} {}", caret.repeat(marked), visible(&mark.label.text));
        let label = paint.on(role, label.trim_end());
        writeln!(f, "{gutter} {bar} {}{label}", " ".repeat(before))?;
    }
    Ok(())
}

/// A label in its line.
struct Mark<'l> {
    label: &'l Label,
    foremost: bool,
    line: usize,
    column: usize,
    /// The bytes of the line, of what is shown of it, and of what is marked in that.
    content: Range<usize>,
    shown: Range<usize>,
    span: Range<usize>,
}

impl<'l> Mark<'l> {
    fn of(label: &'l Label, foremost: bool, report: &Report) -> Mark<'l> {
        let (text, lines) = (report.text.as_str(), report.lines());
        let start = boundary(text, label.span.start);
        let (line, content) = lines.line(text, start);
        let start = start.min(content.end);
        let column = lines.chars_in(text, content.start..start) + 1;
        let shown = if lines.chars_in(text, content.clone()) <= 2 * WINDOW {
            content.clone()
        } else {
            window(text, &content, start)
        };
        // A mark ends with its line, or with what is shown of it.
        let end = boundary(text, label.span.end).clamp(start, shown.end);
        Mark {
            label,
            foremost,
            line,
            column,
            content,
            shown,
            span: start..end,
        }
    }
}

/// The part of a long line that is shown: as many characters before a byte as after it, or more
/// after it.
fn window(text: &str, line: &Range<usize>, at: usize) -> Range<usize> {
    let before = text.get(line.start..at).unwrap_or_default();
    let after = text.get(at..line.end).unwrap_or_default();
    let start = before.char_indices().rev().nth(WINDOW / 2 - 1);
    let start = start.map_or(line.start, |(offset, _)| line.start + offset);
    let shown = text.get(start..at).unwrap_or_default().chars().count();
    let end = after.char_indices().nth(WINDOW - shown);
    let end = end.map_or(line.end, |(offset, _)| at + offset);
    start..end
}

/// Text for the terminal: what is not seen is spelled out, a tab is one space.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push(' '),
            _ if is_hidden(c) => out.extend(c.escape_unicode()),
            _ => out.push(c),
        }
    }
    out
}

/// The number of columns that a text takes.
fn width(text: &str) -> usize {
    let columns = |c: char| match c {
        '\t' => 1,
        _ if is_hidden(c) => c.escape_unicode().count(),
        _ => width::of(c),
    };
    text.chars().map(columns).sum()
}

/// Control characters, and those that change the direction or the look of the text after them.
fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests;
