//! `PossibleBases`: the stages that bases can name which are expressions.

use indexmap::IndexMap;

use super::Choice;
use crate::limits;
use crate::model::Stage;
use crate::reference::Source;

/// The stages that each base can name which is an expression: `FROM binaries-$TARGETOS`.
#[derive(Debug, Clone)]
pub(crate) struct PossibleBases {
    /// The expression that the base of each stage is.
    expressions: Vec<Option<usize>>,
    /// For each expression the stages that it can name, in order; `None` for all that have a name.
    named: Vec<Option<Vec<usize>>>,
    /// The stages that have a name, in order.
    all: Vec<usize>,
}

impl PossibleBases {
    pub(crate) fn of(stages: &[Stage]) -> PossibleBases {
        let mut choices: IndexMap<&Source, Choice<'_>> = IndexMap::new();
        let mut expressions = vec![None; stages.len()];
        for (stage, slot) in stages.iter().zip(&mut expressions) {
            let base = stage.base();
            if let Some(choice) = Choice::of(base) {
                let entry = choices.entry(base);
                *slot = Some(entry.index());
                entry.or_insert(choice);
            }
        }
        let mut possible = PossibleBases {
            expressions,
            named: Vec::with_capacity(choices.len()),
            all: Vec::new(),
        };
        if choices.is_empty() {
            return possible;
        }
        let names = stages.iter().enumerate();
        possible.all = names
            .filter_map(|(n, stage)| stage.name().map(|_| n))
            .collect();
        let mut budget = limits::BASE_LETTERS;
        for choice in choices.values() {
            let named = stages_of(choice, stages, &possible.all, &mut budget);
            possible.named.push(named);
        }
        possible
    }

    /// The number of expressions.
    pub(crate) fn len(&self) -> usize {
        self.named.len()
    }

    /// The expression that the base of a stage is, by its number.
    pub(crate) fn expression(&self, stage: usize) -> Option<usize> {
        self.expressions.get(stage).copied().flatten()
    }

    /// The stages that the base of a stage can name, in order.
    pub(crate) fn of_stage(&self, stage: usize) -> &[usize] {
        let Some(named) = self.expression(stage).and_then(|n| self.named.get(n)) else {
            return &[];
        };
        let stages = named.as_ref().unwrap_or(&self.all);
        let above = stages.partition_point(|other| *other < stage);
        stages.get(..above).unwrap_or_default()
    }

    /// Returns, for each stage, `true` if it can be the base of a later one whose base is an
    /// expression.
    pub(crate) fn of_any(&self) -> Vec<bool> {
        let mut any = vec![false; self.expressions.len()];
        // Each expression where it is last, as it can name most there; one is enough of those that can name all.
        let mut last = vec![0; self.named.len()];
        let mut open = 0;
        for (stage, expression) in self.expressions.iter().enumerate() {
            match expression.and_then(|n| Some((self.named.get(n)?, last.get_mut(n)?))) {
                Some((Some(_), slot)) => *slot = stage,
                Some((None, _)) => open = stage,
                None => {}
            }
        }
        for stage in last.into_iter().chain([open]) {
            for named in self.of_stage(stage) {
                if let Some(slot) = any.get_mut(*named) {
                    *slot = true;
                }
            }
        }
        any
    }
}

fn stages_of(
    choice: &Choice<'_>,
    stages: &[Stage],
    named: &[usize],
    budget: &mut usize,
) -> Option<Vec<usize>> {
    if choice.is_open() {
        return None;
    }
    let mut found = Vec::new();
    for n in named {
        let name = stages.get(*n).and_then(Stage::name)?.as_str();
        *budget = budget.checked_sub((name.len() + 1).saturating_mul(choice.len()))?;
        if choice.can_be(name) {
            found.push(*n);
        }
    }
    Some(found)
}

#[cfg(test)]
#[cfg(feature = "parse")]
mod tests {
    use super::*;
    use crate::model::Dockerfile;

    fn possible(text: &str, stage: usize) -> Vec<usize> {
        let file = Dockerfile::parse(text).unwrap_or_default();
        PossibleBases::of(file.stages()).of_stage(stage).to_vec()
    }

    #[test]
    fn only_stages_above_count() {
        let text = "FROM x AS bin-a\nFROM bin-$V AS bin-b\nFROM x AS lib\nFROM bin-$V\nFROM $V\n";
        assert_eq!(possible(text, 1), [0]);
        assert_eq!(possible(text, 3), [0, 1]);
        assert_eq!(possible(text, 4), [0, 1, 2]);
        assert!(possible(text, 0).is_empty());
    }

    #[test]
    fn an_alternative_is_that_or_nothing() {
        let text = "FROM x AS run\nFROM x AS run-debug\nFROM x AS run-test\nFROM run${D:+-debug}\n";
        assert_eq!(possible(text, 3), [0, 1]);
    }
}
