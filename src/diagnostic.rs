//! What is wrong with a file, and how it is told: `Rule`, `Diagnostic`, `Report`, and how a report is drawn.

use std::fmt;
use std::ops::Range;
use std::panic::Location;

/// A rule: what a [`Diagnostic`] is about. Static data; the ids never change their meaning.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Rule {
    /// The name of the bad pattern, in kebab case: `unknown-stage`.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is, in one line.
    pub summary: &'static str,
    /// The page about it, in Markdown.
    pub docs: &'static str,
    /// What others call it: `buildkit:DuplicateStageName`, `hadolint:DL3024`.
    pub also: &'static [&'static str],
    /// Whether it can be set aside by [`Dockerfile::allow`](crate::Dockerfile::allow).
    pub can_be_allowed: bool,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "lowercase")
)]
#[non_exhaustive]
pub enum Severity {
    /// Legal, but suspicious.
    Warning,
    /// `docker build` would fail, or would do something other than the model says.
    Error,
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Diagnostic {
    /// The rule that it is about.
    pub rule: &'static Rule,
    /// What is wrong, in one line.
    pub message: String,
    /// Where, the first one foremost; none where the whole file is meant.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// The edit that mends it, where it is certain.
    pub suggestion: Option<Suggestion>,
    /// The line of Rust that added the instruction, where a builder did.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub origin: Option<&'static Location<'static>>,
}

impl Diagnostic {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.rule.severity
    }

    /// Where it is: the span of the foremost label.
    pub fn span(&self) -> Option<Range<usize>> {
        self.labels.first().map(|label| label.span.clone())
    }
}

/// A place in the text of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Label {
    /// The bytes that are meant.
    pub span: Range<usize>,
    /// What is there, in a few words.
    pub text: String,
}

/// An edit of the text of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Suggestion {
    /// The bytes that are replaced.
    pub span: Range<usize>,
    /// What replaces them.
    pub replacement: String,
}

/// Everything that was found in a file, with the text that it points into: the text that was read, or the
/// text that would have been written.
///
/// It is an error, it can be iterated, and both `Display` and `Debug` draw it:
///
/// ```
/// use multistage::{Dockerfile, Stage, StageName};
///
/// let mut file = Dockerfile::new();
/// file.stage("builder", Stage::new("rust:1.85"));
/// file.push(Stage::new("scratch").copy_from(&StageName::new("biulder"), "/app", "/"));
/// let report = file.render().unwrap_err().without_origins();
/// assert_eq!(report.to_string(), "\
/// error[unknown-stage]: no stage is named `biulder`
///  --> Dockerfile:4:13
///   |
/// 4 | COPY --from=biulder /app /
///   |             ^^^^^^^ not declared
///   = help: did you mean `builder`?
/// ");
/// ```
#[must_use = "a report may hold errors"]
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Report {
    name: String,
    text: String,
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// A report on a text, in the order of the text.
    pub(crate) fn new(text: String, mut diagnostics: Vec<Diagnostic>) -> Report {
        diagnostics.sort_by_key(|found| found.span().map(|span| (span.start, span.end)));
        diagnostics
            .dedup_by(|b, a| a.rule == b.rule && a.message == b.message && a.labels == b.labels);
        Report {
            name: "Dockerfile".to_owned(),
            text,
            diagnostics,
        }
    }

    /// The same report with another name for the file.
    pub fn with_name(mut self, name: impl Into<String>) -> Report {
        self.name = name.into();
        self
    }

    /// The same report without the lines of Rust, which differ from build to build.
    pub fn without_origins(mut self) -> Report {
        for diagnostic in &mut self.diagnostics {
            diagnostic.origin = None;
        }
        self
    }

    /// The name of the file, `Dockerfile` unless changed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text that the spans point into.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The findings, in the order of the text.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The findings, in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.diagnostics.iter()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Whether an error was found.
    pub fn has_errors(&self) -> bool {
        self.iter().any(|found| found.severity() == Severity::Error)
    }

    /// The line and the column of a byte of the text, both from 1; columns count characters.
    pub fn line_column(&self, byte: usize) -> (usize, usize) {
        let before = up_to(&self.text, byte);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        (before.bytes().filter(|b| *b == b'\n').count() + 1, column)
    }
}

impl std::error::Error for Report {}

impl<'r> IntoIterator for &'r Report {
    type Item = &'r Diagnostic;
    type IntoIter = std::slice::Iter<'r, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Report {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.diagnostics.into_iter()
    }
}

/// Draws the report.
impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Draws the report.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = Lines::of(&self.text);
        for (n, diagnostic) in self.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            draw(f, self, &lines, diagnostic)?;
        }
        Ok(())
    }
}

/// How many characters of a long line are shown around what is marked.
const WINDOW: usize = 100;

