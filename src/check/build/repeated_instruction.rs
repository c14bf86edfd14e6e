//! `repeated-instruction`: an instruction of which only the last one counts.

use crate::check::Checking;
use crate::rules::{Finding, Findings};
use crate::scope::NoteKind;
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "repeated-instruction",
    severity: Warning,
    summary: "a CMD, ENTRYPOINT or HEALTHCHECK that a later one replaces",
    also: ["buildkit:MultipleInstructionsDisallowed", "hadolint:DL3012", "hadolint:DL4003", "hadolint:DL4004"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds a CMD, an ENTRYPOINT or a HEALTHCHECK with another one below it in the same stage.

## Why is this bad?

Only the last one counts. Where both should run, they do not.

## Example

```dockerfile
FROM alpine
CMD ["first"]
CMD ["second"]
```

## Use instead

```dockerfile
FROM alpine
CMD ["second"]
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for note in checking.resolved.notes() {
        let NoteKind::Repeated { keyword, again } = &note.kind else {
            continue;
        };
        let message = format!("only the last {keyword} of a stage counts");
        let mut finding = Finding::noted(&RULE, note, message, "without effect")
            .help("drop it, or let a script run both");
        // The comments of the later one decide, which has none in a trigger.
        finding = match again {
            At::Step { .. } => finding
                .at(*again, Part::Keyword, "replaces it")
                .decided_at(*again),
            _ => finding.decided_at(At::File),
        };
        findings.add(finding);
    }
}
