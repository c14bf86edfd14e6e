//! HEALTHCHECK: how the health of the container is checked.

use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "serde")]
mod data;
mod interval;

pub use self::interval::Interval;
use super::command::{Command, Heredocs, Placement};
use crate::scope::Scope;
use crate::scope::config::HealthConfig;
use crate::syntax::{
    Args, FlagArg, FlagLines, FlagText, FlagValue, Flags, OtherFlag, Part, ProblemKind,
    RefusalKind, Syntax, Word, Writer, flags,
};

/// `HEALTHCHECK [--interval=…] [--timeout=…] [--start-period=…] [--start-interval=…] [--retries=…]
/// CMD
/// <command>`, or `HEALTHCHECK NONE`: how the container's health is checked.
///
/// Durations are at least a millisecond, or zero for Docker's default; retries go up to 2147483647.
/// Docker expands nothing; in shell form, the SHELL instruction does not apply.
///
/// A string is a command line, which `/bin/sh -c` runs in the container; nothing splits it into
/// words. For an image without a shell, a list is a program and its arguments.
///
/// ```
/// use std::time::Duration;
/// use multistage::{Dockerfile, Stage, instruction::Healthcheck};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("nginx").healthcheck(
///     Healthcheck::new("curl -f http://localhost/").interval(Duration::from_secs(90)).retries(3),
/// ));
/// assert_eq!(file.render()?, "\
/// FROM nginx
/// HEALTHCHECK --interval=1m30s --retries=3 \\
///     CMD curl -f http://localhost/
/// ");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#healthcheck)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Healthcheck {
    /// The command that checks the health; `None` for `HEALTHCHECK NONE`, which disables the health
    /// check of the base.
    pub command: Option<Command>,
    /// The time between two checks.
    pub interval: Option<Interval>,
    /// The time that a check may take.
    pub timeout: Option<Interval>,
    /// The time that the container has to start.
    pub start_period: Option<Interval>,
    /// The time between two checks while it starts.
    pub start_interval: Option<Interval>,
    /// The number of checks that have to fail in a row.
    pub retries: Option<Retries>,
    /// Flags that this crate has no field for.
    pub other: Vec<OtherFlag>,
}

impl Healthcheck {
    /// Creates a `HEALTHCHECK CMD` with this command. It is healthy if the command exits with 0.
    pub fn new(command: impl Into<Command>) -> Healthcheck {
        Healthcheck {
            command: Some(command.into()),
            ..Healthcheck::none()
        }
    }

    /// Creates a `HEALTHCHECK NONE`, which disables the health check of the base. It takes no
    /// flags.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Healthcheck};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("nginx").healthcheck(Healthcheck::none()));
    /// assert_eq!(file.render()?, "FROM nginx\nHEALTHCHECK NONE\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#healthcheck)
    pub fn none() -> Healthcheck {
        Healthcheck {
            command: None,
            interval: None,
            timeout: None,
            start_period: None,
            start_interval: None,
            retries: None,
            other: Vec::new(),
        }
    }

    /// `--interval`: the time between two checks.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Healthcheck};
    /// # let mut file = Dockerfile::new();
    /// # use std::time::Duration;
    /// file.push(Stage::new("nginx").healthcheck(Healthcheck::new(["/probe"])
    ///     .interval(Duration::from_secs(90))));
    /// assert_eq!(file.render()?, "\
    /// FROM nginx
    /// HEALTHCHECK --interval=1m30s \\
    ///     CMD [\"/probe\"]
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#healthcheck)
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Healthcheck {
        self.interval = Some(Interval(interval));
        self
    }

    /// `--timeout`: the time that a check may take.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Healthcheck};
    /// # let mut file = Dockerfile::new();
    /// # use std::time::Duration;
    /// file.push(Stage::new("nginx").healthcheck(Healthcheck::new(["/probe"])
    ///     .timeout(Duration::from_millis(2500))));
    /// assert_eq!(file.render()?, "\
    /// FROM nginx
    /// HEALTHCHECK --timeout=2s500ms \\
    ///     CMD [\"/probe\"]
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#healthcheck)
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Healthcheck {
        self.timeout = Some(Interval(timeout));
        self
    }

