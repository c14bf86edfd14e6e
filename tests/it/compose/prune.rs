//! Pruning to targets.

use std::collections::BTreeSet;

use multistage::{Dockerfile, Image, Stage, StageName, expr, instruction};
use proptest::prelude::*;

use super::generator::{SYSTEMS, any_file, any_name};
use super::meaning::{Build, Meanings};

fn parse(text: &str) -> Dockerfile {
    Dockerfile::parse(text).expect("it is read")
}

fn names(file: &Dockerfile) -> Vec<&str> {
    let stages = file.stages().iter();
    stages
        .map(|stage| stage.name().map_or("-", StageName::as_str))
        .collect()
}

#[test]
fn what_a_target_needs() {
    let file = parse(
        "FROM alpine AS base\nFROM base AS a\nFROM base AS b\nFROM alpine AS c\nFROM scratch AS app\n\
         COPY --from=b /x /\nRUN --mount=from=c,target=/c true\nFROM app AS later\n",
    );
    let app = file.for_target("App").expect("it is there");
    assert_eq!(names(&app), ["base", "b", "c", "app"]);
    assert_eq!(
        app.targets().map(StageName::as_str).collect::<Vec<_>>(),
        ["app"]
    );
    assert!(app.check().is_empty(), "{}", app.check());
}

#[test]
fn an_unknown_target() {
    let error = parse("FROM alpine AS app\n").for_target("apq").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no stage is named `apq`; did you mean `app`?"
    );
    assert_eq!(error.near(), Some(&StageName::new("app")));
}

#[test]
fn numbers_follow() {
    let file = parse(
        "FROM alpine AS unused\nFROM busybox\nFROM alpine\nFROM scratch AS app\nCOPY --from=2 /x /\nCOPY --from=1 /y /\n",
    );
    let text = file.for_target("app").unwrap().render().unwrap();
    assert_eq!(
        text,
        "FROM busybox\n\nFROM alpine\n\nFROM scratch AS app\nCOPY --from=1 /x /\nCOPY --from=0 /y /\n"
    );
}

#[test]
fn triggers_run_in_the_children_of_their_stage() {
    let text = "FROM alpine\nFROM alpine AS tools\nFROM alpine AS base\nONBUILD COPY --from=1 /x /\n\
                FROM base AS child\nFROM child AS grandchild\nFROM alpine AS other\n";
    let file = parse(text);
    let needed = |target: &str| {
        let pruned = file.for_target(target).unwrap();
        let names: Vec<String> = names(&pruned).iter().map(ToString::to_string).collect();
        (
            names.join(" "),
            pruned.render().unwrap().contains("--from=1"),
        )
    };
    // Where nothing triggers it, a number counts the stages of another file.
    assert_eq!(needed("base"), ("base".to_owned(), true));
    assert_eq!(needed("child"), ("tools base child".to_owned(), false));
    assert_eq!(
        needed("grandchild"),
        ("tools base child grandchild".to_owned(), false)
    );
}

#[test]
fn every_child_triggers() {
    let file = parse(
        "FROM alpine AS tools\nFROM alpine AS base\nONBUILD COPY --from=tools /x /\nFROM base AS a\nFROM base AS b\n",
    );
    assert_eq!(
        names(&file.for_target("b").unwrap()),
        ["tools", "base", "b"]
    );
}

#[test]
fn a_base_that_is_an_expression_can_be_several() {
    let file = parse(
        "FROM a AS bin-linux\nFROM b AS bin-windows\nONBUILD COPY --from=other /x /\nFROM c AS other\nFROM d AS unused\n\
         FROM bin-$TARGETOS AS app\nFROM e AS bin-later\nFROM node:$V AS web\nFROM $BASE AS any\n",
    );
    assert_eq!(
        names(&file.for_target("app").unwrap()),
        ["bin-linux", "bin-windows", "other", "app"]
    );
    assert_eq!(names(&file.for_target("web").unwrap()), ["web"]);
    assert_eq!(file.for_target("any").unwrap().stages().len(), 8);
}

