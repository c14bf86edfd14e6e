//! Ignore files: an [`IgnoreFile`] is a `.dockerignore`, built or read, and matched as Docker does
//! it.

mod expression;
mod line;
mod pattern;
mod program;

use std::fmt;
use std::str::FromStr;

use smol_str::SmolStr;

use self::line::{Problem, clean};
use self::pattern::Pattern;

/// A `.dockerignore`: the patterns for what Docker leaves out of the build context, in order.
///
/// A pattern is a path from the root of the context, in which `*` is any run of characters but `/`,
/// `?` one of those, `**` any characters at all, `[a-c]` and `[^a]` one character, and `\*` the
/// character itself. A path is ignored if the last pattern that matches it, or a folder that it is
/// in, is not an exception.
///
/// ```
/// use multistage::ignore::IgnoreFile;
///
/// let file = IgnoreFile::new()
///     .ignore(".git")
///     .ignore("**/*.log")
///     .except("docs/build.log");
///
/// assert_eq!(file.render()?, ".git\n**/*.log\n!docs/build.log\n");
/// assert!(file.is_ignored(".git/config"));
/// assert!(file.is_ignored("a/b/c.log"));
/// assert!(!file.is_ignored("docs/build.log"));
/// # Ok::<(), multistage::ignore::InvalidIgnoreFile>(())
/// ```
///
/// It is read by `FromStr`; comments and blank lines stay, and patterns come out in the form that
/// Docker brings them to: `./a//b/` is `a/b`.
///
/// ```
/// # use multistage::ignore::IgnoreFile;
/// let mut file: IgnoreFile = "# what is made here\n/target/\n".parse()?;
/// file = file.ignore("node_modules");
/// assert_eq!(file.render()?, "# what is made here\ntarget\nnode_modules\n");
///
/// let error = "target\n[a-\n!\n".parse::<IgnoreFile>().unwrap_err();
/// assert_eq!(error.to_string(), "\
/// line 2: `[a-` has a `[` that no `]` ends: write `\\[` for the character
/// line 3: nothing follows the `!`: write the pattern of the exception there, \
///     or `\\!` for the character");
/// # Ok::<(), multistage::ignore::InvalidIgnoreFile>(())
/// ```
///
/// # Where this differs from Docker
///
/// - A file with a malformed pattern is rejected as a whole. Docker rejects it when it gets to
///   match the pattern.
/// - `\p` with a letter after it, which Docker happens to take for a class of Unicode, is rejected.
/// - Where a pattern, an exception below it, and a pattern for the same folder follow each other
///   (`a`, `!a/b`, `a`), the last one decides. Docker finds the file on its walk through the
///   folders, and then fails to open it.
///
/// [Reference](https://docs.docker.com/build/concepts/context/#dockerignore-files)
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct IgnoreFile {
    lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Blank,
    /// The text after the `#`.
    Comment(SmolStr),
    Rule(IgnoreRule),
}

impl IgnoreFile {
    /// Creates an empty file.
    pub fn new() -> IgnoreFile {
        IgnoreFile::default()
    }

    /// Ignores the paths that a pattern matches, and everything in a folder that it matches.
    ///
    /// A slash at the end, or one at the beginning, makes no difference.
    /// [`render`](IgnoreFile::render) reports a malformed pattern, and one that no line can hold:
    /// an empty one, one with a newline, and one that begins with a space or with `!`.
    ///
    /// ```
    /// # use multistage::ignore::IgnoreFile;
    /// let file = IgnoreFile::new().ignore("target").ignore("**/*.log").except("**/keep.log");
    /// assert_eq!(file.render()?, "target\n**/*.log\n!**/keep.log\n");
    /// assert!(file.is_ignored("target/debug/app"));
    /// assert!(!file.is_ignored("logs/keep.log"));
    /// # Ok::<(), multistage::ignore::InvalidIgnoreFile>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/build/concepts/context/#dockerignore-files)
    pub fn ignore(mut self, pattern: impl AsRef<str>) -> IgnoreFile {
        self.push(IgnoreRule::ignore(pattern));
        self
    }

    /// Adds an exception to the rules above: `!pattern`. The pattern is as for
    /// [`ignore`](IgnoreFile::ignore), and may also begin with a space or with `!`.
    pub fn except(mut self, pattern: impl AsRef<str>) -> IgnoreFile {
        self.push(IgnoreRule::except(pattern));
        self
    }

    /// Adds a comment: a line for each line of the text.
    ///
    /// ```
    /// # use multistage::ignore::IgnoreFile;
    /// let file = IgnoreFile::new().comment("secrets").ignore("*.pem");
    /// assert_eq!(file.render()?, "# secrets\n*.pem\n");
    /// # Ok::<(), multistage::ignore::InvalidIgnoreFile>(())
    /// ```
    pub fn comment(mut self, text: impl AsRef<str>) -> IgnoreFile {
        for line in text.as_ref().split('\n') {
            let line = line.trim_end();
            self.lines.push(Line::Comment(if line.is_empty() {
                SmolStr::default()
            } else {
                SmolStr::new(format!(" {line}"))
            }));
        }
        self
    }

