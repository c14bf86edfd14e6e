//! `misplaced-cache-mount`: a cache mount where the tool does not keep its cache.

use super::directories::is_in;
use super::shell::Command;
use super::{home, walk};
use crate::check::Checking;
use crate::check::topics::Topics;
use crate::instruction::MountKind;
use crate::limits;
use crate::rules::place::short;
use crate::rules::{Finding, Findings};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "misplaced-cache-mount",
    severity: Warning,
    summary: "a cache mount where the tool does not keep its cache",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds cache mounts that are meant for go, cargo, npm, pip or uv by the end of their target, in a RUN
that calls the tool, while the tool keeps its cache elsewhere: by the variables of the stage and of
the command (`GOCACHE`, `CARGO_HOME`), by those of the official image, or by the home of the user.
Where one of these is not known, nothing is concluded.

## Why is this bad?

The mount stays empty, and every build downloads and compiles everything again.

## Example

```dockerfile
FROM golang:1.25
RUN --mount=type=cache,target=/go/mod/pkg \
    go install github.com/gohugoio/hugo@v0.136.5
```

## Use instead

```dockerfile
FROM golang:1.25
RUN --mount=type=cache,target=/go/pkg/mod \
    go install github.com/gohugoio/hugo@v0.136.5
```
"#,
}

/// A cache of a tool.
struct Tool {
    programs: &'static [&'static str],
    /// The content of the cache, for the message.
    holds: &'static str,
    /// The ends of the targets that are meant for it.
    ends: &'static [&'static str],
    /// The variables that say where it is, and what follows their value.
    variables: &'static [(&'static str, &'static str)],
    /// The images that set one, by the name, and what is below which directory.
    image: Option<(&'static str, &'static str)>,
    /// The path of the cache, relative to the home of the user.
    below_home: &'static str,
}

static TOOLS: &[Tool] = &[
    Tool {
        programs: &["go"],
        holds: "modules",
        ends: &[
            "/go/pkg/mod",
            "/go/pkg",
            "/go/mod/pkg",
            "/go/mod",
            "/go/pkg/mods",
            "/pkg/mod",
        ],
        variables: &[("GOMODCACHE", ""), ("GOPATH", "/pkg/mod")],
        image: Some(("docker.io/library/golang:", "/go/pkg/mod")),
        below_home: "/go/pkg/mod",
    },
    Tool {
        programs: &["go"],
        holds: "build cache",
        ends: &["/go-build", "/gobuild", "/go_build"],
        variables: &[("GOCACHE", ""), ("XDG_CACHE_HOME", "/go-build")],
        image: None,
        below_home: "/.cache/go-build",
    },
    Tool {
        programs: &["cargo"],
        holds: "registry",
        ends: &[
            "/.cargo",
            "/.cargo/registry",
            "/.cargo/git",
            "/cargo/registry",
            "/cargo/git",
        ],
        variables: &[("CARGO_HOME", "")],
        image: Some(("docker.io/library/rust:", "/usr/local/cargo")),
        below_home: "/.cargo",
    },
    Tool {
        programs: &["npm"],
        holds: "cache",
        ends: &["/.npm", "/.npm/_cacache"],
        variables: &[("npm_config_cache", ""), ("NPM_CONFIG_CACHE", "")],
        image: None,
        below_home: "/.npm",
    },
    Tool {
        programs: &["pip", "pip3"],
        holds: "cache",
        ends: &["/.cache/pip"],
        variables: &[("PIP_CACHE_DIR", ""), ("XDG_CACHE_HOME", "/pip")],
        image: None,
        below_home: "/.cache/pip",
    },
    Tool {
        programs: &["uv"],
        holds: "cache",
        ends: &["/.cache/uv"],
        variables: &[("UV_CACHE_DIR", ""), ("XDG_CACHE_HOME", "/uv")],
        image: None,
        below_home: "/.cache/uv",
    },
];

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let mut left = walk::STEPS;
    for step in walk::looked_at(checking, Topics::MOUNT) {
        if step.has_cache() {
            tell(checking, &step, &mut left, findings);
        }
    }
}

fn tell<'m>(
    checking: &Checking<'m>,
    step: &walk::Step<'m>,
    left: &mut usize,
    findings: &mut Findings,
) {
    let caches: Vec<(usize, &str)> = step
        .mounts()
        .iter()
        .enumerate()
        .take(limits::RULE_MOUNTS)
        .filter(|(_, mount)| walk::value(mount, "type") == Some(MountKind::Cache.as_str()))
        .filter_map(|(nth, mount)| Some((nth, walk::value(mount, "target")?.trim_end_matches('/'))))
        .collect();
    let by_command = std::cell::LazyCell::new(|| set_by_command(checking, step));
    for (nth, target) in &caches {
        let meant = |tool: &&Tool| tool.ends.iter().any(|end| target.ends_with(end));
        let mut tools = TOOLS.iter().filter(meant).peekable();
        let elsewhere = if tools.peek().is_some() {
            let mut found = tools.map(|tool| (tool, directory(checking, step, tool)));
            found.find_map(|(tool, directory)| Some((tool, directory?)))
        } else {
            (*by_command).clone()
        };
        let Some((tool, directory)) = elsewhere else {
            continue;
        };
        let covers = |target: &str| is_in(target, &directory) || is_in(&directory, target);
        if covers(target) || !is_meant(tool, target) && caches.iter().any(|(_, it)| covers(it)) {
            continue;
        }
        if !is_configured(checking, step, left) {
            findings.add(finding(checking, step.at, *nth, tool, target, &directory));
        }
    }
}

