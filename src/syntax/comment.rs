//! `Comment` and `CheckDirective`: comment lines, and the one comment that Docker acts upon.

use smol_str::SmolStr;

use super::bytes;
use crate::text::classes::has_byte;
use crate::text::{from_strings, shared};

/// One comment line: `# text`.
///
/// [`Comment::lines`] makes one for each line of a text, so that nothing in a comment can begin an
/// instruction. A comment cannot become a directive of the file; one that Docker would take for a
/// check directive is an error unless it was made by [`Comment::check`].
///
/// ```
/// use multistage::Comment;
///
/// let lines: Vec<_> = Comment::lines("the first\nand the second").collect();
/// assert_eq!(lines[1].text(), "and the second");
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#format)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Comment {
    kind: Kind,
    blank_line_below: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kind {
    Text(SmolStr),
    Check(Box<CheckDirective>),
}

impl Comment {
    /// Creates a comment for each line of a text. Spaces at the end of a line are dropped.
    pub fn lines(text: impl AsRef<str>) -> impl Iterator<Item = Comment> {
        let mut lines = Vec::new();
        Comment::add_lines(text.as_ref(), &mut lines);
        lines.into_iter()
    }

    /// Adds a comment for each line of a text.
    pub(crate) fn add_lines(text: &str, comments: &mut Vec<Comment>) {
        Comment::each_line(text, &mut |comment| comments.push(comment));
    }

    /// Calls back with a comment for each line of a text.
    pub(crate) fn each_line(text: &str, add: &mut dyn FnMut(Comment)) {
        let mut rest = bytes::trim_end(text);
        loop {
            let end = bytes::find(rest.as_bytes(), b'\n');
            let line = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            let text = shared(bytes::trim_end(line));
            add(Comment::of(Kind::Text(text)));
            match end.and_then(|end| rest.get(end + 1..)) {
                Some(after) => rest = after,
                None => return,
            }
        }
    }

    /// `# check=skip=…`: disables checks of `docker build --check` for the instruction below.
    ///
    /// ```
    /// use multistage::{CheckDirective, Comment};
    ///
    /// let comment = Comment::check(CheckDirective::new().skip("JSONArgsRecommended"));
    /// assert_eq!(comment.text(), "check=skip=JSONArgsRecommended");
    /// assert!(comment.as_check().is_some());
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#check)
    pub fn check(checks: CheckDirective) -> Comment {
        Comment::of(Kind::Check(Box::new(checks)))
    }

    fn of(kind: Kind) -> Comment {
        Comment {
            kind,
            blank_line_below: false,
        }
    }

    /// Puts a blank line below the comment.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::{Comment, Dockerfile};
    ///
    /// let file = Dockerfile::parse(
    ///     "FROM alpine\n# Tools\n\n# For the health check.\nRUN apk add curl\n"
    /// )?;
    /// let comments = file.stages()[0].steps()[0].comments();
    /// assert!(comments[0].has_blank_line());
    /// assert_eq!(Comment::lines("Tools").map(Comment::blank_line).next().as_ref(), comments
    ///     .first());
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[must_use]
    pub fn blank_line(mut self) -> Comment {
        self.blank_line_below = true;
        self
    }

    /// Returns `true` if a blank line follows the comment.
    pub fn has_blank_line(&self) -> bool {
        self.blank_line_below
    }

    pub(crate) fn set_blank_line(&mut self, blank: bool) {
        self.blank_line_below = blank;
    }

    /// A comment as it was read: what follows the `#`.
    pub(crate) fn read(line: &str) -> Comment {
        let text = line.strip_prefix(' ').unwrap_or(line).trim_end();
        if directive_in(text) != Some("check") {
            return Comment::of(Kind::Text(text.into()));
        }
        let value = text.split_once('=').map_or("", |(_, value)| value.trim());
        Comment::check(CheckDirective::read(value))
    }

    /// The same for a comment that is indented: Docker acts on none.
    pub(crate) fn read_indented(line: &str) -> Comment {
        let text = line.strip_prefix(' ').unwrap_or(line).trim_end();
        let text = match text {
            // Docker keeps the `#` of an indented comment, so this one parts nothing from what is
            // below.
            "" => "#".into(),
            // Another `#` keeps it from acting on this one.
            _ if directive_in(text) == Some("check") => smol_str::format_smolstr!("# {text}"),
            _ => text.into(),
        };
        Comment::of(Kind::Text(text))
    }

    /// A comment between the lines of an instruction, as it was read: Docker acts on none.
    pub(crate) fn inside(line: &str) -> Comment {
        let text = line.strip_prefix(' ').unwrap_or(line).trim_end();
        Comment::of(Kind::Text(text.into()))
    }

