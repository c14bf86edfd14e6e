//! Flags as data, by name and value.

use crate::data::{Alive, Data, Definitions, Keys, Reader, Value, schema};
use crate::syntax::{Flag, Flags, OtherFlag};

/// Flags by name and value: a map, or a list of maps of one key and of names.
impl Data for Vec<OtherFlag> {
    fn read(value: &Value, at: &mut Reader) -> Option<Vec<OtherFlag>> {
        match value {
            Value::List(items) => {
                let mut out = Some(Vec::new());
                for (n, item) in items.iter().enumerate() {
                    let read = at.index(n, |at| match item {
                        Value::Text(_) | Value::Given(_) => {
                            let name = Alive::read(item, at)?.0.into();
                            Some(vec![OtherFlag { name, value: None }])
                        }
                        item => read_flag_map(item, at),
                    });
                    match (&mut out, read) {
                        (Some(out), Some(read)) => out.extend(read),
                        _ => out = None,
                    }
                }
                out
            }
            other => read_flag_map(other, at),
        }
    }

    fn write(&self) -> Value {
        let value = |flag: &OtherFlag| match &flag.value {
            Some(value) => Value::text(value.as_str()),
            None => Value::Bool(true),
        };
        let mut names: Vec<&str> = self.iter().map(|flag| flag.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() == self.len() {
            return Value::map(self.iter().map(|flag| (flag.name.as_str(), value(flag))));
        }
        Value::list(self.iter().map(|flag| match &flag.value {
            Some(_) => Value::one(flag.name.as_str(), value(flag)),
            None => Value::text(flag.name.as_str()),
        }))
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("flags", |_| {
            let value = Value::one(
                "type",
                Value::list(["string", "integer", "boolean"].map(Value::text)),
            );
            let map = schema::map_of(value);
            Definitions::described(
                "Flags that have no key of their own: names and values, `true` for none.",
                schema::any_of([
                    map.clone(),
                    schema::list_of(schema::any_of([schema::string(), map])),
                ]),
            )
        })
    }
}

fn read_flag_map(value: &Value, at: &mut Reader) -> Option<Vec<OtherFlag>> {
    let Value::Map(entries) = value else {
        return at.expected("a map of flags and values", value);
    };
    let mut out = Some(Vec::new());
    for (name, value) in at.entries(entries) {
        let read = at.key(name, |at| match value {
            Value::Bool(true) => Some(None),
            other => String::read(other, at).map(|value| Some(value.into())),
        });
        match (&mut out, read) {
            (Some(out), Some(value)) => out.push(OtherFlag {
                name: name.into(),
                value,
            }),
            _ => out = None,
        }
    }
    out
}

/// The flags of an instruction as data, from the same rows as everything else.
pub(crate) trait FlagData: Flags {
    /// Reads the keys that are flags.
    fn read_data(&mut self, keys: &mut Keys<'_>, at: &mut Reader) {
        for Flag { name, data, .. } in Self::FLAGS {
            if let Some(value) = keys.take(name) {
                at.key(name, |at| (data.read)(self, value, at));
            }
        }
        if let Some(Some(flags)) = keys.read::<Vec<OtherFlag>>("flags", at) {
            self.other_mut().extend(flags);
        }
    }

    /// Writes the flags that are set.
    fn write_data(&self, out: &mut Vec<(&'static str, Value)>) {
        for Flag { name, data, .. } in Self::FLAGS {
            out.extend((data.write)(self).map(|value| (*name, value)));
        }
        if !self.other().is_empty() {
            out.push(("flags", self.other().to_vec().write()));
        }
    }

    /// The schemas of the flags; `keyword` is that of the instruction.
    fn schemas(keyword: &str, definitions: &mut Definitions) -> Vec<(&'static str, Value)> {
        let mut out = Vec::new();
        for Flag { name, data, .. } in Self::FLAGS {
            let about = format!("`{keyword} --{name}`");
            let schema = (data.schema)(definitions);
            out.push((*name, Definitions::described(about, schema)));
        }
        out.push(("flags", <Vec<OtherFlag> as Data>::schema(definitions)));
        out
    }
}

impl<T: Flags> FlagData for T {}