fn is_meant(tool: &Tool, target: &str) -> bool {
    tool.ends.iter().any(|end| target.ends_with(end))
}

fn finding(
    checking: &Checking<'_>,
    at: At,
    nth: usize,
    tool: &Tool,
    target: &str,
    directory: &str,
) -> Finding {
    let program = tool.programs.first().copied().unwrap_or_default();
    let part = Part::MountValue("target", nth);
    let message = format!(
        "`{program}` keeps its {} in `{}`, not in `{}`",
        tool.holds,
        short(directory),
        short(target)
    );
    // A part of the cache stays that part.
    let rest = ["/registry", "/git"]
        .into_iter()
        .find(|rest| target.ends_with(rest) && program == "cargo");
    let mended = format!("{directory}{}", rest.unwrap_or_default());
    let finding = Finding::new(&RULE, message)
        .at(at, part, "stays empty")
        .help(format!("mount the cache at `{}`", short(&mended)));
    let plain = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-/".contains(&b))
    };
    let spelled = match checking.written {
        Some(written) => written.slice(at, part),
        None => Some(target),
    };
    match spelled {
        Some(spelled) if plain(spelled) && plain(&mended) && is_meant(tool, target) => {
            finding.replace(at, part, mended)
        }
        _ => finding,
    }
}

/// The directory in which a tool keeps its cache in a RUN that calls it; `None` if it is unknown.
fn directory<'m>(checking: &Checking<'m>, step: &walk::Step<'m>, tool: &Tool) -> Option<String> {
    let scripts = step.scripts(checking);
    let mut found = None;
    for (_, script) in scripts {
        // A variable that the script sets is set for its commands, in ways that are not followed.
        let variables = || tool.variables.iter().map(|(name, _)| *name).chain(["HOME"]);
        for command in &script.commands {
            if !calls(command, tool.programs) {
                continue;
            }
            let place = match assigned(command, tool) {
                Some(place) => Some(place),
                None if script.sources || variables().any(|name| script.set.contains(name)) => None,
                None => of_stage(checking, step, tool),
            }?;
            if found.as_ref().is_some_and(|found| *found != place) {
                return None;
            }
            found = Some(place);
        }
    }
    found
}

/// The same for a tool that each command of the RUN calls, with a variable that says where the
/// cache is.
fn set_by_command<'m>(
    checking: &Checking<'m>,
    step: &walk::Step<'m>,
) -> Option<(&'static Tool, String)> {
    const NEUTRAL: &[&str] = &["", "cd", "echo", "export", "mkdir", "set"];
    let scripts = step.scripts(checking);
    let commands = || scripts.iter().flat_map(|(_, script)| &script.commands);
    TOOLS.iter().find_map(|tool| {
        let place = commands().find_map(|command| {
            assigned(command, tool).filter(|_| calls(command, tool.programs))
        })?;
        let alone = commands()
            .all(|command| calls(command, tool.programs) || NEUTRAL.contains(&command.program()));
        alone.then_some((tool, place))
    })
}

fn calls(command: &Command<'_>, programs: &[&str]) -> bool {
    let program = command.program();
    let arguments = command.arguments();
    let module = program.starts_with("python")
        && arguments.first().is_some_and(|flag| flag.text == "-m")
        && arguments
            .get(1)
            .is_some_and(|module| programs.contains(&module.text.as_ref()));
    module || programs.contains(&program)
}

/// The directory of the cache, if the assignments in front of a command set it.
fn assigned(command: &Command<'_>, tool: &Tool) -> Option<String> {
    let before = command.words.len() - command.plain().len();
    let assignments = || command.words.iter().take(before);
    tool.variables.iter().find_map(|(name, below)| {
        assignments().find_map(|word| {
            let value = word.text.strip_prefix(name)?.strip_prefix('=')?;
            (value.starts_with('/') && !value.contains('$')).then(|| format!("{value}{below}"))
        })
    })
}

/// The directory of the cache by the variables of the stage, those of its image and the home of the
/// user.
fn of_stage(checking: &Checking<'_>, step: &walk::Step<'_>, tool: &Tool) -> Option<String> {
    for (name, below) in tool.variables {
        if let Some(value) = home::variable(checking, step, name) {
            let first = value.split(':').next().unwrap_or(value);
            return first
                .starts_with('/')
                .then(|| format!("{}{below}", first.trim_end_matches('/')));
        }
    }
    let image = home::image(checking, step.at.stage()?)?;
    if let Some((_, place)) = tool.image.filter(|(name, _)| image.starts_with(name)) {
        return Some(place.to_owned());
    }
    Some(format!("{}{}", home::of(checking, step)?, tool.below_home))
}

/// Returns `true` if a command configures where a tool keeps things.
fn is_configured(checking: &Checking<'_>, step: &walk::Step<'_>, left: &mut usize) -> bool {
    const SETS: &[&str] = &[
        "config set",
        "go env -w",
        ".npmrc",
        "pip.conf",
        "--cache",
        "repo.local",
    ];
    let Some(stage) = step.at.stage() else {
        return true;
    };
    walk::any_of_chain(checking, stage, left, |step| {
        let text = step.shell_text();
        text.is_some_and(|(_, text)| SETS.iter().any(|sets| text.contains(sets)))
    })
}
