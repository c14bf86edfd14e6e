//! Model → text and layout. The result is a draft: it leaves the crate only through `render`.

use crate::instruction::{Arg, From, Instruction};
use crate::model::{Dockerfile, Stage, Step};
use crate::order::order;
use crate::syntax::{
    At, Comment, DEFAULT_INDENT, Description, Part, ProblemKind, Syntax, Writer, Written,
};
use crate::text::Escape;

/// The output style: the width of the indentation. Nothing else about the output can be chosen.
///
/// ```
/// use multistage::{Dockerfile, Stage, Style, instruction::Run};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("alpine").run(Run::chain(["apk update", "apk add git"])));
/// assert_eq!(file.render_with(Style::default().indent(2))?,
///     "FROM alpine\nRUN apk update \\\n  && apk add git\n");
/// # Ok::<(), multistage::Report>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Style {
    indent: u8,
}

impl Style {
    /// Sets the number of spaces before continued lines, up to 255; 4 by default.
    #[must_use]
    pub fn indent(mut self, blanks: u8) -> Style {
        self.indent = blanks;
        self
    }
}

impl Default for Style {
    fn default() -> Style {
        Style {
            indent: DEFAULT_INDENT,
        }
    }
}

/// Writes a file as it is, right or wrong.
pub(crate) fn draft(file: &Dockerfile, style: Style) -> Written {
    match file.has_waiting() {
        true => draft(&file.placed(), style),
        false => write(file, writer(file, style)),
    }
}

/// The same, with the place of every part.
pub(crate) fn draft_with_places(file: &Dockerfile, style: Style) -> Written {
    match file.has_waiting() {
        true => draft_with_places(&file.placed(), style),
        false => write(file, writer(file, style).with_places()),
    }
}

fn writer<'m>(file: &Dockerfile, style: Style) -> Writer<'m> {
    let steps: usize = file.stages.iter().map(|stage| stage.steps.len() + 1).sum();
    let capacity = 64 * (steps + file.args.len());
    Writer::new(file.escape(), style.indent.into()).with_capacity(capacity)
}

fn write<'m>(file: &'m Dockerfile, mut w: Writer<'m>) -> Written {
    directives(file, &mut w);
    for (n, comment) in file.header.iter().enumerate() {
        w.comment(comment, Part::Comment(n));
    }
    w.blank_line();
    for (n, arg) in file.args.iter().enumerate() {
        w.enter(At::Arg(n));
        global_arg(arg, &mut w);
    }
    for (n, stage) in file.stages.iter().enumerate() {
        w.blank_line();
        write_stage(stage, n, &mut w);
    }
    w.enter(At::File);
    if !file.trailing.is_empty() {
        w.blank_line();
    }
    for (n, comment) in file.trailing.iter().enumerate() {
        w.comment(comment, Part::Comment(file.header.len() + n));
    }
    w.finish()
}

fn directives(file: &Dockerfile, w: &mut Writer<'_>) {
    w.enter(At::File);
    if let Some(interpreter) = &file.shebang {
        w.shebang(interpreter);
        if file.escape.is_some() {
            let why = "Docker reads no `escape` directive below a line that begins with `#!`";
            w.problem(Part::Directive("escape"), ProblemKind::Conflict(why));
        }
    }
    let escape = file.escape.map(Escape::as_str);
    // To Buildah, a directive below another one is a comment.
    let engine = file.beside.engine;
    let is_first = engine.is_some_and(|engine| engine.buildah().is_some());
    if let Some(escape) = escape.filter(|_| is_first) {
        w.directive("escape", escape);
    }
    if let Some(syntax) = &file.syntax {
        w.directive("syntax", syntax);
    }
    if let Some(escape) = escape.filter(|_| !is_first) {
        w.directive("escape", escape);
    }
    if let Some(checks) = &file.checks {
        w.check_directive(checks);
    }
    // What follows cannot be read as a directive: the blank line is not cosmetic.
    w.blank_line();
}

fn global_arg<'m>(arg: &'m Step<Arg>, w: &mut Writer<'m>) {
    if arg.has_blank_line() {
        w.blank_line();
    }
    above_arg(arg.comments(), arg.instruction(), w);
    w.instruction(Arg::KEYWORD, Arg::HEREDOCS, arg.inner_comments(), |w| {
        arg.instruction().write(w)
    });
}

fn write_stage<'m>(stage: &'m Stage, index: usize, w: &mut Writer<'m>) {
    w.enter(At::From(index));
    let notes = &*stage.notes;
    match notes.description.as_deref() {
        None => write_comments(&notes.comments, w),
        Some(text) => {
            let name = stage.name().map(|name| name.as_str());
            above(&notes.comments, vec![(0, name, text)], w);
        }
    }
    let from = &stage.from;
    w.instruction(From::KEYWORD, From::HEREDOCS, &[], |w| from.write(w));
    for (n, step) in stage.steps.iter().enumerate() {
        w.enter(At::Step {
            stage: index,
            step: n,
        });
        let instruction = step.instruction();
        if step.has_notes() || matches!(instruction, Instruction::Arg(_)) {
            above_step(step, w);
        }
        instruction.write_whole(step.inner_comments(), w);
    }
}

