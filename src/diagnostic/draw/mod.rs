//! How a finding is drawn: message, lines with carets, help.

use std::fmt;
use std::ops::Range;

use super::lines::boundary;
use super::{Diagnostic, Label, Report};

/// How many characters of a long line are shown around what is marked.
const WINDOW: usize = 100;

pub(super) fn diagnostic(
    f: &mut fmt::Formatter<'_>,
    report: &Report,
    found: &Diagnostic,
) -> fmt::Result {
    let severity = found.severity().as_str();
    writeln!(
        f,
        "{severity}[{}]: {}",
        found.rule.id,
        visible(&found.message)
    )?;
    let labels = found.labels.iter().enumerate();
    let mut marks: Vec<Mark<'_>> = labels
        .map(|(n, label)| Mark::of(label, n == 0, report))
        .collect();
    let widths = marks.iter().map(|mark| mark.line.to_string().len());
    let gutter = " ".repeat(widths.max().unwrap_or(1));
    let name = visible(&report.name);
    match marks.first() {
        Some(first) => writeln!(f, "{gutter}--> {name}:{}:{}", first.line, first.column)?,
        None => writeln!(f, "{gutter}--> {name}")?,
    }
    // In the order of the text; what is foremost is told by its carets.
    marks.sort_by_key(|mark| (mark.line, mark.column));
    excerpts(f, report, &marks, &gutter)?;
    for (n, line) in found.help.iter().flat_map(|help| help.lines()).enumerate() {
        let lead = if n == 0 { "= help:" } else { "       " };
        writeln!(f, "{gutter} {lead} {}", visible(line))?;
    }
    let fragment = found.fragment.as_deref().map(visible);
    match (found.origin, fragment) {
        (None, None) => {}
        (None, Some(name)) => writeln!(f, "{gutter} = added by the fragment `{name}`")?,
        (Some(origin), fragment) => {
            let (line, column) = (origin.line(), origin.column());
            write!(f, "{gutter} = added at {}:{line}:{column}", origin.file())?;
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
    marks: &[Mark<'_>],
    gutter: &str,
) -> fmt::Result {
    // The line that was drawn last, and which piece of it.
    let mut drawn: Option<(usize, Range<usize>)> = None;
    for mark in marks {
        match &drawn {
            None => writeln!(f, "{gutter} |")?,
            Some((line, _)) if line + 1 < mark.line => writeln!(f, "{gutter}...")?,
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
            let width = gutter.len();
            let line = format!("{:>width$} | {lead}{line}{tail}", mark.line);
            writeln!(f, "{}", line.trim_end())?;
            drawn = Some(shown);
        }
        let before = lead.chars().count() + width(text(mark.shown.start..mark.span.start));
        let marked = width(text(mark.span.clone())).max(1);
        let caret = if mark.foremost { "^" } else { "-" };
        let line = format!(
            "{gutter} | {}{} {}",
            " ".repeat(before),
            caret.repeat(marked),
            visible(&mark.label.text)
        );
        writeln!(f, "{}", line.trim_end())?;
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

/// What is shown of a long line: as many characters before a byte as behind it, or more behind it.
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

/// Text for the terminal: what is not seen is spelled out, a tab is one blank.
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

/// How many columns a text takes.
fn width(text: &str) -> usize {
    let columns = |c: char| match c {
        '\t' => 1,
        _ if is_hidden(c) => c.escape_unicode().count(),
        _ if is_combining(c) => 0,
        _ if is_wide(c) => 2,
        _ => 1,
    };
    text.chars().map(columns).sum()
}

/// Control characters, and those that change the direction or the look of what follows.
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

/// The marks that are drawn over the character before them; those of the scripts that are written with spaces.
fn is_combining(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            | '\u{591}'..='\u{5bd}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

/// The characters that take two columns: those of East Asia, and pictures.
fn is_wide(c: char) -> bool {
    matches!(
        c,
        '\u{1100}'..='\u{115f}'
            | '\u{2e80}'..='\u{303e}'
            | '\u{3041}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{a4cf}'
            | '\u{a960}'..='\u{a97f}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff01}'..='\u{ff60}'
            | '\u{ffe0}'..='\u{ffe6}'
            | '\u{1f300}'..='\u{1f64f}'
            | '\u{1f680}'..='\u{1f6ff}'
            | '\u{1f900}'..='\u{1faff}'
            | '\u{20000}'..='\u{3fffd}'
    )
}

#[cfg(test)]
mod tests;
