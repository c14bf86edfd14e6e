//! `stage-index-out-of-range`: a number that no stage has.

use crate::reference::Source;
use crate::rules::{Context, Finding, Findings};

rule! {
    id: "stage-index-out-of-range",
    severity: Error,
    summary: "a number that no stage has",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds references to a stage by a number that is not below the number of stages. The first stage is
0.

## Why is this bad?

The build would fail, or copy from something that is not a stage at all.

## Example

```rust
use multistage::{Dockerfile, Source, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("scratch").copy_from(Source::Index(2), "/app", "/"));
assert_eq!(file.check().diagnostics()[0].rule.id, "stage-index-out-of-range");
```

## Use instead

A name:

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let build = file.stage("build", Stage::new("rust:1.85"));
file.push(Stage::new("scratch").copy_from(&build, "/app", "/"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let count = context.graph.stages.len();
    for reference in &context.graph.references {
        let Source::Index(index) = *reference.source else {
            continue;
        };
        if index < count {
            continue;
        }
        let (message, label) = if *reference.source == Source::NOWHERE {
            (
                "the stage that this refers to has been removed".to_owned(),
                "it had no name".to_owned(),
            )
        } else {
            let last = count.saturating_sub(1);
            (
                format!("no stage has the number {index}"),
                format!("the last stage is {last}"),
            )
        };
        let finding = Finding::new(&RULE, message)
            .at(reference.at(), reference.part(), label)
            .triggered(reference)
            .help("give the stage a name, and refer to that");
        findings.add(finding);
    }
}
