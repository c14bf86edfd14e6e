//! A buildpack: makes the Dockerfile of an app from a plan in JSON.
//!
//! `cargo run --all-features --example buildpack` prints that of the plan below, `-- PLAN` that of
//! a file.
//!
//! # Why not with strings?
//!
//! The command that starts the app is text of its author, and a program writes it into the list of
//! CMD:
//!
//! ```ignore
//! let entrypoint = r#"ENTRYPOINT ["/bin/bash", "-l", "-c"]"#;
//! let cmd = format!(r#"CMD ["{start}"]"#);
//! ```
//!
//! With the command `grep -qE '^v\d+' VERSION && node server.js`, the list is not valid JSON, as
//! `\d` is not an escape in JSON. Docker takes it for a command in shell form and puts `/bin/sh -c`
//! in front. The container then runs `/bin/bash -l -c /bin/sh -c ...`: a shell that reads its
//! standard input, finds nothing there, and ends with status 0. The build succeeds, the container
//! "runs", and the app never starts. A quote in the command does the same, a newline in a command
//! is an unknown instruction, and a value with a space breaks ENV.
//!
//! Here [`Stage::cmd`](multistage::Stage::cmd) takes a list, and the crate writes the JSON. A value
//! of the plan is [`literal`] text, so `$5` stays `$5`.
//!
//! What cannot be written is an error and not another file. A plan in which a comment hides the
//! next command, `"commands": ["npm ci # quiet", "npm run build"]`, gives:
//!
//! ```text
//! error[lost-command]: the command of RUN has a comment that swallows the commands after it
//!  --> Dockerfile:4:5
//!   |
//! 4 | RUN npm ci # quiet \
//!   |     ^^^^^^^^^^^^^^ later commands become part of the comment
//!   = help: leave the comment out, or write it above the instruction with `.comment(..)`
//!           `Run::script(..)` keeps every line as it is
//! ```

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is what the program does"
)]

use std::error::Error;
use std::process::ExitCode;

use multistage::instruction::{Mount, Run};
use multistage::{Dockerfile, Packages, Report, Stage, Text, literal};
use serde_json::Value;

const PLAN: &str = r#"{
    "build-image": "node:22-bookworm",
    "run-image": "node:22-bookworm-slim",
    "packages": ["openssl", "ca-certificates"],
    "variables": {"NODE_ENV": "production", "PRICE": "from $5, \"or\" less"},
    "phases": [
        {"paths": ["package.json", "package-lock.json"], "commands": ["npm ci"], "caches": ["/root/.npm"]},
        {"paths": ["."], "commands": ["npm run build", "npm prune --omit=dev"], "caches": []}
    ],
    "start": "grep -qE '^v\\d+' VERSION && node server.js"
}"#;

fn main() -> ExitCode {
    let plan = match std::env::args().nth(1) {
        Some(path) => std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}")),
        None => Ok(PLAN.to_owned()),
    };
    let text = plan.map_err(Into::into).and_then(|plan| from_plan(&plan));
    match text {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}", error.to_string().trim_end());
            ExitCode::FAILURE
        }
    }
}

/// The Dockerfile of a plan.
pub fn from_plan(plan: &str) -> Result<String, Box<dyn Error>> {
    let plan: Value = serde_json::from_str(plan)?;
    Ok(dockerfile(&plan)?)
}

fn dockerfile(plan: &Value) -> Result<String, Report> {
    let variables = plan["variables"].as_object().into_iter().flatten();
    let variables: Vec<_> = variables
        .map(|(name, value)| (name.as_str(), literal(text(value))))
        .collect();

    let mut file = Dockerfile::new();
    let phases = plan["phases"].as_array().into_iter().flatten();
    let build =
        Stage::new(text(&plan["build-image"]))
            .workdir("/app")
            .each(phases, |stage, phase| {
                let caches = strings(&phase["caches"]);
                let run = Run::chain(strings(&phase["commands"]))
                    .each(caches, |run, cache| run.mount(Mount::cache(literal(cache))));
                let paths: Vec<Text> = strings(&phase["paths"]).into_iter().map(literal).collect();
                stage.copy(paths, "./").run(run)
            });
    let build = file.stage("build", build);

    let packages = strings(&plan["packages"]);
    file.push(
        Stage::new(text(&plan["run-image"]))
            .when(!packages.is_empty(), |stage| {
                stage.install(Packages::apt(packages))
            })
            .workdir("/app")
            .copy_from(&build, "/app", "/app")
            .when(!variables.is_empty(), |stage| stage.envs(variables))
            .entrypoint(["/bin/bash", "-l", "-c"])
            .cmd([text(&plan["start"])]),
    );
    file.render()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn strings(value: &Value) -> Vec<&str> {
    let values = value.as_array().into_iter().flatten();
    values.map(text).collect()
}
