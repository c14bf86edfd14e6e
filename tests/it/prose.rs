//! The words of the documentation and of the messages: phrases that a reader has to decode are not
//! used, lines fit into 100 columns, and the first line of an item says what it is or does.

use std::fs;
use std::path::{Path, PathBuf};

use crate::golden::root;

/// A phrase that is not used, with what to write instead.
struct Phrase {
    words: &'static str,
    /// It is fine after one of these words.
    not_after: &'static [&'static str],
    /// It is fine before one of these words.
    not_before: &'static [&'static str],
    instead: &'static str,
    /// A sentence that has it.
    caught: &'static str,
}

const fn phrase(words: &'static str, instead: &'static str, caught: &'static str) -> Phrase {
    Phrase {
        words,
        not_after: &[],
        not_before: &[],
        instead,
        caught,
    }
}

impl Phrase {
    const fn not_after(mut self, words: &'static [&'static str]) -> Phrase {
        self.not_after = words;
        self
    }

    const fn not_before(mut self, words: &'static [&'static str]) -> Phrase {
        self.not_before = words;
        self
    }
}

const OBJECTS: &[&str] = &["the", "a", "an", "it", "its", "their", "from"];

/// The phrases, each with a sentence that shows that it is found.
const PHRASES: &[Phrase] = &[
    phrase("comes to", "resolves to", "What a file comes to."),
    phrase("come to", "resolve to", "What the stages come to."),
    phrase("told", "reported", "Everything that is wrong is told."),
    phrase("tells about", "reports", "A rule tells about a problem."),
    phrase("tells of", "reports", "The report tells of it."),
    phrase("is no", "is not a (valid)", "`web` is no port.")
        .not_after(&["there"])
        .not_before(&["longer"]),
    phrase("are no", "are not", "They are no images.")
        .not_after(&["there"])
        .not_before(&["longer"]),
    phrase("behind", "after", "The words behind the program."),
    phrase("stands", "is, appears", "A comment stands above it.").not_before(&["for"]),
    phrase("stand", "are, appear", "Where the parts stand.").not_before(&["for", "in"]),
    phrase("hands", "hand-written", "A shape for hands."),
    phrase("line feed", "newline", "It cannot hold a line feed."),
    phrase("line feeds", "newlines", "It can hold line feeds."),
    phrase("blank", "space", "Up to a blank or `=`.")
        .not_after(&["is"])
        .not_before(&["line", "lines"]),
    phrase("blanks", "spaces", "Without blanks."),
    phrase("aside", "disabled", "It sets a rule aside."),
    phrase("refuse", "reject", "What Docker would refuse."),
    phrase("refuses", "rejects", "Docker refuses it."),
    phrase("refused", "rejected, an error", "An empty one is refused."),
    phrase("drawn", "rendered", "The drawn report."),
    phrase(
        "the drawing",
        "the rendered report",
        "Lines of the drawing.",
    ),
    phrase(
        "what follows",
        "later instructions",
        "The user that runs what follows.",
    )
    .not_before(OBJECTS),
    phrase("what only", "only produced by", "What only reading makes."),
    phrase("alive", "that Docker expands", "In it nothing is alive."),
    phrase("live", "that Docker expands", "A live `$` is an error."),
    phrase("kept raw", "kept verbatim", "The spelling is kept raw."),
    phrase("keep raw", "keep verbatim", "They keep raw what is odd."),
    phrase("keeps raw", "keeps verbatim", "It keeps raw what is odd."),
    phrase("circle", "cycle", "One that closes a circle."),
    phrase("circles", "cycles", "Stages in circles."),
    phrase(
        "takes from",
        "copies from, depends on",
        "The stages that it takes from.",
    ),
    phrase(
        "take from",
        "copy from, depend on",
        "The images that mounts take from.",
    ),
    phrase("what came", "the result of", "What came of reading a text."),
    phrase(
        "called like",
        "named after",
        "A stage is called like the prefix.",
    ),
    phrase(
        "held to",
        "the same restrictions apply",
        "Values are held to a grammar.",
    ),
    phrase(
        "at hand",
        "declared elsewhere",
        "A stage that is not at hand.",
    ),
    phrase("comes next", "next", "The instruction that comes next."),
    phrase("foremost", "primary", "The first one foremost."),
    phrase("anew", "again", "The commands are spelled anew."),
    phrase("draws", "renders", "It draws the report."),
    phrase("goes on", "continues", "A line that goes on."),
    phrase("tells", "says", "As far as the file tells.")
        .not_before(&["the", "them", "`", "about", "of"]),
    phrase(
        "takes it away",
        "removes it",
        "A digest; `None` takes it away.",
    ),
    phrase("brings along", "sets", "What a base image brings along."),
    phrase("bring along", "set", "What it may bring along."),
];

/// The first word of an item's documentation is none of these.
const FIRST: &[&str] = &[
    "what", "whether", "that", "how", "where", "why", "when", "which", "who", "whom",
];

const WIDTH: usize = 100;

