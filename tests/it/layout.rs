//! How a file that somebody else wrote is laid out, and stays so.

use multistage::args::TARGETARCH;
use multistage::instruction::{self, Arg, Copy, Env, Mount, Run, inline};
use multistage::{Comment, Dockerfile, Fragment, Parsed, Stage, Step, Style, expr};

/// Reads a text, which comes back as it is.
#[track_caller]
fn stays(text: &str) {
    becomes(text, text);
}

/// Reads a text and renders it; what comes out is read as the same file.
#[track_caller]
fn becomes(text: &str, expected: &str) {
    let file = Dockerfile::parse(text).unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(file.render().as_deref(), Ok(expected));
    assert_eq!(Dockerfile::parse(expected).as_ref(), Ok(&file));
}

// Blank lines.

#[test]
fn blank_lines_are_paragraphs() {
    stays("FROM a\n\nRUN one\nRUN two\n\nRUN three\n");
    stays("FROM a\nRUN one\n\n# about two\nRUN two\n");
    stays("FROM a\n# Tools.\n\n# The first of them.\n\nRUN one\n");
    becomes(
        "FROM a\n \t\n\n\nRUN one\n\n\n# x\n\n\n\nRUN two\n\n\n",
        "FROM a\n\nRUN one\n\n# x\n\nRUN two\n",
    );
    becomes("FROM a\r\n\r\nRUN one\r\n\r\n", "FROM a\n\nRUN one\n");
}

#[test]
fn blank_lines_between_global_args() {
    stays("ARG A=1\nARG B=2\n\nARG C=3\n\n# about D\nARG D\n\nFROM a\n");
    stays("# head\n\nARG A=1\n\nARG B=2\n\nFROM a\n");
    becomes("\n\nARG A=1\nFROM a\n", "ARG A=1\n\nFROM a\n");
}

#[test]
fn blank_lines_in_the_header_and_at_the_end() {
    stays("# License.\n\n# What the file is for.\n\nFROM a\n");
    stays("# syntax=docker/dockerfile:1\n\n# License.\n\n# What for.\n\n# above\nFROM a\n");
    stays("FROM a\n\n# end\n\n# of the end\n");
    stays("FROM a\n\n# Stages of the release.\n\n# about b\nFROM b\n");
    stays("FROM a\n\n# about b\n\nFROM b\n");
    becomes("FROM a\nRUN x\n# end\n\n\n", "FROM a\nRUN x\n\n# end\n");
}

#[test]
fn the_writer_adds_its_own_blank_lines() {
    becomes("FROM a\nFROM b\n", "FROM a\n\nFROM b\n");
    becomes(
        "FROM a\nRUN <<E\nx\nE\nRUN y\n",
        "FROM a\nRUN <<E\nx\nE\n\nRUN y\n",
    );
    stays("FROM a\nCOPY <<\"E\" /e\nx\nE\n\n# about y\nRUN y\n");
    stays("FROM a\nONBUILD RUN <<E\nx\nE\n\nRUN y\n");
}

/// A blank line that the writer adds anyway makes no difference, whoever asked for it.
#[test]
fn a_blank_line_counts_where_it_is_written() {
    let file = |second: Step| {
        let mut file = Dockerfile::new();
        let first = Copy::new(inline("x").name("e"), "/e");
        file.push(Stage::new("a").instruction(first).instruction(second));
        file
    };
    let step = || Step::from(Run::new("x"));
    assert_eq!(file(step()), file(step().blank_line()));
    assert_eq!(file(step()).render(), file(step().blank_line()).render());

    let file = |first: Step, second: Step| {
        let mut file = Dockerfile::new();
        file.push(Stage::new("a").instruction(first).instruction(second));
        file
    };
    assert_ne!(file(step(), step()), file(step(), step().blank_line()));
    assert_ne!(file(step(), step()), file(step().blank_line(), step()));

    let mut asked = Dockerfile::new();
    asked.header("head").blank_line().arg("A");
    let mut plain = Dockerfile::new();
    plain.header("head").arg("A");
    assert_eq!(asked, plain);
    asked.blank_line().arg("B");
    plain.arg("B");
    assert_ne!(asked, plain);
}

