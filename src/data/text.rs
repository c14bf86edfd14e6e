//! Texts, names and references as data.

use super::{Data, Definitions, Reader, Value, expression, schema};
use crate::reference::{ArgName, Context, Image, Source, StageName, Typed};
use crate::text::{Escape, Text, View, expr, literal};

impl Data for bool {
    fn read(value: &Value, at: &mut Reader) -> Option<bool> {
        match value {
            Value::Bool(truth) => Some(*truth),
            other => at.expected("`true` or `false`", other),
        }
    }

    fn write(&self) -> Value {
        Value::Bool(*self)
    }

    fn schema(_: &mut Definitions) -> Value {
        schema::boolean()
    }
}

/// Plain text, in which nothing is decided: names, words of commands, bodies.
impl Data for String {
    fn read(value: &Value, at: &mut Reader) -> Option<String> {
        match value {
            Value::Text(text) | Value::Given(text) => Some(text.clone()),
            Value::Integer(number) => Some(number.to_string()),
            Value::Float(_) => at.expected("text: write the number in quotes", value),
            other => at.expected("text", other),
        }
    }

    fn write(&self) -> Value {
        Value::text(self)
    }

    fn schema(_: &mut Definitions) -> Value {
        schema::any_of([schema::string(), Value::one("type", Value::text("integer"))])
    }
}

/// Text that is read again: by a shell, or by Docker as it is spelled. Nothing may be put into it.
pub(crate) struct Alive(pub(crate) String);

impl Data for Alive {
    fn read(value: &Value, at: &mut Reader) -> Option<Alive> {
        if let Value::Given(_) = value {
            at.problem(
                "a parameter is not allowed in text that is read again, as by a shell: use a list of words, or an ARG",
            );
            return None;
        }
        String::read(value, at).map(Alive)
    }

    fn write(&self) -> Value {
        Value::text(&self.0)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        String::schema(definitions)
    }
}

macro_rules! data_as_name {
    ($($name:ident),*) => {$(
        impl Data for $name {
            fn read(value: &Value, at: &mut Reader) -> Option<$name> {
                Some($name::new(String::read(value, at)?))
            }

            fn write(&self) -> Value {
                Value::text(self.as_str())
            }

            fn schema(definitions: &mut Definitions) -> Value {
                String::schema(definitions)
            }
        }
    )*};
}

data_as_name!(StageName, ArgName, Context);

impl Data for Escape {
    fn read(value: &Value, at: &mut Reader) -> Option<Escape> {
        let escapes = [Escape::Backslash, Escape::Backtick];
        let found = escapes
            .into_iter()
            .find(|escape| value.as_text() == Some(escape.as_str()));
        found.or_else(|| at.expected("a backslash or a backtick", value))
    }

    fn write(&self) -> Value {
        Value::text(self.as_str())
    }

    fn schema(_: &mut Definitions) -> Value {
        schema::words([Escape::Backslash.as_str(), Escape::Backtick.as_str()])
    }
}

const TEXT: &str = "text, or a map with `literal` or `expr`";

impl Data for Text {
    fn read(value: &Value, at: &mut Reader) -> Option<Text> {
        match value {
            Value::Text(text) => Some(Text::from(text)),
            Value::Given(text) => Some(literal(text)),
            Value::Integer(number) => Some(literal(number.to_string())),
            Value::Bool(truth) => Some(literal(truth.to_string())),
            Value::Float(_) => at.expected("text: write the number in quotes", value),
            Value::Map(entries) => read_decided(entries, at),
            other => at.expected(TEXT, other),
        }
    }

