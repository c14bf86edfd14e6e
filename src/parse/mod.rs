//! Text → model, layout and findings.

mod names;
pub(crate) mod refusals;
mod splice;
mod template;

pub use self::splice::EditError;

use std::ops::Range;

use indexmap::IndexMap;
use smol_str::SmolStr;

use crate::diagnostic::{Diagnostic, Label, Report};
use crate::instruction::{Arg, From, Instruction, Keyword};
use crate::model::{Dockerfile, Origin, Stage, Step};
use crate::reference::{Source, Typed};
use crate::syntax::reader::{
    CommentLine, Found, LineError, Lines, Logical, Refusal, RefusalKind, find_directive,
};
use crate::syntax::{Args, At, Checks, Comment, Description, Layout, Notes, Part, Syntax, lex};
use crate::text::View;
use crate::text::suggest::nearest;

impl Dockerfile {
    /// Reads a Dockerfile: everything that Docker accepts, and nothing that it refuses.
    ///
    /// What Docker accepts and a built file may not have is made unambiguous, as Docker resolves it: of several
    /// stages with one name the earlier ones get a free name, and every reference follows. [`Parsed`] tells of it.
    ///
    /// # Errors
    ///
    /// Whatever Docker refuses while it reads: unknown instructions and flags, missing arguments, heredocs without
    /// an end, ill-formed names of stages and images. All of it, in one report.
    ///
    /// ```
    /// use multistage::Dockerfile;
    ///
    /// let file = Dockerfile::parse("from alpine as base\nrun echo hi\n")?;
    /// assert_eq!(file.render()?, "FROM alpine AS base\nRUN echo hi\n");
    ///
    /// let report = Dockerfile::parse("FROM alpine\nRUNN echo hi\n").unwrap_err();
    /// assert_eq!(report.to_string(), "\
    /// error[unknown-instruction]: there is no instruction `RUNN`
    ///  --> Dockerfile:2:1
    ///   |
    /// 2 | RUNN echo hi
    ///   | ^^^^
    ///   = help: did you mean `RUN`?
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn parse(text: &str) -> Result<Dockerfile, Report> {
        // Where something stands is of interest only when something is refused.
        let (file, found) = Parser::new(text, None).read();
        if found.refusals.is_empty() {
            return Ok(file);
        }
        let Parsed { file, report, .. } = Parsed::new(text);
        if report.has_errors() {
            Err(report)
        } else {
            Ok(file)
        }
    }
}

impl std::str::FromStr for Dockerfile {
    type Err = Report;

    fn from_str(text: &str) -> Result<Dockerfile, Report> {
        Dockerfile::parse(text)
    }
}

/// What came of reading a text: the model as far as it was understood, where its parts stand, and the findings.
///
/// Reading never fails: of a text that Docker refuses, the rest is there all the same.
///
/// ```
/// use multistage::{layout::{At, Part}, Parsed};
///
/// let text = "FROM alpine\nCOPY --chown=app . /srv\n";
/// let parsed = Parsed::new(text);
/// let step = At::Step { stage: 0, step: 0 };
/// assert_eq!(parsed.layout().span(step, Part::FlagValue("chown", 0)), Some(25..28));
/// assert_eq!(parsed.slice(step, Part::Destination), Some("/srv"));
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Parsed<'s> {
    pub(crate) source: &'s str,
    pub(crate) file: Dockerfile,
    pub(crate) layout: Layout,
    /// The instructions that go on behind a blank line.
    pub(crate) empty_continuations: Vec<At>,
    /// The instructions with a pair in the older form, without `=`.
    pub(crate) legacy_pairs: Vec<At>,
    /// FROM and ARG with the last comment that Docker attaches to them, as it keeps that.
    pub(crate) last_comments: Vec<(At, Range<usize>)>,
    pub(crate) report: Report,
}

impl<'s> Parsed<'s> {
    /// Reads a text.
    pub fn new(text: &'s str) -> Parsed<'s> {
        let (file, found) = Parser::new(text, Some(Layout::default())).read();
        let refusals = template::collapse(text, found.refusals);
        let diagnostics = refusals.into_iter().map(diagnostic).collect();
        Parsed {
            source: text,
            file,
            layout: found.layout.unwrap_or_default(),
            empty_continuations: found.empty_continuations,
            legacy_pairs: found.legacy_pairs,
            last_comments: found.last_comments,
            report: Report::new(text.to_owned(), diagnostics),
        }
    }

    /// The model, as far as the text was understood.
    pub fn file(&self) -> &Dockerfile {
        &self.file
    }

    /// Where the parts of the model stand in the text.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What Docker would refuse, and what was made unambiguous.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The text that was read.
    pub fn source(&self) -> &'s str {
        self.source
    }

