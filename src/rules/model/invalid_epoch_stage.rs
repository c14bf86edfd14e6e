//! `invalid-epoch-stage`: a stage that `SOURCE_DATE_EPOCH` cannot take its date from.

use crate::edges::{Epoch, EpochValue, epoch_value};
use crate::model::Dockerfile;
use crate::rules::model::unknown_stage;
use crate::rules::place::{short, stage_name};
use crate::rules::{Context, Finding, Findings};

rule! {
    id: "invalid-epoch-stage",
    severity: Error,
    summary: "a stage that `SOURCE_DATE_EPOCH` cannot take its date from",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds a `SOURCE_DATE_EPOCH` that a program gives a stage which does not start from `scratch`, or has
anything but ARG and one ADD of one URL or git repository. In a file that was read, where a build
argument can say something else, the same is reported as `invalid-expanded-value`.

## Why is this bad?

BuildKit does not build the stage: it asks the server for the date of the file, or the repository
for that of the commit. Of any other stage it cannot know the date, and the build fails.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let source = file.stage("source", Stage::new("alpine").run("apk add git"));
file.source_date_epoch(&source);
assert_eq!(file.check().diagnostics()[0].rule.id, "invalid-epoch-stage");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let source = file.stage("source", Stage::new("scratch").add("https://example.com/app.tar", "/"));
file.source_date_epoch(&source);
file.push(Stage::new("alpine").copy_from(&source, "/app.tar", "/").user("app"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let file = context.file;
    let Some(epoch) = Epoch::of(file).filter(|epoch| is_built(file, epoch)) else {
        return;
    };
    let Some(value) = epoch.default.as_literal() else {
        return;
    };
    let at = epoch.at();
    match epoch_value(value, file, &context.graph.names) {
        EpochValue::Plain => {}
        EpochValue::Stage(stage) => {
            let literal = |_, text: &crate::text::Text| text.as_literal().map(str::to_owned);
            if let Some((wrong, part, why)) = context.graph.no_epoch(stage, &literal) {
                let name = stage_name(&context.graph, stage);
                let message = format!("SOURCE_DATE_EPOCH takes no date from {name}: {why}");
                let finding = Finding::new(&RULE, message)
                    .at(at, epoch.part, "names the stage")
                    .at(wrong, part, "")
                    .help(HELP);
                findings.add(finding);
            }
        }
        EpochValue::Invalid | EpochValue::Unknown => {
            let message = format!(
                "SOURCE_DATE_EPOCH names `{}`, which is not a stage, a context or a timestamp",
                short(value)
            );
            let finding = Finding::new(&unknown_stage::RULE, message).at(at, epoch.part, "");
            let near = findings.nearest(value, context.graph.stage_names());
            findings.add(match near {
                Some(near) => finding
                    .help(format!("did you mean `{near}`?"))
                    .replace(at, epoch.part, near),
                None => finding.help("declare the stage, or the context with `file.context(..)`"),
            });
        }
    }
}

/// The form that the stage needs.
pub(crate) const HELP: &str =
    "the stage starts from `scratch` and has one ADD, of one URL or git repository, besides ARG";

/// Returns `true` if a program has said where the date comes from.
pub(crate) fn is_built(file: &Dockerfile, epoch: &Epoch<'_>) -> bool {
    let step = file.args.get(epoch.arg);
    step.is_some_and(|step| step.origin.location().is_some())
}
