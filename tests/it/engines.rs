//! What each engine lacks, and what it takes for something else.

use multistage::check::Checker;
use multistage::frontend::{BuildahVersion, Engine, PodmanVersion, features};
use multistage::{Dockerfile, Parsed, Report, Stage};

/// Lines after `FROM alpine AS base`, and the first version of Podman that has what they use.
const SINCE: &[(&str, Option<&str>)] = &[
    ("COPY --chown=app:app conf /etc/", Some("3.0")),
    ("COPY --chmod=640 conf /etc/", Some("3.1")),
    ("ADD --chmod=$MODE conf /etc/", Some("3.1")),
    (
        "RUN --mount=type=cache,target=/root/.cache make",
        Some("4.0"),
    ),
    (
        "RUN --mount=type=bind,source=src,target=/src make",
        Some("4.0"),
    ),
    (
        "RUN --mount=type=secret,id=key,target=$DIR/key make",
        Some("4.0"),
    ),
    ("ARG A=1 B=2", Some("4.0")),
    ("FROM --platform=linux/arm64 debian", Some("4.0")),
    (
        "RUN --mount=type=cache,target=/c,sharing=locked make",
        Some("4.1"),
    ),
    ("ARG TARGETARCH", Some("4.1")),
    ("RUN --network=none make", Some("4.5")),
    (
        "ADD --checksum=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 https://example.com/f /f",
        Some("4.8"),
    ),
    ("COPY <<EOF /etc/motd\nhello\nEOF", Some("4.8")),
    ("RUN <<EOF\nmake\nEOF", Some("5.1")),
    ("RUN cat <<EOF\nhello\nEOF", Some("5.1")),
    ("HEALTHCHECK --start-interval=2s CMD true", Some("5.2")),
    ("ADD https://example.com/repo.git#v2 /src", Some("5.3")),
    ("COPY --parents a/b /src/", Some("5.5")),
    ("COPY --link a /a", Some("5.6")),
    ("ADD --link=true a /a", Some("5.6")),
    ("COPY --exclude=*.log . /src", Some("6.0")),
    ("RUN --mount=type=secret,id=key,env=KEY make", Some("6.0")),
    ("LABEL a=${A-x}", None),
    ("LABEL a=${A+x}", None),
    ("LABEL a=${A:?no}", None),
    ("LABEL a=${A%.*}", None),
    ("LABEL a=${A//x/y}", None),
    ("COPY --chmod=go-w conf /etc/", None),
    (
        "RUN --mount=type=cache,target=/c,sharing=private make",
        None,
    ),
    ("RUN --mount=type=tmpfs,target=/t,size=1m make", None),
    ("RUN --mount=source=src make", None),
    ("RUN --security=insecure make", None),
    ("RUN --device=vendor.com/gpu make", None),
    ("ADD --unpack a.tar /a", None),
    ("ADD --keep-git-dir https://example.com/repo.git /src", None),
    (
        "ADD --checksum=0123456 https://example.com/repo.git /src",
        None,
    ),
    ("ADD https://example.com/repo.git?branch=main /src", None),
    ("HEALTHCHECK --interval=0 CMD true", None),
    ("HEALTHCHECK --retries=0 CMD true", None),
    ("ARG TARGETSTAGE", None),
];

fn checked(text: &str, engine: impl Into<Engine>) -> Report {
    Parsed::new(text).check(&Checker::new().engine(engine))
}

fn ids(report: &Report) -> Vec<&'static str> {
    report.iter().map(|found| found.rule.id).collect()
}

#[test]
fn podman_has_each_feature_from_a_version_on() {
    let versions: Vec<PodmanVersion> = [(3, 0), (3, 1), (3, 4)]
        .into_iter()
        .chain((0..=9).map(|minor| (4, minor)))
        .chain((0..=8).map(|minor| (5, minor)))
        .chain([(6, 0)])
        .map(|(major, minor)| PodmanVersion::new(major, minor))
        .collect();
    for (lines, since) in SINCE {
        let since = since.map(|text| text.parse::<PodmanVersion>().expect("it is a version"));
        let text = format!("FROM alpine AS base\nWORKDIR /w\n{lines}\n");
        for version in &versions {
            let lacks = ids(&checked(&text, *version)).contains(&"unsupported-feature");
            let expected = since.is_none_or(|since| *version < since);
            assert_eq!(lacks, expected, "{lines}, Podman {version}");
        }
    }
}

