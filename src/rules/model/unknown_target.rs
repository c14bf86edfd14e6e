//! `unknown-target`: a target that is not a stage of the file.

use crate::rules::place::short;
use crate::rules::{Context, Finding, Findings};

rule! {
    id: "unknown-target",
    severity: Error,
    summary: "a target that is not a stage of the file",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds stages that `Dockerfile::target` marks and that the file does not have.

## Why is this bad?

`docker build --target` would fail.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.stage("release", Stage::new("alpine"));
file.target("relaese");
assert_eq!(file.check().diagnostics()[0].rule.id, "unknown-target");
```

## Use instead

The handle that `stage` returns:

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let release = file.stage("release", Stage::new("alpine"));
file.target(&release);
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    for target in context.file.targets() {
        if context.graph.names.target(target).is_some() {
            continue;
        }
        let name = target.as_str();
        let finding = Finding::new(
            &RULE,
            format!("the target `{}` is not a stage", short(name)),
        );
        let near = findings.nearest(name, context.graph.stage_names());
        findings.add(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("add a stage of that name: `file.stage(name, stage)`"),
        });
    }
}
