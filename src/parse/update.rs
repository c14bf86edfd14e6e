//! A text is changed to say what another model says, and keeps the bytes of what is the same.

use std::ops::Range;

use crate::diff::{Change, changes};
use crate::model::Dockerfile;
use crate::syntax::{At, Layout, Part};

/// A text that was read, its model as the writer writes it, and the edited model as the writer
/// writes it.
pub(super) struct Update<'t> {
    pub(super) line_end: &'static str,
    pub(super) source: Units<'t>,
    pub(super) old: Units<'t>,
    pub(super) new: Units<'t>,
}

impl Update<'_> {
    /// The text that says what the edited model says.
    pub(super) fn text(&self) -> String {
        let mut out = String::with_capacity(self.source.text.len() + 64);
        match self.old.head.trim() == self.new.head.trim() {
            true => out.push_str(self.source.head),
            false => self.push(self.new.head_span(), &mut out),
        }
        let (old_count, new_count) = (self.old.units.len(), self.new.units.len());
        let end = Change {
            old: (old_count, old_count),
            new: (new_count, new_count),
        };
        let (old_texts, new_texts) = (self.old.texts(), self.new.texts());
        let changes = changes(&old_texts, &new_texts);
        let (mut from, mut at) = (0, 0);
        for change in changes.into_iter().chain([end]) {
            while from < change.old.0 {
                self.keep(from, at, &mut out);
                (from, at) = (from + 1, at + 1);
            }
            // A unit takes the place of the next one of its kind, if there is any left.
            let mut left = [0_usize; 3];
            for unit in from..change.old.1 {
                if let Some(count) = left.get_mut(self.old.kind(unit)) {
                    *count += 1;
                }
            }
            for at in change.new.0..change.new.1 {
                let kind = self.new.kind(at);
                if left.get(kind).is_none_or(|count| *count == 0) {
                    self.push(self.new.span(at), &mut out);
                    continue;
                }
                loop {
                    let other = self.old.kind(from);
                    if let Some(count) = left.get_mut(other) {
                        *count = count.saturating_sub(1);
                    }
                    from += 1;
                    if other == kind || from >= change.old.1 {
                        break;
                    }
                }
                self.replace(from - 1, at, &mut out);
            }
            (from, at) = (change.old.1, change.new.1);
        }
        match self.old.tail().trim() == self.new.tail().trim() {
            true => out.push_str(self.source.tail()),
            false => self.push(self.new.tail_span(), &mut out),
        }
        out
    }

    /// Writes a part of the edited model.
    fn push(&self, span: Range<usize>, out: &mut String) {
        let bodies = &self.new.bodies;
        out.push_str(&with_line_ends(self.new.text, span, bodies, self.line_end));
    }

    /// Writes a unit that is the same in both, with the blank lines above that it now has.
    fn keep(&self, from: usize, at: usize, out: &mut String) {
        let (before, now) = (self.old.lead(from), self.new.lead(at));
        let text = self.source.unit(from);
        if before == now {
            return out.push_str(text);
        }
        let content = text.trim_start();
        let blanks = text.get(..text.len() - content.len()).unwrap_or_default();
        let indentation = blanks.rfind('\n').map_or(0, |at| at + 1);
        out.push_str(&self.line_end.repeat(now));
        out.push_str(text.get(indentation..).unwrap_or_default());
    }

    /// Writes a unit of the edited model in the place of one of the text, of which it keeps what it
    /// can.
    fn replace(&self, from: usize, at: usize, out: &mut String) {
        let span = self.new.span(at);
        if self.old.lead(from) != self.new.lead(at) {
            return self.push(span, out);
        }
        let start = self.new.start(at);
        let (old_above, new_above) = (self.old.above(from), self.new.above(at));
        if old_above.trim() == new_above.trim() {
            out.push_str(self.source.above(from));
            return match self.named(from, at) {
                Some(named) => out.push_str(&named),
                None => self.push(start..span.end, out),
            };
        }
        let text = self.source.unit(from);
        let blanks = text.len() - text.trim_start().len();
        let lines = text.get(..blanks).unwrap_or_default();
        let lines = lines.rfind('\n').map_or(0, |at| at + 1);
        out.push_str(text.get(..lines).unwrap_or_default());
        self.push(span.start + self.new.lead(at)..span.end, out);
    }

    /// A FROM of the text that has got a name, and is as it was for the rest.
    fn named(&self, from: usize, at: usize) -> Option<String> {
        let added = self
            .new
            .instruction(at)
            .strip_prefix(self.old.instruction(from))?;
        let name = added.strip_prefix(" AS ")?;
        let source = self.source.instruction(from);
        let upper = source.starts_with('F');
        Some(format!(
            "{source} {} {name}",
            if upper { "AS" } else { "as" }
        ))
    }
}

