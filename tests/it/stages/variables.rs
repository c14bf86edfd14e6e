//! Arguments and environment: where they are in scope, and what they hold.

use super::{fires, found, found_by, on_empty_bases};
use multistage::{
    check::Checker,
    resolve::{Build, ImageConfig},
};

#[track_caller]
fn undeclared(text: &str, expected: bool) {
    assert_eq!(fires("undeclared-global-arg", text), expected, "{text}");
}

#[test]
fn global_arguments_that_do_not_reach_a_stage() {
    for stage in [
        "RUN echo $V",
        "RUN echo \"${V}\"",
        "RUN echo ${V#v}",
        "RUN echo \"$(curl https://example.com/$V)\"",
        "RUN echo `echo $V`",
        "RUN X=1; echo $V",
        "RUN echo '$X' $V",
        "RUN cat <<EOF > /f\n$V\nEOF",
        "RUN <<EOF\necho $V\nEOF",
        "RUN <<EOF\n#!/bin/bash\necho $V\nEOF",
        "RUN [\"sh\", \"-c\", \"echo $V\"]",
        "ENV X=$V",
        "LABEL x=${V}",
        "WORKDIR /app-$V",
        "COPY app-$V.tar /app",
        "COPY a /app-$V",
        "COPY --chown=$V a /app",
        "USER $V",
        "EXPOSE $V",
        "VOLUME /d-$V",
        "RUN --mount=type=cache,target=/c,id=c-$V true",
        "RUN --mount=type=cache,target=/c,uid=$V true",
        "RUN --mount=type=cache,target=/c,gid=$V true",
        "RUN --mount=type=cache,target=/c,mode=$V true",
        "RUN --mount=type=tmpfs,target=/c,size=$V true",
        "COPY <<EOF /a\n$V\nEOF",
        "ARG W=$V",
        "RUN echo $V\nARG V",
    ] {
        undeclared(&format!("ARG V=1\nFROM alpine:3.22\n{stage}\n"), true);
    }
}

#[test]
fn global_arguments_that_a_stage_has() {
    for stage in [
        "ARG V\nRUN echo $V",
        "ARG X V=2\nRUN echo $V",
        "ENV V=2\nRUN echo $V",
        "RUN echo $VV $1 $? $$",
        "RUN echo \\$V",
        "RUN echo '$V'",
        "RUN echo '${V}'",
        "RUN echo \"\\$V\"",
        "RUN echo ${V:-1}",
        "RUN echo ${V-1}",
        "RUN V=2 && echo $V",
        "RUN export V=2; echo $V",
        "RUN read V < /f; echo $V",
        "RUN for V in 1 2; do echo $V; done",
        "RUN : ${V:=1}; echo $V",
        "RUN . /etc/os-release && echo $V",
        "RUN source /env && echo $V",
        "RUN eval \"$(tool env)\" && echo $V",
        "RUN cat <<'EOF' > /f\n$V\nEOF",
        "RUN <<EOF\n#!/usr/bin/env python3\nprint($V)\nEOF",
        "RUN # $V\nRUN true",
        "RUN [\"echo\", \"V\"]",
        "CMD echo $V",
        "ENV X=${V:-1}",
        "ENV X='$V' Y=\\$V",
    ] {
        undeclared(&format!("ARG V=1\nFROM alpine:3.22\n{stage}\n"), false);
    }
}

#[test]
fn stages_that_hand_arguments_on() {
    undeclared(
        "ARG V=1\nFROM alpine:3.22 AS a\nARG V\nFROM a\nRUN echo $V\n",
        false,
    );
    undeclared(
        "ARG V=1\nFROM alpine:3.22 AS a\nENV V=2\nFROM a AS b\nFROM b\nRUN echo $V\n",
        false,
    );
    undeclared(
        "ARG V=1\nFROM alpine:3.22 AS a\nARG V\nFROM alpine:3.22\nCOPY --from=a /x /\nRUN echo $V\n",
        true,
    );
    undeclared(
        "ARG V=1\nFROM alpine:3.22 AS a\nONBUILD ARG V\nFROM a\nRUN echo $V\n",
        false,
    );
    undeclared(
        "FROM alpine:3.22\nARG V=1\nFROM alpine:3.22\nRUN echo $V\n",
        false,
    );
    // Through a variable in FROM too.
    undeclared(
        "ARG B=a\nARG V=1\nFROM alpine:3.22 AS a\nARG V\nFROM $B\nRUN echo $V\n",
        false,
    );
    // Once is enough, for what starts from the stage too.
    let parsed = multistage::Parsed::new(
        "ARG V=1\nFROM alpine:3.22 AS a\nRUN echo $V\nRUN echo $V\nFROM a\nRUN echo $V\n",
    );
    assert_eq!(parsed.check(&Checker::new()).iter().count(), 1);
}

