//! Comments and checks as data; flags in a file of their own.

mod flags;

use smol_str::SmolStr;

pub(crate) use self::flags::FlagData;
use super::{CheckDirective, Comment, Description, Engine, Notes};
use crate::data::{
    Alive, Data, Definitions, Field, Keys, Reader, Value, one_or_many, schema, serde_as_data,
};

serde_as_data!(CheckDirective);

impl Data for CheckDirective {
    fn read(value: &Value, at: &mut Reader) -> Option<CheckDirective> {
        let entries = match value {
            Value::Text(_) | Value::Given(_) => {
                return Some(CheckDirective::read(&Alive::read(value, at)?.0));
            }
            Value::Map(entries) => entries,
            other => return at.expected("a map with `skip`, `error` or `experimental`", other),
        };
        let mut keys = at.keys("check", entries);
        let mut names = |name: &'static str, at: &mut Reader| -> Option<Vec<SmolStr>> {
            let Some(value) = keys.take(name) else {
                return Some(Vec::new());
            };
            let names = at.key(name, |at| at.one_or_many::<String>(value))?;
            Some(names.into_iter().map(SmolStr::from).collect())
        };
        let (skip, experimental) = (names("skip", at), names("experimental", at));
        let error = keys.read("error", at);
        keys.finish(at);
        Some(CheckDirective {
            skip: skip?,
            error: match error {
                None => None,
                Some(error) => Some(error?),
            },
            experimental: experimental?,
            raw: None,
        })
    }

    fn write(&self) -> Value {
        if let Some(raw) = &self.raw {
            return Value::text(raw.as_str());
        }
        let names = |names: &[SmolStr]| {
            let names = names.iter().map(|name| Value::text(name.as_str()));
            one_or_many(names)
        };
        let mut entries = Vec::new();
        if !self.skip.is_empty() {
            entries.push(("skip", names(&self.skip)));
        }
        if let Some(error) = self.error {
            entries.push(("error", Value::Bool(error)));
        }
        if !self.experimental.is_empty() {
            entries.push(("experimental", names(&self.experimental)));
        }
        Value::map(entries)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("check", |_| {
            let names = schema::one_or_many(schema::string());
            let options = schema::object(
                vec![
                    ("skip", names.clone()),
                    ("error", schema::boolean()),
                    ("experimental", names),
                ],
                &[],
            );
            Definitions::described(
                "Which of Docker's build checks apply: a map, or the options as they are written.",
                schema::any_of([options, schema::string()]),
            )
        })
    }
}

/// The key of a blank line.
const BLANK_LINE: &str = "blank-line";

/// An item of a list of comments.
enum CommentItem {
    Comments(Vec<Comment>),
    BlankLine(bool),
}

/// The comments above something: a string, a line for each of its lines, or a list.
impl Data for Vec<Comment> {
    fn read(value: &Value, at: &mut Reader) -> Option<Vec<Comment>> {
        match value {
            Value::List(items) => {
                let mut comments = Some(Vec::new());
                for (n, item) in items.iter().enumerate() {
                    let read = at.index(n, |at| match item {
                        Value::Map(entries) if item.get(BLANK_LINE).is_some() => {
                            let mut keys = at.keys("comment", entries);
                            let blank = keys.need::<bool>(BLANK_LINE, at);
                            keys.finish(at);
                            Some(CommentItem::BlankLine(blank?))
                        }
                        item => read_comment(item, at).map(CommentItem::Comments),
                    });
                    match (&mut comments, read) {
                        (Some(comments), Some(CommentItem::Comments(read))) => {
                            comments.extend(read);
                        }
                        (Some(comments), Some(CommentItem::BlankLine(blank))) => {
                            if let Some(last) = comments.last_mut() {
                                last.set_blank_line(blank);
                            } else if blank {
                                at.index(n, |at| at.problem("a blank line needs a comment above"));
                            }
                        }
                        _ => comments = None,
                    }
                }
                comments
            }
            other => read_comment(other, at),
        }
    }

