//! The parameters of a recipe, and the values that its matrix gives them.

use indexmap::IndexMap;

use super::scalar;
use crate::data::{Keys, Reader, Value, read_word};
use crate::limits;
use crate::text::suggest::nearest;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Boolean,
    List,
}

impl Kind {
    pub(super) const ALL: [Kind; 4] = [Kind::Text, Kind::Integer, Kind::Boolean, Kind::List];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Integer => "integer",
            Kind::Boolean => "boolean",
            Kind::List => "list",
        }
    }

    /// The description of its values in a message.
    fn expected(self) -> &'static str {
        match self {
            Kind::Text => "text, with quotes around a number",
            Kind::Integer => "a whole number",
            Kind::Boolean => "`true` or `false`",
            Kind::List => "a list of texts, whole numbers and truth values",
        }
    }

    fn of(value: &Value) -> Option<Kind> {
        match value {
            Value::Text(_) => Some(Kind::Text),
            Value::Integer(_) => Some(Kind::Integer),
            Value::Bool(_) => Some(Kind::Boolean),
            Value::List(items) if items.iter().all(|item| scalar(item).is_some()) => {
                Some(Kind::List)
            }
            _ => None,
        }
    }
}

/// A parameter: its type, its default and its values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Parameter {
    pub(super) kind: Kind,
    pub(super) default: Option<Value>,
    /// By what they are when they are printed, as they are found by that.
    one_of: Option<IndexMap<String, Value>>,
}

impl Parameter {
    fn read(value: &Value, at: &mut Reader) -> Option<Parameter> {
        let Value::Map(entries) = value else {
            let Some(kind) = Kind::of(value) else {
                return at.expected(
                    "a default, or a map with `default`, `one-of` or `type`",
                    value,
                );
            };
            return Some(Parameter {
                kind,
                default: Some(value.clone()),
                one_of: None,
            });
        };
        let mut keys = at.keys("a parameter", entries);
        let kind = keys
            .take("type")
            .map(|value| at.key("type", |at| read_word(&Kind::ALL, Kind::as_str, value, at)));
        let default = keys.take("default");
        let one_of = keys.take("one-of");
        keys.read::<String>("describe", at);
        keys.finish(at);
        let one_of = match one_of {
            None => None,
            Some(Value::List(values)) if !values.is_empty() => Some(
                values
                    .iter()
                    .map(|value| (format!("{value:?}"), value.clone()))
                    .collect::<IndexMap<_, _>>(),
            ),
            Some(other) => return at.key("one-of", |at| at.expected("a list of values", other)),
        };
        let first = one_of
            .as_ref()
            .and_then(|values| values.first())
            .map(|(_, value)| value);
        let kind = match kind {
            Some(kind) => kind?,
            None => match default.or(first).and_then(Kind::of) {
                Some(kind) => kind,
                None => return at.expected("a `type`, a `default` or `one-of`", value),
            },
        };
        let parameter = Parameter {
            kind,
            default: None,
            one_of: None,
        };
        if let Some(values) = &one_of {
            at.key("one-of", |at| {
                for (n, value) in values.values().enumerate() {
                    at.index(n, |at| parameter.check(value, at));
                }
            });
        }
        let parameter = Parameter {
            one_of,
            ..parameter
        };
        if let Some(default) = default {
            at.key("default", |at| parameter.check(default, at));
        }
        Some(Parameter {
            default: default.cloned(),
            ..parameter
        })
    }

    /// Notes a value that the parameter cannot have.
    pub(super) fn check(&self, value: &Value, at: &mut Reader) {
        if Kind::of(value) != Some(self.kind) {
            at.expected::<()>(self.kind.expected(), value);
        } else if let Some(values) = self
            .one_of
            .as_ref()
            .filter(|all| !all.contains_key(&format!("{value:?}")))
        {
            let all: Vec<String> = values
                .values()
                .take(limits::SUGGESTIONS)
                .filter_map(scalar)
                .collect();
            let more = if values.len() > limits::SUGGESTIONS {
                ", .."
            } else {
                ""
            };
            at.expected::<()>(&format!("one of `{}`{more}", all.join("`, `")), value);
        }
    }
}

pub(super) fn read_parameters(keys: &mut Keys<'_>, at: &mut Reader) -> IndexMap<String, Parameter> {
    let mut parameters = IndexMap::new();
    match keys.take("parameters") {
        None => {}
        Some(Value::Map(entries)) => at.key("parameters", |at| {
            for (name, value) in at.entries(entries) {
                if let Some(parameter) = at.key(name, |at| Parameter::read(value, at)) {
                    parameters.insert(name.to_owned(), parameter);
                }
            }
        }),
        Some(other) => {
            at.key("parameters", |at| {
                at.expected::<()>("a map of parameters", other)
            });
        }
    }
    parameters
}

