//! `root-in-final-stage`: an image whose containers run as root.

use super::{images, shell, walk};
use crate::check::Checking;
use crate::instruction::Instruction;
use crate::resolve::{ResolvedBase, ResolvedStage};
use crate::rules::{Finding, Findings};
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

Finds final stages whose last USER is root, and those without USER on a base that is known to set none. A base that may
set a user (`distroless`, `nonroot`, any that is not known) is trusted, as is an image that drops its rights when it
starts (`gosu`, `su-exec`, `setpriv`). Files on `scratch` that nothing starts are no container.

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
            (None, Some(user)) if stage.is_known() => {
                is_root(user) && starts(checking, &chain, stage)
            }
            (None, _) => starts_as_root(checking, &chain),
        };
        if !root || chain.iter().any(|stage| drops_rights(checking, *stage)) {
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

/// Whether a container can be started: files on nothing are often only taken out of the image.
fn starts(checking: &Checking<'_>, chain: &[usize], stage: &ResolvedStage) -> bool {
    let first = chain
        .first()
        .and_then(|first| checking.resolved.stages().get(*first));
    let on_nothing = first.is_some_and(|first| *first.base() == ResolvedBase::Scratch);
    let state = stage.state();
    !on_nothing || state.cmd.is_some() || state.entrypoint.is_some()
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

/// Whether a program is there that the image starts as another user with.
fn drops_rights(checking: &Checking<'_>, stage: usize) -> bool {
    const DROPS: &[&str] = &[
        "gosu",
        "su-exec",
        "setpriv",
        "s6-setuidgid",
        "chpst",
        "runuser",
        "sudo",
    ];
    let names = |text: &str| DROPS.iter().any(|name| text.contains(name));
    walk::steps(checking, stage).any(|step| match step.instruction {
        Instruction::Run(_) => step.shell_texts().iter().any(|(_, text)| names(text)),
        Instruction::Entrypoint(entry) => match &entry.command {
            crate::instruction::Command::Exec(exec) => exec
                .iter()
                .any(|word| DROPS.contains(&shell::base_name(word))),
            crate::instruction::Command::Shell(text) => text.lines().any(names),
            crate::instruction::Command::Script(_) => false,
        },
        _ => false,
    })
}
