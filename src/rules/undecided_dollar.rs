//! `undecided-dollar`: a `$` of which nobody said whether it is a variable.

use super::{Context, Finding, Findings};
use crate::diagnostic::{Rule, Severity};
use crate::syntax::ProblemKind;

pub(crate) static RULE: Rule = Rule {
    id: "undecided-dollar",
    severity: Severity::Error,
    summary: "a plain string with a `$` that Docker would expand",
    docs: "\
## What it does

Finds plain strings with a `$` in a position that Docker expands.

## Why is this bad?

The string may be meant as it is (`$5 off`) or as an expression (`/opt/bin:$PATH`). Guessing wrong either loses text or
lets data read variables.

## Example

```rust
Stage::new(\"alpine\").env(\"PRICE\", \"$5 off\")
```

Use instead one of:

```rust
Stage::new(\"alpine\").env(\"PRICE\", literal(\"$5 off\")).env(\"PATH\", expr(\"/opt/bin:$PATH\"))
```
",
    also: &[],
    can_be_allowed: false,
};

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.problems {
        if let ProblemKind::Undecided(text) = &problem.kind {
            let finding = Finding::new(&RULE, "a `$` in a plain string would be expanded")
                .at(problem.at, problem.part, "text or variable?")
                .help(format!("write `literal({text:?})` for the text as it is\nor `expr({text:?})` for the variable"));
            findings.add(finding);
        }
    }
}
