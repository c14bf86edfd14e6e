//! `accidental-description`: a comment that Docker takes for a description.

use super::shadowed_description::{Described, described};
use crate::rules::place::short;
use crate::rules::{Context, Finding, Findings};

rule! {
    id: "accidental-description",
    severity: Warning,
    summary: "a comment that Docker takes for the description of a stage or an ARG",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds comments above a stage or an ARG that begin with its name and a space.

## Why is this bad?

Docker prints such a comment as the description of the stage or the argument. Read again, the file
would have a description.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.stage("test", Stage::new("python:3.13").header("test data is mounted"));
assert_eq!(file.check().diagnostics()[0].rule.id, "accidental-description");
```

## Use instead

A description, or a comment that begins with another word:

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.stage("test", Stage::new("python:3.13").describe("runs with test data"));
file.stage("lint", Stage::new("python:3.13").header("The lint rules are mounted"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    described(context.file, &mut |found| {
        let Described {
            name,
            comment: (at, part),
            description: None,
        } = found
        else {
            return;
        };
        let message = format!(
            "Docker takes a comment for the description of `{}`",
            short(name)
        );
        let finding = Finding::new(&RULE, message)
            .at(at, part, "begins with the name")
            .help("for a description, use `.describe(..)`; for a comment, begin with another word");
        findings.add(finding);
    });
}
