//! Every instruction with every flag and in every form, as it is rendered. The snapshots are the output style.

use std::time::Duration;

use multistage::instruction::{
    Add, Arg, Chmod, Cmd, Command, Copy, CopySource, Device, Entrypoint, Env, Expose, Healthcheck,
    Label, Mount, Network, Onbuild, Port, Run, Security, Sharing, Shell, Stopsignal, User, Volume,
    Workdir, inline, literal_path,
};
use multistage::{
    CheckDirective, Comment, Dockerfile, Escape, Image, Platform, Stage, StageName, Step, expr,
    literal,
};

use crate::{outside, spec};

/// Renders a file, compares it with its snapshot, reads it again, and keeps it for the tools outside.
#[track_caller]
fn t(name: &str, file: &Dockerfile) {
    let text = match file.render() {
        Ok(text) => text,
        Err(report) => panic!("{name} is rejected\n{report}"),
    };
    assert!(
        text.ends_with('\n') && !text.ends_with("\n\n"),
        "{name} ends in {text:?}"
    );
    let trailing = |line: &str| line.ends_with([' ', '\t']);
    assert!(
        !text.lines().any(trailing),
        "{name} has spaces at the end of a line"
    );
    let read = spec::read(&text).expect("what is rendered can be read");
    let found: Vec<_> = read
        .instructions
        .iter()
        .map(|it| it.keyword.as_str())
        .collect();
    let meant: Vec<_> = outside::instructions(file)
        .iter()
        .map(|it| it.keyword)
        .collect();
    assert_eq!(found, meant, "{name} has other instructions");
    match Dockerfile::parse(&text) {
        Ok(again) => assert_eq!(again, *file, "{name} is read otherwise"),
        Err(report) => panic!("{name} cannot be read\n{report}"),
    }
    outside::keep(name, file, &text);
    insta::assert_snapshot!(name, text);
}

/// A stage with these steps, in a file of its own.
#[track_caller]
fn steps<I: Into<Step>>(name: &str, steps: impl IntoIterator<Item = I>) {
    let mut stage = Stage::new("a");
    stage.extend(steps);
    t(name, &only(stage));
}

fn only(stage: Stage) -> Dockerfile {
    let mut file = Dockerfile::new();
    file.push(stage);
    file
}

fn with_backtick(mut file: Dockerfile) -> Dockerfile {
    file.set_escape(Escape::Backtick);
    file
}

// ADD and COPY.

const SUM: &str = "sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d";

#[test]
fn add() {
    let git = "https://github.com/moby/buildkit.git#v0.10.1";
    steps(
        "add",
        [
            Add::new("rootfs.tar.gz", "/"),
            Add::new("https://example.com/a.txt", "/a.txt").checksum(SUM),
            Add::new("https://example.com/a.txt", "/a.txt").checksum(expr("$SUM")),
            Add::new(git, "/src").keep_git_dir(true),
            Add::new(git, "/src").keep_git_dir(false),
            Add::new("git@github.com:moby/buildkit.git", "/src").checksum("0123abc"),
            Add::new("a.tar", "/").unpack(true),
            Add::new("a.tar", "/").unpack(false),
            Add::new("a", "/b").chown("app:app"),
            Add::new("a", "/b").chmod(0o644),
            Add::new("a", "/b").link(),
            Add::new(".", "/b").exclude("*.md").exclude("!README.md"),
            Add::new(["a", "b c"], "/d e/"),
            Add::new(inline("x"), "/y"),
            Add::new("https://example.com/a.tar", "/all/")
                .exclude("docs")
                .unpack(true)
                .keep_git_dir(false)
                .link()
                .chmod("u=rw,go=r")
                .chown((10001, 10002))
                .checksum(SUM),
        ],
    );
}

#[test]
fn copy() {
    steps(
        "copy",
        [
            Copy::new("a", "/b"),
            Copy::new(["package.json", "package-lock.json"], "./"),
            Copy::new("*.json", "/srv/"),
            Copy::new("a", "/b").with_from(Image::new("busybox:1.37")),
            Copy::new("a", "/b").with_from(Image::scratch()),
            Copy::new("a", "/b").chown("app"),
            Copy::new("a", "/b").chown(1000),
            Copy::new("a", "/b").chown(expr("$USER:${GROUP:-app}")),
            Copy::new("a", "/b").chmod(0o4755),
            Copy::new("a", "/b").chmod("u+x"),
            Copy::new("a", "/b").chmod(expr("$MODE")),
            Copy::new("a", "/b").link(),
            Copy::new("a/./b", "/c/").parents(),
            Copy::new(".", "/b").exclude("**/*.txt").exclude("a b"),
            Copy::new(".", "/all/")
                .exclude("x")
                .exclude("y")
                .parents()
                .link()
                .chmod(Chmod::from("755"))
                .chown("app:app")
                .with_from(Image::new("ghcr.io/acme/base@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d")),
        ],
    );
}

