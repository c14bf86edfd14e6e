//! Prints the inputs of a build, and the command that passes them.
//!
//! `cargo run --all-features --example inputs -- FILE...`; `--help` prints the options. With
//! `--bake` it prints a `docker-bake.json` that builds every target, with a variable for each build
//! argument; each named context is looked for in a folder of its name.

mod support;

use std::process::ExitCode;

use multistage::{
    Dockerfile,
    error::UnknownStage,
    inputs::{ArgInput, Inputs, TargetInput},
};
use serde_json::{Map, Value, json};

use support::{Arguments, Choice, Outcome, Program, parse, print};

const CHOICES: &[Choice] = &[
    ("--target STAGE", "include only what this stage needs"),
    (
        "--bake",
        "print a docker-bake.json that builds every target",
    ),
];

fn main() -> ExitCode {
    let program = Program {
        name: "inputs",
        about: "Prints the inputs of a build, and the command that passes them.",
        operands: "FILE...",
        choices: &[CHOICES],
    };
    program.main(run)
}

fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let target = arguments.value("--target");
    Ok(arguments.each(|path, text| {
        let wrong = |error: UnknownStage| format!("{path}: {error}");
        let mut file = parse(path, text)?;
        if let Some(target) = target {
            file = file.for_target(target).map_err(wrong)?;
        }
        if arguments.has("--bake") {
            print(&format!("{:#}\n", bake_file(&file, path).map_err(wrong)?));
        } else {
            let inputs = file.inputs();
            print(&list(&inputs));
            print(&format!("{}\n", command(&inputs, path, target)));
        }
        Ok(false)
    }))
}

/// A line for each thing, under a heading for each kind.
fn list(inputs: &Inputs) -> String {
    let described = |text: &Option<String>| {
        text.as_ref()
            .map_or(String::new(), |text| format!("  # {text}"))
    };
    let required = |required: bool| if required { " (required)" } else { "" };
    let mut out = String::new();
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            out += &format!("{title}:\n    {}\n", lines.join("\n    "));
        }
    };
    let targets = inputs.targets.iter().map(|target| {
        let default = if target.default { " (default)" } else { "" };
        format!(
            "{}{default}{}",
            name(target),
            described(&target.description)
        )
    });
    section("targets", targets.collect());
    let args = inputs.args.iter().map(|arg| {
        let default = arg
            .default
            .as_ref()
            .map_or(String::new(), |text| format!("={text}"));
        format!(
            "{}{default}{}{}",
            arg.name.as_str(),
            required(arg.required),
            described(&arg.description)
        )
    });
    section("arguments", args.collect());
    let secrets = inputs.secrets.iter().map(|secret| {
        let variables = secret.variables.iter().map(|name| format!("${name}"));
        let places: Vec<String> = secret.targets.iter().cloned().chain(variables).collect();
        format!(
            "{} in {}{}",
            secret.id,
            places.join(", "),
            required(secret.required)
        )
    });
    section("secrets", secrets.collect());
    let ssh = inputs
        .ssh
        .iter()
        .map(|ssh| format!("{}{}", ssh.id, required(ssh.required)));
    section("ssh", ssh.collect());
    let contexts = inputs.contexts.iter().map(ToString::to_string);
    section("named contexts", contexts.collect());
    let images = inputs.images.iter().map(|image| match &image.platform {
        Some(platform) => format!("{} for {platform}", image.image),
        None => image.image.to_string(),
    });
    section("images", images.collect());
    section(
        "context paths",
        inputs.paths.iter().map(ToString::to_string).collect(),
    );
    section("entitlements", inputs.entitlements.clone());
    out
}

