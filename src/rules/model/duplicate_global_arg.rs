//! `duplicate-global-arg`: two global ARGs of one name.

use indexmap::{IndexMap, IndexSet};

use crate::rules::place::short;
use crate::rules::{Context, Finding, Findings};
use crate::syntax::{At, Part};

rule! {
    id: "duplicate-global-arg",
    severity: Warning,
    summary: "two global ARGs of one name",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds arguments that are declared twice above the first FROM. One whose value is used before it is
declared again, as in `ARG V=${V:-none}`, is left alone: that computes a value.

## Why is this bad?

The later default replaces the earlier one, which whoever changes the earlier one does not see.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.arg(("VERSION", "3.21"));
let version = file.arg(("VERSION", "3.22"));
file.push(Stage::new(format!("alpine:{version}")).user("app"));
assert_eq!(file.check().diagnostics()[0].rule.id, "duplicate-global-arg");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let version = file.arg(("VERSION", "3.22"));
file.push(Stage::new(format!("alpine:{version}")).user("app"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut first: IndexMap<&str, (At, Part)> = IndexMap::new();
    let mut used: IndexSet<&str> = IndexSet::new();
    for (arg, step) in context.file.args.iter().enumerate() {
        for (n, declared) in step.instruction().declarations().iter().enumerate() {
            let name = declared.name().as_str();
            let place = (At::Arg(arg), Part::Key(n));
            if let Some(default) = declared.default() {
                used.extend(default.variables().iter().map(|variable| variable.name()));
            }
            let (at, part) = *first.entry(name).or_insert(place);
            if (at, part) == place || used.contains(name) {
                continue;
            }
            let label = match declared.default() {
                Some(_) => "replaces the default above",
                None => "changes nothing",
            };
            let message = format!("the argument `{}` is declared twice", short(name));
            let finding = Finding::new(&RULE, message)
                .at(place.0, place.1, label)
                .at(at, part, "declared here first")
                .help("drop one of them");
            findings.add(finding);
        }
    }
}
