//! The model as data: the shape of a [`Dockerfile`](crate::Dockerfile) in JSON, YAML and the like.
//!
//! With the feature `serde` (on by default) a file is serialised and deserialised, and so are
//! [`Stage`](crate::Stage), [`Step`](crate::Step), [`Instruction`](crate::Instruction) and each
//! instruction, [`Text`](crate::Text), [`Source`](crate::Source),
//! [`CheckDirective`](crate::CheckDirective), [`Command`](crate::instruction::Command) and
//! [`Mount`](crate::instruction::Mount) alone. What is written is read as exactly the same model,
//! right or wrong, with what is known beside the text. Any format will do that says of itself what
//! is in it; TOML puts tables after all else and so loses the order of a map that has both.
//!
//! ```
//! use multistage::Dockerfile;
//!
//! let file: Dockerfile = serde_norway::from_str(r#"
//! stages:
//!   builder:
//!     from: node:22
//!     steps:
//!       - workdir: /app
//!       - copy: [package.json, package-lock.json, ./]
//!       - run: {command: npm ci, mount: {type: cache, target: /root/.npm}}
//!       - env: {NODE_ENV: production, PATH: {expr: "/app/bin:$PATH"}}
//!   web:
//!     from: nginx:1.29
//!     steps:
//!       - copy: {from: builder, link: true, src: /app/dist, dest: /srv}
//!       - expose: 8080
//!       - healthcheck: {command: curl -f http://localhost/, interval: 30s, retries: 3}
//!       - cmd: [nginx, -g, daemon off;]
//! "#)?;
//! assert_eq!(file.render()?, r#"FROM node:22 AS builder
//! WORKDIR /app
//! COPY package.json package-lock.json ./
//! RUN --mount=type=cache,target=/root/.npm \
//!     npm ci
//! ENV NODE_ENV=production \
//!     PATH=/app/bin:$PATH
//!
//! FROM nginx:1.29 AS web
//! COPY --from=builder --link /app/dist /srv
//! EXPOSE 8080
//! HEALTHCHECK --interval=30s --retries=3 \
//!     CMD curl -f http://localhost/
//! CMD ["nginx", "-g", "daemon off;"]
//! "#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A file
//!
//! | key | what |
//! |---|---|
//! | `syntax`, `escape`, `check` | the directives; `check` has `skip`, `error`, `experimental`, or is the text of the options |
//! | `header`, `trailing` | comments at the top and at the end |
//! | `args` | the global ARGs: a map of names and defaults, or a list of what `arg` takes |
//! | `stages` | a map of names and stages in order, or a list of stages with `name`, where one has no name |
//! | `contexts`, `targets`, `allow`, `engine` | what is not part of the text: named contexts, targets, disabled rules, the engine |
//!
//! A stage has `from`, `platform`, `describe`, `comment`, `steps`, and `trailing` for comments
//! after the last step. A step is a map of one key, the name of the instruction, and can have a
//! `comment`. A comment is text, a line for each of its lines, or `{check: ..}`; those between the
//! lines of an instruction are `inner-comments`, pairs of the number of a line break and a comment.
//!
//! # Instructions
//!
//! Flags are keys with the flag's name; a flag that can be given again has one value or a list, one
//! without a value `true`. `flags` has those that have no key: `flags: {future: x}`.
//!
//! | instruction | short | with more to say |
//! |---|---|---|
//! | `run`, `cmd`, `entrypoint` | text is shell form, a list exec form | `command`; or `chain`, `lines` (with `verbatim`), `script` (with `delimiter`); `heredoc` for the bodies of heredocs in the text |
//! | `healthcheck` | as above, or `none` | the same keys, or `none: true`; durations are `30s`, retries a number |
//! | `copy`, `add` | `[source, ..., destination]` | `src` (one or a list), `dest` |
//! | `env`, `label` | a map, in order | a list of pairs `[key, value]`, where a key is given twice or is an expression |
//! | `arg` | `NAME`, `{NAME: default}` | `{NAME: {default: .., describe: ..}}`; a list for several in one ARG |
//! | `expose`, `volume` | one | a list |
//! | `user`, `workdir`, `stopsignal`, `maintainer` | text | |
//! | `shell` | a list of words | |
//! | `onbuild` | a map of one key, as a step | |
//!
//! A source of `copy` and `add` is a path, `{file: name}` for a name without wildcards, or
//! `{inline: content, name: ..}`. A mount is a map with `type` and its keys; `readonly: false` is
//! `readwrite`. A device is a name, or `{name: .., required: true}`.
//!
//! # Values
//!
//! - *Text that Docker expands* is a string where nothing in it would expand, or
//!   `{literal: "$5 off"}`, or `{expr: "/opt/bin:$PATH"}`. A string with a `$` that Docker would
//!   expand is reported when the file is rendered, as in Rust. A number and a truth value count as
//!   their text; a number with a fraction has to be in quotes, as it would lose zeros.
//! - *Texts with a grammar* (images, platforms, ports, modes, ...) are strings in which a `$` is a
//!   variable; ports, ids, sizes and signals can be numbers. What does not fit the grammar is
//!   rejected; `{literal: ..}` keeps it for `check`.
//! - *`from` of a stage* is an image, or the name of a stage above; `{image: ..}`, `{stage: ..}`
//!   and `{context: ..}` say which.
//! - *`from` of `copy` and of a mount* is the name of a stage; an image is `{image: ..}`, a named
//!   context `{context: ..}`. So a misspelt name is never an image.
//! - What is only produced by parsing has a form too: `{raw: ..}` is a spelling that Docker rejects
//!   late, `{index: 0}` a stage without a name, `{expr: [..]}` an expression in parts, of which
//!   `{literal: ..}` is not expanded.
//!
//! # What is wrong
//!
//! Unknown keys, wrong types and values out of their bounds are rejected, all of them together,
//! each with its path and, where one is near, a suggestion:
//!
//! ```
//! use multistage::Dockerfile;
//!
//! let error = serde_norway::from_str::<Dockerfile>(r#"
//! stages:
//!   builder:
//!     from: node:22
//!     steps:
//!       - rnu: npm ci
//!       - copy: {form: deps, src: ., dest: .}
//!       - expose: 80000
//! "#).unwrap_err();
//! assert_eq!(error.to_string(), "\
//! `stages.builder.steps[0].rnu`: unknown instruction; did you mean `run`?
//! `stages.builder.steps[1].copy.form`: unknown key; did you mean `from`?
//! `stages.builder.steps[2].expose`: `80000` is not a valid port: \
//! expected `PORT[-PORT][/tcp|/udp|/sctp]` from 0 to 65535");
//! ```
//!
//! What the model can hold is read, right or wrong: a reference to a stage that does not exist is
//! reported by [`check`](crate::Dockerfile::check) and [`render`](crate::Dockerfile::render), as it
//! is for a file built in Rust.
//!
//! [`Dockerfile::json_schema`](crate::Dockerfile::json_schema) is the shape as a JSON Schema, for
//! editors.

