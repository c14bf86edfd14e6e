//! What each engine lacks, and what it takes for something else.

use multistage::check::{Checker, Group};
use multistage::frontend::{BuildahVersion, Engine, FrontendVersion, PodmanVersion, features};
use multistage::{Dockerfile, Parsed, Report, Stage};
use proptest::prelude::*;

use crate::generator::any_dockerfile;

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

/// The rules that are about engines alone.
fn is_about_engines(id: &str) -> bool {
    let about = "arg-after-env base-of-another-case default-of-same-arg dropped-from-image \
        empty-expose ignored-arg-default inherited-arg misread-heredoc numbered-base \
        partial-json-form shell-form-after-shell unexpanded-port unportable-spelling \
        unqualified-image unread-escape unsupported-feature";
    about.split(' ').any(|other| other == id)
}

proptest! {
    #![proptest_config(crate::cases::usually(64))]

    #[test]
    fn nothing_is_said_of_engines_without_one(file in any_dockerfile()) {
        let newest = FrontendVersion::new(u16::MAX).labs();
        for checker in [Checker::new(), Checker::new().engine(newest)] {
            let report = file.check_with(&checker.group(Group::Pedantic));
            prop_assert!(!report.iter().any(|found| is_about_engines(found.rule.id)), "{report}");
        }
        // A check finds all that `render` refuses, and `render` no more than an error.
        for engine in ["podman:3.4", "podman:5.4", "podman:6.0", "kaniko", "classic"] {
            let engine: Engine = engine.parse().expect("it is an engine");
            let mut file = file.clone();
            let without = file.render().is_ok();
            file.set_engine(engine);
            let refused = file.render().err();
            let found = ids(&file.check_with(&Checker::new()));
            for refusal in refused.iter().flatten() {
                prop_assert!(found.contains(&refusal.rule.id), "{engine}: {refusal:?}");
            }
            let about = |report: &Report| report.iter().any(|found| is_about_engines(found.rule.id));
            prop_assert!(!without || refused.is_none_or(|report| about(&report)));
        }
    }

    #[test]
    fn any_text_has_an_engine(text in "(FROM a( AS [aB])?\n|ARG [AB](=[1$A\"]{0,3})?\n|ENV A=[$B1]{0,2}\n|RUN (<<E\n[$A'\\\\]{0,3}\nE|\\[ ?\"\\$A\" ?\\] && b|--mount=[a-zA-Z,=]{0,20} x)\n|COPY (--from=a? )?<<E /a\n[$A'\"\\\\]{0,4}\nE\n|EXPOSE [$A0-9-]{1,4}\n|# escape=`\n|CMD a\n|SHELL \\[\"a\"\\]\n){0,12}") {
        for engine in ["podman:4.0", "podman:5.4", "podman:5.8", "podman:6.0", "kaniko"] {
            let engine: Engine = engine.parse().expect("it is an engine");
            let report = checked(&text, engine);
            // What is suggested is no worse.
            let fixed = report.fixed();
            if Parsed::new(&text).report().is_empty() {
                let parsed = Parsed::new(&fixed);
                prop_assert!(!parsed.report().has_errors(), "{text:?}: {fixed:?}: {}", parsed.report());
            }
        }
    }
}

/// What a text means to Podman 5.4 beside what it means to Docker: the rules that find a difference.
fn differences(text: &str, engine: &str) -> Vec<&'static str> {
    let engine: Engine = engine.parse().expect("it is an engine");
    let with = ids(&checked(text, engine));
    let without = ids(&Parsed::new(text).check(&Checker::new()));
    with.into_iter()
        .filter(|id| !without.contains(id))
        .collect()
}

