//! `stage-cycle`: stages that need each other.

use std::collections::VecDeque;

use crate::edges::{Graph, Reference};
use crate::rules::place::stage_name;
use crate::rules::{Context, Finding, Findings};

rule! {
    id: "stage-cycle",
    severity: Error,
    summary: "stages that need each other",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds references to a later stage that needs, perhaps by way of others, the stage that refers to it.

## Why is this bad?

No order of the stages would do: the build would fail.

## Example

```rust
use multistage::{Dockerfile, Stage, StageName};

let mut file = Dockerfile::new();
let tools = StageName::new("tools");
let base = file.stage("base", Stage::new("alpine").copy_from(&tools, "/tool", "/usr/bin/"));
file.stage(&tools, Stage::new(&base).run("make tool"));
assert_eq!(file.check().diagnostics()[0].rule.id, "stage-cycle");
```

## Use instead

A stage of what both need:

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let common = file.stage("common", Stage::new("alpine"));
let tools = file.stage("tools", Stage::new(&common).run("make tool"));
file.stage("base", Stage::new(&common).copy_from(&tools, "/tool", "/usr/bin/"));
assert!(file.check().is_empty());
```
"#,
}

/// The number of references of a cycle that a report points at.
const SHOWN: usize = 8;

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let graph = &context.graph;
    let components = graph.components();
    let circle = |stage: usize| components.get(stage).copied();
    let mut told = vec![false; graph.stages.len()];
    let mut leaving = None;
    let mut came = vec![None; graph.stages.len()];
    for reference in &graph.references {
        let Some(target) = reference
            .target()
            .filter(|target| *target > reference.stage())
        else {
            continue;
        };
        let Some(number) = circle(target).filter(|n| circle(reference.stage()) == Some(*n)) else {
            continue;
        };
        let (user, name) = (
            stage_name(graph, reference.stage()),
            stage_name(graph, target),
        );
        let message = format!("{user} needs {name}, which needs {user} in turn");
        let mut finding = Finding::new(&RULE, message).at(
            reference.at(),
            reference.part(),
            "comes later in the file",
        );
        // The way back is shown once for each cycle.
        let first = told
            .get_mut(number)
            .is_some_and(|told| !std::mem::replace(told, true));
        if first {
            let leaving = leaving.get_or_insert_with(|| by_stage(graph));
            let inside = |stage| circle(stage) == Some(number);
            let back = way(graph, leaving, &mut came, target, reference.stage(), inside);
            for step in back.into_iter().take(SHOWN) {
                let (from, to) = (step.stage(), step.target().unwrap_or(step.stage()));
                let text = format!(
                    "{} needs {}",
                    stage_name(graph, from),
                    stage_name(graph, to)
                );
                finding = finding.at(step.at(), step.part(), text);
            }
        }
        let finding = finding.triggered(reference);
        findings.add(finding.help("move what both need into a stage above them"));
    }
}

/// The references that leave each stage, by their positions.
fn by_stage(graph: &Graph<'_>) -> Vec<Vec<usize>> {
    let mut leaving = vec![Vec::new(); graph.stages.len()];
    for (n, reference) in graph.references.iter().enumerate() {
        if let Some(list) = leaving.get_mut(reference.stage()) {
            list.push(n);
        }
    }
    leaving
}

/// The shortest way from one stage to another, over stages that are `inside`. `came`: how each
/// stage was reached; nothing yet for those inside.
fn way<'g, 'm>(
    graph: &'g Graph<'m>,
    leaving: &[Vec<usize>],
    came: &mut [Option<&'g Reference<'m>>],
    from: usize,
    to: usize,
    inside: impl Fn(usize) -> bool,
) -> Vec<&'g Reference<'m>> {
    let mut todo = VecDeque::from([from]);
    while let Some(stage) = todo.pop_front() {
        if stage == to {
            break;
        }
        let references = leaving.get(stage).into_iter().flatten();
        for reference in references.filter_map(|n| graph.references.get(*n)) {
            let Some(next) = reference.target().filter(|next| inside(*next)) else {
                continue;
            };
            match came.get_mut(next) {
                Some(slot @ None) if next != from => {
                    *slot = Some(reference);
                    todo.push_back(next);
                }
                _ => {}
            }
        }
    }
    let mut way = Vec::new();
    let mut stage = to;
    while let Some(reference) = came.get(stage).copied().flatten() {
        way.push(reference);
        stage = reference.stage();
    }
    way.reverse();
    way
}
