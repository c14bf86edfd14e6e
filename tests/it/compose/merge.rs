//! Merging, and renaming.

use std::collections::BTreeSet;

use multistage::{
    Context, Dockerfile, Image, Stage, StageName, error::RenameError, merge::MergeConflict,
};
use proptest::prelude::*;

use super::generator::{SYSTEMS, any_file, any_name};
use super::meaning::{Build, Meanings};

fn parse(text: &str) -> Dockerfile {
    Dockerfile::parse(text).expect("it is read")
}

/// What two texts are together, without blank lines.
#[track_caller]
fn merged(here: &str, there: &str) -> Vec<String> {
    let mut file = parse(here);
    file.merge(parse(there)).expect("they can be merged");
    lines(&file)
}

#[track_caller]
fn lines(file: &Dockerfile) -> Vec<String> {
    let text = file.render().expect("it is right");
    let lines = text.lines().filter(|line| !line.is_empty());
    lines.map(ToOwned::to_owned).collect()
}

#[track_caller]
fn refused(here: &str, there: &str) -> String {
    let mut file = parse(here);
    let before = file.clone();
    let error = file.merge(parse(there)).expect_err("they cannot be merged");
    assert_eq!(file, before);
    error.to_string()
}

#[test]
fn every_reference_follows() {
    let there = "FROM alpine AS a\nONBUILD COPY --from=a /x /\nFROM a AS child\nCOPY --from=A /x /\n\
                 RUN --mount=from=a,target=/a true\n";
    assert_eq!(
        merged("FROM busybox AS a\n", there),
        [
            "FROM busybox AS a",
            "FROM alpine AS a-2",
            "ONBUILD COPY --from=a-2 /x /",
            "FROM a-2 AS child",
            "COPY --from=a-2 /x /",
            "RUN --mount=type=bind,from=a-2,target=/a \\",
            "    true",
        ]
    );
}

#[test]
fn numbers_of_stages_follow() {
    assert_eq!(
        merged("FROM a\nFROM b\n", "FROM c\nFROM d\nCOPY --from=0 /x /\n"),
        ["FROM a", "FROM b", "FROM c", "FROM d", "COPY --from=2 /x /"]
    );
    // What nothing triggers counts the stages of another file.
    assert_eq!(
        merged("FROM a\n", "FROM c\nONBUILD COPY --from=0 /x /\n"),
        ["FROM a", "FROM c", "ONBUILD COPY --from=0 /x /"]
    );
}

#[test]
fn a_new_name_is_free_everywhere() {
    assert_eq!(
        merged(
            "FROM x AS a\nFROM y AS a-2\nCOPY --from=a-3 /x /\n",
            "FROM z AS a\nFROM z AS a-4\nCOPY --from=a-5 /x /\n"
        ),
        [
            "FROM x AS a",
            "FROM y AS a-2",
            "COPY --from=a-3 /x /",
            "FROM z AS a-6",
            "FROM z AS a-4",
            "COPY --from=a-5 /x /"
        ]
    );
}

#[test]
fn images_stay_images() {
    // Of the other file, where this one has a stage of the name.
    assert_eq!(
        merged("FROM x AS node\n", "FROM node\nCOPY --from=node /x /\n"),
        [
            "FROM x AS node",
            "FROM node:latest",
            "COPY --from=node:latest /x /"
        ]
    );
    // Of this file, where the other has one. FROM sees what is above it alone.
    assert_eq!(
        merged(
            "FROM node AS x\nCOPY --from=tool /x /\n",
            "FROM a AS node\nFROM a AS tool\n"
        ),
        [
            "FROM node AS x",
            "COPY --from=tool /x /",
            "FROM a AS node",
            "FROM a AS tool-2"
        ]
    );
    // A trigger is looked up where it runs.
    assert_eq!(
        merged(
            "FROM x AS node\n",
            "FROM a\nONBUILD COPY --from=node /x /\n"
        ),
        ["FROM x AS node", "FROM a", "ONBUILD COPY --from=node /x /"]
    );
}

