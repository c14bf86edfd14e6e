//! `SOURCE_DATE_EPOCH`: what BuildKit rejects in its value.

use super::{Build, ResolvedBase, ResolvedStage};
use crate::edges::{Epoch, EpochValue, Graph, epoch_value};
use crate::model::Dockerfile;
use crate::reference::SOURCE_DATE_EPOCH;
use crate::scope::{Effect, Note, NoteKind};
use crate::syntax::{At, Part};
use crate::text::Text;

/// A note if BuildKit builds nothing of the file for this value.
pub(super) fn note(
    value: &str,
    file: &Dockerfile,
    graph: &Graph<'_>,
    build: &Build,
    stages: &[ResolvedStage],
) -> Option<Note> {
    let known = |at: At, text: &Text| known(at, text, stages);
    let (message, help) = match epoch_value(value, file, &graph.names) {
        EpochValue::Plain => return None,
        EpochValue::Stage(stage) => {
            let (_, _, why) = graph.no_epoch(stage, &known)?;
            (
                format!("SOURCE_DATE_EPOCH takes no date from the stage `{value}`: {why}"),
                "the stage starts from `scratch` and has one ADD, of one URL or git repository, besides ARG",
            )
        }
        EpochValue::Invalid => (
            format!("SOURCE_DATE_EPOCH cannot be `{value}`"),
            "it is a timestamp, or the name of a stage or of a context, in lower case",
        ),
        EpochValue::Unknown => (
            format!(
                "SOURCE_DATE_EPOCH names `{value}`, which is not a stage, a context or a timestamp"
            ),
            "name a stage, or declare the context",
        ),
    };
    let epoch = Epoch::of(file).filter(|_| !build.args.contains_key(SOURCE_DATE_EPOCH));
    Some(Note {
        at: epoch.map_or(At::File, |epoch| epoch.at()),
        part: epoch.map_or(Part::Whole, |epoch| epoch.part),
        declared_at: None,
        kind: NoteKind::Value {
            message,
            help: help.to_owned(),
        },
    })
}

/// The value of a base, or of the source of an ADD.
fn known(at: At, text: &Text, stages: &[ResolvedStage]) -> Option<String> {
    if let Some(text) = text.as_literal() {
        return Some(text.to_owned());
    }
    let value = match at {
        At::From(stage) => match stages.get(stage)?.base() {
            ResolvedBase::Scratch => "scratch".to_owned(),
            ResolvedBase::Invalid => return None,
            other => other.to_string(),
        },
        At::Step { stage, step } => match stages.get(stage)?.effect(step)? {
            Effect::Copy { sources, .. } => sources.first()?.clone(),
            _ => return None,
        },
        At::File | At::Arg(_) => return None,
    };
    (!value.contains('$')).then_some(value)
}
