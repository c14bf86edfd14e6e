//! Prints the resolved configuration of a Dockerfile, as JSON: for each stage its base and the
//! configuration of its image.
//!
//! `cargo run --all-features --example resolve -- FILE...`; `--help` prints the options. One
//! document a file. `base` is the full name of an image, the name of a stage (`#2` for one that has
//! none), or `scratch`. What Docker would reject is reported on standard error, and the exit status
//! is 1; it is 2 when the arguments are wrong or a file cannot be read.

#[path = "support/build.rs"]
mod build;
mod support;

use std::process::ExitCode;

use multistage::Parsed;
use multistage::check::Checker;
use multistage::resolve::{Resolved, ResolvedBase, ResolvedStage};
use serde_json::{Value, json};

use support::{Arguments, Outcome, Program, colored, complain, name, print};

fn main() -> ExitCode {
    let program = Program {
        name: "resolve",
        about: "Prints the resolved configuration of a Dockerfile, as JSON: for each stage its base and its configuration.",
        operands: "FILE...",
        choices: &[build::BUILD],
    };
    program.main(run)
}

fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let build = build::build(arguments)?;
    Ok(arguments.each(|path, source| {
        let parsed = Parsed::new(source);
        if parsed.report().has_errors() {
            complain(&colored(parsed.report().clone(), path));
            return Ok(true);
        }
        let resolved = parsed.file().resolve(&build);
        let document = view(name(path), &resolved);
        print(&format!("{document:#}\n"));
        let target = resolved.target().map(ResolvedStage::index);
        if target.is_some_and(|target| resolved.is_buildable(target)) {
            return Ok(false);
        }
        let checker = Checker::new().build(build.clone());
        let report = parsed.check(&checker).with_name(name(path));
        for error in report.errors() {
            let line = error
                .span()
                .map_or(0, |span| report.line_column(span.start).0);
            let (name, rule) = (report.name(), error.rule.id);
            complain(&format!("{name}:{line}: {} [{rule}]", error.message));
        }
        Ok(true)
    }))
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