    /// Adds a rule at the end, in a loop.
    ///
    /// ```
    /// # use multistage::ignore::{IgnoreFile, IgnoreRule};
    /// let mut file = IgnoreFile::new();
    /// for folder in ["target", "node_modules"] {
    ///     file.push(IgnoreRule::ignore(folder));
    /// }
    /// assert_eq!(file.render()?, "target\nnode_modules\n");
    /// # Ok::<(), multistage::ignore::InvalidIgnoreFile>(())
    /// ```
    pub fn push(&mut self, rule: IgnoreRule) {
        self.lines.push(Line::Rule(rule));
    }

    /// Returns the rules, in order. Of those that match a path, the last one decides.
    pub fn rules(&self) -> impl DoubleEndedIterator<Item = &IgnoreRule> {
        self.lines.iter().filter_map(|line| match line {
            Line::Rule(rule) => Some(rule),
            Line::Blank | Line::Comment(_) => None,
        })
    }

    /// Returns the text of the file.
    ///
    /// # Errors
    ///
    /// If a pattern is malformed, or no line can hold it; all of those are in the error.
    ///
    /// ```
    /// # use multistage::ignore::IgnoreFile;
    /// let error = IgnoreFile::new().ignore("!dist").render().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "line 1: `!dist` begins with a `!`: use `except` for an exception, or `\\!` for the \
    ///      character",
    /// );
    /// ```
    pub fn render(&self) -> Result<String, InvalidIgnoreFile> {
        let mut text = String::new();
        let mut problems = Vec::new();
        for (n, line) in self.lines.iter().enumerate() {
            match line {
                Line::Blank => {}
                Line::Comment(comment) => match line::write_comment(comment) {
                    Ok(line) => text.push_str(&line),
                    Err(problem) => problems.push((n + 1, problem)),
                },
                Line::Rule(rule) => match line::write(rule) {
                    Ok(line) => text.push_str(&line),
                    Err(problem) => problems.push((n + 1, problem)),
                },
            }
            text.push('\n');
        }
        InvalidIgnoreFile::unless_empty(problems)?;
        Ok(text)
    }

    /// Returns `true` if Docker leaves a path out of the context.
    ///
    /// The path is from the root of the context, with `/`; it is cleaned as Docker does it:
    /// `./a/../b/` is `b`. The root itself is never ignored.
    ///
    /// ```
    /// # use multistage::ignore::IgnoreFile;
    /// let file: IgnoreFile = "*\n!src\nsrc/**/*.tmp\n".parse()?;
    /// assert!(file.is_ignored("README.md"));
    /// assert!(!file.is_ignored("src/main.rs"));
    /// assert!(file.is_ignored("src/a/b.tmp"));
    /// assert!(!file.is_ignored("."));
    /// # Ok::<(), multistage::ignore::InvalidIgnoreFile>(())
    /// ```
    #[must_use]
    pub fn is_ignored(&self, path: impl AsRef<str>) -> bool {
        let path = clean(path.as_ref());
        let path = path.strip_prefix('/').unwrap_or(&path);
        !path.is_empty() && path != "." && self.decides(path)
    }

    /// Returns `true` if a rule is an exception.
    #[must_use]
    pub fn has_exceptions(&self) -> bool {
        self.rules().any(IgnoreRule::is_exception)
    }

    /// Returns `true` if the file keeps everything that a source of COPY or ADD names out of the
    /// build context.
    ///
    /// A source is hidden if the last rule that matches it ignores it, and no exception below that
    /// rule can match something inside it. An exception for another path makes no difference:
    /// Docker's build check `CopyIgnoredFile` reports nothing where a file has exceptions. As in
    /// that check, wildcards in the source are compared as plain text, and the root of the context
    /// counts as ignored where a pattern is `*`, `**` or `**/*`.
    ///
    /// ```
    /// # use multistage::ignore::IgnoreFile;
    /// let file = IgnoreFile::new().ignore("target");
    /// assert!(file.hides_source("target/release/app"));
    /// assert!(!file.hides_source("."));
    ///
    /// let file = file.except("target/release");
    /// assert!(file.hides_source("target/debug/app"));
    /// assert!(!file.hides_source("target"));
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/build-checks/copy-ignored-file/)
    #[must_use]
    pub fn hides_source(&self, source: impl AsRef<str>) -> bool {
        let source = clean(source.as_ref());
        let is_root = matches!(source.as_ref(), "." | "/");
        // The exceptions below the rule that decides.
        let mut exceptions = Vec::new();
        for rule in self.rules().rev() {
            let decides = match is_root {
                true => matches!(rule.pattern(), "*" | "**" | "**/*"),
                false => rule.matches(&source),
            };
            if decides {
                let can_match =
                    |rule: &&IgnoreRule| is_root || can_match_inside(rule.pattern(), &source);
                return !rule.exception && !exceptions.iter().any(can_match);
            }
            if rule.exception {
                exceptions.push(rule);
            }
        }
        false
    }

    /// Returns `true` if the last rule that matches a clean path, or a folder above it, is not an
    /// exception.
    fn decides(&self, path: &str) -> bool {
        let decisive = self.rules().rev().find(|rule| rule.matches(path));
        decisive.is_some_and(|rule| !rule.exception)
    }
}

