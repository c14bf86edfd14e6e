//! `uppercase-port-protocol`: the protocol of a port in upper case.

use crate::check::Checking;
use crate::instruction::Instruction;
use crate::model::Dockerfile;
use crate::rules::place::short;
use crate::rules::{Edit, Finding, Findings};
use crate::scope::{Note, NoteKind};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "uppercase-port-protocol",
    severity: Warning,
    summary: "the protocol of a port in upper case",
    also: ["buildkit:ExposeProtoCasing"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds ports of EXPOSE whose protocol is not in lower case.

## Why is this bad?

Docker turns it into lower case, and other tools may not.

## Example

```dockerfile
FROM alpine
EXPOSE 53/UDP
```

## Use instead

```dockerfile
FROM alpine
EXPOSE 53/udp
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for note in checking.resolved.notes() {
        let NoteKind::PortProtocol(port) = &note.kind else {
            continue;
        };
        let lower = port.to_ascii_lowercase();
        let message = format!("the protocol of `{}` is not in lower case", short(port));
        let finding = Finding::noted(&RULE, note, message, "")
            .help(format!("write `{}`", short(&lower)))
            .edit(edit(note, port, lower, checking));
        findings.add(finding);
    }
}

/// The port in lower case, where it is written as it is.
fn edit(note: &Note, port: &str, lower: String, checking: &Checking<'_>) -> Option<Edit> {
    let literal = argument(note, checking.context.file)? == port;
    let written = checking.written.as_ref();
    let same = written.is_none_or(|written| written.slice(note.at, note.part) == Some(port));
    (literal && same).then_some(Edit::Replace(note.at, note.part, lower))
}

fn argument<'m>(note: &Note, file: &'m Dockerfile) -> Option<&'m str> {
    let (At::Step { stage, step }, Part::Argument(n)) = (note.at, note.part) else {
        return None;
    };
    match file.stages.get(stage)?.steps.get(step)?.instruction() {
        Instruction::Expose(expose) => expose.ports.get(n)?.as_literal(),
        _ => None,
    }
}
