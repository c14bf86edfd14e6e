//! What single instructions come to, and what the resolved view costs.

use std::fmt::Write as _;

use multistage::{
    Dockerfile, Parsed,
    check::Checker,
    resolve::{Build, Effect, ImageConfig, Resolved, ResolvedBase},
};

/// A file on base images that set nothing.
#[track_caller]
fn resolve(text: &str) -> Resolved {
    let file = Dockerfile::parse(text).unwrap_or_else(|report| panic!("{report}"));
    file.resolve(&Build::new().empty_bases())
}

/// The configuration of the last stage.
#[track_caller]
fn config(text: &str) -> ImageConfig {
    let resolved = resolve(text);
    let last = resolved.target().expect("a stage");
    assert!(resolved.is_buildable(last.index()), "{text}");
    last.config()
}

#[track_caller]
fn env(text: &str, name: &str) -> String {
    config(text).env.get(name).cloned().unwrap_or_default()
}

#[track_caller]
fn fails(text: &str, build: Build) -> String {
    let file = Dockerfile::parse(text).unwrap_or_else(|report| panic!("{report}"));
    let report = file.check_with(&Checker::new().build(build));
    let errors: Vec<String> = report.errors().map(|error| error.message.clone()).collect();
    errors.join("; ")
}

#[test]
fn the_last_writer_wins() {
    assert_eq!(env("FROM a\nENV A=1\nARG A=2\nENV B=$A\n", "B"), "2");
    assert_eq!(env("FROM a\nARG A=2\nENV A=1\nENV B=$A\n", "B"), "1");
    // The image says otherwise, and the next stage begins with the image.
    let text = "FROM a AS b\nENV A=1\nARG A=2\nFROM b\nENV B=$A\n";
    assert_eq!(env(text, "B"), "1");
    let text = "FROM a AS b\nARG A=2\nFROM b\nENV B=$A\n";
    assert_eq!(env(text, "B"), "2");
}

#[test]
fn arguments() {
    let text = "ARG A=g\nFROM a\nARG A\nENV B=$A\n";
    assert_eq!(env(text, "B"), "g");
    assert_eq!(env("ARG A=g\nFROM a\nENV B=$A\n", "B"), "");
    assert_eq!(env("ARG A=g\nFROM a\nARG A=s\nARG A\nENV B=$A\n", "B"), "g");
    let file = Dockerfile::parse(text).expect("a file");
    let resolved = file.resolve(&Build::new().arg("A", "x").empty_bases());
    assert_eq!(resolved.stages()[0].config().env["B"], "x");
    assert_eq!(
        env("FROM a\nARG TARGETARCH\nENV B=$TARGETARCH\n", "B"),
        "amd64"
    );
    assert_eq!(
        env("FROM a AS last\nARG TARGETSTAGE\nENV B=$TARGETSTAGE\n", "B"),
        "last"
    );
}

#[test]
fn variables_before_each_instruction() {
    let resolved = resolve("FROM a\nENV A=1\nARG B=$A\nRUN x\n");
    let stage = &resolved.stages()[0];
    let names = |step| {
        stage
            .variables(step)
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(0), ["PATH"]);
    assert_eq!(names(1), ["PATH", "A"]);
    assert_eq!(stage.variables(3)[2], ("B", "1"));
}

#[test]
fn words_of_expose() {
    let ports = |text: &str| Vec::from_iter(config(text).exposed_ports);
    assert_eq!(
        ports("FROM a\nARG P='80 81'\nEXPOSE $P/udp\n"),
        ["80/tcp", "81/udp"]
    );
    // One buffer for the word and for what is after a modifier.
    assert_eq!(ports("FROM a\nEXPOSE 8${P:-0}\n"), ["0/tcp"]);
    assert_eq!(ports("FROM a\nEXPOSE 8\"${P:-0}\"\n"), ["0/tcp"]);
    assert_eq!(ports("FROM a\nEXPOSE 1\"2\"3\n"), ["123/tcp"]);
    assert!(ports("FROM a\nEXPOSE $P\n").is_empty());
}

