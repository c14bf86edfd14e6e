//! Reports as data: for `serde`, with places that need no counting.

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::{Diagnostic, Label, Report, Suggestion};

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let found: Vec<Finding<'_>> = self.iter().map(|found| Finding(self, found)).collect();
        let mut out = serializer.serialize_struct("Report", 3)?;
        out.serialize_field("name", &self.name)?;
        out.serialize_field("text", &self.text)?;
        out.serialize_field("diagnostics", &found)?;
        out.end()
    }
}

struct Finding<'r>(&'r Report, &'r Diagnostic);

impl Serialize for Finding<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Finding(report, found) = self;
        let labels = found.labels.iter().map(|label| Mark::of(report, label));
        let suggestion = found.suggestion.as_ref();
        let mut out =
            serializer.serialize_struct("Diagnostic", 6 + usize::from(found.fragment.is_some()))?;
        out.serialize_field("rule", found.rule.id)?;
        out.serialize_field("severity", &found.severity())?;
        out.serialize_field("message", &found.message)?;
        out.serialize_field("labels", &labels.collect::<Vec<_>>())?;
        out.serialize_field("help", &found.help)?;
        out.serialize_field("suggestion", &suggestion.map(|edit| Edit::of(report, edit)))?;
        if let Some(name) = &found.fragment {
            out.serialize_field("fragment", name)?;
        }
        out.end()
    }
}

/// A span, in bytes from 0 and as line and column from 1.
#[derive(Serialize)]
struct Place {
    start: usize,
    end: usize,
    line: usize,
    column: usize,
}

impl Place {
    fn of(report: &Report, span: &std::ops::Range<usize>) -> Place {
        let (line, column) = report.line_column(span.start);
        Place {
            start: span.start,
            end: span.end,
            line,
            column,
        }
    }
}

#[derive(Serialize)]
struct Mark<'r> {
    span: Place,
    text: &'r str,
}

impl<'r> Mark<'r> {
    fn of(report: &Report, label: &'r Label) -> Mark<'r> {
        Mark {
            span: Place::of(report, &label.span),
            text: &label.text,
        }
    }
}

#[derive(Serialize)]
struct Edit<'r> {
    span: Place,
    replacement: &'r str,
}

impl<'r> Edit<'r> {
    fn of(report: &Report, edit: &'r Suggestion) -> Edit<'r> {
        Edit {
            span: Place::of(report, &edit.span),
            replacement: &edit.replacement,
        }
    }
}
