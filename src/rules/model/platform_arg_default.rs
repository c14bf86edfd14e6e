//! `platform-arg-default`: a platform argument with a default, which hides the platform.

use crate::instruction::{Arg, Declaration, Instruction};
use crate::model::{Origin, declare};
use crate::reference::args;
use crate::rules::engine::ignored_arg_default::ignores;
use crate::rules::{Context, Finding, Findings};
use crate::syntax::{At, Part};

rule! {
    id: "platform-arg-default",
    severity: Error,
    summary: "a platform argument with a default, which hides the platform",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds ARGs that give a default to an argument that Docker sets, such as `TARGETARCH`: an error if a
program builds it, a warning in a file that was read. `ARG TARGETARCH=${TARGETARCH:-amd64}` above
the first FROM, or below `ARG TARGETARCH`, keeps the platform and is left alone.

## Why is this bad?

The default takes the place of the platform that is built for. With `ARG TARGETARCH=amd64`, the
image for arm64 has binaries for amd64.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").arg(("TARGETARCH", "amd64")).run("echo $TARGETARCH").user("app"));
assert_eq!(file.check().diagnostics()[0].rule.id, "platform-arg-default");
```

## Use instead

```rust
use multistage::args::TARGETARCH;
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").arg(TARGETARCH).run("echo $TARGETARCH").user("app"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let file = context.file;
    for (n, step) in file.args.iter().enumerate() {
        in_arg(
            step.instruction(),
            At::Arg(n),
            &step.origin,
            &|name| !ignores(context, At::Arg(n), name),
            &|_| true,
            findings,
        );
    }
    for (stage, item) in file.stages.iter().enumerate() {
        for (nth, step) in item.steps.iter().enumerate() {
            let instruction = match step.instruction() {
                Instruction::Onbuild(onbuild) => onbuild.instruction(),
                instruction => Some(instruction),
            };
            if let Some(Instruction::Arg(arg)) = instruction {
                let above = item.steps.get(..nth).unwrap_or_default();
                let at = At::Step { stage, step: nth };
                in_arg(
                    arg,
                    at,
                    &step.origin,
                    &|name| !ignores(context, at, name),
                    &|name| declare(above, name),
                    findings,
                );
            }
        }
    }
}

/// `counts`: whether the engine takes the default. `is_known`: whether a name has its value where
/// the ARG is.
fn in_arg(
    arg: &Arg,
    at: At,
    origin: &Origin,
    counts: &dyn Fn(&str) -> bool,
    is_known: &dyn Fn(&str) -> bool,
    findings: &mut Findings,
) {
    for (n, declared) in arg.declarations().iter().enumerate() {
        let name = declared.name().as_str();
        if declared.default().is_none() || !args::NAMES.contains(&name) || !counts(name) {
            continue;
        }
        if keeps_itself(declared) && is_known(name) {
            continue;
        }
        let finding = Finding::new(&RULE, format!("the default of `{name}` hides the platform"))
            .at(at, Part::Value(n), "takes the place of what Docker sets")
            .help(format!("write `ARG {name}`: Docker gives it its value"));
        findings.add(if origin.location().is_some() {
            finding
        } else {
            finding.warning()
        });
    }
}

/// Returns `true` if the default is the value of the argument itself:
/// `ARG TARGETARCH=${TARGETARCH:-amd64}`.
fn keeps_itself(declared: &Declaration) -> bool {
    let name = declared.name().as_str();
    let mut variables = declared
        .default()
        .map(|text| text.variables())
        .unwrap_or_default()
        .into_iter();
    variables.any(|variable| variable.name() == name)
}
