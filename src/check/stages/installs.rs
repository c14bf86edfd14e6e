//! Package managers: which commands install what a project needs, and which build it.

use super::images::Builds;
use super::shell::{Command, Word};

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manager {
    Bun,
    Bundler,
    Cargo,
    Composer,
    Go,
    Gradle,
    Maven,
    Npm,
    Pip,
    Pipenv,
    Pnpm,
    Poetry,
    Uv,
    Yarn,
}

impl Manager {
    /// A bit of its own.
    pub(super) fn bit(self) -> u16 {
        1 << self as u16
    }

    /// The files that say what it installs.
    pub(super) fn manifests(self) -> &'static str {
        match self {
            Manager::Bun => "`package.json` and `bun.lock`",
            Manager::Bundler => "`Gemfile` and `Gemfile.lock`",
            Manager::Cargo => "`Cargo.toml` and `Cargo.lock`",
            Manager::Composer => "`composer.json` and `composer.lock`",
            Manager::Go => "`go.mod` and `go.sum`",
            Manager::Gradle => "the Gradle files",
            Manager::Maven => "`pom.xml`",
            Manager::Npm => "`package.json` and `package-lock.json`",
            Manager::Pip => "`requirements.txt`",
            Manager::Pipenv => "`Pipfile` and `Pipfile.lock`",
            Manager::Pnpm => "`package.json` and `pnpm-lock.yaml`",
            Manager::Poetry => "`pyproject.toml` and `poetry.lock`",
            Manager::Uv => "`pyproject.toml` and `uv.lock`",
            Manager::Yarn => "`package.json` and `yarn.lock`",
        }
    }
}

/// The package manager that a command has install dependencies, from lists and not out of the sources.
pub(super) fn install(command: &Command) -> Option<Manager> {
    let mut program = command.program();
    let mut arguments = command.arguments();
    if program.starts_with("python") && arguments.first().is_some_and(|flag| flag.text == "-m") {
        program = arguments.get(1).map_or("", |module| module.text.as_ref());
        arguments = arguments.get(2..).unwrap_or_default();
    }
    let has = |flag: &str| arguments.iter().any(|word| word.text == flag);
    let mut plain = arguments.iter().filter(|word| !word.text.starts_with('-'));
    let verb = plain.next().map_or("", |word| word.text.as_ref());
    let names: Vec<&str> = plain.map(|word| word.text.as_ref()).collect();
    let found = match program {
        "npm" => {
            let installs = ["install", "i", "ci", "clean-install"];
            let all = std::iter::once(verb).chain(names.iter().copied());
            let mut all = all.take(2);
            (all.any(|word| installs.contains(&word)) && verb != "run" && verb != "run-script")
                .then_some(Manager::Npm)
        }
        "yarn" => matches!(verb, "" | "install").then_some(Manager::Yarn),
        "pnpm" => matches!(verb, "install" | "i" | "fetch").then_some(Manager::Pnpm),
        "bun" => matches!(verb, "install" | "i").then_some(Manager::Bun),
        "pipenv" => matches!(verb, "install" | "sync").then_some(Manager::Pipenv),
        "poetry" => (verb == "install").then_some(Manager::Poetry),
        "uv" => {
            let pip = verb == "pip" && matches!(names.first(), Some(&("install" | "sync")));
            (verb == "sync" || pip).then_some(Manager::Uv)
        }
        "cargo" => (verb == "fetch" || verb == "install" && !has("--path") && !names.is_empty())
            .then_some(Manager::Cargo),
        "go" => {
            let download = verb == "mod" && names.first() == Some(&"download");
            let tool = verb == "install"
                && !names.is_empty()
                && names.iter().all(|name| name.contains('@'));
            (download || tool).then_some(Manager::Go)
        }
        "mvn" | "mvnw" => {
            let mut words = arguments.iter();
            words
                .any(|word| word.text.starts_with("dependency:"))
                .then_some(Manager::Maven)
        }
        "gradle" | "gradlew" => {
            let tasks = [
                "dependencies",
                "downloadDependencies",
                "resolveDependencies",
            ];
            let mut words = arguments.iter();
            words
                .any(|word| tasks.contains(&word.text.as_ref()))
                .then_some(Manager::Gradle)
        }
        "bundle" => matches!(verb, "" | "install").then_some(Manager::Bundler),
        "composer" => (verb == "install").then_some(Manager::Composer),
        _ if is_pip(program) => (verb == "install" && !has("--no-index")).then_some(Manager::Pip),
        _ => None,
    }?;
    let local = arguments.iter().any(|word| is_local(found, word));
    let offline = has("--offline") || has("--version") || has("--help");
    (!local && !offline).then_some(found)
}

