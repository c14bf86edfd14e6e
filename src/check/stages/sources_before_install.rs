//! `sources-before-install`: all sources copied before the dependencies are installed.

use super::installs::{self, Install};
use super::walk;
use crate::check::Checking;
use crate::rules::{Finding, Findings};
use crate::scope::{Action, path};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "sources-before-install",
    severity: Warning,
    summary: "all sources copied before the dependencies are installed",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds a COPY or ADD of the whole build context after which a package manager installs dependencies
from its lists: npm, yarn, pnpm, bun, pip, pipenv, uv, poetry, cargo, go, maven, gradle, bundler,
composer. In a stage and those that it starts from; once its dependencies have been installed before
the copy, a manager is free to look again. A command that needs the sources (`go build`,
`pip install .`) is none of these, nor is one that names what it installs (`npm install -g serve`),
and a cache mount keeps what was downloaded.

## Why is this bad?

Any change of any file makes Docker install all dependencies again.

## Example

```dockerfile
FROM python:3.13
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
```

## Use instead

```dockerfile
FROM python:3.13
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
```
"#,
}

/// The state that a stage passes to the stages that are based on it.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// The copy of the whole context, where there is one.
    copied: Option<At>,
    /// The managers that have installed before it, and those that have been reported.
    done: u16,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let count = checking.context.file.stages.len();
    let mut ends: Vec<State> = Vec::with_capacity(count);
    for stage in 0..count {
        let below = walk::base(checking.resolved, stage);
        let mut state = below
            .and_then(|below| ends.get(below).copied())
            .unwrap_or_default();
        for step in walk::steps(checking, stage) {
            if copies_context(&step).is_some() {
                state.copied = state.copied.or(Some(step.at));
                continue;
            }
            let scripts = step.scripts(checking);
            let commands = scripts.iter().flat_map(|(_, script)| &script.commands);
            for install in commands.filter_map(installs::install) {
                let manager = install.manager;
                let known = state.done & manager.bit() != 0;
                state.done |= manager.bit();
                let Some(copy) = state.copied.filter(|_| !known && !step.has_cache()) else {
                    continue;
                };
                if walk::is_looked_at(checking, stage) {
                    findings.add(finding(install, copy, step.at));
                }
            }
        }
        ends.push(state);
    }
}

fn finding(install: Install, copy: At, run: At) -> Finding {
    Finding::new(
        &RULE,
        "all sources are copied before the dependencies are installed",
    )
    .at(
        copy,
        Part::Whole,
        "a change to any file invalidates the build cache from here",
    )
    .at(run, Part::Whole, "so this runs again")
    .help(install.help)
}

/// The destination of an instruction that copies the whole build context.
pub(super) fn copies_context<'m>(step: &walk::Step<'m>) -> Option<&'m str> {
    match step.action? {
        Action::Copy(copy)
            if copy.from.is_none() && copy.sources.iter().any(|source| path::is_root(source)) =>
        {
            Some(&copy.destination)
        }
        _ => None,
    }
}