#[test]
fn copy_from_a_stage_and_a_context() {
    let mut file = Dockerfile::new();
    let build = file.stage("build", Stage::new("rust:1.85"));
    let docs = file.context("docs-site");
    file.push(
        Stage::new("scratch")
            .copy_from(&build, "/out/app", "/usr/bin/")
            .copy_from(StageName::new("Build"), ["/a", "/b"], "/c/")
            .copy_from(&docs, "/", "/usr/share/docs/")
            .run(Run::new("x").mount(Mount::bind("/b").with_from(&build).source("/out")))
            .run(Run::new("x").mount(Mount::bind("/b").with_from(&docs)))
            .onbuild(Copy::new("a", "/b").with_from(Image::new("busybox"))),
    );
    t("copy-from", &file);
}

/// The space form where every path is a bare word, else JSON.
#[test]
fn copy_paths() {
    steps(
        "copy-paths",
        [
            Copy::new("a", "a b"),
            Copy::new("read me.txt", "/docs/"),
            Copy::new(literal("$HOME"), "/a"),
            Copy::new(expr("/src/$NAME"), expr("/dst/${NAME}/")),
            Copy::new(expr("/src/$NAME"), "/with space/"),
            Copy::new("it's", "/a"),
            Copy::new("say \"hi\"", "/a"),
            Copy::new("--link", "/a"),
            Copy::new("[ab].txt", "/a/"),
            Copy::new("a[b].txt", "/a/"),
            Copy::new("<<EOF", "/a"),
            Copy::new("C:\\x", "C:\\"),
            Copy::new("", "."),
            Copy::new("ünï", "/d/"),
            Copy::new("a\nb", "/d/"),
            Copy::new(" lead", "trail "),
        ],
    );
}

#[test]
fn copy_of_literal_file_names() {
    steps(
        "copy-file",
        [
            Copy::new(literal_path("plain.txt"), "/a/"),
            Copy::new(literal_path("what?.txt"), "/a/"),
            Copy::new(literal_path("a*b[c]^d\\e"), "/a/"),
            Copy::new(literal_path("x^y"), "/a/"),
            Copy::new(literal_path("user@host:path"), "/a/"),
            Copy::new(literal_path("https://example.com"), "/a/"),
            Copy::new([literal_path("a*"), CopySource::from("b*")], "/a/"),
            Copy::new(literal_path("$5"), "/a/"),
        ],
    );
}

#[test]
fn copy_of_inline_files() {
    steps(
        "copy-inline",
        [
            Step::from(Copy::new(
                inline("$HOME stays\n\n  # and this\n\\\n"),
                "/etc/motd",
            )),
            Copy::new(inline("no newline"), "/a").into(),
            Copy::new(inline(""), "/empty").into(),
            Copy::new(
                inline(expr("home of $USER: \\ \"$HOME\" ${X:-}\n")),
                "/etc/home",
            )
            .into(),
            Copy::new(inline(literal("$5")), "/etc/price").into(),
            Copy::new(inline("EOF\nEOF1\n"), "/etc/end").into(),
            Copy::new(inline("x").name("app.conf"), "/etc/")
                .chmod(0o600)
                .into(),
            Copy::new(
                [inline("x").name("a"), inline(expr("$Y")).name("b")],
                "/etc/",
            )
            .into(),
            Copy::new(
                [CopySource::from("c"), inline("x").name("d").into()],
                "/etc/",
            )
            .link()
            .into(),
            Run::new("after the last").into(),
        ],
    );
}

// ARG, ENV, LABEL.

#[test]
fn arg() {
    let mut file = Dockerfile::new();
    file.arg("GLOBAL");
    file.arg(("VERSION", "1.2"));
    file.arg(
        Arg::new("A")
            .default("x y")
            .and("B")
            .and(("C", expr("$A-${VERSION}"))),
    );
    file.arg(
        Arg::new("D")
            .describe("what it is")
            .and(Arg::new("E").default("").describe("and this")),
    );
    file.push(
        Stage::new("a")
            .arg("GLOBAL")
            .arg(("PRICE", literal("$5")))
            .arg(("Q", "say \"hi\""))
            .arg(("PATHS", expr("${GLOBAL:-/a}:$B")))
            .arg(Arg::new("F").describe("described here"))
            .arg(Arg::new("G").and(("H", "")).and("I")),
    );
    t("arg", &file);
}