#[test]
fn what_docker_takes_for_a_stage_is_kept() {
    let mut file = Dockerfile::new();
    file.stage("tools", Stage::new("alpine"));
    file.stage(
        "app",
        Stage::new("scratch").copy_from(Image::new("tools"), "/x", "/"),
    );
    assert_eq!(names(&file.for_target("app").unwrap()), ["tools", "app"]);
}

#[test]
fn the_stage_that_tells_the_date_is_kept() {
    let file = parse(
        "ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\nADD https://example.com/a.tar /\nFROM alpine AS app\n",
    );
    assert_eq!(names(&file.for_target("app").unwrap()), ["src", "app"]);
}

#[test]
fn what_else_the_file_says_stays() {
    let text = "# syntax=docker/dockerfile:1\n# escape=\\\n# check=skip=all\n\n# header\n\nARG A=1\n\n# gone\nFROM a AS gone\n\n\
                # kept\nFROM b AS kept\nRUN x\n\n# end\n";
    let pruned = parse(text).for_target("kept").unwrap();
    let expected = text.replace("# gone\nFROM a AS gone\n\n", "");
    assert_eq!(pruned.render().unwrap(), expected);
}

#[test]
fn unused_stages_are_removed() {
    let mut file =
        parse("FROM a AS lint\nFROM b AS test\nFROM c AS build\nFROM d\nCOPY --from=build /x /\n");
    file.target("test");
    let removed = file.remove_unused();
    assert_eq!(removed.len(), 1);
    assert_eq!(names(&file), ["test", "build", "-"]);
    assert_eq!(file.remove_unused(), []);
    assert_eq!(Dockerfile::new().remove_unused(), []);
}

#[test]
fn files_that_are_wrong_are_pruned_too() {
    let mut file = Dockerfile::new();
    let late = StageName::new("late");
    let a = file.stage(
        "a",
        Stage::new(&late).copy_from(StageName::new("none"), "/x", "/y"),
    );
    file.stage(&late, Stage::new(&a));
    file.stage(
        "b",
        Stage::new(expr("${"))
            .instruction(instruction::Copy::new("a", "b").with_from(Image::new("99"))),
    );
    assert_eq!(names(&file.for_target("a").unwrap()), ["a", "late"]);
    assert_eq!(names(&file.for_target("b").unwrap()), ["b"]);
}

proptest! {
    #![proptest_config(crate::cases::many())]

    #[test]
    fn a_target_says_what_it_said(file in any_file(), target in any_name()) {
        let Some(old) = file.stages().iter().position(|stage| stage.name() == Some(&target)) else {
            prop_assert!(file.for_target(&target).is_err());
            return Ok(());
        };
        let pruned = file.for_target(&target).expect("it is there");
        let new = pruned.stages().len() - 1;
        prop_assert_eq!(pruned.stages()[new].name(), Some(&target));
        let mut meanings = Meanings::default();
        let mut needed = BTreeSet::new();
        for os in SYSTEMS {
            let before = Build { file: &file, os, prefix: "" };
            let after = Build { file: &pruned, ..before };
            let said = meanings.of(before, old, &mut needed);
            prop_assert_eq!(said, meanings.of(after, new, &mut BTreeSet::new()));
        }
        // An open base can be whatever is above it.
        if !file.render().expect("it is right").contains("FROM $OS") {
            prop_assert_eq!(needed.len(), pruned.stages().len());
        }
        prop_assert!(pruned.render().is_ok());
        prop_assert_eq!(pruned.for_target(&target).expect("it is there"), pruned);
    }

    #[test]
    fn what_is_unused_goes_and_nothing_else(file in any_file()) {
        let mut pruned = file.clone();
        let removed = pruned.remove_unused();
        prop_assert_eq!(removed.len() + pruned.stages().len(), file.stages().len());
        let mut meanings = Meanings::default();
        for os in SYSTEMS {
            let before = Build { file: &file, os, prefix: "" };
            let after = Build { file: &pruned, ..before };
            let mut none = BTreeSet::new();
            prop_assert_eq!(
                meanings.of(before, file.stages().len() - 1, &mut none),
                meanings.of(after, pruned.stages().len() - 1, &mut none)
            );
        }
    }
}
