//! `unused-global-arg`: a global ARG that nothing uses.

use indexmap::IndexSet;

use super::variables::{self, Goes};
use crate::check::Checking;
use crate::instruction::{Command, Instruction};
use crate::model::Stage;
use crate::reference::{Source, args, familiar};
use crate::rules::place::short;
use crate::rules::rule;
use crate::rules::{Finding, Findings};
use crate::syntax::{At, Part};
use crate::text::Piece;

rule! {
    id: "unused-global-arg",
    severity: Warning,
    summary: "a global ARG that nothing uses",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds ARGs above the first FROM that no FROM, no other global ARG and no `ARG NAME` of a stage uses.
Arguments that Docker acts upon by itself, such as `SOURCE_DATE_EPOCH` and `HTTP_PROXY`, are left
alone, and so is one that a stage uses without declaring it, which is `undeclared-global-arg`.
Nothing is reported where a base can use them in its triggers: a base that is not an official image
and of which the stage has at most one instruction, or one with `onbuild` in its name.

## Why is this bad?

`--build-arg` for it changes nothing. Often the stage that was meant to use it declares another
name, or gives it a default of its own.

## Example

```dockerfile
ARG GO_VERSION=1.24
ARG ALPINE_VERSION=3.22
FROM alpine:${ALPINE_VERSION}
USER app
```

## Use instead

```dockerfile
ARG ALPINE_VERSION=3.22
FROM alpine:${ALPINE_VERSION}
USER app
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let file = checking.context.file;
    if file.args.is_empty() {
        return;
    }
    if file.stages.iter().any(may_have_triggers) {
        return;
    }
    let mut used: IndexSet<&str> = IndexSet::new();
    for step in &file.args {
        for declared in step.instruction().declarations() {
            let variables = declared.default().map(|text| text.variables());
            used.extend(variables.unwrap_or_default().iter().map(|it| it.name()));
        }
    }
    for stage in &file.stages {
        in_stage(stage, &mut used);
    }
    let mut globals: IndexSet<&str> = IndexSet::new();
    for step in &file.args {
        let declared = step.instruction().declarations();
        globals.extend(declared.iter().map(|it| it.name().as_str()));
    }
    let wanted = |name: &str| globals.contains(name);
    let mut seen: IndexSet<String> = IndexSet::new();
    variables::each_use(checking, &wanted, &mut |variable| {
        if !variable.is_declared {
            seen.insert(variable.name.to_owned());
        }
        Goes::On
    });
    let mut told = IndexSet::new();
    for (arg, step) in file.args.iter().enumerate() {
        for (n, declared) in step.instruction().declarations().iter().enumerate() {
            let name = declared.name().as_str();
            let is_used = used.contains(name) || seen.contains(name) || args::is_known(name);
            if is_used || !told.insert(name) || file.stages.iter().any(|it| mentions(it, name)) {
                continue;
            }
            let at = At::Arg(arg);
            let finding = Finding::new(
                &RULE,
                format!("nothing uses the argument `{}`", short(name)),
            )
            .at(at, Part::Key(n), "");
            findings.add(match own_default(file.stages.as_slice(), name) {
                Some((own, part)) => {
                    finding
                        .at(own, part, "has a default of its own")
                        .help(format!(
                            "for the global default write `ARG {}` in the stage",
                            short(name)
                        ))
                }
                None => finding.help("drop it, or declare it in the stage that needs it"),
            });
        }
    }
}

/// Returns `true` if the base seems to do the work of a stage, by `ONBUILD`.
fn may_have_triggers(stage: &Stage) -> bool {
    let Source::Image(image) = stage.base() else {
        return false;
    };
    let pieces = image.text().pieces();
    let is_official = match pieces.first() {
        Some(Piece::Literal(text)) => !familiar(text.as_str()).contains('/'),
        _ => false,
    };
    let onbuild = image.to_string().contains("onbuild");
    onbuild || (!is_official && stage.steps.len() <= 1)
}

/// Adds the arguments that FROM uses, and those that the stage declares without a default of its
/// own.
fn in_stage<'m>(stage: &'m Stage, used: &mut IndexSet<&'m str>) {
    // A variable in `--from` is an error of its own.
    for (_, source) in stage.sources() {
        if let Source::Image(image) = source {
            used.extend(image.text().variables().iter().map(|it| it.name()));
        }
    }
    if let Some(platform) = &stage.from.platform {
        used.extend(platform.text().variables().iter().map(|it| it.name()));
    }
    for step in &stage.steps {
        let instruction = match step.instruction() {
            Instruction::Onbuild(onbuild) => onbuild.instruction(),
            instruction => Some(instruction),
        };
        if let Some(Instruction::Arg(arg)) = instruction {
            let declared = arg.declarations().iter();
            let bare = declared.filter(|it| it.default().is_none());
            used.extend(bare.map(|it| it.name().as_str()));
        }
    }
}

/// Returns `true` if a command of a stage that has no ARG of a name has the name in it, in whatever
/// language it is.
fn mentions(stage: &Stage, name: &str) -> bool {
    if own_default(std::slice::from_ref(stage), name).is_some() {
        return false;
    }
    stage.steps.iter().any(|step| match step.instruction() {
        Instruction::Run(run) => match &run.command {
            Command::Shell(shell) => shell.lines().any(|line| line.contains(name)),
            Command::Script(script) => script.body().contains(name),
            Command::Exec(_) => false,
        },
        _ => false,
    })
}

/// The first stage that declares a name with a default.
fn own_default(stages: &[Stage], name: &str) -> Option<(At, Part)> {
    for (stage, item) in stages.iter().enumerate() {
        for (step, nth) in item.steps.iter().zip(0..) {
            if let Instruction::Arg(arg) = step.instruction() {
                let mut declared = arg.declarations().iter();
                if let Some(n) = declared.position(|it| it.name().as_str() == name) {
                    return Some((At::Step { stage, step: nth }, Part::Key(n)));
                }
            }
        }
    }
    None
}
