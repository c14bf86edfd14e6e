//! The rules about names that a file that was read has and its model has given up: two stages of
//! one name, and reserved names.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::Checking;
use super::written::lower_case;
use crate::rules::model::{duplicate_stage_name, reserved_stage_name};
use crate::rules::place::short;
use crate::rules::{Finding, Findings};
use crate::syntax::{At, Part};

/// Two stages of one name, by the names as they are written.
pub(crate) fn duplicate_stage_name(checking: &Checking<'_>, findings: &mut Findings) {
    let mut taken: IndexMap<Cow<'_, str>, At> = IndexMap::new();
    for (at, name) in checking.written_names() {
        let (at, name) = (*at, lower_case(Cow::Borrowed(name)));
        if let Some(first) = taken.get(&name) {
            let finding = Finding::new(
                &duplicate_stage_name::RULE,
                format!("two stages are named `{}`", short(&name)),
            )
            .warning()
            .at(at, Part::Name, "taken again here")
            .at(*first, Part::Name, "the name is taken here")
            .help("give one of them another name");
            findings.add(finding);
        } else {
            taken.insert(name, at);
        }
    }
}

/// A stage of a reserved name, by the names as they are written.
pub(crate) fn reserved_stage_name(checking: &Checking<'_>, findings: &mut Findings) {
    for (at, name) in checking.written_names() {
        let name = lower_case(Cow::Borrowed(name));
        let stage = at.stage();
        let finding = stage.and_then(|stage| reserved_stage_name::tell(stage, &name));
        findings.list.extend(finding.map(Finding::warning));
    }
}
