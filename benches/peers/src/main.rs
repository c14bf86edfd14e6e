//! `multistage` beside the other crates for Dockerfiles, on the same files, in one run.
//!
//! `cargo run --release -- --bench` in this directory. The others check and quote nothing: they are asked for
//! less work. A backtrace is taken by one of them for errors that never occur, so `RUST_BACKTRACE` has to be unset.

#[path = "../../common/mod.rs"]
mod common;
#[path = "../../common/ours.rs"]
mod ours;
mod peers;

use std::hint::black_box;

use common::{Input, NODE, Timing, by_hand, row, title, wild};
use multistage::Dockerfile;
use peers::*;

fn main() {
    let timing = Timing::asked();
    let input = Input::new(100);
    title("Node example: build and write");
    writing(&timing, Case::Node, &input);
    title("100 stages of 20 instructions: build and write");
    writing(&timing, Case::Synthetic, &input);
    let synthetic = by_hand(&input, String::new());
    for (name, text) in [
        ("Node example: read", NODE.to_owned()),
        ("100 stages of 20 instructions: read", synthetic),
        ("as in the wild, 1 MB: read", wild(1_000_000)),
    ] {
        title(name);
        reading(&timing, &text);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Case {
    Node,
    Synthetic,
}

fn writing(timing: &Timing, case: Case, input: &Input) {
    macro_rules! writer {
        ($name:literal, $node:expr, $synthetic:expr, $write:expr) => {{
            let write = $write;
            if case == Case::Node {
                let file = $node;
                let bytes = write(&file).len();
                row(timing, concat!($name, ": build, write"), bytes, || {
                    write(&$node)
                });
                row(timing, concat!($name, ": write"), bytes, || {
                    write(black_box(&file))
                });
            } else {
                let file = $synthetic;
                let bytes = write(&file).len();
                row(timing, concat!($name, ": build, write"), bytes, || {
                    write(&$synthetic)
                });
                row(timing, concat!($name, ": write"), bytes, || {
                    write(black_box(&file))
                });
            }
        }};
    }
    writer!(
        "multistage",
        ours::node(),
        ours::synthetic(black_box(input)),
        |file: &Dockerfile| file.render().unwrap_or_default()
    );
    writer!(
        "use-dockerfile",
        p_use_dockerfile::node().unwrap(),
        p_use_dockerfile::synth(black_box(input)).unwrap(),
        |file: &Vec<use_dockerfile::DockerfileInstruction>| p_use_dockerfile::render(file)
    );
    writer!(
        "docker-generate",
        p_docker_generate::node(),
        p_docker_generate::synth(black_box(input)),
        |file: &docker_generate::DockerFile| file.to_string()
    );
    writer!(
        "dockerfile",
        p_dockerfile::node(),
        p_dockerfile::synth(black_box(input)),
        |file: &dockerfile::Dockerfile| file.to_string()
    );
    writer!(
        "dockerfile-rs",
        p_dockerfile_rs::node(),
        p_dockerfile_rs::synth(black_box(input)),
        |files: &Vec<dockerfile_rs::DockerFile>| p_dockerfile_rs::render(files)
    );
    writer!(
        "dockerfile_builder",
        p_dockerfile_builder::node().unwrap(),
        p_dockerfile_builder::synth(black_box(input)).unwrap(),
        |file: &dockerfile_builder::Dockerfile| file.to_string()
    );
    writer!(
        "dockerfile-parser-rs",
        p_dockerfile_parser_rs::node(),
        p_dockerfile_parser_rs::synth(black_box(input)),
        |file: &dockerfile_parser_rs::Dockerfile| p_dockerfile_parser_rs::render(file)
    );
    if case == Case::Synthetic {
        let bytes = by_hand(input, String::new()).len();
        row(timing, "floor: by hand", bytes, || {
            by_hand(black_box(input), String::new())
        });
    }
}

fn reading(timing: &Timing, text: &str) {
    row(timing, "multistage", text.len(), || {
        Dockerfile::parse(black_box(text))
    });
    row(timing, "parse-dockerfile", text.len(), || {
        parse_dockerfile::parse(black_box(text)).is_ok()
    });
    row(timing, "dockerfile-parser", text.len(), || {
        dockerfile_parser::Dockerfile::parse(black_box(text)).is_ok()
    });
    row(timing, "dockerfile-parser-rs", text.len(), || {
        black_box(text)
            .parse::<dockerfile_parser_rs::Dockerfile>()
            .is_ok()
    });
    let words = |line: &str| line.split_whitespace().count();
    row(timing, "floor: split lines into words", text.len(), || {
        black_box(text).lines().map(words).sum::<usize>()
    });
}
