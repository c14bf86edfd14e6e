//! `uppercase-stage-name`: the name of a stage with upper case.

use std::borrow::Cow;

use crate::check::Checking;
use crate::check::written::lower_case;
use crate::rules::{Edit, Finding, Findings};
use crate::syntax::Part;

crate::rules::rule! {
    id: "uppercase-stage-name",
    severity: Warning,
    summary: "the name of a stage in upper case",
    also: ["buildkit:StageNameCasing"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds names of stages that are written with upper case.

## Why is this bad?

Docker keeps the names in lower case: `docker build --target` and `COPY --from` take them in any
case, `FROM` in lower case alone, and what it prints is in lower case.

## Example

```dockerfile
FROM alpine AS Build
```

## Use instead

```dockerfile
FROM alpine AS build
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let Some(written) = &checking.written else {
        return;
    };
    for (at, name) in checking.written_names() {
        let at = *at;
        let Cow::Owned(lower) = lower_case(Cow::Borrowed(name)) else {
            continue;
        };
        if lower == *name {
            continue;
        }
        let edit = written.line_between(at, Part::Name, Part::Name);
        let finding = Finding::new(&RULE, format!("the stage name `{name}` has upper case"))
            .at(at, Part::Name, "")
            .help(format!("write `{lower}`"))
            .edit(edit.map(|span| Edit::Bytes(span, lower)));
        findings.add(finding);
    }
}
