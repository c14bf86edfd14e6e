//! `unused-stage`: a stage that nothing uses.

use super::walk;
use crate::check::Checking;
use crate::diagnostic::Group;
use crate::edges::{PossibleBases, Reference};
use crate::instruction::Instruction;
use crate::model::{Stage, Step};
use crate::reference::Source;
use crate::rules::place::stage_name;
use crate::rules::{Finding, Findings};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "unused-stage",
    severity: Warning,
    summary: "a stage that nothing uses and that is not marked as a target",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds stages that no FROM, COPY and mount refers to and that are not marked as targets
(`Dockerfile::target`): those that have no name, and, where a stage is marked, those that have one.
Where none is marked, a stage with a name may be a target of `docker build --target`; with the group
`Pedantic` it counts for one only if the last stage has a name too. A named stage on `scratch` that
only copies from other stages is a target for `--output`.

## Why is this bad?

Docker does not build the stage: what its author expected of it, a test that fails the build say,
does not happen. Often the name in a `COPY --from` is another one by mistake.

## Example

```dockerfile
FROM scratch
COPY assets /assets/

FROM scratch
COPY dist /srv/
```

## Use instead

Copy from it, or drop it:

```dockerfile
FROM scratch AS assets
COPY assets /assets/

FROM scratch
COPY --from=assets /assets/ /srv/assets/
COPY dist /srv/
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let file = checking.context.file;
    // The last stage is used, and mostly it is the only one.
    let Some(last) = file.stages.len().checked_sub(1).filter(|last| *last > 0) else {
        return;
    };
    if checking.checker.settings().target.is_some() {
        return;
    }
    let last_is_named = file
        .stages
        .last()
        .is_some_and(|stage| stage.name().is_some());
    let strict = checking.checker.has_group(Group::Pedantic) && !last_is_named;
    let names_count = !file.beside.targets.is_empty() || strict;
    let graph = &checking.context.graph;
    // A name that means no stage has been reported, and may be this one.
    let mut targets = file.beside.targets.iter();
    let misses = targets.any(|name| graph.names.target(name).is_none());
    let is_lost = |reference: &Reference<'_>| {
        matches!(reference.source, Source::Stage(_)) && reference.target().is_none()
    };
    if misses || graph.references.iter().any(is_lost) {
        return;
    }
    // A base with a variable can be any stage that fits.
    let mut used = PossibleBases::of(&file.stages).of_any();
    let mut mark = |stage: usize| {
        if let Some(slot) = used.get_mut(stage) {
            *slot = true;
        }
    };
    mark(last);
    graph.epoch_stage(file).into_iter().for_each(&mut mark);
    for stage in walk::finals(checking) {
        mark(stage);
    }
    for reference in &graph.references {
        if let Some(target) = reference.target() {
            mark(target);
        }
    }
    for stage in checking.resolved.stages() {
        if let Some(base) = walk::base(checking.resolved, stage.index()) {
            mark(base);
        }
    }
    for (index, stage) in file.stages.iter().enumerate() {
        let is_target = stage.name().is_some() && !names_count;
        if is_target || used.get(index).copied().unwrap_or(true) || is_export(stage) {
            continue;
        }
        let name = stage_name(graph, index);
        let part = if stage.name().is_some() {
            Part::Name
        } else {
            Part::Base
        };
        findings.add(
            Finding::new(&RULE, format!("nothing uses {name}"))
                .at(At::From(index), part, "is not built")
                .help("refer to it, mark it as a target, or drop it"),
        );
    }
}

/// Returns `true` if a stage holds files to be taken out of it: a name, nothing below, and copies
/// from elsewhere alone.
fn is_export(stage: &Stage) -> bool {
    let copies = |step: &Step| match step.instruction() {
        Instruction::Copy(copy) => copy.from.is_some(),
        _ => false,
    };
    let on_nothing =
        matches!(stage.base(), Source::Image(image) if image.as_literal() == Some("scratch"));
    stage.name().is_some()
        && on_nothing
        && !stage.steps.is_empty()
        && stage.steps.iter().all(copies)
}
