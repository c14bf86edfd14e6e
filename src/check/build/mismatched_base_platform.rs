//! `mismatched-base-platform`: a base image for another platform.

use crate::check::Checking;
use crate::rules::{Finding, Findings};
use crate::scope::NoteKind;

crate::rules::rule! {
    id: "mismatched-base-platform",
    severity: Warning,
    summary: "a base image for another platform than the one that is built for",
    also: ["buildkit:InvalidBaseImagePlatform"],
    can_be_allowed: true,
    level: File,
    docs: r#"## What it does

Finds base images that are known and are for another operating system or architecture than the
stage.

## Why is this bad?

Its programs do not run there, or run slowly, through an emulator.

## Example

```rust
use multistage::{resolve::{Build, ImageConfig, ImagePlatform}, check::Checker, Dockerfile};

let file = Dockerfile::parse("FROM example.com/tool\n")?;
let mut platform = ImagePlatform::default();
platform.os = "linux".into();
platform.architecture = "arm64".into();
let mut tool = ImageConfig::default();
tool.platform = Some(platform);
let checker = Checker::new().build(Build::new().base("example.com/tool", tool));
assert_eq!(file.check_with(&checker).diagnostics()[0].rule.id, "mismatched-base-platform");
# Ok::<(), Box<dyn std::error::Error>>(())
```

## Use instead

An image for the platform that is built for, or a build for that of the image:

```rust
use multistage::{resolve::{Build, ImageConfig, ImagePlatform}, check::Checker, Dockerfile};

let file = Dockerfile::parse("FROM example.com/tool\n")?;
let mut platform = ImagePlatform::default();
platform.os = "linux".into();
platform.architecture = "arm64".into();
let mut tool = ImageConfig::default();
tool.platform = Some(platform);
let build = Build::new().platform("linux/arm64").base("example.com/tool", tool);
assert!(file.check_with(&Checker::new().build(build)).is_empty());
# Ok::<(), Box<dyn std::error::Error>>(())
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for note in checking.resolved.notes() {
        let NoteKind::BasePlatform {
            image,
            expected,
            actual,
        } = &note.kind
        else {
            continue;
        };
        let message = format!("`{image}` is for {actual}, and the stage is for {expected}");
        let finding = Finding::noted(&RULE, note, message, format!("for {actual}")).help(format!(
            "take an image that is for {expected}, or build for {actual}"
        ));
        findings.add(finding);
    }
}
