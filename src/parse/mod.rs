//! Text → model, layout and findings.

mod comments;
mod names;
pub(crate) mod refusals;
mod splice;
mod stray;
mod template;
mod update;

pub use self::splice::{EditError, NotLocal};

use std::ops::Range;
use std::sync::OnceLock;

use self::comments::Above;
use crate::diagnostic::{Diagnostic, Label, Report};
use crate::instruction::{Arg, From, Instruction, Keyword};
use crate::model::{Dockerfile, Origin, Stage, Step};
use crate::reference::{Source, StageName, Typed};
use crate::syntax::reader::{Found, Letters, Lines, Logical, Refusal, RefusalKind, find_directive};
use crate::syntax::{Args, At, CheckDirective, Layout, Part, Syntax, lex};
use crate::text::View;
use crate::text::suggest::nearest;

impl Dockerfile {
    /// Reads a Dockerfile: everything that Docker accepts, and nothing that it rejects.
    ///
    /// What Docker accepts and a built file may not have is made unambiguous, as Docker resolves
    /// it: of several stages with one name the earlier ones get a free name, and every reference
    /// follows. [`Parsed`] reports it.
    ///
    /// # Errors
    ///
    /// A report of everything that Docker rejects while it reads the file: unknown instructions and
    /// flags, missing arguments, unterminated heredocs, malformed names of stages and images.
    ///
    /// ```
    /// use multistage::Dockerfile;
    ///
    /// let file = Dockerfile::parse("from alpine as base\nrun echo hi\n")?;
    /// assert_eq!(file.render()?, "FROM alpine AS base\nRUN echo hi\n");
    ///
    /// let report = Dockerfile::parse("FROM alpine\nRUNN echo hi\n").unwrap_err();
    /// assert_eq!(report.to_string(), "\
    /// error[unknown-instruction]: unknown instruction `RUNN`
    ///  --> Dockerfile:2:1
    ///   |
    /// 2 | RUNN echo hi
    ///   | ^^^^
    ///   = help: did you mean `RUN`?
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn parse(text: &str) -> Result<Dockerfile, Report> {
        // Places are of interest only when something is rejected.
        let (file, found) = Parser::new(text, None).read();
        if found.refusals.is_empty() {
            return Ok(file);
        }
        let parsed = Parsed::new(text);
        if parsed.has_errors() {
            Err(parsed.report().clone())
        } else {
            Ok(parsed.file)
        }
    }
}

impl std::str::FromStr for Dockerfile {
    type Err = Report;

    fn from_str(text: &str) -> Result<Dockerfile, Report> {
        Dockerfile::parse(text)
    }
}

/// A Dockerfile that was read: the model as far as it was understood, the places of its parts, and
/// the findings.
///
/// Reading never fails. If Docker would reject the text, everything else in it is still read, and
/// [`report`](Parsed::report) says what is wrong.
///
/// ```
/// use multistage::{layout::{At, Part}, Parsed};
///
/// let text = "FROM alpine\nCOPY --chown=app . /srv\n";
/// let parsed = Parsed::new(text);
/// assert!(parsed.report().is_empty());
/// assert_eq!(parsed.file().stages().len(), 1);
///
/// let step = At::Step { stage: 0, step: 0 };
/// assert_eq!(parsed.layout().span(step, Part::FlagValue("chown", 0)), Some(25..28));
/// assert_eq!(parsed.slice(step, Part::Destination), Some("/srv"));
/// assert_eq!(parsed.slice(step, Part::FlagValue("chmod", 0)), None);
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Parsed<'s> {
    pub(crate) source: &'s str,
    pub(crate) file: Dockerfile,
    pub(crate) layout: Layout,
    /// The instructions that continue after a blank line.
    pub(crate) empty_continuations: Vec<At>,
    /// The letters of all keywords, and of AS.
    pub(crate) letters: Letters,
    /// The instructions with a pair in the older form, without `=`.
    pub(crate) legacy_pairs: Vec<At>,
    /// FROM and ARG with the last comment that Docker attaches to them, as it keeps that.
    pub(crate) last_comments: Vec<(At, Range<usize>)>,
    /// The errors that Docker would report, and the stages that were renamed.
    pub(crate) found: Vec<Diagnostic>,
    /// The same with a copy of the text, once it has been asked for.
    report: OnceLock<Report>,
}

