//! `named-owner-in-link`: COPY or ADD with `--link`, and an owner by name.

use crate::check::Checking;
use crate::check::stages::walk;
use crate::check::topics::Topics;
use crate::instruction::Instruction;
use crate::rules::place::short;
use crate::rules::{Finding, Findings};
use crate::scope::Action;
use crate::syntax::Part;

crate::rules::rule! {
    id: "named-owner-in-link",
    severity: Warning,
    summary: "`--link` with an owner that is given by name",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds COPY and ADD with `--link` whose `--chown` has a user or a group by name. `root` is a number
to Docker.

## Why is this bad?

With `--link` the files are a layer of their own, which does not see the image and its
`/etc/passwd`. Docker cannot look the name up, and the build fails.

## Example

```dockerfile
FROM node:22
COPY --link --chown=node:node app.js /app/
USER node
```

## Use instead

```dockerfile
FROM node:22
COPY --link --chown=1000:1000 app.js /app/
USER node
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for step in walk::looked_at(checking, Topics::OWNER) {
        let (link, keyword) = match step.instruction {
            Instruction::Copy(copy) => (copy.link, "COPY"),
            Instruction::Add(add) => (add.link, "ADD"),
            _ => continue,
        };
        if !link {
            continue;
        }
        let Some(Action::Copy(copy)) = step.action else {
            continue;
        };
        let flags = copy.flags.as_deref();
        let Some(owner) = flags.and_then(|flags| flags.chown.as_ref()) else {
            continue;
        };
        let Some(name) = owner.split(':').find(|name| is_name(name)) else {
            continue;
        };
        let message = format!(
            "{keyword} with `--link` cannot look up the name `{}`",
            short(name)
        );
        let finding = Finding::new(&RULE, message)
            .at(
                step.at,
                Part::FlagValue("chown", 0),
                "an independent layer has no `/etc/passwd`",
            )
            .help("write the numeric ids of user and group, or drop `--link`");
        findings.add(finding);
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name != "root"
        && !name.contains('$')
        && !name.bytes().all(|b| b.is_ascii_digit())
}
