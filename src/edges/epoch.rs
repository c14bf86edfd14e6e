//! `SOURCE_DATE_EPOCH`: the place outside of stages where a stage is named.

use super::{Graph, StageNames};
use crate::instruction::{Add, CopySource, Instruction, is_remote};
use crate::model::Dockerfile;
use crate::reference::{Image, SOURCE_DATE_EPOCH, Source, StageName, Typed};
use crate::syntax::{At, Part, Syntax};
use crate::text::Text;

/// The default of the global ARG `SOURCE_DATE_EPOCH`: the last one that is declared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Epoch<'m> {
    pub(crate) arg: usize,
    pub(crate) part: Part,
    pub(crate) default: &'m Text,
}

/// The meaning of a value of `SOURCE_DATE_EPOCH` to BuildKit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EpochValue {
    /// No date, a timestamp, the build context or a named context.
    Plain,
    /// The stage at this position.
    Stage(usize),
    /// A text under which BuildKit cannot look for a context, and fails.
    Invalid,
    /// None of these.
    Unknown,
}

impl<'m> Epoch<'m> {
    pub(crate) fn of(file: &'m Dockerfile) -> Option<Epoch<'m>> {
        for (arg, step) in file.args.iter().enumerate().rev() {
            for (n, declared) in step.instruction().declarations().iter().enumerate().rev() {
                if declared.name().as_str() == SOURCE_DATE_EPOCH {
                    if let Some(default) = declared.default() {
                        return Some(Epoch {
                            arg,
                            part: Part::Value(n),
                            default,
                        });
                    }
                }
            }
        }
        None
    }

    pub(crate) fn at(&self) -> At {
        At::Arg(self.arg)
    }
}

/// A timestamp is looked for first, then a context, then the first stage of the name, in any case.
pub(crate) fn epoch_value(value: &str, file: &Dockerfile, names: &StageNames) -> EpochValue {
    if value.is_empty() || value == "context" || value.parse::<i64>().is_ok() {
        EpochValue::Plain
    } else if !Image::is_valid(value) {
        EpochValue::Invalid
    } else if file.beside.context_named(value).is_some() {
        EpochValue::Plain
    } else {
        let mut stages = names.all(StageName::new(value).as_str());
        stages.next().map_or(EpochValue::Unknown, EpochValue::Stage)
    }
}

impl Graph<'_> {
    /// The stage that `SOURCE_DATE_EPOCH` takes the date from, by the file.
    pub(crate) fn epoch_stage(&self, file: &Dockerfile) -> Option<usize> {
        let epoch = Epoch::of(file)?;
        let value = super::Defaults::of(file).value(epoch.default)?;
        match epoch_value(&value, file, &self.names) {
            EpochValue::Stage(stage) => Some(stage),
            _ => None,
        }
    }

    /// Returns the reason why BuildKit takes no date from a stage, and the place. `value`: the
    /// known value of a text of an instruction, or of FROM.
    pub(crate) fn no_epoch(
        &self,
        stage: usize,
        value: &dyn Fn(At, &Text) -> Option<String>,
    ) -> Option<(At, Part, String)> {
        let item = self.stages.get(stage)?;
        let from = At::From(stage);
        let base = match &item.from.base {
            Source::Image(image) => value(from, image.text()),
            other => Some(other.to_string()),
        };
        if base.is_some_and(|base| base != "scratch") {
            return Some((from, Part::Base, "it does not start from `scratch`".into()));
        }
        let mut found: Option<At> = None;
        for (step, item) in item.steps.iter().enumerate() {
            let at = At::Step { stage, step };
            match item.instruction() {
                Instruction::Arg(_) => {}
                Instruction::Add(_) if found.is_some() => {
                    let why = "it has more than one ADD".to_owned();
                    return Some((at, Part::Keyword, why));
                }
                Instruction::Add(add) => {
                    if let Some((part, why)) = no_date(add, &|text| value(at, text)) {
                        return Some((at, part, why.to_owned()));
                    }
                    found = Some(at);
                }
                other => {
                    let why = format!("it has the instruction {}", other.keyword());
                    return Some((at, Part::Keyword, why));
                }
            }
        }
        if found.is_none() {
            return Some((from, Part::Name, format!("it has no {}", Add::KEYWORD)));
        }
        None
    }
}

/// Returns the reason why BuildKit takes no date from the files of an ADD.
fn no_date(add: &Add, value: &dyn Fn(&Text) -> Option<String>) -> Option<(Part, &'static str)> {
    let remote = |path: &String| is_remote(path);
    match add.sources.as_slice() {
        [CopySource::Path(path)] if value(path).as_ref().is_none_or(remote) => None,
        [CopySource::Path(_)] => Some((
            Part::Argument(0),
            "its ADD is not from a URL or a git repository",
        )),
        _ => Some((Part::Keyword, "its ADD does not have one source")),
    }
}
