//! `empty-continuation`: a blank line inside an instruction.

use crate::check::Checking;
use crate::rules::{Finding, Findings, Narrow};
use crate::syntax::Part;

crate::rules::rule! {
    id: "empty-continuation",
    severity: Warning,
    summary: "a blank line inside a continued instruction",
    also: ["buildkit:NoEmptyContinuation"],
    can_be_allowed: true,
    level: File,
    docs: r#"## What it does

Finds blank lines between the lines of an instruction. Comment lines are fine.

## Why is this bad?

Docker passes over them and will reject them one day. Often the line above ends in an escape
character by mistake, and the next instruction is taken for a part of this one.

## Example

```dockerfile
FROM alpine
RUN apk add \

    curl
```

## Use instead

```dockerfile
FROM alpine
RUN apk add \
    curl
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let Some(written) = &checking.written else {
        return;
    };
    for at in written.empty_continuations {
        let finding = Finding::new(&RULE, "there is a blank line inside the instruction")
            .at(*at, Part::Whole, "passed over")
            .narrow(Narrow::Line(String::new()))
            .help("drop it; where the instruction should end, drop the escape character above");
        findings.add(finding);
    }
}