    /// Returns the text after `# `.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        match &self.kind {
            Kind::Text(text) => text.as_str().into(),
            Kind::Check(checks) => format!("check={checks}").into(),
        }
    }

    /// Returns the options of a comment that [`check`](Comment::check) created, or that was read as
    /// one; `None` for any other comment.
    pub fn as_check(&self) -> Option<&CheckDirective> {
        match &self.kind {
            Kind::Check(checks) => Some(checks),
            Kind::Text(_) => None,
        }
    }

    /// The part of the comment line before the text.
    pub(crate) fn lead(&self) -> &'static str {
        match &self.kind {
            // A ruler of `#` characters stays one.
            Kind::Text(text) if text.is_empty() || text.starts_with('#') => "#",
            Kind::Text(_) | Kind::Check(_) => "# ",
        }
    }

    /// The name of the directive that Docker would read in this line at the top of a file.
    pub(crate) fn directive(&self) -> Option<&'static str> {
        directive_in(&self.text())
    }
}

/// Comments, of which there are mostly none or one: a single one is kept in place.
#[derive(Debug, Clone)]
pub(crate) enum Comments {
    One(Comment),
    List(Vec<Comment>),
}

impl Comments {
    pub(crate) const NONE: Comments = Comments::List(Vec::new());

    pub(crate) fn push(&mut self, comment: Comment) {
        match self {
            Comments::List(list) if list.is_empty() => *self = Comments::One(comment),
            Comments::List(list) => list.push(comment),
            Comments::One(_) => {
                let mut list = self.take();
                list.push(comment);
                *self = Comments::List(list);
            }
        }
    }

    /// Takes them out.
    pub(crate) fn take(&mut self) -> Vec<Comment> {
        match std::mem::replace(self, Comments::NONE) {
            Comments::One(comment) => vec![comment],
            Comments::List(list) => list,
        }
    }
}

impl std::ops::Deref for Comments {
    type Target = [Comment];

    fn deref(&self) -> &[Comment] {
        match self {
            Comments::One(comment) => std::slice::from_ref(comment),
            Comments::List(list) => list,
        }
    }
}

impl From<Vec<Comment>> for Comments {
    fn from(mut list: Vec<Comment>) -> Comments {
        match list.pop() {
            Some(comment) if list.is_empty() => Comments::One(comment),
            Some(comment) => {
                list.push(comment);
                Comments::List(list)
            }
            None => Comments::NONE,
        }
    }
}

/// Compares the comments, however they are kept.
impl PartialEq for Comments {
    fn eq(&self, other: &Comments) -> bool {
        **self == **other
    }
}

impl Eq for Comments {}

impl std::hash::Hash for Comments {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

/// The directive that a comment's text spells: `name = value`.
pub(crate) fn directive_in(text: &str) -> Option<&'static str> {
    if !has_byte(text, b'=') {
        return None;
    }
    let at = bytes::find(text.as_bytes(), b'=')?;
    let (name, value) = (text.get(..at)?, text.get(at + 1..)?);
    let name = name.trim();
    let known = ["syntax", "escape", "check"]
        .into_iter()
        .find(|known| name.eq_ignore_ascii_case(known))?;
    (!value.trim().is_empty()).then_some(known)
}

/// The options of Docker's build checks: `skip=JSONArgsRecommended;error=true`.
///
/// For the file ([`Dockerfile::set_check_directive`](crate::Dockerfile::set_check_directive)) or
/// for one instruction ([`Comment::check`]), where Docker looks at `skip` and `experimental` alone.
///
/// ```
/// use multistage::CheckDirective;
///
/// let checks = CheckDirective::new().skip("JSONArgsRecommended").skip("StageNameCasing")
///     .error(true);
/// assert_eq!(checks.to_string(), "skip=JSONArgsRecommended,StageNameCasing;error=true");
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#check)
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct CheckDirective {
    pub(crate) skip: Vec<SmolStr>,
    pub(crate) error: Option<bool>,
    pub(crate) experimental: Vec<SmolStr>,
    /// Options as they were read, where Docker would reject or ignore them.
    pub(crate) raw: Option<SmolStr>,
}

impl CheckDirective {
    /// Creates a directive without options.
    pub fn new() -> CheckDirective {
        CheckDirective::default()
    }

    /// `skip=…`: disables a check, by BuildKit's name for it, or `all` of them. Can be given again.
    #[must_use]
    pub fn skip(mut self, rule: impl AsRef<str>) -> CheckDirective {
        self.skip.push(rule.as_ref().into());
        self
    }

    /// `error=…`: with `true`, a check that fires fails the build. It counts for the file alone.
    #[must_use]
    pub fn error(mut self, error: bool) -> CheckDirective {
        self.error = Some(error);
        self
    }

    /// `experimental=…`: enables an experimental check, by name, or `all` of them.
    #[must_use]
    pub fn experimental(mut self, rule: impl AsRef<str>) -> CheckDirective {
        self.experimental.push(rule.as_ref().into());
        self
    }

