//! Recipes: one file, many variants; values stay data.

use std::fs;
use std::process::Command;

use multistage::recipe::Recipe;
use proptest::collection::vec;
use proptest::prelude::*;

use super::broken::said_of;
use super::{leave, root, same};
use crate::hostile;

fn example() -> String {
    fs::read_to_string(root().join("examples/recipe.yaml")).expect("the example")
}

#[test]
fn the_example() {
    let recipe: Recipe = serde_norway::from_str(&example()).expect("a recipe");
    let variants = recipe.variants().expect("variants");
    let mut names = Vec::new();
    for variant in &variants {
        let text = variant.file().render().expect("a text");
        same(&format!("tests/golden/recipe/{}", variant.name()), &text);
        names.push(variant.name().to_owned());
    }
    let mut committed: Vec<String> = fs::read_dir(root().join("tests/golden/recipe"))
        .expect("the files")
        .map(|entry| {
            entry
                .expect("a file")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    committed.sort();
    names.sort();
    assert_eq!(names, committed);
}

#[test]
fn the_schema_is_fresh() {
    same("schema/recipe.schema.json", &Recipe::json_schema());
    let data: serde_norway::Value = serde_norway::from_str(&example()).expect("YAML");
    let json = serde_json::to_string(&data).expect("JSON");
    leave("recipes/valid", "example", &json);
}

#[test]
fn every_problem_with_its_path() {
    let said = said_of::<Recipe>("broken-recipes.yaml", "recipes", |recipe| {
        Some(recipe.variants().err()?.to_string())
    });
    insta::assert_snapshot!("broken-recipes", said);
}

/// The example as a program.
fn program(out: &str, check: bool) -> (bool, String) {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root());
    command.args([
        "run",
        "--quiet",
        "--offline",
        "--all-features",
        "--example",
        "recipe",
    ]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    command.args(["--", "examples/recipe.yaml", "--out", out]);
    command.args(check.then_some("--check"));
    let output = command.output().expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success(), text)
}

#[test]
fn the_example_writes_and_checks() {
    let folder = root().join("target/test-recipe");
    let _ = fs::remove_dir_all(&folder);
    let out = "target/test-recipe";
    let (fresh, said) = program(out, true);
    assert!(!fresh, "{said}");
    assert!(said.ends_with("0 of 4 were up to date\n"), "{said}");
    assert!(!folder.exists());
    let (written, said) = program(out, false);
    assert!(written, "{said}");
    assert!(said.ends_with("0 of 4 were up to date\n"), "{said}");
    assert_eq!(
        program(out, true),
        (true, "4 of 4 were up to date\n".to_owned())
    );
    fs::write(folder.join("node20-bookworm-slim.Dockerfile"), "FROM a\n").expect("a file");
    let (fresh, said) = program(out, true);
    assert!(
        !fresh && said.contains("node20-bookworm-slim.Dockerfile"),
        "{said}"
    );
    assert!(said.ends_with("3 of 4 were up to date\n"), "{said}");
}

#[test]
fn variants_are_bounded() {
    let values: Vec<String> = (0..30).map(|n| n.to_string()).collect();
    let names = ["a", "b", "c"];
    let recipe = serde_json::json!({
        "parameters": {"a": "", "b": "", "c": ""},
        "matrix": names.map(|name| (name, &values)).into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        "file": {"stages": {}},
    });
    let error = serde_json::from_value::<Recipe>(recipe).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`matrix`: makes more than 10000 variants"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a parameter is, it comes out as exactly that, or is refused.
    #[test]
    fn values_stay_data(texts in vec(hostile::strings(&["word", "$HOME", "a b"]), 2)) {
        let recipe = serde_json::json!({
            "parameters": {"a": texts[0], "b": texts[1]},
            "file": {"stages": {"x": {"from": "y", "steps": [
                {"env": {"A": {"$param": "a"}, "B": {"$join": ["$", {"$param": "b"}]}}},
                {"cmd": ["$x", {"$param": "a"}]},
            ]}}},
        });
        let recipe: Recipe = serde_json::from_value(recipe).expect("a recipe");
        let variants = recipe.variants().expect("a variant");
        let steps = variants[0].file().stages()[0].steps();
        let multistage::Instruction::Env(env) = steps[0].instruction() else {
            panic!("no ENV");
        };
        prop_assert_eq!(env.pairs[0].value.as_literal(), Some(texts[0].as_str()));
        let joined = format!("${}", texts[1]);
        prop_assert_eq!(env.pairs[1].value.as_literal(), Some(joined.as_str()));
        let multistage::Instruction::Cmd(cmd) = steps[1].instruction() else {
            panic!("no CMD");
        };
        let expected = multistage::instruction::Command::exec(["$x", &texts[0]]);
        prop_assert_eq!(&cmd.command, &expected);
    }
}
