//! Whatever is read, it comes back; whatever data says, it is a model or a message.

use multistage::instruction::KEYWORDS;
use multistage::recipe::Recipe;
use multistage::{Dockerfile, Parsed};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::fixture;
use super::round::comes_back;
use crate::hostile;

/// Lines that Docker takes, rejects, and rejects late.
fn lines() -> impl Strategy<Value = String> {
    let fixture: Vec<String> = fixture("everything.Dockerfile")
        .lines()
        .map(str::to_owned)
        .collect();
    let plain: &'static [&'static str] =
        &["a=b", "a b", "[\"a\"]", "--x=y", "<<EOF", "$a", "\"", "80"];
    prop_oneof![
        select(fixture),
        (select(KEYWORDS), vec(hostile::strings(plain), 0..3))
            .prop_map(|(keyword, words)| format!("{keyword} {}", words.join(" "))),
        (select(KEYWORDS), vec(hostile::strings(plain), 0..3))
            .prop_map(|(keyword, words)| format!("ONBUILD {keyword} {}", words.join(" "))),
        hostile::strings(plain).prop_map(|text| format!("FROM {text}")),
        hostile::strings(plain).prop_map(|text| format!("  # {text}")),
    ]
}

/// Data of keys that there are, with anything below them.
fn data() -> impl Strategy<Value = Value> {
    const WORDS: &[&str] = &[
        "a",
        "",
        "$a",
        "none",
        "30s",
        "0644",
        "-1",
        "linux/amd64",
        "\n",
        "é",
        "cache",
        "\\",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(WORDS).prop_map(Value::from),
    ];
    let schema: Value = serde_json::from_str(&Recipe::json_schema()).expect("JSON");
    let mut keys = vec!["$when".to_owned(), "A".to_owned()];
    collect(&schema, &mut keys);
    leaf.prop_recursive(8, 60, 4, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            vec((select(keys.clone()), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn collect(schema: &Value, keys: &mut Vec<String>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| collect(item, keys)),
        Value::Object(entries) => {
            if let Some(Value::Object(properties)) = entries.get("properties") {
                keys.extend(properties.keys().cloned());
            }
            entries.values().for_each(|value| collect(value, keys));
        }
        _ => {}
    }
}

fn read(data: &Value) -> Result<(), TestCaseError> {
    match serde_json::from_value::<Dockerfile>(data.clone()) {
        Ok(file) => {
            comes_back(&file)?;
            let _ = file.check();
        }
        Err(error) => prop_assert!(!error.to_string().is_empty()),
    }
    match serde_json::from_value::<Recipe>(data.clone()) {
        Ok(recipe) => {
            if let Err(error) = recipe.variants() {
                prop_assert!(!error.to_string().is_empty());
            }
        }
        Err(error) => prop_assert!(!error.to_string().is_empty()),
    }
    Ok(())
}

proptest! {
    #![proptest_config(crate::cases::many())]

    #[test]
    fn what_is_read_comes_back(lines in vec(lines(), 0..20), backtick in any::<bool>()) {
        let start = if backtick { "# escape=`\nFROM a\n" } else { "FROM a\n" };
        let text = format!("{start}{}\n", lines.join("\n"));
        comes_back(Parsed::new(&text).file())?;
    }

    #[test]
    fn data_is_a_model_or_a_message(step in data(), stage in data(), file in data()) {
        read(&json!({"stages": {"a": {"from": "b", "steps": [step]}}}))?;
        read(&json!({"file": {"stages": {"a": {"from": "b", "steps": [step]}}}}))?;
        read(&json!({"stages": [stage], "args": step}))?;
        read(&file)?;
    }
}

/// A trigger that Docker does not know is kept as text, and text can be what no file holds.
#[test]
fn a_trigger_that_cannot_be_written_comes_back() {
    for trigger in ["'`\n\0", "x\0`\n y", "wrong `\n <<E\0", "\0`\n`\n\0"] {
        let text = format!("# escape=`\nFROM a\nONBUILD {trigger}\n");
        comes_back(Parsed::new(&text).file()).unwrap_or_else(|error| panic!("{error}"));
    }
}
