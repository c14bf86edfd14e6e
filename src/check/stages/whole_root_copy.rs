//! `whole-root-copy`: a whole file system that is copied into the final stage.

use super::walk;
use crate::check::Checking;
use crate::edges::Via;
use crate::instruction::Instruction;
use crate::resolve::ResolvedBase;
use crate::rules::place::stage_name;
use crate::rules::{Finding, Findings};
use crate::scope::{Action, path};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "whole-root-copy",
    severity: Warning,
    summary: "the whole file system of a stage copied into the final stage",
    also: [],
    can_be_allowed: true,
    group: Pedantic,
    docs: r#"## What it does

Finds `COPY --from` in the final stage that takes everything (`/`, or `.`, which is the same in a
stage) from a stage that began with an image. A stage that began from `scratch` has only what was
put there. `FROM scratch` and `COPY --from=stage / /` is meant: it makes one layer of the stage.

## Why is this bad?

The tools and caches of the stage come along, which a second stage is to keep out.

## Example

```dockerfile pedantic
FROM golang:1.24 AS build
WORKDIR /src
COPY . .
RUN go build -o /out/app .

FROM debian:12
COPY --from=build / /
USER 1000
ENTRYPOINT ["/out/app"]
```

## Use instead

```dockerfile pedantic
FROM golang:1.24 AS build
WORKDIR /src
COPY . .
RUN go build -o /out/app .

FROM scratch
COPY --from=build /out/app /app
USER 1000
ENTRYPOINT ["/app"]
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let graph = &checking.context.graph;
    let roots = walk::roots(checking.resolved);
    let finals = walk::finals(checking);
    for reference in &graph.references {
        let (Via::Copy, Some(target), None) =
            (reference.via, reference.target(), reference.declared_in())
        else {
            continue;
        };
        if target >= reference.stage() || finals.binary_search(&reference.stage()).is_err() {
            continue;
        }
        let root = roots
            .get(target)
            .and_then(|root| checking.resolved.stages().get(*root));
        if !root.is_some_and(|root| matches!(root.base(), ResolvedBase::Image(_))) {
            continue;
        }
        let At::Step { stage, step } = reference.at() else {
            continue;
        };
        let action = checking
            .resolved
            .stages()
            .get(stage)
            .and_then(|stage| stage.action(step));
        let Some(Action::Copy(copy)) = action else {
            continue;
        };
        let (sources, destination) = (&copy.sources, &copy.destination);
        let base = checking.resolved.stages().get(stage);
        let on_nothing = base.is_some_and(|stage| *stage.base() == ResolvedBase::Scratch);
        if on_nothing && path::is_root(destination) {
            continue;
        }
        let Some(nth) = sources.iter().position(|source| path::is_root(source)) else {
            continue;
        };
        // Inline files are not among the sources of the effect, and never come with `--from`.
        let instruction = checking
            .context
            .file
            .stages
            .get(stage)
            .and_then(|stage| stage.steps.get(step));
        let excludes = matches!(
            instruction.map(|step| step.instruction()),
            Some(Instruction::Copy(copy)) if !copy.exclude.is_empty()
        );
        if excludes {
            continue;
        }
        let name = stage_name(graph, target);
        findings.add(
            Finding::new(&RULE, format!("the whole file system of {name} is copied"))
                .at(
                    reference.at(),
                    Part::Argument(nth),
                    "everything, its base image too",
                )
                .help("copy only what the final stage needs"),
        );
    }
}
