//! `unsupported-feature`: what the engine does not have that the file is for.

use crate::rules::{Context, Finding, Findings};
use crate::syntax::Engine;

rule! {
    id: "unsupported-feature",
    severity: Error,
    summary: "a feature that the engine of the file does not have",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds flags, heredocs, variables and whatever else the engine does not have that `Dockerfile::set_engine` has named.

## Why is this bad?

An older engine refuses the file, or does something else: what it does not know as a heredoc is a command to it.

## Example

```rust
use multistage::{Dockerfile, Stage, frontend::FrontendVersion, instruction::Run};

let mut file = Dockerfile::new();
file.set_engine(FrontendVersion::new(3));
file.push(Stage::new("alpine").run(Run::script("apk add git\ngit --version")));
assert_eq!(file.check().diagnostics()[0].rule.id, "unsupported-feature");
```

## Use instead

What the engine has:

```rust
use multistage::{Dockerfile, Stage, frontend::FrontendVersion, instruction::Run};

let mut file = Dockerfile::new();
file.set_engine(FrontendVersion::new(3));
file.push(Stage::new("alpine").run(Run::chain(["apk add git", "git --version"])));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(engine) = context.file.beside.engine else {
        return;
    };
    for used in context.file.features() {
        let feature = used.feature;
        if feature.is_in(engine) || feature.is_comment() {
            continue;
        }
        let minimum = feature.minimum();
        let (name, needed) = match engine {
            Engine::Classic => ("the classic builder".to_owned(), "BuildKit".to_owned()),
            Engine::Frontend(version) => (
                format!("the frontend {version}"),
                format!("{minimum} or later"),
            ),
        };
        let since = match engine {
            Engine::Classic => "needs BuildKit".to_owned(),
            Engine::Frontend(_) => format!("since {minimum}"),
        };
        let finding = Finding::new(&RULE, format!("{name} does not have {}", feature.summary))
            .at(used.at, used.part, since)
            .help(format!("do without it, or let the file be for {needed}"));
        findings.add(finding);
    }
}
