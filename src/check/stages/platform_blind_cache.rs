//! `platform-blind-cache`: a cache mount that all architectures share.

use super::{caches, walk};
use crate::check::Checking;
use crate::check::topics::Topics;
use crate::instruction::{Instruction, MountKind};
use crate::model::Stage;
use crate::rules::{Finding, Findings};
use crate::syntax::Part;

crate::rules::rule! {
    id: "platform-blind-cache",
    severity: Warning,
    summary: "a cache mount shared by architectures, in a file that builds for several",
    also: [],
    can_be_allowed: true,
    group: Pedantic,
    docs: r#"## What it does

Finds cache mounts whose id does not depend on the platform, in stages that are built for the
platform of the image, in a file that asks for `TARGETPLATFORM`, `TARGETARCH` or the like. Without
an id, the target is the id; a `from=` is part of it.

## Why is this bad?

A build for several platforms mounts the same directory for all of them. What one of them compiles
is there for the next, which may take it for its own. A cache that tells the platforms apart by
itself is right, and left alone: Go, apt, uv, pip, npm, cargo's registry and the like.

## Example

```dockerfile pedantic
FROM rust:1.85
ARG TARGETARCH
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/src/target \
    cargo build --release && cp target/release/app /usr/local/bin/app-$TARGETARCH
USER 1000
```

## Use instead

```dockerfile pedantic
FROM rust:1.85
ARG TARGETARCH
WORKDIR /src
COPY . .
RUN --mount=type=cache,id=target-$TARGETARCH,target=/src/target \
    cargo build --release && cp target/release/app /usr/local/bin/app-$TARGETARCH
USER 1000
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let stages = &checking.context.file.stages;
    if !stages.iter().any(asks_for_platform) {
        return;
    }
    let roots = walk::roots(checking.resolved);
    for step in walk::looked_at(checking, Topics::MOUNT) {
        let root = step.at.stage().and_then(|stage| roots.get(stage));
        let root = root.and_then(|root| stages.get(*root));
        let Instruction::Run(run) = step.instruction else {
            continue;
        };
        if !root.is_some_and(is_pinned) {
            for (n, mount) in run.mounts.iter().enumerate() {
                let Some(fields) = mount
                    .options()
                    .filter(|fields| fields.kind == MountKind::Cache && fields.from.is_none())
                else {
                    continue;
                };
                let (key, id) = match (&fields.id, &fields.target) {
                    (Some(id), _) => ("id", id),
                    (None, Some(target)) => ("target", target),
                    (None, None) => continue,
                };
                let target = fields
                    .target
                    .as_ref()
                    .and_then(|target| target.as_literal());
                if id.variables().is_empty() && !target.is_some_and(caches::is_portable) {
                    let finding = Finding::new(&RULE, "the architectures share a cache mount")
                        .at(step.at, Part::MountValue(key, n), "the same for all of them")
                        .help("put the platform into the id: `id=NAME-$TARGETARCH`, below `ARG TARGETARCH`");
                    findings.add(finding);
                }
            }
        }
    }
}

/// Returns `true` if a stage looks at the platform that it is built for.
fn asks_for_platform(stage: &Stage) -> bool {
    let platform = stage.from.platform.as_ref();
    let in_from = platform.is_some_and(|platform| {
        let variables = platform.text().variables();
        variables
            .iter()
            .any(|variable| is_platform(variable.name()))
    });
    in_from
        || stage.steps.iter().any(|step| match step.instruction() {
            Instruction::Arg(arg) => {
                let mut names = arg.declarations().iter();
                names.any(|declared| is_platform(declared.name().as_str()))
            }
            _ => false,
        })
}

/// Returns `true` if a stage, and what starts from it, is for one platform whatever the image is
/// built for.
fn is_pinned(stage: &Stage) -> bool {
    stage.from.platform.as_ref().is_some_and(|platform| {
        let variables = platform.text().variables();
        let of_target = |name: &str| name.starts_with("TARGET");
        !platform.text().is_empty() && !variables.iter().any(|variable| of_target(variable.name()))
    })
}

fn is_platform(name: &str) -> bool {
    matches!(
        name,
        "TARGETPLATFORM" | "TARGETARCH" | "TARGETVARIANT" | "BUILDPLATFORM" | "BUILDARCH"
    )
}