#[test]
fn contexts_are_shared_or_renamed() {
    let other = || {
        let mut other = Dockerfile::new();
        let docs = other.context("docs");
        other.push(Stage::new("nginx").copy_from(&docs, "/", "/"));
        other.push(Stage::new("docs:latest"));
        other
    };
    let mut shared = Dockerfile::new();
    shared.context("docs");
    let merged = shared.merge(other()).expect("they can be merged");
    assert_eq!(merged.context("docs"), Some(&Context::new("docs")));
    assert_eq!(shared.contexts().count(), 1);
    for text in [
        "FROM alpine AS docs\n",
        "FROM docs\n",
        "FROM docker.io/library/docs\n",
    ] {
        let mut file = parse(text);
        let merged = file.merge(other()).expect("they can be merged");
        assert_eq!(merged.context("docs"), Some(&Context::new("docs-2")));
        assert_eq!(
            lines(&file)[1..],
            ["FROM nginx", "COPY --from=docs-2 / /", "FROM docs-2"]
        );
    }
    // A stage that a context of this file would replace.
    let mut file = Dockerfile::new();
    file.context("docs");
    let merged = file
        .merge(parse("FROM alpine AS docs\n"))
        .expect("they can be merged");
    assert_eq!(merged.stage("docs"), Some(&StageName::new("docs-2")));
}

#[test]
fn under_a_prefix() {
    let mut other = parse(
        "ARG OS=linux\nFROM a AS bin-linux\nFROM bin-$OS AS bin\nFROM node:$OS\nFROM $OS\nCOPY --from=bin /x /\n",
    );
    let docs = other.context("docs");
    let last = other.stages_mut().last_mut().expect("there is one");
    *last = last.clone().copy_from(&docs, "/", "/");
    other.target("bin");
    let mut file = parse("FROM a AS api-bin\n");
    let merged = file.merge_under("API", other).expect("they can be merged");
    assert_eq!(
        lines(&file),
        [
            "ARG OS=linux",
            "FROM a AS api-bin",
            "FROM a AS api-bin-linux",
            "FROM api-bin-$OS AS api-bin-2",
            "FROM node:$OS",
            "FROM $OS AS api",
            "COPY --from=api-bin-2 /x /",
            "COPY --from=api-docs / /",
        ]
    );
    assert_eq!(merged.stage("Bin"), Some(&StageName::new("api-bin-2")));
    assert_eq!(merged.last(), Some(&StageName::new("api")));
    assert_eq!(merged.stages().count(), 3);
    assert_eq!(
        file.targets().collect::<Vec<_>>(),
        [&StageName::new("api-bin-2")]
    );
}

#[test]
fn global_args_are_one_list() {
    assert_eq!(
        merged(
            "ARG A=1\nARG B\nFROM x\n",
            "ARG A=1 C=2\n# of D\nARG D=$C\nARG B\nFROM y\n"
        ),
        [
            "ARG A=1", "ARG B", "ARG C=2", "# of D", "ARG D=$C", "FROM x", "FROM y"
        ]
    );
}

#[test]
fn a_default_is_one() {
    assert_eq!(
        refused("ARG V=1\nFROM x\n", "ARG V=2\nFROM y\n"),
        "the global ARG `V` has the default `1` in this file and the default `2` in the one that is merged: \
         give it the same default, or another name"
    );
    assert!(refused("ARG V=1\nFROM x\n", "ARG V\nFROM y\n").contains("and no default in the one"));
    assert!(refused("ARG V\nARG V=1\nFROM x\n", "ARG V=1\nFROM y\n").contains("`V`"));
}

