//! `invalid-expression`: an expression that Docker could not read.

use crate::rules::Finding;
use crate::rules::place::{Spot, short};
use crate::text::expression::ExpressionError;

rule! {
    id: "invalid-expression",
    severity: Error,
    summary: "an expression that Docker could not read",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds expressions with a `$` form that Docker does not know or that is not closed, and variables of
names that Docker cannot expand.

## Why is this bad?

The build would fail, or expand something else.

## Example

```rust
use multistage::{Dockerfile, Stage, expr};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").env("PATH", expr("/opt/bin:${PATH")));
assert_eq!(file.check().diagnostics()[0].rule.id, "invalid-expression");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage, expr};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").env("PATH", expr("/opt/bin:${PATH}")));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn expression(spot: Spot<'_>, text: &str, error: ExpressionError) -> Finding {
    let message = format!("{} is not an expression that Docker can read", spot.name());
    let finding = spot.finding(&RULE, message, error.to_string());
    if spot.is_free_text() {
        let text = short(text);
        finding.help(format!("for the text as it is, write `literal({text:?})`"))
    } else {
        finding
    }
}

pub(crate) fn variable_name(spot: Spot<'_>, name: &str) -> Finding {
    let name = short(name);
    let message = format!("{} has a variable that Docker cannot expand", spot.name());
    spot.finding(
        &RULE,
        message,
        format!("`{name}` is not a valid variable name"),
    )
    .help("a name is letters, digits and `_`, with no digit in front")
}
