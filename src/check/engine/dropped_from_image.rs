//! `dropped-from-image`: instructions that an image in OCI format cannot hold.

use crate::check::Checking;
use crate::check::stages::walk;
use crate::instruction::Instruction;
use crate::rules::{Finding, Findings, rule};
use crate::syntax::{At, Part};

rule! {
    id: "dropped-from-image",
    severity: Warning,
    summary: "HEALTHCHECK or ONBUILD, which an image in Podman's default format does not hold",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds HEALTHCHECK and ONBUILD in the stages that are built as images, where the engine is Podman or
Buildah.

## Why is this bad?

Podman writes images in OCI format unless the build says `--format docker`. OCI images have no
health check and no triggers: Podman prints a warning and drops them.

## Example

For Podman:

```dockerfile engine=podman
FROM nginx:1.29
HEALTHCHECK CMD curl -f http://localhost/
```

## Use instead

`podman build --format docker`, and allow the rule; or a check where the container is started,
`podman run --health-cmd`:

```dockerfile engine=podman
FROM nginx:1.29
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let Some(buildah) = checking.context.buildah() else {
        return;
    };
    for stage in walk::finals(checking) {
        let steps = checking.context.file.stages.get(stage);
        let steps = steps.map_or(&[][..], |stage| stage.steps());
        for (step, item) in steps.iter().enumerate() {
            let instruction = item.instruction();
            let dropped = match instruction {
                Instruction::Onbuild(_) => true,
                Instruction::Healthcheck(check) => check.command.is_some(),
                _ => false,
            };
            if !dropped {
                continue;
            }
            let message = format!(
                "{} drops {} from an image in OCI format",
                buildah.name,
                instruction.keyword()
            );
            findings.add(
                Finding::new(&RULE, message)
                    .at(At::Step { stage, step }, Part::Keyword, "")
                    .help("build with `--format docker`"),
            );
        }
    }
}
