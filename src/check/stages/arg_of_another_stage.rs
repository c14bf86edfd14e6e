//! `arg-of-another-stage`: a variable that only another stage declares, or gives a value.

use indexmap::{IndexMap, IndexSet};

use super::variables::{self, Goes, Used};
use super::walk;
use crate::check::Checking;
use crate::instruction::Instruction;
use crate::reference::args;
use crate::rules::place::{short, stage_name};
use crate::rules::rule;
use crate::rules::{Finding, Findings, Narrow};
use crate::syntax::{At, Part};

rule! {
    id: "arg-of-another-stage",
    severity: Warning,
    summary: "a variable that only another stage declares, or gives a value",
    also: [],
    can_be_allowed: true,
    replaces: [crate::check::build::undefined_variable::RULE as VariableOfStage],
    docs: r#"## What it does

Finds variables that a stage uses, in shell text too, that neither it nor a stage that it starts
from declares or sets, and that another stage does; and arguments that a stage declares without a
default while another stage has the default. A base image that may set a variable of that name is
left alone, as are `${NAME:-default}` and an argument that the build gives.

## Why is this bad?

ARG and ENV hold in their own stage and in the stages that start from it. Elsewhere the variable is
empty, and `COPY --from=build /app-$VERSION` copies `/app-`.

## Example

```dockerfile
FROM alpine:3.22 AS build
ARG VERSION=2.5.3
RUN wget -O /app-$VERSION https://example.com/app-$VERSION

FROM alpine:3.22
COPY --from=build /app-$VERSION /usr/bin/app
USER app
```

## Use instead

```dockerfile
ARG VERSION=2.5.3

FROM alpine:3.22 AS build
ARG VERSION
RUN wget -O /app-$VERSION https://example.com/app-$VERSION

FROM alpine:3.22
ARG VERSION
COPY --from=build /app-$VERSION /usr/bin/app
USER app
```
"#,
}

/// A place where a stage declares or sets a name.
#[derive(Clone, Copy)]
struct Declared {
    stage: usize,
    at: At,
    part: Part,
    has_default: bool,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    if checking.context.file.stages.len() < 2 {
        return;
    }
    let declared = declared(checking);
    if declared.is_empty() {
        return;
    }
    let wanted = |name: &str| declared.contains_key(name);
    let mut told: IndexSet<(usize, String)> = IndexSet::new();
    variables::each_use(checking, &wanted, &mut |used| {
        let Some(others) = declared.get(used.name) else {
            return Goes::On;
        };
        let is_given = checking.checker.settings().args.contains_key(used.name);
        if used.has_value || is_given || used.base_may_set(false) {
            return Goes::On;
        }
        // `ENV LIBRARIES=/more:$LIBRARIES` adds to what may be there.
        if !used.is_declared && adds_to_itself(&used) {
            return Goes::On;
        }
        let wanted = |other: &&Declared| {
            other.stage != used.stage && (!used.is_declared || other.has_default)
        };
        let Some(other) = others.iter().find(wanted) else {
            return Goes::On;
        };
        let is_looked_at = walk::is_looked_at(checking, used.stage);
        if is_looked_at && told.insert((used.stage, used.name.to_owned())) {
            findings.add(finding(checking, &used, other));
        }
        Goes::Known
    });
}

/// Returns `true` if an ENV uses the variable in the value that it gives it.
fn adds_to_itself(used: &Used<'_, '_>) -> bool {
    match (used.step.instruction, used.part) {
        (Instruction::Env(env), Part::Value(n)) => {
            let key = env.pairs.get(n).and_then(|pair| pair.key.as_literal());
            key == Some(used.name)
        }
        _ => false,
    }
}

fn finding(checking: &Checking<'_>, used: &Used<'_, '_>, other: &Declared) -> Finding {
    let name = short(used.name);
    let stage = stage_name(&checking.context.graph, other.stage);
    let (message, label, help) = if used.is_declared {
        (
            format!("the argument `{name}` has its default in {stage} alone"),
            "the default",
            format!("declare the default above the first FROM: `ARG {name}=..`"),
        )
    } else {
        (
            format!("the stage uses `{name}`, which only {stage} declares"),
            "declared for its own stage",
            format!(
                "declare it here too, or above the first FROM and by `ARG {name}` in both stages"
            ),
        )
    };
    Finding::new(&RULE, message)
        .at(used.step.at, used.part, "is empty here")
        .narrow(Narrow::Variable(used.name.to_owned()))
        .at(other.at, other.part, label)
        .help(help)
}

/// The names that stages declare and set and that are not global ARGs.
fn declared<'m>(checking: &Checking<'m>) -> IndexMap<&'m str, Vec<Declared>> {
    let file = checking.context.file;
    let mut declared: IndexMap<&str, Vec<Declared>> = IndexMap::new();
    for (stage, item) in file.stages.iter().enumerate() {
        for (nth, step) in item.steps.iter().enumerate() {
            let at = At::Step { stage, step: nth };
            let mut add = |name: &'m str, part: Part, has_default: bool| {
                let list = declared.entry(name).or_default();
                // Two stages are enough: one of them is another one.
                if list.len() < 2 || has_default {
                    let is_new = list
                        .iter()
                        .all(|it| it.stage != stage || it.has_default != has_default);
                    if is_new && list.len() < MOST {
                        list.push(Declared {
                            stage,
                            at,
                            part,
                            has_default,
                        });
                    }
                }
            };
            match step.instruction() {
                Instruction::Arg(arg) => {
                    for (n, it) in arg.declarations().iter().enumerate() {
                        let has_default = it.default().is_some_and(|text| !text.is_empty());
                        add(it.name().as_str(), Part::Key(n), has_default);
                    }
                }
                Instruction::Env(env) => {
                    for (n, pair) in env.pairs.iter().enumerate() {
                        if let Some(key) = pair.key.as_literal() {
                            // The value of an ENV is not meant for an ARG.
                            add(key, Part::Key(n), false);
                        }
                    }
                }
                _ => {}
            }
        }
    }
    for step in &file.args {
        for it in step.instruction().declarations() {
            declared.shift_remove(it.name().as_str());
        }
    }
    declared.retain(|name, _| !args::is_known(name) && !OF_THE_SHELL.contains(name));
    declared
}

/// The variables that Docker or the shell sets by itself.
const OF_THE_SHELL: &[&str] = &[
    "BASH_VERSION",
    "EUID",
    "HOME",
    "HOSTNAME",
    "HOSTTYPE",
    "IFS",
    "LINENO",
    "MACHTYPE",
    "OLDPWD",
    "OPTARG",
    "OPTIND",
    "OSTYPE",
    "PATH",
    "PPID",
    "PWD",
    "RANDOM",
    "SECONDS",
    "SHELL",
    "SHLVL",
    "TERM",
    "UID",
];

/// The number of stages that are remembered for one name.
const MOST: usize = 4;
