//! Edits of a file that was read: references follow, and none comes to mean another stage.

use std::hash::{DefaultHasher, Hash, Hasher};

use multistage::instruction::words;
use multistage::{CheckDirective, Dockerfile, Escape, Image, Stage, StageName, expr};

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
    file.insert_before("one", "zero", Stage::new("d"))
        .expect("it is there");
    let with = "FROM d AS zero\n\nFROM a AS one\n\nFROM b\n\nFROM c AS two\nCOPY --from=2 /x /\n";
    assert_eq!(written(&file), with);
    file.insert_before("two", "between", Stage::new("e"))
        .expect("it is there");
    drop(file.remove("between").expect("it is there"));
    assert_eq!(written(&file), with);
    drop(file.remove("zero").expect("it is there"));
    drop(file.remove("one").expect("it is there"));
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
    drop(file.remove("one").expect("it is there"));
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
    drop(file.remove(&first).expect("it is there"));
    assert_eq!(
        messages(&file),
        ["unknown-stage: no stage is named `first`"]
    );
}

#[test]
fn numbers_in_triggers_are_those_of_the_file_that_triggers() {
    // No stage of the file has `tools` for its base.
    let mut file = read("FROM a AS gone\nFROM b AS tools\nONBUILD COPY --from=0 /x /\n");
    drop(file.remove("gone").expect("it is there"));
    let alone = "FROM b AS tools\nONBUILD COPY --from=0 /x /\n";
    assert_eq!(written(&file), alone);
    file.insert_before("tools", "new", Stage::new("c"))
        .expect("it is there");
    assert_eq!(written(&file), format!("FROM c AS new\n\n{alone}"));

    let text = "FROM a\nFROM b AS tools\nONBUILD COPY --from=0 /x /\nFROM tools AS app\n";
    let mut file = read(text);
    file.insert_before("tools", "new", Stage::new("c"))
        .expect("it is there");
    let text = "FROM a\n\nFROM c AS new\n\nFROM b AS tools\nONBUILD COPY --from=0 /x /\n\nFROM tools AS app\n";
    assert_eq!(written(&file), text);
    let mut file = read(
        "FROM c AS new\nFROM a\nFROM b AS tools\nONBUILD COPY --from=1 /x /\nFROM tools AS app\n",
    );
    drop(file.remove("new").expect("it is there"));
    assert_eq!(
        written(&file),
        "FROM a\n\nFROM b AS tools\nONBUILD COPY --from=0 /x /\n\nFROM tools AS app\n"
    );
}

#[test]
fn platforms() {
    let mut file = read("FROM --platform=$BUILDPLATFORM a AS one\nFROM b AS TWO\n");
    file.set_platform("One", "linux/arm64")
        .expect("it is there");
    file.set_platform("two", "linux/${TARGETARCH}")
        .expect("it is there");
    assert_eq!(
        written(&file),
        "FROM --platform=linux/arm64 a AS one\n\nFROM --platform=linux/${TARGETARCH} b AS two\n"
    );
    file.clear_platform("one").expect("it is there");
    file.clear_platform("two").expect("it is there");
    assert!(file.clear_platform("three").is_err());
    assert!(file.set_platform("three", "linux/arm64").is_err());
    assert_eq!(written(&file), "FROM a AS one\n\nFROM b AS two\n");
    // What is not a platform is reported when the file is rendered.
    file.set_platform("one", "nowhere/").expect("it is there");
    assert_eq!(
        messages(&file),
        ["invalid-value: `nowhere/` is not a valid platform"]
    );
}

#[test]
fn places_by_index() {
    let mut file =
        Dockerfile::parse("FROM a\nFROM b\nCOPY --from=0 /x /y\nFROM c\nCOPY --from=1 /x /y\n")
            .expect("a file");
    file.insert_at(0, Stage::new("z"));
    assert_eq!(
        file.render().expect("it is right"),
        "FROM z\n\nFROM a\n\nFROM b\nCOPY --from=1 /x /y\n\nFROM c\nCOPY --from=2 /x /y\n"
    );
    assert_eq!(
        file.remove_at(0).expect("it is there").base().to_string(),
        "z"
    );
    assert!(file.remove_at(7).is_none());
    file.insert_at(9, Stage::new("last"));
    assert_eq!(file.stages().len(), 4);
    // A reference to a removed stage without a name is reported and never means another one.
    drop(file.remove_at(0));
    let report = file.render().expect_err("a reference is left");
    assert_eq!(
        report.to_string(),
        "\
error[stage-index-out-of-range]: the stage that this refers to has been removed
 --> Dockerfile (as rendered):2:13
  |
2 | COPY --from=removed-stage /x /y
  |             ^^^^^^^^^^^^^ it had no name
  = help: give the stage a name, and refer to that
"
    );
}