fn is_pip(program: &str) -> bool {
    let version = program.strip_prefix("pip");
    version.is_some_and(|version| version.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

/// Whether a word names sources that are installed, or may.
fn is_local(manager: Manager, word: &Word) -> bool {
    let text = word.text.as_ref();
    let python = matches!(manager, Manager::Pip | Manager::Uv);
    if python && (text == "-e" || text == "--editable" || text.starts_with("--editable=")) {
        return true;
    }
    if python
        && [".txt", ".in", ".lock"]
            .iter()
            .any(|end| text.ends_with(end))
    {
        return false;
    }
    let path =
        text == "." || text.starts_with("./") || text.starts_with("../") || text.starts_with(".[");
    let package = [".whl", ".tgz", ".tar.gz", ".gem", ".zip"]
        .iter()
        .any(|end| text.ends_with(end));
    path || package
}

/// Whether a command builds what a program of a language is made of.
pub(super) fn build(builds: Builds, command: &Command) -> bool {
    let program = command.program();
    let words: Vec<&str> = command
        .arguments()
        .iter()
        .map(|word| word.text.as_ref())
        .collect();
    let has = |texts: &[&str]| words.iter().any(|word| texts.contains(word));
    let first = words
        .iter()
        .find(|word| !word.starts_with('-'))
        .copied()
        .unwrap_or_default();
    match builds {
        Builds::C => {
            matches!(program, "gcc" | "g++" | "cc" | "c++" | "make" | "ninja")
                || program == "cmake" && has(&["--build"])
        }
        Builds::Dotnet => program == "dotnet" && matches!(first, "publish" | "build"),
        Builds::Go => {
            let sources = !words.iter().any(|word| word.contains('@'));
            program == "go" && (first == "build" || first == "install" && sources)
        }
        Builds::Haskell => {
            matches!(program, "stack" | "cabal")
                && matches!(first, "build" | "install" | "v2-build")
        }
        Builds::Java => match program {
            "mvn" | "mvnw" => has(&["package", "install", "verify"]),
            "gradle" | "gradlew" => has(&[
                "build",
                "assemble",
                "bootJar",
                "shadowJar",
                "installDist",
                "jar",
                "war",
            ]),
            "javac" => true,
            _ => false,
        },
        Builds::Node => match program {
            "npm" | "pnpm" | "yarn" | "bun" => {
                let scripts = words
                    .iter()
                    .filter(|word| !matches!(**word, "run" | "run-script"));
                let script = scripts
                    .copied()
                    .find(|word| !word.starts_with('-'))
                    .unwrap_or_default();
                (program != "npm" || has(&["run", "run-script"]))
                    && (script == "build"
                        || script.starts_with("build:")
                        || script.starts_with("build-"))
            }
            "npx" => matches!(
                first,
                "tsc" | "webpack" | "vite" | "next" | "ng" | "rollup" | "esbuild"
            ),
            "tsc" | "webpack" | "rollup" => true,
            "vite" | "next" | "ng" | "nuxt" => first == "build",
            _ => false,
        },
        Builds::Rust => {
            program == "cargo" && (first == "build" || first == "install" && has(&["--path"]))
        }
        Builds::Swift => program == "swift" && first == "build",
    }
}

/// Whether a program, started with an image, needs the tools that built it, or is one of them.
pub(super) fn needs_tools(program: &str, arguments: &[&str]) -> bool {
    let first = arguments
        .iter()
        .find(|word| !word.starts_with('-'))
        .copied()
        .unwrap_or_default();
    match program {
        "" | "sh" | "bash" | "ash" | "zsh" | "make" | "cmake" | "go" | "cargo" | "mvn" | "mvnw"
        | "gradle" | "gradlew" | "stack" | "cabal" | "gcc" | "swift" | "sleep" | "tail" | "npx"
        | "javac" => true,
        "dotnet" => matches!(first, "run" | "test" | "watch" | "build" | "publish"),
        "npm" | "yarn" | "pnpm" | "bun" => {
            let scripts = arguments
                .iter()
                .filter(|word| !matches!(**word, "run" | "run-script"));
            let script = scripts
                .copied()
                .find(|word| !word.starts_with('-'))
                .unwrap_or_default();
            let tools = [
                "dev",
                "test",
                "lint",
                "watch",
                "build",
                "ci",
                "e2e",
                "storybook",
            ];
            let head = script.split([':', '-', '.']).next().unwrap_or_default();
            script.is_empty() || tools.contains(&head)
        }
        _ => false,
    }
}