#[test]
fn arguments_of_the_platform() {
    undeclared("FROM alpine:3.22\nRUN echo $TARGETARCH\n", true);
    undeclared("FROM example.com/base:1\nRUN echo $TARGETPLATFORM\n", true);
    undeclared(
        "FROM alpine:3.22\nARG TARGETARCH\nRUN echo $TARGETARCH\n",
        false,
    );
    undeclared(
        "FROM --platform=$BUILDPLATFORM alpine:3.22\nRUN true\n",
        false,
    );
}

#[test]
fn what_a_base_may_set() {
    // The image sets it.
    undeclared(
        "ARG NODE_VERSION=22\nFROM node:$NODE_VERSION\nRUN echo $NODE_VERSION\n",
        false,
    );
    undeclared(
        "ARG PYTHON_VERSION=3\nFROM python:3 AS a\nFROM a\nRUN echo $PYTHON_VERSION\n",
        false,
    );
    undeclared(
        "ARG NODE_VERSION=22\nFROM python:3\nRUN echo $NODE_VERSION\n",
        true,
    );
    undeclared("ARG APP=1\nFROM node:22\nRUN echo $APP\n", true);
    // From an image that is not known nothing is concluded.
    let text = "ARG APP=1\nFROM example.com/base:1\nRUN echo $APP\n";
    undeclared(text, false);
    assert_eq!(found_by(&on_empty_bases(), text), ["undeclared-global-arg"]);
    let mut config = ImageConfig::default();
    config.env.insert("APP".to_owned(), "2".to_owned());
    let known = Checker::new().build(Build::new().base("example.com/base:1", config));
    assert_eq!(found_by(&known, text), [""; 0]);
    undeclared("ARG APP=1\nFROM scratch\nLABEL app=$APP\n", true);
}

#[test]
fn shells_that_read_variables_otherwise() {
    let text = "ARG V=1\nFROM alpine:3.22\nSHELL [\"pwsh\", \"-Command\"]\nRUN echo $V\n";
    undeclared(text, false);
    let windows = Checker::new().build(Build::new().platform("windows/amd64").empty_bases());
    assert_eq!(
        found_by(&windows, "ARG V=1\nFROM a:1\nRUN echo $V\n"),
        [""; 0]
    );
}

#[track_caller]
fn secret(text: &str, expected: bool) {
    let text = format!("FROM alpine:3.22\n{text}\n");
    assert_eq!(fires("secret-in-run", &text), expected, "{text}");
}

#[test]
fn secrets_that_are_read() {
    for text in [
        "ARG NPM_TOKEN\nRUN echo $NPM_TOKEN",
        "ARG NPM_TOKEN=\nRUN echo ${NPM_TOKEN}",
        "ARG X DB_PASSWORD\nRUN tool --password=\"$DB_PASSWORD\"",
        "ENV API_KEY=abcxyz\nRUN curl -H \"X-Key: $API_KEY\" https://example.com",
        "ARG TOKEN\nRUN if [ -n \"$TOKEN\" ]; then a; fi",
        "ARG TOKEN\nRUN TOKEN=$TOKEN a",
        "ARG TOKEN\nRUN a ${TOKEN:+--token=$TOKEN}",
        "ARG TOKEN\nRUN <<EOF\na $TOKEN\nEOF",
        "ARG TOKEN\nRUN [\"sh\", \"-c\", \"a $TOKEN\"]",
        "ARG TOKEN\nRUN cat > /root/.netrc <<EOF\npassword $TOKEN\nEOF",
        "ARG TOKEN\nENV TOKEN=$TOKEN\nRUN a $TOKEN",
    ] {
        secret(text, true);
    }
    assert!(fires(
        "secret-in-run",
        "FROM alpine:3.22 AS a\nARG TOKEN\nFROM a\nRUN a $TOKEN\n"
    ));
}

