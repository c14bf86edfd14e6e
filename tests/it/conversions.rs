//! Every kind of string and list that a caller may hold is taken as it is.

#![allow(
    clippy::needless_borrows_for_generic_args,
    reason = "that borrowed values are taken is what is tested"
)]

use std::borrow::Cow;

use multistage::instruction::{self, Cmd, Expose, Label, Mount, Port, Run, Volume};
use multistage::{Dockerfile, Image, Source, Stage, StageName, Text, expr, literal};

#[track_caller]
fn check(stage: Stage, expected: &str) {
    let mut file = Dockerfile::new();
    file.push(stage);
    assert_eq!(file.render().unwrap(), format!("FROM alpine\n{expected}\n"));
}

fn alpine() -> Stage {
    Stage::new("alpine")
}

#[test]
fn strings_of_any_kind() {
    let owned = String::from("/srv");
    let borrowed: &str = &owned;
    check(alpine().workdir("/srv"), "WORKDIR /srv");
    check(alpine().workdir(owned.clone()), "WORKDIR /srv");
    check(alpine().workdir(&owned), "WORKDIR /srv");
    check(alpine().workdir(&borrowed), "WORKDIR /srv");
    check(alpine().workdir(Cow::Borrowed(borrowed)), "WORKDIR /srv");
    check(alpine().workdir(literal(borrowed)), "WORKDIR /srv");
    check(alpine().workdir(&Text::from(borrowed)), "WORKDIR /srv");
    check(alpine().run(&owned), "RUN /srv");
    check(alpine().run(owned.clone()), "RUN /srv");
    check(alpine().env(&owned, &owned), "ENV /srv=/srv");
    for base in [
        Stage::new(&owned),
        Stage::new(owned.clone()),
        Stage::new(Cow::from(borrowed)),
    ] {
        assert_eq!(base.base(), &Source::Image(Image::new("/srv")));
    }
}

#[test]
fn lists_of_any_kind() {
    let words = vec![String::from("a"), String::from("b")];
    let slices = ["a", "b"];
    let json = "CMD [\"a\", \"b\"]";
    check(alpine().cmd(["a", "b"]), json);
    check(alpine().cmd(&slices), json);
    check(alpine().cmd(&slices[..]), json);
    check(alpine().cmd(words.clone()), json);
    check(alpine().cmd(&words), json);
    check(alpine().cmd(Cmd::new(&words)), json);
    check(alpine().copy(slices, "/"), "COPY a b /");
    check(alpine().copy(&slices, "/"), "COPY a b /");
    check(alpine().copy(&slices[..], "/"), "COPY a b /");
    check(alpine().copy(words.clone(), "/"), "COPY a b /");
    check(alpine().copy(&words, "/"), "COPY a b /");
    check(alpine().copy([literal("a"), expr("b")], "/"), "COPY a b /");
    check(alpine().volume(["a", "b"]), "VOLUME [\"a\", \"b\"]");
    check(alpine().volume(words.clone()), "VOLUME [\"a\", \"b\"]");
    check(
        alpine().instruction(Volume::new(&words)),
        "VOLUME [\"a\", \"b\"]",
    );
    check(alpine().shell(&words), "SHELL [\"a\", \"b\"]");
    check(alpine().expose([80, 81]), "EXPOSE 80 81");
    check(alpine().expose(vec![Port::udp(53)]), "EXPOSE 53/udp");
    check(alpine().instruction(Expose::new([80, 81])), "EXPOSE 80 81");
    check(alpine().instruction(Label::from([("a", "b")])), "LABEL a=b");
    check(
        alpine().labels(words.iter().map(|word| (word, "x"))),
        "LABEL a=x \\\n      b=x",
    );
}

#[test]
fn handles_by_value_and_by_reference() {
    let mut file = Dockerfile::new();
    let base = file.stage("base", alpine());
    let docs = file.context("docs");
    let tag = file.arg(("TAG", "1"));
    file.push(
        Stage::new(&base)
            .arg(&tag)
            .env("TAG", &tag)
            .user(&tag)
            .copy_from(&base, "/a", "/b")
            .copy_from(base.clone(), "/a", "/b")
            .copy_from(&docs, "/a", "/b")
            .copy_from(Image::new(format!("busybox:{}", 1)), "/a", "/b")
            .instruction(
                instruction::Copy::new("/a", "/b")
                    .with_from(Source::from(&base))
                    .chown((1, 2)),
            )
            .run(Run::new("x").mount(Mount::bind("/m").with_from(StageName::new("base")))),
    );
    assert_eq!(
        file.render().unwrap(),
        "\
ARG TAG=1

FROM alpine AS base

FROM base
ARG TAG
ENV TAG=${TAG}
USER ${TAG}
COPY --from=base /a /b
COPY --from=base /a /b
COPY --from=docs /a /b
COPY --from=busybox:1 /a /b
COPY --from=base --chown=1:2 /a /b
RUN --mount=type=bind,from=base,target=/m \\
    x
"
    );
}

#[test]
fn loops_and_fragments() {
    let mut stage = alpine()
        .when(true, |stage| stage.user("a"))
        .when(false, |stage| stage.user("b"));
    for port in [80, 443] {
        stage.push(Expose::from(port));
    }
    stage.extend([Run::new("x"), Run::new("y")]);
    let stage = stage
        .when_some(Some("/w"), |stage, path| stage.workdir(path))
        .apply(|stage| stage.cmd(["z"]));
    check(
        stage,
        "USER a\nEXPOSE 80\nEXPOSE 443\nRUN x\nRUN y\nWORKDIR /w\nCMD [\"z\"]",
    );
}

/// Texts are equal however they came to be.
#[test]
fn long_texts_are_equal_to_short_ones_put_together() {
    use std::hash::{BuildHasher, RandomState};
    let hasher = RandomState::new();
    for start in [literal(""), expr("$A/"), literal("$")] {
        let more = "word ".repeat(400);
        let mut one = start.clone();
        for word in more.split_inclusive(' ') {
            one = one + word;
        }
        let two = start.clone() + more.as_str();
        let three = Text::from_pieces(one.pieces().iter().cloned());
        for other in [two, three, one.clone()] {
            assert_eq!(one, other);
            assert_eq!(hasher.hash_one(&one), hasher.hash_one(&other));
            assert_eq!(one.to_string(), other.to_string());
            assert_ne!(one, other + "x");
        }
        assert_ne!(one, start);
    }
}
