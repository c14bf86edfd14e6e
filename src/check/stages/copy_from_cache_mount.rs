//! `copy-from-cache-mount`: files taken from where another stage only had a cache mount.

use indexmap::{IndexMap, IndexSet};
use smol_str::SmolStr;

use super::walk::{self, Step};
use crate::check::Checking;
use crate::check::topics::Topics;
use crate::edges::Via;
use crate::instruction::{Instruction, MountKind};
use crate::limits;
use crate::resolve::ResolvedBase;
use crate::rules::place::{short, stage_name};
use crate::rules::{Finding, Findings};
use crate::scope::{Action, path};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "copy-from-cache-mount",
    severity: Warning,
    summary: "files taken from a directory that a stage only had as a cache mount",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds `COPY --from` and `RUN --mount=from=` that take files of a stage from the target of a cache
mount, where the stage has nothing else that writes there.

## Why is this bad?

A cache mount is not part of the stage: once the RUN is over the directory is empty, and the file is
not found.

## Example

```dockerfile
FROM rust:1.85 AS builder
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/src/target cargo build --release

FROM debian:12
COPY --from=builder /src/target/release/app /usr/local/bin/app
```

## Use instead

Copy it out while the cache is mounted:

```dockerfile
FROM rust:1.85 AS builder
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/src/target \
    cargo build --release && cp target/release/app /usr/local/bin/app

FROM debian:12
COPY --from=builder /usr/local/bin/app /usr/local/bin/app
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let with_caches = with_caches(checking);
    let mut left = limits::RULE_STEPS;
    let mut known: IndexMap<usize, IndexMap<String, At>> = IndexMap::new();
    for reference in &checking.context.graph.references {
        let (Some(target), None) = (reference.target(), reference.declared_in()) else {
            continue;
        };
        if target >= reference.stage() || !walk::is_looked_at(checking, reference.stage()) {
            continue;
        }
        if !with_caches.get(target).is_some_and(|has| *has) {
            continue;
        }
        let sources = sources(checking, reference.at(), reference.part(), reference.via);
        if sources.is_empty() {
            continue;
        }
        let empty = known
            .entry(target)
            .or_insert_with(|| emptied(checking, target, &mut left));
        if empty.is_empty() {
            continue;
        }
        for (part, source) in sources {
            let found = empty.iter().find(|(target, _)| is_within(&source, target));
            let Some((directory, mount)) = found else {
                continue;
            };
            let name = stage_name(&checking.context.graph, target);
            let message = format!(
                "`{}` is empty in {name}: it was a cache mount",
                short(directory)
            );
            let finding = Finding::new(&RULE, message)
                .at(reference.at(), part, "not there")
                .at(*mount, Part::Keyword, "mounted here, and gone with this RUN")
                .help("copy it to another directory in the RUN that has the mount, and copy it from there");
            findings.add(finding);
        }
    }
}

/// For each stage whether it, or one that it starts from, has a cache mount.
fn with_caches(checking: &Checking<'_>) -> Vec<bool> {
    let count = checking.context.file.stages.len();
    let mut own = walk::steps_with(checking, Topics::MOUNT)
        .filter(Step::has_cache)
        .filter_map(|step| step.at.stage())
        .peekable();
    let mut with_caches: Vec<bool> = Vec::with_capacity(count);
    for stage in 0..count {
        let below = walk::base(checking.resolved, stage);
        let mut has = below.is_some_and(|below| with_caches.get(below) == Some(&true));
        while own.next_if_eq(&stage).is_some() {
            has = true;
        }
        with_caches.push(has);
    }
    with_caches
}

/// The paths that are taken, as absolute ones.
fn sources(checking: &Checking<'_>, at: At, part: Part, via: Via) -> Vec<(Part, SmolStr)> {
    let At::Step { stage, step } = at else {
        return Vec::new();
    };
    let resolved = checking.resolved.stages().get(stage);
    match (via, resolved.and_then(|stage| stage.action(step)), part) {
        (Via::Copy, Some(Action::Copy(copy)), _) => copy
            .sources
            .iter()
            .enumerate()
            .map(|(n, source)| (Part::Argument(n), path::join("/", source)))
            .collect(),
        (Via::Mount, Some(action), Part::MountValue(_, nth)) => action
            .mounts()
            .get(nth)
            .and_then(|mount| walk::value(mount, "source"))
            .map(|source| (Part::MountValue("source", nth), path::join("/", source)))
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// The directories of a stage that are the target of a cache mount, and that nothing else writes
/// to; with the RUN.
fn emptied(checking: &Checking<'_>, stage: usize, left: &mut usize) -> IndexMap<String, At> {
    let chain = walk::chain(checking.resolved, stage);
    if chain.len() > limits::BASE_CHAIN {
        return IndexMap::new();
    }
    let steps = || chain.iter().flat_map(|stage| walk::steps(checking, *stage));
    match left.checked_sub(steps().count()) {
        Some(rest) => *left = rest,
        None => return IndexMap::new(),
    }
    let mut targets: IndexMap<String, At> = IndexMap::new();
    for step in steps() {
        for target in cache_targets(&step) {
            if targets.len() < limits::RULE_CACHES && is_own(target) {
                targets.entry(target.to_owned()).or_insert(step.at);
            }
        }
    }
    if targets.is_empty() {
        return targets;
    }
    let root = chain
        .first()
        .and_then(|root| checking.resolved.stages().get(*root));
    if !root
        .is_some_and(|root| matches!(root.base(), ResolvedBase::Image(_) | ResolvedBase::Scratch))
    {
        return IndexMap::new();
    }
    // The programs that run while a directory is mounted write to it, and may do so without the mount too.
    let mut programs: IndexSet<(&str, &str)> = IndexSet::new();
    for step in steps() {
        let mounted: Vec<&str> = cache_targets(&step).collect();
        if !mounted.is_empty() {
            for program in runs(checking, &step).programs {
                for target in mounted.iter().take(limits::RULE_CACHES) {
                    programs.insert((target, program));
                }
            }
        }
    }
    for step in steps() {
        match step.action {
            Some(Action::Copy(copy)) => {
                let destination = path::join("/", &copy.destination);
                targets.retain(|target, _| !is_within(&destination, target));
            }
            Some(Action::Run(_)) => {
                let mounted: IndexSet<&str> = cache_targets(&step).collect();
                if targets
                    .keys()
                    .all(|target| mounted.contains(target.as_str()))
                {
                    continue;
                }
                let run = runs(checking, &step);
                targets.retain(|target, _| {
                    mounted.contains(target.as_str()) || {
                        let mentions = run.components.contains(path::base(target));
                        let mut names = run.programs.iter();
                        let runs = names.any(|name| programs.contains(&(target.as_str(), *name)));
                        !mentions && !runs && run.is_read
                    }
                });
            }
            _ => {}
        }
    }
    targets
}

/// The targets of the cache mounts of a RUN, where they are known.
fn cache_targets<'s>(step: &Step<'s>) -> impl Iterator<Item = &'s str> {
    let run = match step.instruction {
        Instruction::Run(run) => Some(run),
        _ => None,
    };
    step.mounts()
        .iter()
        .enumerate()
        .filter_map(move |(n, mount)| {
            let cache = walk::value(mount, "type") == Some(MountKind::Cache.as_str());
            // A relative one depends on a WORKDIR that may not be known.
            let given = run?
                .mounts
                .get(n)?
                .options()?
                .target
                .as_ref()?
                .as_literal()?;
            let target = walk::value(mount, "target")?;
            (cache && given.starts_with('/')).then_some(target.trim_end_matches('/'))
        })
}

/// Returns `true` if a directory is one that images bring nothing in.
fn is_own(target: &str) -> bool {
    const SYSTEM: &[&str] = &["bin", "etc", "lib", "lib64", "opt", "sbin", "usr", "var"];
    let first = target
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    !first.is_empty() && !SYSTEM.contains(&first)
}

fn is_within(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The paths that a RUN uses.
struct Runs<'c> {
    programs: Vec<&'c str>,
    /// The components of the paths among its words.
    components: IndexSet<&'c str>,
    /// `true` if its text could be read.
    is_read: bool,
}

fn runs<'c, 'm>(checking: &'c Checking<'m>, step: &Step<'m>) -> Runs<'c> {
    // What these do to a directory, they do to one that they name.
    const NEUTRAL: &[&str] = &[
        "", "cd", "cp", "echo", "export", "ln", "ls", "mkdir", "mv", "rm", "set", "test", "[",
    ];
    let mut found = Runs {
        programs: Vec::new(),
        components: IndexSet::new(),
        is_read: false,
    };
    for (_, script) in step.scripts(checking) {
        found.is_read = true;
        for command in &script.commands {
            let program = command.program();
            if !NEUTRAL.contains(&program) {
                found.programs.push(program);
            }
            for word in &command.words {
                let parts = word.text.split(['/', '=', ':']);
                found.components.extend(parts);
            }
        }
    }
    found
}
