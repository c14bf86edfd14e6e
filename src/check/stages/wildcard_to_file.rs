//! `wildcard-to-file`: a pattern that is copied to a file.

use super::destination_without_slash::{ends_in_variable, is_directory};
use super::directories::{self, Directory};
use super::walk;
use crate::check::Checking;
use crate::check::topics::Topics;
use crate::instruction::{CopySource, Instruction};
use crate::limits;
use crate::rules::place::short;
use crate::rules::{Finding, Findings};
use crate::scope::Action;
use crate::syntax::Part;

crate::rules::rule! {
    id: "wildcard-to-file",
    severity: Warning,
    summary: "a source with a wildcard copied to a destination without a trailing `/`",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds COPY and ADD of one source with `*` or `?` whose destination does not end in `/` and is a file
by its extension, or by what the file says about it: the source has an extension, and nothing can
have made a directory there. A pattern for the one archive that a build makes (`*.jar app.jar`), or
for a file that need not be there (`.env* .env`), is left alone.

## Why is this bad?

Where there is no such directory, Docker makes a file of the first match, and each further one
overwrites it: of many files one is left.

## Example

```dockerfile
FROM scratch
COPY conf/*.yaml /conf
```

## Use instead

```dockerfile
FROM scratch
COPY conf/*.yaml /conf/
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let mut lookups = 0;
    for step in walk::looked_at(checking, Topics::PATTERN) {
        let (sources, text) = match step.instruction {
            Instruction::Copy(copy) if !copy.parents => (&copy.sources, &copy.destination),
            Instruction::Add(add) => (&add.sources, &add.destination),
            _ => continue,
        };
        let [CopySource::Path(source)] = sources.as_slice() else {
            continue;
        };
        let wild = |source: &&str| source.contains(['*', '?']) && !source.contains("://");
        let Some(source) = source.as_literal().filter(wild) else {
            continue;
        };
        let Some(Action::Copy(copy)) = step.action else {
            continue;
        };
        let destination = &copy.destination;
        if is_directory(destination)
            || ends_in_variable(text, destination)
            || is_one(source, destination)
        {
            continue;
        }
        lookups += 1;
        if lookups > limits::RULE_LOOKUPS {
            return;
        }
        let is_file = match directories::before(checking, step.at, destination) {
            Directory::There => false,
            Directory::Absent => [source, destination]
                .iter()
                .any(|path| extension(name(path)).is_some()),
            Directory::Unknown => extension(name(destination)).is_some(),
        };
        if !is_file {
            continue;
        }
        let message = format!(
            "`{}` is copied to a destination without a trailing `/`",
            short(source)
        );
        let finding = Finding::new(&RULE, message)
            .at(
                step.at,
                Part::Destination,
                "a file, unless it is a directory already: each match overwrites the one before",
            )
            .help("end the destination in `/`, or name the one file that is meant");
        findings.add(finding);
    }
}

/// Returns `true` if a pattern is meant for one file: the archive that a build makes, or a file
/// that need not be there.
fn is_one(source: &str, destination: &str) -> bool {
    const ARCHIVES: &[&str] = &[
        "apk", "deb", "ear", "exe", "gem", "gz", "jar", "nupkg", "phar", "rpm", "tar", "tgz",
        "war", "whl", "xz", "zip",
    ];
    let (pattern, target) = (name(source), name(destination));
    let archive = extension(target).filter(|end| ARCHIVES.contains(end));
    let is_archive = archive.is_some() && extension(pattern) == archive;
    is_archive || pattern.replace(['*', '?'], "") == target
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn extension(name: &str) -> Option<&str> {
    let (_, end) = name.rsplit_once('.')?;
    let plain = end.bytes().all(|b| b.is_ascii_alphanumeric());
    (plain && !end.is_empty() && end != "d").then_some(end)
}
