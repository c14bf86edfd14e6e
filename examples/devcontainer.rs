//! Adds a stage for development on top of the last stage of somebody's Dockerfile, whatever that is called.
//!
//! `cargo run --all-features --example devcontainer -- FILE` prints the file with the stage; `docker build --target devcontainer`
//! builds it. Everything else stays as it was: comments, the lines of commands, and what refers to the last stage.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is what the program does"
)]

use std::error::Error;
use std::process::ExitCode;

use multistage::{Dockerfile, Fragment, Instruction, Packages, Source, Stage, StageName, Text};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: cargo run --all-features --example devcontainer -- FILE");
        return ExitCode::FAILURE;
    };
    let printed = std::fs::read_to_string(&path)
        .map_err(|error| format!("{path}: {error}\n").into())
        .and_then(|text| with_dev_stage(&path, &text));
    match printed {
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

/// The file with a stage for development.
pub fn with_dev_stage(path: &str, text: &str) -> Result<String, Box<dyn Error>> {
    let mut file = Dockerfile::parse(text).map_err(|report| report.with_name(path))?;
    let base = free_name(&file, "devcontainer-base");
    let dev = free_name(&file, "devcontainer");
    // The last stage gets a name if it has none, and another one if it has: references follow.
    let last = file.name_last(&base).ok_or("there is no stage")?;
    let last = file.rename(last, base)?;
    let user = last_user(&file);
    let stage = Stage::new(&last)
        .header("Added for development; the stages above are as they were.")
        .when(user.is_some(), |stage| stage.user("root"))
        .fragment(tools(&image_below(&file, &last)))
        .when_some(user, Stage::user)
        .cmd(["sleep", "infinity"]);
    file.stage(dev, stage);
    file.comment_fragments();
    Ok(file.render().map_err(|report| report.with_name(path))?)
}

/// What a developer needs, on an image of Debian or Alpine.
fn tools(image: &str) -> Fragment {
    let names = ["git", "less", "openssh-client", "procps"];
    let packages = if image.contains("alpine") {
        Packages::apk(names)
    } else {
        Packages::apt(names)
    };
    Fragment::new("tools", |stage| stage.install(packages))
}

/// The image that a stage is on, through the stages between them.
fn image_below(file: &Dockerfile, name: &StageName) -> String {
    let mut base = Source::from(name);
    // More steps than there are stages would go round in a circle; such a file does not render.
    for _ in file.stages() {
        let Source::Stage(name) = &base else { break };
        let Some(stage) = file.find(name) else { break };
        base = stage.base().clone();
    }
    base.to_string()
}

/// A name that no stage has.
fn free_name(file: &Dockerfile, name: &str) -> StageName {
    let numbered = (2..).map(|n| format!("{name}-{n}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    let free = names.find(|name| file.find(name).is_none());
    StageName::new(free.unwrap_or_default())
}

/// The user that the last stage switches to, where it says so itself.
fn last_user(file: &Dockerfile) -> Option<Text> {
    let steps = file.stages().last()?.steps();
    steps
        .iter()
        .rev()
        .find_map(|step| match step.instruction() {
            Instruction::User(user) => Some(user.user.clone()),
            _ => None,
        })
}
