//! `unlocked-apt-cache`: a cache mount of apt that several builds use at once.

use super::{apt_cache, walk};
use crate::check::Checking;
use crate::check::topics::Topics;
use crate::rules::{Finding, Findings};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "unlocked-apt-cache",
    severity: Warning,
    summary: "a cache mount for apt without `sharing=locked`",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds cache mounts on `/var/cache/apt` and `/var/lib/apt` of a RUN that calls apt, without
`sharing=locked` or `sharing=private`.

## Why is this bad?

apt locks its directories, and does not wait for a lock. Two stages or two platforms that are built
at the same time share the mount, and one of them fails.

## Example

```dockerfile
FROM debian:12
RUN rm -f /etc/apt/apt.conf.d/docker-clean
RUN --mount=type=cache,target=/var/cache/apt \
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
    for step in walk::looked_at(checking, Topics::MOUNT) {
        if !step.has_cache() {
            continue;
        }
        let mounts = apt_cache::mounts(&step, &["/var/cache/apt", "/var/lib/apt"]);
        let shared = |sharing: Option<&str>| matches!(sharing, None | Some("shared"));
        let mut open = mounts
            .iter()
            .filter(|(_, mount)| shared(walk::value(mount, "sharing")))
            .peekable();
        let verbs = ["update", "install", "upgrade", "dist-upgrade", "build-dep"];
        if open.peek().is_none() || !apt_cache::calls_apt(checking, &step, &verbs) {
            continue;
        }
        for (nth, mount) in open {
            let sharing = walk::value(mount, "sharing").is_some();
            findings.add(finding(checking, step.at, *nth, sharing));
        }
    }
}

fn finding(checking: &Checking<'_>, at: At, nth: usize, has_sharing: bool) -> Finding {
    let target = Part::MountValue("target", nth);
    let finding = Finding::new(&RULE, "concurrent builds share the cache of apt")
        .at(
            at,
            target,
            "one of them fails because the other holds the lock",
        )
        .help("add `sharing=locked` to the mount");
    if has_sharing {
        return finding.replace(at, Part::MountValue("sharing", nth), "locked");
    }
    let spelled = match checking.written {
        Some(written) => written.slice(at, target),
        None => None,
    };
    let plain = |text: &&str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-/".contains(&b))
    };
    match spelled.filter(plain) {
        Some(spelled) => finding.replace(at, target, format!("{spelled},sharing=locked")),
        None => finding,
    }
}
