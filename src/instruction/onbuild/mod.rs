//! ONBUILD: instructions for the images built on this one.

use std::hash::{Hash, Hasher};

use smol_str::{SmolStr, format_smolstr};

#[cfg(feature = "serde")]
mod data;
mod spelling;

use self::spelling::{Raw, Spelled, Spelling, read_one};

use super::{Instruction, Keyword};
use crate::reference::{Image, Source, StageName, Typed, stage_number};
use crate::scope::Scope;
use crate::syntax::reader::{Found, Lines, Logical};
use crate::syntax::{
    Args, At, DEFAULT_INDENT, Part, Problem, ProblemKind, RefusalKind, Syntax, Writer, Written,
};
use crate::text::{Escape, Text};

/// `ONBUILD <instruction>`: adds an instruction that runs when the image is the base of another.
///
/// ONBUILD and MAINTAINER cannot be triggers. The trigger is read again by the build that it runs
/// in, with `\` as the escape: in a file with the backtick as escape, a text that the two spell
/// differently is rejected. References in it are resolved there; they are checked where a stage of
/// the same file triggers it.
///
/// An image stores the text of the trigger. One that was read is written as it was, to the last
/// space, as long as it still says what the instruction says.
///
/// ```
/// use multistage::{Dockerfile, Stage, instruction};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("node:22").onbuild(instruction::Copy::new(".", "/app"))
///     .onbuild(instruction::Run::new("npm ci")));
/// assert_eq!(file.render()?, "FROM node:22\nONBUILD COPY . /app\nONBUILD RUN npm ci\n");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#onbuild)
#[derive(Debug, Clone)]
pub struct Onbuild {
    trigger: Trigger,
    /// The spelling of the instruction that was read, if the writer would spell it differently.
    spelling: Option<Box<Spelled>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Trigger {
    Instruction(Box<Instruction>),
    /// Text that was read and that is not an instruction: Docker rejects it when it is triggered.
    Raw(Box<Raw>),
}

/// Triggers are equal if they are written the same.
impl PartialEq for Onbuild {
    fn eq(&self, other: &Onbuild) -> bool {
        self.trigger == other.trigger && self.any_spelling() == other.any_spelling()
    }
}

impl Eq for Onbuild {}

impl Hash for Onbuild {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.trigger.hash(state);
    }
}

impl Onbuild {
    /// Creates an ONBUILD with this instruction. ONBUILD and MAINTAINER are errors in it.
    pub fn new(instruction: impl Into<Instruction>) -> Onbuild {
        Onbuild {
            trigger: Trigger::Instruction(Box::new(instruction.into())),
            spelling: None,
        }
    }

    /// Returns the instruction that is triggered. `None` if the text was read and is not an
    /// instruction: Docker rejects it only when it is triggered.
    pub fn instruction(&self) -> Option<&Instruction> {
        match &self.trigger {
            Trigger::Instruction(instruction) => Some(instruction),
            Trigger::Raw(_) => None,
        }
    }

    pub(crate) fn instruction_mut(&mut self) -> Option<&mut Instruction> {
        match &mut self.trigger {
            Trigger::Instruction(instruction) => Some(instruction),
            Trigger::Raw(_) => None,
        }
    }

    /// Returns `true` if heredocs follow its line.
    pub(crate) fn has_heredocs(&self) -> bool {
        match &self.trigger {
            Trigger::Instruction(instruction) => instruction.has_heredocs(),
            Trigger::Raw(raw) => raw.spelling.has_heredocs(),
        }
    }

    /// Text that is not an instruction, as it was read.
    fn raw(spelling: Spelling) -> Onbuild {
        Onbuild {
            trigger: Trigger::Raw(Box::new(Raw::unread(spelling, read_one))),
            spelling: None,
        }
    }

    /// The text that was read, whatever it says.
    fn own_text(&self) -> Option<&Spelling> {
        match &self.trigger {
            Trigger::Raw(raw) => Some(&raw.spelling),
            Trigger::Instruction(_) => Some(&self.spelling.as_ref()?.spelling),
        }
    }

    /// Returns `true` if it has a text that was read: under another escape character that can be
    /// another trigger.
    pub(crate) fn has_text(&self) -> bool {
        self.own_text().is_some()
    }

    /// Reads its text again for a file with this escape character and these stages. A text that was
    /// kept verbatim can be an instruction there.
    pub(crate) fn read_again(&mut self, escape: Escape, find: FindStage<'_>) {
        if let Trigger::Raw(raw) = &self.trigger {
            if let Some(again) = raw.read_again(escape) {
                *self = again;
                self.resolve(escape, find);
            }
        }
        self.settle(escape);
    }

