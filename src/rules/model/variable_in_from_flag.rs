//! `variable-in-from-flag`: a variable in `--from`, where Docker expands none.

use crate::rules::Finding;
use crate::rules::place::Spot;

rule! {
    id: "variable-in-from-flag",
    severity: Error,
    summary: "a variable where files come from, which Docker does not expand",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds images with a variable in `COPY --from` and in `from` of `RUN --mount`.

## Why is this bad?

Docker expands variables in FROM and not there: the build would fail.

## Example

```rust
use multistage::{Dockerfile, Image, Stage};

let mut file = Dockerfile::new();
let version = file.arg(("UV_VERSION", "0.9"));
let uv = Image::new(format!("ghcr.io/astral-sh/uv:{version}"));
file.push(Stage::new("python:3.13").copy_from(uv, "/uv", "/usr/bin/"));
assert_eq!(file.check().diagnostics()[0].rule.id, "variable-in-from-flag");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let version = file.arg(("UV_VERSION", "0.9"));
let uv = file.stage("uv", Stage::new(format!("ghcr.io/astral-sh/uv:{version}")));
file.push(Stage::new("python:3.13").copy_from(&uv, "/uv", "/usr/bin/"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn finding(spot: Spot<'_>) -> Finding {
    let message = format!("{} cannot hold a variable", spot.name());
    spot.finding(&RULE, message, "Docker expands nothing here")
        .help("FROM is expanded: make a stage of the image, `file.stage(name, Stage::new(image))`, and refer to that")
}
