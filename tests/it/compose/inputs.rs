//! What a build needs from outside.

use multistage::{Dockerfile, Text, inputs::Inputs, literal};

fn parse(text: &str) -> Dockerfile {
    Dockerfile::parse(text).expect("it is read")
}

fn inputs(text: &str) -> Inputs {
    parse(text).inputs()
}

fn paths(text: &str) -> Vec<String> {
    inputs(text).paths.iter().map(Text::to_string).collect()
}

const FILE: &str = "\
# VERSION what is built
ARG VERSION=1.0 TAG
ARG TARGETARCH

FROM --platform=$BUILDPLATFORM golang:$TAG AS build
ARG TARGETOS TARGETARCH VERSION PRICE=\\$5 HTTP_PROXY
COPY go.* ./
RUN --mount=type=bind,source=cmd,target=cmd --mount=type=bind,target=all \\
    --mount=type=secret,id=netrc,target=/root/.netrc --mount=type=secret,id=token,env=TOKEN,required=true \\
    --mount=type=ssh --mount=type=ssh,id=git,required=true --mount=type=cache,target=/c --mount=type=tmpfs,target=/t \\
    --mount=from=busybox,target=/b \\
    make
RUN --mount=type=secret,id=netrc --mount=type=secret,target=/run/pass --network=host --security=insecure --device=a.b/c make

# test runs the tests
FROM build AS test
COPY --exclude=x test data/$VERSION /t/

FROM scratch AS files
ADD local.tar https://example.com/a.tar git@example.com:a/b <<f /x/
f

FROM alpine
COPY --from=build /a /
COPY --from=docs /d /
COPY <<\"a\" /b
c
a
";

#[test]
fn everything() {
    let mut file = parse(FILE);
    file.context("docs");
    file.context("unused");
    insta::assert_debug_snapshot!("inputs", file.inputs());
}

#[test]
fn everything_as_data() {
    let mut file = parse(FILE);
    file.context("docs");
    let json = serde_json::to_string_pretty(&file.inputs()).expect("it is data");
    insta::assert_snapshot!("inputs_json", json);
}

#[test]
fn nothing() {
    assert_eq!(Dockerfile::new().inputs(), Inputs::default());
}

#[test]
fn arguments() {
    let arg = |text: &str| {
        let arg = inputs(text).args.into_iter().next().expect("there is one");
        (arg.default, arg.required)
    };
    assert_eq!(arg("ARG V\nFROM a:$V\n"), (None, true));
    assert_eq!(arg("ARG V\nFROM --platform=$V a\n"), (None, true));
    assert_eq!(arg("ARG V=\nFROM a:$V\n"), (Some(literal("")), false));
    assert_eq!(arg("ARG V\nFROM a:${V:-1}\n"), (None, false));
    assert_eq!(arg("ARG W\nARG V\nFROM a:${V:-$W}\n"), (None, false));
    assert_eq!(arg("FROM a\nARG V\nRUN $V\nENV A=$V\n"), (None, false));
    assert_eq!(arg("FROM a\nARG V\nENV A=${V:?no}\n"), (None, true));
    assert_eq!(arg("FROM a\nARG V\nARG W=${V?no}\n"), (None, true));
    assert_eq!(
        arg("FROM a\nARG V\nFROM b\nARG V=2\n"),
        (Some(literal("2")), false)
    );
    // With a default it is an argument like any other.
    assert_eq!(
        arg("FROM a\nARG TARGETARCH=arm64\n"),
        (Some(literal("arm64")), false)
    );
    assert!(
        inputs("FROM a\nARG TARGETARCH BUILDOSVERSION TARGETSTAGE\n")
            .args
            .is_empty()
    );
    assert_eq!(inputs("FROM a\nARG TARGET BUILDX\n").args.len(), 2);
}

#[test]
fn triggers_count_where_they_run() {
    let trigger = "FROM a AS b\nONBUILD COPY x /\nONBUILD ARG V\n";
    assert!(paths(trigger).is_empty());
    let here = format!("{trigger}FROM b\n");
    assert_eq!(paths(&here), ["x"]);
    assert_eq!(inputs(&here).args.len(), 1);
}

