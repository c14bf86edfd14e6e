//! `constant-platform`: a platform that no build can change.

use crate::check::Checking;
use crate::rules::place::short;
use crate::rules::{Finding, Findings};
use crate::scope::NoteKind;

crate::rules::rule! {
    id: "constant-platform",
    severity: Warning,
    summary: "a platform in FROM that no build can change",
    also: ["buildkit:FromPlatformFlagConstDisallowed", "hadolint:DL3029"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds FROM with a platform that has no variable, unless the name of the stage has its operating
system or its architecture.

## Why is this bad?

The stage is for that platform, whatever platform the build is for.

## Example

```dockerfile
FROM --platform=linux/arm64 alpine AS tools
```

## Use instead

The platform of the build; or a name that says which one is meant:

```dockerfile
FROM alpine AS tools
```

```dockerfile
FROM --platform=linux/arm64 alpine AS tools-arm64
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for note in checking.resolved.notes() {
        let NoteKind::ConstantPlatform(platform) = &note.kind else {
            continue;
        };
        let message = format!("the platform is always `{}`", short(platform));
        let finding = Finding::noted(&RULE, note, message, "").help(
            "let the build decide: no `--platform`, or `$BUILDPLATFORM`; on purpose, say so in the name of the stage",
        );
        findings.add(finding);
    }
}
