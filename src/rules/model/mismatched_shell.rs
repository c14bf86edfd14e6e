//! `mismatched-shell`: a command that was made for another shell than the one that runs it.

use crate::instruction::{Instruction, Made};
use crate::model::dialect;
use crate::rules::place::Spot;
use crate::rules::{Context, Finding, Findings};
use crate::syntax::shell::Dialect;
use crate::syntax::{At, Part};

rule! {
    id: "mismatched-shell",
    severity: Error,
    summary: "a command with words that are quoted for another shell than the one that runs it",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds commands with `words`, or with braces of a chain, that were made for another shell than the
one that runs them. The shell is looked up when a command is added to a stage and when a stage is
added to a file.

## Why is this bad?

The quotes of one shell are not quotes to another: the words would be taken apart, or run.

## Example

```rust
use multistage::{Dockerfile, Stage, instruction::{Shell, words}};

let mut file = Dockerfile::new();
file.push(Stage::new("servercore").run(words(["echo", "two words"])));
file.stages_mut()[0].steps_mut().insert(0, Shell::new(["cmd", "/S", "/C"]).into());
assert_eq!(file.check().diagnostics()[0].rule.id, "mismatched-shell");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage, instruction::words};

let mut file = Dockerfile::new();
file.push(Stage::new("servercore").shell(["cmd", "/S", "/C"]).run(words(["echo", "two words"])));
assert!(file.check().is_empty());
```
"#,
}

/// Returns the items that a command was made of, if another shell would need another command.
fn made(instruction: &Instruction) -> Option<&Made> {
    let made = instruction.shell_text()?.made()?;
    (made.depends_on_shell() && made.faults().is_empty()).then_some(made)
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let stages = &context.file.stages;
    // The shell at the end of each stage.
    let mut ends: Vec<Option<Dialect>> = Vec::with_capacity(stages.len());
    for (index, stage) in stages.iter().enumerate() {
        let base = context.graph.base_of(index).and_then(|base| ends.get(base));
        let mut shell = match base {
            Some(shell) => *shell,
            None => dialect::of_image(context.file, stage),
        };
        let mut triggers = Vec::new();
        let mut compare = |step: usize, made: &Made, shell: Option<Dialect>| {
            if made.dialect() != shell {
                let at = At::Step { stage: index, step };
                findings.add(mismatch(context, at, made.dialect(), shell));
            }
        };
        for (n, step) in stage.steps.iter().enumerate() {
            if let Instruction::Shell(words) = step.instruction() {
                shell = words.dialect();
            }
            match made(step.instruction()) {
                // It runs where the stage has ended.
                Some(made) if matches!(step.instruction(), Instruction::Onbuild(_)) => {
                    triggers.push((n, made));
                }
                Some(made) => compare(n, made, shell),
                None => {}
            }
        }
        for (n, made) in triggers {
            compare(n, made, shell);
        }
        ends.push(shell);
    }
}

fn mismatch(
    context: &Context<'_>,
    at: At,
    made_for: Option<Dialect>,
    shell: Option<Dialect>,
) -> Finding {
    let spot = Spot {
        file: context.file,
        at,
        part: Part::Command,
    };
    let name = |dialect: Option<Dialect>| dialect.map_or("an unknown shell", Dialect::name);
    let message = format!(
        "{} has words that are quoted for {}, and is run by {}",
        spot.name(),
        name(made_for),
        name(shell)
    );
    spot.finding(&RULE, message, "quoted for another shell").help(
        "add SHELL and `# escape` before the command is added to the stage and the stage to the file,\n\
         or name the shell: `words(..).quoted_for(..)`",
    )
}
