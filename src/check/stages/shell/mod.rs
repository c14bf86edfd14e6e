//! Shell text, read as far as the rules need it: commands and their words, and the variables in
//! them.
//!
//! It reads what the shells of the family of `sh` have in common. Nothing is expanded, and what is
//! nested is kept on a list, so that time is linear and no depth too deep.

mod commands;
mod scanner;

use std::borrow::Cow;

use indexmap::IndexSet;

use self::scanner::Scanner;
use crate::syntax::bytes;

/// A text as a shell reads it, before the shell runs it.
#[derive(Debug, Default)]
pub(in crate::check) struct Script<'t> {
    /// The simple commands, and the heads of loops, in the order in which they end.
    pub(in crate::check::stages) commands: Vec<Command<'t>>,
    /// The variables that are read, in order.
    pub(in crate::check::stages) uses: Vec<Use<'t>>,
    /// The variables that the text sets.
    pub(in crate::check::stages) set: IndexSet<Cow<'t, str>>,
    /// `true` if it runs other text in its own shell, which may set more: `. file`, `eval`.
    pub(in crate::check::stages) sources: bool,
}

/// A simple command.
#[derive(Debug, Default)]
pub(in crate::check::stages) struct Command<'t> {
    pub(in crate::check::stages) words: Vec<Word<'t>>,
    /// The operator between it and the command before.
    pub(in crate::check::stages) joint: Joint,
    /// The number of compound commands, groups and substitutions around it.
    pub(in crate::check::stages) depth: usize,
    /// The bodies of its heredocs.
    pub(in crate::check::stages) heredocs: Vec<Heredoc<'t>>,
    /// `true` if a word has the output of another command in it.
    pub(in crate::check::stages) substitutes: bool,
    /// `true` if its output goes into a file.
    pub(in crate::check::stages) writes: bool,
    /// `true` if a word is not an assignment.
    runs: bool,
}

/// A word, without its quotes; variables are in it as they are spelled.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in crate::check::stages) struct Word<'t> {
    pub(in crate::check::stages) text: Cow<'t, str>,
    /// `true` if any of it was quoted.
    pub(in crate::check::stages) quoted: bool,
}

/// The body of a heredoc.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::check::stages) struct Heredoc<'t> {
    pub(in crate::check::stages) body: &'t str,
    /// `true` if the shell expands nothing in it.
    pub(in crate::check::stages) literal: bool,
}

