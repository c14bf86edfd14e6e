//! `variable-in-exec-form`: a variable in an exec form, which nothing expands.

use super::{images, shell, walk};
use crate::check::Checking;
use crate::check::topics::Topics;
use crate::instruction::{Command, Exec, Instruction};
use crate::resolve::ResolvedBase;
use crate::rules::{Finding, Findings, Narrow};
use crate::syntax::Part;

crate::rules::rule! {
    id: "variable-in-exec-form",
    severity: Warning,
    summary: "a variable in an exec form, which nothing expands",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds `$NAME` and `${NAME}` in the exec form of RUN, CMD, ENTRYPOINT and HEALTHCHECK. A shell among
the words may expand them, some programs have a `$` of their own (`awk`, `envsubst`, `perl`), and
text with quotes or escapes is in a language of its own. CMD is looked at where the ENTRYPOINT that
gets it is known.

## Why is this bad?

Docker starts the program with the words as they are: it gets a dollar sign and a name.

## Example

```dockerfile
FROM alpine:3.22
ENV PORT=8080
ENTRYPOINT ["httpd", "-f", "-p", "$PORT"]
```

## Use instead

A shell, which `exec` replaces with the program:

```dockerfile
FROM alpine:3.22
ENV PORT=8080
ENTRYPOINT ["sh", "-c", "exec httpd -f -p $PORT"]
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let roots = std::cell::LazyCell::new(|| walk::roots(checking.resolved));
    for step in walk::looked_at(checking, Topics::EXEC_VARIABLE) {
        let command = match step.instruction {
            Instruction::Run(run) => Some(&run.command),
            Instruction::Cmd(cmd) => {
                let stage = step.at.stage();
                let reads = stage.is_some_and(|stage| starts_cmd(checking, stage, &roots));
                Some(&cmd.command).filter(|_| reads)
            }
            Instruction::Entrypoint(entry) => Some(&entry.command),
            Instruction::Healthcheck(check) => check.command.as_ref(),
            _ => None,
        };
        let Some(Command::Exec(exec)) = command else {
            continue;
        };
        if let Some((nth, name)) = variable(exec) {
            let message = format!("nothing expands `${name}` in an exec form");
            let finding = Finding::new(&RULE, message)
                .at(step.at, Part::Argument(nth), "stays as it is")
                .narrow(Narrow::Variable(name))
                .help("let a shell expand it: `[\"sh\", \"-c\", \"exec ...\"]`");
            findings.add(finding);
        }
    }
}

/// Returns `true` if the CMD of a stage is started by itself, or by an ENTRYPOINT that is known to
/// expand nothing. `roots`: the first stage of each chain.
fn starts_cmd(checking: &Checking<'_>, stage: usize, roots: &[usize]) -> bool {
    let stages = checking.resolved.stages();
    let Some(resolved) = stages.get(stage) else {
        return false;
    };
    let entrypoint = resolved.state().entrypoint.as_deref().unwrap_or_default();
    let root = roots.get(stage).and_then(|root| stages.get(*root));
    let is_known = root.is_some_and(|root| match root.base() {
        _ if root.is_known() || !entrypoint.is_empty() => true,
        ResolvedBase::Image(image) => images::known(image).is_some(),
        _ => false,
    });
    is_known && !entrypoint.iter().any(|word| expands(word))
}

/// The first word with a variable, and its name.
fn variable(exec: &Exec) -> Option<(usize, String)> {
    if exec.iter().any(expands) {
        return None;
    }
    let is_plain = |word: &str| {
        word.contains('$')
            && !word.contains(|c: char| c.is_control() || matches!(c, '"' | '\'' | '\\' | '`'))
    };
    let mut words = exec.iter().enumerate().filter(|(_, word)| is_plain(word));
    words.find_map(|(nth, word)| {
        let text = format!("\"{word}\"");
        let script = shell::read(&text);
        Some((nth, script.uses.first()?.name.to_owned()))
    })
}

/// Returns `true` if a program expands variables, or has a `$` that means something else.
fn expands(word: &str) -> bool {
    const PROGRAMS: &[&str] = &[
        "awk",
        "busybox",
        "cmd",
        "confd",
        "csh",
        "dockerize",
        "envsubst",
        "eval",
        "expect",
        "fish",
        "gawk",
        "gomplate",
        "grep",
        "jq",
        "make",
        "mawk",
        "perl",
        "php",
        "powershell",
        "pwsh",
        "ruby",
        "sed",
        "su",
        "tclsh",
        "tcsh",
        "yq",
    ];
    let name = shell::base_name(word);
    shell::is_shell(name)
        || PROGRAMS
            .iter()
            .any(|program| name.eq_ignore_ascii_case(program))
}
