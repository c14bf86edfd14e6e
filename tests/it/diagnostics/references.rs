//! References between stages, images and contexts.

use insta::assert_snapshot;
use multistage::instruction::{Mount, Run};
use multistage::{Context, Dockerfile, Image, Source, Stage, StageName};

use super::drawn;

fn name(name: &str) -> StageName {
    StageName::new(name)
}

#[test]
fn unknown_stages() {
    let mut file = Dockerfile::new();
    file.stage("builder", Stage::new("rust:1.85"));
    file.stage("deps", Stage::new(name("buidler")));
    file.push(
        Stage::new("scratch")
            .copy_from(name("biulder"), "/app", "/")
            .copy_from(name("elsewhere"), "/app", "/")
            .run(Run::new("ls").mount(Mount::bind("/x, y").with_from(name("dep"))))
            .copy_from(name("scratch"), "/app", "/"),
    );
    assert_snapshot!(drawn(&file), @r#"
    error[unknown-stage]: no stage is named `buidler`
     --> Dockerfile:3:6
      |
    3 | FROM buidler AS deps
      |      ^^^^^^^ not declared
      = help: did you mean `builder`?

    error[unknown-stage]: no stage is named `biulder`
     --> Dockerfile:6:13
      |
    6 | COPY --from=biulder /app /
      |             ^^^^^^^ not declared
      = help: did you mean `builder`?

    error[unknown-stage]: no stage is named `elsewhere`
     --> Dockerfile:7:13
      |
    7 | COPY --from=elsewhere /app /
      |             ^^^^^^^^^ not declared
      = help: declare the stage above; for an image, write `Image::new(..)`

    error[unknown-stage]: no stage is named `dep`
     --> Dockerfile:8:29
      |
    8 | RUN --mount="type=bind,from=dep,\"target=/x, y\"" \
      |                             ^^^ not declared
      = help: did you mean `deps`?

    error[unknown-stage]: no stage is named `scratch`
      --> Dockerfile:10:13
       |
    10 | COPY --from=scratch /app /
       |             ^^^^^^^ not declared
       = help: the empty image is `Image::scratch()`, or `Stage::new("scratch")`
    "#);
}

#[test]
fn unknown_stage_where_none_has_a_name() {
    let mut file = Dockerfile::new();
    file.push(Stage::new("rust:1.85"));
    file.push(Stage::new("scratch").copy_from(name("builder"), "/app", "/"));
    assert_snapshot!(drawn(&file), @r"
    error[unknown-stage]: no stage is named `builder`
     --> Dockerfile:4:13
      |
    4 | COPY --from=builder /app /
      |             ^^^^^^^ not declared
      = help: no stage has a name: `file.stage(name, stage)` gives it one
    ");
}

#[test]
fn unknown_stage_that_is_a_context() {
    let mut file = Dockerfile::new();
    file.context("docs");
    file.push(Stage::new("nginx").copy_from(name("docs"), "/", "/srv/"));
    assert_snapshot!(drawn(&file), @r"
    error[unknown-stage]: no stage is named `docs`
     --> Dockerfile:2:13
      |
    2 | COPY --from=docs / /srv/
      |             ^^^^ not declared
      = help: for the context, pass the value that `context` returned
    ");
}

#[test]
fn later_stages() {
    let mut file = Dockerfile::new();
    file.stage(
        "app",
        Stage::new(name("base")).copy_from(name("build"), "/a", "/b"),
    );
    file.push(
        Stage::new("alpine").run(
            Run::new("ls")
                .mount(Mount::cache("/c"))
                .mount(Mount::bind("/b").with_from(name("build"))),
        ),
    );
    file.stage("base", Stage::new("alpine"));
    file.stage("build", Stage::new(name("base")));
    assert_snapshot!(drawn(&file), @r"
    error[later-stage]: `base` is used before it is declared
     --> Dockerfile:1:6
      |
    1 | FROM base AS app
      |      ^^^^ comes later in the file
     ...
    9 | FROM alpine AS base
      |                ---- declared here
      = help: add `base` to the file before `app`

    error[later-stage]: `build` is used before it is declared
      --> Dockerfile:2:13
       |
     2 | COPY --from=build /a /b
       |             ^^^^^ comes later in the file
      ...
    11 | FROM base AS build
       |              ----- declared here
       = help: add `build` to the file before `app`

    error[later-stage]: `build` is used before it is declared
      --> Dockerfile:6:28
       |
     6 |     --mount=type=bind,from=build,target=/b \
       |                            ^^^^^ comes later in the file
      ...
    11 | FROM base AS build
       |              ----- declared here
       = help: add `build` to the file before stage 1
    ");
}

#[test]
fn self_references() {
    let mut file = Dockerfile::new();
    file.stage("a", Stage::new(name("a")));
    file.stage(
        "b",
        Stage::new("alpine")
            .copy_from(name("b"), "/a", "/b")
            .run(Run::new("ls").mount(Mount::bind("/x").with_from(name("b")))),
    );
    file.push(Stage::new("alpine").copy_from(Source::Index(2), "/a", "/b"));
    assert_snapshot!(drawn(&file), @r#"
    error[self-reference]: `a` refers to itself
     --> Dockerfile:1:6
      |
    1 | FROM a AS a
      |      ^ this is the stage itself
      = help: for the image, write `Stage::new("a")`

    error[self-reference]: `b` refers to itself
     --> Dockerfile:4:13
      |
    4 | COPY --from=b /a /b
      |             ^ this is the stage itself
      = help: its own files are there already: RUN can copy them

    error[self-reference]: `b` refers to itself
     --> Dockerfile:5:28
      |
    5 | RUN --mount=type=bind,from=b,target=/x \
      |                            ^ this is the stage itself
      = help: its own files are there already

    error[self-reference]: stage 2 refers to itself
     --> Dockerfile:9:13
      |
    9 | COPY --from=2 /a /b
      |             ^ this is the stage itself
      = help: its own files are there already: RUN can copy them
    "#);
}

#[test]
fn an_image_may_have_the_name_of_its_stage() {
    let mut file = Dockerfile::new();
    let dart = file.stage("dart", Stage::new("dart"));
    file.push(Stage::new("scratch").copy_from(&dart, "/a", "/b"));
    assert_snapshot!(drawn(&file), @"");
}

#[test]
fn circle_of_two() {
    let mut file = Dockerfile::new();
    let base = file.stage(
        "base",
        Stage::new("alpine").copy_from(name("tools"), "/t", "/t"),
    );
    file.stage("tools", Stage::new(&base).run("make tool"));
    assert_snapshot!(drawn(&file), @r"
    error[stage-cycle]: `base` needs `tools`, which needs `base` in turn
     --> Dockerfile:2:13
      |
    2 | COPY --from=tools /t /t
      |             ^^^^^ comes later in the file
     ...
    4 | FROM base AS tools
      |      ---- `tools` needs `base`
      = help: move what both need into a stage above them
    ");
}

#[test]
fn circle_of_many() {
    let mut file = Dockerfile::new();
    file.push(Stage::new("alpine").copy_from(name("d"), "/", "/"));
    file.stage("a", Stage::new("alpine").copy_from(name("c"), "/", "/"));
    file.stage("b", Stage::new(name("a")));
    file.stage(
        "c",
        Stage::new("alpine").run(Run::new("ls").mount(Mount::bind("/b").with_from(name("b")))),
    );
    file.stage(
        "d",
        Stage::new("alpine")
            .copy_from(name("e"), "/", "/")
            .copy_from(name("c"), "/", "/"),
    );
    file.stage("e", Stage::new(name("d")));
    assert_snapshot!(drawn(&file), @r"
    error[later-stage]: `d` is used before it is declared
      --> Dockerfile:2:13
       |
     2 | COPY --from=d / /
       |             ^ comes later in the file
      ...
    13 | FROM alpine AS d
       |                - declared here
       = help: add `d` to the file before stage 0

    error[stage-cycle]: `a` needs `c`, which needs `a` in turn
      --> Dockerfile:5:13
       |
     5 | COPY --from=c / /
       |             ^ comes later in the file
      ...
     7 | FROM a AS b
       |      - `b` needs `a`
      ...
    10 | RUN --mount=type=bind,from=b,target=/b \
       |                            - `c` needs `b`
       = help: move what both need into a stage above them

    error[stage-cycle]: `d` needs `e`, which needs `d` in turn
      --> Dockerfile:14:13
       |
    14 | COPY --from=e / /
       |             ^ comes later in the file
      ...
    17 | FROM d AS e
       |      - `e` needs `d`
       = help: move what both need into a stage above them
    ");
}

#[test]
fn duplicate_names() {
    let mut file = Dockerfile::new();
    let build = file.stage("build", Stage::new("node:22"));
    file.push(Stage::new(&build));
    file.stage("Build", Stage::new("rust:1.85"));
    file.stage("build", Stage::new("golang:1.24"));
    file.push(Stage::new("scratch").copy_from(&build, "/a", "/b"));
    assert_snapshot!(drawn(&file), @r"
    error[duplicate-stage-name]: two stages are named `build`
     --> Dockerfile:5:19
      |
    1 | FROM node:22 AS build
      |                 ----- the name is taken here
     ...
    5 | FROM rust:1.85 AS build
      |                   ^^^^^ taken again here
      = help: give one of them another name

    error[duplicate-stage-name]: two stages are named `build`
     --> Dockerfile:7:21
      |
    1 | FROM node:22 AS build
      |                 ----- the name is taken here
     ...
    7 | FROM golang:1.24 AS build
      |                     ^^^^^ taken again here
      = help: give one of them another name
    ");
}

#[test]
fn duplicate_name_that_is_not_built_yet() {
    let mut file = Dockerfile::new();
    let build = file.stage("build", Stage::new("node:22"));
    file.push(Stage::new("scratch").copy_from(&build, "/a", "/b"));
    file.stage("build", Stage::new(&build));
    file.allow("duplicate-stage-name");
    assert_snapshot!(drawn(&file), @r"
    error[later-stage]: `build` is used before it is declared
     --> Dockerfile:4:13
      |
    4 | COPY --from=build /a /b
      |             ^^^^^ comes later in the file
     ...
    6 | FROM build AS build
      |               ----- declared here
      = help: add `build` to the file before stage 1
    ");
}

#[test]
fn reserved_names() {
    let mut file = Dockerfile::new();
    file.stage("scratch", Stage::new("alpine"));
    file.stage("Context", Stage::new("alpine"));
    file.push(Stage::new("scratch"));
    assert_snapshot!(drawn(&file), @r"
    error[reserved-stage-name]: a stage is named `scratch`
     --> Dockerfile:1:16
      |
    1 | FROM alpine AS scratch
      |                ^^^^^^^ the name of the empty image
      = help: give it another name

    error[reserved-stage-name]: a stage is named `context`
     --> Dockerfile:3:16
      |
    3 | FROM alpine AS context
      |                ^^^^^^^ the name of the build context
      = help: give it another name

    error[shadowed-image]: Docker takes the image `scratch` for a stage
     --> Dockerfile:5:6
      |
    1 | FROM alpine AS scratch
      |                ------- the stage of that name
     ...
    5 | FROM scratch
      |      ^^^^^^^ would be the stage `scratch`
      = help: give the stage another name
    ");
}

#[test]
fn ill_formed_names() {
    let mut file = Dockerfile::new();
    let second = file.stage("2nd", Stage::new("alpine"));
    file.push(
        Stage::new("alpine")
            .copy_from(&second, "/a", "/b")
            .copy_from(name("node:22"), "/a", "/b")
            .copy_from(name("a b"), "/a", "/b")
            .copy_from(name("$x"), "/a", "/b")
            .copy_from(name("0"), "/a", "/b"),
    );
    file.stage("größe", Stage::new(name("")));
    assert_snapshot!(drawn(&file), @r#"
    error[invalid-stage-name]: `2nd` is not a valid stage name
     --> Dockerfile:1:16
      |
    1 | FROM alpine AS 2nd
      |                ^^^
      = help: start the name with a letter, and continue with letters, digits, `-`, `_` and `.`

    error[invalid-stage-name]: `node:22` is not a valid stage name
     --> Dockerfile:5:13
      |
    5 | COPY --from=node:22 /a /b
      |             ^^^^^^^
      = help: for an image, write `Image::new("node:22")`

    error[invalid-stage-name]: `a b` is not a valid stage name
     --> Dockerfile:6:13
      |
    6 | COPY --from="a b" /a /b
      |             ^^^^^
      = help: start the name with a letter, and continue with letters, digits, `-`, `_` and `.`

    error[invalid-stage-name]: `$x` is not a valid stage name
     --> Dockerfile:7:13
      |
    7 | COPY --from=$x /a /b
      |             ^^
      = help: start the name with a letter, and continue with letters, digits, `-`, `_` and `.`

    error[invalid-stage-name]: `0` is not a valid stage name
     --> Dockerfile:8:13
      |
    8 | COPY --from=0 /a /b
      |             ^
      = help: for an image, write `Image::new("0")`

    error[invalid-stage-name]: the name of a stage is empty
      --> Dockerfile:10:6
       |
    10 | FROM  AS größe
       |      ^
       = help: start the name with a letter, and continue with letters, digits, `-`, `_` and `.`

    error[invalid-stage-name]: `größe` is not a valid stage name
      --> Dockerfile:10:10
       |
    10 | FROM  AS größe
       |          ^^^^^
       = help: start the name with a letter, and continue with letters, digits, `-`, `_` and `.`
    "#);
}

#[test]
fn shadowed_images() {
    let mut file = Dockerfile::new();
    file.push(
        Stage::new("node")
            .copy_from(Image::new("node"), "/a", "/b")
            .copy_from(Image::new("0"), "/a", "/b")
            .copy_from(Image::new("00"), "/a", "/b")
            .run(Run::new("ls").mount(Mount::bind("/x").with_from(Image::new("0")))),
    );
    file.stage("node", Stage::new("node"));
    file.push(
        Stage::new("node")
            .run(Run::new("ls").mount(Mount::bind("/x").with_from(Image::new("node"))))
            .copy_from(Image::new("node:22"), "/a", "/b"),
    );
    assert_snapshot!(drawn(&file), @r"
    error[shadowed-image]: Docker takes the image `node` for a stage
     --> Dockerfile:2:13
      |
    2 | COPY --from=node /a /b
      |             ^^^^ would be the stage `node`
     ...
    8 | FROM node AS node
      |              ---- the stage of that name
      = help: for the stage, pass the value that `stage` returned; for the image, write `node:latest`

    error[shadowed-image]: Docker takes the image `0` for a number
     --> Dockerfile:3:13
      |
    3 | COPY --from=0 /a /b
      |             ^ would be a stage, counted from 0
      = help: for the image, write `0:latest`

    error[shadowed-image]: Docker takes the image `00` for a number
     --> Dockerfile:4:13
      |
    4 | COPY --from=00 /a /b
      |             ^^ would be a stage, counted from 0
      = help: for the image, write `00:latest`

    error[shadowed-image]: Docker takes the image `node` for a stage
      --> Dockerfile:10:6
       |
     8 | FROM node AS node
       |              ---- the stage of that name
      ...
    10 | FROM node
       |      ^^^^ would be the stage `node`
       = help: for the stage, pass the value that `stage` returned; for the image, write `node:latest`

    error[shadowed-image]: Docker takes the image `node` for a stage
      --> Dockerfile:11:28
       |
     8 | FROM node AS node
       |              ---- the stage of that name
      ...
    11 | RUN --mount=type=bind,from=node,target=/x \
       |                            ^^^^ would be the stage `node`
       = help: for the stage, pass the value that `stage` returned; for the image, write `node:latest`
    ");
}

#[test]
fn shadowed_contexts() {
    let mut file = Dockerfile::new();
    let docs = file.context("docs");
    file.stage("docs", Stage::new("alpine"));
    file.push(Stage::new("nginx").copy_from(&docs, "/", "/srv/"));
    file.push(Stage::new(&docs));
    assert_snapshot!(drawn(&file), @r"
    error[shadowed-image]: Docker takes the context `docs` for a stage
     --> Dockerfile:4:13
      |
    1 | FROM alpine AS docs
      |                ---- the stage of that name
     ...
    4 | COPY --from=docs / /srv/
      |             ^^^^ would be the stage `docs`
      = help: for the stage, pass the value that `stage` returned; or give the context another name

    error[shadowed-image]: Docker takes the context `docs` for a stage
     --> Dockerfile:6:6
      |
    1 | FROM alpine AS docs
      |                ---- the stage of that name
     ...
    6 | FROM docs
      |      ^^^^ would be the stage `docs`
      = help: for the stage, pass the value that `stage` returned; or give the context another name
    ");
}

#[test]
fn undeclared_contexts() {
    let mut file = Dockerfile::new();
    file.context("docs-site");
    file.push(
        Stage::new(Context::new("assets"))
            .copy_from(Context::new("doc-site"), "/", "/srv/")
            .run(Run::new("ls").mount(Mount::bind("/x").with_from(Context::new("docs-sites")))),
    );
    assert_snapshot!(drawn(&file), @r#"
    error[undeclared-context]: no context is declared as `assets`
     --> Dockerfile:1:6
      |
    1 | FROM assets
      |      ^^^^^^ not declared
      = help: declare it: `file.context("assets")`

    error[undeclared-context]: no context is declared as `doc-site`
     --> Dockerfile:2:13
      |
    2 | COPY --from=doc-site / /srv/
      |             ^^^^^^^^ not declared
      = help: did you mean `docs-site`?

    error[undeclared-context]: no context is declared as `docs-sites`
     --> Dockerfile:3:28
      |
    3 | RUN --mount=type=bind,from=docs-sites,target=/x \
      |                            ^^^^^^^^^^ not declared
      = help: did you mean `docs-site`?
    "#);
}

#[test]
fn names_of_contexts() {
    let mut file = Dockerfile::new();
    let names = ["Docs Site", "scratch", "Context", "$x", "docs:3"];
    let contexts: Vec<Context> = names.iter().map(|name| file.context(*name)).collect();
    let mut stage = Stage::new(&contexts[0]);
    for context in &contexts {
        stage = stage.copy_from(context, "/", "/srv/");
    }
    file.push(stage.run(Run::new("ls").mount(Mount::bind("/x").with_from(&contexts[0]))));
    assert_snapshot!(drawn(&file), @r#"
    error[invalid-context-name]: Docker cannot find a context named `Docs Site`
     --> Dockerfile:1:6
      |
    1 | FROM Docs\u{20}Site
      |      ^^^^^^^^^^^^^^
      = help: write a name in the form of an image reference, in lower case, such as `docs-site`

    error[invalid-context-name]: Docker cannot find a context named `Docs Site`
     --> Dockerfile:2:13
      |
    2 | COPY --from="Docs Site" / /srv/
      |             ^^^^^^^^^^^
      = help: write a name in the form of an image reference, in lower case, such as `docs-site`

    error[invalid-context-name]: Docker cannot find a context named `scratch`
     --> Dockerfile:3:13
      |
    3 | COPY --from=scratch / /srv/
      |             ^^^^^^^
      = help: the empty image is `Image::scratch()`

    error[invalid-context-name]: Docker cannot find a context named `Context`
     --> Dockerfile:4:13
      |
    4 | COPY --from=Context / /srv/
      |             ^^^^^^^
      = help: leave out `--from` to copy from the build context

    error[invalid-context-name]: Docker cannot find a context named `$x`
     --> Dockerfile:5:13
      |
    5 | COPY --from=$x / /srv/
      |             ^^
      = help: write a name in the form of an image reference, in lower case, such as `docs-site`

    error[invalid-context-name]: Docker cannot find a context named `Docs Site`
     --> Dockerfile:7:29
      |
    7 | RUN --mount="type=bind,from=Docs Site,target=/x" \
      |                             ^^^^^^^^^
      = help: write a name in the form of an image reference, in lower case, such as `docs-site`
    "#);
}

#[test]
fn numbers_out_of_range() {
    let mut file = Dockerfile::new();
    file.push(Stage::new("alpine").copy_from(Source::Index(1), "/a", "/b"));
    file.push(
        Stage::new(Source::Index(7))
            .copy_from(Source::Index(2), "/a", "/b")
            .copy_from(Source::Index(0), "/a", "/b"),
    );
    assert_snapshot!(drawn(&file), @r"
    error[stage-cycle]: stage 0 needs stage 1, which needs stage 0 in turn
     --> Dockerfile:2:13
      |
    2 | COPY --from=1 /a /b
      |             ^ comes later in the file
     ...
    6 | COPY --from=0 /a /b
      |             - stage 1 needs stage 0
      = help: move what both need into a stage above them

    error[stage-index-out-of-range]: no stage has the number 7
     --> Dockerfile:4:6
      |
    4 | FROM 7
      |      ^ the last stage is 1
      = help: give the stage a name, and refer to that

    error[unnamed-base]: FROM cannot refer to a stage by its number
     --> Dockerfile:4:6
      |
    4 | FROM 7
      |      ^ Docker takes this for an image
      = help: give the stage a name: `file.stage(name, stage)` returns its handle

    error[stage-index-out-of-range]: no stage has the number 2
     --> Dockerfile:5:13
      |
    5 | COPY --from=2 /a /b
      |             ^ the last stage is 1
      = help: give the stage a name, and refer to that
    ");
}

#[test]
fn empty_files() {
    assert_snapshot!(drawn(&Dockerfile::new()), @r"
    error[empty-file]: the file has no stage
     --> Dockerfile
      = help: `file.push(Stage::new(image))` adds one
    ");
    let mut file = Dockerfile::new();
    file.arg("A");
    assert_snapshot!(drawn(&file), @r"
    error[empty-file]: the file has no stage
     --> Dockerfile
      = help: `file.push(Stage::new(image))` adds one
    ");
}

#[test]
fn unknown_targets() {
    let mut file = Dockerfile::new();
    let release = file.stage("release", Stage::new("alpine"));
    file.target(&release).target("relaese").target("elsewhere");
    assert_snapshot!(drawn(&file), @r"
    error[unknown-target]: the target `relaese` is not a stage
     --> Dockerfile
      = help: did you mean `release`?

    error[unknown-target]: the target `elsewhere` is not a stage
     --> Dockerfile
      = help: add a stage of that name: `file.stage(name, stage)`
    ");
}
