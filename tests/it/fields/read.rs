//! How a field is read back from what the independent reader makes of a text.

use super::Found;
use crate::spec;

pub(super) fn nothing(_: &spec::Instruction, _: &spec::File) -> Result<Found, String> {
    Ok(Found::Exact(String::new()))
}

/// A word of which Docker takes nothing off.
pub(super) fn exact(found: Result<Found, String>) -> Result<Found, String> {
    match found? {
        Found::Word(text) => Ok(Found::Exact(text)),
        other => Ok(other),
    }
}

/// The name of the variable that a word is.
pub(super) fn variable(found: Result<Found, String>) -> Result<Found, String> {
    let Found::Word(word) = found? else {
        return Err("no word".to_owned());
    };
    match spec::lex(&word, '\\')?.as_slice() {
        [
            spec::Piece::Variable {
                name,
                modifier: None,
            },
        ] => Ok(Found::Exact(name.clone())),
        pieces => Err(format!("the pieces {pieces:?}")),
    }
}

pub(super) fn last(file: &spec::File) -> Result<&spec::Instruction, String> {
    file.instructions
        .last()
        .ok_or_else(|| "no instruction".to_owned())
}

/// A path with a `.` in front is the same path.
pub(super) fn without_dot(path: &str) -> String {
    path.strip_prefix("./").unwrap_or(path).to_owned()
}

/// A file of this name. One with a drive is of Windows, where a backslash separates directories.
pub(super) fn file_of_name(name: &str) -> String {
    match name.as_bytes() {
        [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic() => name.replace('\\', "/"),
        _ => without_dot(name),
    }
}

fn at<T: Clone>(list: &[T], nth: usize) -> Result<T, String> {
    list.get(nth)
        .cloned()
        .ok_or_else(|| format!("there are {} of them", list.len()))
}

pub(super) fn pair(it: &spec::Instruction, nth: usize, side: usize) -> Result<Found, String> {
    let (key, value) = at(&it.pairs()?, nth)?;
    Ok(Found::Word(if side == 0 { key } else { value }))
}

pub(super) fn arg(it: &spec::Instruction, nth: usize, side: usize) -> Result<Found, String> {
    let word = at(&it.kv_words(), nth)?;
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (word.as_str(), None),
    };
    Ok(match side {
        0 => Found::Exact(name.to_owned()),
        _ => Found::Word(value.ok_or("no default")?.to_owned()),
    })
}

fn not_json(it: &spec::Instruction) -> Result<(), String> {
    match it.json()? {
        None => Ok(()),
        Some(list) => Err(format!("taken for JSON: {list:?}")),
    }
}

pub(super) fn command(it: &spec::Instruction) -> Result<Found, String> {
    not_json(it)?;
    Ok(Found::Exact(it.rest.clone()))
}

pub(super) fn health(it: &spec::Instruction) -> Result<Found, String> {
    not_json(it)?;
    match it.health() {
        (word, command) if word == "CMD" => Ok(Found::Exact(command)),
        (word, _) => Err(format!("HEALTHCHECK {word}")),
    }
}

pub(super) fn element(it: &spec::Instruction, nth: usize) -> Result<Found, String> {
    let list = it.json()?.ok_or("not taken for JSON")?;
    at(&list, nth).map(Found::Exact)
}

pub(super) fn script(it: &spec::Instruction) -> Result<Found, String> {
    let [heredoc] = it.heredocs.as_slice() else {
        return Err(format!("{} heredocs", it.heredocs.len()));
    };
    if it.rest != format!("<<{}", heredoc.name) {
        return Err(format!("more than a heredoc: {}", it.rest));
    }
    Ok(Found::Exact(heredoc.content.clone()))
}

pub(super) fn heredoc(it: &spec::Instruction, command: &str, nth: usize) -> Result<Found, String> {
    not_json(it)?;
    if it.rest != command {
        return Err(format!("the command became {}", it.rest));
    }
    Ok(Found::Exact(at(&it.heredocs, nth)?.content))
}

pub(super) fn command_with_heredoc(it: &spec::Instruction) -> Result<Found, String> {
    match it.heredocs.as_slice() {
        [heredoc] if heredoc.content == "x\n" => command(it),
        found => Err(format!("the heredocs {found:?}")),
    }
}

pub(super) fn rest(it: &spec::Instruction) -> Result<Found, String> {
    Ok(Found::Word(it.rest.clone()))
}

pub(super) fn word(it: &spec::Instruction, nth: usize) -> Result<Found, String> {
    at(&it.words(), nth).map(Found::Word)
}

/// BuildKit trims the elements of VOLUME before it takes them apart.
pub(super) fn volume(it: &spec::Instruction, nth: usize) -> Result<Found, String> {
    let words = it.json()?.unwrap_or_else(|| it.words());
    let word = at(&words, nth)?.trim().to_owned();
    if word.is_empty() {
        Err("an empty element".to_owned())
    } else {
        Ok(Found::Word(word))
    }
}

fn paths(it: &spec::Instruction) -> Result<Vec<String>, String> {
    let paths = it.json()?.unwrap_or_else(|| it.words());
    // A word that looks like a heredoc is one; in JSON too BuildKit then looks for its body.
    for path in &paths {
        if let (Some(marker), true) = (spec::marker(path)?, it.heredocs.is_empty()) {
            return Err(format!("taken for the heredoc {}", marker.name));
        }
    }
    Ok(paths)
}

pub(super) fn path(it: &spec::Instruction, nth: usize) -> Result<Found, String> {
    at(&paths(it)?, nth).map(Found::Word)
}

