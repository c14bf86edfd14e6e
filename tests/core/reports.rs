//! Wrong files give no text, and a report of everything that is wrong.

use multistage::{Dockerfile, Image, Report, Severity, Stage, StageName};

fn report(file: &Dockerfile) -> Report {
    file.render().expect_err("it is wrong")
}

fn rules(file: &Dockerfile) -> Vec<&'static str> {
    report(file).errors().map(|error| error.rule.id).collect()
}

#[test]
fn a_misspelt_stage() {
    let mut file = Dockerfile::new();
    file.stage("builder", Stage::new("node:22"));
    file.push(Stage::new("alpine").copy_from(StageName::new("biulder"), "/a", "/b"));
    let report = report(&file);
    assert_eq!(
        report.without_origins().to_string(),
        "\
error[unknown-stage]: no stage is named `biulder`
 --> Dockerfile:4:13
  |
4 | COPY --from=biulder /a /b
  |             ^^^^^^^ not declared
  = help: did you mean `builder`?
"
    );
}

#[test]
fn references_that_docker_would_take_for_images() {
    let copy = |name: &str| Stage::new("alpine").copy_from(StageName::new(name), "/a", "/b");
    let mut file = Dockerfile::new();
    file.stage("one", copy("one"));
    file.stage("two", copy("three"));
    file.stage("three", copy("two"));
    file.stage("Two", Stage::new("alpine"));
    file.stage("scratch", Stage::new("alpine"));
    file.push(Stage::new("alpine").copy_from(Image::new("two"), "/a", "/b"));
    let mut found = rules(&file);
    found.sort_unstable();
    found.dedup();
    let expected = [
        "duplicate-stage-name",
        "later-stage",
        "reserved-stage-name",
        "self-reference",
        "shadowed-image",
    ];
    for rule in expected {
        assert!(found.contains(&rule), "{rule} is not in {found:?}");
    }
}

#[test]
fn an_empty_file() {
    assert_eq!(rules(&Dockerfile::new()), ["empty-file"]);
}

#[test]
fn a_dollar_that_could_be_either() {
    let mut file = Dockerfile::new();
    file.push(Stage::new("alpine").label("price", "$PRICE"));
    assert_eq!(rules(&file), ["undecided-dollar"]);
}

#[test]
fn everything_at_once_and_the_line_of_rust() {
    let mut file = Dockerfile::new();
    file.push(
        Stage::new("alpine")
            .workdir("a\nb")
            .run("c\nd")
            .env("e=f", "g"),
    );
    let report = report(&file);
    assert!(report.errors().count() >= 3, "{report}");
    assert!(
        report
            .errors()
            .all(|error| error.severity() == Severity::Error)
    );
    assert!(
        report.to_string().contains("tests/core/reports.rs"),
        "{report}"
    );
}
