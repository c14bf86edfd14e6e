//! Stages and images: which are used, which is meant, what the final one is.

use super::{fires, found, found_by, found_pedantic};
use multistage::{
    Dockerfile, Stage,
    check::{Checker, Group},
    resolve::{Build, ImageConfig},
};

#[test]
fn names_that_are_nearly_those_of_a_stage() {
    let fires = |text: &str| found(text).contains(&"misspelt-stage");
    for text in [
        "FROM alpine:3.22 AS builder\nFROM alpine:3.22\nCOPY --from=biulder /a /\n",
        "FROM alpine:3.22 AS builder\nFROM alpine:3.22\nCOPY --from=buildr /a /\n",
        "FROM alpine:3.22 AS builder\nFROM alpine:3.22\nCOPY --from=buildere /a /\n",
        "FROM alpine:3.22 AS builder\nFROM builber\n",
        "FROM alpine:3.22 AS builder\nFROM alpine:3.22\nRUN --mount=from=bulider,target=/m true\n",
        "FROM alpine:3.22 AS base\nFROM bade AS next\n",
    ] {
        assert!(fires(text), "{text}");
    }
    for text in [
        "FROM alpine:3.22 AS builder\nFROM alpine:3.22\nCOPY --from=builder /a /\n",
        "FROM alpine:3.22 AS builder\nFROM alpine:3.22\nCOPY --from=Builder /a /\n",
        "FROM alpine:3.22 AS builder\nFROM alpine:3.22\nCOPY --from=example.com/biulder /a /\n",
        "FROM alpine:3.22 AS builder\nFROM alpine:3.22\nCOPY --from=biulder:latest /a /\n",
        "FROM alpine:3.22 AS nodes\nFROM node\n",
        "FROM mongo AS mongod\nFROM mongo\n",
        "FROM acme AS acme1\nFROM acme AS acme2\n",
        "FROM dart AS dart\n",
        "FROM alpine:3.22 AS dev\nFROM deb\n",
        "FROM builderx\nFROM alpine:3.22 AS builder\n",
        "FROM alpine:3.22 AS builder\nFROM scratch\n",
    ] {
        assert!(!fires(text), "{text}");
    }
    let mut file = Dockerfile::parse(
        "FROM alpine:3.22 AS builder\nFROM alpine:3.22\nCOPY --from=builders /a /\n",
    )
    .expect("a file");
    assert_eq!(file.check().diagnostics().len(), 1);
    file.context("builders");
    assert!(file.check().is_empty());
}

#[test]
fn stages_that_nothing_uses() {
    let unnamed = "FROM alpine:3.22\nRUN a\nFROM alpine:3.22\n";
    assert_eq!(found(unnamed), ["unused-stage"]);
    // A name can be a target, unless the targets are reported.
    let named = "FROM alpine:3.22 AS a\nFROM alpine:3.22\n";
    assert_eq!(found(named), [""; 0]);
    assert!(fires("unused-stage", named));
    // Files that `--output` takes out of the build.
    let export =
        |step: &str| format!("FROM alpine:3.22 AS b\nFROM scratch AS out\n{step}\nFROM b\n");
    assert!(!fires("unused-stage", &export("COPY --from=b /a /")));
    assert!(fires("unused-stage", &export("COPY a /")));
    assert!(fires("unused-stage", &export("COPY --from=b /a /\nCMD a")));
    assert!(!fires(
        "unused-stage",
        "FROM alpine:3.22 AS a\nFROM alpine:3.22 AS b\n"
    ));
    let check = |text: &str, targets: &[&str]| {
        let mut file = Dockerfile::parse(text).expect("a file");
        for target in targets {
            file.target(*target);
        }
        let report = file.check();
        report
            .iter()
            .filter(|found| found.rule.id == "unused-stage")
            .count()
    };
    const FILE: &str = "FROM alpine:3.22 AS a\nFROM alpine:3.22 AS b\nFROM alpine:3.22 AS c\n";
    assert_eq!(check(FILE, &[]), 0);
    assert_eq!(check(FILE, &["c"]), 2);
    assert_eq!(check(FILE, &["a"]), 1);
    assert_eq!(check(FILE, &["a", "b"]), 0);
    for used in [
        "FROM alpine:3.22 AS a\nFROM a AS b\n",
        "FROM alpine:3.22 AS a\nFROM alpine:3.22 AS b\nCOPY --from=a /x /\n",
        "FROM alpine:3.22 AS a\nFROM alpine:3.22 AS b\nRUN --mount=from=a,target=/m true\n",
        "FROM alpine:3.22 AS a\nFROM alpine:3.22 AS c\nONBUILD COPY --from=a /x /\nFROM c AS b\n",
        "ARG X=a\nFROM alpine:3.22 AS a\nFROM $X AS b\n",
        "FROM alpine:3.22 AS bin-linux\nFROM alpine:3.22 AS bin-windows\nFROM bin-$TARGETOS AS b\n",
        "FROM alpine:3.22 AS a-1-z\nFROM alpine:3.22 AS a-2-z\nARG V=1\nFROM a-${TARGETOS}-z AS b\n",
    ] {
        assert_eq!(check(used, &["b"]), 0, "{used}");
    }
    assert_eq!(
        check("FROM alpine:3.22 AS x-1\nFROM bin-$TARGETOS AS b\n", &["b"]),
        1
    );
    // `run` and `run-debug` can come out, and nothing else.
    let alternative = "FROM alpine:3.22 AS run\nFROM alpine:3.22 AS run-debug\nFROM alpine:3.22 AS run-test\n\
        FROM run${DEBUG:+-debug} AS app\n";
    assert_eq!(check(alternative, &["app"]), 1);
    // By number.
    assert_eq!(
        found("FROM alpine:3.22\nRUN a\nFROM alpine:3.22\nCOPY --from=0 /a /\n"),
        [""; 0]
    );
}