/// The one file that a source means, as the matchers of BuildKit agree on it.
pub(super) fn file_name(it: &spec::Instruction, nth: usize) -> Result<Found, String> {
    let pattern = spec::literal(&at(&paths(it)?, nth)?, it.escape)?;
    let local = without_dot(&pattern);
    let mut name = String::new();
    let mut rest = local.as_str();
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = after;
        match c {
            '[' => {
                let inside = after
                    .strip_prefix('\\')
                    .ok_or_else(|| format!("a class in {pattern}"))?;
                let one = inside.chars().next().ok_or("an open class")?;
                name.push(one);
                let closing = inside.get(one.len_utf8()..).unwrap_or_default();
                rest = closing
                    .strip_prefix(']')
                    .ok_or_else(|| format!("a class of several in {pattern}"))?;
            }
            '\\' => {
                let one = after.chars().next().ok_or("an open escape")?;
                name.push(one);
                rest = after.get(one.len_utf8()..).unwrap_or_default();
            }
            '*' | '?' => return Err(format!("a wildcard in {pattern}")),
            _ => name.push(c),
        }
    }
    Ok(Found::Exact(name))
}

pub(super) fn inline_body(it: &spec::Instruction, nth: usize) -> Result<Found, String> {
    inline_name(it, nth)?;
    let heredoc = at(&it.heredocs, nth)?;
    Ok(if heredoc.expand {
        Found::Body(heredoc.content)
    } else {
        Found::Exact(heredoc.content)
    })
}

pub(super) fn inline_name(it: &spec::Instruction, nth: usize) -> Result<Found, String> {
    not_json(it)?;
    let marker = spec::marker(&at(&it.words(), nth)?)?.ok_or("no marker among the words")?;
    let heredoc = at(&it.heredocs, nth)?;
    if marker.name != heredoc.name {
        return Err(format!("the heredoc is called {}", heredoc.name));
    }
    Ok(Found::Exact(heredoc.name))
}

fn flag(it: &spec::Instruction, name: &str) -> Result<String, String> {
    match it.flags_named(name).as_slice() {
        [value] => Ok((*value).to_owned()),
        found => Err(format!("{} flags --{name}", found.len())),
    }
}

pub(super) fn exact_flag(it: &spec::Instruction, name: &str) -> Result<Found, String> {
    flag(it, name).map(Found::Exact)
}

pub(super) fn word_flag(it: &spec::Instruction, name: &str) -> Result<Found, String> {
    flag(it, name).map(Found::Word)
}

pub(super) fn nth_flag(it: &spec::Instruction, name: &str, nth: usize) -> Result<Found, String> {
    at(&it.flags_named(name), nth).map(|value| Found::Exact(value.to_owned()))
}

pub(super) fn flag_name(it: &spec::Instruction) -> Result<Found, String> {
    let [flag] = it.flags.as_slice() else {
        return Err(format!("the flags {:?}", it.flags));
    };
    let name = flag.split('=').next().unwrap_or_default();
    Ok(Found::Exact(
        name.strip_prefix("--").unwrap_or_default().to_owned(),
    ))
}

/// The name in `--device`, which is the first field that is not a known key.
pub(super) fn device(it: &spec::Instruction) -> Result<Found, String> {
    let fields = spec::csv(&flag(it, "device")?)?;
    let [field] = fields.as_slice() else {
        return Err(format!("the fields {fields:?}"));
    };
    let name = match field.split_once('=') {
        Some((key, name)) if key.eq_ignore_ascii_case("name") => name,
        Some((key, _)) if key.eq_ignore_ascii_case("required") => return Err("no name".to_owned()),
        None if field.eq_ignore_ascii_case("required") => return Err("no name".to_owned()),
        _ => field,
    };
    Ok(Found::Exact(name.to_owned()))
}

fn mount_value(value: &str, key: &str) -> Result<String, String> {
    let fields = spec::mount_fields(value)?;
    let known = fields
        .iter()
        .all(|(key, _)| MOUNT_KEYS.contains(&key.as_str()));
    match fields
        .iter()
        .filter(|(name, _)| name == key)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [(_, Some(value))] if known => Ok(value.clone()),
        _ => Err(format!("the fields {fields:?}")),
    }
}

const MOUNT_KEYS: &[&str] = &[
    "type",
    "id",
    "from",
    "source",
    "target",
    "env",
    "sharing",
    "size",
    "mode",
    "uid",
    "gid",
    "readonly",
    "readwrite",
    "required",
];

pub(super) fn mount(it: &spec::Instruction, key: &str) -> Result<Found, String> {
    mount_value(&flag(it, "mount")?, key).map(Found::Word)
}

pub(super) fn nth_mount(it: &spec::Instruction, nth: usize, key: &str) -> Result<Found, String> {
    mount_value(at(&it.flags_named("mount"), nth)?, key).map(Found::Word)
}

pub(super) fn exact_mount(it: &spec::Instruction, key: &str) -> Result<Found, String> {
    exact(mount(it, key))
}

pub(super) fn directive(file: &spec::File, name: &str) -> Result<Found, String> {
    let found = file.directives.iter().find(|(other, _)| other == name);
    Ok(Found::Exact(found.ok_or("no directive")?.1.clone()))
}

pub(super) fn comment(it: &spec::Instruction, name: &str) -> Result<Found, String> {
    let text = it.comments.last().ok_or("no comment")?;
    let text = text
        .strip_prefix(name)
        .ok_or_else(|| format!("described as {text}"))?;
    Ok(Found::Exact(text.to_owned()))
}