    /// A part as it is written.
    pub fn slice(&self, at: At, part: Part) -> Option<&'s str> {
        self.source.get(self.layout.span(at, part)?)
    }

    /// The model alone.
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
    /// What a description in the header would be about.
    header_words: FirstWords,
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
            header_words: FirstWords::default(),
            in_stages: false,
        }
    }

    /// Reads the file; without a layout no further than to the first refusal.
    fn read(mut self) -> (Dockerfile, Found) {
        self.directives();
        let mut line = Logical::default();
        while self.found.layout.is_some() || self.found.refusals.is_empty() {
            if !self.lines.next(&mut line) {
                break;
            }
            self.instruction(&line);
        }
        self.finish()
    }

    /// Reads an instruction, with the heredocs that follow its line.
    fn instruction(&mut self, line: &Logical<'s>) {
        let range = 0..line.text().len();
        let escape = self.lines.escape;
        let mut args = Args::split(line, range, escape, At::File, &mut self.found);
        let word = args.keyword();
        let is_from = word.eq_ignore_ascii_case(From::KEYWORD);
        let keyword = if is_from { None } else { Keyword::of(word) };
        let at = place(&self.file, self.steps.len(), is_from);
        args.at = at;
        if line.empty_continuation {
            args.note_empty_continuation();
        }
        if is_from || keyword == Some(Keyword::Arg) {
            args.note_last_comment(line.comments.last().and_then(CommentLine::attached));
        }
        let mut end = line.span.end;
        args.take_heredocs(keyword, &mut self.lines, &mut end);
        args.mark_instruction(end);
        if is_from {
            self.in_stages = true;
            let from =
                From::read(&mut args).unwrap_or_else(|| From::new(Source::Index(usize::MAX)));
            self.stage(from, line, at);
            return;
        }
        if !self.in_stages && keyword == Some(Keyword::Arg) {
            if let Some(arg) = Arg::read(&mut args) {
                self.global_arg(arg, line);
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
            self.step(instruction, line, &breaks);
        }
    }

    fn stage(&mut self, from: From, line: &Logical<'_>, at: At) {
        self.check_platform(&from, at);
        let above = self.header(&line.comments);
        let mut notes = notes(above, line, &[]);
        let name = from.name.clone();
        let mut stage = Stage::of(from);
        if let Some(name) = name {
            let description = self.header_words.take(&mut notes.above, name.as_str());
            if description.is_some() {
                stage.notes.description = description;
            }
        }
        if !notes.above.is_empty() {
            stage.notes.comments = notes.above;
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

    /// What no build argument could make valid: a literal platform that Docker cannot read.
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
                format!("`{text}` is no platform"),
                help,
            );
        }
    }

    fn global_arg(&mut self, mut arg: Arg, line: &Logical<'_>) {
        let above = self.header(&line.comments);
        let mut notes = notes(above, line, &[]);
        take_descriptions(&mut notes.above, &self.header_words, &mut arg);
        let mut step = Step::at(arg, Origin::default());
        step.set_notes(notes);
        self.file.args.push(step);
    }

    fn step(&mut self, instruction: Instruction, line: &Logical<'_>, breaks: &[usize]) {
        let mut step = Step::at(instruction, Origin::default());
        if !line.comments.is_empty() || !line.inside.is_empty() {
            let mut notes = notes(&line.comments, line, breaks);
            if let Instruction::Arg(arg) = step.instruction_mut() {
                take_descriptions(&mut notes.above, &FirstWords::default(), arg);
            }
            step.set_notes(notes);
        }
        self.steps.push(step);
    }

    /// Takes the header of the file from the comments above its first instruction: those that a blank line sets
    /// off from it.
    fn header<'c, 't>(&mut self, above: &'c [CommentLine<'t>]) -> &'c [CommentLine<'t>] {
        if !self.file.stages.is_empty() || !self.file.args.is_empty() {
            return above;
        }
        let count = above
            .iter()
            .rposition(|comment| comment.before_blank)
            .map_or(0, |at| at + 1);
        let (header, own) = above.split_at_checked(count).unwrap_or((above, &[]));
        self.file.header = header.iter().map(read_comment).collect();
        self.header_words = FirstWords::of(&self.file.header);
        own
    }

    fn finish(mut self) -> (Dockerfile, Found) {
        self.end_stage();
        for (error, span) in std::mem::take(&mut self.lines.errors) {
            self.line_error(error, span);
        }
        self.file.escape = self.lines.escape_directive();
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
        if self.file.stages.is_empty() && self.file.args.is_empty() {
            self.file.header = trailing.iter().map(read_comment).collect();
        } else {
            self.file.trailing = trailing.iter().map(read_comment).collect();
        }
        if let Some(layout) = &mut self.found.layout {
            layout.finish();
        }
        names::resolve(&mut self.file, &mut self.found);
        (self.file, self.found)
    }

    fn line_error(&mut self, error: LineError, span: std::ops::Range<usize>) {
        let (kind, message, help) = match error {
            LineError::TooLong => (
                RefusalKind::Line,
                "the line is longer than 65535 bytes".to_owned(),
                "continue it on the next line; a long text can be copied from a file",
            ),
            LineError::RepeatedDirective(name) => (
                RefusalKind::Directive,
                format!("the directive `{name}` is given twice"),
                "drop one of them",
            ),
            LineError::InvalidEscape => (
                RefusalKind::Directive,
                "the escape character is neither a backslash nor a backtick".to_owned(),
                "write `# escape=\\` or ``# escape=` `` and nothing else on the line",
            ),
        };
        self.found.refuse(kind, span, message, help);
    }

    /// The directives that their own readers see.
    fn directives(&mut self) {
        if let Some((value, span)) = find_directive(self.source, "syntax") {
            self.file.syntax = Some(value.into());
            self.found
                .mark(At::File, Part::Directive("syntax"), || span);
        }
        if let Some((value, span)) = find_directive(self.source, "check") {
            if Checks::parse(value).is_none() {
                self.found.refuse(
                    RefusalKind::Directive,
                    span.clone(),
                    format!("`{value}` are no options for the checks"),
                    "write `skip=Rule,Rule;error=true`, without blanks",
                );
            }
            self.file.checks = Some(Checks::read(value));
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

/// Refuses an instruction that there is not.
fn refuse_instruction(args: &mut Args<'_, '_>, is_first: bool) {
    let word = args.keyword();
    let known = crate::instruction::KEYWORDS.iter().copied();
    let help = match nearest(word, known.chain([From::KEYWORD])) {
        Some(near) => format!("did you mean `{near}`?"),
        None if is_first => "a Dockerfile begins with FROM or ARG".to_owned(),
        None => {
            "a line that goes on needs the escape character at the end of the line above".to_owned()
        }
    };
    let message = format!("there is no instruction `{word}`");
    args.refuse_keyword(RefusalKind::UnknownInstruction, message, help);
}

fn read_comment(line: &CommentLine<'_>) -> Comment {
    Comment::read(line.text, line.indented)
}

/// The comments of an instruction: above it, and inside where the writer breaks its lines.
fn notes(above: &[CommentLine<'_>], line: &Logical<'_>, breaks: &[usize]) -> Notes {
    let mut notes = Notes {
        above: above.iter().map(read_comment).collect(),
        inside: Vec::new(),
    };
    for (at, comment) in &line.inside {
        let next = breaks.partition_point(|start| start < at);
        if next < breaks.len() {
            notes.inside.push((next + 1, Comment::inside(comment.text)));
        } else {
            // Docker acts on no comment between the lines of an instruction.
            notes.above.push(Comment::read(comment.text, true));
        }
    }
    notes
}

/// The words that comments begin with, where more follows, and how many begin so.
#[derive(Default)]
struct FirstWords(IndexMap<SmolStr, usize>);

impl FirstWords {
    fn of(comments: &[Comment]) -> FirstWords {
        let mut words = IndexMap::new();
        for comment in comments {
            if let Some((word, _)) = comment.text().split_once(' ') {
                *words.entry(word.into()).or_insert(0) += 1;
            }
        }
        FirstWords(words)
    }

    fn contains(&self, word: &str) -> bool {
        self.0.get(word).is_some_and(|count| *count > 0)
    }

    /// Takes the description of a stage from the comments above it: the last one, if it is the first that
    /// begins with the name, here too.
    fn take(&self, above: &mut Vec<Comment>, name: &str) -> Option<Description> {
        let (last, before) = above.split_last()?;
        let text = described(last, name)?;
        let begins = |comment: &Comment| {
            comment
                .text()
                .split_once(' ')
                .is_some_and(|(word, _)| word == name)
        };
        if self.contains(name) || before.iter().any(begins) {
            return None;
        }
        above.pop();
        Some(text)
    }
}

/// What a comment says of a name that it begins with.
fn described(comment: &Comment, name: &str) -> Option<Description> {
    let comment = comment.text();
    let text = comment.strip_prefix(name)?.strip_prefix(' ')?.trim();
    (!text.is_empty()).then(|| Description(text.into()))
}

/// The same for the names of an ARG, from the last to the first.
fn take_descriptions(above: &mut Vec<Comment>, header: &FirstWords, arg: &mut Arg) {
    if above.is_empty() {
        return;
    }
    let mut words = FirstWords::of(above);
    for declaration in arg.declarations.iter_mut().rev() {
        let name = declaration.name.as_str();
        let Some(text) = above.last().and_then(|last| described(last, name)) else {
            continue;
        };
        let count = words.0.get_mut(name);
        if header.contains(name) || count.as_deref().is_some_and(|count| *count > 1) {
            continue;
        }
        if let Some(count) = count {
            *count -= 1;
        }
        above.pop();
        declaration.description = Some(text);
    }
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
