//! The rules: the table that pairs each with its check, and what a check works with.
//!
//! One file a rule: its page, its data, its check. A check adds [`Finding`]s, which name places of the model;
//! `validate` finds out where those stand in the text.

mod reading;
mod undecided_dollar;
mod unencodable_text;
mod unknown_stage;

use crate::diagnostic::{Rule, Severity};
use crate::graph::Graph;
use crate::model::Dockerfile;
use crate::syntax::suggest::nearest;
use crate::syntax::{At, Part, Problem, RefusalKind};

/// The rule about something that the reader refused.
pub(crate) fn of_refusal(kind: RefusalKind) -> &'static Rule {
    reading::rule(kind)
}

/// Every rule and its check, by id.
static RULES: &[(&Rule, Check)] = &[
    (&undecided_dollar::RULE, undecided_dollar::check),
    (&unencodable_text::RULE, unencodable_text::check),
    (&unknown_stage::RULE, unknown_stage::check),
];

/// The rules that a file is checked against, by id.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES
        .iter()
        .map(|(rule, _)| *rule)
        .chain(reading::RULES.iter().copied())
}

pub(crate) type Check = fn(&Context<'_>, &mut Findings);

/// What a check looks at.
#[derive(Debug)]
pub(crate) struct Context<'m> {
    pub(crate) file: &'m Dockerfile,
    pub(crate) graph: Graph<'m>,
    /// What the writer, or the reader, could not do.
    pub(crate) problems: &'m [Problem],
}

/// What a rule found, in terms of the model.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) rule: &'static Rule,
    pub(crate) message: String,
    pub(crate) labels: Vec<(At, Part, String)>,
    pub(crate) help: Option<String>,
    pub(crate) suggestion: Option<(At, Part, String)>,
}

impl Finding {
    pub(crate) fn new(rule: &'static Rule, message: impl Into<String>) -> Finding {
        Finding {
            rule,
            message: message.into(),
            labels: Vec::new(),
            help: None,
            suggestion: None,
        }
    }

    /// Points at a part; the first one is foremost.
    #[must_use]
    pub(crate) fn at(mut self, at: At, part: Part, text: impl Into<String>) -> Finding {
        self.labels.push((at, part, text.into()));
        self
    }

    /// Says what to do.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }

    /// Replaces a part.
    #[must_use]
    pub(crate) fn replace(mut self, at: At, part: Part, text: impl Into<String>) -> Finding {
        self.suggestion = Some((at, part, text.into()));
        self
    }
}

/// What the checks have found so far.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) list: Vec<Finding>,
    nearest: usize,
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
        const MANY: usize = 100;
        self.nearest += 1;
        if self.nearest > MANY {
            None
        } else {
            nearest(name, names.take(10 * MANY))
        }
    }
}

/// Runs the rules of at least a severity that have not been set aside.
pub(crate) fn run(context: &Context<'_>, least: Severity) -> Vec<Finding> {
    let allowed = &context.file.beside.allowed;
    let mut findings = Findings::default();
    for (rule, check) in RULES {
        let set_aside = rule.can_be_allowed && allowed.contains(rule.id);
        if rule.severity >= least && !set_aside {
            check(context, &mut findings);
        }
    }
    findings.list
}
