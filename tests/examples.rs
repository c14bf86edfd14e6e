//! The examples as their users meet them: help, files that cannot be read, exit statuses, colours.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::{env, fs};

/// The examples that take files.
const EXAMPLES: &[&str] = &[
    "check", "convert", "diff", "format", "graph", "inputs", "merge", "recipe", "resolve",
];

const GOOD: &str = "tests/golden/node.Dockerfile";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the programs. Cargo builds them first, so that they are never old ones.
fn programs() -> &'static Path {
    static PROGRAMS: OnceLock<PathBuf> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let mut command =
            Command::new(env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into()));
        command.args([
            "build",
            "--quiet",
            "--offline",
            "--examples",
            "--all-features",
        ]);
        if !cfg!(debug_assertions) {
            command.arg("--release");
        }
        let status = command.current_dir(root()).status().expect("cargo runs");
        assert!(status.success());
        // This program is in `deps`, beside `examples`.
        let this = env::current_exe().expect("this program is somewhere");
        let folder = this.parent().and_then(Path::parent);
        folder.expect("it is in two folders").join("examples")
    })
}

fn run(example: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(programs().join(example));
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(root())
        .output()
        .expect("it runs")
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A file of these bytes.
fn written(name: &str, bytes: &[u8]) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples");
    fs::create_dir_all(&folder).expect("it can be made");
    let path = folder.join(name);
    fs::write(&path, bytes).expect("it can be written");
    path.to_str().expect("it is UTF-8").to_owned()
}

#[test]
fn every_example_has_help() {
    for example in EXAMPLES {
        let output = run(example, &["--help"], &[]);
        let help = printed(&output);
        assert_eq!(output.status.code(), Some(0), "{example}");
        assert!(help.contains(&format!("--example {example} -- ")), "{help}");
        assert!(help.contains("\n  --help"), "{help}");
        assert!(
            help.lines().all(|line| line.chars().count() <= 110),
            "{help}"
        );
    }
}

#[test]
fn wrong_arguments_are_told_with_the_usage() {
    for example in EXAMPLES {
        for arguments in [&["--no-such-option", GOOD][..], &[]] {
            let output = run(example, arguments, &[]);
            let errors = errors(&output);
            assert_eq!(output.status.code(), Some(2), "{example}: {errors}");
            assert!(
                errors.contains("usage: cargo run --all-features --example"),
                "{errors}"
            );
            assert_eq!(printed(&output), "");
        }
    }
    let output = run("check", &[GOOD, "--target"], &[]);
    assert!(errors(&output).starts_with("`--target` needs a value: STAGE\n"));
    let output = run("check", &["--json=yes", GOOD], &[]);
    assert!(errors(&output).starts_with("`--json` takes no value\n"));
}

/// The first of two files cannot be read: that is reported, and the second is looked at.
#[test]
fn other_files_are_looked_at() {
    let little = written("little.Dockerfile", b"\xff\xfeF\0R\0O\0M\0 \0a\0\n\0");
    let unmarked = written("unmarked.Dockerfile", b"F\0R\0O\0M\0 \0a\0\n\0");
    let big = written("big.Dockerfile", b"\xfe\xff\0F\0R\0O\0M\0 \0a\0\n");
    let latin = written("latin.Dockerfile", b"FROM a\nENV A=\xe9\n");
    let folder = env!("CARGO_TARGET_TMPDIR").to_owned();
    let utf_16 = "the file is UTF-16, and Docker reads UTF-8: save it as UTF-8";
    for (path, what) in [
        (&little, utf_16),
        (&unmarked, utf_16),
        (&big, utf_16),
        (&latin, "the file is not UTF-8: invalid utf-8"),
        (&"no-such-file".to_owned(), "No such file"),
        (&folder, ""),
    ] {
        for (example, arguments) in [
            (
                "check",
                &[
                    path.as_str(),
                    "tests/data/checked.Dockerfile",
                    "--empty-bases",
                ][..],
            ),
            ("convert", &["--to", "json", path, GOOD]),
            ("format", &[path, GOOD]),
            ("graph", &[path, GOOD]),
            ("inputs", &[path, GOOD]),
            ("resolve", &[path, GOOD]),
        ] {
            let output = run(example, arguments, &[]);
            let errors = errors(&output);
            assert!(
                errors.starts_with(&format!("{path}: {what}")),
                "{example}: {errors}"
            );
            assert_eq!(output.status.code(), Some(2), "{example}");
            assert!(!output.stdout.is_empty(), "{example} printed nothing");
        }
    }
    // Those that need all of their files tell all that is wrong.
    for (example, arguments) in [
        ("diff", &["no-such-file", latin.as_str()][..]),
        (
            "merge",
            &[
                "a=no-such-file",
                &format!("b={latin}"),
                &format!("c={GOOD}"),
            ],
        ),
        ("recipe", &["--out", &folder, "no-such-file", &latin]),
    ] {
        let output = run(example, arguments, &[]);
        let errors = errors(&output);
        assert!(errors.starts_with("no-such-file: "), "{example}: {errors}");
        assert!(
            errors.contains(&format!("\n{latin}: ")),
            "{example}: {errors}"
        );
        assert_eq!(output.status.code(), Some(2), "{example}");
        assert_eq!(printed(&output), "", "{example}");
    }
}