    /// Has the references in the trigger mean stages of the file, where it has stages of their
    /// names. They are looked up, and checked, where the trigger runs; a number is that of a stage
    /// there.
    pub(crate) fn resolve(&mut self, escape: Escape, find: FindStage<'_>) {
        let mut resolve = |source: &mut Source, number: Option<i64>| {
            let Some(text) = source.external() else {
                return;
            };
            let raw = || Source::Image(Image::from(Text::raw(text, escape)));
            *source = match number {
                Some(number) => usize::try_from(number).map_or_else(|_| raw(), Source::Index),
                None => match find(&StageName::new(text)) {
                    Some(stage) => stage,
                    None if Image::is_valid(text) => return,
                    None => raw(),
                },
            };
        };
        match self.instruction_mut() {
            Some(Instruction::Copy(copy)) => {
                if let Some(source) = &mut copy.from {
                    let number = source.external().and_then(stage_number);
                    resolve(source, number);
                }
            }
            Some(Instruction::Run(run)) => {
                for mount in run.mounts_to_change() {
                    if let Some(source) = mount.origin_mut() {
                        resolve(source, None);
                    }
                }
            }
            _ => {}
        }
    }

    /// Keeps the text that was read only if the writer spells it otherwise and it says the same,
    /// now that it is known what references in it mean.
    pub(crate) fn settle(&mut self, escape: Escape) {
        if let Trigger::Raw(raw) = &mut self.trigger {
            raw.settle();
        }
        let Some(mut spelled) = self.spelling.take() else {
            return;
        };
        if spelled.spelling.draft(escape).0 != self.draft(escape).0 {
            spelled.settle();
            self.spelling = Some(spelled);
            if self.spelling(escape).is_none() {
                self.spelling = None;
            }
        }
    }

    /// The text that was read, if it still says what the instruction is.
    fn spelling(&self, escape: Escape) -> Option<&Spelling> {
        let spelled = self.spelling.as_deref()?;
        let says = spelled.says(self.instruction()?, escape);
        says.then_some(&spelled.spelling)
    }

    /// The same for whatever escape character.
    fn any_spelling(&self) -> Option<&Spelling> {
        self.spelling(Escape::Backslash)
            .or_else(|| self.spelling(Escape::Backtick))
    }
}

/// Returns the stage of a name in a file.
pub(crate) type FindStage<'f> = &'f mut dyn FnMut(&StageName) -> Option<Source>;

impl Syntax for Onbuild {
    const KEYWORD: &'static str = "ONBUILD";

    fn write(&self, w: &mut Writer<'_>) {
        let spelling = match &self.trigger {
            Trigger::Raw(raw) => Some(&raw.spelling),
            Trigger::Instruction(_) => self.spelling(w.escape()),
        };
        match spelling {
            Some(spelling) => spelling.write(w),
            None => w.in_default_style(|w| self.write_anew(w)),
        }
        // Such as a heredoc without an end, which takes the lines below it.
        if let Trigger::Raw(raw) = &self.trigger {
            if raw.is_rejected(w.escape()) {
                w.problem(Part::Trigger, ProblemKind::Raw);
            }
        }
    }
}

impl Onbuild {
    /// Reads the text after the keyword.
    pub(crate) fn read(args: &mut Args<'_, '_>) -> Option<Onbuild> {
        args.no_flags();
        let rest = args.one("instruction")?;
        args.mark(Part::Trigger, rest.span.clone());
        let mut inner = args.inner(rest.span.clone());
        let keyword = inner.keyword();
        // What it forbids in a trigger Docker tells by the upper case, which fewer letters come to.
        let plain = keyword.is_ascii();
        for forbidden in ["ONBUILD", "FROM", "MAINTAINER"] {
            if keyword.eq_ignore_ascii_case(forbidden) {
                let message = format!("{forbidden} cannot be a trigger of ONBUILD");
                inner.refuse_keyword(
                    RefusalKind::Arguments,
                    message,
                    "write it in the Dockerfile that starts from this image",
                );
                return None;
            }
        }
        // Docker splits the trigger and looks no further: what it rejects later is kept as it is written.
        if inner.is_array_refused() {
            inner.refuse_array(rest.span);
            return None;
        }
        let known = Keyword::of(keyword);
        if super::pairs::is_refused(&inner) {
            known.and_then(|known| Instruction::read(known, &mut inner));
            return None;
        }
        let before = inner.refusals();
        let instruction = known.and_then(|known| Instruction::read(known, &mut inner));
        let breaks = std::mem::take(&mut inner.breaks);
        let refused = inner.refusals() > before;
        inner.forget_refusals(before);
        // Under a backtick it has to be the same to both escapes, as a built one has to.
        let same = |instruction: &Instruction| {
            args.escape == Escape::Backslash || !differs_by_escape(instruction)
        };
        let understood = instruction.filter(|instruction| plain && !refused && same(instruction));
        let spelling = Spelling::read(rest.span.start, args);
        let Some(instruction) = understood else {
            args.breaks = spelling.breaks_from(rest.span.start);
            return Some(Onbuild::raw(spelling));
        };
        let mut onbuild = Onbuild::new(instruction);
        args.breaks = match spelling.draft(args.escape).0 == onbuild.draft(args.escape).0 {
            true => breaks,
            false => spelling.breaks_from(rest.span.start),
        };
        onbuild.spelling = Some(Box::new(Spelled::unread(spelling, read_one)));
        Some(onbuild)
    }
}

