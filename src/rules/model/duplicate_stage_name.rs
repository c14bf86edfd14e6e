//! `duplicate-stage-name`: a name that two stages have.

use crate::rules::place::stage_name;
use crate::rules::{Context, Finding, Findings};
use crate::syntax::{At, Part};

rule! {
    id: "duplicate-stage-name",
    severity: Error,
    summary: "a name that two stages have",
    also: ["buildkit:DuplicateStageName", "hadolint:DL3024"],
    can_be_allowed: true,
    level: File,
    docs: r#"## What it does

Finds stages of a name that a stage above them has; names differ by more than the case of their
letters.

## Why is this bad?

It takes Docker's rules to tell which one is meant: FROM sees the last one above it, `COPY --from`
and `docker build --target` the last one of the file. In a file that is read it is a warning, as
Docker accepts it.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.stage("build", Stage::new("node:22"));
file.stage("build", Stage::new("rust:1.85"));
assert_eq!(file.check().diagnostics()[0].rule.id, "duplicate-stage-name");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.stage("build-web", Stage::new("node:22"));
file.stage("build-server", Stage::new("rust:1.85"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let graph = &context.graph;
    if !graph.names.has_duplicates() {
        return;
    }
    for (other, stage) in graph.stages.iter().enumerate() {
        let first = stage
            .name()
            .and_then(|name| graph.names.all(name.as_str()).next());
        let Some(first) = first.filter(|first| *first < other) else {
            continue;
        };
        let name = stage_name(graph, first);
        let finding = Finding::new(&RULE, format!("two stages are named {name}"))
            .at(At::From(other), Part::Name, "taken again here")
            .at(At::From(first), Part::Name, "the name is taken here")
            .help("give one of them another name");
        findings.add(finding);
    }
}
