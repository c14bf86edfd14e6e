//! Files, stages and steps as data.

use indexmap::{IndexMap, IndexSet};
use smol_str::SmolStr;

use super::{Dockerfile, Origin, RareSet, Stage, Step};
use crate::data::{
    Data, Definitions, Field, Keys, Reader, Value, base_schema, read_base, schema, serde_as_data,
    write_base,
};
use crate::instruction::{Arg, From, Instruction, one_of_them};
use crate::reference::{Context, Source, StageName};
use crate::syntax::{
    self, CheckDirective, Comment, Comments, Description, Engine, FlagData, notes_schema,
    read_notes, write_notes,
};
use crate::text::Escape;

serde_as_data!(Dockerfile, Stage, Step);

impl Dockerfile {
    /// Returns the JSON Schema (draft 2020-12) of a file as [data](crate::data), for editors and
    /// validators.
    ///
    /// The same for every call. A file that it rejects is rejected by `Deserialize` too; the
    /// grammars of texts, such as that of image references, are checked by `Deserialize` alone.
    ///
    /// ```
    /// let schema = multistage::Dockerfile::json_schema();
    /// assert!(schema
    ///     .starts_with("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\""));
    /// ```
    pub fn json_schema() -> String {
        let about = "A Dockerfile as data, as the Rust crate multistage reads it.";
        schema::document("Dockerfile", about, Dockerfile::schema).to_json()
    }
}

impl Data for Dockerfile {
    fn read(value: &Value, at: &mut Reader) -> Option<Dockerfile> {
        let Value::Map(entries) = value else {
            return at.expected("a map with `stages`", value);
        };
        let mut file = Dockerfile::new();
        let mut keys = at.keys("a file", entries);
        let shebang = keys.read::<String>("shebang", at).flatten();
        file.shebang = shebang.map(|text| text.trim_end().into());
        file.syntax = keys
            .read::<String>("syntax", at)
            .flatten()
            .map(SmolStr::from);
        file.escape = keys.read::<Escape>("escape", at).flatten();
        file.checks = keys.read::<CheckDirective>("check", at).flatten();
        file.header = keys.read("header", at).flatten().unwrap_or_default();
        if let Some(value) = keys.take("args") {
            file.args = at
                .key("args", |at| read_args(value, at))
                .unwrap_or_default();
        }
        match keys.take("stages") {
            Some(value) => {
                file.stages = at
                    .key("stages", |at| read_stages(value, at))
                    .unwrap_or_default();
            }
            None => at.problem("`stages` is missing"),
        }
        file.trailing = keys.read("trailing", at).flatten().unwrap_or_default();
        file.beside.contexts = read_set::<Context>("contexts", &mut keys, at);
        file.beside.targets = read_set::<StageName>("targets", &mut keys, at);
        let allowed = read_set::<String>("allow", &mut keys, at);
        file.beside.allowed = allowed.into_iter().map(SmolStr::from).collect();
        file.beside.engine = keys.read::<Engine>("engine", at).flatten();
        keys.finish(at);
        file.read_triggers_again();
        Some(file)
    }