#[test]
fn blank_lines_from_the_builder() {
    let mut file = Dockerfile::new();
    file.header("License.").blank_line().header("What for.");
    file.arg("A");
    file.blank_line().arg("B");
    file.push(
        Stage::new("a")
            .run("one")
            .blank_line()
            .blank_line()
            .comment("Two.")
            .blank_line()
            .comment("And why.")
            .run("two")
            .instruction(Step::from(Run::new("three")).comment("Three.").blank_line())
            .comment("Four.")
            .instruction(Step::from(Run::new("four")).comment("Below.").blank_line())
            .blank_line(),
    );
    let text = "\
# License.

# What for.

ARG A

ARG B

FROM a
RUN one

# Two.

# And why.
RUN two

# Three.
RUN three
# Four.

# Below.
RUN four
";
    assert_eq!(file.render().as_deref(), Ok(text));
    assert_eq!(Dockerfile::parse(text), Ok(file));
}

/// What a stage declares by itself belongs to the paragraph of what uses it.
#[test]
fn a_blank_line_above_a_declared_argument() {
    let text = "FROM a\nRUN x\n\nARG TARGETARCH\nENV A=${TARGETARCH}\n";
    let mut file = Dockerfile::new();
    file.push(Stage::new("a").run("x").blank_line().env("A", TARGETARCH));
    assert_eq!(file.render().as_deref(), Ok(text));
    let mut file = Dockerfile::new();
    let env = Step::from(multistage::instruction::Env::new(
        "A",
        expr("${TARGETARCH}"),
    ));
    file.push(Stage::new("a").run("x").instruction(env.blank_line()));
    assert_eq!(file.render().as_deref(), Ok(text));
}

#[test]
fn blank_lines_of_a_fragment() {
    let tools = Fragment::new("tools", |stage| stage.blank_line().run("one").blank_line());
    let mut file = Dockerfile::new();
    file.push(Stage::new("a").run("zero").fragment(&tools).run("two"));
    let text = "FROM a\nRUN zero\n\nRUN one\n\nRUN two\n";
    assert_eq!(file.render().as_deref(), Ok(text));
}

#[test]
fn blank_lines_of_a_step_can_be_changed() {
    let mut file = Dockerfile::parse("FROM a\n\nRUN one\nRUN two\n").expect("a file");
    let steps = file.stages_mut()[0].steps_mut();
    assert!(steps[0].has_blank_line() && !steps[1].has_blank_line());
    steps[0].set_blank_line(false);
    steps[1].set_blank_line(true);
    assert_eq!(file.render().as_deref(), Ok("FROM a\nRUN one\n\nRUN two\n"));
}

#[test]
fn comments_know_the_blank_line_below() {
    let file = Dockerfile::parse("FROM a\n# one\n\n# two\nRUN x\n").expect("a file");
    let comments = file.stages()[0].steps()[0].comments();
    let blank: Vec<bool> = comments.iter().map(Comment::has_blank_line).collect();
    assert_eq!(blank, [true, false]);
}

// Descriptions.

/// Docker takes the first comment that begins with the name, whatever follows.
#[test]
fn descriptions_that_go_on() {
    let text = "\
# TAG picks the release.
# It has to be one of the image.
ARG TAG=3.22

# About the base.
# base has the tools.
# Everything else needs it.

FROM alpine:${TAG} AS base
# PORT is
#
# PORT to listen on
# PORT again
# HOST to listen on
ARG PORT HOST
";
    stays(text);
    let file = Dockerfile::parse(text).expect("a file");
    let stage = &file.stages()[0];
    assert_eq!(stage.description(), Some("has the tools."));
    let comments: Vec<_> = stage.comments().iter().map(Comment::text).collect();
    assert_eq!(comments, ["About the base.", "Everything else needs it."]);
    let arg = file.args()[0].instruction();
    assert_eq!(
        arg.declarations()[0].description(),
        Some("picks the release.")
    );
    let multistage::Instruction::Arg(arg) = stage.steps()[0].instruction() else {
        panic!("an ARG");
    };
    assert_eq!(arg.declarations()[0].description(), Some("to listen on"));
    assert_eq!(arg.declarations()[1].description(), Some("to listen on"));
    assert!(file.check().is_empty(), "{}", file.check());
}