    fn write(&self) -> Value {
        match self.view() {
            View::Literal(text) if Text::from(text) == *self => Value::text(text),
            View::Undecided(text) => Value::text(text),
            _ => write_decided(self),
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("text", |definitions| {
            let decided = decided_schema(definitions);
            Definitions::described(
                "Text that Docker expands. A `$` that would expand has to be decided: {literal: ..} or {expr: ..}.",
                schema::any_of([
                    Value::one(
                        "type",
                        Value::list(["string", "integer", "boolean"].map(Value::text)),
                    ),
                    decided,
                ]),
            )
        })
    }
}

/// `{literal: ..}`, `{expr: ..}`, `{raw: ..}`, `{plain: ..}`.
fn read_decided(entries: &[(String, Value)], at: &mut Reader) -> Option<Text> {
    let before = at.wrong();
    let mut keys = at.keys("text", entries);
    let literal_text = keys.read::<String>("literal", at);
    let expression = keys.take("expr");
    let raw = keys.read::<Alive>("raw", at);
    let plain = keys.read::<String>("plain", at);
    let escape = match raw {
        Some(_) => keys.read::<Escape>("escape", at),
        None => None,
    };
    keys.finish(at);
    match (literal_text, expression, raw, plain) {
        (Some(text), None, None, None) => text.map(literal),
        (None, Some(value), None, None) => at.key("expr", |at| expression::read(value, at)),
        (None, None, Some(text), None) => {
            let escape = escape.flatten().unwrap_or_default();
            text.map(|text| Text::raw(&text.0, escape))
        }
        (None, None, None, Some(text)) => text.map(Text::from),
        _ => {
            if at.wrong() == before {
                at.problem(format!("expected {TEXT}: one of them"));
            }
            None
        }
    }
}

fn write_decided(text: &Text) -> Value {
    match text.view() {
        View::Literal(text) => Value::one("literal", Value::text(text)),
        View::Undecided(text) => Value::one("plain", Value::text(text)),
        View::Expression(pieces) => Value::one("expr", expression::write(text, pieces)),
        View::Invalid(text, _) => Value::one("expr", Value::text(text)),
        View::Raw(spelling, Escape::Backslash) => Value::one("raw", Value::text(spelling)),
        View::Raw(spelling, escape) => {
            Value::map([("raw", Value::text(spelling)), ("escape", escape.write())])
        }
    }
}

fn decided_schema(definitions: &mut Definitions) -> Value {
    definitions.refer("decided", |definitions| {
        let one = |key: &'static str, value: Value| schema::object(vec![(key, value)], &[key]);
        let text = String::schema(definitions);
        let named = [one("literal", text.clone()), one("variable", text.clone())];
        let part = schema::any_of([schema::string()].into_iter().chain(named));
        schema::any_of([
            one("literal", text.clone()),
            one(
                "expr",
                schema::any_of([text.clone(), schema::list_of(part)]),
            ),
            schema::object(
                vec![
                    ("raw", text.clone()),
                    ("escape", Escape::schema(definitions)),
                ],
                &["raw"],
            ),
            one("plain", text),
        ])
    })
}

/// A text with a grammar: a `$` in it is a variable. What does not fit the grammar is given as a
/// map.
impl<T: Typed> Data for T {
    fn read(value: &Value, at: &mut Reader) -> Option<T> {
        let text = match value {
            Value::Text(text) => expr(text),
            Value::Given(text) => literal(text),
            Value::Integer(number) if T::NUMBER.is_some() => expr(number.to_string()),
            Value::Integer(_) | Value::Float(_) => {
                return at.expected(&format!("a {} in quotes: {}", T::WHAT, T::EXPECTED), value);
            }
            Value::Map(entries) => return read_decided(entries, at).map(T::from_text),
            other => return at.expected(&format!("a {}: {}", T::WHAT, T::EXPECTED), other),
        };
        match text.view() {
            View::Literal(spelling) if !T::is_valid(spelling) => {
                at.problem(format!(
                    "`{spelling}` is not a valid {}: expected {}",
                    T::WHAT,
                    T::EXPECTED
                ));
                None
            }
            View::Invalid(spelling, error) => {
                at.problem(format!("`{spelling}` is not a valid expression: {error}"));
                None
            }
            _ => Some(T::from_text(text)),
        }
    }

    fn write(&self) -> Value {
        let text = Typed::text(self);
        let spelling = text.to_string();
        match text.view() {
            View::Literal(literal) if T::is_valid(literal) && expr(literal) == *text => {
                match literal.parse::<u32>() {
                    Ok(number) if T::NUMBER.is_some() && number.to_string() == literal => {
                        Value::Integer(number.into())
                    }
                    _ => Value::text(literal),
                }
            }
            View::Expression(_) if expr(&spelling) == *text => Value::Text(spelling),
            _ => write_decided(text),
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let mut forms = vec![schema::string()];
        if let Some(most) = T::NUMBER {
            forms.push(schema::integer(0, most.into()));
        }
        forms.push(decided_schema(definitions));
        Definitions::described(
            format!("A {}: {}, or an expression.", T::WHAT, T::EXPECTED),
            schema::any_of(forms),
        )
    }
}

const SOURCE: &str = "the name of a stage, or a map with `image`, `context` or `stage`";

/// The source of files. A string is the name of a stage.
impl Data for Source {
    fn read(value: &Value, at: &mut Reader) -> Option<Source> {
        match value {
            Value::Text(text) | Value::Given(text) => {
                let name = StageName::new(text);
                if name.is_well_formed() {
                    return Some(Source::Stage(name));
                }
                at.problem(format!(
                    "{text:?} is not the name of a stage; an image is `{{image: {text:?}}}`"
                ));
                None
            }
            other => read_source(other, SOURCE, at),
        }
    }

