//! Arguments across stages: handles that declare themselves, and what is reported of the others.

use multistage::instruction::{self, Arg, Copy, Expose, Mount, Run, inline};
use multistage::{Dockerfile, Fragment, Image, Parsed, Severity, Stage, Text, args, expr, literal};

#[track_caller]
fn written(file: &Dockerfile) -> String {
    file.render().unwrap_or_else(|report| panic!("{report}"))
}

/// The rules that a check of a file reports, in order.
fn found(file: &Dockerfile) -> Vec<&'static str> {
    file.check().iter().map(|found| found.rule.id).collect()
}

/// A file with a global ARG and one stage, whose lines below FROM are returned.
#[track_caller]
fn lines(stage: impl FnOnce(&multistage::ArgName, Stage) -> Stage) -> String {
    let mut file = Dockerfile::new();
    let version = file.arg(("VERSION", "1"));
    file.push(stage(&version, Stage::new("alpine:3.22")));
    let text = written(&file);
    let read = Dockerfile::parse(&text).expect("it is read");
    assert_eq!(read, file);
    let from = "FROM alpine:3.22\n";
    let (_, lines) = text.split_once(from).expect("a stage");
    lines.to_owned()
}

#[test]
fn a_handle_declares_itself_in_every_field_that_docker_expands() {
    type Add = fn(&multistage::ArgName, Stage) -> Stage;
    let fields: [(Add, &str); 12] = [
        (|v, stage| stage.label("v", v), "LABEL v=${VERSION}\n"),
        (
            |v, stage| stage.env("VERSION", v),
            "ENV VERSION=${VERSION}\n",
        ),
        (|v, stage| stage.workdir(v), "WORKDIR ${VERSION}\n"),
        (|v, stage| stage.user(v), "USER ${VERSION}\n"),
        (|v, stage| stage.volume(v), "VOLUME [\"${VERSION}\"]\n"),
        (|v, stage| stage.copy("a", v), "COPY a ${VERSION}\n"),
        (|v, stage| stage.arg(("FULL", v)), "ARG FULL=${VERSION}\n"),
        (
            |v, stage| stage.arg(("VERSION", v)),
            "ARG VERSION=${VERSION}\n",
        ),
        (
            |v, stage| stage.workdir(literal("/opt/") + v),
            "WORKDIR /opt/${VERSION}\n",
        ),
        (
            |v, stage| stage.expose(Expose::new([Text::from(v)])),
            "EXPOSE ${VERSION}\n",
        ),
        (
            |v, stage| stage.copy(inline(literal("v ") + v).name("f"), "/"),
            "COPY <<f /\nv ${VERSION}\nf\n",
        ),
        (
            |v, stage| stage.run(Run::new("true").mount(Mount::cache("/c").id(v))),
            "RUN --mount=type=cache,id=${VERSION},target=/c \\\n    true\n",
        ),
    ];
    for (add, expected) in fields {
        assert_eq!(lines(add), format!("ARG VERSION\n{expected}"));
    }
}

#[test]
fn a_handle_in_an_expression_declares_itself_too() {
    assert_eq!(
        lines(|v, stage| stage.workdir(expr(format!("/opt/{v}")))),
        "ARG VERSION\nWORKDIR /opt/${VERSION}\n"
    );
    // Without braces it is not how a handle is spelled: the image may set it.
    assert_eq!(
        lines(|_, stage| stage.workdir(expr("/opt/$VERSION"))),
        "WORKDIR /opt/$VERSION\n"
    );
    // Of what the file does not declare, nothing is known.
    assert_eq!(
        lines(|_, stage| stage.workdir(expr("${HOME}/x"))),
        "WORKDIR ${HOME}/x\n"
    );
}

/// A trigger runs in another stage, so what it uses is declared by a trigger.
#[test]
fn a_handle_in_a_trigger_declares_itself_there() {
    assert_eq!(
        lines(|v, stage| stage
            .onbuild(Copy::new(expr("/app-") + v, "/app"))
            .onbuild(instruction::Label::new("version", v))
            .onbuild(instruction::Env::new("ARCH", args::TARGETARCH))
            .onbuild(Run::new(format!("echo {v}")))),
        "ONBUILD ARG VERSION\n\
         ONBUILD COPY /app-${VERSION} /app\n\
         ONBUILD LABEL version=${VERSION}\n\
         ONBUILD ARG TARGETARCH\n\
         ONBUILD ENV ARCH=${TARGETARCH}\n\
         ONBUILD RUN echo ${VERSION}\n"
    );
    // A declaration of the stage is none for the stage that runs the trigger.
    assert_eq!(
        lines(|v, stage| stage
            .workdir(v)
            .onbuild(instruction::Workdir::new(v))
            .workdir(v)),
        "ARG VERSION\nWORKDIR ${VERSION}\nONBUILD ARG VERSION\nONBUILD WORKDIR ${VERSION}\nWORKDIR ${VERSION}\n"
    );
}

