//! `multistage` beside the other crates for Dockerfiles, doing the same work in interleaved rounds
//! of one process.
//!
//! `cargo run --release -- --bench` in this directory prints the tables in Markdown; without
//! `--bench` every case runs once. `cargo run --release --bin memory` prints what it takes of
//! memory. A backtrace is taken by one of the peers for errors that never occur, so
//! `RUST_BACKTRACE` has to be unset.

#[path = "../../common/mod.rs"]
#[allow(dead_code, reason = "the other benches use the rest")]
mod common;
mod describe;
#[path = "../../common/ours.rs"]
#[allow(dead_code, reason = "the other benches use the rest")]
mod ours;
mod peers;
mod race;

use std::hint::black_box;

use common::{Input, NODE, by_hand, wild};
use multistage::check::Checker;
use multistage::{Dockerfile, Parsed, Stage};
use peers::*;
use race::{Entry, Race};

/// The crates in the order of the table, with what each does not do.
const CRATES: &[(&str, &str)] = &[
    ("multistage", ""),
    (
        "use-dockerfile",
        "an instruction is a keyword and a string; nothing is checked or quoted",
    ),
    (
        "docker-generate",
        "ten instructions, strings for the rest; nothing is checked or quoted",
    ),
    (
        "dockerfile",
        "an instruction is a string; nothing is checked or quoted",
    ),
    (
        "dockerfile_builder",
        "required fields are checked, nothing else; nothing is quoted; no flags of `RUN`",
    ),
    (
        "dockerfile-rs",
        "one `FROM` for each file, no shell form of `RUN`; nothing is checked or quoted",
    ),
    (
        "dockerfile-parser-rs",
        "no `ONBUILD`, no `HEALTHCHECK`, one mount for each `RUN`; nothing is checked or quoted",
    ),
    (
        "parse-dockerfile",
        "spans of the text only: flags, quotes and `$` are not understood, nothing is checked; does not write",
    ),
    (
        "dockerfile-parser",
        "eight instructions, no heredocs; nothing is checked; does not write",
    ),
    (
        "floor",
        "prepared pieces are pushed into one string; the text is split into words",
    ),
];

fn main() {
    assert!(
        std::env::var_os("RUST_BACKTRACE").is_none(),
        "unset RUST_BACKTRACE: one of the peers would take backtraces"
    );
    let rounds = match std::env::args().any(|word| word == "--bench") {
        true => 21,
        false => 0,
    };
    let races = races();
    let results: Vec<_> = races.into_iter().map(|race| race.run(rounds)).collect();
    let mut lines = vec![header(&results)];
    for (name, lacks) in CRATES {
        let mut cells = vec![describe::with_version(name)];
        for result in &results {
            let ours = result.time("multistage");
            cells.push(match (result.time(name), ours) {
                (Some(time), Some(ours)) if *name != "multistage" => {
                    format!("{}, {:.1}x", race::time(time), ours / time)
                }
                (Some(time), _) => race::time(time),
                (None, _) => String::new(),
            });
        }
        cells.push((*lacks).to_owned());
        lines.push(cells);
    }
    describe::table(&lines);
    println!(
        "\nThe factor says how many times as long `multistage` takes for the same work, all of its checks included.\n{}.\n",
        describe::circumstances()
    );
    growth(rounds.min(5));
}

fn header(results: &[race::Times]) -> Vec<String> {
    let titles = results.iter().map(|result| result.title.to_owned());
    let first = ["crate".to_owned()];
    let last = ["does not".to_owned()];
    first.into_iter().chain(titles).chain(last).collect()
}

fn races() -> Vec<Race> {
    let input: &'static Input = Box::leak(Box::new(Input::new(100)));
    let synthetic = by_hand(input, String::new());
    vec![
        Race::new("Node: build, write", building_node()),
        Race::new("100 stages: build, write", building(input)),
        Race::new("100 stages: write", writing(input)),
        Race::new("Node: read", reading(NODE.to_owned())),
        Race::new("120 KB: read", reading(synthetic)),
        Race::new("1 MB: read", reading(wild(1_000_000))),
    ]
}

fn entry<R: 'static>(name: &'static str, mut work: impl FnMut() -> R + 'static) -> Entry {
    Entry::new(name, Box::new(move || drop(black_box(work()))))
}

fn building_node() -> Vec<Entry> {
    let lines: Vec<&str> = NODE.split_inclusive('\n').collect();
    vec![
        entry("multistage", || ours::node().render().unwrap()),
        entry("use-dockerfile", || {
            p_use_dockerfile::render(&p_use_dockerfile::node().unwrap())
        }),
        entry("docker-generate", || p_docker_generate::node().to_string()),
        entry("dockerfile", || p_dockerfile::node().to_string()),
        entry("dockerfile_builder", || {
            p_dockerfile_builder::node().unwrap().to_string()
        }),
        entry("dockerfile-rs", || {
            p_dockerfile_rs::render(&p_dockerfile_rs::node())
        }),
        entry("dockerfile-parser-rs", || {
            p_dockerfile_parser_rs::render(&p_dockerfile_parser_rs::node())
        }),
        entry("floor", move || {
            let mut out = String::new();
            black_box(&lines).iter().for_each(|line| out.push_str(line));
            out
        }),
    ]
}

