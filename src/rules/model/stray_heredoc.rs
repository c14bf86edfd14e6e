//! `stray-heredoc`: a heredoc that is none, or one where no instruction takes it.

use crate::instruction::Instruction;
use crate::rules::place::{Spot, short};
use crate::rules::{Finding, Narrow};

rule! {
    id: "stray-heredoc",
    severity: Error,
    summary: "a `<<` that Docker takes for a heredoc, or a heredoc where Docker takes none",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds RUN, COPY and ADD with a `<<` that Docker would take for a heredoc without there being one,
and heredocs in other instructions.

## Why is this bad?

Docker would take the instructions below for the body of the heredoc, or the body for instructions.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("bash").run("echo $(( 1 << 4 ))"));
assert_eq!(file.check().diagnostics()[0].rule.id, "stray-heredoc");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("bash").run("echo $((1<<4))"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn marker(spot: Spot<'_>, name: &str) -> Finding {
    let keyword = spot.keyword();
    let message = format!(
        "Docker takes a `<<` of {keyword} for a heredoc named `{}`",
        short(name)
    );
    let finding = spot
        .finding(&RULE, message, "no heredoc is meant here")
        .narrow(Narrow::Text(vec![
            format!("<<{name}"),
            format!("<< {name}"),
            "<<".to_owned(),
        ]));
    match spot.instruction() {
        Some(Instruction::Run(_)) => finding.help(
            "for a shift, leave out the space before it: `$((1<<4))`\n\
             for a heredoc, give its body: `Command::shell(..).heredoc(body)`\n\
             `Run::script(..)` and exec form can hold any text",
        ),
        _ => finding,
    }
}

pub(crate) fn no_heredoc(spot: Spot<'_>) -> Finding {
    let message = format!("{} takes no heredoc", spot.keyword());
    spot.finding(&RULE, message, "only RUN, COPY and ADD take one")
        .help("copy the script into the image with `.copy(inline(..), ..)`, and run that")
}
