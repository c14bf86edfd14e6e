//! `default-of-same-arg`: a default that uses an argument of the same ARG.

use crate::instruction::{Arg, Instruction};
use crate::rules::place::short;
use crate::rules::{Context, Finding, Findings, Narrow};
use crate::syntax::{At, Part};

rule! {
    id: "default-of-same-arg",
    severity: Error,
    summary: "a default that uses an argument of the same ARG, which is empty in Podman",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds defaults that use an argument which the same ARG declares before, where the engine is Podman
or Buildah.

## Why is this bad?

Docker declares one argument after the other. Podman expands all defaults of an ARG before it
declares any, so the variable is empty, or has an older value.

## Example

For Podman:

```dockerfile engine=podman
FROM alpine
ARG VERSION=1.2 NAME=app-$VERSION
```

## Use instead

```dockerfile engine=podman
FROM alpine
ARG VERSION=1.2
ARG NAME=app-$VERSION
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(buildah) = context.buildah() else {
        return;
    };
    let mut look = |at: At, arg: &Arg| {
        let declarations = arg.declarations();
        // Names of one ARG are few; more are not looked at.
        for (n, it) in declarations.iter().enumerate().take(MOST) {
            let variables = it.default().map(|default| default.variables());
            for variable in variables.into_iter().flatten() {
                let before = declarations.get(..n).unwrap_or_default();
                let name = variable.name();
                if !before.iter().any(|it| it.name().as_str() == name) {
                    continue;
                }
                let message = format!(
                    "{} does not have `{}` yet, which the same ARG declares",
                    buildah.name,
                    short(name)
                );
                findings.add(
                    Finding::new(&RULE, message)
                        .at(at, Part::Value(n), "")
                        .narrow(Narrow::Variable(name.to_owned()))
                        .help(format!(
                            "declare `{}` in an ARG of its own",
                            short(it.name().as_str())
                        )),
                );
                break;
            }
        }
    };
    for (n, arg) in context.file.args.iter().enumerate() {
        look(At::Arg(n), arg.instruction());
    }
    context.each_instruction(&mut |at, instruction| {
        if let Instruction::Arg(arg) = instruction {
            look(at, arg);
        }
    });
}

/// The number of names of one ARG that are looked at.
const MOST: usize = 256;
