//! Arguments of a file as a whole: where they hold, what hides them, which are used.

use super::{fires, found};
use multistage::check::Checker;
use multistage::resolve::Build;
use multistage::{Dockerfile, Parsed, Severity, Stage};

#[track_caller]
fn fire(rule: &str, texts: &[&str], expected: bool) {
    for text in texts {
        assert_eq!(fires(rule, text), expected, "{text}");
    }
}

#[test]
fn variables_of_another_stage() {
    let rule = "arg-of-another-stage";
    fire(
        rule,
        &[
            "FROM alpine AS make\nARG TAG=1\nRUN touch /a-$TAG\nFROM alpine\nCOPY --from=make /a-$TAG /a\n",
            "FROM alpine AS make\nENV OUT=/out\nRUN touch $OUT\nFROM alpine\nCOPY --from=make $OUT /a\n",
            "FROM alpine AS a\nRUN echo $TAG\nFROM alpine AS b\nARG TAG=1\n",
            "FROM alpine AS a\nARG TAG=1\nFROM scratch\nWORKDIR /x/${TAG}\n",
            // The default is in one stage alone.
            "FROM alpine AS a\nARG TAG=1\nFROM alpine\nARG TAG\nLABEL v=$TAG\n",
            "FROM alpine AS a\nARG TAG\nRUN echo $TAG\nFROM alpine\nARG TAG=1\n",
        ],
        true,
    );
    fire(
        rule,
        &[
            "FROM alpine AS a\nARG TAG=1\nFROM a\nLABEL v=$TAG\n",
            "FROM alpine AS a\nARG TAG=1\nFROM alpine\nARG TAG=2\nLABEL v=$TAG\n",
            "FROM alpine AS a\nARG TAG=1\nFROM alpine\nLABEL v=${TAG:-2}\n",
            "FROM alpine AS a\nARG TAG=1\nFROM alpine\nRUN TAG=2; echo $TAG\n",
            "FROM alpine AS a\nARG TAG\nFROM alpine\nARG TAG\nLABEL v=$TAG\n",
            "FROM alpine AS a\nARG TAG=\nFROM alpine\nARG TAG\nLABEL v=$TAG\n",
            // It can come from the image.
            "FROM alpine AS a\nARG TAG=1\nFROM example.com/base\nLABEL v=$TAG\n",
            "FROM alpine AS a\nARG NODE_VERSION=1\nFROM node:22\nLABEL v=$NODE_VERSION\n",
            // ENV adds to itself, and is not a default of an ARG.
            "FROM alpine AS a\nENV L=/a:$L\nFROM alpine\nENV L=/b:$L\n",
            "FROM alpine AS a\nARG C\nENV C=$C\nFROM alpine\nARG C\nENV C=$C\n",
            // Another rule has it.
            "ARG TAG=1\nFROM alpine AS a\nARG TAG\nFROM alpine\nLABEL v=$TAG\n",
            "FROM alpine AS a\nARG TARGETARCH\nFROM alpine\nLABEL v=$TARGETARCH\n",
        ],
        false,
    );
    let text = "FROM alpine AS a\nARG TAG=1\nFROM alpine\nARG TAG\nLABEL v=$TAG\nUSER 1\n";
    let file = Dockerfile::parse(text).expect("it is read");
    let given = Checker::new().build(Build::new().arg("TAG", "2"));
    assert_eq!(file.check_with(&given).diagnostics().len(), 0);
}

