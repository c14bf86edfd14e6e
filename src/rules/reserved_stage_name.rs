//! `reserved-stage-name`: a stage called `scratch` or `context`.

use super::{Context, Finding, Findings};
use crate::syntax::{At, Part};

rule! {
    id: "reserved-stage-name",
    severity: Error,
    summary: "a stage called `scratch` or `context`",
    also: ["buildkit:ReservedStageName"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds stages called `scratch`, the name of the empty image, or `context`, the name of the build context.

## Why is this bad?

`FROM scratch` below a stage of that name starts from the stage, and is not empty.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.stage("scratch", Stage::new("alpine"));
assert_eq!(file.check().diagnostics()[0].rule.id, "reserved-stage-name");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.stage("empty", Stage::new("alpine"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    for (n, stage) in context.graph.stages.iter().enumerate() {
        let name = stage.name().map(|name| name.as_str());
        let Some(name) = name.filter(|name| matches!(*name, "scratch" | "context")) else {
            continue;
        };
        let what = if name == "scratch" {
            "the empty image"
        } else {
            "the build context"
        };
        let finding = Finding::new(&RULE, format!("a stage is named `{name}`"))
            .at(At::From(n), Part::Name, format!("the name of {what}"))
            .help("give it another name");
        findings.add(finding);
    }
}