#[test]
fn exit_statuses() {
    let warning = written("warning.Dockerfile", b"FROM alpine:3\nCMD run\n");
    let error = written("error.Dockerfile", b"FROM a:1\nFOO\n");
    let ugly = written("ugly.Dockerfile", b"from   alpine:3\n");
    for (example, arguments, status) in [
        ("check", &[GOOD][..], 0),
        ("check", &[&warning], 0),
        ("check", &["--deny-warnings", &warning, GOOD], 1),
        ("check", &[&error, GOOD], 1),
        ("format", &["--check", GOOD], 0),
        ("format", &["--check", &ugly, GOOD], 1),
        ("format", &[&error, GOOD], 1),
        ("graph", &[&error, GOOD], 2),
        ("diff", &[GOOD, GOOD], 0),
        ("diff", &[GOOD, &warning], 1),
        ("diff", &[GOOD], 2),
        ("resolve", &[&error, GOOD], 1),
        ("convert", &[GOOD, "--to", "xml"], 2),
        ("merge", &[GOOD], 2),
    ] {
        let output = run(example, arguments, &[]);
        assert_eq!(
            output.status.code(),
            Some(status),
            "{example} {arguments:?}: {}{}",
            printed(&output),
            errors(&output)
        );
    }
}

/// What an engine lacks is an error, and what means the same to it is written where it is asked for.
#[test]
fn engines() {
    let text =
        b"FROM alpine:3 AS Base\nCOPY --link a /a\nFROM base\nRUN --mount=target=/c,ro=true x\n";
    let path = written("engine.Dockerfile", text);
    let status = |engine: &str| {
        run("check", &["--engine", engine, &path], &[])
            .status
            .code()
    };
    for (engine, expected) in [
        ("podman:5.4", 1),
        ("podman", 1),
        ("buildah:1.39", 1),
        ("kaniko", 1),
        ("classic", 1),
        ("1.3", 1),
        ("1.4", 0),
        ("docker/dockerfile:1.20", 0),
        ("podman:5", 2),
        ("docker", 2),
    ] {
        assert_eq!(status(engine), Some(expected), "{engine}");
    }
    let output = run("check", &["--engine", "docker", &path], &[]);
    assert!(
        errors(&output).contains("`podman:5.4`"),
        "{}",
        errors(&output)
    );
    let output = run("check", &["--fix", "--engine", "podman:5.8", &path], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    let fixed = fs::read_to_string(&path).expect("it is there");
    assert_eq!(
        fixed,
        "FROM alpine:3 AS base\nCOPY --link a /a\nFROM base\nRUN --mount=target=/c,readonly x\n"
    );
}

#[test]
fn formatting_in_place() {
    let path = written("in-place.Dockerfile", b"from   alpine:3\n");
    let output = run("format", &["--write", &path], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert_eq!(printed(&output), "");
    let text = fs::read_to_string(&path).expect("it is there");
    assert_eq!(text, "FROM alpine:3\n");
}

/// Where nobody sees colours there are none; the reports are the same otherwise.
#[test]
fn colours_where_they_are_seen() {
    let arguments = &["--empty-bases", "tests/data/checked.Dockerfile"];
    let report = |variables: &[(&str, &str)]| printed(&run("check", arguments, variables));
    let plain = report(&[]);
    assert!(
        !plain.contains('\u{1b}') && plain.contains("-->"),
        "{plain}"
    );
    let colored = report(&[("CLICOLOR_FORCE", "1")]);
    assert!(colored.contains("\u{1b}[1;33mwarning["), "{colored}");
    assert_eq!(report(&[("NO_COLOR", "1")]), plain);
    let error = written("colours.Dockerfile", b"FROM a:1\nFOO\n");
    for (variables, begins) in [
        (&[][..], "error["),
        (&[("CLICOLOR_FORCE", "1")], "\u{1b}[1;31merror["),
    ] {
        let output = run("format", &[&error], variables);
        assert!(errors(&output).starts_with(begins), "{}", errors(&output));
    }
    // What is printed is not a report: its bytes are those of the file.
    let escape = written("escape.Dockerfile", b"# \x1b[31m\n\nFROM alpine:3\n");
    let output = run("format", &[&escape], &[]);
    assert!(printed(&output).contains('\u{1b}'), "{}", errors(&output));
}

/// The picture of the README. `MULTISTAGE_UPDATE=1 cargo test --all-features --test examples`
/// writes it.
#[test]
fn the_picture_of_the_readme_is_fresh() {
    let chef = "tests/golden/scenarios/02-rust-chef.Dockerfile";
    let picture = printed(&run("graph", &["--svg", chef], &[]));
    let path = root().join("docs/graph.svg");
    if env::var("MULTISTAGE_UPDATE").is_ok_and(|wish| wish == "1") {
        fs::write(&path, &picture).expect("it can be written");
    }
    let committed = fs::read_to_string(&path).expect("it is there");
    assert_eq!(committed.replace("\r\n", "\n"), picture);
    assert_eq!(picture.matches("<rect").count(), 9, "{picture}");
}

/// Text from a Dockerfile stays text in a picture, and stages in a cycle have a place.
#[test]
fn pictures_of_hostile_files() {
    let markup = b"FROM a<b&\"c>\x01 AS one\nFROM one\n";
    let cycle = b"FROM alpine AS a\nCOPY --from=b / /\nFROM a AS b\nCOPY --from=a / /\n";
    for bytes in [&markup[..], cycle, b"FROM scratch\n"] {
        let path = written("picture.Dockerfile", bytes);
        let output = run("graph", &["--svg", &path], &[]);
        if output.status.code() == Some(0) {
            let picture = printed(&output);
            assert!(picture.ends_with("</svg>\n"), "{picture}");
            assert!(
                !picture.contains("a<b") && !picture.contains('\u{1}'),
                "{picture}"
            );
        } else {
            assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
        }
    }
}