#[test]
fn a_description_in_the_header() {
    let text = "# License.\n\n# base has the tools.\n\n# More.\nFROM alpine AS base\n";
    stays(text);
    let file = Dockerfile::parse(text).expect("a file");
    assert_eq!(file.stages()[0].description(), Some("has the tools."));
    assert_eq!(file.header_comments().len(), 1);
    stays("# License.\n\n# More.\n\nFROM alpine AS base\n");
}

#[test]
fn a_description_follows_a_rename() {
    let text = "# base has the tools.\n# Everything needs it.\nFROM alpine AS base\n";
    let mut file = Dockerfile::parse(text).expect("a file");
    file.rename("base", "tools").expect("a free name");
    assert_eq!(
        file.render().as_deref(),
        Ok("# tools has the tools.\n# Everything needs it.\nFROM alpine AS tools\n")
    );
}

/// Comments that Docker attaches to no name stay comments.
#[test]
fn what_is_no_description() {
    for text in [
        "# basement\nFROM alpine AS base\n",
        "# base\nFROM alpine AS base\n",
        "# Base has the tools.\nFROM alpine AS base\n",
        "# base has the tools.\n#\nFROM alpine AS base\n",
    ] {
        stays(text);
        let file = Dockerfile::parse(text).expect("a file");
        assert_eq!(file.stages()[0].description(), None, "{text}");
    }
    let text = "FROM alpine \\\n# base has the tools.\n  AS base\n";
    becomes(text, "## base has the tools.\nFROM alpine AS base\n");
    let text = "FROM alpine\nARG \\\n# A is read\n  A\n";
    becomes(text, "FROM alpine\n## A is read\nARG A\n");
}

/// Docker takes an indented comment for no description; at the margin it would be one.
#[test]
fn indented_comments_stay_comments() {
    becomes(
        "FROM a\n  # V is the version\nARG V\n",
        "FROM a\n## V is the version\nARG V\n",
    );
    becomes(
        "\t# build is first\n# and more\nFROM a AS build\n",
        "## build is first\n# and more\nFROM a AS build\n",
    );
    becomes(
        "FROM a\n  # W is another\nARG V\n",
        "FROM a\n# W is another\nARG V\n",
    );
}

#[test]
fn descriptions_keep_their_spaces() {
    let text = "#  base   has tools\nFROM alpine AS base\n";
    becomes(text, "# base   has tools\nFROM alpine AS base\n");
    let file = Dockerfile::parse(text).expect("a file");
    assert_eq!(file.stages()[0].description(), Some("  has tools"));
}

#[test]
fn an_edit_keeps_the_blank_lines() {
    let text = "from a\n\n\nrun one\n\nrun two\n";
    let parsed = Parsed::new(text);
    let at = multistage::layout::At::Step { stage: 0, step: 0 };
    let edited = parsed.insert_after(at, Run::new("more"));
    assert_eq!(
        edited.as_deref(),
        Ok("from a\n\n\nrun one\nRUN more\n\nrun two\n")
    );
    let edited = parsed.insert_after(at, Run::script("more"));
    assert_eq!(
        edited.as_deref(),
        Ok("from a\n\n\nrun one\nRUN <<EOF\nmore\nEOF\n\nrun two\n")
    );
    let edited = parsed.insert_after(at, Step::from(Arg::new("A")).blank_line());
    assert_eq!(
        edited.as_deref(),
        Ok("from a\n\n\nrun one\n\nARG A\n\nrun two\n")
    );
}

// Commands.

#[test]
fn a_command_below_its_mounts_keeps_its_shape() {
    stays(
        "FROM a\nRUN --mount=type=cache,target=/c \\\n    apt-get install -y \\\n        curl \\\n        git\n",
    );
    stays(
        "FROM a\nRUN --mount=type=cache,target=/c \\\n    apt-get update && \\\n    apt-get install -y \\\n        curl\n",
    );
    becomes(
        "FROM a\nRUN --mount=type=cache,target=/c \\\n  apt-get install -y \\\n      curl \\\n    git\n",
        "FROM a\nRUN --mount=type=cache,target=/c \\\n    apt-get install -y \\\n        curl \\\n      git\n",
    );
    // What is less deep than the first line cannot be.
    becomes(
        "FROM a\nRUN --mount=type=cache,target=/c \\\n      apt-get install -y \\\n    curl\n",
        "FROM a\nRUN --mount=type=cache,target=/c \\\n    apt-get install -y \\\n    curl\n",
    );
}

