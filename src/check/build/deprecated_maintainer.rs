//! `deprecated-maintainer`: MAINTAINER.

use crate::check::Checking;
use crate::instruction::Instruction;
use crate::rules::{Finding, Findings};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "deprecated-maintainer",
    severity: Warning,
    summary: "the deprecated instruction MAINTAINER",
    also: ["buildkit:MaintainerDeprecated", "hadolint:DL4000"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds MAINTAINER.

## Why is this bad?

Docker has deprecated it: it sets a field that few tools show, while a label is shown by all.

## Example

```dockerfile
FROM scratch
MAINTAINER Ada <ada@example.com>
```

## Use instead

```dockerfile
FROM scratch
LABEL org.opencontainers.image.authors="Ada <ada@example.com>"
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for (stage, item) in checking.context.file.stages.iter().enumerate() {
        for (step, item) in item.steps.iter().enumerate() {
            if matches!(item.instruction(), Instruction::Maintainer(_)) {
                let finding = Finding::new(&RULE, "MAINTAINER is deprecated")
                    .at(At::Step { stage, step }, Part::Keyword, "")
                    .help("use the label `org.opencontainers.image.authors`");
                findings.add(finding);
            }
        }
    }
}
