//! Shell languages: how a word is quoted in them, and where the commands of a text begin and end.

mod cursor;
mod posix;
mod quote;
mod windows;

pub(crate) use self::cursor::Cursor;
pub(crate) use self::quote::{WordOf, is_plain, push_word};

/// A shell language: the one that a SHELL instruction selects, or the default of the platform.
///
/// [`words`](crate::instruction::words) are quoted for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Dialect {
    /// `sh`, `bash`, `dash`, `ash`, `ksh` and `zsh`.
    Posix,
    /// `powershell` and `pwsh`.
    PowerShell,
    /// `cmd`, the default shell of Windows images.
    Cmd,
}

impl Dialect {
    pub(crate) const ALL: [Dialect; 3] = [Dialect::Posix, Dialect::PowerShell, Dialect::Cmd];

    /// Returns the dialect of the shell that the words of a SHELL instruction start; `None` for a
    /// shell that this crate does not know.
    ///
    /// ```
    /// use multistage::instruction::Dialect;
    ///
    /// assert_eq!(Dialect::of(["/bin/bash", "-o", "pipefail", "-c"]), Some(Dialect::Posix));
    /// assert_eq!(Dialect::of(["powershell", "-Command"]), Some(Dialect::PowerShell));
    /// assert_eq!(Dialect::of(["fish", "-c"]), None);
    /// ```
    pub fn of<S: AsRef<str>>(shell: impl IntoIterator<Item = S>) -> Option<Dialect> {
        let shell: Vec<S> = shell.into_iter().collect();
        let shell: Vec<&str> = shell.iter().map(AsRef::as_ref).collect();
        Dialect::of_words(&shell)
    }

    fn of_words(shell: &[&str]) -> Option<Dialect> {
        let (first, mut options) = shell.split_first()?;
        let mut program = program(first);
        // `env bash -c` and `busybox sh -c` start what follows.
        if matches!(program.as_str(), "env" | "busybox") {
            let (second, rest) = options.split_first()?;
            program = self::program(second);
            options = rest;
        }
        let last = options.last().copied().unwrap_or_default();
        match program.as_str() {
            "sh" | "bash" | "dash" | "ash" | "ksh" | "mksh" | "zsh" => {
                // The text is a command only after `-c`, alone or with other letters: `-ec`.
                let letters = last.strip_prefix('-').unwrap_or_default();
                let is_short = letters.bytes().all(|b| b.is_ascii_alphabetic());
                (is_short && letters.contains('c')).then_some(Dialect::Posix)
            }
            "powershell" | "pwsh" => {
                let last = last.to_ascii_lowercase();
                matches!(last.as_str(), "-command" | "-c" | "/command" | "/c")
                    .then_some(Dialect::PowerShell)
            }
            "cmd" => last.eq_ignore_ascii_case("/c").then_some(Dialect::Cmd),
            _ => None,
        }
    }

    /// The name of the shell for messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Dialect::Posix => "sh",
            Dialect::PowerShell => "PowerShell",
            Dialect::Cmd => "cmd",
        }
    }
}

/// The name of a program, without its directory and `.exe`, in lower case.
fn program(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.to_ascii_lowercase();
    name.strip_suffix(".exe").unwrap_or(&name).to_owned()
}

/// The reason why a command would not run as it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Fault {
    /// A chain or a list of lines without any.
    NoCommands,
    /// An item without a command.
    Empty,
    /// A comment that takes what is joined to it.
    Comment,
    /// An escape character at the end.
    Escape,
    /// A newline that ends a command.
    Newline,
    /// A quote, a parenthesis or a keyword such as `if` without its end.
    Open,
    /// An operator without a command before or after it.
    Operator,
    /// Several commands that the shell cannot group.
    Group,
    /// Words inside quotes or a comment.
    Inside,
    /// A word that the shell cannot be given.
    Word(char, Dialect),
    /// A quote at the beginning of a command, which `cmd` takes away.
    LeadingQuote,
    /// Words or groups for a shell that is not known.
    UnknownShell,
}

impl Fault {
    /// Returns `true` if it is about a word, not about a command.
    pub(crate) fn is_of_word(self) -> bool {
        matches!(
            self,
            Fault::Inside | Fault::Word(..) | Fault::LeadingQuote | Fault::UnknownShell
        )
    }
}

/// The shape of a text of commands.
#[derive(Debug)]
pub(crate) struct Shape {
    /// The lines that Docker may join again.
    pub(crate) lines: Vec<String>,
    /// The first fault, and its line.
    pub(crate) fault: Option<(usize, Fault)>,
    /// `true` if there is no command in it.
    pub(crate) empty: bool,
    /// `true` if it ends in a comment.
    pub(crate) comment: bool,
    /// `true` if `||` is in it, outside of all parentheses and compound commands.
    pub(crate) or: bool,
    /// `true` if `;` or `&` is between two commands, outside of the same.
    pub(crate) separated: bool,
    /// `true` if it ends in `;` or `&`.
    pub(crate) terminated: bool,
}

impl Shape {
    pub(crate) fn of(text: &str, marks: &[usize], dialect: Dialect) -> Shape {
        match dialect {
            Dialect::Posix => posix::Scanner::new(text, marks).run(),
            Dialect::PowerShell | Dialect::Cmd => windows::Scanner::new(text, marks, dialect).run(),
        }
    }

    fn new() -> Shape {
        Shape {
            lines: Vec::new(),
            fault: None,
            empty: true,
            comment: false,
            or: false,
            separated: false,
            terminated: false,
        }
    }

    fn fault(&mut self, fault: Fault) {
        let line = self.lines.len();
        self.fault.get_or_insert((line, fault));
    }
}

/// Returns `true` if no shell sees anything but one command in a text, so that it can be joined
/// with others as it is.
pub(crate) fn is_simple(text: &str) -> bool {
    let special = |b: u8| {
        matches!(
            b,
            b'\n'
                | b'\\'
                | b'\''
                | b'"'
                | b'`'
                | b'#'
                | b';'
                | b'&'
                | b'|'
                | b'('
                | b')'
                | b'{'
                | b'}'
                | b'^'
        )
    };
    if text.bytes().any(special) {
        return false;
    }
    !is_windows_comment(text)
        && !text.trim().is_empty()
        && !text.contains([
            '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}', '\u{201c}', '\u{201d}', '\u{201e}',
        ])
}

/// Returns the line of a text that Docker joins that ends in a comment or in an escape character,
/// so that the next one is lost.
pub(crate) fn lost_after(lines: &[&str], dialect: Dialect) -> Option<(usize, Fault)> {
    if dialect == Dialect::Posix {
        return posix::lost_after(lines);
    }
    let (_, before) = lines.split_last()?;
    for (n, line) in before.iter().enumerate() {
        let shape = Shape::of(line, &[], dialect);
        if shape.comment {
            return Some((n, Fault::Comment));
        }
        if let Some((_, Fault::Escape)) = shape.fault {
            return Some((n, Fault::Escape));
        }
    }
    None
}

/// Returns `true` if one of these lines could be the end of those that Docker joins to it.
pub(crate) fn may_lose(line: &str) -> bool {
    line.contains('#') || line.trim_end().ends_with(['\\', '`', '^']) || is_windows_comment(line)
}

/// Returns `true` if `cmd` takes a line for a comment.
fn is_windows_comment(line: &str) -> bool {
    let first = line.split_ascii_whitespace().next().unwrap_or_default();
    first.starts_with("::") || first.eq_ignore_ascii_case("rem")
}
