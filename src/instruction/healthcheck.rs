//! HEALTHCHECK: how the container's health is told.

use std::fmt::Write as _;
use std::time::Duration;

use super::command::{Command, Placement};
use crate::syntax::{
    FlagText, FlagValue, Flags, OtherFlag, Part, ProblemKind, Syntax, Writer, flags,
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
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Healthcheck {
        self.interval = Some(Interval(interval));
        self
    }

    /// `--timeout`: the time that a check may take.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Healthcheck {
        self.timeout = Some(Interval(timeout));
        self
    }

    /// `--start-period`: the time that the container has to start.
    #[must_use]
    pub fn start_period(mut self, period: Duration) -> Healthcheck {
        self.start_period = Some(Interval(period));
        self
    }

    /// `--start-interval`: the time between two checks while the container starts.
    #[must_use]
    pub fn start_interval(mut self, interval: Duration) -> Healthcheck {
        self.start_interval = Some(Interval(interval));
        self
    }

    /// `--retries`: how many checks in a row have to fail.
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
        if matches!(command, Command::Exec(exec) if exec.is_empty()) {
            w.problem(Part::Command, ProblemKind::Empty("command"));
        }
        command.write(
            w,
            Placement {
                after_flags: false,
                required: true,
                ..Placement::PLAIN
            },
        );
    }
}

/// A duration of a [`Healthcheck`]; dereferences to [`Duration`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval(pub(crate) Duration);

impl std::ops::Deref for Interval {
    type Target = Duration;

    fn deref(&self) -> &Duration {
        &self.0
    }
}

/// The longest duration that Docker can hold: 2^63 - 1 nanoseconds.
const MAX_NANOS: u128 = i64::MAX as u128;

impl FlagText for Interval {
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

impl Retries {
    /// The number.
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
