//! From a text to its instructions: lines, directives, comments, continuations, heredoc bodies
//! (spec 1.2 to 1.5, 1.9).

use super::instruction::Instruction;
use super::{heredoc, split};

/// The longest physical line in bytes, its newline not counted.
const LONGEST_LINE: usize = 65_535;

/// A Dockerfile, split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The escape character: `\` or a backtick.
    pub escape: char,
    /// The parser directives, names in lower case, in the order written.
    pub directives: Vec<(String, String)>,
    /// The instructions, in the order written.
    pub instructions: Vec<Instruction>,
}

/// Splits a text into its instructions.
///
/// Rejects what BuildKit rejects while splitting, an unknown keyword, and a text without
/// instructions. What an instruction needs or allows (arity, names of flags, a `FROM` before it) is
/// not looked at.
pub fn read(text: &str) -> Result<File, String> {
    let mut lines = Lines::new(text)?;
    let mut header = Header::default();
    let mut comments = Vec::new();
    let mut instructions = Vec::new();
    while let Some(raw) = lines.next() {
        let line = without_newline(raw).trim_start();
        if line.starts_with('#') {
            note_comment(raw, &mut comments);
        }
        if header.take(line)? {
            comments.pop();
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let first_line = lines.number;
        let line = logical_line(line, &mut lines, header.escape);
        let mut instruction = Instruction::new(line, header.escape);
        instruction.check_split()?;
        if instruction.may_have_heredocs() {
            instruction.heredocs = heredoc::announced(&instruction.line)?;
            for heredoc in &mut instruction.heredocs {
                heredoc.content = heredoc_body(heredoc, &mut lines)?;
            }
        }
        instruction.comments = std::mem::take(&mut comments);
        instruction.first_line = first_line;
        instruction.last_line = lines.number;
        instructions.push(instruction);
    }
    if instructions.is_empty() {
        return Err("no instructions".to_owned());
    }
    if let Some(unknown) = instructions.iter().find(|it| !it.is_known()) {
        return Err(format!("unknown instruction: {}", unknown.keyword));
    }
    Ok(File {
        escape: header.escape,
        directives: header.directives,
        instructions,
    })
}

/// The physical lines with their endings, and the number of the last one given out.
struct Lines<'a> {
    rest: std::str::SplitInclusive<'a, char>,
    number: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Result<Self, String> {
        if text.split('\n').any(|line| line.len() > LONGEST_LINE) {
            return Err(format!("a line is longer than {LONGEST_LINE} bytes"));
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Ok(Self {
            rest: text.split_inclusive('\n'),
            number: 0,
        })
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let line = self.rest.next()?;
        self.number += 1;
        Some(line)
    }
}

fn without_newline(line: &str) -> &str {
    line.trim_end_matches(['\r', '\n'])
}

/// Puts a comment on the pile; an empty one clears the pile.
///
/// The text is what follows the first *byte* of the line, also where that is a part of a space.
fn note_comment(raw: &str, comments: &mut Vec<String>) {
    let after = split::lossy(raw.as_bytes().get(1..).unwrap_or_default());
    match after.trim() {
        "" => comments.clear(),
        text => comments.push(text.to_owned()),
    }
}

/// Joins the continuations of a line that has begun.
fn logical_line(first: &str, lines: &mut Lines<'_>, escape: char) -> String {
    let before = continued(first, escape);
    let mut text = before.unwrap_or(first).to_owned();
    let mut continues = before.is_some();
    while continues {
        let Some(line) = lines.next().map(without_newline) else {
            break;
        };
        let visible = line.trim_start();
        if visible.is_empty() || visible.starts_with('#') {
            continue;
        }
        let before = continued(line, escape);
        text.push_str(before.unwrap_or(line));
        continues = before.is_some();
    }
    text
}

/// What is before the continuation character, if the line ends in exactly one.
fn continued(line: &str, escape: char) -> Option<&str> {
    let before = line.trim_end_matches([' ', '\t']).strip_suffix(escape)?;
    (!before.ends_with(escape)).then_some(before)
}

fn heredoc_body(heredoc: &heredoc::Heredoc, lines: &mut Lines<'_>) -> Result<String, String> {
    let mut body = String::new();
    for raw in lines {
        let line = without_newline(raw);
        let line = if heredoc.chomp {
            line.trim_start_matches('\t')
        } else {
            line
        };
        if line == heredoc.name {
            return Ok(body);
        }
        body.push_str(raw);
    }
    Err(format!("unterminated heredoc: {}", heredoc.name))
}

/// The parser directives, as long as they may come.
struct Header {
    open: bool,
    escape: char,
    directives: Vec<(String, String)>,
}

impl Default for Header {
    fn default() -> Self {
        Self {
            open: true,
            escape: '\\',
            directives: Vec::new(),
        }
    }
}

impl Header {
    /// Takes the line if it is a directive; the first that is none closes the header for good.
    fn take(&mut self, line: &str) -> Result<bool, String> {
        if !self.open {
            return Ok(false);
        }
        let Some((name, value)) = directive(line) else {
            self.open = false;
            return Ok(false);
        };
        if self.directives.iter().any(|(other, _)| *other == name) {
            return Err(format!("second `{name}` directive"));
        }
        if name == "escape" {
            self.escape = match value {
                "\\" => '\\',
                "`" => '`',
                _ => return Err(format!("`{value}` cannot be the escape character")),
            };
        }
        self.directives.push((name, value.to_owned()));
        Ok(true)
    }
}

fn directive(line: &str) -> Option<(String, &str)> {
    const BLANKS: [char; 4] = ['\t', '\u{c}', '\r', ' '];
    let (name, tail) = line.strip_prefix('#')?.split_once('=')?;
    let name = name
        .trim_start()
        .trim_end_matches(BLANKS)
        .to_ascii_lowercase();
    let value = match tail.trim_matches(BLANKS) {
        // of nothing but spaces, the last one is the value
        "" => tail
            .char_indices()
            .next_back()
            .and_then(|(at, _)| tail.get(at..))?,
        value => value,
    };
    matches!(name.as_str(), "syntax" | "escape" | "check").then_some((name, value))
}
