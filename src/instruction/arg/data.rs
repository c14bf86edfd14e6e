//! ARG as data: a name, a map of names and defaults, or a list of these.

use super::{Arg, Declaration};
use crate::data::{Data, Definitions, Reader, Value, one_or_many, schema};
use crate::reference::ArgName;
use crate::syntax::Description;
use crate::text::Text;

impl Data for Arg {
    fn read(value: &Value, at: &mut Reader) -> Option<Arg> {
        let declarations = match value {
            Value::List(items) => {
                let mut all = Some(Vec::with_capacity(items.len()));
                for (n, item) in items.iter().enumerate() {
                    let read = at.index(n, |at| read_declarations(item, at));
                    match (&mut all, read) {
                        (Some(all), Some(mut read)) => all.append(&mut read),
                        _ => all = None,
                    }
                }
                all?
            }
            other => read_declarations(other, at)?,
        };
        Some(Arg { declarations })
    }

    fn write(&self) -> Value {
        one_or_many(self.declarations.iter().map(write_declaration))
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("declarations", |definitions| {
            let text = Text::schema(definitions);
            let describe = Description::schema(definitions);
            let keys = vec![("default", text.clone()), ("describe", describe)];
            let full = schema::object(keys, &[]);
            let default = Definitions::described(
                "The default, nothing, or a map with `default` and `describe`.",
                schema::any_of([text, full, schema::null()]),
            );
            let argument = definitions.refer("argument", |_| schema::map_of(default));
            let declaration = schema::any_of([schema::string(), argument]);
            schema::one_or_many(declaration)
        })
    }
}

/// A name alone, or names with their defaults.
fn read_declarations(value: &Value, at: &mut Reader) -> Option<Vec<Declaration>> {
    let entries = match value {
        Value::Text(name) | Value::Given(name) => {
            return Some(vec![Declaration {
                name: ArgName::new(name),
                default: None,
                description: None,
            }]);
        }
        Value::Map(entries) => at.entries(entries),
        other => {
            return at.expected(
                "the name of an argument, or a map of names and defaults",
                other,
            );
        }
    };
    let mut out = Some(Vec::new());
    for (name, value) in entries {
        let read = at.key(name, |at| read_declaration(name, value, at));
        match (&mut out, read) {
            (Some(out), Some(read)) => out.push(read),
            _ => out = None,
        }
    }
    out
}

fn read_declaration(name: &str, value: &Value, at: &mut Reader) -> Option<Declaration> {
    let mut declaration = Declaration {
        name: ArgName::new(name),
        default: None,
        description: None,
    };
    match value {
        Value::Null => {}
        Value::Map(entries) if is_full(value) => {
            let mut keys = at.keys("arg", entries);
            let default = keys.read("default", at);
            let description = keys.read("describe", at);
            keys.finish(at);
            declaration.default = default.flatten();
            declaration.description = description.flatten().map(Box::new);
        }
        text => declaration.default = Some(Text::read(text, at)?),
    }
    Some(declaration)
}

/// Returns `true` if a map says more than the default.
fn is_full(value: &Value) -> bool {
    let decided = ["literal", "expr", "raw", "plain"];
    decided.iter().all(|key| value.get(key).is_none())
}

fn write_declaration(declaration: &Declaration) -> Value {
    let name = declaration.name.as_str();
    let default = declaration.default.as_ref().map(Text::write);
    match (default, &declaration.description) {
        (None, None) => Value::text(name),
        (Some(default), None) => Value::one(name, default),
        (default, Some(description)) => {
            let default = default.map(|default| ("default", default));
            let description = ("describe", description.write());
            let entries = default.into_iter().chain([description]);
            Value::one(name, Value::map(entries))
        }
    }
}
