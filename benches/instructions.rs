//! The main paths, one at a time, for `.ci/instructions` to count the instructions of.
//!
//! `--list` prints their names and stages, a name does that work once, and nothing does each once.

#![allow(clippy::print_stdout)]

#[allow(dead_code, reason = "the other benches use the rest")]
mod common;
#[path = "common/ours.rs"]
mod ours;
#[path = "common/works.rs"]
mod works;

use works::WORKS;

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    if asked.iter().any(|word| word == "--list") {
        for work in WORKS {
            println!("{}\t{}", work.name, work.stages);
        }
        return;
    }
    let only = asked.iter().find(|word| !word.starts_with('-'));
    let mut done = 0;
    for work in WORKS {
        if only.is_none_or(|only| only == work.name) {
            counted(&mut *work.prepare());
            done += 1;
        }
    }
    assert!(done > 0, "there is no such path");
}

/// What is counted is what happens inside of this function, which is found by its name.
#[inline(never)]
fn counted(work: &mut dyn FnMut()) {
    work();
}