/// BuildKit acts on the argument for every stage of a file.
#[test]
fn the_date_of_the_image_is_one() {
    assert_eq!(
        refused("FROM x\n", "ARG SOURCE_DATE_EPOCH=0\nFROM y\n"),
        "the global ARG `SOURCE_DATE_EPOCH` has the default `0` in the one that is merged, and BuildKit would act on it \
         for the stages of the other file too: declare it in both"
    );
    assert!(
        refused("ARG SOURCE_DATE_EPOCH=0\nFROM x\n", "FROM y\n")
            .contains("in this file, and BuildKit would act")
    );
    assert!(
        refused(
            "ARG SOURCE_DATE_EPOCH=0\nFROM x\n",
            "ARG SOURCE_DATE_EPOCH=1\nFROM y\n"
        )
        .contains("the default `0` in this file and the default `1`")
    );
    // Two that name a stage each are two dates.
    let dated = "ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\nADD https://example.com/a.tar /\nFROM alpine AS app\n";
    let mut file = Dockerfile::new();
    file.merge_under("one", parse(dated))
        .expect("there is no stage that it would act on");
    let text = file.render().expect("it is right");
    assert!(
        text.starts_with("ARG SOURCE_DATE_EPOCH=one-src\n\nFROM scratch AS one-src\n"),
        "{text}"
    );
    let error = file
        .merge_under("two", parse(dated))
        .expect_err("two dates");
    assert!(
        error
            .to_string()
            .contains("the default `one-src` in this file and the default `src`")
    );
    assert_eq!(file.render().ok(), Some(text));
    assert_eq!(
        refused(dated, dated),
        "the global ARG `SOURCE_DATE_EPOCH` names the stage `src` in both files, and each means its own: there can be one"
    );
    assert_eq!(
        merged(
            "ARG SOURCE_DATE_EPOCH=0\nFROM x\n",
            "ARG SOURCE_DATE_EPOCH=0\nFROM y\n"
        ),
        ["ARG SOURCE_DATE_EPOCH=0", "FROM x", "FROM y"]
    );
}

#[test]
fn a_default_stays_with_its_file() {
    assert_eq!(
        refused("ARG V=1\nFROM x\n", "FROM y\nARG V\n"),
        "the global ARG `V` has the default `1` in this file, and the other file uses `V` without a default: \
         declare it in both, or give it another name"
    );
    let there = "in the one that is merged, and the other";
    assert!(refused("FROM x:$V\n", "ARG V=1\nFROM y\n").contains(there));
    assert!(refused("FROM --platform=$P x\n", "ARG P=1\nFROM y\n").contains(there));
    assert!(refused("ARG A=$V\nFROM x\n", "ARG V=1\nFROM y\n").contains(there));
    assert!(refused("FROM x\nONBUILD ARG V\n", "ARG V=1\nFROM y\n").contains(there));
    assert!(
        refused("ARG V=1\nFROM x\n", "ARG A=$V\nARG V=1\nFROM y\n").contains("in this file, and")
    );
    // With a default of its own, or with none at all, nothing changes.
    assert_eq!(merged("ARG V=1\nFROM x\n", "FROM y\nARG V=2\n").len(), 4);
    assert_eq!(merged("ARG V\nFROM x\n", "FROM y\nARG V\n").len(), 4);
}

#[test]
fn bases_that_are_expressions() {
    let told = refused(
        "FROM x AS bin-linux\n",
        "FROM y AS bin-linux\nFROM bin-$OS\n",
    );
    assert!(
        told.contains("could not name it as `bin-linux-2`"),
        "{told}"
    );
    assert!(
        told.ends_with(
            "FROM `bin-$OS` of the file that is merged would name the stage `bin-linux` of this file: rename the stage"
        ),
        "{told}"
    );
    assert!(
        refused("FROM x AS node\n", "ARG B=node\nFROM $B\n")
            .contains("would name the stage `node`")
    );
    assert!(
        refused("FROM x AS a\n", "FROM y AS a\nFROM a${X:+-debug}\n")
            .contains("could not name it as `a-2`")
    );
    // A build argument says it, and says the name that the stage had.
    assert!(
        refused("FROM x AS a\n", "ARG B\nFROM y AS a\nFROM $B\n")
            .contains("could not name it as `a-2`")
    );
    assert_eq!(
        merged("FROM x AS a\n", "ARG B=alpine\nFROM y AS a\nFROM $B\n").len(),
        4
    );
}

