//! The lines of Rust that added what is wrong.

use insta::assert_snapshot;
use multistage::{Dockerfile, Stage, StageName};

#[test]
fn origins_are_shown() {
    let mut file = Dockerfile::new();
    file.arg(("A", "a\nb"));
    file.stage("2", Stage::new("alpine"));
    let mut stage = Stage::new(StageName::new("x"))
        .env("A", "a\nb")
        .workdir("a\nb");
    stage.push(multistage::instruction::User::new("a\nb"));
    file.push(stage);
    let report = file.check().to_string();
    let origins = report.lines().filter(|line| line.contains("added at"));
    let origins: Vec<String> = origins.map(|line| line.replace('\\', "/")).collect();
    assert_snapshot!(origins.join("\n"), @r"
    = added at tests/it/diagnostics/origins.rs:9:10
    = added at tests/it/diagnostics/origins.rs:10:10
    = added at tests/it/diagnostics/origins.rs:11:21
    = added at tests/it/diagnostics/origins.rs:12:10
    = added at tests/it/diagnostics/origins.rs:13:10
    = added at tests/it/diagnostics/origins.rs:14:11
    ");
}

#[test]
fn origins_can_be_left_out() {
    let mut file = Dockerfile::new();
    file.push(Stage::new("alpine").workdir("a\nb"));
    let report = file.check();
    assert!(report.to_string().contains("added at"));
    assert!(!report.without_origins().to_string().contains("added at"));
}
