//! `Made`: a command that was composed of commands, lines and words, whose spelling depends on the
//! shell that runs it.

use smol_str::SmolStr;

use crate::syntax::shell::{self, Dialect, Fault, Shape, WordOf};

/// A piece of shell text.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    Text(SmolStr),
    Words(Vec<SmolStr>),
}

/// The way in which the items form a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// There is one, and it is the command.
    Whole,
    /// They are joined with `&&`.
    Chain,
    /// They are the lines of one command.
    Lines,
}

#[derive(Debug, Clone)]
struct Item {
    pieces: Vec<Piece>,
    /// The line that it begins on.
    first_line: usize,
}

/// The items that a command was made of. They are known only beside the text, and take no part in
/// equality.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    kind: Kind,
    items: Vec<Item>,
    /// The shell that the lines are for; `None` for one that is not known.
    dialect: Option<Dialect>,
    /// `true` if the lines are other ones for another shell.
    depends: bool,
    /// The items that would not run, each with its line.
    faults: Vec<(usize, Fault)>,
}

impl Made {
    pub(super) fn new(kind: Kind) -> Made {
        Made {
            kind,
            items: Vec::new(),
            dialect: Some(Dialect::Posix),
            depends: false,
            faults: Vec::new(),
        }
    }

    /// Finds the faults of lines that are joined as they are.
    pub(super) fn of_lines(lines: &[SmolStr]) -> Made {
        let mut made = Made::new(Kind::Lines);
        for (first_line, line) in lines.iter().enumerate() {
            made.items.push(Item {
                pieces: vec![Piece::Text(line.clone())],
                first_line,
            });
        }
        made.look_at_lines(lines);
        made
    }

    /// A chain of nothing.
    pub(super) fn without_items() -> Made {
        Made {
            faults: vec![(0, Fault::NoCommands)],
            ..Made::new(Kind::Chain)
        }
    }

    /// Returns `true` if no line was given at all, which is not one empty line.
    pub(super) fn is_without_lines(&self) -> bool {
        self.kind == Kind::Lines && self.items.is_empty()
    }

    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn faults(&self) -> &[(usize, Fault)] {
        &self.faults
    }

    pub(crate) fn dialect(&self) -> Option<Dialect> {
        self.dialect
    }

    /// Returns `true` if another shell would be given other lines.
    pub(crate) fn depends_on_shell(&self) -> bool {
        self.depends
    }

    /// The text of each item, for the shell that the lines are for.
    pub(super) fn texts(&self) -> Vec<String> {
        let dialect = self.dialect.unwrap_or(Dialect::Posix);
        let items = self.items.iter();
        items
            .map(|item| spell(&item.pieces, dialect).text)
            .collect()
    }

    /// Returns the pieces of the items.
    pub(super) fn into_pieces(self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for mut item in self.items {
            pieces.append(&mut item.pieces);
        }
        pieces
    }

    /// Adds an item, and its lines.
    pub(super) fn push(&mut self, pieces: Vec<Piece>, lines: &mut Vec<SmolStr>) {
        // What was the last item is followed by another one now.
        if let Some(index) = self.items.len().checked_sub(1) {
            let first_line = self.items.get(index).map_or(0, |item| item.first_line);
            lines.truncate(first_line);
            while self
                .faults
                .last()
                .is_some_and(|(line, _)| *line >= first_line)
            {
                self.faults.pop();
            }
            self.write(index, false, lines);
        }
        self.items.push(Item {
            pieces,
            first_line: lines.len(),
        });
        self.write(self.items.len() - 1, true, lines);
    }

    /// Makes the lines again, for another shell.
    pub(super) fn make_for(&mut self, dialect: Option<Dialect>, lines: &mut Vec<SmolStr>) {
        if self.dialect == dialect || self.items.is_empty() {
            return;
        }
        self.dialect = dialect;
        self.faults.clear();
        if self.kind == Kind::Lines {
            return self.look_at_lines(lines);
        }
        lines.clear();
        for index in 0..self.items.len() {
            if let Some(item) = self.items.get_mut(index) {
                item.first_line = lines.len();
            }
            self.write(index, index + 1 == self.items.len(), lines);
        }
    }

