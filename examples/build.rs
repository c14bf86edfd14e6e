//! Builds an image from a Dockerfile that is never written to disk: its text goes to the standard
//! input of the program.
//!
//! `cargo run --features compose --example build -- [--podman] [--run]`. Without `--run` it prints
//! the text, and the arguments to the standard error, and starts nothing.
//!
//! A Dockerfile on the standard input has no `Dockerfile.dockerignore` beside it: what is left out
//! of the context is in the `.dockerignore` of the context's root.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is what the program does"
)]

use std::error::Error;
use std::io::Write;
use std::process::{Command, ExitCode, Stdio};

use multistage::inputs::BuildTool;
use multistage::instruction::{Mount, Run, words};
use multistage::{Dockerfile, Stage};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// A file that needs a value, a secret and a named context.
fn dockerfile() -> Dockerfile {
    let mut file = Dockerfile::new();
    let version = file.arg(("NODE_VERSION", "20"));
    let assets = file.context("assets");
    let npm = Mount::secret("npmrc").target("/root/.npmrc").required();
    file.stage(
        "app",
        Stage::new(format!("node:{version}"))
            .workdir("/app")
            .copy("package*.json", "./")
            .run(Run::new("npm ci").mount(npm))
            .copy_from(&assets, ".", "./assets/")
            .run(words([
                "npm",
                "pkg",
                "set",
                "description=It's \"two\" words",
            ])),
    );
    file
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let (mut tool, mut start) = (BuildTool::Buildx, false);
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--podman" => tool = BuildTool::Podman,
            "--run" => start = true,
            _ => return Err("usage: build [--podman] [--run]".into()),
        }
    }
    let file = dockerfile();
    let text = file.render()?;
    let build = file
        .inputs()
        .command(tool)
        .tag("app:dev")
        .arg("NODE_VERSION", "22")
        .build_context("assets", "../assets")
        .secret_file("npmrc", "/run/user/1000/npmrc");
    let arguments = build.arguments()?;
    if !start {
        eprintln!("{} {arguments:?}", build.program());
        print!("{text}");
        return Ok(ExitCode::SUCCESS);
    }
    let mut child = Command::new(build.program())
        .args(arguments)
        .stdin(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes())?;
    }
    let status = child.wait()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
