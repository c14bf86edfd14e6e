//! `numbered-base`: a base that is a number.

use crate::reference::Source;
use crate::rules::place::short;
use crate::rules::{Context, Finding, Findings};
use crate::syntax::{At, Part};

rule! {
    id: "numbered-base",
    severity: Error,
    summary: "a base that is a number, which Podman takes for a stage",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds FROMs whose base is the number of a stage above without a name, where the engine is Podman or
Buildah.

## Why is this bad?

Docker pulls an image of that name. Podman starts from the stage.

## Example

```rust
use multistage::{Dockerfile, frontend::PodmanVersion};

let mut file = Dockerfile::parse("FROM alpine\nFROM 0\n")?;
file.set_engine(PodmanVersion::NEWEST);
assert_eq!(file.render().unwrap_err().diagnostics()[0].rule.id, "numbered-base");
# Ok::<(), multistage::Report>(())
```

## Use instead

```rust
use multistage::{Dockerfile, frontend::PodmanVersion};

let mut file = Dockerfile::parse("FROM alpine AS base\nFROM base\n")?;
file.set_engine(PodmanVersion::NEWEST);
assert!(file.render().is_ok());
# Ok::<(), multistage::Report>(())
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(buildah) = context.buildah() else {
        return;
    };
    let stages = &context.file.stages;
    for (n, stage) in stages.iter().enumerate() {
        let Source::Image(image) = stage.base() else {
            continue;
        };
        let text = image.as_literal().unwrap_or_default();
        let number = text.parse::<usize>().ok().filter(|number| *number < n);
        let named = number.and_then(|number| stages.get(number));
        if named.is_none_or(|stage| stage.name().is_some()) {
            continue;
        }
        let message = format!(
            "{} takes the base `{}` for a stage",
            buildah.name,
            short(text)
        );
        findings.add(
            Finding::new(&RULE, message)
                .at(At::From(n), Part::Base, "an image to Docker")
                .help("name the stage and start from the name, or write the tag of the image"),
        );
    }
}
