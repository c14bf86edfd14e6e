//! Prints the graph of a Dockerfile, as a flowchart for Mermaid or, with `--dot`, for Graphviz.
//!
//! `cargo run --all-features --example graph -- FILE [--dot] [--target NAME]`, or `-` for standard input. With `--target` only what
//! that stage needs is drawn. What a build that does everything at once would wait for is printed on standard error.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is what the program does"
)]

use std::error::Error;
use std::io::Read;
use std::process::ExitCode;

use multistage::{Dockerfile, graph::BuildGraph};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let (mut path, mut dot, mut target) = (None, false, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--dot" => dot = true,
            "--target" => target = Some(arguments.next().ok_or_else(usage)?),
            _ if path.is_none() => path = Some(argument),
            _ => return Err(usage().into()),
        }
    }
    let path = path.ok_or_else(usage)?;
    let mut file =
        Dockerfile::parse(&read(&path)?).map_err(|report| report.with_name(path.as_str()))?;
    if let Some(target) = target {
        file = file.for_target(target)?;
    }
    let graph = file.graph();
    print!(
        "{}",
        if dot {
            graph.to_dot()
        } else {
            graph.to_mermaid()
        }
    );
    eprintln!("{}", longest(&graph));
    Ok(())
}

/// The critical path in one line: `12 instructions in a row: node:22, build, stage 2`.
fn longest(graph: &BuildGraph) -> String {
    let path = graph.critical_path();
    let nodes = || path.iter().filter_map(|node| graph.nodes().get(*node));
    let instructions: usize = nodes().map(|node| node.instructions).sum();
    let names: Vec<String> = nodes().map(|node| node.kind.to_string()).collect();
    format!("{instructions} instructions in a row: {}", names.join(", "))
}

fn read(path: &str) -> Result<String, Box<dyn Error>> {
    if path != "-" {
        return std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}").into());
    }
    let mut source = String::new();
    std::io::stdin().read_to_string(&mut source)?;
    Ok(source)
}

fn usage() -> String {
    "usage: cargo run --all-features --example graph -- FILE [--dot] [--target NAME]".to_owned()
}
