//! `ignored-arg-default`: a default of a platform argument.

use crate::instruction::{Arg, Instruction};
use crate::rules::{Context, Finding, Findings};
use crate::syntax::{At, BuildahVersion, Part};

rule! {
    id: "ignored-arg-default",
    severity: Error,
    summary: "a default of a platform argument, which Podman ignores",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds ARGs that give a default to an argument of the platform, such as `TARGETARCH`, where the
engine is Podman or Buildah: above the first FROM since Podman 4.1, in a stage since 5.2. Podman 5.2
and later reject a default of `BUILDPLATFORM` and `TARGETPLATFORM`, which is `unsupported-feature`.
`ARG TARGETARCH=${TARGETARCH:-amd64}` is left alone.

## Why is this bad?

To Docker, the default takes the place of the platform. Podman ignores it, and builds with the
platform.

## Example

For Podman:

```dockerfile engine=podman
FROM alpine
ARG TARGETARCH=arm64
RUN make ARCH=$TARGETARCH
```

## Use instead

```dockerfile engine=podman
FROM alpine
ARG ARCH=arm64
RUN make ARCH=$ARCH
```
"#,
}

/// The platform arguments that Podman sets.
const NAMES: &[&str] = &[
    "BUILDARCH",
    "BUILDOS",
    "BUILDPLATFORM",
    "BUILDVARIANT",
    "TARGETARCH",
    "TARGETOS",
    "TARGETPLATFORM",
    "TARGETVARIANT",
];

/// The first versions of Buildah that ignore a default above the first FROM, and in a stage.
const GLOBAL: BuildahVersion = BuildahVersion::new(26);
const IN_STAGE: BuildahVersion = BuildahVersion::new(37);

/// Returns `true` if the engine ignores the default of an argument of this name.
pub(crate) fn ignores(context: &Context<'_>, at: At, name: &str) -> bool {
    let Some(buildah) = context.buildah() else {
        return false;
    };
    let first = match at {
        At::Arg(_) => GLOBAL,
        _ if is_rejected(name) => GLOBAL,
        _ => IN_STAGE,
    };
    buildah.version >= first && NAMES.contains(&name)
}

/// Returns `true` for an argument whose default newer versions reject.
fn is_rejected(name: &str) -> bool {
    matches!(name, "BUILDPLATFORM" | "TARGETPLATFORM")
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(buildah) = context.buildah() else {
        return;
    };
    let mut look = |at: At, arg: &Arg| {
        for (n, it) in arg.declarations().iter().enumerate() {
            let name = it.name().as_str();
            let Some(default) = it.default().filter(|_| ignores(context, at, name)) else {
                continue;
            };
            if is_rejected(name) && buildah.version >= IN_STAGE {
                continue;
            }
            let mut variables = default.variables().into_iter();
            if variables.any(|variable| variable.name() == name) {
                continue;
            }
            let message = format!("{} ignores the default of `{name}`", buildah.name);
            findings.add(
                Finding::new(&RULE, message)
                    .at(at, Part::Value(n), "the value is that of the platform")
                    .help(format!(
                        "write `ARG {name}`, or give an argument of another name the default"
                    )),
            );
        }
    };
    for (n, arg) in context.file.args.iter().enumerate() {
        look(At::Arg(n), arg.instruction());
    }
    context.each_instruction(&mut |at, instruction| {
        if let Instruction::Arg(arg) = instruction {
            look(at, arg);
        }
    });
}
