//! Rules that are set aside.

use insta::assert_snapshot;
use multistage::{Context, Dockerfile, Image, Report, Stage, StageName, check::rules};

use super::drawn;

#[test]
fn unknown_rules() {
    let mut file = Dockerfile::new();
    file.push(Stage::new("alpine"));
    file.allow("unkown-stage")
        .allow("no-such-thing")
        .allow("unencodable-text");
    assert_snapshot!(drawn(&file), @r"
    warning[unknown-rule]: no rule has the id `unkown-stage`
     --> Dockerfile
      = help: did you mean `unknown-stage`?

    warning[unknown-rule]: no rule has the id `no-such-thing`
     --> Dockerfile
      = help: `rules()` lists them

    warning[unknown-rule]: the rule `unencodable-text` cannot be disabled
     --> Dockerfile
      = help: it is about what Docker rejects, or would take for something else
    ");
}

#[test]
fn what_cannot_be_written_stays() {
    let mut file = Dockerfile::new();
    file.push(Stage::new("alpine").workdir("a\nb"));
    for rule in rules() {
        file.allow(rule.id);
    }
    assert!(file.render().is_err());
}

#[test]
fn references_that_docker_accepts() -> Result<(), Report> {
    let mut file = Dockerfile::new();
    let a = file.stage("a", Stage::new("alpine"));
    file.stage("a", Stage::new(&a));
    file.stage(
        "scratch",
        Stage::new(Image::new("a"))
            .copy_from(StageName::new("busybox"), "/a", "/b")
            .copy_from(Context::new("docs"), "/a", "/b"),
    );
    file.target("elsewhere");
    for rule in [
        "duplicate-stage-name",
        "reserved-stage-name",
        "shadowed-image",
        "undeclared-context",
        "unknown-stage",
        "unknown-target",
    ] {
        assert!(file.render().is_err(), "{rule}");
        file.allow(rule);
    }
    assert_snapshot!(file.render()?, @r"
    FROM alpine AS a

    FROM a AS a

    FROM a AS scratch
    COPY --from=busybox /a /b
    COPY --from=docs /a /b
    ");
    assert!(!file.check().has_errors());
    Ok(())
}
