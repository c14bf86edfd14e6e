//! `swallowed-instruction`: an instruction that is part of the one above.

use std::ops::Range;

use super::continued::{Line, Places, Quotes};
use crate::check::Checking;
use crate::check::written::Written;
use crate::instruction::KEYWORDS;
use crate::parse::Parsed;
use crate::rules::{Edit, Finding, Findings, Narrow};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "swallowed-instruction",
    severity: Warning,
    summary: "a line that begins with a keyword and is part of the instruction above",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds lines that begin with a keyword in upper case, as far to the left as the instruction above,
where the escape character at the end of a line above makes them part of it: one that was forgotten,
one above a blank line, or the end of a Windows path.

## Why is this bad?

Docker reads no instruction there: USER, ENV or RUN have no effect, and their words are arguments of
the one above.

## Example

```dockerfile
FROM ubuntu:24.04
RUN apt-get update && \
    apt-get install -y \
      curl \
USER app
```

## Use instead

```dockerfile
FROM ubuntu:24.04
RUN apt-get update && \
    apt-get install -y \
      curl
USER app
```
"#,
}

/// A line that is reported.
struct Swallowed<'c> {
    keyword: &'static str,
    line: &'c Line<'c>,
    /// The instruction that it is part of.
    at: At,
    whole: Range<usize>,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let Some(written) = &checking.written else {
        return;
    };
    let all = swallowed(checking, written);
    for (n, it) in all.iter().enumerate() {
        let in_the_same = |other: &&Swallowed<'_>| other.at == it.at;
        let before = n.checked_sub(1).and_then(|n| all.get(n));
        let after = all.get(n + 1).filter(in_the_same);
        let start = before.filter(in_the_same);
        let start = start.map_or(it.whole.start, |before| before.line.start);
        let end = after.map_or(it.whole.end, |after| after.line.above.end);
        findings.add(finding(checking, written.source, it, start..end));
    }
}

fn swallowed<'c>(checking: &'c Checking<'_>, written: &Written<'_>) -> Vec<Swallowed<'c>> {
    let escape = checking.context.file.escape().char();
    let mut places: Option<Places> = None;
    let mut quotes = Quotes::default();
    let mut all = Vec::new();
    for (keyword, line) in &checking.continued().keywords {
        let places = places.get_or_insert_with(|| Places::new(checking));
        let Some((instruction, at)) = places.at(line.start) else {
            continue;
        };
        let first = line_start(written.source, instruction.start);
        let above = written.slice(at, Part::Keyword).unwrap_or_default();
        let indent = line.text.len() - line.text.trim_start().len();
        let belongs = match *keyword {
            "CMD" => above.eq_ignore_ascii_case("HEALTHCHECK"),
            _ => above.eq_ignore_ascii_case("ONBUILD"),
        };
        if belongs
            || indent > instruction.start - first
            || quotes
                .open_at(written.source, instruction, line.start, escape)
                .is_some()
        {
            continue;
        }
        all.push(Swallowed {
            keyword,
            at,
            whole: instruction.clone(),
            line,
        });
    }
    all
}

/// `around`: the two instructions that there would be, without the lines that are taken from them
/// too.
fn finding(
    checking: &Checking<'_>,
    source: &str,
    it: &Swallowed<'_>,
    around: Range<usize>,
) -> Finding {
    let (escape, line) = (checking.context.file.escape(), it.line);
    let above = checking.written.as_ref();
    let above = above.and_then(|written| written.slice(it.at, Part::Keyword));
    let message = format!(
        "this {} is part of the {} above",
        it.keyword,
        above.unwrap_or_default().to_ascii_uppercase()
    );
    let finding = Finding::new(&RULE, message)
        .at(
            it.at,
            Part::Whole,
            "not an instruction: it continues a line above",
        )
        .narrow(Narrow::Line(line.text.trim().to_owned()));
    let spelled = source.get(line.above.clone()).unwrap_or_default();
    let before = spelled.strip_suffix(escape.char()).unwrap_or(spelled);
    let rest = before.trim_end();
    if rest.len() == before.len() {
        return finding.help(format!(
            "`{escape}` at the end of a line continues it: write the path with `/`, or choose another escape character \
             by ``# escape=` `` on the first line"
        ));
    }
    if let Some(joint) = ["&&", "||", "|", ";"]
        .into_iter()
        .find(|joint| rest.ends_with(joint))
    {
        return finding.help(format!(
            "drop the `{joint} {escape}` at the end of the line above"
        ));
    }
    let end = line.above.end;
    let start = line.above.start + rest.len();
    let stands = |part: Range<usize>| {
        let part = source.get(part).unwrap_or_default();
        let alone = format!("# escape={escape}\nFROM a\n{part}\n");
        !Parsed::new(&alone).report().has_errors()
    };
    let certain = stands(around.start..start) && stands(line.start..around.end);
    finding
        .help(format!("drop the `{escape}` at the end of the line above"))
        .edit(certain.then_some(Edit::Bytes(start..end, String::new())))
}

/// The keyword that a line begins with, in upper case and with something after it.
pub(super) fn keyword(line: &str) -> Option<&'static str> {
    if !line.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let (word, rest) = line.split_once([' ', '\t'])?;
    let mut known = KEYWORDS.iter().copied().chain(["FROM"]);
    known.find(|known| *known == word && !rest.trim().is_empty())
}

fn line_start(source: &str, at: usize) -> usize {
    let before = source.get(..at).unwrap_or_default();
    before.rfind('\n').map_or(0, |end| end + 1)
}