/// The operator between two commands.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in crate::check::stages) enum Joint {
    /// The end of a line, `;`, `&`, or nothing.
    #[default]
    End,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|`
    Pipe,
}

/// A variable that is read.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::check::stages) struct Use<'t> {
    pub(in crate::check::stages) name: &'t str,
    /// `true` if the text says what is to be done where it is not set: `${NAME:-default}`.
    pub(in crate::check::stages) guarded: bool,
    /// `true` if the text has set it by then.
    pub(in crate::check::stages) is_set: bool,
}

/// Reads a text.
pub(in crate::check::stages) fn read(text: &str) -> Script<'_> {
    let mut scanner = Scanner::new(text);
    scanner.run();
    scanner.script
}

/// Returns `true` if a text may read a variable that is wanted; `false` only if it reads none of
/// them.
pub(in crate::check::stages) fn may_use(text: &str, wanted: &dyn Fn(&str) -> bool) -> bool {
    let mut rest = text;
    while let Some(at) = bytes::find(rest.as_bytes(), b'$') {
        rest = rest.get(at + 1..).unwrap_or_default();
        let inner = rest.strip_prefix('{').unwrap_or(rest);
        let inner = inner.strip_prefix(['#', '!']).unwrap_or(inner);
        let end = inner.bytes().position(|b| !continues_name(b.into()));
        let name = inner.get(..end.unwrap_or(inner.len())).unwrap_or_default();
        if is_name(name) && wanted(name) {
            return true;
        }
    }
    false
}

/// Returns `true` if a program is a shell of the family of `sh`.
pub(in crate::check::stages) fn is_shell(program: &str) -> bool {
    matches!(
        base_name(program),
        "sh" | "bash" | "ash" | "dash" | "ksh" | "zsh"
    )
}

/// The last component of a path, of Windows too, without `.exe`.
pub(in crate::check::stages) fn base_name(program: &str) -> &str {
    let mut bytes = program.bytes();
    let above = bytes.rposition(|b| matches!(b, b'/' | b'\\'));
    let name = above.and_then(|above| program.get(above + 1..));
    let name = name.unwrap_or(program);
    name.strip_suffix(".exe").unwrap_or(name)
}

/// Returns `true` if a flag of a shell makes it stop at the first command that fails: `-e`, `-eux`.
pub(in crate::check::stages) fn is_errexit(flag: &str) -> bool {
    let letters = flag.strip_prefix('-');
    letters.is_some_and(|letters| {
        letters.contains('e') && letters.chars().all(|c| c.is_ascii_alphabetic())
    })
}

impl<'t> Command<'t> {
    /// The words after assignments and after programs that only run another one.
    pub(in crate::check::stages) fn plain(&self) -> &[Word<'t>] {
        let mut words = self.words.as_slice();
        while let Some((first, rest)) = words.split_first() {
            let runs = matches!(
                first.text.as_ref(),
                "sudo" | "env" | "exec" | "command" | "time" | "nice" | "corepack"
            );
            if !runs && first.assigned().is_none() {
                break;
            }
            words = rest;
        }
        words
    }

    /// The program, by the last component of its path.
    pub(in crate::check::stages) fn program(&self) -> &str {
        self.plain()
            .first()
            .map_or("", |word| base_name(&word.text))
    }

    /// The words after the program.
    pub(in crate::check::stages) fn arguments(&self) -> &[Word<'t>] {
        self.plain().get(1..).unwrap_or_default()
    }
}

impl Word<'_> {
    /// The name, where the word is an assignment.
    fn assigned(&self) -> Option<&str> {
        let (name, _) = self.text.split_once('=')?;
        let name = name.strip_suffix('+').unwrap_or(name);
        is_name(name).then_some(name)
    }

    fn is(&self, text: &str) -> bool {
        !self.quoted && self.text == text
    }
}

/// Returns `true` if a text is the name of a variable.
pub(in crate::check::stages) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(begins_name) && chars.all(continues_name)
}

fn begins_name(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn continues_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The commands, a `/` between words, with what is before each and how deep it is.
    fn commands(text: &str) -> Vec<String> {
        let script = read(text);
        let commands = script.commands.iter().map(|command| {
            let words: Vec<&str> = command
                .words
                .iter()
                .map(|word| word.text.as_ref())
                .collect();
            let joint = match command.joint {
                Joint::End => "",
                Joint::And => "&&",
                Joint::Or => "||",
                Joint::Pipe => "|",
            };
            format!("{joint}{}{}", ">".repeat(command.depth), words.join("/"))
        });
        commands.collect()
    }

    fn uses(text: &str) -> Vec<String> {
        let uses = read(text).uses.into_iter();
        uses.map(|found| found.name.to_owned()).collect()
    }

    #[test]
    fn words_and_joints() {
        assert_eq!(
            commands("a b && c 'd e' || f|g; h & i"),
            ["a/b", "&&c/d e", "||f", "|g", "h", "i"]
        );
        assert_eq!(commands("a\\ b \"c \\\" d\" e'f'g"), ["a b/c \" d/efg"]);
        assert_eq!(commands("a \\\n  b # c\nd#e"), ["a/b", "d#e"]);
        assert_eq!(commands("a &&\n b |\n c"), ["a", "&&b", "|c"]);
        assert_eq!(commands("a > f 2>&1 <g >>h &> i b"), ["a/b"]);
        assert_eq!(commands("a 2 >f"), ["a/2"]);
        assert_eq!(
            commands("a >\\\n&2 &\\\n& b |\\\n\\\n| c"),
            ["a", "&&b", "||c"]
        );
        assert_eq!(commands("a <\\\n<E\nb\nE\nc >\\\n>d"), ["a", "c"]);
        assert_eq!(commands("a $'b\\'c' d"), ["a/bc/d"]);
    }

    #[test]
    fn compound_commands() {
        assert_eq!(commands("if a; then b; fi; c"), ["if", ">a", ">b", "c"]);
        assert_eq!(
            commands("for x in 1 2; do a; done && b"),
            ["for/x/in/1/2", ">a", "&&b"]
        );
        assert_eq!(
            commands("case $x in a|b) c;; (d) e;; esac; f"),
            ["case/$x/in", ">c", ">e", "f"]
        );
        assert_eq!(commands("(a; b) && c"), ["(", ">a", ">b", "&&c"]);
        assert_eq!(commands("{ a; b; }; c"), ["{", ">a", ">b", "c"]);
        assert_eq!(commands("f() { a; }; f"), ["{", ">a", "f"]);
        assert_eq!(commands("a $(b `c`) d"), [">>c", ">b", "a/d"]);
        assert_eq!(commands("a $((1<<2)) b"), ["a/1<<2/b"]);
    }

    #[test]
    fn variables() {
        assert_eq!(
            uses("a $B \"${C}\" '$D' \\$E $1 $@ $ ${F%x}"),
            ["B", "C", "F"]
        );
        assert_eq!(
            uses("${A:-${B}} \"${C:+'$D'}\" ${E:-'$F'}"),
            ["A", "B", "C", "D", "E"]
        );
        assert_eq!(uses("$((A + $B)) $(c $D) `e $F`"), ["B", "D", "F"]);
        assert_eq!(uses("cat <<X\n$A '$B' \\$C\nX\n$D"), ["A", "B", "D"]);
        assert_eq!(uses("cat <<'X' <<Y\n$A\nX\n$B\nY\n$C"), ["B", "C"]);
        assert_eq!(uses("cat <<-X\n\t$A\n\tX\n$B"), ["A", "B"]);
        assert_eq!(uses("${#A} ${!B} $é"), ["A", "B"]);
        let script = read("A=1 B=$A c; export D=2; for E in x; do read F; done; : ${G:=1}");
        assert_eq!(Vec::from_iter(script.set), ["A", "B", "D", "E", "F", "G"]);
        let guarded = |text: &str| read(text).uses.first().is_some_and(|found| found.guarded);
        assert!(guarded("${A:-b}") && guarded("${A?}") && guarded("${A+b}"));
        assert!(!guarded("${A}") && !guarded("${A##b}") && !guarded("${A:1:2}"));
    }

    #[test]
    fn files_that_are_written() {
        let writes = |text: &str| read(text).commands.iter().any(|command| command.writes);
        for text in ["a > f", "a >>f b", "cat <<E >f\nx\nE", "a &> f"] {
            assert!(writes(text), "{text}");
        }
        for text in [
            "a < f",
            "a 2>&1",
            "a >&2",
            "a > /dev/null",
            "a '>' f",
            "a <<E\nx > y\nE",
        ] {
            assert!(!writes(text), "{text}");
        }
    }

    #[test]
    fn bodies_of_heredocs() {
        let script = read("a <<X; b <<'Y' <<Z\n1\nX\n2\nY\n3\nZ\nc");
        let bodies: Vec<Vec<&str>> = script
            .commands
            .iter()
            .map(|command| {
                let bodies = command.heredocs.iter();
                bodies.map(|heredoc| heredoc.body).collect()
            })
            .collect();
        assert_eq!(bodies, [vec!["1\n"], vec!["2\n", "3\n"], vec![]]);
    }

    #[test]
    fn hostile_text() {
        for piece in [
            "$(",
            "${a:-",
            "`",
            "\"$(",
            "((",
            "{ ",
            "<<E\n",
            "<<E ",
            "case x in ",
            "$((",
            "'",
            "\\",
            "if ",
            "${",
            "a|",
            "\"`",
            "é$é",
            "f() ",
            "<(",
            "$'",
            "for x in ",
            "A=1 ",
        ] {
            let text = piece.repeat(50_000);
            let script = read(&text);
            assert!(script.commands.len() <= text.len() + 1, "{piece}");
        }
    }
}
