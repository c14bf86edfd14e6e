//! What positions cannot hold.

use insta::assert_snapshot;
use multistage::instruction::{
    Command, CopySource, Device, Env, Instruction, Mount, Run, Sources, inline,
};
use multistage::{
    CheckDirective, Dockerfile, Escape, Stage, StageName, expr, instruction, literal,
};

use super::{drawn, stage};

#[test]
fn line_feed_in_env() {
    assert_snapshot!(stage(|s| s.env("GREETING", "hello\nworld")), @r#"
    error[unencodable-text]: the value of ENV `GREETING` cannot hold a newline
     --> Dockerfile:2:20
      |
    2 | ENV GREETING="hello\u{a}world"
      |                    ^^^^^ newline
      = help: pass it in a build argument: `.arg("NAME")`, then `expr("$NAME")`
              or put the text into a file: `.copy(inline(..), ..)`
    "#);
}

#[test]
fn line_feed_among_pairs() {
    let env = Env::new("A", "1").and("B", "x\ny").and("C\nD", "2");
    assert_snapshot!(stage(|s| s.instruction(env)), @r#"
    error[unencodable-text]: the value of ENV `B` cannot hold a newline
     --> Dockerfile:3:9
      |
    3 |     B="x\u{a}y" \
      |         ^^^^^ newline
      = help: pass it in a build argument: `.arg("NAME")`, then `expr("$NAME")`
              or put the text into a file: `.copy(inline(..), ..)`

    error[unencodable-text]: the key of ENV cannot hold a newline
     --> Dockerfile:4:7
      |
    4 |     "C\u{a}D"=2
      |       ^^^^^ newline
    "#);
}

#[test]
fn line_feed_in_label_with_long_key() {
    assert_snapshot!(stage(|s| s.label("k".repeat(100), expr("${A}\n"))), @r#"
    error[unencodable-text]: the value of LABEL `kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…` cannot hold a newline
     --> Dockerfile:2:113
      |
    2 | LABEL kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk="${A}\u{a}"
      |                                                                                                                 ^^^^^ newline
      = help: pass it in a build argument: `.arg("NAME")`, then `expr("$NAME")`
              or put the text into a file: `.copy(inline(..), ..)`
    "#);
}

#[test]
fn line_feed_in_arg() {
    let mut file = Dockerfile::new();
    file.arg(("GREETING", "hello\nworld"));
    file.push(Stage::new("alpine").arg(("OTHER", "\n")));
    assert_snapshot!(drawn(&file), @r#"
    error[unencodable-text]: the default of ARG `GREETING` cannot hold a newline
     --> Dockerfile:1:20
      |
    1 | ARG GREETING="hello\u{a}world"
      |                    ^^^^^ newline
      = help: a value given with `docker build --build-arg` can have one

    error[unencodable-text]: the default of ARG `OTHER` cannot hold a newline
     --> Dockerfile:4:12
      |
    4 | ARG OTHER="\u{a}"
      |            ^^^^^ newline
      = help: a value given with `docker build --build-arg` can have one
    "#);
}

#[test]
fn line_feed_in_lines() {
    assert_snapshot!(stage(|s| s.workdir("/a\nRUN evil").user("a\n")), @r#"
    error[unencodable-text]: the path of WORKDIR cannot hold a newline
     --> Dockerfile:2:12
      |
    2 | WORKDIR "/a\u{a}RUN evil"
      |            ^^^^^ newline

    error[unencodable-text]: USER cannot hold a newline
     --> Dockerfile:3:8
      |
    3 | USER "a\u{a}"
      |        ^^^^^ newline
    "#);
}

#[test]
fn line_feed_in_flags() {
    let copy = instruction::Copy::new(".", "/")
        .chown("a\nb")
        .exclude("*\n");
    assert_snapshot!(stage(|s| s.instruction(copy)), @r#"
    error[unencodable-text]: `--chown` of COPY cannot hold a newline
     --> Dockerfile:2:19
      |
    2 | COPY --chown="\"a\\u{a}b\"" --exclude="*\\u{a}" . /
      |                   ^^^^^ newline

    error[unencodable-text]: `--exclude` of COPY cannot hold a newline
     --> Dockerfile:2:42
      |
    2 | COPY --chown="\"a\\u{a}b\"" --exclude="*\\u{a}" . /
      |                                          ^^^^^ newline
    "#);
}

#[test]
fn line_feed_in_mount() {
    let run = Run::new("ls")
        .mount(Mount::cache("/ok"))
        .mount(Mount::cache("/a\nb").id("x, y"));
    assert_snapshot!(stage(|s| s.run(run)), @r#"
    error[unencodable-text]: `target` in `--mount` of RUN cannot hold a newline
     --> Dockerfile:3:53
      |
    3 |     --mount="type=cache,\"id=x, y\",\"target=\"\"/a\\u{a}b\"\"\"" \
      |                                                     ^^^^^ newline
    "#);
}

#[test]
fn line_feed_in_stage_description() {
    let mut file = Dockerfile::new();
    file.stage("test", Stage::new("alpine").describe("one\ntwo"));
    assert_snapshot!(drawn(&file), @r"
    error[unencodable-text]: the description of `test` cannot hold a newline
     --> Dockerfile:1:11
      |
    1 | # test one\u{a}two
      |           ^^^^^ newline
      = help: a description is one line: put the rest into a comment
    ");
}

#[test]
fn nul() {
    assert_snapshot!(stage(|s| s
        .cmd(["a", "b\0c"])
        .run("echo \0")
        .copy(inline("a\n\0b"), "/c")
        .copy("a\0", "/d e")
        .comment("\0")
        .volume("/\0")), @r#"
    error[unencodable-text]: a word of CMD cannot hold NUL
     --> Dockerfile:2:13
      |
    2 | CMD ["a", "b\u0000c"]
      |             ^^^^^^ NUL
      = help: leave it out: no text of a Dockerfile can hold it

    error[unencodable-text]: the command of RUN cannot hold NUL
     --> Dockerfile:3:10
      |
    3 | RUN echo \u{0}
      |          ^^^^^ NUL
      = help: leave it out: no text of a Dockerfile can hold it

    error[unencodable-text]: the heredoc of COPY cannot hold NUL
     --> Dockerfile:6:1
      |
    6 | \u{0}b
      | ^^^^^ NUL
      = help: leave it out: no text of a Dockerfile can hold it

    error[unencodable-text]: a source of COPY cannot hold NUL
     --> Dockerfile:9:12
      |
    9 | COPY ["\"a\\u{0}\"", "/d e"]
      |            ^^^^^ NUL
      = help: leave it out: no text of a Dockerfile can hold it

    error[unencodable-text]: a comment above VOLUME cannot hold NUL
      --> Dockerfile:10:3
       |
    10 | # \u{0}
       |   ^^^^^ NUL
       = help: leave it out: no text of a Dockerfile can hold it

    error[unencodable-text]: a path of VOLUME cannot hold NUL
      --> Dockerfile:11:14
       |
    11 | VOLUME ["\"/\\u{0}\""]
       |              ^^^^^ NUL
       = help: leave it out: no text of a Dockerfile can hold it
    "#);
}

#[test]
fn directive_with_blanks() {
    let mut file = Dockerfile::new();
    // Behind the image, the frontend takes a command line.
    file.set_syntax("docker/dockerfile:1\tx");
    file.set_check_directive(CheckDirective::new().skip("All, Others"));
    file.push(
        Stage::new("alpine")
            .check_directive(CheckDirective::new().skip("a b"))
            .run("ls"),
    );
    assert_snapshot!(drawn(&file), @r"
    error[unencodable-text]: the `syntax` directive cannot hold a tab
     --> Dockerfile:1:29
      |
    1 | # syntax=docker/dockerfile:1\u{9}x
      |                             ^^^^^ tab

    error[unencodable-text]: the `check` directive cannot hold `,`
     --> Dockerfile:2:17
      |
    2 | # check=skip=All,\u{20}Others
      |                 ^ `,`
      = help: `skip` takes one rule each time, by BuildKit's name for it

    error[unencodable-text]: a comment above RUN cannot hold a space
     --> Dockerfile:5:1
      |
    5 | # check=skip=a b
      | ^^^^^^^^^^^^^^^^ space
      = help: `skip` takes one rule each time, by BuildKit's name for it
    ");
}

#[test]
fn arg_names() {
    assert_snapshot!(stage(|s| s.arg("A B").arg("A=B").arg("A\"B").arg("--a")), @r#"
    error[unencodable-text]: the name of ARG cannot hold a space
     --> Dockerfile:2:6
      |
    2 | ARG A\u{20}B
      |      ^^^^^^ space
      = help: a name is letters, digits and `_`

    error[unencodable-text]: the name of ARG cannot hold `=`
     --> Dockerfile:3:6
      |
    3 | ARG A\u{3d}B
      |      ^^^^^^ `=`
      = help: a name is letters, digits and `_`

    warning[unexpandable-arg-name]: no expression can name the ARG `A"B`
     --> Dockerfile:4:5
      |
    4 | ARG A"B
      |     ^^^ not a variable name
      = help: a name is letters, digits and `_`, with no digit in front

    error[invalid-value]: `--a` is not a valid name of an argument
     --> Dockerfile:5:5
      |
    5 | ARG --a
      |     ^^^ expected letters, digits and `_`
    "#);
}

#[test]
fn expression_in_a_word() {
    let mut file = Dockerfile::new();
    file.push(Stage::new("node:${TARGETARCH} x").expose("$P 80"));
    assert_snapshot!(drawn(&file), @r#"
    error[unencodable-text]: the base of FROM cannot hold a space
     --> Dockerfile:1:25
      |
    1 | FROM "node:${TARGETARCH} x"
      |                         ^ space

    error[unencodable-text]: a port of EXPOSE cannot hold a space
     --> Dockerfile:2:11
      |
    2 | EXPOSE "$P 80"
      |           ^ space
    "#);
}

#[test]
fn patterns() {
    assert_snapshot!(stage(|s| s
        .env("A", expr("${V#x\"y}"))
        .copy(inline(expr("${V%$}")), "/a")), @r#"
    error[unencodable-text]: a pattern in the value of ENV `A` cannot hold `"`
     --> Dockerfile:2:12
      |
    2 | ENV A=${V#x\u{22}y}
      |            ^^^^^^ inside `${…}`
      = help: `?` in a pattern stands for any one character

    error[unencodable-text]: a pattern in the heredoc of COPY cannot hold `$`
     --> Dockerfile:4:5
      |
    4 | ${V%\u{24}}
      |     ^^^^^^ inside `${…}`
      = help: `?` in a pattern stands for any one character
    "#);
}

#[test]
fn byte_order_mark_in_expanded_heredoc() {
    assert_snapshot!(stage(|s| s.copy(inline(expr("\u{feff}$A")), "/a")), @r"
    error[unencodable-text]: the heredoc of COPY is expanded, and cannot begin with U+FEFF
     --> Dockerfile:3:1
      |
    3 | \u{feff}$A
      | ^^^^^^^^ Docker drops it
    ");
}

#[test]
fn not_ascii_in_flags() {
    let copy = instruction::Copy::new(".", "/srv")
        .chown("jürgen:users")
        .exclude("é*");
    let run = Run::new("ls")
        .device(Device::new("gerät"))
        .mount(Mount::cache("/größe"));
    let add = instruction::Add::new("a", "/b").flag("new", "ö");
    assert_snapshot!(stage(|s| s.instruction(copy).run(run).instruction(add)), @r#"
    error[unencodable-text]: `--chown` of COPY cannot hold `ü`
     --> Dockerfile:2:15
      |
    2 | COPY --chown=jürgen:users --exclude=é* . /srv
      |               ^ not ASCII
      = help: Docker reads flags byte by byte; put the value into a build argument:
              `.arg(("CHOWN", ..))`, and here write `expr("$CHOWN")`

    error[unencodable-text]: `--exclude` of COPY cannot hold `é`
     --> Dockerfile:2:37
      |
    2 | COPY --chown=jürgen:users --exclude=é* . /srv
      |                                     ^ not ASCII
      = help: Docker reads flags byte by byte; `?` and `*` stand for what cannot be written

    error[unencodable-text]: `--device` of RUN cannot hold `ä`
     --> Dockerfile:3:17
      |
    3 | RUN --device=gerät \
      |                 ^ not ASCII
      = help: Docker reads flags byte by byte, and expands no variable in this one

    error[unencodable-text]: `target` in `--mount` of RUN cannot hold `ö`
     --> Dockerfile:4:34
      |
    4 |     --mount=type=cache,target=/größe \
      |                                  ^ not ASCII
      = help: Docker reads flags byte by byte; put the value into a build argument:
              `.arg(("TARGET", ..))`, and here write `expr("$TARGET")`

    warning[unknown-flag]: the flag `--new` of ADD is unknown
     --> Dockerfile:6:5
      |
    6 | ADD --new=ö a /b
      |     ^^^^^^^ not known to this crate

    error[unencodable-text]: `--new` of ADD cannot hold `ö`
     --> Dockerfile:6:11
      |
    6 | ADD --new=ö a /b
      |           ^ not ASCII
      = help: Docker reads flags byte by byte, and expands no variable in this one
    "#);
}

#[test]
fn not_ascii_in_image() {
    let image = multistage::Image::new("größe");
    assert_snapshot!(stage(|s| s.copy_from(image, "/a", "/b")), @r"
    error[invalid-image]: `größe` is not a valid image reference
     --> Dockerfile:2:13
      |
    2 | COPY --from=größe /a /b
      |             ^^^^^ expected `[host/]name[:tag][@digest]` in lower case
    ");
}

#[test]
fn outer_blanks() {
    assert_snapshot!(stage(|s| s
        .run(" ls")
        .cmd("ls\t")
        .run(Run::lines(["ls", ""]))
        .run(Run::new(" ").mount(Mount::tmpfs("/tmp")))), @r"
    error[unencodable-text]: the command of RUN begins or ends with a space
     --> Dockerfile:2:5
      |
    2 | RUN  ls
      |     ^^^ Docker trims it
      = help: leave it out; exec form, a list of strings, keeps every space

    error[unencodable-text]: the command of CMD begins or ends with a space
     --> Dockerfile:3:5
      |
    3 | CMD ls
      |     ^^^ Docker trims it
      = help: leave it out; exec form, a list of strings, keeps every space

    error[unencodable-text]: the command of RUN has a continued line that is blank
     --> Dockerfile:5:5
      |
    5 |
      |     ^ Docker drops it
      = help: `Run::script(..)` keeps every line

    error[unencodable-text]: the command of RUN begins or ends with a space
     --> Dockerfile:7:5
      |
    7 |
      |     ^ Docker trims it
      = help: leave it out; exec form, a list of strings, keeps every space
    ");
}

#[test]
#[expect(deprecated)]
fn maintainer() {
    let with = |name: &str| instruction::Maintainer::new(name);
    assert_snapshot!(stage(|s| s
        .instruction(with(" me "))
        .instruction(with(""))
        .instruction(with("a\nb"))), @r"
    error[unencodable-text]: the text of MAINTAINER begins or ends with a space
     --> Dockerfile:2:12
      |
    2 | MAINTAINER  me
      |            ^^^^ Docker trims it
      = help: leave it out

    error[missing-value]: the text of MAINTAINER is empty
     --> Dockerfile:3:12
      |
    3 | MAINTAINER
      |            ^ empty

    error[unencodable-text]: the text of MAINTAINER cannot hold a newline
     --> Dockerfile:4:13
      |
    4 | MAINTAINER a\u{a}b
      |             ^^^^^ newline
    ");
}

#[test]
fn json_arrays() {
    assert_snapshot!(stage(|s| s
        .run(r#"["a", "b"]"#)
        .entrypoint("[1]")
        .healthcheck("[]")
        .run(Run::lines([r#"["a","#, r#""b"]"#]))), @r#"
    error[unencodable-text]: the command of RUN is a JSON array
     --> Dockerfile:2:5
      |
    2 | RUN ["a", "b"]
      |     ^^^^^^^^^^ Docker takes it for the exec form
      = help: a list of strings is the exec form: `.run([..])`
              `Run::script(..)` passes any text to the shell

    error[unencodable-text]: the command of ENTRYPOINT is a JSON array
     --> Dockerfile:3:12
      |
    3 | ENTRYPOINT [1]
      |            ^^^ Docker takes it for the exec form
      = help: a list of strings is the exec form

    error[unencodable-text]: the command of HEALTHCHECK is a JSON array
     --> Dockerfile:4:17
      |
    4 | HEALTHCHECK CMD []
      |                 ^^ Docker takes it for the exec form
      = help: a list of strings is the exec form

    error[unencodable-text]: the command of RUN is a JSON array
     --> Dockerfile:5:5
      |
    5 | RUN ["a", \
      |     ^^^^^^^ Docker takes it for the exec form
      = help: a list of strings is the exec form: `.run([..])`
              `Run::script(..)` passes any text to the shell
    "#);
}

#[test]
fn escapes_where_lines_are_joined() {
    assert_snapshot!(stage(|s| s
        .run(Run::lines(["echo \"a\\", "b\"", "c"]))), @r#"
    error[unencodable-text]: the command of RUN has a line that ends in one `\`
     --> Dockerfile:2:12
      |
    2 | RUN echo "a\\
      |            ^ Docker would continue the line
      = help: exec form, a list of strings, can end in it
    "#);
}

#[test]
fn lost_lines() {
    assert_snapshot!(stage(|s| s
        .run(Run::lines(["apt-get update", "# then", "apt-get install", "", "x"]))
        .cmd(Command::lines(["a", " # b"]))), @r"
    error[unencodable-text]: the command of RUN has a continued line that begins with `#`
     --> Dockerfile:3:5
      |
    3 |     # then \
      |     ^^^^^^ Docker takes it for a comment
      = help: `Run::script(..)` keeps every line

    error[unencodable-text]: the command of RUN has a continued line that is blank
     --> Dockerfile:5:5
      |
    5 |      \
      |     ^ Docker drops it
      = help: `Run::script(..)` keeps every line

    error[unencodable-text]: the command of CMD has a continued line that begins with `#`
     --> Dockerfile:8:5
      |
    8 |     # b
      |     ^^^ Docker takes it for a comment
      = help: leave it out
    ");
}

#[test]
fn line_breaks() {
    assert_snapshot!(stage(|s| s
        .run("apt-get update\napt-get install -y curl")
        .cmd("a\nb")
        .run(Run::lines(["a", "b\nc"]))
        .onbuild(Run::new("a\nb"))), @r"
    error[unencodable-text]: the command of RUN cannot hold a newline
     --> Dockerfile:2:19
      |
    2 | RUN apt-get update\u{a}apt-get install -y curl
      |                   ^^^^^ newline
      = help: `Run::chain([..])` joins commands with `&&`, one a line
              `Run::lines([..])` continues one command over several lines
              `Run::script(..)` is a script with newlines, in a heredoc

    error[unencodable-text]: the command of CMD cannot hold a newline
     --> Dockerfile:3:6
      |
    3 | CMD a\u{a}b
      |      ^^^^^ newline
      = help: `Command::chain([..])` joins commands with `&&`, one a line
              `Command::lines([..])` continues one command over several lines
              exec form, a list of strings, can hold newlines

    error[unencodable-text]: the command of RUN cannot hold a newline
     --> Dockerfile:5:6
      |
    5 |     b\u{a}c
      |      ^^^^^ newline
      = help: `Run::chain([..])` joins commands with `&&`, one a line
              `Run::lines([..])` continues one command over several lines
              `Run::script(..)` is a script with newlines, in a heredoc

    error[unencodable-text]: the command of ONBUILD RUN cannot hold a newline
     --> Dockerfile:6:14
      |
    6 | ONBUILD RUN a\u{a}b
      |              ^^^^^ newline
      = help: `Run::chain([..])` joins commands with `&&`, one a line
              `Run::lines([..])` continues one command over several lines
              `Run::script(..)` is a script with newlines, in a heredoc
    ");
}

#[test]
fn long_lines() {
    let long = "x".repeat(70_000);
    assert_snapshot!(stage(|s| s
        .run(Run::lines(["ls", long.as_str(), "z"]))
        .env("A", &long)
        .comment(&long)
        .cmd([&long])
        .copy(inline(format!("a\n{long}\n")), "/a")), @r#"
    error[unencodable-text]: RUN has a line of more than 65535 bytes
     --> Dockerfile:3:1
      |
    3 |     xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too long for Docker
      = help: copy a file that holds it from the build context

    error[unencodable-text]: ENV has a line of more than 65535 bytes
     --> Dockerfile:5:1
      |
    5 | ENV A=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too long for Docker
      = help: copy a file that holds it from the build context

    error[unencodable-text]: a comment above CMD has a line of more than 65535 bytes
     --> Dockerfile:6:1
      |
    6 | # xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too long for Docker

    error[unencodable-text]: CMD has a line of more than 65535 bytes
     --> Dockerfile:7:1
      |
    7 | CMD ["xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too long for Docker
      = help: copy a file that holds it from the build context

    error[unencodable-text]: the heredoc of COPY has a line of more than 65535 bytes
      --> Dockerfile:10:1
       |
    10 | xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too long for Docker
    "#);
}

#[test]
fn blanks_beside_inline_files() {
    let sources = [
        CopySource::from(inline("a").name("k")),
        CopySource::from("my file"),
    ];
    assert_snapshot!(stage(|s| s.copy(Sources::from(sources), "/my dir/")), @r#"
    error[unencodable-text]: a source of COPY cannot hold a space beside an inline file
     --> Dockerfile:2:15
      |
    2 | COPY <<"k" "my file" "/my dir/"
      |               ^ space
      = help: copy the inline file in an instruction of its own

    error[unencodable-text]: the destination of COPY cannot hold a space beside an inline file
     --> Dockerfile:2:26
      |
    2 | COPY <<"k" "my file" "/my dir/"
      |                          ^ space
      = help: copy the inline file in an instruction of its own
    "#);
}

#[test]
fn escape_in_trigger() {
    let mut file = Dockerfile::new();
    file.set_escape(Escape::Backtick);
    file.push(Stage::new("windows").onbuild(Env::new("A", "c:\\x y")));
    assert_snapshot!(drawn(&file), @r#"
    error[unencodable-text]: the trigger of ONBUILD would mean something else where it runs
     --> Dockerfile:4:9
      |
    4 | ONBUILD ENV A="c:\x y"
      |         ^^^^^^^^^^^^^^ read again there with `\` as the escape
      = help: leave `\` and backticks out of the trigger, or give the file the default escape character
    "#);
}

#[test]
fn equals_in_key() {
    assert_snapshot!(stage(|s| s.env("A=B", "c").label("x", "y=z").label("a=b c", "d")), @r#"
    error[unencodable-text]: the key of ENV cannot hold `=`
     --> Dockerfile:2:5
      |
    2 | ENV A=B=c
      |     ^^^ Docker cuts it at the first `=`

    error[unencodable-text]: the key of LABEL cannot hold `=`
     --> Dockerfile:4:7
      |
    4 | LABEL "a=b c"=d
      |       ^^^^^^^ Docker cuts it at the first `=`
    "#);
}

#[test]
fn heredocs() {
    assert_snapshot!(stage(|s| s
        .run(Command::shell("cat > /motd").heredoc("hello"))
        .run(Command::shell("cat <<-X").heredoc("a\n\tX\nb"))
        .run(Command::shell("cat <<X").heredoc("a\nX\n"))), @r"
    error[unencodable-text]: the command of RUN has no `<<NAME` for a heredoc that it is given
     --> Dockerfile:2:5
      |
    2 | RUN cat > /motd
      |     ^^^^^^^^^^^ no `<<NAME` that Docker would see
      = help: write one for each heredoc, as in `cat <<END > /motd`

    error[unencodable-text]: the heredoc of RUN has a line `X`, which ends it early
     --> Dockerfile:5:1
      |
    5 |  X
      | ^^ the heredoc would end here
      = help: give the heredoc another name

    error[unencodable-text]: the heredoc of RUN has a line `X`, which ends it early
      --> Dockerfile:11:1
       |
    11 | X
       | ^ the heredoc would end here
       = help: give the heredoc another name
    ");
}

#[test]
fn hidden_heredoc() {
    let mut file = Dockerfile::new();
    file.set_escape(Escape::Backtick);
    let sources = [
        CopySource::from(literal("a`\"b")),
        CopySource::from(inline("x").name("k")),
    ];
    file.push(Stage::new("alpine").copy(sources, "/d/"));
    assert_snapshot!(drawn(&file), @r#"
    error[unencodable-text]: Docker would not see the heredoc of COPY
     --> Dockerfile:4:15
      |
    4 | COPY "a```"b" <<"k" /d/
      |               ^^ a quote in this line is not closed
      = help: close the quote, or put the heredoc into an instruction of its own
    "#);
}

#[test]
fn names_cannot_hold_text() {
    let mut file = Dockerfile::new();
    let evil = file.stage("a\nRUN evil", Stage::new("alpine"));
    file.stage(
        "b",
        Stage::new(StageName::new("x y")).copy_from(&evil, "/a", "/b"),
    );
    assert_snapshot!(drawn(&file), @r"
    error[invalid-stage-name]: `a\u{a}run evil` is not a valid stage name
     --> Dockerfile:1:16
      |
    1 | FROM alpine AS a\u{a}run\u{20}evil
      |                ^^^^^^^^^^^^^^^^^^^
      = help: start the name with a letter, and continue with letters, digits, `-`, `_` and `.`

    error[invalid-stage-name]: `x y` is not a valid stage name
     --> Dockerfile:3:6
      |
    3 | FROM x\u{20}y AS b
      |      ^^^^^^^^
      = help: start the name with a letter, and continue with letters, digits, `-`, `_` and `.`
    ");
}

#[test]
fn instruction_of_any_kind() {
    let instruction = Instruction::from(instruction::Workdir::new("a\nb"));
    assert_snapshot!(stage(|s| s.onbuild(instruction)), @r#"
    error[unencodable-text]: the path of ONBUILD WORKDIR cannot hold a newline
     --> Dockerfile:2:19
      |
    2 | ONBUILD WORKDIR "a\u{a}b"
      |                   ^^^^^ newline
    "#);
}
