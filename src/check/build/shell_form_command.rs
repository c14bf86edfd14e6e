//! `shell-form-command`: CMD or ENTRYPOINT in shell form.

use super::near_json_form::{self, Near};
use crate::check::Checking;
use crate::rules::{Finding, Findings};
use crate::scope::NoteKind;
use crate::syntax::At;

crate::rules::rule! {
    id: "shell-form-command",
    severity: Warning,
    summary: "CMD or ENTRYPOINT in shell form",
    also: ["buildkit:JSONArgsRecommended", "hadolint:DL3025"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds CMD and ENTRYPOINT in shell form, where no SHELL says that a shell is meant.

## Why is this bad?

The shell is the first process of the container, and gets the signals: `docker stop` waits for ten
seconds and then kills the program.

## Example

```dockerfile
FROM alpine
CMD my-server --port 80
```

## Use instead

A list; or SHELL, to use a shell on purpose:

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
        if let Some(near) = near(checking, note.at) {
            let message = format!(
                "{keyword} is in shell form, as its list is not valid JSON: {}",
                near.why
            );
            findings.add(near.mend(Finding::noted(&RULE, note, message, "")));
            continue;
        }
        let message = format!("{keyword} in shell form: the program does not receive signals");
        let finding = Finding::noted(&RULE, note, message, "").help(format!(
            "write a list: `{keyword} [\"program\", \"argument\"]`; to use a shell on purpose, set it with SHELL"
        ));
        findings.add(finding);
    }
}

/// A list that is nearly JSON, where an instruction has one.
fn near(checking: &Checking<'_>, at: At) -> Option<Near> {
    let At::Step { stage, step } = at else {
        return None;
    };
    let stage = checking.context.file.stages.get(stage)?;
    near_json_form::find(checking, at, stage.steps.get(step)?.instruction())
}
