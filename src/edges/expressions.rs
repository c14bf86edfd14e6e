//! The bases of a file that are expressions, and the stages that each can name.

use std::cell::Cell;

use indexmap::IndexMap;

use super::expression_base::{Choice, Defaults};
use crate::limits;
use crate::model::{Dockerfile, Stage};
use crate::reference::{Image, Source};

/// The bases of a file that are expressions, each text once.
#[derive(Debug)]
pub(crate) struct Expressions<'m> {
    pub(crate) list: Vec<ExpressionBase<'m>>,
    pub(crate) names: NamesAbove<'m>,
}

/// A base that is an expression.
#[derive(Debug)]
pub(crate) struct ExpressionBase<'m> {
    pub(crate) image: &'m Image,
    /// The last stage that has this base: the stages above it are those that it can name.
    pub(crate) last: usize,
    /// Its values, whatever arguments the build gives; `None` if none of them is the name of a
    /// stage.
    pub(crate) any: Option<Choice<'m>>,
    /// Its values if the build sets no argument that has a default; `None` if none of them is the
    /// name of a stage.
    pub(crate) default: Option<Choice<'m>>,
    /// `true` if the default is, or can be, a stage above. Another argument is then taken to name
    /// another stage; where the default is an image, another argument is taken to name another
    /// image.
    pub(crate) selects: bool,
}

impl<'m> Expressions<'m> {
    pub(crate) fn of(file: &'m Dockerfile) -> Expressions<'m> {
        let mut found: IndexMap<&Source, (usize, &Image)> = IndexMap::new();
        for (n, stage) in file.stages.iter().enumerate() {
            let base = &stage.from.base;
            if let Source::Image(image) = base {
                if image.as_literal().is_none() {
                    found.insert(base, (n, image));
                }
            }
        }
        let mut list = Vec::with_capacity(found.len());
        if found.is_empty() {
            let names = NamesAbove::default();
            return Expressions { list, names };
        }
        let defaults = Defaults::of(file);
        let stages = file.stages.iter().enumerate();
        let names = NamesAbove::of(stages.filter_map(|(n, stage)| Some((name_of(stage)?, n))));
        for (base, (last, image)) in found {
            let any = defaults.any(base);
            let mut default = defaults.choice(image.text());
            let named = |choice: &Choice<'_>| {
                let mut some = false;
                names.matching(choice, last, |_| {
                    some = true;
                    false
                });
                some
            };
            let mut selects = default.as_ref().is_some_and(named);
            if !selects && default.as_ref().is_some_and(Choice::is_rejected) {
                // No build goes by the default, so that a build argument says which stage it is.
                default.clone_from(&any);
                selects = any.as_ref().is_some_and(named);
            }
            list.push(ExpressionBase {
                image,
                last,
                any,
                default,
                selects,
            });
        }
        Expressions { list, names }
    }

    /// Calls back for each base that selects a stage, with each name that it selects.
    pub(crate) fn each_selected(&self, mut found: impl FnMut(&ExpressionBase<'m>, &'m str)) {
        for base in &self.list {
            if let Some(choice) = base.any.as_ref().filter(|_| base.selects) {
                self.names.matching(choice, base.last, |name| {
                    found(base, name);
                    true
                });
            }
        }
    }
}

/// For each stage, `true` if its base is an expression that is a stage above by what the file says,
/// so that it is not an image to pull: `FROM $KIND` where the default of `KIND` is a stage, or
/// `FROM binaries-$TARGETOS`.
pub(crate) fn bases_that_are_stages(file: &Dockerfile) -> Vec<bool> {
    let mut found = vec![false; file.stages.len()];
    let expressions = Expressions::of(file);
    if expressions.list.is_empty() {
        return found;
    }
    let mut defaults: IndexMap<&Image, &Choice<'_>> = IndexMap::new();
    for base in &expressions.list {
        // `$BASE` without a default, and `$REGISTRY-$NAME`, can be any image.
        if let Some(default) = base
            .default
            .as_ref()
            .filter(|it| base.selects && it.is_anchored())
        {
            defaults.insert(base.image, default);
        }
    }
    for (n, (stage, slot)) in file.stages.iter().zip(&mut found).enumerate() {
        let Source::Image(image) = &stage.from.base else {
            continue;
        };
        if let Some(default) = defaults.get(image) {
            expressions.names.matching(default, n, |_| {
                *slot = true;
                false
            });
        }
    }
    found
}

