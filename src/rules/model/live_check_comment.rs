//! `live-check-comment`: a comment that Docker acts upon.

use crate::rules::Finding;
use crate::rules::place::Spot;
use crate::syntax::Part;

rule! {
    id: "live-check-comment",
    severity: Error,
    summary: "a comment that Docker takes for a check directive",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds comments and descriptions of the form `check=…` that were not given as one.

## Why is this bad?

Docker acts upon such a comment: it disables checks for the instruction below.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").comment("check=skip=all").run("date"));
assert_eq!(file.check().diagnostics()[0].rule.id, "live-check-comment");
```

## Use instead

```rust
use multistage::{CheckDirective, Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").check_directive(CheckDirective::new().skip("all")).run("date"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn finding(spot: Spot<'_>) -> Finding {
    let message = format!("Docker takes {} for a check directive", spot.name());
    let finding = spot.finding(&RULE, message, "Docker acts on this comment");
    match spot.part {
        Part::Description(_) => finding.help("begin the description with a word"),
        _ => finding.help(
            "for a comment, begin it with another word\n\
             to set checks, write `Comment::check(CheckDirective::new().skip(..))`",
        ),
    }
}
