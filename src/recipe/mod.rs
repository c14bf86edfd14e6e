//! Recipes: a file as data with parameters, of which many Dockerfiles are made.
//!
//! ```
//! use multistage::recipe::Recipe;
//!
//! let recipe: Recipe = serde_norway::from_str(r#"
//! parameters:
//!   node: {one-of: ["20", "22"]}
//!   debug: false
//!   packages: [curl]
//! matrix:
//!   node: ["20", "22"]
//! name: {$join: [node, {$param: node}, .Dockerfile]}
//! file:
//!   stages:
//!     app:
//!       from: {$join: ["node:", {$param: node}, -slim]}
//!       steps:
//!         - $when: debug
//!           env: {DEBUG: "1"}
//!         - run: [apt-get, install, -y, {$param: packages}]
//! "#)?;
//! let made: Vec<_> = recipe.variants()?;
//! assert_eq!(made[0].name(), "node20.Dockerfile");
//! assert_eq!(made[0].file().render()?, "\
//! FROM node:20-slim AS app
//! RUN [\"apt-get\", \"install\", \"-y\", \"curl\"]
//! ");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | key | what |
//! |---|---|
//! | `parameters` | names with a default (text, a whole number, `true` or `false`, a list of these), or a map: `default`, `one-of`, `type` (`text`, `integer`, `boolean`, `list`), `describe` |
//! | `matrix` | a map of parameters and lists of values: every combination is a variant; or a list of variants, a map each |
//! | `name` | the name of the file of a variant, unless it is `Dockerfile`; relative, and each variant has its own |
//! | `file` | a [file as data](crate::data) |
//!
//! In `file` and `name`, the keys that begin with `$` are the recipe's:
//!
//! - `{$param: name}` is the value of a parameter. A list inside a list stands for its items.
//! - `{$join: [..]}` is text of parts: text and parameters.
//! - `$when`, in a stage, a step or a global ARG, keeps it for some variants only. It is the name
//!   of a parameter that is `true`, or a map of names and the value that each has to have, or a
//!   list of values of which it has one. `{$not: ..}` is where that does not hold.
//!
//! # Values stay data
//!
//! A value is put into the tree of the data, never into text that is read again: a `$` in it is a
//! dollar sign, a newline begins nothing, and text that a shell would read (`run: ..`, `script`,
//! `lines`, ..) takes no parameter at all. There are no loops, no arithmetic and no functions: what
//! needs those is Rust.

mod expand;
mod parameter;
mod schema;

use indexmap::{IndexMap, IndexSet};

use self::expand::{Scope, check_names};
use self::parameter::{Matrix, Parameter, read_parameters};
use crate::data::{Data, Problems, Reader, Value};
use crate::limits;
use crate::model::Dockerfile;

/// The number of characters of a value that a message shows.
const MAX_SHOWN: usize = 60;

/// A recipe, which is deserialized from data. The [module](self) has its shape and an example.
///
/// # Errors
///
/// `Deserialize` rejects unknown keys and parameters, values of the wrong type, and more than 10000
/// variants, all of them together and with their paths. Mistakes that depend on the values of a
/// variant are errors of [`variants`](Recipe::variants) and [`each`](Recipe::each).
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    parameters: IndexMap<String, Parameter>,
    matrix: Matrix,
    name: Value,
    file: Value,
}

/// One of the files that a [`Recipe`] makes. [`Recipe::variants`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    name: String,
    file: Dockerfile,
}

/// The error of making a recipe's variants: every problem, in a line each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct RecipeError(Vec<String>);

