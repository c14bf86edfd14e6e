//! Writes the Dockerfile and the `.dockerignore` of this folder:
//!
//! ```sh
//! cargo run                 # writes what has changed
//! cargo run -- --check      # says whether something has
//! cargo test                # the same, as a test
//! ```
//!
//! Another folder can be named at the end.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use multistage::instruction::{Mount, Run};
use multistage::{
    Dockerfile, Stage,
    generated::{GeneratedFile, Written},
    ignore::IgnoreFile,
};

fn main() -> ExitCode {
    let mut arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let check = arguments.first().is_some_and(|first| first == "--check");
    if check {
        arguments.remove(0);
    }
    let folder = match arguments.as_slice() {
        [] => PathBuf::from(env!("CARGO_MANIFEST_DIR")),
        [folder] => PathBuf::from(folder),
        _ => {
            eprintln!("usage: xtask [--check] [FOLDER]");
            return ExitCode::from(2);
        }
    };
    match run(&folder, check) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path, check: bool) -> Result<(), Box<dyn Error>> {
    for (name, file) in generated(folder)? {
        if check {
            file.verify()?;
        } else {
            let done = match file.write_if_changed()? {
                Written::Created => "created",
                Written::Updated => "updated",
                Written::Unchanged => "unchanged",
            };
            println!("{name}: {done}");
        }
    }
    Ok(())
}

/// Everything that is generated.
fn generated(folder: &Path) -> Result<Vec<(&'static str, GeneratedFile)>, Box<dyn Error>> {
    let texts = [
        ("Dockerfile", image().render()?),
        (".dockerignore", ignored().render()?),
    ];
    let file = |(name, text)| {
        let file = GeneratedFile::new(folder.join(name), text);
        let command = "cargo run --manifest-path examples/xtask/Cargo.toml";
        (name, file.command(command))
    };
    Ok(texts.into_iter().map(file).collect())
}

/// A Rust program in an image of its own.
fn image() -> Dockerfile {
    let target = Mount::cache("/app/target");
    let registry = Mount::cache("/usr/local/cargo/registry");
    let mut file = Dockerfile::new();
    let build = file.stage(
        "build",
        Stage::new("rust:1.85").workdir("/app").copy(".", ".").run(
            Run::chain([
                "cargo build --release --locked",
                "cp target/release/app /usr/local/bin/app",
            ])
            .mount(registry)
            .mount(target),
        ),
    );
    file.push(
        Stage::new("debian:bookworm-slim")
            .copy_from(&build, "/usr/local/bin/app", "/usr/local/bin/app")
            .user("10001")
            .entrypoint(["app"]),
    );
    file
}

fn ignored() -> IgnoreFile {
    IgnoreFile::new()
        .comment("Generated: see src/main.rs.")
        .ignore("*")
        .except("Cargo.*")
        .except("src")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `MULTISTAGE_UPDATE=1 cargo test` writes them instead.
    #[test]
    fn generated_files_are_up_to_date() -> Result<(), Box<dyn Error>> {
        for (_, file) in generated(Path::new(env!("CARGO_MANIFEST_DIR")))? {
            file.verify_or_update()?;
        }
        Ok(())
    }
}
