//! `deprecated-maintainer`: MAINTAINER.

use crate::check::Checking;
use crate::check::stages::walk;
use crate::check::topics::Topics;
use crate::rules::{Finding, Findings};
use crate::syntax::Part;

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
    for step in walk::steps_with(checking, Topics::MAINTAINER) {
        let finding = Finding::new(&RULE, "MAINTAINER is deprecated")
            .at(step.at, Part::Keyword, "")
            .help("use the label `org.opencontainers.image.authors`");
        findings.add(finding);
    }
}