#[test]
fn env() {
    steps(
        "env",
        [
            Env::new("A", "x"),
            Env::new("A", ""),
            Env::new("GREETING", "say \"hi\""),
            Env::new("A", "it's"),
            Env::new("A", "a b")
                .and("B", "c")
                .and("PATH", expr("/opt/bin:$PATH"))
                .and("PRICE", literal("$5 off")),
            Env::new("WINPATH", "C:\\tools\\"),
            Env::new("my key", "v")
                .and("#k", "v")
                .and("--x", "v")
                .and(expr("${P}_X"), "v"),
            Env::new("A", expr("${B:-a b}"))
                .and("C", expr("${D%.git}"))
                .and("E", expr("${F/a/b}")),
            Env::new("A", expr("${B:+\"$C\"}")).and("D", expr("${E:-}}")),
            Env::new("A", "#x")
                .and("B", "<<EOF")
                .and("C", "[\"a\"]")
                .and("D", "--x")
                .and("E", "ünï\u{a0}ï"),
            Env::new("A", literal("$(whoami)") + expr("/$B")),
        ],
    );
}

#[test]
fn label() {
    steps(
        "label",
        [
            Label::new("a", "b"),
            Label::new("org.opencontainers.image.title", "My app")
                .and("org.opencontainers.image.version", expr("$VERSION"))
                .and("note", "a 'quoted' note")
                .and("empty", ""),
            Label::new("with blank", "x"),
        ],
    );
}

// CMD, ENTRYPOINT, RUN, HEALTHCHECK, SHELL.

#[test]
fn cmd() {
    steps(
        "cmd",
        [
            Cmd::new(["node", "server.js"]),
            Cmd::new("node server.js"),
            Cmd::new(Command::exec::<&str>([])),
            Cmd::new(Command::shell("")),
            Cmd::new("--help"),
            Cmd::new("[ -f x ] && y"),
            Cmd::new("echo <<EOF"),
            Cmd::new(["say \"hi\"", "a\\b", "$HOME", "é\n\t\u{1}", ""]),
            Cmd::new(Command::lines(["a;", "b"])),
        ],
    );
}

#[test]
fn entrypoint() {
    steps(
        "entrypoint",
        [
            Entrypoint::new(["/server"]),
            Entrypoint::new("exec /server $OPTIONS"),
            Entrypoint::new(Command::exec::<&str>([])),
            Entrypoint::new(Command::chain(["a", "b"])),
        ],
    );
}

#[test]
fn run() {
    steps(
        "run",
        [
            Run::new("npm ci"),
            Run::new(["npm", "ci"]),
            Run::new("echo \"$HOME\" 'x' # y \\ z"),
            Run::new("--looks like a flag"),
            Run::new("[ -f x ]"),
            Run::new("echo don't <<EOF"),
            Run::new("cat<<EOF"),
            Run::chain([
                "apt-get update",
                "apt-get install -y \\\n    curl \\\n    git",
                "rm -rf /var/lib/apt/lists/*",
            ]),
            Run::chain(["one"]),
            Run::chain(["echo 'a b'", "true # the end"]),
            Run::chain(["a; b", "c || d", "e &"]),
            Run::lines(["Write-Host a;", "  Write-Host b;", "Write-Host c"]),
            Run::lines(["printf 'a", "b'"]),
            Run::script("set -e\napk add git\n\n# a comment of the script\ngit --version"),
            Run::script("#!/usr/bin/env python3\nprint('x')\n"),
            Run::script("cat <<EOF\nx\nEOF\n"),
            Run::script(""),
            Run::new(Command::shell("cat <<END > /motd").heredoc("hello\n")),
            Run::new(
                Command::shell("cat <<-A <<\"B\" | sh")
                    .heredoc("\ta")
                    .heredoc("b"),
            ),
            Run::new("after the heredocs"),
        ],
    );
}

#[test]
fn commands_that_end_in_the_escape() {
    steps::<Step>(
        "commands-that-end-in-the-escape",
        [
            Run::new("dir c:\\").into(),
            Run::lines(["dir c:\\\\", "/b d:\\"]).into(),
            Cmd::new("dir c:\\").into(),
            Run::new(Command::shell("cat <<EOF \\").heredoc("x")).into(),
        ],
    );
}

