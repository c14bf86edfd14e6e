//! `value-without-equals`: ARG with a name and, after a space, what is meant as its default.

use crate::check::Checking;
use crate::check::stages::walk;
use crate::check::topics::Topics;
use crate::instruction::{Arg, Instruction};
use crate::rules::place::short;
use crate::rules::{Edit, Finding, Findings};
use crate::syntax::{At, Part};
use crate::text::expression;

crate::rules::rule! {
    id: "value-without-equals",
    severity: Warning,
    summary: "ARG with a space where `=` is meant",
    also: [],
    can_be_allowed: true,
    replaces: [crate::rules::model::unexpandable_arg_name::RULE as Part],
    docs: r#"## What it does

Finds ARG with two names of which the second one is not a valid variable name (`ARG VERSION 1.2`),
or is in lower case after one in upper case and used nowhere (`ARG MODE debug`).

## Why is this bad?

ARG takes several names. This one declares two arguments, and gives neither a default: the variable
is empty.

## Example

```dockerfile
FROM alpine:3.22
ARG VERSION 1.2
RUN wget https://example.com/$VERSION
```

## Use instead

```dockerfile
FROM alpine:3.22
ARG VERSION=1.2
RUN wget https://example.com/$VERSION
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let file = checking.context.file;
    for (nth, step) in file.args.iter().enumerate() {
        look(checking, At::Arg(nth), step.instruction(), findings);
    }
    for step in walk::steps_with(checking, Topics::ARG) {
        if let Instruction::Arg(arg) = step.instruction {
            look(checking, step.at, arg, findings);
        }
    }
}

fn look(checking: &Checking<'_>, at: At, arg: &Arg, findings: &mut Findings) {
    let [name, value] = arg.declarations() else {
        return;
    };
    if name.default().is_some() || value.default().is_some() {
        return;
    }
    let (name, value) = (name.name().as_str(), value.name().as_str());
    let is_name = expression::is_name(value) && !value.starts_with(|c: char| c.is_ascii_digit());
    let is_value = !is_name || is_other_case(name, value) && !is_used(checking, value);
    if !expression::is_name(name) || !is_value {
        return;
    }
    let message = format!(
        "`{}` is another argument, not the value of `{}`",
        short(value),
        short(name)
    );
    let edit = checking.written.and_then(|written| {
        let layout = written.layout;
        let between = layout.span(at, Part::Key(0))?.end..layout.span(at, Part::Key(1))?.start;
        let rest = written
            .source
            .get(between.clone())?
            .trim_matches([' ', '\t']);
        rest.is_empty()
            .then(|| Edit::Bytes(between, "=".to_owned()))
    });
    let finding = Finding::new(&RULE, message)
        .at(at, Part::Key(1), "declared without a default")
        .help(format!("write `ARG {}={}`", short(name), short(value)))
        .edit(edit);
    findings.add(finding);
}

/// Returns `true` if a word in lower case follows one in upper case.
fn is_other_case(name: &str, value: &str) -> bool {
    let upper = |text: &str| text.contains(|c: char| c.is_ascii_uppercase());
    let lower = |text: &str| text.contains(|c: char| c.is_ascii_lowercase());
    upper(name) && !lower(name) && lower(value) && !upper(value)
}

/// Returns `true` if a variable is named in the file, as far as it was read.
fn is_used(checking: &Checking<'_>, name: &str) -> bool {
    let Some(written) = checking.written else {
        return true;
    };
    written.source.match_indices(name).any(|(at, _)| {
        let before = written.source.get(..at).unwrap_or_default();
        before.ends_with(['$', '{', '%'])
    })
}
