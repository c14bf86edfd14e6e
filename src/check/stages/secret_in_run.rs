//! `secret-in-run`: a secret in a variable that a RUN reads.

use super::shell::{self, Command};
use super::walk;
use crate::check::Checking;
use crate::instruction::Instruction;
use crate::limits;
use crate::rules::{Finding, Findings, Narrow};
use crate::scope::{Map, is_secret};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "secret-in-run",
    severity: Warning,
    summary: "a secret that RUN reads from an ARG or ENV",
    also: [],
    can_be_allowed: true,
    replaces: [crate::check::build::secret_in_variable::RULE as Part],
    docs: r#"## What it does

Finds RUN instructions that read a variable whose name is that of a secret (`NPM_TOKEN`,
`DB_PASSWORD`), as an ARG or ENV of the stage, or of one that it starts from, declares it. A value
that is plainly no secret (a path, a file name, a URL, a fingerprint) is none, and names of public
keys are not meant.

## Why is this bad?

The value of an ARG is in the history of the image, that of an ENV in its configuration, and what
the command made of it in a layer. A secret mount is there while the command runs, and nowhere else.
A command that writes the secret into a file leaves it in the layer all the same: mount that file
instead.

## Example

```dockerfile
FROM node:22
WORKDIR /app
ARG NPM_TOKEN
COPY package.json .npmrc ./
RUN echo "//registry.npmjs.org/:_authToken=$NPM_TOKEN" >> .npmrc && npm install
```

## Use instead

```dockerfile
FROM node:22
WORKDIR /app
COPY package.json ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm install
```
"#,
}

/// A declaration that may hold a secret.
#[derive(Debug, Clone, Copy)]
struct Declared {
    at: At,
    nth: usize,
    keyword: &'static str,
    /// `true` if the value is plainly no secret.
    harmless: bool,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let mut ends: Vec<Map<Declared>> = Vec::with_capacity(checking.context.file.stages.len());
    for stage in 0..checking.context.file.stages.len() {
        let below = walk::base(checking.resolved, stage);
        let mut declared = below
            .and_then(|below| ends.get(below).cloned())
            .unwrap_or_default();
        let resolved = checking.resolved.stages().get(stage);
        for (nth, step) in walk::steps(checking, stage).enumerate() {
            match step.instruction {
                Instruction::Arg(_) | Instruction::Env(_) => {
                    let vars = resolved.and_then(|stage| stage.vars(nth + 1));
                    for (n, keyword, name) in names(step.instruction) {
                        if !is_secret(name) {
                            continue;
                        }
                        let value = vars
                            .and_then(|vars| vars.get(name))
                            .and_then(|value| value.as_known());
                        let harmless = is_harmless_name(name)
                            || value.is_some_and(|value| {
                                is_harmless(value) || keyword == "ENV" && value.is_empty()
                            });
                        let entry = Declared {
                            at: step.at,
                            nth: n,
                            keyword,
                            harmless,
                        };
                        declared.insert(name, entry);
                    }
                }
                Instruction::Run(_)
                    if !declared.is_empty() && walk::is_looked_at(checking, stage) =>
                {
                    tell(checking, &step, &declared, findings);
                }
                _ => {}
            }
        }
        ends.push(declared);
    }
}

