//! `empty-file`: a file without a stage.

use crate::rules::{Context, Finding, Findings};
use crate::syntax::{At, Part};

rule! {
    id: "empty-file",
    severity: Error,
    summary: "a file without a stage",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds files that have no stage.

## Why is this bad?

There is nothing to build: the build would fail.

## Example

```rust
use multistage::Dockerfile;

let file = Dockerfile::new();
assert_eq!(file.check().diagnostics()[0].rule.id, "empty-file");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    if context.graph.stages.is_empty() {
        let finding = Finding::new(&RULE, "the file has no stage")
            .at(At::File, Part::Whole, "")
            .help("`file.push(Stage::new(image))` adds one");
        findings.add(finding);
    }
}
