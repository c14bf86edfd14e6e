//! `Command`: what RUN, CMD, ENTRYPOINT and HEALTHCHECK run: shell form, exec form or heredoc
//! script.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

#[cfg(feature = "serde")]
mod data;
mod escape;
mod lines;
mod made;
mod words;

pub(crate) use self::escape::change_escape;
use self::lines::{Line, LineList, TextLines};
pub(crate) use self::made::Made;
use self::words::Chain;
pub use self::words::words;

use smol_str::SmolStr;

use crate::scope::{Arguments, Running, Scope, System, Words};
use crate::syntax::bytes::trim_start;
use crate::syntax::{Args, Part, ProblemKind, Rare, Unset, Word, Writer, heredoc, json};
use crate::text::{Escape, from_strings, shared};

/// The command of an instruction. A string is shell form, a list is exec form.
///
/// A string is a command line that a shell reads: it has quotes, variables, `&&` and comments.
/// Nothing splits it into words. A program and its arguments are a list. To put a value into a
/// command line, use [`words`].
///
/// | you write | comes out |
/// |---|---|
/// | `"npm ci"` | `RUN npm ci` |
/// | `["node", "server.js"]` | `RUN ["node", "server.js"]` |
/// | `Command::chain(["a", "b"])` | `RUN a \` and `    && b` |
/// | `Command::lines(["a;", "b"])` | `RUN a; \` and `    b` |
/// | `Command::script("a\nb")` | `RUN <<EOF` … `EOF` |
///
/// Docker expands nothing in a command: a `$` in shell form belongs to the shell, in exec form it
/// is a dollar sign.
///
/// ```
/// use multistage::instruction::Command;
///
/// let Command::Exec(exec) = Command::from(["node", "server.js"]) else { panic!("a list") };
/// assert_eq!(exec.iter().collect::<Vec<_>>(), ["node", "server.js"]);
///
/// let Command::Shell(shell) = Command::chain(["npm ci", "npm test"]) else { panic!("a chain") };
/// assert_eq!(shell.lines().collect::<Vec<_>>(), ["npm ci", "&& npm test"]);
/// assert_eq!(shell.joined(), "npm ci && npm test");
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#shell-and-exec-form)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Command {
    /// Text for the shell.
    Shell(Shell),
    /// A program and its arguments, run without a shell.
    Exec(Exec),
    /// A script in a heredoc; RUN alone takes one.
    Script(Script),
}

/// The heredocs of an instruction, when its command is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heredocs {
    /// They are those of the command.
    Taken,
    /// Docker looks for none in it.
    Left,
}

impl Command {
    /// Shell form on one line. A newline in it is rejected when the file is rendered: see
    /// [`chain`](Command::chain), [`lines`](Command::lines) and [`script`](Command::script).
    pub fn shell(text: impl AsRef<str>) -> Command {
        Command::Shell(Shell(Repr::Line(Line::new(text.as_ref()))))
    }

    /// Creates exec form: a program and its arguments, which run without a shell. An empty list is
    /// `CMD []`, which RUN does not take.
    pub fn exec<S: AsRef<str>>(args: impl IntoIterator<Item = S>) -> Command {
        Command::Exec(args.into_iter().collect())
    }

    /// Commands joined with `&&`, each on a line of its own. A command is text or [`words`].
    ///
    /// Each runs if the one before it succeeds. A command that is several of them (`a || b`,
    /// `a; b`) is put in braces where it would not be one unit. A command may go on over lines that
    /// end in `\`, as in a shell.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage, instruction::Run};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("debian:12").run(Run::chain([
    ///     "apt-get update",
    ///     "apt-get install -y \\\n    curl \\\n    git",
    ///     "getent passwd app || useradd app",
    /// ])));
    /// assert_eq!(file.render()?, "\
    /// FROM debian:12
    /// RUN apt-get update \\
    ///     && apt-get install -y \\
    ///         curl \\
    ///         git \\
    ///     && { getent passwd app || useradd app; }
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the file is rendered, a chain of which a command would not run is an error
    /// (`lost-command`):
    ///
    /// - no commands, or an empty one;
    /// - a comment in any command but the last: Docker joins the lines, so that the comment takes
    ///   the rest;
    /// - a command that ends in the escape character of the shell, in an open quote or parenthesis,
    ///   or in an operator;
    /// - a newline that would end a command of a shell script: write several commands, or use
    ///   [`script`](Command::script).
    pub fn chain<T: Into<Shell>>(commands: impl IntoIterator<Item = T>) -> Command {
        let mut chain = Chain::default();
        for command in commands {
            chain.push(command.into());
        }
        Command::Shell(chain.finish())
    }

    /// Adds a command to a [`chain`](Command::chain), of which this one is the first if it is not a
    /// chain.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage, instruction::{Run, words}};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("apk add git").and(words(["adduser", "-D",
    ///     "git user"]))));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN apk add git \\
    ///     && adduser -D 'git user'
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[must_use]
    pub fn and(self, command: impl Into<Shell>) -> Command {
        let shell = match self {
            Command::Shell(shell) => shell,
            Command::Exec(exec) => words(exec.iter()),
            Command::Script(script) => Shell::new(script.body()),
        };
        Command::Shell(shell.and(command.into()))
    }