mod expression;
mod field;
mod read;
pub(crate) mod schema;
mod text;
mod value;

pub(crate) use self::field::{
    Field, Row, data_as_field, data_as_list, data_as_word, read_word, row, schema_of,
};
pub(crate) use self::read::{Keys, Problems, Read, Reader, read, unknown};
pub(crate) use self::schema::Definitions;
pub(crate) use self::text::{Alive, base_schema, read_base, write_base};
pub(crate) use self::value::Value;

/// Something that can be read from data, written as data, and described by a schema.
pub(crate) trait Data: Sized {
    /// Reads it; `None` where something is wrong, which has been noted.
    fn read(value: &Value, at: &mut Reader) -> Option<Self>;

    /// Writes it so that it is read as exactly that.
    fn write(&self) -> Value;

    /// The schema of the type.
    fn schema(definitions: &mut Definitions) -> Value;
}

/// One value as it is, several as a list.
pub(crate) fn one_or_many(values: impl IntoIterator<Item = Value>) -> Value {
    match Value::list(values) {
        Value::List(mut list) if list.len() == 1 => list.pop().unwrap_or(Value::Null),
        list => list,
    }
}

/// serde through [`Data`].
macro_rules! serde_as_data {
    ($($name:ty),* $(,)?) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::data::Data::write(self).serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                let value = <$crate::data::Value as serde::Deserialize>::deserialize(deserializer)?;
                $crate::data::read(&value).map_err(serde::de::Error::custom)
            }
        }
    )*};
}
pub(crate) use serde_as_data;

serde_as_data!(
    crate::text::Escape,
    crate::text::Text,
    crate::reference::Source
);