#[test]
fn a_removed_stage_stays_removed() {
    let report = |file: &Dockerfile| {
        let report = file.render().expect_err("a reference is left");
        let messages = report.iter().map(|found| found.message.clone());
        messages.collect::<Vec<_>>()
    };
    let expected = ["the stage that this refers to has been removed"];
    let mut file =
        Dockerfile::parse("FROM a\nFROM b\nFROM c\nCOPY --from=0 /x /y\n").expect("a file");
    drop(file.remove_at(0));
    assert_eq!(report(&file), expected);
    file.insert_at(0, Stage::new("z"));
    assert_eq!(report(&file), expected);
    file.stage("q", Stage::new("z"));
    let _ = file
        .insert_before("q", "p", Stage::new("z"))
        .expect("q is there");
    drop(file.remove("q").expect("q is there"));
    drop(file.remove_at(0));
    assert_eq!(report(&file), expected);
    let mut all = Dockerfile::new();
    all.push(Stage::new("z"));
    let _ = all.merge(file).expect("nothing collides");
    assert_eq!(report(&all), expected);
}

#[test]
fn global_args() {
    let mut file = Dockerfile::parse("ARG A=1 B\nARG C=$A\nFROM x:$C\n").expect("a file");
    let arg = file.find_arg_mut("B").expect("it is declared");
    assert!(arg.set_default("B", "2") && !arg.set_default("C", "3"));
    assert!(file.find_arg("D").is_none());
    file.args_mut().swap(0, 1);
    assert_eq!(
        file.render().expect("it is right"),
        "ARG C=$A\nARG A=1 B=2\n\nFROM x:$C\n"
    );
    file.args_mut().clear();
    assert_eq!(file.args().len(), 0);
}

/// All images of a file are replaced, as all are listed.
#[test]
fn the_frontend_is_an_image_too() {
    let mut file = read("# syntax=docker/dockerfile:1\nFROM node:22\nCOPY --from=busybox /a /b\n");
    let listed = file.images();
    let count = file.replace_images(|image| {
        assert!(listed.contains(image));
        Some(Image::new(format!(
            "mirror.example/{}",
            image.as_literal()?
        )))
    });
    assert_eq!(count, 3);
    assert_eq!(
        written(&file),
        "# syntax=mirror.example/docker/dockerfile:1\n\nFROM mirror.example/node:22\nCOPY --from=mirror.example/busybox /a /b\n"
    );
    let old = "mirror.example/docker/dockerfile:1";
    assert_eq!(file.replace_image(old, expr("$FRONTEND")), 0);
    assert_eq!(file.replace_image(old, "docker/dockerfile:1.7"), 1);
    assert_eq!(file.syntax(), Some("docker/dockerfile:1.7"));
}

/// The shell of a stage is that of its base as the file is when the stage comes.
#[test]
fn words_are_for_the_shell_of_the_file_as_it_is_now() {
    let powershell = || Stage::new("a").shell(["powershell", "-Command"]);
    let echo = |base: &StageName| Stage::new(base).run(words(["echo", "it's"]));
    let mut file = Dockerfile::new();
    let windows = file.stage("windows", powershell());
    let unix = file.stage("unix", Stage::new("b"));
    file.stage("last", echo(&windows));
    file.insert_at(2, echo(&windows));
    file.insert_before("last", "middle", echo(&unix))
        .expect("it is there");
    let mut pushed = Dockerfile::new();
    pushed.stage("windows", powershell());
    pushed.stage("unix", Stage::new("b"));
    pushed.push(echo(&windows));
    pushed.stage("middle", echo(&unix));
    pushed.stage("last", echo(&windows));
    assert_eq!(written(&file), written(&pushed));

    // Of several stages the first ones go: others have their numbers.
    let mut file = Dockerfile::new();
    let windows = file.stage("windows", powershell());
    file.push(echo(&windows));
    let unix = file.stage("unix", Stage::new("b"));
    file.target(&unix);
    file.push(echo(&unix));
    assert_eq!(file.remove_unused().len(), 2);
    file.push(echo(&unix));
    let mut pushed = Dockerfile::new();
    pushed.stage("unix", Stage::new("b"));
    pushed.push(echo(&unix));
    pushed.push(echo(&unix));
    assert_eq!(written(&file), written(&pushed));

    // Another image, another escape character, a name for the last one.
    let mut file = Dockerfile::new();
    file.set_escape(Escape::Backtick);
    let base = file.stage("base", Stage::new("nanoserver"));
    file.push(echo(&base));
    file.set_escape(Escape::Backslash);
    file.push(echo(&base));
    file.set_escape(Escape::Backtick);
    file.replace_image("nanoserver", "linux");
    file.push(echo(&base));
    let made: Vec<String> = file.stages()[1..]
        .iter()
        .map(|stage| format!("{:?}", stage.steps()))
        .collect();
    assert!(made[0] != made[1] && made[1] != made[2], "{made:#?}");
}

