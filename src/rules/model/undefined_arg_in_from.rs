//! `undefined-arg-in-from`: a variable of FROM that no global ARG declares.

use crate::limits;
use crate::model::{Dockerfile, Stage};
use crate::reference::{Source, Typed, args};
use crate::rules::place::short;
use crate::rules::{Context, Finding, Findings, Narrow};
use crate::syntax::{At, Part};
use crate::text::{Operator, Piece, Text, View};

rule! {
    id: "undefined-arg-in-from",
    severity: Error,
    summary: "a variable in FROM that no ARG above the first FROM declares",
    also: ["buildkit:UndefinedArgInFrom"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds variables in the base and in `--platform` of FROM that no ARG above the first FROM declares.
Docker's own platform arguments, such as `TARGETARCH`, need no ARG there.

In a stage that a program builds, it is an error that `render` reports, unless the variable has a
default of its own, as in `${VERSION:-3.20}`. In a file that was read, it is an error if Docker
rejects what is left for every build (`alpine:$X`, which is `alpine:`), and a warning otherwise
(`alpine$X`, which is `alpine`).

## Why is this bad?

The variable is empty, and no build argument can set it.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.arg(("VERSION", "3.22"));
file.push(Stage::new("alpine:$VERSON"));
assert!(file.check().iter().any(|found| found.rule.id == "undefined-arg-in-from"));
```

## Use instead

The handle that `arg` returns:

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
let version = file.arg(("VERSION", "3.22"));
file.push(Stage::new(format!("alpine:{version}")));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let globals = Globals::of(context.file);
    for (n, stage) in context.file.stages.iter().enumerate() {
        for (part, name) in globals.errors(stage) {
            let finding = finding(context, findings, (At::From(n), part), name);
            findings.add(finding);
        }
    }
}

/// The names of the global ARGs and of those that Docker sets, as far as they are searched.
fn global_names(file: &Dockerfile) -> Vec<&str> {
    let mut names = Vec::new();
    for step in &file.args {
        for declaration in step.instruction().declarations() {
            if names.len() == limits::SUGGESTED_NAMES {
                return names;
            }
            names.push(declaration.name().as_str());
        }
    }
    names.extend_from_slice(args::NAMES);
    names
}

/// The finding about a variable of FROM.
pub(crate) fn finding(
    context: &Context<'_>,
    findings: &mut Findings,
    (at, part): (At, Part),
    name: &str,
) -> Finding {
    let file = context.file;
    let near = findings.nearest(name, global_names(file).into_iter());
    let name = short(name);
    let help = match near {
        _ if is_declared_above(file, at, &name) => format!(
            "an ARG below FROM belongs to its stage: write `ARG {name}` above the first FROM"
        ),
        Some(near) => format!("did you mean `${near}`?"),
        None => format!("declare it above the first FROM: `ARG {name}`"),
    };
    Finding::new(
        &RULE,
        format!("FROM uses `${name}`, which no ARG above declares"),
    )
    .at(at, part, "not declared")
    .narrow(Narrow::Variable(name))
    .help(help)
}

/// Returns `true` if a stage above declares an argument.
fn is_declared_above(file: &Dockerfile, at: At, name: &str) -> bool {
    let above = at.stage().unwrap_or_default();
    let mut steps = file.stages.iter().take(above).flat_map(Stage::steps);
    steps.any(|step| match step.instruction() {
        crate::instruction::Instruction::Arg(arg) => {
            let mut declarations = arg.declarations().iter();
            declarations.any(|declared| declared.name().as_str() == name)
        }
        _ => false,
    })
}

/// The names that FROM can use.
pub(crate) struct Globals<'m>(Vec<&'m str>);

impl<'m> Globals<'m> {
    pub(crate) fn of(file: &'m Dockerfile) -> Globals<'m> {
        let mut names = Vec::new();
        for step in &file.args {
            for declared in step.instruction().declarations() {
                names.push(declared.name().as_str());
            }
        }
        names.sort_unstable();
        Globals(names)
    }

    fn has(&self, name: &str) -> bool {
        self.0.binary_search(&name).is_ok() || args::NAMES.contains(&name)
    }

    /// The variables of a FROM that are an error, each once in each part.
    pub(crate) fn errors<'s>(&self, stage: &'s Stage) -> Vec<(Part, &'s str)> {
        let mut found = Vec::new();
        let from = &stage.from;
        if let Source::Image(image) = &from.base {
            self.errors_of(image, Part::Base, stage, &mut found);
        }
        if let Some(platform) = &from.platform {
            let part = Part::FlagValue("platform", 0);
            self.errors_of(platform, part, stage, &mut found);
        }
        found
    }

    fn errors_of<'s, T: Typed>(
        &self,
        typed: &'s T,
        part: Part,
        stage: &Stage,
        found: &mut Vec<(Part, &'s str)>,
    ) {
        let View::Expression(pieces) = typed.text().view() else {
            return;
        };
        let mut names = Vec::new();
        self.undeclared(pieces, &mut names);
        let is_built = stage.origin.location().is_some();
        if !names.is_empty() && (is_built || self.is_refused::<T>(typed.text())) {
            names.dedup();
            found.extend(names.into_iter().map(|name| (part, name)));
        }
    }

    /// The variables that are not declared and have no default. As deep as expressions nest, which
    /// has a bound.
    fn undeclared<'s>(&self, pieces: &'s [Piece], found: &mut Vec<&'s str>) {
        for piece in pieces {
            let Piece::Variable(variable) = piece else {
                continue;
            };
            let modifier = variable.modifier();
            let has_default = modifier.is_some_and(|modifier| is_default(modifier.operator()));
            if !has_default && !self.has(variable.name()) && !found.contains(&variable.name()) {
                found.push(variable.name());
            }
            if let Some(modifier) = modifier {
                self.undeclared(modifier.operand(), found);
                self.undeclared(modifier.replacement(), found);
            }
        }
    }

    /// Returns `true` if Docker rejects what is left of a text for every build.
    fn is_refused<T: Typed>(&self, text: &Text) -> bool {
        let mut left = Left::default();
        self.expand(&text.pieces(), &mut left);
        let ends = [':', '@', '/'];
        if left.refused {
            true
        } else if left.open {
            // Whatever the arguments are, a name comes before a tag and after a slash.
            left.text.ends_with(ends) || left.text.starts_with(ends)
        } else {
            left.text.is_empty() || !T::is_valid(&left.text)
        }
    }

    fn expand(&self, pieces: &[Piece], left: &mut Left) {
        for piece in pieces {
            let variable = match piece {
                Piece::Literal(text) => {
                    left.text.push_str(text.as_str());
                    continue;
                }
                Piece::Variable(variable) => variable,
            };
            let modifier = variable.modifier();
            match modifier.map(|modifier| (modifier.operator(), modifier.operand())) {
                _ if self.has(variable.name()) => {
                    left.open = true;
                    // A letter can be in any part of a reference.
                    left.text.push('a');
                }
                Some((Operator::Error | Operator::ErrorIfEmpty, _)) => left.refused = true,
                Some((operator, operand)) if is_default(operator) => self.expand(operand, left),
                _ => {}
            }
        }
    }
}

/// The text that is left if the variables that nothing declares are empty.
#[derive(Default)]
struct Left {
    text: String,
    /// `true` if a build argument has a say in it.
    open: bool,
    refused: bool,
}

fn is_default(operator: Operator) -> bool {
    matches!(operator, Operator::Default | Operator::DefaultIfEmpty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Image;

    fn is_refused(image: &str, declared: &[&str]) -> bool {
        let mut file = Dockerfile::new();
        for name in declared {
            file.arg(*name);
        }
        Globals::of(&file).is_refused::<Image>(Image::new(image).text())
    }

    #[test]
    fn what_docker_rejects_for_every_build() {
        for image in [
            "$X",
            "alpine:$X",
            "$X/alpine",
            "${X:?needed}alpine",
            "a:${X:+y}",
            "a@$X",
        ] {
            assert!(is_refused(image, &[]), "{image}");
        }
        for image in ["alpine$X", "alpine${X:-:3}", "${X:-alpine}", "a:${X-y}"] {
            assert!(!is_refused(image, &[]), "{image}");
        }
        for image in ["$A:$X", "$X/$A", "${A}a@$X"] {
            assert!(is_refused(image, &["A"]), "{image}");
        }
        for image in ["$A$X", "alpine:$A$X", "$X$TARGETARCH"] {
            assert!(!is_refused(image, &["A"]), "{image}");
        }
    }
}
