//! `undefined-arg-in-from`: a variable of FROM that is no global ARG.

use crate::check::Checking;
use crate::rules::place::short;
use crate::rules::{Finding, Findings, Narrow};
use crate::scope::NoteKind;

crate::rules::rule! {
    id: "undefined-arg-in-from",
    severity: Warning,
    summary: "a variable in FROM that no ARG above the first FROM declares",
    also: ["buildkit:UndefinedArgInFrom"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds variables in the base and in `--platform` of FROM that no ARG above the first FROM declares.

## Why is this bad?

They are empty, whatever the build arguments are.

## Example

```dockerfile
ARG VERSION=3.21
FROM alpine:${VERSON:-3.20}
```

## Use instead

```dockerfile
ARG VERSION=3.21
FROM alpine:${VERSION:-3.20}
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for note in checking.resolved.notes() {
        let NoteKind::UndefinedInFrom(name) = &note.kind else {
            continue;
        };
        let args = checking.context.file.args.iter();
        let declared = args.flat_map(|arg| arg.instruction().declarations());
        let names = declared.map(|declaration| declaration.name().as_str());
        let help = match findings.nearest(name, names.chain(PREDEFINED.iter().copied())) {
            Some(near) => format!("did you mean `${near}`?"),
            None => format!("declare it above the first FROM: `ARG {}`", short(name)),
        };
        let message = format!("FROM uses `${}`, which no ARG above declares", short(name));
        let finding = Finding::noted(&RULE, note, message, "not declared")
            .narrow(Narrow::Variable(name.to_string()))
            .help(help);
        findings.add(finding);
    }
}

/// What FROM can use without an ARG.
const PREDEFINED: &[&str] = &[
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "TARGETSTAGE",
];
