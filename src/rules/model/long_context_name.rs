//! `long-context-name`: a context that is declared under a name that Docker never looks up.

use crate::reference::{self, familiar};
use crate::rules::place::short;
use crate::rules::{Context, Finding, Findings};

rule! {
    id: "long-context-name",
    severity: Warning,
    summary: "a context that is declared under a name that Docker never looks up",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds contexts that are declared with Docker's own registry (`docker.io/library/golang`), with the
`library/` of its official images, with the tag `latest`, or under a name that is not an image
reference.

## Why is this bad?

Docker looks for a context under the shortest name of an image: `golang` for
`FROM docker.io/library/golang:latest`. It finds no context of a longer name, and pulls the image.
The command line of `docker buildx build` shortens the name; other clients pass it on as it is.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.context("docker.io/library/redis");
file.push(Stage::new("redis"));
assert_eq!(file.check().diagnostics()[0].rule.id, "long-context-name");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.context("redis");
file.push(Stage::new("redis"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    for declared in context.file.contexts() {
        // A context can be for one platform: `golang::linux/arm64`.
        let name = declared.as_str();
        let name = name.split_once("::").map_or(name, |(name, _)| name);
        let is_reference = reference::Context::new(name).is_well_formed();
        if is_reference && familiar(name) == name {
            continue;
        }
        let finding = Finding::new(
            &RULE,
            format!("Docker never looks for a context named `{}`", short(name)),
        );
        if is_reference {
            findings.add(finding.help(format!("declare it as `{}`", short(familiar(name)))));
        } else if !is_used(context, declared) {
            findings.add(
                finding.help("write a name in the form of an image reference, in lower case, such as `docs-site`"),
            );
        }
    }
}

/// Returns `true` if something refers to a context: what is wrong with its name is reported there.
fn is_used(context: &Context<'_>, declared: &reference::Context) -> bool {
    context.graph.references.iter().any(|reference| {
        matches!(reference.source, reference::Source::Context(name) if name == declared)
    })
}