    fn write(&self) -> Value {
        match self {
            Source::Stage(name) if name.is_well_formed() => name.write(),
            other => write_source(other),
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("source", |definitions| {
            Definitions::described(
                "Where files come from: the name of a stage, or a map that says what else it is.",
                schema::any_of([
                    schema::pattern("^[A-Za-z][A-Za-z0-9._-]*$"),
                    source_schema(definitions),
                ]),
            )
        })
    }
}

/// Reads the base of a stage. A string is an image, or the stage of this name above, which the file
/// finds out.
pub(crate) fn read_base(value: &Value, at: &mut Reader) -> Option<Source> {
    match value {
        Value::Map(_) => read_source(value, BASE, at),
        Value::Text(_) | Value::Given(_) => Some(Source::Image(Image::read(value, at)?)),
        other => at.expected(BASE, other),
    }
}

const BASE: &str =
    "an image or the name of a stage above, or a map with `image`, `context` or `stage`";

/// The base as data; `is_above` says whether a stage above has a name.
pub(crate) fn write_base(base: &Source, is_above: impl Fn(&str) -> bool) -> Value {
    match base {
        Source::Stage(name) if is_above(name.as_str()) && Image::is_valid(name.as_str()) => {
            name.write()
        }
        Source::Image(image) => match image.write() {
            // An expression can be spelled like the name of a stage too.
            Value::Text(text) if !is_above(&text) => Value::Text(text),
            other => Value::one("image", other),
        },
        other => write_source(other),
    }
}

pub(crate) fn base_schema(definitions: &mut Definitions) -> Value {
    definitions.refer("base", |definitions| {
        Definitions::described(
            "What a stage starts from: an image or the name of a stage above, or a map that says what it is.",
            schema::any_of([schema::string(), source_schema(definitions)]),
        )
    })
}

fn read_source(value: &Value, expected: &str, at: &mut Reader) -> Option<Source> {
    let Value::Map(entries) = value else {
        return at.expected(expected, value);
    };
    let before = at.wrong();
    let mut keys = at.keys("from", entries);
    let sources = [
        keys.read("image", at).map(|image| image.map(Source::Image)),
        keys.read("context", at)
            .map(|name| name.map(Source::Context)),
        keys.read("stage", at).map(|name| name.map(Source::Stage)),
        keys.take("index")
            .map(|value| at.key("index", |at| read_index(value, at))),
    ];
    keys.finish(at);
    let mut sources = sources.into_iter().flatten();
    match (sources.next(), sources.next()) {
        (Some(source), None) => source,
        _ => {
            if at.wrong() == before {
                at.problem(format!("expected {expected}: one of them"));
            }
            None
        }
    }
}

fn read_index(value: &Value, at: &mut Reader) -> Option<Source> {
    let index = match value {
        Value::Integer(number) => usize::try_from(*number).ok(),
        _ => None,
    };
    match index {
        Some(index) => Some(Source::Index(index)),
        None => at.expected("the position of a stage, from 0", value),
    }
}

fn write_source(source: &Source) -> Value {
    match source {
        Source::Stage(name) => Value::one("stage", name.write()),
        Source::Context(context) => Value::one("context", context.write()),
        Source::Image(image) => Value::one("image", image.write()),
        Source::Index(index) => {
            // A position in memory is far below the bound.
            Value::one("index", Value::Integer(i128::try_from(*index).unwrap_or(0)))
        }
    }
}

fn source_schema(definitions: &mut Definitions) -> Value {
    let one = |key: &'static str, value: Value| schema::object(vec![(key, value)], &[key]);
    schema::any_of([
        one("image", Image::schema(definitions)),
        one("context", Context::schema(definitions)),
        one("stage", StageName::schema(definitions)),
        one("index", schema::integer(0, u32::MAX.into())),
    ])
}