#[test]
fn defaults_of_platform_arguments() {
    let rule = "platform-arg-default";
    fire(
        rule,
        &[
            "FROM golang:1.24\nARG TARGETARCH=amd64\nRUN go build\n",
            "ARG TARGETOS=linux\nFROM bin-$TARGETOS\n",
            "FROM alpine:3.22\nARG A=1 TARGETVARIANT=\n",
            "FROM alpine:3.22\nARG TARGETARCH=${TARGETARCH:-amd64}\n",
            "FROM alpine:3.22\nONBUILD ARG BUILDPLATFORM=linux/amd64\nONBUILD RUN x\n",
        ],
        true,
    );
    fire(
        rule,
        &[
            "FROM golang:1.24\nARG TARGETARCH\nRUN go build\n",
            "ARG TARGETARCH=${TARGETARCH:-amd64}\nFROM alpine:3.22\n",
            "FROM alpine:3.22\nARG TARGETARCH\nARG TARGETARCH=${TARGETARCH:-amd64}\n",
            "FROM alpine:3.22\nARG ARCH=amd64\n",
        ],
        false,
    );
    let text = "FROM alpine:3.22\nARG TARGETARCH=amd64\nUSER 1\n";
    let read = Dockerfile::parse(text).expect("it is read");
    assert_eq!(read.render().as_deref(), Ok(text));
    assert_eq!(read.check().diagnostics()[0].severity(), Severity::Warning);
    let mut built = Dockerfile::new();
    built.push(Stage::new("alpine:3.22").arg(("TARGETARCH", "amd64")));
    assert!(built.render().is_err());
    built.allow(rule);
    assert!(built.render().is_ok());
}

#[test]
fn global_arguments_that_nothing_uses() {
    let rule = "unused-global-arg";
    fire(
        rule,
        &[
            "ARG A=1\nFROM alpine:3.22\n",
            "ARG A=1 B=2\nFROM alpine:$A\n",
            "ARG A=1\nFROM alpine:3.22\nARG A=2\nRUN echo $A\n",
            "ARG A=1\nFROM acme/app\nRUN a\nRUN b\nUSER 1\n",
        ],
        true,
    );
    fire(
        rule,
        &[
            "ARG A=1\nFROM alpine:$A\n",
            "ARG A=1\nFROM --platform=$A alpine:3.22\n",
            "ARG A=1\nARG B=$A\nFROM alpine:$B\n",
            "ARG A=1\nFROM alpine:3.22\nARG A\n",
            "ARG A=1\nFROM alpine:3.22\nONBUILD ARG A\n",
            "ARG SOURCE_DATE_EPOCH=0\nARG BUILDKIT_SBOM_SCAN_STAGE=true\nARG https_proxy\nFROM alpine:3.22\n",
            // Another rule has it.
            "ARG A=1\nFROM alpine:3.22\nRUN echo $A\n",
            // The base can use it in a trigger.
            "ARG A=1\nFROM acme/builder AS b\nFROM alpine:3.22\nCOPY --from=b /a /\nUSER 1\n",
            "ARG A=1\nFROM node:8-onbuild\nRUN a\nRUN b\nUSER 1\n",
            "ARG A=1\nARG B=acme/b\nFROM $B AS b\nFROM alpine:3.22\nCOPY --from=b /a /\nUSER 1\n",
        ],
        false,
    );
    let twice = "ARG A=1\nARG A=2\nFROM alpine:3.22\nUSER 1\n";
    assert_eq!(found(twice), ["duplicate-global-arg", rule]);
}

#[test]
fn global_arguments_that_are_declared_twice() {
    let rule = "duplicate-global-arg";
    fire(
        rule,
        &[
            "ARG A=1\nARG A=2\nFROM a:$A\n",
            "ARG A=1\nARG A\nFROM a:$A\n",
            "ARG A A=2\nFROM a:$A\n",
        ],
        true,
    );
    fire(
        rule,
        &[
            "ARG A=1\nARG B=2\nFROM a:$A$B\nARG A\nARG A\n",
            // A value that is computed.
            "ARG A=${TARGETARCH#amd64}\nARG A=${A:+no}\nARG A=${A:-yes}\nFROM a:$A\n",
        ],
        false,
    );
    let report = Parsed::new("ARG A=1\nARG B\nARG A=2\nFROM a:$A$B\n").check(&Checker::new());
    assert_eq!(
        report.iter().filter(|found| found.rule.id == rule).count(),
        1
    );
}

