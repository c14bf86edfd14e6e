//! `unknown-stage`: a reference to a stage that the file does not have.

use super::{Context, Finding, Findings};
use crate::diagnostic::{Rule, Severity};
use crate::reference::Source;

pub(crate) static RULE: Rule = Rule {
    id: "unknown-stage",
    severity: Severity::Error,
    summary: "a reference to a stage that the file does not have",
    docs: "\
## What it does

Finds FROM, `COPY --from`, `RUN --mount=from=` and triggers of ONBUILD that name a stage of which the file has none.

## Why is this bad?

Docker takes a name that is no stage for an image and tries to pull it: a typo reaches the registry.

## Example

```rust
file.stage(\"builder\", Stage::new(\"rust:1.85\"));
file.push(Stage::new(\"scratch\").copy_from(StageName::new(\"biulder\"), \"/app\", \"/\"));
```

Use instead the handle that `stage` returns:

```rust
let builder = file.stage(\"builder\", Stage::new(\"rust:1.85\"));
file.push(Stage::new(\"scratch\").copy_from(&builder, \"/app\", \"/\"));
```
",
    also: &[],
    can_be_allowed: true,
};

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    for reference in &context.graph.references {
        let Source::Stage(name) = reference.source else {
            continue;
        };
        if reference.target.is_some() {
            continue;
        }
        let finding = Finding::new(&RULE, format!("no stage is named `{name}`")).at(
            reference.at,
            reference.part,
            "not declared",
        );
        let near = findings.nearest(name.as_str(), context.graph.names());
        let named = context.graph.names().next().is_some();
        findings.add(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")).replace(
                reference.at,
                reference.part,
                near,
            ),
            None if !named => finding
                .help("no stage has a name: give the stage one with `file.stage(name, stage)`"),
            None => finding.help("declare the stage above; an image is given as `Image::new(..)`"),
        });
    }
}
