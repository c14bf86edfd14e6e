//! `unexpandable-arg-name`: an ARG that no expression can name.

use crate::instruction::{Arg, Instruction};
use crate::rules::place::{Spot, short};
use crate::rules::{Context, Findings};
use crate::syntax::reader::WordPlace;
use crate::syntax::{At, Part};
use crate::text::expression;

rule! {
    id: "unexpandable-arg-name",
    severity: Warning,
    summary: "an ARG that no expression can name",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds build arguments of names that are not names of variables.

## Why is this bad?

Docker accepts the ARG, but `${app-version}` is the variable `app` with the default `version`.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.arg(("app-version", "1.0"));
file.push(Stage::new("alpine"));
assert_eq!(file.check().diagnostics()[0].rule.id, "unexpandable-arg-name");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let version = file.arg(("APP_VERSION", "1.0"));
file.push(Stage::new("alpine").arg(&version));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let file = context.file;
    let escape = file.escape();
    let mut look = |at: At, arg: &Arg| {
        for (n, declaration) in arg.declarations().iter().enumerate() {
            let name = declaration.name().as_str();
            let ends_line = n + 1 == arg.declarations().len() && declaration.default().is_none();
            let place = WordPlace::of(ends_line);
            // What cannot be written at all is reported as that.
            if expression::is_name(name) || !Arg::can_declare(name, escape, n == 0, place) {
                continue;
            }
            let spot = Spot {
                file,
                at,
                part: Part::Key(n),
            };
            let message = format!("no expression can name the ARG `{}`", short(name));
            let finding = spot
                .finding(&RULE, message, "not a variable name")
                .help("a name is letters, digits and `_`, with no digit in front");
            findings.add(finding);
        }
    };
    for (n, arg) in file.args.iter().enumerate() {
        look(At::Arg(n), arg.instruction());
    }
    for (stage, steps) in file.stages.iter().map(|stage| &stage.steps).enumerate() {
        for (step, item) in steps.iter().enumerate() {
            let at = At::Step { stage, step };
            match item.instruction() {
                Instruction::Arg(arg) => look(at, arg),
                Instruction::Onbuild(onbuild) => {
                    if let Some(Instruction::Arg(arg)) = onbuild.instruction() {
                        look(at, arg);
                    }
                }
                _ => {}
            }
        }
    }
}
