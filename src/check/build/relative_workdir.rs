//! `relative-workdir`: a first WORKDIR that is relative.

use crate::check::Checking;
use crate::resolve::{Build, ResolvedBase};
use crate::rules::place::short;
use crate::rules::{Finding, Findings};
use crate::scope::NoteKind;
use crate::syntax::At;
use crate::text::Escape;

crate::rules::rule! {
    id: "relative-workdir",
    severity: Warning,
    summary: "a first WORKDIR that is relative",
    also: ["buildkit:WorkdirRelativePath", "hadolint:DL3000"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds a relative WORKDIR that no other one of the file precedes, in its stage or in those that it
starts from.

## Why is this bad?

The directory then depends on that of the base image, which may change with its next version.

## Example

```dockerfile
FROM alpine
WORKDIR app
```

## Use instead

```dockerfile
FROM alpine
WORKDIR /app
WORKDIR src
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for note in checking.resolved.notes() {
        let NoteKind::RelativeWorkdir(path) = &note.kind else {
            continue;
        };
        if is_on_windows(path, note.at, checking) {
            continue;
        }
        let message = match path.as_str() {
            "" => "the first WORKDIR is empty".to_owned(),
            path => format!("the first WORKDIR, `{}`, is relative", short(path)),
        };
        let finding = Finding::noted(&RULE, note, message, "depends on the base image")
            .help("begin with an absolute path; those below it can be relative");
        findings.add(finding);
    }
}

/// Returns `true` if a path is absolute on Windows, in a file that is for Windows by its escape
/// character or by a base. Where the build is described, its platform decides.
fn is_on_windows(path: &str, at: At, checking: &Checking<'_>) -> bool {
    let drive = path
        .strip_prefix(|c: char| c.is_ascii_alphabetic())
        .and_then(|rest| rest.strip_prefix(':'))
        .is_some_and(|rest| rest.starts_with(['/', '\\']));
    if !drive || *checking.checker.settings() != Build::default() {
        return false;
    }
    let stages = checking.resolved.stages();
    let base = at
        .stage()
        .and_then(|stage| stages.get(stage))
        .map(|stage| stage.base());
    let of_windows = match base {
        Some(ResolvedBase::Image(image)) => {
            image.starts_with("mcr.microsoft.com/windows/")
                || ["windowsservercore", "nanoserver", "servercore"]
                    .iter()
                    .any(|name| image.contains(name))
        }
        _ => false,
    };
    of_windows || checking.context.file.escape() == Escape::Backtick
}
