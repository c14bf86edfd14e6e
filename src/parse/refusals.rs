//! The rules of the reader: what Docker rejects while it reads, and what was made unambiguous.

use std::ops::Range;

use crate::diagnostic::{Group, Level, Rule, Severity};
use crate::rules::model::empty_file;
use crate::syntax::RefusalKind;
use crate::syntax::reader::{Found, LineError};

/// Rejects a line as such.
pub(super) fn refuse_line(error: LineError, span: Range<usize>, found: &mut Found) {
    let (kind, message, help) = match error {
        LineError::TooLong => (
            RefusalKind::Line,
            "the line is longer than 65535 bytes".to_owned(),
            "continue it on the next line; a long text can be copied from a file",
        ),
        LineError::RepeatedDirective(name) => (
            RefusalKind::Directive,
            format!("the directive `{name}` is given twice"),
            "drop one of them",
        ),
        LineError::InvalidEscape => (
            RefusalKind::Directive,
            "the escape character is neither a backslash nor a backtick".to_owned(),
            "write `# escape=\\` or ``# escape=` `` and nothing else on the line",
        ),
    };
    found.refuse(kind, span, message, help);
}

/// Declares the rules of the reader: which refusal each is about, and its page, whose examples run
/// as documentation tests.
macro_rules! reading_rules {
    ($($kind:ident {
        id: $id:literal,
        severity: $severity:ident,
        summary: $summary:literal,
        also: [$($also:literal),*],
        finds: $finds:literal,
        because: $because:literal,
        bad: $bad:expr,
        good: $good:expr,
    })*) => {
        /// The rules of the reader.
        pub(crate) static RULES: &[&Rule] = &[$(&rule::$kind),*];

        /// The rule about a refusal.
        pub(super) fn rule(kind: RefusalKind) -> &'static Rule {
            match kind {
                RefusalKind::EmptyFile => &empty_file::RULE,
                $(RefusalKind::$kind => &rule::$kind,)*
            }
        }

        #[allow(non_upper_case_globals, reason = "each is named after its refusal")]
        mod rule {
            use super::{Group, Level, Rule, Severity};

            $(
                #[doc = page!($id, $finds, $because, $bad, $good)]
                pub(super) static $kind: Rule = Rule {
                    id: $id,
                    severity: Severity::$severity,
                    summary: $summary,
                    docs: page!($id, $finds, $because, $bad, $good),
                    also: &[$($also),*],
                    can_be_allowed: matches!(Severity::$severity, Severity::Warning),
                    group: Group::Default,
                    level: Level::Instruction,
                    replaces: &[],
                };
            )*
        }
    };
}

/// The page of a rule of the reader.
macro_rules! page {
    ($id:literal, $finds:literal, $because:literal, $bad:expr, $good:expr) => {
        concat!(
            "## What it does\n\nFinds ",
            $finds,
            ".\n\n## Why is this bad?\n\n",
            $because,
            "\n\n## Example\n\n```rust\nlet text = ",
            stringify!($bad),
            ";\nlet parsed = multistage::Parsed::new(&text);\nassert_eq!(parsed.report().diagnostics()[0].rule.id, \"",
            $id,
            "\");\n```\n\n## Use instead\n\n```rust\nlet text = ",
            stringify!($good),
            ";\nlet parsed = multistage::Parsed::new(&text);\nassert!(parsed.report().is_empty());\n```\n",
        )
    };
}