    /// Creates one command over several lines, as they are: each but the last is continued.
    ///
    /// No lines, and a line whose comment or escape character would take the next one, are an error
    /// when the file is rendered (`lost-command`).
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Command, Run}};
    /// # let mut file = Dockerfile::new();
    /// let command = Command::lines(["Write-Host one;", "Write-Host two"]);
    /// file.push(Stage::new("alpine").run(Run::new(command)));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN Write-Host one; \\
    ///     Write-Host two
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#shell-form)
    pub fn lines<S: AsRef<str>>(lines: impl IntoIterator<Item = S>) -> Command {
        let lines = lines.into_iter().map(|line| shared(line.as_ref()));
        Command::Shell(Shell::of_lines(lines.collect()))
    }

    /// Creates a script in a heredoc, for RUN. A final newline is added where it is missing.
    ///
    /// The shell runs it without `set -e`: only the last command's status counts, unless the script
    /// says so. A script that starts with `#!` is run by that program.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Command, Run}};
    /// # let mut file = Dockerfile::new();
    /// let command = Command::script("#!/usr/bin/env python3\nprint(1)");
    /// file.push(Stage::new("python:3.13").run(Run::new(command)));
    /// assert_eq!(file.render()?, "\
    /// FROM python:3.13
    /// RUN <<EOF
    /// ##!/usr/bin/env python3
    /// print(1)
    /// EOF
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#here-documents)
    pub fn script(body: impl AsRef<str>) -> Command {
        Command::Script(Script::new(None, with_line_feed(body.as_ref())))
    }

    /// Creates a script in a heredoc for another program than the shell, which reads it from its
    /// standard input.
    ///
    /// The delimiter is quoted, so that the shell expands nothing in the script.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage, instruction::{Command, Run, words}};
    ///
    /// let mut file = Dockerfile::new();
    /// let command = Command::script_with(words(["python3", "-", "two words"]),
    ///     "import sys\nprint(sys.argv[1])");
    /// file.push(Stage::new("python:3.13").run(Run::new(command)));
    /// assert_eq!(file.render()?, "\
    /// FROM python:3.13
    /// RUN python3 - 'two words' <<\"EOF\"
    /// import sys
    /// print(sys.argv[1])
    /// EOF
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#here-documents)
    pub fn script_with(interpreter: impl Into<Shell>, body: impl AsRef<str>) -> Command {
        let body = with_line_feed(body.as_ref());
        let marker = format!(" <<\"{}\"", heredoc::delimiter(&body));
        Command::Shell((interpreter.into() + marker).with_body(body))
    }

    /// Gives the body of a heredoc whose marker is in the shell text, in the order of the markers.
    /// A body without a marker is reported when the file is rendered: in exec form and after a
    /// script there is none.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage, instruction::{Command, Run}};
    ///
    /// let mut file = Dockerfile::new();
    /// let command = Command::shell("cat <<END > /motd").heredoc("hello");
    /// file.push(Stage::new("alpine").run(Run::new(command)));
    /// assert_eq!(file.render()?, "FROM alpine\nRUN cat <<END > /motd\nhello\nEND\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[must_use]
    pub fn heredoc(self, body: impl AsRef<str>) -> Command {
        let body = with_line_feed(body.as_ref());
        match self {
            Command::Shell(Shell(Repr::Line(line))) => match heredoc::marker(&line) {
                // Nothing but a heredoc is a script.
                Some(marker) => Command::Script(Script::of(&marker, &body)),
                None => Command::Shell(Shell(Repr::Line(line)).with_body(body)),
            },
            Command::Shell(shell) => Command::Shell(shell.with_body(body)),
            // There can be no marker for it: it is kept, and reported.
            Command::Exec(exec) => Command::Exec(exec.with_body(body)),
            Command::Script(script) => {
                let line = format!("<<{}", heredoc::delimiter(&script.0.body));
                Command::Shell(
                    Shell(Repr::Line(Line::new(&line)))
                        .with_body(script.0.body)
                        .with_body(body),
                )
            }
        }
    }

    /// The parts that its text was made of, where they matter.
    #[inline]
    pub(crate) fn made(&self) -> Option<&Made> {
        match self {
            Command::Shell(shell) => shell.made(),
            Command::Exec(_) | Command::Script(_) => None,
        }
    }

    /// Returns `true` if a command is written the same. `own_line`: whether it begins on a line of
    /// its own, whatever it says.
    pub(crate) fn is_same(&self, other: &Command, own_line: bool) -> bool {
        match (self, other) {
            (Command::Shell(one), Command::Shell(other)) => one.is_same(other, own_line),
            (one, other) => one == other,
        }
    }

    /// The number of the line break that its n-th line follows. `above`: how many there are above
    /// the command.
    pub(crate) fn break_above(&self, line: usize, above: usize) -> Option<usize> {
        let (count, below) = match self {
            Command::Shell(shell) => (shell.line_list().len(), shell.layout().below),
            Command::Exec(_) | Command::Script(_) => (1, false),
        };
        let above = above.max(usize::from(below));
        (line < count && above + line > 0).then_some(above + line)
    }

    /// Says that the command is on a line of its own because of what precedes it.
    pub(crate) fn forget_below(&mut self) {
        if let Command::Shell(shell) = self {
            let layout = shell.layout();
            shell.set_layout(ShellLayout {
                below: false,
                ..layout
            });
        }
    }

    /// Reads a command: a JSON array, a heredoc that is all of it, or text for the shell.
    pub(crate) fn read(
        rest: Word<'_>,
        heredocs: Heredocs,
        args: &mut Args<'_, '_>,
    ) -> Option<Command> {
        args.mark(Part::Command, rest.span.clone());
        match json::array(rest.text) {
            json::Array::Strings(strings) => {
                let start = rest.span.start;
                for (n, string) in strings.iter().enumerate() {
                    let span = start + string.span.start..start + string.span.end;
                    args.mark(Part::Argument(n), span);
                }
                let words = strings.iter().map(|string| shared(&string.text));
                Some(Command::Exec(Exec(ExecRepr::Words(words.collect()))))
            }
            json::Array::Other => {
                args.refuse_array(rest.span);
                None
            }
            json::Array::No => {
                let bodies = match heredocs {
                    Heredocs::Taken => std::mem::take(&mut args.bodies),
                    Heredocs::Left => Vec::new(),
                };
                for (nth, body) in bodies.iter().enumerate() {
                    args.mark_source(Part::Heredoc(nth), body.span.clone());
                }
                if let Some(body) = bodies.first() {
                    if heredoc::marker(rest.text).is_some() {
                        return Some(Command::Script(Script::of(&body.marker, body.text)));
                    }
                }
                let mut shell = Shell::read(&rest, args);
                for body in bodies {
                    shell = shell.with_body(body.text.into());
                }
                Some(Command::Shell(shell))
            }
        }
    }

    /// Writes the command. `heredocs`: whether the instruction takes any; `on_line`: whether a line
    /// is broken before it.
    pub(crate) fn write(&self, w: &mut Writer<'_>, place: Placement) {
        match self {
            Command::Shell(shell) => shell.write(w, place),
            Command::Exec(exec) => exec.write(w, place),
            Command::Script(script) => script.write(w, place),
        }
    }
}

