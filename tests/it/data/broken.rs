//! Data that is rejected, and what is said of it.

use std::fmt::Write as _;

use multistage::Dockerfile;
use serde_norway::Value;

use super::{fixture, leave};

/// What is said of each case of a fixture that says whether its schema rejects it too. By YAML and by JSON it is the
/// same.
pub(super) fn said_of<T: serde::de::DeserializeOwned>(
    fixture_name: &str,
    folder: &str,
    wrong: impl Fn(T) -> Option<String>,
) -> String {
    let cases: Vec<Value> = serde_norway::from_str(&fixture(fixture_name)).expect("a list");
    let mut said = String::new();
    for case in cases {
        let what = case["what"].as_str().expect("what is wrong");
        let data = &case["data"];
        let json = serde_json::to_string(data).expect("JSON");
        let by_yaml = match serde_norway::from_value::<T>(data.clone()) {
            Ok(read) => wrong(read),
            Err(error) => Some(error.to_string()),
        };
        let by_json = match serde_json::from_str::<T>(&json) {
            Ok(read) => wrong(read),
            Err(error) => Some(error.to_string()),
        };
        assert_eq!(by_yaml, by_json, "{what}");
        let error = by_json.unwrap_or_else(|| panic!("{what}: it is read"));
        let refused = case["schema"].as_bool().expect("what the schema says");
        let kind = if refused { "refused" } else { "valid" };
        leave(&format!("{folder}/{kind}"), what, &json);
        let _ = writeln!(said, "{what}\n  {}", error.replace('\n', "\n  "));
    }
    said
}

#[test]
fn every_problem_with_its_path() {
    let said = said_of::<Dockerfile>("broken.yaml", "data", |_| None);
    assert!(said.lines().filter(|line| !line.starts_with(' ')).count() >= 40);
    insta::assert_snapshot!("broken", said);
}

#[test]
fn keys_that_are_given_twice() {
    let json = r#"{"stages": {"a": {"from": "b", "from": "c", "steps": [
        {"env": {"A": 1, "A": 2}}, {"run": {"command": "d", "command": "e"}}
    ]}, "a": {"from": "b"}}}"#;
    let error = serde_json::from_str::<Dockerfile>(json).unwrap_err();
    insta::assert_snapshot!(error.to_string(), @r"
    `stages.a`: is given twice
    `stages.a.steps[0].env.A`: is given twice
    `stages.a.steps[1].run.command`: is given twice
    `stages.a.from`: is given twice
    ");
}

#[test]
fn no_more_than_can_be_read() {
    let steps: Vec<_> = (0..1000).map(|n| serde_json::json!({"rum": n})).collect();
    let json = serde_json::json!({"stages": {"a": {"from": "b", "steps": steps}}});
    let error = serde_json::from_value::<Dockerfile>(json)
        .unwrap_err()
        .to_string();
    assert_eq!(error.lines().count(), 51);
    assert!(error.ends_with("and 950 more"), "{error}");
}

#[test]
fn depth_is_bounded() {
    let deep = |depth: usize| {
        let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        format!(r#"{{"stages": {{"a": {{"from": "b", "steps": {deep}}}}}}}"#)
    };
    assert!(serde_json::from_str::<Dockerfile>(&deep(100_000)).is_err());
    assert!(serde_norway::from_str::<Dockerfile>(&deep(1_000)).is_err());
    let mut value = serde_json::Value::Null;
    for _ in 0..200 {
        value = serde_json::json!({"onbuild": value});
    }
    let error = serde_json::from_value::<multistage::Instruction>(value).unwrap_err();
    assert_eq!(error.to_string(), "nested more than 128 deep");
}
