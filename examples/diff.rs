//! Says what differs between what two Dockerfiles build.
//!
//! ```text
//! cargo run --all-features --example diff -- [--build-arg NAME=VALUE] [--platform OS/ARCH] [--target STAGE]
//!     [--base-config IMAGE=FILE | --empty-bases] OLD NEW
//! ```
//!
//! For each target, `same`, or what was (`-`) and what is (`+`), with the line that says it. Text, comments and the names
//! of the stages in between do not count. The exit status is 0 where both build the same, 1 where they do not, 2 when
//! the arguments are wrong or a file cannot be read.

#![expect(clippy::print_stderr, reason = "it is what the program does")]

mod support;

use std::fmt::Write as _;
use std::process::ExitCode;

use multistage::{
    Parsed,
    compare::Side,
    layout::{At, Layout, Part},
};

use support::{Arguments, name, print, read};

const USAGE: &str = "usage: cargo run --all-features --example diff -- [--build-arg NAME=VALUE] [--platform OS/ARCH] \
    [--target STAGE] [--base-config IMAGE=FILE | --empty-bases] OLD NEW\n";

fn main() -> ExitCode {
    match run() {
        Ok(same) => ExitCode::from(u8::from(!same)),
        Err(error) => {
            eprint!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<bool, String> {
    let arguments = Arguments::parse(&[], USAGE)?;
    let [old, new] = arguments.files.as_slice() else {
        return Err(USAGE.to_owned());
    };
    let (old_text, new_text) = (read(old)?, read(new)?);
    let (was, is) = (parse(&old_text, old)?, parse(&new_text, new)?);
    let comparison = was.file().compare(is.file(), &arguments.build);
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
    print(&out)?;
    Ok(comparison.is_same())
}

fn parse<'s>(text: &'s str, path: &str) -> Result<Parsed<'s>, String> {
    let parsed = Parsed::new(text);
    if parsed.report().has_errors() {
        return Err(parsed.report().clone().with_name(name(path)).to_string());
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
