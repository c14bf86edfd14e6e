//! `Finding`: what a rule found, in terms of the model.

use std::ops::Range;

use super::build::{failing_expansion, invalid_expanded_value};
use crate::diagnostic::{Rule, Severity};
use crate::graph::Reference;
use crate::scope::Note;
use crate::syntax::{At, Part};

/// What a rule found, in terms of the model.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) rule: &'static Rule,
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) labels: Vec<Place>,
    pub(crate) help: Option<String>,
    pub(crate) edit: Option<Edit>,
    /// The instruction whose comments can set it aside, where that is not the one it points at.
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
    /// A part goes, with the blanks behind it.
    Remove(At, Part),
    /// Some bytes of a text that was read become others.
    Bytes(Range<usize>, String),
}

/// Which piece of a part is meant.
#[derive(Debug)]
pub(crate) enum Narrow {
    /// All of it.
    No,
    /// The first of these texts that stands in it.
    Text(Vec<String>),
    /// The first line of exactly this text, blanks around it aside.
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
            message: message.into(),
            labels: Vec::new(),
            help: None,
            edit: None,
            decided_at: None,
        }
    }

    /// Whether this is what Docker refuses once it has expanded a value.
    pub(crate) fn comes_of_the_build(&self) -> bool {
        [&failing_expansion::RULE, &invalid_expanded_value::RULE]
            .iter()
            .any(|rule| rule.id == self.rule.id)
    }

    /// Points at a part; the first one is foremost.
    #[must_use]
    pub(crate) fn at(mut self, at: At, part: Part, text: impl Into<String>) -> Finding {
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

    /// Something that was noticed while the stages were worked out.
    pub(crate) fn noted(
        rule: &'static Rule,
        note: &Note,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Finding {
        let mut finding = Finding::new(rule, message).at(note.at, note.part, label);
        if let Some(declared_at) = note.declared_at {
            // The comments of FROM say nothing of what the base triggers.
            finding.decided_at = Some(At::File);
            if declared_at != At::File {
                finding = finding.at(declared_at, Part::Trigger, "triggered by this");
            }
        }
        finding
    }

    /// Points at the stage that triggers a reference of an ONBUILD.
    #[must_use]
    pub(crate) fn triggered(self, reference: &Reference<'_>) -> Finding {
        match reference.declared_in {
            None => self,
            Some(_) => self.at(At::From(reference.stage), Part::Base, "triggered here"),
        }
    }

    /// Says what to do.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
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

/// What the checks have found so far.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) list: Vec<Finding>,
    searches: usize,
}

impl Findings {
    pub(crate) fn add(&mut self, finding: Finding) {
        self.list.push(finding);
    }

    /// The name that a misspelt one is nearest to. A report of very many findings does not ask for each.
    pub(crate) fn nearest<'n>(
        &mut self,
        name: &str,
        names: impl Iterator<Item = &'n str>,
    ) -> Option<&'n str> {
        const SEARCHES: usize = 100;
        const NAMES: usize = 1000;
        self.searches += 1;
        if self.searches > SEARCHES {
            None
        } else {
            super::nearest(name, names.take(NAMES))
        }
    }
}