#[test]
fn a_command_below_the_keyword_stays_there() {
    stays("FROM a\nRUN \\\n    apt-get update && \\\n    apt-get install -y \\\n        curl\n");
    stays(
        "FROM a\nRUN \\\n    # why\n    apt-get install -y \\\n        # a comment\n        curl\n",
    );
    stays("FROM a\nRUN \\\n    date\n");
    stays("FROM a\nRUN --network=none \\\n    date\n");
    stays("FROM a\nCMD \\\n    date\n");
    stays("FROM a\nHEALTHCHECK CMD \\\n    date\n");
    becomes("FROM a\nRUN \\\n[\"date\"]\n", "FROM a\nRUN [\"date\"]\n");
    becomes("FROM a\nRUN\\\n\tdate\n", "FROM a\nRUN \\\n    date\n");
}

#[test]
fn tabs_become_levels() {
    becomes(
        "FROM a\nRUN set -eux; \\\n\tapk add \\\n\t\tcurl \\\n\t; \\\n\tdate\n",
        "FROM a\nRUN set -eux; \\\n    apk add \\\n        curl \\\n    ; \\\n    date\n",
    );
    // Inside quotes they are text.
    stays("FROM a\nRUN echo \"a \\\n\tb\"\n");
}

/// What a command looks like follows from the flags that it has now.
#[test]
fn a_command_whose_mounts_change() {
    let change = |text: &str, change: fn(&mut Run)| {
        let mut file = Dockerfile::parse(text).expect("a file");
        let step = &mut file.stages_mut()[0].steps_mut()[0];
        match step.instruction_mut() {
            multistage::Instruction::Run(run) => change(run),
            _ => panic!("a RUN"),
        }
        let text = file.render().expect("a text");
        assert_eq!(Dockerfile::parse(&text).as_ref(), Ok(&file));
        text
    };
    let cache = "RUN --mount=type=cache,target=/c \\\n";
    let add = |run: &mut Run| run.mounts.push(multistage::instruction::Mount::cache("/c"));
    let clear = |run: &mut Run| run.mounts.clear();
    assert_eq!(
        change(&format!("FROM a\n{cache}    x \\\n        y\n"), clear),
        "FROM a\nRUN x \\\n    y\n"
    );
    assert_eq!(
        change("FROM a\nRUN \\\n    x \\\n        y\n", add),
        format!("FROM a\n{cache}    x \\\n        y\n")
    );
    assert_eq!(
        change("FROM a\nRUN x \\\n        y\n", add),
        format!("FROM a\n{cache}    x \\\n    y\n")
    );
}

/// Comments between the lines of an instruction begin where the line below them does.
#[test]
fn comments_inside_are_indented() {
    stays("FROM a\nENV A=1 \\\n    # about B\n    B=2\n");
    stays("FROM a\nRUN echo \"a \\\n# no text\n  b\"\n");
    becomes(
        "FROM a\nLABEL a=1 \\\n # about b\n b=2\n",
        "FROM a\nLABEL a=1 \\\n      # about b\n      b=2\n",
    );
}

// The first line.

#[test]
fn the_first_line_of_an_executable_file() {
    stays("#!/usr/bin/env -S docker build . -f\n# syntax=docker/dockerfile:1.7\n\nFROM a\n");
    stays("#!/bin/x\n\n# head\n\nFROM a\n");
    stays("#!\n\nFROM a\n");
    becomes(
        "#!/bin/x  \r\n# check=skip=all\r\nFROM a\r\n",
        "#!/bin/x\n# check=skip=all\n\nFROM a\n",
    );
    // To Docker these are comments.
    becomes(
        "#!/bin/x\n# escape=`\n# syntax=x\nFROM a\n",
        "#!/bin/x\n# syntax=x\n\n# escape=`\nFROM a\n",
    );
    becomes(
        "#!/bin/x\n # syntax=x\nFROM a\n",
        "#!/bin/x\n\n# syntax=x\nFROM a\n",
    );
    becomes("\n#!/bin/x\nFROM a\n", "# !/bin/x\nFROM a\n");
    let file = Dockerfile::parse("#!/bin/x\nFROM a\n").expect("a file");
    assert_eq!(file.shebang(), Some("/bin/x"));
}

