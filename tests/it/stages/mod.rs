//! The rules about stages: what they find, what they leave alone, and how it is drawn.

mod args;
mod caches;
mod copies;
mod drawn;
mod images;
mod meaning;
mod real;
mod scripts;
mod variables;

use multistage::{
    Parsed,
    check::{Checker, Group},
    resolve::Build,
};

/// The rules that fire on a text with the default settings, each once.
#[track_caller]
fn found(text: &str) -> Vec<&'static str> {
    found_by(&Checker::new(), text)
}

/// The rules that fire on a text with the group `Pedantic`, each once.
#[track_caller]
fn found_pedantic(text: &str) -> Vec<&'static str> {
    found_by(&Checker::new().group(Group::Pedantic), text)
}

#[track_caller]
fn found_by(checker: &Checker, text: &str) -> Vec<&'static str> {
    let parsed = Parsed::new(text);
    assert!(!parsed.report().has_errors(), "{}", parsed.report());
    let report = parsed.check(checker);
    let mut ids: Vec<&str> = report.iter().map(|found| found.rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Whether a rule fires on a text, with all groups on.
#[track_caller]
fn fires(rule: &str, text: &str) -> bool {
    found_pedantic(text).contains(&rule)
}

/// A checker for which every base image is known to be empty.
fn on_empty_bases() -> Checker {
    Checker::new().build(Build::new().empty_bases())
}

/// The report of a text under one rule, as it is drawn.
#[track_caller]
fn report_of(rule: &str, text: &str) -> String {
    let parsed = Parsed::new(text);
    assert!(!parsed.report().has_errors(), "{}", parsed.report());
    let mut checker = Checker::new().group(Group::Pedantic);
    for other in multistage::check::rules().filter(|other| other.id != rule) {
        checker = checker.allow(other.id);
    }
    parsed.check(&checker).to_string()
}
