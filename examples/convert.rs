//! Converts files between Dockerfiles and data.
//!
//! `cargo run --all-features --example convert -- FILE... --to json|yaml|dockerfile`
//!
//! What a FILE is follows from its name: `.json`, `.yaml` and `.yml` are data, everything else is a
//! Dockerfile.

mod support;

use std::process::ExitCode;

use multistage::Dockerfile;

use support::{Arguments, Choice, Outcome, Program, colored, parse, print};

const CHOICES: &[Choice] = &[("--to FORMAT", "print json, yaml or dockerfile")];

fn main() -> ExitCode {
    let program = Program {
        name: "convert",
        about: "Converts files between Dockerfiles and data.\n\n\
                A FILE named .json, .yaml or .yml is data, every other one is a Dockerfile.",
        operands: "FILE... --to FORMAT",
        choices: &[CHOICES],
    };
    program.main(run)
}

fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let format = arguments.value("--to").unwrap_or_default();
    if !["json", "yaml", "dockerfile"].contains(&format) {
        return Err(format!("--to is json, yaml or dockerfile, not `{format}`"));
    }
    Ok(arguments.each(|path, text| {
        let file = load(path, text)?;
        let failed = |error: &dyn std::fmt::Display| format!("{path}: {error}");
        let text = match format {
            "json" => serde_json::to_string_pretty(&file).map_err(|error| failed(&error))? + "\n",
            "yaml" => serde_norway::to_string(&file).map_err(|error| failed(&error))?,
            _ => file.render().map_err(|report| colored(report, path))?,
        };
        print(&text);
        Ok(false)
    }))
}

fn load(path: &str, text: &str) -> Result<Dockerfile, String> {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    match extension {
        Some("json") => serde_json::from_str(text).map_err(|error| format!("{path}: {error}")),
        Some("yaml" | "yml") => {
            serde_norway::from_str(text).map_err(|error| format!("{path}: {error}"))
        }
        _ => parse(path, text),
    }
}
