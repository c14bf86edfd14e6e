//! `redundant-platform`: `--platform=$TARGETPLATFORM`.

use crate::check::Checking;
use crate::model::Dockerfile;
use crate::rules::{Edit, Finding, Findings};
use crate::scope::NoteKind;
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "redundant-platform",
    severity: Warning,
    summary: "`--platform=$TARGETPLATFORM`, which is the default",
    also: ["buildkit:RedundantTargetPlatform"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds FROM with `--platform=$TARGETPLATFORM`.

## Why is this bad?

Docker takes the image for that platform anyway. It does not where a global ARG gives
`TARGETPLATFORM` a value; the flag is not removed then.

## Example

```dockerfile
FROM --platform=$TARGETPLATFORM alpine
```

## Use instead

```dockerfile
FROM alpine
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let given = checking
        .checker
        .settings()
        .args
        .contains_key("TARGETPLATFORM");
    let own = own_value(checking.context.file);
    for note in checking.resolved.notes() {
        let NoteKind::RedundantPlatform(platform) = &note.kind else {
            continue;
        };
        let finding = match own {
            None => {
                let message = format!("the platform is `{platform}` anyway");
                Finding::noted(&RULE, note, message, "the default")
                    .help("drop `--platform`")
                    .edit((!given).then_some(Edit::Remove(note.at, Part::Flag("platform", 0))))
            }
            // Without the flag, it would be another platform.
            Some((arg, value)) => {
                let message = format!("`{platform}` has a value of its own");
                Finding::noted(&RULE, note, message, "the default, without that value")
                    .at(arg, value, "not what Docker sets")
                    .help("drop the value of the ARG, and `--platform`")
            }
        };
        findings.add(finding);
    }
}

/// The place at which a global ARG gives `TARGETPLATFORM` a value.
fn own_value(file: &Dockerfile) -> Option<(At, Part)> {
    for (n, step) in file.args.iter().enumerate().rev() {
        let declarations = step.instruction().declarations();
        for (nth, declaration) in declarations.iter().enumerate().rev() {
            if declaration.name().as_str() == "TARGETPLATFORM" && declaration.default().is_some() {
                return Some((At::Arg(n), Part::Value(nth)));
            }
        }
    }
    None
}
