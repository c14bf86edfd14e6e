//! The instructions, each a struct with its flags, and the values in them: commands, mounts,
//! sources, ports.
//!
//! Pass a [`Run`] to [`Stage::run`](crate::Stage::run), and any other instruction to
//! [`Stage::instruction`](crate::Stage::instruction). [`Copy`](struct@Copy) is written
//! `instruction::Copy` if its name would hide the trait of the same name.

#[cfg(feature = "serde")]
mod data;

mod add;
mod arg;
mod cmd;
pub(crate) mod command;
mod copy;
mod copying;
mod env;
mod expose;
mod from;
mod healthcheck;
mod heredocs;
mod label;
mod line;
mod maintainer;
mod mode;
mod mount;
mod onbuild;
mod pairs;
mod port;
mod run;
mod shell;
mod source;
mod stopsignal;
mod texts;
mod user;
mod volume;
mod workdir;

pub use self::add::{Add, AddFlags};
pub use self::arg::{Arg, Declaration};
pub use self::cmd::{Cmd, Entrypoint};
pub(crate) use self::command::Made;
pub use self::command::{Command, Exec, Script, Shell as ShellText, words};
pub use self::copy::{Copy, CopyFlags, Pattern};
#[cfg(feature = "serde")]
pub(crate) use self::data::one_of_them;
pub use self::env::Env;
pub use self::expose::Expose;
pub use self::from::{From, FromFlags};
pub use self::healthcheck::{Healthcheck, Interval, Retries};
pub use crate::syntax::OtherFlag;

pub use self::label::Label;
pub use self::maintainer::Maintainer;
pub use self::mode::{Checksum, Chmod, Chown};
pub(crate) use self::mount::kinds_with as mount_kinds_with;
pub use self::mount::{
    Access, Device, Id, Mount, MountKind, MountMode, MountOptions, Sharing, Size,
};
pub use self::onbuild::Onbuild;
pub use self::pairs::Pair;
pub use self::port::Port;
pub(crate) use self::run::RefusedWord;
pub use self::run::{Network, Run, RunFlags, Security};
pub use self::shell::Shell;
pub(crate) use self::source::is_remote;
pub use self::source::{CopySource, Inline, Sources, inline, literal_path};
pub(crate) use self::stopsignal::nearest_signal;
pub use self::stopsignal::{Signal, Stopsignal};
pub use self::user::User;
pub use self::volume::Volume;
pub use self::workdir::Workdir;
pub use crate::reference::EpochSource;

pub use crate::syntax::shell::Dialect;

use crate::scope::Scope;
use crate::syntax::{Args, Comment, Syntax, Writer, is_keyword};

impl Instruction {
    /// The number of the line break that the n-th line of a command, or the n-th pair, follows.
    pub(crate) fn break_above(&self, line: usize) -> Option<usize> {
        let pair = |count: usize| (1..count).contains(&line).then_some(line);
        match self {
            Instruction::Cmd(cmd) => cmd.command.break_above(line, 0),
            Instruction::Entrypoint(entrypoint) => entrypoint.command.break_above(line, 0),
            Instruction::Env(env) => pair(env.pairs.len()),
            Instruction::Label(label) => pair(label.pairs.len()),
            Instruction::Run(run) => run.command.break_above(line, run.breaks_above()),
            _ => None,
        }
    }

    /// The text of a command in shell form.
    pub(crate) fn shell_text(&self) -> Option<&ShellText> {
        let command = match self {
            Instruction::Run(run) => &run.command,
            Instruction::Cmd(cmd) => &cmd.command,
            Instruction::Entrypoint(entrypoint) => &entrypoint.command,
            Instruction::Healthcheck(healthcheck) => healthcheck.command.as_ref()?,
            Instruction::Onbuild(onbuild) => return onbuild.instruction()?.shell_text(),
            _ => return None,
        };
        match command {
            Command::Shell(text) => Some(text),
            _ => None,
        }
    }

    /// The parts that the text of a command was made of, where they matter.
    #[inline]
    pub(crate) fn made(&self) -> Option<&Made> {
        match self {
            Instruction::Run(run) => run.command.made(),
            Instruction::Cmd(_)
            | Instruction::Entrypoint(_)
            | Instruction::Healthcheck(_)
            | Instruction::Onbuild(_) => self.shell_text()?.made(),
            _ => None,
        }
    }