impl Onbuild {
    /// Writes the trigger as the writer spells it.
    fn write_anew(&self, w: &mut Writer<'_>) {
        let Trigger::Instruction(instruction) = &self.trigger else {
            return;
        };
        w.space();
        let start = w.position();
        w.token(instruction.keyword());
        if matches!(
            **instruction,
            Instruction::Onbuild(_) | Instruction::Maintainer(_)
        ) {
            w.problem(Part::Trigger, ProblemKind::Trigger(instruction.keyword()));
            instruction.write(w);
            return w.mark(Part::Trigger, start);
        }
        if instruction.takes_heredocs() {
            w.take_heredocs();
        }
        instruction.write(w);
        if let Some(conflict) = conflict(instruction) {
            w.problem(Part::Trigger, ProblemKind::Conflict(conflict));
        }
        if w.escape() == Escape::Backtick && differs_by_escape(instruction) {
            w.problem(Part::Trigger, ProblemKind::EscapeInTrigger);
        }
        w.check_joined(start, Part::Trigger);
        w.mark(Part::Trigger, start);
    }

    /// The instruction with its heredocs, as the writer spells it, and what is wrong with it.
    fn draft(&self, escape: Escape) -> (String, Vec<Problem>) {
        draft(escape, |w| self.write_anew(w))
    }
}

/// An ONBUILD in the default style.
fn draft(escape: Escape, write: impl FnOnce(&mut Writer<'_>)) -> (String, Vec<Problem>) {
    let mut w = Writer::new(escape, DEFAULT_INDENT.into());
    w.instruction(Onbuild::KEYWORD, false, &[], write);
    let Written { text, problems, .. } = w.finish();
    (text, problems)
}

/// Returns what means something else, or nothing, in a trigger, in whatever file it runs.
fn conflict(instruction: &Instruction) -> Option<&'static str> {
    match instruction {
        Instruction::Copy(copy) => {
            let external = copy.from.as_ref().and_then(Source::external)?;
            let is_number = stage_number(external).is_some();
            is_number.then_some("Docker takes a number in `--from` for a stage, counted from 0")
        }
        Instruction::Arg(arg) => {
            let mut declarations = arg.declarations().iter();
            let described = declarations.any(|declaration| declaration.description().is_some());
            described.then_some("a trigger has no place for the description of an argument")
        }
        _ => None,
    }
}

/// Returns `true` if the trigger would be spelled otherwise, or could not be, with the other escape
/// character: then it would mean something else where it is read again.
fn differs_by_escape(instruction: &Instruction) -> bool {
    let spell = |escape: Escape| {
        let mut w = Writer::new(escape, 0);
        w.instruction(
            instruction.keyword(),
            instruction.takes_heredocs(),
            &[],
            |w| instruction.write(w),
        );
        let Written { text, problems, .. } = w.finish();
        // The character that continues a line is not part of the text.
        (text.replace(&format!(" {escape}\n"), " \n"), problems)
    };
    spell(Escape::Backslash) != spell(Escape::Backtick)
}

impl Onbuild {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        scope
            .state
            .rare
            .on_build
            .push(self.text(scope.given.escape));
        Some(())
    }
}

impl Onbuild {
    /// The trigger as an image stores it: one line, and the heredocs below.
    pub(crate) fn text(&self, escape: Escape) -> SmolStr {
        let spelling = match &self.trigger {
            Trigger::Raw(raw) => Some(&raw.spelling),
            Trigger::Instruction(_) => self.spelling(escape),
        };
        let (text, _) = match spelling {
            Some(spelling) => spelling.draft(escape),
            None => self.draft(escape),
        };
        let mut lines = Lines::new(&text);
        lines.escape = escape;
        let mut line = Logical::default();
        lines.next(&mut line);
        let line = line.text();
        let trigger = line.strip_prefix(Onbuild::KEYWORD).unwrap_or(line);
        let trigger = trigger.trim_start();
        match lines.rest() {
            "" => trigger.into(),
            bodies => format_smolstr!("{trigger}\n{}", bodies.trim_end_matches('\n')),
        }
    }

    /// Returns the instruction that runs in a stage that starts from the image: Docker reads the
    /// text again, with `\` as the escape. `None` unless it is one instruction. The `bool` is
    /// `true` if it has a pair in the older form.
    pub(crate) fn triggered(text: &str) -> Option<(Instruction, bool)> {
        let mut lines = Lines::new(text);
        let mut found = Found::default();
        let mut line = Logical::default();
        if !lines.next(&mut line) {
            return None;
        }
        let range = 0..line.text().len();
        let mut args = Args::split(&line, range, Escape::Backslash, At::File, &mut found);
        let keyword = Keyword::of(args.keyword())?;
        let mut end = line.span.end;
        args.take_heredocs(Some(keyword), &mut lines, &mut end);
        let mut instruction = Instruction::read(keyword, &mut args)?;
        if let Instruction::Onbuild(onbuild) = &mut instruction {
            onbuild.settle(Escape::Backslash);
        }
        let alone = !lines.next(&mut line) && lines.errors.is_empty();
        let legacy = !found.legacy_pairs.is_empty();
        (alone && found.refusals.is_empty()).then_some((instruction, legacy))
    }
}

#[cfg(test)]
mod tests;
