//! Adds a stage for development on top of the last stage of somebody's Dockerfile, as dev container
//! tools do.
//!
//! `cargo run --all-features --example devcontainer -- FILE` prints the file with the stage;
//! `docker build --target devcontainer` builds it.
//!
//! # Why not with strings?
//!
//! The last stage needs a name, so that the new one can start from it. A tool that works on lines
//! looks for the last line that begins with FROM, and adds `AS base` to it:
//!
//! ```dockerfile
//! # escape=`
//! FROM postgres:17
//! RUN <<EOF
//! psql --command "SELECT name
//! FROM users WHERE active"
//! EOF
//! ```
//!
//! Here that line is SQL. The stage stays without a name, the query fails, and the error message is
//! one of PostgreSQL. The lines that the tool adds end in a backslash, which continues nothing in a
//! file with `` # escape=` ``: the second line of the new RUN is an unknown instruction. Both have
//! happened to tools in use, as have lost `# syntax` lines, `FROM --platform=... \` on two lines,
//! and values in which `$&` is replaced.
//!
//! Here the file is read as Docker reads it. [`Parsed::update`] writes the name where the last
//! stage begins, and [`Parsed::append`] adds the new stage with the escape character of the file;
//! every other byte stays:
//!
//! ```dockerfile
//! # escape=`
//! FROM postgres:17 AS devcontainer-base
//! RUN <<EOF
//! psql --command "SELECT name
//! FROM users WHERE active"
//! EOF
//!
//! # Added for development; the stages above are as they were.
//! FROM devcontainer-base AS devcontainer
//! RUN apt-get update `
//!     && apt-get install -y --no-install-recommends `
//!         git `
//! ```
//!
//! A file that Docker would reject is not edited. The report says where and why:
//!
//! ```text
//! error[unknown-instruction]: unknown instruction `RUM`
//!  --> Dockerfile:2:1
//!   |
//! 2 | RUM make
//!   | ^^^
//!   = help: did you mean `RUN`?
//! ```

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is what the program does"
)]

use std::error::Error;
use std::process::ExitCode;

use multistage::error::EditError;
use multistage::{
    Dockerfile, Fragment, Instruction, Packages, Parsed, Source, Stage, StageName, Text,
};

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

/// The text with a stage for development.
pub fn with_dev_stage(path: &str, text: &str) -> Result<String, Box<dyn Error>> {
    let parsed = Parsed::new(text);
    if parsed.report().has_errors() {
        return Err(parsed.report().clone().with_name(path).into());
    }
    // The last stage keeps a name that it has.
    let mut file = parsed.file().clone();
    let base = free_name(&file, "devcontainer-base");
    let last = file.name_last(base).ok_or("there is no stage")?;
    let named = edited(parsed.update(&file), &mut file, path)?;

    let user = last_user(&file);
    let mut added = Dockerfile::new();
    let stage = Stage::new(&last)
        .header("Added for development; the stages above are as they were.")
        .when(user.is_some(), |stage| stage.user("root"))
        .fragment(tools(&image_below(&file, &last)))
        .when_some(user, Stage::user)
        .cmd(["sleep", "infinity"]);
    added.stage(free_name(&file, "devcontainer"), stage);
    added.comment_fragments();
    let appended = Parsed::new(&named).append(&added);
    file.merge(added)?;
    edited(appended, &mut file, path)
}

/// A text that was edited. A last line that is continued, but by no line, cannot stay as it
/// is: then the edited file is rendered.
fn edited(
    text: Result<String, EditError>,
    file: &mut Dockerfile,
    path: &str,
) -> Result<String, Box<dyn Error>> {
    match text {
        Err(EditError::NotLocal(_)) => {
            Ok(file.render().map_err(|report| report.with_name(path))?)
        }
        text => Ok(text?),
    }
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