#[test]
fn an_executable_file_has_no_escape_character_of_its_own() {
    let mut file = Dockerfile::new();
    file.set_shebang("/bin/x")
        .set_escape(multistage::Escape::Backtick);
    file.push(Stage::new("a"));
    let report = file.render().expect_err("Docker reads none");
    assert!(
        report
            .to_string()
            .contains("below a line that begins with `#!`"),
        "{report}"
    );
    let mut file = Dockerfile::new();
    file.set_shebang("/bin/x\nRUN evil");
    file.push(Stage::new("a"));
    assert!(file.render().is_err());
}

// Triggers.

/// An image stores the text of a trigger, so it is written as it was read.
#[test]
fn triggers_stay_as_they_were_read() {
    stays("FROM a\nONBUILD run   x   y\n");
    stays("FROM a\nONBUILD COPY [\"a\", \"b\"]\nONBUILD COPY --chown=1  a  b \n");
    stays("FROM a\nONBUILD RUN --mount=target=/m ls\n");
    stays("FROM a\nONBUILD RUN a && \\\n      b \\\n  && c\n");
    stays("FROM a\nONBUILD RUN a && \\\n      # why\n      b\n");
    stays(
        "FROM a\nONBUILD run <<-EOF\n\tx\n\tEOF\n"
            .replace("\tEOF", "EOF")
            .as_str(),
    );
    stays("FROM a AS b\nRUN x\n\nFROM a\nONBUILD COPY --from=B /x /x\n");
    becomes("FROM a\nonbuild   RUN   x\n", "FROM a\nONBUILD RUN   x\n");
    becomes(
        "FROM a\nonbuild \\\n  env  A b\n",
        "FROM a\nONBUILD env  A b\n",
    );
    // What is not an instruction stays too.
    stays("FROM a\nONBUILD what \\\n  is   this \n");
}

#[test]
fn a_trigger_that_was_changed_is_spelled_anew() {
    let text = "FROM a AS tools\n\nFROM a\nONBUILD copy  --from=tools  /x /x\nONBUILD run  x\n";
    let mut file = Dockerfile::parse(text).expect("a file");
    file.rename("tools", "more").expect("a free name");
    let expected = "FROM a AS more\n\nFROM a\nONBUILD COPY --from=more /x /x\nONBUILD run  x\n";
    assert_eq!(file.render().as_deref(), Ok(expected));
    assert_eq!(Dockerfile::parse(expected), Ok(file));
}

/// Triggers of a hidden stage follow its new name.
#[test]
fn a_trigger_that_cannot_stay_is_spelled_anew() {
    let text = "FROM a AS scratch\n\nFROM b\nONBUILD copy --from=scratch /x /x\n\nFROM b\n";
    let file = Dockerfile::parse(text).expect("a file");
    let text = file.render().expect("a text");
    assert!(
        text.contains("ONBUILD COPY --from=scratch-1 /x /x\n"),
        "{text}"
    );
}

// Edits in place.

#[test]
fn an_update_keeps_every_other_byte() {
    let text = "#!/bin/x\r\n# syntax=docker/dockerfile:1\r\n#mine\r\n\r\narg  A=1\r\nfrom   debian:12\r\n\r\n\r\n  # why\r\nrun   apt-get   \\\r\n   update\r\n#end";
    let parsed = Parsed::new(text);
    assert_eq!(parsed.update(parsed.file()).as_deref(), Ok(text));

    let mut edited = parsed.file().clone();
    edited.arg(("B", "2"));
    edited.stages_mut()[0].from_line_mut().name = Some("base".into());
    edited.stages_mut()[0].push(Run::script("x\ny"));
    let base = edited.stage_name("base").expect("the stage is there");
    edited.stage("dev", Stage::new(&base).comment("more").run("z"));
    let expected = "#!/bin/x\r\n# syntax=docker/dockerfile:1\r\n#mine\r\n\r\narg  A=1\r\nARG B=2\r\nfrom   debian:12 as base\r\n\r\n\r\n  # why\r\nrun   apt-get   \\\r\n   update\r\nRUN <<EOF\r\nx\ny\nEOF\r\n\r\n# end\r\nFROM base AS dev\r\n# more\r\nRUN z\r\n";
    assert_eq!(parsed.update(&edited).as_deref(), Ok(expected));
}

