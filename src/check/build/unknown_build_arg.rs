//! `unknown-build-arg`: an argument that the build is given and no ARG declares.

use indexmap::IndexSet;

use crate::check::Checking;
use crate::instruction::Instruction;
use crate::reference::args;
use crate::rules::place::short;
use crate::rules::rule;
use crate::rules::{Finding, Findings};
use crate::syntax::{At, Part};

rule! {
    id: "unknown-build-arg",
    severity: Warning,
    summary: "an argument that the build is given and no ARG declares",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds arguments of a [`Build`](crate::resolve::Build) that no ARG of the file declares. Arguments
that Docker acts upon by itself, such as `HTTP_PROXY` and those that begin with `BUILDKIT_`, need no
ARG.

## Why is this bad?

The argument changes nothing: the file is built with its defaults.

## Example

```rust
use multistage::resolve::Build;
use multistage::check::Checker;
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.arg(("VERSION", "3.22"));
file.push(Stage::new("alpine:$VERSION").user("app"));
let checker = Checker::new().build(Build::new().arg("VERSOIN", "3.21"));
assert_eq!(file.check_with(&checker).diagnostics()[0].rule.id, "unknown-build-arg");
```

## Use instead

```rust
use multistage::resolve::Build;
use multistage::check::Checker;
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.arg(("VERSION", "3.22"));
file.push(Stage::new("alpine:$VERSION").user("app"));
let checker = Checker::new().build(Build::new().arg("VERSION", "3.21"));
assert!(file.check_with(&checker).is_empty());
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let given = &checking.checker.settings().args;
    if given.is_empty() {
        return;
    }
    let file = checking.context.file;
    let globals = file.args.iter().map(|step| step.instruction());
    let steps = file.stages.iter().flat_map(|stage| &stage.steps);
    let in_stages = steps.filter_map(|step| {
        let instruction = match step.instruction() {
            Instruction::Onbuild(onbuild) => onbuild.instruction()?,
            instruction => instruction,
        };
        match instruction {
            Instruction::Arg(arg) => Some(arg),
            _ => None,
        }
    });
    let mut declared: IndexSet<&str> = IndexSet::new();
    for arg in globals.chain(in_stages) {
        declared.extend(arg.declarations().iter().map(|it| it.name().as_str()));
    }
    for name in given.keys() {
        if declared.contains(name.as_str()) || args::is_known(name) {
            continue;
        }
        let message = format!(
            "the build is given `{}`, which no ARG declares",
            short(name)
        );
        let finding = Finding::new(&RULE, message).at(At::File, Part::Whole, "");
        let near = findings.nearest(name, declared.iter().copied());
        findings.add(match near {
            Some(near) => finding.help(format!("did you mean `{}`?", short(near))),
            None => finding.help(format!("declare it: `ARG {}`", short(name))),
        });
    }
}
