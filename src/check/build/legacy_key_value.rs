//! `legacy-key-value`: ENV and LABEL in their older form.

use indexmap::IndexSet;

use crate::check::Checking;
use crate::instruction::{Instruction, Pair};
use crate::resolve::ResolvedBase;
use crate::rules::{Edit, Finding, Findings};
use crate::scope::NoteKind;
use crate::syntax::{At, Part, Writer};
use crate::text::{Escape, View};

crate::rules::rule! {
    id: "legacy-key-value",
    severity: Warning,
    summary: "ENV or LABEL in the older form, without `=`",
    also: ["buildkit:LegacyKeyValueFormat"],
    can_be_allowed: true,
    docs: r#"## What it does

Finds `ENV KEY value` and `LABEL KEY value`. In a trigger it is reported at the stage that triggers
it.

## Why is this bad?

The older form has one pair, whose value is the rest of the line: `ENV A=1` and `ENV A 1` read
alike, `ENV A 1 B=2` says something else than it looks like.

## Example

```dockerfile
FROM alpine
ENV LANG C.UTF-8
```

## Use instead

```dockerfile
FROM alpine
ENV LANG=C.UTF-8
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for note in checking.resolved.notes() {
        if let NoteKind::LegacyPair(keyword) = &note.kind {
            findings.add(Finding::noted(&RULE, note, message(keyword), "").help(HELP));
        }
    }
    let Some(written) = &checking.written else {
        return;
    };
    if written.legacy_pairs.is_empty() {
        return;
    }
    let legacy: IndexSet<At> = written.legacy_pairs.iter().copied().collect();
    for at in &legacy {
        let Some(instruction) = instruction(*at, checking) else {
            continue;
        };
        if matches!(instruction, Instruction::Onbuild(_)) {
            continue;
        }
        if let Some(finding) = spaced(*at, instruction, checking) {
            findings.add(finding);
            continue;
        }
        let finding = Finding::new(&RULE, message(instruction.keyword()))
            .at(*at, Part::Key(0), "no `=` after the key")
            .help(HELP)
            .edit(edit(*at, instruction, checking));
        findings.add(finding);
    }
    triggered(&legacy, checking, findings);
}

/// Reports the pairs that are in triggers, at the stages that run the triggers.
fn triggered(legacy: &IndexSet<At>, checking: &Checking<'_>, findings: &mut Findings) {
    let triggers: Vec<(usize, At)> = legacy
        .iter()
        .filter_map(|at| match (at, instruction(*at, checking)?) {
            (At::Step { stage, .. }, Instruction::Onbuild(_)) => Some((*stage, *at)),
            _ => None,
        })
        .collect();
    for stage in checking.resolved.stages() {
        let ResolvedBase::Stage(base) = stage.base() else {
            continue;
        };
        if !checking.resolved.is_needed(stage.index()) {
            continue;
        }
        let first = triggers.partition_point(|(stage, _)| stage < base);
        let own = triggers.iter().skip(first);
        for (_, declared_at) in own.take_while(|(stage, _)| stage == base) {
            let Some(Instruction::Onbuild(onbuild)) = instruction(*declared_at, checking) else {
                continue;
            };
            let Some(inner) = onbuild.instruction() else {
                continue;
            };
            let finding = Finding::new(&RULE, message(inner.keyword()))
                .at(At::From(stage.index()), Part::Base, "")
                .at(*declared_at, Part::Trigger, "triggered by this")
                .decided_at(At::File)
                .help(HELP);
            findings.add(finding);
        }
    }
}

const HELP: &str = "write `key=value`; put a value with spaces in double quotes";

fn message(keyword: &str) -> String {
    format!("{keyword} is in its older form, without `=`")
}

/// `KEY = value`: to Docker the older form, with a value that begins with `=`.
fn spaced(at: At, instruction: &Instruction, checking: &Checking<'_>) -> Option<Finding> {
    let written = checking.written.as_ref()?;
    let value = written.slice(at, Part::Value(0))?.strip_prefix('=')?;
    let value = value.trim_matches([' ', '\t']);
    let keyword = instruction.keyword();
    let message = format!("{keyword} has spaces around `=`, which make the `=` part of the value");
    let finding = Finding::new(&RULE, message).at(at, Part::Value(0), "all of this is the value");
    let key = written.slice(at, Part::Key(0))?;
    let inner = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value);
    let plain = |text: &str| !text.contains(['"', '\'', '\\', '`', '\n']);
    let is_word = !inner.is_empty() && !inner.contains([' ', '\t']);
    let mended = match (plain(inner), is_word || inner.len() < value.len()) {
        (true, true) => format!("{key}={value}"),
        (true, false) => format!("{key}=\"{inner}\""),
        (false, _) => {
            return Some(finding.help("write `key=value`, without spaces around the `=`"));
        }
    };
    let span = written.line_between(at, Part::Key(0), Part::Value(0));
    let help = format!("write `{mended}`");
    Some(
        finding
            .help(help)
            .edit(span.map(|span| Edit::Bytes(span, mended))),
    )
}

fn instruction<'m>(at: At, checking: &Checking<'m>) -> Option<&'m Instruction> {
    let At::Step { stage, step } = at else {
        return None;
    };
    if !checking.resolved.is_looked_at(stage) {
        return None;
    }
    let step = checking.context.file.stages.get(stage)?.steps.get(step)?;
    Some(step.instruction())
}

/// The pair as `key=value`, where it is on one line and can be taken apart.
fn edit(at: At, instruction: &Instruction, checking: &Checking<'_>) -> Option<Edit> {
    let span = checking
        .written
        .as_ref()?
        .line_between(at, Part::Key(0), Part::Value(0))?;
    let pairs = match instruction {
        Instruction::Env(env) => &env.pairs,
        Instruction::Label(label) => &label.pairs,
        _ => return None,
    };
    let spelled = spell(instruction, checking.context.file.escape())?;
    let certain = |pair: &Pair| {
        [&pair.key, &pair.value]
            .iter()
            .all(|text| matches!(text.view(), View::Literal(_) | View::Expression(_)))
    };
    pairs
        .iter()
        .all(certain)
        .then_some(Edit::Bytes(span, spelled))
}

/// The arguments of an instruction on one line, as they would be written.
fn spell(instruction: &Instruction, escape: Escape) -> Option<String> {
    let mut w = Writer::new(escape, 0);
    w.instruction(instruction.keyword(), false, &[], |w| instruction.write(w));
    let written = w.finish();
    let text = written.text.strip_prefix(instruction.keyword())?.trim();
    (written.problems.is_empty() && !text.contains('\n')).then(|| text.to_owned())
}
