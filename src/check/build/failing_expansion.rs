//! `failing-expansion`: a value that Docker cannot expand.

use crate::check::Checking;
use crate::rules::{Finding, Findings};
use crate::scope::{Failure, NoteKind};

crate::rules::rule! {
    id: "failing-expansion",
    severity: Error,
    summary: "a value that Docker cannot expand",
    also: [],
    can_be_allowed: true,
    level: Build,
    docs: r#"## What it does

Finds values whose quotes are not closed, whose `${...}` is none, and whose `${NAME:?message}` has
no value.

## Why is this bad?

The build fails at the instruction. In a stage that nothing needs it does not, and `render` lets the
file pass.

## Example

```dockerfile
FROM scratch
ARG VERSION
LABEL version="${VERSION:?is needed}"
```

## Use instead

A default, or the argument:

```dockerfile
FROM scratch
ARG VERSION=1
LABEL version="${VERSION:?is needed}"
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for note in checking.resolved.notes() {
        let NoteKind::Expansion(failure) = &note.kind else {
            continue;
        };
        let (message, help) = match failure {
            Failure::Required { name, .. } => (
                failure.to_string(),
                format!(
                    "give it a value: `--build-arg {name}=…`, or a default where it is declared"
                ),
            ),
            Failure::TooLarge => (
                failure.to_string(),
                "set shorter values, or fewer that build on each other".to_owned(),
            ),
            Failure::Expression(_) | Failure::Pattern(_) => (
                format!("Docker cannot expand this: {failure}"),
                "in single quotes, or after the escape character, it stands for itself".to_owned(),
            ),
        };
        findings.add(Finding::noted(&RULE, note, message, "").help(help));
    }
}
