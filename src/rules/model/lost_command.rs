//! `lost-command`: a command that would not run as it was given.

use crate::instruction::Instruction;
use crate::rules::Finding;
use crate::rules::place::Spot;
use crate::syntax::shell::Fault;

rule! {
    id: "lost-command",
    severity: Error,
    summary: "a command of a chain, or a line of a command, that would not run",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds commands of `Run::chain`, and lines of `Run::lines`, that the shell would not run once they
are joined: those after a comment, after an escape character, inside an open quote, and the like. A
chain without commands is one of them.

## Why is this bad?

Docker joins the lines of an instruction. A comment in one of them then takes all the others, and
the build succeeds.

## Example

```rust
use multistage::{Dockerfile, Stage, instruction::Run};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").run(Run::chain(["apk update # refresh", "apk add git"])));
assert_eq!(file.check().diagnostics()[0].rule.id, "lost-command");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage, instruction::Run};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine")
    .run(Run::chain(["apk update", "apk add git"]))
    .run(Run::script("set -e\napk update # refresh\napk add curl")));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn finding(spot: Spot<'_>, fault: Fault) -> Finding {
    let name = spot.name();
    let script = match spot.instruction() {
        Some(Instruction::Run(_)) => "\n`Run::script(..)` keeps every line as it is",
        _ => "",
    };
    let (message, label, help) = match fault {
        Fault::NoCommands => (
            format!("{name} is empty"),
            "nothing to run",
            "give at least one command, or leave the instruction out",
        ),
        Fault::Empty => (
            format!("{name} has an empty command in its chain"),
            "no command",
            "leave it out",
        ),
        Fault::Comment => (
            format!("{name} has a comment that swallows the commands after it"),
            "later commands become part of the comment",
            "leave the comment out, or write it above the instruction with `.comment(..)`",
        ),
        Fault::Escape => (
            format!("{name} has a line that ends in an escape character"),
            "it escapes what is joined to it",
            "leave it out: lines are continued without it",
        ),
        Fault::Newline => (
            format!("{name} has a command of several lines"),
            "the newline would become a space",
            "give each command as an item of its own, or end a line that continues with `\\`",
        ),
        Fault::Open => (
            format!("{name} has an incomplete command in its chain"),
            "a quote, a parenthesis or a keyword has no end or no beginning",
            "give the whole command as one item",
        ),
        Fault::Operator => (
            format!("{name} has an operator without a command on one side"),
            "an operator joins two commands",
            "leave it out: the commands of a chain are joined with `&&`",
        ),
        _ => (
            format!("{name} has several commands in one item of its chain"),
            "the shell of this stage has no braces to make one of them",
            "give each command as an item of its own",
        ),
    };
    let script = match fault {
        Fault::NoCommands | Fault::Empty => "",
        _ => script,
    };
    spot.finding(&RULE, message, label)
        .help(format!("{help}{script}"))
}
