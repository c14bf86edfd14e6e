//! `near-json-form`: a list that is nearly JSON, and that Docker takes for words.

use crate::check::Checking;
use crate::check::stages::walk;
use crate::check::topics::Topics;
use crate::instruction::{Command, CopySource, Instruction};
use crate::rules::{Edit, Finding, Findings};
use crate::syntax::{At, Part};
use crate::text::{Text, View};

crate::rules::rule! {
    id: "near-json-form",
    severity: Warning,
    summary: "a list that is nearly JSON, and that Docker takes for words",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds arguments in brackets that would be a JSON array but for single or typographic quotes, a comma
at the end, a comma that is missing, a quote that is not escaped, or a word without quotes: of RUN,
VOLUME, COPY, ADD and HEALTHCHECK, and of CMD and ENTRYPOINT where `shell-form-command` does not
find them.

## Why is this bad?

Docker reads it as shell form, or as words: RUN looks for the program `[echo`, VOLUME makes a volume
of the name `[/data]`, and nothing is said.

## Example

```dockerfile
FROM alpine
VOLUME ['/data']
```

## Use instead

```dockerfile
FROM alpine
VOLUME ["/data"]
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for step in walk::looked_at(checking, Topics::BRACKET) {
        let at = step.at;
        let Some(near) = find(checking, at, step.instruction) else {
            continue;
        };
        let Some(instruction) = of_trigger(step.instruction) else {
            continue;
        };
        let keyword = instruction.keyword();
        let (part, taken) = match instruction {
            Instruction::Cmd(_) | Instruction::Entrypoint(_)
                if is_shell_form_reported(checking, at) =>
            {
                continue;
            }
            Instruction::Copy(_) | Instruction::Add(_) | Instruction::Volume(_) => {
                (Part::Argument(0), "Docker takes it for words")
            }
            _ => (Part::Command, "Docker takes it for a command of the shell"),
        };
        let message = format!("the list of {keyword} is not valid JSON: {}", near.why);
        findings.add(near.mend(Finding::new(&RULE, message).at(at, part, taken)));
    }
}

/// The instruction that has the list: that of a trigger for ONBUILD.
fn of_trigger(instruction: &Instruction) -> Option<&Instruction> {
    match instruction {
        Instruction::Onbuild(onbuild) => onbuild.instruction(),
        instruction => Some(instruction),
    }
}

fn is_shell_form_reported(checking: &Checking<'_>, at: At) -> bool {
    checking
        .resolved
        .notes()
        .any(|note| note.at == at && matches!(note.kind, crate::scope::NoteKind::ShellForm(_)))
}

/// A list that is nearly JSON.
pub(super) struct Near {
    /// The reason why it is not JSON.
    pub(super) why: String,
    /// The span of the text.
    span: std::ops::Range<usize>,
    /// The list as JSON, where that is certain.
    json: Option<String>,
}

impl Near {
    /// Says what to write.
    pub(super) fn mend(self, finding: Finding) -> Finding {
        match self.json {
            Some(json) => finding
                .help(format!("write `{}`", crate::rules::place::short(&json)))
                .edit(Some(Edit::Bytes(self.span, json))),
            None => finding
                .help("write the list as JSON: every word in double quotes, a comma between two"),
        }
    }
}

/// The list of an instruction that was read, where it is nearly JSON.
pub(super) fn find(checking: &Checking<'_>, at: At, instruction: &Instruction) -> Option<Near> {
    let inner = of_trigger(instruction)?;
    if !begins_list(instruction) {
        return None;
    }
    let written = checking.written?;
    let whole = written.layout.span(at, Part::Whole)?;
    let text = written.source.get(whole.clone())?;
    let mut start = instruction.keyword().len();
    if matches!(instruction, Instruction::Onbuild(_)) {
        let rest = text.get(start..)?;
        start += rest.len() - rest.trim_start_matches([' ', '\t']).len() + inner.keyword().len();
    }
    loop {
        let rest = text.get(start..)?;
        let word = rest.trim_start_matches([' ', '\t']);
        start += rest.len() - word.len();
        let is_flag = word.starts_with("--");
        let is_cmd = matches!(inner, Instruction::Healthcheck(_))
            && word
                .get(..3)
                .is_some_and(|word| word.eq_ignore_ascii_case("cmd"));
        if !is_flag && !is_cmd {
            break;
        }
        start += word.find([' ', '\t'])?;
    }
    let list = text.get(start..)?.trim_end();
    let is_shell = !matches!(
        inner,
        Instruction::Copy(_) | Instruction::Add(_) | Instruction::Volume(_)
    );
    let (why, json) = mend(list, is_shell)?;
    let start = whole.start + start;
    Some(Near {
        why,
        span: start..start + list.len(),
        json,
    })
}

/// Returns `true` if the arguments of an instruction, or of its trigger, begin with a bracket, by
/// the model.
#[inline]
pub(in crate::check) fn begins_list(instruction: &Instruction) -> bool {
    let Some(instruction) = of_trigger(instruction) else {
        return false;
    };
    let command = |command: &Command| match command {
        Command::Shell(shell) => shell
            .lines()
            .next()
            .is_some_and(|line| line.starts_with('[')),
        Command::Exec(_) | Command::Script(_) => false,
    };
    let path = |source: Option<&CopySource>| match source {
        Some(CopySource::Path(path)) => begins(path),
        _ => false,
    };
    match instruction {
        Instruction::Run(run) => command(&run.command),
        Instruction::Cmd(cmd) => command(&cmd.command),
        Instruction::Entrypoint(entry) => command(&entry.command),
        Instruction::Healthcheck(check) => check.command.as_ref().is_some_and(command),
        Instruction::Volume(volume) => volume.paths.first().is_some_and(begins),
        Instruction::Copy(copy) => path(copy.sources.as_slice().first()),
        Instruction::Add(add) => path(add.sources.as_slice().first()),
        _ => false,
    }
}

fn begins(text: &Text) -> bool {
    match text.view() {
        View::Literal(text)
        | View::Undecided(text)
        | View::Invalid(text, _)
        | View::Raw(text, _) => text.starts_with('['),
        View::Expression(_) => text.to_string().starts_with('['),
    }
}

/// Returns what is wrong with a list that is nearly JSON, and the list as JSON where that is
/// certain. `is_shell`: the text could be meant for a shell, to which `[a]` is a pattern and `[ -f
/// a ]` a test.
fn mend(list: &str, is_shell: bool) -> Option<(String, Option<String>)> {
    let inside = list.strip_prefix('[')?.strip_suffix(']')?.trim();
    if let Some((found, is_quoted)) = items(inside) {
        let json = |items: &[String]| {
            let words: Vec<String> = items.iter().map(|item| format!("\"{item}\"")).collect();
            format!("[{}]", words.join(", "))
        };
        if found.texts.is_empty() || is_shell && !is_quoted && found.texts.len() == 1 {
            return None;
        }
        return Some((found.why?, found.certain.then(|| json(&found.texts))));
    }
    // No test of a shell has a comma after a quoted word.
    let ends = inside.starts_with('"') && inside.ends_with('"') && inside.len() > 1;
    let parts = || inside.split("\",").skip(1);
    let has_comma = parts().any(|rest| rest.trim_start().starts_with('"'));
    (ends && has_comma).then(|| ("a quote inside a word is not escaped".to_owned(), None))
}

/// The words of a list, as they are spelled between double quotes.
struct Items {
    texts: Vec<String>,
    why: Option<String>,
    certain: bool,
}

/// Reads the words of a list, and whether one of them is quoted.
fn items(inside: &str) -> Option<(Items, bool)> {
    let mut rest = inside;
    let mut found = Items {
        texts: Vec::new(),
        why: None,
        certain: true,
    };
    let mut any_quoted = false;
    while !rest.is_empty() {
        let mut is_quoted = true;
        let (item, after) = match rest.chars().next()? {
            '"' => {
                let (item, after) = double_quoted(rest.get(1..)?)?;
                (item.to_owned(), after)
            }
            open @ ('\'' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' | '\u{201e}') => {
                let closes: &[char] = match open {
                    '\'' => &['\''],
                    '\u{2018}' | '\u{2019}' => &['\u{2018}', '\u{2019}'],
                    _ => &['\u{201c}', '\u{201d}', '"'],
                };
                let (item, after) = rest.get(open.len_utf8()..)?.split_once(closes)?;
                let quotes = if open == '\'' {
                    "single"
                } else {
                    "typographic"
                };
                found
                    .why
                    .get_or_insert_with(|| format!("it has {quotes} quotes"));
                found.certain &= !item.contains(['\\', '"', '$']);
                (item.to_owned(), after)
            }
            _ => {
                let end = rest.find(',').unwrap_or(rest.len());
                let item = rest.get(..end)?.trim_end();
                let plain = |c: char| !c.is_whitespace() && !"[]{}()'\"`;&|<>=".contains(c);
                if item.is_empty() || !item.chars().all(plain) {
                    return None;
                }
                let why = || format!("`{item}` is not in double quotes");
                found.why.get_or_insert_with(why);
                found.certain &= !item.contains(['\\', '$']);
                is_quoted = false;
                (item.to_owned(), rest.get(end..)?)
            }
        };
        any_quoted |= is_quoted;
        found.texts.push(item);
        rest = after.trim_start();
        if rest.is_empty() {
            break;
        }
        match rest.strip_prefix(',') {
            Some(behind) => rest = behind.trim_start(),
            None if is_quoted && rest.len() < after.len() && rest.starts_with(['"', '\'']) => {
                let why = || "a comma is missing between two words".to_owned();
                found.why.get_or_insert_with(why);
                continue;
            }
            None => return None,
        }
        if rest.is_empty() {
            found
                .why
                .get_or_insert_with(|| "it ends in a comma".to_owned());
        }
    }
    Some((found, any_quoted))
}

/// The text up to the quote that closes it, as it is spelled, and the rest.
fn double_quoted(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some((text.get(..at)?, text.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_are_nearly_json() {
        let json = |list: &str| mend(list, true).and_then(|(_, json)| json);
        for (list, expected) in [
            ("['echo', 'hi']", "[\"echo\", \"hi\"]"),
            ("[\"a\", \"b\",]", "[\"a\", \"b\"]"),
            ("[\"a\", 'b']", "[\"a\", \"b\"]"),
            ("[\"a\\\"\", b]", "[\"a\\\"\", \"b\"]"),
            ("[a, b]", "[\"a\", \"b\"]"),
            ("[\u{201c}a\u{201d}, \u{2018}b\u{2019}]", "[\"a\", \"b\"]"),
            ("[ 'a' ]", "[\"a\"]"),
            ("[\"a\" \"b\"]", "[\"a\", \"b\"]"),
            ("['a' 'b']", "[\"a\", \"b\"]"),
        ] {
            assert_eq!(json(list).as_deref(), Some(expected), "{list}");
        }
        assert!(mend("['a$B']", true).is_some_and(|(_, json)| json.is_none()));
        let inner = mend("[ \"sh\", \"-c\", \"echo \"hi\"\" ]", true);
        assert!(inner.is_some_and(|(why, json)| why.contains("not escaped") && json.is_none()));
        assert!(
            mend("[/data]", false).is_some_and(|(_, json)| json.as_deref() == Some("[\"/data\"]"))
        );
        for list in [
            "[\"a\", \"b\"]",
            "[a]",
            "[ -f x ]",
            "[ \"$a\" = 'b' ]",
            "[[ a ]]",
            "[]",
            "['a'",
            "[ \"$a\" \"=\" b ]",
            "[ \"$a\" -a \"$b\" ]",
            "[\"a\"\"b\"]",
            "['a',, 'b']",
            "[",
            "['a]",
            "[a;b, c]",
        ] {
            assert!(mend(list, true).is_none(), "{list}");
        }
    }
}
