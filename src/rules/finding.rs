//! `Finding`: what a rule found, in terms of the model.

use std::ops::Range;

use crate::diagnostic::{Rule, Severity};
use crate::edges::Reference;
use crate::limits;
use crate::syntax::{At, Part};

/// A finding of a rule, in terms of the model.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) rule: &'static Rule,
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) labels: Vec<Place>,
    pub(crate) help: Option<String>,
    pub(crate) edit: Option<Edit>,
    /// The instruction whose comments can disable it, if that is not the one it points at.
    pub(crate) decided_at: Option<At>,
}

/// A place that a finding points at, and what is there.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) at: At,
    pub(crate) part: Part,
    pub(crate) narrow: Narrow,
    pub(crate) text: String,
}

/// A change of the text that mends what was found.
#[derive(Debug)]
pub(crate) enum Edit {
    /// A part becomes another text.
    Replace(At, Part, String),
    /// A part goes, with the spaces after it.
    Remove(At, Part),
    /// Some bytes of a text that was read become others.
    Bytes(Range<usize>, String),
}

/// The piece of a part that is meant.
#[derive(Debug)]
pub(crate) enum Narrow {
    /// All of it.
    No,
    /// The first of these texts that is in it.
    Text(Vec<String>),
    /// The first line of exactly this text, without the spaces around it.
    Line(String),
    /// The first use of the variable of this name.
    Variable(String),
    /// The longest line.
    Longest,
    /// The last character.
    End,
}

impl Finding {
    pub(crate) fn new(rule: &'static Rule, message: impl Into<String>) -> Finding {
        Finding {
            rule,
            severity: rule.severity,
            message: exact(message.into()),
            labels: Vec::new(),
            help: None,
            edit: None,
            decided_at: None,
        }
    }

    /// Points at a part; the first one is the primary label.
    #[must_use]
    pub(crate) fn at(mut self, at: At, part: Part, text: impl Into<String>) -> Finding {
        // Most point at one place.
        if self.labels.is_empty() {
            self.labels.reserve_exact(1);
        }
        self.labels.push(Place {
            at,
            part,
            narrow: Narrow::No,
            text: text.into(),
        });
        self
    }

    /// Says which piece of the part that was named last is meant.
    #[must_use]
    pub(crate) fn narrow(mut self, narrow: Narrow) -> Finding {
        if let Some(last) = self.labels.last_mut() {
            last.narrow = narrow;
        }
        self
    }

    /// The same, as something that is legal.
    #[must_use]
    pub(crate) fn warning(mut self) -> Finding {
        self.severity = Severity::Warning;
        self
    }

    /// Points at the stage that triggers a reference of an ONBUILD.
    #[must_use]
    pub(crate) fn triggered(self, reference: &Reference<'_>) -> Finding {
        match reference.declared_in() {
            None => self,
            Some(_) => self.at(At::From(reference.stage()), Part::Base, "triggered here"),
        }
    }

    /// Says what to do.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(exact(help.into()));
        self
    }

    /// Replaces a part.
    #[must_use]
    pub(crate) fn replace(self, at: At, part: Part, text: impl Into<String>) -> Finding {
        self.edit(Some(Edit::Replace(at, part, text.into())))
    }

    /// Changes the text, where it is certain how.
    #[must_use]
    pub(crate) fn edit(mut self, edit: Option<Edit>) -> Finding {
        self.edit = edit;
        self
    }

    /// Has the comments of another instruction decide.
    #[must_use]
    pub(crate) fn decided_at(mut self, at: At) -> Finding {
        self.decided_at = Some(at);
        self
    }
}

/// A text without room for more: `format!` makes twice the room, and a large file can have many
/// findings.
fn exact(mut text: String) -> String {
    text.shrink_to_fit();
    text
}

/// The findings of the checks so far.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) list: Vec<Finding>,
    searches: usize,
}

impl Findings {
    pub(crate) fn add(&mut self, finding: Finding) {
        self.list.push(finding);
    }

    /// The name that a misspelt one is nearest to. A report of very many findings does not ask for
    /// each.
    pub(crate) fn nearest<'n>(
        &mut self,
        name: &str,
        names: impl Iterator<Item = &'n str>,
    ) -> Option<&'n str> {
        self.searches += 1;
        if self.searches > limits::SUGGESTIONS {
            None
        } else {
            super::nearest(name, names.take(limits::SUGGESTED_NAMES))
        }
    }
}