#[test]
fn a_backslash_at_the_end_of_a_suffix() {
    assert_eq!(env("FROM a\nENV V='a*'\nENV B=${V%*'\\'}\n", "B"), "a");
}

#[test]
fn an_entrypoint_drops_what_was_inherited() {
    let cmd = |text: &str| config(text).cmd.is_some();
    assert!(!cmd(
        "FROM a AS b\nCMD [\"x\"]\nFROM b\nENTRYPOINT [\"e\"]\n"
    ));
    assert!(cmd(
        "FROM a AS b\nFROM b\nCMD [\"x\"]\nENTRYPOINT [\"e\"]\n"
    ));
}

#[test]
fn windows() {
    let file =
        Dockerfile::parse("FROM scratch AS s\nFROM a\nWORKDIR C:\\\\src\nWORKDIR sub\nCMD x\n")
            .expect("a file");
    let build = Build::new().platform("windows/amd64").empty_bases();
    let resolved = file.resolve(&build);
    assert_eq!(resolved.stages()[0].config().working_dir, "\\");
    let config = resolved.stages()[1].config();
    assert_eq!(config.working_dir, "\\src\\sub");
    assert_eq!(config.cmd.expect("a command"), ["cmd", "/S", "/C", "x"]);
    assert!(config.env.is_empty());
    let checker = Checker::new().build(Build::new().platform("win"));
    assert_eq!(
        file.check_with(&checker).diagnostics()[0].rule.id,
        "invalid-build-platform"
    );
}

#[test]
fn an_unknown_base_may_set_anything() {
    let file =
        Dockerfile::parse("FROM a\nENV PATH=/opt:$PATH A=${B:-c} D=e\nWORKDIR sub\nEXPOSE $PORT\n")
            .expect("a file");
    let resolved = file.resolve(&Build::new());
    let stage = &resolved.stages()[0];
    assert!(!stage.is_known());
    let config = stage.config();
    assert_eq!(config.env["PATH"], "/opt:$PATH");
    assert_eq!(config.env["A"], "${B:-c}");
    assert_eq!(config.env["D"], "e");
    assert!(config.exposed_ports.is_empty());
    assert!(resolved.is_buildable(0));
}

#[test]
fn a_known_base() {
    let mut node = ImageConfig::default();
    node.env.insert("PATH".to_owned(), "/usr/bin".to_owned());
    node.on_build = vec![
        "COPY --from=tools /t /t".to_owned(),
        "ENV A=$PATH".to_owned(),
    ];
    let file =
        Dockerfile::parse("FROM busybox AS tools\nFROM node:22\nENV B=$A\n").expect("a file");
    let resolved = file.resolve(&Build::new().base("node:22", node).empty_bases());
    let stage = &resolved.stages()[1];
    assert_eq!(stage.config().env["B"], "/usr/bin");
    assert_eq!(
        resolved.images(1),
        [
            "docker.io/library/busybox:latest",
            "docker.io/library/node:22"
        ]
    );
    assert!(resolved.is_needed(0));
    assert!(matches!(stage.triggered(), [Effect::Copy { .. }]));
    assert!(stage.config().on_build.is_empty());
}

#[test]
fn a_context_replaces_an_image_of_its_name() {
    let text = "FROM docker.io/library/tools:latest\nCOPY --from=docs /a /b\n";
    let mut file = Dockerfile::parse(text).expect("a file");
    file.context("tools");
    file.context("docs");
    let resolved = file.resolve(&Build::new());
    assert!(matches!(
        resolved.stages()[0].base(),
        ResolvedBase::Context(_)
    ));
    assert!(resolved.images(0).is_empty());
}

#[test]
fn bases_that_are_expressions() {
    let text = "ARG OS=linux\nFROM a AS bin-linux\nFROM b AS bin-windows\nFROM bin-${OS}\n";
    let file = Dockerfile::parse(text).expect("a file");
    let base = |build: Build| file.resolve(&build).stages()[2].base().clone();
    assert_eq!(base(Build::new()), ResolvedBase::Stage(0));
    assert_eq!(
        base(Build::new().arg("OS", "windows")),
        ResolvedBase::Stage(1)
    );
    assert_eq!(
        base(Build::new().arg("OS", "mac")),
        ResolvedBase::Image("docker.io/library/bin-mac:latest".to_owned())
    );
    assert_eq!(base(Build::new().arg("OS", "Mac")), ResolvedBase::Invalid);
}

