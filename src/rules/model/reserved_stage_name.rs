//! `reserved-stage-name`: a stage called `scratch` or `context`.

use crate::rules::{Context, Finding, Findings};
use crate::syntax::{At, Part};

rule! {
    id: "reserved-stage-name",
    severity: Error,
    summary: "a stage called `scratch` or `context`",
    also: ["buildkit:ReservedStageName"],
    can_be_allowed: true,
    level: File,
    docs: r#"## What it does

Finds stages called `scratch`, the name of the empty image, or `context`, the name of the build
context.

## Why is this bad?

`FROM scratch` below a stage of that name starts from the stage, and is not empty. In a file that is
read it is a warning, as Docker accepts it.

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
        findings.list.extend(name.and_then(|name| tell(n, name)));
    }
}

/// Reports a stage with a reserved name.
pub(crate) fn tell(stage: usize, name: &str) -> Option<Finding> {
    let what = match name {
        "scratch" => "the empty image",
        "context" => "the build context",
        _ => return None,
    };
    let finding = Finding::new(&RULE, format!("a stage is named `{name}`"))
        .at(At::From(stage), Part::Name, format!("the name of {what}"))
        .help("give it another name");
    Some(finding)
}
