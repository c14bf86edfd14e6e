//! `build-in-final-stage`: a final stage that runs the build, with its tools.

use super::images::{self, Builds};
use super::{installs, shell, walk};
use crate::check::Checking;
use crate::instruction::{Command, Instruction};
use crate::resolve::ResolvedBase;
use crate::rules::{Finding, Findings};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "build-in-final-stage",
    severity: Warning,
    summary: "a final stage that runs the build, where a second stage would keep the tools out",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds final stages on an image with build tools (Node, Go, Rust, Java, .NET, C, Swift, Haskell) that
install and build the sources of the build context, and start something else than these tools. For
Node, where the program may need packages when it runs, both an install and a build have to be
there.

## Why is this bad?

Compilers, caches and packages for development stay in the image: it is larger by an order of
magnitude, and has more to attack.

## Example

```dockerfile
FROM node:18
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install
COPY . .
RUN npm run build
CMD ["npm", "start"]
```

## Use instead

```dockerfile
FROM node:18 AS builder
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install
COPY . .
RUN npm run build

FROM node:18-alpine
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY --from=builder /app/dist ./dist
CMD ["npm", "start"]
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for stage in walk::finals(checking) {
        let chain = walk::chain(checking.resolved, stage);
        let first = chain
            .first()
            .and_then(|first| checking.resolved.stages().get(*first));
        let Some(ResolvedBase::Image(image)) = first.map(|stage| stage.base()) else {
            continue;
        };
        let Some(builds) = images::known(image).and_then(|known| known.builds) else {
            continue;
        };
        if is_for_developers(checking, stage) || !starts_program(checking, &chain) {
            continue;
        }
        if let Some(built) = built(checking, &chain, builds) {
            let finding =
                Finding::new(&RULE, "the final stage runs the build, and keeps the tools")
                    .at(built, Part::Whole, "builds")
                    .at(
                        At::From(chain.first().copied().unwrap_or(stage)),
                        Part::Base,
                        "has the tools",
                    )
                    .help("build in a separate stage, and copy the result with `COPY --from`");
            findings.add(finding);
        }
    }
}

/// Returns `true` if the name of a stage says that its tools are wanted.
pub(super) fn is_for_developers(checking: &Checking<'_>, stage: usize) -> bool {
    const WORDS: &[&str] = &[
        "dev", "test", "build", "ci", "lint", "debug", "tool", "local",
    ];
    let stage = checking.context.file.stages.get(stage);
    let name = stage
        .and_then(|stage| stage.name())
        .map_or("", |name| name.as_str());
    name.split(['-', '_', '.'])
        .any(|part| WORDS.iter().any(|word| part.starts_with(word)))
}

/// Returns `true` if the image starts something other than the tools.
pub(super) fn starts_program(checking: &Checking<'_>, chain: &[usize]) -> bool {
    let stages = chain.iter().rev();
    let steps = stages.flat_map(|stage| walk::steps(checking, *stage).rev());
    let mut cmd: Option<&Command> = None;
    let mut entrypoint: Option<&Command> = None;
    for step in steps {
        match step.instruction {
            // One that is above the ENTRYPOINT counts too.
            Instruction::Cmd(found) => cmd = cmd.or(Some(&found.command)),
            Instruction::Entrypoint(found) => entrypoint = entrypoint.or(Some(&found.command)),
            _ => {}
        }
    }
    match entrypoint.or(cmd) {
        None => false,
        Some(Command::Exec(exec)) => {
            let words: Vec<&str> = exec.iter().collect();
            match words.split_first() {
                None => false,
                Some((program, rest)) if shell::is_shell(program) => match rest {
                    [flag, text, ..] if flag.ends_with('c') => starts_other(text),
                    // A script, or what a CMD says.
                    [script, ..] => !script.starts_with('-'),
                    [] => false,
                },
                Some((program, rest)) => !installs::needs_tools(shell::base_name(program), rest),
            }
        }
        Some(Command::Shell(text)) => starts_other(&text.joined()),
        Some(Command::Script(_)) => false,
    }
}

fn starts_other(text: &str) -> bool {
    let script = shell::read(text);
    script.commands.last().is_some_and(|command| {
        let arguments: Vec<&str> = command
            .arguments()
            .iter()
            .map(|word| word.text.as_ref())
            .collect();
        !installs::needs_tools(command.program(), &arguments)
    })
}

/// The RUN that builds, where sources of the context have been copied.
fn built(checking: &Checking<'_>, chain: &[usize], builds: Builds) -> Option<At> {
    let (mut copied, mut installed, mut built) = (false, false, None);
    for step in chain.iter().flat_map(|stage| walk::steps(checking, *stage)) {
        match step.instruction {
            Instruction::Copy(copy) => copied |= copy.from.is_none(),
            Instruction::Add(_) => copied = true,
            Instruction::Run(_) => {
                let scripts = step.scripts(checking);
                let commands = || scripts.iter().flat_map(|(_, script)| &script.commands);
                let prunes = commands().any(|command| {
                    let first = command.arguments().first();
                    first.is_some_and(|word| word.text == "prune" || word.text == "clean")
                });
                installed |= commands().any(|command| installs::install(command).is_some());
                if copied && !prunes && commands().any(|command| installs::build(builds, command)) {
                    built = built.or(Some(step.at));
                }
            }
            _ => {}
        }
    }
    built.filter(|_| installed || builds != Builds::Node)
}
