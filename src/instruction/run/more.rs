//! A RUN whose command is composed: one more command of a chain, a script for another program.

use super::Run;
use crate::instruction::command::{Command, Shell as ShellText};

impl Run {
    /// Adds a command to a chain: [`Command::and`].
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Run, words}};
    /// # let mut file = Dockerfile::new();
    /// # let user = "app user";
    /// file.push(Stage::new("alpine").run(Run::chain(["apk update"]).and(words(["adduser", "-D",
    ///     user]))));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN apk update \\
    ///     && adduser -D 'app user'
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run)
    #[must_use]
    pub fn and(mut self, command: impl Into<ShellText>) -> Run {
        let before = std::mem::replace(&mut self.command, Command::shell(""));
        self.command = before.and(command);
        self
    }

    /// Creates a script in a heredoc for another program than the shell: [`Command::script_with`].
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Run};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("python:3.13").run(Run::script_with("python3", "print('$HOME')")));
    /// assert_eq!(file.render()?, "\
    /// FROM python:3.13
    /// RUN python3 <<\"EOF\"
    /// print('$HOME')
    /// EOF
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#here-documents)
    pub fn script_with(interpreter: impl Into<ShellText>, body: impl AsRef<str>) -> Run {
        Run::new(Command::script_with(interpreter, body))
    }
}
