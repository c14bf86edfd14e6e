//! `undefined-variable`: a variable that nothing sets.

use indexmap::IndexSet;

use crate::check::Checking;
use crate::reference::args;
use crate::rules::place::short;
use crate::rules::{Finding, Findings, Narrow};
use crate::scope::NoteKind;
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "undefined-variable",
    severity: Warning,
    summary: "a variable that nothing sets",
    also: ["buildkit:UndefinedVar"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds variables in the values that Docker expands which no ENV and no ARG above sets or declares,
and no base image that is known. A default, `${NAME:-default}`, makes no difference. What is in
shell commands is not looked at.

## Why is this bad?

They are empty: `COPY $SOURCE /app` copies the whole build context.

## Example

```dockerfile
FROM scratch
ARG VERSION
LABEL version=$VERSON
```

## Use instead

```dockerfile
FROM scratch
ARG VERSION
LABEL version=$VERSION
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let args = checking.context.file.args.iter();
    let globals: IndexSet<&str> = args
        .flat_map(|arg| arg.instruction().declarations())
        .map(|declaration| declaration.name().as_str())
        .collect();
    for note in checking.resolved.notes() {
        let NoteKind::Undefined(name) = &note.kind else {
            continue;
        };
        let help = if matches!(note.part, Part::Heredoc(_)) && note.declared_at.is_none() {
            "Docker expands the file, with the variables of the build: quote the delimiter, `<<\"EOF\"`, to keep the `$`"
                .to_owned()
        } else if globals.contains(name.as_str()) {
            format!("a global ARG holds in FROM alone: add `ARG {name}` to the stage, above this")
        } else if args::NAMES.contains(&name.as_str()) {
            format!(
                "Docker knows it where it is declared: add `ARG {name}` to the stage, above this"
            )
        } else {
            match nearest(name, note.at, checking, findings) {
                Some(near) => format!("did you mean `${near}`?"),
                None => "set it above with ENV, or declare it with ARG".to_owned(),
            }
        };
        let message = format!("nothing sets the variable `${}`", short(name));
        let finding = Finding::noted(&RULE, note, message, "")
            .narrow(Narrow::Variable(name.to_string()))
            .help(help);
        findings.add(finding);
    }
}

/// The variable of the place whose name is nearest.
fn nearest(name: &str, at: At, checking: &Checking<'_>, findings: &mut Findings) -> Option<String> {
    let (stage, step) = match at {
        At::File | At::Arg(_) => return None,
        At::From(stage) => (stage, 0),
        At::Step { stage, step } => (stage, step),
    };
    let vars = checking.resolved.stages().get(stage)?.vars(step)?;
    // The entries are collected only where a name is still looked for.
    let names = std::iter::once(vars).flat_map(|vars| vars.entries());
    let near = findings.nearest(name, names.map(|(name, _)| name.as_str()));
    near.map(str::to_owned)
}
