//! `ignored-copy-source`: a file that the ignore file keeps out of the build context.

use crate::check::Checking;
use crate::rules::{Finding, Findings};
use crate::scope::{NoteKind, path};

crate::rules::rule! {
    id: "ignored-copy-source",
    severity: Warning,
    summary: "a source of COPY or ADD that the ignore file hides",
    also: ["buildkit:CopyIgnoredFile"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds sources of COPY and ADD that a `.dockerignore` keeps out of the build context. It looks when
the ignore file is given: `Checker::ignore`. A source is reported if no exception of the ignore file
can bring back something in it. Docker's own check reports nothing if the ignore file has
exceptions.

## Why is this bad?

The file is not there, and the build fails, or copies less than it seems to.

## Example

```rust
use multistage::{check::Checker, Dockerfile, ignore::IgnoreFile};

let file = Dockerfile::parse("FROM scratch\nCOPY target/app /app\n")?;
let checker = Checker::new().ignore(IgnoreFile::new().ignore("target"));
assert_eq!(file.check_with(&checker).diagnostics()[0].rule.id, "ignored-copy-source");
# Ok::<(), multistage::Report>(())
```

## Use instead

A file that is in the context, or an ignore file that leaves it there:

```rust
use multistage::{check::Checker, Dockerfile, ignore::IgnoreFile};

let file = Dockerfile::parse("FROM scratch\nCOPY target/app /app\n")?;
let checker = Checker::new().ignore(IgnoreFile::new().ignore("target/debug"));
assert!(file.check_with(&checker).is_empty());
# Ok::<(), multistage::Report>(())
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let Some(ignore) = checking.checker.ignore_file() else {
        return;
    };
    for note in checking.resolved.notes() {
        let NoteKind::ContextPath { verb, path: source } = &note.kind else {
            continue;
        };
        if ignore.hides_source(source) {
            let source = path::clean(source);
            let message =
                format!("{verb} of `{source}`, which the ignore file keeps out of the build");
            let finding = Finding::noted(&RULE, note, message, "ignored")
                .help("take the pattern out of the ignore file, or copy something else");
            findings.add(finding);
        }
    }
}
