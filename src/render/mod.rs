//! Draft → graph → rules → text or report: the one gate through which text leaves.

mod draft;

pub use self::draft::Style;
pub(crate) use self::draft::{draft, draft_with_places};

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Label, Report, Severity, Suggestion};
use crate::edges::Graph;
use crate::model::{Dockerfile, Origin};
use crate::rules::{self, Context, Edit, Finding, Narrow};
use crate::syntax::{At, Layout, Part, Problem};

impl Dockerfile {
    /// Returns the text of the file, or a report of every mistake. Warnings are not reported.
    ///
    /// Equal files render to the same bytes.
    ///
    /// # Errors
    ///
    /// A reference to a stage that does not exist or comes later, a text that its position cannot
    /// hold, and the other errors that [`rules`](crate::check::rules) lists: all of them, in one
    /// [`Report`].
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").workdir("/srv").cmd(["date"]));
    /// assert_eq!(file.render()?, "FROM alpine\nWORKDIR /srv\nCMD [\"date\"]\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn render(&self) -> Result<String, Report> {
        self.render_with(Style::default())
    }

    /// Returns the text in another output style: see [`Style`] for an example.
    ///
    /// # Errors
    ///
    /// The same as for [`render`](Dockerfile::render).
    pub fn render_with(&self, style: Style) -> Result<String, Report> {
        if self.has_waiting() {
            return self.placed().render_with(style);
        }
        let draft = draft::draft(self, style);
        if find(self, &draft.problems, Severity::Error).is_empty() {
            Ok(draft.text)
        } else {
            Err(report(self, style))
        }
    }
}

fn find(file: &Dockerfile, problems: &[Problem], least: Severity) -> Vec<Finding> {
    let context = Context {
        file,
        graph: Graph::of(file),
        problems,
        engine: file.beside.engine,
    };
    rules::run(&context, least)
}

/// Drafts the file once more, noting where everything is, and points the findings there.
fn report(file: &Dockerfile, style: Style) -> Report {
    let draft = draft::draft_with_places(file, style);
    let layout = draft.layout.unwrap_or_default();
    let findings = find(file, &draft.problems, Severity::Warning);
    let diagnostics = findings
        .into_iter()
        .map(|finding| locate(finding, file, &draft.text, &layout))
        .collect();
    Report::new(draft.text, diagnostics).with_name(file.beside.report_name())
}

/// A finding in terms of a text.
pub(crate) fn locate(
    finding: Finding,
    file: &Dockerfile,
    text: &str,
    layout: &Layout,
) -> Diagnostic {
    // What has no place of its own is shown at the keyword.
    let span = |at: At, part: Part| {
        let fallback = || {
            layout
                .span(at, Part::Keyword)
                .or_else(|| layout.span(at, Part::Whole))
        };
        layout.span(at, part).or_else(fallback)
    };
    let origin = finding
        .labels
        .first()
        .and_then(|place| origin(file, place.at));
    let labels = finding.labels.into_iter().filter_map(|place| {
        Some(Label {
            span: narrow(text, span(place.at, place.part)?, &place.narrow),
            text: place.text,
        })
    });
    let labels = labels.collect();
    let suggestion = finding.edit.and_then(|edit| suggestion(edit, text, layout));
    Diagnostic {
        rule: finding.rule,
        severity: finding.severity,
        message: finding.message,
        labels,
        help: finding.help,
        suggestion,
        origin: origin.and_then(|(line, _)| line.location()),
        fragment: origin.and_then(|(_, fragment)| fragment).map(str::to_owned),
    }
}

/// A change in terms of a text.
fn suggestion(edit: Edit, text: &str, layout: &Layout) -> Option<Suggestion> {
    let (span, replacement) = match edit {
        Edit::Replace(at, part, replacement) => (layout.span(at, part)?, replacement),
        Edit::Bytes(span, replacement) => (span, replacement),
        Edit::Remove(at, part) => {
            let span = layout.span(at, part)?;
            let behind = text.get(span.end..)?;
            let blanks = behind.len() - behind.trim_start_matches([' ', '\t']).len();
            (span.start..span.end + blanks, String::new())
        }
    };
    Some(Suggestion { span, replacement })
}

/// The piece of a span that is meant.
fn narrow(text: &str, span: Range<usize>, narrow: &Narrow) -> Range<usize> {
    let content = text.get(span.clone()).unwrap_or_default();
    let piece = |from: usize, len: usize| span.start + from..span.start + from + len;
    let lines = || {
        content.split('\n').scan(0, |next, line| {
            let start = *next;
            *next += line.len() + 1;
            Some((start, line))
        })
    };
    let found = match narrow {
        Narrow::No => None,
        Narrow::Text(texts) => texts
            .iter()
            .find_map(|text| Some(piece(content.find(text.as_str())?, text.len()))),
        Narrow::Line(wanted) => lines()
            .find(|(_, line)| line.trim() == wanted)
            .map(|(start, line)| piece(start, line.len())),
        Narrow::Variable(name) => {
            variable(content, name).map(|found| piece(found.start, found.len()))
        }
        Narrow::End => content
            .char_indices()
            .next_back()
            .map(|(start, c)| piece(start, c.len_utf8())),
        Narrow::Longest => lines()
            .max_by_key(|(_, line)| line.len())
            .map(|(start, line)| piece(start, line.len())),
    };
    found.unwrap_or(span)
}

/// The range in which a text uses a variable: `$NAME`, or the beginning of `${NAME...}` up to the
/// name's end, with a brace that follows.
fn variable(text: &str, name: &str) -> Option<Range<usize>> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find('$') {
        let start = from + at;
        from = start + 1;
        let behind = text.get(from..)?;
        let (brace, rest) = match behind.strip_prefix('{') {
            Some(rest) => (1, rest),
            None => (0, behind),
        };
        let Some(after) = rest.strip_prefix(name) else {
            continue;
        };
        if after.starts_with(|c: char| c == '_' || c.is_alphanumeric()) {
            continue;
        }
        let close = usize::from(brace == 1 && after.starts_with('}'));
        return Some(start..from + brace + name.len() + close);
    }
    None
}

/// The line of Rust that added something, and the fragment that it came from.
fn origin(file: &Dockerfile, at: At) -> Option<(Origin, Option<&str>)> {
    match at {
        At::File => None,
        At::Arg(arg) => {
            let arg = file.args.get(arg)?;
            Some((arg.origin, arg.fragment()))
        }
        At::From(stage) => Some((file.stages.get(stage)?.origin, None)),
        At::Step { stage, step } => {
            let step = file.stages.get(stage)?.steps.get(step)?;
            Some((step.origin, step.fragment()))
        }
    }
}