fn name_of(stage: &Stage) -> Option<&str> {
    stage.name().map(|name| name.as_str())
}

/// The names of stages, each with the place where it is first.
#[derive(Debug, Default)]
pub(crate) struct NamesAbove<'m> {
    /// Sorted.
    names: Vec<(&'m str, usize)>,
    left: Cell<usize>,
}

impl<'m> NamesAbove<'m> {
    pub(crate) fn of(names: impl Iterator<Item = (&'m str, usize)>) -> NamesAbove<'m> {
        let mut names: Vec<(&str, usize)> = names.collect();
        names.sort_unstable();
        names.dedup_by_key(|(name, _)| *name);
        NamesAbove {
            names,
            left: Cell::new(limits::BASE_COMPARISONS),
        }
    }

    /// Calls back for each name above a stage that a base can be, as long as that returns `true`.
    pub(crate) fn matching(
        &self,
        choice: &Choice<'_>,
        above: usize,
        mut found: impl FnMut(&'m str) -> bool,
    ) {
        let only = choice.only();
        let prefix = only.unwrap_or(choice.prefix());
        let first = self.names.partition_point(|(name, _)| *name < prefix);
        for (name, at) in self.names.get(first..).unwrap_or_default() {
            if !name.starts_with(prefix) || only.is_some_and(|only| only != *name) {
                break;
            }
            let left = self.left.get();
            self.left.set(left.saturating_sub(1));
            let can_be = left == 0 || choice.can_be(name);
            if *at < above && can_be && !found(name) {
                break;
            }
        }
    }
}

#[cfg(test)]
#[cfg(feature = "parse")]
mod tests {
    use super::*;

    fn last_is_a_stage(text: &str) -> bool {
        let file = Dockerfile::parse(text).unwrap_or_default();
        bases_that_are_stages(&file).last() == Some(&true)
    }

    #[test]
    fn expressions_that_are_stages() {
        for text in [
            "ARG K=a\nFROM x AS a\nFROM $K\n",
            "FROM x AS a\nFROM ${K:-a}\n",
            "ARG K\nFROM x AS a\nFROM ${K-a}\n",
            "FROM x AS a\nFROM x AS a-debug\nFROM a${D:+-debug}\n",
            "FROM x AS bin-linux\nFROM bin-$TARGETOS\n",
            "FROM x AS linux\nFROM x AS windows\nFROM $TARGETOS\n",
            "ARG V\nFROM x AS s-1\nFROM s-$V\n",
            "ARG A=a\nARG B=$A\nFROM x AS a\nFROM $B\n",
        ] {
            assert!(last_is_a_stage(text), "{text}");
        }
    }

    #[test]
    fn expressions_that_can_be_images() {
        for text in [
            "ARG K=b\nFROM x AS a\nFROM $K\n",
            "ARG K\nFROM x AS a\nFROM $K\n",
            "FROM $K AS a\n",
            "ARG K=a\nFROM $K\nFROM x AS a\nFROM x$K\n",
            "FROM x AS a\nFROM $TARGETOS\n",
            "ARG R=ghcr.io/x\nFROM x AS a\nFROM $R-a\n",
            "FROM x AS a\nFROM alpine:$V\n",
            "ARG A\nARG B\nFROM x AS go-deps\nFROM $A-$B\n",
            "ARG A=ghcr.io/x:1\nFROM x AS go-deps\nFROM $A-$TARGETARCH\n",
        ] {
            assert!(!last_is_a_stage(text), "{text}");
        }
    }
}
