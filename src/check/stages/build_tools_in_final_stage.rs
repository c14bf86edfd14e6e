//! `build-tools-in-final-stage`: compilers that a final stage keeps beside stages that build for
//! it.

use super::build_in_final_stage::{is_for_developers, starts_program};
use super::{images, packages, walk};
use crate::check::Checking;
use crate::edges::Via;
use crate::limits;
use crate::resolve::ResolvedBase;
use crate::rules::place::short;
use crate::rules::{Finding, Findings, Narrow};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "build-tools-in-final-stage",
    severity: Warning,
    summary: "compilers installed in a final stage that copies from other stages",
    also: [],
    can_be_allowed: true,
    group: Pedantic,
    docs: r#"## What it does

Finds compilers, build tools and headers (`build-essential`, `gcc`, `cmake`, `libssl-dev`) that a
RUN of the final stage installs and nothing removes, where the stage copies from another one and
starts a program. A base that has a compiler already, such as `python:3.13`, is left alone. A stage
that runs a compiler itself needs it, and so does an image for developers: one that starts a shell
or a tool, or is called so.

## Why is this bad?

What needs a compiler belongs in the stage that builds. In the image it is hundreds of megabytes,
and tools for whoever breaks in.

## Example

```dockerfile pedantic
FROM rust:1.85 AS build
RUN cargo install --git https://example.com/app app

FROM debian:12
RUN apt-get update && apt-get install -y build-essential libssl3
COPY --from=build /usr/local/cargo/bin/app /usr/bin/
USER 10001
CMD ["app"]
```

## Use instead

```dockerfile pedantic
FROM rust:1.85 AS build
RUN cargo install --git https://example.com/app app

FROM debian:12
RUN apt-get update && apt-get install -y libssl3
COPY --from=build /usr/local/cargo/bin/app /usr/bin/
USER 10001
CMD ["app"]
```
"#,
}

/// A tool that was installed, and not removed so far.
struct Kept<'m> {
    name: &'m str,
    group: Option<&'m str>,
    at: At,
    part: Part,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    if checking.context.file.stages.len() < 2 {
        return;
    }
    for stage in walk::finals(checking) {
        let mut references = checking.context.graph.references.iter();
        let copies = references.any(|reference| {
            reference.stage() == stage && reference.via == Via::Copy && reference.target().is_some()
        });
        let chain = walk::chain(checking.resolved, stage);
        let first = chain
            .first()
            .and_then(|first| checking.resolved.stages().get(*first));
        if first.is_some_and(|first| matches!(first.base(), ResolvedBase::Image(image) if images::has_compiler(image))) {
            continue;
        }
        if copies && !is_for_developers(checking, stage) && starts_program(checking, &chain) {
            tell(checking, stage, findings);
        }
    }
}

fn tell(checking: &Checking<'_>, stage: usize, findings: &mut Findings) {
    let mut kept: Vec<Kept<'_>> = Vec::new();
    for step in walk::steps(checking, stage) {
        for (part, script) in step.scripts(checking) {
            for command in &script.commands {
                if is_build(command.program()) {
                    return;
                }
                if let Some(installed) = packages::installed(command) {
                    let tools = installed.names.iter().filter(|name| is_tool(name));
                    for name in tools.take(limits::RULE_PACKAGES.saturating_sub(kept.len())) {
                        kept.push(Kept {
                            name,
                            group: installed.group,
                            at: step.at,
                            part: *part,
                        });
                    }
                } else if let Some(removed) = packages::removed(command) {
                    let named = |name: &str| removed.names.contains(&name);
                    if removed.fixed {
                        kept.retain(|tool| !(named(tool.name) || tool.group.is_some_and(named)));
                    } else {
                        kept.clear();
                    }
                }
            }
        }
    }
    let Some(first) = kept.first() else {
        return;
    };
    let names: Vec<String> = kept
        .iter()
        .take(SHOWN)
        .map(|tool| format!("`{}`", short(tool.name)))
        .collect();
    let more = if kept.len() > SHOWN { " and more" } else { "" };
    let message = format!(
        "the final stage keeps build tools: {}{more}",
        names.join(", ")
    );
    let finding = Finding::new(&RULE, message)
        .at(first.at, first.part, "installed here, and never removed")
        .narrow(Narrow::Text(vec![first.name.to_owned()]))
        .help("install them in a build stage, and copy the result");
    findings.add(finding);
}

/// The number of names in a message.
const SHOWN: usize = 4;

/// Returns `true` if a package is only of use to build something.
fn is_tool(name: &str) -> bool {
    const TOOLS: &[&str] = &[
        "autoconf",
        "automake",
        "build-base",
        "build-essential",
        "cargo",
        "clang",
        "cmake",
        "g++",
        "gcc",
        "gcc-c++",
        "golang",
        "golang-go",
        "linux-headers",
        "meson",
        "ninja-build",
        "rustc",
    ];
    // What Mono runs with is in a package of that name too.
    let headers = name.ends_with("-dev") || name.ends_with("-devel");
    TOOLS.contains(&name) || headers && !name.starts_with("mono")
}

/// Returns `true` if a command may need a compiler, itself or for what it installs.
fn is_build(program: &str) -> bool {
    const BUILDS: &[&str] = &[
        "make",
        "cmake",
        "gcc",
        "g++",
        "cc",
        "c++",
        "clang",
        "ninja",
        "meson",
        "go",
        "cargo",
        "configure",
        "pip",
        "pip3",
        "python",
        "python3",
        "npm",
        "yarn",
        "pnpm",
        "npx",
        "node-gyp",
        "gem",
        "bundle",
        "pecl",
        "phpize",
        "docker-php-ext-install",
        "cpan",
        "cpanm",
        "luarocks",
        "R",
        "Rscript",
        "poetry",
        "pipenv",
        "uv",
        "composer",
        "mix",
        "conda",
        "opam",
        "cabal",
        "stack",
    ];
    BUILDS.contains(&program)
}
