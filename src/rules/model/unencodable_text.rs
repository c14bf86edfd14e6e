//! `unencodable-text`: text that its position in a Dockerfile cannot hold.

use crate::instruction::Instruction;
use crate::rules::place::{Spot, short};
use crate::rules::{Finding, Narrow};
use crate::syntax::Part;

rule! {
    id: "unencodable-text",
    severity: Error,
    summary: "text that its position cannot hold",
    also: [],
    can_be_allowed: false,
    docs: r#"## What it does

Finds texts that no spelling brings into their position unchanged: a newline in ENV, a letter beyond
ASCII in a flag, a command that is a JSON array.

## Why is this bad?

Written down all the same, the text would mean something else: what follows a newline would begin
another instruction.

## Example

```rust
use multistage::{Dockerfile, Stage};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").env("GREETING", "hello\nworld"));
assert_eq!(file.check().diagnostics()[0].rule.id, "unencodable-text");
```

## Use instead

A position that holds it:

```rust
use multistage::{Dockerfile, Stage, instruction::inline};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").copy(inline("hello\nworld"), "/etc/greeting"));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn character(spot: Spot<'_>, c: char) -> Finding {
    let (name, a) = (spot.name(), a(c));
    if c == '\u{feff}' && matches!(spot.part, Part::Heredoc(_)) {
        let message = format!("{name} is expanded, and cannot begin with {a}");
        let finding = spot.finding(&RULE, message, "Docker drops it");
        return finding.narrow(spellings(c));
    }
    let finding = spot
        .finding(&RULE, format!("{name} cannot hold {a}"), noun(c))
        .narrow(spellings(c));
    match (c, spot.part) {
        ('\0', _) => finding.help("leave it out: no text of a Dockerfile can hold it"),
        ('\n', Part::Value(_)) if spot.keyword().ends_with("ARG") => {
            finding.help("a value given with `docker build --build-arg` can have one")
        }
        ('\n', Part::Value(_)) => finding.help(
            "pass it in a build argument: `.arg(\"NAME\")`, then `expr(\"$NAME\")`\n\
             or put the text into a file: `.copy(inline(..), ..)`",
        ),
        ('\n', Part::Description(_)) => {
            finding.help("a description is one line: put the rest into a comment")
        }
        // Of a check comment, the name of a rule is meant.
        (_, Part::Comment(_)) => finding
            .narrow(Narrow::No)
            .help("`skip` takes one rule each time, by BuildKit's name for it"),
        (_, Part::Directive("check")) => {
            finding.help("`skip` takes one rule each time, by BuildKit's name for it")
        }
        (_, Part::Key(_)) if spot.keyword().ends_with("ARG") => {
            finding.help("a name is letters, digits and `_`")
        }
        _ => finding,
    }
}

pub(crate) fn pattern(spot: Spot<'_>, c: char) -> Finding {
    let message = format!("a pattern in {} cannot hold {}", spot.name(), a(c));
    spot.finding(&RULE, message, "inside `${…}`")
        .narrow(spellings(c))
        .help("`?` in a pattern stands for any one character")
}

pub(crate) fn non_ascii_flag(spot: Spot<'_>, c: char, expanded: bool) -> Finding {
    let name = match spot.part {
        Part::FlagValue(name, _) | Part::MountValue(name, _) => name,
        _ => "value",
    };
    let help = if expanded {
        let arg = name.replace('-', "_").to_uppercase();
        format!(
            "Docker reads flags byte by byte; put the value into a build argument:\n\
             `.arg((\"{arg}\", ..))`, and here write `expr(\"${arg}\")`"
        )
    } else if name == "exclude" {
        "Docker reads flags byte by byte; `?` and `*` stand for what cannot be written".to_owned()
    } else {
        "Docker reads flags byte by byte, and expands no variable in this one".to_owned()
    };
    let message = format!("{} cannot hold {}", spot.name(), a(c));
    spot.finding(&RULE, message, "not ASCII")
        .narrow(spellings(c))
        .help(help)
}

pub(crate) fn not_unicode(spot: Spot<'_>, text: &str) -> Finding {
    let message = format!(
        "{} is the path `{}`, which is not UTF-8",
        spot.name(),
        short(text)
    );
    spot.finding(&RULE, message, "a Dockerfile is UTF-8")
        .help("give the file another name")
}

pub(crate) fn outer_blank(spot: Spot<'_>) -> Finding {
    let message = format!("{} begins or ends with a space", spot.name());
    let finding = spot.finding(&RULE, message, "Docker trims it");
    match spot.part {
        Part::Command => {
            finding.help("leave it out; exec form, a list of strings, keeps every space")
        }
        _ => finding.help("leave it out"),
    }
}

pub(crate) fn json_array(spot: Spot<'_>) -> Finding {
    let message = format!("{} is a JSON array", spot.name());
    let finding = spot.finding(&RULE, message, "Docker takes it for the exec form");
    match spot.instruction() {
        Some(Instruction::Run(_)) => finding.help(
            "a list of strings is the exec form: `.run([..])`\n\
             `Run::script(..)` passes any text to the shell",
        ),
        _ => finding.help("a list of strings is the exec form"),
    }
}

