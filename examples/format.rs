//! Prints a Dockerfile in the style of this crate.
//!
//! `cargo run --all-features --example format -- [--check] FILE`, or `-` for standard input. What Docker would refuse is
//! reported on standard error, and the exit status is 1. With `--check` nothing is printed, and the exit status
//! is 1 when the file is not formatted.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is what the program does"
)]

use std::io::Read;
use std::process::ExitCode;

use multistage::Dockerfile;

fn main() -> ExitCode {
    match run() {
        Ok(formatted) => ExitCode::from(u8::from(!formatted)),
        Err(error) => {
            eprint!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the file is what it should be: always where it is printed.
fn run() -> Result<bool, String> {
    let mut check = false;
    let mut path = None;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--check" => check = true,
            _ if path.is_none() => path = Some(argument),
            _ => return Err(usage()),
        }
    }
    let path = path.ok_or_else(usage)?;
    let source = read(&path).map_err(|error| format!("{path}: {error}\n"))?;
    let name = if path == "-" { "Dockerfile" } else { &path };
    let file = Dockerfile::parse(&source).map_err(|report| report.with_name(name).to_string())?;
    let text = file
        .render()
        .map_err(|report| report.with_name(name).to_string())?;
    if check {
        return Ok(text == source);
    }
    print!("{text}");
    Ok(true)
}

fn read(path: &str) -> std::io::Result<String> {
    if path != "-" {
        return std::fs::read_to_string(path);
    }
    let mut source = String::new();
    std::io::stdin().read_to_string(&mut source)?;
    Ok(source)
}

fn usage() -> String {
    "usage: cargo run --all-features --example format -- [--check] FILE\n".to_owned()
}
