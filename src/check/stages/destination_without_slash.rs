//! `destination-without-slash`: several sources copied to a destination that does not end in `/`.

use super::directories::{self, Directory};
use super::walk;
use crate::check::Checking;
use crate::check::topics::Topics;
use crate::instruction::{CopySource, Instruction, Sources};
use crate::limits;
use crate::rules::{Finding, Findings};
use crate::scope::Action;
use crate::syntax::{At, Part};
use crate::text::{Piece, Text};

crate::rules::rule! {
    id: "destination-without-slash",
    severity: Error,
    summary: "several sources copied to a destination without a trailing `/`",
    also: ["hadolint:DL3021"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds COPY and ADD with several sources whose destination, expanded, does not end in `/`, unless the
file has made a directory of it: by WORKDIR, by an earlier COPY, by a command that names it. `.` is
a directory anyway, and so is every destination of `--parents`.

## Why is this bad?

Where there is no such directory, Docker makes a file of the first source, and each further one
overwrites it: only the last one is left, and the build does not fail. It is an error in a file that
was built and copies plain files to a place where nothing can be, and else a warning.

## Example

```dockerfile
FROM scratch
COPY package.json package-lock.json /app
```

## Use instead

```dockerfile
FROM scratch
COPY package.json package-lock.json /app/
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let mut lookups = 0;
    for step in walk::looked_at(checking, Topics::SEVERAL_SOURCES) {
        let (sources, text) = match step.instruction {
            Instruction::Copy(copy) if !copy.parents => (&copy.sources, &copy.destination),
            Instruction::Add(add) => (&add.sources, &add.destination),
            _ => continue,
        };
        let Some(Action::Copy(action)) = step.action else {
            continue;
        };
        let destination = &action.destination;
        if sources.as_slice().len() < 2 || is_directory(destination) {
            continue;
        }
        // A variable at the end that may come from the base is spelled out in the effect.
        if ends_in_variable(text, destination) {
            continue;
        }
        lookups += 1;
        let known = match lookups {
            0..=limits::RULE_LOOKUPS => directories::before(checking, step.at, destination),
            _ => Directory::Unknown,
        };
        if known != Directory::There {
            let found = finding(checking, step.at, sources, text);
            let certain = known == Directory::Absent && has_files(sources);
            let built = checking.written.is_none();
            findings.add(match certain && built {
                true => found,
                false => found.warning(),
            });
        }
    }
}

fn finding(checking: &Checking<'_>, at: At, sources: &Sources, text: &Text) -> Finding {
    let count = sources.as_slice().len();
    let finding = Finding::new(
        &RULE,
        format!("{count} sources are copied to a destination without a trailing `/`"),
    )
    .at(
        at,
        Part::Destination,
        "a file, unless it is a directory already: each source overwrites the one before",
    );
    let spelled = match checking.written {
        Some(written) => written.slice(at, Part::Destination).map(str::to_owned),
        // As the writer spells it: in quotes where a source needs the form of a list.
        None => text.as_literal().map(|text| match is_list(sources) {
            true => format!("\"{text}\""),
            false => text.to_owned(),
        }),
    };
    let mended = spelled.and_then(|spelled| with_slash(&spelled));
    match mended {
        Some(mended) => {
            finding
                .help(format!("write `{mended}`"))
                .replace(at, Part::Destination, mended)
        }
        None => finding.help("end the destination in `/`"),
    }
}

/// Returns `true` if two of the sources are files, by their names.
fn has_files(sources: &Sources) -> bool {
    let is_file = |source: &&CopySource| match source {
        CopySource::Path(path) => path.as_literal().is_some_and(|path| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let extension = name.rsplit_once('.').filter(|(name, _)| !name.is_empty());
            let plain = |end: &str| end != "d" && end.bytes().all(|b| b.is_ascii_alphanumeric());
            extension.is_some_and(|(_, end)| (1..=8).contains(&end.len()) && plain(end))
                && !path.contains(['*', '?', '['])
        }),
        CopySource::Inline(_) => true,
    };
    sources.as_slice().iter().filter(is_file).count() > 1
}

/// The spelling with a slash at the end, where nothing in it is escaped.
fn with_slash(spelled: &str) -> Option<String> {
    let plain = |text: &str| {
        let known = |b: u8| b.is_ascii_alphanumeric() || b"._-/${}".contains(&b);
        !text.is_empty() && text.bytes().all(known) && !text.ends_with('$')
    };
    let quoted = spelled
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match quoted {
        Some(inner) => plain(inner).then(|| format!("\"{inner}/\"")),
        None => plain(spelled).then(|| format!("{spelled}/")),
    }
}

/// Returns `true` if the paths may be written as a list. A word can be in quotes too.
fn is_list(sources: &Sources) -> bool {
    let plain = |text: &str| {
        let known = |b: u8| b.is_ascii_alphanumeric() || b"._-/*".contains(&b);
        !text.starts_with('-') && text.bytes().all(known)
    };
    sources.as_slice().iter().any(|source| match source {
        CopySource::Path(path) => !path.as_literal().is_some_and(plain),
        CopySource::Inline(_) => false,
    })
}

/// The effect keeps the slash at the end, and gives `.` one.
pub(super) fn is_directory(destination: &str) -> bool {
    destination.ends_with(['/', '\\'])
        || destination.ends_with("/.")
        || destination.ends_with("/..")
}

pub(super) fn ends_in_variable(text: &Text, destination: &str) -> bool {
    let pieces = text.pieces();
    matches!(pieces.last(), Some(Piece::Variable(variable)) if destination.contains(&format!("${{{}", variable.name()))
        || destination.contains(&format!("${}", variable.name())))
}
