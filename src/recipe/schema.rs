//! The schema of a recipe: that of a file, in which a parameter can stand for a value.

use super::parameter::Kind;
use crate::data::schema::{any_of, boolean, list_of, map_of, object, string, words};
use crate::data::{Data, Definitions, Value, schema};
use crate::model::Dockerfile;

pub(super) fn document() -> Value {
    let about = "A recipe of Dockerfiles, as the Rust crate multistage reads it.";
    schema::document("Recipe", about, recipe)
}

fn recipe(definitions: &mut Definitions) -> Value {
    let file = Dockerfile::schema(definitions);
    definitions.change(with_parameters);
    let given = definitions.refer("given", |_| given());
    definitions.refer("condition", |_| condition());
    let scalar = || {
        let types = ["string", "integer", "boolean"].map(Value::text);
        Value::one("type", Value::list(types))
    };
    let value = || any_of([scalar(), list_of(scalar())]);
    let parameter = object(
        vec![
            ("type", words(Kind::ALL.map(Kind::as_str))),
            ("default", value()),
            ("one-of", schema::at_least(1, list_of(value()))),
            ("describe", string()),
        ],
        &[],
    );
    let keys = vec![
        ("parameters", map_of(any_of([value(), parameter]))),
        (
            "matrix",
            any_of([map_of(list_of(value())), list_of(map_of(value()))]),
        ),
        ("name", any_of([string(), given])),
        ("file", file),
    ];
    definitions.refer("recipe", |_| object(keys, &["file"]))
}

/// `{$param: ..}` and `{$join: [..]}`.
fn given() -> Value {
    let parameter = || object(vec![("$param", string())], &["$param"]);
    let types = ["string", "integer", "boolean"].map(Value::text);
    let part = any_of([Value::one("type", Value::list(types)), parameter()]);
    any_of([
        Definitions::described("The value of a parameter.", parameter()),
        Definitions::described(
            "Text of parts.",
            object(vec![("$join", list_of(part))], &["$join"]),
        ),
    ])
}

fn condition() -> Value {
    let value = any_of([
        string(),
        boolean(),
        Value::one("type", Value::text("integer")),
    ]);
    let wanted = any_of([value.clone(), list_of(value)]);
    let map = Value::map([
        ("type", Value::text("object")),
        ("properties", Value::one("$not", condition_reference())),
        ("additionalProperties", wanted),
    ]);
    Definitions::described("For which variants it is there.", any_of([string(), map]))
}

/// A schema in which a parameter can stand for what is not a map, and a condition in what can be
/// left out.
fn with_parameters(name: &str, schema: &mut Value) {
    allow(schema);
    match name {
        "stage" | "named-stage" | "step" => add_condition(schema),
        "argument" => {
            let condition = Value::one("$when", condition_reference());
            let own = std::mem::replace(schema, Value::Null);
            *schema = schema::with(own, "properties", condition);
        }
        _ => {}
    }
}

fn condition_reference() -> Value {
    Value::one("$ref", Value::text("#/$defs/condition"))
}

fn add_condition(schema: &mut Value) {
    let Value::Map(entries) = schema else { return };
    for (key, value) in entries {
        match (key.as_str(), value) {
            ("properties", Value::Map(properties)) => {
                properties.push(("$when".to_owned(), condition_reference()));
            }
            ("maxProperties", Value::Integer(most)) => *most += 1,
            _ => {}
        }
    }
}

/// Recurses as deep as the schema.
fn allow(schema: &mut Value) {
    let is_value = match schema.get("type") {
        Some(Value::Text(name)) => name != "object",
        Some(Value::List(_)) => true,
        _ => schema.get("enum").is_some(),
    };
    if let Value::Map(entries) = schema {
        for (key, value) in entries {
            match (key.as_str(), value) {
                ("properties", Value::Map(properties)) => {
                    properties.iter_mut().for_each(|(_, value)| allow(value));
                }
                ("items" | "additionalProperties", value @ Value::Map(_)) => allow(value),
                ("anyOf" | "prefixItems" | "allOf", Value::List(schemas)) => {
                    schemas.iter_mut().for_each(allow);
                }
                _ => {}
            }
        }
    }
    if is_value {
        let given = Value::one("$ref", Value::text("#/$defs/given"));
        let own = std::mem::replace(schema, Value::Null);
        *schema = any_of([own, given]);
    }
}
