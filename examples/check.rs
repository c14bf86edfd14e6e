//! Reports mistakes in Dockerfiles, as `docker build --check` does, and mistakes between stages.
//!
//! `cargo run --all-features --example check -- FILE...`; `--help` prints the options. The exit
//! status is 1 when there is an error, with `--deny-warnings` also when there is a warning, and 2
//! when the arguments are wrong or a file cannot be read.

#[path = "support/build.rs"]
mod build;
mod support;

use std::fmt::Write as _;
use std::fs;
use std::process::ExitCode;

use multistage::diagnostic::{Diagnostic, Rule, Severity};
use multistage::{Parsed, Report, check::Checker};
use serde_json::{Value, json};

use support::{Arguments, Choice, Outcome, Program, name, print, show};

const CHOICES: &[Choice] = &[
    ("--json", "print one line of JSON for each file"),
    ("--github", "print annotations for a GitHub workflow"),
    ("--sarif", "print one SARIF log for all files"),
    (
        "--fix",
        "apply the suggestions first, and change nothing else",
    ),
    ("--deny-warnings", "exit with 1 for warnings too"),
];

fn main() -> ExitCode {
    let program = Program {
        name: "check",
        about: "Reports mistakes in Dockerfiles, as `docker build --check` does, and mistakes between stages.",
        operands: "FILE...",
        choices: &[CHOICES, build::CHECKS, build::BUILD],
    };
    program.main(run)
}

fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let checker = build::checker(arguments, build::build(arguments)?)?;
    let deny_warnings = arguments.has("--deny-warnings");
    let mut reports = Vec::new();
    let outcome = arguments.each(|path, text| {
        let fixed = if arguments.has("--fix") && path != "-" {
            fix(text, &checker)
        } else {
            text.to_owned()
        };
        let report = check(&fixed, &checker).with_name(name(path));
        let found = report.has_errors() || (deny_warnings && !report.is_empty());
        reports.push(report);
        if fixed != text {
            fs::write(path, fixed).map_err(|error| format!("{path}: {error}"))?;
        }
        Ok(found)
    });
    if arguments.has("--sarif") {
        print(&format!("{}\n", sarif(&reports)));
        return Ok(outcome);
    }
    let mut first = true;
    for report in &reports {
        if arguments.has("--json") {
            print(&format!("{}\n", line(report)));
        } else if arguments.has("--github") {
            for found in report {
                print(&format!("{}\n", annotation(report, found)));
            }
        } else if !report.is_empty() {
            let blank = if first { "" } else { "\n" };
            show(&format!("{blank}{}", report.colored()));
            first = false;
        }
    }
    Ok(outcome)
}

fn check(source: &str, checker: &Checker) -> Report {
    Parsed::new(source).check(checker)
}

/// Applies the suggestions. One can make another possible, so they are looked for again.
fn fix(source: &str, checker: &Checker) -> String {
    let mut text = source.to_owned();
    for _ in 0..8 {
        let fixed = check(&text, checker).fixed();
        if fixed == text {
            break;
        }
        text = fixed;
    }
    text
}

/// Line and column of the first and the last character that are meant.
fn place(report: &Report, found: &Diagnostic) -> (usize, usize, usize, usize) {
    let span = found.span().unwrap_or(0..0);
    let (line, column) = report.line_column(span.start);
    let (end_line, end_column) = report.line_column(span.end);
    (line, column, end_line, end_column)
}

fn line(report: &Report) -> Value {
    let diagnostics: Vec<Value> = report
        .iter()
        .map(|found| {
            let (line, column, end_line, end_column) = place(report, found);
            json!({
                "rule": found.rule.id,
                "also": found.rule.also,
                "severity": found.severity().as_str(),
                "message": found.message,
                "line": line,
                "column": column,
                "endLine": end_line,
                "endColumn": end_column,
                "help": found.help,
            })
        })
        .collect();
    json!({"file": report.name(), "ok": !report.has_errors(), "diagnostics": diagnostics})
}

/// An annotation of a GitHub workflow.
fn annotation(report: &Report, found: &Diagnostic) -> String {
    let data = |text: &str| {
        text.replace('%', "%25")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let (line, column, end_line, end_column) = place(report, found);
    // Columns go with one line alone.
    let columns = if line == end_line {
        format!(",col={column},endColumn={}", end_column.max(column + 1) - 1)
    } else {
        String::new()
    };
    let help = found
        .help
        .as_ref()
        .map_or(String::new(), |help| format!("\n{help}"));
    format!(
        "::{} file={},line={line},endLine={end_line}{columns},title={}::{}",
        found.severity().as_str(),
        property(report.name()),
        property(found.rule.id),
        data(&format!("{}{help}", found.message)),
    )
}

/// A SARIF 2.1.0 log.
fn sarif(reports: &[Report]) -> Value {
    let mut rules: Vec<&'static Rule> = reports.iter().flatten().map(|found| found.rule).collect();
    rules.sort_by_key(|rule| rule.id);
    rules.dedup_by_key(|rule| rule.id);
    let results = reports.iter().flat_map(|report| {
        report.iter().map(|found| {
            let (line, column, end_line, end_column) = place(report, found);
            let mut result = json!({
                "ruleId": found.rule.id,
                "level": level(found.severity()),
                "message": {"text": match &found.help {
                    Some(help) => format!("{}\n{help}", found.message),
                    None => found.message.clone(),
                }},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": uri(report.name())},
                    "region": {
                        "startLine": line,
                        "startColumn": column,
                        "endLine": end_line,
                        "endColumn": end_column,
                    },
                }}],
            });
            if let Some(edit) = &found.suggestion {
                let (line, column) = report.line_column(edit.span.start);
                let (end_line, end_column) = report.line_column(edit.span.end);
                result["fixes"] = json!([{"artifactChanges": [{
                    "artifactLocation": {"uri": uri(report.name())},
                    "replacements": [{
                        "deletedRegion": {
                            "startLine": line,
                            "startColumn": column,
                            "endLine": end_line,
                            "endColumn": end_column,
                        },
                        "insertedContent": {"text": edit.replacement},
                    }],
                }]}]);
            }
            result
        })
    });
    let results: Vec<Value> = results.collect();
    let rules: Vec<Value> = rules
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": {"text": rule.summary},
                "defaultConfiguration": {"level": level(rule.severity)},
                "help": {"text": rule.docs, "markdown": rule.docs},
                "properties": {"also": rule.also},
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "multistage",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        _ => "warning",
    }
}

/// A path as a relative reference.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                out.push(byte.into())
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