impl<'s> Parsed<'s> {
    /// Reads a text. Never fails: see [`report`](Parsed::report).
    pub fn new(text: &'s str) -> Parsed<'s> {
        let (file, found) = Parser::new(text, Some(Layout::for_bytes(text.len()))).read();
        let refusals = template::collapse(text, found.refusals);
        Parsed {
            source: text,
            file,
            layout: found.layout.unwrap_or_default(),
            empty_continuations: found.empty_continuations,
            letters: found.letters,
            legacy_pairs: found.legacy_pairs,
            last_comments: found.last_comments,
            found: refusals.into_iter().map(diagnostic).collect(),
            report: OnceLock::new(),
        }
    }

    /// Returns the model. If the text has errors, what Docker would reject is missing from it.
    pub fn file(&self) -> &Dockerfile {
        &self.file
    }

    /// Returns the places of the model's parts in the text.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Returns the errors of the text, each something that Docker rejects while it reads, and a
    /// warning for each stage that was renamed. [`check`](Parsed::check) finds more.
    pub fn report(&self) -> &Report {
        let report = || Report::new(self.source.to_owned(), self.found.clone());
        self.report.get_or_init(report)
    }

    /// Returns `true` if Docker would reject the text.
    pub(crate) fn has_errors(&self) -> bool {
        self.found.iter().any(Diagnostic::is_error)
    }

    /// Returns the text that was read.
    pub fn source(&self) -> &'s str {
        self.source
    }

    /// Returns a part as it is written in the text; `None` if the text has no such part.
    pub fn slice(&self, at: At, part: Part) -> Option<&'s str> {
        self.source.get(self.layout.span(at, part)?)
    }

    /// Returns the model without the text.
    pub fn into_file(self) -> Dockerfile {
        self.file
    }
}

struct Parser<'s> {
    source: &'s str,
    lines: Lines<'s>,
    found: Found,
    file: Dockerfile,
    /// The steps of the last stage so far; it gets them when their number is known.
    steps: Vec<Step>,
    /// An instruction that takes no heredoc, and the delimiter of the one that it is given.
    stray_heredoc: Option<stray::Stray>,
    in_stages: bool,
}

