//! Prints the Dockerfile that is part of this program, or builds the project in the current folder
//! with it:
//!
//! ```sh
//! embed
//! embed --build --tag my-site
//! ```

use std::io::{self, Write};
use std::process::{Command, ExitCode, Stdio};

/// Made by `build.rs`.
const DOCKERFILE: &str = include_str!(concat!(env!("OUT_DIR"), "/Dockerfile"));

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let result = match arguments.next() {
        None => io::stdout().write_all(DOCKERFILE.as_bytes()).map(|()| true),
        Some(first) if first == "--build" => build(arguments),
        Some(_) => {
            eprintln!("usage: embed [--build [OPTIONS OF DOCKER BUILD]]");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Passes the Dockerfile to Docker. Returns `true` if the build succeeded.
fn build(options: impl Iterator<Item = std::ffi::OsString>) -> io::Result<bool> {
    let mut docker = Command::new("docker")
        .args(["build", "--file", "-"])
        .args(options)
        .arg(".")
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| io::Error::new(error.kind(), format!("cannot run `docker`: {error}")))?;
    if let Some(mut input) = docker.stdin.take() {
        // Docker may stop before it has read everything; what it says then is more than a broken pipe.
        let _ = input.write_all(DOCKERFILE.as_bytes());
    }
    Ok(docker.wait()?.success())
}
