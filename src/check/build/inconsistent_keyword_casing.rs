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
    let count = Count::of(file, written);
    if count.is_one_case() {
        return;
    }
    let majority = count.majority();
    for (at, keyword) in written.keywords(file) {
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
        let cases = [Case::Lower, Case::Upper];
        cases.into_iter().find(|case| case.is_case_of(word))
    }

    pub(super) fn is_case_of(self, word: &str) -> bool {
        if !word.is_ascii() {
            return self.apply(word) == word;
        }
        let other = match self {
            Case::Lower => u8::is_ascii_uppercase,
            Case::Upper => u8::is_ascii_lowercase,
        };
        !word.as_bytes().iter().any(other)
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

/// The numbers of keywords in each case. Global ARGs do not count.
#[derive(Debug, Default)]
pub(super) struct Count {
    lower: usize,
    upper: usize,
    both: usize,
}

impl Count {
    pub(super) fn of(file: &Dockerfile, written: &Written<'_>) -> Count {
        let mut count = Count::default();
        for (_, keyword) in written.keywords(file) {
            match Case::of(&keyword) {
                Some(Case::Lower) => count.lower += 1,
                Some(Case::Upper) => count.upper += 1,
                None => count.both += 1,
            }
        }
        count
    }

    fn is_one_case(&self) -> bool {
        self.both == 0 && (self.lower == 0 || self.upper == 0)
    }

    /// The case that the keywords of the file should have.
    pub(super) fn majority(&self) -> Case {
        if self.lower > self.upper {
            Case::Lower
        } else {
            Case::Upper
        }
    }
}
