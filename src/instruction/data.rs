//! Instructions as data: a map of one key, the keyword in lower case.

use super::{Instruction, KEYWORDS};
use crate::data::{Data, Definitions, Keys, Reader, Value, schema, serde_as_data, unknown};

serde_as_data!(Instruction);

impl Data for Instruction {
    fn read(value: &Value, at: &mut Reader) -> Option<Instruction> {
        let Value::Map(entries) = value else {
            return at.expected(
                "a map with the name of an instruction, such as `run`",
                value,
            );
        };
        let mut keys = at.keys("step", entries);
        let read = Instruction::from_keys(&mut keys, at);
        keys.finish(at);
        read
    }

    fn write(&self) -> Value {
        self.write_data()
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("instruction", |definitions| {
            let instructions = Instruction::schemas(definitions);
            one_of_them(schema::object(instructions, &[]), 1)
        })
    }
}

/// The name of an instruction in data.
pub(super) fn name(keyword: &str) -> String {
    keyword.to_ascii_lowercase()
}

/// The schema of an instruction, with what an editor can show.
pub(super) fn described(about: &str, keyword: &str, schema: Value) -> Value {
    let anchor = match keyword {
        "MAINTAINER" => "maintainer-deprecated".to_owned(),
        other => other.to_ascii_lowercase(),
    };
    let page = "https://docs.docker.com/reference/dockerfile/";
    Definitions::described(format!("{} {page}#{anchor}", about.trim()), schema)
}

/// A map that has one instruction, and at most this many keys.
pub(crate) fn one_of_them(map: Value, most: i128) -> Value {
    let required = |keyword: &&str| {
        let name = Value::Text(name(keyword));
        Value::one("required", Value::list([name]))
    };
    let map = schema::with(map, "maxProperties", Value::Integer(most));
    schema::with(map, "oneOf", Value::list(KEYWORDS.iter().map(required)))
}

impl Instruction {
    /// The instruction among the keys that are left: the only one of them.
    pub(crate) fn from_keys(keys: &mut Keys<'_>, at: &mut Reader) -> Option<Instruction> {
        let left = keys.rest();
        let [(name, value)] = left.as_slice() else {
            match left.as_slice() {
                [] => at.problem("expected the name of an instruction, such as `run`"),
                [(first, _), (second, _), ..] => at.problem(format!(
                    "expected one instruction, found `{first}` and `{second}`: make steps of them"
                )),
                [_] => {}
            }
            return None;
        };
        match at.key(name, |at| Instruction::read_data(name, value, at)) {
            Some(read) => read,
            None => {
                let known: Vec<String> = KEYWORDS.iter().map(|k| self::name(k)).collect();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                at.key(name, |at| {
                    at.problem(unknown("instruction", name, "a step", &known));
                });
                None
            }
        }
    }

    /// The instruction under its name.
    pub(crate) fn write_data(&self) -> Value {
        Value::one(name(self.keyword()), self.value())
    }
}
