//! Makes the Dockerfiles of a recipe.
//!
//! `cargo run --example recipe -- RECIPE --out DIR [--check]`
//!
//! RECIPE is YAML, or JSON where its name ends in `.json`. Files that are as they have to be are not written again;
//! with `--check` nothing is written, and the files that are not are named.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use multistage::recipe::Recipe;

const USAGE: &str = "usage: recipe RECIPE --out DIR [--check]";

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all files are, in the end, as they have to be.
fn run(args: Vec<String>) -> Result<bool, Box<dyn Error>> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (path, folder, check) = match args.as_slice() {
        [path, "--out", folder] => (path, folder, false),
        [path, "--out", folder, "--check"] => (path, folder, true),
        _ => return Err(USAGE.into()),
    };
    let recipe = read(path).map_err(|error| format!("{path}: {error}"))?;
    let variants = recipe
        .variants()
        .map_err(|error| format!("{path}: {error}"))?;
    // All of them are made before the first one is written.
    let mut made = Vec::with_capacity(variants.len());
    for variant in &variants {
        let text = variant
            .file()
            .render()
            .map_err(|report| format!("{}: {report}", variant.name()))?;
        made.push((Path::new(folder).join(variant.name()), text));
    }
    let count = made.len();
    let mut stale = 0;
    for (path, text) in made {
        if fs::read_to_string(&path).is_ok_and(|old| old.replace("\r\n", "\n") == text) {
            continue;
        }
        stale += 1;
        if check {
            println!("{} is stale", path.display());
        } else {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
            println!("wrote {}", path.display());
        }
    }
    if check && stale > 0 {
        println!("to write them: recipe {path} --out {folder}");
        return Ok(false);
    }
    println!("{} of {count} were up to date", count - stale);
    Ok(true)
}

fn read(path: &str) -> Result<Recipe, Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    Ok(match path.ends_with(".json") {
        true => serde_json::from_str(&text)?,
        false => serde_norway::from_str(&text)?,
    })
}
