//! `invalid-image`: a literal that is not an image reference.

use crate::reference::{Image, StageName, Typed};
use crate::rules::place::{Spot, short};
use crate::rules::{Context, Finding};

rule! {
    id: "invalid-image",
    severity: Error,
    summary: "a text that is not an image reference",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds literal images that are not of the form `[host/]name[:tag][@digest]`: upper case in the name,
a space, a bad tag or digest.

## Why is this bad?

The build would fail.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("Alpine:3.21"));
assert_eq!(file.check().diagnostics()[0].rule.id, "invalid-image");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine:3.21"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn finding(
    spot: Spot<'_>,
    context: &Context<'_>,
    text: &str,
    expected: &str,
) -> Finding {
    let message = format!("`{}` is not a valid image reference", short(text));
    let finding = spot.finding(&RULE, message, format!("expected {expected}"));
    let stage = StageName::new(text);
    if context.graph.names.target(&stage).is_some() {
        return finding.help(format!(
            "for the stage, pass the value that `stage` returned, or write `StageName::new({:?})`",
            stage.as_str()
        ));
    }
    let lower = text.to_lowercase();
    if Image::is_valid(&lower) {
        return finding
            .help(format!("did you mean `{}`?", short(&lower)))
            .replace(spot.at, spot.part, lower);
    }
    finding
}
