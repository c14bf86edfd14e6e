//! `unlikely-image`: a `--from` that is not a stage, and hardly an image.

use super::{images, misspelt_stage, walk};
use crate::check::Checking;
use crate::diagnostic::Group;
use crate::edges::{Graph, Reference, Via};
use crate::rules::place::short;
use crate::rules::rule;
use crate::rules::{Finding, Findings};

rule! {
    id: "unlikely-image",
    severity: Warning,
    summary: "a reference that is not a stage, and hardly an image",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds `COPY --from` and `RUN --mount=from=` with one bare word that is not a stage, not a declared
context and not one of Docker's official images, if it reads like the name of a stage (`builder`,
`deps`, `build-env`) or is a longer or shorter form of one (`build` and `builder`). With the group
`Pedantic` it finds any such word. In FROM it finds other forms of a stage alone.

## Why is this bad?

Docker pulls the image of that name from its own library. No such image is there, or it is not the
one that is meant. A named context of the build is declared with `Dockerfile::context`.

## Example

```dockerfile
FROM golang:1.24 AS build
RUN go install github.com/acme/tool@v1.2.3

FROM scratch
COPY --from=builder /go/bin/tool /tool
```

## Use instead

```dockerfile
FROM golang:1.24 AS build
RUN go install github.com/acme/tool@v1.2.3

FROM scratch
COPY --from=build /go/bin/tool /tool
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let graph = &checking.context.graph;
    for (reference, name) in walk::literal_images(checking) {
        let is_word = !name.contains(['/', ':', '@']) && name != "scratch";
        if !is_word || images::is_common(name) {
            continue;
        }
        let kin = kin(graph, reference, name);
        // A context that the build is given is not in the file.
        let is_strict = checking.checker.has_group(Group::Pedantic);
        let is_said = reference.via != Via::Base && (is_strict || is_name_of_stages(name));
        if kin.is_none() && !is_said {
            continue;
        }
        // A name that is nearly that of a stage has been reported, and so has one that is that of a stage.
        if graph
            .names
            .found(reference.source, reference.via, reference.stage())
            .is_some()
            || misspelt_stage::near(graph, reference, name, findings).is_some()
        {
            continue;
        }
        let message = format!("`{}` is not a stage, and hardly an image", short(name));
        let finding = Finding::new(&RULE, message)
            .at(
                reference.at(),
                reference.part(),
                "Docker pulls it as an image",
            )
            .triggered(reference);
        findings.add(match kin {
            Some(kin) => finding
                .help(format!("did you mean the stage `{}`?", short(kin)))
                .replace(reference.at(), reference.part(), kin),
            None => finding.help(format!(
                "name a stage, declare the context with `file.context({name:?})`, or write `{name}:latest` for the image",
                name = short(name)
            )),
        });
    }
}

/// Returns `true` if a name is one that people give to stages.
fn is_name_of_stages(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "build",
        "builder",
        "compile",
        "dependencies",
        "deps",
        "dist",
        "install",
        "installer",
        "publish",
        "stage",
        "test",
        "vendor",
    ];
    name.split(['-', '_']).any(|word| WORDS.contains(&word))
}

/// The number of names that are compared.
const NAMES: usize = 1000;

/// A stage whose name is a longer or shorter form of another: `build` and `builder`.
fn kin<'m>(graph: &Graph<'m>, reference: &Reference<'_>, name: &str) -> Option<&'m str> {
    const SHORTEST: usize = 4;
    let stages = graph.stages.iter().enumerate().take(NAMES);
    let names = stages
        .filter(|(n, _)| *n < reference.stage())
        .filter_map(|(_, stage)| stage.name());
    let mut names = names.map(|name| name.as_str());
    names.find(|other| {
        let (short, long) = if name.len() < other.len() {
            (name, *other)
        } else {
            (*other, name)
        };
        short.len() >= SHORTEST && long.starts_with(short)
    })
}