#[test]
fn an_update_of_blank_lines_and_comments() {
    let text = "from a\n\n\nrun  one\nrun  two\n";
    let parsed = Parsed::new(text);
    let mut edited = parsed.file().clone();
    let steps = edited.stages_mut()[0].steps_mut();
    steps[0].set_blank_line(false);
    steps[1].set_blank_line(true);
    assert_eq!(
        parsed.update(&edited).as_deref(),
        Ok("from a\nrun  one\n\nrun  two\n")
    );
    let steps = edited.stages_mut()[0].steps_mut();
    steps[1] = Step::from(Run::new("three")).comment("x").blank_line();
    steps.remove(0);
    assert_eq!(
        parsed.update(&edited).as_deref(),
        Ok("from a\n\n\n# x\nRUN three\n")
    );
    edited.stages_mut()[0].steps_mut().clear();
    edited.header("head");
    assert_eq!(parsed.update(&edited).as_deref(), Ok("# head\n\nfrom a\n"));
}

#[test]
fn an_argument_is_inserted_where_from_can_use_it() {
    for (text, expected) in [
        ("from a\n", "ARG V=1\n\nfrom a\n"),
        ("# mine\nfrom a", "ARG V=1\n\n# mine\nfrom a"),
        ("# head\n\nfrom a\n", "# head\n\nARG V=1\n\nfrom a\n"),
        ("# escape=`\nfrom a\n", "# escape=`\nARG V=1\n\nfrom a\n"),
        ("arg  A\n\n\nfrom a\n", "arg  A\nARG V=1\n\n\nfrom a\n"),
        (
            "#!/bin/x\r\nfrom a\r\n",
            "#!/bin/x\r\nARG V=1\r\n\r\nfrom a\r\n",
        ),
    ] {
        let edited = Parsed::new(text).insert_arg(("V", "1"));
        assert_eq!(edited.as_deref(), Ok(expected), "{text}");
    }
    let parsed = Parsed::new("arg  A\n\narg  B\nfrom a\n");
    let first = parsed.insert_after(multistage::layout::At::File, Arg::new("V"));
    assert_eq!(first.as_deref(), Ok("ARG V\narg  A\n\narg  B\nfrom a\n"));
    let second = parsed.insert_after(multistage::layout::At::Arg(0), Arg::new("V"));
    assert_eq!(second.as_deref(), Ok("arg  A\nARG V\n\narg  B\nfrom a\n"));
    let wrong = parsed.insert_after(multistage::layout::At::Arg(0), Run::new("x"));
    assert_eq!(wrong, Err(multistage::error::EditError::NoPart));
}

#[test]
fn stages_are_appended_below_what_somebody_wrote() {
    let text = "# escape=`\n# mine\nfrom   a as  Base\nrun  sql <<E `\n  -q\nfrom users where x;\nE\n# end";
    let parsed = Parsed::new(text);
    let base = parsed
        .file()
        .stage_name("base")
        .expect("the stage is there");
    let mut added = Dockerfile::new();
    added.set_syntax("docker/dockerfile:1");
    added.arg("V");
    added.stage("dev", Stage::new(&base).run(Run::chain(["a", "b"])));
    let expected = "# syntax=docker/dockerfile:1\n# escape=`\n\nARG V\n\n# mine\nfrom   a as  Base\nrun  sql <<E `\n  -q\nfrom users where x;\nE\n\n# end\nFROM base AS dev\nRUN a `\n    && b\n";
    assert_eq!(parsed.append(&added).as_deref(), Ok(expected));
}

#[test]
fn what_cannot_be_inserted_is_reported_at_its_line() {
    let parsed = Parsed::new("FROM a\nRUN x\n");
    let at = multistage::layout::At::From(0);
    for error in [
        parsed.insert_arg(("V", "a\nb")),
        parsed.insert_after(at, Env::new("A", "a\nb")),
    ] {
        let report = error.expect_err("it has a newline").to_string();
        assert!(
            report.contains("= added at tests/it/layout.rs:"),
            "{report}"
        );
    }
}