/// The command that gives a build what it needs. Values that only the user knows are in capital
/// letters.
fn command(inputs: &Inputs, path: &str, target: Option<&str>) -> String {
    let mut words = vec![
        "docker build".to_owned(),
        format!("--file {}", quoted(path)),
    ];
    words.extend(target.map(|target| format!("--target {}", quoted(target))));
    let given = inputs.args.iter().filter(|arg| arg.default.is_none());
    words.extend(given.map(|arg| format!("--build-arg {}=VALUE", quoted(arg.name.as_str()))));
    words.extend(
        inputs
            .secrets
            .iter()
            .map(|secret| format!("--secret {},src=FILE", quoted(&format!("id={}", secret.id)))),
    );
    words.extend(
        inputs
            .ssh
            .iter()
            .map(|ssh| format!("--ssh {}", quoted(&ssh.id))),
    );
    let contexts = inputs.contexts.iter();
    words.extend(
        contexts.map(|context| format!("--build-context {}=FOLDER", quoted(context.as_str()))),
    );
    words.extend(
        inputs
            .entitlements
            .iter()
            .map(|entitlement| format!("--allow {}", quoted(entitlement))),
    );
    words.push(".".to_owned());
    words.join(" \\\n    ")
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A target for each stage to build, with what it needs alone.
fn bake_file(file: &Dockerfile, path: &str) -> Result<Value, UnknownStage> {
    let (mut variables, mut targets) = (Map::new(), Map::new());
    for target in file.inputs().targets {
        let inputs = match &target.name {
            Some(name) => file.for_target(name)?.inputs(),
            None => {
                let mut last = file.clone();
                last.remove_unused();
                last.inputs()
            }
        };
        let mut args = Map::new();
        for arg in &inputs.args {
            let name = arg.name.as_str();
            let default = default(arg);
            if is_identifier(name) {
                variables.insert(name.to_owned(), json!({ "default": default }));
                args.insert(name.to_owned(), format!("${{{name}}}").into());
            } else if !default.is_null() {
                args.insert(name.to_owned(), default);
            }
        }
        let mut baked = Map::from_iter([
            ("context".to_owned(), ".".into()),
            ("dockerfile".to_owned(), literal(path)),
        ]);
        let mut set = |key: &str, value: Value| {
            let empty = value.as_array().is_some_and(Vec::is_empty)
                || value.as_object().is_some_and(Map::is_empty);
            if !empty {
                baked.insert(key.to_owned(), value);
            }
        };
        if let Some(name) = &target.name {
            set("target", literal(name.as_str()));
        }
        set("args", args.into());
        let contexts = inputs.contexts.iter().map(ToString::to_string);
        set(
            "contexts",
            contexts
                .map(|name| (name.clone(), literal(&format!("./{name}"))))
                .collect::<Map<_, _>>()
                .into(),
        );
        let secrets = inputs
            .secrets
            .iter()
            .map(|secret| literal(&format!("id={}", secret.id)));
        set("secret", secrets.collect());
        set(
            "ssh",
            inputs.ssh.iter().map(|ssh| literal(&ssh.id)).collect(),
        );
        set(
            "entitlements",
            inputs
                .entitlements
                .iter()
                .map(|item| literal(item))
                .collect(),
        );
        targets.insert(bake_name(&target), baked.into());
    }
    let group: Vec<&String> = targets.keys().collect();
    Ok(
        json!({ "variable": variables, "group": { "default": { "targets": group } }, "target": targets }),
    )
}

/// The default that Bake passes on; none where the Dockerfile's own applies.
fn default(arg: &ArgInput) -> Value {
    let default = arg.default.as_ref().and_then(|text| text.as_literal());
    default.map_or(Value::Null, literal)
}

/// A string in which Bake expands nothing.
fn literal(text: &str) -> Value {
    text.replace("${", "$${").replace("%{", "%%{").into()
}

fn name(target: &TargetInput) -> &str {
    target
        .name
        .as_ref()
        .map_or("the last stage", |name| name.as_str())
}

/// The name of a target in Bake, which takes no dots; `default` is the group.
fn bake_name(target: &TargetInput) -> String {
    match target.name.as_ref().map(|name| name.as_str()) {
        None => "last".to_owned(),
        Some("default") => "default-stage".to_owned(),
        Some(name) => name.replace('.', "_"),
    }
}

fn is_identifier(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
