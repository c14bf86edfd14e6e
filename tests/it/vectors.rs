//! Examples of how BuildKit reads and converts small files: `dockerfile-vectors.jsonl`, beside the folder that
//! `MULTISTAGE_CORPUS` names. Each row has a text and what BuildKit makes of it.

use std::path::PathBuf;

use multistage::instruction::{Command, Instruction};
use multistage::{Dockerfile, Stage, Text};
use serde_json::{Map, Value, json};

/// Rows that BuildKit rejects when it converts the file, and reading rejects already, as no build could get by.
const REFUSED_EARLIER: &[(&str, &str)] = &[
    (
        "FROM a AS b\nFROM B\n",
        "a base is looked up by its exact name, and no image has capital letters",
    ),
    (
        "FROM a AS b\nFROM scratch\nCOPY --from=1 x /y\n",
        "a stage that copies from itself",
    ),
    (
        "FROM a AS b\nFROM scratch\nCOPY --from=7 x /y\n",
        "a number that no stage has",
    ),
    (
        "FROM a AS b\nFROM scratch\nCOPY --from=$b x /y\n",
        "no variable is expanded there",
    ),
];

struct Row {
    text: String,
    result: String,
}

/// The rows; none, with a line that says so, where there is no corpus.
fn rows() -> Vec<Row> {
    let Some(folder) = std::env::var_os("MULTISTAGE_CORPUS").map(PathBuf::from) else {
        println!("skipped: MULTISTAGE_CORPUS names no corpus");
        return Vec::new();
    };
    let rows = std::fs::read_to_string(folder.with_file_name("dockerfile-vectors.jsonl"))
        .expect("the examples");
    let rows: Vec<Row> = rows
        .lines()
        .map(|line| {
            let row: Value = serde_json::from_str(line).expect("a row");
            let field = |name: &str| row[name].as_str().expect("a string").to_owned();
            Row {
                text: field("text"),
                result: field("result"),
            }
        })
        .collect();
    assert_eq!(rows.len(), 212);
    rows
}

