//! `unnamed-description`: a description of a stage that has no name.

use crate::rules::Finding;
use crate::rules::place::Spot;

rule! {
    id: "unnamed-description",
    severity: Error,
    summary: "a description of a stage that has no name",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds stages that have a description and no name.

## Why is this bad?

A description is a comment that begins with the name of the stage. Without the name it would be an
ordinary comment.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("python:3.13").describe("runs the test suite"));
assert_eq!(file.check().diagnostics()[0].rule.id, "unnamed-description");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.stage("test", Stage::new("python:3.13").describe("runs the test suite"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn finding(spot: Spot<'_>) -> Finding {
    spot.finding(
        &RULE,
        "a stage without a name has a description",
        "would be a plain comment",
    )
    .help("name the stage, `file.stage(name, stage)`, or make it a comment: `.header(..)`")
}
