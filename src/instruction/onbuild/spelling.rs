//! The text of a trigger as it was read, which is what an image stores.

use std::hash::{Hash, Hasher};

use smol_str::SmolStr;

use super::{Onbuild, Trigger, draft};
use crate::instruction::{Instruction, Keyword};
use crate::reference::{Source, StageName};
use crate::syntax::reader::{Found, Lines, Logical};
use crate::syntax::{Args, At, Part, Problem, Writer};
use crate::text::Escape;

/// The text of a trigger as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Spelling {
    /// The text, with its lines joined.
    pub(super) text: SmolStr,
    /// The bytes at which lines were joined.
    pub(super) breaks: Vec<usize>,
    /// The heredocs whose markers are in the text.
    pub(super) bodies: Vec<SmolStr>,
}

impl Spelling {
    /// The text from a position to the end of the logical line, with the spaces there: Docker
    /// stores them too.
    pub(super) fn read(start: usize, args: &Args<'_, '_>) -> Spelling {
        let end = args.line().text().len();
        let bodies = args.bodies.iter().map(|body| body.text.into());
        Spelling {
            text: args.line_slice(start..end).into(),
            breaks: args
                .line()
                .joints(start..end)
                .map(|at| at - start)
                .collect(),
            bodies: bodies.collect(),
        }
    }

    /// The breaks by their position in a line that has the text at `start`.
    pub(super) fn breaks_from(&self, start: usize) -> Vec<usize> {
        self.breaks.iter().map(|at| start + at).collect()
    }

    pub(super) fn has_heredocs(&self) -> bool {
        !self.bodies.is_empty()
    }

    /// Returns `true` if no file can hold the text, wherever its lines end.
    #[cfg(feature = "serde")]
    pub(super) fn is_unwritable(&self) -> bool {
        let on_one_line = Spelling {
            breaks: Vec::new(),
            ..self.clone()
        };
        let escapes = [Escape::Backslash, Escape::Backtick];
        escapes
            .iter()
            .all(|escape| on_one_line.read_again(read_one, *escape).is_none())
    }

    /// Returns `true` if it is read as it is written.
    #[cfg(feature = "serde")]
    pub(super) fn is_read(&self, escape: Escape) -> bool {
        let again = self.read_again(read_one, escape);
        again.is_some_and(|again| again.own_text() == Some(self))
    }

    /// Writes the text with its lines broken as they were.
    pub(super) fn write(&self, w: &mut Writer<'_>) {
        if self.has_heredocs() {
            w.take_heredocs();
        }
        w.space();
        let start = w.position();
        let mut rest = self.text.as_str();
        for at in &self.breaks {
            let done = self.text.len() - rest.len();
            let split = at
                .checked_sub(done)
                .and_then(|at| rest.split_at_checked(at));
            let Some((line, next)) = split else { break };
            w.unmarked(line, Part::Trigger);
            w.line_break_verbatim(next);
            rest = next;
        }
        w.unmarked(rest, Part::Trigger);
        w.end_text(rest);
        w.heredoc_bodies(&self.bodies);
        w.check_joined(start, Part::Trigger);
        w.mark(Part::Trigger, start);
    }

    /// The instruction that it is in, with its heredocs, and what is wrong with it.
    pub(super) fn draft(&self, escape: Escape) -> (String, Vec<Problem>) {
        draft(escape, |w| self.write(w))
    }

    /// The instruction that it is written and read as, if the reader spells it so too.
    fn instruction(&self, read: Read, escape: Escape) -> Option<Instruction> {
        let again = self.read_again(read, escape)?;
        if again
            .spelling
            .is_none_or(|spelled| spelled.spelling != *self)
        {
            return None;
        }
        match again.trigger {
            Trigger::Instruction(instruction) => Some(*instruction),
            Trigger::Raw(_) => None,
        }
    }

    /// The result of writing and reading it.
    pub(super) fn read_again(&self, read: Read, escape: Escape) -> Option<Onbuild> {
        let (text, problems) = self.draft(escape);
        match problems.is_empty() {
            true => read(&text, escape),
            false => None,
        }
    }
}

/// [`read_one`]. A text that was read has it, so that a program that reads none compiles no
/// reader.
pub(super) type Read = fn(&str, Escape) -> Option<Onbuild>;