#[test]
fn run_flags() {
    steps(
        "run-flags",
        [
            Run::new("x").network(Network::Default),
            Run::new("x").network(Network::None),
            Run::new("x").network(Network::Host),
            Run::new("x").security(Security::Sandbox),
            Run::new("x").security(Security::Insecure),
            Run::new("x").device("vendor.com/gpu=all"),
            Run::new("x").device(Device::new("vendor.com/gpu").required()),
            Run::new("x").device(Device::new("name=x")),
            Run::new("x").mount(Mount::ssh()),
            Run::new("x")
                .network(Network::None)
                .security(Security::Insecure),
            Run::new("#x").mount(Mount::ssh()),
            Run::new("--x").mount(Mount::ssh()),
            Run::new(["x", "y"]).mount(Mount::ssh()),
            Run::new(Command::shell("")).mount(Mount::ssh()),
            Run::chain(["x", "y"])
                .mount(Mount::ssh())
                .mount(Mount::secret("s")),
            Run::script("x").mount(Mount::ssh()),
            Run::new("all")
                .mounts([Mount::cache("/a"), Mount::tmpfs("/b")])
                .device("c.d/e=f")
                .device("g.h/i=j")
                .security(Security::Sandbox)
                .network(Network::Default),
        ],
    );
}

/// Every type of mount, each with every key that it takes.
#[test]
fn run_mounts() {
    let run = |mount: Mount| Run::new("x").mount(mount);
    steps(
        "run-mounts",
        [
            run(Mount::bind("/b")),
            run(Mount::bind("/b")
                .source("/s")
                .with_from(Image::new("busybox"))
                .readwrite()),
            run(Mount::bind("/b").readonly()),
            run(Mount::cache("/c")),
            run(Mount::cache("/c")
                .gid(2)
                .uid(1)
                .mode(0o700)
                .sharing(Sharing::Locked)
                .source("/s")
                .with_from(Image::new("busybox"))
                .id("i")
                .readonly()),
            run(Mount::cache("/c").sharing(Sharing::Shared).readwrite()),
            run(Mount::cache("/c").sharing(Sharing::Private)),
            run(Mount::tmpfs("/t")),
            run(Mount::tmpfs("/t").size("64m").readonly()),
            run(Mount::tmpfs("/t").size(1024).readwrite()),
            run(Mount::secret("s")),
            run(Mount::secret("s")
                .target("/s")
                .env("S")
                .mode(0o400)
                .uid(1)
                .gid(2)
                .required()),
            run(Mount::ssh()),
            run(Mount::ssh()
                .id("i")
                .target("/s")
                .mode(0o600)
                .uid(1)
                .gid(2)
                .required()),
        ],
    );
}

#[test]
fn run_mount_values() {
    let cache = || Mount::cache("/c");
    let run = |mount: Mount| Run::new("x").mount(mount);
    steps(
        "run-mount-values",
        [
            run(cache().id("a b")),
            run(cache().id("a,b")),
            run(cache().id("a\"b")),
            run(cache().id("a'b\\c")),
            run(cache().id(literal("$HOME"))),
            run(cache().id(expr("$TARGETARCH-${X:-y}"))),
            run(Mount::cache(expr("/c/$X"))
                .mode(expr("$M"))
                .uid(expr("$U"))
                .gid(expr("$G"))),
            run(Mount::tmpfs("/t").size(expr("${S:-64m}"))),
            run(cache().id("<<EOF")),
        ],
    );
}

#[test]
fn healthcheck() {
    let check = || Healthcheck::new("curl -f http://localhost/");
    let seconds = Duration::from_secs;
    steps(
        "healthcheck",
        [
            Healthcheck::none(),
            check(),
            Healthcheck::new(["curl", "-f", "http://localhost/"]),
            check().interval(seconds(30)),
            check().timeout(Duration::from_millis(1500)),
            check().start_period(seconds(90)),
            check().start_interval(Duration::ZERO),
            check().retries(3),
            Healthcheck::new("--x"),
            Healthcheck::new("--x").retries(0),
            Healthcheck::new(Command::chain(["a", "b"])).retries(1),
            Healthcheck::new(["a", "b c"])
                .retries(5)
                .start_interval(seconds(3600))
                .start_period(Duration::from_nanos(1_234_567_891))
                .timeout(Duration::from_micros(1500))
                .interval(seconds(90)),
        ],
    );
}

