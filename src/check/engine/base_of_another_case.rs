//! `base-of-another-case`: a stage whose name FROM spells in another case.

use crate::check::Checking;
use crate::rules::place::short;
use crate::rules::{Edit, Finding, Findings, rule};
use crate::syntax::{At, Part};

rule! {
    id: "base-of-another-case",
    severity: Error,
    summary: "a base that is a stage in another case, which Podman takes for an image",
    also: [],
    can_be_allowed: true,
    replaces: [crate::check::build::uppercase_stage_name::RULE as Part],
    docs: r#"## What it does

Finds FROMs that start from a stage whose `AS` spells the name with capitals, where the engine is
Podman or Buildah.

## Why is this bad?

Docker folds the case of names. Podman looks for exactly the name, does not find the stage, and
pulls an image of that name.

## Example

For Podman:

```dockerfile engine=podman
FROM alpine AS Base
FROM base
```

## Use instead

```dockerfile engine=podman
FROM alpine AS base
FROM base
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let (Some(written), Some(buildah)) = (&checking.written, checking.context.buildah()) else {
        return;
    };
    let graph = &checking.context.graph;
    for stage in 0..checking.context.file.stages.len() {
        let Some(base) = graph.base_of(stage) else {
            continue;
        };
        let (at, named) = (At::From(stage), At::From(base));
        let (Some(used), Some(name)) = (
            written.word(at, Part::Base),
            written.word(named, Part::Name),
        ) else {
            continue;
        };
        if used == name || !used.eq_ignore_ascii_case(&name) {
            continue;
        }
        let message = format!(
            "{} takes the base `{}` for an image",
            buildah.name,
            short(&used)
        );
        findings.add(
            Finding::new(&RULE, message)
                .at(at, Part::Base, "")
                .at(named, Part::Name, "the stage is spelled in another way")
                .help("spell the name of the stage in lower case")
                .edit(Some(Edit::Replace(named, Part::Name, name.to_lowercase()))),
        );
    }
}