    pub(crate) fn shell_text_mut(&mut self) -> Option<&mut ShellText> {
        let command = match self {
            Instruction::Run(run) => &mut run.command,
            Instruction::Cmd(cmd) => &mut cmd.command,
            Instruction::Entrypoint(entrypoint) => &mut entrypoint.command,
            Instruction::Healthcheck(healthcheck) => healthcheck.command.as_mut()?,
            Instruction::Onbuild(onbuild) => return onbuild.instruction_mut()?.shell_text_mut(),
            _ => return None,
        };
        match command {
            Command::Shell(text) => Some(text),
            _ => None,
        }
    }
}

/// The closed list of instructions, written once; the macro adds only glue.
macro_rules! instructions {
    ($($(#[doc = $doc:literal])* $name:ident $(in $box:ident)?,)*) => {
        /// An instruction of a stage.
        ///
        /// Every instruction converts into it, and a `match` finds what a
        /// [`Step`](crate::Step) holds.
        ///
        /// ```
        /// use multistage::{Dockerfile, Instruction, Stage};
        ///
        /// let mut file = Dockerfile::new();
        /// file.push(Stage::new("alpine").expose(80).user("app"));
        /// let mut users = Vec::new();
        /// for step in file.stages()[0].steps() {
        ///     if let Instruction::User(user) = step.instruction() {
        ///         users.push(user.user.to_string());
        ///     }
        /// }
        /// assert_eq!(users, ["app"]);
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Instruction { $($(#[doc = $doc])* $name(instructions!(@held $name $($box)?)),)* }

        /// The keywords of the instructions of a stage, in upper case.
        pub const KEYWORDS: &[&str] = &[$(<$name as Syntax>::KEYWORD),*];

        impl Instruction {
            /// Returns the keyword, in upper case.
            pub fn keyword(&self) -> &'static str {
                match self { $(Instruction::$name(_) => <$name as Syntax>::KEYWORD,)* }
            }

            /// Returns `true` if Docker looks for heredocs in it.
            pub(crate) fn takes_heredocs(&self) -> bool {
                match self { $(Instruction::$name(_) => <$name as Syntax>::HEREDOCS,)* }
            }

            /// Reads the instruction of a keyword; `None` where Docker rejects it.
            pub(crate) fn read(keyword: Keyword, args: &mut Args<'_, '_>) -> Option<Instruction> {
                match keyword { $(Keyword::$name => $name::read(args).map(Instruction::from),)* }
            }

            /// Writes the instruction with its keyword, with comments between its lines.
            pub(crate) fn write_whole<'m>(&self, inside: &'m [(usize, Comment)], w: &mut Writer<'m>) {
                match self { $(Instruction::$name(it) => {
                    let (keyword, heredocs) = (<$name as Syntax>::KEYWORD, <$name as Syntax>::HEREDOCS);
                    w.instruction(keyword, heredocs, inside, |w| it.write(w))
                })* }
            }

            /// Writes the text after the keyword.
            pub(crate) fn write(&self, w: &mut Writer<'_>) {
                match self { $(Instruction::$name(instruction) => instruction.write(w),)* }
            }

            /// Applies the effect of the instruction to a scope.
            pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
                match self { $(Instruction::$name(instruction) => instruction.apply(scope),)* }
            }
        }

        /// The keyword of an instruction of a stage.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Keyword { $($name,)* }

        const ALL_KEYWORDS: &[Keyword] = &[$(Keyword::$name),*];

        impl Keyword {
            /// Returns `true` if Docker looks for heredocs in its instruction.
            pub(crate) fn takes_heredocs(self) -> bool {
                match self { $(Keyword::$name => <$name as Syntax>::HEREDOCS,)* }
            }
        }

        #[cfg(feature = "serde")]
        impl Instruction {
            /// Returns the value under the name of the instruction.
            pub(crate) fn value(&self) -> crate::data::Value {
                match self { $(Instruction::$name(instruction) => <$name as crate::data::Data>::write(instruction),)* }
            }

            /// Reads the instruction of a name; `None` for an unknown name.
            fn read_data(
                name: &str,
                value: &crate::data::Value,
                at: &mut crate::data::Reader,
            ) -> Option<crate::data::Read<Instruction>> {
                let keyword = name.to_ascii_uppercase();
                let lower = !name.bytes().any(|b| b.is_ascii_uppercase());
                $(if lower && keyword == <$name as Syntax>::KEYWORD {
                    return Some(<$name as crate::data::Data>::read(value, at).map(Instruction::from));
                })*
                None
            }

            /// The schema of each instruction, under its name.
            pub(crate) fn schemas(
                definitions: &mut crate::data::Definitions,
            ) -> Vec<(String, crate::data::Value)> {
                vec![$((
                    data::name(<$name as Syntax>::KEYWORD),
                    definitions.refer(&data::name(<$name as Syntax>::KEYWORD), |definitions| {
                        let schema = <$name as crate::data::Data>::schema(definitions);
                        data::described(concat!($($doc),*), <$name as Syntax>::KEYWORD, schema)
                    }),
                )),*]
            }
        }

        #[cfg(feature = "serde")]
        crate::data::serde_as_data!($($name),*);

        $(
            impl ::std::convert::From<$name> for Instruction {
                #[inline]
                fn from(instruction: $name) -> Instruction {
                    Instruction::$name(instruction.into())
                }
            }

            /// A copy: what is kept as a value can be added to many stages.
            impl ::std::convert::From<&$name> for Instruction {
                fn from(instruction: &$name) -> Instruction {
                    Instruction::$name(instruction.clone().into())
                }
            }
        )*
    };
    (@held $name:ident) => { $name };
    (@held $name:ident $box:ident) => { $box<$name> };
}

impl Keyword {
    /// The keyword that a word is in Docker's eyes, in any case.
    pub(crate) fn of(word: &str) -> Option<Keyword> {
        // Letters beyond ASCII fold to some of ASCII, of which none is the first or the second
        // letter of a keyword.
        let beginning = beginning(word.as_bytes());
        for (n, keyword) in ALL_KEYWORDS.iter().enumerate() {
            if BEGINNINGS.get(n) == Some(&beginning) {
                let known = KEYWORDS.get(n).copied().unwrap_or_default();
                if is_keyword(word, known) {
                    return Some(*keyword);
                }
            }
        }
        None
    }
}

/// The first two letters of each keyword.
static BEGINNINGS: [u16; KEYWORDS.len()] = {
    let mut beginnings = [0; KEYWORDS.len()];
    let mut n = 0;
    while n < beginnings.len() {
        beginnings[n] = beginning(KEYWORDS[n].as_bytes());
        n += 1;
    }
    beginnings
};

/// The first two letters of a word, in upper case.
const fn beginning(word: &[u8]) -> u16 {
    match word {
        [first, second, ..] => u16::from_be_bytes([*first & !0x20, *second & !0x20]),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_found() {
        assert!(KEYWORDS.is_sorted());
        // What letters beyond ASCII fold to.
        let folded = |word: &&str| word.get(..2).is_some_and(|it| it.contains(['I', 'K']));
        assert!(!KEYWORDS.iter().any(folded));
        for (keyword, known) in KEYWORDS.iter().zip(ALL_KEYWORDS) {
            assert_eq!(Keyword::of(keyword), Some(*known));
            assert_eq!(Keyword::of(&keyword.to_lowercase()), Some(*known));
            assert_eq!(Keyword::of(&format!("{keyword}S")), None);
        }
        for word in ["", "R", "!UN", "\u{12}UN", "FROM", "X", "\u{17f}hell"] {
            assert_eq!(Keyword::of(word), None, "{word}");
        }
        assert_eq!(Keyword::of("wor\u{212a}d\u{130}r"), Some(Keyword::Workdir));
    }
}

// The large ones are in boxes, so that a list of steps is compact.
instructions! {
    /// `ADD`: files from the context, downloads, git repositories.
    Add in Box,
    /// `ARG`: build arguments.
    Arg,
    /// `CMD`: the default command of the container.
    Cmd,
    /// `COPY`: files from the context, a stage or an image.
    Copy in Box,
    /// `ENTRYPOINT`: the program of the container.
    Entrypoint,
    /// `ENV`: environment variables.
    Env,
    /// `EXPOSE`: the ports of the container.
    Expose,
    /// `HEALTHCHECK`: how the container's health is checked.
    Healthcheck in Box,
    /// `LABEL`: metadata.
    Label,
    /// `MAINTAINER`: the author, deprecated.
    Maintainer,
    /// `ONBUILD`: an instruction for the images built on this one.
    Onbuild,
    /// `RUN`: a command in a new layer.
    Run,
    /// `SHELL`: the shell of the shell form.
    Shell,
    /// `STOPSIGNAL`: the signal that stops the container.
    Stopsignal,
    /// `USER`: the user.
    User,
    /// `VOLUME`: mount points.
    Volume,
    /// `WORKDIR`: the working directory.
    Workdir,
}
