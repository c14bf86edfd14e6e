//! Prints Dockerfiles in the style of this crate.
//!
//! `cargo run --all-features --example format -- FILE...`; `--help` prints the options. What Docker
//! would reject is reported on standard error, and the exit status is 1.

mod support;

use std::fs;
use std::process::ExitCode;

use support::{Arguments, Choice, Outcome, Program, colored, complain, parse, print};

const CHOICES: &[Choice] = &[
    (
        "--check",
        "print nothing; exit with 1 if a file is not formatted",
    ),
    ("--write", "write the files instead of printing them"),
];

fn main() -> ExitCode {
    let program = Program {
        name: "format",
        about: "Prints Dockerfiles in the style of this crate.",
        operands: "FILE...",
        choices: &[CHOICES],
    };
    program.main(run)
}

fn run(arguments: &Arguments) -> Result<Outcome, String> {
    Ok(arguments.each(|path, source| {
        let text = parse(path, source)
            .and_then(|file| file.render().map_err(|report| colored(report, path)));
        let text = match text {
            Ok(text) => text,
            Err(report) => {
                complain(&report);
                return Ok(true);
            }
        };
        if arguments.has("--check") {
            return Ok(text != source);
        }
        if !arguments.has("--write") || path == "-" {
            print(&text);
        } else if text != source {
            fs::write(path, text).map_err(|error| format!("{path}: {error}"))?;
        }
        Ok(false)
    }))
}