#[test]
fn shell() {
    steps(
        "shell",
        [
            Shell::new(["/bin/bash", "-eu", "-o", "pipefail", "-c"]),
            Shell::new(["powershell", "-Command", "$x = \"y\";"]),
        ],
    );
}

// USER, WORKDIR, STOPSIGNAL, MAINTAINER, EXPOSE, VOLUME.

#[test]
fn rest_of_line() {
    steps(
        "rest-of-line",
        [
            Step::from(User::new("10001:10001")),
            User::new(expr("${USER}:$GROUP")).into(),
            User::new("").into(),
            User::new("a b").into(),
            User::new(literal("$x")).into(),
            Workdir::new("/srv/my app").into(),
            Workdir::new("--x").into(),
            Workdir::new(" x").into(),
            Workdir::new("C:\\src").into(),
            Workdir::new(expr("/srv/$NAME x")).into(),
            Workdir::new("it's").into(),
            Stopsignal::new("SIGTERM").into(),
            Stopsignal::new("term").into(),
            Stopsignal::new(9).into(),
            Stopsignal::new("SIGRTMIN+3").into(),
            Stopsignal::new(expr("$SIGNAL")).into(),
        ],
    );
}

#[test]
#[expect(deprecated, reason = "it has to be written right all the same")]
fn maintainer() {
    use multistage::instruction::Maintainer;
    steps(
        "maintainer",
        [
            Maintainer::new("A. U. Thor <a@example.com>"),
            Maintainer::new("--x \"y\" $z \\ é"),
        ],
    );
}

#[test]
fn expose() {
    steps(
        "expose",
        [
            Expose::from(8080),
            Expose::from("53/udp"),
            Expose::new([Port::tcp(443), Port::udp(53), Port::sctp(5000)]),
            Expose::new([Port::from(9000..=9002), Port::from("9100-9102/udp")]),
            Expose::new([
                "80/TCP",
                "127.0.0.1:80:8080",
                "[::1]:80:80",
                "8000-8001:9000-9001",
            ]),
            Expose::new([
                Port::from(expr("$PORT")),
                Port::from(expr("${PORT:-80}/tcp")),
                Port::from(0),
            ]),
        ],
    );
}

#[test]
fn volume() {
    steps(
        "volume",
        [
            Volume::from("/data"),
            Volume::new([
                "/a",
                "/b c",
                "it's",
                "say \"hi\"",
                " lead",
                "C:\\x",
                "<<EOF",
            ]),
            Volume::new([expr("$DATA"), expr("/x y/${Z}"), literal("$5")]),
        ],
    );
}

// ONBUILD.

#[test]
fn onbuild() {
    steps(
        "onbuild",
        [
            Onbuild::new(Add::new("a", "/b").link()),
            Onbuild::new(Arg::new("A").default("b c").and("D")),
            Onbuild::new(Cmd::new(["a"])),
            Onbuild::new(Cmd::new("--a")),
            Onbuild::new(Copy::new([".", "a b"], "/app/").chown("app")),
            Onbuild::new(Copy::new(inline("x\ny"), "/z")),
            Onbuild::new(Entrypoint::new("a")),
            Onbuild::new(Env::new("A", "b c").and("D", "e")),
            Onbuild::new(Expose::from(80)),
            Onbuild::new(Healthcheck::none()),
            Onbuild::new(Healthcheck::new("a").retries(1)),
            Onbuild::new(Label::new("a", "b").and("c", "d e")),
            Onbuild::new(Run::new("npm ci")),
            Onbuild::new(Run::chain(["a", "b"]).mount(Mount::cache("/c"))),
            Onbuild::new(Run::script("a\nb")),
            Onbuild::new(Run::new(Command::shell("cat <<A >b").heredoc("c"))),
            Onbuild::new(Shell::new(["sh", "-c"])),
            Onbuild::new(Stopsignal::new("SIGINT")),
            Onbuild::new(User::new("a")),
            Onbuild::new(Volume::from("/a b")),
            Onbuild::new(Workdir::new("/a b")),
        ],
    );
}

// FROM, and what belongs to the file.