    /// Returns the names of the checks that are disabled.
    pub fn skipped(&self) -> impl Iterator<Item = &str> {
        self.skip.iter().map(SmolStr::as_str)
    }

    /// Returns the names of the experimental checks that are enabled.
    pub fn experimental_rules(&self) -> impl Iterator<Item = &str> {
        self.experimental.iter().map(SmolStr::as_str)
    }

    /// Returns the value of `error=`; `None` if it is not set.
    pub fn is_error(&self) -> Option<bool> {
        self.error
    }

    /// Options as they were read; those that Docker would reject or ignore are kept as they are.
    pub(crate) fn read(text: &str) -> CheckDirective {
        // What follows a space is free.
        let text = text.split(' ').next().unwrap_or_default();
        let checks = CheckDirective::parse(text).unwrap_or_default();
        if checks.to_string() == text && checks.invalid().is_none() {
            checks
        } else {
            CheckDirective {
                raw: Some(text.into()),
                ..checks
            }
        }
    }

    /// The options in a text, as Docker takes them apart; `None` where it rejects them.
    pub(crate) fn parse(text: &str) -> Option<CheckDirective> {
        let mut checks = CheckDirective::default();
        // What follows a space is free.
        let text = text.split(' ').next().unwrap_or_default().trim();
        for part in text.splitn(3, ';').filter(|_| !text.is_empty()) {
            let (key, value) = part.split_once('=')?;
            let names = || value.split(',').map(|name| name.trim().into()).collect();
            match key.trim() {
                "skip" => checks.skip = names(),
                "experimental" => checks.experimental = names(),
                "error" => {
                    checks.error = Some(match value.trim() {
                        "1" | "t" | "T" | "TRUE" | "true" | "True" => true,
                        "0" | "f" | "F" | "FALSE" | "false" | "False" => false,
                        _ => return None,
                    });
                }
                _ => return None,
            }
        }
        Some(checks)
    }

    /// Returns the option that keeps the directive from being read again, if there is one.
    pub(crate) fn invalid(&self) -> Option<InvalidOption> {
        if self.raw.is_some() {
            return None;
        }
        let mut names = self.skip.iter().chain(&self.experimental).peekable();
        if names.peek().is_none() && self.error.is_none() {
            return Some(InvalidOption::Empty);
        }
        names.find_map(|name| match name.chars().find(|c| ends_name(*c)) {
            Some(c) => Some(InvalidOption::Character(c)),
            None => name.is_empty().then_some(InvalidOption::Empty),
        })
    }
}

/// The reason why an option of a directive is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvalidOption {
    Empty,
    /// It would end the option early.
    Character(char),
}

/// Returns `true` if a character cannot be in the name of a rule.
fn ends_name(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, ',' | ';')
}

impl std::fmt::Display for CheckDirective {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(raw) = &self.raw {
            return f.write_str(raw);
        }
        let mut parts = Vec::new();
        if !self.skip.is_empty() {
            parts.push(format!("skip={}", self.skip.join(",")));
        }
        if let Some(error) = self.error {
            parts.push(format!("error={error}"));
        }
        if !self.experimental.is_empty() {
            parts.push(format!("experimental={}", self.experimental.join(",")));
        }
        f.write_str(&parts.join(";"))
    }
}

/// A text of one line that describes a stage or an argument: `# builder compiles the program`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Description {
    pub(crate) text: SmolStr,
    /// The number of comment lines between the description and the instruction.
    pub(crate) comments_below: usize,
    /// `true` if a blank line follows.
    pub(crate) blank_line_below: bool,
}

impl Description {
    /// A description as it was read, with spaces at its beginning.
    pub(crate) fn read(text: &str) -> Description {
        Description {
            text: shared(text),
            comments_below: 0,
            blank_line_below: false,
        }
    }
}

from_strings!(Description, |text: &str| Description::read(text.trim()));

/// The comments and the blank line around the instruction of a step.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Notes {
    /// `true` if a blank line precedes everything else.
    pub(crate) blank_line: bool,
    pub(crate) above: Vec<Comment>,
    /// Each with the number of the break in the instruction that it follows.
    pub(crate) inside: Vec<(usize, Comment)>,
}

impl Notes {
    pub(crate) const NONE: Notes = Notes {
        blank_line: false,
        above: Vec::new(),
        inside: Vec::new(),
    };

    pub(crate) fn is_empty(&self) -> bool {
        !self.blank_line && self.above.is_empty() && self.inside.is_empty()
    }
}

/// Returns `true` if two lists of comments, below which a blank line is written anyway, come out
/// the same.
pub(crate) fn same_before_blank_line(one: &[Comment], other: &[Comment]) -> bool {
    match (one.split_last(), other.split_last()) {
        (Some((last, before)), Some((other_last, other_before))) => {
            last.kind == other_last.kind && before == other_before
        }
        (None, None) => true,
        _ => false,
    }
}