impl Recipe {
    /// Returns the files, in the order of the matrix: the last parameter changes fastest.
    ///
    /// They are what a model can hold; [`render`](Dockerfile::render) checks them.
    ///
    /// # Errors
    ///
    /// - Data that is not a file with the values of a variant.
    /// - A name that is not a relative path, or that two variants have.
    /// - A variant of more than 16 MiB of data, or variants of more than 128 MiB together: a list
    ///   that is named often. [`each`](Recipe::each) makes one at a time.
    ///
    /// Everything that is wrong is reported, with the variant and the path, up to 1000 lines.
    ///
    /// ```
    /// use multistage::recipe::Recipe;
    ///
    /// let recipe: Recipe = serde_json::from_str(r#"{
    ///     "parameters": {"port": 80},
    ///     "matrix": {"port": [80, 80000]},
    ///     "name": {"$join": ["Dockerfile.", {"$param": "port"}]},
    ///     "file": {"stages": {"web": {"from": "nginx",
    ///         "steps": [{"expose": {"$param": "port"}}]}}}
    /// }"#)?;
    /// assert_eq!(recipe.variants().unwrap_err().to_string(), "\
    /// port=80000: `file.stages.web.steps[0].expose`: `80000` is not a valid port: expected \
    /// `PORT[-PORT][/tcp|/udp|/sctp]` from 0 to 65535");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn variants(&self) -> Result<Vec<Variant>, RecipeError> {
        let mut made = Vec::with_capacity(self.matrix.len());
        let mut wrong: Vec<String> = Vec::new();
        let mut left = limits::VARIANTS_DATA;
        for (size, item) in self.make() {
            match item {
                Ok(variant) if wrong.is_empty() => made.push(variant),
                // None comes out, so there is no need to keep them.
                Ok(_) => {}
                Err(error) => {
                    made.clear();
                    wrong.extend(error.0);
                }
            }
            if wrong.len() > limits::RECIPE_PROBLEMS {
                wrong.truncate(limits::RECIPE_PROBLEMS);
                wrong.push("and more".to_owned());
                break;
            }
            match left.checked_sub(size) {
                Some(rest) => left = rest,
                None => {
                    let most = limits::VARIANTS_DATA >> 20;
                    wrong.push(format!(
                        "the variants have more than {most} MiB of data together: make them one by one"
                    ));
                    break;
                }
            }
        }
        if wrong.is_empty() {
            Ok(made)
        } else {
            Err(RecipeError(wrong))
        }
    }

    /// Makes the files one at a time, in the order of the matrix. Each is made when it is asked
    /// for.
    ///
    /// # Errors
    ///
    /// As those of [`variants`](Recipe::variants), each of the variant that it is found in. There
    /// is no bound on all variants together.
    ///
    /// ```
    /// use multistage::recipe::Recipe;
    ///
    /// let recipe: Recipe = serde_json::from_str(r#"{
    ///     "parameters": {"node": {"type": "text"}},
    ///     "matrix": {"node": ["20", "22"]},
    ///     "name": {"$join": ["Dockerfile.", {"$param": "node"}]},
    ///     "file": {"stages": {"app": {"from": {"$join": ["node:", {"$param": "node"}]}}}}
    /// }"#)?;
    /// for variant in recipe.each() {
    ///     let variant = variant?;
    ///     println!("{}: {}", variant.name(), variant.file().render()?);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn each(&self) -> impl Iterator<Item = Result<Variant, RecipeError>> + '_ {
        self.make().map(|(_, made)| made)
    }

    /// The variants, each with how much data has been made for it.
    fn make(&self) -> impl Iterator<Item = (usize, Result<Variant, RecipeError>)> + '_ {
        let mut names: IndexSet<String> = IndexSet::new();
        (0..self.matrix.len()).map(move |n| {
            let values = self.matrix.values(n);
            let (size, made) = self.variant(&values);
            let made = match made {
                Ok(Variant { name, .. }) if !names.insert(name.clone()) => {
                    let lead = lead(&values);
                    Err(RecipeError(vec![format!(
                        "{lead}`name`: another variant is named `{name}` too: put a parameter of the matrix into the name"
                    )]))
                }
                Ok(variant) => Ok(variant),
                Err(problems) => {
                    let (lead, problems) = (lead(&values), problems.to_string());
                    let lines = problems.lines().map(|line| format!("{lead}{line}"));
                    Err(RecipeError(lines.collect()))
                }
            };
            (size, made)
        })
    }

    /// Returns the JSON Schema (draft 2020-12) of a recipe, for editors and validators.
    ///
    /// ```
    /// assert!(multistage::recipe::Recipe::json_schema().contains("\"$param\""));
    /// ```
    pub fn json_schema() -> String {
        schema::document().to_json()
    }

    fn variant(&self, values: &[(&str, &Value)]) -> (usize, Result<Variant, Problems>) {
        let mut at = Reader::default();
        let defaults = self.parameters.iter().filter_map(|(name, parameter)| {
            let default = parameter.default.as_ref()?;
            Some((name.as_str(), default))
        });
        // What the matrix says comes later, and so takes the place of a default.
        let scope = Scope::new(defaults.chain(values.iter().copied()));
        let name = at.key("name", |at| {
            let name = scope.expand(&self.name, at)?;
            let name = String::read(&name, at)?;
            if is_path(&name) {
                return Some(name);
            }
            at.problem(format!("{name:?} is not a relative path of plain names"));
            None
        });
        let file = at.key("file", |at| {
            let data = scope.expand_file(&self.file, at)?;
            Dockerfile::read(&data, at)
        });
        let made = name.zip(file).map(|(name, file)| Variant { name, file });
        (scope.used(), at.finish(made))
    }
}

