//! Mounts and devices as data: maps whose keys are the rows of `KEYS`.

use super::{Access, Device, KEYS, Mount, MountKind, MountOptions, Repr, Sharing};
use crate::data::{Data, Definitions, Reader, Value, data_as_word, schema, serde_as_data};
use crate::text::Text;

serde_as_data!(Mount);

data_as_word!(MountKind [Bind, Cache, Tmpfs, Secret, Ssh]);
data_as_word!(Sharing [Shared, Private, Locked]);

impl Data for Mount {
    fn read(value: &Value, at: &mut Reader) -> Option<Mount> {
        let Value::Map(entries) = value else {
            return at.expected("a mount: a map with `type` and its keys", value);
        };
        let mut keys = at.keys("mount", entries);
        if value.get("raw").is_some() {
            let raw = keys
                .take("raw")
                .map(|raw| at.key("raw", |at| Text::read(raw, at)));
            keys.finish(at);
            return raw.flatten().map(Mount::raw);
        }
        let kind = keys.read("type", at).unwrap_or(Some(MountKind::Bind));
        let mut fields = MountOptions::new(kind.unwrap_or(MountKind::Bind));
        for key in KEYS {
            if let Some(value) = keys.take(key.name) {
                at.key(key.name, |at| (key.data.read)(&mut fields, value, at));
            }
        }
        keys.finish(at);
        kind.map(|_| Mount::from_options(fields))
    }

    fn write(&self) -> Value {
        let fields = match &self.0 {
            Repr::Typed(fields) => fields,
            Repr::Raw(spelling) => return Value::one("raw", spelling.write()),
        };
        let rows = KEYS
            .iter()
            .filter_map(|key| Some((key.name, (key.data.write)(fields)?)));
        Value::map([("type", fields.kind.write())].into_iter().chain(rows))
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("mount", |definitions| {
            let mut keys = vec![("type", MountKind::schema(definitions))];
            for key in KEYS {
                let kinds: Vec<&str> = key.kinds.iter().map(|kind| kind.as_str()).collect();
                let about = format!("For the types {}.", kinds.join(", "));
                let schema = (key.data.schema)(definitions);
                keys.push((key.name, Definitions::described(about, schema)));
            }
            let raw = Text::schema(definitions);
            Definitions::described(
                "What is mounted while the command runs.",
                schema::any_of([
                    schema::object(keys, &[]),
                    schema::object(vec![("raw", raw)], &["raw"]),
                ]),
            )
        })
    }
}

/// `true` if it is read-only.
impl Data for Access {
    fn read(value: &Value, at: &mut Reader) -> Option<Access> {
        Some(if bool::read(value, at)? {
            Access::ReadOnly
        } else {
            Access::ReadWrite
        })
    }

    fn write(&self) -> Value {
        Value::Bool(*self == Access::ReadOnly)
    }

    fn schema(_: &mut Definitions) -> Value {
        schema::boolean()
    }
}

/// A name, or a map that says whether it is required.
impl Data for Device {
    fn read(value: &Value, at: &mut Reader) -> Option<Device> {
        let Value::Map(entries) = value else {
            return Some(Device::new(String::read(value, at)?));
        };
        let mut keys = at.keys("device", entries);
        let name = keys.need::<String>("name", at);
        let required = keys.read("required", at).unwrap_or(Some(false));
        keys.finish(at);
        Some(Device {
            name: name?.into(),
            required: required?,
        })
    }

    fn write(&self) -> Value {
        let name = Value::text(self.name.as_str());
        if self.required {
            Value::map([("name", name), ("required", Value::Bool(true))])
        } else {
            name
        }
    }

    fn schema(_: &mut Definitions) -> Value {
        let keys = vec![("name", schema::string()), ("required", schema::boolean())];
        schema::any_of([schema::string(), schema::object(keys, &["name"])])
    }
}