/// The position of a command in a text, and how it is joined to the one before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placement {
    /// `true` if it begins on a line of its own.
    pub(crate) own_line: bool,
    /// `true` if flags could precede it, so that text that looks like one has to be set off.
    pub(crate) after_flags: bool,
    /// `true` if the instruction takes heredocs.
    pub(crate) heredocs: bool,
    /// `true` if Docker rejects an empty list of words, and empty text.
    pub(crate) words: bool,
    pub(crate) text: bool,
}

impl Placement {
    /// After the keyword.
    pub(crate) const PLAIN: Placement = Placement {
        own_line: false,
        after_flags: true,
        heredocs: false,
        words: false,
        text: false,
    };

    /// Separates a command from what is before it, by its first line.
    fn separate(self, w: &mut Writer<'_>, first: &str) {
        // A line that begins with `#` would be dropped as a comment.
        if self.own_line && !first.starts_with('#') {
            w.line_break()
        } else {
            w.space()
        }
    }
}

from_strings!(Command, Command::shell);

macro_rules! exec_from_lists {
    ($([$($param:tt)*] $list:ty;)*) => {$(
        impl<$($param)*> From<$list> for Command {
            fn from(args: $list) -> Command {
                Command::exec(args)
            }
        }
    )*};
}

exec_from_lists! {
    [S: AsRef<str>, const N: usize] [S; N];
    ['a, S: AsRef<str>, const N: usize] &'a [S; N];
    ['a, S: AsRef<str>] &'a [S];
    [S: AsRef<str>] Vec<S>;
    ['a, S: AsRef<str>] &'a Vec<S>;
}

impl From<&Command> for Command {
    fn from(command: &Command) -> Command {
        command.clone()
    }
}

/// A command in shell form: one line, or several that Docker joins, with the bodies of its
/// heredocs.
///
/// See [`Command`] for an example; [`words`] makes one of values.
#[derive(Debug, Clone)]
pub struct Shell(Repr);

#[derive(Debug, Clone)]
enum Repr {
    Line(Line),
    Lines(Box<Lines>),
}

#[derive(Debug, Clone, Default)]
struct Lines {
    lines: TextLines,
    rare: Rare<Extras>,
    layout: ShellLayout,
    /// The escape character of the file that they were read from.
    read_with: Option<Escape>,
}

/// The parts that few commands have.
#[derive(Debug, Clone)]
struct Extras {
    bodies: Vec<SmolStr>,
    /// The items that the lines were made of, where they matter.
    made: Option<Made>,
}

impl Extras {
    /// Returns `true` if the lines were made of the items of a chain.
    fn is_chain(&self) -> bool {
        let made = self.made.as_ref();
        made.is_some_and(|made| made.kind() == made::Kind::Chain)
    }
}

impl Unset for Extras {
    const UNSET: Extras = Extras {
        bodies: Vec::new(),
        made: None,
    };
    const SHARED: &'static Extras = &Extras::UNSET;
}

/// The layout of the lines of a command: where each begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct ShellLayout {
    /// `true` if the first one is below the keyword, where no flag moves it there anyway.
    below: bool,
    /// The number of spaces by which the other lines are deeper than the first one, if that is on a
    /// line of its own.
    indent: u8,
}

/// Commands are equal if they are written the same.
impl PartialEq for Shell {
    fn eq(&self, other: &Shell) -> bool {
        self.is_same(other, false)
    }
}

impl Eq for Shell {}

impl Hash for Shell {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.line_list().hash(state);
        self.bodies().hash(state);
    }
}

impl Shell {
    /// Returns the lines, without what joins them. A space and the indentation are between two
    /// lines, except where a line ends inside quotes: there they meet exactly.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.line_list().iter()
    }

    /// Returns the text that the shell gets, with one space where lines were joined.
    pub fn joined(&self) -> String {
        let escape = match &self.0 {
            Repr::Lines(lines) => lines.read_with.unwrap_or_default(),
            Repr::Line(_) => Escape::default(),
        };
        let mut out = String::new();
        let mut quotes = Quotes::default();
        for (n, line) in self.lines().enumerate() {
            if n > 0 && quotes.open.is_none() {
                out.push(' ');
            }
            out.push_str(if quotes.open.is_none() {
                line.trim_start()
            } else {
                line
            });
            quotes.pass(line, escape);
        }
        out
    }

    /// Returns the bodies of the heredocs whose markers are in the text, in order; nothing if it
    /// has none.
    pub fn heredocs(&self) -> impl Iterator<Item = &str> {
        self.bodies().iter().map(SmolStr::as_str)
    }

    /// Returns `true` if a command is written the same. `own_line`: whether it begins on a line of
    /// its own, whatever it says.
    fn is_same(&self, other: &Shell, own_line: bool) -> bool {
        let (one, two) = (self.layout(), other.layout());
        let same_layout = (own_line || one.below == two.below)
            && (one.indent == two.indent || !(own_line || one.below));
        same_layout && self.line_list() == other.line_list() && self.bodies() == other.bodies()
    }

    /// Shell text from the lines between which Docker's text is continued. The indentation that the
    /// continued lines have in common is dropped, as the writer gives them its own; lines that
    /// begin inside quotes keep theirs.
    pub(crate) fn from_lines<'a>(lines: impl Iterator<Item = &'a str>, escape: Escape) -> Shell {
        let mut quotes = Quotes::default();
        let mut parts = Vec::new();
        for line in lines {
            let mut part = LinePart::new(Cow::Borrowed(line), 0..0, &quotes);
            quotes.pass(&part.text, escape);
            part.closed = quotes.open.is_none();
            parts.push(part);
        }
        let (lines, _) = dedent(parts);
        Shell::of(lines, Vec::new(), ShellLayout::default())
    }

    fn of(lines: TextLines, bodies: Vec<SmolStr>, layout: ShellLayout) -> Shell {
        let plain = bodies.is_empty() && layout == ShellLayout::default();
        if let Some(line) = lines.single().filter(|_| plain) {
            return Shell(Repr::Line(Line::new(line)));
        }
        if lines.list().is_empty() {
            return Shell(Repr::Line(Line::new("")));
        }
        let mut all = Lines {
            lines,
            layout,
            ..Lines::default()
        };
        if !bodies.is_empty() {
            all.rare.bodies = bodies;
        }
        Shell(Repr::Lines(Box::new(all)))
    }

    /// The same as several lines, to which something can be added.
    fn into_lines(self) -> Box<Lines> {
        match self.0 {
            Repr::Line(line) => Box::new(Lines {
                lines: TextLines::of(&[&line]),
                ..Lines::default()
            }),
            Repr::Lines(lines) => lines,
        }
    }

    pub(crate) fn with_body(self, body: SmolStr) -> Shell {
        let mut lines = self.into_lines();
        lines.rare.bodies.push(body);
        Shell(Repr::Lines(lines))
    }

    fn set_layout(&mut self, layout: ShellLayout) {
        match &mut self.0 {
            Repr::Line(line) => {
                let lines = TextLines::of(&[&*line]);
                *self = Shell::of(lines, Vec::new(), layout);
            }
            Repr::Lines(all) => {
                all.layout = layout;
                if all.rare.made.is_none() && all.lines.single().is_some() {
                    let mut all = std::mem::take(&mut **all);
                    *self = Shell::of(all.lines, all.rare.take().bodies, layout);
                }
            }
        }
    }

    fn layout(&self) -> ShellLayout {
        match &self.0 {
            Repr::Line(_) => ShellLayout::default(),
            Repr::Lines(lines) => lines.layout,
        }
    }

    fn line_list(&self) -> LineList<'_> {
        match &self.0 {
            Repr::Line(line) => LineList::One(line),
            Repr::Lines(lines) => lines.lines.list(),
        }
    }

    /// The only line, if there is one.
    fn single(&self) -> Option<&str> {
        match &self.0 {
            Repr::Line(line) => Some(line),
            Repr::Lines(lines) => lines.lines.single(),
        }
    }

    fn bodies(&self) -> &[SmolStr] {
        match &self.0 {
            Repr::Line(_) => &[],
            Repr::Lines(lines) => &lines.rare.bodies,
        }
    }

    /// Reads text for the shell, with the lines that it was continued over.
    fn read(rest: &Word<'_>, args: &mut Args<'_, '_>) -> Shell {
        let (start, end) = (rest.span.start, rest.span.end);
        let line = args.line();
        if line.is_single() {
            args.mark(Part::CommandLine(0), rest.span.clone());
            return Shell(Repr::Line(Line::new(rest.text)));
        }
        // Where the first line is alone, the others are as deep as they are below it.
        let first = line.indentation(start).filter(|_| !rest.text.is_empty());
        let first = first.map(columns);
        let mut layout = ShellLayout {
            below: first.is_some(),
            indent: 0,
        };
        if first.is_some() {
            args.break_before(start);
        }
        let joints = line.joints(start..end);
        let count = joints.clone().count();
        if count == 0 {
            args.mark(Part::CommandLine(0), rest.span.clone());
            let mut shell = Shell(Repr::Line(Line::new(rest.text)));
            if layout.below {
                shell.set_layout(layout);
            }
            return shell;
        }
        let escape = args.escape;
        let quoted = line.bytes.have_quote_or(escape);
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let mut parts: Vec<LinePart<'_>> = Vec::with_capacity(count + 1);
        let mut quotes = Quotes::default();
        let mut from = start;
        let mut apart = false;
        for to in joints.chain([end]) {
            let piece = args.line_slice(from..to);
            let met = parts.last().is_some_and(|last| {
                let ends_blank = last.text.as_bytes().last().is_some_and(blank);
                let begins_blank = piece.as_bytes().first().is_some_and(blank);
                quotes.open.is_none() && !apart && !ends_blank && !begins_blank
            });
            let empty = piece.bytes().all(|byte| blank(&byte));
            // Other white space is not a space to the shell, nor is any inside quotes, but could
            // not be alone.
            let kept = trim_start(piece).is_empty() && (!empty || quotes.open.is_some());
            match parts.last_mut() {
                // Words that meet at the joint are one.
                Some(last) if met || kept => {
                    last.text += piece;
                    last.span.end = to;
                }
                // Its spaces keep what precedes them apart from what follows.
                _ if empty => apart |= !piece.is_empty(),
                _ => {
                    apart = false;
                    let outside = !parts.is_empty() && quotes.open.is_none();
                    let text = if outside { detab(piece) } else { piece.into() };
                    parts.push(LinePart::new(text, from..to, &quotes));
                }
            }
            if quoted {
                quotes.pass(piece, escape);
            }
            if let Some(last) = parts.last_mut() {
                last.closed = quotes.open.is_none();
            }
            from = to;
        }
        for (n, part) in parts.iter().enumerate() {
            if n > 0 {
                args.break_before(part.span.start);
            }
            args.mark(Part::CommandLine(n), part.span.clone());
        }
        let (lines, common) = dedent(parts);
        let deeper = common.saturating_sub(first.unwrap_or(common));
        layout.indent = u8::try_from(deeper).unwrap_or(u8::MAX);
        Shell::of(lines, Vec::new(), layout).read_with(escape)
    }

    #[inline]
    fn write(&self, w: &mut Writer<'_>, place: Placement) {
        if let Repr::Line(line) = &self.0 {
            if !place.own_line && w.plain_command(line) {
                return;
            }
        }
        self.write_lines(w, place);
    }

    #[inline(never)]
    fn write_lines(&self, w: &mut Writer<'_>, mut place: Placement) {
        if let Some(other) = self.under(None, w.escape()) {
            return other.write_lines(w, place);
        }
        let lines = self.line_list();
        let single = self.single().is_some();
        let layout = self.layout();
        place.own_line |= layout.below;
        let deeper = match place.own_line {
            true => usize::from(layout.indent),
            false => 0,
        };
        let (first, last) = (lines.first(), lines.last());
        for (line, fault) in self.faults() {
            let kind = match fault.is_of_word() {
                true => ProblemKind::Misquoted(*fault),
                false => ProblemKind::Lost(*fault),
            };
            w.problem(Part::CommandLine(*line), kind);
        }
        if first.is_empty() && single && self.bodies().is_empty() {
            if place.text {
                w.problem(Part::Command, ProblemKind::Empty("command"));
            }
            return;
        }
        place.separate(w, first);
        // A blank line at the end is a line that is lost.
        let end = if !single && last.trim().is_empty() {
            first
        } else {
            last
        };
        let blank = first.is_empty() || end.is_empty() || begins_blank(first) || ends_blank(end);
        if blank && self.faults().is_empty() {
            w.problem(Part::Command, ProblemKind::OuterBlank);
        }
        if place.after_flags && first.starts_with("--") {
            w.token("-- ");
        }
        let start = w.position();
        let escape = w.escape();
        if escape != Escape::Backslash && !single {
            // Where a line is inside quotes depends on the escape character: what was taken for a
            // space of the text may be none.
            let again = Shell::from_lines(lines.iter(), escape);
            let other = again.lines().zip(lines.iter()).position(|(a, b)| a != b);
            if let Some(n) = other {
                w.problem(Part::CommandLine(n), ProblemKind::OuterBlank);
            }
        }
        // One problem of a line is enough.
        let is_faulty = |n: usize| self.faults().iter().any(|(line, _)| *line == n);
        let mut quotes = Quotes::default();
        let (mut n, mut rest) = (0, lines.iter());
        while let Some(line) = rest.next() {
            let is_last = rest.is_done();
            let part = Part::CommandLine(n);
            if n > 0 {
                let content = line.trim_start();
                if quotes.open.is_some() {
                    w.line_break_exactly(0);
                } else {
                    w.line_break_deeper(deeper, line.len() - content.len());
                }
                let comment = content.starts_with('#');
                if (content.is_empty() || comment) && !is_faulty(n) {
                    w.problem(part, ProblemKind::LostLine { comment });
                }
            }
            if !is_last {
                quotes.pass(line, escape);
            }
            w.shell_line(line, part);
            if !is_last && quotes.open.is_some() && line.ends_with(escape.char()) && !is_faulty(n) {
                // Together with the one that continues the line it would continue nothing.
                w.problem(part, ProblemKind::TrailingEscape(escape.char()));
            }
            n += 1;
        }
        w.mark(Part::Command, start);
        w.end_text(last);
        if first.starts_with('[') {
            // White space where lines are joined is nothing to JSON either, outside of strings.
            let joined = if single { first.into() } else { self.joined() };
            if json::array(&joined) != json::Array::No {
                w.problem(Part::Command, ProblemKind::JsonArray);
            }
        }
        if place.heredocs {
            w.heredoc_bodies(self.bodies());
        } else if !self.bodies().is_empty() {
            w.problem(Part::Command, ProblemKind::NoHeredoc);
        }
    }
}

