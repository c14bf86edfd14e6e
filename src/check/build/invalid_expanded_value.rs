//! `invalid-expanded-value`: a value that Docker refuses when it gets there.

use crate::check::Checking;
use crate::reference::Source;
use crate::rules::{Finding, Findings};
use crate::scope::{Note, NoteKind};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "invalid-expanded-value",
    severity: Error,
    summary: "a value that Docker refuses once it is expanded",
    also: [],
    can_be_allowed: true,
    level: Build,
    docs: r#"## What it does

Finds values that are no good once they are expanded with the arguments of the build: a port that is no number, an
empty base, a mount over `/`. A base that is invalid because the build gives no argument is a warning of its own,
`invalid-default-base`.

## Why is this bad?

The build fails when it comes to the instruction. With other arguments, or in a stage that nothing needs, it may not,
and `render` lets the file pass.

## Example

```dockerfile
FROM scratch
ARG PORT
EXPOSE ${PORT:-http}
```

## Use instead

```dockerfile
FROM scratch
ARG PORT
EXPOSE ${PORT:-80}
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for note in checking.resolved.notes() {
        if let NoteKind::Value { message, help } = &note.kind {
            if is_default_base(note, checking) {
                continue;
            }
            findings.add(Finding::noted(&RULE, note, message.as_str(), "").help(help.as_str()));
        }
    }
}

/// Whether a base is what the defaults alone make of it, which `invalid-default-base` reports: the build gives none of
/// its arguments.
fn is_default_base(note: &Note, checking: &Checking<'_>) -> bool {
    let (At::From(stage), Part::Base) = (note.at, note.part) else {
        return false;
    };
    let stage = checking.context.file.stages.get(stage);
    let Some(Source::Image(image)) = stage.map(|stage| stage.base()) else {
        return false;
    };
    let given = &checking.checker.settings().args;
    let variables = image.text().variables();
    let is_given = variables
        .iter()
        .any(|variable| given.contains_key(variable.name()));
    !is_given
        && checking
            .resolved
            .notes()
            .any(|other| other.at == note.at && matches!(other.kind, NoteKind::InvalidDefault(_)))
}
