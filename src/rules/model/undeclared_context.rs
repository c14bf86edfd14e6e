//! `undeclared-context`: a context that the file has not declared.

use crate::edges::Meaning;
use crate::reference::Source;
use crate::rules::place::short;
use crate::rules::{Context, Finding, Findings};

rule! {
    id: "undeclared-context",
    severity: Error,
    summary: "a context that the file has not declared",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds references to a named context that `Dockerfile::context` has not declared.

## Why is this bad?

Docker takes the name of a context that is not given to the build for an image and tries to pull it:
a typo reaches the registry.

## Example

```rust
use multistage::{Context, Dockerfile, Stage};

let mut file = Dockerfile::new();
file.context("docs-site");
file.push(Stage::new("nginx").copy_from(Context::new("doc-site"), "/", "/srv/"));
assert_eq!(file.check().diagnostics()[0].rule.id, "undeclared-context");
```

## Use instead

The handle that `context` returns:

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let docs = file.context("docs-site");
file.push(Stage::new("nginx").copy_from(&docs, "/", "/srv/"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let declared = &context.file.beside.contexts;
    for reference in &context.graph.references {
        let Source::Context(name) = reference.source else {
            continue;
        };
        // What is ill-formed, or would be a stage, is reported as that.
        let told = !name.is_well_formed() || reference.meaning(&context.graph) != Meaning::External;
        if told || declared.contains(name) {
            continue;
        }
        let message = format!("no context is declared as `{}`", short(name.as_str()));
        let finding = Finding::new(&RULE, message)
            .at(reference.at(), reference.part(), "not declared")
            .triggered(reference);
        let names = declared.iter().map(|context| context.as_str());
        let near = findings.nearest(name.as_str(), names);
        findings.add(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")).replace(
                reference.at(),
                reference.part(),
                near,
            ),
            None => finding.help(format!(
                "declare it: `file.context({:?})`",
                short(name.as_str())
            )),
        });
    }
}
