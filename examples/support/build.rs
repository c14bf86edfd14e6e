//! The build that `check`, `diff` and `resolve` mean, and what is looked for in it.

#![allow(dead_code, reason = "two of the examples look for nothing")]

use multistage::check::{Checker, Group};
use multistage::frontend::Engine;
use multistage::ignore::IgnoreFile;
use multistage::resolve::{Build, ImageConfigs};

use super::support::{Arguments, Choice, read};

/// The options that say which build is meant.
pub(crate) const BUILD: &[Choice] = &[
    (
        "--build-arg NAME=VALUE",
        "set a build argument; without =VALUE, from the environment",
    ),
    ("--platform OS/ARCH", "build for this platform"),
    ("--target STAGE", "build this stage instead of the last"),
    (
        "--base-config IMAGE=FILE",
        "read the output of `docker inspect IMAGE`; else nothing is assumed",
    ),
    (
        "--empty-bases",
        "assume that all other bases set nothing: no variables, user, ONBUILD",
    ),
];

/// The options that say what is looked for.
pub(crate) const CHECKS: &[Choice] = &[
    (
        "--engine ENGINE",
        "the program that builds: podman, podman:5.4, buildah:1.33, kaniko, classic,\n\
         or a version of Docker's frontend, 1.20; what it lacks is an error",
    ),
    ("--ignore-file FILE", "the .dockerignore of the build"),
    (
        "--pedantic",
        "include the rules that often report good files",
    ),
    ("--experimental", "include BuildKit's experimental checks"),
];

/// The build that the options ask for.
pub(crate) fn build(arguments: &Arguments) -> Result<Build, String> {
    let mut build = Build::new();
    for pair in arguments.values("--build-arg") {
        let (name, value) = match pair.split_once('=') {
            Some((name, value)) => (name, value.to_owned()),
            // As `docker build` does it.
            None => (pair, std::env::var(pair).unwrap_or_default()),
        };
        build = build.arg(name, value);
    }
    let platform = arguments.value("--platform");
    if let Some(platform) = platform {
        build = build.platform(platform);
    }
    if let Some(target) = arguments.value("--target") {
        build = build.target(target);
    }
    for base in arguments.values("--base-config") {
        build = add_base(build, base, platform.unwrap_or("linux/amd64"))?;
    }
    if arguments.has("--empty-bases") {
        build = build.empty_bases();
    }
    Ok(build)
}

/// The checks that the options ask for, of a build.
pub(crate) fn checker(arguments: &Arguments, build: Build) -> Result<Checker, String> {
    let mut checker = Checker::new().build(build);
    if let Some(engine) = arguments.value("--engine") {
        let engine: Engine = engine
            .parse()
            .map_err(|error| format!("--engine: {error}"))?;
        checker = checker.engine(engine);
    }
    if let Some(path) = arguments.value("--ignore-file") {
        let file = read(path)?.parse::<IgnoreFile>();
        checker = checker.ignore(file.map_err(|error| format!("{path}: {error}"))?);
    }
    for (option, group) in [
        ("--pedantic", Group::Pedantic),
        ("--experimental", Group::Experimental),
    ] {
        if arguments.has(option) {
            checker = checker.group(group);
        }
    }
    Ok(checker)
}

/// `IMAGE=FILE`: what is known of an image, as `docker inspect` prints it.
fn add_base(build: Build, base: &str, platform: &str) -> Result<Build, String> {
    // An image has no `=` in its name.
    let (image, path) = base
        .split_once('=')
        .ok_or_else(|| format!("--base-config is IMAGE=FILE, not {base}"))?;
    let configs: ImageConfigs =
        serde_json::from_str(&read(path)?).map_err(|error| format!("{path}: {error}"))?;
    let config = configs.for_platform(platform).or(configs.iter().next());
    let config = config.ok_or_else(|| format!("{path}: there is no configuration in it"))?;
    Ok(build.base(image, config.clone()))
}
