//! `unknown-flag`: a flag, given by name, that this crate does not know.

use crate::instruction::{Add, Copy, From, Healthcheck, Instruction, Run};
use crate::rules::place::{Spot, short};
use crate::rules::{Finding, Findings};
use crate::syntax::{At, Flag, Flags};

rule! {
    id: "unknown-flag",
    severity: Warning,
    summary: "a flag, given by name, that is unknown here",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds flags that are given by name, with `flag(name, value)`, and that this version of the crate
does not know.

## Why is this bad?

A frontend that does not know the flag rejects the file. This one cannot check its value, nor tell
which version of the frontend it needs.

## Example

```rust
use multistage::{Dockerfile, Stage, instruction};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").instruction(instruction::Copy::new(".", "/srv").flag("chwon", "app")));
assert_eq!(file.check().diagnostics()[0].rule.id, "unknown-flag");
```

## Use instead

The setter, where there is one. For a flag that Docker has added since, disable the rule:

```rust
use multistage::{Dockerfile, Stage, instruction};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine")
    .instruction(instruction::Copy::new("src", "/srv").chown("app"))
    .instruction(instruction::Copy::new("lib", "/lib").flag("brand-new", "yes")));
file.allow("unknown-flag");
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn finding(spot: Spot<'_>, name: &str, findings: &mut Findings) -> Finding {
    let message = format!(
        "the flag `--{}` of {} is unknown",
        short(name),
        spot.keyword()
    );
    let finding = spot.finding(&RULE, message, "not known to this crate");
    match findings.nearest(name, known(spot).into_iter()) {
        Some(near) => finding.help(format!("did you mean `--{near}`?")),
        None => finding,
    }
}

/// The flags of the instruction.
fn known(spot: Spot<'_>) -> Vec<&'static str> {
    fn names<T>(flags: &[Flag<T>]) -> Vec<&'static str> {
        flags.iter().map(|flag| flag.name).collect()
    }
    match (spot.at, spot.instruction()) {
        (At::From(_), _) => names(From::FLAGS),
        (_, Some(Instruction::Add(_))) => names(Add::FLAGS),
        (_, Some(Instruction::Copy(_))) => names(Copy::FLAGS),
        (_, Some(Instruction::Healthcheck(_))) => names(Healthcheck::FLAGS),
        (_, Some(Instruction::Run(_))) => names(Run::FLAGS),
        _ => Vec::new(),
    }
}
