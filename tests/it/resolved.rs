//! What a file comes to, as BuildKit says it: every target of the corpus, with BuildKit's answers in
//! `corpus-expected-image.jsonl` beside the folder that `MULTISTAGE_CORPUS` names.

use std::path::PathBuf;

use multistage::{Build, Dockerfile, ResolvedStage};
use serde_json::{Value, json};

/// Where we and BuildKit do not agree, with the reason.
const DIFFERENT: &[(&str, &str, &str)] = &[];

#[test]
fn every_target_comes_to_what_docker_makes_of_it() {
    let Some(folder) = std::env::var_os("MULTISTAGE_CORPUS").map(PathBuf::from) else {
        println!("skipped: MULTISTAGE_CORPUS names no corpus");
        return;
    };
    let answers = folder.with_file_name("corpus-expected-image.jsonl");
    let answers = std::fs::read_to_string(answers).expect("the answers");
    let mut wrong = Vec::new();
    let mut compared = 0;
    for line in answers.lines() {
        let expected: Value = serde_json::from_str(line).expect("an answer");
        let name = expected["file"].as_str().expect("a name");
        let bytes = std::fs::read(folder.join(name)).expect("a file of the corpus");
        let Ok(file) = Dockerfile::parse(&String::from_utf8_lossy(&bytes)) else {
            continue;
        };
        for target in expected["targets"].as_array().into_iter().flatten() {
            let index = target["index"]
                .as_u64()
                .and_then(|n| usize::try_from(n).ok())
                .expect("an index");
            let label = target["target"].as_str().expect("a target");
            let mut build = Build::new().empty_bases();
            if !label.starts_with('#') {
                build = build.target(label);
            }
            let resolved = file.resolve(&build);
            compared += 1;
            if DIFFERENT
                .iter()
                .any(|(file, stage, _)| *file == name && *stage == label)
            {
                continue;
            }
            if resolved.is_buildable(index) != (target["ok"] == true) {
                wrong.push(format!(
                    "{name} {label}: buildable {} {}",
                    resolved.is_buildable(index),
                    target["error"]
                ));
                continue;
            }
            if target["ok"] != true {
                continue;
            }
            let images = target["baseImages"].as_array().cloned().unwrap_or_default();
            if json!(resolved.images(index)) != json!(images) {
                wrong.push(format!(
                    "{name} {label}: {:?} {}",
                    resolved.images(index),
                    json!(images)
                ));
            }
            let stage = &resolved.stages()[index];
            let (ours, theirs) = (ours(stage), theirs(&target["config"]));
            if ours != theirs {
                wrong.push(format!("{name} {label}:\n  {ours}\n  {theirs}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {compared}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn ours(stage: &ResolvedStage) -> Value {
    let mut config =
        serde_json::to_value(stage.config()).expect("a configuration")["config"].take();
    fold(&mut config);
    config
}

fn theirs(config: &Value) -> Value {
    let mut config = config.clone();
    if let Some(triggers) = config["OnBuild"].as_array_mut() {
        // As we would write them.
        for trigger in triggers {
            let file = format!(
                "FROM scratch\nONBUILD {}\n",
                trigger.as_str().unwrap_or_default()
            );
            let file = Dockerfile::parse(&file).expect("a trigger");
            let stage = &file.resolve(&Build::new());
            *trigger = json!(stage.stages()[0].config().on_build[0]);
        }
    }
    if config["OnBuild"].is_null() {
        config
            .as_object_mut()
            .map(|config| config.remove("OnBuild"));
    }
    fold(&mut config);
    config
}

/// White space between the lines of a shell command is ours.
fn fold(config: &mut Value) {
    let blanks = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for key in ["Cmd", "Entrypoint", "OnBuild"] {
        for word in config
            .get_mut(key)
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            *word = json!(blanks(word.as_str().unwrap_or_default()));
        }
    }
    let test = config
        .get_mut("Healthcheck")
        .and_then(|check| check.get_mut("Test"));
    for word in test.and_then(Value::as_array_mut).into_iter().flatten() {
        *word = json!(blanks(word.as_str().unwrap_or_default()));
    }
}