    fn write(&self) -> Value {
        let lines: Option<Vec<_>> = self.iter().map(plain_line).collect();
        let joined = lines.map(|lines| lines.join("\n"));
        match joined.filter(|joined| Comment::lines(joined).eq(self.iter().cloned())) {
            Some(joined) => Value::Text(joined),
            None => {
                let mut items = Vec::with_capacity(self.len());
                for comment in self {
                    items.push(write_comment(comment));
                    if comment.has_blank_line() {
                        items.push(Value::one(BLANK_LINE, Value::Bool(true)));
                    }
                }
                Value::List(items)
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("comments", |definitions| {
            let check = schema::object(
                vec![("check", CheckDirective::schema(definitions))],
                &["check"],
            );
            let blank = schema::object(vec![(BLANK_LINE, schema::boolean())], &[BLANK_LINE]);
            let lines = schema::any_of([schema::string(), check.clone(), blank]);
            Definitions::described(
                "Comments: a line for each line of the text.",
                schema::any_of([schema::string(), check, schema::list_of(lines)]),
            )
        })
    }
}

impl Field for Vec<Comment> {
    fn read(&mut self, value: &Value, at: &mut Reader) {
        if let Some(mut read) = <Vec<Comment> as Data>::read(value, at) {
            self.append(&mut read);
        }
    }

    fn write(&self) -> Option<Value> {
        (!self.is_empty()).then(|| Data::write(self))
    }

    fn schema(definitions: &mut Definitions) -> Value {
        <Vec<Comment> as Data>::schema(definitions)
    }
}

fn read_comment(value: &Value, at: &mut Reader) -> Option<Vec<Comment>> {
    match value {
        Value::Text(text) | Value::Given(text) => Some(Comment::lines(text).collect()),
        Value::Map(entries) => {
            let mut keys = at.keys("comment", entries);
            let checks = keys.need("check", at);
            keys.finish(at);
            Some(vec![Comment::check(checks?)])
        }
        other => at.expected("text, or a map with `check`", other),
    }
}

fn write_comment(comment: &Comment) -> Value {
    match comment.as_check() {
        Some(checks) => Value::one("check", checks.write()),
        None => Value::text(comment.text()),
    }
}

/// The text of a comment that sets no checks.
fn plain_line(comment: &Comment) -> Option<std::borrow::Cow<'_, str>> {
    comment.as_check().is_none().then(|| comment.text())
}

/// The name of a program and its version, or the version of the frontend.
impl Data for Engine {
    fn read(value: &Value, at: &mut Reader) -> Option<Engine> {
        match value.as_text().map(str::parse) {
            Some(Ok(engine)) => Some(engine),
            _ => at.expected(
                "`classic`, `kaniko`, `podman:5.4`, `buildah:1.33`, or a version of the frontend in quotes such as \"1.20\"",
                value,
            ),
        }
    }

    fn write(&self) -> Value {
        Value::Text(self.to_string())
    }

    fn schema(_: &mut Definitions) -> Value {
        schema::pattern(
            r"^(classic|kaniko|podman(:[0-9]+[.][0-9]+([.][0-9]+)?)?|buildah(:1[.][0-9]+([.][0-9]+)?)?|((docker[.]io/)?docker/dockerfile:)?1[.][0-9]+([.][0-9]+)?(-labs)?)$",
        )
    }
}

/// The text, or a map with what is between it and the instruction.
impl Data for Description {
    fn read(value: &Value, at: &mut Reader) -> Option<Description> {
        let Value::Map(entries) = value else {
            return Some(Description::from(String::read(value, at)?));
        };
        let mut keys = at.keys("a description", entries);
        let text = keys.need::<String>("text", at);
        let below = match keys.take("comments-below") {
            None => Some(0),
            Some(Value::Integer(number)) if usize::try_from(*number).is_ok() => {
                usize::try_from(*number).ok()
            }
            Some(other) => at.key("comments-below", |at| {
                at.expected("a number of lines", other)
            }),
        };
        let blank_line_below = keys.read::<bool>(BLANK_LINE, at).unwrap_or(Some(false));
        keys.finish(at);
        Some(Description {
            comments_below: below?,
            blank_line_below: blank_line_below?,
            ..Description::read(&text?)
        })
    }

