//! `misspelt-stage`: an image whose name is one letter away from that of a stage.

use super::{images, walk};
use crate::check::Checking;
use crate::edges::{Graph, Reference, Via};
use crate::limits;
use crate::rules::place::short;
use crate::rules::{Finding, Findings};
use crate::text::suggest;

crate::rules::rule! {
    id: "misspelt-stage",
    severity: Warning,
    summary: "an image whose name is nearly that of a stage",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds images in FROM, `COPY --from` and `RUN --mount=from=` whose name, without tag and registry,
differs from the name of a stage by one letter: one that is missing, too many, another one, or
swapped with its neighbour. In FROM, that stage is above. Images of Docker's library are what they
say.

## Why is this bad?

Docker takes what is not a stage for an image and pulls it: a typo reaches the registry, and whoever
owns that name there.

## Example

```dockerfile
FROM golang:1.24 AS builder
RUN go install github.com/acme/tool@v1.2.3

FROM scratch
COPY --from=biulder /go/bin/tool /tool
```

## Use instead

```dockerfile
FROM golang:1.24 AS builder
RUN go install github.com/acme/tool@v1.2.3

FROM scratch
COPY --from=builder /go/bin/tool /tool
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let graph = &checking.context.graph;
    for (reference, name) in walk::literal_images(checking) {
        if name.len() < SHORTEST || name.contains(['/', ':', '@']) {
            continue;
        }
        if name == "scratch" || images::is_common(name) || graph.names.all(name).next().is_some() {
            continue;
        }
        let Some(near) = near(graph, reference, name, findings) else {
            continue;
        };
        let finding = Finding::new(
            &RULE,
            format!(
                "the image `{}` resembles the stage `{}`",
                short(name),
                short(near)
            ),
        )
        .at(
            reference.at(),
            reference.part(),
            "not a stage, so Docker pulls it",
        )
        .triggered(reference)
        .help(format!(
            "did you mean `{near}`? For the image, write `{}:latest`",
            short(name)
        ))
        .replace(reference.at(), reference.part(), near);
        findings.add(finding);
    }
}

/// Names that are shorter have neighbours by chance.
const SHORTEST: usize = 4;

pub(super) fn near<'m>(
    graph: &Graph<'m>,
    reference: &Reference<'_>,
    name: &str,
    findings: &mut Findings,
) -> Option<&'m str> {
    if name.len() < SHORTEST {
        return None;
    }
    let is_there = |other: &str| {
        graph.names.all(other).any(|stage| match reference.via {
            Via::Base => stage < reference.stage(),
            Via::Copy | Via::Mount => stage != reference.stage(),
        })
    };
    // A stage that is named after the image tells them apart on purpose.
    let is_of_image = |other: &str| {
        graph.names.all(other).any(|stage| {
            let base = graph.stages.get(stage).map(|stage| stage.base());
            let base = base.and_then(|base| base.external()).unwrap_or_default();
            base.split([':', '@'])
                .next()
                .and_then(|path| path.rsplit('/').next())
                == Some(name)
        })
    };
    let names = graph
        .stage_names()
        .take(limits::SUGGESTED_NAMES)
        .filter(|other| suggest::is_one_edit(name, other));
    findings.nearest(
        name,
        names.filter(|other| is_there(other) && !is_of_image(other)),
    )
}
