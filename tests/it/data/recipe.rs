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
    #![proptest_config(crate::cases::many())]

    /// Whatever a parameter is, it comes out as exactly that, or is rejected.
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

/// The error of a recipe, or of its variants.
fn refusal(recipe: &serde_json::Value) -> String {
    match serde_json::from_value::<Recipe>(recipe.clone()) {
        Err(error) => error.to_string(),
        Ok(recipe) => match recipe.variants() {
            Ok(made) => format!("{} variants", made.len()),
            Err(error) => error.to_string(),
        },
    }
}

#[test]
fn what_a_recipe_comes_to_is_bounded() {
    let words: Vec<String> = (0..20_000).map(|n| format!("word-{n}")).collect();
    let run = serde_json::json!({"run": [{"$param": "words"}]});
    let recipe = serde_json::json!({
        "parameters": {"words": words},
        "file": {"stages": [{"from": "alpine", "steps": vec![run; 5000]}]},
    });
    let said = refusal(&recipe);
    assert!(said.contains("has more than 16 MiB of data"), "{said}");
    // A variant is right, and there are too many of them at once.
    let numbers: Vec<usize> = (0..8192).collect();
    let recipe = serde_json::json!({
        "parameters": {"n": 0, "words": words},
        "matrix": {"n": numbers},
        "name": {"$join": ["f", {"$param": "n"}]},
        "file": {"stages": [{"from": "alpine", "steps": [{"run": [{"$param": "words"}]}]}]},
    });
    let said = refusal(&recipe);
    assert!(
        said.contains("more than 128 MiB of data together"),
        "{said}"
    );
    let recipe: Recipe = serde_json::from_value(recipe).expect("it is a recipe");
    let names: Vec<String> = recipe
        .each()
        .take(2)
        .map(|made| made.expect("it is right").name().to_owned())
        .collect();
    assert_eq!(names, ["f0", "f1"]);
    // Values are not copied for every variant, and errors have an end.
    let recipe = serde_json::json!({
        "parameters": {"n": 0, "text": "", "list": []},
        "matrix": {"list": [words], "text": ["x".repeat(1 << 20)], "n": numbers},
        "name": "same",
        "file": {"stages": [{"from": "alpine"}]},
    });
    let said = refusal(&recipe);
    assert_eq!(said.lines().count(), 1001);
    assert!(said.len() < 1 << 20, "{}", said.len());
}

#[test]
fn a_value_is_no_keyword() {
    let with = |step: serde_json::Value| {
        refusal(&serde_json::json!({
            "parameters": {"p": "NONE"},
            "file": {"stages": [{"from": "alpine", "steps": [step]}]},
        }))
    };
    for step in [
        serde_json::json!({"healthcheck": {"$param": "p"}}),
        serde_json::json!({"healthcheck": {"$join": ["no", {"$param": "p"}]}}),
        serde_json::json!({"copy": {"paths": ["a"], "to": "b", "flags": [{"$param": "p"}]}}),
        serde_json::json!({"run": {"$param": "p"}}),
        serde_json::json!({"onbuild": {"raw": {"$param": "p"}}}),
    ] {
        assert!(!with(step.clone()).ends_with("variants"), "{step}");
    }
    assert_eq!(
        with(serde_json::json!({"healthcheck": "none"})),
        "1 variants"
    );
    assert_eq!(
        with(serde_json::json!({"healthcheck": [{"$param": "p"}]})),
        "1 variants"
    );
}
