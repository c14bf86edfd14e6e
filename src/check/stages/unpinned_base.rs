//! `unpinned-base`: a base image without a tag, or with `latest`.

use super::{images, walk};
use crate::check::Checking;
use crate::reference::Source;
use crate::resolve::ResolvedBase;
use crate::rules::{Finding, Findings};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "unpinned-base",
    severity: Warning,
    summary: "a base image without a tag, or with the tag `latest`",
    also: ["hadolint:DL3006", "hadolint:DL3007"],
    can_be_allowed: true,
    group: Pedantic,
    docs: r#"## What it does

Finds base images that have neither a tag other than `latest` nor a digest. One that a variable is
part of is left to whoever sets that. The names of some images carry the release:
`gcr.io/distroless/cc-debian12`, `redhat/ubi9-minimal`.

## Why is this bad?

The tag `latest`, which stands for no tag too, moves to the next major version some day, and the
same file then builds another image, or none.

## Example

```dockerfile pedantic
FROM python
USER app
```

## Use instead

```dockerfile pedantic
FROM python:3.13
USER app
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for (index, stage) in checking.context.file.stages.iter().enumerate() {
        let resolved = checking.resolved.stages().get(index);
        let is_image = resolved.is_some_and(|stage| matches!(stage.base(), ResolvedBase::Image(_)));
        let Source::Image(image) = stage.base() else {
            continue;
        };
        let Some(name) = image.as_literal().filter(|_| is_image) else {
            continue;
        };
        if !walk::is_looked_at(checking, index) {
            continue;
        }
        let Some(why) = images::unpinned(name) else {
            continue;
        };
        let finding = Finding::new(&RULE, format!("the base {why}"))
            .at(At::From(index), Part::Base, "")
            .help("name the version that the file was written for");
        findings.add(finding);
    }
}
