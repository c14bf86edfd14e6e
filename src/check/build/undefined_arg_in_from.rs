//! The part of `undefined-arg-in-from` that `render` does not ask: what Docker builds all the same.

use crate::check::Checking;
use crate::rules::Findings;
use crate::rules::model::undefined_arg_in_from::{Globals, finding};
use crate::scope::NoteKind;
use crate::syntax::At;

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let file = checking.context.file;
    let globals = Globals::of(file);
    for note in checking.resolved.notes() {
        let (NoteKind::UndefinedInFrom(name), At::From(stage)) = (&note.kind, note.at) else {
            continue;
        };
        // An error has been reported.
        let errors = file.stages.get(stage).map(|stage| globals.errors(stage));
        if errors.is_some_and(|errors| errors.contains(&(note.part, name.as_str()))) {
            continue;
        }
        let finding = finding(&checking.context, findings, (note.at, note.part), name);
        findings.add(finding.warning());
    }
}
