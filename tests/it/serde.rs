//! Names and typed texts serialise as the text that they are; reports serialise.

use multistage::instruction::{Chmod, Port};
use multistage::{Dockerfile, Escape, Image, Platform, Stage, StageName};

#[track_caller]
fn round<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(
    value: T,
    json: &str,
) {
    assert_eq!(serde_json::to_string(&value).unwrap(), json);
    assert_eq!(serde_json::from_str::<T>(json).unwrap(), value);
}

#[test]
fn values_are_their_text() {
    round(StageName::new("build"), "\"build\"");
    round(Image::new("node:${TAG}"), "\"node:${TAG}\"");
    round(Platform::build(), "\"$BUILDPLATFORM\"");
    round(Port::udp(53), "\"53/udp\"");
    round(Chmod::from(0o755), "\"0755\"");
    round(Escape::Backtick, "\"`\"");
}

#[test]
fn what_is_no_value_is_refused() {
    let error = serde_json::from_str::<Port>("\"80000\"")
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("`80000` is not a valid port: expected"),
        "{error}"
    );
}

#[test]
fn reports_serialise() {
    let mut file = Dockerfile::new();
    file.push(Stage::new("alpine").copy_from(StageName::new("nope"), "/a", "/b"));
    let json = serde_json::to_value(file.check()).unwrap();
    let found = &json["diagnostics"][0];
    assert_eq!(found["rule"], "unknown-stage");
    assert_eq!(found["severity"], "error");
    let place = serde_json::json!({"start": 24, "end": 28, "line": 2, "column": 13});
    assert_eq!(found["labels"][0]["span"], place);
}
