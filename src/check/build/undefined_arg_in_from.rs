//! `undefined-arg-in-from`: a variable of FROM that is no global ARG.

use crate::check::Checking;
use crate::instruction::Instruction;
use crate::model::Dockerfile;
use crate::rules::place::short;
use crate::rules::{Finding, Findings, Narrow};
use crate::scope::NoteKind;

crate::rules::rule! {
    id: "undefined-arg-in-from",
    severity: Warning,
    summary: "a variable in FROM that no ARG above the first FROM declares",
    also: ["buildkit:UndefinedArgInFrom"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds variables in the base and in `--platform` of FROM that no ARG above the first FROM declares.

## Why is this bad?

They are empty, whatever the build arguments are.

## Example

```dockerfile
ARG VERSION=3.21
FROM alpine:${VERSON:-3.20}
```

## Use instead

```dockerfile
ARG VERSION=3.21
FROM alpine:${VERSION:-3.20}
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let in_stages = declared_in_stages(checking.context.file);
    for note in checking.resolved.notes() {
        let NoteKind::UndefinedInFrom(name) = &note.kind else {
            continue;
        };
        let args = checking.context.file.args.iter();
        let declared = args.flat_map(|arg| arg.instruction().declarations());
        let names = declared.map(|declaration| declaration.name().as_str());
        let belongs = || {
            let name = short(name);
            format!(
                "an ARG below FROM belongs to its stage: write `ARG {name}` above the first FROM"
            )
        };
        let own = in_stages.binary_search_by_key(&name.as_str(), |(name, _)| name);
        let own = own.ok().and_then(|at| in_stages.get(at));
        let is_above = own.is_some_and(|(_, stage)| Some(*stage) < note.at.stage());
        let help = is_above.then(belongs);
        let help = help.unwrap_or_else(|| {
            match findings.nearest(name, names.chain(PREDEFINED.iter().copied())) {
                Some(near) => format!("did you mean `${near}`?"),
                None => format!("declare it above the first FROM: `ARG {}`", short(name)),
            }
        });
        let message = format!("FROM uses `${}`, which no ARG above declares", short(name));
        let finding = Finding::noted(&RULE, note, message, "not declared")
            .narrow(Narrow::Variable(name.to_string()))
            .help(help);
        findings.add(finding);
    }
}

/// The ARGs of stages, by name, each with the first stage that has it.
fn declared_in_stages(file: &Dockerfile) -> Vec<(&str, usize)> {
    let mut declared = Vec::new();
    for (stage, it) in file.stages.iter().enumerate() {
        for step in it.steps() {
            if let Instruction::Arg(arg) = step.instruction() {
                let names = arg.declarations().iter();
                declared.extend(names.map(|it| (it.name().as_str(), stage)));
            }
        }
    }
    declared.sort_unstable();
    declared.dedup_by_key(|(name, _)| *name);
    declared
}

/// What FROM can use without an ARG.
const PREDEFINED: &[&str] = &[
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "TARGETSTAGE",
];