    fn write(&self) -> Value {
        let mut out = Vec::new();
        let shebang = self.shebang.as_deref().map(Value::text);
        out.extend(shebang.map(|shebang| ("shebang", shebang)));
        out.extend(
            self.syntax
                .as_ref()
                .map(|it| ("syntax", Value::text(it.as_str()))),
        );
        out.extend(self.escape.map(|escape| ("escape", escape.write())));
        out.extend(self.checks.as_ref().map(|checks| ("check", checks.write())));
        out.extend(Field::write(&self.header).map(|header| ("header", header)));
        if !self.args.is_empty() {
            let args = self.args.iter().map(write_arg);
            out.push(("args", Value::List(args.collect())));
        }
        let beside = &self.beside;
        let mut names = |key, names: Vec<Value>| {
            if !names.is_empty() {
                out.push((key, Value::List(names)));
            }
        };
        names(
            "contexts",
            beside.contexts.iter().map(Data::write).collect(),
        );
        names("targets", beside.targets.iter().map(Data::write).collect());
        let allowed = beside.allowed.iter().map(|rule| Value::text(rule.as_str()));
        names("allow", allowed.collect());
        out.extend(beside.engine.map(|engine| ("engine", engine.write())));
        out.push(("stages", write_stages(&self.stages)));
        out.extend(Field::write(&self.trailing).map(|trailing| ("trailing", trailing)));
        Value::map(out)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("file", |definitions| {
            let about = |about: &str, schema: Value| Definitions::described(about, schema);
            let comments = <Vec<Comment> as Data>::schema(definitions);
            let arg = Arg::schema(definitions);
            let mut step = notes_schema(definitions);
            step.push(("arg", arg.clone()));
            let arg_step = schema::object(step, &["arg"]);
            let stage = Stage::schema(definitions);
            let mut named = vec![("name", schema::string())];
            named.extend(stage_schemas(definitions));
            let named = definitions.refer("named-stage", |_| schema::object(named, &["from"]));
            let names = schema::one_or_many(schema::string());
            let keys = vec![
                (
                    "shebang",
                    about(
                        "The first line of the file, without its `#!`.",
                        schema::string(),
                    ),
                ),
                (
                    "syntax",
                    about("The frontend that reads the file.", schema::string()),
                ),
                (
                    "escape",
                    about("The escape character.", Escape::schema(definitions)),
                ),
                ("check", CheckDirective::schema(definitions)),
                (
                    "header",
                    about("Comments at the top of the file.", comments.clone()),
                ),
                (
                    "args",
                    about(
                        "The ARGs that FROM can use.",
                        schema::any_of([
                            arg.clone(),
                            schema::list_of(schema::any_of([arg_step, arg])),
                        ]),
                    ),
                ),
                (
                    "contexts",
                    about("The named contexts of the build.", names.clone()),
                ),
                (
                    "targets",
                    about(
                        "The stages that are built for their own sake.",
                        names.clone(),
                    ),
                ),
                ("allow", about("The disabled rules, by their ids.", names)),
                (
                    "engine",
                    about("What the file is for.", Engine::schema(definitions)),
                ),
                (
                    "stages",
                    about(
                        "The stages, in order: a map under their names, or a list.",
                        schema::any_of([schema::map_of(stage), schema::list_of(named)]),
                    ),
                ),
                (
                    "trailing",
                    about("Comments after the last instruction.", comments),
                ),
            ];
            schema::object(keys, &["stages"])
        })
    }
}

fn read_set<T: Data + std::hash::Hash + Eq>(
    name: &'static str,
    keys: &mut Keys<'_>,
    at: &mut Reader,
) -> RareSet<T> {
    let value = keys.take(name);
    let read = value.and_then(|value| at.key(name, |at| at.one_or_many::<T>(value)));
    let mut set = RareSet::default();
    for item in read.unwrap_or_default() {
        set.insert(item);
    }
    set
}

/// Each entry of a map and each item of a list is an ARG of its own.
fn read_args(value: &Value, at: &mut Reader) -> Option<Vec<Step<Arg>>> {
    match value {
        Value::Map(entries) => {
            let mut all = Some(Vec::with_capacity(entries.len()));
            for (name, value) in at.entries(entries) {
                let one = Value::one(name, value.clone());
                match (&mut all, <Arg as Data>::read(&one, at)) {
                    (Some(all), Some(arg)) => all.push(Step::at(arg, Origin::default())),
                    _ => all = None,
                }
            }
            all
        }
        Value::List(items) => at.items_by(items, read_arg),
        one => Some(vec![read_arg(one, at)?]),
    }
}

