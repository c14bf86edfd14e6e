//! `later-stage`: a reference to a stage that comes later in the file.

use crate::rules::place::stage_name;
use crate::rules::{Context, Finding, Findings};
use crate::syntax::{At, Part};

rule! {
    id: "later-stage",
    severity: Error,
    summary: "a reference to a stage that comes later in the file",
    also: ["hadolint:DL3022"],
    can_be_allowed: false,
    docs: r#"## What it does

Finds FROM, `COPY --from`, `RUN --mount=from=` and triggers of ONBUILD that refer to a stage below.

## Why is this bad?

Docker builds a stage from what is above it. FROM would take the name for an image and pull it, the
others fail.

## Example

```rust
use multistage::{Dockerfile, Stage, StageName};

let mut file = Dockerfile::new();
file.stage("app", Stage::new("scratch").copy_from(StageName::new("build"), "/app", "/"));
file.stage("build", Stage::new("rust:1.85"));
assert_eq!(file.check().diagnostics()[0].rule.id, "later-stage");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let build = file.stage("build", Stage::new("rust:1.85"));
file.stage("app", Stage::new("scratch").copy_from(&build, "/app", "/"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let graph = &context.graph;
    let components = graph.components();
    for reference in &graph.references {
        let Some(target) = reference
            .target()
            .filter(|target| *target > reference.stage())
        else {
            continue;
        };
        // One that is part of a cycle is reported as that.
        if components.get(target) == components.get(reference.stage()) {
            continue;
        }
        let (name, user) = (
            stage_name(graph, target),
            stage_name(graph, reference.stage()),
        );
        let finding = Finding::new(&RULE, format!("{name} is used before it is declared"))
            .at(reference.at(), reference.part(), "comes later in the file")
            .at(At::From(target), Part::Name, "declared here")
            .triggered(reference)
            .help(format!("add {name} to the file before {user}"));
        findings.add(finding);
    }
}
