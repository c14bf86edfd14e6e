//! `duplicate-stage-name`: a name that two stages have.

use indexmap::IndexMap;

use super::spot::{short, stage_name};
use super::{Checking, Context, Finding, Findings};
use crate::syntax::{At, Part};

rule! {
    id: "duplicate-stage-name",
    severity: Error,
    summary: "a name that two stages have",
    also: ["buildkit:DuplicateStageName", "hadolint:DL3024"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds stages of a name that a stage above them has; names differ by more than the case of their letters.

## Why is this bad?

It takes Docker's rules to tell which one is meant: FROM sees the last one above it, `COPY --from` and
`docker build --target` the last one of the file. In a file that is read it is a warning, as Docker accepts it.

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
    for name in graph.names() {
        let Some((first, others)) = graph.named(name).split_first() else {
            continue;
        };
        for other in others {
            let name = stage_name(graph, *first);
            let finding = Finding::new(&RULE, format!("two stages are named {name}"))
                .at(At::From(*other), Part::Name, "taken again here")
                .at(At::From(*first), Part::Name, "the name is taken here")
                .help("give one of them another name");
            findings.add(finding);
        }
    }
}

/// The same in a file that was read, by the names as they are written: the model has given them up.
pub(crate) fn check_read(checking: &Checking<'_>, findings: &mut Findings) {
    let Some(written) = &checking.written else {
        return;
    };
    let mut taken: IndexMap<String, At> = IndexMap::new();
    for stage in 0..checking.context.file.stages.len() {
        let at = At::From(stage);
        let Some(name) = written.word(at, Part::Name).map(|name| name.to_lowercase()) else {
            continue;
        };
        if let Some(first) = taken.get(&name) {
            let finding = Finding::new(&RULE, format!("two stages are named `{}`", short(&name)))
                .warning()
                .at(at, Part::Name, "taken again here")
                .at(*first, Part::Name, "the name is taken here")
                .help("give one of them another name");
            findings.add(finding);
        } else {
            taken.insert(name, at);
        }
    }
}