#[test]
fn an_argument_is_passed_on_in_four_ways() {
    let file = |default: &str, from: &str| {
        format!(
            "ARG WHICH=base\nFROM alpine AS base\nENV NUMBER=2\nARG VERSION={default}\n\nFROM {from}\nRUN wget https://example.com/$VERSION\nLABEL version=$VERSION\n"
        )
    };
    for (default, from, expected) in [
        // Before 5.6; 5.6 to 5.8; 6.0.
        ("1.2", "base", [true, false, false]),
        ("\"1 2\"", "base", [true, true, false]),
        ("1.$NUMBER", "base", [true, true, true]),
        ("1.$WHICH", "base", [true, true, false]),
        ("1.2", "$WHICH", [true, true, true]),
    ] {
        for (engine, expected) in ["podman:5.5", "podman:5.8", "podman:6.0"]
            .iter()
            .zip(expected)
        {
            let found = differences(&file(default, from), engine);
            let told = found.iter().filter(|id| **id == "inherited-arg").count();
            assert_eq!(told, usize::from(expected), "{engine}: {default}, {from}");
        }
    }
    for own in ["ARG VERSION=1.2", "ENV VERSION=1.2"] {
        let text = file("1.2", "base").replace("FROM base\n", &format!("FROM base\n{own}\n"));
        assert!(
            !differences(&text, "podman:5.4").contains(&"inherited-arg"),
            "{own}"
        );
    }
    let platform = "FROM alpine AS base\nARG TARGETARCH\nFROM base\nRUN echo $TARGETARCH\n";
    assert_eq!(differences(platform, "podman:5.4"), ["inherited-arg"]);
    assert!(differences(platform, "podman:5.6").is_empty());
    // An empty value is as good as none.
    let empty = "FROM alpine AS base\nARG A=\nFROM base\nRUN echo $A\n";
    assert!(differences(empty, "podman:5.4").is_empty());
    // The shell sets it itself.
    let own = "FROM alpine AS base\nARG A=1\nFROM base\nRUN A=2 && echo $A\n";
    assert!(differences(own, "podman:5.4").is_empty());
    // What Docker does not pass on either is not a difference.
    let other = "FROM alpine AS base\nARG A=1\nFROM alpine\nCOPY --from=base /a /a\nRUN echo $A\n";
    assert!(differences(other, "podman:5.4").is_empty());
}

