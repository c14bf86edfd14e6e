//! Reports as their users see them.

use insta::assert_snapshot;
use multistage::diagnostic::Severity;
use multistage::instruction::Copy;
use multistage::{
    Dockerfile, Report, Stage, StageName,
    check::{Checker, rules},
};

fn report() -> Report {
    let mut file = Dockerfile::new();
    file.stage("builder", Stage::new("rust:1.85"));
    file.push(
        Stage::new("scratch")
            .instruction(Copy::new("a", "/").flag("new", None))
            .copy_from(StageName::new("biulder"), "/app", "/"),
    );
    file.target("x");
    let checker = Checker::new().allow("unused-stage");
    file.check_with(&checker).without_origins()
}

#[test]
fn errors_and_warnings() {
    let report = report();
    assert_eq!(report.len(), 3);
    assert!(report.has_errors() && !report.is_empty());
    let ids = |found: Vec<&multistage::diagnostic::Diagnostic>| {
        found.iter().map(|found| found.rule.id).collect::<Vec<_>>()
    };
    assert_eq!(
        ids(report.iter().collect()),
        ["unknown-target", "unknown-flag", "unknown-stage"]
    );
    assert_eq!(
        ids(report.errors().collect()),
        ["unknown-target", "unknown-stage"]
    );
    assert_eq!(ids(report.warnings().collect()), ["unknown-flag"]);
    assert!(Severity::Warning < Severity::Error);
    for found in report {
        assert_eq!(found.is_error(), found.severity() == Severity::Error);
    }
}

#[test]
fn a_suggestion_mends_the_text() {
    let report = report();
    let found = report.errors().last();
    let edit = found.and_then(|found| found.suggestion.clone());
    let mut text = report.text().to_owned();
    if let Some(edit) = edit {
        text.replace_range(edit.span, &edit.replacement);
    }
    assert!(text.ends_with("COPY --from=builder /app /\n"), "{text}");
}

#[test]
fn drawn_with_another_name() {
    assert_snapshot!(report().with_name("docker/app.Dockerfile"), @r"
    error[unknown-target]: the target `x` is not a stage
     --> docker/app.Dockerfile
      = help: add a stage of that name: `file.stage(name, stage)`

    warning[unknown-flag]: the flag `--new` of COPY is unknown
     --> docker/app.Dockerfile:4:6
      |
    4 | COPY --new a /
      |      ^^^^^ not known to this crate

    error[unknown-stage]: no stage is named `biulder`
     --> docker/app.Dockerfile:5:13
      |
    5 | COPY --from=biulder /app /
      |             ^^^^^^^ not declared
      = help: did you mean `builder`?
    ");
    assert_eq!(format!("{:?}", report()), report().to_string());
}

#[test]
fn an_error_of_main() {
    let error: Box<dyn std::error::Error> = Box::new(report());
    assert_eq!(error.to_string(), report().to_string());
}

#[test]
fn as_data() -> Result<(), serde_json::Error> {
    assert_snapshot!(serde_json::to_string_pretty(&report())?, @r#"
    {
      "name": "Dockerfile",
      "text": "FROM rust:1.85 AS builder\n\nFROM scratch\nCOPY --new a /\nCOPY --from=biulder /app /\n",
      "diagnostics": [
        {
          "rule": "unknown-target",
          "severity": "error",
          "message": "the target `x` is not a stage",
          "labels": [],
          "help": "add a stage of that name: `file.stage(name, stage)`",
          "suggestion": null
        },
        {
          "rule": "unknown-flag",
          "severity": "warning",
          "message": "the flag `--new` of COPY is unknown",
          "labels": [
            {
              "span": {
                "start": 45,
                "end": 50,
                "line": 4,
                "column": 6
              },
              "text": "not known to this crate"
            }
          ],
          "help": null,
          "suggestion": null
        },
        {
          "rule": "unknown-stage",
          "severity": "error",
          "message": "no stage is named `biulder`",
          "labels": [
            {
              "span": {
                "start": 67,
                "end": 74,
                "line": 5,
                "column": 13
              },
              "text": "not declared"
            }
          ],
          "help": "did you mean `builder`?",
          "suggestion": {
            "span": {
              "start": 67,
              "end": 74,
              "line": 5,
              "column": 13
            },
            "replacement": "builder"
          }
        }
      ]
    }
    "#);
    Ok(())
}

#[test]
fn every_rule_can_be_looked_up() {
    assert!(rules().any(|rule| rule.id == "unknown-stage"));
    assert!(rules().all(|rule| !rule.summary.is_empty() && !rule.docs.is_empty()));
}
