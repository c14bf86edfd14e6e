//! The parts of a JSON Schema (draft 2020-12).

use indexmap::IndexMap;

use super::Value;

/// The definitions of a schema, by name.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    defined: IndexMap<String, Value>,
}

impl Definitions {
    /// Refers to a definition, which is made where it has not been yet.
    pub(crate) fn refer(
        &mut self,
        name: &str,
        make: impl FnOnce(&mut Definitions) -> Value,
    ) -> Value {
        if !self.defined.contains_key(name) {
            // It may refer to itself.
            self.define(name, Value::Null);
            let made = make(self);
            self.define(name, made);
        }
        Value::one("$ref", Value::text(format!("#/$defs/{name}")))
    }

    fn define(&mut self, name: &str, schema: Value) {
        self.defined.insert(name.to_owned(), schema);
    }

    /// Changes all definitions that have been made.
    pub(crate) fn change(&mut self, change: impl Fn(&str, &mut Value)) {
        for (name, schema) in &mut self.defined {
            change(name, schema);
        }
    }

    /// A schema with a description, where it has one already beside that.
    pub(crate) fn described(description: impl Into<String>, schema: Value) -> Value {
        let schema = match schema.get("description") {
            Some(_) => any_of([schema]),
            None => schema,
        };
        let mut entries = vec![("description".to_owned(), Value::Text(description.into()))];
        if let Value::Map(rest) = schema {
            entries.extend(rest);
        }
        Value::Map(entries)
    }
}

/// A schema, whole.
pub(crate) fn document(
    title: &str,
    description: &str,
    root: impl FnOnce(&mut Definitions) -> Value,
) -> Value {
    let mut definitions = Definitions::default();
    let root = root(&mut definitions);
    Value::map([
        (
            "$schema",
            Value::text("https://json-schema.org/draft/2020-12/schema"),
        ),
        ("title", Value::text(title)),
        ("description", Value::text(description)),
        ("allOf", Value::list([root])),
        ("$defs", Value::map(definitions.defined)),
    ])
}

fn typed(name: &str) -> Value {
    Value::one("type", Value::text(name))
}

pub(crate) fn string() -> Value {
    typed("string")
}

pub(crate) fn boolean() -> Value {
    typed("boolean")
}

pub(crate) fn null() -> Value {
    typed("null")
}

pub(crate) fn integer(least: i128, most: i128) -> Value {
    Value::map([
        ("type", Value::text("integer")),
        ("minimum", Value::Integer(least)),
        ("maximum", Value::Integer(most)),
    ])
}

/// Text whose form a regular expression describes.
pub(crate) fn pattern(pattern: &str) -> Value {
    Value::map([
        ("type", Value::text("string")),
        ("pattern", Value::text(pattern)),
    ])
}

/// One of some words.
pub(crate) fn words<'w>(words: impl IntoIterator<Item = &'w str>) -> Value {
    Value::one("enum", Value::list(words.into_iter().map(Value::text)))
}

pub(crate) fn any_of(schemas: impl IntoIterator<Item = Value>) -> Value {
    Value::one("anyOf", Value::list(schemas))
}

pub(crate) fn list_of(item: Value) -> Value {
    Value::map([("type", Value::text("array")), ("items", item)])
}

/// One, or a list of them.
pub(crate) fn one_or_many(item: Value) -> Value {
    any_of([item.clone(), list_of(item)])
}

/// A map with any keys.
pub(crate) fn map_of(value: Value) -> Value {
    Value::map([
        ("type", Value::text("object")),
        ("additionalProperties", value),
    ])
}

/// A map with these keys alone.
pub(crate) fn object<K: Into<String>>(properties: Vec<(K, Value)>, required: &[&str]) -> Value {
    let mut entries = vec![
        ("type", Value::text("object")),
        ("properties", Value::map(properties)),
        ("additionalProperties", Value::Bool(false)),
    ];
    if !required.is_empty() {
        let required = required.iter().copied().map(Value::text);
        entries.push(("required", Value::list(required)));
    }
    Value::map(entries)
}

/// A list of this many items at the least.
pub(crate) fn at_least(least: i128, list: Value) -> Value {
    with(list, "minItems", Value::Integer(least))
}

/// A schema with one more key.
pub(crate) fn with(schema: Value, key: &'static str, value: Value) -> Value {
    match schema {
        Value::Map(mut entries) => {
            entries.push((key.to_owned(), value));
            Value::Map(entries)
        }
        other => other,
    }
}
