//! `StageNames`: which stage a reference means. Every look-up of a stage is made here.

use std::cmp::Ordering;

use super::Via;
use crate::model::Stage;
use crate::reference::{Source, StageName, stage_number};

/// The stages of a file by name, and Docker's rules for looking one up.
#[derive(Debug)]
pub(crate) struct StageNames {
    /// Sorted by name, then by position.
    named: Vec<Named>,
    /// The position of each stage among them, if they are not [few](FEW).
    ranks: Vec<usize>,
    /// The number of stages.
    count: usize,
    /// The length of the longest name.
    longest: usize,
}

/// Up to so many names are searched as fast as one is found by its stage.
const FEW: usize = 8;

/// A stage with a name.
#[derive(Debug)]
struct Named {
    /// The first bytes, which are compared first: nearly always they decide.
    prefix: u64,
    name: StageName,
    stage: usize,
}

impl Named {
    /// The order of names.
    fn cmp(&self, prefix: u64, name: &str) -> Ordering {
        let by_prefix = self.prefix.cmp(&prefix);
        by_prefix.then_with(|| self.name.as_str().cmp(name))
    }
}

/// The first eight bytes of a name as a number, in the order of the names.
fn prefix(name: &str) -> u64 {
    if let Some(first) = name.as_bytes().first_chunk() {
        return u64::from_be_bytes(*first);
    }
    let mut prefix = 0;
    let mut bytes = name.bytes();
    for _ in 0..8 {
        prefix = prefix << 8 | u64::from(bytes.next().unwrap_or_default());
    }
    prefix
}

/// The meaning of the text of a reference to Docker.
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
        let mut named = Vec::new();
        let mut longest = 0;
        for (n, stage) in stages.iter().enumerate() {
            if let Some(name) = stage.name() {
                longest = longest.max(name.as_str().len());
                if named.is_empty() {
                    named.reserve_exact(stages.len() - n);
                }
                named.push(Named {
                    prefix: prefix(name.as_str()),
                    name: name.clone(),
                    stage: n,
                });
            }
        }
        named.sort_unstable_by(|a, b| {
            let by_name = a.cmp(b.prefix, b.name.as_str());
            by_name.then_with(|| a.stage.cmp(&b.stage))
        });
        let mut ranks = Vec::new();
        if named.len() > FEW {
            ranks.resize(stages.len(), usize::MAX);
        }
        for (rank, named) in named.iter().enumerate() {
            if let Some(slot) = ranks.get_mut(named.stage) {
                *slot = rank;
            }
        }
        StageNames {
            named,
            ranks,
            count: stages.len(),
            longest,
        }
    }

    /// The name of a stage.
    pub(crate) fn name(&self, stage: usize) -> Option<&StageName> {
        let named = match self.ranks.get(stage) {
            Some(rank) => self.named.get(*rank),
            None => self.named.iter().find(|named| named.stage == stage),
        };
        named.map(|named| &named.name)
    }

    /// Returns `true` if two stages have one name.
    pub(crate) fn has_duplicates(&self) -> bool {
        let mut pairs = self.named.windows(2);
        pairs.any(|pair| matches!(pair, [a, b] if a.cmp(b.prefix, b.name.as_str()).is_eq()))
    }

    /// The stage just above another, if it has this name, and whether no later stage has it: what
    /// most references mean, without a search.
    fn just_above(&self, name: &str, stage: usize) -> Option<(usize, bool)> {
        let above = stage.checked_sub(1)?;
        let rank = *self.ranks.get(above)?;
        let named = self.named.get(rank)?;
        if named.name.as_str() != name {
            return None;
        }
        let next = self.named.get(rank + 1);
        let last = next.is_none_or(|next| next.name.as_str() != name);
        Some((above, last))
    }

    /// The stages of a name, in order.
    fn of_name(&self, name: &str) -> &[Named] {
        if name.len() > self.longest {
            return &[];
        }
        let key = prefix(name);
        let from = self
            .named
            .partition_point(|other| other.cmp(key, name).is_lt());
        let rest = self.named.get(from..).unwrap_or_default();
        // Most names are taken once.
        let is_named = |other: &Named| other.cmp(key, name).is_eq();
        let len = match rest {
            [first, ..] if !is_named(first) => 0,
            [_, second, ..] if is_named(second) => rest.partition_point(is_named),
            _ => rest.len().min(1),
        };
        rest.get(..len).unwrap_or_default()
    }

    /// The stages of a name, in order.
    pub(crate) fn all(&self, name: &str) -> impl DoubleEndedIterator<Item = usize> + '_ {
        self.of_name(name).iter().map(|named| named.stage)
    }

    /// The stage that `--target` means.
    pub(crate) fn target(&self, name: &StageName) -> Option<usize> {
        self.all(name.as_str()).next_back()
    }

    /// The nearest stage of exactly this name above another.
    fn above(&self, name: &str, stage: usize) -> Option<usize> {
        if let Some((above, _)) = self.just_above(name, stage) {
            return Some(above);
        }
        let named = self.of_name(name);
        let above = named.partition_point(|other| other.stage < stage);
        named.get(above.checked_sub(1)?).map(|named| named.stage)
    }

    /// Returns the meaning of a text to Docker where a stage refers to it: FROM looks for exactly
    /// that name above, `--from` for the last stage of that name in any case, and COPY for a number
    /// first.
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

    /// The stage that a source means where a stage refers to it, also one that Docker would not
    /// find there.
    pub(crate) fn meant(&self, source: &Source, via: Via, stage: usize) -> Option<usize> {
        match source {
            Source::Stage(name) => match via {
                Via::Base => self
                    .above(name.as_str(), stage)
                    .or_else(|| self.all(name.as_str()).next()),
                Via::Copy | Via::Mount => match self.just_above(name.as_str(), stage) {
                    Some((above, true)) => Some(above),
                    _ => self.target(name),
                },
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
