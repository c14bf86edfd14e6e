//! The rules about names that a file that was read has and its model has given up: two stages of
//! one name, and reserved names.

use indexmap::IndexMap;

use super::Checking;
use crate::rules::model::{duplicate_stage_name, reserved_stage_name};
use crate::rules::place::short;
use crate::rules::{Finding, Findings};
use crate::syntax::{At, Part};

/// Two stages of one name, by the names as they are written.
pub(crate) fn duplicate_stage_name(checking: &Checking<'_>, findings: &mut Findings) {
    let Some(written) = &checking.written else {
        return;
    };
    let mut taken: IndexMap<String, At> = IndexMap::new();
    for stage in 0..checking.context.file.stages.len() {
        let at = At::From(stage);
        let Some(name) = written.word(at, Part::Name).map(|name| name.to_lowercase()) else {
            continue;
        };
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
    let Some(written) = &checking.written else {
        return;
    };
    for stage in 0..checking.context.file.stages.len() {
        let name = written.word(At::From(stage), Part::Name);
        let finding = name.and_then(|name| reserved_stage_name::tell(stage, &name.to_lowercase()));
        findings.list.extend(finding.map(Finding::warning));
    }
}