#[test]
fn what_is_no_secret_or_is_not_read() {
    for text in [
        "ARG NPM_TOKEN\nRUN npm ci",
        "ARG NPM_TOKEN\nRUN echo '$NPM_TOKEN' \\$NPM_TOKEN",
        "ARG VERSION\nRUN echo $VERSION",
        "RUN --mount=type=secret,id=t,env=TOKEN a $TOKEN",
        "ARG TOKEN\nRUN --mount=type=secret,id=t,env=TOKEN a $TOKEN",
        "ARG TOKEN\nRUN --mount=type=secret,id=t TOKEN=$(cat /run/secrets/t) && a $TOKEN",
        "ENV GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D\nRUN gpg --recv-keys $GPG_KEY",
        "ENV SIGNING_KEY=A035C8C19219BA82\nRUN gpg --recv-keys $SIGNING_KEY",
        "ARG KEY_URL=https://example.com/key.asc\nRUN curl $KEY_URL",
        "ARG APT_KEY=https://example.com/key.asc\nRUN curl $APT_KEY",
        "ENV SSL_KEY=/etc/ssl/key.pem\nRUN cat $SSL_KEY",
        "ENV SSL_KEY=assets/tls/root.key\nRUN openssl genrsa -out $SSL_KEY",
        "ENV SSL_KEY server.pem\nRUN openssl req -keyout $SSL_KEY",
        "ARG PUBLIC_KEY\nRUN echo $PUBLIC_KEY",
        "ARG TOKEN_FILE\nRUN cat $TOKEN_FILE",
        "ENV USE_AUTH=true\nRUN echo $USE_AUTH",
        "ARG TOKEN\nCMD a $TOKEN",
    ] {
        secret(text, false);
    }
    assert!(!fires(
        "secret-in-run",
        "FROM alpine:3.22 AS a\nARG TOKEN\nFROM alpine:3.22\nCOPY --from=a /x /\nRUN a $TOKEN\n"
    ));
}

#[test]
fn a_secret_is_told_once() {
    let text = "FROM alpine:3.22\nARG TOKEN\nRUN a $TOKEN && b $TOKEN\n";
    let parsed = multistage::Parsed::new(text);
    let report = parsed.check(&Checker::new());
    let rules: Vec<&str> = report.iter().map(|found| found.rule.id).collect();
    assert_eq!(rules, ["secret-in-run"]);
}

#[test]
fn the_same_env() {
    let fires = |text: &str| fires("same-env-reference", &format!("FROM alpine:3.22\n{text}\n"));
    for text in [
        "ENV A=1 B=$A",
        "ENV A=1 B=${A}/x",
        "ENV B=$A A=1",
        "ENV A=1 \\\n    B=2 \\\n    C=\"$B\"",
        "ENV A=1 B=${A:-2}",
        "ENV A=1 B=${C:-$A}",
    ] {
        assert!(fires(text), "{text}");
    }
    for text in [
        "ENV A=1\nENV B=$A",
        "ENV A $B",
        "ENV PATH=/x:$PATH",
        "ENV PATH=/x:$PATH MANPATH=/y:$PATH",
        "ENV A=1 B='$A'",
        "ENV A=1 B=\\$A",
        "ENV A=0\nENV A=1 B=$A",
        "ARG A=0\nENV A=$A B=$A",
        "LABEL a=1 b=$a",
        "ARG A=1 B=$A",
    ] {
        assert!(!fires(text), "{text}");
    }
    assert_eq!(
        found("FROM alpine:3.22 AS a\nENV A=0\nFROM a\nENV A=1 B=$A\n"),
        [""; 0]
    );
}
