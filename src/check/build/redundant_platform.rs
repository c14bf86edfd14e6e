//! `redundant-platform`: `--platform=$TARGETPLATFORM`.

use crate::check::Checking;
use crate::rules::{Edit, Finding, Findings};
use crate::scope::NoteKind;
use crate::syntax::Part;

crate::rules::rule! {
    id: "redundant-platform",
    severity: Warning,
    summary: "`--platform=$TARGETPLATFORM`, which is the default",
    also: ["buildkit:RedundantTargetPlatform"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds FROM with `--platform=$TARGETPLATFORM`.

## Why is this bad?

Docker takes the image for that platform anyway.

## Example

```dockerfile
FROM --platform=$TARGETPLATFORM alpine
```

## Use instead

```dockerfile
FROM alpine
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for note in checking.resolved.notes() {
        let NoteKind::RedundantPlatform(platform) = &note.kind else {
            continue;
        };
        let message = format!("the platform is `{platform}` anyway");
        let finding = Finding::noted(&RULE, note, message, "the default")
            .help("drop `--platform`")
            .edit(Some(Edit::Remove(note.at, Part::Flag("platform", 0))));
        findings.add(finding);
    }
}
