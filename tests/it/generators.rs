//! The examples that generate files from data: what strings get wrong, they write or reject.

use insta::assert_snapshot;
use multistage::{Dockerfile, Instruction, Stage, instruction::Command};

use crate::outside::keep;

#[path = "../../examples/buildpack.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "what runs as a program does not here"
)]
mod buildpack;

#[path = "../../examples/dependencies.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "what runs as a program does not here"
)]
mod dependencies;

fn plan(start: &str, commands: &[&str]) -> String {
    serde_json::json!({
        "build-image": "node:22",
        "run-image": "node:22-slim",
        "packages": [],
        "variables": {},
        "phases": [{"paths": ["."], "commands": commands, "caches": []}],
        "start": start,
    })
    .to_string()
}

#[test]
fn a_start_command_is_what_runs() {
    for (n, start) in [
        r"grep -qE '^v\d+' VERSION && node server.js",
        "echo \"$HOME\" && node .",
        "set -e\nnode . # two lines",
        "node . --title='a b' \\",
    ]
    .into_iter()
    .enumerate()
    {
        let text = buildpack::from_plan(&plan(start, &["npm ci"])).expect("it is right");
        let file = Dockerfile::parse(&text).expect("it is read");
        keep(&format!("buildpack-{n}"), &file, &text);
        let last = file.stages().last().expect("there is a stage");
        let cmd = last
            .steps()
            .iter()
            .find_map(|step| match step.instruction() {
                Instruction::Cmd(cmd) => Some(&cmd.command),
                _ => None,
            });
        match cmd {
            Some(Command::Exec(words)) => assert!(words.iter().eq([start]), "{text}"),
            _ => panic!("{text}"),
        }
    }
    // What the module says of strings.
    let strings = format!(r#"FROM a\nCMD ["{}"]\n"#, r"grep -qE '^v\d+' VERSION");
    let strings = strings.replace("\\n", "\n");
    let file = Dockerfile::parse(&strings).expect("it is read");
    let step = &file.stages()[0].steps()[0];
    assert!(matches!(
        step.instruction(),
        Instruction::Cmd(cmd) if matches!(cmd.command, Command::Shell(_))
    ));
}

/// Holds what the documentation of an example says that a report is.
#[track_caller]
pub(crate) fn is_in_the_documentation(report: &str, source: &str) {
    let mut shown = String::new();
    for line in report.lines() {
        shown.push_str(format!("//! {line}").trim_end());
        shown.push('\n');
    }
    assert!(source.contains(&shown), "{shown}");
}

const BUILDPACK: &str = include_str!("../../examples/buildpack.rs");
const DEPENDENCIES: &str = include_str!("../../examples/dependencies.rs");

#[test]
fn a_newline_in_a_description_is_found() {
    let mut file = Dockerfile::new();
    let package = &dependencies::packages()[1];
    let stage = Stage::new("rust:1.90").describe(&package.description);
    file.stage(dependencies::spelled(package), stage);
    let report = file
        .render()
        .expect_err("it has two lines")
        .without_origins();
    is_in_the_documentation(&report.to_string(), DEPENDENCIES);
}

#[test]
fn a_comment_hides_no_command() {
    let plan = plan("node .", &["npm ci # quiet", "npm run build"]);
    let error = buildpack::from_plan(&plan).expect_err("a command is lost");
    let report = error
        .downcast::<multistage::Report>()
        .expect("it is a report")
        .without_origins();
    is_in_the_documentation(&report.to_string(), BUILDPACK);
    assert_snapshot!(report.to_string(), @r#"
    error[lost-command]: the command of RUN has a comment that swallows the commands after it
     --> Dockerfile:4:5
      |
    4 | RUN npm ci # quiet \
      |     ^^^^^^^^^^^^^^ later commands become part of the comment
      = help: leave the comment out, or write it above the instruction with `.comment(..)`
              `Run::script(..)` keeps every line as it is
    "#);
}

#[test]
fn a_collision_of_names_is_found() {
    let packages = dependencies::packages();
    let report = dependencies::dockerfile(&packages, dependencies::spelled);
    let report = report
        .expect_err("two stages have one name")
        .without_origins();
    is_in_the_documentation(&report.to_string(), DEPENDENCIES);
    assert_snapshot!(report.to_string(), @r#"
    error[duplicate-stage-name]: two stages are named `zip-1-0-0-1`
     --> Dockerfile:8:19
      |
    2 | FROM rust:1.90 AS zip-1-0-0-1
      |                   ----------- the name is taken here
     ...
    8 | FROM rust:1.90 AS zip-1-0-0-1
      |                   ^^^^^^^^^^^ taken again here
      = help: give one of them another name
    "#);
}

#[test]
fn a_description_is_a_comment() {
    let mut names = dependencies::Names::default();
    let packages = dependencies::packages();
    let text = dependencies::dockerfile(&packages, |package| names.name(package));
    let text = text.expect("it is right");
    let file = Dockerfile::parse(&text).expect("it is read");
    keep("dependencies", &file, &text);
    let runs = file.stages().iter().flat_map(|stage| stage.steps());
    let runs = runs.filter(|step| matches!(step.instruction(), Instruction::Run(_)));
    assert_eq!(runs.count(), packages.len());
}

#[test]
fn a_thousand_packages() {
    let mut names = dependencies::Names::default();
    let text = dependencies::dockerfile(&dependencies::many(1000), |package| names.name(package));
    let file = Dockerfile::parse(&text.expect("it is right")).expect("it is read");
    assert_eq!(file.stages().len(), 1001);
    assert!(!file.check().has_errors());
}
