//! `emptied-cache-mount`: a cache mount that its own RUN empties.

use super::{caches, home, walk};
use crate::check::Checking;
use crate::check::topics::Topics;
use crate::instruction::MountKind;
use crate::limits;
use crate::rules::place::short;
use crate::rules::{Finding, Findings, Narrow};
use crate::syntax::Part;

crate::rules::rule! {
    id: "emptied-cache-mount",
    severity: Warning,
    summary: "a cache mount that its own RUN empties",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds cache mounts that a command of the same RUN empties: `yum clean all`, `apt-get clean`,
`npm cache clean`, `rm -rf` of the target or of what is in it.

## Why is this bad?

A cache mount is not part of the image, so there is nothing to clean up. Emptied, it holds nothing
for the next build, which downloads everything again.

## Example

```dockerfile
FROM almalinux:9
RUN --mount=type=cache,target=/var/cache/dnf \
    dnf install -y less && dnf clean all
```

## Use instead

```dockerfile
FROM almalinux:9
RUN --mount=type=cache,target=/var/cache/dnf \
    dnf install -y less
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for step in walk::looked_at(checking, Topics::MOUNT) {
        if step.has_cache() {
            tell(checking, &step, findings);
        }
    }
}

fn tell<'m>(checking: &Checking<'m>, step: &walk::Step<'m>, findings: &mut Findings) {
    let mounts = step.mounts();
    let home = home::of(checking, step);
    let commands = || {
        let scripts = step.scripts(checking).iter();
        scripts.flat_map(|(part, script)| script.commands.iter().map(|command| (*part, command)))
    };
    // Each command is looked at once, and each mount is reported once.
    let mut told = vec![false; mounts.len()];
    for (part, command) in commands() {
        let Some(emptied) = caches::emptied(command) else {
            continue;
        };
        for (nth, (mount, told)) in mounts
            .iter()
            .zip(&mut told)
            .take(limits::RULE_MOUNTS)
            .enumerate()
        {
            let target = walk::value(mount, "target").unwrap_or_default();
            let is_cache = walk::value(mount, "type") == Some(MountKind::Cache.as_str());
            if *told || !is_cache || !emptied.covers(target, home.as_deref()) {
                continue;
            }
            *told = true;
            let words: Vec<&str> = command
                .words
                .iter()
                .map(|word| word.text.as_ref())
                .collect();
            let spelled = words.join(" ");
            let program = command.program().to_owned();
            let message = format!(
                "the cache mount `{}` is emptied by its own RUN",
                short(target)
            );
            let finding = Finding::new(&RULE, message)
                .at(step.at, Part::Flag("mount", nth), "kept for the next build")
                .at(step.at, part, "emptied again")
                .narrow(Narrow::Text(vec![spelled.clone(), program]))
                .help(format!(
                    "drop `{}`: what is in a cache mount is not part of the image",
                    short(&spelled)
                ));
            findings.add(finding);
        }
    }
}
