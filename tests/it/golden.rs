//! The examples print what their golden files say, byte for byte.
//!
//! `MULTISTAGE_UPDATE=1 cargo test golden` writes the golden files anew.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The arguments of the examples that need some.
fn arguments(example: &str) -> &'static [&'static str] {
    match example {
        "check" => &["--empty-bases", "tests/data/checked.Dockerfile"],
        "devcontainer" | "format" | "graph" | "inputs" | "resolve" => {
            &["tests/golden/node.Dockerfile"]
        }
        "diff" => &[
            "tests/golden/node.Dockerfile",
            "tests/golden/node.Dockerfile",
        ],
        "merge" => &[
            "api=tests/golden/scenarios/02-rust-chef.Dockerfile",
            "web=tests/golden/scenarios/06-static-nginx.Dockerfile",
        ],
        "convert" => &["tests/golden/node.Dockerfile", "--to", "dockerfile"],
        _ => &[],
    }
}

/// The examples that print no Dockerfile; they have tests of their own.
const PRINT_NO_DOCKERFILE: &[&str] = &["recipe"];

/// The file that says what an example prints, without arguments or with those above.
fn golden(example: &str) -> PathBuf {
    let name = match example {
        "convert" | "format" => "node.Dockerfile".to_owned(),
        "check" | "diff" | "inputs" => format!("{example}.txt"),
        "graph" => "graph.mmd".to_owned(),
        "resolve" => "resolve.json".to_owned(),
        name => format!("{name}.Dockerfile"),
    };
    root().join("tests/golden").join(name)
}

#[test]
fn every_example() {
    let mut examples: Vec<PathBuf> = fs::read_dir(root().join("examples"))
        .expect("there are examples")
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    examples.sort();
    assert!(!examples.is_empty());
    for path in examples {
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .expect("it has a name");
        if PRINT_NO_DOCKERFILE.contains(&name) {
            continue;
        }
        same(&golden(name), &output(name));
    }
}

#[test]
fn node() {
    let expected = "\
# First stage: build
FROM node:18 AS builder
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install
COPY . .
RUN npm run build

# Second stage: production
FROM node:18-alpine
WORKDIR /app
COPY --from=builder /app/dist ./dist
COPY --from=builder /app/node_modules ./node_modules
CMD [\"node\", \"dist/index.js\"]
";
    let golden = fs::read_to_string(golden_file("node")).expect("the golden file is there");
    assert_eq!(golden, expected);
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn golden_file(name: &str) -> PathBuf {
    root()
        .join("tests/golden")
        .join(format!("{name}.Dockerfile"))
}

/// What an example prints. Cargo builds it first, so that it is never an old one.
fn output(example: &str) -> String {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into()));
    command
        .args([
            "run",
            "--quiet",
            "--offline",
            "--all-features",
            "--example",
            example,
        ])
        .current_dir(root());
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let output = command
        .arg("--")
        .args(arguments(example))
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{example} failed\n{errors}");
    String::from_utf8(output.stdout).expect("it prints text")
}

pub(crate) fn same(path: &Path, text: &str) {
    if env::var("MULTISTAGE_UPDATE").is_ok_and(|wish| wish == "1") {
        fs::write(path, text).expect("the golden file can be written");
        return;
    }
    let golden = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(
        text,
        golden,
        "not as in {}; MULTISTAGE_UPDATE=1 writes it anew",
        path.display()
    );
}
