//! Prints what a Dockerfile comes to, as JSON: for each stage its base and the configuration of its image.
//!
//! ```text
//! cargo run --all-features --example resolve -- [--build-arg NAME=VALUE] [--platform OS/ARCH] [--target STAGE]
//!     [--base-config IMAGE=FILE | --empty-bases] FILE...
//! ```
//!
//! One document a file, `-` for standard input. `base` is the full name of an image, the name of a stage (`#2` for
//! one that has none), or `scratch`. What Docker would refuse is reported on standard error, and the exit status is 1;
//! it is 2 when the arguments are wrong or a file cannot be read.

#![expect(clippy::print_stderr, reason = "it is what the program does")]

mod support;

use std::process::ExitCode;

use multistage::{
    Parsed,
    resolve::{Resolved, ResolvedBase, ResolvedStage},
};
use serde_json::{Value, json};

use support::{Arguments, name, print, read};

const USAGE: &str = "usage: cargo run --all-features --example resolve -- [--build-arg NAME=VALUE] [--platform OS/ARCH] \
    [--target STAGE] [--base-config IMAGE=FILE | --empty-bases] FILE...\n";

fn main() -> ExitCode {
    match run() {
        Ok(errors) => ExitCode::from(u8::from(errors)),
        Err(error) => {
            eprint!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Whether Docker would refuse one of the files.
fn run() -> Result<bool, String> {
    let arguments = Arguments::parse(&[], USAGE)?;
    let mut failed = false;
    for path in &arguments.files {
        let source = read(path)?;
        let parsed = Parsed::new(&source);
        if parsed.report().has_errors() {
            eprint!("{}", parsed.report().clone().with_name(name(path)));
            failed = true;
            continue;
        }
        let resolved = parsed.file().resolve(&arguments.build);
        let document = view(name(path), &resolved);
        let text = serde_json::to_string_pretty(&document).map_err(|error| format!("{error}\n"))?;
        print(&format!("{text}\n"))?;
        let target = resolved.target().map(ResolvedStage::index);
        if !target.is_some_and(|target| resolved.is_buildable(target)) {
            let report = parsed.check(&arguments.checker()).with_name(name(path));
            for error in report.errors() {
                let line = error
                    .span()
                    .map_or(0, |span| report.line_column(span.start).0);
                eprintln!(
                    "{}:{line}: {} [{}]",
                    report.name(),
                    error.message,
                    error.rule.id
                );
            }
            failed = true;
        }
    }
    Ok(failed)
}

fn view(file: &str, resolved: &Resolved) -> Value {
    let stages = resolved.stages();
    let label = |stage: &ResolvedStage| match stage.name() {
        Some(name) => name.to_string(),
        None => format!("#{}", stage.index()),
    };
    let stages: Vec<Value> = stages
        .iter()
        .map(|stage| {
            let base = match stage.base() {
                ResolvedBase::Stage(base) => stages.get(*base).map_or_else(String::new, label),
                base => base.to_string(),
            };
            let mut config = json!(stage.config());
            let variables: serde_json::Map<String, Value> = stage
                .variables(usize::MAX)
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.into()))
                .collect();
            json!({
                "index": stage.index(),
                "name": stage.name(),
                "base": base,
                "platform": stage.platform(),
                "images": resolved.images(stage.index()),
                "needed": resolved.is_needed(stage.index()),
                "buildable": resolved.is_buildable(stage.index()),
                "known": stage.is_known(),
                "author": config.get("author"),
                "config": config["config"].take(),
                "variables": variables,
            })
        })
        .collect();
    json!({
        "file": file,
        "target": resolved.target().map(label),
        "stages": stages,
    })
}
