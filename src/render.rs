//! Model → text and layout. What comes out here is a draft: it leaves the crate only through `validate`.

use std::borrow::Cow;

use crate::instruction::Arg;
use crate::model::{Dockerfile, Stage, Step};
use crate::syntax::{At, Comment, Description, Part, Syntax, Writer, Written, comment_directive};

/// How a file is laid out: the width of the indentation. Nothing else about the output can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Style {
    indent: u8,
}

impl Style {
    /// The indentation of continued lines; 4 by default.
    #[must_use]
    pub fn indent(mut self, blanks: u8) -> Style {
        self.indent = blanks;
        self
    }
}

impl Default for Style {
    fn default() -> Style {
        Style { indent: 4 }
    }
}

/// Writes a file as it stands, right or wrong. `track`: whether to note where everything stands.
pub(crate) fn draft(file: &Dockerfile, style: Style, track: bool) -> Written {
    let steps: usize = file.stages.iter().map(|stage| stage.steps.len() + 1).sum();
    let mut w = Writer::new(
        file.escape_character(),
        style.indent.into(),
        64 * (steps + file.args.len()),
        track,
    );
    directives(file, &mut w);
    let is_directive = |text: Cow<'_, str>| comment_directive(&text).is_some();
    if w.position() == 0 && first_comment(file).is_some_and(is_directive) {
        w.blank_first_line();
    }
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
    if let Some(syntax) = &file.syntax {
        w.directive("syntax", syntax);
    }
    if let Some(escape) = file.escape {
        w.directive("escape", escape.as_str());
    }
    if let Some(checks) = &file.checks {
        w.check_directive(checks);
    }
    // What follows cannot be read as a directive: the blank line is not cosmetic.
    w.blank_line();
}

/// The text of the comment that would be the first line of a file without directives.
fn first_comment(file: &Dockerfile) -> Option<Cow<'_, str>> {
    let describe = |name: &str, text: &str| Cow::Owned(format!("{name} {text}"));
    let of_arg = |arg: &Arg| {
        let described = arg
            .declarations()
            .iter()
            .find(|declaration| declaration.description().is_some())?;
        Some(describe(
            described.name().as_str(),
            described.description()?,
        ))
    };
    let of_stage = |stage: &Stage| Some(describe(stage.name()?.as_str(), stage.description()?));
    let (comment, description) = match (file.header.first(), file.args.first(), file.stages.first())
    {
        (Some(comment), ..) => (Some(comment), None),
        (None, Some(arg), _) => (arg.comments().first(), of_arg(arg.instruction())),
        (None, None, Some(stage)) => (stage.comments().first(), of_stage(stage)),
        (None, None, None) => (file.trailing.first(), None),
    };
    comment.map(Comment::text).or(description)
}

fn global_arg<'m>(arg: &'m Step<Arg>, w: &mut Writer<'m>) {
    comments(arg.comments(), w);
    descriptions(arg.instruction(), w);
    w.instruction(Arg::KEYWORD, Arg::HEREDOCS, arg.inner_comments(), |w| {
        arg.instruction().write(w)
    });
}

fn write_stage<'m>(stage: &'m Stage, index: usize, w: &mut Writer<'m>) {
    w.enter(At::From(index));
    comments(&stage.comments, w);
    if let Some(Description(text)) = &stage.description {
        w.description(stage.name().map(|name| name.as_str()), text);
    }
    let from = &stage.from;
    w.instruction(crate::instruction::From::KEYWORD, false, &[], |w| {
        from.write(w)
    });
    for (n, step) in stage.steps.iter().enumerate() {
        w.enter(At::Step {
            stage: index,
            step: n,
        });
        comments(step.comments(), w);
        let instruction = step.instruction();
        if let crate::instruction::Instruction::Arg(arg) = instruction {
            descriptions(arg, w);
        }
        w.instruction(
            instruction.keyword(),
            instruction.takes_heredocs(),
            step.inner_comments(),
            |w| {
                instruction.write(w);
            },
        );
    }
    for (n, comment) in stage.pending.iter().enumerate() {
        w.comment(comment, Part::Comment(n));
    }
}

fn comments(comments: &[Comment], w: &mut Writer<'_>) {
    for (n, comment) in comments.iter().enumerate() {
        w.comment(comment, Part::Comment(n));
    }
}

fn descriptions(arg: &Arg, w: &mut Writer<'_>) {
    for declaration in arg.declarations() {
        if let Some(text) = declaration.description() {
            w.description(Some(declaration.name().as_str()), text);
        }
    }
}
