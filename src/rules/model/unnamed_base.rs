//! `unnamed-base`: a number of a stage where Docker takes only names.

use crate::rules::Finding;
use crate::rules::place::Spot;
use crate::syntax::Part;

rule! {
    id: "unnamed-base",
    severity: Error,
    summary: "a stage without a name as a base or in a mount",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds FROM and `RUN --mount` that refer to a stage by its number.

## Why is this bad?

Docker knows numbers in `COPY --from` alone. Elsewhere it takes them for the name of an image.

## Example

```rust
use multistage::{Dockerfile, Source, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine"));
file.push(Stage::new(Source::Index(0)));
assert_eq!(file.check().diagnostics()[0].rule.id, "unnamed-base");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let base = file.stage("base", Stage::new("alpine"));
file.push(Stage::new(&base));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn finding(spot: Spot<'_>) -> Finding {
    let place = match spot.part {
        Part::Base => spot.keyword(),
        _ => spot.name(),
    };
    let message = format!("{place} cannot refer to a stage by its number");
    spot.finding(&RULE, message, "Docker takes this for an image")
        .help("give the stage a name: `file.stage(name, stage)` returns its handle")
}
