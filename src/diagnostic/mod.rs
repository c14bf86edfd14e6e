//! Reports: a [`Report`] holds findings, each a [`Diagnostic`] of a [`Rule`] with the places in the
//! text that it is about.

use std::fmt;
use std::ops::Range;
use std::panic::Location;
use std::sync::OnceLock;

mod draw;
mod lines;
#[cfg(feature = "serde")]
mod serialize;
mod width;

use self::lines::Lines;
use crate::order::order;

/// A rule, which says what a [`Diagnostic`] is about. The id of a rule never changes its meaning.
///
/// [`check::rules`](crate::check::rules) lists the rules of the crate; [`new`](Rule::new) creates
/// one of your own.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The name of the bad pattern, in kebab case: `unknown-stage`.
    pub id: &'static str,
    /// The severity of its findings, unless a check changes it.
    pub severity: Severity,
    /// A summary, in one line.
    pub summary: &'static str,
    /// The page about it, in Markdown.
    pub docs: &'static str,
    /// The names that other tools have for it: `buildkit:DuplicateStageName`, `hadolint:DL3024`.
    pub also: &'static [&'static str],
    /// `true` if [`Dockerfile::allow`](crate::Dockerfile::allow) can disable it.
    pub can_be_allowed: bool,
    /// The group, which says when the rule is checked.
    pub group: Group,
    /// The level that the rule looks at.
    pub(crate) level: Level,
    /// The findings of other rules that say the same and less.
    pub(crate) replaces: &'static [Replaced],
}

/// The level that a rule looks at. It decides which comments disable the rule, and where the rule
/// would repeat an error of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// A single instruction, whose comments can disable the rule.
    Instruction,
    /// The file as a whole: Docker reports this before it looks at the comments of an instruction.
    File,
    /// A value as the build expands it: not reported again where the model is wrong already.
    Build,
}

/// A rule whose findings are left out where another rule reports the same mistake.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Replaced {
    pub(crate) rule: &'static Rule,
    pub(crate) same: Same,
}

/// The condition under which findings of two rules are about the same mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Same {
    /// They point at the same part.
    Part,
    /// They are about the same variable in the same instruction.
    Variable,
    /// They are about the same variable in the same stage.
    VariableOfStage,
}

impl Rule {
    /// Creates a rule of your own, for [`Checker::rule`](crate::check::Checker::rule), which has an
    /// example. The id is in kebab case and names what is bad; the summary says what it is in one
    /// line.
    pub const fn new(id: &'static str, severity: Severity, summary: &'static str) -> Rule {
        Rule {
            id,
            severity,
            summary,
            docs: "",
            also: &[],
            can_be_allowed: true,
            group: Group::Default,
            level: Level::Instruction,
            replaces: &[],
        }
    }

    /// Returns BuildKit's name of the rule if it is one of the checks of `docker build --check`,
    /// such as `JSONArgsRecommended`.
    pub fn buildkit_name(&self) -> Option<&'static str> {
        self.also
            .iter()
            .find_map(|name| name.strip_prefix("buildkit:"))
    }
}

/// The group of a rule: it says when the rule is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Group {
    /// Always.
    Default,
    /// Only with [`Checker::group`](crate::check::Checker::group): it also fires on good files.
    Pedantic,
    /// Only with [`Checker::group`](crate::check::Checker::group), or if the file switches it on:
    /// BuildKit's experimental checks.
    Experimental,
}

impl Group {
    /// Returns the name of the group: `default`, `pedantic` or `experimental`.
    pub fn as_str(self) -> &'static str {
        match self {
            Group::Default => "default",
            Group::Pedantic => "pedantic",
            Group::Experimental => "experimental",
        }
    }
}

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Legal, but suspicious.
    Warning,
    /// `docker build` would fail, or would do something other than the model says.
    Error,
}

