//! `Interval`: a duration of a health check.

use std::fmt::Write as _;
use std::time::Duration;

use crate::syntax::{Args, FlagArg, FlagText, FlagValue, ProblemKind, RefusalKind};

/// A duration of a [`Healthcheck`](crate::instruction::Healthcheck): a field that
/// [`interval`](crate::instruction::Healthcheck::interval) and its neighbours set.
///
/// ```
/// use std::time::Duration;
/// use multistage::instruction::Healthcheck;
///
/// let check = Healthcheck::new(["/probe"]).interval(Duration::from_secs(90));
/// let interval = check.interval.expect("it was set");
/// assert_eq!(interval.duration(), Duration::from_secs(90));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval(pub(super) Duration);

impl From<Duration> for Interval {
    fn from(duration: Duration) -> Interval {
        Interval(duration)
    }
}

impl From<Interval> for Duration {
    fn from(interval: Interval) -> Duration {
        interval.0
    }
}

impl Interval {
    /// Returns the duration.
    pub fn duration(self) -> Duration {
        self.0
    }
}

/// The longest duration that Docker can hold: 2^63 - 1 nanoseconds.
pub(super) const MAX_NANOS: u128 = i64::MAX as u128;

/// A duration as Go reads it: signed decimal numbers with units. `None` where it does not.
pub(super) fn parse_go_duration(text: &str) -> Option<i128> {
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

impl Interval {
    pub(in crate::instruction) fn read_flag(
        flag: &FlagArg<'_>,
        args: &mut Args<'_, '_>,
    ) -> Option<Interval> {
        let value = flag.filled(args)?;
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
                let message = format!("`{value}` is not a valid duration");
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
}

/// A duration as Docker reads it: whole numbers with units, the largest first.
pub(super) fn go_duration(mut nanos: u128) -> String {
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