reading_rules! {
    AmbiguousStage {
        id: "ambiguous-stage",
        severity: Error,
        summary: "a stage that an expression names by a name that another stage has too",
        also: [],
        finds: "stages whose name a later stage has too, or is `scratch` or `context`, if a base between them that is an expression can name the stage",
        because: "A stage of such a name is read under a name of its own, and a base such as `stage_${ENV}` does not follow: Docker would pull an image in place of the stage.",
        bad: "ARG ENV=a\nFROM alpine AS stage_a\nFROM stage_${ENV} AS b\nFROM alpine AS stage_a\n",
        good: "ARG ENV=a\nFROM alpine AS stage_a\nFROM stage_${ENV} AS b\nFROM alpine AS c\n",
    }
    Line {
        id: "line-too-long",
        severity: Error,
        summary: "a line of more than 65535 bytes",
        also: [],
        finds: "a physical line that is longer than 65535 bytes, in a heredoc too",
        because: "Docker's reader holds no longer line.",
        bad: format!("FROM alpine\nRUN {}\n", "x".repeat(70_000)),
        good: "FROM alpine\nRUN x\n",
    }
    Directive {
        id: "malformed-directive",
        severity: Error,
        summary: "a directive that Docker rejects",
        also: [],
        finds: "a directive that appears twice, an escape character other than a backslash and a backtick, and options of `check` that are none",
        because: "Docker rejects the file.",
        bad: "# escape=x\nFROM alpine\n",
        good: "# escape=`\nFROM alpine\n",
    }
    Flag {
        id: "malformed-flag",
        severity: Error,
        summary: "a flag that Docker rejects",
        also: [],
        finds: "flags that an instruction does not have, that appear twice, or that lack their value",
        because: "Docker rejects the file.",
        bad: "FROM alpine\nCOPY --form=build a b\n",
        good: "FROM alpine\nCOPY --from=build a b\n",
    }
    Image {
        id: "malformed-image",
        severity: Error,
        summary: "a reference that is not an image",
        also: [],
        finds: "references of FROM, `--from` and mounts that name no stage and are not image references: with upper case, spaces or a bad tag",
        because: "Docker cannot look the image up, whatever the build arguments are.",
        bad: "FROM Alpine\n",
        good: "FROM alpine\n",
    }
    Arguments {
        id: "malformed-instruction",
        severity: Error,
        summary: "arguments that Docker rejects",
        also: [],
        finds: "too few or too many arguments, pairs without `=`, triggers that ONBUILD does not take",
        because: "Docker rejects the file.",
        bad: "FROM alpine\nENV A=1 B\n",
        good: "FROM alpine\nENV A=1 B=2\n",
    }
    Json {
        id: "malformed-json-form",
        severity: Error,
        summary: "a JSON array that Docker rejects",
        also: [],
        finds: "arrays that hold something other than strings, and a SHELL that is not an array",
        because: "Docker rejects the file.",
        bad: "FROM alpine\nCMD [\"sleep\", 1]\n",
        good: "FROM alpine\nCMD [\"sleep\", \"1\"]\n",
    }
    StageName {
        id: "malformed-stage-name",
        severity: Error,
        summary: "a stage whose name Docker rejects",
        also: [],
        finds: "names that do not begin with a letter, or hold something other than letters, digits, `-`, `_` and `.`",
        because: "Docker rejects the file.",
        bad: "FROM alpine AS 1st\n",
        good: "FROM alpine AS first\n",
    }
    Value {
        id: "malformed-value",
        severity: Error,
        summary: "a value that Docker rejects",
        also: [],
        finds: "durations, numbers, networks, platforms and lists of fields that Docker cannot read",
        because: "Docker rejects the file.",
        bad: "FROM alpine\nRUN --network=off true\n",
        good: "FROM alpine\nRUN --network=none true\n",
    }
    Order {
        id: "misplaced-instruction",
        severity: Error,
        summary: "an instruction before the first FROM",
        also: [],
        finds: "instructions other than ARG above the first FROM",
        because: "They belong to no stage, and Docker rejects the file.",
        bad: "ENV A=1\nFROM alpine\n",
        good: "FROM alpine\nENV A=1\n",
    }
    RenamedStage {
        id: "renamed-stage",
        severity: Warning,
        summary: "a stage whose name is reserved or taken by a later one",
        also: [],
        finds: "stages of a file whose name a later stage has too, or is `scratch` or `context`",
        because: "Of several stages with one name, `--from` sees the last and FROM the nearest above. They are read under names of their own, and every reference follows.",
        bad: "FROM alpine AS a\nFROM busybox AS a\n",
        good: "FROM alpine AS a\nFROM busybox AS b\n",
    }
    UnknownInstruction {
        id: "unknown-instruction",
        severity: Error,
        summary: "a line that begins with no instruction",
        also: [],
        finds: "lines whose first word is not an instruction",
        because: "Docker rejects the file; often the line above lacks its escape character.",
        bad: "FROM alpine\nRUN apk add \ncurl\n",
        good: "FROM alpine\nRUN apk add \\\n    curl\n",
    }
    Reference {
        id: "unresolvable-reference",
        severity: Error,
        summary: "a `--from` that no stage or image can be meant by",
        also: [],
        finds: "`--from` with a variable, with a number beyond the stages, or by which a stage needs itself",
        because: "Docker rejects the file, whatever the build arguments are.",
        bad: "FROM alpine\nCOPY --from=7 a b\n",
        good: "FROM alpine AS a\nFROM alpine\nCOPY --from=0 a b\n",
    }
    Heredoc {
        id: "unterminated-heredoc",
        severity: Error,
        summary: "a heredoc without an end, or in a wrong place",
        also: [],
        finds: "heredocs whose name is on no line below, and heredocs as a destination",
        because: "Docker takes the rest of the file for the heredoc.",
        bad: "FROM alpine\nRUN echo $(( 1 << 2 ))\n",
        good: "FROM alpine\nRUN echo $((1<<2))\n",
    }
}
