//! `exposed-host-port`: an address or a port of the host in EXPOSE.

use crate::check::Checking;
use crate::rules::place::short;
use crate::rules::{Finding, Findings};
use crate::scope::NoteKind;

crate::rules::rule! {
    id: "exposed-host-port",
    severity: Warning,
    summary: "an address or a port of the host in EXPOSE",
    also: ["buildkit:ExposeInvalidFormat"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds ports of EXPOSE with an address or a port of the host, as `docker run --publish` takes them.

## Why is this bad?

EXPOSE says which ports the container has, and Docker drops the rest; one day it will reject it.

## Example

```dockerfile
FROM alpine
EXPOSE 127.0.0.1:8080:80
```

## Use instead

```dockerfile
FROM alpine
EXPOSE 80
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for note in checking.resolved.notes() {
        let NoteKind::PortHost(port) = &note.kind else {
            continue;
        };
        let message = format!("`{}` names an address or a port of the host", short(port));
        let inner = port.rsplit(':').next().unwrap_or_default();
        let finding = Finding::noted(&RULE, note, message, "dropped by Docker").help(format!(
            "write `{}`; the host's side is for `docker run --publish`",
            short(inner)
        ));
        findings.add(finding);
    }
}