    fn write(&self) -> Value {
        let text = Value::text(self.text.as_str());
        if *self == Description::from(self.text.as_str()) {
            return text;
        }
        let mut keys = vec![("text", text)];
        if self.comments_below > 0 {
            let below = u32::try_from(self.comments_below).unwrap_or(u32::MAX);
            keys.push(("comments-below", Value::Integer(below.into())));
        }
        if self.blank_line_below {
            keys.push((BLANK_LINE, Value::Bool(true)));
        }
        Value::map(keys)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("description", |_| {
            let below = schema::integer(0, u32::MAX.into());
            let keys = vec![
                ("text", schema::string()),
                (
                    "comments-below",
                    Definitions::described(
                        "How many of the comments are between the description and the instruction.",
                        below,
                    ),
                ),
                (
                    BLANK_LINE,
                    blank_line_schema("Whether a blank line follows."),
                ),
            ];
            schema::any_of([schema::string(), schema::object(keys, &["text"])])
        })
    }
}

fn blank_line_schema(about: &str) -> Value {
    Definitions::described(about, schema::boolean())
}

/// Reads what surrounds a step: `blank-line` and `comment` above it, `inner-comments` between its
/// lines.
pub(crate) fn read_notes(keys: &mut Keys<'_>, at: &mut Reader) -> Option<Notes> {
    let blank_line = keys.read(BLANK_LINE, at).unwrap_or(Some(false));
    let above = keys.read("comment", at).unwrap_or(Some(Vec::new()));
    let inside = match keys.take("inner-comments") {
        None => Some(Vec::new()),
        Some(value) => at.key("inner-comments", |at| read_inside(value, at)),
    };
    Some(Notes {
        blank_line: blank_line?,
        above: above?,
        inside: inside?,
    })
}

/// Lists of a number and the comments after that line break.
fn read_inside(value: &Value, at: &mut Reader) -> Option<Vec<(usize, Comment)>> {
    const EXPECTED: &str = "a list of pairs: the number of a line break, and a comment";
    let Value::List(items) = value else {
        return at.expected(EXPECTED, value);
    };
    let mut out = Some(Vec::new());
    for (n, item) in items.iter().enumerate() {
        let read = at.index(n, |at| {
            let (number, comment) = match item {
                Value::List(pair) => match pair.as_slice() {
                    [Value::Integer(number), comment] => (number, comment),
                    _ => return at.expected(EXPECTED, item),
                },
                other => return at.expected(EXPECTED, other),
            };
            let comments = at.index(1, |at| read_comment(comment, at))?;
            match usize::try_from(*number) {
                Ok(number) => Some((number, comments)),
                Err(_) => at.expected(EXPECTED, item),
            }
        });
        match (&mut out, read) {
            (Some(out), Some((number, comments))) => {
                out.extend(comments.into_iter().map(|comment| (number, comment)));
            }
            _ => out = None,
        }
    }
    out
}

/// Writes what surrounds a step.
pub(crate) fn write_notes(
    blank_line: bool,
    above: &[Comment],
    inside: &[(usize, Comment)],
    out: &mut Vec<(&'static str, Value)>,
) {
    if blank_line {
        out.push((BLANK_LINE, Value::Bool(true)));
    }
    out.extend(Field::write(&above.to_vec()).map(|value| ("comment", value)));
    if !inside.is_empty() {
        let pair = |(number, comment): &(usize, Comment)| {
            let number = i128::try_from(*number).unwrap_or(0);
            Value::list([Value::Integer(number), write_comment(comment)])
        };
        out.push(("inner-comments", Value::list(inside.iter().map(pair))));
    }
}

/// The schemas of what [`read_notes`] reads.
pub(crate) fn notes_schema(definitions: &mut Definitions) -> Vec<(&'static str, Value)> {
    let comments = <Vec<Comment> as Data>::schema(definitions);
    let pair = Value::map([
        ("type", Value::text("array")),
        (
            "prefixItems",
            Value::list([schema::integer(0, u32::MAX.into()), comments.clone()]),
        ),
        ("items", Value::Bool(false)),
        ("minItems", Value::Integer(2)),
    ]);
    vec![
        (
            BLANK_LINE,
            blank_line_schema("Whether a blank line precedes it and its comments."),
        ),
        ("comment", comments),
        ("inner-comments", schema::list_of(pair)),
    ]
}