fn above_step(step: &Step, w: &mut Writer<'_>) {
    let notes = step.notes();
    if notes.blank_line {
        w.blank_line();
    }
    match step.instruction() {
        Instruction::Arg(arg) => above_arg(&notes.above, arg, w),
        _ => write_comments(&notes.above, w),
    }
}

fn above_arg(comments: &[Comment], arg: &Arg, w: &mut Writer<'_>) {
    let mut descriptions = Vec::new();
    for (n, declaration) in arg.declarations().iter().enumerate() {
        if let Some(text) = declaration.description.as_deref() {
            descriptions.push((n, Some(declaration.name().as_str()), text));
        }
    }
    above(comments, descriptions, w);
}

fn write_comments(comments: &[Comment], w: &mut Writer<'_>) {
    for (n, comment) in comments.iter().enumerate() {
        w.comment(comment, Part::Comment(n));
    }
}

/// Writes comments, and at their places among them the descriptions of names.
fn above(
    comments: &[Comment],
    descriptions: Vec<(usize, Option<&str>, &Description)>,
    w: &mut Writer<'_>,
) {
    let order = order(descriptions.len(), &|a, b| {
        let below = |n: usize| descriptions.get(n).map(|(.., it)| it.comments_below);
        below(b).cmp(&below(a))
    });
    let mut order = order.iter().filter_map(|n| descriptions.get(*n));
    let mut next = order.next();
    for (n, comment) in comments.iter().enumerate() {
        let below = comments.len() - n;
        while let Some((nth, name, description)) =
            next.filter(|(.., description)| description.comments_below >= below)
        {
            w.description(*name, description, *nth);
            next = order.next();
        }
        w.comment(comment, Part::Comment(n));
    }
    while let Some((nth, name, description)) = next {
        w.description(*name, description, *nth);
        next = order.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruction::{self, CopySource, Mount, Run, inline};

    #[track_caller]
    fn stands(stage: Stage, part: Part, expected: &str) {
        let mut file = Dockerfile::new();
        file.push(stage);
        let draft = draft_with_places(&file, Style::default());
        let at = At::Step { stage: 0, step: 0 };
        let span = draft.layout.and_then(|layout| layout.span(at, part));
        assert_eq!(span.and_then(|span| draft.text.get(span)), Some(expected));
    }

    #[test]
    fn mount_values() {
        let run = Run::new("npm ci")
            .mount(Mount::cache("/a,b"))
            .mount(Mount::bind("/x y").with_from(crate::Image::new("b:1")));
        let stage = Stage::new("a").run(run);
        stands(stage.clone(), Part::MountValue("target", 0), "/a,b");
        stands(stage.clone(), Part::MountValue("from", 1), "b:1");
        stands(
            stage.clone(),
            Part::FlagValue("mount", 1),
            "\"type=bind,from=b:1,target=/x y\"",
        );
        stands(stage.clone(), Part::MountValue("target", 1), "/x y");
        stands(stage, Part::Command, "npm ci");
    }

    #[test]
    fn mount_values_behind_bytes() {
        // What Docker takes for these characters is `é`.
        let mount = Mount::cache("/\u{c3}\u{a9}").mode(0o700);
        let stage = Stage::new("a").run(Run::new("ls").mount(mount));
        stands(stage.clone(), Part::MountValue("target", 0), "/\u{e9}");
        stands(stage, Part::MountValue("mode", 0), "0700");
    }

    #[test]
    fn heredocs() {
        let sources = [
            CopySource::from(inline("1\n2").name("k")),
            CopySource::from("b"),
        ];
        let stage = Stage::new("a").copy(sources, "/d/");
        stands(stage.clone(), Part::Argument(0), "<<\"k\"");
        stands(stage.clone(), Part::Argument(1), "b");
        stands(stage, Part::Heredoc(0), "1\n2\n");
        let script = Stage::new("a").run(Run::script("x"));
        stands(script, Part::Heredoc(0), "x\n");
        let trigger = Stage::new("a").onbuild(instruction::Run::script("x"));
        stands(trigger, Part::Trigger, "RUN <<EOF");
    }

    #[test]
    fn commands() {
        let stage = Stage::new("a").run("--x y");
        stands(stage.clone(), Part::Command, "--x y");
        stands(stage, Part::CommandLine(0), "--x y");
    }

    #[test]
    fn a_description_is_no_directive() -> Result<(), crate::Report> {
        let mut file = Dockerfile::new();
        file.arg(Arg::new("syntax").describe("= evil"));
        file.push(Stage::new("a"));
        assert_eq!(file.render()?, "\n# syntax = evil\nARG syntax\n\nFROM a\n");
        Ok(())
    }
}
