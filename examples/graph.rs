//! Prints the graph of a Dockerfile, as a flowchart for Mermaid or for Graphviz.
//!
//! `cargo run --all-features --example graph -- FILE...`; `--help` prints the options. What a build
//! that does everything at once would wait for is printed on standard error.

mod support;

use std::process::ExitCode;

use multistage::graph::BuildGraph;

use support::{Arguments, Choice, Outcome, Program, complain, parse, print};

const CHOICES: &[Choice] = &[
    ("--dot", "prints DOT for Graphviz in place of Mermaid"),
    ("--target STAGE", "only what this stage needs"),
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
        print(&if arguments.has("--dot") {
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
