//! Reports as data: for `serde`, with places that need no counting.

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::{Diagnostic, Group, Label, Report, Rule, Severity, Suggestion};

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
        let labels = found.labels.iter().map(|label| Mark::label(report, label));
        let suggestion = found.suggestion.as_ref();
        let mut out =
            serializer.serialize_struct("Diagnostic", 6 + usize::from(found.fragment.is_some()))?;
        out.serialize_field("rule", found.rule.id)?;
        out.serialize_field("severity", &found.severity())?;
        out.serialize_field("message", &found.message)?;
        out.serialize_field("labels", &labels.collect::<Vec<_>>())?;
        out.serialize_field("help", &found.help)?;
        out.serialize_field(
            "suggestion",
            &suggestion.map(|edit| Mark::edit(report, edit)),
        )?;
        if let Some(name) = &found.fragment {
            out.serialize_field("fragment", name)?;
        }
        out.end()
    }
}

/// A span, in bytes from 0 and as line and column from 1.
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

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Place", 4)?;
        out.serialize_field("start", &self.start)?;
        out.serialize_field("end", &self.end)?;
        out.serialize_field("line", &self.line)?;
        out.serialize_field("column", &self.column)?;
        out.end()
    }
}

/// A place, and a text about it under its own key.
struct Mark<'r> {
    span: Place,
    key: &'static str,
    text: &'r str,
}

impl<'r> Mark<'r> {
    fn label(report: &Report, label: &'r Label) -> Mark<'r> {
        Mark {
            span: Place::of(report, &label.span),
            key: "text",
            text: &label.text,
        }
    }

    fn edit(report: &Report, edit: &'r Suggestion) -> Mark<'r> {
        Mark {
            span: Place::of(report, &edit.span),
            key: "replacement",
            text: &edit.replacement,
        }
    }
}

impl Serialize for Mark<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Mark", 2)?;
        out.serialize_field("span", &self.span)?;
        out.serialize_field(self.key, self.text)?;
        out.end()
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Rule", 7)?;
        out.serialize_field("id", self.id)?;
        out.serialize_field("severity", &self.severity)?;
        out.serialize_field("summary", self.summary)?;
        out.serialize_field("docs", self.docs)?;
        out.serialize_field("also", self.also)?;
        out.serialize_field("can_be_allowed", &self.can_be_allowed)?;
        out.serialize_field("group", self.group.as_str())?;
        out.end()
    }
}

impl Serialize for Group {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