#[test]
fn from() {
    let mut file = Dockerfile::new();
    let version = file.arg(("VERSION", "22"));
    let base = file.stage("Base", Stage::new(format!("node:{version}-alpine")));
    file.stage("a-b_c.1", Stage::new(&base));
    file.push(Stage::new("scratch"));
    file.push(Stage::new(Image::scratch()).platform("linux/arm64/v8"));
    file.stage(
        "build",
        Stage::new("golang:1.24").platform(Platform::build()),
    );
    file.stage("target", Stage::new("ghcr.io/acme/base@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d").platform(Platform::target()));
    file.push(Stage::new("localhost:5000/a/b:c").platform(expr("${P:-linux/amd64}")));
    file.push(Stage::new("mcr.microsoft.com/windows").platform("windows(10.0.17763)/amd64"));
    let context = file.context("rootfs");
    file.push(Stage::new(&context));
    t("from", &file);
}

#[test]
fn directives() {
    let mut file = only(Stage::new("a"));
    file.set_syntax("docker/dockerfile:1");
    t("directive-syntax", &file);
    file.set_escape(Escape::Backslash);
    file.set_check_directive(
        CheckDirective::new()
            .skip("JSONArgsRecommended")
            .skip("StageNameCasing")
            .error(true)
            .experimental("all"),
    );
    t("directives", &file);
    file.header("Generated. Do not edit.\n\nSecond paragraph.");
    file.arg("A");
    t("directives-header", &file);
}

#[test]
fn comments() {
    let mut file = Dockerfile::new();
    file.header("The header.");
    file.arg(Arg::new("A").describe("what A is"));
    file.stage(
        "test",
        Stage::new("a")
            .header("Above the stage.")
            .describe("runs the tests")
            .comment("above the first step")
            .run("x")
            .comment("two\nlines")
            .comment("")
            .comment("#### a ruler ####")
            .run("y")
            .check_directive(CheckDirective::new().skip("all"))
            .cmd("z")
            .instruction(Step::from(User::new("app")).comment("given with the step"))
            .comment("last of the stage"),
    );
    file.push(
        Stage::new("b")
            .header("Above the second.")
            .workdir("/w")
            .comment("the end"),
    );
    t("comments", &file);
}

/// A header that spells a directive stays a comment.
#[test]
fn headers_that_spell_directives() {
    let mut file = only(Stage::new("a"));
    file.header("syntax=docker/dockerfile:1\nescape=`");
    t("header-directive", &file);
    let mut file = only(Stage::new("a").header("escape = `"));
    t("stage-header-directive", &file);
    // What snapshots do not tell apart: it is one blank line.
    let text = "\n# escape = `\nFROM a\n".to_owned();
    assert_eq!(file.render(), Ok(text));
    file.set_escape(Escape::Backslash);
    t("stage-header-directive-below", &file);
    assert_eq!(Comment::lines("a\nb").count(), 2);
}

#[test]
fn backtick() {
    let stage = Stage::new("mcr.microsoft.com/windows/servercore")
        .shell(["powershell", "-Command"])
        .env("A", "C:\\x\\")
        .instruction(
            Env::new("B", "a`b \"c\" $")
                .and("C", literal("$D"))
                .and("E", expr("C:\\$F")),
        )
        .workdir("C:\\src")
        .user("ContainerUser")
        .copy("C:\\a b", "C:\\")
        .instruction(Copy::new(["a", "it`s"], "C:\\x\\").chown("a b"))
        .instruction(Copy::new(inline(expr("$A `\\ \"")), "C:\\y"))
        .copy(literal_path("a*b\\c"), "/d/")
        .volume("C:\\data files")
        .run("dir C:\\")
        .run(Run::lines(["a;", "b"]))
        .run(Run::chain(["a", "b"]).mount(Mount::cache("C:\\c").id("i `\" j")))
        .run(Run::new("x").mount(Mount::cache("/c").id("a <<b")))
        .cmd(["C:\\a.exe"])
        .healthcheck(Healthcheck::new("x").retries(2))
        .onbuild(Run::lines(["a", "b"]))
        .label("a", "b\\\"c");
    t("backtick", &with_backtick(only(stage)));
}

/// Every instruction is in some snapshot, by itself and in ONBUILD.
#[test]
fn every_instruction_has_a_snapshot() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/snapshots");
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).expect("there are snapshots") {
        let path = entry.expect("it can be listed").path();
        all += &std::fs::read_to_string(path).expect("it can be read");
    }
    for keyword in multistage::instruction::KEYWORDS {
        assert!(all.contains(&format!("\n{keyword} ")), "no {keyword}");
        let triggers = !matches!(*keyword, "ONBUILD" | "MAINTAINER");
        assert_eq!(
            all.contains(&format!("\nONBUILD {keyword} ")),
            triggers,
            "ONBUILD {keyword}"
        );
    }
}
