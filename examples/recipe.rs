//! Makes the Dockerfiles of recipes.
//!
//! `cargo run --all-features --example recipe -- RECIPE... --out FOLDER [--check]`
//!
//! A RECIPE is YAML, or JSON where its name ends in `.json`. Files that are as they have to be are
//! not written again; with `--check` nothing is written, and those that are not are shown with
//! their differences.

mod support;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use multistage::generated::{GeneratedFile, Written};
use multistage::recipe::Recipe;

use support::{Arguments, Choice, Outcome, Program, colored, print};

const CHOICES: &[Choice] = &[
    ("--out FOLDER", "write the Dockerfiles into this folder"),
    (
        "--check",
        "write nothing; exit with 1 if a file is out of date",
    ),
];

fn main() -> ExitCode {
    let program = Program {
        name: "recipe",
        about: "Makes the Dockerfiles of recipes.\n\n\
                A RECIPE is YAML, or JSON where its name ends in .json.",
        operands: "RECIPE... --out FOLDER",
        choices: &[CHOICES],
    };
    program.main(run)
}

fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let folder = arguments.value("--out").ok_or("--out is needed")?;
    let check = arguments.has("--check");
    Ok(arguments.each(|path, text| {
        let files = files(path, text, folder)?;
        let mut stale = 0;
        for (path, file) in &files {
            let changed = if check {
                is_stale(file)
            } else {
                is_written(path, file)?
            };
            stale += usize::from(changed);
        }
        let count = files.len();
        print(&format!("{} of {count} were up to date\n", count - stale));
        Ok(check && stale > 0)
    }))
}

/// All of them, before the first one is written.
fn files(path: &str, text: &str, folder: &str) -> Result<Vec<(PathBuf, GeneratedFile)>, String> {
    let recipe: Result<Recipe, String> = match path.ends_with(".json") {
        true => serde_json::from_str(text).map_err(|error| error.to_string()),
        false => serde_norway::from_str(text).map_err(|error| error.to_string()),
    };
    let variants = recipe.and_then(|recipe| recipe.variants().map_err(|error| error.to_string()));
    let variants = variants.map_err(|error| format!("{path}: {error}"))?;
    let files = variants.iter().map(|variant| {
        let text = variant.file().render();
        let text = text.map_err(|report| colored(report, variant.name()))?;
        let place = Path::new(folder).join(variant.name());
        let file = GeneratedFile::new(&place, text);
        Ok((place, file.command(format!("recipe {path} --out {folder}"))))
    });
    files.collect()
}

/// Shows how the file differs from what it has to be.
fn is_stale(file: &GeneratedFile) -> bool {
    match file.verify() {
        Ok(()) => false,
        Err(error) => {
            print(&format!("{error}\n"));
            true
        }
    }
}

fn is_written(path: &Path, file: &GeneratedFile) -> Result<bool, String> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)
            .map_err(|error| format!("{}: {error}", parent.display()))?;
    }
    match file.write_if_changed().map_err(|error| error.to_string())? {
        Written::Unchanged => Ok(false),
        _ => {
            print(&format!("wrote {}\n", path.display()));
            Ok(true)
        }
    }
}
