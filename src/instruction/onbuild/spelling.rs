//! The text of a trigger as it was read, which is what an image stores.

use smol_str::SmolStr;

use super::{Onbuild, draft};
use crate::instruction::{Instruction, Keyword};
use crate::reference::{Source, StageName};
use crate::syntax::reader::{Found, Lines, Logical};
use crate::syntax::{Args, At, Part, Problem, Syntax, Writer};
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
            .all(|escape| !on_one_line.draft(*escape).1.is_empty())
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

    /// The result of writing and reading it.
    pub(super) fn read_again(&self, escape: Escape) -> Option<Onbuild> {
        let (text, problems) = self.draft(escape);
        if !problems.is_empty() {
            return None;
        }
        let mut lines = Lines::new(&text);
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
        let onbuild = <Onbuild as Syntax>::read(&mut args)?;
        let alone = !lines.next(&mut Logical::default()) && lines.errors.is_empty();
        (alone && found.refusals.is_empty()).then_some(onbuild)
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
