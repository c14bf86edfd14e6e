//! Pinning images.

use multistage::{Dockerfile, Image, Stage, expr, pin::Lock};
use proptest::prelude::*;

use super::generator::any_file;

const DIGEST: &str = "sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d";
const OTHER: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const FILE: &str = "\
# syntax=docker/dockerfile:1

ARG V=22

FROM node AS build
COPY --from=docker.io/library/node:latest /a /b
RUN --mount=type=bind,from=ghcr.io/acme/tool:1,target=/t \\
    true
ONBUILD COPY --from=node:22 /a /b

FROM build

FROM node:$V

FROM scratch
COPY --from=docs /a /b
";

fn file() -> Dockerfile {
    let mut file = Dockerfile::parse(FILE).expect("it is read");
    file.context("docs");
    file
}

fn images(texts: &[&str]) -> Vec<Image> {
    texts.iter().map(Image::new).collect()
}

#[test]
fn images_from_outside() {
    let all = [
        "docker/dockerfile:1",
        "node",
        "ghcr.io/acme/tool:1",
        "node:22",
        "node:$V",
    ];
    assert_eq!(file().images(), images(&all));
    assert_eq!(file().unpinned(), images(&all));
}

#[test]
fn a_lock_is_applied_everywhere() {
    let lock = Lock::from_iter([
        ("docker/dockerfile:1", DIGEST),
        ("node:latest", DIGEST),
        ("ghcr.io/acme/tool:1", DIGEST),
        ("docker.io/library/node:22", OTHER),
        ("scratch", DIGEST),
        ("docs", DIGEST),
        ("build", DIGEST),
        ("unused", DIGEST),
    ]);
    let mut file = file();
    assert_eq!(file.pin(&lock), 6);
    let expected = FILE
        .replace("dockerfile:1", &format!("dockerfile:1@{DIGEST}"))
        .replace("FROM node AS", &format!("FROM node@{DIGEST} AS"))
        .replace(
            "library/node:latest",
            &format!("library/node:latest@{DIGEST}"),
        )
        .replace("tool:1", &format!("tool:1@{DIGEST}"))
        .replace("node:22", &format!("node:22@{OTHER}"))
        .replace("V=22", &format!("V=22@{OTHER}"));
    assert_eq!(file.render().expect("it is right"), expected);
    assert_eq!(file.unpinned(), []);
    assert_eq!(file.pin(&lock), 0);
    assert_eq!(file.unpin(&lock), 6);
    assert_eq!(file.render().expect("it is right"), FILE);
}

#[test]
fn a_new_digest_takes_the_place_of_the_old_one() {
    let mut file = Dockerfile::parse(&format!("FROM node:22@{OTHER}\nFROM alpine@{OTHER}\n"))
        .expect("it is read");
    assert_eq!(file.unpinned(), []);
    let lock = Lock::from_iter([("node:22", DIGEST)]);
    assert_eq!(file.pin(&lock), 1);
    let text = file.render().expect("it is right");
    assert_eq!(
        text,
        format!("FROM node:22@{DIGEST}\n\nFROM alpine@{OTHER}\n")
    );
    // What the lock does not say stays.
    assert_eq!(file.unpin(&Lock::from_iter([("alpine", DIGEST)])), 0);
}

#[test]
fn expressions_with_digests() {
    let mut file = Dockerfile::new();
    file.push(Stage::new(format!("node:$V@{DIGEST}")));
    file.push(Stage::new(Image::from(expr("node@$DIGEST"))));
    assert_eq!(file.unpinned(), []);
    assert_eq!(
        Image::new("node@$D").with_digest(DIGEST),
        Image::new("node@$D")
    );
    assert_eq!(
        Image::new("node:$V").with_digest(DIGEST),
        Image::new(format!("node:$V@{DIGEST}"))
    );
}

#[test]
fn a_digest_that_is_none_is_reported() {
    let mut file = Dockerfile::parse("FROM node:22\n").expect("it is read");
    file.pin(&Lock::from_iter([("node:22", "sha256:0")]));
    let report = file.render().expect_err("it is not a digest");
    assert_eq!(report.diagnostics()[0].rule.id, "invalid-image");
}

