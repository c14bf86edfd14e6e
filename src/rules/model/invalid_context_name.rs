//! `invalid-context-name`: a context name that Docker cannot find.

use crate::rules::Finding;
use crate::rules::place::{Spot, short};

rule! {
    id: "invalid-context-name",
    severity: Error,
    summary: "a context name that Docker cannot find",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds references to named contexts of names that are not of the form of an image, and of the names
`scratch` and `context`.

## Why is this bad?

A context is where an image could be. A name that is not an image reference makes the build fail;
`scratch` is the empty image, whatever contexts there are, and Docker looks for no context called
`context`.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let docs = file.context("Docs Site");
file.push(Stage::new("nginx").copy_from(&docs, "/", "/usr/share/nginx/html/"));
assert_eq!(file.check().diagnostics()[0].rule.id, "invalid-context-name");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let docs = file.context("docs-site");
file.push(Stage::new("nginx").copy_from(&docs, "/", "/usr/share/nginx/html/"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn finding(spot: Spot<'_>, name: &str) -> Finding {
    let message = if name.is_empty() {
        "the name of a context is empty".to_owned()
    } else {
        format!("Docker cannot find a context named `{}`", short(name))
    };
    let finding = spot.finding(&RULE, message, "");
    match name.to_ascii_lowercase().as_str() {
        "scratch" => finding.help("the empty image is `Image::scratch()`"),
        "context" => finding.help("leave out `--from` to copy from the build context"),
        _ => finding.help(
            "write a name in the form of an image reference, in lower case, such as `docs-site`",
        ),
    }
}
