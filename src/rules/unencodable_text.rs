//! `unencodable-text`: text that its position in a Dockerfile cannot hold.

use super::{Context, Finding, Findings};
use crate::diagnostic::{Rule, Severity};
use crate::syntax::ProblemKind;

pub(crate) static RULE: Rule = Rule {
    id: "unencodable-text",
    severity: Severity::Error,
    summary: "text that its position cannot hold",
    docs: "\
## What it does

Finds texts that no spelling brings into their position unchanged: a line feed in ENV, a letter beyond ASCII in a flag,
shell text that is a JSON array.

## Why is this bad?

Written down all the same, the text would mean something else: a line feed would begin another instruction.

## Example

```rust
Stage::new(\"alpine\").env(\"GREETING\", \"hello\\nworld\")
```

Use instead a position that holds it:

```rust
Stage::new(\"alpine\").copy(inline(\"hello\\nworld\"), \"/etc/greeting\")
```
",
    also: &[],
    can_be_allowed: false,
};

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems {
        if let Some((message, label, help)) = describe(&problem.kind) {
            findings.add(
                Finding::new(&RULE, message)
                    .at(problem.at, problem.part, label)
                    .help(help),
            );
        }
    }
}

/// Message, label and help of a problem with an encoding.
fn describe(kind: &ProblemKind) -> Option<(String, String, String)> {
    Some(match kind {
        ProblemKind::Character('\n') => (
            "a line feed cannot be written here".into(),
            "line feed".into(),
            "a file that holds it can be copied with `inline(..)`; a build argument can bring it in".into(),
        ),
        ProblemKind::Character(c) => (
            format!("the character U+{:04X} cannot be written here", u32::from(*c)),
            "cannot be written".into(),
            "leave it out, or put it where the text may hold it".into(),
        ),
        _ => return None,
    })
}
