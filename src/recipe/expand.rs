//! Puts the values of a variant into the data of a file.

use std::cell::Cell;

use indexmap::IndexMap;

use super::parameter::{Kind, Parameter, unknown_parameter};
use super::scalar;
use crate::data::{Reader, Value};
use crate::limits;

/// The size of a value besides the bytes of its text, about as much memory as it takes.
const NODE: usize = 64;

/// The values of the parameters in a variant.
pub(super) struct Scope<'r> {
    values: IndexMap<&'r str, &'r Value>,
    /// The bytes of data that the variant may still have.
    left: Cell<usize>,
}

impl<'r> Scope<'r> {
    pub(super) fn new(values: impl Iterator<Item = (&'r str, &'r Value)>) -> Scope<'r> {
        Scope {
            values: values.collect(),
            left: Cell::new(limits::VARIANT_DATA),
        }
    }

    /// The amount of data made so far.
    pub(super) fn used(&self) -> usize {
        limits::VARIANT_DATA - self.left.get()
    }

    /// Counts a value with a text of this length; `None` and a problem if there is too much.
    fn count(&self, len: usize, at: &mut Reader) -> Option<()> {
        match self.left.get().checked_sub(len.saturating_add(NODE)) {
            Some(left) => self.left.set(left),
            None => {
                at.problem(format!(
                    "has more than {} MiB of data",
                    limits::VARIANT_DATA >> 20
                ));
                return None;
            }
        }
        Some(())
    }

    /// The data of a file: what has a `$when` that does not hold is left out.
    pub(super) fn expand_file(&self, file: &Value, at: &mut Reader) -> Option<Value> {
        let Value::Map(entries) = file else {
            return self.expand(file, at);
        };
        let mut out = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let value = at.key(key, |at| match key.as_str() {
                "stages" => self.each(value, at, |stage, at| self.expand_stage(stage, at)),
                "args" => self.each(value, at, |arg, at| self.expand(arg, at)),
                _ => self.expand(value, at),
            });
            out.push((key.clone(), value?));
        }
        Some(Value::Map(out))
    }

    fn expand_stage(&self, stage: &Value, at: &mut Reader) -> Option<Value> {
        let Value::Map(entries) = stage else {
            return self.expand(stage, at);
        };
        let mut out = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let value = at.key(key, |at| match key.as_str() {
                "steps" => self.each(value, at, |step, at| self.expand(step, at)),
                _ => self.expand(value, at),
            });
            out.push((key.clone(), value?));
        }
        Some(Value::Map(out))
    }

    /// The items of a list or the values of a map that are to be there.
    fn each(
        &self,
        value: &Value,
        at: &mut Reader,
        expand: impl Fn(&Value, &mut Reader) -> Option<Value>,
    ) -> Option<Value> {
        let one = |value: &Value, at: &mut Reader| match split_condition(value) {
            (Some(condition), rest) => {
                if at.key("$when", |at| self.holds(condition, at))? {
                    expand(&rest, at)
                } else {
                    Some(Value::Absent)
                }
            }
            (None, _) => expand(value, at),
        };
        match value {
            Value::List(items) => {
                let mut out = Vec::with_capacity(items.len());
                for (n, item) in items.iter().enumerate() {
                    out.push(at.index(n, |at| one(item, at))?);
                }
                Some(Value::List(out))
            }
            Value::Map(entries) if !is_own(entries) => {
                let mut out = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    let value = at.key(key, |at| one(value, at))?;
                    if value != Value::Absent {
                        out.push((key.clone(), value));
                    }
                }
                Some(Value::Map(out))
            }
            other => self.expand(other, at),
        }
    }

    /// Any data, with the values of parameters where they are named.
    pub(super) fn expand(&self, value: &Value, at: &mut Reader) -> Option<Value> {
        match value {
            Value::Map(entries) => match entries.as_slice() {
                [(key, name)] if key == "$param" => self.given(name, at),
                [(key, Value::List(parts))] if key == "$join" => self.join(parts, at),
                _ => {
                    self.count(0, at)?;
                    let mut out = Vec::with_capacity(entries.len());
                    for (key, value) in entries {
                        self.count(key.len(), at)?;
                        out.push((key.clone(), at.key(key, |at| self.expand(value, at))?));
                    }
                    Some(Value::Map(out))
                }
            },
            Value::List(items) => {
                self.count(0, at)?;
                let mut out = Vec::with_capacity(items.len());
                for (n, item) in items.iter().enumerate() {
                    match at.index(n, |at| self.expand(item, at))? {
                        // A parameter that is a list stands for its items.
                        Value::List(given) if matches!(item, Value::Map(_)) => out.extend(given),
                        one => out.push(one),
                    }
                }
                Some(Value::List(out))
            }
            other => {
                self.count(other.as_text().map_or(0, str::len), at)?;
                Some(other.clone())
            }
        }
    }

    /// The value of a parameter, as literal data.
    fn given(&self, name: &Value, at: &mut Reader) -> Option<Value> {
        match *self.values.get(name.as_text()?)? {
            Value::List(items) => {
                let mut given = Vec::new();
                for item in items {
                    given.push(self.given_one(item, at)?);
                }
                Some(Value::List(given))
            }
            one => self.given_one(one, at),
        }
    }

    fn given_one(&self, value: &Value, at: &mut Reader) -> Option<Value> {
        self.count(value.as_text().map_or(0, str::len), at)?;
        Some(match value {
            Value::Text(text) => Value::Given(text.clone()),
            other => other.clone(),
        })
    }

    fn join(&self, parts: &[Value], at: &mut Reader) -> Option<Value> {
        let mut out = String::new();
        let mut given = false;
        for part in parts {
            if let Value::Map(entries) = part {
                given = true;
                let (_, name) = entries.first()?;
                out.push_str(&scalar(&self.given(name, at)?)?);
            } else {
                let text = scalar(part)?;
                self.count(text.len(), at)?;
                out.push_str(&text);
            }
        }
        Some(if given {
            Value::Given(out)
        } else {
            Value::Text(out)
        })
    }

    /// Returns `true` if a condition holds.
    fn holds(&self, condition: &Value, at: &mut Reader) -> Option<bool> {
        match condition {
            Value::Map(entries) => {
                let mut all = true;
                for (name, wanted) in entries {
                    all &= if name == "$not" {
                        !at.key(name, |at| self.holds(wanted, at))?
                    } else {
                        let value = *self.values.get(name.as_str())?;
                        match wanted {
                            Value::List(any) => any.contains(value),
                            one => one == value,
                        }
                    };
                }
                Some(all)
            }
            name => Some(*self.values.get(name.as_text()?)? == &Value::Bool(true)),
        }
    }
}

