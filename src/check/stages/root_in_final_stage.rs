//! `root-in-final-stage`: an image whose containers run as root.

use super::{images, shell, walk};
use crate::check::Checking;
use crate::instruction::Instruction;
use crate::resolve::{ResolvedBase, ResolvedStage};
use crate::rules::{Finding, Findings};
use crate::scope::Action;
use crate::scope::System;
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "root-in-final-stage",
    severity: Warning,
    summary: "a final stage whose containers run as root",
    also: ["hadolint:DL3002"],
    can_be_allowed: true,
    group: Pedantic,
    docs: r#"## What it does

Finds final stages whose last USER is root, and those that have CMD or ENTRYPOINT and no USER on a
base that is known to set none. A base that may set a user (`distroless`, `nonroot`, any that is not
known) is trusted, as is an image that drops its rights when it starts (`gosu`, `su-exec`,
`setpriv`) and a server that does so by itself (nginx, Apache, PHP-FPM, s6). A stage without a
command of its own is a tool or a base for others.

## Why is this bad?

Whoever breaks out of the program is root in the container, and one mistake away from the host.

## Example

```dockerfile pedantic
FROM alpine:3.22
RUN apk add --no-cache tini
ENTRYPOINT ["tini", "--", "crond", "-f"]
```

## Use instead

```dockerfile pedantic
FROM alpine:3.22
RUN apk add --no-cache tini
USER nobody
ENTRYPOINT ["tini", "--", "crond", "-f"]
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let resolved = &checking.resolved;
    for index in walk::finals(checking) {
        let Some(stage) = resolved.stages().get(index) else {
            continue;
        };
        if System::of(stage.os()) == System::Windows {
            continue;
        }
        let state = stage.state();
        let chain = walk::chain(resolved, index);
        let last = chain.iter().rev().find_map(|stage| {
            let mut users = walk::steps(checking, *stage)
                .filter(|step| matches!(step.instruction, Instruction::User(_)));
            users.next_back().map(|step| step.at)
        });
        let root = match (last, state.user.as_known()) {
            (Some(_), Some(user)) => is_root(user),
            (Some(_), None) => false,
            (None, _) if !has_command(checking, &chain, stage) => false,
            (None, Some(user)) if stage.is_known() => is_root(user),
            (None, _) => starts_as_root(checking, &chain),
        };
        if !root || is_server(stage) || chain.iter().any(|stage| drops_rights(checking, *stage)) {
            continue;
        }
        let finding = Finding::new(&RULE, "the containers of the final stage run as root");
        let finding = match last {
            Some(at) => finding.at(at, Part::Argument(0), "the last USER"),
            None => finding.at(At::From(index), Part::Base, "sets no other user"),
        };
        findings.add(finding.help("end the stage with `USER` and a user of its own"));
    }
}

fn is_root(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or(user);
    matches!(name, "" | "root") || (!name.is_empty() && name.bytes().all(|b| b == b'0'))
}

/// Returns `true` if the file, or what is known of its base, says what a container starts.
fn has_command(checking: &Checking<'_>, chain: &[usize], stage: &ResolvedStage) -> bool {
    let state = stage.state();
    let known = stage.is_known() && (state.cmd.is_some() || state.entrypoint.is_some());
    known
        || chain.iter().any(|stage| {
            walk::steps(checking, *stage).any(|step| {
                matches!(
                    step.instruction,
                    Instruction::Cmd(_) | Instruction::Entrypoint(_)
                )
            })
        })
}

/// Returns `true` if a container starts a server that gives up the rights of root by itself.
fn is_server(stage: &ResolvedStage) -> bool {
    const SERVERS: &[&str] = &[
        "apache2",
        "apache2-foreground",
        "apache2ctl",
        "apachectl",
        "httpd",
        "httpd-foreground",
        "init",
        "nginx",
        "s6-svscan",
    ];
    let state = stage.state();
    let commands = [&state.entrypoint, &state.cmd];
    commands.into_iter().flatten().any(|words| {
        // Of a command in shell form the text is the last word.
        let first = match words.first() {
            Some(shell) if shell::is_shell(shell) => words.last(),
            first => first,
        };
        let text = first.map_or("", |word| word.as_str());
        let text = text.strip_prefix("exec ").unwrap_or(text);
        let program = shell::base_name(text.split_whitespace().next().unwrap_or_default());
        SERVERS.contains(&program) || program.starts_with("php-fpm")
    })
}

fn starts_as_root(checking: &Checking<'_>, chain: &[usize]) -> bool {
    let first = chain
        .first()
        .and_then(|first| checking.resolved.stages().get(*first));
    match first.map(|stage| stage.base()) {
        Some(ResolvedBase::Image(image)) => {
            let named = image.contains("nonroot") || image.contains("rootless");
            !named && images::known(image).is_some_and(|known| known.root)
        }
        _ => false,
    }
}

/// Returns `true` if a program is there that the image starts as another user with.
fn drops_rights(checking: &Checking<'_>, stage: usize) -> bool {
    const DROPS: &[&str] = &[
        "gosu",
        "su-exec",
        "setpriv",
        "s6-setuidgid",
        "chpst",
        "runuser",
        "sudo",
        "s6-overlay",
    ];
    let names = |text: &str| DROPS.iter().any(|name| text.contains(name));
    walk::steps(checking, stage).any(|step| match step.instruction {
        Instruction::Run(_) => step.shell_text().is_some_and(|(_, text)| names(text)),
        Instruction::Entrypoint(entry) => match &entry.command {
            crate::instruction::Command::Exec(exec) => exec
                .iter()
                .any(|word| DROPS.contains(&shell::base_name(word))),
            crate::instruction::Command::Shell(text) => text.lines().any(names),
            crate::instruction::Command::Script(_) => false,
        },
        Instruction::Copy(_) | Instruction::Add(_) => match step.action {
            Some(Action::Copy(copy)) => copy.sources.iter().any(|source| names(source)),
            _ => false,
        },
        _ => false,
    })
}