#[test]
fn arguments_of_the_build_that_no_arg_declares() {
    let file =
        Dockerfile::parse("ARG TAG=1\nFROM alpine:$TAG\nARG PORT\nONBUILD ARG LATER\nUSER 1\n")
            .expect("it is read");
    let found = |name: &str| {
        let checker = Checker::new().build(Build::new().arg(name, "2"));
        let report = file.check_with(&checker);
        let found = report
            .iter()
            .find(|found| found.rule.id == "unknown-build-arg");
        found.map(|found| found.help.clone().unwrap_or_default())
    };
    assert_eq!(found("TGA").as_deref(), Some("did you mean `TAG`?"));
    assert_eq!(found("OTHER").as_deref(), Some("declare it: `ARG OTHER`"));
    for known in [
        "TAG",
        "PORT",
        "LATER",
        "HTTP_PROXY",
        "no_proxy",
        "BUILDKIT_SYNTAX",
        "TARGETARCH",
        "SOURCE_DATE_EPOCH",
    ] {
        assert_eq!(found(known), None, "{known}");
    }
}

#[test]
fn references_that_are_hardly_images() {
    let rule = "unlikely-image";
    const STAGE: &str = "FROM golang:1.24 AS build\nRUN go build\n";
    let with =
        |text: &str| format!("{STAGE}FROM alpine:3.22\n{text}\nCOPY --from=build /a /a\nUSER 1\n");
    for text in [
        "COPY --from=deps /a /b",
        "COPY --from=builder /a /b",
        "COPY --from=build-env /a /b",
        "RUN --mount=type=bind,from=vendor,target=/v ls /v",
        "FROM builder\nRUN true",
    ] {
        assert!(found(&with(text)).contains(&rule), "{text}");
    }
    for text in [
        "COPY --from=composer /a /b",
        "COPY --from=deps:1 /a /b",
        "COPY --from=acme/deps /a /b",
        "COPY --from=BUILD /a /b",
        "COPY --from=0 /a /b",
        // One letter is the business of misspelt-stage.
        "COPY --from=buidl /a /b",
        "ONBUILD COPY --from=deps /a /b",
        // It can be a context of the build.
        "COPY --from=docs-site /a /b",
        "FROM base\nRUN true",
        "FROM redis\nRUN true",
    ] {
        assert!(!found(&with(text)).contains(&rule), "{text}");
    }
    let mut file = Dockerfile::parse(&with("COPY --from=deps /a /b")).expect("it is read");
    assert!(file.check().iter().any(|found| found.rule.id == rule));
    file.context("deps");
    assert!(!file.check().iter().any(|found| found.rule.id == rule));
    let report = Parsed::new(&with("COPY --from=builder /a /b")).check(&Checker::new());
    let suggestion = report.iter().find_map(|found| found.suggestion.clone());
    assert_eq!(
        suggestion.map(|it| it.replacement).as_deref(),
        Some("build")
    );
}

#[test]
fn every_source_is_a_stage_a_context_or_an_image_with_a_version() {
    let strict = || {
        let mut checker = Checker::new().group(multistage::diagnostic::Group::Pedantic);
        for rule in ["misspelt-stage", "unlikely-image", "unpinned-copy-from"] {
            checker = checker.severity(rule, Severity::Error);
        }
        checker
    };
    let digest = "sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d";
    let errors = |source: &str| {
        let text = format!(
            "FROM alpine:3.22 AS build\nFROM alpine:3.22\nCOPY --from={source} /a /b\nUSER 1\n"
        );
        let mut file = Dockerfile::parse(&text).expect("it is read");
        file.context("assets");
        file.check_with(&strict()).has_errors()
    };
    for source in [
        "deps",
        "builder",
        "buidl",
        "composer",
        "acme/tool",
        "acme/tool:latest",
        "ghcr.io/acme/tool",
    ] {
        assert!(errors(source), "{source}");
    }
    for source in [
        "build",
        "0",
        "assets",
        "composer:2",
        "acme/tool:1",
        &format!("acme/tool@{digest}"),
    ] {
        assert!(!errors(source), "{source}");
    }
}
