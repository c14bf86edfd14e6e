//! `unknown-stage`: a reference to a stage that the file does not have.

use crate::edges::Expressions;
use crate::reference::Source;
use crate::rules::place::short;
use crate::rules::{Context, Finding, Findings};
use crate::syntax::{At, Part};

rule! {
    id: "unknown-stage",
    severity: Error,
    summary: "a reference to a stage that the file does not have",
    also: ["hadolint:DL3022"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds FROM, `COPY --from`, `RUN --mount=from=` and triggers of ONBUILD that name a stage of which
the file has none. Of an expression in FROM, such as `base-$VERSION`, that is known if the stage has
been removed from the file.

## Why is this bad?

Docker takes a name that is not a stage for an image and tries to pull it: a typo reaches the
registry.

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
    removed_bases(context, findings);
    for reference in &context.graph.references {
        let Source::Stage(name) = reference.source else {
            continue;
        };
        // An ill-formed name is reported as that.
        if reference.target().is_some() || !name.is_well_formed() {
            continue;
        }
        let message = format!("no stage is named `{}`", short(name.as_str()));
        let finding = Finding::new(&RULE, message)
            .at(reference.at(), reference.part(), "not declared")
            .triggered(reference);
        let name = name.as_str();
        let near = findings.nearest(name, context.graph.stage_names());
        findings.add(if name == "scratch" {
            finding.help("the empty image is `Image::scratch()`, or `Stage::new(\"scratch\")`")
        } else if context.file.beside.contexts.contains(name) {
            finding.help("for the context, pass the value that `context` returned")
        } else if let Some(near) = near {
            finding.help(format!("did you mean `{near}`?")).replace(
                reference.at(),
                reference.part(),
                near,
            )
        } else if context.graph.stage_names().next().is_none() {
            finding.help("no stage has a name: `file.stage(name, stage)` gives it one")
        } else {
            finding.help("declare the stage above; for an image, write `Image::new(..)`")
        });
    }
}

/// The bases that are expressions and name a stage that has been removed.
fn removed_bases(context: &Context<'_>, findings: &mut Findings) {
    let file = context.file;
    let names = &context.graph.names;
    let mut removed = Vec::new();
    for name in file.beside.removed.iter() {
        if names.target(name).is_none() {
            removed.push(name.as_str());
        }
    }
    if removed.is_empty() {
        return;
    }
    for base in Expressions::of(file).list {
        // By its default it is one that has been removed, or else a stage: other arguments then name other stages.
        let default = base.default.as_ref().filter(|choice| choice.is_anchored());
        let by_default = |name: &&str| default.is_some_and(|choice| choice.can_be(name));
        let is_stage = base.selects || removed.iter().any(by_default);
        let any = base
            .any
            .as_ref()
            .filter(|choice| is_stage && choice.is_anchored());
        let by_argument = |name: &&str| any.is_some_and(|choice| choice.can_be(name));
        let mut names = removed.iter().copied();
        let Some(name) = names.find(|name| by_default(name) || by_argument(name)) else {
            continue;
        };
        let spelled = short(&base.image.to_string());
        let message =
            format!("FROM `{spelled}` can name the stage `{name}`, which has been removed");
        findings.add(
            Finding::new(&RULE, message)
                .at(
                    At::From(base.last),
                    Part::Base,
                    "Docker takes the name for an image",
                )
                .help("give the stage another base, or add a stage of that name above"),
        );
    }
}