#[test]
fn targets_are_built_for_their_own_sake() {
    let targets = |file: &Dockerfile| -> Vec<String> {
        let targets = file.inputs().targets.into_iter();
        let name = |name: Option<multistage::StageName>| {
            name.map_or("-".to_owned(), |name| name.to_string())
        };
        targets
            .map(|target| {
                format!(
                    "{}{}",
                    name(target.name),
                    if target.default { "!" } else { "" }
                )
            })
            .collect()
    };
    let mut file = parse(
        "FROM a AS base\nFROM base AS api\nFROM base AS web\nFROM a\nFROM bin-$X AS app\nFROM $Y\n",
    );
    assert_eq!(targets(&file), ["-!"]);
    drop(file.remove("app").expect("it is there"));
    file.target("base");
    assert_eq!(targets(&file), ["base", "-!"]);
    let file = parse("FROM a AS base\nFROM base AS api\nFROM base AS web\nFROM base\n");
    assert_eq!(targets(&file), ["api", "web", "-!"]);
}

#[test]
fn contexts_stand_for_images() {
    let mut file = parse("FROM alpine:latest\nCOPY --from=docker.io/library/busybox /a /b\n");
    file.context("alpine");
    file.context("busybox");
    let inputs = file.inputs();
    assert_eq!(inputs.contexts.len(), 2);
    assert!(inputs.images.is_empty());
}

/// The ids of secrets and agents, with the values that the file gives the variables in them.
/// A secret without an id is called like the last part of its target.
#[test]
fn secrets_named_by_targets() {
    let found = |mount: &str| {
        let inputs = inputs(&format!("FROM a\nRUN --mount=type=secret,{mount} x\n"));
        let mut secrets = inputs.secrets.into_iter();
        secrets.next().map(|secret| (secret.id, secret.targets))
    };
    let case = |id: &str, target: &str| Some((id.to_owned(), vec![target.to_owned()]));
    assert_eq!(found("target=/run/a"), case("a", "/run/a"));
    assert_eq!(found("target=/run/a//"), case("a", "/run/a//"));
    assert_eq!(found("target=/"), case("/", "/"));
    assert_eq!(found("id=x/y"), case("x/y", "/run/secrets/y"));
}

#[test]
fn secrets_named_by_variables() {
    let found = |text: &str| {
        let inputs = inputs(text);
        let secrets = inputs.secrets.into_iter().map(|secret| secret.id);
        let ssh = inputs.ssh.into_iter().map(|agent| agent.id);
        Vec::from_iter(secrets.chain(ssh))
    };
    let text = "\
ARG X=glob
FROM a AS b
ARG X
ENV Y=y$X
ONBUILD ENV Y=z
ONBUILD RUN --mount=type=secret,id=o$Y true
FROM b
ARG X=own
RUN --mount=type=secret,id=$Y-$X true
ARG TARGETARCH Q
RUN --mount=type=secret,id=q-$TARGETARCH --mount=type=secret,id=q$Q --mount=type=secret,id=$HOME true
RUN --mount=type=secret,id=${Z:-dflt} --mount=type=ssh,id=s${X}s true
RUN --mount=type=secret,target=/a/$X true
";
    assert_eq!(
        found(text),
        [
            "oz",
            "z-own",
            "q-$TARGETARCH",
            "q$Q",
            "$HOME",
            "${Z:-dflt}",
            "own",
            "sowns"
        ]
    );
    // One id, however it is spelled.
    let text = "FROM a\nARG X=k\nRUN --mount=type=secret,id=$X,env=V_$X --mount=type=secret,id=k,target=/$X/t a\n";
    let secrets = inputs(text).secrets;
    assert_eq!(secrets.len(), 1);
    assert_eq!(secrets[0].variables, ["V_k"]);
    assert_eq!(secrets[0].targets, ["/k/t"]);
    // Without a target it is a file of the last part of its id.
    let secrets = inputs("FROM a\nRUN --mount=type=secret,id=a/b a\n").secrets;
    assert_eq!(secrets[0].targets, ["/run/secrets/b"]);
    // An empty id is none.
    let text =
        "FROM a\nENV E=\nRUN --mount=type=secret,id=$E,target=/a/b/ --mount=type=ssh,id=$E a";
    assert_eq!(found(text), ["b", "default"]);
}