#[test]
fn what_is_refused_while_reading() {
    let mut wrong = Vec::new();
    for row in rows() {
        let refused = row.result.starts_with("error at split")
            || row.result.starts_with("error at typing")
            || REFUSED_EARLIER.iter().any(|(text, _)| *text == row.text);
        let read = Dockerfile::parse(&row.text);
        if read.is_err() != refused {
            wrong.push(format!("{:?}: {}: {read:?}", row.text, row.result));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a file of one stage says without any expansion: commands, and configuration that is literal.
#[test]
fn what_needs_no_expansion() {
    let mut compared = 0;
    let mut wrong = Vec::new();
    for row in rows() {
        let Ok(file) = Dockerfile::parse(&row.text) else {
            continue;
        };
        let ([stage], false) = (file.stages(), row.result.starts_with("error")) else {
            continue;
        };
        let Some(own) = Said::by(stage) else { continue };
        let expected = Said::in_result(&row.result);
        compared += 1;
        // Spaces between continued lines are those of the style.
        let joints = ["\\\n", "\\\r\n", "`\n"];
        let joined = joints.iter().any(|joint| row.text.contains(joint));
        let folded = |text: &str| match joined {
            true => text.split_whitespace().collect::<Vec<_>>().join(" "),
            false => text.to_owned(),
        };
        if own.folded(folded) != expected.folded(folded) {
            wrong.push(format!("{:?}\n  {own:?}\n  {expected:?}", row.text));
        }
        let written = file.render().expect("a file that was read");
        let again = Dockerfile::parse(&written).expect("a file that was written");
        if again != file {
            wrong.push(format!("{:?}: written as {written:?}", row.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared == 0 || compared > 100, "{compared} rows");
}

/// What a stage runs and what it sets; values that depend on the base or need expansion are left out.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    runs: Vec<Vec<String>>,
    env: Vec<String>,
    config: Map<String, Value>,
}

/// What is compared of the configuration.
const CONFIG: [&str; 8] = [
    "Cmd",
    "Healthcheck",
    "Labels",
    "OnBuild",
    "Shell",
    "StopSignal",
    "User",
    "WorkingDir",
];

impl Said {
    /// `None` where something needs expansion, or a directory is put together from several.
    fn by(stage: &Stage) -> Option<Said> {
        let mut said = Said {
            runs: Vec::new(),
            env: Vec::new(),
            config: Map::new(),
        };
        let mut shell = vec!["/bin/sh".to_owned(), "-c".to_owned()];
        for step in stage.steps() {
            match step.instruction() {
                Instruction::Run(run) => said.runs.push(argv(&run.command, &shell)),
                Instruction::Cmd(cmd) => {
                    let words = argv(&cmd.command, &shell);
                    if words.is_empty() {
                        said.config.remove("Cmd");
                    } else {
                        said.config.insert("Cmd".into(), json!(words));
                    }
                }
                Instruction::Shell(new) => {
                    shell = new.words.iter().map(str::to_owned).collect();
                    said.config.insert("Shell".into(), json!(shell));
                }
                Instruction::Healthcheck(check) => {
                    let mut health = Map::new();
                    let test = match &check.command {
                        None => vec!["NONE".to_owned()],
                        Some(Command::Exec(exec)) => ["CMD"]
                            .into_iter()
                            .chain(exec.iter())
                            .map(str::to_owned)
                            .collect(),
                        Some(command) => argv(command, &["CMD-SHELL".to_owned()]),
                    };
                    health.insert("Test".into(), json!(test));
                    if let Some(interval) = check.interval {
                        health.insert(
                            "Interval".into(),
                            json!(interval.duration().as_nanos() as u64),
                        );
                    }
                    if let Some(retries) = check.retries {
                        health.insert("Retries".into(), json!(retries.get()));
                    }
                    said.config.insert("Healthcheck".into(), json!(health));
                }
                Instruction::Env(env) => {
                    for pair in &env.pairs {
                        let (key, value) = (plain(&pair.key)?, plain(&pair.value)?);
                        said.env.retain(|set| !set.starts_with(&format!("{key}=")));
                        said.env.push(format!("{key}={value}"));
                    }
                }
                Instruction::Label(label) => {
                    for pair in &label.pairs {
                        let (key, value) = (plain(&pair.key)?, plain(&pair.value)?);
                        let labels = said.config.entry("Labels").or_insert_with(|| json!({}));
                        labels[key] = json!(value);
                    }
                }
                Instruction::User(user) => {
                    let user = plain(&user.user)?;
                    if !user.is_empty() {
                        said.config.insert("User".into(), json!(user));
                    }
                }
                Instruction::Stopsignal(stopsignal) => {
                    let signal = plain(stopsignal.signal.text())?;
                    said.config.insert("StopSignal".into(), json!(signal));
                }
                Instruction::Workdir(workdir) => {
                    let path = plain(&workdir.path)?;
                    path.strip_prefix('/')?;
                    said.config.insert("WorkingDir".into(), json!(path));
                }
                Instruction::Onbuild(_) => return None,
                _ => {}
            }
        }
        Some(said)
    }

    fn in_result(result: &str) -> Said {
        let mut said = Said {
            runs: Vec::new(),
            env: Vec::new(),
            config: Map::new(),
        };
        for part in parts(result) {
            if let Some(words) = part.strip_prefix("run ") {
                said.runs.push(serde_json::from_str(words).expect("words"));
            } else if let Some(pairs) = part.strip_prefix("env ") {
                said.env = serde_json::from_str(pairs).expect("pairs");
            } else if let Some(config) = part.strip_prefix("config ") {
                said.config = serde_json::from_str(config).expect("an object");
                said.config.retain(|key, _| CONFIG.contains(&key.as_str()));
            }
        }
        said
    }

    fn folded(&self, fold: impl Fn(&str) -> String) -> Said {
        let runs = self.runs.iter();
        Said {
            runs: runs
                .map(|words| words.iter().map(|word| fold(word)).collect())
                .collect(),
            env: self.env.clone(),
            config: self.config.clone(),
        }
    }
}

/// The parts of a result: the `;` between them is in no string.
fn parts(result: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in result.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                parts.push(result[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(result[start..].trim());
    parts
}

fn plain(text: &Text) -> Option<&str> {
    text.as_literal()
}

/// The words that are run: those of the exec form, or the shell's with the text.
fn argv(command: &Command, shell: &[String]) -> Vec<String> {
    let text = match command {
        Command::Exec(exec) => return exec.iter().map(str::to_owned).collect(),
        // BuildKit mounts a script that names its program, and runs the file. Its name is free.
        Command::Script(script) if script.body().starts_with("#!") => "/dev/pipes/E".to_owned(),
        Command::Script(script) => script.body().to_owned(),
        Command::Shell(shell) => {
            let line = shell.joined();
            let mut text = line.clone();
            let words = line.split_whitespace();
            let names = words.filter_map(|word| word.strip_prefix("<<"));
            for (body, name) in shell.heredocs().zip(names) {
                text.push_str(&format!("\n{body}{name}"));
            }
            text
        }
        other => panic!("{other:?}"),
    };
    shell.iter().cloned().chain([text]).collect()
}