#[test]
fn a_report_says_which_argument_and_what_to_write() {
    let text = "FROM alpine AS base\nARG VERSION=1.2\n\nFROM base\nRUN wget https://example.com/$VERSION\n";
    insta::assert_snapshot!(checked(text, PodmanVersion::new(5, 4)), @r#"
    error[inherited-arg]: Podman 5.4 does not pass on the argument `VERSION` of `base`
     --> Dockerfile:5:30
      |
    2 | ARG VERSION=1.2
      |     ------- declared for this stage
     ...
    5 | RUN wget https://example.com/$VERSION
      |                              ^^^^^^^^ has another value here
      = help: add the line `ARG VERSION=1.2` to the stage, above this one
    "#);
}

#[test]
fn differences_that_are_silent() {
    for (text, expected) in [
        (
            "FROM debian\nSHELL [\"/bin/bash\", \"-c\"]\nENTRYPOINT echo ${A^^}\n",
            "shell-form-after-shell",
        ),
        (
            "FROM debian AS a\nSHELL [\"/bin/bash\", \"-c\"]\nFROM a\nRUN x\nENTRYPOINT y\n",
            "shell-form-after-shell",
        ),
        (
            "FROM alpine AS Base\nFROM base\nRUN x\n",
            "base-of-another-case",
        ),
        (
            "FROM alpine\nARG TARGETOS=plan9\nRUN x\n",
            "ignored-arg-default",
        ),
        (
            "ARG TARGETARCH=arm64\nFROM alpine\nRUN x\n",
            "ignored-arg-default",
        ),
        ("FROM alpine\nARG A=1 B=$A\nRUN x\n", "default-of-same-arg"),
        ("FROM alpine\nENV A=1\nARG A=2\nRUN x\n", "arg-after-env"),
        (
            "FROM alpine AS a\nENV A=1\nFROM a\nARG A=2\nRUN x\n",
            "arg-after-env",
        ),
        ("FROM alpine\nCOPY <<E /a\nit's\nE\n", "misread-heredoc"),
        ("FROM alpine\nCOPY <<E /a\na\\b\nE\n", "misread-heredoc"),
        (
            "FROM alpine\nARG A\nCOPY <<E /a\n'$A'\nE\n",
            "misread-heredoc",
        ),
        (
            "FROM alpine\nARG A\nCOPY <<E /a\n\\$A $A\nE\n",
            "misread-heredoc",
        ),
        ("FROM alpine\nCOPY <<E /a\nE\n", "misread-heredoc"),
        (
            "FROM alpine\nONBUILD COPY <<E /a\nx\nE\n",
            "misread-heredoc",
        ),
        ("FROM alpine\r\nRUN <<E\r\nx\r\nE\r\n", "misread-heredoc"),
        (
            "# escape=`\nFROM alpine\nENV A=C:\\b\nRUN x\n",
            "unread-escape",
        ),
        (
            "# syntax=docker/dockerfile:1\n# escape=`\nFROM alpine\nRUN x\n",
            "unread-escape",
        ),
        ("FROM alpine\nRUN [ \"$A\" ] && b\n", "partial-json-form"),
        ("FROM alpine\nENTRYPOINT [\"a\"] # b\n", "partial-json-form"),
        (
            "FROM alpine\nHEALTHCHECK CMD [\"a\"] || b\n",
            "partial-json-form",
        ),
        ("FROM alpine\nEXPOSE 53-54\n", "unexpanded-port"),
        (
            "FROM scratch
ARG PORT
EXPOSE $PORT
",
            "empty-expose",
        ),
        ("FROM alpine\nONBUILD RUN x\n", "dropped-from-image"),
        ("FROM --platform= alpine\nRUN x\n", "unportable-spelling"),
        ("FROM alpine\nCOPY --from= a /a\n", "unportable-spelling"),
        (
            "FROM alpine\nRUN --mount=type=secret,source=key x\n",
            "unportable-spelling",
        ),
        (
            "FROM alpine\nRUN --mount=type=ssh,required x\n",
            "unportable-spelling",
        ),
        (
            "FROM alpine\nRUN --mount=type=cache,TARGET=/c x\n",
            "unportable-spelling",
        ),
    ] {
        assert!(
            differences(text, "podman:5.8").contains(&expected),
            "{text}"
        );
        // To the others it means what it says.
        for engine in ["1.24", "classic"] {
            assert!(
                !differences(text, engine).contains(&expected),
                "{engine}: {text}"
            );
        }
    }
    for text in [
        "FROM debian\nSHELL [\"/bin/sh\", \"-c\"]\nENTRYPOINT x\n",
        "FROM debian\nSHELL [\"/bin/bash\", \"-c\"]\nRUN x\nENTRYPOINT [\"x\"]\n",
        "FROM alpine AS Base\nCOPY a /a\nFROM alpine\nCOPY --from=base /a /a\n",
        "FROM alpine\nARG TARGETARCH\nARG TARGETARCH=${TARGETARCH:-arm64}\nRUN x\n",
        "FROM alpine\nARG A=1\nARG B=$A\nRUN x\n",
        "FROM alpine\nARG A=1\nENV A=$A\nRUN x\n",
        "FROM alpine\nENV A=1\nARG A=1\nRUN x\n",
        "FROM alpine\nCOPY <<'E' /a\nit's \\ $A\nE\n",
        "FROM alpine\nARG A\nCOPY <<E /a\n\"$A\" 'b'\nE\n",
        "FROM alpine\nRUN <<E\nit's \\ $A\nE\n",
        "# escape=`\n# syntax=docker/dockerfile:1\nFROM alpine\nRUN a `\n  b\n",
        "FROM alpine\nRUN [ -f \"$A\" ] && b\n",
        "FROM alpine\nEXPOSE 80 53/udp\n",
        "FROM scratch\nARG PORT\nEXPOSE $PORT 80\n",
        "FROM scratch\nARG PORT=80\nEXPOSE $PORT\n",
        "FROM alpine\nHEALTHCHECK NONE\n",
        "FROM alpine\nRUN --mount=type=cache,target=/c,ro x\n",
    ] {
        let found = differences(text, "podman:5.8");
        assert!(found.is_empty(), "{text}: {found:?}");
    }
}

#[test]
fn suggestions_mean_the_same_to_docker() {
    for (text, fixed) in [
        (
            "FROM debian\nSHELL [\"/bin/bash\", \"-c\"]\nENTRYPOINT echo \"$A\"\n",
            "FROM debian\nSHELL [\"/bin/bash\", \"-c\"]\nENTRYPOINT [\"/bin/bash\", \"-c\", \"echo \\\"$A\\\"\"]\n",
        ),
        (
            "FROM alpine AS Base\nFROM base\nRUN x\n",
            "FROM alpine AS base\nFROM base\nRUN x\n",
        ),
        (
            "# check=skip=none\n# syntax=docker/dockerfile:1\n# escape=`\nFROM alpine\n",
            "# escape=`\n# check=skip=none\n# syntax=docker/dockerfile:1\nFROM alpine\n",
        ),
        (
            "FROM alpine\nEXPOSE 80-82/TCP 1\n",
            "FROM alpine\nEXPOSE 80/tcp 81/tcp 82/tcp 1\n",
        ),
        (
            "FROM alpine\nCOPY --from= a /a\n",
            "FROM alpine\nCOPY a /a\n",
        ),
        (
            "FROM alpine\nRUN --mount=type=CACHE,target=/c,readonly=true,sharing=LOCKED x\n",
            "FROM alpine\nRUN --mount=type=cache,target=/c,readonly,sharing=locked x\n",
        ),
    ] {
        let report = checked(text, PodmanVersion::NEWEST);
        assert_eq!(report.fixed(), fixed, "{report}");
        assert!(!checked(fixed, PodmanVersion::NEWEST).has_errors());
    }
}

#[test]
fn an_argument_is_declared_again() {
    let text = "ARG G=1\nFROM alpine AS base\nARG G\nARG V=\"1 2\" TARGETARCH\nFROM base\n# why\nRUN x $V $G $TARGETARCH\n";
    let mut fixed = text.to_owned();
    for _ in 0..3 {
        fixed = checked(&fixed, PodmanVersion::new(5, 4)).fixed();
    }
    let added = "FROM base\nARG V=\"1 2\"\nARG G\nARG TARGETARCH\n# why\n";
    let mut expected: Vec<&str> = added.lines().collect();
    let mut found: Vec<&str> = fixed.lines().skip(4).take(5).collect();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected, "{fixed}");
    assert!(!checked(&fixed, PodmanVersion::new(5, 4)).has_errors());
}