/// Returns `true` if a pattern that does not match a path can match something inside it, or
/// something that it names by its wildcards.
fn can_match_inside(pattern: &str, path: &str) -> bool {
    let is_plain = |text: &str, also: &[char]| {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '~' | '@' | ' ');
        text.chars().all(|c| plain(c) || also.contains(&c))
    };
    // Docker takes a pattern for a regular expression, in which more than the wildcards is special.
    if !is_plain(pattern, &['/', '*', '?']) {
        return true;
    }
    let mut names = path.trim_start_matches('/').split('/');
    let mut wild = false;
    for part in pattern.split('/') {
        let Some(name) = names.next() else {
            return true;
        };
        let (plain_part, plain_name) = (is_plain(part, &[]), is_plain(name, &[]));
        if plain_part && plain_name && part != name {
            return false;
        }
        if part.contains("**") {
            return true;
        }
        wild |= !plain_name;
    }
    wild
}

/// Reads a file as Docker does.
impl FromStr for IgnoreFile {
    type Err = InvalidIgnoreFile;

    fn from_str(text: &str) -> Result<IgnoreFile, InvalidIgnoreFile> {
        let mut file = IgnoreFile::new();
        let mut problems = Vec::new();
        for (n, text) in text.split_terminator('\n').enumerate() {
            match line::read(text, n == 0) {
                Ok(line) => file.lines.push(line),
                Err(problem) => problems.push((n + 1, problem)),
            }
        }
        InvalidIgnoreFile::unless_empty(problems)?;
        Ok(file)
    }
}

/// A rule of an [`IgnoreFile`]: a pattern, or an exception. [`IgnoreFile::push`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreRule {
    exception: bool,
    pattern: SmolStr,
    /// The compiled pattern, or the reason why it is malformed.
    matcher: Result<Pattern, Problem>,
}

impl IgnoreRule {
    /// Creates a rule that ignores what a pattern matches: see [`IgnoreFile::ignore`].
    pub fn ignore(pattern: impl AsRef<str>) -> IgnoreRule {
        IgnoreRule::built(pattern.as_ref())
    }

    /// Creates an exception: see [`IgnoreFile::except`].
    pub fn except(pattern: impl AsRef<str>) -> IgnoreRule {
        IgnoreRule::built(pattern.as_ref()).into_exception()
    }

    /// Returns a pattern that matches this file name and nothing else.
    ///
    /// ```
    /// use multistage::ignore::{IgnoreFile, IgnoreRule};
    ///
    /// let file = IgnoreFile::new().ignore(IgnoreRule::escape("pages/[id].js"));
    /// assert_eq!(file.render()?, "pages/\\[id\\].js\n");
    /// assert!(file.is_ignored("pages/[id].js"));
    /// # Ok::<(), multistage::ignore::InvalidIgnoreFile>(())
    /// ```
    #[must_use]
    pub fn escape(path: impl AsRef<str>) -> String {
        line::escape(path.as_ref())
    }

    /// Returns the pattern in its clean form, without the `!` of an exception.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Returns `true` for an exception.
    #[must_use]
    pub fn is_exception(&self) -> bool {
        self.exception
    }

    fn built(text: &str) -> IgnoreRule {
        let pattern = clean(text);
        let relative = pattern.strip_prefix('/').filter(|it| !it.is_empty());
        let rule = IgnoreRule::of(relative.unwrap_or(&pattern));
        if text.is_empty() {
            IgnoreRule {
                pattern: SmolStr::default(),
                matcher: Err(Problem::Empty),
                ..rule
            }
        } else {
            rule
        }
    }

    fn into_exception(self) -> IgnoreRule {
        IgnoreRule {
            exception: true,
            ..self
        }
    }

    /// The rule that ignores what a clean pattern matches.
    fn of(pattern: &str) -> IgnoreRule {
        IgnoreRule {
            exception: false,
            pattern: SmolStr::new(pattern),
            matcher: Pattern::read(pattern).map_err(|flaw| Problem::Pattern(pattern.into(), flaw)),
        }
    }

    fn matches(&self, path: &str) -> bool {
        let matcher = self.matcher.as_ref();
        matcher.is_ok_and(|pattern| pattern.matches(path))
    }
}

/// The error of reading or rendering an [`IgnoreFile`]: every line that is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidIgnoreFile {
    problems: Vec<(usize, Problem)>,
}

impl InvalidIgnoreFile {
    fn unless_empty(problems: Vec<(usize, Problem)>) -> Result<(), InvalidIgnoreFile> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(InvalidIgnoreFile { problems })
        }
    }

    /// Returns the lines that are wrong, counted from 1, each with its message.
    pub fn problems(&self) -> impl Iterator<Item = (usize, String)> {
        self.problems
            .iter()
            .map(|(line, problem)| (*line, problem.to_string()))
    }
}

impl fmt::Display for InvalidIgnoreFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (line, problem)) in self.problems.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            write!(f, "line {line}: {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidIgnoreFile {}
