//! Fragments, scopes, arguments and packages: what they add to a stage, and what is reported about it.

use insta::assert_snapshot;
use multistage::args::{TARGETARCH, TARGETOS};
use multistage::instruction::{
    Add, Arg, Copy, Env, Label, Mount, Onbuild, Port, Run, Sharing, Signal, User, inline,
};
use multistage::{Dockerfile, Fragment, Packages, Stage, Step, expr, labels, literal};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::cases;
use crate::generator::any_dockerfile;

/// What is below `FROM a`.
#[track_caller]
fn steps(stage: Stage) -> String {
    let mut file = Dockerfile::new();
    file.push(stage);
    let text = file.render().unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(Dockerfile::parse(&text).as_ref(), Ok(&file));
    let steps = text.strip_prefix("FROM a\n").expect("it begins so");
    steps.trim_end().to_owned()
}

fn a() -> Stage {
    Stage::new("a")
}

#[track_caller]
fn report(stage: Stage) -> String {
    let mut file = Dockerfile::new();
    file.push(stage);
    assert!(file.render().is_err());
    file.check().without_origins().to_string()
}

#[test]
fn a_fragment_is_a_value() {
    let fragment = Fragment::new("tools", |stage| {
        stage.comment("why").run("b").workdir("/c").comment("last")
    });
    assert_eq!(fragment, fragment.clone());
    assert_eq!((fragment.name(), fragment.steps().len()), ("tools", 2));
    assert_snapshot!(steps(a().fragment(&fragment).user("d").fragment(fragment).cmd(["e"])), @r#"
    # why
    RUN b
    WORKDIR /c
    # last
    USER d
    # why
    RUN b
    WORKDIR /c
    # last
    CMD ["e"]
    "#);
}

#[test]
fn where_a_step_came_from_is_no_part_of_it() {
    let fragment = Fragment::new("x", |stage| stage.run("b"));
    let by_fragment = a().fragment(&fragment);
    assert_eq!(by_fragment, a().run("b"));
    assert_eq!(by_fragment.steps()[0].fragment(), Some("x"));
    assert_eq!(a().run("b").steps()[0].fragment(), None);
}

#[test]
fn fragments_in_fragments_have_both_names() {
    let inner = Fragment::new("inner", |stage| stage.run("b"));
    let outer = Fragment::new("outer", |stage| stage.user("c").fragment(&inner).user("d"));
    let mut file = Dockerfile::new();
    file.push(a().fragment(&outer).fragment(&inner));
    file.push(a().fragment(&inner).comment("mine").run("e"));
    file.comment_fragments();
    let text = file.render().expect("it renders");
    assert_snapshot!(text, @r"
    FROM a
    # fragment outer
    USER c
    # fragment outer/inner
    RUN b
    # fragment outer
    USER d
    # fragment inner
    RUN b

    FROM a
    # fragment inner
    RUN b
    # end of fragment inner
    # mine
    RUN e
    ");
    // Asking twice changes nothing, and what comes out is read as it was.
    file.comment_fragments();
    assert_eq!(file.render().as_deref(), Ok(text.as_str()));
    assert_eq!(Dockerfile::parse(&text).as_ref(), Ok(&file));
}

#[test]
fn a_name_is_data() {
    let fragment = Fragment::new("x\nRUN evil\u{202e}", |stage| stage.user("a\nb"));
    assert_snapshot!(report(a().fragment(&fragment)), @r#"
    error[unencodable-text]: USER cannot hold a newline
     --> Dockerfile:2:8
      |
    2 | USER "a\u{a}b"
      |        ^^^^^ newline
      = added by the fragment `x\u{a}RUN evil\u{202e}`
    "#);
    let mut file = Dockerfile::new();
    file.push(a().fragment(Fragment::new("x\nRUN evil", |stage| stage.user("b"))));
    file.comment_fragments();
    let text = file.render().expect("it renders");
    assert_snapshot!(text, @r"
    FROM a
    # fragment x
    # RUN evil
    USER b
    ");
}

#[test]
fn a_report_names_fragment_and_line() {
    let mut file = Dockerfile::new();
    file.push(a().fragment(Fragment::new("x", |stage| stage.user("a\nb"))));
    let report = file.check().to_string().replace('\\', "/");
    let told = report
        .lines()
        .last()
        .expect("there is a report")
        .trim_start();
    assert!(
        told.starts_with("= added at tests/it/fragments.rs:"),
        "{told}"
    );
    assert!(told.ends_with(", by the fragment `x`"), "{told}");
}

#[test]
fn a_report_as_data_names_the_fragment() {
    let mut file = Dockerfile::new();
    file.push(
        a().fragment(Fragment::new("x", |stage| stage.user("a\nb")))
            .user("c\nd"),
    );
    let report = serde_json::to_value(file.check()).expect("it is data");
    assert_eq!(report["diagnostics"][0]["fragment"], "x");
    assert!(report["diagnostics"][1].get("fragment").is_none());
}

#[test]
fn mounts_of_a_scope_come_first() {
    let cache = |path: &str| Mount::cache(path);
    let scoped = a()
        .run("before")
        .with_mounts([cache("/outer"), cache("/both")], |stage| {
            stage
                .run("b")
                .with_mounts([cache("/inner")], |stage| stage.run("c"))
                .run(Run::new("d").mount(cache("/both").sharing(Sharing::Locked)))
                .run(Run::new("e").mount(cache("/outer")))
                .instruction(Onbuild::new(Run::new("f")))
                .comment("after")
        })
        .run("after");
    assert_snapshot!(steps(scoped), @r"
    RUN before
    RUN --mount=type=cache,target=/outer \
        --mount=type=cache,target=/both \
        b
    RUN --mount=type=cache,target=/outer \
        --mount=type=cache,target=/both \
        --mount=type=cache,target=/inner \
        c
    RUN --mount=type=cache,target=/outer \
        --mount=type=cache,target=/both,sharing=locked \
        d
    RUN --mount=type=cache,target=/both \
        --mount=type=cache,target=/outer \
        e
    ONBUILD RUN f
    # after
    RUN after
    ");
}

#[test]
fn mounts_without_a_target_are_not_given_twice() {
    let mounts = [Mount::ssh(), Mount::secret("a")];
    let stage = a().with_mounts(&mounts, |stage| {
        stage.run(Run::new("b").mount(Mount::ssh()).mount(Mount::secret("c")))
    });
    assert_snapshot!(steps(stage), @r"
    RUN --mount=type=secret,id=a \
        --mount=type=ssh \
        --mount=type=secret,id=c \
        b
    ");
}

#[test]
fn a_scope_that_returns_another_stage_is_no_harm() {
    let mounts = [Mount::cache("/c")];
    let stage = a().run("b").run("c").with_mounts(mounts, |_| a().run("d"));
    assert_eq!(steps(stage), "RUN d");
}

#[test]
fn a_cache_of_an_architecture_declares_it_once() {
    let cache = Mount::cache("/c").id_per_arch("x");
    let stage = a()
        .user("b")
        .comment("for the run")
        .run(Run::new("c").mount(&cache))
        .run(Run::new("d").mount(cache.clone().uid(expr("$TARGETVARIANT"))));
    assert_snapshot!(steps(stage), @r"
    USER b
    ARG TARGETARCH
    # for the run
    RUN --mount=type=cache,id=x-${TARGETARCH},target=/c \
        c
    ARG TARGETVARIANT
    RUN --mount=type=cache,id=x-${TARGETARCH},target=/c,uid=$TARGETVARIANT \
        d
    ");
}

#[test]
fn an_architecture_that_is_known_is_not_declared_again() {
    let run = || Run::new("c").mount(Mount::cache("/c").id_per_arch("x"));
    let once = |stage: Stage| steps(stage.run(run())).matches("TARGETARCH").count();
    assert_eq!(once(a()), 2);
    assert_eq!(once(a().arg(TARGETARCH)), 2);
    assert_eq!(once(a().arg(Arg::new(TARGETARCH).and(("X", "1")))), 2);
    assert_eq!(once(a().env("TARGETARCH", "amd64")), 2);
    assert_eq!(once(a().env(literal("x"), expr("$TARGETARCH"))), 3);
    assert_eq!(once(a().run("echo $TARGETARCH")), 3);
    assert_eq!(
        once(
            a().arg(TARGETOS)
                .declare_arg(TARGETARCH)
                .declare_arg("TARGETARCH")
        ),
        2
    );
}

#[test]
fn every_text_that_docker_expands_declares() {
    let arch = || expr(format!("{TARGETARCH}"));
    let declares = |stage: Stage| {
        let steps = steps(stage);
        let declared = steps.strip_prefix("ARG TARGETARCH\n");
        declared.is_some_and(|rest| rest.contains("${TARGETARCH}"))
    };
    assert!(declares(a().copy(arch(), "/a")));
    assert!(declares(a().copy("a", arch())));
    assert!(declares(a().copy(["a".into(), arch()], "/a/")));
    assert!(declares(a().copy(inline(arch()), "/a")));
    assert!(declares(
        a().instruction(Copy::new("a", "/a").chown(arch()))
    ));
    assert!(declares(
        a().instruction(Copy::new("a", "/a").chmod(arch()))
    ));
    assert!(declares(a().add(arch(), "/a")));
    assert!(declares(a().instruction(Add::new("a", "/a").chown(arch()))));
    assert!(declares(a().instruction(Add::new("a", "/a").chmod(arch()))));
    assert!(declares(
        a().instruction(Add::new("https://a.b/c", "/a").checksum(arch()))
    ));
    assert!(declares(a().arg(("A", arch()))));
    assert!(declares(a().env("A", arch())));
    assert!(declares(a().env(arch(), "a")));
    assert!(declares(a().env("A", expr("${X:-${TARGETARCH}}"))));
    assert!(declares(a().envs([("A", literal("b")), ("C", arch())])));
    assert!(declares(a().label("a", arch())));
    assert!(declares(a().expose(Port::from(arch()))));
    assert!(declares(a().user(arch())));
    assert!(declares(a().volume(arch())));
    assert!(declares(a().workdir(arch())));
    assert!(declares(a().stopsignal(Signal::from(arch()))));
    // What is the shell's, what runs elsewhere, what says so itself, what is not a platform argument.
    assert!(!declares(a().run("echo ${TARGETARCH}")));
    assert!(!declares(a().cmd("echo ${TARGETARCH}")));
    assert!(!declares(a().onbuild(User::new(arch()))));
    assert!(!declares(a().arg(Arg::new(TARGETARCH).and(("B", arch())))));
    assert!(!declares(a().env("A", literal("${TARGETARCH}"))));
    assert_eq!(steps(a().env("A", expr("$TARGET"))), "ENV A=$TARGET");
}

#[test]
fn every_way_to_add_a_step_declares() {
    let run = || Run::new("c").mount(Mount::cache("/c").id_per_arch("x"));
    let expected = steps(a().run(run()));
    assert!(expected.starts_with("ARG TARGETARCH\n"));
    assert_eq!(steps(a().instruction(run())), expected);
    let kept = run();
    assert_eq!(steps(a().instruction(&kept)), expected);
    let mut stage = a();
    stage.push(run());
    assert_eq!(steps(stage), expected);
    let mut stage = a();
    stage.extend([run()]);
    assert_eq!(steps(stage), expected);
    let mounts = [Mount::cache("/c").id_per_arch("x")];
    assert_eq!(
        steps(a().with_mounts(mounts, |stage| stage.run("c"))),
        expected
    );
    let fragment = Fragment::new("f", |stage| stage.run(run()));
    assert_eq!(steps(a().fragment(&fragment)), expected);
}

#[test]
fn a_fragment_does_not_declare_again() {
    let fragment = Fragment::new("f", |stage| {
        stage
            .declare_arg(TARGETARCH)
            .arg("OTHER")
            .arg(("WITH", "default"))
            .run("b")
    });
    let stage = a().arg("WITH").fragment(&fragment).fragment(&fragment);
    assert_snapshot!(steps(stage), @r"
    ARG WITH
    ARG TARGETARCH
    ARG OTHER
    ARG WITH=default
    RUN b
    ARG WITH=default
    RUN b
    ");
}

#[test]
fn a_fragment_declares_what_it_declares_itself() {
    let fragment = Fragment::new("f", |stage| {
        stage.arg("A").arg(("B", "c")).arg("A").arg("B")
    });
    assert_eq!(
        steps(a().fragment(&fragment)),
        "ARG A\nARG B=c\nARG A\nARG B"
    );
    assert_eq!(
        steps(a().arg("A").fragment(&fragment)),
        "ARG A\nARG B=c\nARG B"
    );
}

/// Of any file: its steps as fragments are its steps, and with comments about them it is read as it is.
#[test]
fn any_steps_can_be_fragments() {
    let outcome = TestRunner::new(cases::many()).run(&any_dockerfile(), |file| {
        let mut pushed = file.clone();
        let mut composed = file;
        let stages = pushed.stages_mut().iter_mut().zip(composed.stages_mut());
        for (n, (pushed, composed)) in stages.enumerate() {
            let steps = std::mem::take(pushed.steps_mut());
            composed.steps_mut().clear();
            let fragment = Fragment::new(format!("f{n}"), |mut stage| {
                stage.extend(steps.clone());
                stage
            });
            *composed = composed.clone().fragment(&fragment);
            pushed.extend(steps);
        }
        prop_assert_eq!(&composed, &pushed);
        composed.comment_fragments();
        let text = composed
            .render()
            .map_err(|report| TestCaseError::fail(report.without_origins().to_string()))?;
        let again =
            Dockerfile::parse(&text).map_err(|report| TestCaseError::fail(report.to_string()))?;
        prop_assert_eq!(&again, &composed, "{}", text);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn a_stage_that_was_read_declares_too() {
    let mut file = Dockerfile::parse("FROM a\nRUN b\n").expect("it can be read");
    file.stages_mut()[0].push(Run::new("c").mount(Mount::cache("/c").id_per_arch("x")));
    let text = file.render().expect("it renders");
    assert!(
        text.contains("RUN b\nARG TARGETARCH\nRUN --mount"),
        "{text}"
    );
}

#[test]
fn many_caches_take_linear_time() {
    let run = Run::new("c").mount(Mount::cache("/c").id_per_arch("x"));
    let mut stage = a();
    stage.extend(std::iter::repeat_n(&run, 20_000));
    assert_eq!(stage.steps().len(), 20_001);
}

#[test]
fn bundles_of_pairs() {
    let common = Env::new("LANG", "C.UTF-8").and("TZ", "UTC");
    let oci = Label::from([(labels::VENDOR, "Acme"), (labels::LICENSES, "MIT")]);
    let stage = a()
        .instruction(&common)
        .instruction(Env::new("A", "b").and_all(&common).and_all([("C", "d")]))
        .instruction(Label::new(labels::TITLE, "api").and_all(oci));
    assert_snapshot!(steps(stage), @r"
    ENV LANG=C.UTF-8 \
        TZ=UTC
    ENV A=b \
        LANG=C.UTF-8 \
        TZ=UTC \
        C=d
    LABEL org.opencontainers.image.title=api \
          org.opencontainers.image.vendor=Acme \
          org.opencontainers.image.licenses=MIT
    ");
}

#[test]
fn values_can_be_added_many_times() {
    let copy = Copy::new("a", "b").link();
    let user = User::new("c");
    let stage = a()
        .instruction(&copy)
        .instruction(&user)
        .instruction(Step::from(&copy).comment("again"));
    assert_snapshot!(steps(stage), @r"
    COPY --link a b
    USER c
    # again
    COPY --link a b
    ");
}

#[test]
fn packages_of_each_manager() {
    let names = ["zsh", "curl", "curl", "git"];
    let all = [
        Packages::apt(names),
        Packages::apk(names),
        Packages::dnf(names),
    ];
    let stage = all.iter().fold(a(), |stage, packages| {
        let cached = packages.clone().cached();
        stage.install(packages).install(cached)
    });
    assert_snapshot!(steps(stage), @r"
    RUN apt-get update \
        && apt-get install -y --no-install-recommends \
            curl \
            git \
            zsh \
        && rm -rf /var/lib/apt/lists/*
    ARG TARGETARCH
    RUN --mount=type=cache,id=apt-cache-${TARGETARCH},target=/var/cache/apt,sharing=locked \
        --mount=type=cache,id=apt-lists-${TARGETARCH},target=/var/lib/apt/lists,sharing=locked \
        rm -f /etc/apt/apt.conf.d/docker-clean \
        && apt-get update \
        && apt-get install -y --no-install-recommends \
            curl \
            git \
            zsh
    RUN apk add --no-cache \
        curl \
        git \
        zsh
    RUN --mount=type=cache,id=apk-${TARGETARCH},target=/var/cache/apk,sharing=locked \
        ln -sfn /var/cache/apk /etc/apk/cache \
        && apk add --update-cache \
            curl \
            git \
            zsh \
        && rm /etc/apk/cache
    RUN dnf install -y --setopt=install_weak_deps=False \
            curl \
            git \
            zsh \
        && dnf clean all
    RUN --mount=type=cache,id=dnf-${TARGETARCH},target=/var/cache/dnf,sharing=locked \
        --mount=type=cache,id=libdnf5-${TARGETARCH},target=/var/cache/libdnf5,sharing=locked \
        dnf install -y --setopt=install_weak_deps=False --setopt=keepcache=True \
        curl \
        git \
        zsh
    ");
}

const APT: [&str; 10] = [
    "g++",
    "0ad",
    "libc6:arm64",
    "python3.12",
    "curl=8.5.0-2ubuntu10.6",
    "nginx=1:1.24.*",
    "git/bookworm-backports",
    "./tool.deb",
    "/tmp/tool_1.0_amd64.deb",
    "libstdc++6",
];

const APK: [&str; 10] = [
    "curl",
    "curl=8.5.0-r0",
    "curl>8",
    "curl>=8",
    "curl~8.5",
    "curl@edge",
    "so:libz.so.1",
    "cmd:bash",
    "py3-pip",
    "./x.apk",
];

const DNF: [&str; 7] = [
    "curl",
    "curl-8.5.0-1.fc40.x86_64",
    "@development-tools",
    "pkgconfig(zlib)",
    "python3-*",
    "/usr/bin/git",
    "./x.rpm",
];

#[test]
fn package_names_that_are_fine() {
    let alone = |packages: Packages| steps(a().install(packages));
    let _ = APT.map(|name| alone(Packages::apt([name])));
    let _ = APK.map(|name| alone(Packages::apk([name])));
    let _ = DNF.map(|name| alone(Packages::dnf([name])));
    let all = [Packages::apt(APT), Packages::apk(APK), Packages::dnf(DNF)];
    steps(all.iter().fold(a(), Stage::install));
}

#[test]
fn package_names_the_shell_would_read() {
    let stage = a()
        .install(Packages::apt(["nginx=1.24.*"]))
        .install(Packages::apk(["curl>8", "git<3"]))
        .install(Packages::dnf(["pkgconfig(zlib)"]));
    assert_snapshot!(steps(stage), @r"
    RUN apt-get update \
        && apt-get install -y --no-install-recommends 'nginx=1.24.*' \
        && rm -rf /var/lib/apt/lists/*
    RUN apk add --no-cache 'curl>8' 'git<3'
    RUN dnf install -y --setopt=install_weak_deps=False 'pkgconfig(zlib)' \
        && dnf clean all
    ");
}

/// Programs that print their arguments stand in for those of the image; nothing else can be found.
#[cfg(unix)]
#[test]
fn the_shell_gets_each_package_as_one_word() {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::process::Command;
    use std::{env, fs};

    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("packages-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the folder can be made");
    for program in ["apt-get", "apk", "dnf", "rm", "ln"] {
        let path = folder.join(program);
        fs::write(&path, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n").expect("it can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be run");
    }
    let names = |packages: &Packages| packages.names().map(str::to_owned).collect::<Vec<_>>();
    let sets = [
        Packages::apt(APT),
        Packages::apk(APK),
        Packages::dnf(DNF),
        // None of these is a package, and none of them is anything else to the shell.
        Packages::apk([
            "$(reboot)",
            "`reboot`",
            "a b",
            "it's",
            "a;b",
            "&&",
            "\\",
            "\"",
            "*",
            "~",
            "#",
            "é",
            "",
        ]),
    ];
    for packages in sets {
        for packages in [packages.clone(), packages.cached()] {
            let run = Run::from(&packages);
            let multistage::instruction::Command::Shell(shell) = &run.command else {
                panic!("it is shell form");
            };
            let output = Command::new("/bin/sh")
                .args(["-euc", &shell.joined()])
                .env_clear()
                .env("PATH", &folder)
                .output()
                .expect("there is a shell");
            let output = String::from_utf8(output.stdout).expect("it is text");
            let words: Vec<&str> = output.lines().collect();
            let names = names(&packages);
            assert!(
                words.windows(names.len()).any(|some| some == names),
                "{words:?} {names:?}"
            );
        }
    }
    fs::remove_dir_all(folder).expect("the folder can be removed");
}

#[test]
fn package_names_that_are_none() {
    let evil = [
        "",
        " ",
        "-",
        "--allow-unauthenticated",
        "-o=Dpkg::Options::=x",
        "curl git",
        "curl;reboot",
        "$(reboot)",
        "`x`",
        "curl&",
        "a|b",
        "a'b",
        "a\"b",
        "a\\",
        "#a",
        "!a",
        "~a",
        "a\nb",
        "a\tb",
        "a\0b",
        "é",
        "\u{feff}a",
        "a\r",
        "*",
        "=1",
        "/",
        "./",
        "<<EOF",
        "a b\nRUN evil",
    ];
    for name in evil {
        for packages in [
            Packages::apt([name]),
            Packages::apk([name]),
            Packages::dnf([name]),
        ] {
            for packages in [
                packages.clone(),
                packages.clone().cached(),
                packages.and(["x", "y", "z"]),
            ] {
                let mut file = Dockerfile::new();
                file.push(a().run(packages));
                let report = file.render().expect_err(name);
                let rules: Vec<&str> = report.errors().map(|found| found.rule.id).collect();
                let told = rules.contains(&"invalid-value") || rules.contains(&"missing-value");
                assert!(told, "{name:?}: {rules:?}");
            }
        }
    }
    // What means something else to apt-get alone.
    for name in ["curl-", "gnome^", "Curl", "a:", "a=", "a/", "a:-"] {
        let mut file = Dockerfile::new();
        file.push(a().install(Packages::apt([name])));
        assert!(file.render().is_err(), "{name}");
    }
}

#[test]
fn a_report_on_packages() {
    let packages = Packages::apt(["git", "curl-", "curl wget", "--yes"]);
    assert_snapshot!(report(a().install(packages)), @r"
    error[invalid-value]: `--yes` is not a valid package
     --> Dockerfile:4:9
      |
    4 |         --yes \
      |         ^^^^^ expected one package such as `curl`, `curl=8.5.0-2` or `libc6:arm64`

    error[invalid-value]: `curl wget` is not a valid package
     --> Dockerfile:5:10
      |
    5 |         'curl wget' \
      |          ^^^^^^^^^ expected one package such as `curl`, `curl=8.5.0-2` or `libc6:arm64`

    error[invalid-value]: `curl-` is not a valid package
     --> Dockerfile:6:9
      |
    6 |         curl- \
      |         ^^^^^ expected one package such as `curl`, `curl=8.5.0-2` or `libc6:arm64`
    ");
    assert_snapshot!(report(a().run(Packages::dnf([""; 0]))), @r"
    error[missing-value]: RUN lacks a package
     --> Dockerfile:2:1
      |
    2 | RUN dnf install -y --setopt=install_weak_deps=False \
      | ^^^ no package
    ");
}
