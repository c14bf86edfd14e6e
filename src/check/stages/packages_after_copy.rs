//! `packages-after-copy`: packages of the distribution that are installed after all sources were
//! copied.

use super::shell::Command;
use super::{packages, sources_before_install, walk};
use crate::check::Checking;
use crate::instruction::Instruction;
use crate::rules::{Finding, Findings};
use crate::scope::Action;
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "packages-after-copy",
    severity: Warning,
    summary: "packages of fixed names installed after all sources were copied",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds a COPY or ADD of the whole build context after which a RUN installs packages of the
distribution (apt, apk, dnf, yum, zypper) that it names, and does nothing else. A RUN that needs the
sources, or that follows one which configures the package manager, is left alone, as is one with a
cache mount.

## Why is this bad?

Any change of any file makes Docker install the packages again, which have nothing to do with it.

## Example

```dockerfile
FROM debian:12
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install -y --no-install-recommends cmake
```

## Use instead

```dockerfile
FROM debian:12
RUN apt-get update && apt-get install -y --no-install-recommends cmake
WORKDIR /app
COPY . .
```
"#,
}

/// The state that a stage passes to the stages that are based on it.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// The copy of the whole context, where there is one.
    copied: Option<At>,
    /// `true` if nothing more is reported: it has been, or the package manager was configured.
    done: bool,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let mut ends: Vec<State> = Vec::with_capacity(checking.context.file.stages.len());
    for stage in 0..checking.context.file.stages.len() {
        let below = walk::base(checking.resolved, stage);
        let mut state = below
            .and_then(|below| ends.get(below).copied())
            .unwrap_or_default();
        for step in walk::steps(checking, stage) {
            if state.done {
                break;
            }
            if let (None, Some(destination)) =
                (state.copied, sources_before_install::copies_context(&step))
            {
                state.copied = Some(step.at);
                // What is copied over everything may be what apt reads.
                state.done = destination == "/";
                continue;
            }
            let (Some(copy), Instruction::Run(_)) = (state.copied, step.instruction) else {
                continue;
            };
            if installs_alone(checking, &step) && !step.has_cache() {
                state.done = true;
                if walk::is_looked_at(checking, stage) {
                    findings.add(finding(copy, step.at));
                }
            } else {
                state.done = configures(&step);
            }
        }
        ends.push(state);
    }
}

fn finding(copy: At, run: At) -> Finding {
    Finding::new(
        &RULE,
        "packages are installed after all sources were copied",
    )
    .at(
        copy,
        Part::Whole,
        "a change to any file invalidates the build cache from here",
    )
    .at(run, Part::Whole, "so this runs again")
    .help("move the installation above the copy: it needs none of the files")
}

/// Returns `true` if a RUN installs packages that it names, and does nothing but clean up.
fn installs_alone<'m>(checking: &Checking<'m>, step: &walk::Step<'m>) -> bool {
    let scripts = step.scripts(checking);
    let [(_, script)] = scripts else {
        return false;
    };
    let mut installs = false;
    for command in &script.commands {
        match packages::installed(command) {
            Some(found) if found.fixed && !found.names.is_empty() && !command.substitutes => {
                installs = true;
            }
            Some(_) => return false,
            None if is_harmless(command) => {}
            None => return false,
        }
    }
    installs
}

/// Returns `true` if a command updates lists, cleans up, or sets how the shell continues.
fn is_harmless(command: &Command<'_>) -> bool {
    let program = command.program();
    let first = command.arguments().first();
    let system =
        |word: &str| word.starts_with("/var/") || word.starts_with("/tmp") || word.starts_with('-');
    match program {
        "rm" => command.arguments().iter().all(|word| system(&word.text)),
        "set" | "true" | ":" => true,
        _ if packages::is_manager(program) => {
            let verbs = command.arguments().iter().map(|word| word.text.as_ref());
            let verb = verbs.clone().find(|word| !word.starts_with('-'));
            first.is_some()
                && matches!(
                    verb,
                    Some(
                        "update"
                            | "upgrade"
                            | "clean"
                            | "autoremove"
                            | "autoclean"
                            | "makecache"
                            | "refresh"
                    )
                )
        }
        _ => false,
    }
}

/// Returns `true` if a RUN may change what the package manager installs.
fn configures(step: &walk::Step<'_>) -> bool {
    const WORDS: &[&str] = &[
        "/etc/",
        "add-apt-repository",
        "apt-key",
        "dpkg",
        "rpm",
        "setup",
        "repo",
        "sources.list",
    ];
    match step.action {
        Some(Action::Run(_)) => step
            .arguments()
            .any(|text| WORDS.iter().any(|word| text.contains(word))),
        _ => true,
    }
}