impl Variant {
    /// Returns the name of the file, which the key `name` of the recipe composes.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the file.
    pub fn file(&self) -> &Dockerfile {
        &self.file
    }

    /// Returns the file, without its name.
    pub fn into_file(self) -> Dockerfile {
        self.file
    }
}

impl<'de> serde::Deserialize<'de> for Recipe {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Recipe, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let mut at = Reader::default();
        let read = Recipe::read(&value, &mut at);
        at.finish(read).map_err(serde::de::Error::custom)
    }
}

/// The values of a variant, in front of a message; long ones cut off.
fn lead(values: &[(&str, &Value)]) -> String {
    let mut out = String::new();
    for (name, value) in values {
        let value = scalar(value).unwrap_or_else(|| "[..]".to_owned());
        out.push_str(if out.is_empty() { "" } else { " " });
        out.push_str(name);
        out.push('=');
        match value.char_indices().nth(MAX_SHOWN) {
            Some((at, _)) => {
                out.push_str(value.get(..at).unwrap_or_default());
                out.push('…');
            }
            None => out.push_str(&value),
        }
    }
    if !out.is_empty() {
        out.push_str(": ");
    }
    out
}

/// Returns `true` if a name stays below the folder that it is put in, on every system.
fn is_path(name: &str) -> bool {
    name.split('/').all(|part| {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@' | ' ');
        !part.is_empty() && part.chars().all(plain) && !part.trim_matches(['.', ' ']).is_empty()
    })
}

/// The text of a value that is not a list.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Given(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

impl Recipe {
    fn read(value: &Value, at: &mut Reader) -> Option<Recipe> {
        let Value::Map(entries) = value else {
            return at.expected("a recipe: a map with `parameters` and `file`", value);
        };
        let mut keys = at.keys("a recipe", entries);
        let parameters = read_parameters(&mut keys, at);
        let matrix = match keys.take("matrix") {
            None => Some(Matrix::Product(Vec::new())),
            Some(value) => at.key("matrix", |at| Matrix::read(value, &parameters, at)),
        };
        let name = keys.take("name").cloned();
        let file = keys.take("file").cloned();
        keys.finish(at);
        if let Some(name) = &name {
            at.key("name", |at| check_names(name, &parameters, at));
        }
        match &file {
            Some(file) => at.key("file", |at| check_names(file, &parameters, at)),
            None => at.problem("`file` is missing"),
        }
        let matrix = matrix?;
        for (name, parameter) in &parameters {
            if parameter.default.is_none() && !matrix.gives(name) {
                at.key("parameters", |at| {
                    at.key(name, |at| {
                        at.problem("has no `default`, and the matrix does not give it a value");
                    });
                });
            }
        }
        Some(Recipe {
            parameters,
            matrix,
            name: name.unwrap_or(Value::text("Dockerfile")),
            file: file?,
        })
    }
}