    /// Adds the lines of an item at the end.
    fn write(&mut self, index: usize, is_last: bool, lines: &mut Vec<SmolStr>) {
        let Some(item) = self.items.get(index) else {
            return;
        };
        // For a shell that is not known, what all shells understand will do.
        let dialects = match &self.dialect {
            Some(dialect) => std::slice::from_ref(dialect),
            None => &Dialect::ALL,
        };
        let mut written = None;
        for dialect in dialects {
            let place = (index, is_last);
            let mut new = match self.kind {
                Kind::Chain => Written::in_chain(&item.pieces, *dialect, place),
                Kind::Whole | Kind::Lines => Written::alone(&item.pieces, *dialect),
            };
            if self.dialect.is_none() && new.depends {
                new.fault = Some((0, Fault::UnknownShell));
            }
            let is_fine = new.fault.is_none();
            if is_fine || written.is_none() {
                written = Some(new);
            }
            if is_fine {
                break;
            }
        }
        let Some(written) = written else {
            return;
        };
        self.depends |= written.depends;
        let first_line = lines.len();
        let fault = written.fault;
        self.faults
            .extend(fault.map(|(line, fault)| (first_line + line, fault)));
        lines.extend(written.lines);
    }

    /// Finds the line that takes what is joined to it.
    fn look_at_lines(&mut self, lines: &[SmolStr]) {
        if lines.is_empty() {
            return self.faults.push((0, Fault::NoCommands));
        }
        // Docker drops a line that is a comment, and what follows runs; that is reported by itself.
        let is_dropped = |n: usize, line: &str| n > 0 && line.trim_start().starts_with('#');
        let mut kept: Vec<&str> = Vec::with_capacity(lines.len());
        for (n, line) in lines.iter().enumerate() {
            kept.push(if is_dropped(n, line) { "" } else { line });
        }
        let lines = kept;
        let Some(dialect) = self.dialect else { return };
        self.faults.extend(shell::lost_after(&lines, dialect));
    }
}

/// The lines of an item, as they are for a shell.
struct Written {
    lines: Vec<SmolStr>,
    fault: Option<(usize, Fault)>,
    depends: bool,
}

impl Written {
    /// A command that is text with words in it. Nothing but the words is looked at.
    fn alone(pieces: &[Piece], dialect: Dialect) -> Written {
        let spelled = spell(pieces, dialect);
        let mut fault = spelled.fault;
        if let Some((_, Fault::Inside)) = Shape::of(&spelled.text, &spelled.marks, dialect).fault {
            fault.get_or_insert(Fault::Inside);
        }
        if dialect == Dialect::Cmd && spelled.text.starts_with('"') {
            fault.get_or_insert(Fault::LeadingQuote);
        }
        Written {
            lines: vec![spelled.text.into()],
            fault: fault.map(|fault| (0, fault)),
            depends: spelled.quotes,
        }
    }