/// A line of shell text on its way into a command.
struct LinePart<'a> {
    text: Cow<'a, str>,
    /// The range of the line in the logical line.
    span: Range<usize>,
    /// The start of the spaces at its end, which mean nothing.
    end: usize,
    /// `true` if it begins outside of quotes, so that it can be moved.
    free: bool,
    /// `true` if it ends outside of quotes.
    closed: bool,
}

impl<'a> LinePart<'a> {
    fn new(text: Cow<'a, str>, span: Range<usize>, quotes: &Quotes) -> LinePart<'a> {
        LinePart {
            end: text.len(),
            text,
            span,
            free: quotes.open.is_none(),
            closed: true,
        }
    }

    /// The text from a position on; an empty one if it does not reach there.
    fn content(&self, from: usize) -> &str {
        self.text.get(from..self.end).unwrap_or_default()
    }
}

/// Returns `true` if the first character is white space.
fn begins_blank(text: &str) -> bool {
    // Most begin with a letter.
    let graphic = text.as_bytes().first().is_some_and(u8::is_ascii_graphic);
    !graphic && text.starts_with(char::is_whitespace)
}

/// Returns `true` if the last character is white space.
fn ends_blank(text: &str) -> bool {
    let graphic = text.as_bytes().last().is_some_and(u8::is_ascii_graphic);
    !graphic && text.ends_with(char::is_whitespace)
}

/// Lines of which it is known how they begin and end, without the indentation that the continued
/// ones have in common, and that. Lines that begin inside quotes keep theirs; at the end of lines
/// outside of them, spaces are dropped.
fn dedent(mut parts: Vec<LinePart<'_>>) -> (TextLines, usize) {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let last = parts.len().saturating_sub(1);
    let mut common = usize::MAX;
    for (n, part) in parts.iter_mut().enumerate() {
        part.end = part.text.len();
        if part.closed && n < last {
            // The spaces at its end say nothing.
            part.end -= part.text.bytes().rev().take_while(blank).count();
        }
        part.free &= n > 0;
        if part.free {
            let indent = part.text.bytes().take_while(blank).count();
            if !trim_start(part.content(indent)).is_empty() {
                common = common.min(indent);
            }
        }
    }
    let mut lines = Vec::with_capacity(parts.len());
    for part in &parts {
        let from = if part.free { common } else { 0 };
        lines.push(part.content(from));
    }
    let lines = TextLines::of(&lines);
    (lines, if common == usize::MAX { 0 } else { common })
}

/// The width of a tab that indents a line.
const TAB: usize = 4;

/// The number of columns that white space takes.
fn columns(blanks: &str) -> usize {
    let mut columns = 0;
    for c in blanks.chars() {
        columns += if c == '\t' { TAB - columns % TAB } else { 1 };
    }
    columns
}

/// A line that is indented by spaces, if it was by tabs.
fn detab(line: &str) -> Cow<'_, str> {
    let content = line.trim_start_matches([' ', '\t']);
    let blanks = line.get(..line.len() - content.len()).unwrap_or_default();
    if !blanks.starts_with('\t') {
        return line.into();
    }
    Cow::Owned(" ".repeat(columns(blanks)) + content)
}