/// A part of a draft with the line ends of a text, but for the bodies of heredocs: there they are
/// content.
pub(super) fn with_line_ends(
    draft: &str,
    span: Range<usize>,
    bodies: &[Range<usize>],
    line_end: &str,
) -> String {
    if line_end == "\n" {
        return draft.get(span).unwrap_or_default().to_owned();
    }
    let mut out = String::with_capacity(span.len());
    let mut at = span.start;
    let first = bodies.partition_point(|body| body.start < span.start);
    let within = bodies.get(first..).unwrap_or_default().iter();
    let end = span.end..span.end;
    for body in within.take_while(|body| body.end <= span.end).chain([&end]) {
        let lines = draft.get(at..body.start).unwrap_or_default();
        out.push_str(&lines.replace('\n', line_end));
        out.push_str(draft.get(body.clone()).unwrap_or_default());
        at = body.end;
    }
    out
}

/// A text as a list of units: an instruction with what is above it, from the end of the one before.
pub(super) struct Units<'t> {
    text: &'t str,
    /// Directives and header.
    head: &'t str,
    units: Vec<Unit>,
    /// The bodies of the heredocs.
    bodies: Vec<Range<usize>>,
}

struct Unit {
    at: At,
    /// The range of the instruction.
    start: usize,
    end: usize,
}

impl<'t> Units<'t> {
    /// The units of a text, by where the parts of its model are.
    pub(super) fn of(file: &Dockerfile, text: &'t str, layout: &Layout) -> Units<'t> {
        let mut places: Vec<At> = (0..file.args.len()).map(At::Arg).collect();
        for (stage, it) in file.stages.iter().enumerate() {
            places.push(At::From(stage));
            places.extend((0..it.steps.len()).map(|step| At::Step { stage, step }));
        }
        let first = places.first().and_then(|first| layout.start(*first));
        let above = text.get(..first.unwrap_or(text.len())).unwrap_or_default();
        // The line that it is on, with what indents it.
        let head = match first {
            Some(_) => above.rfind('\n').map_or(0, |at| at + 1),
            None => text.len(),
        };
        let head = above.get(..head).unwrap_or_default();
        let mut units = Vec::with_capacity(places.len());
        let mut end = head.len();
        for at in places {
            let whole = layout.span(at, Part::Whole).unwrap_or(end..end);
            let start = whole.start.max(end);
            end = whole.end.max(start);
            units.push(Unit { at, start, end });
        }
        Units {
            text,
            head,
            units,
            bodies: layout.bodies(),
        }
    }

    /// The kind of the unit, as a number up to 2.
    fn kind(&self, n: usize) -> usize {
        match self.units.get(n).map(|unit| unit.at) {
            Some(At::Arg(_)) => 0,
            Some(At::From(_)) => 1,
            _ => 2,
        }
    }

    fn head_span(&self) -> Range<usize> {
        0..self.head.len()
    }

    fn span(&self, n: usize) -> Range<usize> {
        let before = n.checked_sub(1).and_then(|n| self.units.get(n));
        let start = before.map_or(self.head.len(), |unit| unit.end);
        start..self.units.get(n).map_or(start, |unit| unit.end)
    }

    fn start(&self, n: usize) -> usize {
        self.units.get(n).map_or(self.text.len(), |unit| unit.start)
    }

    fn tail_span(&self) -> Range<usize> {
        self.units.last().map_or(self.head.len(), |unit| unit.end)..self.text.len()
    }

    fn tail(&self) -> &'t str {
        self.text.get(self.tail_span()).unwrap_or_default()
    }

    /// The text of a unit: the space between it and the unit before, its comments, its instruction.
    pub(super) fn unit(&self, n: usize) -> &'t str {
        self.text.get(self.span(n)).unwrap_or_default()
    }

    fn above(&self, n: usize) -> &'t str {
        let start = self.span(n).start;
        self.text.get(start..self.start(n)).unwrap_or_default()
    }

    fn instruction(&self, n: usize) -> &'t str {
        let end = self.span(n).end;
        self.text.get(self.start(n)..end).unwrap_or_default()
    }

    /// With how many line ends a unit begins.
    fn lead(&self, n: usize) -> usize {
        let text = self.unit(n);
        text.len() - text.trim_start_matches('\n').len()
    }

    /// The texts that are compared: the units, without the space between them.
    fn texts(&self) -> Vec<&'t str> {
        let units = 0..self.units.len();
        units
            .map(|n| self.unit(n).trim_start_matches('\n'))
            .collect()
    }

    /// The place of the first unit that is another one in a text, in words too, and what is there
    /// in both.
    pub(super) fn first_difference<'u>(&self, other: &Units<'u>) -> (At, String, &'t str, &'u str) {
        if self.head != other.head {
            return (
                At::File,
                "the head of the file".to_owned(),
                self.head,
                other.head,
            );
        }
        let units = 0..self.units.len().max(other.units.len());
        let differs = |n: &usize| self.unit(*n) != other.unit(*n);
        let Some(n) = units.into_iter().find(differs) else {
            let place = "the end of the file".to_owned();
            return (At::File, place, self.tail(), other.tail());
        };
        let at = self.units.get(n).map_or(At::File, |unit| unit.at);
        let place = match at {
            At::Arg(_) => "a global ARG".to_owned(),
            At::From(stage) => format!("the FROM of stage {stage}"),
            At::Step { stage, .. } => format!("an instruction of stage {stage}"),
            At::File => "the end of the file".to_owned(),
        };
        (at, place, self.unit(n), other.unit(n))
    }
}