impl Severity {
    /// Returns `warning` or `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A finding of a [`Report`]: the rule, the message, the places in the text, and the help.
///
/// ```
/// use multistage::{Dockerfile, Stage};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("alpine").env("PRICE", "$5"));
/// let report = file.render().unwrap_err();
///
/// let found = &report.diagnostics()[0];
/// assert!(found.is_error());
/// assert_eq!(found.rule.id, "undecided-dollar");
/// assert_eq!(found.message, "the value of ENV `PRICE` has a `$` that Docker would expand");
/// assert_eq!(found.labels[0].text, "text or variable?");
/// assert_eq!(report.line_column(found.labels[0].span.start), (2, 11));
/// assert!(found.origin.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The rule that it is about.
    pub rule: &'static Rule,
    pub(crate) severity: Severity,
    /// The message, in one line.
    pub message: String,
    /// The source labels; the first is the primary one. Empty if the finding is about the whole
    /// file.
    pub labels: Vec<Label>,
    /// The help: what to write instead.
    pub help: Option<String>,
    /// The edit that mends it, where it is certain.
    pub suggestion: Option<Suggestion>,
    /// The line of Rust that added the instruction, where a builder did.
    pub origin: Option<&'static Location<'static>>,
    /// The name of the [`Fragment`](crate::Fragment) that the instruction came from, where it has
    /// one.
    pub fragment: Option<String>,
}

impl Diagnostic {
    /// Returns the severity: that of the rule, or the one that a [`Checker`](crate::check::Checker)
    /// sets.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Returns `true` for an error. [`render`](crate::Dockerfile::render) returns no text while
    /// there is one.
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }

    /// Returns the bytes of the primary label, or `None` if the finding is about the whole file.
    pub fn span(&self) -> Option<Range<usize>> {
        self.labels.first().map(|label| label.span.clone())
    }
}

/// A place in the text of a report, with the text after its carets. See [`Diagnostic`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// The bytes that are meant.
    pub span: Range<usize>,
    /// The text beside the carets.
    pub text: String,
}

/// An edit of the text of a report that is certain to be right: [`Report::fixed`] applies it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suggestion {
    /// The bytes that are replaced.
    pub span: Range<usize>,
    /// The replacement.
    pub replacement: String,
}

/// Everything that was found in a file, with the text that it points into: the text that was read,
/// or the text that would have been written.
///
/// It is an error, it can be iterated, and both `Display` and `Debug` render it:
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
///
/// With the feature `serde` it serialises to its name, its text and its findings, each with the id
/// of its rule, its severity, and labels that have line and column.
#[must_use = "a report may hold errors"]
#[derive(Clone)]
pub struct Report {
    name: String,
    text: String,
    /// Found out where it is asked for first.
    lines: OnceLock<Box<Lines>>,
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// A report on a text, in the order of the text.
    pub(crate) fn new(text: String, diagnostics: Vec<Diagnostic>) -> Report {
        let key = |n: usize| {
            let found = diagnostics.get(n)?;
            let span = found.span().map(|span| (span.start, span.end));
            Some((span, found.rule.id))
        };
        let order = order(diagnostics.len(), &|a, b| key(a).cmp(&key(b)));
        let mut given: Vec<Option<Diagnostic>> = diagnostics.into_iter().map(Some).collect();
        let mut diagnostics = Vec::with_capacity(given.len());
        for n in order {
            diagnostics.extend(given.get_mut(n).and_then(Option::take));
        }
        diagnostics
            .dedup_by(|b, a| a.rule == b.rule && a.message == b.message && a.labels == b.labels);
        Report {
            name: "Dockerfile".to_owned(),
            lines: OnceLock::new(),
            text,
            diagnostics,
        }
    }

    /// Returns the report with another name for the file, such as its path.
    ///
    /// ```
    /// # use multistage::Dockerfile;
    /// let report = Dockerfile::new().render().unwrap_err().with_name("docker/Dockerfile.prod");
    /// assert!(report.to_string().contains("--> docker/Dockerfile.prod"));
    /// ```
    pub fn with_name(mut self, name: impl Into<String>) -> Report {
        self.name = name.into();
        self
    }