#[test]
fn an_argument_is_declared_once() {
    let twice = lines(|v, stage| stage.label("a", v).label("b", v).env("C", v));
    assert_eq!(
        twice,
        "ARG VERSION\nLABEL a=${VERSION}\nLABEL b=${VERSION}\nENV C=${VERSION}\n"
    );
    let own = lines(|v, stage| stage.arg(("VERSION", "2")).label("a", v));
    assert_eq!(own, "ARG VERSION=2\nLABEL a=${VERSION}\n");
    let set = lines(|v, stage| stage.env("VERSION", "2").label("a", v));
    assert_eq!(set, "ENV VERSION=2\nLABEL a=${VERSION}\n");
    let spelled = lines(|v, stage| stage.env("VERSION", "2").workdir(expr(format!("/{v}"))));
    assert_eq!(spelled, "ENV VERSION=2\nWORKDIR /${VERSION}\n");
    let one = lines(|v, stage| stage.arg(Arg::new(v).and(("B", v))));
    assert_eq!(one, "ARG VERSION B=${VERSION}\n");
}

#[test]
fn a_comment_stays_with_its_instruction() {
    let lines = lines(|v, stage| stage.comment("where it is").workdir(v));
    assert_eq!(lines, "ARG VERSION\n# where it is\nWORKDIR ${VERSION}\n");
}

#[test]
fn what_a_stage_below_has_set_is_left_to_it() {
    let mut file = Dockerfile::new();
    let version = file.arg(("VERSION", "1"));
    let base = file.stage("base", Stage::new("alpine:3.22").env("VERSION", "2"));
    file.push(Stage::new(&base).workdir(expr(format!("/{version}"))));
    // The handle itself says that the argument is meant.
    file.push(Stage::new(&base).workdir(&version));
    assert_eq!(
        written(&file),
        "ARG VERSION=1\n\nFROM alpine:3.22 AS base\nENV VERSION=2\n\nFROM base\nWORKDIR /${VERSION}\n\n\
         FROM base\nARG VERSION\nWORKDIR ${VERSION}\n"
    );
}

#[test]
fn a_fragment_declares_what_it_uses() {
    let version = multistage::ArgName::new("VERSION");
    let fragment = Fragment::new("label", |stage| stage.label("v", &version));
    let added = lines(|_, stage| stage.fragment(&fragment).fragment(&fragment));
    assert_eq!(
        added,
        "ARG VERSION\nLABEL v=${VERSION}\nLABEL v=${VERSION}\n"
    );
}

#[test]
fn a_handle_in_a_command_is_reported() {
    let mut file = Dockerfile::new();
    let version = file.arg(("VERSION", "1"));
    file.push(
        Stage::new("alpine:3.22")
            .run(format!("echo {version}"))
            .user("1"),
    );
    assert_eq!(found(&file), ["undeclared-global-arg"]);
    let mut file = Dockerfile::new();
    let version = file.arg(("VERSION", "1"));
    file.push(
        Stage::new("alpine:3.22")
            .declare_arg(&version)
            .run(format!("echo {version}"))
            .user("1"),
    );
    assert_eq!(found(&file), [""; 0]);
}

#[test]
fn the_spelling_of_a_handle_in_a_plain_string() {
    let mut file = Dockerfile::new();
    let version = file.arg(("VERSION", "1"));
    file.push(Stage::new("alpine").workdir(format!("/opt/{{x}}/{version}")));
    let report = file.render().expect_err("a `$` that nobody decided");
    let help = report.diagnostics()[0].help.as_deref().unwrap_or_default();
    assert_eq!(
        help,
        "`${VERSION}` is the argument `VERSION`: write `expr(format!(\"/opt/{{x}}/{version}\"))` for its value\n\
         or write `literal(\"/opt/{x}/${VERSION}\")` for the text as it is"
    );
    // The handle of a platform argument is a constant, in upper case.
    file.push(Stage::new("alpine").workdir(format!("/opt/{}", args::TARGETARCH)));
    let report = file.render().expect_err("another one");
    let help = report.diagnostics()[1].help.as_deref().unwrap_or_default();
    assert!(
        help.contains("`expr(format!(\"/opt/{TARGETARCH}\"))`"),
        "{help}"
    );
}

