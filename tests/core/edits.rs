//! Files are edited, and what refers to their stages follows.

use multistage::{Dockerfile, Stage, StageName};

fn two() -> Dockerfile {
    let mut file = Dockerfile::new();
    let build = file.stage("build", Stage::new("rust:1.85"));
    file.stage(
        "final",
        Stage::new("debian:12").copy_from(&build, "/a", "/b"),
    );
    file
}

#[test]
fn a_renamed_stage_is_followed() {
    let mut file = two();
    file.rename("build", "compile").expect("the name is free");
    assert_eq!(
        file.render().expect("it is right"),
        "FROM rust:1.85 AS compile\n\nFROM debian:12 AS final\nCOPY --from=compile /a /b\n"
    );
    assert!(file.rename("build", "other").is_err());
    assert!(file.rename("compile", "final").is_err());
}

#[test]
fn a_removed_stage_is_missed() {
    let mut file = two();
    drop(file.remove("build"));
    let report = file.render().expect_err("the reference is left");
    let rules: Vec<&str> = report.errors().map(|error| error.rule.id).collect();
    assert_eq!(rules, ["unknown-stage"]);
}

#[test]
fn a_stage_is_found_and_changed() {
    let mut file = two();
    let stage = file.find_mut("final").expect("it is there");
    stage.push(multistage::instruction::User::new("app"));
    assert!(file.find(StageName::new("FINAL")).is_some());
    assert!(
        file.render()
            .expect("it is right")
            .ends_with("COPY --from=build /a /b\nUSER app\n")
    );
}