    /// `--start-period`: the time that the container has to start.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Healthcheck};
    /// # let mut file = Dockerfile::new();
    /// # use std::time::Duration;
    /// file.push(Stage::new("nginx").healthcheck(Healthcheck::new(["/probe"])
    ///     .start_period(Duration::from_secs(60))));
    /// assert_eq!(file.render()?, "\
    /// FROM nginx
    /// HEALTHCHECK --start-period=1m \\
    ///     CMD [\"/probe\"]
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#healthcheck)
    #[must_use]
    pub fn start_period(mut self, period: Duration) -> Healthcheck {
        self.start_period = Some(Interval(period));
        self
    }

    /// `--start-interval`: the time between two checks while the container starts.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Healthcheck};
    /// # let mut file = Dockerfile::new();
    /// # use std::time::Duration;
    /// file.push(Stage::new("nginx").healthcheck(Healthcheck::new(["/probe"])
    ///     .start_interval(Duration::from_secs(1))));
    /// assert_eq!(file.render()?, "\
    /// FROM nginx
    /// HEALTHCHECK --start-interval=1s \\
    ///     CMD [\"/probe\"]
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#healthcheck)
    #[must_use]
    pub fn start_interval(mut self, interval: Duration) -> Healthcheck {
        self.start_interval = Some(Interval(interval));
        self
    }

    /// `--retries`: the number of checks in a row that have to fail, up to 2147483647. 0 is
    /// Docker's default, 3.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Healthcheck};
    /// # let mut file = Dockerfile::new();
    /// # use std::time::Duration;
    /// file.push(Stage::new("nginx").healthcheck(Healthcheck::new(["/probe"]).retries(5)));
    /// assert_eq!(file.render()?, "\
    /// FROM nginx
    /// HEALTHCHECK --retries=5 \\
    ///     CMD [\"/probe\"]
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#healthcheck)
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Healthcheck {
        self.retries = Some(Retries(retries));
        self
    }
}

impl<T: Into<Command>> From<T> for Healthcheck {
    fn from(command: T) -> Healthcheck {
        Healthcheck::new(command)
    }
}

flags!(Healthcheck {
    "interval" => interval by Interval::read_flag,
    "timeout" => timeout by Interval::read_flag,
    "start-period" => start_period by Interval::read_flag,
    "start-interval" => start_interval by Interval::read_flag,
    "retries" => retries by Retries::read_flag,
});

impl Syntax for Healthcheck {
    const KEYWORD: &'static str = "HEALTHCHECK";

    fn write(&self, w: &mut Writer<'_>) {
        self.write_flags(w, FlagLines::One);
        let flags = self.flag_count() > 0;
        let Some(command) = &self.command else {
            if flags {
                w.problem(
                    Part::Whole,
                    ProblemKind::Conflict("`HEALTHCHECK NONE` takes no flags"),
                );
            }
            return w.token(" NONE");
        };
        if flags {
            w.line_break()
        } else {
            w.space()
        }
        w.token("CMD");
        command.write(
            w,
            Placement {
                after_flags: false,
                words: true,
                text: true,
                ..Placement::PLAIN
            },
        );
    }
}

impl Healthcheck {
    /// Reads the text after the keyword.
    pub(crate) fn read(args: &mut Args<'_, '_>) -> Option<Healthcheck> {
        let rest = args.one("command after `CMD`, or `NONE`")?;
        let (word, command) = split_first(&rest);
        if word.text.eq_ignore_ascii_case("NONE") {
            // Docker drops the flags without a word.
            if !command.text.is_empty() {
                args.refuse(
                    RefusalKind::Arguments,
                    command.span,
                    "`HEALTHCHECK NONE` takes no argument",
                    "drop it, or write `HEALTHCHECK CMD command`",
                );
                return None;
            }
            return Some(Healthcheck::none());
        }
        let mut check = Healthcheck::none();
        check.read_flags(args);
        if !word.text.eq_ignore_ascii_case("CMD") {
            args.refuse(
                RefusalKind::Arguments,
                word.span,
                format!("HEALTHCHECK needs `CMD` or `NONE`, not `{}`", word.text),
                "write `HEALTHCHECK CMD command`",
            );
            return None;
        }
        if check.flag_count() > 0 {
            args.break_before(word.span.start);
        }
        let read = Command::read(command, Heredocs::Left, args)?;
        let empty = match &read {
            Command::Shell(shell) => shell.lines().all(str::is_empty),
            Command::Exec(exec) => exec.is_empty(),
            Command::Script(_) => false,
        };
        if empty {
            args.refuse(
                RefusalKind::Arguments,
                word.span,
                "`HEALTHCHECK CMD` has no command",
                "write the command after it",
            );
            return None;
        }
        check.command = Some(read);
        Some(check)
    }
}

