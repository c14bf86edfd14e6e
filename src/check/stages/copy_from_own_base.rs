//! `copy-from-own-base`: a file copied to where the base of the stage has it already.

use super::walk;
use crate::check::Checking;
use crate::edges::Via;
use crate::instruction::Instruction;
use crate::reference::{Source, full_name};
use crate::resolve::ResolvedBase;
use crate::rules::place::short;
use crate::rules::{Finding, Findings};
use crate::scope::path;
use crate::scope::{Action, CopyDetails};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "copy-from-own-base",
    severity: Warning,
    summary: "a file copied from the base of the stage to where it is already",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds `COPY --from` of a stage, or of an image, that the stage itself starts from, where source and
destination are the same path. A copy with another owner or mode is left alone, and one below a RUN,
which may have changed the file.

## Why is this bad?

The file is there: the copy adds a layer with the same content again. Mostly another stage was
meant, as the base or as the source.

## Example

```dockerfile
FROM debian:12 AS gosu
ADD https://example.com/gosu /usr/local/bin/gosu

FROM gosu
COPY --from=gosu /usr/local/bin/gosu /usr/local/bin/gosu
```

## Use instead

```dockerfile
FROM debian:12 AS gosu
ADD https://example.com/gosu /usr/local/bin/gosu

FROM debian:12
COPY --from=gosu /usr/local/bin/gosu /usr/local/bin/gosu
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for reference in &checking.context.graph.references {
        let (Via::Copy, None, At::Step { stage, step }) =
            (reference.via, reference.declared_in(), reference.at())
        else {
            continue;
        };
        if !walk::is_looked_at(checking, stage)
            || !is_base(checking, stage, reference.target(), reference.source)
        {
            continue;
        }
        let runs = |step: walk::Step<'_>| matches!(step.instruction, Instruction::Run(_));
        if walk::steps(checking, stage).take(step).any(runs) {
            continue;
        }
        let resolved = checking.resolved.stages().get(stage);
        let action = resolved.and_then(|stage| stage.action(step));
        let Some(Action::Copy(copy)) = action else {
            continue;
        };
        let (sources, destination) = (&copy.sources, &copy.destination);
        let changes = |flags: &CopyDetails| flags.chown.is_some() || flags.chmod.is_some();
        if copy.flags.as_deref().is_some_and(changes) {
            continue;
        }
        let Some(nth) = sources
            .iter()
            .position(|source| is_same(source, destination))
        else {
            continue;
        };
        let source = sources.get(nth).map_or("", |source| source.as_str());
        let message = format!(
            "`{}` is copied from the base of the stage, which has it at the same path",
            short(source)
        );
        let finding = Finding::new(&RULE, message)
            .at(
                reference.at(),
                reference.part(),
                "this is the base of the stage",
            )
            .at(
                At::From(stage),
                Part::Base,
                "the stage gets the file from here",
            )
            .help("drop the copy, or start from another image");
        findings.add(finding);
    }
}

/// The number of stages below a stage that are looked at.
const CHAIN: usize = 64;

/// Returns `true` if a stage starts from a stage or from an image, directly or not.
fn is_base(checking: &Checking<'_>, stage: usize, target: Option<usize>, source: &Source) -> bool {
    let mut next = stage;
    for _ in 0..CHAIN {
        match checking
            .resolved
            .stages()
            .get(next)
            .map(|stage| stage.base())
        {
            Some(ResolvedBase::Stage(below)) if Some(*below) == target => return true,
            Some(ResolvedBase::Stage(below)) if *below < next => next = *below,
            Some(ResolvedBase::Image(image)) if target.is_none() => {
                let from = checking.context.file.stages.get(next);
                let other_platform = from.is_some_and(|stage| stage.from.platform.is_some());
                let name = match source {
                    Source::Image(name) => name.as_literal(),
                    _ => None,
                };
                return !other_platform && name.is_some_and(|name| full_name(name) == *image);
            }
            _ => return false,
        }
    }
    false
}

/// Returns `true` if a copy puts a path where it was.
fn is_same(source: &str, destination: &str) -> bool {
    let source = path::join("/", source);
    if source.contains(['*', '?', '[']) {
        return false;
    }
    if !destination.ends_with('/') {
        return source == path::join("/", destination);
    }
    // Of a directory the content is copied, of which nothing is known.
    let name = source.rsplit('/').next().unwrap_or_default();
    path::join(&path::join("/", destination), name) == source
}
