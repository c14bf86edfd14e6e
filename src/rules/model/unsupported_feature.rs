//! `unsupported-feature`: a feature that the engine of the file does not have.

use crate::frontend::{Feature, HEALTHCHECK_ZERO, MOUNT};
use crate::rules::{Context, Edit, Finding, Findings};
use crate::syntax::{Engine, Part};

rule! {
    id: "unsupported-feature",
    severity: Error,
    summary: "a feature that the engine of the file does not have",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds flags, heredocs, variables and other features that the engine of the file does not have. The
engine is what `Dockerfile::set_engine` or `Checker::engine` names: a version of Docker's frontend,
of Podman or of Buildah, the classic builder, or Kaniko.

## Why is this bad?

The engine rejects the file, or ignores what it does not know and builds another image: Kaniko and
the classic builder run nothing for `RUN <<EOF`, and take `ADD --checksum` for ADD.

## Example

For Podman 5.4:

```dockerfile engine=podman:5.4
FROM alpine
COPY --link app /app
```

```rust
use multistage::{Dockerfile, Stage, frontend::FrontendVersion, instruction::Run};

let mut file = Dockerfile::new();
file.set_engine(FrontendVersion::new(3));
file.push(Stage::new("alpine").run(Run::script("apk add git\ngit --version")));
assert_eq!(file.check().diagnostics()[0].rule.id, "unsupported-feature");
```

## Use instead

A spelling that the engine has:

```dockerfile engine=podman:5.4
FROM alpine
COPY app /app
```

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
    let Some(engine) = context.engine else {
        return;
    };
    let has_mounts = MOUNT.is_in(engine);
    for used in context.file.features() {
        let feature = used.feature;
        if feature.is_in(engine) || feature.is_comment() {
            continue;
        }
        // A mount is one error, whatever is in it.
        let in_mount = matches!(used.part, Part::MountValue(..) | Part::Flag("mount", _));
        if in_mount && !has_mounts && feature != &MOUNT {
            continue;
        }
        let message = format!("{} does not have {}", engine.name(), feature.summary);
        let first = feature.first_in(engine);
        let label = match (engine, first) {
            (Engine::Classic, _) => "needs BuildKit".to_owned(),
            (Engine::Frontend(_), _) => format!("since {}", feature.minimum()),
            (_, Some(first)) => format!("since {}", first.name()),
            (_, None) => String::new(),
        };
        let mut finding = Finding::new(&RULE, message)
            .at(used.at, used.part, label)
            .help(help(engine, feature, first));
        if feature == &HEALTHCHECK_ZERO {
            finding.edit = Some(Edit::Remove(used.at, used.part));
        }
        findings.add(finding);
    }
}

/// The help: what to write without the feature.
fn help(engine: Engine, feature: &Feature, first: Option<Engine>) -> String {
    let later = match engine {
        Engine::Classic => Some("BuildKit".to_owned()),
        Engine::Frontend(_) => Some(format!("{} or later", feature.minimum())),
        _ => first.map(|first| format!("{} or later", first.name())),
    };
    match (feature.instead, later) {
        (Some(instead), Some(later)) => format!("{instead}; or target {later}"),
        (None, Some(later)) => format!("do without it, or target {later}"),
        (Some(instead), None) => instead.to_owned(),
        (None, None) => "do without it".to_owned(),
    }
}
