//! `missing-value`: nothing where something has to be.

use crate::rules::Finding;
use crate::rules::place::Spot;
use crate::syntax::Part;

rule! {
    id: "missing-value",
    severity: Error,
    summary: "nothing where Docker needs something",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds instructions without arguments, keys and flags without a value, commands without a word.

## Why is this bad?

The build would fail, or Docker would take the flag for one that is not there.

## Example

```rust
use multistage::{Dockerfile, Stage};

let ports: Vec<u16> = Vec::new();
let mut file = Dockerfile::new();
file.push(Stage::new("nginx").expose(ports));
assert_eq!(file.check().diagnostics()[0].rule.id, "missing-value");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let ports: Vec<u16> = Vec::new();
let mut file = Dockerfile::new();
file.push(Stage::new("nginx").when(!ports.is_empty(), |stage| stage.expose(ports)));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn finding(spot: Spot<'_>, what: &str) -> Finding {
    match spot.part {
        Part::Keyword | Part::Comment(_) | Part::Directive(_) | Part::OtherFlag(_) => {
            let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) {
                "an"
            } else {
                "a"
            };
            let message = format!("{} lacks {article} {what}", spot.name());
            spot.finding(&RULE, message, format!("no {what}"))
        }
        Part::FlagValue(name, _) => spot
            .finding(&RULE, format!("{} is empty", spot.name()), "no value")
            .help(format!("leave `--{name}` out")),
        _ => spot.finding(&RULE, format!("{} is empty", spot.name()), "empty"),
    }
}