fn tell<'m>(
    checking: &Checking<'m>,
    step: &walk::Step<'m>,
    declared: &Map<Declared>,
    findings: &mut Findings,
) {
    let mut told: Vec<&str> = Vec::new();
    let is_one = |name: &str| declared.get(name).is_some_and(|found| !found.harmless);
    let text = step.shell_text();
    if !text.is_some_and(|(_, text)| shell::may_use(text, &is_one)) {
        return;
    }
    let [(part, script)] = step.scripts_with_variables(checking) else {
        return;
    };
    for found in &script.uses {
        if found.is_set
            || !is_secret(found.name)
            || told.contains(&found.name)
            || is_mounted(step, found.name)
        {
            continue;
        }
        let Some(declaration) = declared.get(found.name).filter(|found| !found.harmless) else {
            continue;
        };
        let name = found.name;
        let message = format!(
            "the secret `{name}` reaches a layer: RUN reads it from {}",
            article(declaration.keyword)
        );
        let finding = Finding::new(&RULE, message)
            .at(step.at, *part, "read here")
            .narrow(Narrow::Variable(name.to_owned()))
            .at(declaration.at, Part::Key(declaration.nth), "declared here");
        let keyword = declaration.keyword;
        let help = if script.commands.iter().any(|command| writes(command, name)) {
            format!(
                "the command writes the secret into a file, which stays in the layer: mount that file with `RUN \
                 --mount=type=secret,id=NAME,target=FILE ...`, and drop the {keyword}"
            )
        } else {
            format!(
                "mount it: `RUN --mount=type=secret,id={name},env={name} ...`, and drop the {keyword}"
            )
        };
        findings.add(finding.help(help));
        if told.len() < limits::RULE_SECRETS {
            told.push(found.name);
        }
    }
}

/// Returns `true` if a command writes a text with a variable into a file.
fn writes(command: &Command<'_>, name: &str) -> bool {
    let mut words = command.words.iter().map(|word| word.text.as_ref());
    let has = |text: &str| text.contains(name);
    command.writes && (words.any(has) || command.heredocs.iter().any(|heredoc| has(heredoc.body)))
}

fn article(keyword: &str) -> String {
    format!("an {keyword}")
}

/// The names that an instruction declares.
fn names(instruction: &Instruction) -> Vec<(usize, &'static str, &str)> {
    match instruction {
        Instruction::Arg(arg) => {
            let declarations = arg.declarations().iter().enumerate();
            declarations
                .map(|(n, declared)| (n, "ARG", declared.name().as_str()))
                .collect()
        }
        Instruction::Env(env) => {
            let pairs = env.pairs.iter().enumerate();
            pairs
                .filter_map(|(n, pair)| Some((n, "ENV", pair.key.as_literal()?)))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Returns `true` if a secret mount puts something in its place.
fn is_mounted(step: &walk::Step<'_>, name: &str) -> bool {
    let mut mounts = step.mounts().iter();
    mounts.any(|mount| walk::value(mount, "env") == Some(name))
}

/// Returns `true` if a name that is taken for that of a secret is that of something else.
fn is_harmless_name(name: &str) -> bool {
    const OTHER: &[&str] = &[
        "gpg",
        "pgp",
        "fingerprint",
        "id",
        "url",
        "uri",
        "path",
        "dir",
        "name",
        "type",
        "size",
        "server",
        "cache",
        "user",
        "apt",
        "sha",
        "sha256",
        "checksum",
        "method",
    ];
    name.split('_')
        .any(|part| OTHER.iter().any(|word| part.eq_ignore_ascii_case(word)))
}

/// Returns `true` if a value is plainly no secret: a path, a file name, a URL, a fingerprint, a
/// switch.
fn is_harmless(value: &str) -> bool {
    const FILES: &[&str] = &[
        "asc",
        "cer",
        "cert",
        "cfg",
        "conf",
        "crt",
        "env",
        "gpg",
        "ini",
        "jks",
        "json",
        "key",
        "keystore",
        "p12",
        "pem",
        "pfx",
        "properties",
        "pub",
        "toml",
        "txt",
        "yaml",
        "yml",
    ];
    let file = value
        .rsplit_once('.')
        .is_some_and(|(_, end)| FILES.contains(&end))
        && !value.contains(char::is_whitespace);
    let path = value.starts_with(['/', '~']) || value.starts_with("./") || value.contains("://");
    let hex = |c: char| c.is_ascii_hexdigit() || c.is_whitespace();
    let fingerprint = value.len() >= 8 && value.chars().all(hex);
    let switch = matches!(value, "0" | "1" | "true" | "false" | "yes" | "no" | "none");
    path || file || fingerprint || switch
}
