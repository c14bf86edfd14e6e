//! `empty-expose`: an EXPOSE of which nothing is left.

use crate::check::Checking;
use crate::rules::{Finding, Findings, rule};
use crate::scope::NoteKind;

rule! {
    id: "empty-expose",
    severity: Error,
    summary: "an EXPOSE whose ports are empty, which Podman rejects",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds EXPOSEs whose ports are all empty for the build, where the engine is Podman or Buildah.

## Why is this bad?

Docker exposes no port. Podman stops: EXPOSE requires an argument.

## Example

For Podman:

```dockerfile engine=podman
FROM scratch
ARG PORT
EXPOSE $PORT
```

## Use instead

```dockerfile engine=podman
FROM scratch
ARG PORT=8080
EXPOSE $PORT
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let Some(buildah) = checking.context.buildah() else {
        return;
    };
    for note in checking.resolved.notes() {
        if note.kind == NoteKind::NoPorts {
            let message = format!("{} rejects an EXPOSE without a port", buildah.name);
            let finding = Finding::noted(&RULE, note, message, "is empty for this build");
            findings.add(finding.help("give the argument a default, `ARG PORT=8080`"));
        }
    }
}