/// The variants of a recipe. None is made before it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Matrix {
    /// Every combination; the last parameter changes fastest.
    Product(Vec<(String, Vec<Value>)>),
    /// One by one.
    List(Vec<IndexMap<String, Value>>),
}

impl Matrix {
    pub(super) fn len(&self) -> usize {
        match self {
            Matrix::Product(parameters) => {
                let mut count = 1usize;
                for (_, values) in parameters {
                    count = count.saturating_mul(values.len());
                }
                count
            }
            Matrix::List(variants) => variants.len(),
        }
    }

    /// The values of a variant, in the order of the matrix.
    pub(super) fn values(&self, variant: usize) -> Vec<(&str, &Value)> {
        let mut found = Vec::new();
        match self {
            Matrix::Product(parameters) => {
                let mut rest = variant;
                for (name, values) in parameters.iter().rev() {
                    let count = values.len().max(1);
                    found.extend(values.get(rest % count).map(|value| (name.as_str(), value)));
                    rest /= count;
                }
                found.reverse();
            }
            Matrix::List(variants) => {
                for (name, value) in variants.get(variant).into_iter().flatten() {
                    found.push((name.as_str(), value));
                }
            }
        }
        found
    }

    /// Returns `true` if every variant has a value for a parameter.
    pub(super) fn gives(&self, name: &str) -> bool {
        match self {
            Matrix::Product(parameters) => parameters.iter().any(|(given, _)| given == name),
            Matrix::List(variants) => variants.iter().all(|values| values.contains_key(name)),
        }
    }

    /// Every combination of lists, or variants one by one.
    pub(super) fn read(
        value: &Value,
        parameters: &IndexMap<String, Parameter>,
        at: &mut Reader,
    ) -> Option<Matrix> {
        let matrix = match value {
            Value::Map(entries) => {
                let mut product = Vec::with_capacity(entries.len());
                for (name, value) in at.entries(entries) {
                    let values = at.key(name, |at| read_values(name, value, parameters, at))?;
                    product.push((name.to_owned(), values.to_vec()));
                }
                Matrix::Product(product)
            }
            Value::List(items) if items.len() <= limits::VARIANTS => {
                let mut variants = Vec::with_capacity(items.len());
                for (n, item) in items.iter().enumerate() {
                    variants.extend(at.index(n, |at| read_variant(item, parameters, at)));
                }
                Matrix::List(variants)
            }
            Value::List(_) => return too_many(at),
            other => {
                return at.expected(
                    "a map of parameters and lists, or a list of variants",
                    other,
                );
            }
        };
        if matrix.len() > limits::VARIANTS {
            return too_many(at);
        }
        Some(matrix)
    }
}

fn too_many(at: &mut Reader) -> Option<Matrix> {
    at.problem(format!("makes more than {} variants", limits::VARIANTS));
    None
}

fn read_variant(
    item: &Value,
    parameters: &IndexMap<String, Parameter>,
    at: &mut Reader,
) -> Option<IndexMap<String, Value>> {
    let Value::Map(entries) = item else {
        return at.expected("a map of parameters and values", item);
    };
    let mut variant = IndexMap::new();
    for (name, value) in at.entries(entries) {
        at.key(name, |at| check_value(name, value, parameters, at));
        variant.insert(name.to_owned(), value.clone());
    }
    Some(variant)
}

fn read_values<'v>(
    name: &str,
    value: &'v Value,
    parameters: &IndexMap<String, Parameter>,
    at: &mut Reader,
) -> Option<&'v [Value]> {
    let Value::List(values) = value else {
        return at.expected("a list of values", value);
    };
    for (n, value) in values.iter().enumerate() {
        at.index(n, |at| check_value(name, value, parameters, at));
    }
    Some(values)
}

fn check_value(
    name: &str,
    value: &Value,
    parameters: &IndexMap<String, Parameter>,
    at: &mut Reader,
) {
    match parameters.get(name) {
        Some(parameter) => parameter.check(value, at),
        None => unknown_parameter(name, parameters, at),
    }
}

/// Notes a name that no parameter has.
pub(super) fn unknown_parameter(
    name: &str,
    parameters: &IndexMap<String, Parameter>,
    at: &mut Reader,
) {
    let near = nearest(
        name,
        parameters
            .keys()
            .map(String::as_str)
            .take(limits::SUGGESTIONS),
    );
    let near = near.map(|near| format!("; did you mean `{near}`?"));
    at.problem(format!(
        "no parameter is named `{name}`{}",
        near.unwrap_or_default()
    ));
}
