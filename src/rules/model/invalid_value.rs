//! `invalid-value`: a value that Docker rejects, by itself or beside the others.

use crate::instruction::{Instruction, mount_kinds_with, nearest_signal};
use crate::rules::place::{Spot, short};
use crate::rules::{Finding, Narrow};
use crate::syntax::Part;

rule! {
    id: "invalid-value",
    severity: Error,
    summary: "a value that Docker rejects",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds literal values outside of their grammar (a port above 65535, a signal that is none), flags
that contradict each other, and keys that a mount of this type does not take.

## Why is this bad?

The build would fail.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("nginx").expose("80000"));
assert_eq!(file.check().diagnostics()[0].rule.id, "invalid-value");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("nginx").expose(8000));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn invalid(spot: Spot<'_>, what: &str, text: &str, expected: &str) -> Finding {
    let message = format!("`{}` is not a valid {what}", short(text));
    let finding = spot.finding(&RULE, message, format!("expected {expected}"));
    if let Some(Instruction::Stopsignal(_)) = spot.instruction() {
        if let Some(near) = nearest_signal(text) {
            return finding.help(format!("did you mean `{near}`?"));
        }
    }
    match spot.part {
        // It is a word of the line.
        Part::CommandLine(_) => finding.narrow(Narrow::Text(vec![text.to_owned()])),
        _ => finding,
    }
}

pub(crate) fn conflict(spot: Spot<'_>, message: &str) -> Finding {
    spot.finding(&RULE, message, "")
}

pub(crate) fn wrong_mount_key(spot: Spot<'_>, key: &str, kind: &str) -> Finding {
    let kinds: Vec<String> = mount_kinds_with(key)
        .iter()
        .map(|kind| format!("`{}`", kind.as_str()))
        .collect();
    let message = format!("a mount of type `{kind}` takes no `{key}`");
    spot.finding(&RULE, message, format!("not for `{kind}`"))
        .help(format!("`{key}` is a key of type {}", kinds.join(", ")))
}

pub(crate) fn known_flag(spot: Spot<'_>, name: &str) -> Finding {
    let message = format!("{} has a setter of its own", spot.name());
    let setter = name.to_ascii_lowercase().replace('-', "_");
    spot.finding(&RULE, message, "given by name")
        .help(format!("use `.{setter}(..)`"))
}
