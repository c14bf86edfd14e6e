//! Makes the Dockerfiles of a recipe.
//!
//! `cargo run --all-features --example recipe -- RECIPE --out DIR [--check]`
//!
//! RECIPE is YAML, or JSON where its name ends in `.json`. Files that are as they have to be are not written again;
//! with `--check` nothing is written, and those that are not are shown with their differences.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program")]

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use multistage::generated::{GeneratedFile, Written};
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
    let mut files = Vec::with_capacity(variants.len());
    for variant in &variants {
        let text = variant
            .file()
            .render()
            .map_err(|report| format!("{}: {report}", variant.name()))?;
        let file = Path::new(folder).join(variant.name());
        let command = format!("recipe {path} --out {folder}");
        files.push((
            file.clone(),
            GeneratedFile::new(file, text).command(command),
        ));
    }
    let mut stale = 0;
    for (path, file) in &files {
        if check {
            if let Err(error) = file.check() {
                println!("{error}");
                stale += 1;
            }
            continue;
        }
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        match file.write_if_changed()? {
            Written::Unchanged => {}
            _ => {
                println!("wrote {}", path.display());
                stale += 1;
            }
        }
    }
    println!("{} of {} were up to date", files.len() - stale, files.len());
    Ok(!check || stale == 0)
}

fn read(path: &str) -> Result<Recipe, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    Ok(match path.ends_with(".json") {
        true => serde_json::from_str(&text)?,
        false => serde_norway::from_str(&text)?,
    })
}