/// The first word, up to a byte that counts as white space, and the rest.
fn split_first<'a>(rest: &Word<'a>) -> (Word<'a>, Word<'a>) {
    let space = |b: u8| matches!(b, b'\t'..=b'\r' | b' ' | 0x85 | 0xa0);
    let bytes = rest.text.as_bytes();
    let mut len = bytes.iter().position(|b| space(*b)).unwrap_or(bytes.len());
    while !rest.text.is_char_boundary(len) {
        len += 1;
    }
    let after = rest.text.get(len..).unwrap_or_default();
    let command =
        after.trim_start_matches(['\t', '\n', '\u{b}', '\u{c}', '\r', ' ', '\u{85}', '\u{a0}']);
    let (start, end) = (rest.span.start, rest.span.end);
    (
        Word {
            text: rest.text.get(..len).unwrap_or_default(),
            span: start..start + len,
        },
        Word {
            text: command,
            span: end - command.len()..end,
        },
    )
}

/// The number of retries of a [`Healthcheck`]: the field that [`Healthcheck::retries`] sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Retries(pub(crate) u32);

impl From<u32> for Retries {
    fn from(retries: u32) -> Retries {
        Retries(retries)
    }
}

impl Retries {
    /// Returns the number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl FlagText for Retries {
    fn write(&self, value: &mut FlagValue<'_, '_>) {
        if i32::try_from(self.0).is_err() {
            value.problem(ProblemKind::Invalid {
                what: "number of retries",
                text: smol_str::format_smolstr!("{}", self.0),
                expected: "at most 2147483647",
            });
        }
        value.literal(&self.0.to_string());
    }
}

impl Retries {
    pub(in crate::instruction) fn read_flag(
        flag: &FlagArg<'_>,
        args: &mut Args<'_, '_>,
    ) -> Option<Retries> {
        let value = flag.filled(args)?;
        match value
            .parse::<i32>()
            .ok()
            .and_then(|retries| u32::try_from(retries).ok())
        {
            Some(retries) => Some(Retries(retries)),
            None => {
                let message = format!("`{value}` is not a valid number of retries");
                flag.refuse(
                    args,
                    RefusalKind::Value,
                    message,
                    "use a number from 0 to 2147483647",
                );
                None
            }
        }
    }
}

impl Healthcheck {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        scope.note_again(Healthcheck::KEYWORD, |last| &mut last.healthcheck);
        let test = match &self.command {
            None => vec!["NONE".to_owned()],
            Some(Command::Exec(exec)) => {
                let words = exec.iter().map(str::to_owned);
                ["CMD".to_owned()].into_iter().chain(words).collect()
            }
            // The shell is the container's business: SHELL does not count here.
            Some(command) => vec![
                "CMD-SHELL".to_owned(),
                command.text(scope.given.escape).to_string(),
            ],
        };
        let nanos = |interval: &Option<Interval>| {
            interval.map_or(0, |interval| {
                u64::try_from(interval.duration().as_nanos()).unwrap_or(u64::MAX)
            })
        };
        let health = HealthConfig {
            test,
            interval: nanos(&self.interval),
            timeout: nanos(&self.timeout),
            start_period: nanos(&self.start_period),
            start_interval: nanos(&self.start_interval),
            retries: self.retries.map_or(0, Retries::get),
        };
        scope.state.rare.healthcheck = Some(Arc::new(health));
        Some(())
    }
}