#[test]
fn bases_without_a_version() {
    let fires = |base: &str| fires("unpinned-base", &format!("FROM {base}\nUSER app\n"));
    for base in [
        "node",
        "node:latest",
        "example.com:5000/node",
        "acme/app",
        "gcr.io/distroless/static",
        "acme/ubi-tools",
        "acme/debian12",
        "--platform=linux/amd64 node",
    ] {
        assert!(fires(base), "{base}");
    }
    for base in [
        "node:22",
        "scratch",
        "example.com:5000/node:22",
        "gcr.io/distroless/cc-debian12",
        "gcr.io/distroless/static-debian12:latest",
        "redhat/ubi9-minimal",
        "registry.access.redhat.com/ubi8",
        "node@sha256:a8560b36e8b8210634f77d9f7f9efd7ffa463e380b75e2e74aff4511df3ef88c",
    ] {
        assert!(!fires(base), "{base}");
    }
    assert!(!super::fires(
        "unpinned-base",
        "ARG TAG\nFROM node$TAG\nUSER app\n"
    ));
    assert!(!super::fires(
        "unpinned-base",
        "FROM node:22 AS a\nFROM a\nUSER app\n"
    ));
    assert_eq!(found("FROM node\n"), [""; 0]);
    let mut file = Dockerfile::parse("FROM docs\nUSER app\n").expect("a file");
    file.context("docs");
    assert!(
        file.check_with(&Checker::new().group(Group::Pedantic))
            .is_empty()
    );
}

#[track_caller]
fn root(text: &str, expected: bool) {
    assert_eq!(fires("root-in-final-stage", text), expected, "{text}");
}

