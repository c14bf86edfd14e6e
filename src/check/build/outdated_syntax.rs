//! `outdated-syntax`: a feature that came after the version of the frontend that the file asks for.

use crate::check::Checking;
use crate::rules::{Finding, Findings};
use crate::syntax::{At, Engine, FrontendVersion, Part};

crate::rules::rule! {
    id: "outdated-syntax",
    severity: Warning,
    summary: "a feature that the version in `# syntax=` does not have",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds features of the language that came after the version which the directive `syntax` pins:
`docker/dockerfile:1.2` and `COPY --link`. A version that floats, such as `docker/dockerfile:1`, has
everything.

## Why is this bad?

BuildKit takes that version to read the file, whichever version it is itself. It rejects what it
does not know, or takes it for something else.

## Example

```dockerfile
# syntax=docker/dockerfile:1.2
FROM alpine:3.22
COPY --link a /a
```

## Use instead

```dockerfile
# syntax=docker/dockerfile:1
FROM alpine:3.22
COPY --link a /a
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let file = checking.context.file;
    let syntax = file.syntax.as_deref();
    let Some(syntax) = syntax.filter(|_| file.beside.engine.is_none()) else {
        return;
    };
    let image = syntax.split_whitespace().next().unwrap_or_default();
    if !image.contains("docker/dockerfile:") {
        return;
    }
    let Ok(version) = image.parse::<FrontendVersion>() else {
        return;
    };
    for used in file.features() {
        let feature = used.feature;
        if feature.is_in(Engine::Frontend(version)) || feature.is_comment() {
            continue;
        }
        let minimum = feature.minimum();
        let message = format!(
            "`# syntax=` asks for {version}, which does not have {}",
            feature.summary
        );
        let finding = Finding::new(&RULE, message)
            .at(used.at, used.part, format!("since {minimum}"))
            .at(At::File, Part::Directive("syntax"), "");
        findings.add(match feature.since {
            Some(_) => finding
                .help("write `# syntax=docker/dockerfile:1`")
                .replace(At::File, Part::Directive("syntax"), "docker/dockerfile:1"),
            None => finding.help(format!("write `# syntax=docker/dockerfile:{minimum}`")),
        });
    }
}