    /// Returns the report without the lines of Rust, so that a test can compare it. The names of
    /// fragments stay.
    pub fn without_origins(mut self) -> Report {
        for diagnostic in &mut self.diagnostics {
            diagnostic.origin = None;
        }
        self
    }

    /// Returns the report as `Display` renders it, with ANSI colours for a terminal.
    ///
    /// The caller decides whether the reader has a terminal; the `anstream` crate does it for a
    /// whole program.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine:"));
    /// let report = file.render().unwrap_err();
    /// let colored = report.colored().to_string();
    /// assert!(colored.starts_with("\u{1b}[1;31merror[invalid-image]\u{1b}[0m: "));
    /// ```
    pub fn colored(&self) -> impl fmt::Display + '_ {
        Colored(self)
    }

    /// Returns the name of the file: `Dockerfile` unless changed. For a model that was read it is
    /// `Dockerfile (as rendered)`, because the lines are those of the rendered text, not those of
    /// the text that was read.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the text that the spans point into. If it has errors, it is not a Dockerfile to use:
    /// a value that cannot be written is a placeholder in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the findings, in the order of the text; those about the whole file come first.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Returns an iterator over the findings, in the order of [`diagnostics`](Report::diagnostics).
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.diagnostics.iter()
    }

    /// Returns the errors, in the order of the text.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.iter().filter(|found| found.is_error())
    }

    /// Returns the warnings, in the order of the text.
    pub fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.iter().filter(|found| !found.is_error())
    }

    /// Returns the number of findings, errors and warnings.
    pub fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// Returns `true` if the report has no finding.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Returns `true` if a finding is an error.
    pub fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }

    /// Returns the text with every edit that is certain; of two that meet, the first one. Nothing
    /// but these bytes is changed.
    ///
    /// ```
    /// # #[cfg(feature = "check")] {
    /// use multistage::{check::Checker, Parsed};
    ///
    /// let parsed = Parsed::new("FROM alpine\nEXPOSE 80/TCP\n");
    /// assert_eq!(parsed.check(&Checker::new()).fixed(), "FROM alpine\nEXPOSE 80/tcp\n");
    /// # }
    /// ```
    pub fn fixed(&self) -> String {
        let edits: Vec<&Suggestion> = self
            .iter()
            .filter_map(|found| found.suggestion.as_ref())
            .collect();
        let order = order(edits.len(), &|a, b| {
            let span = |n: usize| edits.get(n).map(|edit| (edit.span.start, edit.span.end));
            span(a).cmp(&span(b))
        });
        let mut out = String::with_capacity(self.text.len());
        let mut from = 0;
        for edit in order.iter().filter_map(|n| edits.get(*n)) {
            let Some(before) = self.text.get(from..edit.span.start) else {
                continue;
            };
            out.push_str(before);
            out.push_str(&edit.replacement);
            from = edit.span.end;
        }
        out.push_str(self.text.get(from..).unwrap_or_default());
        out
    }

    /// Returns the line and the column of a byte of the text, both from 1. Columns count
    /// characters. A byte after the end counts as the end.
    pub fn line_column(&self, byte: usize) -> (usize, usize) {
        self.lines().line_column(&self.text, byte)
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Box::new(Lines::of(&self.text)))
    }
}

impl PartialEq for Report {
    fn eq(&self, other: &Report) -> bool {
        (&self.name, &self.text, &self.diagnostics)
            == (&other.name, &other.text, &other.diagnostics)
    }
}

impl Eq for Report {}

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

/// Renders the report.
impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Renders the report.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        draw::report(f, self, draw::Paint::Plain)
    }
}

/// A report as it is rendered for a terminal, by [`Report::colored`].
struct Colored<'r>(&'r Report);

impl fmt::Display for Colored<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        draw::report(f, self.0, draw::Paint::Ansi)
    }
}
