//! A report of each rule, as it is drawn.

use insta::assert_snapshot;

use super::report_of;

macro_rules! drawn {
    ($($name:ident: $rule:literal, $text:literal;)*) => {$(
        #[test]
        fn $name() {
            assert_snapshot!(report_of($rule, $text));
        }
    )*};
}

drawn! {
    build_in_final_stage: "build-in-final-stage", "FROM node:18\n\nWORKDIR /app\nCOPY . .\nRUN npm install\nRUN npm run build\nCMD [\"npm\", \"start\"]\n";
    build_tools_in_final_stage: "build-tools-in-final-stage", "\
FROM rust:1.85 AS build
FROM debian:12
RUN apt-get update && apt-get install -y build-essential libssl-dev
COPY --from=build /app /app
CMD [\"/app\"]
";
    copy_from_own_base: "copy-from-own-base", "FROM debian:12 AS gosu\nADD a /gosu\nFROM gosu\nCOPY --from=gosu /gosu /gosu\n";
    emptied_apt_cache: "emptied-apt-cache", "FROM debian:12\nRUN --mount=type=cache,target=/var/cache/apt apt-get install -y less\n";
    emptied_cache_mount: "emptied-cache-mount", "\
FROM almalinux:9
RUN --mount=type=cache,target=/var/cache/yum \\
    yum install -y less && yum clean all
";
    misplaced_cache_mount: "misplaced-cache-mount", "\
FROM rust:1.85
RUN --mount=type=cache,target=/root/.cargo/registry cargo fetch
RUN --mount=type=cache,target=/tmp/.cache CARGO_HOME=/tmp/cargo cargo fetch
";
    packages_after_copy: "packages-after-copy", "FROM debian:12\nCOPY . /app\nRUN apt-get update && apt-get install -y cmake\n";
    unlocked_apt_cache: "unlocked-apt-cache", "FROM debian:12\nRUN --mount=type=cache,target=/var/cache/apt apt-get install -y less\n";
    unpinned_copy_from: "unpinned-copy-from", "FROM python:3.13\nCOPY --from=ghcr.io/astral-sh/uv:latest /uv /usr/bin/\n";
    near_json_form: "near-json-form", "FROM alpine:3.22\nVOLUME ['/data']\nRUN ['echo', '$A']\n";
    near_json_form_command: "shell-form-command", "FROM alpine:3.22\nCMD ['echo', 'a']\n";
    swallowed_instruction: "swallowed-instruction", "\
FROM ubuntu:24.04
RUN apt-get install -y \\
      curl \\
USER app
RUN dir c:\\
USER app
";
    comment_in_string: "comment-in-string", "FROM debian:12\nRUN printf \"a\\n\\\n# b\\n\\\nc\\n\" > /x\n";
    unexpanded_home: "unexpanded-home", "FROM php:8\nRUN --mount=type=cache,target=~/.a --mount=type=cache,target=$HOME/.b c\n";
    value_without_equals: "value-without-equals", "FROM alpine:3.22\nARG VERSION 1.2\n";
    spaces_around_equals: "legacy-key-value", "FROM scratch\nLABEL version = \"3.11\"\n";
    named_owner_in_link: "named-owner-in-link", "FROM node:22\nCOPY --link --chown=node:node . /app/\n";
    outdated_syntax: "outdated-syntax", "# syntax=docker/dockerfile:1.2\nFROM alpine:3.22\nCOPY --link a /a\nCOPY --parents b /b\n";
    wildcard_to_file: "wildcard-to-file", "FROM scratch\nCOPY conf/*.yaml /conf\n";
    copy_from_cache_mount: "copy-from-cache-mount", "\
FROM rust:1.85 AS builder
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/src/target \\
    cargo build --release

FROM debian:12
COPY --from=builder /src/target/release/app /usr/local/bin/app
RUN --mount=from=builder,source=/src/target/release,target=/mnt cp /mnt/app /app
";
    destination_without_slash: "destination-without-slash", "FROM scratch\nCOPY a b /app\nADD [\"a b\", \"c\", \"/d e\"]\n";
    misspelt_stage: "misspelt-stage", "FROM golang:1.24 AS builder\nFROM scratch\nCOPY --from=biulder /go/bin/tool /\n";
    platform_blind_cache: "platform-blind-cache", "\
FROM rust:1.85
ARG TARGETARCH
RUN --mount=type=cache,target=/t \\
    --mount=type=cache,id=ccache,target=/c \\
    make $TARGETARCH
";
    root_in_final_stage: "root-in-final-stage", "FROM alpine:3.22\nRUN a\nCMD [\"b\"]\n";
    root_in_final_stage_by_user: "root-in-final-stage", "FROM node:22\nUSER node\nRUN a\nUSER root\n";
    same_env_reference: "same-env-reference", "FROM alpine:3.22\nENV PREFIX=/opt/app \\\n    BIN=${PREFIX}/bin\n";
    secret_in_run: "secret-in-run", "FROM node:22\nARG NPM_TOKEN\nRUN echo \"_authToken=${NPM_TOKEN}\" > .npmrc && npm ci\n";
    secret_in_run_written: "secret-in-run", "FROM node:22\nARG NPM_TOKEN\nRUN NPM_TOKEN=$NPM_TOKEN npm ci\n";
    sources_before_install_composer: "sources-before-install", "FROM composer:2\nCOPY . .\nRUN composer install --no-dev -a\n";
    sources_before_install_lists: "sources-before-install", "FROM python:3.13\nCOPY . .\nRUN pip install -r requirements/a.txt --requirement=b.txt\n";
    sources_before_install: "sources-before-install", "FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n";
    unchecked_script: "unchecked-script", "FROM alpine:3.22\nRUN <<EOF\na\nb\nEOF\n";
    undeclared_global_arg: "undeclared-global-arg", "\
ARG VERSION=1

FROM alpine:3.22
RUN wget https://example.com/$VERSION/$TARGETARCH
";
    unpinned_base: "unpinned-base", "FROM python\nFROM node:latest\n";
    unused_stage: "unused-stage", "FROM alpine:3.22 AS test\nRUN a\n\nFROM alpine:3.22\nRUN b\n\nFROM alpine:3.22\n";
    variable_in_exec_form: "variable-in-exec-form", "FROM alpine:3.22\nCMD [\"app\", \"--port=${PORT}\"]\n";
    whole_root_copy: "whole-root-copy", "FROM alpine:3.22 AS rootfs\nFROM debian:12\nCOPY --from=rootfs / /\n";
}
