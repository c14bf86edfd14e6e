//! `undecided-dollar`: a `$` that could be text or a variable.

use crate::reference::args;
use crate::rules::Finding;
use crate::rules::place::{Spot, short};
use crate::text::expr;

rule! {
    id: "undecided-dollar",
    severity: Error,
    summary: "a plain string with a `$` that Docker would expand",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds plain strings with a `$` that Docker would expand in their position.

## Why is this bad?

The string may be meant as it is (`$5 off`) or as an expression (`/opt/bin:$PATH`). Guessing wrong
either loses text or lets data read variables.

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
    let finding = spot.finding(&RULE, message, "text or variable?");
    let as_text = format!("write `literal({:?})` for the text as it is", short(text));
    if let Some((name, format)) = spelled_handle(spot, text) {
        let value =
            format!("`${{{name}}}` is the argument `{name}`: write `{format}` for its value");
        return finding.help(if spot.is_free_text() {
            format!("{value}\nor {as_text}")
        } else {
            value
        });
    }
    let variable = format!("`expr({:?})` for the variable", short(text));
    finding.help(if spot.is_free_text() {
        format!("{as_text}\nor {variable}")
    } else {
        format!("write {variable}")
    })
}

/// The first argument whose handle was put into the text with `format!`, and how it is written
/// instead.
fn spelled_handle(spot: Spot<'_>, text: &str) -> Option<(String, String)> {
    let expression = expr(text);
    let mut variables = expression.variables().into_iter();
    let name = variables.find_map(|variable| {
        let is_spelled = variable.is_braced() && variable.modifier().is_none();
        let name = variable.name();
        (is_spelled && spot.has_argument(name)).then(|| name.to_owned())
    })?;
    let literal = text.replace('{', "{{").replace('}', "}}");
    let spelled = format!("${{{{{name}}}}}");
    // The handle of a platform argument is a constant.
    let handle = match args::NAMES.contains(&name.as_str()) {
        true => format!("{{{name}}}"),
        false => format!("{{{}}}", name.to_lowercase()),
    };
    let format = literal.replace(&spelled, &handle);
    Some((name, format!("expr(format!({:?}))", short(&format))))
}
