//! One instruction, and the ways to read its arguments (spec 1.6, 1.7, 2).

use super::heredoc::Heredoc;
use super::{json, line, split};

const KEYWORDS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// An instruction: its parts, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// The keyword in upper case.
    pub keyword: String,
    /// The comments attached to it, without `#`.
    pub comments: Vec<String>,
    /// The flags without quotes and escapes, as `--name` or `--name=value`.
    pub flags: Vec<String>,
    /// The text after the flags, trimmed.
    pub rest: String,
    /// The heredocs, in the order of their markers.
    pub heredocs: Vec<Heredoc>,
    /// The number of its first line, from 1.
    pub first_line: usize,
    /// The number of its last line, heredocs included.
    pub last_line: usize,
    /// The logical line: all continuations joined, nothing trimmed at the end.
    pub line: String,
    /// The escape character of the file.
    pub escape: char,
}

impl Instruction {
    /// Splits a logical line; comments, heredocs and line numbers are for the caller to add.
    pub(super) fn new(line: String, escape: char) -> Self {
        let (keyword, flags, rest) = split::command(&line, escape);
        Self {
            keyword: upper(keyword),
            comments: Vec::new(),
            flags,
            rest,
            heredocs: Vec::new(),
            first_line: 0,
            last_line: 0,
            escape,
            line,
        }
    }

    pub(super) fn is_known(&self) -> bool {
        KEYWORDS.contains(&self.keyword.as_str())
    }

    /// Fails where BuildKit fails on splitting the arguments.
    pub(super) fn check_split(&self) -> Result<(), String> {
        let mut nested = self.nested();
        while let Some(inner) = nested {
            inner.check_own_split()?;
            nested = inner.nested();
        }
        self.check_own_split()
    }

    fn check_own_split(&self) -> Result<(), String> {
        match self.keyword.as_str() {
            "ENV" | "LABEL" => self.pairs().map(drop),
            _ => self.json().map(drop),
        }
    }

    /// Whether heredocs are looked for at all.
    pub(super) fn may_have_heredocs(&self) -> bool {
        let inner = self.nested();
        let inner = inner.as_ref().unwrap_or(self);
        matches!(inner.keyword.as_str(), "ADD" | "COPY" | "RUN") && matches!(inner.json(), Ok(None))
    }

    /// The instruction in an ONBUILD as BuildKit splits it where it is declared.
    pub fn nested(&self) -> Option<Self> {
        let nested = self.keyword == "ONBUILD" && !self.rest.is_empty();
        nested.then(|| Self::new(self.rest.clone(), self.escape))
    }

    /// The elements of the JSON form; nothing in another form, or where there is no such form.
    ///
    /// A valid array with an element that is not a string is an error.
    pub fn json(&self) -> Result<Option<Vec<String>>, String> {
        match self.keyword.as_str() {
            "ADD" | "CMD" | "COPY" | "ENTRYPOINT" | "RUN" | "SHELL" | "VOLUME" => {
                json::strings(&self.rest)
            }
            "HEALTHCHECK" => json::strings(&self.health().1),
            _ => Ok(None),
        }
    }

    /// The words between runs of ASCII spaces: FROM, EXPOSE, and COPY, ADD, VOLUME not in JSON form.
    pub fn words(&self) -> Vec<String> {
        split::words(&self.rest)
    }

    /// The words that quotes and escapes hold together, with those: ARG.
    pub fn kv_words(&self) -> Vec<String> {
        split::kv_words(&self.rest, self.escape)
    }

    /// The keys and values of ENV and LABEL, quotes and escapes kept.
    pub fn pairs(&self) -> Result<Vec<(String, String)>, String> {
        let words = self.kv_words();
        let Some(first) = words.first() else {
            return Ok(Vec::new());
        };
        if !first.contains('=') {
            let (key, value) = split::cut_blank(&self.rest)
                .ok_or_else(|| format!("{} must have two arguments", self.keyword))?;
            return Ok(vec![(key.to_owned(), value.to_owned())]);
        }
        let pair = |word: &String| {
            let (key, value) = word
                .split_once('=')
                .ok_or_else(|| format!("no `=` in {word}"))?;
            Ok((key.to_owned(), value.to_owned()))
        };
        words.iter().map(pair).collect()
    }

    /// The first word of HEALTHCHECK, and the command after it.
    pub fn health(&self) -> (String, String) {
        split::health(&self.rest)
    }

    /// The value of the first flag of this name; `--name` alone has the empty value.
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.flags_named(name).first().copied()
    }

    /// The values of all flags of this name.
    pub fn flags_named(&self, name: &str) -> Vec<&str> {
        let flags = self.flags.iter().map(|flag| match flag.split_once('=') {
            Some((name, value)) => (name, value),
            None => (flag.as_str(), ""),
        });
        let named = flags.filter(|(flag, _)| flag.strip_prefix("--") == Some(name));
        named.map(|(_, value)| value).collect()
    }

    /// The instruction that an ONBUILD will trigger: the text that the image keeps, read as a file
    /// of its own (spec 2.12).
    pub fn trigger(&self) -> Result<Self, String> {
        if let Some(flag) = self.flags.first() {
            return Err(format!("unknown flag: {flag}"));
        }
        let mut instructions = line::read(&self.trigger_text()?)?.instructions;
        match (instructions.pop(), instructions.len()) {
            (Some(instruction), 0) => Ok(instruction),
            _ => Err("a trigger is one instruction".to_owned()),
        }
    }

    /// The text that the image keeps of an ONBUILD.
    pub fn trigger_text(&self) -> Result<String, String> {
        const BLANKS: [char; 5] = ['\t', '\n', '\u{c}', '\r', ' '];
        match self.nested() {
            None => return Err("no trigger here".to_owned()),
            Some(inner) if matches!(inner.keyword.as_str(), "FROM" | "MAINTAINER" | "ONBUILD") => {
                return Err(format!("{} cannot be a trigger", inner.keyword));
            }
            Some(_) => {}
        }
        let line = self.line.trim_start_matches(BLANKS);
        let mut text = match line.split_at_checked("ONBUILD".len()) {
            Some((word, after)) if word.eq_ignore_ascii_case("ONBUILD") => {
                after.trim_start_matches(BLANKS).to_owned()
            }
            _ => self.line.clone(),
        };
        for heredoc in &self.heredocs {
            text.extend(["\n", &heredoc.content, &heredoc.name]);
        }
        Ok(text)
    }
}

/// Upper case of the ASCII letters, and of the two others that BuildKit takes for such in a keyword.
fn upper(keyword: &str) -> String {
    let ascii = keyword.replace('\u{130}', "I").replace('\u{212a}', "K");
    ascii.to_ascii_uppercase()
}