/// The quote that is open in shell text, so that a line that ends inside one is continued exactly.
#[derive(Debug, Default)]
struct Quotes {
    open: Option<u8>,
}

impl Quotes {
    fn pass(&mut self, line: &str, escape: Escape) {
        // Without branches, many bytes are looked at together; most lines have none of these.
        let mut matters = false;
        for b in line.bytes() {
            matters |= b == b'\'' || b == b'"' || b == escape.byte();
        }
        if !matters {
            return;
        }
        let mut bytes = line.bytes();
        while let Some(b) = bytes.next() {
            match self.open {
                Some(quote) if b == quote => self.open = None,
                Some(b'\'') => {}
                // Whatever is escaped, its first byte says all.
                _ if b == escape.byte() => {
                    bytes.next();
                }
                None if matches!(b, b'\'' | b'"') => self.open = Some(b),
                _ => {}
            }
        }
    }
}

/// A program and its arguments, run without a shell. See [`Command`] for an example.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Exec(ExecRepr);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum ExecRepr {
    Words(Arc<[SmolStr]>),
    Misplaced(Box<Misplaced>),
}

/// Words, and the bodies of heredocs that they were given and have no place for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Misplaced {
    words: Arc<[SmolStr]>,
    bodies: Vec<SmolStr>,
}