#[test]
fn what_depends_on_the_build() {
    let plain = || Build::new().empty_bases();
    let text = "ARG BASE\nFROM ${BASE}\n";
    assert_eq!(fails(text, Build::new()), "");
    assert_eq!(fails(text, plain()), "the base `${BASE}` is empty");
    assert_eq!(fails(text, plain().arg("BASE", "alpine")), "");
    assert!(Dockerfile::parse(text).expect("a file").render().is_ok());
    assert_eq!(
        fails("FROM a\n", plain().target("b")),
        "the target `b` is not a stage of the file"
    );
    let text = "FROM a\nARG D\nRUN --mount=type=cache,target=${D} true\n";
    assert_eq!(
        fails(text, plain()),
        "the mount would cover everything: its target is `/`"
    );
    assert_eq!(fails(text, plain().arg("D", "/c")), "");
    let text = "FROM a\nRUN --mount=type=secret,id=$A true\n";
    assert_eq!(fails(text, plain()), "a secret needs an `id` or a `target`");
    let text = "FROM a\nCOPY \"a b\" c\n";
    assert!(fails(text, plain()).contains("a quote is not closed"));
    let text = "FROM a\nRUN --device=x true\n";
    assert!(fails(text, plain()).contains("`--device`"));
    assert_eq!(
        fails(
            &format!("# syntax=docker/dockerfile:1-labs\n{text}"),
            plain()
        ),
        ""
    );
}

#[test]
fn a_file_of_any_shape_is_worked_out() {
    let mut doubling = "FROM a\nENV A=aaaaaaaa\n".to_owned();
    for _ in 0..60 {
        doubling.push_str("ENV A=$A$A\n");
    }
    assert!(fails(&doubling, Build::new().empty_bases()).contains("too large"));

    let triggers = format!(
        "FROM a AS b\n{}{}",
        "ONBUILD RUN x\n".repeat(1000),
        "FROM b\n".repeat(1000)
    );
    assert!(fails(&triggers, Build::new().empty_bases()).contains("too large"));
    let few = "FROM a AS b\nONBUILD RUN x\nFROM b\n";
    assert_eq!(fails(few, Build::new().empty_bases()), "");

    let mut chain = "FROM a AS s0\n".to_owned();
    for n in 1..10_000 {
        let _ = write!(
            chain,
            "FROM s{} AS s{n}\nENV V{n}=$PATH\nARG A{n}=${{V{n}}}\n",
            n - 1
        );
    }
    let resolved = resolve(&chain);
    assert_eq!(resolved.stages()[9999].config().env.len(), 10_000);
    assert!(resolved.is_buildable(9999));

    let long = format!("FROM a\nENV A='{}'\nENV B=$A\n", "x ".repeat(30_000));
    assert_eq!(env(&long, "B").len(), 60_000);

    let many = format!("FROM a\nLABEL a={}\n", "$A".repeat(20_000));
    assert_eq!(config(&many).labels["a"], "");

    let ports = format!("FROM a\n{}", "EXPOSE 0-65535 0-65534/udp\n".repeat(2000));
    assert_eq!(config(&ports).exposed_ports.len(), 65_536 + 65_535);
}

#[test]
fn a_report_on_what_was_read_points_into_it() {
    let text = "FROM scratch\nENV   A=${B?no_B}   C=d\n";
    let report = Parsed::new(text).check(&Checker::new());
    let report = report
        .errors()
        .map(|error| (error.message.clone(), error.span()));
    let span = text.find("${B?no_B}").map(|at| at..at + "${B?no_B}".len());
    assert_eq!(
        report.collect::<Vec<_>>(),
        [("`B` is not set: no_B".to_owned(), span)]
    );
}
