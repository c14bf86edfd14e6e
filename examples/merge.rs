//! Merges the Dockerfiles of several authors into one, with the last stage of each as a target.
//!
//! `cargo run --all-features --example merge -- NAME=FILE NAME=FILE ...` prints the merged file: the stages of each are under its
//! name, and `docker build --target NAME` builds its last one. Stages that no target needs are left out.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is what the program does"
)]

use std::error::Error;
use std::process::ExitCode;

use multistage::Dockerfile;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let files = arguments.iter().map(|argument| argument.split_once('='));
    let Some(files) = files.collect::<Option<Vec<_>>>() else {
        eprintln!("usage: cargo run --all-features --example merge -- NAME=FILE NAME=FILE ...");
        return ExitCode::FAILURE;
    };
    match merged(&files).and_then(|file| Ok(file.render()?)) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}", error.to_string().trim_end());
            ExitCode::FAILURE
        }
    }
}

/// One file of many, each given by its name and where it is.
pub fn merged(files: &[(&str, &str)]) -> Result<Dockerfile, Box<dyn Error>> {
    let mut all = Dockerfile::new();
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    all.header(format!(
        "Merged from other files. Targets: {}.",
        names.join(", ")
    ));
    for (name, path) in files {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        let file = Dockerfile::parse(&text).map_err(|report| report.with_name(*path))?;
        // Directives are those of the file that receives the others: here, of the first that has one.
        if let (None, Some(frontend)) = (all.syntax_directive(), file.syntax_directive()) {
            all.syntax(frontend);
        }
        let merged = all
            .merge_under(name, file)
            .map_err(|error| format!("{path}: {error}"))?;
        let last = merged
            .last()
            .ok_or_else(|| format!("{path}: there is no stage"))?;
        // Its last stage had a name of its own; as a target it has that of the file.
        let target = all.rename(last, *name)?;
        all.target(target);
    }
    all.remove_unused();
    Ok(all)
}
