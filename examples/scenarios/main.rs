//! Real Dockerfiles as programs: a module each, to be read on its own.
//!
//! `cargo run --example scenarios -- NAME` prints one, without a name the list of them. `matrix` is
//! one recipe that makes many files.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is what the program does"
)]
#![allow(unreachable_pub, reason = "each module is to be read on its own")]

use std::process::ExitCode;

use multistage::{Dockerfile, Report};

mod adversarial;
mod cpp_ccache;
mod dev_test_prod;
mod go_multiarch;
mod java_gradle;
mod matrix;
mod monorepo;
mod node;
mod python_uv;
mod rust_chef;
mod secrets_ssh;
mod static_nginx;
mod windows;

/// A name and the program.
pub type Scenario = (&'static str, fn() -> Dockerfile);

/// The scenarios.
pub const SCENARIOS: &[Scenario] = &[
    ("01-node", node::dockerfile),
    ("02-rust-chef", rust_chef::dockerfile),
    ("03-go-multiarch", go_multiarch::dockerfile),
    ("04-python-uv", python_uv::dockerfile),
    ("05-java-gradle", java_gradle::dockerfile),
    ("06-static-nginx", static_nginx::dockerfile),
    ("07-cpp-ccache", cpp_ccache::dockerfile),
    ("08-monorepo", monorepo::dockerfile),
    ("09-dev-test-prod", dev_test_prod::dockerfile),
    ("10-secrets-ssh", secrets_ssh::dockerfile),
    ("11-windows", windows::dockerfile),
    ("12-adversarial", adversarial::dockerfile),
];

/// The files of the matrix by name.
pub fn matrix() -> Vec<(String, Dockerfile)> {
    matrix::dockerfiles()
}

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1);
    let found = SCENARIOS
        .iter()
        .find(|(name, _)| wanted.as_deref() == Some(name));
    let printed = match (wanted.as_deref(), found) {
        (_, Some((_, dockerfile))) => print(&dockerfile()),
        (Some("matrix"), None) => matrix().iter().try_for_each(|(name, file)| {
            println!("==> {name}");
            print(file)
        }),
        (wanted, None) => {
            SCENARIOS.iter().for_each(|(name, _)| println!("{name}"));
            println!("matrix");
            return if wanted.is_none() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            };
        }
    };
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(report) => {
            eprint!("{report}");
            ExitCode::FAILURE
        }
    }
}

fn print(file: &Dockerfile) -> Result<(), Report> {
    print!("{}", file.render()?);
    Ok(())
}
