//! `invalid-expanded-value`: a value that Docker rejects when it gets there.

use crate::check::Checking;
use crate::resolve::Build;
use crate::rules::{Finding, Findings};
use crate::scope::{Note, NoteKind};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "invalid-expanded-value",
    severity: Error,
    summary: "a value that Docker rejects once it is expanded",
    also: [],
    can_be_allowed: true,
    level: Build,
    docs: r#"## What it does

Finds values that are not valid once they are expanded with the arguments of the build: a port that
is not a number, an empty base, a mount over `/`. Where nothing is said of the build, a base that is
invalid without build arguments is a warning alone, `invalid-default-base`.

## Why is this bad?

The build fails at the instruction. With other arguments, or in a stage that nothing needs, it may
not, and `render` lets the file pass.

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

/// Returns `true` if a base is what the defaults alone make of it, which `invalid-default-base`
/// reports. Where the build is described, it is this build that fails.
fn is_default_base(note: &Note, checking: &Checking<'_>) -> bool {
    let is_default = |other: &Note| matches!(other.kind, NoteKind::InvalidDefault(_));
    note.part == Part::Base
        && matches!(note.at, At::From(_))
        && *checking.checker.settings() == Build::default()
        && checking
            .resolved
            .notes()
            .any(|other| other.at == note.at && is_default(other))
}