#[test]
fn a_variable_in_from_that_nothing_declares() {
    let built = |stage: Stage| {
        let mut file = Dockerfile::new();
        file.arg(("VERSION", "1"));
        file.push(stage.user("1"));
        file
    };
    for stage in [
        Stage::new("alpine:$VERSON"),
        Stage::new("alpine$VERSON"),
        Stage::new("alpine:${VERSION:-$VERSON}"),
        Stage::new("alpine${VERSON:+:3}"),
        Stage::new("alpine").platform("$PLATFROM"),
    ] {
        let mut file = built(stage.clone());
        assert!(found(&file).contains(&"undefined-arg-in-from"), "{stage:?}");
        let report = file.render().expect_err("an error of render");
        assert_eq!(report.diagnostics()[0].rule.id, "undefined-arg-in-from");
        file.allow("undefined-arg-in-from");
        assert!(file.render().is_ok(), "{stage:?}");
    }
    for stage in [
        Stage::new("alpine:${VERSON:-3}"),
        Stage::new("alpine:${VERSON-3}"),
        Stage::new("alpine:$VERSION"),
        Stage::new(format!("alpine:{}", args::TARGETARCH)),
        Stage::new("alpine").platform("$BUILDPLATFORM"),
    ] {
        assert!(built(stage.clone()).render().is_ok(), "{stage:?}");
    }
}

#[test]
fn a_variable_in_from_of_a_file_that_was_read() {
    let severity = |text: &str| {
        let parsed = Parsed::new(text);
        let report = parsed.check(&multistage::check::Checker::new());
        let mut found = report
            .iter()
            .filter(|found| found.rule.id == "undefined-arg-in-from");
        let severity = found.next().map(|found| found.severity());
        assert!(found.next().is_none(), "{text}");
        let is_written = Dockerfile::parse(text)
            .expect("it is read")
            .render()
            .is_ok();
        assert_eq!(is_written, severity != Some(Severity::Error), "{text}");
        severity
    };
    for text in [
        "FROM alpine:$X\n",
        "FROM $X\n",
        "ARG A\nFROM $A:$X\n",
        "FROM --platform=$X alpine\n",
    ] {
        assert_eq!(severity(text), Some(Severity::Error), "{text}");
    }
    for text in [
        "FROM alpine$X\n",
        "ARG A\nFROM $A$X\n",
        "FROM alpine${X:-:3}\n",
    ] {
        assert_eq!(severity(text), Some(Severity::Warning), "{text}");
    }
    assert_eq!(severity("ARG X\nFROM alpine:$X\n"), None);
    assert_eq!(severity("FROM alpine:$TARGETSTAGE\n"), None);
}

#[test]
fn an_arg_below_from_does_not_reach_it() {
    let parsed = Parsed::new("FROM alpine AS a\nARG TAG=3\nFROM alpine:$TAG\n");
    let report = parsed.check(&multistage::check::Checker::new());
    let mut found = report.iter();
    let found = found.find(|found| found.rule.id == "undefined-arg-in-from");
    let help = found.and_then(|found| found.help.as_deref());
    assert_eq!(
        help,
        Some("an ARG below FROM belongs to its stage: write `ARG TAG` above the first FROM")
    );
}

#[test]
fn text_from_elsewhere_has_no_variables_in_an_image() {
    let mut file = Dockerfile::new();
    file.arg("SECRET");
    file.push(Stage::new(Image::literal("alpine:$SECRET")));
    let report = file.render().expect_err("an image has no `$`");
    assert_eq!(report.diagnostics()[0].rule.id, "invalid-image");
    let mut file = Dockerfile::new();
    file.push(Stage::new(Image::literal("alpine:3.22")));
    assert_eq!(written(&file), "FROM alpine:3.22\n");
}

