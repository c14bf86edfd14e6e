//! One finding for one mistake, where a rule of this folder and one of `docker build --check` find it.

use indexmap::IndexSet;

use super::{same_env_reference, secret_in_run, undeclared_global_arg};
use crate::rules::Finding;
use crate::rules::{Narrow, Place};
use crate::syntax::{At, Part};

/// What a finding is about.
#[derive(PartialEq, Eq, Hash)]
enum Subject {
    /// A declaration, which its rule looks at more closely.
    Declaration(At, Part),
    /// A variable that a stage uses, wherever it does.
    Variable(usize, String),
    /// A variable that an instruction uses.
    Read(At, String),
}

/// Drops what a rule with more to say has told already.
pub(in crate::check) fn drop_repeated(findings: &mut Vec<Finding>) {
    let mut told: IndexSet<Subject> = IndexSet::new();
    for finding in findings.iter() {
        if finding.rule.id == secret_in_run::RULE.id {
            told.extend(finding.labels.iter().map(declaration));
        } else if finding.rule.id == undeclared_global_arg::RULE.id {
            told.extend(finding.labels.iter().filter_map(variable));
        } else if finding.rule.id == same_env_reference::RULE.id {
            told.extend(finding.labels.iter().filter_map(read));
        }
    }
    if told.is_empty() {
        return;
    }
    findings.retain(|finding| {
        let first = finding.labels.first();
        let subjects = match finding.rule.buildkit_name() {
            Some("SecretsUsedInArgOrEnv") => [first.map(declaration), None],
            Some("UndefinedVar") => [first.and_then(variable), first.and_then(read)],
            _ => [None, None],
        };
        !subjects
            .iter()
            .flatten()
            .any(|subject| told.contains(subject))
    });
}

fn declaration(place: &Place) -> Subject {
    Subject::Declaration(place.at, place.part)
}

fn variable(place: &Place) -> Option<Subject> {
    match &place.narrow {
        Narrow::Variable(name) => Some(Subject::Variable(place.at.stage()?, name.clone())),
        _ => None,
    }
}

fn read(place: &Place) -> Option<Subject> {
    match &place.narrow {
        Narrow::Variable(name) => Some(Subject::Read(place.at, name.clone())),
        _ => None,
    }
}
