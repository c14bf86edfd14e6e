//! `invalid-build-platform`: a platform that was asked for and that Docker does not know.

use crate::check::Checking;
use crate::reference::{Platform, Typed};
use crate::rules::place::short;
use crate::rules::{Finding, Findings};

crate::rules::rule! {
    id: "invalid-build-platform",
    severity: Error,
    summary: "a build for a platform that Docker does not know",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds a platform of the build that names no platform.

## Why is this bad?

Docker rejects the build.

## Example

```rust
use multistage::{Dockerfile, check::Checker, resolve::Build};

let file = Dockerfile::parse("FROM alpine\n")?;
let checker = Checker::new().build(Build::new().platform("lniux"));
assert_eq!(file.check_with(&checker).diagnostics()[0].rule.id, "invalid-build-platform");
# Ok::<(), multistage::Report>(())
```

## Use instead

```rust
use multistage::{Dockerfile, check::Checker, resolve::Build};

let file = Dockerfile::parse("FROM alpine\n")?;
let checker = Checker::new().build(Build::new().platform("linux/amd64"));
assert!(file.check_with(&checker).is_empty());
# Ok::<(), multistage::Report>(())
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for platform in &checking.checker.settings().unknown_platforms {
        let message = format!(
            "the build is for `{}`, which is not a valid platform",
            short(platform)
        );
        let help = format!("expected {}", Platform::EXPECTED);
        findings.add(Finding::new(&RULE, message).help(help));
    }
}