#[test]
fn stages_that_an_argument_names_keep_their_names() {
    let text =
        "ARG B=a\nARG X\nFROM y AS a\nFROM y AS b\nFROM $B AS c\nFROM y AS bin-x\nFROM bin-$X\n";
    let mut file = Dockerfile::new();
    file.merge_under("p", parse(text))
        .expect("they can be merged");
    assert_eq!(
        lines(&file),
        [
            "ARG B=a",
            "ARG X",
            "FROM y AS a",
            "FROM y AS b",
            "FROM $B AS p-c",
            "FROM y AS p-bin-x",
            "FROM p-bin-$X AS p"
        ]
    );
    // Where one is taken, nothing will do.
    let mut file = parse("FROM x AS a\n");
    let other = parse(text);
    let error = file.merge_under("p", other).expect_err("the name is taken");
    assert!(error.conflicts().contains(&MergeConflict::BrokenBase {
        base: Image::new("$B"),
        from: StageName::new("a"),
        to: StageName::new("a-2"),
    }));
    let mixed = "ARG B=bin-a\nFROM y AS bin-a\nFROM $B AS c\nFROM y AS bin-x\nFROM bin-$X\n";
    let error = Dockerfile::new()
        .merge_under("p", parse(mixed))
        .expect_err("one has a prefix");
    assert!(
        error.to_string().contains("could not name it as `p-bin-a`"),
        "{error}"
    );
}

#[test]
fn all_conflicts_are_told() {
    let told = refused("ARG A=1\nARG B=1\nFROM x\n", "ARG A=2\nARG B=2\nFROM y\n");
    assert_eq!(told.lines().count(), 2);
}

#[test]
fn directives_are_those_of_the_file() {
    let here = "# syntax=docker/dockerfile:1\n\n# here\n\nARG A=1\nFROM a\nRUN x\n# end of a\n";
    let there = "# syntax=docker/dockerfile:1.4\n# escape=`\n\n# there\n\nARG B=1\n# of b\nFROM b\nRUN y\n# end of b\n";
    assert_eq!(
        merged(here, there),
        [
            "# syntax=docker/dockerfile:1",
            "# here",
            "ARG A=1",
            "ARG B=1",
            "FROM a",
            "RUN x",
            "# end of a",
            "# there",
            "# of b",
            "FROM b",
            "RUN y",
            "# end of b",
        ]
    );
}

#[test]
fn a_reference_can_mean_a_stage_of_the_other_file() {
    let mut tools = Dockerfile::new();
    tools.stage("dev", Stage::new(StageName::new("base")));
    let mut file = parse("FROM alpine AS base\n");
    file.merge(tools).expect("they can be merged");
    assert_eq!(lines(&file), ["FROM alpine AS base", "FROM base AS dev"]);
}

#[test]
fn nothing_and_something() {
    let mut file = Dockerfile::new();
    assert_eq!(file.merge(Dockerfile::new()).expect("nothing").last(), None);
    let text = "ARG A=1\n\n# c\nFROM a AS b\n";
    file.merge(parse(text)).expect("something");
    assert_eq!(file.render().expect("it is right"), text);
    file.merge_under("x", Dockerfile::new()).expect("nothing");
    assert_eq!(file.render().expect("it is right"), text);
}

#[test]
fn rename_errors() {
    let mut file = parse("FROM a AS bin-linux\nFROM b AS other\nFROM bin-$OS\n");
    assert!(matches!(
        file.rename("x", "y"),
        Err(RenameError::UnknownStage(_))
    ));
    assert_eq!(
        file.rename("other", "bin-linux").unwrap_err().to_string(),
        "another stage is named `bin-linux` already"
    );
    assert_eq!(
        file.rename("bin-linux", "linux").unwrap_err().to_string(),
        "FROM `bin-$OS` can name the stage `bin-linux`, and could not name it as `linux`: for the same build \
         arguments Docker would pull an image `bin-linux`"
    );
    let before = file.clone();
    assert_eq!(
        file.rename("Bin-Linux", "bin-linux"),
        Ok(StageName::new("bin-linux"))
    );
    assert_eq!(file, before);
    // Another argument would name it, the same one would not.
    assert!(matches!(
        file.rename("bin-linux", "bin-windows"),
        Err(RenameError::BrokenBase { .. })
    ));
}

#[test]
fn names_in_arguments_follow() {
    let mut file = parse(
        "ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\nFROM a AS b\nARG BUILDKIT_SBOM_SCAN_STAGE=x,b\nARG C=b\n",
    );
    file.rename("src", "date").expect("it is there");
    file.rename("b", "c").expect("it is there");
    assert_eq!(
        lines(&file),
        [
            "ARG SOURCE_DATE_EPOCH=date",
            "FROM scratch AS date",
            "FROM a AS c",
            "ARG BUILDKIT_SBOM_SCAN_STAGE=x,c",
            "ARG C=b"
        ]
    );
}