impl<'s> Parser<'s> {
    fn new(source: &'s str, layout: Option<Layout>) -> Parser<'s> {
        Parser {
            source,
            lines: Lines::new(source),
            found: Found {
                layout,
                ..Found::default()
            },
            file: Dockerfile::new(),
            steps: Vec::new(),
            stray_heredoc: None,
            in_stages: false,
        }
    }

    /// Reads the file; without a layout no further than to the first refusal.
    fn read(mut self) -> (Dockerfile, Found) {
        self.file.beside.was_read = true;
        self.directives();
        let mut line = Logical::default();
        while self.found.layout.is_some() || self.found.refusals.is_empty() {
            if !self.lines.next(&mut line) {
                break;
            }
            let ends_stray = self.ends_stray_heredoc(&line);
            let before = self.found.refusals.len();
            self.instruction(&line);
            self.explain_stray_heredoc(before);
            if ends_stray {
                self.stray_heredoc = None;
            }
        }
        self.finish()
    }

    /// Reads an instruction, with the heredocs that follow its line.
    fn instruction(&mut self, line: &Logical<'s>) {
        let range = 0..line.text().len();
        let escape = self.lines.escape;
        let mut args = Args::split(line, range, escape, At::File, &mut self.found);
        let word = args.keyword();
        args.note_letters(word);
        let is_from = word.eq_ignore_ascii_case(From::KEYWORD);
        let keyword = if is_from { None } else { Keyword::of(word) };
        let at = place(&self.file, self.steps.len(), is_from);
        args.at = at;
        if line.empty_continuation {
            args.note_empty_continuation();
        }
        if is_from || keyword == Some(Keyword::Arg) {
            args.note_last_comment();
        }
        let mut end = line.span.end;
        args.take_heredocs(keyword, &mut self.lines, &mut end);
        if self.stray_heredoc.is_none() {
            self.stray_heredoc = stray::find(word, line, &self.lines);
        }
        args.mark_instruction(end);
        if is_from {
            self.in_stages = true;
            let from = From::read(&mut args).unwrap_or_else(|| From::new(Source::NOWHERE));
            self.stage(from, line, at);
            return;
        }
        if !self.in_stages && keyword == Some(Keyword::Arg) {
            if let Some(arg) = Arg::read(&mut args) {
                self.global_arg(arg, line, at);
            }
            return;
        }
        let Some(keyword) = keyword else {
            let is_first = !self.in_stages && self.file.args.is_empty();
            return refuse_instruction(&mut args, is_first);
        };
        let instruction = Instruction::read(keyword, &mut args);
        let breaks = std::mem::take(&mut args.breaks);
        if !self.in_stages {
            args.refuse_keyword(
                RefusalKind::Order,
                format!("{} comes before the first FROM", word.to_ascii_uppercase()),
                "only ARG can: write FROM above it",
            );
        } else if let Some(instruction) = instruction {
            self.step(instruction, line, (at, &breaks));
        }
    }

    fn stage(&mut self, from: From, line: &Logical<'_>, at: At) {
        self.check_platform(&from, at);
        let name = || from.name.iter().map(StageName::as_str);
        let mut above = self.above(line, name(), at);
        let description = above.description(0);
        let comments = above.notes(line, name()).above;
        let mut stage = Stage::of(from);
        if description.is_some() {
            stage.notes.description = description.map(Box::new);
        }
        if !comments.is_empty() {
            stage.notes.comments = comments.into();
        }
        self.end_stage();
        self.file.stages.push(stage);
    }

    /// Gives the last stage its steps.
    fn end_stage(&mut self) {
        if let Some(stage) = self.file.stages.last_mut() {
            stage.steps = self.steps.drain(..).collect();
        }
    }

    /// Reports a platform that no build argument could make valid: a literal that Docker cannot
    /// read.
    fn check_platform(&mut self, from: &From, at: At) {
        let platform = from
            .platform
            .as_ref()
            .map(|platform| match platform.text().view() {
                // One that Docker cannot read is kept as it is spelled.
                View::Raw(spelling, escape) => lex::text(spelling, escape),
                _ => platform.text().clone(),
            });
        let text = platform.as_ref().and_then(|text| text.as_literal());
        if let Some(text) = text.filter(|text| !crate::reference::Platform::is_valid(text)) {
            let layout = self.found.layout.as_ref();
            let span = layout
                .and_then(|layout| layout.latest(at, Part::FlagValue("platform", 0)))
                .unwrap_or(0..0);
            let help = "write `os/arch[/variant]` such as `linux/amd64`";
            self.found.refuse(
                RefusalKind::Value,
                span,
                format!("`{text}` is not a valid platform"),
                help,
            );
        }
    }

    fn global_arg(&mut self, mut arg: Arg, line: &Logical<'_>, at: At) {
        let is_first = self.is_first();
        let above = self.above(line, comments::names(&arg), at);
        let mut notes = comments::describe(&mut arg, above, line);
        // One follows the header anyway.
        notes.blank_line &= !is_first;
        let mut step = Step::at(arg, Origin::default());
        step.set_notes(notes);
        self.file.args.push(step);
    }

    fn step(
        &mut self,
        mut instruction: Instruction,
        line: &Logical<'_>,
        (at, breaks): (At, &[usize]),
    ) {
        let is_bare = line.comments.is_empty() && line.inside.is_empty();
        if is_bare && !line.after_blank {
            self.steps.push(Step::at(instruction, Origin::default()));
            return;
        }
        let notes = match &mut instruction {
            Instruction::Arg(arg) => {
                let above = Above::new(&line.comments, comments::names(arg), false);
                above.mark(at, &mut self.found);
                comments::describe(arg, above, line)
            }
            _ => {
                comments::mark(&line.comments, at, 0, &mut self.found);
                comments::notes(&line.comments, line, breaks)
            }
        };
        let mut step = Step::at(instruction, Origin::default());
        step.set_notes(notes);
        self.steps.push(step);
    }

    /// Returns `true` if there is no instruction yet.
    fn is_first(&self) -> bool {
        self.file.stages.is_empty() && self.file.args.is_empty()
    }

    /// Takes the header of the file from the comments above its first instruction, and finds
    /// descriptions.
    fn above<'l, 'c, 'n>(
        &mut self,
        line: &'l Logical<'c>,
        names: impl Iterator<Item = &'n str>,
        at: At,
    ) -> Above<'l, 'c> {
        let is_first = self.is_first();
        let above = Above::new(&line.comments, names, is_first);
        above.mark(at, &mut self.found);
        if is_first {
            self.file.header = above.header();
        }
        above
    }

