//! CMD and ENTRYPOINT: what the container runs.

use super::command::{Command, Heredocs, Placement};
use crate::scope::{Last, NoteKind, Scope, Seen, Words};
use crate::syntax::{Args, Part, Syntax, Writer};
use crate::text::shared;

macro_rules! command_instruction {
    ($(#[$doc:meta])* $name:ident = $keyword:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name {
            /// The command.
            pub command: Command,
        }

        impl $name {
            #[doc = concat!("Creates `", $keyword, " <command>`: a string is shell form, a list is exec form.")]
            pub fn new(command: impl Into<Command>) -> $name {
                $name { command: command.into() }
            }
        }

        impl<T: Into<Command>> From<T> for $name {
            fn from(command: T) -> $name {
                $name::new(command)
            }
        }

        impl Syntax for $name {
            const KEYWORD: &'static str = $keyword;

            fn write(&self, w: &mut Writer<'_>) {
                self.command.write(w, Placement::PLAIN);
            }
        }

        impl $name {
            /// Reads the text after the keyword.
            pub(crate) fn read(args: &mut Args<'_, '_>) -> Option<$name> {
                args.no_flags();
                let rest = args.rest();
                Some($name { command: Command::read(rest, Heredocs::Left, args)? })
            }
        }

        #[cfg(feature = "serde")]
        crate::data::data_as_field!($name { command: Command });
    };
}

command_instruction! {
    /// `CMD ["program", "arg", ...]` or `CMD <shell text>`: the default command of the container,
    /// or the default arguments of its entry point. Only the last one of a stage counts; `CMD []`
    /// clears it.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("node:22").cmd(["node", "server.js"]));
    /// assert_eq!(file.render()?, "FROM node:22\nCMD [\"node\", \"server.js\"]\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#cmd)
    Cmd = "CMD"
}

command_instruction! {
    /// `ENTRYPOINT ["program", "arg", ...]` or `ENTRYPOINT <shell text>`: the program of the
    /// container. Only the last one of a stage counts.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("scratch").entrypoint(["/server"]));
    /// assert_eq!(file.render()?, "FROM scratch\nENTRYPOINT [\"/server\"]\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#entrypoint)
    Entrypoint = "ENTRYPOINT"
}

impl Cmd {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        let command = apply_command(&self.command, Cmd::KEYWORD, |last| &mut last.cmd, scope)?;
        scope.state.cmd = Some(command);
        scope.state.args_escaped = true;
        Some(())
    }
}

impl Entrypoint {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        let command = apply_command(
            &self.command,
            Entrypoint::KEYWORD,
            |last| &mut last.entrypoint,
            scope,
        )?;
        scope.state.entrypoint = Some(command);
        // What was inherited would be arguments of another program.
        if scope.last.cmd.is_none() {
            scope.state.cmd = None;
        }
        Some(())
    }
}

fn apply_command(
    command: &Command,
    keyword: &'static str,
    last: fn(&mut Last) -> &mut Option<Seen>,
    scope: &mut Scope<'_>,
) -> Option<Words> {
    scope.note_again(keyword, last);
    let is_shell = !matches!(command, Command::Exec(_));
    if is_shell
        && scope
            .state
            .rare
            .shell
            .as_ref()
            .is_none_or(|shell| shell.is_empty())
    {
        scope.note(Part::Command, NoteKind::ShellForm(keyword));
    }
    if is_shell {
        scope.carry_shell(Part::Command)?;
    }
    Some(match command {
        Command::Exec(exec) => exec.words(),
        Command::Shell(_) | Command::Script(_) => {
            let text = command.text_to_run(scope);
            let whereabouts = scope.whereabouts();
            let shell = whereabouts.shell().map(shared);
            shell.chain([text]).collect()
        }
    })
}
