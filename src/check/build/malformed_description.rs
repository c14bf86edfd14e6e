//! `malformed-description`: a comment that is not a description.

use std::borrow::Cow;

use crate::check::written::lower_case;
use crate::check::{Checking, Written};
use crate::edges::Occurs;
use crate::instruction::{Arg, Declaration, Instruction};
use crate::model::Dockerfile;
use crate::rules::place::short;
use crate::rules::{Finding, Findings};
use crate::syntax::{At, Comment, Description, Part};

crate::rules::rule! {
    id: "malformed-description",
    severity: Warning,
    summary: "a comment above a stage or an ARG that does not describe it",
    also: ["buildkit:InvalidDefinitionDescription"],
    can_be_allowed: true,
    group: Experimental,
    docs: r#"## What it does

Finds stages with a name, and ARGs, whose last comment above does not begin with their name. It is
one of Docker's experimental checks, and on where
`# check=experimental=InvalidDefinitionDescription` says so.

## Why is this bad?

`docker build --call=outline` and `--call=targets` print descriptions, and such a comment is none.

## Example

```dockerfile experimental
# compiles the program
FROM alpine AS build
```

## Use instead

```dockerfile experimental
# build compiles the program
FROM alpine AS build
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let file = checking.context.file;
    match &checking.written {
        Some(written) => {
            for (at, comment) in written.last_comments {
                let comment = written.source.get(comment.clone());
                if let Some(comment) = comment {
                    tell((*at, comment), file, Some(written), findings);
                }
            }
        }
        None if checking.context.graph.occurs.has(Occurs::COMMENT) => built(file, findings),
        None => {}
    }
}

/// A model that was built: its last comment is a description, if it has one.
fn built(file: &Dockerfile, findings: &mut Findings) {
    let mut header = file.header.as_slice();
    let mut look = |at: At, comments: &[Comment], described: bool| {
        // The comments at the top belong to the first instruction.
        let last = comments.last().or(std::mem::take(&mut header).last());
        let Some(comment) = last.filter(|_| !described) else {
            return;
        };
        let text = comment.text();
        if !text.is_empty() {
            tell((at, text.trim()), file, None, findings);
        }
    };
    let is_last = |description: &Description| description.comments_below == 0;
    let described = |arg: &Arg| {
        let mut declarations = arg.declarations().iter();
        declarations.any(|declaration| declaration.description.as_deref().is_some_and(is_last))
    };
    for (n, step) in file.args.iter().enumerate() {
        look(At::Arg(n), step.comments(), described(step.instruction()));
    }
    for (n, stage) in file.stages.iter().enumerate() {
        let described_last = stage.notes.description.as_deref().is_some_and(is_last);
        look(At::From(n), stage.comments(), described_last);
        for (step, item) in stage.steps.iter().enumerate() {
            if let Instruction::Arg(arg) = item.instruction() {
                look(At::Step { stage: n, step }, item.comments(), described(arg));
            }
        }
    }
}

fn tell(
    (at, comment): (At, &str),
    file: &Dockerfile,
    written: Option<&Written<'_>>,
    findings: &mut Findings,
) {
    let word = comment.split(' ').next().unwrap_or_default();
    let mut names = Names::of(at, file, written);
    let Some(first) = names.next() else {
        return;
    };
    if first == word || names.any(|name| name == word) {
        return;
    }
    let part = match at {
        At::From(_) => Part::Name,
        _ => Part::Key(0),
    };
    let name = short(&first);
    let finding = Finding::new(&RULE, format!("the comment above `{name}` does not describe it"))
        .at(at, part, "")
        .help(format!(
            "write `# {name} description`; a comment about something else needs an empty comment line, `#`, below it"
        ));
    findings.add(finding);
}

/// The names that a description would begin with.
enum Names<'f> {
    Stage(Option<Cow<'f, str>>),
    Arg(std::slice::Iter<'f, Declaration>),
}

impl<'f> Names<'f> {
    fn of(at: At, file: &'f Dockerfile, written: Option<&Written<'f>>) -> Names<'f> {
        let none = Names::Stage(None);
        let arg = match at {
            At::File => return none,
            At::Arg(arg) => file.args.get(arg).map(|step| step.instruction()),
            At::From(stage) => {
                let name = match written {
                    // The model may have given it another one.
                    Some(written) => written.word(at, Part::Name).map(lower_case),
                    None => {
                        let stage = file.stages.get(stage);
                        let name = stage.and_then(|stage| stage.name());
                        name.map(|name| Cow::Borrowed(name.as_str()))
                    }
                };
                return Names::Stage(name);
            }
            At::Step { stage, step } => {
                let stage = file.stages.get(stage);
                match stage.and_then(|stage| stage.steps.get(step)) {
                    Some(step) => match step.instruction() {
                        Instruction::Arg(arg) => Some(arg),
                        _ => None,
                    },
                    None => None,
                }
            }
        };
        arg.map_or(none, |arg| Names::Arg(arg.declarations().iter()))
    }
}

impl<'f> Iterator for Names<'f> {
    type Item = Cow<'f, str>;

    fn next(&mut self) -> Option<Cow<'f, str>> {
        match self {
            Names::Stage(name) => name.take(),
            Names::Arg(declared) => {
                let declared = declared.next()?;
                Some(Cow::Borrowed(declared.name().as_str()))
            }
        }
    }
}
