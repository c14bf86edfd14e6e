//! `invalid-default-base`: a base that is none without build arguments.

use crate::check::Checking;
use crate::rules::place::short;
use crate::rules::{Finding, Findings};
use crate::scope::NoteKind;

crate::rules::rule! {
    id: "invalid-default-base",
    severity: Warning,
    summary: "a base that is not an image unless a build argument says so",
    also: ["buildkit:InvalidDefaultArgInFrom"],
    can_be_allowed: true,
    level: File,
    docs: r#"## What it does

Finds FROM whose base is empty or no image with the defaults of the arguments alone.

## Why is this bad?

`docker build` without arguments fails.

## Example

```dockerfile BASE=alpine
ARG BASE
FROM $BASE
```

## Use instead

```dockerfile
ARG BASE=alpine
FROM $BASE
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for note in checking.resolved.notes() {
        let NoteKind::InvalidDefault(base) = &note.kind else {
            continue;
        };
        let base = short(base);
        let message = format!("`{base}` is not a valid image without build arguments");
        let finding = Finding::noted(&RULE, note, message, "")
            .help("give the argument a default above the first FROM: `ARG NAME=value`");
        findings.add(finding);
    }
}
