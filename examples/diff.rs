//! Compares what two Dockerfiles build.
//!
//! `cargo run --all-features --example diff -- OLD NEW`; `--help` prints the options. For each
//! target, `same`, or what was (`-`) and what is (`+`), with the line that says it. Text, comments
//! and the names of the stages in between do not count. The exit status is 0 where both build the
//! same, 1 where they do not, 2 when the arguments are wrong or a file cannot be read.

#[path = "support/build.rs"]
mod build;
mod support;

use std::fmt::Write as _;
use std::process::ExitCode;

use multistage::{
    Parsed,
    compare::Side,
    layout::{At, Layout, Part},
};

use support::{Arguments, Outcome, Program, colored, name, print, read};

fn main() -> ExitCode {
    let program = Program {
        name: "diff",
        about: "Compares what two Dockerfiles build.",
        operands: "OLD NEW",
        choices: &[build::BUILD],
    };
    program.main(run)
}

fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let [old, new] = arguments.files.as_slice() else {
        return Err("two files are needed, OLD and NEW".to_owned());
    };
    let build = build::build(arguments)?;
    let (old_text, new_text) = both(read(old), read(new))?;
    let (was, is) = both(parse(&old_text, old), parse(&new_text, new))?;
    let comparison = was.file().compare(is.file(), &build);
    let mut out = String::new();
    for target in comparison.targets() {
        let label = target
            .name
            .as_ref()
            .map_or("(the last stage)", |name| name.as_str());
        let _ = match (target.in_old, target.in_new) {
            (true, false) => writeln!(out, "{label}: only in {}", name(old)),
            (false, true) => writeln!(out, "{label}: only in {}", name(new)),
            _ if target.is_same() => writeln!(out, "{label}: same"),
            _ => writeln!(out, "{label}:"),
        };
        for change in &target.changes {
            let _ = writeln!(out, "  {}", change.what);
            side(&mut out, '-', change.old.as_ref(), &was, name(old));
            side(&mut out, '+', change.new.as_ref(), &is, name(new));
        }
    }
    print(&out);
    Ok(Outcome {
        found: !comparison.is_same(),
        failed: false,
    })
}

/// Both, or all that is wrong with them.
fn both<T>(old: Result<T, String>, new: Result<T, String>) -> Result<(T, T), String> {
    match (old, new) {
        (Ok(old), Ok(new)) => Ok((old, new)),
        (Err(old), Err(new)) => Err(format!("{}\n{new}", old.trim_end())),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

fn parse<'s>(text: &'s str, path: &str) -> Result<Parsed<'s>, String> {
    let parsed = Parsed::new(text);
    if parsed.report().has_errors() {
        return Err(colored(parsed.report().clone(), path));
    }
    Ok(parsed)
}

fn side(out: &mut String, sign: char, side: Option<&Side>, parsed: &Parsed<'_>, name: &str) {
    let Some(side) = side else { return };
    let line = |at: At, layout: &Layout| {
        let start = layout.span(at, Part::Whole)?.start;
        Some(parsed.report().line_column(start).0)
    };
    let place = side.at.and_then(|at| line(at, parsed.layout()));
    let place = place.map_or(String::new(), |line| format!("    ({name}:{line})"));
    let mut lines = side.text.lines();
    let _ = writeln!(out, "  {sign} {}{place}", lines.next().unwrap_or_default());
    for line in lines {
        let _ = writeln!(out, "  {sign} {line}");
    }
}
