//! Comments and descriptions.

use insta::assert_snapshot;
use multistage::instruction::{Arg, Run};
use multistage::{CheckDirective, Dockerfile, Stage};

use super::{drawn, stage};

#[test]
fn the_later_of_two_declarations_is_described() {
    let mut file = Dockerfile::new();
    let twice = || {
        Arg::new("X")
            .default("1")
            .and(Arg::new("X").describe("is it"))
    };
    file.arg(twice());
    file.push(Stage::new("alpine").arg(twice()));
    let report = file.check();
    let mut found = Vec::new();
    for diagnostic in &report {
        if diagnostic.rule.id == "shadowed-description" {
            let spans = diagnostic.labels.iter().map(|label| label.span.clone());
            found.push(spans.map(|span| &report.text()[span]).collect::<Vec<_>>());
        }
    }
    // In the stage, and above it.
    assert_eq!(found, [["# X is it", "X"], ["# X is it", "X"]]);
    assert!(file.render().is_err());
    // Docker takes the comment for the description of both, and so reading does of the first.
    let mut file = Dockerfile::new();
    file.arg(
        Arg::new("X")
            .describe("is it")
            .and(Arg::new("X").default("1")),
    );
    file.push(Stage::new("alpine"));
    let text = file.render().unwrap_or_default();
    assert_eq!(text, "# X is it\nARG X X=1\n\nFROM alpine\n");
    assert_eq!(Dockerfile::parse(&text), Ok(file));
}

#[test]
fn live_checks() {
    let mut file = Dockerfile::new();
    file.header("check = skip=all");
    file.stage(
        "check",
        Stage::new("alpine")
            .describe("=skip=all")
            .header("CHECK=skip=all")
            .comment("first\ncheck=error=true")
            .run("date")
            .check_directive(CheckDirective::new().skip("all"))
            .run("date")
            .comment("check=")
            .comment("checks=all")
            .run(Run::new("date")),
    );
    assert_snapshot!(drawn(&file), @r"
    error[live-check-comment]: Docker takes a comment for a check directive
     --> Dockerfile:2:1
      |
    2 | # check = skip=all
      | ^^^^^^^^^^^^^^^^^^ Docker acts on this comment
      = help: for a comment, begin it with another word
              to set checks, write `Comment::check(CheckDirective::new().skip(..))`

    error[shadowed-description]: a comment takes the place of the description of `check`
     --> Dockerfile:2:1
      |
    2 | # check = skip=all
      | ^^^^^^^^^^^^^^^^^^ Docker takes the first one that begins with the name
     ...
    5 | # check =skip=all
      | ----------------- the description
      = help: begin the comment with another word

    error[live-check-comment]: Docker takes a comment above FROM for a check directive
     --> Dockerfile:4:1
      |
    4 | # CHECK=skip=all
      | ^^^^^^^^^^^^^^^^ Docker acts on this comment
      = help: for a comment, begin it with another word
              to set checks, write `Comment::check(CheckDirective::new().skip(..))`

    error[live-check-comment]: Docker takes the description of `check` for a check directive
     --> Dockerfile:5:1
      |
    5 | # check =skip=all
      | ^^^^^^^^^^^^^^^^^ Docker acts on this comment
      = help: begin the description with a word

    error[live-check-comment]: Docker takes a comment above RUN for a check directive
     --> Dockerfile:8:1
      |
    8 | # check=error=true
      | ^^^^^^^^^^^^^^^^^^ Docker acts on this comment
      = help: for a comment, begin it with another word
              to set checks, write `Comment::check(CheckDirective::new().skip(..))`
    ");
}

#[test]
fn description_without_a_name() {
    assert_snapshot!(stage(|s| s.describe("runs the tests")), @r"
    error[unnamed-description]: a stage without a name has a description
     --> Dockerfile:1:1
      |
    1 | # runs the tests
      | ^^^^^^^^^^^^^^^^ would be a plain comment
      = help: name the stage, `file.stage(name, stage)`, or make it a comment: `.header(..)`
    ");
}

#[test]
fn accidental_descriptions() {
    let mut file = Dockerfile::new();
    file.header("VERSION of the tool");
    file.arg(Arg::new("VERSION"));
    file.stage(
        "test",
        Stage::new("alpine")
            .header("The tests\ntest data is mounted\ntest again")
            .comment("PORT number")
            .arg("PORT")
            .comment("PORT number")
            .run("ls"),
    );
    assert_snapshot!(drawn(&file), @r"
    warning[accidental-description]: Docker takes a comment for the description of `VERSION`
     --> Dockerfile:1:1
      |
    1 | # VERSION of the tool
      | ^^^^^^^^^^^^^^^^^^^^^ begins with the name
      = help: for a description, use `.describe(..)`; for a comment, begin with another word

    warning[unused-global-arg]: nothing uses the argument `VERSION`
     --> Dockerfile:3:5
      |
    3 | ARG VERSION
      |     ^^^^^^^
      = help: drop it, or declare it in the stage that needs it

    warning[accidental-description]: Docker takes a comment for the description of `test`
     --> Dockerfile:6:1
      |
    6 | # test data is mounted
      | ^^^^^^^^^^^^^^^^^^^^^^ begins with the name
      = help: for a description, use `.describe(..)`; for a comment, begin with another word

    warning[accidental-description]: Docker takes a comment for the description of `PORT`
     --> Dockerfile:9:1
      |
    9 | # PORT number
      | ^^^^^^^^^^^^^ begins with the name
      = help: for a description, use `.describe(..)`; for a comment, begin with another word
    ");
}

#[test]
fn header_of_the_file_describes_its_first_stage() {
    let mut file = Dockerfile::new();
    file.set_syntax("docker/dockerfile:1")
        .header("test stages of the app");
    file.stage("test", Stage::new("alpine"));
    assert_snapshot!(drawn(&file), @r"
    warning[accidental-description]: Docker takes a comment for the description of `test`
     --> Dockerfile:3:1
      |
    3 | # test stages of the app
      | ^^^^^^^^^^^^^^^^^^^^^^^^ begins with the name
      = help: for a description, use `.describe(..)`; for a comment, begin with another word
    ");
}

#[test]
fn what_is_no_description() {
    let mut file = Dockerfile::new();
    file.header("test stages of the app\n\nMore about it");
    file.stage(
        "test",
        Stage::new("alpine").header("tests\nTest data\nthe test\n# test"),
    );
    file.push(Stage::new("alpine").header("stage two"));
    assert_snapshot!(drawn(&file), @"");
}

#[test]
fn shadowed_descriptions() {
    let mut file = Dockerfile::new();
    file.arg(
        Arg::new("A")
            .describe("first")
            .and(Arg::new("B").describe("second")),
    );
    file.stage(
        "test",
        Stage::new("alpine")
            .header("test data is mounted")
            .describe("runs the tests"),
    );
    assert_snapshot!(drawn(&file), @r"
    error[shadowed-description]: a comment takes the place of the description of `test`
     --> Dockerfile:5:1
      |
    5 | # test data is mounted
      | ^^^^^^^^^^^^^^^^^^^^^^ Docker takes the first one that begins with the name
    6 | # test runs the tests
      | --------------------- the description
      = help: begin the comment with another word
    ");
}
