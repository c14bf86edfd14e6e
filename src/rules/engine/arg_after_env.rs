//! `arg-after-env`: an ARG after an ENV of its name.

use super::names::{Names, What};
use crate::rules::place::short;
use crate::rules::{Context, Finding, Findings};

rule! {
    id: "arg-after-env",
    severity: Error,
    summary: "an ARG after an ENV of its name, which has no effect in Podman",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds ARGs with a default whose name an ENV has set before, in the stage or in one that it starts
from, where the engine is Podman or Buildah.

## Why is this bad?

To Docker, the ARG is the new value of the variable. To Podman, an ENV wins over every ARG, wherever
that is.

## Example

For Podman:

```dockerfile engine=podman
FROM alpine
ENV MODE=release
ARG MODE=debug
RUN make $MODE
```

## Use instead

```dockerfile engine=podman
FROM alpine
ENV MODE=release
ARG BUILD_MODE=debug
RUN make $BUILD_MODE
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(buildah) = context.buildah() else {
        return;
    };
    let names = Names::of(context.file);
    let base = |stage: usize| context.graph.base_of(stage);
    for it in names.all() {
        let What::Arg(default) = it.what else {
            continue;
        };
        if default.is_none() && !names.is_global(it.name) {
            continue;
        }
        let mut above = names.above(it.name, it.stage, it.step);
        let nearest = above
            .next()
            .or_else(|| names.below(it.name, it.stage, &base));
        let Some(set) = nearest else { continue };
        let What::Env(value) = set.what else { continue };
        if default.is_some_and(|default| default == value) {
            continue;
        }
        let name = short(it.name);
        let message = format!("{} keeps the value that ENV gives `{name}`", buildah.name);
        findings.add(
            Finding::new(&RULE, message)
                .at(it.at(), it.key(), "has no effect")
                .at(set.at(), set.key(), "set here")
                .help("give the argument another name"),
        );
    }
}
