//! `unnamed-inline-file`: an inline file whose name Docker would make up.

use crate::rules::Finding;
use crate::rules::place::{Spot, short};

rule! {
    id: "unnamed-inline-file",
    severity: Error,
    summary: "an inline file without a name of its own",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds inline files without a name where the destination is a directory or there are several sources,
and inline files of one COPY or ADD that have the same name.

## Why is this bad?

In a directory, Docker calls the file by the marker of its heredoc, such as `EOF`. Of two files with
one name, the later one takes the place of the other.

## Example

```rust
use multistage::{Dockerfile, Stage, instruction::inline};

let mut file = Dockerfile::new();
file.push(Stage::new("nginx").copy(inline("gzip on;"), "/etc/nginx/conf.d/"));
assert_eq!(file.check().diagnostics()[0].rule.id, "unnamed-inline-file");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage, instruction::inline};

let mut file = Dockerfile::new();
file.push(Stage::new("nginx").copy(inline("gzip on;").name("gzip.conf"), "/etc/nginx/conf.d/"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn unnamed(spot: Spot<'_>) -> Finding {
    let message = format!("an inline file of {} has no name", spot.keyword());
    spot.finding(&RULE, message, "the file would be named after this marker")
        .help("name it, `inline(..).name(\"app.conf\")`, or copy it alone to the path of a file")
}

pub(crate) fn same_name(spot: Spot<'_>, name: &str) -> Finding {
    let message = format!(
        "two inline files of {} are named `{}`",
        spot.keyword(),
        short(name)
    );
    spot.finding(&RULE, message, "would replace the first")
        .help("give each a name of its own")
}