#[test]
fn final_stages_as_root() {
    for text in [
        "FROM alpine:3.22\nCMD [\"app\"]\n",
        "FROM node:22\nUSER root\n",
        "FROM node:22\nUSER node\nUSER root\n",
        "FROM example.com/base:1\nUSER 0\n",
        "FROM example.com/base:1\nUSER root:app\n",
        "FROM alpine:3.22 AS base\nUSER app\nFROM base\nUSER 0:0\n",
        "FROM scratch\nCOPY app /\nENTRYPOINT [\"/app\"]\n",
        "FROM alpine:3.22 AS base\nCMD a\nFROM base\nRUN a\n",
        "FROM example.com/x:1 AS build\nUSER app\nFROM alpine:3.22\nCOPY --from=build /a /\nCMD a\n",
        "ARG U=root\nFROM alpine:3.22\nARG U\nUSER $U\n",
        "FROM debian:12\nENTRYPOINT [\"app\", \"--drop\"]\n",
    ] {
        root(text, true);
    }
    for text in [
        "FROM golang:1.24\nRUN go vet ./...\n",
        "FROM php:8.4-apache\nCOPY html /var/www/html\n",
        "FROM debian:12\nRUN apt-get install -y nginx\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n",
        "FROM debian:12\nCMD exec /usr/sbin/apache2ctl -D FOREGROUND\n",
        "FROM alpine:3.22\nENTRYPOINT [\"/init\"]\n",
        "FROM alpine:3.22\nCMD [\"php-fpm82\", \"-F\"]\n",
        "FROM debian:12 AS a\nFROM python:3.13\nCOPY --from=a /usr/sbin/gosu /usr/sbin/gosu\nCMD a\n",
        "FROM alpine:3.22\nUSER app\nCMD a\n",
        "FROM alpine:3.22 AS base\nUSER app\nFROM base\nRUN a\n",
        "FROM example.com/base:1\n",
        "FROM scratch\nCOPY app /\n",
        "FROM golang:1.26-windowsservercore-ltsc2025\n",
        "FROM gcr.io/distroless/static\n",
        "FROM gcr.io/distroless/static:nonroot\n",
        "FROM mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled\n",
        "FROM example.com/base:1\nUSER $WHO\n",
        "FROM debian:12\nRUN apt-get install -y gosu\nENTRYPOINT [\"/entry.sh\"]\n",
        "FROM debian:12\nENTRYPOINT [\"su-exec\", \"app\", \"/app\"]\n",
        "FROM alpine:3.22\nUSER root\nRUN a\nUSER 1000:1000\n",
    ] {
        root(text, false);
    }
    assert_eq!(found("FROM alpine:3.22\n"), [""; 0]);
    let mut config = ImageConfig::default();
    config.cmd = Some(vec!["app".to_owned()]);
    let with = |config: &ImageConfig| {
        let build = Build::new().base("example.com/base:1", config.clone());
        Checker::new().group(Group::Pedantic).build(build)
    };
    assert_eq!(
        found_by(&with(&config), "FROM example.com/base:1\n"),
        ["root-in-final-stage"]
    );
    config.user = "app".to_owned();
    assert_eq!(
        found_by(&with(&config), "FROM example.com/base:1\n"),
        [""; 0]
    );
    let windows = Checker::new()
        .group(Group::Pedantic)
        .build(Build::new().platform("windows/amd64"));
    assert_eq!(found_by(&windows, "FROM scratch\nUSER 0\n"), [""; 0]);
}

#[test]
fn only_final_stages_count() {
    let text = "FROM alpine:3.22 AS a\nUSER root\nFROM alpine:3.22 AS b\nUSER app\n";
    assert_eq!(found_pedantic(text), [""; 0]);
    let pedantic = Checker::new().group(Group::Pedantic);
    let targeted = pedantic.build(Build::new().target("a"));
    assert_eq!(found_by(&targeted, text), ["root-in-final-stage"]);
    let mut file = Dockerfile::parse(text).expect("a file");
    file.target("a");
    let report = file.check_with(&Checker::new().group(Group::Pedantic));
    assert_eq!(
        report
            .iter()
            .filter(|found| found.rule.id == "root-in-final-stage")
            .count(),
        1
    );
}

const NODE: &str = "FROM node:18\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\nCOPY . .\nRUN npm run build\n";

#[test]
fn final_stages_that_build() {
    let fires = |text: &str| found(text).contains(&"build-in-final-stage");
    for text in [
        format!("{NODE}CMD [\"npm\", \"start\"]\n"),
        format!("{NODE}CMD [\"node\", \"dist/index.js\"]\n"),
        format!("{NODE}CMD npm start\n"),
        format!("{NODE}ENTRYPOINT [\"docker-entrypoint.sh\"]\nCMD [\"node\", \".\"]\n"),
        format!("{NODE}ENTRYPOINT [\"sh\", \"-c\", \"exec node dist\"]\n"),
        "FROM node:18\n\nRUN npm install\nCOPY . .\nRUN npm run build\nCMD [\"npm\", \"run\", \"start\"]\n".to_owned(),
        "FROM node:22 AS base\nCOPY package.json ./\nRUN npm ci\nFROM base\nCOPY . .\nRUN npx tsc\nCMD [\"node\", \".\"]\n".to_owned(),
        "FROM node:22\nCOPY a b ./\nRUN yarn && yarn build\nCMD [\"node\", \".\"]\n".to_owned(),
        "FROM golang:1.24\nCOPY . .\nRUN go build -o /app .\nCMD [\"/app\"]\n".to_owned(),
        "FROM rust:1.85\nCOPY . .\nRUN cargo install --path .\nENTRYPOINT [\"app\"]\n".to_owned(),
        "FROM maven:3-eclipse-temurin-21\nCOPY . .\nRUN mvn -B package\nCMD [\"java\", \"-jar\", \"target/app.jar\"]\n".to_owned(),
        "FROM eclipse-temurin:21\nCOPY . .\nRUN ./gradlew bootJar\nCMD [\"java\", \"-jar\", \"a.jar\"]\n".to_owned(),
        "FROM mcr.microsoft.com/dotnet/sdk:8.0\nCOPY . .\nRUN dotnet publish -o /out\nENTRYPOINT [\"dotnet\", \"/out/app.dll\"]\n".to_owned(),
        "FROM gcc:14\nCOPY . .\nRUN make\nCMD [\"./app\"]\n".to_owned(),
    ] {
        assert!(fires(&text), "{text}");
    }
}

