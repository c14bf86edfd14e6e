//! HEALTHCHECK: how the container's health is told.

use std::fmt::Write as _;
use std::time::Duration;

use super::command::{Command, Placement};
use crate::syntax::{
    Args, FlagArg, FlagText, FlagValue, Flags, OtherFlag, Part, ProblemKind, RefusalKind, Syntax,
    Word, Writer, flags,
};

/// `HEALTHCHECK [--interval=…] [--timeout=…] [--start-period=…] [--start-interval=…] [--retries=…] CMD
/// <command>`, or `HEALTHCHECK NONE`: how the container's health is told.
///
/// Durations are at least a millisecond, or zero for Docker's default; retries go up to 2147483647. Docker
/// expands nothing; in shell form, the SHELL instruction does not apply.
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
    /// The command that tells; `None` for `HEALTHCHECK NONE`, which switches a check of the base off.
    pub command: Option<Command>,
    /// The time between two checks.
    pub interval: Option<Interval>,
    /// The time that a check may take.
    pub timeout: Option<Interval>,
    /// The time that the container has to start.
    pub start_period: Option<Interval>,
    /// The time between two checks while it starts.
    pub start_interval: Option<Interval>,
    /// How many checks in a row have to fail.
    pub retries: Option<Retries>,
    /// Flags that this crate has no field for.
    pub other: Vec<OtherFlag>,
}

impl Healthcheck {
    /// `HEALTHCHECK CMD` with this command.
    pub fn new(command: impl Into<Command>) -> Healthcheck {
        Healthcheck {
            command: Some(command.into()),
            ..Healthcheck::none()
        }
    }

    /// `HEALTHCHECK NONE`: switches a check of the base off.
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
    /// file.push(Stage::new("nginx").healthcheck(Healthcheck::new(["/probe"]).interval(Duration::from_secs(90))));
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
    /// file.push(Stage::new("nginx").healthcheck(Healthcheck::new(["/probe"]).timeout(Duration::from_millis(2500))));
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
    /// file.push(Stage::new("nginx").healthcheck(Healthcheck::new(["/probe"]).start_period(Duration::from_secs(60))));
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
    /// file.push(Stage::new("nginx").healthcheck(Healthcheck::new(["/probe"]).start_interval(Duration::from_secs(1))));
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

    /// `--retries`: how many checks in a row have to fail.
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
    "interval" => interval,
    "timeout" => timeout,
    "start-period" => start_period,
    "start-interval" => start_interval,
    "retries" => retries,
});

impl Syntax for Healthcheck {
    const KEYWORD: &'static str = "HEALTHCHECK";

    fn read(args: &mut Args<'_, '_>) -> Option<Healthcheck> {
        let rest = args.one("command behind `CMD`, or `NONE`")?;
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
                format!(
                    "HEALTHCHECK is followed by `CMD` or `NONE`, not `{}`",
                    word.text
                ),
                "write `HEALTHCHECK CMD command`",
            );
            return None;
        }
        if check.flag_count() > 0 {
            args.break_before(word.span.start);
        }
        let read = Command::read(command, false, args)?;
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
                "write the command behind it",
            );
            return None;
        }
        check.command = Some(read);
        Some(check)
    }

    fn write(&self, w: &mut Writer<'_>) {
        self.write_flags(w, false);
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

/// A duration of a [`Healthcheck`]; dereferences to [`Duration`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval(pub(crate) Duration);

impl From<Duration> for Interval {
    fn from(duration: Duration) -> Interval {
        Interval(duration)
    }
}

impl std::ops::Deref for Interval {
    type Target = Duration;

    fn deref(&self) -> &Duration {
        &self.0
    }
}

/// The first word, up to a byte that counts as white space, and what follows.
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

/// The longest duration that Docker can hold: 2^63 - 1 nanoseconds.
const MAX_NANOS: u128 = i64::MAX as u128;

/// A duration as Go reads it: signed decimal numbers with units. `None` where it does not.
fn parse_go_duration(text: &str) -> Option<i128> {
    let (negative, mut rest) = match text.strip_prefix(['+', '-']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let number_len = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(number_len)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
            return None;
        }
        let unit_len = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, following) = after.split_at_checked(unit_len)?;
        let nanos: i128 = match unit {
            "ns" => 1,
            "us" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let whole: i128 = if whole.is_empty() {
            0
        } else {
            whole.parse().ok()?
        };
        let mut value = whole.checked_mul(nanos)?;
        let mut scale = nanos;
        // Digits below a nanosecond count for nothing.
        for digit in fraction.chars().take(18).filter_map(|c| c.to_digit(10)) {
            value += i128::from(digit) * scale / 10;
            scale /= 10;
        }
        total = total.checked_add(value)?;
        if total > i128::from(i64::MAX) {
            return None;
        }
        rest = following;
    }
    Some(if negative { -total } else { total })
}

impl FlagText for Interval {
    fn read(value: &str, flag: &FlagArg<'_>, args: &mut Args<'_, '_>) -> Option<Interval> {
        let nanos = match parse_go_duration(value) {
            Some(nanos) if nanos == 0 || nanos >= 1_000_000 => nanos,
            Some(_) => {
                let message = format!("`{value}` is less than a millisecond");
                flag.refuse(
                    args,
                    RefusalKind::Value,
                    message,
                    "a duration is zero or at least `1ms`",
                );
                return None;
            }
            None => {
                let message = format!("`{value}` is no duration");
                let help =
                    "write numbers with the units `h`, `m`, `s`, `ms`, `us`, `ns`, such as `1m30s`";
                flag.refuse(args, RefusalKind::Value, message, help);
                return None;
            }
        };
        Some(Interval(Duration::from_nanos(
            u64::try_from(nanos).unwrap_or(0),
        )))
    }

    fn write(&self, value: &mut FlagValue<'_, '_>) {
        let nanos = self.0.as_nanos();
        if (1..1_000_000).contains(&nanos) || nanos > MAX_NANOS {
            value.problem(ProblemKind::Invalid {
                what: "duration",
                text: smol_str::format_smolstr!("{:?}", self.0),
                expected: "zero, or from a millisecond to 292 years",
            });
        }
        value.literal(&go_duration(nanos));
    }
}

/// A duration as Docker reads it: whole numbers with units, the largest first.
fn go_duration(mut nanos: u128) -> String {
    const UNITS: [(u128, &str); 6] = [
        (3_600_000_000_000, "h"),
        (60_000_000_000, "m"),
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
        (1_000, "us"),
        (1, "ns"),
    ];
    if nanos == 0 {
        return "0s".to_owned();
    }
    let mut out = String::new();
    for (unit, name) in UNITS {
        if nanos >= unit {
            // Writing to a string cannot fail.
            let _ = write!(out, "{}{name}", nanos / unit);
            nanos %= unit;
        }
    }
    out
}

/// The number of retries of a [`Healthcheck`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Retries(pub(crate) u32);

impl From<u32> for Retries {
    fn from(retries: u32) -> Retries {
        Retries(retries)
    }
}

impl Retries {
    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl FlagText for Retries {
    fn read(value: &str, flag: &FlagArg<'_>, args: &mut Args<'_, '_>) -> Option<Retries> {
        match value
            .parse::<i32>()
            .ok()
            .and_then(|retries| u32::try_from(retries).ok())
        {
            Some(retries) => Some(Retries(retries)),
            None => {
                let message = format!("`{value}` is no number of retries");
                flag.refuse(
                    args,
                    RefusalKind::Value,
                    message,
                    "it goes from 0 to 2147483647",
                );
                None
            }
        }
    }

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
