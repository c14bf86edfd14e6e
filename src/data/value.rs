//! `Value`: data of any format as a tree, and how it goes through serde and out as JSON.

use std::fmt::{self, Write as _};

use crate::limits;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};

/// Data of any format. A map keeps its order, and a key that is given twice.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    /// Text that a parameter gave: literal text, wherever it is.
    Given(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
    /// An item that has been left out, so that those after it keep their numbers.
    Absent,
}

impl Value {
    pub(crate) fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    /// A map of one key.
    pub(crate) fn one(key: impl Into<String>, value: Value) -> Value {
        Value::Map(vec![(key.into(), value)])
    }

    pub(crate) fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
        let entries = entries.into_iter();
        let mut map = Vec::with_capacity(entries.size_hint().0);
        for (key, value) in entries {
            map.push((key.into(), value));
        }
        Value::Map(map)
    }

    pub(crate) fn list(items: impl IntoIterator<Item = Value>) -> Value {
        let items = items.into_iter();
        let mut list = Vec::with_capacity(items.size_hint().0);
        for item in items {
            list.push(item);
        }
        Value::List(list)
    }

    /// The value of a key, where this is a map that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(entries) => entries
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) | Value::Given(text) => Some(text),
            _ => None,
        }
    }

    /// The tree as JSON, indented by two spaces, with a newline at the end.
    pub(crate) fn to_json(&self) -> String {
        let mut out = String::new();
        self.push_json(&mut out, 0);
        out.push('\n');
        out
    }

    fn push_json(&self, out: &mut String, depth: usize) {
        let line = |out: &mut String, depth: usize| {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        };
        match self {
            Value::Null | Value::Absent => out.push_str("null"),
            Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
            // Writing to a string cannot fail.
            Value::Integer(number) => {
                let _ = write!(out, "{number}");
            }
            Value::Float(number) => {
                let _ = write!(out, "{number:?}");
            }
            Value::Text(text) | Value::Given(text) => push_json_string(out, text),
            Value::List(items) if items.is_empty() => out.push_str("[]"),
            Value::List(items) => {
                out.push('[');
                for (n, item) in items.iter().enumerate() {
                    out.push_str(if n > 0 { "," } else { "" });
                    line(out, depth + 1);
                    item.push_json(out, depth + 1);
                }
                line(out, depth);
                out.push(']');
            }
            Value::Map(entries) if entries.is_empty() => out.push_str("{}"),
            Value::Map(entries) => {
                out.push('{');
                for (n, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if n > 0 { "," } else { "" });
                    line(out, depth + 1);
                    push_json_string(out, key);
                    out.push_str(": ");
                    value.push_json(out, depth + 1);
                }
                line(out, depth);
                out.push('}');
            }
        }
    }
}

fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Names the value for a message: `the number 5`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 40;
        match self {
            Value::Null | Value::Absent => f.write_str("nothing"),
            Value::Bool(truth) => write!(f, "`{truth}`"),
            Value::Integer(number) => write!(f, "the number `{number}`"),
            Value::Float(number) => write!(f, "the number `{number:?}`"),
            Value::Text(text) | Value::Given(text) => match text.char_indices().nth(LONGEST) {
                Some((at, _)) => write!(f, "the text {:?}…", text.get(..at).unwrap_or_default()),
                None => write!(f, "the text {text:?}"),
            },
            Value::List(items) if items.is_empty() => f.write_str("an empty list"),
            Value::List(_) => f.write_str("a list"),
            Value::Map(entries) if entries.is_empty() => f.write_str("an empty map"),
            Value::Map(_) => f.write_str("a map"),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null | Value::Absent => serializer.serialize_unit(),
            Value::Bool(truth) => serializer.serialize_bool(*truth),
            Value::Integer(number) => match (i64::try_from(*number), u64::try_from(*number)) {
                (Ok(number), _) => serializer.serialize_i64(number),
                (_, Ok(number)) => serializer.serialize_u64(number),
                _ => serializer.serialize_i128(*number),
            },
            Value::Float(number) => serializer.serialize_f64(*number),
            Value::Text(text) | Value::Given(text) => serializer.serialize_str(text),
            Value::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Value::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        Depth(limits::DATA_DEPTH).deserialize(deserializer)
    }
}

/// The levels that are left.
#[derive(Clone, Copy)]
struct Depth(usize);

impl Depth {
    fn deeper<E: serde::de::Error>(self) -> Result<Depth, E> {
        match self.0.checked_sub(1) {
            Some(left) => Ok(Depth(left)),
            None => Err(E::custom(format_args!(
                "nested more than {} deep",
                limits::DATA_DEPTH
            ))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Depth {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Depth {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, true or false, a list or a map")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deeper()?.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Value, D::Error> {
        self.deeper()?.deserialize(deserializer)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Integer(number.into()))
    }

    fn visit_i128<E>(self, number: i128) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let deeper = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(deeper)? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let deeper = self.deeper()?;
        let mut entries = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            entries.push((key, map.next_value_seed(deeper)?));
        }
        Ok(Value::Map(entries))
    }
}

/// The key of a map: text, or a number or a truth value as its text.
struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        struct KeyVisitor;

        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key that is text")
            }

            fn visit_str<E>(self, text: &str) -> Result<Key, E> {
                Ok(Key(text.to_owned()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Key, E> {
                Ok(Key(number.to_string()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Key, E> {
                Ok(Key(number.to_string()))
            }

            fn visit_bool<E>(self, truth: bool) -> Result<Key, E> {
                Ok(Key(truth.to_string()))
            }
        }

        deserializer.deserialize_any(KeyVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_as_it_is_written() -> Result<(), serde_json::Error> {
        let text = "{\"a\":[null,true,-5,1.5,\"\\u0001\\n\\\"\\\\é\",[],{}],\"b\":{\"c\":18446744073709551615}}";
        let value: Value = serde_json::from_str(text)?;
        assert_eq!(serde_json::to_string(&value)?, text);
        assert_eq!(serde_json::from_str::<Value>(&value.to_json())?, value);
        Ok(())
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| {
            let mut value = serde_json::Value::Null;
            for _ in 0..depth {
                value = serde_json::Value::Array(vec![value]);
            }
            serde_json::from_value::<Value>(value)
        };
        assert!(nested(limits::DATA_DEPTH).is_ok());
        let error = nested(limits::DATA_DEPTH + 1)
            .err()
            .map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some("nested more than 128 deep"));
    }
}
