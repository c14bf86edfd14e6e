//! COPY and ADD as data: a list whose last item is the destination, or a map.

use smol_str::SmolStr;

use super::{CopySource, Inline, Sources, inline};
use crate::data::{Data, Definitions, Keys, Reader, Value, one_or_many, schema};
use crate::text::{Text, View};

const PATHS: &str = "a list of sources and a destination, or a map with `src` and `dest`";

/// The last item of a list is the destination.
pub(crate) fn read_list(value: &Value, at: &mut Reader) -> Option<(Sources, Text)> {
    let Value::List(items) = value else {
        return at.expected(PATHS, value);
    };
    let Some((destination, sources)) = items.split_last().filter(|(_, rest)| !rest.is_empty())
    else {
        return at.expected(PATHS, value);
    };
    let sources = at.items::<CopySource>(sources);
    let destination = at.index(items.len() - 1, |at| Text::read(destination, at));
    Some((sources?.into_iter().collect(), destination?))
}

/// The keys `src` and `dest`.
pub(crate) fn read_keys(keys: &mut Keys<'_>, at: &mut Reader) -> Option<(Sources, Text)> {
    let sources = match keys.take("src") {
        Some(value) => at.key("src", |at| at.one_or_many::<CopySource>(value)),
        None => {
            at.problem("`src` is missing");
            None
        }
    };
    let destination = match keys.read("dest", at) {
        Some(read) => read,
        None => {
            at.problem("`dest` is missing");
            None
        }
    };
    Some((sources?.into_iter().collect(), destination?))
}

pub(crate) fn write(
    sources: &Sources,
    destination: &Text,
    flags: Vec<(&'static str, Value)>,
) -> Value {
    let sources = sources.as_slice().iter().map(CopySource::write);
    if flags.is_empty() && sources.len() > 0 {
        return Value::list(sources.chain([destination.write()]));
    }
    let mut out = flags;
    out.push(("src", one_or_many(sources)));
    out.push(("dest", destination.write()));
    Value::map(out)
}

pub(crate) fn paths_schema(
    mut flags: Vec<(&'static str, Value)>,
    definitions: &mut Definitions,
) -> Value {
    let source = CopySource::schema(definitions);
    let list = schema::at_least(2, schema::list_of(source.clone()));
    flags.push(("src", schema::one_or_many(source)));
    flags.push(("dest", Text::schema(definitions)));
    schema::any_of([
        Definitions::described("The sources; the last is the destination.", list),
        schema::object(flags, &["src", "dest"]),
    ])
}

/// An instruction with `sources`, a `destination` and flags.
macro_rules! data_with_paths {
    ($name:ident, $key:literal) => {
        impl crate::data::Data for $name {
            fn read(value: &crate::data::Value, at: &mut crate::data::Reader) -> Option<$name> {
                use $crate::syntax::FlagData as _;

                let mut read = $name::new("", "");
                let paths = match value {
                    crate::data::Value::Map(entries) => {
                        let mut keys = at.keys($key, entries);
                        read.read_data(&mut keys, at);
                        let paths = $crate::instruction::source::read_keys(&mut keys, at);
                        keys.finish(at);
                        paths
                    }
                    list => $crate::instruction::source::read_list(list, at),
                };
                (read.sources, read.destination) = paths?;
                Some(read)
            }

            fn write(&self) -> crate::data::Value {
                use $crate::syntax::FlagData as _;

                let mut flags = Vec::new();
                self.write_data(&mut flags);
                $crate::instruction::source::write_data(&self.sources, &self.destination, flags)
            }

            fn schema(definitions: &mut crate::data::Definitions) -> crate::data::Value {
                use $crate::syntax::FlagData as _;

                let flags = <$name>::schemas(<$name as Syntax>::KEYWORD, definitions);
                $crate::instruction::source::paths_schema(flags, definitions)
            }
        }
    };
}
pub(crate) use data_with_paths;

impl Data for CopySource {
    fn read(value: &Value, at: &mut Reader) -> Option<CopySource> {
        let Value::Map(entries) = value else {
            return Some(CopySource::Path(Text::read(value, at)?));
        };
        if value.get("file").is_some() {
            let mut keys = at.keys("file", entries);
            let name = keys.need::<String>("file", at);
            keys.finish(at);
            return name.map(super::literal_path);
        }
        if value.get("inline").is_none() {
            return Some(CopySource::Path(Text::read(value, at)?));
        }
        let mut keys = at.keys("inline", entries);
        let body = keys.need::<Text>("inline", at);
        let name = keys.read::<String>("name", at);
        keys.finish(at);
        let body = inline(body?).0.body;
        let name = match name {
            None => None,
            Some(name) => Some(SmolStr::from(name?)),
        };
        Some(CopySource::Inline(Inline::of(name, body)))
    }

    fn write(&self) -> Value {
        match self {
            CopySource::Path(path) => path.write(),
            CopySource::Inline(Inline(file)) => {
                let mut out = Vec::new();
                // What is given inline is literal if it is not said otherwise.
                out.push((
                    "inline",
                    match file.body.view() {
                        View::Literal(text) => Value::text(text),
                        _ => file.body.write(),
                    },
                ));
                if let Some(name) = &file.name {
                    out.push(("name", Value::text(name.as_str())));
                }
                Value::map(out)
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("path", |definitions| {
            let text = Text::schema(definitions);
            let inline = schema::object(
                vec![
                    (
                        "inline",
                        Definitions::described("The content of a file.", text.clone()),
                    ),
                    ("name", schema::string()),
                ],
                &["inline"],
            );
            let file = schema::object(
                vec![(
                    "file",
                    Definitions::described(
                        "A file name, whatever wildcards are in it.",
                        schema::string(),
                    ),
                )],
                &["file"],
            );
            schema::any_of([text, inline, file])
        })
    }
}
