//! `undecided-dollar`: a `$` of which nobody said whether it is a variable.

use crate::rules::Finding;
use crate::rules::place::{Spot, short};

rule! {
    id: "undecided-dollar",
    severity: Error,
    summary: "a plain string with a `$` that Docker would expand",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds plain strings with a `$` that Docker would expand in their position.

## Why is this bad?

The string may be meant as it is (`$5 off`) or as an expression (`/opt/bin:$PATH`). Guessing wrong either loses text or
lets data read variables.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").env("PRICE", "$5 off"));
assert_eq!(file.check().diagnostics()[0].rule.id, "undecided-dollar");
```

## Use instead

One of the two that say which:

```rust
use multistage::{Dockerfile, Stage, expr, literal};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").env("PRICE", literal("$5 off")).env("PATH", expr("/opt/bin:$PATH")));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn finding(spot: Spot<'_>, text: &str) -> Finding {
    let message = format!("{} has a `$` that Docker would expand", spot.name());
    let text = short(text);
    let finding = spot.finding(&RULE, message, "text or variable?");
    let variable = format!("`expr({text:?})` for the variable");
    finding.help(if spot.is_free_text() {
        format!("write `literal({text:?})` for the text as it is\nor {variable}")
    } else {
        format!("write {variable}")
    })
}
