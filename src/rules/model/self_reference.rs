//! `self-reference`: a stage that refers to itself.

use crate::edges::Via;
use crate::rules::place::{short, stage_name};
use crate::rules::{Context, Finding, Findings};
use crate::syntax::{At, Part};

rule! {
    id: "self-reference",
    severity: Error,
    summary: "a stage that refers to itself",
    also: ["hadolint:DL3023"],
    can_be_allowed: false,
    docs: r#"## What it does

Finds stages that start from themselves or copy and mount files of themselves, also by the trigger
of an ONBUILD.

## Why is this bad?

FROM would take the name for an image and pull it, the others fail.

## Example

```rust
use multistage::{Dockerfile, Stage, StageName};

let mut file = Dockerfile::new();
file.stage("app", Stage::new("alpine").copy_from(StageName::new("app"), "/a", "/b"));
assert_eq!(file.check().diagnostics()[0].rule.id, "self-reference");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.stage("app", Stage::new("alpine").run("cp /a /b"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let graph = &context.graph;
    for reference in &graph.references {
        if reference.target() != Some(reference.stage()) {
            continue;
        }
        let name = stage_name(graph, reference.stage());
        let finding = match reference.declared_in() {
            None => Finding::new(&RULE, format!("{name} refers to itself")).at(
                reference.at(),
                reference.part(),
                "this is the stage itself",
            ),
            Some(_) => Finding::new(&RULE, format!("{name} triggers a reference to itself"))
                .at(
                    reference.at(),
                    reference.part(),
                    "names the stage that triggers it",
                )
                .at(At::From(reference.stage()), Part::Name, "triggered here"),
        };
        findings.add(match reference.via {
            Via::Base => {
                let name = reference.source.to_string();
                finding.help(format!(
                    "for the image, write `Stage::new({:?})`",
                    short(&name)
                ))
            }
            Via::Copy => finding.help("its own files are there already: RUN can copy them"),
            Via::Mount => finding.help("its own files are there already"),
        });
    }
}
