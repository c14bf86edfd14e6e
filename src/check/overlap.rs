//! One finding for one mistake, where several rules report it, and edits that go together.

use crate::diagnostic::{Rule, Same};
use crate::rules::{Finding, Narrow, Place};
use crate::syntax::{At, Part};

/// The subject of a finding.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Part(At, Part),
    Variable(At, String),
    VariableOfStage(usize, String),
}

impl Subject {
    fn new(place: &Place, same: Same) -> Option<Subject> {
        let variable = || match &place.narrow {
            Narrow::Variable(name) => Some(name.clone()),
            _ => None,
        };
        Some(match same {
            Same::Part => Subject::Part(place.at, place.part),
            Same::Variable => Subject::Variable(place.at, variable()?),
            Same::VariableOfStage => Subject::VariableOfStage(place.at.stage()?, variable()?),
        })
    }
}

/// Drops the findings that a rule with more to say replaces: see [`Rule::replaces`].
pub(super) fn drop_replaced(findings: &mut Vec<Finding>) {
    let mut replaced: Vec<(&str, Same, Subject)> = Vec::new();
    for finding in findings.iter() {
        for other in finding.rule.replaces {
            for place in &finding.labels {
                if let Some(subject) = Subject::new(place, other.same) {
                    replaced.push((other.rule.id, other.same, subject));
                }
            }
        }
    }
    if replaced.is_empty() {
        return;
    }
    replaced.sort_unstable();
    findings.retain(|finding| !is_replaced(finding.rule, finding, &replaced));
}

/// Drops the edits of an instruction that a finding of a rule says to be several ones: they are
/// about parts that it would not have.
pub(super) fn keep_edits_of(rule: &Rule, findings: &mut [Finding]) {
    let place = |finding: &Finding| finding.labels.first().map(|place| place.at);
    let mut several: Vec<At> = Vec::new();
    for finding in findings.iter().filter(|it| it.rule.id == rule.id) {
        several.extend(place(finding));
    }
    if several.is_empty() {
        return;
    }
    several.sort_unstable();
    for finding in findings.iter_mut().filter(|it| it.rule.id != rule.id) {
        if place(finding).is_some_and(|at| several.binary_search(&at).is_ok()) {
            finding.edit = None;
        }
    }
}

fn is_replaced(rule: &Rule, finding: &Finding, replaced: &[(&str, Same, Subject)]) -> bool {
    let Some(place) = finding.labels.first() else {
        return false;
    };
    let named = replaced.partition_point(|(id, ..)| *id < rule.id);
    if replaced.get(named).is_none_or(|(id, ..)| *id != rule.id) {
        return false;
    }
    [Same::Part, Same::Variable, Same::VariableOfStage]
        .into_iter()
        .filter_map(|same| Some((rule.id, same, Subject::new(place, same)?)))
        .any(|key| replaced.binary_search(&key).is_ok())
}
