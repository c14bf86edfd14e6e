//! The rules about engines that need more than the model: how a text is spelled, what a shell
//! reads, what the build resolves to.

pub(super) mod base_of_another_case;
pub(super) mod dropped_from_image;
pub(super) mod empty_expose;
pub(super) mod unportable_spelling;
pub(super) mod unqualified_image;

use super::Checking;
use super::stages::walk;
use crate::check::Written;
use crate::instruction::{CopySource, Instruction, Sources};
use crate::model::Dockerfile;
use crate::rules::engine::inherited_arg::{self, Inherited};
use crate::rules::engine::{misread_heredoc, unread_escape};
use crate::rules::{Edit, Findings, Place};
use crate::syntax::{At, Part};

/// `inherited-arg` in commands of the shell, and in stages whose base is a variable.
pub(super) fn inherited_arg(checking: &Checking<'_>, findings: &mut Findings) {
    let context = &checking.context;
    let Some(mut inherited) = Inherited::of(context) else {
        return;
    };
    inherited.skip(findings);
    let base = |stage: usize| walk::base(checking.resolved, stage);
    for stage in 0..context.file.stages.len() {
        if base(stage).is_none() {
            continue;
        }
        for step in walk::steps(checking, stage) {
            step.instruction.each_text(&mut |part, text| {
                for variable in text.variables() {
                    let used = (variable.name(), step.at, part);
                    inherited.report(context, used, &base, findings);
                }
            });
            for (part, name) in step.shell_variables(checking) {
                inherited.report(context, (name, step.at, part), &base, findings);
            }
        }
    }
    if let Some(written) = &checking.written {
        for finding in &mut findings.list {
            if std::ptr::eq(finding.rule, &inherited_arg::RULE) {
                finding.edit = declared_again(context.file, written, &inherited, &finding.labels);
            }
        }
    }
}

/// The ARG of another stage below the FROM of the stage that uses it. `labels`: the use, and the
/// ARG.
fn declared_again(
    file: &Dockerfile,
    written: &Written<'_>,
    inherited: &Inherited<'_>,
    labels: &[Place],
) -> Option<Edit> {
    let [used, declared, ..] = labels else {
        return None;
    };
    let (At::Step { stage, step }, Part::Key(nth)) = (declared.at, declared.part) else {
        return None;
    };
    let item = file.stages.get(stage)?.steps.get(step)?;
    let Instruction::Arg(arg) = item.instruction() else {
        return None;
    };
    let it = arg.declarations().get(nth)?;
    let name = it.name().as_str();
    let line = if inherited.is_without_default(name) {
        format!("\nARG {name}")
    } else {
        // With a variable in it, it can have another value there.
        it.default()?.as_literal()?;
        let default = written.slice(declared.at, Part::Value(nth))?;
        let is_line = !default.contains('\n');
        is_line.then(|| format!("\nARG {name}={default}"))?
    };
    let from = written
        .layout
        .span(At::From(used.at.stage()?), Part::Whole)?;
    Some(Edit::Bytes(from.end..from.end, line))
}

/// `misread-heredoc` in a body that is text to Docker, whose delimiter has no quotes.
pub(super) fn misread_heredoc(checking: &Checking<'_>, findings: &mut Findings) {
    let context = &checking.context;
    let (Some(written), Some(buildah)) = (&checking.written, misread_heredoc::reader(context))
    else {
        return;
    };
    for (stage, item) in context.file.stages.iter().enumerate() {
        for (step, item) in item.steps.iter().enumerate() {
            let at = At::Step { stage, step };
            let sources: &Sources = match item.instruction() {
                Instruction::Copy(copy) => &copy.sources,
                Instruction::Add(add) => &add.sources,
                _ => continue,
            };
            let mut heredoc = 0;
            for (n, source) in sources.as_slice().iter().enumerate() {
                let CopySource::Inline(file) = source else {
                    continue;
                };
                let part = Part::Heredoc(heredoc);
                heredoc += 1;
                let body = file.body().as_literal();
                let is_told = body.is_none_or(|body| body.is_empty() || body.contains("\r\n"));
                let marker = written.word(at, Part::Argument(n));
                let is_quoted = marker.is_none_or(|marker| marker.contains(['"', '\'']));
                if is_told || is_quoted {
                    continue;
                }
                let body = written.slice(at, part).unwrap_or_default();
                if let Some(why) = misread_heredoc::of_expanded(body) {
                    findings.add(misread_heredoc::finding(&buildah, at, part, why));
                }
            }
        }
    }
}

/// `unread-escape` for a directive below another one.
pub(super) fn unread_escape(checking: &Checking<'_>, findings: &mut Findings) {
    let Some(written) = &checking.written else {
        return;
    };
    let engine = checking.context.engine;
    let Some(engine) = engine.filter(|engine| engine.buildah().is_some()) else {
        return;
    };
    if checking.context.file.escape != Some(crate::text::Escape::Backtick) {
        return;
    }
    let span = |name| written.layout.span(At::File, Part::Directive(name));
    let Some(escape) = span("escape") else { return };
    let above = ["syntax", "check"].into_iter().filter_map(|name| {
        let other = span(name).filter(|other| other.start < escape.start)?;
        Some((other.start, name))
    });
    let Some((first, name)) = above.min() else {
        return;
    };
    // The lines change places.
    let line_of = |at: usize| {
        let before = written.source.get(..at)?;
        Some(before.rfind('\n').map_or(0, |end| end + 1))
    };
    let edit = || {
        let (first, line) = (line_of(first)?, line_of(escape.start)?);
        let rest = written.source.get(escape.end..)?;
        let end = escape.end + rest.find('\n').unwrap_or(rest.len());
        let others = written.source.get(first..line)?;
        let directive = written.source.get(line..end)?;
        let text = format!("{directive}\n{}", others.trim_end_matches(['\n', '\r']));
        Some(Edit::Bytes(first..end, text))
    };
    findings.add(unread_escape::below_other_directive(engine, name).edit(edit()));
}
