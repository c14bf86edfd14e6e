//! `shadowed-description`: a comment that Docker takes for the description in place of the one that
//! is given.

use std::borrow::Cow;

use indexmap::IndexMap;

use crate::instruction::{Arg, Instruction};
use crate::model::Dockerfile;
use crate::rules::place::short;
use crate::rules::{Context, Finding, Findings};
use crate::syntax::{At, Comment, Description, Part};

rule! {
    id: "shadowed-description",
    severity: Error,
    summary: "a comment that takes the place of a description",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds comments above a description that begin with the name of the same stage or ARG and a space,
and descriptions of a name that its ARG has declared before.

## Why is this bad?

Docker takes the first such comment for the description, and takes it for that of every declaration
of the name.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.stage("test", Stage::new("python:3.13").header("test data is mounted").describe("runs the tests"));
assert_eq!(file.check().diagnostics()[0].rule.id, "shadowed-description");
```

## Use instead

A comment that begins with another word:

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.stage("test", Stage::new("python:3.13").header("Data is mounted").describe("runs the tests"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    described(context.file, &mut |found| {
        let Described {
            name,
            comment: (at, part),
            description: Some((described, description)),
        } = found
        else {
            return;
        };
        let name = short(name);
        let message = format!("a comment takes the place of the description of `{name}`");
        let finding = Finding::new(&RULE, message)
            .at(
                at,
                part,
                "Docker takes the first one that begins with the name",
            )
            .at(described, description, "the description")
            .help("begin the comment with another word");
        findings.add(finding);
    });
    let file = context.file;
    for (n, arg) in file.args.iter().enumerate() {
        check_repeated(At::Arg(n), arg.instruction(), findings);
    }
    for (stage, item) in file.stages.iter().enumerate() {
        for (step, item) in item.steps.iter().enumerate() {
            if let Instruction::Arg(arg) = item.instruction() {
                check_repeated(At::Step { stage, step }, arg, findings);
            }
        }
    }
}

/// Finds the descriptions of names that the same ARG has declared before.
fn check_repeated(at: At, arg: &Arg, findings: &mut Findings) {
    let declarations = arg.declarations().iter().enumerate();
    let mut names: Vec<(&str, usize)> = declarations
        .map(|(n, declaration)| (declaration.name().as_str(), n))
        .collect();
    names.sort_unstable();
    let mut repeated = Vec::new();
    let mut first = None;
    for (name, n) in names {
        match first {
            Some((known, first)) if known == name => repeated.push((n, first)),
            _ => first = Some((name, n)),
        }
    }
    repeated.sort_unstable();
    for (n, first) in repeated {
        let Some(declaration) = arg.declarations().get(n) else {
            continue;
        };
        if declaration.description.is_none() {
            continue;
        }
        let name = short(declaration.name().as_str());
        let message = format!("the later of two declarations of `{name}` is described");
        let finding = Finding::new(&RULE, message)
            .at(at, Part::Description(n), "Docker takes it for that of both")
            .at(at, Part::Key(first), "the first one")
            .help("describe the first one");
        findings.add(finding);
    }
}

/// A comment that Docker takes for a description.
pub(crate) struct Described<'m> {
    /// The name of the stage or the argument.
    pub(crate) name: &'m str,
    /// The place of the comment.
    pub(crate) comment: (At, Part),
    /// The place of the description that the model has.
    pub(crate) description: Option<(At, Part)>,
}

/// Calls back for every comment that Docker takes for the description of a stage or an argument.
pub(crate) fn described<'m>(file: &'m Dockerfile, found: &mut impl FnMut(Described<'m>)) {
    // The comments at the top belong to the first instruction, blank lines or not.
    let mut pile = Pile::default();
    pile.add(At::File, &file.header);
    for (n, arg) in file.args.iter().enumerate() {
        pile.add(At::Arg(n), arg.comments());
        pile.take_arg(At::Arg(n), arg.instruction(), found);
    }
    for (n, stage) in file.stages.iter().enumerate() {
        let at = At::From(n);
        pile.add(at, stage.comments());
        if let Some(name) = stage.name() {
            pile.look(
                name.as_str(),
                (at, 0),
                stage.notes.description.as_deref(),
                found,
            );
        }
        pile.0.clear();
        for (step, item) in stage.steps.iter().enumerate() {
            if let Instruction::Arg(arg) = item.instruction() {
                let at = At::Step { stage: n, step };
                pile.add(at, item.comments());
                pile.take_arg(at, arg, found);
            }
        }
    }
}

/// The comments that Docker attaches to the next instruction: the first one of each first word.
#[derive(Default)]
struct Pile<'m>(IndexMap<&'m str, Line>);

/// A comment above an instruction.
#[derive(Clone, Copy)]
struct Line {
    place: (At, Part),
    /// The number of the comments below it.
    below: usize,
}

impl<'m> Pile<'m> {
    fn add(&mut self, at: At, comments: &'m [Comment]) {
        for line in self.0.values_mut() {
            line.below += comments.len();
        }
        for (n, comment) in comments.iter().enumerate() {
            let Cow::Borrowed(text) = comment.text() else {
                // A check directive.
                continue;
            };
            if text.is_empty() {
                // An empty comment line parts what is above from what is below.
                self.0.clear();
            } else if let Some((word, _)) = text.trim_start().split_once(' ') {
                let place = (at, Part::Comment(n));
                let below = comments.len() - n - 1;
                self.0.entry(word).or_insert(Line { place, below });
            }
        }
    }

    fn take_arg(&mut self, at: At, arg: &'m Arg, found: &mut impl FnMut(Described<'m>)) {
        for (n, declaration) in arg.declarations().iter().enumerate() {
            let name = declaration.name().as_str();
            self.look(name, (at, n), declaration.description.as_deref(), found);
        }
        self.0.clear();
    }

    fn look(
        &self,
        name: &'m str,
        (at, nth): (At, usize),
        description: Option<&Description>,
        found: &mut impl FnMut(Described<'m>),
    ) {
        // A comment below the description comes second.
        let line = self.0.get(name).filter(|line| {
            description.is_none_or(|description| line.below >= description.comments_below)
        });
        if let Some(line) = line {
            found(Described {
                name,
                comment: line.place,
                description: description.map(|_| (at, Part::Description(nth))),
            });
        }
    }
}
