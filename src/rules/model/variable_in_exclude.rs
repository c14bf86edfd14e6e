//! `variable-in-exclude`: a variable in `--exclude`, where Docker expands none.

use crate::instruction::{Instruction, Pattern};
use crate::model::Step;
use crate::rules::place::{Spot, short};
use crate::rules::{Context, Finding, Findings, Narrow};
use crate::syntax::{At, Part};
use crate::text::expr;

rule! {
    id: "variable-in-exclude",
    severity: Error,
    summary: "a variable in `--exclude`, where Docker expands none",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds variables in the patterns of `--exclude`: an error if a program gives an expression or the
handle of an argument, a warning if it gives a string, and in a file that was read.

## Why is this bad?

Docker expands no variables there. The pattern matches the `$` and the name themselves, so nothing
is left out.

## Example

```rust
use multistage::{Dockerfile, Stage, instruction::Copy};

let mut file = Dockerfile::new();
let skip = file.arg(("SKIP", "docs"));
file.push(Stage::new("alpine:3.22").arg(&skip).instruction(Copy::new(".", "/src/").exclude(&skip)));
assert_eq!(file.check().diagnostics()[0].rule.id, "variable-in-exclude");
```

## Use instead

The value itself, or a `.dockerignore`:

```rust
use multistage::{Dockerfile, Stage, instruction::Copy};

let skip = "docs";
let mut file = Dockerfile::new();
file.push(Stage::new("alpine:3.22").instruction(Copy::new(".", "/src/").exclude(format!("{skip}/*"))));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    for (stage, item) in context.file.stages.iter().enumerate() {
        for (nth, step) in item.steps().iter().enumerate() {
            for (n, pattern) in patterns(step.instruction()).iter().enumerate() {
                let at = At::Step { stage, step: nth };
                if let Some(name) = expr(pattern.as_str())
                    .variables()
                    .first()
                    .map(|it| it.name())
                {
                    let spot = Spot {
                        file: context.file,
                        at,
                        part: Part::FlagValue("exclude", n),
                    };
                    findings.add(finding(spot, step, pattern, name));
                }
            }
        }
    }
}

fn finding(spot: Spot<'_>, step: &Step, pattern: &Pattern, name: &str) -> Finding {
    let message = format!("Docker expands no variables in {}", spot.name());
    let finding = spot
        .finding(&RULE, message, "is matched as it is written")
        .narrow(Narrow::Variable(name.to_owned()))
        .help(format!(
            "write the value of `{}` into the pattern, or leave the files out by `.dockerignore`",
            short(name)
        ));
    if step.origin.location().is_some() && pattern.is_expression() {
        finding
    } else {
        finding.warning()
    }
}

fn patterns(instruction: &Instruction) -> &[Pattern] {
    match instruction {
        Instruction::Copy(copy) => &copy.exclude,
        Instruction::Add(add) => &add.exclude,
        Instruction::Onbuild(onbuild) => match onbuild.instruction() {
            Some(Instruction::Copy(copy)) => &copy.exclude,
            Some(Instruction::Add(add)) => &add.exclude,
            _ => &[],
        },
        _ => &[],
    }
}