/// Returns `true` if a map is a value of the recipe.
fn is_own(entries: &[(String, Value)]) -> bool {
    matches!(entries, [(key, _)] if key == "$param" || key == "$join")
}

/// The condition of a map, and what is left of it.
fn split_condition(value: &Value) -> (Option<&Value>, Value) {
    let Value::Map(entries) = value else {
        return (None, Value::Null);
    };
    let rest = entries.iter().filter(|(key, _)| key != "$when");
    (value.get("$when"), Value::Map(rest.cloned().collect()))
}

/// Notes what is wrong with the names of parameters in any data, whether a variant gets there or
/// not.
pub(super) fn check_names(
    value: &Value,
    parameters: &IndexMap<String, Parameter>,
    at: &mut Reader,
) {
    match value {
        Value::List(items) => {
            for (n, item) in items.iter().enumerate() {
                at.index(n, |at| check_names(item, parameters, at));
            }
        }
        Value::Map(entries) => {
            for (key, value) in entries {
                at.key(key, |at| match key.as_str() {
                    "$param" | "$join" if entries.len() > 1 => {
                        at.problem("must be alone in its map");
                    }
                    "$param" => check_name(value, parameters, at),
                    "$join" => check_join(value, parameters, at),
                    "$when" => check_condition(value, parameters, at),
                    own if own.starts_with('$') => {
                        let known = ["$param", "$join", "$when"];
                        at.problem(crate::data::unknown("key", own, "a recipe", &known));
                    }
                    _ => check_names(value, parameters, at),
                });
            }
        }
        _ => {}
    }
}

fn check_name(name: &Value, parameters: &IndexMap<String, Parameter>, at: &mut Reader) {
    match name {
        Value::Text(name) if parameters.contains_key(name) => {}
        Value::Text(name) => unknown_parameter(name, parameters, at),
        other => {
            at.expected::<()>("the name of a parameter", other);
        }
    }
}

fn check_join(parts: &Value, parameters: &IndexMap<String, Parameter>, at: &mut Reader) {
    let Value::List(parts) = parts else {
        at.expected::<()>("a list of texts and parameters", parts);
        return;
    };
    for (n, part) in parts.iter().enumerate() {
        at.index(n, |at| match part {
            Value::Map(entries) if is_own(entries) && part.get("$param").is_some() => {
                check_names(part, parameters, at);
                let name = part.get("$param").and_then(Value::as_text);
                let parameter = name.and_then(|name| parameters.get(name));
                if parameter.is_some_and(|parameter| parameter.kind == Kind::List) {
                    at.problem("a list cannot be joined");
                }
            }
            part if scalar(part).is_some() => {}
            other => {
                at.expected::<()>("text or `{$param: name}`", other);
            }
        });
    }
}

fn check_condition(condition: &Value, parameters: &IndexMap<String, Parameter>, at: &mut Reader) {
    let Value::Map(entries) = condition else {
        check_name(condition, parameters, at);
        let name = condition.as_text().and_then(|name| parameters.get(name));
        if name.is_some_and(|parameter| parameter.kind != Kind::Boolean) {
            at.problem("is not true or false: name the value that it has to have, `{name: value}`");
        }
        return;
    };
    for (name, wanted) in entries {
        at.key(name, |at| match (name.as_str(), parameters.get(name)) {
            ("$not", _) => check_condition(wanted, parameters, at),
            (_, None) => unknown_parameter(name, parameters, at),
            (_, Some(parameter)) => match wanted {
                Value::List(any) if parameter.kind != Kind::List => {
                    for (n, one) in any.iter().enumerate() {
                        at.index(n, |at| parameter.check(one, at));
                    }
                }
                one => parameter.check(one, at),
            },
        });
    }
}
