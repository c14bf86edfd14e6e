//! Resolves a mount: expands its values, and finds what Docker then rejects.

use super::read::{self, Field};
use super::{HELD_KEYS, Mount, MountKind, MountOptions, Repr};
use crate::reference::{Source, Typed, TypedText};
use crate::scope::path;
use crate::scope::{Scope, System};
use crate::syntax::{Part, lex};
use crate::text::{Escape, Text, View};

/// A mount as `key=value` pairs in one order, with what follows from the rest.
pub(crate) type Pairs = Vec<(String, String)>;

impl Mount {
    /// The mount with its values, or what Docker rejects; `nth` among those of its RUN.
    pub(crate) fn apply(&self, nth: usize, scope: &mut Scope<'_>) -> Option<Pairs> {
        match &self.0 {
            Repr::Typed(fields) => fields.apply(nth, scope),
            Repr::Raw(spelling) => apply_raw(spelling, nth, scope),
        }
    }
}

impl MountOptions {
    fn apply(&self, nth: usize, scope: &mut Scope<'_>) -> Option<Pairs> {
        let mut pairs = vec![("type".to_owned(), self.kind.as_str().to_owned())];
        for (name, held) in HELD_KEYS {
            if let Some(held) = held(self) {
                let value = held.value(Part::MountValue(name, nth), scope)?;
                pairs.push(((*name).to_owned(), value));
            }
        }
        let named = |pair: &&(String, String)| matches!(pair.0.as_str(), "id" | "target");
        let given = self.id.is_some() || self.target.is_some();
        if self.kind == MountKind::Secret
            && given
            && pairs.iter().filter(named).all(|pair| pair.1.is_empty())
        {
            return scope.fail(
                Part::FlagValue("mount", nth),
                "a secret needs an `id` or a `target`",
                "give the variable a value, or a default: `${NAME:-id}`",
            );
        }
        finish(self.kind, pairs, nth, scope)
    }
}

/// The content of a field.
pub(super) enum Held<'f> {
    Text(&'f Text),
    Typed(TypedText<'f>),
    Source(&'f Source),
    /// A word that Docker does not expand.
    Word(&'static str),
}

impl Held<'_> {
    /// The value; `None` where Docker fails.
    fn value(self, part: Part, scope: &mut Scope<'_>) -> Option<String> {
        match self {
            Held::Text(text) => Some(scope.expand(text, part)?.text.to_string()),
            Held::Typed(typed) => Some(scope.expand_typed(typed, part)?.text.to_string()),
            Held::Source(source) => Some(source.to_string()),
            Held::Word(word) => Some(word.to_owned()),
        }
    }
}

/// An example of a mount of this kind, for messages.
fn example(kind: MountKind) -> &'static str {
    match kind {
        MountKind::Bind => "write `type=bind,source=dir,target=/dir`",
        MountKind::Cache => "write `type=cache,target=/dir`",
        MountKind::Tmpfs => "write `type=tmpfs,target=/dir`",
        MountKind::Secret => "write `type=secret,id=name` or `type=secret,id=name,target=/file`",
        MountKind::Ssh => "write `type=ssh` or `type=ssh,id=name`",
    }
}

/// A mount that was kept as it is written: Docker takes it apart only when it gets there.
fn apply_raw(spelling: &Text, nth: usize, scope: &mut Scope<'_>) -> Option<Pairs> {
    let part = Part::FlagValue("mount", nth);
    let View::Raw(spelling, escape) = spelling.view() else {
        return None;
    };
    let Some(list) = read::split(spelling) else {
        let help = example(MountKind::Bind);
        return scope.fail(part, "the mount is not a list of fields", help);
    };
    let fields = expand_fields(&list, escape, part, scope)?;
    let mut kind = MountKind::Bind;
    let mut pairs: Pairs = Vec::new();
    for (key, value) in fields {
        let name = read::canonical(&key);
        let refuse = |scope: &mut Scope<'_>, message: String| -> Option<Pairs> {
            scope.fail(part, message, example(kind))
        };
        let takes_required = matches!(kind, MountKind::Secret | MountKind::Ssh);
        match (name, value) {
            ("readonly" | "readwrite", None) => {
                set(&mut pairs, "readonly", (name == "readonly").to_string());
            }
            ("required", None) if takes_required => set(&mut pairs, name, "true".to_owned()),
            ("required", _) if !takes_required => {
                let kind = kind.as_str();
                return refuse(
                    scope,
                    format!("`required` does not go with `type={kind}`, which comes before it"),
                );
            }
            (_, None) => return refuse(scope, format!("the field `{key}` has no value")),
            ("type", Some(value)) => match read::kind(&value) {
                Some(known) => kind = known,
                None => return refuse(scope, format!("there is no mount of the type `{value}`")),
            },
            ("readonly" | "readwrite" | "required", Some(value)) => match read::boolean(&value) {
                Some(on) => {
                    let on = on == (name != "readwrite");
                    set(
                        &mut pairs,
                        if name == "required" { name } else { "readonly" },
                        on.to_string(),
                    );
                }
                None => return refuse(scope, format!("`{key}` is true or false, not `{value}`")),
            },
            ("size", Some(_)) if kind != MountKind::Tmpfs => {
                return refuse(
                    scope,
                    "`size` comes after `type=tmpfs` and goes with it alone".to_owned(),
                );
            }
            ("size", Some(value)) if !super::Size::is_valid(&value) => {
                return refuse(scope, format!("`{value}` is not a valid size"));
            }
            ("mode", Some(value)) if !is_number(&value, 8) => {
                return refuse(scope, format!("`{value}` is not a valid mode"));
            }
            ("uid" | "gid", Some(value)) if !is_number(&value, 10) => {
                return refuse(scope, format!("`{value}` is not a valid `{name}`"));
            }
            ("sharing", Some(value)) => match read::sharing(&value) {
                Some(mode) => set(&mut pairs, name, mode.as_str().to_owned()),
                None => {
                    return refuse(
                        scope,
                        format!("`sharing` is shared, private or locked, not `{value}`"),
                    );
                }
            },
            (
                "from" | "source" | "target" | "size" | "id" | "mode" | "uid" | "gid" | "env",
                Some(value),
            ) => {
                set(&mut pairs, name, value);
            }
            _ => return refuse(scope, format!("a mount has no key `{key}`")),
        }
    }
    let given = matches!(kind, MountKind::Secret | MountKind::Ssh);
    let has = |key: &str| {
        pairs
            .iter()
            .any(|(name, value)| name == key && !value.is_empty())
    };
    let named = |key: &str| pairs.iter().any(|(name, _)| name == key);
    let owned = given || kind == MountKind::Cache;
    let word = kind.as_str();
    let refused = match kind {
        _ if !owned && (named("mode") || named("uid") || named("gid")) => Some(format!(
            "`mode`, `uid` and `gid` do not go with `type={word}`"
        )),
        MountKind::Secret if has("from") => Some("a secret has no `from`".to_owned()),
        _ if has("sharing") && kind != MountKind::Cache => {
            Some("`sharing` goes with `type=cache` alone".to_owned())
        }
        MountKind::Secret if !has("source") && !has("target") && !has("id") => {
            Some("a secret needs an `id` or a `target`".to_owned())
        }
        MountKind::Secret if has("source") && has("id") => {
            let message = "a secret has both `id` and `source`, which are names of one key";
            return scope.fail(part, message, "give one of them");
        }
        MountKind::Ssh if has("source") => {
            Some("a mount of the SSH agent has no `source`".to_owned())
        }
        _ => None,
    };
    if let Some(message) = refused {
        return scope.fail(part, message, example(kind));
    }
    let mut all = vec![("type".to_owned(), word.to_owned())];
    all.extend(pairs);
    finish(kind, all, nth, scope)
}

