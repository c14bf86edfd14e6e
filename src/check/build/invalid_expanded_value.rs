//! `invalid-expanded-value`: a value that Docker refuses when it gets there.

use crate::check::Checking;
use crate::rules::{Finding, Findings};
use crate::scope::NoteKind;

crate::rules::rule! {
    id: "invalid-expanded-value",
    severity: Error,
    summary: "a value that Docker refuses once it is expanded",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

    level: Build,
Finds values that are no good once they are expanded with the arguments of the build: a port that is no number, an
empty base, a mount over `/`.

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
            findings.add(Finding::noted(&RULE, note, message.as_str(), "").help(help.as_str()));
        }
    }
}
