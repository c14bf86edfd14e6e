//! `remote-copy-source`: a source of COPY that Docker would fetch from elsewhere.

use crate::rules::Finding;
use crate::rules::place::{Spot, short};

rule! {
    id: "remote-copy-source",
    severity: Error,
    summary: "a download or a git repository as a source of COPY",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds sources of COPY that Docker takes for a download (`https://…`) or for a git repository
(`git@host:path`).

## Why is this bad?

Only ADD takes them: the build would fail. So it would where a file of such a name is meant.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").copy("https://example.com/tool", "/usr/bin/"));
assert_eq!(file.check().diagnostics()[0].rule.id, "remote-copy-source");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").add("https://example.com/tool", "/usr/bin/"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn finding(spot: Spot<'_>, path: &str) -> Finding {
    let message = format!("COPY cannot fetch `{}`", short(path));
    spot.finding(&RULE, message, "not a path of the build context")
        .help("ADD fetches it: `.add(..)`; a file of that name is `literal_path(..)`")
}