#[test]
fn final_stages_that_do_not_build() {
    let fires = |text: &str| found(text).contains(&"build-in-final-stage");
    for text in [
        NODE.to_owned(),
        format!("{NODE}CMD [\"npm\", \"run\", \"dev\"]\n"),
        format!("{NODE}CMD npm test\n"),
        format!("{NODE}CMD [\"bash\"]\n"),
        format!(
            "{NODE}FROM node:18-alpine\nCOPY --from=0 /app/dist /app\nCMD [\"node\", \"/app\"]\n"
        ),
        format!(
            "{}CMD [\"node\", \".\"]\n",
            NODE.replace("FROM node:18", "FROM example.com/node:18")
        ),
        format!(
            "{}CMD [\"node\", \".\"]\n",
            NODE.replace("FROM node:18", "FROM node:18 AS dev")
        ),
        format!(
            "{}CMD [\"node\", \".\"]\n",
            NODE.replace(
                "RUN npm run build",
                "RUN npm run build && npm prune --omit=dev"
            )
        ),
        "FROM node:22\nCOPY . .\nRUN npm run build\nCMD [\"node\", \".\"]\n".to_owned(),
        "FROM node:22\nCOPY package.json ./\nRUN npm ci\nCOPY . .\nCMD [\"node\", \".\"]\n"
            .to_owned(),
        "FROM golang:1.24\nCOPY . .\nRUN go build ./...\nCMD [\"go\", \"test\", \"./...\"]\n"
            .to_owned(),
        "FROM golang:1.24\nRUN go install example.com/tool@v1\nENTRYPOINT [\"tool\"]\n".to_owned(),
        "FROM rust:1.85\nRUN cargo install cargo-chef\nENTRYPOINT [\"cargo-chef\"]\n".to_owned(),
        "FROM eclipse-temurin:21-jre\nCOPY app.jar /\nCMD [\"java\", \"-jar\", \"/app.jar\"]\n"
            .to_owned(),
        "FROM python:3.13\nCOPY a .\nRUN pip install -r a\nCMD [\"python\", \"a.py\"]\n".to_owned(),
    ] {
        assert!(!fires(&text), "{text}");
    }
}

#[test]
fn caches_of_several_architectures() {
    let fires = |text: &str| fires("platform-blind-cache", text);
    let stage = |from: &str, mount: &str| {
        format!("FROM {from}\nARG TARGETARCH\nRUN --mount=type=cache,{mount} a\n")
    };
    for (from, mount) in [
        ("rust:1.85", "target=/t"),
        ("rust:1.85", "id=t,target=/t"),
        ("rust:1.85", "target=/t,sharing=locked"),
        ("rust:1.85", "target=/root/.cache"),
        ("rust:1.85", "target=/go/pkgs"),
        ("--platform=$TARGETPLATFORM rust:1.85", "target=/t"),
    ] {
        assert!(fires(&stage(from, mount)), "{from} {mount}");
    }
    for (from, mount) in [
        ("rust:1.85", "id=t-$TARGETARCH,target=/t"),
        ("rust:1.85", "id=t-${TARGETPLATFORM},target=/t"),
        ("rust:1.85", "target=/t/$TARGETARCH"),
        ("--platform=$BUILDPLATFORM rust:1.85", "target=/t"),
        ("--platform=linux/amd64 rust:1.85", "target=/t"),
        ("debian:12", "target=/ccache,from=example.com/ccache"),
        ("golang:1.24", "target=/go/pkg/mod"),
        ("golang:1.24", "id=mod,target=/root/go/pkg/mod/"),
        ("golang:1.24", "target=/root/.cache/go-build"),
        ("rust:1.85", "target=/usr/local/cargo/registry"),
        ("debian:12", "target=/var/cache/apt,sharing=locked"),
        ("python:3.13", "target=/root/.cache/uv"),
    ] {
        assert!(!fires(&stage(from, mount)), "{from} {mount}");
    }
    assert!(!fires(
        "FROM rust:1.85\nRUN --mount=type=cache,target=/t a\n"
    ));
    let pinned = "FROM --platform=$BUILDPLATFORM rust:1.85 AS a\nFROM a\nRUN --mount=type=cache,target=/t a\n";
    assert!(!fires(pinned));
    let one = "FROM --platform=$BUILDPLATFORM rust:1.85 AS a\nFROM rust:1.85\nRUN --mount=type=cache,target=/t a\n";
    assert!(fires(one));
    assert_eq!(found(&stage("rust:1.85", "target=/t")), [""; 0]);
}

