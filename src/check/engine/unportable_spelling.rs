//! `unportable-spelling`: a spelling of flags that Podman rejects.

use crate::check::{Checking, Written};
use crate::instruction::{Instruction, MountKind};
use crate::rules::engine::Buildah;
use crate::rules::{Edit, Finding, Findings, rule};
use crate::syntax::{At, BuildahVersion, Part};

rule! {
    id: "unportable-spelling",
    severity: Error,
    summary: "a spelling of a flag that Podman rejects",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds flags in a text that was read, where the engine is Podman or Buildah and has the flag in
another spelling only:

- `--from=`, `--checksum=` and `--platform=` without a value, from Podman 5.0 on,
- in `RUN --mount`: keys and types in capitals, a value after `readonly` and `readwrite`, `source=`
  without a value, `source` for the id of a secret, `required` of ssh without a value.

What this crate renders is never spelled in these ways.

## Why is this bad?

Docker takes each of them for another spelling. Podman rejects the file, or takes `readonly=false`
for `readonly`.

## Example

For Podman:

```dockerfile engine=podman
FROM alpine
RUN --mount=type=bind,target=/src,readonly=true make
```

## Use instead

```dockerfile engine=podman
FROM alpine
RUN --mount=type=bind,target=/src,readonly make
```
"#,
}

/// The first versions of Buildah that reject a flag without a value, and that have mounts.
const EMPTY: BuildahVersion = BuildahVersion::new(35);
const MOUNTS: BuildahVersion = BuildahVersion::new(24);

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let (Some(written), Some(buildah)) = (&checking.written, checking.context.buildah()) else {
        return;
    };
    for (stage, item) in checking.context.file.stages.iter().enumerate() {
        empty(written, &buildah, At::From(stage), "platform", findings);
        for (step, item) in item.steps.iter().enumerate() {
            let at = At::Step { stage, step };
            match item.instruction() {
                Instruction::Copy(_) => empty(written, &buildah, at, "from", findings),
                Instruction::Add(_) => empty(written, &buildah, at, "checksum", findings),
                Instruction::Run(run) if buildah.version >= MOUNTS => {
                    for (n, mount) in run.mounts.iter().enumerate() {
                        if let Some(kind) = mount.kind() {
                            in_mount(written, &buildah, (at, n, kind), findings);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// A flag without a value, which says nothing.
fn empty(
    written: &Written<'_>,
    buildah: &Buildah,
    at: At,
    name: &'static str,
    findings: &mut Findings,
) {
    if buildah.version < EMPTY {
        return;
    }
    let part = Part::Flag(name, 0);
    if !written
        .word(at, part)
        .is_some_and(|flag| flag.ends_with('='))
    {
        return;
    }
    let message = format!("{} rejects `--{name}=` without a value", buildah.name);
    findings.add(
        Finding::new(&RULE, message)
            .at(at, part, "")
            .help("leave the flag out, which means the same")
            .edit(Some(Edit::Remove(at, part))),
    );
}

fn in_mount(
    written: &Written<'_>,
    buildah: &Buildah,
    (at, n, kind): (At, usize, MountKind),
    findings: &mut Findings,
) {
    let part = Part::Flag("mount", n);
    let Some(flag) = written.slice(at, part) else {
        return;
    };
    // Quotes, and lines that are continued, are rare in a flag and left alone.
    let Some(value) = flag.strip_prefix("--mount=") else {
        return;
    };
    if value.contains(['"', '\'', '\\', '`', '\n']) {
        return;
    }
    let mut why = None;
    let mut fields = Vec::new();
    for field in value.split(',') {
        match portable(field, kind) {
            None => fields.push(field.to_owned()),
            Some((problem, better)) => {
                why.get_or_insert(problem);
                fields.extend(better);
            }
        }
    }
    let Some(why) = why else {
        return;
    };
    let better = format!("--mount={}", fields.join(","));
    let message = format!("{} does not take {why}", buildah.name);
    findings.add(
        Finding::new(&RULE, message)
            .at(at, part, "")
            .help(format!("write `{better}`"))
            .edit(Some(Edit::Replace(at, part, better))),
    );
}

/// Returns what is wrong with a field of a mount, and the field that means the same, if one is
/// needed.
fn portable(field: &str, kind: MountKind) -> Option<(&'static str, Option<String>)> {
    let (key, value) = match field.split_once('=') {
        Some((key, value)) => (key, Some(value)),
        None => (field, None),
    };
    let lower = key.to_ascii_lowercase();
    let is_true =
        value.is_some_and(|value| matches!(value, "1" | "t" | "T" | "TRUE" | "true" | "True"));
    let with_value = |key: &str, value: &str| Some(format!("{key}={value}"));
    match (lower.as_str(), value) {
        ("ro" | "readonly", Some(_)) => {
            let better = if is_true { "readonly" } else { "readwrite" };
            Some(("a value of `readonly`", Some(better.to_owned())))
        }
        ("rw" | "readwrite", Some(_)) => {
            let better = if is_true { "readwrite" } else { "readonly" };
            Some(("a value of `readwrite`", Some(better.to_owned())))
        }
        ("source" | "src", Some("")) => Some(("`source` without a value", None)),
        ("source" | "src", Some(id)) if kind == MountKind::Secret => {
            Some(("`source` for the id of a secret", with_value("id", id)))
        }
        ("required", None) if kind == MountKind::Ssh => Some((
            "`required` of ssh without a value",
            with_value("required", "true"),
        )),
        ("type" | "sharing", Some(value)) if value.bytes().any(|b| b.is_ascii_uppercase()) => {
            Some((
                "capitals in a mount",
                with_value(&lower, &value.to_ascii_lowercase()),
            ))
        }
        (_, Some(value)) if lower != key => {
            Some(("capitals in a mount", with_value(&lower, value)))
        }
        (_, None) if lower != key => Some(("capitals in a mount", Some(lower))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        for (field, kind, better) in [
            ("readonly=true", MountKind::Bind, Some("readonly")),
            ("ro=0", MountKind::Bind, Some("readwrite")),
            ("rw=false", MountKind::Cache, Some("readonly")),
            ("TARGET=/A", MountKind::Bind, Some("target=/A")),
            ("type=Cache", MountKind::Cache, Some("type=cache")),
            ("sharing=LOCKED", MountKind::Cache, Some("sharing=locked")),
            ("src=key", MountKind::Secret, Some("id=key")),
            ("source=", MountKind::Bind, None),
            ("required", MountKind::Ssh, Some("required=true")),
        ] {
            let found = portable(field, kind).map(|(_, better)| better);
            assert_eq!(found, Some(better.map(str::to_owned)), "{field}");
        }
        for field in ["ro", "rw", "target=/A", "type=bind", "src=a", "id=A"] {
            assert!(portable(field, MountKind::Bind).is_none(), "{field}");
        }
        assert!(portable("required", MountKind::Secret).is_none());
        assert!(portable("required=true", MountKind::Ssh).is_none());
    }
}