/// An ARG, with comments where it is under `arg`.
fn read_arg(value: &Value, at: &mut Reader) -> Option<Step<Arg>> {
    let notes = ["blank-line", "comment", "inner-comments"];
    let noted = notes.iter().any(|key| value.get(key).is_some());
    match value {
        Value::Map(entries) if noted && value.get("arg").is_some() => {
            let mut keys = at.keys("arg", entries);
            let notes = read_notes(&mut keys, at);
            let arg = keys.need::<Arg>("arg", at);
            keys.finish(at);
            let mut step = Step::at(arg?, Origin::default());
            step.set_notes(notes?);
            Some(step)
        }
        plain => Some(Step::at(<Arg as Data>::read(plain, at)?, Origin::default())),
    }
}

fn write_arg(step: &Step<Arg>) -> Value {
    let mut out = Vec::new();
    let blank_line = step.has_blank_line();
    write_notes(blank_line, step.comments(), step.inner_comments(), &mut out);
    let arg = step.instruction.write();
    if out.is_empty() {
        return arg;
    }
    out.push(("arg", arg));
    Value::map(out)
}

/// A map under their names, or a list.
fn read_stages(value: &Value, at: &mut Reader) -> Option<Vec<Stage>> {
    let mut read: Vec<(Option<Stage>, &Value)> = Vec::new();
    match value {
        Value::Map(entries) => {
            for (name, value) in at.entries(entries) {
                let mut stage = at.key(name, |at| read_stage(value, NameOf::Outside, at));
                if let Some(stage) = &mut stage {
                    stage.from.name = Some(StageName::new(name));
                }
                read.push((stage, value));
            }
        }
        Value::List(items) => {
            for (n, item) in items.iter().enumerate() {
                if !matches!(item, Value::Absent) {
                    let stage = at.index(n, |at| read_stage(item, NameOf::Key, at));
                    read.push((stage, item));
                }
            }
        }
        other => return at.expected("a map of names and stages, or a list of stages", other),
    }
    let mut stages: Vec<Stage> = Vec::with_capacity(read.len());
    let mut above: IndexMap<SmolStr, StageName> = IndexMap::with_capacity(read.len());
    for (stage, value) in read {
        let mut stage = stage?;
        // The name of a stage above is that stage, unless it was said to be an image.
        let text = value.get("from").and_then(Value::as_text);
        let base = text.and_then(|text| above.get(text)).cloned();
        if let Some(base) = base {
            stage.from.base = Source::Stage(base);
        }
        if let Some(name) = stage.name() {
            above.insert(name.as_str().into(), name.clone());
        }
        stages.push(stage);
    }
    Some(stages)
}

fn write_stages(stages: &[Stage]) -> Value {
    let mut above: IndexSet<&str> = IndexSet::with_capacity(stages.len());
    let mut written = Vec::with_capacity(stages.len());
    for stage in stages {
        written.push(write_stage(stage, |name| above.contains(name)));
        above.extend(stage.name().map(StageName::as_str));
    }
    if above.len() == stages.len() {
        let names = above.into_iter().map(str::to_owned);
        return Value::Map(names.zip(written.into_iter().map(Value::map)).collect());
    }
    let list = stages.iter().zip(written).map(|(stage, written)| {
        let name = stage.name().map(|name| ("name", name.write()));
        Value::map(name.into_iter().chain(written))
    });
    Value::list(list)
}

impl Data for Stage {
    fn read(value: &Value, at: &mut Reader) -> Option<Stage> {
        read_stage(value, NameOf::Key, at)
    }

    fn write(&self) -> Value {
        let name = self.name().map(|name| ("name", name.write()));
        Value::map(name.into_iter().chain(write_stage(self, |_| false)))
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("stage", |definitions| {
            schema::object(stage_schemas(definitions), &["from"])
        })
    }
}

/// The place of the name of a stage in data.
#[derive(Clone, Copy)]
enum NameOf {
    /// Under the key `name` of the stage.
    Key,
    /// It is the key that the stage is under.
    Outside,
}