/// Reads a text that is one ONBUILD and nothing else; `None` where it is not, or is rejected.
pub(super) fn read_one(text: &str, escape: Escape) -> Option<Onbuild> {
    let mut lines = Lines::new(text);
    lines.escape = escape;
    let mut line = Logical::default();
    if !lines.next(&mut line) {
        return None;
    }
    let mut found = Found::default();
    let range = 0..line.text().len();
    let mut args = Args::split(&line, range, escape, At::File, &mut found);
    let mut end = line.span.end;
    let keyword = Keyword::of(args.keyword());
    args.take_heredocs(keyword, &mut lines, &mut end);
    let onbuild = Onbuild::read(&mut args)?;
    let alone = !lines.next(&mut Logical::default()) && lines.errors.is_empty();
    (alone && found.refusals.is_empty()).then_some(onbuild)
}

/// The text of a trigger that is not an instruction.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    pub(super) spelling: Spelling,
    read: Read,
    /// The escape characters under which Docker does not read it as one trigger.
    rejected: Vec<Escape>,
}

impl Raw {
    /// A text that has not been [settled](Raw::settle).
    pub(super) fn unread(spelling: Spelling, read: Read) -> Raw {
        Raw {
            spelling,
            read,
            rejected: Vec::new(),
        }
    }

    /// Finds out where Docker rejects the text, so that nothing has to be read where it is written.
    pub(super) fn settle(&mut self) {
        self.rejected.clear();
        for escape in [Escape::Backslash, Escape::Backtick] {
            if self.read_again(escape).is_none() {
                self.rejected.push(escape);
            }
        }
    }

    /// The trigger that the text is in a file with an escape character; `None` if Docker rejects it
    /// there.
    pub(super) fn read_again(&self, escape: Escape) -> Option<Onbuild> {
        self.spelling.read_again(self.read, escape)
    }

    pub(super) fn is_rejected(&self, escape: Escape) -> bool {
        self.rejected.contains(&escape)
    }
}

impl PartialEq for Raw {
    fn eq(&self, other: &Raw) -> bool {
        self.spelling == other.spelling
    }
}

impl Eq for Raw {}

impl Hash for Raw {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.spelling.hash(state);
    }
}

/// The text of a trigger as it was read, and what it says.
#[derive(Debug, Clone)]
pub(super) struct Spelled {
    pub(super) spelling: Spelling,
    read: Read,
    /// The instruction that is in the text, with the escape character under which it is read so;
    /// `None`: under both.
    says: Vec<(Option<Escape>, Instruction)>,
}

impl Spelled {
    /// A text that says nothing yet: it has not been [settled](Spelled::settle).
    pub(super) fn unread(spelling: Spelling, read: Read) -> Spelled {
        Spelled {
            spelling,
            read,
            says: Vec::new(),
        }
    }

    /// Finds out what the text says: it is written and read again, so that nothing has to be read
    /// where it is written.
    pub(super) fn settle(&mut self) {
        let backslash = self.spelling.instruction(self.read, Escape::Backslash);
        let backtick = self.spelling.instruction(self.read, Escape::Backtick);
        if let (Some(said), true) = (&backslash, backslash == backtick) {
            self.says = vec![(None, said.clone())];
            return;
        }
        self.says.clear();
        for (escape, said) in [(Escape::Backslash, backslash), (Escape::Backtick, backtick)] {
            self.says.extend(said.map(|said| (Some(escape), said)));
        }
    }

    /// Returns `true` if the text says what an instruction is.
    pub(super) fn says(&self, meant: &Instruction, escape: Escape) -> bool {
        for (only, said) in &self.says {
            if only.is_none_or(|only| only == escape) {
                return said == meant || {
                    let mut said = said.clone();
                    refer_alike(&mut said, meant);
                    said == *meant
                };
            }
        }
        false
    }
}

/// Has an instruction that was read name stages, where another one does so in the same words.
pub(super) fn refer_alike(read: &mut Instruction, meant: &Instruction) {
    let alike = |read: Option<&mut Source>, meant: Option<&Source>| {
        if let (Some(read), Some(meant)) = (read, meant) {
            let text = read.to_string();
            let same = match meant {
                Source::Stage(name) => StageName::new(&text) == *name,
                meant => meant.to_string() == text,
            };
            if same {
                *read = meant.clone();
            }
        }
    };
    match (read, meant) {
        (Instruction::Copy(read), Instruction::Copy(meant)) => {
            alike(read.from.as_mut(), meant.from.as_ref());
        }
        (Instruction::Run(read), Instruction::Run(meant)) => {
            for (read, meant) in read.mounts.iter_mut().zip(&meant.mounts) {
                alike(read.origin_mut(), meant.taken_from());
            }
        }
        _ => {}
    }
}
