//! `mismatched-as-casing`: AS and FROM in different cases.

use super::inconsistent_keyword_casing::{Case, Count};
use crate::check::Checking;
use crate::rules::{Edit, Finding, Findings};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "mismatched-as-casing",
    severity: Warning,
    summary: "AS in another case than FROM",
    also: ["buildkit:FromAsCasing"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds `AS` in another case than the `FROM` of its line.

## Why is this bad?

It is hard on the eye. Docker minds neither.

## Example

```dockerfile
FROM alpine as build
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
    let mut most: Option<Case> = None;
    for stage in 0..checking.context.file.stages.len() {
        let at = At::From(stage);
        let (from, word) = (written.word(at, Part::Keyword), written.word(at, Part::As));
        let (Some(from), Some(word)) = (from, word) else {
            continue;
        };
        // A FROM in both cases is reported by another rule.
        let Some(case) = Case::of(&from).filter(|case| !case.is_case_of(&word)) else {
            continue;
        };
        let expected = case.apply("as");
        // Where FROM itself has to change, that is the edit to make.
        let majority =
            *most.get_or_insert_with(|| Count::of(checking.context.file, written).majority());
        let edit = written
            .line_between(at, Part::As, Part::As)
            .filter(|_| case == majority);
        let finding = Finding::new(&RULE, format!("`{word}` and `{from}` differ in case"))
            .at(at, Part::As, "")
            .help("write both in upper case, or both in lower case")
            .edit(edit.map(|span| Edit::Bytes(span, expected)));
        findings.add(finding);
    }
}
