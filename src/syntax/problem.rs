//! `Problem`: what the writer or the reader found wrong with one part. `rules` turns it into a
//! diagnostic.

use smol_str::SmolStr;

use super::part::{At, Part};
use super::shell::Fault;
use crate::text::expression::ExpressionError;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) at: At,
    pub(crate) part: Part,
    pub(crate) kind: ProblemKind,
}

/// The reason why a position cannot hold a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    /// A character that no spelling can bring into the position.
    Character(char),
    /// A character that a pattern inside `${…}` cannot hold.
    Pattern(char),
    /// A character beyond ASCII in a flag, which Docker reads byte by byte. `expanded`: a variable
    /// would do.
    NonAsciiFlag { character: char, expanded: bool },
    /// A plain string with a `$` that would expand.
    Undecided(SmolStr),
    /// An expression that Docker could not read.
    Expression(SmolStr, ExpressionError),
    /// A variable of a name that Docker does not expand.
    VariableName(SmolStr),
    /// A verbatim spelling that cannot be here any more.
    Raw,
    /// Nothing where something has to be.
    Empty(&'static str),
    /// `=` in the key of ENV or LABEL.
    EqualsInKey,
    /// A variable where Docker expands none.
    Variable,
    /// Text that Docker would read as something else.
    Invalid {
        what: &'static str,
        text: SmolStr,
        expected: &'static str,
    },
    /// Shell text that begins or ends with spaces, which Docker trims away.
    OuterBlank,
    /// Shell text that is a whole JSON array: Docker takes it for the exec form.
    JsonArray,
    /// Shell text that ends in one escape character: Docker takes it for a continued line.
    TrailingEscape(char),
    /// A line of shell text that Docker would drop: a comment, or a blank line.
    LostLine { comment: bool },
    /// A command that would not run as it was given.
    Lost(Fault),
    /// A word that the shell would not take for itself.
    Misquoted(Fault),
    /// More than one line where shell text has one.
    LineBreak,
    /// `<<` that Docker takes for a heredoc of this name.
    Marker(SmolStr),
    /// A heredoc that Docker would not see: a quote before it hides it.
    HiddenHeredoc,
    /// A heredoc body without a marker in the command.
    UnmarkedHeredoc,
    /// A heredoc body with a line that ends it.
    EarlyEnd(SmolStr),
    /// A heredoc body without a newline at its end.
    OpenEnd,
    /// A heredoc where no instruction takes one.
    NoHeredoc,
    /// A file given inline whose name Docker would make up.
    UnnamedInline,
    /// Two files given inline under one name.
    SameInlineName(SmolStr),
    /// A line above Docker's limit.
    LineTooLong,
    /// A comment that Docker would take for a check directive.
    LiveCheck,
    /// A text of an ONBUILD trigger that the escape character changes.
    EscapeInTrigger,
    /// A value that contradicts another.
    Conflict(&'static str),
    /// A key that this type of mount does not take.
    WrongMountKey {
        key: &'static str,
        kind: &'static str,
    },
    /// A description of a stage that has no name.
    UnnamedDescription,
    /// A source of COPY that Docker takes for a download or a git repository.
    RemoteSource(SmolStr),
    /// A path with a space beside an inline file: no spelling has both.
    BesideInline(char),
    /// A position where Docker takes no number for a stage.
    Index,
    /// An instruction that cannot be a trigger.
    Trigger(&'static str),
    /// An unknown flag given by name.
    UnknownFlag(SmolStr),
    /// A flag given by name that has a field of its own.
    KnownFlag(SmolStr),
    /// A name of a stage that Docker rejects.
    StageName(SmolStr),
    /// A name of a context that Docker would not look for.
    ContextName(SmolStr),
}