/// A text that is kept verbatim is the same text under both escape characters if none is in it.
#[test]
fn verbatim_texts_under_another_escape_character() {
    let escapes = [Escape::Backslash, Escape::Backtick];
    for line in [
        "EXPOSE a",
        "ENV A=${B",
        "ONBUILD EXPOSE a",
        "ONBUILD x",
        "ONBUILD COPY --from=B: a b",
    ] {
        for escape in escapes {
            let mut file = Dockerfile::parse(&format!("FROM a\n{line}\n")).expect("it is right");
            file.set_escape(escape);
            let text = written(&file);
            assert!(text.ends_with(&format!("{line}\n")), "{text}");
            assert_eq!(Dockerfile::parse(&text).as_ref(), Ok(&file), "{text}");
        }
    }
    for line in ["EXPOSE a\\b", "ENV A=${B\\x", "COPY <<E /\n${B\\\nE"] {
        let mut file = Dockerfile::parse(&format!("FROM a\n{line}\n")).expect("it is right");
        assert!(file.render().is_ok());
        file.set_escape(Escape::Backtick);
        let report = file.render().expect_err("it is another text");
        assert_eq!(
            report.diagnostics()[0].rule.id,
            "unencodable-text",
            "{line}"
        );
    }
}

/// A stage that is put in place keeps the comments that wait for its next instruction.
#[test]
fn comments_that_wait_in_a_stage() {
    let hash = |file: &Dockerfile| {
        let mut hasher = DefaultHasher::new();
        file.hash(&mut hasher);
        hasher.finish()
    };
    let waiting = || Stage::new("n").run("x").blank_line().comment("after\nit");
    let mut file = Dockerfile::parse("FROM a AS a\n\n# b\nFROM b AS b\n# last\n").expect("right");
    file.stages_mut()[0] = waiting();
    file.stages_mut()[1] = waiting().check_directive(CheckDirective::new().skip("all"));
    let text = "FROM n\nRUN x\n\n# after\n# it\nFROM n\nRUN x\n\n# after\n# it\n# check=skip=all\n# last\n";
    assert_eq!(written(&file), text);
    let again = Dockerfile::parse(text).expect("it is right");
    assert_eq!(again, file);
    assert_eq!(hash(&again), hash(&file));
    assert_eq!(again.features(), file.features());
    // Docker takes the comment for a description.
    let mut file = Dockerfile::parse("FROM a AS a\n\n# b text\nFROM b AS b\n").expect("right");
    file.stages_mut()[0] = Stage::new("n").comment("b is a comment");
    let report = file.render().expect_err("it would be a description");
    assert_eq!(report.diagnostics()[0].rule.id, "shadowed-description");
    // The instruction that they wait for can still come.
    let mut file = Dockerfile::parse("FROM a\n\nFROM b\n").expect("right");
    file.stages_mut()[0] = waiting();
    let stage = std::mem::replace(&mut file.stages_mut()[0], Stage::new("c"));
    file.stages_mut()[0] = stage.run("y");
    assert_eq!(
        written(&file),
        "FROM n\nRUN x\n\n# after\n# it\nRUN y\n\nFROM b\n"
    );
}

#[test]
fn comments_after_the_last_instruction_are_above_the_next_stage() {
    let noted = || Stage::new("n").comment("after it");
    let mut file = Dockerfile::new();
    file.push(Stage::new("a").header("a").run("a"));
    file.insert_at(0, noted());
    file.stage("b", Stage::new("b").header("b"));
    file.insert_before("b", "x", noted()).expect("it is there");
    file.insert_at(9, noted());
    let text = written(&file);
    assert_eq!(
        text,
        "FROM n\n\n# after it\n# a\nFROM a\nRUN a\n\nFROM n AS x\n\n# after it\n# b\nFROM b AS b\n\n\
         FROM n\n\n# after it\n"
    );
    assert_eq!(read(&text), file);
}
