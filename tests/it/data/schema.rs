//! The JSON Schema: committed, fresh, and of everything that there is.

use std::collections::BTreeSet;

use multistage::Dockerfile;
use multistage::instruction::KEYWORDS;
use serde_json::Value;

use super::{everything, fixture, leave, root, same};

fn schema() -> Value {
    serde_json::from_str(&Dockerfile::json_schema()).expect("the schema is JSON")
}

#[test]
fn it_is_fresh() {
    same("schema/dockerfile.schema.json", &Dockerfile::json_schema());
}

/// The keys of all objects below a schema, and the definitions that it refers to.
fn keys<'s>(schema: &'s Value, found: &mut BTreeSet<&'s str>, references: &mut BTreeSet<&'s str>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| keys(item, found, references)),
        Value::Object(entries) => {
            for (key, value) in entries {
                match (key.as_str(), value) {
                    ("properties", Value::Object(properties)) => {
                        found.extend(properties.keys().map(String::as_str));
                    }
                    ("$ref", Value::String(name)) => {
                        references.extend(name.strip_prefix("#/$defs/"));
                    }
                    _ => {}
                }
                keys(value, found, references);
            }
        }
        _ => {}
    }
}

#[test]
fn every_reference_is_defined() {
    let schema = schema();
    let (mut found, mut references) = (BTreeSet::new(), BTreeSet::new());
    keys(&schema, &mut found, &mut references);
    let defined = schema["$defs"].as_object().expect("definitions");
    let defined: BTreeSet<&str> = defined.keys().map(String::as_str).collect();
    assert_eq!(references, defined);
    for keyword in KEYWORDS {
        assert!(found.contains(keyword.to_ascii_lowercase().as_str()));
    }
}

/// The keys of all maps.
fn used(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| used(item, found)),
        Value::Object(entries) => {
            for (key, value) in entries {
                found.insert(key.clone());
                used(value, found);
            }
        }
        _ => {}
    }
}

/// The committed file has all that there is, so that a change of any shape is seen.
#[test]
fn a_file_that_has_everything() {
    let file = everything();
    let json = serde_json::to_string_pretty(&file).expect("JSON") + "\n";
    same("tests/data/everything.json", &json);
    let again: Dockerfile = serde_json::from_str(&fixture("everything.json")).expect("a file");
    assert_eq!(again, file);
    leave("data/valid", "everything", &json);

    let schema = schema();
    let (mut keys_of_schema, mut references) = (BTreeSet::new(), BTreeSet::new());
    keys(&schema, &mut keys_of_schema, &mut references);
    let mut found = BTreeSet::new();
    used(&serde_json::to_value(&file).expect("JSON"), &mut found);
    let missing: Vec<_> = keys_of_schema
        .iter()
        .copied()
        .filter(|key| !found.contains(*key))
        .collect();
    // What only a hand writes, a line that goes with no `escape`, and what lines are that were read under another one.
    assert_eq!(missing, ["file", "shebang", "verbatim"]);
}

#[test]
fn what_is_written_is_valid() {
    let folder = root().join("tests/golden/scenarios");
    for entry in std::fs::read_dir(folder).expect("the scenarios") {
        let path = entry.expect("a scenario").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        let file = Dockerfile::parse(&text).expect("a file");
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        leave(
            "data/valid",
            &name,
            &serde_json::to_string(&file).expect("JSON"),
        );
    }
    for file in crate::corpus::accepted() {
        let model = Dockerfile::parse(&file.text).expect("a file");
        let json = serde_json::to_string(&model).expect("JSON");
        leave("data/valid", &file.name, &json);
    }
}