/// The fields with their values; a field without `=` has none.
fn expand_fields(
    list: &[Field],
    escape: Escape,
    part: Part,
    scope: &mut Scope<'_>,
) -> Option<Vec<(String, Option<String>)>> {
    let mut fields = Vec::with_capacity(list.len());
    for field in list {
        fields.push(match field.text.split_once('=') {
            None => (field.text.to_ascii_lowercase(), None),
            Some((key, value)) => {
                let value = scope.expand(&lex::text(value, escape), part)?;
                (key.to_ascii_lowercase(), Some(value.text.to_string()))
            }
        });
    }
    Some(fields)
}

fn set(pairs: &mut Pairs, key: &str, value: String) {
    match pairs.iter_mut().find(|(name, _)| name == key) {
        Some((_, old)) => *old = value,
        None => pairs.push((key.to_owned(), value)),
    }
}

fn is_number(text: &str, radix: u32) -> bool {
    !text.starts_with('+') && u32::from_str_radix(text, radix).is_ok()
}

/// Computes the target at which the mount ends up.
fn finish(kind: MountKind, mut pairs: Pairs, nth: usize, scope: &mut Scope<'_>) -> Option<Pairs> {
    if matches!(kind, MountKind::Secret | MountKind::Ssh) {
        return Some(pairs);
    }
    let target = pairs.iter().position(|(key, _)| key == "target");
    let given = target
        .and_then(|at| pairs.get(at))
        .map_or("", |(_, target)| target.as_str());
    let absolute = path::clean(given).starts_with('/');
    let workdir = &scope.state.workdir;
    let windows = System::of(&scope.platform.os) == System::Windows;
    let joined = if absolute {
        given.to_owned()
    } else {
        let workdir = workdir.text.replace('\\', if windows { "/" } else { "\\" });
        path::join("/", &path::join(&workdir, given)).into()
    };
    if joined == "/" && (absolute || workdir.known) {
        let part = match target {
            Some(_) => Part::MountValue("target", nth),
            None => Part::FlagValue("mount", nth),
        };
        return scope.fail(
            part,
            "the mount would cover everything: its target is `/`",
            "name a directory below `/`",
        );
    }
    set(&mut pairs, "target", joined);
    Some(pairs)
}
