//! Data that is refused, and what is said of it.

use std::fmt::Write as _;

use multistage::Dockerfile;
use serde_norway::Value;

use super::{fixture, leave};

#[test]
fn every_problem_with_its_path() {
    let cases: Vec<Value> = serde_norway::from_str(&fixture("broken.yaml")).expect("a list");
    assert!(cases.len() >= 40);
    let mut said = String::new();
    for case in cases {
        let what = case["what"].as_str().expect("what is wrong");
        let data = &case["data"];
        let error = match serde_norway::from_value::<Dockerfile>(data.clone()) {
            Ok(file) => panic!("{what}: read as {file:?}"),
            Err(error) => error.to_string(),
        };
        let json = serde_json::to_string(data).expect("JSON");
        let by_json = serde_json::from_str::<Dockerfile>(&json).map_err(|e| e.to_string());
        assert_eq!(by_json, Err(error.clone()), "{what}");
        let refused = case["schema"].as_bool().expect("what the schema says");
        leave(if refused { "refused" } else { "valid" }, what, &json);
        let _ = writeln!(said, "{what}\n  {}", error.replace('\n', "\n  "));
    }
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
