//! `shadowed-image`: an image that Docker would take for a stage.

use crate::edges::{Meaning, Reference, Via};
use crate::reference::{Source, stage_number};
use crate::rules::place::{short, stage_name};
use crate::rules::{Context, Finding, Findings};
use crate::syntax::{At, Part};

rule! {
    id: "shadowed-image",
    severity: Error,
    summary: "an image or a context that Docker would take for a stage",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds images and contexts that are written like the name of a stage: in FROM of a stage above, in
`COPY --from` and `RUN --mount=from=` of any stage of the file, whatever the case of its letters. In
`COPY --from`, a number is a stage too.

## Why is this bad?

Docker looks for a stage first, and would take that.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.stage("node", Stage::new("node:22"));
file.push(Stage::new("node"));
assert_eq!(file.check().diagnostics()[0].rule.id, "shadowed-image");
```

## Use instead

The handle of the stage, or more of the name of the image:

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let node = file.stage("node", Stage::new("node:22"));
file.push(Stage::new("node:latest").copy_from(&node, "/opt", "/opt"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let graph = &context.graph;
    for reference in &graph.references {
        let Some(text) = reference.source.external() else {
            continue;
        };
        let what = match reference.source {
            Source::Context(_) => "context",
            _ => "image",
        };
        let finding = match reference.meaning(graph) {
            // A number in range is reported as one too: which stage it is changes with every stage above.
            _ if is_number(reference, text) => {
                // In a trigger a number is wrong wherever it runs, and has been reported.
                if reference.declared_in().is_some() {
                    continue;
                }
                let message = format!("Docker takes the {what} `{}` for a number", short(text));
                Finding::new(&RULE, message)
                    .at(
                        reference.at(),
                        reference.part(),
                        "would be a stage, counted from 0",
                    )
                    .help(format!("for the image, write `{}:latest`", short(text)))
            }
            Meaning::Stage(stage) => {
                let name = stage_name(graph, stage);
                let message = format!("Docker takes the {what} `{}` for a stage", short(text));
                Finding::new(&RULE, message)
                    .at(
                        reference.at(),
                        reference.part(),
                        format!("would be the stage {name}"),
                    )
                    .at(At::From(stage), Part::Name, "the stage of that name")
                    .help(if text == "scratch" {
                        "give the stage another name".to_owned()
                    } else if what == "image" {
                        format!(
                            "for the stage, pass the value that `stage` returned; for the image, write `{}:latest`",
                            short(text)
                        )
                    } else {
                        "for the stage, pass the value that `stage` returned; or give the context another name".to_owned()
                    })
            }
            Meaning::NoStage | Meaning::External => continue,
        };
        findings.add(finding.triggered(reference));
    }
}

fn is_number(reference: &Reference<'_>, text: &str) -> bool {
    reference.via == Via::Copy && stage_number(text).is_some()
}
