//! `shell-form-command`: CMD or ENTRYPOINT in shell form.

use crate::check::Checking;
use crate::rules::{Finding, Findings};
use crate::scope::NoteKind;

crate::rules::rule! {
    id: "shell-form-command",
    severity: Warning,
    summary: "CMD or ENTRYPOINT in shell form",
    also: ["buildkit:JSONArgsRecommended", "hadolint:DL3025"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds CMD and ENTRYPOINT in shell form, where no SHELL says that a shell is meant.

## Why is this bad?

The shell is the first process of the container, and gets the signals: `docker stop` waits for ten seconds and then kills
the program.

## Example

```dockerfile
FROM alpine
CMD my-server --port 80
```

## Use instead

The list; or SHELL, where a shell is meant:

```dockerfile
FROM alpine
CMD ["my-server", "--port", "80"]
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for note in checking.resolved.notes() {
        let NoteKind::ShellForm(keyword) = &note.kind else {
            continue;
        };
        let message = format!("{keyword} in shell form keeps signals from the program");
        let finding = Finding::noted(&RULE, note, message, "").help(format!(
            "write the words as a list, `{keyword} [\"program\", \"argument\"]`; where a shell is meant, set it with SHELL"
        ));
        findings.add(finding);
    }
}
