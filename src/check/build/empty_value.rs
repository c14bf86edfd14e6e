//! `empty-value`: an instruction of a built file that is given an empty text.

use crate::check::Checking;
use crate::check::stages::walk;
use crate::check::topics::Topics;
use crate::instruction::{Command, CopySource, Instruction};
use crate::rules::{Finding, Findings};
use crate::syntax::Part;
use crate::text::Text;

crate::rules::rule! {
    id: "empty-value",
    severity: Warning,
    summary: "an instruction of a built file that is given an empty text",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds empty commands, paths and users of a file that was built: `run("")`, `copy("", "")`,
`user("")`.

## Why is this bad?

It is legal, and does nothing or something else than it says: `copy("", "/app")` copies the whole
build context. Mostly a value was missing when the file was built.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").user(""));
assert_eq!(file.check().diagnostics()[0].rule.id, "empty-value");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").user("app"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for step in walk::steps_with(checking, Topics::EMPTY) {
        let Some((part, what)) = empty(step.instruction) else {
            continue;
        };
        let keyword = step.instruction.keyword();
        let finding = Finding::new(&RULE, format!("{what} of {keyword} is empty"))
            .at(step.at, part, "")
            .help("give it a value, or drop the instruction");
        findings.add(finding);
    }
}

#[inline]
pub(in crate::check) fn empty(instruction: &Instruction) -> Option<(Part, &'static str)> {
    match instruction {
        Instruction::Run(run) => match &run.command {
            Command::Shell(shell) => {
                let mut lines = shell.lines();
                let bodies = shell.heredocs().next().is_some();
                (!bodies && lines.all(str::is_empty)).then_some((Part::Keyword, "the command"))
            }
            Command::Exec(_) | Command::Script(_) => None,
        },
        Instruction::Copy(copy) => paths(copy.sources.as_slice(), &copy.destination),
        Instruction::Add(add) => paths(add.sources.as_slice(), &add.destination),
        Instruction::User(user) if user.user.is_empty() => Some((Part::Argument(0), "the user")),
        Instruction::Workdir(workdir) if workdir.path.is_empty() => {
            Some((Part::Argument(0), "the path"))
        }
        _ => None,
    }
}

fn paths(sources: &[CopySource], destination: &Text) -> Option<(Part, &'static str)> {
    let is_empty = |source: &CopySource| match source {
        CopySource::Path(path) => path.is_empty(),
        CopySource::Inline(_) => false,
    };
    match sources.iter().position(is_empty) {
        Some(nth) => Some((Part::Argument(nth), "a source")),
        None => destination
            .is_empty()
            .then_some((Part::Destination, "the destination")),
    }
}