/// Output that an example shows cannot be broken.
const CODE_WIDTH: usize = 120;

/// A paragraph of prose: its lines, each with its number.
type Block = Vec<(usize, String)>;

#[test]
fn every_phrase_is_caught() {
    for phrase in PHRASES {
        let block = vec![(1, phrase.caught.to_owned())];
        let found: Vec<&str> = found(&block).map(|(_, phrase)| phrase.words).collect();
        assert_eq!(found, [phrase.words], "{}", phrase.caught);
    }
    // Also over the end of a line, and not inside of code.
    let lines = vec![
        (1, "a line".to_owned()),
        (2, "feed and `it is told`".to_owned()),
    ];
    assert_eq!(found(&lines).count(), 1);
    for fine in [
        "there is no stage",
        "it is no longer there",
        "it stands for a word",
        "a blank line",
        "the line is blank",
        "a `live` word",
        "behindhand",
        "Reads what follows the keyword.",
    ] {
        let found: Vec<&str> = found(&vec![(1, fine.to_owned())])
            .map(|(_, phrase)| phrase.words)
            .collect();
        assert!(found.is_empty(), "{fine}: {found:?}");
    }
}

#[test]
fn no_phrase_is_used() {
    let mut wrong = Vec::new();
    for (path, blocks) in everything() {
        for block in &blocks {
            wrong.extend(found(block).map(|(line, phrase)| {
                format!(
                    "{path}:{line}: `{}`: write {}",
                    phrase.words, phrase.instead
                )
            }));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn items_begin_with_what_they_are() {
    let mut wrong = Vec::new();
    for path in files("src", "rs") {
        let text = read(&path);
        let mut before = None;
        for (n, line) in text.lines().enumerate() {
            let doc = doc(line);
            let first = doc.filter(|_| before.is_none());
            let word = first.and_then(|doc| doc.split_whitespace().next());
            if word.is_some_and(|word| FIRST.contains(&word.to_lowercase().as_str())) {
                wrong.push(format!("{}:{}: {}", path.display(), n + 1, line.trim()));
            }
            before = doc;
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn lines_are_not_wide() {
    let mut wrong = Vec::new();
    for path in files("src", "rs")
        .into_iter()
        .chain(files("examples", "rs"))
    {
        let mut code = false;
        for (n, line) in read(&path).lines().enumerate() {
            let Some(doc) = doc(line) else {
                code = false;
                continue;
            };
            code ^= doc.trim_start().starts_with("```");
            let limit = if code { CODE_WIDTH } else { WIDTH };
            if is_wide(line, limit) {
                wrong.push(format!("{}:{}", path.display(), n + 1));
            }
        }
    }
    for path in pages() {
        let mut code = false;
        for (n, line) in read(&path).lines().enumerate() {
            code ^= line.trim_start().starts_with("```");
            if !code && is_wide(line, WIDTH) {
                wrong.push(format!("{}:{}", path.display(), n + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Returns `true` if a line is too wide and could be broken: not a row of a table, nor one long word
/// such as a link.
fn is_wide(line: &str, limit: usize) -> bool {
    let words = line
        .split_whitespace()
        .filter(|word| !matches!(*word, "///" | "//!" | "-"));
    !is_table(line) && line.chars().count() > limit && words.count() > 1
}

fn is_table(line: &str) -> bool {
    let text = doc(line).unwrap_or(line);
    text.trim_start().starts_with('|')
}

/// The text of a line of documentation.
fn doc(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let text = line
        .strip_prefix("///")
        .or_else(|| line.strip_prefix("//!"))?;
    Some(text.strip_prefix(' ').unwrap_or(text))
}

/// The phrases in a paragraph, each with its line.
fn found(block: &Block) -> impl Iterator<Item = (usize, &'static Phrase)> {
    let words = words(block);
    let mut found = Vec::new();
    for phrase in PHRASES {
        let wanted: Vec<&str> = phrase.words.split(' ').collect();
        for (n, window) in words.windows(wanted.len()).enumerate() {
            let is_it = window
                .iter()
                .map(|(word, _)| word.as_str())
                .eq(wanted.iter().copied());
            let before = n.checked_sub(1).and_then(|n| words.get(n));
            let after = words.get(n + wanted.len());
            let is = |word: Option<&(String, usize)>, list: &[&str]| {
                word.is_some_and(|(word, _)| list.contains(&word.as_str()))
            };
            if is_it && !is(before, phrase.not_after) && !is(after, phrase.not_before) {
                found.push((window[0].1, phrase));
            }
        }
    }
    found.into_iter()
}

/// The words of a paragraph in lower case, with their lines. Code is one word; punctuation separates.
fn words(block: &Block) -> Vec<(String, usize)> {
    let mut words = Vec::new();
    let mut code = false;
    for (line, text) in block {
        let mut word = String::new();
        for c in text.chars().chain([' ']) {
            if c == '`' {
                code = !code;
                words.push(("`".to_owned(), *line));
            } else if code {
                continue;
            } else if c.is_alphanumeric() || matches!(c, '\'' | '_' | '-') {
                word.extend(c.to_lowercase());
                continue;
            }
            if !word.is_empty() {
                let at = words.len() - usize::from(c == '`');
                words.insert(at, (std::mem::take(&mut word), *line));
            }
            if !c.is_whitespace() && c != '`' {
                words.push((c.to_string(), *line));
            }
        }
    }
    words
}

/// All prose of the project: pages, documentation, and the strings of the library.
fn everything() -> Vec<(String, Vec<Block>)> {
    let mut all = Vec::new();
    for path in pages() {
        all.push((path.display().to_string(), paragraphs(&read(&path))));
    }
    for path in files("src", "rs")
        .into_iter()
        .chain(files("examples", "rs"))
    {
        let text = read(&path);
        let text = text.split("\n#[cfg(test)]").next().unwrap_or_default();
        all.push((path.display().to_string(), prose_of(text)));
    }
    assert!(all.len() > 200, "where are the sources?");
    all
}

/// The Markdown pages.
fn pages() -> Vec<PathBuf> {
    let mut pages = files("docs", "md");
    for page in [
        "README",
        "ARCHITECTURE",
        "DESIGN",
        "CONTRIBUTING",
        "CHANGELOG",
        "SECURITY",
    ] {
        pages.push(root().join(page).with_extension("md"));
    }
    pages
}

/// The paragraphs of a Markdown text, without its code.
fn paragraphs(text: &str) -> Vec<Block> {
    let mut blocks = vec![Block::new()];
    let mut code = false;
    for (n, line) in text.lines().enumerate() {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        let begins = line.trim_start().starts_with(['-', '*', '|', '#']);
        if code || fence || line.trim().is_empty() || begins {
            blocks.push(Block::new());
        }
        if !code && !fence {
            if let Some(block) = blocks.last_mut() {
                block.push((n + 1, line.to_owned()));
            }
        }
    }
    blocks
}

/// The documentation of Rust code, and its strings that are more than a word.
fn prose_of(code: &str) -> Vec<Block> {
    let docs: Vec<&str> = code.lines().map(|line| doc(line).unwrap_or("")).collect();
    let mut blocks = paragraphs(&docs.join("\n"));
    for (line, text) in strings(code) {
        if text.contains(' ') {
            for mut block in paragraphs(&text.replace("\\n", "\n")) {
                for (n, _) in &mut block {
                    *n += line - 1;
                }
                blocks.push(block);
            }
        }
    }
    blocks
}

/// The strings of Rust code, each with the line that it begins on.
fn strings(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut line = 1;
    while let Some(rest) = code.get(at..).filter(|rest| !rest.is_empty()) {
        let (length, content) = token(rest, code.get(..at).unwrap_or_default());
        if let Some(content) = content {
            found.push((line, content));
        }
        let token = rest.get(..length).unwrap_or(rest);
        line += token.matches('\n').count();
        at += length.max(1);
    }
    found
}

/// The length of what code begins with, and its content if it is a string.
fn token<'c>(rest: &'c str, before: &str) -> (usize, Option<&'c str>) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), None);
    }
    let in_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    if let Some(raw) = rest.strip_prefix('r').filter(|_| !in_word) {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if let Some(content) = raw.get(hashes..).and_then(|raw| raw.strip_prefix('"')) {
            let end = format!("\"{}", "#".repeat(hashes));
            let length = content.find(&end).unwrap_or(content.len());
            return (hashes + 2 + length + end.len(), content.get(..length));
        }
    }
    if rest.starts_with('"') {
        let mut escaped = false;
        for (n, c) in rest.char_indices().skip(1) {
            if c == '"' && !escaped {
                return (n + 1, rest.get(1..n));
            }
            escaped = c == '\\' && !escaped;
        }
        return (rest.len(), None);
    }
    if rest.starts_with('\'') {
        let mut chars = rest.char_indices().skip(1);
        let first = chars.next().map(|(_, c)| c);
        let end = match first {
            Some('\\') => rest
                .get(2..)
                .and_then(|text| text.get(1..)?.find('\''))
                .map(|n| n + 4),
            _ => chars.next().filter(|(_, c)| *c == '\'').map(|(n, _)| n + 1),
        };
        return (end.unwrap_or(1), None);
    }
    (rest.chars().next().map_or(1, char::len_utf8), None)
}

#[test]
fn strings_are_found() {
    let code = "let a = \"b \\\" c\"; // \"no\"\nlet d = r#\"e \" f\"#; let g = '\"'; let h = '\\''; \"i\"";
    let found = strings(code);
    assert_eq!(found, [(1, "b \\\" c"), (2, "e \" f"), (2, "i")]);
}

/// The files below a folder with an extension, without modules of tests, in order.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("it can be listed") {
            let path = entry.expect("it can be listed").path();
            let name = path.file_name().unwrap_or_default();
            if path.is_dir() {
                if name != "target" {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|it| it == extension) && name != "tests.rs" {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("it can be read")
}
