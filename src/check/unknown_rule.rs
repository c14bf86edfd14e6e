//! `unknown-rule`: a disabled rule that does not exist, or that cannot be disabled.

use super::{Checking, rules};
use crate::rules::place::short;
use crate::rules::{Finding, Findings};

crate::rules::rule! {
    id: "unknown-rule",
    severity: Warning,
    summary: "a rule that cannot be disabled, or that does not exist",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds ids in `Dockerfile::allow` that no rule has, and rules about what Docker would reject or take
for something else.

## Why is this bad?

It changes nothing.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine"));
file.allow("unkown-stage");
assert_eq!(file.check().diagnostics()[0].rule.id, "unknown-rule");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine"));
file.allow("unknown-stage");
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for id in checking.context.file.beside.allowed.iter() {
        let name = short(id);
        let finding = match rules().find(|rule| rule.id == id) {
            Some(rule) if rule.can_be_allowed => continue,
            Some(_) => Finding::new(&RULE, format!("the rule `{name}` cannot be disabled"))
                .help("it is about what Docker rejects, or would take for something else"),
            None => {
                let finding = Finding::new(&RULE, format!("no rule has the id `{name}`"));
                match findings.nearest(id, rules().map(|rule| rule.id)) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding.help("`rules()` lists them"),
                }
            }
        };
        findings.add(finding);
    }
}
