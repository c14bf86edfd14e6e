//! `misquoted-word`: a word that the shell would not take for itself.

use crate::rules::Finding;
use crate::rules::place::Spot;
use crate::syntax::shell::Fault;

rule! {
    id: "misquoted-word",
    severity: Error,
    summary: "a word of a command that the shell would not take for itself",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds `words` in a command that cannot be quoted: for a shell that is not known, inside quotes or a
comment, and words that the shell cannot be given at all, such as one with a newline.

## Why is this bad?

The shell would take the word for something else: another word, an option, or a command.

## Example

```rust
use multistage::{Dockerfile, Stage, instruction::words};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").run(words(["echo", "two\nlines"])));
assert_eq!(file.check().diagnostics()[0].rule.id, "misquoted-word");
```

## Use instead

The exec form holds any text, and so does a file:

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").run(["echo", "two\nlines"]));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn finding(spot: Spot<'_>, fault: Fault) -> Finding {
    let name = spot.name();
    let (message, label, help) = match fault {
        Fault::Word(c, dialect) => (
            format!(
                "{name} has a word that cannot be quoted for {}",
                dialect.name()
            ),
            match c {
                '\n' => "it holds a newline",
                '\r' => "it holds a carriage return",
                '"' => "it holds a double quote",
                '%' => "it holds a percent sign",
                _ => "it holds a NUL character",
            },
            match c {
                '\0' => "leave it out: no argument of a program can hold it",
                _ => "the exec form, a list of strings, can hold it",
            },
        ),
        Fault::LeadingQuote => (
            format!("{name} begins with a quoted word"),
            "`cmd` takes the quotes of a command away that begins with one",
            "use the exec form, a list of strings",
        ),
        Fault::UnknownShell => (
            format!("{name} has words to quote for an unknown shell"),
            "its quoting is not known",
            "add SHELL to the stage, or name the shell: `words(..).quoted_for(Dialect::Posix)`",
        ),
        _ => (
            format!("{name} has words inside quotes or a comment"),
            "quoted words would end the quotes around them",
            "write the words where the shell expects a word: outside of quotes, backticks and `${..}`",
        ),
    };
    spot.finding(&RULE, message, label).help(help)
}
