//! Converts a file between a Dockerfile and data.
//!
//! `cargo run --all-features --example convert -- FILE --to json|yaml|dockerfile`
//!
//! What FILE is follows from its name: `.json`, `.yaml` and `.yml` are data, everything else is a Dockerfile.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program")]

use std::error::Error;
use std::process::ExitCode;

use multistage::Dockerfile;

const USAGE: &str = "usage: convert FILE --to json|yaml|dockerfile";

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Vec<String>) -> Result<String, Box<dyn Error>> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let ([path, "--to", format] | ["--to", format, path]) = args.as_slice() else {
        return Err(USAGE.into());
    };
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let file = read(path, &text).map_err(|error| format!("{path}: {error}"))?;
    match *format {
        "json" => Ok(serde_json::to_string_pretty(&file)? + "\n"),
        "yaml" => Ok(serde_norway::to_string(&file)?),
        "dockerfile" => Ok(file.render()?),
        other => Err(format!("unknown format `{other}`\n{USAGE}").into()),
    }
}

fn read(path: &str, text: &str) -> Result<Dockerfile, Box<dyn Error>> {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    Ok(match extension {
        Some("json") => serde_json::from_str(text)?,
        Some("yaml" | "yml") => serde_norway::from_str(text)?,
        _ => Dockerfile::parse(text)?,
    })
}
