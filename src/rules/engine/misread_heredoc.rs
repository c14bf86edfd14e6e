//! `misread-heredoc`: a heredoc that comes out differently.

use super::Buildah;
use crate::instruction::{Command, CopySource, Instruction, Sources};
use crate::rules::{Context, Finding, Findings};
use crate::syntax::{At, BuildahVersion, Part};
use crate::text::{Piece, Text};

rule! {
    id: "misread-heredoc",
    severity: Error,
    summary: "a heredoc of which Podman makes another file",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds heredocs that Podman and Buildah take for something else than Docker does:

- in COPY and ADD, if the delimiter has no quotes: a backslash, a variable in single quotes, a quote
  without its pair,
- a heredoc in ONBUILD,
- a carriage return at the end of a line,
- an empty file.

A heredoc that the engine does not have at all is `unsupported-feature`.

## Why is this bad?

Podman leaves `'$NAME'` and backslashes as they are, and rejects a quote without its pair. It drops
the body of a heredoc in ONBUILD, and the carriage returns of every heredoc, and writes one newline
into an empty file.

## Example

For Podman:

```dockerfile engine=podman
FROM alpine
ARG NAME=me
COPY <<EOF /etc/motd
it's $NAME
EOF
```

## Use instead

```dockerfile engine=podman
FROM alpine
ARG NAME=me
COPY <<EOF /etc/motd
this is $NAME
EOF
```
"#,
}

/// The first version of Buildah that has heredocs.
const FIRST: BuildahVersion = BuildahVersion::new(33);

/// The Buildah that builds the file, if it reads heredocs.
pub(crate) fn reader(context: &Context<'_>) -> Option<Buildah> {
    context.buildah().filter(|buildah| buildah.version >= FIRST)
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(buildah) = reader(context) else {
        return;
    };
    for (stage, item) in context.file.stages.iter().enumerate() {
        for (step, item) in item.steps.iter().enumerate() {
            let at = At::Step { stage, step };
            let mut add = |part: Part, why: Why| findings.add(finding(&buildah, at, part, why));
            match item.instruction() {
                Instruction::Onbuild(onbuild) if onbuild.has_heredocs() => {
                    add(Part::Trigger, Why::Trigger);
                }
                Instruction::Copy(copy) => inline(&copy.sources, &mut add),
                Instruction::Add(it) => inline(&it.sources, &mut add),
                Instruction::Run(run) => {
                    let crs = |body: &str| body.contains("\r\n");
                    let found = match &run.command {
                        Command::Script(script) => crs(script.body()).then_some(0),
                        Command::Shell(shell) => shell.heredocs().position(crs),
                        Command::Exec(_) => None,
                    };
                    if let Some(n) = found {
                        add(Part::Heredoc(n), Why::CarriageReturn);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The reason why a heredoc comes out differently.
#[derive(Clone, Copy)]
pub(crate) enum Why {
    Trigger,
    CarriageReturn,
    Empty,
    Backslash,
    QuotedVariable,
    OpenQuote,
}

pub(crate) fn finding(buildah: &Buildah, at: At, part: Part, why: Why) -> Finding {
    let (does, help) = match why {
        Why::Trigger => (
            "drops the body of a heredoc in ONBUILD",
            "write the trigger without a heredoc",
        ),
        Why::CarriageReturn => (
            "drops the carriage returns of a heredoc",
            "copy a file of the build context",
        ),
        Why::Empty => (
            "writes a newline into an empty file",
            "make the file in a RUN: `RUN : > FILE`",
        ),
        Why::Backslash => (
            "leaves the backslashes of a heredoc as they are",
            "quote the delimiter if no variable is used, or do without the backslash",
        ),
        Why::QuotedVariable => (
            "does not expand a variable in single quotes",
            "do without the quotes, or write double ones",
        ),
        Why::OpenQuote => (
            "rejects a quote without its pair in a heredoc",
            "quote the delimiter if no variable is used, or do without the quote",
        ),
    };
    Finding::new(&RULE, format!("{} {does}", buildah.name))
        .at(at, part, "")
        .help(help)
}

fn inline(sources: &Sources, add: &mut dyn FnMut(Part, Why)) {
    let mut heredoc = 0;
    for source in sources.as_slice() {
        let CopySource::Inline(file) = source else {
            continue;
        };
        if let Some(why) = of_body(file.body()) {
            add(Part::Heredoc(heredoc), why);
        }
        heredoc += 1;
    }
}

/// Of the body of a file, as it is written.
fn of_body(body: &Text) -> Option<Why> {
    if body.is_empty() {
        return Some(Why::Empty);
    }
    let pieces = body.pieces();
    let literal =
        |piece: &Piece| matches!(piece, Piece::Literal(text) if text.as_str().contains("\r\n"));
    if pieces.iter().any(literal) {
        return Some(Why::CarriageReturn);
    }
    if body.as_literal().is_some() {
        // The delimiter is quoted.
        return None;
    }
    let mut spelled = String::new();
    for piece in pieces.iter() {
        match piece {
            // A `$` that is none of a variable is written with a backslash.
            Piece::Literal(text) => spelled.push_str(&text.as_str().replace('$', "\\$")),
            Piece::Variable(variable) => {
                spelled.push('$');
                spelled.push_str(variable.name());
            }
        }
    }
    of_expanded(&spelled)
}

/// Of a body in which variables are expanded.
pub(crate) fn of_expanded(body: &str) -> Option<Why> {
    let mut open = None;
    for c in body.chars() {
        match (open, c) {
            (_, '\\') => return Some(Why::Backslash),
            (Some('\''), '$') => return Some(Why::QuotedVariable),
            (Some(quote), _) if quote == c => open = None,
            (None, '\'' | '"') => open = Some(c),
            _ => {}
        }
    }
    open.map(|_| Why::OpenQuote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies() {
        for fine in ["", "$A \"$B\" 'c' \"it's\"\n", "`x` $(y) $\n", "\"'$A'\"\n"] {
            assert!(of_expanded(fine).is_none(), "{fine}");
        }
        assert!(matches!(of_expanded("a\\b"), Some(Why::Backslash)));
        assert!(matches!(of_expanded("'$A'"), Some(Why::QuotedVariable)));
        assert!(matches!(
            of_expanded("it's $A\n"),
            Some(Why::QuotedVariable)
        ));
        assert!(matches!(of_expanded("$A it's\n"), Some(Why::OpenQuote)));
        assert!(matches!(of_expanded("\"$A\n"), Some(Why::OpenQuote)));
    }
}
