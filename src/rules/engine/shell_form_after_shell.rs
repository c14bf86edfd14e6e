//! `shell-form-after-shell`: CMD and ENTRYPOINT in shell form after SHELL.

use crate::instruction::{Command, Exec, Instruction};
use crate::rules::{Context, Edit, Finding, Findings};
use crate::syntax::json;
use crate::syntax::{At, Part};

rule! {
    id: "shell-form-after-shell",
    severity: Error,
    summary: "CMD or ENTRYPOINT in shell form after SHELL, which Podman runs with `/bin/sh`",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds CMD and ENTRYPOINT in shell form for which a SHELL of the stage, or of one that it starts
from, names another shell than `/bin/sh -c`, where the engine is Podman or Buildah.

## Why is this bad?

Docker puts the shell that SHELL names in front of the command. Podman always puts `/bin/sh -c`
there.

## Example

For Podman:

```dockerfile engine=podman
FROM debian:12
SHELL ["/bin/bash", "-c"]
ENTRYPOINT exec server --port "${PORT:=8080}"
```

## Use instead

Exec form with the shell:

```dockerfile engine=podman
FROM debian:12
SHELL ["/bin/bash", "-c"]
ENTRYPOINT ["/bin/bash", "-c", "exec server --port \"${PORT:=8080}\""]
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(buildah) = context.buildah() else {
        return;
    };
    // The shell that each stage ends with, and where it is named; and its words, unless they are
    // long.
    let mut ends: Vec<Option<(At, Option<&Exec>)>> = Vec::with_capacity(context.file.stages.len());
    for (stage, item) in context.file.stages.iter().enumerate() {
        let base = context.graph.base_of(stage);
        let mut shell = base.and_then(|base| ends.get(base).copied().flatten());
        for (step, item) in item.steps.iter().enumerate() {
            let at = At::Step { stage, step };
            let command = match item.instruction() {
                Instruction::Shell(it) => {
                    let is_sh = it.words.iter().eq(["/bin/sh", "-c"]);
                    let len: usize = it.words.iter().map(str::len).sum();
                    shell = (!is_sh).then_some((at, (len < LONG).then_some(&it.words)));
                    continue;
                }
                Instruction::Cmd(cmd) => &cmd.command,
                Instruction::Entrypoint(entrypoint) => &entrypoint.command,
                _ => continue,
            };
            let (Command::Shell(text), Some((shell_at, words))) = (command, shell) else {
                continue;
            };
            let keyword = item.instruction().keyword();
            let message = format!("{} runs {keyword} with `/bin/sh -c`", buildah.name);
            let lines = text.lines().count();
            let words = words.filter(|_| lines == 1);
            let edit = words.map(|words| {
                let exec = exec_form(words, &text.joined());
                Edit::Replace(at, Part::Command, exec)
            });
            findings.add(
                Finding::new(&RULE, message)
                    .at(at, Part::Command, "in shell form")
                    .at(shell_at, Part::Keyword, "names another shell")
                    .help("write exec form, with the shell in front")
                    .edit(edit),
            );
        }
        ends.push(shell);
    }
}

/// From how many bytes on the words of a shell are not written again for every command.
const LONG: usize = 1024;

/// The words of the shell and the command, as JSON.
fn exec_form(shell: &Exec, command: &str) -> String {
    let mut out = String::from("[");
    for word in shell.iter() {
        json::push_string(&mut out, word);
        out.push_str(", ");
    }
    json::push_string(&mut out, command);
    out.push(']');
    out
}
