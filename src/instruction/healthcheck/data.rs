//! HEALTHCHECK as data: a command, `none`, or a map with flags.

use std::time::Duration;

use super::interval::{MAX_NANOS, go_duration, parse_go_duration};
use super::{Healthcheck, Interval, Retries};
use crate::data::{Data, Definitions, Reader, Value, schema};
use crate::instruction::command::Command;
use crate::syntax::{FlagData, Syntax};

fn is_none(text: &str) -> bool {
    text.eq_ignore_ascii_case("none")
}

impl Data for Healthcheck {
    fn read(value: &Value, at: &mut Reader) -> Option<Healthcheck> {
        let entries = match value {
            // A value that is given is not a keyword.
            Value::Text(text) if is_none(text) => return Some(Healthcheck::none()),
            Value::Map(entries) => entries,
            other => return Some(Healthcheck::new(<Command as Data>::read(other, at)?)),
        };
        let mut check = Healthcheck::none();
        let mut keys = at.keys("healthcheck", entries);
        check.read_data(&mut keys, at);
        let command = Command::from_keys(&mut keys, at);
        let none = keys.read::<bool>("none", at);
        keys.finish(at);
        match (command, none) {
            (Some(command), None) => check.command = Some(command?),
            (None, Some(Some(true))) => {}
            (None, Some(None)) => return None,
            _ => {
                at.problem(
                    "`healthcheck` needs one of `command`, `chain`, `lines` and `none: true`",
                );
                return None;
            }
        }
        Some(check)
    }

    fn write(&self) -> Value {
        let mut out = Vec::new();
        self.write_data(&mut out);
        match &self.command {
            None if out.is_empty() => return Value::text("none"),
            None => out.push(("none", Value::Bool(true))),
            Some(command) => match command.plain() {
                Some(plain) if out.is_empty() && !plain.as_text().is_some_and(is_none) => {
                    return plain;
                }
                _ => command.push_keys(&mut out),
            },
        }
        Value::map(out)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let mut keys = Healthcheck::schemas(Healthcheck::KEYWORD, definitions);
        keys.extend(Command::key_schemas(definitions));
        keys.push((
            "none",
            Definitions::described("Switches a check of the base off.", schema::boolean()),
        ));
        let command = Command::schema(definitions);
        schema::any_of([
            Definitions::described("A command, or `none`.", command),
            Command::with_keys(keys, &["none"]),
        ])
    }
}

const DURATION: &str =
    "a duration from a millisecond to 292 years, or zero, with its units: `30s`, `1m30s`";

/// A duration as Docker writes it. One out of its bounds is seconds and nanoseconds.
impl Data for Interval {
    fn read(value: &Value, at: &mut Reader) -> Option<Interval> {
        let text = match value {
            Value::Text(text) | Value::Given(text) => text,
            Value::Map(entries) => {
                let mut keys = at.keys("duration", entries);
                let seconds = keys.need::<Number>("seconds", at);
                let nanos = keys
                    .read::<Number>("nanoseconds", at)
                    .unwrap_or(Some(Number(0)));
                keys.finish(at);
                let nanos = u32::try_from(nanos?.0).ok().filter(|n| *n < 1_000_000_000);
                return match nanos {
                    Some(nanos) => Some(Interval(Duration::new(seconds?.0, nanos))),
                    None => at.expected("less than 1000000000 nanoseconds", value),
                };
            }
            other => return at.expected(DURATION, other),
        };
        match parse_go_duration(text) {
            Some(nanos) if nanos == 0 || nanos >= 1_000_000 => {
                let nanos = u64::try_from(nanos).unwrap_or(0);
                Some(Interval(Duration::from_nanos(nanos)))
            }
            _ => at.expected(DURATION, value),
        }
    }

    fn write(&self) -> Value {
        let nanos = self.0.as_nanos();
        if nanos == 0 || (1_000_000..=MAX_NANOS).contains(&nanos) {
            return Value::Text(go_duration(nanos));
        }
        Value::map([
            ("seconds", Value::Integer(self.0.as_secs().into())),
            ("nanoseconds", Value::Integer(self.0.subsec_nanos().into())),
        ])
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("duration", |_| {
            let number = |most: i128| schema::integer(0, most);
            Definitions::described(
                "A duration such as `1m30s`: zero, or from a millisecond to 292 years.",
                schema::any_of([
                    schema::pattern(r"^[+]?(0|(([0-9]+[.]?[0-9]*|[.][0-9]+)(ns|us|ms|s|m|h))+)$"),
                    schema::object(
                        vec![
                            ("seconds", number(u64::MAX.into())),
                            ("nanoseconds", number(999_999_999)),
                        ],
                        &["seconds"],
                    ),
                ]),
            )
        })
    }
}

/// A number that is not negative.
struct Number(u64);

impl Data for Number {
    fn read(value: &Value, at: &mut Reader) -> Option<Number> {
        let number = match value {
            Value::Integer(number) => u64::try_from(*number).ok(),
            _ => None,
        };
        match number {
            Some(number) => Some(Number(number)),
            None => at.expected("a number from 0", value),
        }
    }

    fn write(&self) -> Value {
        Value::Integer(self.0.into())
    }

    fn schema(_: &mut Definitions) -> Value {
        schema::integer(0, u64::MAX.into())
    }
}

/// A number. One out of Docker's bounds is kept under `raw`.
impl Data for Retries {
    fn read(value: &Value, at: &mut Reader) -> Option<Retries> {
        const EXPECTED: &str = "a number from 0 to 2147483647";
        let number = match value {
            Value::Integer(number) => i32::try_from(*number)
                .ok()
                .and_then(|n| u32::try_from(n).ok()),
            Value::Map(entries) => {
                let mut keys = at.keys("retries", entries);
                let raw = keys.need::<Number>("raw", at);
                keys.finish(at);
                u32::try_from(raw?.0).ok()
            }
            _ => None,
        };
        match number {
            Some(number) => Some(Retries(number)),
            None => at.expected(EXPECTED, value),
        }
    }

    fn write(&self) -> Value {
        let number = Value::Integer(self.0.into());
        if i32::try_from(self.0).is_ok() {
            number
        } else {
            Value::one("raw", number)
        }
    }

    fn schema(_: &mut Definitions) -> Value {
        let raw = schema::integer(0, u32::MAX.into());
        schema::any_of([
            schema::integer(0, i32::MAX.into()),
            schema::object(vec![("raw", raw)], &["raw"]),
        ])
    }
}