#[test]
fn a_lock_is_a_map() {
    let json = format!(r#"{{"node:22":"{DIGEST}","ghcr.io/acme/tool":"{OTHER}"}}"#);
    let lock: Lock = serde_json::from_str(&json).expect("it is a map");
    assert_eq!(
        lock.iter().collect::<Vec<_>>(),
        [("node:22", DIGEST), ("ghcr.io/acme/tool", OTHER)]
    );
    assert_eq!(serde_json::to_string(&lock).expect("it is a map"), json);
    let error = serde_json::from_str::<Lock>("[]").expect_err("it is a list");
    assert!(
        error
            .to_string()
            .contains("a map of images and their digests"),
        "{error}"
    );
    assert!(serde_json::from_str::<Lock>(r#"{"Node: 22":"x"}"#).is_err());
}

proptest! {
    #![proptest_config(crate::cases::many())]

    #[test]
    fn pinning_is_undone(file in any_file()) {
        let lock: Lock = file.images().into_iter().map(|image| (image, DIGEST)).collect();
        let mut pinned = file.clone();
        pinned.pin(&lock);
        prop_assert!(pinned.unpinned().iter().all(|image| image.as_literal().is_none()));
        prop_assert!(pinned.render().is_ok());
        pinned.unpin(&lock);
        prop_assert_eq!(pinned, file);
    }
}

#[track_caller]
fn pinned(text: &str, lock: &Lock) -> String {
    let mut file = Dockerfile::parse(text).expect("it is read");
    let count = file.pin(lock);
    assert!(count > 0, "{text}");
    assert_eq!(file.pin_obstacles(lock), []);
    let pinned = file.render().expect("a text");
    assert_eq!(file.pin(lock), 0, "{pinned}");
    assert_eq!(file.unpin(lock), count);
    assert_eq!(file.render().as_deref(), Ok(text));
    pinned
}

#[test]
fn the_digest_of_an_expression_goes_into_the_argument_that_ends_it() {
    let lock = Lock::from_iter([("alpine:3.22", DIGEST), ("alpine", OTHER)]);
    assert_eq!(
        pinned(
            "ARG TAG=3.22\n\nFROM alpine:$TAG AS a\n\nFROM alpine:$TAG\n",
            &lock
        ),
        format!("ARG TAG=3.22@{DIGEST}\n\nFROM alpine:$TAG AS a\n\nFROM alpine:$TAG\n")
    );
    assert_eq!(
        pinned(
            "ARG BASE=docker.io/library/alpine:3.22\n\nFROM ${BASE:-alpine}\n",
            &lock
        ),
        format!("ARG BASE=docker.io/library/alpine:3.22@{DIGEST}\n\nFROM ${{BASE:-alpine}}\n")
    );
    assert_eq!(
        pinned("FROM ${BASE:-alpine}\n\nFROM ${BASE:-alpine}\n", &lock),
        format!("FROM ${{BASE:-alpine@{OTHER}}}\n\nFROM ${{BASE:-alpine@{OTHER}}}\n")
    );
    assert_eq!(
        pinned(
            "ARG TAG=3.22\nARG IMAGE=alpine\n\nFROM $IMAGE:$TAG\n",
            &lock
        ),
        format!("ARG TAG=3.22@{DIGEST}\nARG IMAGE=alpine\n\nFROM $IMAGE:$TAG\n")
    );
    let mut file = Dockerfile::parse("ARG TAG=3.22\nFROM alpine:$TAG\n").expect("it is read");
    file.pin(&lock);
    assert!(file.unpinned().is_empty());
    file.pin(&Lock::from_iter([("alpine:3.22", OTHER)]));
    assert_eq!(
        file.render().expect("a text"),
        format!("ARG TAG=3.22@{OTHER}\n\nFROM alpine:$TAG\n")
    );
}

#[test]
fn an_expression_that_takes_no_digest_stays_as_it_is() {
    use multistage::pin::PinObstacle::{Inside, NoDefault, NoPlace, SharedArgument};
    let lock = Lock::from_iter([("alpine:3.22", DIGEST), ("node:22-alpine3.22", OTHER)]);
    let shared = || SharedArgument("V".into());
    for (text, expected) in [
        // Two images end in one argument.
        (
            "ARG N=22\nARG V=3.22\nFROM node:$N-alpine$V\nFROM alpine:$V\n",
            vec![("node:$N-alpine$V", shared()), ("alpine:$V", shared())],
        ),
        (
            "ARG V=3.22\nFROM alpine:$V\nARG V\n",
            vec![("alpine:$V", shared())],
        ),
        (
            "ARG V=3.22\nARG W=$V\nFROM alpine:$V\n",
            vec![("alpine:$V", shared())],
        ),
        ("ARG V=alpine\nFROM $V:3.22\n", vec![("$V:3.22", Inside)]),
        ("ARG V\nFROM alpine:$V\n", vec![("alpine:$V", NoDefault)]),
        (
            "ARG M=3\nARG V=$M.22\nFROM alpine:$V\n",
            vec![("alpine:$V", NoPlace("V".into()))],
        ),
    ] {
        let mut file = Dockerfile::parse(text).expect("it is read");
        let before = file.clone();
        assert_eq!(file.pin(&lock), 0, "{text}");
        assert_eq!(file, before);
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(image, why)| (Image::new(image), why))
            .collect();
        assert_eq!(file.pin_obstacles(&lock), expected, "{text}");
    }
    // What the lock does not have is not an obstacle, and neither is a stage.
    let file =
        Dockerfile::parse("ARG V=3\nFROM redis:$V AS a\nFROM ${S:-a}\n").expect("it is read");
    assert_eq!(file.pin_obstacles(&lock), []);
}