#[test]
fn a_buildah_is_the_podman_that_has_it() {
    for (lines, _) in SINCE {
        let text = format!("FROM alpine AS base\nWORKDIR /w\n{lines}\n");
        for podman in [(4, 0), (4, 9), (5, 4), (5, 8), (6, 0)] {
            let podman = PodmanVersion::new(podman.0, podman.1);
            let with = |engine: Engine| ids(&checked(&text, engine));
            assert_eq!(
                with(podman.into()),
                with(podman.buildah().into()),
                "{lines}"
            );
        }
    }
}

#[test]
fn every_engine_has_every_feature_or_says_what_to_do() {
    let engines = [
        Engine::Classic,
        Engine::Kaniko,
        PodmanVersion::new(4, 3).into(),
        BuildahVersion::NEWEST.into(),
    ];
    for feature in features() {
        for engine in engines {
            // A version that has it is one that `is_in` knows.
            if let Some(first) = feature.first_in(engine) {
                assert!(feature.is_in(first), "{} in {first}", feature.id);
            }
        }
        if let Some(instead) = feature.instead {
            assert!(
                !instead.ends_with('.') && instead.len() <= 90,
                "{}",
                feature.id
            );
        }
    }
}

#[test]
fn kaniko_and_the_classic_builder_would_ignore_it() {
    for lines in [
        "RUN --mount=type=cache,target=/c make",
        "RUN --network=none make",
        "RUN <<EOF\nmake\nEOF",
        "COPY --parents a/b /c/",
        "COPY --exclude=x . /c",
        "ADD --checksum=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 https://example.com/f /f",
        "ARG TARGETARCH",
    ] {
        let text = format!("FROM alpine AS base\n{lines}\n");
        for engine in [Engine::Kaniko, Engine::Classic] {
            let report = checked(&text, engine);
            assert!(
                ids(&report).contains(&"unsupported-feature"),
                "{engine}: {lines}"
            );
        }
    }
    let has = |lines: &str, engine| {
        !checked(&format!("FROM alpine AS a\n{lines}\n"), engine).has_errors()
    };
    assert!(has("COPY --chmod=755 a /a", Engine::Kaniko));
    assert!(!has("COPY --chmod=755 a /a", Engine::Classic));
    assert!(!has("FROM --platform=linux/amd64 b", Engine::Kaniko));
    assert!(has("FROM --platform=linux/amd64 b", Engine::Classic));
}

#[test]
fn a_built_file_is_held_to_its_engine() {
    let mut file = Dockerfile::new();
    file.set_engine(PodmanVersion::new(5, 4));
    file.push(
        Stage::new("alpine").instruction(multistage::instruction::Copy::new("a", "/a").link()),
    );
    let report = file
        .render()
        .expect_err("Podman 5.4 rejects it")
        .to_string();
    assert!(
        report.contains("Podman 5.4 does not have `--link`"),
        "{report}"
    );
    assert!(report.contains("since Podman 5.6"), "{report}");
    file.set_engine(PodmanVersion::NEWEST);
    assert!(file.render().is_ok());
}

#[test]
fn what_means_the_same_is_suggested() {
    let text = "FROM alpine\nHEALTHCHECK --interval=0 --retries=2 CMD true\n";
    let report = checked(text, PodmanVersion::NEWEST);
    assert_eq!(
        report.fixed(),
        "FROM alpine\nHEALTHCHECK --retries=2 CMD true\n"
    );
}

#[test]
fn a_default_of_the_build_platform_was_ignored_once() {
    let text = "ARG BUILDPLATFORM=linux/amd64\nFROM alpine\n";
    let lacks = |version: PodmanVersion| {
        let report = checked(text, version);
        ids(&report).contains(&"unsupported-feature")
    };
    assert!(!lacks(PodmanVersion::new(5, 1)));
    assert!(lacks(PodmanVersion::new(5, 2)));
}