impl Default for ExecRepr {
    fn default() -> ExecRepr {
        ExecRepr::Words(Arc::default())
    }
}

impl<S: AsRef<str>> FromIterator<S> for Exec {
    fn from_iter<I: IntoIterator<Item = S>>(words: I) -> Exec {
        let words = words.into_iter().map(|word| shared(word.as_ref()));
        Exec(ExecRepr::Words(words.collect()))
    }
}

impl Exec {
    /// Returns the program and its arguments.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.slice().iter().map(SmolStr::as_str)
    }

    /// Returns the number of words, the program among them.
    pub fn len(&self) -> usize {
        self.slice().len()
    }

    /// Returns `true` if it has no words: `CMD []`.
    pub fn is_empty(&self) -> bool {
        self.slice().is_empty()
    }

    fn slice(&self) -> &[SmolStr] {
        match &self.0 {
            ExecRepr::Words(words) => words,
            ExecRepr::Misplaced(both) => &both.words,
        }
    }

    fn write(&self, w: &mut Writer<'_>, place: Placement) {
        place.separate(w, "");
        let start = w.position();
        if self.is_empty() && place.words {
            w.problem(Part::Command, ProblemKind::Empty("command"));
        }
        w.json(self.iter());
        w.mark(Part::Command, start);
        if !self.bodies().is_empty() {
            w.problem(Part::Command, ProblemKind::UnmarkedHeredoc);
        }
    }

    /// The bodies of heredocs that it was given and has no place for.
    fn bodies(&self) -> &[SmolStr] {
        match &self.0 {
            ExecRepr::Words(_) => &[],
            ExecRepr::Misplaced(both) => &both.bodies,
        }
    }

    fn with_body(self, body: SmolStr) -> Exec {
        let mut both = match self.0 {
            ExecRepr::Misplaced(both) => both,
            ExecRepr::Words(words) => Box::new(Misplaced {
                words,
                bodies: Vec::new(),
            }),
        };
        both.bodies.push(body);
        Exec(ExecRepr::Misplaced(both))
    }
}

