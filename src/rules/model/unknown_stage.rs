//! `unknown-stage`: a reference to a stage that the file does not have.

use crate::reference::Source;
use crate::rules::place::short;
use crate::rules::{Context, Finding, Findings};

rule! {
    id: "unknown-stage",
    severity: Error,
    summary: "a reference to a stage that the file does not have",
    also: ["hadolint:DL3022"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds FROM, `COPY --from`, `RUN --mount=from=` and triggers of ONBUILD that name a stage of which the file has none.

## Why is this bad?

Docker takes a name that is no stage for an image and tries to pull it: a typo reaches the registry.

## Example

```rust
use multistage::{Dockerfile, Stage, StageName};

let mut file = Dockerfile::new();
file.stage("builder", Stage::new("rust:1.85"));
file.push(Stage::new("scratch").copy_from(StageName::new("biulder"), "/app", "/"));
assert_eq!(file.check().diagnostics()[0].rule.id, "unknown-stage");
```

## Use instead

The handle that `stage` returns:

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let builder = file.stage("builder", Stage::new("rust:1.85"));
file.push(Stage::new("scratch").copy_from(&builder, "/app", "/"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    for reference in &context.graph.references {
        let Source::Stage(name) = reference.source else {
            continue;
        };
        // An ill-formed name is told as that.
        if reference.target.is_some() || !name.is_well_formed() {
            continue;
        }
        let message = format!("no stage is named `{}`", short(name.as_str()));
        let finding = Finding::new(&RULE, message)
            .at(reference.at, reference.part, "not declared")
            .triggered(reference);
        let name = name.as_str();
        let near = findings.nearest(name, context.graph.stage_names());
        findings.add(if name == "scratch" {
            finding.help("the empty image is `Image::scratch()`, or `Stage::new(\"scratch\")`")
        } else if context.file.beside.contexts.contains(name) {
            finding.help("the context of this name is given by the handle that `context` returned")
        } else if let Some(near) = near {
            finding.help(format!("did you mean `{near}`?")).replace(
                reference.at,
                reference.part,
                near,
            )
        } else if context.graph.stage_names().next().is_none() {
            finding.help("no stage has a name: `file.stage(name, stage)` gives it one")
        } else {
            finding.help("declare the stage above; an image is given as `Image::new(..)`")
        });
    }
}
