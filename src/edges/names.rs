//! `StageNames`: which stage a reference means. Every look-up of a stage is made here.

use super::Via;
use crate::model::Stage;
use crate::reference::{Source, StageName};

/// The stages of a file by name, and Docker's rules for looking one up.
#[derive(Debug)]
pub(crate) struct StageNames {
    /// Sorted by name, then by position.
    named: Vec<(StageName, usize)>,
    count: usize,
}

/// What Docker takes the text of a reference for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The stage at this position.
    Stage(usize),
    /// The number of a stage that the file does not have.
    NoStage,
    /// An image or a named context.
    External,
}

impl Meaning {
    pub(crate) fn stage(self) -> Option<usize> {
        match self {
            Meaning::Stage(stage) => Some(stage),
            Meaning::NoStage | Meaning::External => None,
        }
    }
}

impl StageNames {
    pub(crate) fn of(stages: &[Stage]) -> StageNames {
        let mut named = Vec::with_capacity(stages.len());
        for (n, stage) in stages.iter().enumerate() {
            if let Some(name) = stage.name() {
                named.push((name.clone(), n));
            }
        }
        named.sort_unstable();
        StageNames {
            named,
            count: stages.len(),
        }
    }

    /// The stages of a name, in order.
    fn of_name(&self, name: &str) -> &[(StageName, usize)] {
        let from = self
            .named
            .partition_point(|(other, _)| other.as_str() < name);
        let rest = self.named.get(from..).unwrap_or_default();
        let len = rest.partition_point(|(other, _)| other.as_str() == name);
        rest.get(..len).unwrap_or_default()
    }

    /// The stages of a name, in order.
    pub(crate) fn all(&self, name: &str) -> impl DoubleEndedIterator<Item = usize> + '_ {
        self.of_name(name).iter().map(|(_, stage)| *stage)
    }

    /// The stage that `--target` means.
    pub(crate) fn target(&self, name: &StageName) -> Option<usize> {
        self.all(name.as_str()).next_back()
    }

    /// The nearest stage of exactly this name above another.
    fn above(&self, name: &str, stage: usize) -> Option<usize> {
        let named = self.of_name(name);
        let above = named.partition_point(|(_, other)| *other < stage);
        named.get(above.checked_sub(1)?).map(|(_, stage)| *stage)
    }

    /// What Docker takes a text for where a stage refers to it: FROM looks for exactly that name above, `--from` for
    /// the last stage of that name in any case, and COPY for a number first.
    pub(crate) fn look_up(&self, text: &str, via: Via, stage: usize) -> Meaning {
        let found = match via {
            Via::Base => self.above(text, stage),
            Via::Copy => match stage_number(text) {
                Some(number) => {
                    let index = usize::try_from(number).ok();
                    let index = index.filter(|index| *index < self.count);
                    return index.map_or(Meaning::NoStage, Meaning::Stage);
                }
                None => self.target(&StageName::new(text)),
            },
            Via::Mount => self.target(&StageName::new(text)),
        };
        found.map_or(Meaning::External, Meaning::Stage)
    }

    /// The stage that a source means where a stage refers to it, also one that Docker would not find there.
    pub(crate) fn meant(&self, source: &Source, via: Via, stage: usize) -> Option<usize> {
        match source {
            Source::Stage(name) => match via {
                Via::Base => self
                    .above(name.as_str(), stage)
                    .or_else(|| self.all(name.as_str()).next()),
                Via::Copy | Via::Mount => self.target(name),
            },
            Source::Index(index) => (*index < self.count).then_some(*index),
            Source::Image(_) | Source::Context(_) => None,
        }
    }

    /// The stage that Docker finds for a source, whatever the model says that it is.
    pub(crate) fn found(&self, source: &Source, via: Via, stage: usize) -> Option<usize> {
        match source.external() {
            None => self.meant(source, via, stage),
            Some(text) => self.look_up(text, via, stage).stage(),
        }
    }
}

/// A whole number, as Docker reads one. One beyond its range is none.
pub(crate) fn stage_number(text: &str) -> Option<i64> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> StageNames {
        let stage = |name: &str| {
            let mut stage = Stage::new("alpine");
            stage.from.name = (!name.is_empty()).then(|| StageName::new(name));
            stage
        };
        StageNames::of(&["b", "a", "", "b"].map(stage))
    }

    #[test]
    fn from_sees_what_is_above() {
        let names = names();
        let look_up = |text, stage| names.look_up(text, Via::Base, stage);
        assert_eq!(look_up("b", 0), Meaning::External);
        assert_eq!(look_up("b", 3), Meaning::Stage(0));
        assert_eq!(look_up("b", 4), Meaning::Stage(3));
        assert_eq!(look_up("B", 4), Meaning::External);
        assert_eq!(look_up("0", 4), Meaning::External);
    }

    #[test]
    fn copy_sees_all_and_counts() {
        let names = names();
        let look_up = |text| names.look_up(text, Via::Copy, 0);
        assert_eq!(look_up("B"), Meaning::Stage(3));
        assert_eq!(look_up("02"), Meaning::Stage(2));
        assert_eq!(look_up("4"), Meaning::NoStage);
        assert_eq!(look_up("-1"), Meaning::NoStage);
        assert_eq!(look_up("99999999999999999999"), Meaning::External);
        assert_eq!(names.look_up("2", Via::Mount, 0), Meaning::External);
    }

    #[test]
    fn a_handle_means_a_later_stage_where_there_is_no_other() {
        let names = names();
        let b = Source::Stage(StageName::new("b"));
        assert_eq!(names.meant(&b, Via::Base, 0), Some(0));
        assert_eq!(names.meant(&b, Via::Base, 3), Some(0));
        assert_eq!(names.meant(&b, Via::Copy, 1), Some(3));
        assert_eq!(names.meant(&Source::Index(2), Via::Copy, 0), Some(2));
        assert_eq!(names.meant(&Source::Index(4), Via::Copy, 0), None);
    }
}
