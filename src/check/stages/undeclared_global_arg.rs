//! `undeclared-global-arg`: a global ARG that a stage uses without declaring it.

use indexmap::IndexMap;

use super::variables::{self, Goes, Used};
use super::walk;
use crate::check::Checking;
use crate::reference::args;
use crate::rules::rule;
use crate::rules::{Finding, Findings, Narrow};
use crate::syntax::{At, Part};

rule! {
    id: "undeclared-global-arg",
    severity: Warning,
    summary: "a global ARG that a stage uses without declaring it",
    also: [],
    can_be_allowed: true,
    replaces: [crate::check::build::undefined_variable::RULE as VariableOfStage],
    docs: r#"## What it does

Finds variables that a stage uses, in shell text too, that neither it nor a stage that it starts
from declares or sets, and that are arguments of the file: an ARG above the first FROM, or one of
the platform such as `TARGETARCH`. A base image that may set a variable of that name is left alone,
as is `${NAME:-default}`.

## Why is this bad?

What is above the first FROM is for the FROMs. In a stage the variable is empty, and the command
continues with that.

## Example

```dockerfile
ARG VERSION=1.2.3

FROM alpine:3.22
RUN wget -O /app https://example.com/app-$VERSION
```

## Use instead

```dockerfile
ARG VERSION=1.2.3

FROM alpine:3.22
ARG VERSION
RUN wget -O /app https://example.com/app-$VERSION
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let file = checking.context.file;
    let mut globals: IndexMap<&str, (At, Part)> = IndexMap::new();
    for (n, step) in file.args.iter().enumerate() {
        for (nth, declared) in step.instruction().declarations().iter().enumerate() {
            globals.insert(declared.name().as_str(), (At::Arg(n), Part::Key(nth)));
        }
    }
    let wanted = |name: &str| globals.contains_key(name) || args::NAMES.contains(&name);
    variables::each_use(checking, &wanted, &mut |used| {
        let global = globals.get(used.name).copied();
        if used.is_set() || used.base_may_set(global.is_none()) {
            return Goes::On;
        }
        if walk::is_looked_at(checking, used.stage) {
            findings.add(finding(&used, global));
        }
        Goes::Known
    });
}

fn finding(used: &Used<'_, '_>, global: Option<(At, Part)>) -> Finding {
    let name = used.name;
    let message = format!("the stage uses the argument `{name}` and does not declare it");
    let finding = Finding::new(&RULE, message)
        .at(used.step.at, used.part, "is empty here")
        .narrow(Narrow::Variable(name.to_owned()))
        .help(format!(
            "add the line `ARG {name}` to the stage, above this one"
        ));
    match global {
        Some((at, part)) => finding.at(at, part, "declared for the FROMs alone"),
        None => finding,
    }
}