/// A script in a heredoc, as [`Run::script`](super::Run::script) makes it. RUN alone takes one.
///
/// ```
/// use multistage::instruction::Command;
///
/// let Command::Script(script) = Command::script("set -e\nmake") else { panic!("a script") };
/// assert_eq!(script.body(), "set -e\nmake\n");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Script(Box<ScriptRepr>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct ScriptRepr {
    name: Option<SmolStr>,
    body: SmolStr,
}

impl Script {
    /// A heredoc that is all of a command.
    fn of(marker: &heredoc::Marker, body: &str) -> Script {
        let text = if marker.strip_tabs {
            heredoc::strip_tabs(body)
        } else {
            body.into()
        };
        let name = marker.name.clone();
        // A name that would be chosen anyway is not a name, nor is one that the writer could not
        // write.
        let plain = !name.is_empty() && name.chars().all(heredoc::is_name_char);
        let chosen = heredoc::delimiter(&text) == name;
        let kept = plain && !chosen && !heredoc::ends_early(&text, &name);
        Script::new(kept.then_some(name), text.into())
    }

    fn new(name: Option<SmolStr>, body: SmolStr) -> Script {
        Script(Box::new(ScriptRepr { name, body }))
    }

    fn write(&self, w: &mut Writer<'_>, place: Placement) {
        place.separate(w, "");
        let start = w.position();
        if !place.heredocs {
            w.problem(Part::Command, ProblemKind::NoHeredoc);
        }
        let ScriptRepr { name, body } = &*self.0;
        let name = w.heredoc_name(name.as_deref(), body, Part::Command);
        w.heredoc(&name, heredoc::Delimiter::Bare, body, 0);
        w.mark(Part::Command, start);
    }

    /// Returns the text of the script; it ends in a newline.
    pub fn body(&self) -> &str {
        &self.0.body
    }
}

/// A heredoc's body ends in a newline or is empty.
pub(crate) fn with_line_feed(body: &str) -> SmolStr {
    if body.is_empty() || body.ends_with('\n') {
        body.into()
    } else {
        smol_str::format_smolstr!("{body}\n")
    }
}

impl Command {
    /// The program and its arguments, as RUN runs them. The text of a shell form is made where it
    /// is asked for, unless all are wanted: see [`running_text`](Command::running_text).
    pub(crate) fn arguments(&self, scope: &Scope<'_>) -> Arguments {
        match self {
            Command::Exec(exec) => Arguments::Words(exec.words()),
            Command::Shell(_) if !scope.given.texts => Arguments::Shell(OnceLock::new()),
            Command::Shell(_) | Command::Script(_) => {
                let text = self.text_to_run(scope);
                Arguments::Shell(OnceLock::from(Box::from(text.as_str())))
            }
        }
    }