    /// A command of a chain, which is one unit: in braces where it would not be one.
    fn in_chain(pieces: &[Piece], dialect: Dialect, (index, is_last): (usize, bool)) -> Written {
        let spelled = spell(pieces, dialect);
        let text = spelled.text.trim_matches('\n');
        let leading = spelled.text.len() - spelled.text.trim_start_matches('\n').len();
        let marks: Vec<usize> = spelled
            .marks
            .iter()
            .map(|at| at.saturating_sub(leading))
            .collect();
        let shape = Shape::of(text, &marks, dialect);
        let several = shape.or || shape.separated;
        let group = match (index, is_last) {
            (0, true) => false,
            // `a; b && c` is `a; (b && c)`, in which `c` runs where it should.
            (0, false) => shape.terminated,
            (_, true) => several || (shape.terminated && !text.trim_end().ends_with(';')),
            (_, false) => several || shape.terminated,
        };
        let last = shape.lines.len().saturating_sub(1);
        // What is missing at the end is shown on the last line.
        let found = shape.fault.map(|(line, fault)| (line.min(last), fault));
        let mut fault = spelled.fault.map(|fault| (0, fault)).or(found);
        let mut find = |condition: bool, line: usize, found: Fault| {
            if condition {
                fault.get_or_insert((line, found));
            }
        };
        find(shape.empty && !shape.comment, 0, Fault::Empty);
        find(
            shape.comment && (!is_last || group || shape.empty),
            last,
            Fault::Comment,
        );
        find(group && dialect != Dialect::Posix, 0, Fault::Group);
        let and = if index == 0 { "" } else { "&& " };
        let (before, after) = match group {
            true if shape.terminated => ("{ ", " }"),
            true => ("{ ", "; }"),
            false => ("", ""),
        };
        let mut lines: Vec<SmolStr> = Vec::with_capacity(shape.lines.len());
        for (n, line) in shape.lines.iter().enumerate() {
            let (and, before) = if n == 0 { (and, before) } else { ("", "") };
            // Spaces at the end of the whole command are reported.
            let line = match n == last && is_last && !group {
                true => line,
                false => trim_blanks(line),
            };
            let after = if n == last { after } else { "" };
            lines.push(smol_str::format_smolstr!("{and}{before}{line}{after}"));
        }
        if lines.is_empty() {
            lines.push(and.trim_end().into());
        }
        let cut = dialect == Dialect::Cmd && index == 0;
        let first = lines.first().map_or("", SmolStr::as_str);
        find(cut && first.starts_with('"'), 0, Fault::LeadingQuote);
        Written {
            lines,
            fault,
            depends: spelled.quotes || group,
        }
    }
}

/// A line without the spaces at its end, but for one that is escaped.
fn trim_blanks(line: &str) -> &str {
    let trimmed = line.trim_end_matches([' ', '\t']);
    let escapes = trimmed.len() - trimmed.trim_end_matches('\\').len();
    let end = trimmed.len() + escapes % 2;
    line.get(..end).unwrap_or(line)
}

/// The text of an item for a shell.
struct Spelled {
    text: String,
    /// The bytes at which its words begin.
    marks: Vec<usize>,
    /// `true` if a word is in quotes.
    quotes: bool,
    fault: Option<Fault>,
}

fn spell(pieces: &[Piece], dialect: Dialect) -> Spelled {
    let mut out = Spelled {
        text: String::new(),
        marks: Vec::new(),
        quotes: false,
        fault: None,
    };
    let mut after_words = false;
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                if after_words && dialect != Dialect::Posix && !begins_apart(text) {
                    out.fault.get_or_insert(Fault::Inside);
                }
                out.text.push_str(text);
                after_words &= text.is_empty();
            }
            Piece::Words(words) => {
                if dialect != Dialect::Posix && !ends_apart(&out.text) {
                    out.fault.get_or_insert(Fault::Inside);
                }
                out.push_words(words, dialect);
                after_words = !words.is_empty();
            }
        }
    }
    out
}

impl Spelled {
    fn push_words(&mut self, words: &[SmolStr], dialect: Dialect) {
        for (n, word) in words.iter().enumerate() {
            if n > 0 {
                self.text.push(' ');
            }
            self.marks.push(self.text.len());
            let place = match n {
                0 if dialect == Dialect::Posix || self.text.trim().is_empty() => WordOf::Name,
                _ => WordOf::Argument,
            };
            self.quotes |= !shell::is_plain(word, place);
            if let Err(fault) = shell::push_word(&mut self.text, word, place, dialect) {
                self.fault.get_or_insert(fault);
            }
        }
    }
}

/// Returns `true` if a text ends where a word of its own can begin. In the shells of Windows,
/// quotes side by side are more than the sum of both.
fn ends_apart(text: &str) -> bool {
    text.is_empty() || text.ends_with([' ', '\t', '\n', ';', '|', '&', '(', '{', '=', '>'])
}

/// Returns `true` if a text begins where a word can end.
fn begins_apart(text: &str) -> bool {
    text.is_empty() || text.starts_with([' ', '\t', '\n', ';', '|', '&', ')', '}', '>'])
}