pub(crate) fn trailing_escape(spot: Spot<'_>, escape: char) -> Finding {
    let message = format!(
        "{} has a line that ends in one {}",
        spot.name(),
        noun(escape)
    );
    let finding = spot
        .finding(&RULE, message, "Docker would continue the line")
        .narrow(Narrow::End);
    match spot.part {
        Part::Command | Part::CommandLine(_) => {
            finding.help("exec form, a list of strings, can end in it")
        }
        _ => finding,
    }
}

pub(crate) fn lost_line(spot: Spot<'_>, comment: bool) -> Finding {
    let (what, label) = if comment {
        ("begins with `#`", "Docker takes it for a comment")
    } else {
        ("is blank", "Docker drops it")
    };
    let message = format!("{} has a continued line that {what}", spot.name());
    let finding = spot.finding(&RULE, message, label);
    match spot.instruction() {
        Some(Instruction::Run(_)) => finding.help("`Run::script(..)` keeps every line"),
        _ => finding.help("leave it out"),
    }
}

pub(crate) fn line_break(spot: Spot<'_>) -> Finding {
    let message = format!("{} cannot hold a newline", spot.name());
    let finding = spot
        .finding(&RULE, message, "newline")
        .narrow(spellings('\n'));
    finding.help(match spot.instruction() {
        Some(Instruction::Run(_)) => {
            "`Run::chain([..])` joins commands with `&&`, one a line\n\
             `Run::lines([..])` continues one command over several lines\n\
             `Run::script(..)` is a script with newlines, in a heredoc"
        }
        _ => {
            "`Command::chain([..])` joins commands with `&&`, one a line\n\
             `Command::lines([..])` continues one command over several lines\n\
             exec form, a list of strings, can hold newlines"
        }
    })
}

pub(crate) fn line_too_long(spot: Spot<'_>) -> Finding {
    let message = format!("{} has a line of more than 65535 bytes", spot.name());
    let finding = spot
        .finding(&RULE, message, "too long for Docker")
        .narrow(Narrow::Longest);
    match spot.part {
        Part::Whole => finding.help("copy a file that holds it from the build context"),
        _ => finding,
    }
}

pub(crate) fn beside_inline(spot: Spot<'_>, c: char) -> Finding {
    let message = format!("{} cannot hold {} beside an inline file", spot.name(), a(c));
    spot.finding(&RULE, message, noun(c))
        .narrow(spellings(c))
        .help("copy the inline file in an instruction of its own")
}

pub(crate) fn escape_in_trigger(spot: Spot<'_>) -> Finding {
    let message = "the trigger of ONBUILD would mean something else where it runs";
    let label = "read again there with `\\` as the escape";
    spot.finding(&RULE, message, label)
        .help("leave `\\` and backticks out of the trigger, or give the file the default escape character")
}

pub(crate) fn raw(spot: Spot<'_>) -> Finding {
    let message = format!(
        "{} is kept as it was read, and cannot be spelled that way here",
        spot.name()
    );
    spot.finding(&RULE, message, "set it again")
}

pub(crate) fn equals_in_key(spot: Spot<'_>) -> Finding {
    let message = format!("{} cannot hold `=`", spot.name());
    spot.finding(&RULE, message, "Docker cuts it at the first `=`")
}

pub(crate) fn hidden_heredoc(spot: Spot<'_>) -> Finding {
    let message = format!("Docker would not see the heredoc of {}", spot.name());
    spot.finding(&RULE, message, "a quote in this line is not closed")
        .narrow(Narrow::Text(vec!["<<".to_owned()]))
        .help("close the quote, or put the heredoc into an instruction of its own")
}

pub(crate) fn unmarked_heredoc(spot: Spot<'_>) -> Finding {
    let message = format!(
        "{} has no `<<NAME` for a heredoc that it is given",
        spot.name()
    );
    spot.finding(&RULE, message, "no `<<NAME` that Docker would see")
        .help("write one for each heredoc, as in `cat <<END > /motd`")
}

pub(crate) fn early_end(spot: Spot<'_>, name: &str) -> Finding {
    let name = short(name);
    let message = format!("{} has a line `{name}`, which ends it early", spot.name());
    spot.finding(&RULE, message, "the heredoc would end here")
        .narrow(Narrow::Line(name))
        .help("give the heredoc another name")
}

pub(crate) fn open_end(spot: Spot<'_>) -> Finding {
    let message = format!("{} does not end in a newline", spot.name());
    spot.finding(&RULE, message, "Docker adds one")
}

/// The spellings of a character, in positions that cannot hold it and in positions that can.
fn spellings(c: char) -> Narrow {
    Narrow::Text(vec![
        c.escape_unicode().to_string(),
        format!("\\u{:04x}", u32::from(c)),
        c.to_string(),
    ])
}

/// A character, with its article where it has one.
fn a(c: char) -> String {
    match c {
        '\n' | '\t' | '\r' | ' ' | '`' => format!("a {}", noun(c)),
        _ => noun(c),
    }
}

fn noun(c: char) -> String {
    match c {
        '\n' => "newline".to_owned(),
        '\r' => "carriage return".to_owned(),
        '\t' => "tab".to_owned(),
        ' ' => "space".to_owned(),
        '\0' => "NUL".to_owned(),
        '`' => "backtick".to_owned(),
        _ if c.is_control() || c.is_whitespace() || c == '\u{feff}' => {
            format!("U+{:04X}", u32::from(c))
        }
        _ => format!("`{c}`"),
    }
}
