//! What `ARCHITECTURE.md` says of the sources, held against the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A row of the table of rooms in `ARCHITECTURE.md`.
struct Room {
    name: String,
    features: Vec<String>,
    uses: Vec<String>,
}

fn rooms() -> Vec<Room> {
    let text = include_str!("../../ARCHITECTURE.md");
    let (_, table) = text.split_once("## Rooms").expect("there is a heading");
    let (table, _) = table.split_once("## Files").expect("there is a heading");
    let words = |cell: &str| -> Vec<String> {
        let words = cell.split([',', ' ']).map(str::trim);
        words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let rows = table.lines().filter_map(|line| {
        let cells: Vec<&str> = line
            .strip_prefix("| `")?
            .split('|')
            .map(str::trim)
            .collect();
        let [name, features, _, uses, ..] = cells[..] else {
            panic!("not a row: {line}");
        };
        Some(Room {
            name: name.trim_end_matches('`').trim_end_matches('/').to_owned(),
            features: words(features),
            uses: words(uses),
        })
    });
    let rooms: Vec<Room> = rows.collect();
    assert!(rooms.len() > 15, "where are the rooms?");
    rooms
}

/// The files that have more than [`LONGEST`] lines without their tests and their documentation, as they keep together
/// what belongs together.
const LONG: &[&str] = &["instruction/command/mod.rs", "instruction/mount/mod.rs"];

const LONGEST: usize = 480;

#[test]
fn modules_use_what_is_below_them() {
    let mut wrong = BTreeSet::new();
    let rooms = rooms();
    let sources = sources();
    let methods = methods(&sources);
    for source in &sources {
        let Some(module) = source.module() else {
            continue;
        };
        let Some(room) = rooms.iter().find(|room| room.name == module) else {
            wrong.insert(format!("{module} has no row in the table"));
            continue;
        };
        let may_use = |used: &str| used == module || room.uses.iter().any(|name| name == used);
        for used in source.uses() {
            if !may_use(&used) {
                wrong.insert(format!("{} uses {used}", source.name));
            }
        }
        for (method, homes) in &methods {
            if source.calls(method) && !homes.iter().any(|home| may_use(home)) {
                wrong.insert(format!("{} calls {method} of {homes:?}", source.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_feature_uses_core_and_what_it_enables() {
    let manifest = include_str!("../../Cargo.toml");
    let rooms = rooms();
    let features = |name: &str| -> Vec<String> {
        let room = rooms.iter().find(|room| room.name == name);
        room.expect("it is a room").features.clone()
    };
    for room in &rooms {
        for used in &room.uses {
            let below = features(used);
            // A room of the core can name the rooms of data: their `impl` blocks are at the door.
            // The variants of the one error are after the features of what they hold.
            if below.is_empty() || used == "data" || used == "diff" || room.name == "error" {
                continue;
            }
            assert!(
                !room.features.is_empty(),
                "{} is core and uses {used}",
                room.name
            );
            for feature in &room.features {
                let line = manifest
                    .lines()
                    .find(|line| line.starts_with(&format!("{feature} = [")));
                let enables = line.expect("it is a feature");
                let has = below
                    .iter()
                    .any(|name| name == feature || enables.contains(&format!("\"{name}\"")));
                assert!(
                    has || (room.name.as_str(), used.as_str()) == ("compose", "resolve"),
                    "{feature} does not enable {used}"
                );
            }
        }
    }
}

#[test]
fn the_root_is_small() {
    let text = include_str!("../../src/lib.rs");
    let mut names = BTreeSet::new();
    for path in text.split("\npub use self::").skip(1) {
        let path = path.split_once(';').map_or(path, |(path, _)| path);
        let last = path.rsplit_once("::").map_or(path, |(_, last)| last);
        let list = last.trim_matches(['{', '}']).split(',').map(str::trim);
        names.extend(list.filter(|name| !name.is_empty()).map(str::to_owned));
    }
    let modules = [
        "args",
        "labels",
        "compare",
        "graph",
        "inputs",
        "merge",
        "pin",
        "generated",
        "inline",
    ];
    let names: Vec<&String> = names
        .iter()
        .filter(|name| !modules.contains(&name.as_str()))
        .collect();
    assert!(
        (20..=30).contains(&names.len()),
        "{}: {names:?}",
        names.len()
    );
}

/// The methods of the types that every room has at hand, with the rooms that define one of that name. Those of the
/// standard library are left out, as a call does not say whose it is.
fn methods(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    const STANDARD: &[&str] = &[
        "append", "find", "remove", "insert", "push", "get", "len", "is_empty", "new", "iter",
        "file", "index", "parse", "position", "splice",
    ];
    let mut wanted = BTreeSet::new();
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        let Some(room) = source.module() else {
            continue;
        };
        let mut of_the_model = false;
        for line in source.code.lines() {
            if let Some(target) = line.strip_prefix("impl") {
                let model = ["Dockerfile {", "Stage {", "Parsed<'_> {", "Parsed<'s> {"];
                of_the_model =
                    model.iter().any(|name| target.ends_with(name)) && !target.contains(" for ");
            }
            let Some((before, after)) = line.split_once("fn ") else {
                continue;
            };
            if before.contains("//") {
                continue;
            }
            let name: String = after
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if of_the_model && before.starts_with("    ") && !STANDARD.contains(&name.as_str()) {
                wanted.insert(name.clone());
            }
            all.entry(name).or_default().insert(room.to_owned());
        }
    }
    all.retain(|name, _| wanted.contains(name));
    all
}

#[test]
fn no_cycle() {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources() {
        if let Some(module) = source.module() {
            uses.entry(module.to_owned())
                .or_default()
                .extend(source.uses());
        }
    }
    // Whatever uses nothing that is left can go; what stays is on a cycle, or above one.
    loop {
        let gone: Vec<String> = uses
            .iter()
            .filter(|(module, used)| {
                used.iter()
                    .all(|used| used == *module || !uses.contains_key(used))
            })
            .map(|(module, _)| module.clone())
            .collect();
        if gone.is_empty() {
            break;
        }
        uses.retain(|module, _| !gone.contains(module));
    }
    assert!(uses.is_empty(), "{uses:#?}");
}

#[test]
fn every_file_says_what_it_is() {
    for source in sources() {
        assert!(
            source.text.starts_with("//! "),
            "{} does not begin with `//!`",
            source.name
        );
    }
}

#[test]
fn no_file_is_long() {
    for source in sources() {
        let tests = source
            .text
            .find("\n#[cfg(test)]")
            .unwrap_or(source.text.len());
        let code = source.text.get(..tests).unwrap_or_default().lines();
        let is_doc = |line: &str| line.trim_start().starts_with("//");
        let lines = code.filter(|line| !is_doc(line)).count();
        let excepted = LONG.contains(&source.name.as_str());
        assert_eq!(
            lines > LONGEST,
            excepted,
            "{} has {lines} lines",
            source.name
        );
    }
}

#[test]
fn only_what_is_for_files_touches_the_machine() {
    let words = [
        "std::fs",
        "std::io",
        "std::net::Tcp",
        "std::process",
        "SystemTime",
        "Instant::now",
        "std::env",
    ];
    for source in sources() {
        if source.name.starts_with("files/generated/") {
            continue;
        }
        for word in words {
            assert!(!source.code.contains(word), "{}: {word}", source.name);
        }
    }
}

#[test]
fn nothing_panics_on_purpose() {
    let words = [
        ".unwrap()",
        ".expect(",
        ".unwrap_err()",
        ".expect_err(",
        "panic!(",
        "todo!(",
        "unimplemented!(",
        "unreachable!(",
        "assert!(",
        "assert_eq!(",
        "assert_ne!(",
    ];
    for source in sources() {
        for (n, line) in source.code.lines().enumerate() {
            for word in words {
                assert!(
                    !line.contains(word),
                    "{}:{}: {}",
                    source.name,
                    n + 1,
                    line.trim()
                );
            }
        }
    }
}

/// A file of `src`.
struct Source {
    /// The path below `src`, with `/`.
    name: String,
    text: String,
    /// The text without comments, the insides of strings, and tests.
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the sources can be listed") {
            let path: PathBuf = entry.expect("the sources can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name == "tests.rs") {
                // A module of tests alone.
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let below = path.strip_prefix(&root).expect("it is below");
                let name = below
                    .iter()
                    .map(|part| part.to_string_lossy())
                    .collect::<Vec<_>>()
                    .join("/");
                let text = fs::read_to_string(&path).expect("it can be read");
                let code = without_tests(&bare(&text));
                found.push(Source { name, text, code });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(found.len() > 30, "where are the sources?");
    found
}

impl Source {
    /// The modules that it is in, from the root.
    fn path(&self) -> Vec<&str> {
        let name = self.name.strip_suffix(".rs").unwrap_or(&self.name);
        let mut path: Vec<&str> = name.split('/').collect();
        if matches!(path.last(), Some(&"mod" | &"lib")) {
            path.pop();
        }
        path
    }

    /// The top-level module that it is part of; none for `lib.rs`.
    fn module(&self) -> Option<&str> {
        self.path().first().copied()
    }

    /// Whether it calls a method of this name.
    fn calls(&self, method: &str) -> bool {
        self.code.match_indices(method).any(|(at, _)| {
            let before = self.code.get(..at).unwrap_or_default();
            let after = self.code.get(at + method.len()..).unwrap_or_default();
            before.ends_with('.') && after.starts_with('(')
        })
    }

    /// The top-level modules that it names, by `crate::` and by `super::`.
    fn uses(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (at, _) in self.code.match_indices("crate::") {
            names(
                self.code.get(at + "crate::".len()..).unwrap_or_default(),
                &mut found,
            );
        }
        let up = "super::".repeat(self.path().len());
        for (at, _) in self.code.match_indices(&up).filter(|_| !up.is_empty()) {
            names(
                self.code.get(at + up.len()..).unwrap_or_default(),
                &mut found,
            );
        }
        found
    }
}

/// The name that a path goes on with, or the names of a list.
fn names(path: &str, found: &mut BTreeSet<String>) {
    let name = |text: &str| {
        text.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
    };
    let Some(list) = path.strip_prefix('{') else {
        found.insert(name(path));
        return;
    };
    let mut depth = 0;
    let mut start = true;
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            _ if start && depth == 0 && !c.is_whitespace() => {
                start = false;
                found.insert(name(list.get(at..).unwrap_or_default()));
            }
            _ => {}
        }
    }
}

/// Rust without comments and without what is inside of strings; the lines stay.
fn bare(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let hashes = rest
            .strip_prefix('r')
            .map(|raw| raw.len() - raw.trim_start_matches('#').len());
        let raw = hashes.filter(|n| rest.get(1 + n..).is_some_and(|text| text.starts_with('"')));
        let word = out.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let (Some(hashes), false) = (raw, word) {
            let end = format!("\"{}", "#".repeat(hashes));
            let inside = rest.get(hashes + 2..).unwrap_or_default();
            hashes + 2 + inside.find(&end).map_or(inside.len(), |at| at + end.len())
        } else if c == '"' {
            quoted(rest, '"')
        } else if c == '\'' && is_char(rest) {
            quoted(rest, '\'')
        } else {
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            continue;
        };
        let (skipped, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        out.extend(skipped.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    out
}

/// The length of a literal with its quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Whether a `'` begins a character, not a lifetime.
fn is_char(text: &str) -> bool {
    let mut chars = text.chars().skip(1);
    let first = chars.next();
    first == Some('\\') || chars.next() == Some('\'')
}

/// Without the modules that are for tests alone; the lines stay.
fn without_tests(code: &str) -> String {
    let Some((before, tests)) = code.split_once("#[cfg(test)]") else {
        return code.to_owned();
    };
    let mut depth = 0;
    let mut end = tests.len();
    for (at, c) in tests.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => {
                end = at + 1;
                break;
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    let (tests, after) = tests.split_at_checked(end).unwrap_or((tests, ""));
    let lines: String = tests.chars().filter(|c| *c == '\n').collect();
    format!("{before}{lines}{}", without_tests(after))
}

#[test]
fn sources_are_read_as_rust_reads_them() {
    let text = "a // b\n\"c\\\" d\" 'x' '\"' '\\'' &'e f r#\"g \" h\"# i\n/// j\nk";
    assert_eq!(bare(text), "a \n    &'e f  i\n\nk");
    assert_eq!(
        without_tests("a\n#[cfg(test)]\nmod b {\n{}\n}\nc"),
        "a\n\n\n\n\nc"
    );
    let mut found = BTreeSet::new();
    names("{a::{b, c}, d, e::f}", &mut found);
    names("g::h", &mut found);
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["a", "d", "e", "g"]);
}