#[test]
fn built_files_too() {
    let mut file = Dockerfile::new();
    file.push(
        Stage::new("node:18")
            .run("npm install")
            .copy(".", ".")
            .run("npm run build")
            .cmd(["npm", "start"]),
    );
    let report = file.check();
    let rules: Vec<&str> = report.iter().map(|found| found.rule.id).collect();
    assert_eq!(rules, ["build-in-final-stage"]);
    assert!(file.render().is_ok());
}

#[test]
fn images_that_files_come_from() {
    let fires = |step: &str| {
        fires(
            "unpinned-copy-from",
            &format!("FROM alpine:3.22 AS a\nFROM a\n{step}\nUSER 1\n"),
        )
    };
    for step in [
        "COPY --from=ghcr.io/astral-sh/uv /uv /bin/",
        "COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/",
        "COPY --from=golang /usr/local/go /go",
        "RUN --mount=from=acme/tools,target=/t a",
    ] {
        assert!(fires(step), "{step}");
    }
    for step in [
        "COPY --from=a /x /y",
        "COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/",
        "COPY --from=acme/uv@sha256:a8560b36e8b8210634f77d9f7f9efd7ffa463e380b75e2e74aff4511df3ef88c /uv /bin/",
        "COPY --from=gcr.io/distroless/cc-debian12 /x /y",
        "COPY --from=docs /x /y",
    ] {
        assert!(!fires(step), "{step}");
    }
    assert_eq!(
        found("FROM alpine:3.22\nCOPY --from=acme/x /x /y\n"),
        [""; 0]
    );
}

#[test]
fn tools_that_stay() {
    let fires = |steps: &str| {
        found_pedantic(&format!(
            "FROM rust:1.85 AS b\nFROM debian:12\n{steps}\nCOPY --from=b /a /a\nCMD [\"a\"]\n"
        ))
        .contains(&"build-tools-in-final-stage")
    };
    for steps in [
        "RUN apt-get update && apt-get install -y build-essential",
        "RUN apt-get install -y curl libssl-dev:amd64=3.0",
        "RUN apk add --no-cache gcc musl-dev",
        "RUN dnf install -y openssl-devel && dnf clean all",
        "RUN apk add -t .deps gcc\nRUN apk del .other",
        "RUN apt-get install -y cmake curl && apt-get purge -y curl",
    ] {
        assert!(fires(steps), "{steps}");
    }
    for steps in [
        "RUN apt-get install -y libssl3 curl",
        "RUN apk add --no-cache -t .deps gcc && a && apk del .deps",
        "RUN apk add --virtual=.deps gcc && a && apk del .deps",
        "RUN apt-get install -y gcc && a && apt-get purge -y gcc",
        "RUN apt-get install -y gcc && a && apt-get purge -y $TOOLS",
        "RUN apt-get install -y gcc\nRUN pip install -r requirements.txt",
        "RUN apt-get install -y gcc && ./configure && make",
        "RUN echo apt-get install gcc",
        "RUN apt-get install -y make mono-devel",
        "RUN apt-get install -y gcc\nENTRYPOINT [\"bash\"]",
        "RUN apt-get install -y gcc\nFROM debian:12 AS dev\nRUN apt-get install -y gcc",
    ] {
        assert!(!fires(steps), "{steps}");
    }
    assert_eq!(
        found("FROM debian:12\nRUN apt-get install -y gcc\n"),
        [""; 0]
    );
    let other =
        "FROM debian:12 AS a\nRUN apt-get install -y gcc\nFROM debian:12\nCOPY --from=a /a /a\n";
    assert_eq!(found(other), [""; 0]);
}