fn building(input: &'static Input) -> Vec<Entry> {
    let given = move || black_box(input);
    vec![
        entry("multistage", move || {
            ours::synthetic(given()).render().unwrap()
        }),
        entry("use-dockerfile", move || {
            p_use_dockerfile::render(&p_use_dockerfile::synth(given()).unwrap())
        }),
        entry("docker-generate", move || {
            p_docker_generate::synth(given()).to_string()
        }),
        entry("dockerfile", move || {
            p_dockerfile::synth(given()).to_string()
        }),
        entry("dockerfile_builder", move || {
            p_dockerfile_builder::synth(given()).unwrap().to_string()
        }),
        entry("dockerfile-rs", move || {
            p_dockerfile_rs::render(&p_dockerfile_rs::synth(given()))
        }),
        entry("dockerfile-parser-rs", move || {
            p_dockerfile_parser_rs::render(&p_dockerfile_parser_rs::synth(given()))
        }),
        entry("floor", move || by_hand(given(), String::new())),
    ]
}

fn writing(input: &'static Input) -> Vec<Entry> {
    macro_rules! of {
        ($name:literal, $file:expr, $write:expr) => {{
            let file = $file;
            let write = $write;
            entry($name, move || write(black_box(&file)))
        }};
    }
    vec![
        of!("multistage", ours::synthetic(input), |file: &Dockerfile| {
            file.render().unwrap()
        }),
        of!(
            "use-dockerfile",
            p_use_dockerfile::synth(input).unwrap(),
            |file: &Vec<use_dockerfile::DockerfileInstruction>| p_use_dockerfile::render(file)
        ),
        of!(
            "docker-generate",
            p_docker_generate::synth(input),
            |file: &docker_generate::DockerFile<'static>| file.to_string()
        ),
        of!(
            "dockerfile",
            p_dockerfile::synth(input),
            |file: &dockerfile::Dockerfile| file.to_string()
        ),
        of!(
            "dockerfile_builder",
            p_dockerfile_builder::synth(input).unwrap(),
            |file: &dockerfile_builder::Dockerfile| file.to_string()
        ),
        of!(
            "dockerfile-rs",
            p_dockerfile_rs::synth(input),
            |files: &Vec<dockerfile_rs::DockerFile>| p_dockerfile_rs::render(files)
        ),
        of!(
            "dockerfile-parser-rs",
            p_dockerfile_parser_rs::synth(input),
            |file: &dockerfile_parser_rs::Dockerfile| p_dockerfile_parser_rs::render(file)
        ),
        entry("floor", move || by_hand(black_box(input), String::new())),
    ]
}

fn reading(text: String) -> Vec<Entry> {
    let text: &'static str = text.leak();
    let given = move || black_box(text);
    vec![
        entry("multistage", move || Dockerfile::parse(given()).is_ok()),
        entry("parse-dockerfile", move || {
            parse_dockerfile::parse(given()).is_ok()
        }),
        entry("dockerfile-parser", move || {
            dockerfile_parser::Dockerfile::parse(given()).is_ok()
        }),
        entry("dockerfile-parser-rs", move || {
            given().parse::<dockerfile_parser_rs::Dockerfile>().is_ok()
        }),
        entry("floor", move || {
            let words = |line: &str| line.split_whitespace().count();
            given().lines().map(words).sum::<usize>()
        }),
    ]
}

/// What a stage of twenty instructions takes in a file of 100 and in one of 10,000.
fn growth(rounds: usize) {
    const SIZES: [usize; 2] = [100, 10_000];
    type Work = fn(&'static Input) -> Box<dyn FnMut()>;
    let works: [(&str, Work); 7] = [
        ("build", |input| {
            Box::new(move || drop(black_box(ours::synthetic(input))))
        }),
        ("render", |input| {
            let file = ours::synthetic(input);
            Box::new(move || drop(black_box(file.render())))
        }),
        ("parse", |input| {
            let text = by_hand(input, String::new());
            Box::new(move || drop(black_box(Dockerfile::parse(&text))))
        }),
        ("`Parsed::new`", |input| {
            let text = by_hand(input, String::new());
            Box::new(move || drop(black_box(Parsed::new(&text))))
        }),
        ("check", |input| {
            let file = ours::synthetic(input);
            Box::new(move || drop(black_box(file.check_with(&Checker::new()))))
        }),
        ("merge", |input| {
            let file = ours::synthetic(input);
            Box::new(move || {
                let mut all = Dockerfile::new();
                let merged = all.merge_under("p", file.clone()).is_ok();
                black_box((all, merged));
            })
        }),
        ("prune", |input| {
            let file = ours::synthetic(input);
            let last = file.stages().last().and_then(Stage::name).cloned();
            Box::new(move || drop(black_box(last.as_ref().map(|last| file.for_target(last)))))
        }),
    ];
    let words = ["for each stage", "100 stages", "10,000 stages", "growth"];
    let mut lines = vec![words.map(str::to_owned).to_vec()];
    for (name, work) in works {
        let entries = SIZES.map(|size| {
            let input: &'static Input = Box::leak(Box::new(Input::new(size)));
            Entry::new(if size == SIZES[0] { "few" } else { "many" }, work(input))
        });
        let times = Race::new(name, entries.into()).run(rounds);
        let of = |entry, size| times.time(entry).unwrap_or(0.0) / size as f64;
        let (few, many) = (of("few", SIZES[0]), of("many", SIZES[1]));
        let growth = format!("{:.2}x", many / few);
        lines.push(vec![
            name.to_owned(),
            race::time(few),
            race::time(many),
            growth,
        ]);
    }
    describe::table(&lines);
}
