//! Edits of a file that was read: references follow, and none comes to mean another stage.

use multistage::{Dockerfile, Stage};

#[track_caller]
fn read(text: &str) -> Dockerfile {
    Dockerfile::parse(text).unwrap_or_else(|report| panic!("{text}\n{report}"))
}

#[track_caller]
fn written(file: &Dockerfile) -> String {
    file.render().unwrap_or_else(|report| panic!("{report}"))
}

fn messages(file: &Dockerfile) -> Vec<String> {
    let report = file.check();
    let diagnostics = report.diagnostics().iter();
    diagnostics
        .map(|diagnostic| format!("{}: {}", diagnostic.rule.id, diagnostic.message))
        .collect()
}

#[test]
fn numbers_follow_when_stages_move() {
    let mut file = read("FROM a AS one\nFROM b\nFROM c AS two\nCOPY --from=1 /x /\n");
    file.insert_before("one", "zero", Stage::new("d"));
    let with = "FROM d AS zero\n\nFROM a AS one\n\nFROM b\n\nFROM c AS two\nCOPY --from=2 /x /\n";
    assert_eq!(written(&file), with);
    file.insert_before("two", "between", Stage::new("e"));
    file.remove("between");
    assert_eq!(written(&file), with);
    file.remove("zero");
    file.remove("one");
    assert_eq!(
        written(&file),
        "FROM b\n\nFROM c AS two\nCOPY --from=0 /x /\n"
    );
}

#[test]
fn what_referred_to_a_removed_stage_is_reported() {
    let mut file = read(
        "FROM a AS one\nFROM b AS two\nCOPY --from=0 /x /\nRUN --mount=from=one,target=/y z\n",
    );
    file.remove("one");
    assert_eq!(
        messages(&file),
        [
            "unknown-stage: no stage is named `one`",
            "unknown-stage: no stage is named `one`"
        ]
    );
}

#[test]
fn a_number_does_not_come_to_mean_the_next_stage() {
    // Read without a name, named later: the references still have the number.
    let mut file = read("FROM a\n");
    let first = file.name_last("first").expect("a stage");
    file.stage("second", Stage::new("b"));
    file.push(Stage::new("c").copy_from(multistage::Source::Index(0), "/x", "/"));
    file.remove(&first);
    assert_eq!(
        messages(&file),
        ["unknown-stage: no stage is named `first`"]
    );
}

#[test]
fn numbers_in_triggers_are_those_of_the_file_that_triggers() {
    // No stage of the file has `tools` for its base.
    let mut file = read("FROM a AS gone\nFROM b AS tools\nONBUILD COPY --from=0 /x /\n");
    file.remove("gone");
    let alone = "FROM b AS tools\nONBUILD COPY --from=0 /x /\n";
    assert_eq!(written(&file), alone);
    file.insert_before("tools", "new", Stage::new("c"));
    assert_eq!(written(&file), format!("FROM c AS new\n\n{alone}"));

    let text = "FROM a\nFROM b AS tools\nONBUILD COPY --from=0 /x /\nFROM tools AS app\n";
    let mut file = read(text);
    file.insert_before("tools", "new", Stage::new("c"));
    let text = "FROM a\n\nFROM c AS new\n\nFROM b AS tools\nONBUILD COPY --from=0 /x /\n\nFROM tools AS app\n";
    assert_eq!(written(&file), text);
    let mut file = read(
        "FROM c AS new\nFROM a\nFROM b AS tools\nONBUILD COPY --from=1 /x /\nFROM tools AS app\n",
    );
    file.remove("new");
    assert_eq!(
        written(&file),
        "FROM a\n\nFROM b AS tools\nONBUILD COPY --from=0 /x /\n\nFROM tools AS app\n"
    );
}

#[test]
fn platforms() {
    let mut file = read("FROM --platform=$BUILDPLATFORM a AS one\nFROM b AS TWO\n");
    assert!(file.set_platform("One", "linux/arm64") && file.set_platform("two", "linux/${ARCH}"));
    assert_eq!(
        written(&file),
        "FROM --platform=linux/arm64 a AS one\n\nFROM --platform=linux/${ARCH} b AS two\n"
    );
    assert!(file.clear_platform("one") && file.clear_platform("two"));
    assert!(!file.clear_platform("three") && !file.set_platform("three", "linux/arm64"));
    assert_eq!(written(&file), "FROM a AS one\n\nFROM b AS two\n");
    // What is no platform is told when the file is rendered.
    file.set_platform("one", "nowhere/");
    assert_eq!(
        messages(&file),
        ["invalid-value: `nowhere/` is no platform"]
    );
}