fn read_stage(value: &Value, name: NameOf, at: &mut Reader) -> Option<Stage> {
    let Value::Map(entries) = value else {
        return at.expected("a stage: a map with `from` and `steps`", value);
    };
    let mut keys = at.keys("a stage", entries);
    let name = match name {
        NameOf::Key => keys.read("name", at).flatten(),
        NameOf::Outside => None,
    };
    let comments: Vec<Comment> = keys.read("comment", at).flatten().unwrap_or_default();
    let description: Option<Description> = keys.read("describe", at).flatten();
    let base = match keys.take("from") {
        Some(value) => at.key("from", |at| read_base(value, at)),
        None => {
            at.problem("`from` is missing");
            None
        }
    };
    let mut from = From::new(base.unwrap_or(Source::Index(0)));
    from.name = name;
    from.read_data(&mut keys, at);
    let steps = match keys.take("steps") {
        Some(Value::List(items)) => at.key("steps", |at| at.items::<Step>(items)),
        Some(other) => at.key("steps", |at| at.expected("a list of steps", other)),
        None => Some(Vec::new()),
    };
    let pending: Vec<Comment> = keys.read("trailing", at).flatten().unwrap_or_default();
    keys.finish(at);
    let mut stage = Stage::of(from);
    stage.steps = steps.unwrap_or_default();
    if !comments.is_empty() {
        stage.notes.comments = Comments::from(comments);
    }
    if description.is_some() {
        stage.notes.description = description.map(Box::new);
    }
    if !pending.is_empty() {
        stage.notes.pending.comments = pending;
    }
    Some(stage)
}

/// The keys of a stage but its name.
fn write_stage(stage: &Stage, is_above: impl Fn(&str) -> bool) -> Vec<(&'static str, Value)> {
    let mut out = Vec::new();
    out.extend(Field::write(&stage.notes.comments.to_vec()).map(|comments| ("comment", comments)));
    out.extend(
        stage
            .notes
            .description
            .as_ref()
            .map(|text| ("describe", text.write())),
    );
    out.push(("from", write_base(&stage.from.base, is_above)));
    stage.from.write_data(&mut out);
    if !stage.steps.is_empty() {
        out.push(("steps", Value::list(stage.steps.iter().map(Step::write))));
    }
    out.extend(Field::write(&stage.notes.pending.comments).map(|comments| ("trailing", comments)));
    out
}

fn stage_schemas(definitions: &mut Definitions) -> Vec<(&'static str, Value)> {
    let comments = <Vec<Comment> as Data>::schema(definitions);
    let mut keys = vec![
        ("comment", comments.clone()),
        (
            "describe",
            Definitions::described(
                "What the stage is for: `docker build --call=targets` prints it.",
                Description::schema(definitions),
            ),
        ),
        ("from", base_schema(definitions)),
    ];
    keys.extend(From::schemas(
        <From as syntax::Syntax>::KEYWORD,
        definitions,
    ));
    keys.push(("steps", schema::list_of(Step::schema(definitions))));
    keys.push(("trailing", comments));
    keys
}

impl Data for Step {
    fn read(value: &Value, at: &mut Reader) -> Option<Step> {
        let Value::Map(entries) = value else {
            return at.expected(
                "a step: a map with the name of an instruction, such as `run`",
                value,
            );
        };
        let mut keys = at.keys("a step", entries);
        let notes = read_notes(&mut keys, at);
        let instruction = Instruction::from_keys(&mut keys, at);
        keys.finish(at);
        let mut step = Step::at(instruction?, Origin::default());
        step.set_notes(notes?);
        Some(step)
    }

    fn write(&self) -> Value {
        let mut out = Vec::new();
        let blank_line = self.has_blank_line();
        write_notes(blank_line, self.comments(), self.inner_comments(), &mut out);
        let notes = out.into_iter().map(|(key, value)| (key.to_owned(), value));
        match self.instruction.write_data() {
            Value::Map(instruction) => Value::Map(notes.chain(instruction).collect()),
            other => other,
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("step", |definitions| {
            let notes = notes_schema(definitions).into_iter();
            let notes = notes.map(|(key, schema)| (key.to_owned(), schema));
            let keys = notes.chain(Instruction::schemas(definitions)).collect();
            one_of_them(schema::object(keys, &[]), 4)
        })
    }
}
