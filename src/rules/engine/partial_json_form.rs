//! `partial-json-form`: a JSON list with text after it.

use crate::instruction::{Command, Instruction};
use crate::rules::place::short;
use crate::rules::{Context, Finding, Findings};
use crate::syntax::Part;
use crate::syntax::json::{Array, array};

rule! {
    id: "partial-json-form",
    severity: Error,
    summary: "a JSON list with text after it, which Podman drops",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds commands in shell form that begin with a JSON list of strings and go on after it, where the
engine is Podman or Buildah.

## Why is this bad?

To Docker it is all one command of the shell, in which `[` is `test`. Podman takes the list for exec
form and drops the rest.

## Example

For Podman:

```dockerfile engine=podman
FROM alpine
RUN [ "$HOME" ] && mkdir -p "$HOME/.config"
```

## Use instead

```dockerfile engine=podman
FROM alpine
RUN test -n "$HOME" && mkdir -p "$HOME/.config"
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(buildah) = context.buildah() else {
        return;
    };
    context.each_instruction(&mut |at, instruction| {
        let command = match instruction {
            Instruction::Run(run) => Some(&run.command),
            Instruction::Cmd(cmd) => Some(&cmd.command),
            Instruction::Entrypoint(entrypoint) => Some(&entrypoint.command),
            Instruction::Healthcheck(check) => check.command.as_ref(),
            _ => None,
        };
        let Some(Command::Shell(shell)) = command else {
            return;
        };
        // Most commands end here.
        let mut lines = shell.lines();
        if !lines.next().is_some_and(|line| line.starts_with('[')) {
            return;
        }
        let text = shell.joined();
        let Some((list, rest)) = list(&text) else {
            return;
        };
        let message = format!(
            "{} runs `{}` alone, and drops the rest",
            buildah.name,
            short(list)
        );
        let help = match instruction {
            Instruction::Run(_) | Instruction::Healthcheck(_) => {
                "write `test` in place of the brackets"
            }
            _ if rest.starts_with('#') => "write the comment on a line of its own",
            _ => "write the list alone, or a command of the shell",
        };
        findings.add(
            Finding::new(&RULE, message)
                .at(at, Part::Command, "")
                .help(help),
        );
    });
}

/// The JSON list that a text begins with, and what follows it.
fn list(text: &str) -> Option<(&str, &str)> {
    let mut in_string = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            ']' if !in_string => {
                let list = text.get(..=at)?;
                let rest = text.get(at + 1..)?.trim();
                let is_list = matches!(array(list), Array::Strings(words) if !words.is_empty());
                return (is_list && !rest.is_empty()).then_some((list, rest));
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_go_on() {
        assert_eq!(list("[\"a\"] && b"), Some(("[\"a\"]", "&& b")));
        assert_eq!(list("[ \"a]\\\"\" ] # c"), Some(("[ \"a]\\\"\" ]", "# c")));
        for text in [
            "[\"a\"]",
            "[ a ] && b",
            "[ \"a\" = b ] && c",
            "[ -f \"a\" ] && c",
            "[[ \"a\" ]] && b",
            "[] && a",
            "[\"a",
        ] {
            assert_eq!(list(text), None, "{text}");
        }
    }
}
