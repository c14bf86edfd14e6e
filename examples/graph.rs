//! Prints the build graph of a Dockerfile: a flowchart for Mermaid, DOT for Graphviz, or an SVG
//! picture.
//!
//! `cargo run --all-features --example graph -- FILE...`; `--help` prints the options. The longest
//! chain of instructions, which even a fully parallel build has to wait for, goes to standard
//! error.

mod support;
#[path = "support/svg.rs"]
mod svg;

use std::process::ExitCode;

use multistage::graph::BuildGraph;

use support::{Arguments, Choice, Outcome, Program, complain, parse, print};

const CHOICES: &[Choice] = &[
    ("--dot", "print DOT for Graphviz instead of Mermaid"),
    ("--svg", "print an SVG picture instead of Mermaid"),
    (
        "--target STAGE",
        "include only the stages that this one needs",
    ),
];

fn main() -> ExitCode {
    let program = Program {
        name: "graph",
        about: "Prints the graph of a Dockerfile as a flowchart for Mermaid.",
        operands: "FILE...",
        choices: &[CHOICES],
    };
    program.main(run)
}

fn run(arguments: &Arguments) -> Result<Outcome, String> {
    Ok(arguments.each(|path, text| {
        let mut file = parse(path, text)?;
        if let Some(target) = arguments.value("--target") {
            let pruned = file.for_target(target);
            file = pruned.map_err(|error| format!("{path}: {error}"))?;
        }
        let graph = file.graph();
        print(&if arguments.has("--svg") {
            svg::svg(&graph)
        } else if arguments.has("--dot") {
            graph.to_dot()
        } else {
            graph.to_mermaid()
        });
        complain(&longest(&graph));
        Ok(false)
    }))
}

/// The critical path in one line: `12 instructions in a row: node:22, build, stage 2`.
fn longest(graph: &BuildGraph) -> String {
    let path = graph.critical_path();
    let nodes = || path.iter().filter_map(|node| graph.node(*node));
    let instructions: usize = nodes().map(|node| node.instructions).sum();
    let names: Vec<String> = nodes().map(|node| node.kind.to_string()).collect();
    format!("{instructions} instructions in a row: {}", names.join(", "))
}
