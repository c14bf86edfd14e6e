//! `words`: data in the text of a command; how texts and words are put together.

use std::ops::Add;

use smol_str::SmolStr;

use super::lines::Line;
use super::made::{Kind, Made, Piece};
use super::{Command, Extras, Lines, Repr, Shell, ShellLayout, TextLines};
use crate::syntax::shell::{Dialect, Fault, is_simple, may_lose};
use crate::text::{Escape, from_strings};

/// Words as data in the text of a command: the shell takes each for exactly this string.
///
/// It is a command, an item of [`Command::chain`], or with `+` a part of either. The words are
/// quoted for the shell that runs the command: a POSIX shell unless SHELL of the stage, or of the
/// stage that it is based on, says otherwise. In a file whose escape character is the backtick, the
/// shell of a Windows image is `cmd`.
///
/// ```
/// use multistage::{Dockerfile, Stage, instruction::{Run, ShellText, words}};
///
/// let user = "ann; curl evil";
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("debian:12")
///     .run(words(["useradd", "-m", user]))
///     .run(Run::chain(["mkdir /srv/app"])
///         .and(ShellText::new("chown -R ") + words([user]) + " /srv/app")));
/// assert_eq!(file.render()?, "\
/// FROM debian:12
/// RUN useradd -m 'ann; curl evil'
/// RUN mkdir /srv/app \\
///     && chown -R 'ann; curl evil' /srv/app
/// ");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// # Errors
///
/// When the file is rendered, these are errors:
///
/// - A word that the shell cannot be given: one with a newline in a POSIX shell; with a newline,
///   `"` or `%` in `cmd`; with a NUL anywhere. The exec form, a list of strings, holds newlines.
/// - Words that need quotes for a shell that this crate does not know ([`Dialect::of`]). Write
///   SHELL in the stage, or call [`ShellText::quoted_for`](Shell::quoted_for).
/// - Words inside quotes, a comment, `${..}` or backticks of the text around them.
pub fn words<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> Shell {
    let mut list: Vec<SmolStr> = Vec::new();
    for word in words {
        list.push(word.as_ref().into());
    }
    Shell::from_pieces(vec![Piece::Words(list)])
}

from_strings!(Shell, Shell::new);

impl From<&Shell> for Shell {
    fn from(shell: &Shell) -> Shell {
        shell.clone()
    }
}

impl From<Shell> for Command {
    fn from(shell: Shell) -> Command {
        Command::Shell(shell)
    }
}

impl<T: Into<Shell>> Add<T> for Shell {
    type Output = Shell;

    /// Puts text, or [`words`], after this text: side by side, without a space.
    fn add(self, right: T) -> Shell {
        self.join(right.into())
    }
}

impl Shell {
    /// Creates text for the shell, as it is: nothing in it is quoted.
    pub fn new(text: impl AsRef<str>) -> Shell {
        Shell(Repr::Line(Line::new(text.as_ref())))
    }

    /// Quotes the [`words`] in it for this shell, whichever shell the stage seems to have.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage, instruction::{Dialect, words}};
    ///
    /// let mut file = Dockerfile::new();
    /// let greeting = words(["echo", "it's"]);
    /// file.push(Stage::new("alpine")
    ///     .shell(["/opt/run-with-bash"])
    ///     .run(greeting.quoted_for(Dialect::Posix)));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// SHELL [\"/opt/run-with-bash\"]
    /// RUN echo 'it'\\''s'
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[must_use]
    pub fn quoted_for(mut self, dialect: Dialect) -> Shell {
        self.make_for(Some(dialect));
        if let Repr::Lines(lines) = &mut self.0 {
            if let Some(rare) = lines.rare.get_mut() {
                rare.made.take_if(|made| made.faults().is_empty());
            }
        }
        self
    }

    fn from_pieces(pieces: Vec<Piece>) -> Shell {
        let mut lines = Vec::new();
        let mut made = Made::new(Kind::Whole);
        made.push(pieces, &mut lines);
        Shell::made_of(lines, Vec::new(), Some(made))
    }

    /// The text, and what it was made of.
    fn made_of(mut lines: Vec<SmolStr>, bodies: Vec<SmolStr>, made: Option<Made>) -> Shell {
        let Some(made) = made else {
            return Shell::of(TextLines::Apart(lines), bodies, ShellLayout::default());
        };
        if lines.is_empty() {
            lines.push(SmolStr::default());
        }
        let mut all = Lines {
            lines: TextLines::Apart(lines),
            ..Lines::default()
        };
        *all.rare = Extras {
            bodies,
            made: Some(made),
        };
        Shell(Repr::Lines(Box::new(all)))
    }

    /// Returns the pieces of the text, and the bodies of its heredocs.
    fn into_pieces(self) -> (Vec<Piece>, Vec<SmolStr>) {
        let mut lines = match self.0 {
            Repr::Line(line) => return (vec![Piece::Text(line.into_shared())], Vec::new()),
            Repr::Lines(lines) => *lines,
        };
        let Extras { bodies, made } = lines.rare.take();
        let pieces = match made {
            Some(made) if made.kind() == Kind::Whole => made.into_pieces(),
            _ => vec![Piece::Text(lines.lines.list().joined(" \\\n"))],
        };
        (pieces, bodies)
    }