    /// The text of a shell form, or the last argument of another, given the command as it runs.
    pub(crate) fn running_text<'c>(
        &'c self,
        running: &'c Running,
        escape: Escape,
    ) -> Option<&'c str> {
        match self {
            Command::Shell(Shell(Repr::Line(line))) => Some(line),
            _ => running.last(|| self.text(escape).as_str().into()),
        }
    }

    /// The text that a shell is given to run; of exec form, the words.
    pub(crate) fn text_to_run(&self, scope: &Scope<'_>) -> SmolStr {
        match self {
            Command::Exec(_) | Command::Shell(_) => self.text(scope.given.escape),
            Command::Script(script) => {
                let windows = System::of(&scope.platform.os) == System::Windows;
                if !windows && script.0.body.starts_with("#!") {
                    let chosen = || heredoc::delimiter(&script.0.body);
                    let name = script.0.name.clone().unwrap_or_else(chosen);
                    smol_str::format_smolstr!("/dev/pipes/{name}")
                } else {
                    script.0.body.clone()
                }
            }
        }
    }
}

impl Command {
    /// The text of a shell form or of a script.
    pub(crate) fn text(&self, escape: Escape) -> SmolStr {
        match self {
            Command::Shell(shell) => shell.text(escape),
            Command::Script(script) => script.0.body.clone(),
            Command::Exec(exec) => exec.slice().join(" ").into(),
        }
    }
}

impl Shell {
    /// The text that the shell gets: the lines as Docker joins them, and the heredocs below.
    fn text(&self, escape: Escape) -> SmolStr {
        if let Repr::Line(line) = &self.0 {
            return shared(line);
        }
        if let Some(other) = self.under(None, escape) {
            return other.text(escape);
        }
        let lines = self.line_list();
        let joints = lines.len() * (1 + INDENT.len());
        let mut out = String::with_capacity(lines.text_len() + joints);
        let mut quotes = Quotes::default();
        for (n, line) in self.lines().enumerate() {
            if n > 0 && quotes.open.is_none() {
                out.push(' ');
                out.push_str(INDENT);
            }
            out.push_str(line);
            quotes.pass(line, escape);
        }
        if self.bodies().is_empty() {
            return out.into();
        }
        let names = heredoc::markers(&out).into_iter().map(|marker| marker.name);
        let bodies: Vec<(String, &str)> = names
            .map(|name| name.to_string())
            .zip(self.heredocs())
            .collect();
        for (name, body) in bodies {
            out.push('\n');
            out.push_str(body);
            out.push_str(&name);
        }
        out.into()
    }
}

impl Exec {
    pub(crate) fn words(&self) -> Words {
        match &self.0 {
            ExecRepr::Words(words) => Arc::clone(words),
            ExecRepr::Misplaced(both) => Arc::clone(&both.words),
        }
    }
}

/// The indentation of continued lines, which is part of what the shell gets.
const INDENT: &str = "    ";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruction::{Cmd, Run};
    use crate::render::draft;
    use crate::{Dockerfile, Stage, Style};

    #[track_caller]
    fn renders(run: Run, expected: &str) {
        let mut file = Dockerfile::new();
        file.push(Stage::new("a").run(run));
        let text = file.render().unwrap_or_default();
        assert_eq!(text.strip_prefix("FROM a\n"), Some(expected));
        #[cfg(feature = "parse")]
        assert_eq!(Dockerfile::parse(&text).as_ref(), Ok(&file));
    }

    #[test]
    fn an_escape_before_a_joint_inside_quotes() {
        let refused = |line: &str| {
            let mut file = Dockerfile::new();
            file.push(Stage::new("a").instruction(Cmd::new(Command::lines([line, "b'"]))));
            !draft(&file, Style::default()).problems.is_empty()
        };
        assert!(refused("'a\\"));
        assert!(refused("'a\\\\"));
        assert!(!refused("'a"));
        renders(Run::lines(["a\\\\", "b"]), "RUN a\\\\ \\\n    b\n");
    }

    #[test]
    fn lines_whose_quotes_depend_on_the_escape() {
        let refused = |line: &str| {
            let mut file = Dockerfile::new();
            file.set_escape(Escape::Backtick);
            file.push(Stage::new("a").run(Run::lines([line, "b"])));
            !draft(&file, Style::default()).problems.is_empty()
        };
        // The quote is open for a backslash, and the blank part of it.
        assert!(refused("dir \"C:\\\" "));
        assert!(!refused("dir \"C:\\\""));
        assert!(!refused("dir "));
    }

    #[test]
    fn a_marker_that_ends_in_escapes() {
        let command = Command::shell("cat <<E\\\\").heredoc("x");
        renders(Run::new(command), "RUN cat <<E\\\\\nx\nE\\\n");
    }

    #[test]
    fn a_marker_is_a_word_of_the_whole_line() {
        let command = Command::shell("\u{feff}<<A <<B").heredoc("x");
        renders(Run::new(command), "RUN \u{feff}<<A <<B\nx\nB\n");
    }

    #[test]
    fn nothing_but_a_heredoc_is_a_script() {
        let heredoc = |line: &str, body: &str| Command::shell(line).heredoc(body);
        assert_eq!(heredoc("<<EOF", "x"), Command::script("x"));
        assert_eq!(heredoc("<<-'EOF'", "\tx"), Command::script("x"));
        renders(Run::new(heredoc("<<END", "x")), "RUN <<END\nx\nEND\n");
    }
}
