//! Which version of the frontend a file needs.

use std::collections::BTreeSet;

use multistage::{
    Dockerfile, Parsed, Stage,
    frontend::{Engine, FrontendVersion, features},
    instruction::Run,
};
use proptest::prelude::*;

use crate::generator::any_dockerfile;

/// Features with the text that needs them.
type Uses = &'static [(&'static str, &'static str)];

/// The lines of a file, the version that it needs, and its features.
const FILES: &[(&str, &str, Uses)] = &[
    (
        "FROM alpine\nRUN a && b\nENV A=${B:-c}\nCOPY --chown=1:2 a b\nHEALTHCHECK CMD a",
        "1.0",
        &[],
    ),
    (
        "FROM --platform=$BUILDPLATFORM alpine",
        "1.0",
        &[
            ("from-platform", "--platform=$BUILDPLATFORM"),
            ("platform-args", "$BUILDPLATFORM"),
        ],
    ),
    (
        "ARG BUILDPLATFORM=linux/arm64\nFROM alpine",
        "1.0",
        &[
            ("platform-args", "BUILDPLATFORM"),
            ("platform-default", "linux/arm64"),
        ],
    ),
    (
        "FROM alpine\nHEALTHCHECK --timeout=0s --retries=0 CMD a",
        "1.0",
        &[
            ("healthcheck-zero", "--timeout=0s"),
            ("healthcheck-zero", "--retries=0"),
        ],
    ),
    (
        "FROM alpine\nRUN --mount=type=cache,target=/a,sharing=private a",
        "1.2",
        &[
            ("run-mount", "--mount=type=cache,target=/a,sharing=private"),
            ("cache-sharing", "private"),
            ("cache-private", "private"),
        ],
    ),
    (
        "FROM alpine\nWORKDIR /a\nRUN --mount=source=b --mount=type=secret,id=c a",
        "1.2",
        &[
            ("run-mount", "--mount=source=b"),
            ("mount-without-target", "--mount=source=b"),
            ("run-mount", "--mount=type=secret,id=c"),
        ],
    ),
    (
        "FROM alpine\nARG TARGETARCH",
        "1.0",
        &[("platform-args", "TARGETARCH")],
    ),
    (
        "FROM alpine\nCOPY --chown=$A a b",
        "1.1",
        &[("copy-chown-variable", "$A")],
    ),
    (
        "FROM alpine\nENV A=${B:?no} C=${B?no}",
        "1.1.6",
        &[
            ("error-operators", "${B:?no}"),
            ("error-operators", "${B?no}"),
        ],
    ),
    (
        "FROM alpine\nRUN --mount=type=ssh a",
        "1.2",
        &[("run-mount", "--mount=type=ssh")],
    ),
    (
        "FROM alpine\nRUN --mount=type=tmpfs,target=/a,rw a",
        "1.2",
        &[
            ("run-mount", "--mount=type=tmpfs,target=/a,rw"),
            ("mount-access", "--mount=type=tmpfs,target=/a,rw"),
        ],
    ),
    ("FROM alpine\nARG A B=1", "1.2", &[("several-args", "B")]),
    (
        "FROM alpine\nCOPY --chmod=0755 a b\nADD --chmod=7 a b",
        "1.2",
        &[("chmod", "0755"), ("chmod", "7")],
    ),
    (
        "FROM alpine\nADD --chown=$A a b",
        "1.2",
        &[("add-chown-variable", "$A")],
    ),
    (
        "FROM alpine\nRUN --network=none a",
        "1.3",
        &[("run-network", "--network=none")],
    ),
    (
        "FROM alpine\nRUN --mount=type=cache,target=$A a",
        "1.3",
        &[
            ("run-mount", "--mount=type=cache,target=$A"),
            ("mount-variable", "$A"),
        ],
    ),
    (
        "FROM alpine\nRUN <<E\na\nE",
        "1.4",
        &[("run-heredoc", "<<E")],
    ),
    (
        "FROM alpine\nRUN cat <<E >a\na\nE",
        "1.4",
        &[("run-heredoc", "cat <<E >a")],
    ),
    (
        "FROM alpine\nCOPY <<\"E\" /a\na\nE",
        "1.4",
        &[("heredoc", "<<\"E\"")],
    ),
    (
        "FROM alpine\nADD --link a b\nCOPY --link a b",
        "1.4",
        &[("link", "--link"), ("link", "--link")],
    ),
    (
        "FROM alpine\nRUN --mount=type=tmpfs,target=/a,size=1m a",
        "1.4",
        &[
            ("run-mount", "--mount=type=tmpfs,target=/a,size=1m"),
            ("mount-size", "1m"),
        ],
    ),
    (
        "FROM alpine\nARG BUILDKIT_SBOM_SCAN_STAGE=true",
        "1.5",
        &[("sbom-scan", "BUILDKIT_SBOM_SCAN_STAGE")],
    ),
    (
        "FROM alpine\nADD https://example.com/a.git#v1 b",
        "1.6",
        &[("add-git", "https://example.com/a.git#v1")],
    ),
    (
        "FROM alpine\nADD --keep-git-dir git@example.com:a b",
        "1.6",
        &[
            ("keep-git-dir", "--keep-git-dir"),
            ("add-git-ssh", "git@example.com:a"),
        ],
    ),
    (
        "FROM alpine\nADD --checksum=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 https://example.com/a b",
        "1.6",
        &[(
            "checksum",
            "--checksum=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        )],
    ),
    (
        "FROM alpine\nHEALTHCHECK --start-interval=1s CMD a",
        "1.6",
        &[("start-interval", "--start-interval=1s")],
    ),
    (
        "ARG A\nFROM alpine:${A-1}",
        "1.6",
        &[("unset-operators", "alpine:${A-1}")],
    ),
    (
        "FROM alpine\nWORKDIR /${A#v}\nUSER ${A%%v}\nVOLUME ${A//a/b}",
        "1.7",
        &[
            ("pattern-operators", "/${A#v}"),
            ("pattern-operators", "${A%%v}"),
            ("pattern-operators", "${A//a/b}"),
        ],
    ),
    (
        "# check=skip=all\nFROM alpine",
        "1.8",
        &[("check-directive", "skip=all")],
    ),
    (
        "# check=experimental=all\nFROM alpine",
        "1.10",
        &[
            ("check-directive", "experimental=all"),
            ("experimental-checks", "experimental=all"),
        ],
    ),
    (
        "FROM alpine\nRUN --mount=type=secret,id=a,env=B a",
        "1.10",
        &[
            ("run-mount", "--mount=type=secret,id=a,env=B"),
            ("secret-env", "B"),
        ],
    ),
    (
        "FROM alpine\nCOPY --chmod=$A a b",
        "1.10",
        &[("chmod-variable", "$A")],
    ),
    (
        "FROM alpine\nONBUILD COPY --from=a b c",
        "1.11",
        &[("trigger-from", "a")],
    ),
    (
        "FROM alpine\nONBUILD RUN --mount=from=a,target=/b c",
        "1.11",
        &[
            ("run-mount", "--mount=from=a,target=/b"),
            ("trigger-from", "a"),
        ],
    ),
    (
        "FROM alpine\nEXPOSE $TARGETSTAGE",
        "1.11",
        &[("targetstage", "$TARGETSTAGE")],
    ),
    (
        "FROM alpine\nSTOPSIGNAL ${A:+$TARGETOSVERSION}",
        "1.13",
        &[("os-version-args", "${A:+$TARGETOSVERSION}")],
    ),
    (
        "FROM --platform=windows(10.0.17763)/amd64 alpine",
        "1.13",
        &[
            ("from-platform", "--platform=windows(10.0.17763)/amd64"),
            ("os-version", "windows(10.0.17763)/amd64"),
        ],
    ),
    (
        "FROM alpine\nCOPY --chmod=u+x a b",
        "1.14",
        &[("symbolic-chmod", "u+x")],
    ),
    (
        "FROM alpine\nRUN --device=a.b/c d",
        "1.14-labs",
        &[("run-device", "--device=a.b/c")],
    ),
    (
        "FROM alpine\nADD --checksum=abcdef0 https://example.com/a.git b",
        "1.16",
        &[
            ("git-checksum", "--checksum=abcdef0"),
            ("add-git", "https://example.com/a.git"),
        ],
    ),
    (
        "FROM alpine\nADD --unpack a b",
        "1.17",
        &[("unpack", "--unpack")],
    ),
    (
        "FROM alpine\nADD https://example.com/a.git?branch=b c",
        "1.18",
        &[("git-query", "https://example.com/a.git?branch=b")],
    ),
    (
        "FROM alpine\nCOPY --exclude=a b c\nADD --exclude=a b c",
        "1.19",
        &[("exclude", "--exclude=a"), ("exclude", "--exclude=a")],
    ),
    (
        "FROM alpine\nCOPY --parents a b",
        "1.20",
        &[("copy-parents", "--parents")],
    ),
    (
        "FROM alpine\nRUN --security=insecure a",
        "1.20",
        &[("run-security", "--security=insecure")],
    ),
    (
        "FROM alpine\n# check=skip=all\nRUN a",
        "1.21",
        &[("instruction-check", "# check=skip=all")],
    ),
    (
        "ARG SOURCE_DATE_EPOCH=0\nFROM alpine",
        "1.23",
        &[("date-arg", "0")],
    ),
    (
        "FROM alpine\nADD https://example.com/a.git?ref=b&mtime=commit c",
        "1.23",
        &[("git-mtime", "https://example.com/a.git?ref=b&mtime=commit")],
    ),
    (
        "ARG SOURCE_DATE_EPOCH=context\nFROM alpine",
        "1.24",
        &[("date-of-source", "context")],
    ),
    (
        "FROM alpine\nADD https://example.com/a.git?fetch-by-commit=true c",
        "1.24",
        &[(
            "git-fetch-by-commit",
            "https://example.com/a.git?fetch-by-commit=true",
        )],
    ),
    (
        "FROM alpine\nRUN --device=a.b/c d\nCOPY --parents a b",
        "1.20-labs",
        &[
            ("run-device", "--device=a.b/c"),
            ("copy-parents", "--parents"),
        ],
    ),
];

#[test]
fn what_a_file_needs_and_where() {
    for (text, version, expected) in FILES {
        let parsed = Parsed::new(text);
        assert!(parsed.report().is_empty(), "{}", parsed.report());
        let file = parsed.file();
        assert_eq!(file.minimum_syntax().to_string(), *version, "{text}");
        let found: Vec<(&str, &str)> = file
            .features()
            .into_iter()
            .map(|used| {
                let span = parsed.layout().span(used.at, used.part);
                let span = span.expect("it has a place");
                (used.feature.id, &text[span])
            })
            .collect();
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn every_feature_is_found() {
    let found: BTreeSet<&str> = FILES
        .iter()
        .flat_map(|(_, _, uses)| *uses)
        .map(|(id, _)| *id)
        .collect();
    // A context is beside the text.
    let missing: Vec<&str> = features()
        .map(|feature| feature.id)
        .filter(|id| !found.contains(id))
        .collect();
    assert_eq!(missing, ["named-context"]);
}

#[test]
fn named_contexts() {
    let mut file =
        Dockerfile::parse("FROM alpine:latest\nCOPY --from=docs /a /b\n").expect("it is read");
    assert_eq!(file.minimum_syntax(), FrontendVersion::new(0));
    for name in ["docs", "alpine"] {
        file.context(name);
        let last = file.features().pop().expect("there is one");
        assert_eq!(last.feature.id, "named-context");
    }
    assert_eq!(file.features().len(), 2);
}

#[test]
fn an_older_engine_has_less() {
    let report = |engine: &str| {
        let text = "# check=skip=all\n\nFROM alpine\nONBUILD RUN --mount=type=cache,target=/a <<E\nx\nE\nCOPY --exclude=a b c\n";
        let mut file = Dockerfile::parse(text).expect("it is read");
        file.set_engine(engine.parse::<Engine>().expect("it is one"));
        file.check().to_string()
    };
    insta::assert_snapshot!(report("1.3"), @r#"
    error[unsupported-feature]: the frontend 1.3 does not have heredocs in RUN
     --> Dockerfile (as rendered):4:1
      |
    4 | ONBUILD RUN --mount=type=cache,target=/a <<E
      | ^^^^^^^ since 1.4
      = help: join the commands with `&&`; or target 1.4 or later

    error[unsupported-feature]: the frontend 1.3 does not have `--exclude`
     --> Dockerfile (as rendered):8:6
      |
    8 | COPY --exclude=a b c
      |      ^^^^^^^^^^^ since 1.19
      = help: list the paths in `.dockerignore`; or target 1.19 or later
    "#);
    insta::assert_snapshot!(report("classic"), @r#"
    error[unsupported-feature]: the classic builder does not have `RUN --mount`
     --> Dockerfile (as rendered):4:1
      |
    4 | ONBUILD RUN --mount=type=cache,target=/a <<E
      | ^^^^^^^ needs BuildKit
      = help: do without it, or target BuildKit

    error[unsupported-feature]: the classic builder does not have heredocs in RUN
     --> Dockerfile (as rendered):4:1
      |
    4 | ONBUILD RUN --mount=type=cache,target=/a <<E
      | ^^^^^^^ needs BuildKit
      = help: join the commands with `&&`; or target BuildKit

    error[unsupported-feature]: the classic builder does not have `--exclude`
     --> Dockerfile (as rendered):8:6
      |
    8 | COPY --exclude=a b c
      |      ^^^^^^^^^^^ needs BuildKit
      = help: list the paths in `.dockerignore`; or target BuildKit
    "#);
    assert_eq!(report("1.19"), "");
    let mut file = Dockerfile::parse("FROM a\nENV A=${B:?c}\n").expect("it is read");
    for (version, has) in [
        ("1.0", false),
        ("1.1", true),
        ("1.1.5", false),
        ("1.1.6", true),
        ("1.2", true),
    ] {
        file.set_engine(version.parse::<Engine>().expect("it is one"));
        assert_eq!(file.render().is_ok(), has, "{version}");
    }
    assert_eq!(report("1.8-labs"), "");
}

#[test]
fn an_engine_can_be_set_aside() {
    let mut file = Dockerfile::new();
    file.push(Stage::new("alpine").run(Run::script("a\nb")));
    file.set_engine(Engine::Classic);
    assert!(file.render().is_err());
    assert!(file.allow("unsupported-feature").render().is_ok());
}

#[test]
fn the_directive_is_written() {
    let syntax = |text: &str, pinned: bool| {
        let mut file = Dockerfile::parse(text).expect("it is read");
        if pinned {
            file.set_pinned_syntax()
        } else {
            file.set_floating_syntax()
        };
        file.syntax().expect("it is there").to_owned()
    };
    let device = "FROM a\nRUN --device=b/c d\nCOPY --parents a b\n";
    assert_eq!(syntax("# syntax=x\nFROM a\n", false), "docker/dockerfile:1");
    assert_eq!(syntax("FROM a\n", true), "docker/dockerfile:1.0");
    assert_eq!(syntax(device, false), "docker/dockerfile:1-labs");
    assert_eq!(syntax(device, true), "docker/dockerfile:1.20-labs");
    assert_eq!(syntax("FROM a:${B:?c}\n", true), "docker/dockerfile:1.1");
}

proptest! {
    #![proptest_config(crate::cases::usually(64))]

    #[test]
    fn more_needs_no_less(file in any_dockerfile()) {
        let whole = file.minimum_syntax();
        let mut less = file.clone();
        for stage in less.stages_mut() {
            stage.steps_mut().pop();
        }
        prop_assert!(less.minimum_syntax() <= whole);
        let ids = |file: &Dockerfile| file.features().iter().map(|used| used.feature.id).collect::<BTreeSet<_>>();
        prop_assert!(ids(&less).is_subset(&ids(&file)));
        // What is needed is enough: nothing more is rejected than without an engine.
        let mut file = file;
        let is_right = file.render().is_ok();
        file.set_engine(whole);
        prop_assert_eq!(file.render().is_ok(), is_right);
    }
}

#[test]
fn an_engine_is_data() {
    let mut file = Dockerfile::parse("FROM alpine AS a\nRUN <<E\nx\nE\n").expect("it is read");
    file.set_engine(Engine::Classic);
    let json = serde_json::to_string(&file).expect("it is data");
    assert!(json.contains(r#""engine":"classic""#), "{json}");
    let again: Dockerfile = serde_json::from_str(&json).expect("it is a file");
    assert!(again.render().is_err());
    let error =
        serde_json::from_str::<Dockerfile>(&json.replace("classic", "2")).expect_err("it is none");
    assert!(
        error.to_string().starts_with(
            "`engine`: expected `classic`, `kaniko`, `podman:5.4`, `buildah:1.33`, or a version"
        ),
        "{error}"
    );
}