#[test]
fn a_file_for_podman_has_its_escape_first() {
    let text = "# syntax=docker/dockerfile:1\n# escape=`\n\nFROM alpine\nRUN x\n";
    let mut file = Dockerfile::parse(text).expect("it is read");
    assert_eq!(file.render().expect("it is right"), text);
    file.set_engine(PodmanVersion::NEWEST);
    let rendered = file.render().expect("it is right");
    assert_eq!(
        rendered,
        "# escape=`\n# syntax=docker/dockerfile:1\n\nFROM alpine\nRUN x\n"
    );
    assert_eq!(Dockerfile::parse(&rendered).expect("it is read"), file);
}

#[test]
fn kaniko_escapes_with_the_backslash_too() {
    let text = "# syntax=docker/dockerfile:1\n# escape=`\nFROM alpine\nENV A=C:\\b\n";
    assert_eq!(differences(text, "kaniko"), ["unread-escape"]);
}

#[test]
fn a_long_chain_of_stages_is_quick() {
    let mut text = String::from("FROM alpine AS s0\nARG A0=1\n");
    for n in 1..2000 {
        text.push_str(&format!(
            "FROM s{} AS s{n}\nARG A{n}=1\nRUN echo $A{} $A0\n",
            n - 1,
            n / 2
        ));
    }
    let report = checked(&text, PodmanVersion::new(5, 4));
    assert!(report.has_errors());
    // One name, again and again; one shell, long, for many commands.
    let names = format!(
        "FROM alpine AS a\nARG X=1\nFROM a\n{}{}",
        "ARG X\n".repeat(5000),
        "RUN echo $X\n".repeat(5000)
    );
    assert!(checked(&names, PodmanVersion::new(5, 4)).has_errors());
    let word = "a".repeat(50_000);
    let shell = format!(
        "FROM alpine\nSHELL [\"{word}\"]\n{}",
        "ENTRYPOINT b\n".repeat(2000)
    );
    let report = checked(&shell, PodmanVersion::new(5, 4));
    let suggested = report.iter().filter_map(|found| found.suggestion.as_ref());
    let bytes: usize = suggested.map(|edit| edit.replacement.len()).sum();
    assert!(bytes < 100_000, "{bytes}");
}
