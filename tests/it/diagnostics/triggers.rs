//! References of ONBUILD, where a stage of the file triggers them.

use insta::assert_snapshot;
use multistage::instruction::{Copy, Mount, Run};
use multistage::{Context, Dockerfile, Image, Source, Stage, StageName};

use super::drawn;

fn copy_from(name: &str) -> Copy {
    Copy::new("/a", "/b").with_from(StageName::new(name))
}

#[test]
fn nothing_triggers_it() {
    let mut file = Dockerfile::new();
    file.push(Stage::new("alpine").onbuild(copy_from("elsewhere")));
    assert_snapshot!(drawn(&file), @"");
}

#[test]
fn a_stage_triggers_it() {
    let mut file = Dockerfile::new();
    let base = file.stage("base", Stage::new("alpine").onbuild(copy_from("elsewhere")));
    file.stage("app", Stage::new(&base));
    file.stage("other", Stage::new(&base));
    assert_snapshot!(drawn(&file), @r"
    error[unknown-stage]: no stage is named `elsewhere`
     --> Dockerfile:2:21
      |
    2 | ONBUILD COPY --from=elsewhere /a /b
      |                     ^^^^^^^^^ not declared
     ...
    4 | FROM base AS app
      |      ---- triggered here
      = help: declare the stage above; for an image, write `Image::new(..)`
    ");
}

#[test]
fn a_grandchild_does_not() {
    let mut file = Dockerfile::new();
    let base = file.stage("base", Stage::new("alpine").onbuild(copy_from("tool")));
    file.stage("tool", Stage::new("alpine"));
    let app = file.stage("app", Stage::new(&base));
    file.push(Stage::new(&app));
    assert_snapshot!(drawn(&file), @"");
}

#[test]
fn it_names_a_later_stage() {
    let mut file = Dockerfile::new();
    let run = Run::new("ls").mount(Mount::bind("/x").with_from(StageName::new("tool")));
    let base = file.stage("base", Stage::new("alpine").onbuild(run));
    file.stage("app", Stage::new(&base));
    file.stage("tool", Stage::new("alpine"));
    assert_snapshot!(drawn(&file), @r"
    error[later-stage]: `tool` is used before it is declared
     --> Dockerfile:2:36
      |
    2 | ONBUILD RUN --mount=type=bind,from=tool,target=/x \
      |                                    ^^^^ comes later in the file
     ...
    5 | FROM base AS app
      |      ---- triggered here
     ...
    7 | FROM alpine AS tool
      |                ---- declared here
      = help: add `tool` to the file before `app`
    ");
}

#[test]
fn it_names_the_stage_that_triggers_it() {
    let mut file = Dockerfile::new();
    let base = file.stage("base", Stage::new("alpine").onbuild(copy_from("app")));
    file.stage("app", Stage::new(&base));
    assert_snapshot!(drawn(&file), @r"
    error[self-reference]: `app` triggers a reference to itself
     --> Dockerfile:2:21
      |
    2 | ONBUILD COPY --from=app /a /b
      |                     ^^^ names the stage that triggers it
     ...
    4 | FROM base AS app
      |              --- triggered here
      = help: its own files are there already: RUN can copy them
    ");
}

#[test]
fn it_names_its_own_stage() {
    let mut file = Dockerfile::new();
    let base = file.stage("base", Stage::new("alpine").onbuild(copy_from("base")));
    file.stage("app", Stage::new(&base));
    assert_snapshot!(drawn(&file), @"");
}

#[test]
fn it_closes_a_circle() {
    let mut file = Dockerfile::new();
    let base = file.stage("base", Stage::new("alpine").onbuild(copy_from("tool")));
    let app = file.stage("app", Stage::new(&base));
    file.stage("tool", Stage::new(&app));
    assert_snapshot!(drawn(&file), @r"
    error[stage-cycle]: `app` needs `tool`, which needs `app` in turn
     --> Dockerfile:2:21
      |
    2 | ONBUILD COPY --from=tool /a /b
      |                     ^^^^ comes later in the file
     ...
    4 | FROM base AS app
      |      ---- triggered here
     ...
    6 | FROM app AS tool
      |      --- `tool` needs `app`
      = help: move what both need into a stage above them
    ");
}

#[test]
fn other_references() {
    let mut file = Dockerfile::new();
    let base = file.stage(
        "base",
        Stage::new("alpine")
            .onbuild(Copy::new("/a", "/b").with_from(Image::new("tool")))
            .onbuild(Copy::new("/a", "/b").with_from(Context::new("docs")))
            .onbuild(Copy::new("/a", "/b").with_from(Source::Index(9)))
            .onbuild(Copy::new("/a", "/b").with_from(Source::Index(0))),
    );
    file.stage("tool", Stage::new("alpine"));
    file.push(Stage::new(&base));
    assert_snapshot!(drawn(&file), @r#"
    error[shadowed-image]: Docker takes the image `tool` for a stage
     --> Dockerfile:2:21
      |
    2 | ONBUILD COPY --from=tool /a /b
      |                     ^^^^ would be the stage `tool`
     ...
    7 | FROM alpine AS tool
      |                ---- the stage of that name
     ...
    9 | FROM base
      |      ---- triggered here
      = help: for the stage, pass the value that `stage` returned; for the image, write `tool:latest`

    error[undeclared-context]: no context is declared as `docs`
     --> Dockerfile:3:21
      |
    3 | ONBUILD COPY --from=docs /a /b
      |                     ^^^^ not declared
     ...
    9 | FROM base
      |      ---- triggered here
      = help: declare it: `file.context("docs")`

    error[stage-index-out-of-range]: no stage has the number 9
     --> Dockerfile:4:21
      |
    4 | ONBUILD COPY --from=9 /a /b
      |                     ^ the last stage is 2
     ...
    9 | FROM base
      |      ---- triggered here
      = help: give the stage a name, and refer to that
    "#);
}
