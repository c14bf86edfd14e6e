//! `relative-workdir`: a first WORKDIR that is relative.

use crate::check::Checking;
use crate::rules::place::short;
use crate::rules::{Finding, Findings};
use crate::scope::NoteKind;

crate::rules::rule! {
    id: "relative-workdir",
    severity: Warning,
    summary: "a first WORKDIR that is relative",
    also: ["buildkit:WorkdirRelativePath", "hadolint:DL3000"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds a relative WORKDIR that no other one of the file precedes, in its stage or in those that it starts from.

## Why is this bad?

The directory then depends on that of the base image, which may change with its next version.

## Example

```dockerfile
FROM alpine
WORKDIR app
```

## Use instead

```dockerfile
FROM alpine
WORKDIR /app
WORKDIR src
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for note in checking.resolved.notes() {
        let NoteKind::RelativeWorkdir(path) = &note.kind else {
            continue;
        };
        let message = match path.as_str() {
            "" => "the first WORKDIR is empty".to_owned(),
            path => format!("the first WORKDIR, `{}`, is relative", short(path)),
        };
        let finding = Finding::noted(&RULE, note, message, "depends on the base image")
            .help("begin with an absolute path; those below it can be relative");
        findings.add(finding);
    }
}