    fn join(self, right: Shell) -> Shell {
        let (mut pieces, mut bodies) = self.into_pieces();
        let (more, more_bodies) = right.into_pieces();
        pieces.extend(more);
        bodies.extend(more_bodies);
        let mut out = match pieces.iter().all(|piece| matches!(piece, Piece::Text(_))) {
            true => {
                let mut text = String::new();
                for piece in &pieces {
                    if let Piece::Text(piece) = piece {
                        text.push_str(piece);
                    }
                }
                Shell::new(text)
            }
            false => Shell::from_pieces(pieces),
        };
        for body in bodies {
            out = out.with_body(body);
        }
        out
    }

    /// A chain of commands of which is known that each runs.
    pub(crate) fn of_chain(lines: &[SmolStr]) -> Shell {
        Shell::from_lines(lines.iter().map(SmolStr::as_str), Escape::Backslash)
    }

    /// Lines of one command, as they are.
    pub(super) fn of_lines(lines: Vec<SmolStr>) -> Shell {
        let before = lines.len().saturating_sub(1);
        let lost = lines.iter().take(before).any(|line| may_lose(line));
        let made = (lost || lines.is_empty()).then(|| Made::of_lines(&lines));
        Shell::of_chain(&lines).with_made(made)
    }

    fn with_made(self, made: Option<Made>) -> Shell {
        if made.is_none() {
            return self;
        }
        let lines = self.line_list().to_vec();
        Shell::made_of(lines, self.bodies().to_vec(), made)
    }

    #[inline]
    pub(crate) fn made(&self) -> Option<&Made> {
        match &self.0 {
            Repr::Line(_) => None,
            Repr::Lines(lines) => lines.rare.made.as_ref(),
        }
    }

    /// Makes the text again for the shell that runs it.
    pub(crate) fn make_for(&mut self, dialect: Option<Dialect>) {
        let Repr::Lines(all) = &mut self.0 else {
            return;
        };
        let Some(made) = all.rare.get_mut().and_then(|rare| rare.made.as_mut()) else {
            return;
        };
        let mut lines = all.lines.take();
        made.make_for(dialect, &mut lines);
        all.lines = TextLines::Apart(Shell::of_chain(&lines).line_list().to_vec());
    }

    /// The faults of what it was made of, with their lines.
    pub(super) fn faults(&self) -> &[(usize, Fault)] {
        self.made().map_or(&[], Made::faults)
    }
}

/// A chain in the making.
#[derive(Debug, Default)]
pub(super) struct Chain {
    lines: Vec<SmolStr>,
    bodies: Vec<SmolStr>,
    /// The items that it is made of, where they are more than commands that all shells read alike.
    made: Option<Made>,
}

impl Chain {
    pub(super) fn push(&mut self, item: Shell) {
        match item.0 {
            Repr::Line(line) if self.made.is_none() && is_simple(&line) => {
                self.lines.push(match self.lines.is_empty() {
                    true => line.into_shared(),
                    false => smol_str::format_smolstr!("&& {}", &*line),
                });
            }
            repr => {
                let lines = &mut self.lines;
                let made = self.made.get_or_insert_with(|| from_simple(lines));
                let (pieces, bodies) = Shell(repr).into_pieces();
                made.push(pieces, lines);
                self.bodies.extend(bodies);
            }
        }
    }

    pub(super) fn finish(self) -> Shell {
        let Chain {
            lines,
            bodies,
            made,
        } = self;
        let made = match lines.is_empty() {
            true => Some(Made::without_items()),
            false => made,
        };
        let mut shell = Shell::of_chain(&lines);
        for body in bodies {
            shell = shell.with_body(body);
        }
        shell.with_made(made)
    }
}

/// A chain of which each line is an item so far.
fn from_simple(lines: &mut Vec<SmolStr>) -> Made {
    let mut made = Made::new(Kind::Chain);
    for line in std::mem::take(lines) {
        let text = line.strip_prefix("&& ").unwrap_or(&line);
        made.push(vec![Piece::Text(text.into())], lines);
    }
    made
}

impl Shell {
    /// Adds a command to a chain, of which this text is the first command if it is none yet.
    pub(super) fn and(mut self, item: Shell) -> Shell {
        if let Repr::Lines(all) = &mut self.0 {
            if let Some(Extras {
                bodies,
                made: Some(made),
            }) = all.rare.get_mut().filter(|rare| rare.is_chain())
            {
                let (pieces, more) = item.into_pieces();
                let mut lines = all.lines.take();
                made.push(pieces, &mut lines);
                all.lines = TextLines::Apart(lines);
                bodies.extend(more);
                return self;
            }
        }
        let mut chain = Chain::default();
        if self.is_simple_chain() {
            chain.lines = self.line_list().to_vec();
            chain.bodies = self.bodies().to_vec();
            chain.made = Some(from_simple(&mut chain.lines));
        } else {
            let (pieces, bodies) = self.into_pieces();
            chain.bodies = bodies;
            let made = chain.made.insert(Made::new(Kind::Chain));
            made.push(pieces, &mut chain.lines);
        }
        chain.push(item);
        chain.finish()
    }

    /// Returns `true` if its lines are those of a chain of commands that all shells read alike.
    fn is_simple_chain(&self) -> bool {
        let mut lines = self.lines();
        let first = lines.next().is_some_and(is_simple);
        first && lines.all(|line| line.strip_prefix("&& ").is_some_and(is_simple))
    }
}
