//! What a `$` is.

use insta::assert_snapshot;
use multistage::instruction::{Mount, Run, literal_path};
use multistage::{ArgName, Dockerfile, Image, Stage, Text, expr, instruction};

use super::{drawn, stage};

#[test]
fn undecided() {
    let copy = instruction::Copy::new("$SRC", "/$DST").chown("$USER");
    assert_snapshot!(stage(|s| s
        .env("PRICE", "$5 off")
        .label("$KEY", "v")
        .workdir("/home/${USER}")
        .volume("$HOME")
        .instruction(copy)
        .run(Run::new("ls").mount(Mount::secret("$ID")))
        .arg(("A", "$B"))), @r#"
    error[undecided-dollar]: the value of ENV `PRICE` has a `$` that Docker would expand
     --> Dockerfile:2:11
      |
    2 | ENV PRICE="\$5 off"
      |           ^^^^^^^^^ text or variable?
      = help: write `literal("$5 off")` for the text as it is
              or `expr("$5 off")` for the variable

    error[undecided-dollar]: the key of LABEL has a `$` that Docker would expand
     --> Dockerfile:3:7
      |
    3 | LABEL "\$KEY"=v
      |       ^^^^^^^ text or variable?
      = help: write `literal("$KEY")` for the text as it is
              or `expr("$KEY")` for the variable

    error[undecided-dollar]: the path of WORKDIR has a `$` that Docker would expand
     --> Dockerfile:4:9
      |
    4 | WORKDIR "/home/\${USER}"
      |         ^^^^^^^^^^^^^^^^ text or variable?
      = help: write `literal("/home/${USER}")` for the text as it is
              or `expr("/home/${USER}")` for the variable

    error[undecided-dollar]: a path of VOLUME has a `$` that Docker would expand
     --> Dockerfile:5:9
      |
    5 | VOLUME ["$HOME"]
      |         ^^^^^^^ text or variable?
      = help: write `literal("$HOME")` for the text as it is
              or `expr("$HOME")` for the variable

    error[undecided-dollar]: `--chown` of COPY has a `$` that Docker would expand
     --> Dockerfile:6:14
      |
    6 | COPY --chown=$USER ["$SRC", "/$DST"]
      |              ^^^^^ text or variable?
      = help: write `literal("$USER")` for the text as it is
              or `expr("$USER")` for the variable

    error[undecided-dollar]: a source of COPY has a `$` that Docker would expand
     --> Dockerfile:6:21
      |
    6 | COPY --chown=$USER ["$SRC", "/$DST"]
      |                     ^^^^^^ text or variable?
      = help: write `literal("$SRC")` for the text as it is
              or `expr("$SRC")` for the variable

    error[undecided-dollar]: the destination of COPY has a `$` that Docker would expand
     --> Dockerfile:6:29
      |
    6 | COPY --chown=$USER ["$SRC", "/$DST"]
      |                             ^^^^^^^ text or variable?
      = help: write `literal("/$DST")` for the text as it is
              or `expr("/$DST")` for the variable

    error[undecided-dollar]: `id` in `--mount` of RUN has a `$` that Docker would expand
     --> Dockerfile:7:28
      |
    7 | RUN --mount=type=secret,id=$ID \
      |                            ^^^ text or variable?
      = help: write `literal("$ID")` for the text as it is
              or `expr("$ID")` for the variable

    error[undecided-dollar]: the default of ARG `A` has a `$` that Docker would expand
     --> Dockerfile:9:7
      |
    9 | ARG A="\$B"
      |       ^^^^^ text or variable?
      = help: write `literal("$B")` for the text as it is
              or `expr("$B")` for the variable
    "#);
}

#[test]
fn undecided_where_quoted_and_long() {
    let text = format!("say \"hi\" to $USER{}", " and all the others".repeat(8));
    assert_snapshot!(stage(|s| s.env("A", text)), @r#"
    error[undecided-dollar]: the value of ENV `A` has a `$` that Docker would expand
     --> Dockerfile:2:7
      |
    2 | ENV A="say \"hi\" to \$USER and all the others and all the others and all the others and all the others and all the others and all the others and all the others and all the others"
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ text or variable?
      = help: write `literal("say \"hi\" to $USER and all the others and all the others and …")` for the text as it is
              or `expr("say \"hi\" to $USER and all the others and all the others and …")` for the variable
    "#);
}

#[test]
fn undecided_image() {
    let mut file = Dockerfile::new();
    file.push(Stage::new(Image::from(Text::from("node:$V"))));
    assert_snapshot!(drawn(&file), @r#"
    error[undecided-dollar]: the base of FROM has a `$` that Docker would expand
     --> Dockerfile:1:6
      |
    1 | FROM node:\u{24}V
      |      ^^^^^^^^^^^^ text or variable?
      = help: write `expr("node:$V")` for the variable
    "#);
}

#[test]
fn what_is_no_variable_needs_no_decision() {
    assert_snapshot!(stage(|s| s
        .env("A", "a $ b")
        .run("echo $HOME")
        .cmd(["sh", "-c", "$HOME"])
        .copy(literal_path("a"), "/a")), @"");
}

#[test]
fn unreadable() {
    let deep = "${a:-".repeat(100) + &"}".repeat(100);
    assert_snapshot!(stage(|s| s
        .env("A", expr("${}"))
        .env("B", expr("/bin:${PATH"))
        .env("C", expr("${A^}"))
        .workdir(expr("${A/b}"))
        .user(expr("${A#\\b}"))
        .copy(expr("${A"), expr("${B"))
        .expose("${P")
        .arg(("D", expr(deep)))), @r#"
    error[invalid-expression]: the value of ENV `A` is not an expression that Docker can read
     --> Dockerfile:2:7
      |
    2 | ENV A="\${}"
      |       ^^^^^^ `${` has no variable name after it
      = help: for the text as it is, write `literal("${}")`

    error[invalid-expression]: the value of ENV `B` is not an expression that Docker can read
     --> Dockerfile:3:7
      |
    3 | ENV B="/bin:\${PATH"
      |       ^^^^^^^^^^^^^^ `${` is not closed by `}`
      = help: for the text as it is, write `literal("/bin:${PATH")`

    error[invalid-expression]: the value of ENV `C` is not an expression that Docker can read
     --> Dockerfile:4:7
      |
    4 | ENV C="\${A^}"
      |       ^^^^^^^^ the modifier after the name inside `${…}` is none of `:-` `-` `:+` `+` `:?` `?` `#` `##` `%` `%%` `/` `//`
      = help: for the text as it is, write `literal("${A^}")`

    error[invalid-expression]: the path of WORKDIR is not an expression that Docker can read
     --> Dockerfile:5:9
      |
    5 | WORKDIR "\${A/b}"
      |         ^^^^^^^^^ `${NAME/pattern/replacement}` lacks its second `/`
      = help: for the text as it is, write `literal("${A/b}")`

    error[invalid-expression]: USER is not an expression that Docker can read
     --> Dockerfile:6:6
      |
    6 | USER "\${A#\\b}"
      |      ^^^^^^^^^^^ a pattern has a backslash before something other than `*`, `?`, `\`, `}` and `/`
      = help: for the text as it is, write `literal("${A#\\b}")`

    error[invalid-expression]: a source of COPY is not an expression that Docker can read
     --> Dockerfile:7:7
      |
    7 | COPY ["\"\\${A\"", "\"\\${B\""]
      |       ^^^^^^^^^^^ `${` is not closed by `}`
      = help: for the text as it is, write `literal("${A")`

    error[invalid-expression]: the destination of COPY is not an expression that Docker can read
     --> Dockerfile:7:20
      |
    7 | COPY ["\"\\${A\"", "\"\\${B\""]
      |                    ^^^^^^^^^^^ `${` is not closed by `}`
      = help: for the text as it is, write `literal("${B")`

    error[invalid-expression]: a port of EXPOSE is not an expression that Docker can read
     --> Dockerfile:8:8
      |
    8 | EXPOSE \u{24}{P
      |        ^^^^^^^^ `${` is not closed by `}`

    error[invalid-expression]: the default of ARG `D` is not an expression that Docker can read
     --> Dockerfile:9:7
      |
    9 | ARG D="\${a:-\${a:-\${a:-\${a:-\${a:-\${a:-\${a:-\${a:-\${a:-\${a:-\${a:-\${a:-\${a:-\${a:-\${a:-\${…
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `${…}` is nested more than 64 deep
      = help: for the text as it is, write `literal("${a:-${a:-${a:-${a:-${a:-${a:-${a:-${a:-${a:-${a:-${a:-${a:-…")`
    "#);
}

#[test]
fn unreadable_image() {
    let mut file = Dockerfile::new();
    file.push(Stage::new("node:${V"));
    assert_snapshot!(drawn(&file), @r"
    error[invalid-expression]: the base of FROM is not an expression that Docker can read
     --> Dockerfile:1:6
      |
    1 | FROM node:\u{24}{V
      |      ^^^^^^^^^^^^^ `${` is not closed by `}`
    ");
}

#[test]
fn names_of_variables() {
    let version = ArgName::new("app-version");
    let mut file = Dockerfile::new();
    file.arg(&version);
    file.push(
        Stage::new("alpine")
            .arg("app-version")
            .env("A", &version)
            .onbuild(instruction::Arg::new("x.y")),
    );
    assert_snapshot!(drawn(&file), @r"
    warning[unexpandable-arg-name]: no expression can name the ARG `app-version`
     --> Dockerfile:1:5
      |
    1 | ARG app-version
      |     ^^^^^^^^^^^ not a variable name
      = help: a name is letters, digits and `_`, with no digit in front

    warning[unexpandable-arg-name]: no expression can name the ARG `app-version`
     --> Dockerfile:4:5
      |
    4 | ARG app-version
      |     ^^^^^^^^^^^ not a variable name
      = help: a name is letters, digits and `_`, with no digit in front

    error[invalid-expression]: the value of ENV `A` has a variable that Docker cannot expand
     --> Dockerfile:5:7
      |
    5 | ENV A=${app-version}
      |       ^^^^^^^^^^^^^^ `app-version` is not a valid variable name
      = help: a name is letters, digits and `_`, with no digit in front

    warning[unexpandable-arg-name]: no expression can name the ARG `x.y`
     --> Dockerfile:6:13
      |
    6 | ONBUILD ARG x.y
      |             ^^^ not a variable name
      = help: a name is letters, digits and `_`, with no digit in front
    ");
}

#[test]
fn variable_in_from_flags() {
    let mut file = Dockerfile::new();
    let version = file.arg(("V", "1"));
    let image = Image::new(format!("uv:{version}"));
    file.push(
        Stage::new("alpine")
            .copy_from(&image, "/uv", "/usr/bin/")
            .run(Run::new("uv sync").mount(Mount::bind("/uv").with_from(&image))),
    );
    assert_snapshot!(drawn(&file), @r"
    error[variable-in-from-flag]: `--from` of COPY cannot hold a variable
     --> Dockerfile:4:13
      |
    4 | COPY --from=uv:${V} /uv /usr/bin/
      |             ^^^^^^^ Docker expands nothing here
      = help: FROM is expanded: make a stage of the image, `file.stage(name, Stage::new(image))`, and refer to that

    error[variable-in-from-flag]: `from` in `--mount` of RUN cannot hold a variable
     --> Dockerfile:5:28
      |
    5 | RUN --mount=type=bind,from=uv:${V},target=/uv \
      |                            ^^^^^^^ Docker expands nothing here
      = help: FROM is expanded: make a stage of the image, `file.stage(name, Stage::new(image))`, and refer to that
    ");
}

/// Docker takes the name as it is spelled, and `$A` is another variable.
#[test]
fn a_name_that_begins_with_a_byte_order_mark() {
    let text = "FROM a\nARG \u{feff}A=1\n";
    let file = Dockerfile::parse(text).expect("Docker builds it");
    assert_eq!(file.render().as_deref(), Ok(text));
    assert_eq!(
        file.check().diagnostics()[0].rule.id,
        "unexpandable-arg-name"
    );
}