/// Every stage says what it said, as far as the two files have been put after each other.
pub(super) fn say_the_same(
    merged: &Dockerfile,
    parts: [&Dockerfile; 2],
    prefix: &str,
) -> Result<(), TestCaseError> {
    let mut meanings = Meanings::default();
    let mut none = BTreeSet::new();
    let mut stage = 0;
    for file in parts {
        for n in 0..file.stages().len() {
            // What is given to an open base can name a stage of the file that received.
            let open = merged
                .stages()
                .iter()
                .any(|stage| stage.base().to_string() == "$OS");
            // By default an image: an argument that names a stage of the other file is not
            // followed.
            let caught = |os: &str| {
                let names = |name: &str| {
                    let mut stages = merged.stages().iter().filter_map(Stage::name);
                    stages.any(|stage| stage.as_str().ends_with(name))
                };
                os != "linux" && names(&format!("bin-{os}"))
            };
            for os in SYSTEMS
                .into_iter()
                .filter(|os| (!open || *os != "node") && !caught(os))
            {
                let before = Build {
                    file,
                    os,
                    prefix: "",
                };
                let after = Build {
                    file: merged,
                    os,
                    prefix,
                };
                prop_assert_eq!(
                    meanings.of(before, n, &mut none),
                    meanings.of(after, stage, &mut none),
                    "stage {} with {}:\n{}",
                    stage,
                    os,
                    merged.render().unwrap_or_default()
                );
            }
            stage += 1;
        }
    }
    prop_assert_eq!(merged.stages().len(), stage);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: ProptestConfig::default().failure_persistence,
        ..crate::cases::many()
    })]

    #[test]
    fn merging_keeps_every_image(here in any_file(), there in any_file(), prefix in any::<bool>()) {
        let mut file = here.clone();
        let merged = if prefix { file.merge_under("p", there.clone()) } else { file.merge(there.clone()) };
        let Ok(merged) = merged else {
            prop_assert_eq!(file, here);
            return Ok(());
        };
        prop_assert!(file.render().is_ok(), "{}", file.check());
        say_the_same(&file, [&here, &there], "p-")?;
        // Pruned to a stage that was merged, it is the other file pruned to it.
        for name in there.stages().iter().filter_map(Stage::name) {
            let new = merged.stage(name).expect("it has a name");
            let (alone, together) = (there.for_target(name).unwrap(), file.for_target(new).unwrap());
            // An open base can also be whatever is in the file that received.
            if alone.stages().len() == together.stages().len() {
                say_the_same(&together, [&alone, &Dockerfile::new()], "p-")?;
            } else {
                let alone = alone.render().unwrap();
                prop_assert!(alone.contains("FROM $OS") || alone.contains("FROM bin-$OS"));
            }
        }
    }

    #[test]
    fn merging_is_associative(a in any_file(), b in any_file(), c in any_file()) {
        let mut left = a.clone();
        let left_ok = left.merge(b.clone()).and_then(|_| left.merge(c.clone())).is_ok();
        let mut right = a.clone();
        let mut tail = b.clone();
        let right_ok = tail.merge(c.clone()).and_then(|_| right.merge(tail)).is_ok();
        // A context that gets a number in one order can be in the way in the other.
        if left_ok && right_ok {
            say_the_same(&left, [&right, &Dockerfile::new()], "")?;
        }
    }

    #[test]
    fn renaming_keeps_every_image(file in any_file(), from in any_name(), to in prop_oneof![any_name(), Just(StageName::new("new"))]) {
        let mut renamed = file.clone();
        if renamed.rename(&from, &to).is_ok() && renamed.render().is_ok() {
            let mut meanings = Meanings::default();
            let mut none = BTreeSet::new();
            for n in 0..file.stages().len() {
                let build = |file| Build { file, os: "-", prefix: "" };
                prop_assert_eq!(meanings.of(build(&file), n, &mut none), meanings.of(build(&renamed), n, &mut none));
            }
        } else {
            prop_assert!(renamed == file || renamed.render().is_err());
        }
    }
}
