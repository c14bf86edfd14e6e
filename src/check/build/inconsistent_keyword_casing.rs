//! `inconsistent-keyword-casing`: a keyword in another case than most.

use crate::check::{Checking, Written};
use crate::model::Dockerfile;
use crate::rules::{Edit, Finding, Findings};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "inconsistent-keyword-casing",
    severity: Warning,
    summary: "a keyword in another case than most of the file",
    also: ["buildkit:ConsistentInstructionCasing"],
    can_be_allowed: true,
    level: File,
    docs: r#"## What it does

Finds keywords that are not in the case of most keywords of the file: lower case, if more are in
lower case than in upper case, else upper case. A keyword in both cases is always found.

## Why is this bad?

It is hard on the eye. Docker minds neither.

## Example

```dockerfile
FROM alpine
run apk add curl
USER 1000
```

## Use instead

```dockerfile
FROM alpine
RUN apk add curl
USER 1000
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let Some(written) = &checking.written else {
        return;
    };
    let file = checking.context.file;
    let majority = majority(file, written);
    for at in places(file) {
        let Some(keyword) = written.word(at, Part::Keyword) else {
            continue;
        };
        if majority.is_case_of(&keyword) {
            continue;
        }
        let expected = majority.apply(&keyword);
        let message = format!(
            "`{keyword}` is not in {} as most keywords are",
            majority.name()
        );
        let finding = Finding::new(&RULE, message)
            .at(at, Part::Keyword, "")
            .help(format!("write `{expected}`"))
            .edit(edit(at, majority, expected, written));
        findings.add(finding);
    }
}

/// The keyword in its case, and AS after it where that would no longer match.
fn edit(at: At, majority: Case, expected: String, written: &Written<'_>) -> Option<Edit> {
    let keyword = written.line_between(at, Part::Keyword, Part::Keyword)?;
    let matches = |word: &str| majority.is_case_of(word);
    if written.word(at, Part::As).is_none_or(|word| matches(&word)) {
        return Some(Edit::Bytes(keyword, expected));
    }
    let span = written.line_between(at, Part::Keyword, Part::As)?;
    let word = written.line_between(at, Part::As, Part::As)?;
    let between = written.source.get(keyword.end..word.start)?;
    let text = [&expected, between, &majority.apply("as")].concat();
    Some(Edit::Bytes(span, text))
}

/// Upper or lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Upper,
}

impl Case {
    /// The case of a word; none where it is in both.
    pub(super) fn of(word: &str) -> Option<Case> {
        [Case::Lower, Case::Upper]
            .into_iter()
            .find(|case| case.is_case_of(word))
    }

    pub(super) fn is_case_of(self, word: &str) -> bool {
        self.apply(word) == word
    }

    pub(super) fn apply(self, word: &str) -> String {
        match self {
            Case::Lower => word.to_lowercase(),
            Case::Upper => word.to_uppercase(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Case::Lower => "lower case",
            Case::Upper => "upper case",
        }
    }
}

/// The case that the keywords of a file should have. Global ARGs do not count.
pub(super) fn majority(file: &Dockerfile, written: &Written<'_>) -> Case {
    let (mut lower, mut upper) = (0_usize, 0_usize);
    for at in places(file) {
        match written
            .word(at, Part::Keyword)
            .as_deref()
            .and_then(Case::of)
        {
            Some(Case::Lower) => lower += 1,
            Some(Case::Upper) => upper += 1,
            None => {}
        }
    }
    if lower > upper {
        Case::Lower
    } else {
        Case::Upper
    }
}

/// Every FROM and every instruction of a stage.
fn places(file: &Dockerfile) -> impl Iterator<Item = At> {
    file.stages.iter().enumerate().flat_map(|(stage, item)| {
        let steps = (0..item.steps.len()).map(move |step| At::Step { stage, step });
        std::iter::once(At::From(stage)).chain(steps)
    })
}
