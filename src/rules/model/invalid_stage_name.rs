//! `invalid-stage-name`: a name that Docker rejects for a stage.

use crate::reference::{Image, Typed};
use crate::rules::place::{Spot, short};
use crate::rules::{Context, Finding};
use crate::syntax::Part;

rule! {
    id: "invalid-stage-name",
    severity: Error,
    summary: "a name that Docker rejects for a stage",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds names of stages that do not start with a letter and go on with letters, digits, `-`, `_` and
`.`, where they are given and where nothing but the reference is there.

## Why is this bad?

The build would fail.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.stage("2nd stage", Stage::new("alpine"));
assert_eq!(file.check().diagnostics()[0].rule.id, "invalid-stage-name");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.stage("second-stage", Stage::new("alpine"));
assert!(file.check().is_empty());
```
"#,
}

/// A reference to a stage that has the name is left to the finding about that stage.
pub(crate) fn finding(spot: Spot<'_>, context: &Context<'_>, name: &str) -> Option<Finding> {
    if spot.part != Part::Name && context.graph.names.all(name).next().is_some() {
        return None;
    }
    let message = if name.is_empty() {
        "the name of a stage is empty".to_owned()
    } else {
        format!("`{}` is not a valid stage name", short(name))
    };
    let finding = spot.finding(&RULE, message, "");
    Some(if spot.part != Part::Name && Image::is_valid(name) {
        finding.help(format!(
            "for an image, write `Image::new({:?})`",
            short(name)
        ))
    } else {
        finding.help(
            "start the name with a letter, and continue with letters, digits, `-`, `_` and `.`",
        )
    })
}