    fn finish(mut self) -> (Dockerfile, Found) {
        self.end_stage();
        for (error, span) in std::mem::take(&mut self.lines.errors) {
            refusals::refuse_line(error, span, &mut self.found);
        }
        self.file.escape = self.lines.escape_directive();
        if self.file.escape.is_some() {
            if let Some((_, span)) = find_directive(self.source, "escape") {
                self.found
                    .mark(At::File, Part::Directive("escape"), || span);
            }
        }
        let trailing = std::mem::replace(&mut self.lines, Lines::new("")).trailing();
        let refused = !self.found.refusals.is_empty();
        if self.file.stages.is_empty() && !refused {
            let (message, help) = if self.file.args.is_empty() {
                ("the file has no instruction", "begin it with FROM")
            } else {
                ("the file has no stage", "write FROM below the arguments")
            };
            let end = self.source.len();
            self.found
                .refuse(RefusalKind::EmptyFile, end..end, message, help);
        }
        let comments = comments::read_all(&trailing);
        let before = self.file.header.len();
        comments::mark(&trailing, At::File, before, &mut self.found);
        match self.is_first() {
            true => self.file.header = comments,
            false => self.file.trailing = comments,
        }
        if let Some(layout) = &mut self.found.layout {
            layout.finish();
        }
        names::resolve(&mut self.file, &mut self.found);
        (self.file, self.found)
    }

    /// The directives that their own readers see.
    fn directives(&mut self) {
        if let Some((interpreter, span)) = self.lines.shebang.clone() {
            self.file.shebang = Some(interpreter.trim_end().into());
            self.found.mark(At::File, Part::Directive("#!"), || span);
        }
        if let Some((value, span)) = find_directive(self.source, "syntax") {
            self.file.syntax = Some(value.into());
            self.found
                .mark(At::File, Part::Directive("syntax"), || span);
        }
        if let Some((value, span)) = find_directive(self.source, "check") {
            if CheckDirective::parse(value).is_none() {
                self.found.refuse(
                    RefusalKind::Directive,
                    span.clone(),
                    format!("`{value}` is not a valid list of check options"),
                    "write `skip=Rule,Rule;error=true`, without spaces",
                );
            }
            self.file.checks = Some(CheckDirective::read(value));
            self.found.mark(At::File, Part::Directive("check"), || span);
        }
    }
}

/// The place that the next instruction has. `steps`: how many the last stage has so far.
fn place(file: &Dockerfile, steps: usize, is_from: bool) -> At {
    let stages = file.stages.len();
    if is_from {
        return At::From(stages);
    }
    match stages.checked_sub(1) {
        Some(stage) => At::Step { stage, step: steps },
        None => At::Arg(file.args.len()),
    }
}

/// Rejects an unknown instruction.
fn refuse_instruction(args: &mut Args<'_, '_>, is_first: bool) {
    let word = args.keyword();
    let known = crate::instruction::KEYWORDS.iter().copied();
    let help = match nearest(word, known.chain([From::KEYWORD])) {
        Some(near) => format!("did you mean `{near}`?"),
        None if is_first => "a Dockerfile begins with FROM or ARG".to_owned(),
        None => "a line that continues needs the escape character at the end of the line above"
            .to_owned(),
    };
    let message = format!("unknown instruction `{word}`");
    args.refuse_keyword(RefusalKind::UnknownInstruction, message, help);
}

fn diagnostic(refusal: Refusal) -> Diagnostic {
    Diagnostic {
        severity: refusals::rule(refusal.kind).severity,
        rule: refusals::rule(refusal.kind),
        message: refusal.message,
        labels: vec![Label {
            span: refusal.span,
            text: String::new(),
        }],
        help: Some(refusal.help),
        suggestion: None,
        origin: None,
        fragment: None,
    }
}