#[test]
fn exclude_takes_no_variables() {
    let check = |copy: fn(&multistage::ArgName) -> Copy| {
        let mut file = Dockerfile::new();
        let skip = file.arg(("SKIP", "docs"));
        file.push(
            Stage::new("alpine:3.22")
                .arg(&skip)
                .instruction(copy(&skip))
                .user("1"),
        );
        let report = file.check();
        let found = report.iter().map(|found| (found.rule.id, found.severity()));
        let found: Vec<_> = found.collect();
        let is_error = |(_, severity): &(&str, Severity)| *severity == Severity::Error;
        assert_eq!(file.render().is_err(), found.iter().any(is_error));
        found
    };
    for with in [
        (|skip: &_| Copy::new(".", "/src/").exclude(skip)) as fn(&multistage::ArgName) -> Copy,
        |skip| Copy::new(".", "/src/").exclude(literal("a/") + skip),
        |_| Copy::new(".", "/src/").exclude(expr("$OTHER")),
    ] {
        assert_eq!(check(with), [("variable-in-exclude", Severity::Error)]);
    }
    let warning = [("variable-in-exclude", Severity::Warning)];
    assert_eq!(
        check(|skip| Copy::new(".", "/src/").exclude(format!("{skip}/*"))),
        warning
    );
    assert_eq!(
        check(|_| Copy::new(".", "/src/").exclude("a/$OTHER")),
        warning
    );
    assert_eq!(
        check(|_| Copy::new(".", "/src/").exclude("a$").exclude("*.md")),
        []
    );
    for text in [
        "FROM alpine:3.22\nADD --exclude=${D}x a /b/\nUSER 1\n",
        "FROM alpine:3.22\nONBUILD COPY --exclude=b --exclude=$D a /b/\nUSER 1\n",
    ] {
        let file = Dockerfile::parse(text).expect("it is read");
        assert_eq!(found(&file), ["variable-in-exclude"], "{text}");
        assert_eq!(written(&file), text);
    }
}

#[test]
fn one_image_has_several_names() {
    let digest = "sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d";
    let lock = multistage::pin::Lock::from_iter([("redis:8", digest)]);
    for name in [
        "redis:8",
        "library/redis:8",
        "docker.io/redis:8",
        "docker.io/library/redis:8",
        "index.docker.io/redis:8",
    ] {
        let mut file = Dockerfile::parse(&format!("FROM {name}\n")).expect("it is read");
        assert_eq!(file.pin(&lock), 1, "{name}");
        assert_eq!(written(&file), format!("FROM {name}@{digest}\n"));
        assert_eq!(file.unpin(&lock), 1, "{name}");
        assert_eq!(file.replace_image("redis:8", "valkey:8"), 1, "{name}");
        assert_eq!(written(&file), "FROM valkey:8\n");
    }
    for other in [
        "acme/redis:8",
        "ghcr.io/library/redis:8",
        "library/acme/redis:8",
        "redis:9",
    ] {
        let mut file = Dockerfile::parse(&format!("FROM {other}\n")).expect("it is read");
        assert_eq!(
            (file.pin(&lock), file.replace_image("redis:8", "x")),
            (0, 0),
            "{other}"
        );
    }
    let mut file = Dockerfile::parse(
        "FROM library/redis\nCOPY --from=docker.io/redis:latest /a /b\nFROM redis\n",
    )
    .expect("it is read");
    assert_eq!(file.images(), [Image::new("library/redis")]);
    assert_eq!(file.inputs().images.len(), 1);
    file.context("redis");
    assert!(file.images().is_empty());
    assert_eq!(file.inputs().contexts, [multistage::Context::new("redis")]);
}

#[test]
fn contexts_that_are_never_looked_up() {
    for name in [
        "library/redis",
        "docker.io/redis",
        "docker.io/library/redis",
        "redis:latest",
        "Redis",
    ] {
        let mut file = Dockerfile::new();
        file.context(name);
        file.push(Stage::new("redis:8").user("1"));
        assert_eq!(found(&file), ["long-context-name"], "{name}");
    }
    for name in [
        "redis",
        "redis:8",
        "acme/redis",
        "ghcr.io/library/redis",
        "redis::linux/arm64",
    ] {
        let mut file = Dockerfile::new();
        file.context(name);
        file.push(Stage::new("redis:8").user("1"));
        assert_eq!(found(&file), [""; 0], "{name}");
    }
}
