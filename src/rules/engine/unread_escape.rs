//! `unread-escape`: text that `` # escape=` `` does not change everywhere.

use crate::instruction::Instruction;
use crate::rules::{Context, Finding, Findings};
use crate::syntax::{At, Engine, Part};
use crate::text::{Escape, Piece, Text};

rule! {
    id: "unread-escape",
    severity: Error,
    summary: "text with another escape character, which the engine does not read as such",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds what Podman, Buildah and Kaniko take for something else in a file with the directive
`` # escape=` ``: backslashes, backticks and literal dollar signs in texts in which variables are
expanded. For Podman and Buildah, also a directive below `# syntax` or `# check`, where it is only a
comment to them.

## Why is this bad?

To these engines, the directive says how lines are continued and nothing else. `C:\out` becomes
`C:out`.

## Example

For Podman:

```dockerfile engine=podman
# escape=`
FROM alpine
WORKDIR /data\out
```

## Use instead

```dockerfile engine=podman
# escape=`
FROM alpine
WORKDIR /data/out
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(engine) = context.engine else {
        return;
    };
    let reads = matches!(engine, Engine::Frontend(_) | Engine::Classic);
    if reads || context.file.escape != Some(Escape::Backtick) {
        return;
    }
    context.each_instruction(&mut |at, instruction: &Instruction| {
        let mut found = None;
        instruction.each_text(&mut |part, text| {
            if found.is_none() && is_escaped(text) {
                found = Some(part);
            }
        });
        if let Some(part) = found {
            let message = format!("{} takes the backslash for the escape", engine.name());
            findings.add(
                Finding::new(&RULE, message)
                    .at(at, part, "")
                    .help("write a slash in place of the backslash, or do without the directive"),
            );
        }
    });
}

/// Returns `true` if a text is spelled with either escape, or would be.
fn is_escaped(text: &Text) -> bool {
    let pieces = text.pieces();
    pieces.iter().any(|piece| match piece {
        Piece::Literal(text) => text.as_str().contains(['\\', '`', '$']),
        Piece::Variable(_) => false,
    })
}

/// A finding about a directive that the engine does not read.
#[cfg(feature = "check")]
pub(crate) fn below_other_directive(engine: Engine, other: &str) -> Finding {
    let message = format!("{} ignores `# escape` below `# {other}`", engine.name());
    Finding::new(&RULE, message)
        .at(At::File, Part::Directive("escape"), "is a comment to it")
        .help("write `# escape` first")
}
