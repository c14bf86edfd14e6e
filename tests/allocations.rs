//! How much memory the main paths ask for, held to a record.
//!
//! `MULTISTAGE_UPDATE=1 cargo test --all-features --test allocations` writes
//! `tests/data/allocations.tsv` anew.

#![allow(clippy::print_stdout, reason = "a test says what is to be renewed")]

#[path = "../benches/common/mod.rs"]
#[allow(dead_code, reason = "the benches use the rest")]
mod common;
#[path = "../benches/common/counting.rs"]
mod counting;
#[path = "../benches/common/ours.rs"]
mod ours;
#[path = "../benches/common/works.rs"]
mod works;

use std::fmt::Write as _;
use std::path::Path;

use counting::{Counts, counted};
use works::WORKS;

/// What is above the line of the record.
const HEADING: &str = "path\tallocations\tbytes\tpeak";

/// The paths whose stages are few enough for a build without optimisation.
fn measured() -> Vec<(&'static str, Counts)> {
    let works = WORKS.iter().filter(|work| work.stages <= 100);
    let counts = works.map(|work| {
        let call = work.prepare();
        (work.name, counted(call))
    });
    counts.collect()
}

fn figures(counts: &Counts) -> [u64; 3] {
    [counts.allocations, counts.bytes, counts.peak()]
}

fn text(measured: &[(&str, Counts)]) -> String {
    let mut out = format!("{HEADING}\n");
    for (name, counts) in measured {
        let [allocations, bytes, peak] = figures(counts);
        let _ = writeln!(out, "{name}\t{allocations}\t{bytes}\t{peak}");
    }
    out
}

/// What is more than a twentieth above the record, or not in it. What is below is printed alone: it
/// is not a failure.
fn differences(record: &str, measured: &[(&str, Counts)]) -> Vec<String> {
    let mut out = Vec::new();
    let mut lines: Vec<&str> = record.lines().skip(1).collect();
    for (name, counts) in measured {
        let at = lines
            .iter()
            .position(|line| line.split('\t').next() == Some(*name));
        let Some(at) = at else {
            out.push(format!("{name} is not in the record"));
            continue;
        };
        let line = lines.remove(at);
        let recorded = line.split('\t').skip(1).map(str::parse);
        let kinds = HEADING.split('\t').skip(1);
        for ((kind, now), before) in kinds.zip(figures(counts)).zip(recorded) {
            let before: u64 = before.unwrap_or(0);
            if now * 20 > before * 21 {
                out.push(format!("{name}: {now} {kind}, {before} in the record"));
            } else if now * 21 < before * 20 {
                println!("{name}: only {now} {kind}, {before} in the record: renew it");
            }
        }
    }
    out.extend(lines.iter().map(|line| format!("no such path: {line}")));
    out
}

#[test]
fn the_main_paths_ask_for_no_more_than_before() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/allocations.tsv");
    let measured = measured();
    if std::env::var("MULTISTAGE_UPDATE").is_ok_and(|wish| wish == "1") {
        std::fs::write(&path, text(&measured)).expect("the record can be written");
        return;
    }
    let record = std::fs::read_to_string(&path).unwrap_or_default();
    let differences = differences(&record, &measured);
    assert!(
        differences.is_empty(),
        "{}\nwhere that is meant, MULTISTAGE_UPDATE=1 writes the record anew",
        differences.join("\n")
    );
}

/// A record that is held to nothing would hold nothing.
#[test]
fn a_record_that_differs_is_noticed() {
    let counts = counted(|| vec![0_u8; 1000]);
    assert_eq!(figures(&counts), [1, 1000, 1000]);
    let measured = [("a", counts)];
    let with = |line: &str| differences(&format!("{HEADING}\n{line}"), &measured);
    assert_eq!(with("a\t1\t1000\t1000"), [""; 0]);
    assert_eq!(with("a\t1\t960\t1040"), [""; 0]);
    assert_eq!(
        with("a\t1\t900\t1000"),
        ["a: 1000 bytes, 900 in the record"]
    );
    assert_eq!(with("a\t1\t1000\t1100"), [""; 0]);
    assert_eq!(
        with("b\t1\t1\t1"),
        ["a is not in the record", "no such path: b\t1\t1\t1"]
    );
}

#[test]
fn counting_sees_growth_and_what_is_given_back() {
    let counts = counted(|| {
        let mut text = String::with_capacity(10);
        text.push_str("0123456789");
        text.reserve_exact(10);
        drop(text);
        vec![0_u8; 5]
    });
    assert_eq!(figures(&counts), [3, 10 + 20 + 5, 20]);
}
