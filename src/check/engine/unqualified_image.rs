//! `unqualified-image`: an image without its registry.

use crate::check::Checking;
use crate::reference::Source;
use crate::rules::place::short;
use crate::rules::{Edit, Finding, Findings, rule};
use crate::syntax::{At, Part};

rule! {
    id: "unqualified-image",
    severity: Warning,
    summary: "an image without its registry, which Podman looks up in its own settings",
    also: [],
    can_be_allowed: true,
    group: Pedantic,
    docs: r#"## What it does

Finds images of FROM, `COPY --from` and `RUN --mount=from=` that do not name their registry, where
the engine is Podman or Buildah.

## Why is this bad?

To Docker they are images of Docker Hub. Podman asks the aliases and registries of
`registries.conf`, which differ between machines: it takes another registry, asks the user, or
fails.

## Example

For Podman:

```dockerfile engine=podman pedantic
FROM nginx:1.29
USER nginx
```

## Use instead

```dockerfile engine=podman pedantic
FROM docker.io/library/nginx:1.29
USER nginx
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let context = &checking.context;
    let Some(buildah) = context.buildah() else {
        return;
    };
    let mut look = |at: At, part: Part, source: &Source| {
        let Source::Image(image) = source else { return };
        let Some(text) = image.as_literal() else {
            return;
        };
        let declared = context.file.beside.context_of(image).is_some();
        if text == "scratch" || text.is_empty() || declared || has_registry(text) {
            return;
        }
        let library = if text.contains('/') { "" } else { "library/" };
        let full = format!("docker.io/{library}{text}");
        let message = format!(
            "{} looks up the registry of `{}` in its settings",
            buildah.name,
            short(text)
        );
        findings.add(
            Finding::new(&RULE, message)
                .at(at, part, "")
                .help(format!("write `{}`", short(&full)))
                .edit(Some(Edit::Replace(at, part, full))),
        );
    };
    for reference in &context.graph.references {
        // What Docker takes for a stage is none.
        if reference.target().is_none() && reference.meaning(&context.graph).stage().is_none() {
            look(reference.at(), reference.part(), reference.source);
        }
    }
}

/// Returns `true` if the first component is that of a registry.
fn has_registry(image: &str) -> bool {
    let Some((first, _)) = image.split_once('/') else {
        return false;
    };
    first == "localhost" || first.contains(['.', ':'])
}