fn draw(
    f: &mut fmt::Formatter<'_>,
    report: &Report,
    lines: &Lines<'_>,
    found: &Diagnostic,
) -> fmt::Result {
    let Diagnostic {
        rule,
        message,
        labels,
        help,
        origin,
        ..
    } = found;
    writeln!(
        f,
        "{}[{}]: {}",
        rule.severity.as_str(),
        rule.id,
        visible(message)
    )?;
    let mut marks: Vec<Mark<'_>> = labels
        .iter()
        .enumerate()
        .map(|(n, label)| lines.mark(label, n == 0))
        .collect();
    let width = marks
        .iter()
        .map(|mark| mark.line.to_string().len())
        .max()
        .unwrap_or(1);
    let gutter = " ".repeat(width);
    match marks.first() {
        Some(first) => writeln!(
            f,
            "{gutter}--> {}:{}:{}",
            report.name, first.line, first.column
        )?,
        None => writeln!(f, "{gutter}--> {}", report.name)?,
    }
    // In the order of the lines; what is foremost is told by its carets.
    marks.sort_by_key(|mark| (mark.line, mark.column));
    let mut drawn: Option<usize> = None;
    for mark in &marks {
        match drawn {
            None => writeln!(f, "{gutter} |")?,
            Some(line) if line + 1 < mark.line => writeln!(f, "{gutter}...")?,
            Some(_) => {}
        }
        let Excerpt {
            text,
            before,
            marked,
        } = excerpt(mark);
        if drawn != Some(mark.line) {
            writeln!(f, "{:>width$} | {text}", mark.line)?;
        }
        drawn = Some(mark.line);
        let caret = if mark.foremost { "^" } else { "-" };
        let carets = caret.repeat(marked);
        let note = visible(&mark.label.text);
        let line = format!("{gutter} | {}{carets} {note}", " ".repeat(before));
        writeln!(f, "{}", line.trim_end())?;
    }
    if let Some(help) = help {
        for (n, line) in help.lines().enumerate() {
            let lead = if n == 0 { "= help:" } else { "       " };
            writeln!(f, "{gutter} {lead} {}", visible(line))?;
        }
    }
    if let Some(origin) = origin {
        writeln!(
            f,
            "{gutter} = added at {}:{}:{}",
            origin.file(),
            origin.line(),
            origin.column()
        )?;
    }
    Ok(())
}

/// The beginnings of the lines of a text, so that a report of many findings is drawn in linear time.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Lines<'t> {
        let after = text
            .bytes()
            .enumerate()
            .filter(|(_, b)| *b == b'\n')
            .map(|(at, _)| at + 1);
        Lines {
            text,
            starts: std::iter::once(0).chain(after).collect(),
        }
    }

    fn mark<'l>(&self, label: &'l Label, foremost: bool) -> Mark<'l>
    where
        't: 'l,
    {
        let start = up_to(self.text, label.span.start).len();
        let line = self.starts.partition_point(|at| *at <= start).max(1);
        let line_start = self.starts.get(line - 1).copied().unwrap_or(0);
        let rest = self.text.get(line_start..).unwrap_or_default();
        let content = rest.split('\n').next().unwrap_or_default();
        let content = content.strip_suffix('\r').unwrap_or(content);
        let from = (start - line_start).min(content.len());
        // A mark ends with its line.
        let to = up_to(content, label.span.end.saturating_sub(line_start))
            .len()
            .max(from);
        let before = content.get(..from).unwrap_or_default();
        let marked = content.get(from..to).unwrap_or_default();
        let column = before.chars().count() + 1;
        Mark {
            line,
            column,
            content,
            before,
            marked,
            label,
            foremost,
        }
    }
}

struct Mark<'l> {
    line: usize,
    column: usize,
    content: &'l str,
    before: &'l str,
    marked: &'l str,
    label: &'l Label,
    foremost: bool,
}

/// A line as it is shown: all of it, or what is around the mark, with the columns before and under the mark.
struct Excerpt {
    text: String,
    before: usize,
    marked: usize,
}

fn excerpt(mark: &Mark<'_>) -> Excerpt {
    let total = mark.content.chars().count();
    let marked_chars = mark.marked.chars().count();
    if total <= 2 * WINDOW {
        let (before, marked) = (width(mark.before), width(mark.marked).max(1));
        return Excerpt {
            text: visible(mark.content),
            before,
            marked,
        };
    }
    let skip = (mark.column - 1).saturating_sub(WINDOW / 2);
    let take = WINDOW.min(total - skip);
    let shown: String = mark.content.chars().skip(skip).take(take).collect();
    let before: String = mark.before.chars().skip(skip).collect();
    let marked: String = mark.marked.chars().take(marked_chars.min(take)).collect();
    let lead = if skip > 0 { "…" } else { "" };
    let tail = if skip + take < total { "…" } else { "" };
    let room = width(&shown).saturating_sub(width(&before)).max(1);
    Excerpt {
        text: format!("{lead}{}{tail}", visible(&shown)),
        before: lead.chars().count() + width(&before),
        marked: width(&marked).clamp(1, room),
    }
}

/// Text for the terminal: control characters are spelled out, a tab is one blank.
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

fn width(text: &str) -> usize {
    text.chars()
        .map(|c| {
            if is_hidden(c) {
                c.escape_unicode().count()
            } else {
                1
            }
        })
        .sum()
}

/// Control characters, and those that change the direction or the look of what follows.
fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The text up to a byte, or to the character that it is inside of.
fn up_to(text: &str, byte: usize) -> &str {
    let mut end = byte.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
