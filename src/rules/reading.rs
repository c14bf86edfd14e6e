//! The rules of the reader: what Docker refuses while it reads, and what was made unambiguous.

use crate::diagnostic::{Rule, Severity};
use crate::syntax::RefusalKind;

/// Declares the rules of the reader and which refusal each is about.
macro_rules! reading_rules {
    ($($kind:ident => $id:literal, $severity:ident, $summary:literal, $docs:literal, also $also:expr;)*) => {
        /// The rules of the reader, by id.
        pub(super) static RULES: &[&Rule] = &[$(&rule::$kind),*];

        /// The rule about a refusal.
        pub(super) fn rule(kind: RefusalKind) -> &'static Rule {
            match kind { $(RefusalKind::$kind => &rule::$kind,)* }
        }

        #[allow(non_upper_case_globals, reason = "each is named after its refusal")]
        mod rule {
            use super::{Rule, Severity};

            $(pub(super) static $kind: Rule = Rule {
                id: $id,
                severity: Severity::$severity,
                summary: $summary,
                docs: $docs,
                also: $also,
                can_be_allowed: false,
            };)*
        }
    };
}

reading_rules! {
    EmptyFile => "empty-dockerfile", Error, "a file without a stage",
        "Docker builds stages: a file without FROM has none.", also &[];
    Line => "line-too-long", Error, "a line of more than 65535 bytes",
        "Docker reads no longer lines, not even in a heredoc.", also &[];
    Directive => "malformed-directive", Error, "a directive that Docker refuses",
        "A directive stands once, and `escape` is a backslash or a backtick.", also &[];
    Flag => "malformed-flag", Error, "a flag that Docker refuses",
        "A flag is known to its instruction, stands once and has the value that it needs.", also &[];
    Image => "malformed-image", Error, "a reference that is no image",
        "An image is `[host/]name[:tag][@digest]`, in lower case.", also &["hadolint:DL1000"];
    Arguments => "malformed-instruction", Error, "arguments that Docker refuses",
        "Each instruction takes a certain number of arguments in a certain form.", also &[];
    Json => "malformed-json-form", Error, "a JSON array that holds something other than strings",
        "The exec form is a JSON array of strings.", also &[];
    Order => "misplaced-instruction", Error, "an instruction before the first FROM",
        "Only ARG can stand before the first stage.", also &[];
    StageName => "malformed-stage-name", Error, "a stage with an ill-formed name",
        "A name starts with a letter and goes on with letters, digits, `-`, `_` and `.`.", also &[];
    Value => "malformed-value", Error, "a value that Docker refuses",
        "Durations, networks and the like have a grammar of their own.", also &[];
    RenamedStage => "renamed-stage", Warning, "a stage whose name is reserved or taken by a later one",
        "Of several stages with one name, `--from` sees the last and FROM the nearest above. The earlier ones are \
         read under names of their own.", also &["buildkit:DuplicateStageName", "buildkit:ReservedStageName"];
    UnknownInstruction => "unknown-instruction", Error, "a line that begins with no instruction",
        "Docker knows 18 instructions; a line that goes on needs the escape character above.", also &[];
    Heredoc => "unterminated-heredoc", Error, "a heredoc that does not end, or where none can be",
        "A heredoc ends with a line that is its name and nothing else.", also &[];
    Reference => "unresolvable-reference", Error, "a reference that no stage can be meant by",
        "`--from` takes no variables, no number beyond the stages, and not the stage itself.", also &[];
}