#[test]
fn edits_that_cannot_be_made() {
    let parsed = Parsed::new("FROM a\nRUNN x\n");
    let edited = parsed.insert_arg("V");
    assert!(
        matches!(edited, Err(multistage::error::EditError::Unread(_))),
        "{edited:?}"
    );
    let parsed = Parsed::new("FROM a\nRUN x\n");
    let edited = parsed.insert_after(multistage::layout::At::From(0), Run::new("a\nb"));
    assert!(
        matches!(edited, Err(multistage::error::EditError::Invalid(_))),
        "{edited:?}"
    );
}

// Comments from the builder.

#[test]
fn comments_inside_instructions_from_the_builder() {
    use multistage::instruction::{Cmd, Env, Label, Mount};
    let run = Step::from(Run::lines(["a;", "b;", "c"]))
        .inner_comment(2, "about c")
        .inner_comment(1, "about b\nand more")
        .inner_comment(0, "about all")
        .inner_comment(9, "beyond");
    let mounted = Step::from(
        Run::new(multistage::instruction::Command::lines(["a;", "b"]))
            .mount(Mount::cache("/c"))
            .mount(Mount::cache("/d")),
    )
    .inner_comment(0, "about a")
    .inner_comment(1, "about b");
    let env = Step::from(Env::new("A", "1").and("B", "2")).inner_comment(1, "about B");
    let label = Step::from(Label::new("a", "1").and("b", "2")).inner_comment(1, "#");
    let cmd = Step::from(Cmd::new("x")).inner_comment(1, "about x");
    let scoped = Step::from(Run::lines(["a;", "b"])).inner_comment(1, "about b");
    let mut file = Dockerfile::new();
    file.push(
        Stage::new("a")
            .instruction(run)
            .instruction(mounted)
            .instruction(env)
            .instruction(label)
            .instruction(cmd)
            .with_mounts([Mount::cache("/e")], |stage| stage.instruction(scoped)),
    );
    let text = "\
FROM a
# about all
# beyond
RUN a; \\
    # about b
    # and more
    b; \\
    # about c
    c
RUN --mount=type=cache,target=/c \\
    --mount=type=cache,target=/d \\
    # about a
    a; \\
    # about b
    b
ENV A=1 \\
    # about B
    B=2
LABEL a=1 \\
      ##
      b=2
# about x
CMD x
RUN --mount=type=cache,target=/e \\
    a; \\
    # about b
    b
";
    assert_eq!(file.render().as_deref(), Ok(text));
    assert_eq!(Dockerfile::parse(text), Ok(file));
}

/// An image stores the text of a trigger, so that it does not depend on the style of the file.
#[test]
fn triggers_survive_every_style() {
    let mut built = Dockerfile::new();
    built.push(
        Stage::new("alpine")
            .onbuild(Run::chain(["a", "b"]))
            .onbuild(Run::lines(["a;", "  b;", "c"]).mount(Mount::cache("/x")))
            .onbuild(instruction::Env::new("A", "b").and("C", "d")),
    );
    let read = Dockerfile::parse(
        "FROM a\nONBUILD RUN a \\\n  b \\\n      c\nONBUILD ENV A=b \\\n\tC=d\nRUN x \\\n && y\n",
    )
    .expect("it is read");
    for file in [built, read] {
        for indent in [0, 2, 4, 8] {
            let style = Style::default().indent(indent);
            let text = file.render_with(style).expect("it is right");
            let again = Dockerfile::parse(&text).expect("it is read");
            assert_eq!(again, file, "{text}");
            assert_eq!(again.render_with(style), Ok(text));
            assert_eq!(again.render(), file.render());
        }
    }
}

#[test]
fn a_name_that_looks_like_a_host_and_is_none_is_a_path() {
    for (image, is_image) in [
        ("gcr.io_x/app:1", true),
        ("a.b__c/x", true),
        ("my_host.io/x/y", true),
        ("a.b_/x", false),
        ("a_b:80/x", false),
        ("A.b_c/x", false),
        ("a..b/x", false),
    ] {
        let read = Dockerfile::parse(&format!("FROM {image}\n"));
        assert_eq!(read.is_ok(), is_image, "{image}");
    }
}
