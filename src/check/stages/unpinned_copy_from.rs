//! `unpinned-copy-from`: an image that files are taken from, without a tag or with `latest`.

use super::{images, walk};
use crate::check::Checking;
use crate::edges::Via;
use crate::rules::{Finding, Findings};

crate::rules::rule! {
    id: "unpinned-copy-from",
    severity: Warning,
    summary: "an image in `COPY --from` or a mount without a tag, or with `latest`",
    also: [],
    can_be_allowed: true,
    group: Pedantic,
    docs: r#"## What it does

Finds images in `COPY --from` and `RUN --mount=from=` that have neither a tag other than `latest`
nor a digest. For the image of FROM see `unpinned-base`.

## Why is this bad?

The same file builds with another version of the tool some day, and nobody has changed anything.

## Example

```dockerfile pedantic
FROM python:3.13
COPY --from=ghcr.io/astral-sh/uv:latest /uv /usr/bin/
USER 1000
```

## Use instead

```dockerfile pedantic
FROM python:3.13
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /usr/bin/
USER 1000
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for (reference, name) in walk::literal_images(checking) {
        if reference.via == Via::Base || reference.target().is_some() {
            continue;
        }
        // A short name may be that of a context that the build is given.
        let is_short = !name.contains(['/', ':']) && !images::is_common(name);
        if is_short || !walk::is_looked_at(checking, reference.stage()) {
            continue;
        }
        let Some(why) = images::unpinned(name) else {
            continue;
        };
        let finding = Finding::new(&RULE, format!("the image {why}"))
            .at(reference.at(), reference.part(), "")
            .triggered(reference)
            .help("name the version that the file was written for");
        findings.add(finding);
    }
}
