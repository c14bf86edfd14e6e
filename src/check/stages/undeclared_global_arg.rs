//! `undeclared-global-arg`: a global ARG that a stage uses without declaring it.

use indexmap::IndexMap;

use super::{images, walk};
use crate::check::Checking;
use crate::instruction::Instruction;
use crate::resolve::ResolvedBase;
use crate::rules::{Finding, Findings, Narrow};
use crate::scope::Map;
use crate::syntax::{At, Part};
use crate::text::Operator;

crate::rules::rule! {
    id: "undeclared-global-arg",
    severity: Warning,
    summary: "a global ARG that a stage uses without declaring it",
    also: [],
    can_be_allowed: true,
    replaces: [crate::check::build::undefined_variable::RULE as VariableOfStage],
    docs: r#"## What it does

Finds variables that a stage uses, in shell text too, that neither it nor a stage that it starts from declares or sets,
and that are arguments of the file: an ARG above the first FROM, or one of the platform such as `TARGETARCH`. A base
image that may set a variable of that name is left alone, as is `${NAME:-default}`.

## Why is this bad?

What stands above the first FROM is for the FROMs. In a stage the variable is empty, and the command goes on with that.

## Example

```dockerfile
ARG VERSION=1.2.3

FROM alpine:3.22
RUN wget -O /app https://example.com/app-$VERSION
```

## Use instead

```dockerfile
ARG VERSION=1.2.3

FROM alpine:3.22
ARG VERSION
RUN wget -O /app https://example.com/app-$VERSION
```
"#,
}

/// The arguments that every build has, for FROM alone unless a stage declares them.
const PLATFORM: &[&str] = &[
    "BUILDARCH",
    "BUILDOS",
    "BUILDPLATFORM",
    "BUILDVARIANT",
    "TARGETARCH",
    "TARGETOS",
    "TARGETPLATFORM",
    "TARGETVARIANT",
];

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let file = checking.context.file;
    let mut globals: IndexMap<&str, Option<(At, Part)>> =
        PLATFORM.iter().map(|name| (*name, None)).collect();
    for (n, step) in file.args.iter().enumerate() {
        for (nth, declared) in step.instruction().declarations().iter().enumerate() {
            globals.insert(declared.name().as_str(), Some((At::Arg(n), Part::Key(nth))));
        }
    }
    let roots = walk::roots(checking.resolved);
    // The names that each stage has, from its own instructions or from those of a stage below it.
    let mut ends: Vec<Map<()>> = Vec::with_capacity(file.stages.len());
    for stage in 0..file.stages.len() {
        let below = walk::base(checking.resolved, stage);
        let mut names = below
            .and_then(|below| ends.get(below).cloned())
            .unwrap_or_default();
        for step in below
            .into_iter()
            .flat_map(|below| walk::steps(checking, below))
        {
            if let Instruction::Onbuild(onbuild) = step.instruction {
                if let Some(triggered) = onbuild.instruction() {
                    declare(triggered, &mut names);
                }
            }
        }
        let base = roots
            .get(stage)
            .and_then(|root| checking.resolved.stages().get(*root));
        let base = base.map(|root| (root.base(), root.is_known()));
        for (nth, step) in walk::steps(checking, stage).enumerate() {
            let vars = checking
                .resolved
                .stages()
                .get(stage)
                .and_then(|stage| stage.vars(nth));
            for (part, name) in uses(checking, &step) {
                let Some(global) = globals.get(name) else {
                    continue;
                };
                let set = names.contains(name) || vars.is_some_and(|vars| vars.contains(name));
                if set || base_may_set(base, name, global.is_none()) {
                    continue;
                }
                names.insert(name, ());
                if walk::is_looked_at(checking, stage) {
                    findings.add(finding(&step, part, name, *global));
                }
            }
            declare(step.instruction, &mut names);
        }
        ends.push(names);
    }
}

fn finding(step: &walk::Step<'_>, part: Part, name: &str, global: Option<(At, Part)>) -> Finding {
    let message = format!("the stage uses the argument `{name}` and does not declare it");
    let finding = Finding::new(&RULE, message)
        .at(step.at, part, "is empty here")
        .narrow(Narrow::Variable(name.to_owned()))
        .help(format!(
            "add the line `ARG {name}` to the stage, above this one"
        ));
    match global {
        Some((at, part)) => finding.at(at, part, "declared for the FROMs alone"),
        None => finding,
    }
}

/// The variables that an instruction reads while it is built, without those that it says a default for.
fn uses<'c, 'm>(checking: &'c Checking<'m>, step: &walk::Step<'m>) -> Vec<(Part, &'c str)> {
    let mut found = Vec::new();
    for (part, text) in step.instruction.texts() {
        for variable in text.variables() {
            let guarded = variable.modifier().is_some_and(|modifier| {
                matches!(
                    modifier.operator(),
                    Operator::Default
                        | Operator::DefaultIfEmpty
                        | Operator::Alternative
                        | Operator::AlternativeIfFilled
                        | Operator::Error
                        | Operator::ErrorIfEmpty
                )
            });
            if !guarded {
                found.push((part, variable.name()));
            }
        }
    }
    for (part, script) in step.scripts_with_variables(checking) {
        // Other text that it runs may set anything.
        if script.sources {
            continue;
        }
        let set = &script.set;
        let used = script
            .uses
            .iter()
            .filter(|found| !found.guarded && !set.contains(found.name));
        found.extend(used.map(|found| (*part, found.name)));
    }
    found
}

fn declare(instruction: &Instruction, names: &mut Map<()>) {
    match instruction {
        Instruction::Arg(arg) => {
            for declared in arg.declarations() {
                names.insert(declared.name().as_str(), ());
            }
        }
        Instruction::Env(env) => {
            for key in env.pairs.iter().filter_map(|pair| pair.key.as_literal()) {
                names.insert(key, ());
            }
        }
        _ => {}
    }
}

/// Whether what a stage starts from may set a variable.
fn base_may_set(base: Option<(&ResolvedBase, bool)>, name: &str, of_platform: bool) -> bool {
    match base {
        Some((_, true)) => false,
        // No image says what it is built for in these.
        Some(_) if of_platform => false,
        Some((ResolvedBase::Image(image), false)) => match images::known(image) {
            Some(known) => {
                name == "PATH" || known.sets.iter().any(|prefix| name.starts_with(prefix))
            }
            None => true,
        },
        _ => true,
    }
}
