//! Package managers: which commands install what a project needs, and which build it.

use super::images::Builds;
use super::shell::{Command, Word};
use crate::rules::place::short;

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
            Manager::Pip => "the lists of requirements",
            Manager::Pipenv => "`Pipfile` and `Pipfile.lock`",
            Manager::Pnpm => "`package.json` and `pnpm-lock.yaml`",
            Manager::Poetry => "`pyproject.toml` and `poetry.lock`",
            Manager::Uv => "`pyproject.toml` and `uv.lock`",
            Manager::Yarn => "`package.json` and `yarn.lock`",
        }
    }
}

/// The dependencies that a command installs, and how to move that before the copy of the sources.
pub(super) struct Install {
    pub(super) manager: Manager,
    /// The help: what to write instead.
    pub(super) help: String,
}

/// The dependencies that a command installs from lists, not out of the sources. What it names
/// itself, installs for all of the system, or takes for its own upgrade has no list that could be
/// copied.
pub(super) fn install<'c>(command: &'c Command<'_>) -> Option<Install> {
    let mut program = command.program();
    let mut arguments = command.arguments();
    if program.starts_with("python") && arguments.first().is_some_and(|flag| flag.text == "-m") {
        program = arguments.get(1).map_or("", |module| module.text.as_ref());
        arguments = arguments.get(2..).unwrap_or_default();
    }
    let has = |flag: &str| arguments.iter().any(|word| word.text == flag);
    let is_python = is_pip(program) || program == "uv";
    let plain = plain(arguments, is_python);
    let verb = plain.first().copied().unwrap_or_default();
    let names = plain.get(1..).unwrap_or_default();
    let lists = lists(arguments);
    let global = has("-g") || has("--global") || has("--location=global");
    let all = names.is_empty() && !global;
    let found = match program {
        "npm" => {
            let installs = matches!(verb, "install" | "i" | "ci" | "clean-install");
            (installs && all).then_some(Manager::Npm)
        }
        "yarn" => (matches!(verb, "" | "install") && all).then_some(Manager::Yarn),
        "pnpm" => (matches!(verb, "install" | "i" | "fetch") && all).then_some(Manager::Pnpm),
        "bun" => (matches!(verb, "install" | "i") && all).then_some(Manager::Bun),
        "pipenv" => {
            (matches!(verb, "install" | "sync") && names.is_empty()).then_some(Manager::Pipenv)
        }
        "poetry" => (verb == "install").then_some(Manager::Poetry),
        "uv" => {
            let pip = verb == "pip" && names.first() == Some(&"install") && !lists.is_empty();
            let sync = verb == "pip" && names.first() == Some(&"sync");
            (verb == "sync" || pip || sync).then_some(Manager::Uv)
        }
        "cargo" => (verb == "fetch").then_some(Manager::Cargo),
        "go" => (verb == "mod" && names.first() == Some(&"download")).then_some(Manager::Go),
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
        _ if is_pip(program) => {
            let listed = verb == "install" && !lists.is_empty();
            (listed && !has("--no-index")).then_some(Manager::Pip)
        }
        _ => None,
    }?;
    let local = arguments.iter().any(|word| is_local(found, word));
    let offline = has("--offline") || has("--version") || has("--help");
    if local || offline {
        return None;
    }
    let lists = match (found, names) {
        (Manager::Uv, ["sync", files @ ..]) if !files.is_empty() => files.to_vec(),
        _ => lists,
    };
    let manifests = match found {
        _ if !lists.is_empty() => {
            // Where the file is in the image is not where it is in the context.
            let relative = |list: &&'c str| match list.starts_with('/') {
                true => list.rsplit('/').next().unwrap_or(list),
                false => list.trim_start_matches("./"),
            };
            quoted(&lists.iter().map(relative).collect::<Vec<_>>())
        }
        Manager::Npm if has("--no-package-lock") => quoted(&["package.json"]),
        Manager::Npm if verb != "ci" && verb != "clean-install" => {
            "`package.json`, and `package-lock.json` if there is one,".to_owned()
        }
        _ => found.manifests().to_owned(),
    };
    let help = match found {
        // The class map of an optimised autoloader is made of the sources.
        Manager::Composer => format!(
            "copy {manifests}, run `composer install --no-scripts --no-autoloader`, copy the rest, then run \
             `composer dump-autoload -o`"
        ),
        _ => format!("copy {manifests} and install first, then copy the rest"),
    };
    Some(Install {
        manager: found,
        help,
    })
}

fn quoted(names: &[&str]) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", short(name)))
        .collect();
    quoted.join(" and ")
}

/// The words that are neither options nor values of options.
fn plain<'w>(words: &'w [Word<'_>], is_python: bool) -> Vec<&'w str> {
    const VALUES: &[&str] = &[
        "--cache",
        "--cache-folder",
        "--cwd",
        "--dir",
        "--directory",
        "--extra",
        "--filter",
        "--gemfile",
        "--group",
        "--include",
        "--jobs",
        "--loglevel",
        "--modules-folder",
        "--mutex",
        "--network-concurrency",
        "--network-timeout",
        "--omit",
        "--only",
        "--prefix",
        "--project",
        "--python",
        "--registry",
        "--retry",
        "--userconfig",
        "--with",
        "--without",
        "--working-dir",
        "--workspace",
        "-C",
    ];
    const PYTHON: &[&str] = &[
        "--cache-dir",
        "--constraint",
        "--extra-index-url",
        "--find-links",
        "--index-url",
        "--platform",
        "--proxy",
        "--python-version",
        "--requirement",
        "--retries",
        "--root",
        "--target",
        "--timeout",
        "--trusted-host",
        "-c",
        "-f",
        "-i",
        "-p",
        "-r",
        "-t",
    ];
    let mut found = Vec::new();
    let mut is_value = false;
    for word in words {
        let text = word.text.as_ref();
        if std::mem::take(&mut is_value) {
            continue;
        }
        if text.starts_with('-') {
            is_value = VALUES.contains(&text) || is_python && PYTHON.contains(&text);
        } else {
            found.push(text);
        }
    }
    found
}

/// The files that `-r` names.
fn lists<'w>(words: &'w [Word<'_>]) -> Vec<&'w str> {
    let mut found = Vec::new();
    let mut words = words.iter().map(|word| word.text.as_ref());
    while let Some(word) = words.next() {
        let file = match word {
            "-r" | "--requirement" | "--requirements" => words.next(),
            _ => word
                .strip_prefix("--requirement=")
                .or_else(|| word.strip_prefix("-r").filter(|rest| rest.contains('.'))),
        };
        found.extend(file.filter(|file| !file.contains("://")));
    }
    found
}

fn is_pip(program: &str) -> bool {
    let version = program.strip_prefix("pip");
    version.is_some_and(|version| version.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

/// Returns `true` if a word names sources that are installed, or may.
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

/// Returns `true` if a command builds what a program of a language is made of.
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

/// Returns `true` if a program, started with an image, needs the tools that built it, or is one of
/// them.
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
