//! `forbidden-trigger`: an instruction that ONBUILD cannot trigger.

use crate::rules::Finding;
use crate::rules::place::Spot;

rule! {
    id: "forbidden-trigger",
    severity: Error,
    summary: "an instruction that ONBUILD cannot trigger",
    also: ["hadolint:DL3043"],
    can_be_allowed: false,
    docs: r#"## What it does

Finds ONBUILD and MAINTAINER as the trigger of an ONBUILD.

## Why is this bad?

The build would fail.

## Example

```rust
use multistage::{Dockerfile, Stage, instruction::{Onbuild, Run}};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").onbuild(Onbuild::new(Run::new("date"))));
assert_eq!(file.check().diagnostics()[0].rule.id, "forbidden-trigger");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage, instruction::Run};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").onbuild(Run::new("date")));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn finding(spot: Spot<'_>, keyword: &str) -> Finding {
    let message = format!("ONBUILD cannot trigger {keyword}");
    let finding = spot.finding(&RULE, message, "not allowed here");
    match keyword {
        "MAINTAINER" => finding.help("write the label `org.opencontainers.image.authors` instead"),
        _ => finding.help("give the inner instruction itself"),
    }
}
