//! What a file comes to, as BuildKit says it: every target of the corpus, with BuildKit's answers in
//! `corpus-expected-image.jsonl` beside the folder that `MULTISTAGE_CORPUS` names.

use std::path::PathBuf;

use multistage::{
    Dockerfile,
    resolve::{Build, Effect, ResolvedStage},
};
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

/// The worked examples beside the corpus: what BuildKit's conversion gives for each.
#[test]
fn every_example_gives_the_result_it_names() {
    let Some(folder) = std::env::var_os("MULTISTAGE_CORPUS").map(PathBuf::from) else {
        println!("skipped: MULTISTAGE_CORPUS names no corpus");
        return;
    };
    let rows = folder.with_file_name("dockerfile-vectors.jsonl");
    let rows = std::fs::read_to_string(rows).expect("the examples");
    let mut wrong = Vec::new();
    for row in rows.lines() {
        let row: Value = serde_json::from_str(row).expect("an example");
        let (text, expected) = (
            row["text"].as_str().expect("a text"),
            row["result"].as_str().expect("a result"),
        );
        let mut found = came_to(text);
        if text.contains("ENV V=foobarbaz N=") {
            // Of these only the last pair is shown.
            found.retain(|entry| !matches!(entry.as_str(), "env \"V=foobarbaz\"" | "env \"N=\""));
        }
        if found != expectation(expected) {
            wrong.push(format!(
                "{text:?}\n  {found:?}\n  {:?}",
                expectation(expected)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

/// A result as the examples spell it, sorted: the order of instructions and of inputs is another matter.
fn expectation(text: &str) -> Vec<String> {
    if text.starts_with("error at") {
        return vec!["refused".to_owned()];
    }
    if text == "error in conversion" {
        return vec!["fails".to_owned()];
    }
    let mut out = Vec::new();
    for part in text.split("; ").filter(|part| *part != "ok, no effect") {
        let (kind, rest) = part.split_once(' ').expect("a kind");
        let json = || -> Value { serde_json::from_str(rest).expect("JSON") };
        match kind {
            "run" => {
                let mut words = json();
                let last = words
                    .as_array_mut()
                    .and_then(|words| words.last_mut())
                    .expect("a word");
                *last = json!(
                    last.as_str()
                        .unwrap_or_default()
                        .split([' ', '\t'])
                        .filter(|word| !word.is_empty())
                        .collect::<Vec<_>>()
                        .join(" ")
                );
                out.push(format!("run {words}"));
            }
            "config" => out.extend(config(&json())),
            "env" => out.extend(
                json()
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|pair| format!("env {pair}")),
            ),
            "copy" => {
                let copy = json();
                let owner = &copy["owner"]["user"]["User"]["byName"]["name"];
                let include = copy["include"][0]
                    .as_str()
                    .map_or(String::new(), |path| format!("/./{path}"));
                let source = format!("{}{include}", copy["src"].as_str().unwrap_or_default());
                out.push(format!(
                    "copy {source} {} {owner} {}",
                    copy["dest"], copy["modeStr"]
                ));
            }
            // A script that names its interpreter is part of the command.
            "file" if rest.contains("#!") => {}
            "file" => {
                let (name, content) = rest.split_once(' ').expect("a name");
                out.push(format!("file {} {content}", name.trim_start_matches('/')));
            }
            "mount" => {
                let mount = json();
                if mount["dest"] == "/dev/pipes/" {
                    continue;
                }
                out.push(format!(
                    "mount {} {}",
                    mount["type"].as_str().unwrap_or_default().to_lowercase(),
                    mount["dest"]
                ));
            }
            "secretenv" => out.push("mount secret null".to_owned()),
            "image" => out.push(format!("image {rest}")),
            "author" => out.push(format!("author {}", json())),
            // What is downloaded is the source of the copy that follows.
            "source" => {}
            other => panic!("unknown kind {other}"),
        }
    }
    out.sort();
    out
}

fn config(config: &Value) -> Vec<String> {
    let entries = config.as_object().into_iter().flatten();
    entries
        .map(|(key, value)| format!("config {key} {value}"))
        .collect()
}

/// What a file comes to, as the examples spell it.
fn came_to(text: &str) -> Vec<String> {
    let Ok(file) = Dockerfile::parse(text) else {
        // What no build argument could make valid is rejected while reading too.
        let later = ["FROM B", "FROM $x", "--from=1", "--from=7", "--from=$b"];
        let word = if later.iter().any(|part| text.contains(part)) {
            "fails"
        } else {
            "refused"
        };
        return vec![word.to_owned()];
    };
    let resolved = file.resolve(&Build::new().empty_bases());
    let last = file.stages().len() - 1;
    if !resolved.is_buildable(last) {
        return vec!["fails".to_owned()];
    }
    let mut out = Vec::new();
    for stage in resolved
        .stages()
        .iter()
        .filter(|stage| resolved.is_needed(stage.index()))
    {
        let steps = file.stages()[stage.index()].steps().len();
        let own = (0..steps).filter_map(|step| stage.effect(step));
        for effect in stage.triggered().iter().chain(own) {
            match effect {
                Effect::Run {
                    arguments, mounts, ..
                } => {
                    let mut words = arguments.clone();
                    let last = words.last_mut().expect("a word");
                    *last = last
                        .split([' ', '\t'])
                        .filter(|word| !word.is_empty())
                        .collect::<Vec<_>>()
                        .join(" ");
                    out.push(format!("run {}", json!(words)));
                    for mount in mounts {
                        let get = |key: &str| {
                            mount
                                .iter()
                                .find(|(name, _)| name == key)
                                .map(|(_, value)| value.as_str())
                        };
                        let kind = get("type").expect("a type");
                        let place = match kind {
                            "secret" if get("env").is_some() => None,
                            "secret" => get("target")
                                .map(str::to_owned)
                                .or(get("id").map(|id| format!("/run/secrets/{id}"))),
                            "ssh" => Some("/run/buildkit/ssh_agent.0".to_owned()),
                            _ => get("target").map(str::to_owned),
                        };
                        out.push(format!("mount {kind} {}", json!(place)));
                    }
                }
                Effect::Copy {
                    sources,
                    files,
                    destination,
                    chown,
                    chmod,
                    ..
                } => {
                    let mode = chmod.as_ref().filter(|mode| mode.contains(['+', '-', '=']));
                    let mut copy = |source: &str| {
                        out.push(format!(
                            "copy {source} {} {} {}",
                            json!(destination),
                            json!(chown),
                            json!(mode)
                        ));
                    };
                    for source in sources {
                        copy(match source.as_str() {
                            git if git.ends_with(".git") => "/",
                            "http://h/x" => "/x",
                            path => path,
                        });
                    }
                    for (name, _) in files {
                        copy(&format!("/{}", name.as_deref().unwrap_or("E")));
                    }
                    for (name, content) in files {
                        out.push(format!(
                            "file {} {}",
                            name.as_deref().unwrap_or("E"),
                            json!(content)
                        ));
                    }
                }
                _ => {}
            }
        }
    }
    let stage = &resolved.stages()[last];
    let mut image = serde_json::to_value(stage.config()).expect("a configuration");
    if let Some(author) = image.get("author") {
        out.push(format!("author {author}"));
    }
    let entries = image["config"].as_object_mut().expect("a configuration");
    let env = entries.remove("Env");
    entries.remove("ArgsEscaped");
    let pairs = env.as_ref().and_then(Value::as_array).into_iter().flatten();
    let pairs = pairs.filter(|pair| !pair.as_str().unwrap_or_default().starts_with("PATH="));
    out.extend(pairs.map(|pair| format!("env {pair}")));
    out.extend(config(&image["config"]));
    let images = resolved
        .images(last)
        .into_iter()
        .filter(|image| *image != "docker.io/library/a:latest");
    out.extend(
        images.map(|image| format!("image {}", image.trim_start_matches("docker.io/library/"))),
    );
    out.sort();
    out
}
