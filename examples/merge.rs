//! Merges the Dockerfiles of several authors into one, with the last stage of each as a target.
//!
//! `cargo run --all-features --example merge -- NAME=FILE NAME=FILE ...` prints the merged file:
//! the stages of each are under its name, and `docker build --target NAME` builds its last one.
//! Stages that no target needs are left out.

mod support;

use std::process::ExitCode;

use multistage::Dockerfile;

use support::{Arguments, Outcome, Program, colored, complain, parse, print, read};

fn main() -> ExitCode {
    let program = Program {
        name: "merge",
        about: "Merges Dockerfiles into one, with the last stage of each as a target of its name.",
        operands: "NAME=FILE...",
        choices: &[],
    };
    program.main(run)
}

fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let mut files = Vec::new();
    let mut outcome = Outcome::default();
    for argument in &arguments.files {
        let (name, path) = argument
            .split_once('=')
            .ok_or_else(|| format!("an argument is NAME=FILE, not `{argument}`"))?;
        match read(path).and_then(|text| parse(path, &text)) {
            Ok(file) => files.push((name, path, file)),
            Err(error) => {
                complain(&error);
                outcome.failed = true;
            }
        }
    }
    // Without one of them it would be another file.
    if !outcome.failed {
        let text = merged(files)?.render();
        print(&text.map_err(|report| colored(report, "the merged file"))?);
    }
    Ok(outcome)
}

/// One file of many, each with its name and where it is.
fn merged(files: Vec<(&str, &str, Dockerfile)>) -> Result<Dockerfile, String> {
    let mut all = Dockerfile::new();
    let names: Vec<&str> = files.iter().map(|(name, _, _)| *name).collect();
    all.header(format!(
        "Merged from other files. Targets: {}.",
        names.join(", ")
    ));
    for (name, path, file) in files {
        // Directives are those of the file that receives the others: here, of the first that has one.
        if let (None, Some(frontend)) = (all.syntax(), file.syntax()) {
            all.set_syntax(frontend);
        }
        let merged = all
            .merge_under(name, file)
            .map_err(|error| format!("{path}: {error}"))?;
        let last = merged
            .last()
            .ok_or_else(|| format!("{path}: there is no stage"))?;
        // Its last stage had a name of its own; as a target it has that of the file.
        let target = all.rename(last, name).map_err(|error| error.to_string())?;
        all.target(target);
    }
    all.remove_unused();
    Ok(all)
}
