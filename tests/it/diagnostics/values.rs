//! Values that Docker rejects, and what is missing.

use std::time::Duration;

use insta::assert_snapshot;
use multistage::instruction::{
    Add, Arg, Command, CopySource, Env, Expose, Healthcheck, Label, Mount, Onbuild, Run, Sharing,
    Sources, Stopsignal, Volume, inline,
};
use multistage::{CheckDirective, Dockerfile, Image, Platform, Source, Stage, instruction};

use super::{drawn, stage};

#[test]
fn nothing_at_all() {
    let none: [(&str, &str); 0] = [];
    assert_snapshot!(stage(|s| s
        .expose(Vec::<u16>::new())
        .instruction(Expose::new([""]))
        .instruction(Volume::new(Vec::<&str>::new()))
        .volume("")
        .instruction(Env::from(none))
        .instruction(Label::new("", "x"))
        .shell(Vec::<&str>::new())
        .copy(Vec::<&str>::new(), "/a")
        .run(Vec::<&str>::new())
        .healthcheck("")
        .arg("")
        .stopsignal("")), @r#"
    error[missing-value]: EXPOSE lacks a port
     --> Dockerfile:2:1
      |
    2 | EXPOSE
      | ^^^^^^ no port

    error[missing-value]: a port of EXPOSE is empty
     --> Dockerfile:3:8
      |
    3 | EXPOSE
      |        ^ empty

    error[missing-value]: VOLUME lacks a path
     --> Dockerfile:4:1
      |
    4 | VOLUME []
      | ^^^^^^ no path

    error[missing-value]: a path of VOLUME is empty
     --> Dockerfile:5:9
      |
    5 | VOLUME [""]
      |         ^^ empty

    error[missing-value]: ENV lacks a pair
     --> Dockerfile:6:1
      |
    6 | ENV
      | ^^^ no pair

    error[missing-value]: the key of LABEL is empty
     --> Dockerfile:7:7
      |
    7 | LABEL ""=x
      |       ^^ empty

    error[missing-value]: SHELL lacks a word
     --> Dockerfile:8:1
      |
    8 | SHELL []
      | ^^^^^ no word

    error[missing-value]: COPY lacks a source
     --> Dockerfile:9:1
      |
    9 | COPY /a
      | ^^^^ no source

    error[missing-value]: the command of RUN is empty
      --> Dockerfile:10:5
       |
    10 | RUN []
       |     ^^ empty

    error[missing-value]: the command of HEALTHCHECK is empty
      --> Dockerfile:11:1
       |
    11 | HEALTHCHECK CMD
       | ^^^^^^^^^^^ empty

    error[missing-value]: the name of ARG is empty
      --> Dockerfile:12:5
       |
    12 | ARG
       |     ^ empty

    error[missing-value]: the signal of STOPSIGNAL is empty
      --> Dockerfile:13:12
       |
    13 | STOPSIGNAL
       |            ^ empty
    "#);
}

#[test]
fn nothing_in_flags() {
    let copy = instruction::Copy::new("a", "/b").chown("").chmod("");
    let run = Run::new("ls")
        .mount(Mount::secret("s").env(""))
        .mount(Mount::cache("").size(""))
        .device("");
    assert_snapshot!(stage(|s| s.instruction(copy.exclude("")).run(run)), @r"
    error[missing-value]: `--chown` of COPY is empty
     --> Dockerfile:2:14
      |
    2 | COPY --chown= --chmod= --exclude= a /b
      |              ^ no value
      = help: leave `--chown` out

    error[missing-value]: `--chmod` of COPY is empty
     --> Dockerfile:2:23
      |
    2 | COPY --chown= --chmod= --exclude= a /b
      |                       ^ no value
      = help: leave `--chmod` out

    error[missing-value]: `--exclude` of COPY is empty
     --> Dockerfile:2:34
      |
    2 | COPY --chown= --chmod= --exclude= a /b
      |                                  ^ no value
      = help: leave `--exclude` out

    error[missing-value]: `--device` of RUN is empty
     --> Dockerfile:3:14
      |
    3 | RUN --device= \
      |              ^ no value
      = help: leave `--device` out

    error[missing-value]: `env` in `--mount` of RUN is empty
     --> Dockerfile:4:34
      |
    4 |     --mount=type=secret,id=s,env= \
      |                                  ^ empty

    error[missing-value]: `target` in `--mount` of RUN is empty
     --> Dockerfile:5:31
      |
    5 |     --mount=type=cache,target=,size= \
      |                               ^ empty

    error[invalid-value]: a mount of type `cache` takes no `size`
     --> Dockerfile:5:37
      |
    5 |     --mount=type=cache,target=,size= \
      |                                     ^ not for `cache`
      = help: `size` is a key of type `tmpfs`

    error[missing-value]: `size` in `--mount` of RUN is empty
     --> Dockerfile:5:37
      |
    5 |     --mount=type=cache,target=,size= \
      |                                     ^ empty
    ");
}

#[test]
fn nothing_in_a_file() {
    let mut file = Dockerfile::new();
    file.set_syntax(" ");
    file.set_check_directive(CheckDirective::new());
    file.stage(
        "a",
        Stage::new("")
            .describe(" ")
            .platform("")
            .check_directive(CheckDirective::new())
            .run("ls")
            .instruction(
                instruction::Copy::new("a", "/b")
                    .flag("", None)
                    .flag("x", ""),
            ),
    );
    file.stage("", Stage::new("alpine"));
    assert_snapshot!(drawn(&file), @r"
    error[missing-value]: the `syntax` directive lacks a value
     --> Dockerfile:1:1
      |
    1 | # syntax=
      | ^^^^^^^^^ no value

    error[missing-value]: the `check` directive lacks an option
     --> Dockerfile:2:1
      |
    2 | # check=
      | ^^^^^^^^ no option

    error[missing-value]: the description of `a` is empty
     --> Dockerfile:4:1
      |
    4 | # a
      | ^^^^ empty

    error[missing-value]: `--platform` of FROM is empty
     --> Dockerfile:5:17
      |
    5 | FROM --platform=  AS a
      |                 ^ no value
      = help: leave `--platform` out

    error[missing-value]: the base of FROM is empty
     --> Dockerfile:5:18
      |
    5 | FROM --platform=  AS a
      |                  ^ empty

    error[missing-value]: a comment above RUN lacks an option
     --> Dockerfile:6:1
      |
    6 | # check=
      | ^^^^^^^^ no option

    error[missing-value]: a flag of COPY lacks a name
     --> Dockerfile:8:6
      |
    8 | COPY -- --x= a /b
      |      ^^ no name

    warning[unknown-flag]: the flag `--x` of COPY is unknown
     --> Dockerfile:8:9
      |
    8 | COPY -- --x= a /b
      |         ^^^^ not known to this crate

    error[invalid-stage-name]: the name of a stage is empty
      --> Dockerfile:10:16
       |
    10 | FROM alpine AS
       |                ^
       = help: start the name with a letter, and continue with letters, digits, `-`, `_` and `.`
    ");
}

#[test]
fn what_may_be_empty() {
    assert_snapshot!(stage(|s| s
        .env("A", "")
        .arg(("B", ""))
        .run("")
        .cmd(Vec::<&str>::new())
        .user("")
        .workdir("")
        .copy("", "")
        .comment("")
        .copy(inline(""), "/a")), @r#"
    warning[empty-value]: the command of RUN is empty
     --> Dockerfile:4:1
      |
    4 | RUN
      | ^^^
      = help: give it a value, or drop the instruction

    warning[empty-value]: the user of USER is empty
     --> Dockerfile:6:6
      |
    6 | USER ""
      |      ^^
      = help: give it a value, or drop the instruction

    warning[empty-value]: the path of WORKDIR is empty
     --> Dockerfile:7:9
      |
    7 | WORKDIR ""
      |         ^^
      = help: give it a value, or drop the instruction

    warning[relative-workdir]: the first WORKDIR is empty
     --> Dockerfile:7:9
      |
    7 | WORKDIR ""
      |         ^^ depends on the base image
      = help: begin with an absolute path; those below it can be relative

    warning[empty-value]: a source of COPY is empty
     --> Dockerfile:8:7
      |
    8 | COPY ["", ""]
      |       ^^
      = help: give it a value, or drop the instruction
    "#);
}

#[test]
fn out_of_grammar() {
    let health = Healthcheck::new("true")
        .interval(Duration::from_micros(5))
        .retries(u32::MAX);
    let digest = Add::new("https://example.com/x", "/x").checksum("md5:0");
    let run = Run::new("ls").mount(Mount::cache("/c").mode("999").uid("-1"));
    assert_snapshot!(stage(|s| s
        .platform(Platform::from("linux/amd64/v1/x"))
        .expose(["80000", "80/icmp"])
        .instruction(instruction::Copy::new("a", "/b").chmod("9"))
        .stopsignal("SIGNOPE")
        .healthcheck(health)
        .instruction(digest)
        .run(run)
        .run(Run::new("ls").mount(Mount::tmpfs("/t").size("much")))), @r"
    error[invalid-value]: `linux/amd64/v1/x` is not a valid platform
     --> Dockerfile:1:17
      |
    1 | FROM --platform=linux/amd64/v1/x alpine
      |                 ^^^^^^^^^^^^^^^^ expected `os/arch[/variant]` such as `linux/amd64`

    error[invalid-value]: `80000` is not a valid port
     --> Dockerfile:2:8
      |
    2 | EXPOSE 80000 80/icmp
      |        ^^^^^ expected `PORT[-PORT][/tcp|/udp|/sctp]` from 0 to 65535

    error[invalid-value]: `80/icmp` is not a valid port
     --> Dockerfile:2:14
      |
    2 | EXPOSE 80000 80/icmp
      |              ^^^^^^^ expected `PORT[-PORT][/tcp|/udp|/sctp]` from 0 to 65535

    error[invalid-value]: `9` is not a valid file mode
     --> Dockerfile:3:14
      |
    3 | COPY --chmod=9 a /b
      |              ^ expected an octal number up to 7777 or a symbolic mode such as `u+x`

    error[invalid-value]: `SIGNOPE` is not a valid signal
     --> Dockerfile:4:12
      |
    4 | STOPSIGNAL SIGNOPE
      |            ^^^^^^^ expected a name such as `SIGTERM`, or a number other than 0

    error[invalid-value]: `5µs` is not a valid duration
     --> Dockerfile:5:24
      |
    5 | HEALTHCHECK --interval=5us --retries=4294967295 \
      |                        ^^^ expected zero, or from a millisecond to 292 years

    error[invalid-value]: `4294967295` is not a valid number of retries
     --> Dockerfile:5:38
      |
    5 | HEALTHCHECK --interval=5us --retries=4294967295 \
      |                                      ^^^^^^^^^^ expected at most 2147483647

    error[invalid-value]: `md5:0` is not a valid checksum
     --> Dockerfile:7:16
      |
    7 | ADD --checksum=md5:0 https://example.com/x /x
      |                ^^^^^ expected `sha256:` and 64 hexadecimal digits, or a git commit

    error[invalid-value]: `999` is not a valid file mode
     --> Dockerfile:8:39
      |
    8 | RUN --mount=type=cache,target=/c,mode=999,uid=-1 \
      |                                       ^^^ expected an octal number up to 7777

    error[invalid-value]: `-1` is not a valid user or group id
     --> Dockerfile:8:47
      |
    8 | RUN --mount=type=cache,target=/c,mode=999,uid=-1 \
      |                                               ^^ expected a number up to 4294967295

    error[invalid-value]: `much` is not a valid size
      --> Dockerfile:10:39
       |
    10 | RUN --mount=type=tmpfs,target=/t,size=much \
       |                                       ^^^^ expected a number with an optional unit such as `64m`
    ");
}

#[test]
fn images() {
    let mut file = Dockerfile::new();
    file.stage("builder", Stage::new("Alpine:3.21"));
    file.push(Stage::new("Builder").copy_from(Image::new("node :22"), "/a", "/b"));
    file.push(
        Stage::new("node:22 AS evil")
            .run(Run::new("ls").mount(Mount::bind("/x").with_from(Image::new("a,target=/etc")))),
    );
    assert_snapshot!(drawn(&file), @r#"
    error[invalid-image]: `Alpine:3.21` is not a valid image reference
     --> Dockerfile:1:6
      |
    1 | FROM Alpine:3.21 AS builder
      |      ^^^^^^^^^^^ expected `[host/]name[:tag][@digest]` in lower case
      = help: did you mean `alpine:3.21`?

    error[invalid-image]: `Builder` is not a valid image reference
     --> Dockerfile:3:6
      |
    3 | FROM Builder
      |      ^^^^^^^ expected `[host/]name[:tag][@digest]` in lower case
      = help: for the stage, pass the value that `stage` returned, or write `StageName::new("builder")`

    error[invalid-image]: `node :22` is not a valid image reference
     --> Dockerfile:4:13
      |
    4 | COPY --from="node :22" /a /b
      |             ^^^^^^^^^^ expected `[host/]name[:tag][@digest]` in lower case

    error[invalid-image]: `node:22 AS evil` is not a valid image reference
     --> Dockerfile:6:6
      |
    6 | FROM node:22\u{20}AS\u{20}evil
      |      ^^^^^^^^^^^^^^^^^^^^^^^^^ expected `[host/]name[:tag][@digest]` in lower case

    error[invalid-image]: `a,target=/etc` is not a valid image reference
     --> Dockerfile:7:31
      |
    7 | RUN --mount="type=bind,\"from=a,target=/etc\",target=/x" \
      |                               ^^^^^^^^^^^^^ expected `[host/]name[:tag][@digest]` in lower case
    "#);
}

#[test]
fn conflicts() {
    let mut none = Healthcheck::none();
    none = none.retries(3);
    let sources = ["https://example.com/a", "https://example.com/b"];
    let digest = "0".repeat(64);
    assert_snapshot!(stage(|s| s
        .healthcheck(none)
        .run(Run::new("ls").mount(Mount::ssh()).mount(Mount::secret("x").id("").target("")))
        .instruction(Add::new(sources, "/x/").checksum(format!("sha256:{digest}")))), @r"
    error[invalid-value]: `HEALTHCHECK NONE` takes no flags
     --> Dockerfile:2:1
      |
    2 | HEALTHCHECK --retries=3 NONE
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error[missing-value]: `id` in `--mount` of RUN is empty
     --> Dockerfile:4:28
      |
    4 |     --mount=type=secret,id=,target= \
      |                            ^ empty

    error[missing-value]: `target` in `--mount` of RUN is empty
     --> Dockerfile:4:36
      |
    4 |     --mount=type=secret,id=,target= \
      |                                    ^ empty

    error[invalid-value]: `--checksum` takes exactly one source
     --> Dockerfile:6:5
      |
    6 | ADD --checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 https://example.com/a https://example.com/b /x/
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ");
}

#[test]
fn mount_keys() {
    let run = Run::new("ls")
        .mount(Mount::bind("/a").sharing(Sharing::Locked).mode(0o755))
        .mount(Mount::tmpfs("/b").with_from(Image::new("c")))
        .mount(Mount::ssh().env("X"));
    assert_snapshot!(stage(|s| s.run(run)), @r"
    error[invalid-value]: a mount of type `bind` takes no `sharing`
     --> Dockerfile:2:41
      |
    2 | RUN --mount=type=bind,target=/a,sharing=locked,mode=0755 \
      |                                         ^^^^^^ not for `bind`
      = help: `sharing` is a key of type `cache`

    error[invalid-value]: a mount of type `bind` takes no `mode`
     --> Dockerfile:2:53
      |
    2 | RUN --mount=type=bind,target=/a,sharing=locked,mode=0755 \
      |                                                     ^^^^ not for `bind`
      = help: `mode` is a key of type `cache`, `secret`, `ssh`

    error[invalid-value]: a mount of type `tmpfs` takes no `from`
     --> Dockerfile:3:29
      |
    3 |     --mount=type=tmpfs,from=c,target=/b \
      |                             ^ not for `tmpfs`
      = help: `from` is a key of type `bind`, `cache`

    error[invalid-value]: a mount of type `ssh` takes no `env`
     --> Dockerfile:4:26
      |
    4 |     --mount=type=ssh,env=X \
      |                          ^ not for `ssh`
      = help: `env` is a key of type `secret`
    ");
}

#[test]
fn flags_by_name() {
    let copy = instruction::Copy::new("a", "/b")
        .flag("chown", "me")
        .flag("chmdo", "755")
        .flag("brand-new", None)
        .flag("a b", "c");
    let run = Run::new("ls").flag("netwrok", "none");
    assert_snapshot!(stage(|s| s.instruction(copy).run(run)), @r"
    error[invalid-value]: `--chown` of COPY has a setter of its own
     --> Dockerfile:2:6
      |
    2 | COPY --chown=me --chmdo=755 --brand-new --a\u{20}b=c a /b
      |      ^^^^^^^^^^ given by name
      = help: use `.chown(..)`

    warning[unknown-flag]: the flag `--chmdo` of COPY is unknown
     --> Dockerfile:2:17
      |
    2 | COPY --chown=me --chmdo=755 --brand-new --a\u{20}b=c a /b
      |                 ^^^^^^^^^^^ not known to this crate
      = help: did you mean `--chmod`?

    warning[unknown-flag]: the flag `--brand-new` of COPY is unknown
     --> Dockerfile:2:29
      |
    2 | COPY --chown=me --chmdo=755 --brand-new --a\u{20}b=c a /b
      |                             ^^^^^^^^^^^ not known to this crate

    error[invalid-value]: `a b` is not a valid name of a flag
     --> Dockerfile:2:41
      |
    2 | COPY --chown=me --chmdo=755 --brand-new --a\u{20}b=c a /b
      |                                         ^^^^^^^^^^^^ expected letters, digits, `-`, `_` and `.`

    warning[unknown-flag]: the flag `--netwrok` of RUN is unknown
     --> Dockerfile:3:5
      |
    3 | RUN --netwrok=none ls
      |     ^^^^^^^^^^^^^^ not known to this crate
      = help: did you mean `--network`?
    ");
}

#[test]
fn remote_sources_of_copy() {
    assert_snapshot!(stage(|s| s
        .copy("https://example.com/tool", "/usr/bin/")
        .copy(["a", "git@github.com:acme/tool.git"], "/src/")
        .copy(instruction::literal_path("git@host:x"), "/src/")
        .add("https://example.com/tool", "/usr/bin/")), @r"
    error[remote-copy-source]: COPY cannot fetch `https://example.com/tool`
     --> Dockerfile:2:6
      |
    2 | COPY https://example.com/tool /usr/bin/
      |      ^^^^^^^^^^^^^^^^^^^^^^^^ not a path of the build context
      = help: ADD fetches it: `.add(..)`; a file of that name is `literal_path(..)`

    error[remote-copy-source]: COPY cannot fetch `git@github.com:acme/tool.git`
     --> Dockerfile:3:8
      |
    3 | COPY a git@github.com:acme/tool.git /src/
      |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ not a path of the build context
      = help: ADD fetches it: `.add(..)`; a file of that name is `literal_path(..)`
    ");
}

#[test]
fn stray_heredocs() {
    assert_snapshot!(stage(|s| s
        .run("echo $(( 1 << 4 ))")
        .run("cat <<EOF")
        .cmd(instruction::Command::script("ls"))
        .entrypoint(instruction::Command::shell("cat <<A").heredoc("x"))
        .run(instruction::Command::shell("cat <<A # <<B").heredoc("x"))), @r"
    error[stray-heredoc]: Docker takes a `<<` of RUN for a heredoc named `4`
     --> Dockerfile:2:16
      |
    2 | RUN echo $(( 1 << 4 ))
      |                ^^^^ no heredoc is meant here
      = help: for a shift, leave out the space before it: `$((1<<4))`
              for a heredoc, give its body: `Command::shell(..).heredoc(body)`
              `Run::script(..)` and exec form can hold any text

    error[stray-heredoc]: Docker takes a `<<` of RUN for a heredoc named `EOF`
     --> Dockerfile:3:9
      |
    3 | RUN cat <<EOF
      |         ^^^^^ no heredoc is meant here
      = help: for a shift, leave out the space before it: `$((1<<4))`
              for a heredoc, give its body: `Command::shell(..).heredoc(body)`
              `Run::script(..)` and exec form can hold any text

    error[stray-heredoc]: CMD takes no heredoc
     --> Dockerfile:4:5
      |
    4 | CMD <<EOF
      |     ^^^^^ only RUN, COPY and ADD take one
      = help: copy the script into the image with `.copy(inline(..), ..)`, and run that

    error[stray-heredoc]: ENTRYPOINT takes no heredoc
     --> Dockerfile:8:12
      |
    8 | ENTRYPOINT cat <<A
      |            ^^^^^^^ only RUN, COPY and ADD take one
      = help: copy the script into the image with `.copy(inline(..), ..)`, and run that

    error[stray-heredoc]: Docker takes a `<<` of RUN for a heredoc named `B`
     --> Dockerfile:9:15
      |
    9 | RUN cat <<A # <<B
      |               ^^^ no heredoc is meant here
      = help: for a shift, leave out the space before it: `$((1<<4))`
              for a heredoc, give its body: `Command::shell(..).heredoc(body)`
              `Run::script(..)` and exec form can hold any text
    ");
}

#[test]
fn inline_files() {
    let two = [
        CopySource::from(inline("a").name("k")),
        CopySource::from(inline("b").name("k")),
        CopySource::from(inline("c")),
    ];
    assert_snapshot!(stage(|s| s
        .copy(inline("gzip on;"), "/etc/nginx/conf.d/")
        .copy(Sources::from(two), "/d/")
        .copy(inline("x").name("-y"), "/d/")
        .copy(inline("x").name("a/b"), "/d/")), @r#"
    error[unnamed-inline-file]: an inline file of COPY has no name
     --> Dockerfile:2:6
      |
    2 | COPY <<"EOF" /etc/nginx/conf.d/
      |      ^^^^^^^ the file would be named after this marker
      = help: name it, `inline(..).name("app.conf")`, or copy it alone to the path of a file

    error[unnamed-inline-file]: two inline files of COPY are named `k`
     --> Dockerfile:6:12
      |
    6 | COPY <<"k" <<"k" <<"EOF" /d/
      |            ^^^^^ would replace the first
      = help: give each a name of its own

    error[unnamed-inline-file]: an inline file of COPY has no name
     --> Dockerfile:6:18
      |
    6 | COPY <<"k" <<"k" <<"EOF" /d/
      |                  ^^^^^^^ the file would be named after this marker
      = help: name it, `inline(..).name("app.conf")`, or copy it alone to the path of a file

    error[invalid-value]: `-y` is not a valid name of a file
      --> Dockerfile:14:6
       |
    14 | COPY <<"EOF" /d/
       |      ^^^^^^^ expected a name without spaces, quotes and slashes, and no `-` in front

    error[invalid-value]: `a/b` is not a valid name of a file
      --> Dockerfile:18:6
       |
    18 | COPY <<"EOF" /d/
       |      ^^^^^^^ expected a name without spaces, quotes and slashes, and no `-` in front
    "#);
}

#[test]
#[expect(deprecated)]
fn triggers_that_are_none() {
    assert_snapshot!(stage(|s| s
        .onbuild(Onbuild::new(Run::new("ls")))
        .onbuild(instruction::Maintainer::new("me"))), @r"
    error[forbidden-trigger]: ONBUILD cannot trigger ONBUILD
     --> Dockerfile:2:17
      |
    2 | ONBUILD ONBUILD RUN ls
      |                 ^^^^^^ not allowed here
      = help: give the inner instruction itself

    error[forbidden-trigger]: ONBUILD cannot trigger MAINTAINER
     --> Dockerfile:3:9
      |
    3 | ONBUILD MAINTAINER me
      |         ^^^^^^^^^^^^^ not allowed here
      = help: write the label `org.opencontainers.image.authors` instead
    ");
}

#[test]
fn values_in_triggers() {
    assert_snapshot!(stage(|s| s
        .onbuild(instruction::Copy::new("a", "/b").chmod("9"))
        .onbuild(Arg::new("A").default("x\ny"))
        .onbuild(Expose::new(["x"]))), @r#"
    error[invalid-value]: `9` is not a valid file mode
     --> Dockerfile:2:22
      |
    2 | ONBUILD COPY --chmod=9 a /b
      |                      ^ expected an octal number up to 7777 or a symbolic mode such as `u+x`

    error[unencodable-text]: the default of ONBUILD ARG `A` cannot hold a newline
     --> Dockerfile:3:17
      |
    3 | ONBUILD ARG A="x\u{a}y"
      |                 ^^^^^ newline
      = help: a value given with `docker build --build-arg` can have one

    error[invalid-value]: `x` is not a valid port
     --> Dockerfile:4:16
      |
    4 | ONBUILD EXPOSE x
      |                ^ expected `PORT[-PORT][/tcp|/udp|/sctp]` from 0 to 65535
    "#);
}

#[test]
fn numbers_of_stages() {
    let mut file = Dockerfile::new();
    file.push(Stage::new("alpine"));
    file.push(
        Stage::new(Source::Index(0))
            .copy_from(Source::Index(0), "/a", "/b")
            .run(Run::new("ls").mount(Mount::bind("/x").with_from(Source::Index(0)))),
    );
    assert_snapshot!(drawn(&file), @r"
    error[unnamed-base]: FROM cannot refer to a stage by its number
     --> Dockerfile:3:6
      |
    3 | FROM 0
      |      ^ Docker takes this for an image
      = help: give the stage a name: `file.stage(name, stage)` returns its handle

    error[unnamed-base]: `from` in `--mount` of RUN cannot refer to a stage by its number
     --> Dockerfile:5:28
      |
    5 | RUN --mount=type=bind,from=0,target=/x \
      |                            ^ Docker takes this for an image
      = help: give the stage a name: `file.stage(name, stage)` returns its handle
    ");
}

#[test]
fn what_docker_would_refuse_late() {
    assert_snapshot!(stage(|s| s
        .run(Run::new("ls").mount(Mount::cache("/")))
        .run(Run::new("ls").mount(Mount::secret("a").target("/")))
        .run(Command::exec(["cat", "<<A"]).heredoc("x"))
        .run(Command::script("x").heredoc("y"))), @r#"
    error[invalid-value]: `/` is not a valid mount target
     --> Dockerfile:2:31
      |
    2 | RUN --mount=type=cache,target=/ \
      |                               ^ expected a directory below `/`

    error[unencodable-text]: the command of RUN has no `<<NAME` for a heredoc that it is given
     --> Dockerfile:6:5
      |
    6 | RUN ["cat", "<<A"]
      |     ^^^^^^^^^^^^^^ no `<<NAME` that Docker would see
      = help: write one for each heredoc, as in `cat <<END > /motd`

    error[unencodable-text]: the command of RUN has no `<<NAME` for a heredoc that it is given
     --> Dockerfile:7:5
      |
    7 | RUN <<EOF
      |     ^^^^^ no `<<NAME` that Docker would see
      = help: write one for each heredoc, as in `cat <<END > /motd`
    "#);
}

#[test]
fn a_number_in_a_trigger_is_told_once() {
    let mut file = Dockerfile::new();
    let copy = instruction::Copy::new("/a", "/b").with_from(Image::new("0"));
    let base = file.stage("base", Stage::new("alpine").onbuild(copy));
    file.push(Stage::new(&base));
    assert_eq!(file.check().len(), 1);
}

#[test]
fn misspelt_signals() {
    assert_snapshot!(stage(|s| s.stopsignal("SIGQUITT").onbuild(Stopsignal::new("trem"))), @r"
    error[invalid-value]: `SIGQUITT` is not a valid signal
     --> Dockerfile:2:12
      |
    2 | STOPSIGNAL SIGQUITT
      |            ^^^^^^^^ expected a name such as `SIGTERM`, or a number other than 0
      = help: did you mean `SIGQUIT`?

    error[invalid-value]: `trem` is not a valid signal
     --> Dockerfile:3:20
      |
    3 | ONBUILD STOPSIGNAL trem
      |                    ^^^^ expected a name such as `SIGTERM`, or a number other than 0
      = help: did you mean `SIGTERM`?
    ");
    let near = |signal: &str| {
        let text = format!("FROM scratch\nARG S=SIGTREM\nSTOPSIGNAL {signal}\n");
        let report = Dockerfile::parse(&text).expect("it is read").check();
        let help = report.diagnostics()[0].help.clone();
        help.unwrap_or_default()
    };
    assert_eq!(near("SIGQUITT"), "did you mean `SIGQUIT`?");
    assert_eq!(near("kil"), "did you mean `SIGKILL`?");
    assert_eq!(near("$S"), "did you mean `SIGTERM`?");
    for far in ["SIGNOPE", "SIG", "0", "\u{e9}\u{e9}"] {
        assert!(near(far).starts_with("expected a name"), "{far}");
    }
}
