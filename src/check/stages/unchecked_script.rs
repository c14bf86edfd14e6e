//! `unchecked-script`: a heredoc script of several commands that continues when one fails.

use super::shell::{self, Joint, Script};
use super::walk;
use crate::check::Checking;
use crate::check::topics::Topics;
use crate::instruction::{Command, Instruction};
use crate::rules::{Finding, Findings};
use crate::scope::Action;
use crate::syntax::Part;

crate::rules::rule! {
    id: "unchecked-script",
    severity: Warning,
    summary: "a heredoc script of several commands without `set -e`",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds RUN instructions with a heredoc that a shell reads and that has several commands, none of
which is `set -e`. A script with `#!` is on its own, and a shell may be configured otherwise:
`SHELL ["/bin/bash", "-e", "-c"]`, `bash -e <<EOF`.

## Why is this bad?

Only the status of the last command counts. What fails before it goes unnoticed, and the layer is
kept.

## Example

```dockerfile
FROM alpine:3.22
RUN <<EOF
apk add --no-cache curl
curl -fsSLo /app https://example.com/app
chmod +x /app
EOF
```

## Use instead

```dockerfile
FROM alpine:3.22
RUN <<EOF
set -e
apk add --no-cache curl
curl -fsSLo /app https://example.com/app
chmod +x /app
EOF
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for step in walk::looked_at(checking, Topics::HEREDOC) {
        let (Instruction::Run(run), Some(Action::Run(running))) = (step.instruction, step.action)
        else {
            continue;
        };
        let by_shell = || running.before_last().next().is_some_and(shell::is_shell);
        let bad = match &run.command {
            Command::Script(script) => {
                by_shell()
                    && !stops(running.before_last())
                    && !script.body().starts_with("#!")
                    && is_unchecked(script.body())
            }
            Command::Shell(line) => {
                line.heredocs().next().is_some()
                    && by_shell()
                    && step.arguments().last().is_some_and(feeds_unchecked)
            }
            Command::Exec(_) => false,
        };
        if bad {
            let finding = Finding::new(&RULE, "the script continues after a command that fails")
                .at(
                    step.at,
                    Part::Heredoc(0),
                    "only the status of the last command counts",
                )
                .help("begin it with `set -e`");
            findings.add(finding);
        }
    }
}

/// Returns `true` if a shell, or its `set`, is asked to stop at what fails.
fn stops<'w>(words: impl Iterator<Item = &'w str>) -> bool {
    let mut takes_option = false;
    for word in words.skip(1) {
        if takes_option && word == "errexit" || shell::is_errexit(word) {
            return true;
        }
        takes_option = word.starts_with('-') && word.ends_with('o');
    }
    false
}

/// Returns `true` if a text gives a shell an unchecked script to read.
fn feeds_unchecked(text: &str) -> bool {
    shell::read(text).commands.iter().any(|command| {
        let words = || command.plain().iter().map(|word| word.text.as_ref());
        let options = ["errexit", "pipefail", "nounset", "xtrace"];
        let mut arguments = words().skip(1);
        let reads = shell::is_shell(command.program())
            && arguments.all(|word| word.starts_with('-') || options.contains(&word));
        let script = command.heredocs.first();
        reads && !stops(words()) && script.is_some_and(|script| is_unchecked(script.body))
    })
}

/// Returns `true` if a command before the last one can fail unnoticed.
fn is_unchecked(text: &str) -> bool {
    let script = shell::read(text);
    !sets_errexit(&script) && {
        let (mut count, mut written) = (0, 0);
        let mut top = script
            .commands
            .iter()
            .filter(|command| command.depth == 0)
            .peekable();
        while let Some(command) = top.next() {
            // `command || exit 1` is checked.
            let checked = top.peek().is_some_and(|next| next.joint == Joint::Or);
            if command.joint == Joint::End && !checked && can_fail(command) {
                count += 1;
                written += usize::from(writes_file(command));
            }
        }
        // Nothing comes of files alone.
        count > 1 && written < count
    }
}

/// Returns `true` if a command writes a text of the script into a file.
fn writes_file(command: &shell::Command) -> bool {
    matches!(command.program(), "cat" | "tee") && !command.heredocs.is_empty()
}

fn sets_errexit(script: &Script) -> bool {
    script.commands.iter().any(|command| {
        let words = || command.words.iter().map(|word| word.text.as_ref());
        words().next() == Some("set") && stops(words())
    })
}

/// Returns `true` if it matters that a command fails: it does not for assignments and messages.
fn can_fail(command: &shell::Command) -> bool {
    const HARMLESS: &[&str] = &[
        "", ":", "alias", "echo", "exit", "export", "printf", "set", "shopt", "trap", "true",
        "umask", "unset",
    ];
    command.substitutes || !HARMLESS.contains(&command.program())
}
