//! `unexpanded-home`: `~`, or `$HOME` where it is not set, in a path that no shell expands.

use super::{home, walk};
use crate::check::Checking;
use crate::check::topics::Topics;
use crate::instruction::Instruction;
use crate::rules::{Finding, Findings, Narrow};
use crate::syntax::{At, Part};
use crate::text::{Text, Variable};

crate::rules::rule! {
    id: "unexpanded-home",
    severity: Warning,
    summary: "`~` in a path that Docker reads, or `$HOME` in a mount",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds paths that begin with `~` in WORKDIR, VOLUME, the destination of COPY and ADD, and the target
of a mount; and a mount whose target has `$HOME` where neither ENV nor ARG sets it.

## Why is this bad?

Docker reads these paths, not a shell. `~` is a directory of that name below the working directory,
and `$HOME` is empty: the mount is at `/.cache`, and the tool looks elsewhere.

## Example

```dockerfile
FROM composer:2
RUN --mount=type=cache,target=~/.composer composer install
```

## Use instead

```dockerfile
FROM composer:2
RUN --mount=type=cache,target=/root/.composer composer install
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for step in walk::looked_at(checking, Topics::HOME) {
        match step.instruction {
            Instruction::Workdir(workdir) => {
                tilde(checking, &step, Part::Argument(0), &workdir.path, findings);
            }
            Instruction::Copy(copy) => {
                tilde(
                    checking,
                    &step,
                    Part::Destination,
                    &copy.destination,
                    findings,
                );
            }
            Instruction::Add(add) => {
                tilde(
                    checking,
                    &step,
                    Part::Destination,
                    &add.destination,
                    findings,
                );
            }
            Instruction::Volume(volume) => {
                for (nth, path) in volume.paths.iter().enumerate() {
                    tilde(checking, &step, Part::Argument(nth), path, findings);
                }
            }
            Instruction::Run(run) => {
                for (nth, mount) in run.mounts.iter().enumerate() {
                    if let Some(target) = mount.target_path() {
                        let part = Part::MountValue("target", nth);
                        tilde(checking, &step, part, target, findings);
                        variable(checking, &step, part, target, findings);
                    }
                }
            }
            _ => {}
        }
    }
}

fn tilde(
    checking: &Checking<'_>,
    step: &walk::Step<'_>,
    part: Part,
    path: &Text,
    findings: &mut Findings,
) {
    let Some(rest) = path.as_literal().and_then(|path| path.strip_prefix('~')) else {
        return;
    };
    if !rest.is_empty() && !rest.starts_with('/') {
        return;
    }
    let message = "`~` is not the home of a user here: Docker does not expand it";
    let finding = Finding::new(&RULE, message).at(step.at, part, "a directory named `~`");
    let plain = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-/".contains(&b))
    };
    let mended = home::of(checking, step).map(|home| format!("{home}{rest}"));
    findings.add(match mended.filter(|mended| plain(mended)) {
        Some(mended) => finding
            .help(format!("write `{mended}`"))
            .replace(step.at, part, mended),
        None => finding.help("write the path of the home"),
    });
}

fn variable(
    checking: &Checking<'_>,
    step: &walk::Step<'_>,
    part: Part,
    path: &Text,
    findings: &mut Findings,
) {
    if path.as_literal().is_some() {
        return;
    }
    let is_home = |variable: &&Variable| variable.name() == "HOME" && variable.modifier().is_none();
    if !path.variables().iter().any(is_home) || is_set(checking, step) {
        return;
    }
    let message = "`$HOME` is not set for Docker, which expands the target of the mount";
    let finding = Finding::new(&RULE, message)
        .at(step.at, part, "is empty here")
        .narrow(Narrow::Variable("HOME".to_owned()));
    findings.add(match home::of(checking, step) {
        Some(home) => finding.help(format!("write `{home}` instead")),
        None => finding.help("write the path of the home, or set `HOME` by ENV"),
    });
}

/// Returns `true` if the stage sets HOME above an instruction.
fn is_set(checking: &Checking<'_>, step: &walk::Step<'_>) -> bool {
    let At::Step { stage, step } = step.at else {
        return true;
    };
    let vars = checking.resolved.stages().get(stage);
    let vars = vars.and_then(|stage| stage.vars(step));
    vars.is_some_and(|vars| vars.contains("HOME"))
}
