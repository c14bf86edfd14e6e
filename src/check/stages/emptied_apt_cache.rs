//! `emptied-apt-cache`: a cache mount for the packages of apt, which the image deletes after each
//! install.

use super::directories::is_in;
use super::{apt_cache, home, images, walk};
use crate::check::Checking;
use crate::check::topics::Topics;
use crate::rules::{Finding, Findings};
use crate::scope::Action;
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "emptied-apt-cache",
    severity: Warning,
    summary: "a cache mount for apt that `docker-clean` of the image empties",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds cache mounts on `/var/cache/apt` of a RUN that installs packages, on an official image of
Debian or Ubuntu or one that is made from these, where nothing has removed
`/etc/apt/apt.conf.d/docker-clean` or configured apt.

## Why is this bad?

By that file of the image apt deletes what it has downloaded after every install. The mount stays
empty, and every build downloads the packages again.

## Example

```dockerfile
FROM debian:12
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    apt-get update && apt-get install -y curl
```

## Use instead

```dockerfile
FROM debian:12
RUN rm -f /etc/apt/apt.conf.d/docker-clean
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    apt-get update && apt-get install -y curl
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let mut left = walk::STEPS;
    let mut done = None;
    for step in walk::looked_at(checking, Topics::MOUNT) {
        let Some(stage) = step.at.stage().filter(|stage| done != Some(*stage)) else {
            continue;
        };
        let mounts = apt_cache::mounts(&step, &["/var/cache/apt"]);
        let Some((mount, _)) = mounts.first() else {
            continue;
        };
        let verbs = ["install", "upgrade", "dist-upgrade", "build-dep"];
        let image = home::image(checking, stage);
        if image.and_then(images::known).is_none() || !apt_cache::calls_apt(checking, &step, &verbs)
        {
            continue;
        }
        // What holds for this one holds for the stage.
        done = Some(stage);
        if is_configured(checking, step.at, &mut left) {
            continue;
        }
        let finding = Finding::new(
            &RULE,
            "the packages in the cache of apt are deleted after each install",
        )
        .at(
            step.at,
            Part::Flag("mount", *mount),
            "stays empty: the image has `/etc/apt/apt.conf.d/docker-clean`",
        )
        .help("write `RUN rm -f /etc/apt/apt.conf.d/docker-clean` above, or drop the mount");
        findings.add(finding);
    }
}

/// Returns `true` if apt is configured otherwise by an instruction up to this one.
fn is_configured(checking: &Checking<'_>, at: At, left: &mut usize) -> bool {
    const SETS: &[&str] = &[
        "docker-clean",
        "Keep-Downloaded",
        "keep-cache",
        "Dir::Cache",
        "apt.conf",
    ];
    let Some(stage) = at.stage() else {
        return true;
    };
    walk::any_of_chain(checking, stage, left, |step| match step.action {
        _ if step.at.stage() == Some(stage) && step.at > at => false,
        Some(Action::Run(_)) => step
            .arguments()
            .any(|text| SETS.iter().any(|sets| text.contains(sets))),
        Some(Action::Copy(copy)) => {
            let destination = &copy.destination;
            is_in(destination, "/etc/apt") || is_in("/etc/apt", destination)
        }
        _ => false,
    })
}
