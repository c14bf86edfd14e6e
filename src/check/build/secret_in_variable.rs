//! `secret-in-variable`: an ARG or ENV that reads like a secret.

use crate::check::Checking;
use crate::rules::place::short;
use crate::rules::{Finding, Findings};
use crate::scope::NoteKind;

crate::rules::rule! {
    id: "secret-in-variable",
    severity: Warning,
    summary: "an ARG or ENV whose name reads like that of a secret",
    also: ["buildkit:SecretsUsedInArgOrEnv"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds ARG and ENV whose name has a word such as `PASSWORD`, `TOKEN`, `SECRET`, `KEY` or `AUTH`
between its `_`, unless there is `PUBLIC`, `FILE` or `VERSION` too. Global ARGs are not looked at.

## Why is this bad?

What is in them is in the image or in its history, for everyone who can pull it.

## Example

```dockerfile
FROM alpine
ARG NPM_TOKEN
RUN npm ci
```

## Use instead

A secret mount:

```dockerfile
FROM alpine
RUN --mount=type=secret,id=npm-token,env=NPM_TOKEN npm ci
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for note in checking.resolved.notes() {
        let NoteKind::Secret { keyword, key } = &note.kind else {
            continue;
        };
        let message = format!("{keyword} `{}` reads like a secret", short(key));
        let finding = Finding::noted(&RULE, note, message, "stays in the image or its history")
            .help("hand it to the command that needs it: `RUN --mount=type=secret,id=…,env=…`");
        findings.add(finding);
    }
}
