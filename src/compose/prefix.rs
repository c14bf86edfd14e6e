//! The names of a file under a prefix, before it is merged.

use indexmap::{IndexMap, IndexSet};

use super::merge::{MergeConflict, Merged, rename, tag_shadowed};
use crate::edges::{Choice, Expressions, NamesAbove};
use crate::edit::Broken;
use crate::model::{Dockerfile, Stage};
use crate::reference::{Context, Image, Source, StageName};
use crate::text::literal;

/// Puts the names of a file under a prefix. Returns the bases that would not name what they name.
pub(super) fn put_under(
    prefix: &str,
    file: &mut Dockerfile,
    merged: &mut Merged,
) -> Vec<MergeConflict> {
    let prefix = StageName::new(prefix);
    let prefixed = |name: &str| format!("{prefix}-{name}");
    let bases = PrefixedBases::of(file, &prefixed(""));
    let named = file.stages.iter().filter_map(Stage::name);
    let stages: IndexMap<StageName, StageName> = named
        .filter(|name| !bases.kept.contains_key(*name))
        .map(|name| (name.clone(), StageName::new(prefixed(name.as_str()))))
        .collect();
    let contexts: IndexMap<Context, Context> = file
        .contexts()
        .map(|name| (name.clone(), Context::new(prefixed(name.as_str()))))
        .collect();
    let broken = file.broken_bases(&stages).into_iter();
    let mut conflicts: Vec<MergeConflict> = broken
        .filter(|broken| !bases.follows(broken))
        .map(MergeConflict::from)
        .collect();
    conflicts.extend(bases.torn.into_iter().map(|(base, from)| {
        let to = StageName::new(prefixed(from.as_str()));
        MergeConflict::BrokenBase { base, from, to }
    }));
    conflicts.extend(stages.values().filter_map(|to| {
        let base = bases.kept.get(to)?.clone();
        Some(MergeConflict::CaughtBase {
            base,
            to: to.clone(),
        })
    }));
    for (n, stage) in file.stages.iter_mut().enumerate() {
        if let Source::Image(image) = &mut stage.from.base {
            if bases.prefixed.get(image).is_some_and(|first| *first < n) {
                *image = Image::from(literal(prefixed("")) + image.text());
            }
        }
    }
    rename(file, &stages, &contexts, merged);
    let names: IndexSet<StageName> = file
        .stages
        .iter()
        .filter_map(Stage::name)
        .cloned()
        .collect();
    let mut new: IndexSet<StageName> = stages.into_values().collect();
    if let (Some(last), Some((_, slot))) = (file.stages.last_mut(), merged.stages.last_mut()) {
        let name = last
            .from
            .name
            .get_or_insert_with(|| free_name(prefix, &names));
        new.insert(name.clone());
        *slot = Some(name.clone());
    }
    file.each_own_source(|via, source| tag_shadowed(via, source, &new));
    conflicts
}

/// A name that no stage has; with a number if one has.
fn free_name(name: StageName, taken: &IndexSet<StageName>) -> StageName {
    let mut free = name.clone();
    let mut counter = 1;
    while taken.contains(&free) {
        counter += 1;
        free = StageName::new(format!("{name}-{counter}"));
    }
    free
}

/// The bases that are expressions, after the names of their file were put under a prefix.
struct PrefixedBases {
    /// Those that get the prefix: what they come out as begins with a text of the file, and names
    /// its stages. Each with the first stage that it names; above it, the same expression is an
    /// image.
    prefixed: IndexMap<Image, usize>,
    /// The stages that keep their names, as a build argument says them as a whole, each with the
    /// base that can name it.
    kept: IndexMap<StageName, Image>,
    /// The bases that get the prefix and can name a stage that keeps its name.
    torn: Vec<(Image, StageName)>,
}

impl PrefixedBases {
    fn of(file: &Dockerfile, prefix: &str) -> PrefixedBases {
        let mut bases = PrefixedBases {
            prefixed: IndexMap::new(),
            kept: IndexMap::new(),
            torn: Vec::new(),
        };
        let expressions = Expressions::of(file);
        for base in &expressions.list {
            if base.selects && base.any.as_ref().is_some_and(Choice::is_anchored) {
                bases.prefixed.insert(base.image.clone(), usize::MAX);
            }
        }
        let stages = file.stages.iter().enumerate();
        let positions: IndexMap<&str, usize> = stages
            .filter_map(|(n, stage)| Some((stage.name()?.as_str(), n)))
            .collect();
        expressions.each_selected(|base, name| match bases.prefixed.get_mut(base.image) {
            Some(first) => *first = positions.get(name).map_or(*first, |n| (*first).min(*n)),
            None => {
                let name = StageName::new(name);
                bases.kept.entry(name).or_insert_with(|| base.image.clone());
            }
        });
        expressions.each_selected(|base, name| {
            let name = StageName::new(name);
            if bases.prefixed.contains_key(base.image) && bases.kept.contains_key(&name) {
                bases.torn.push((base.image.clone(), name));
            }
        });
        // A stage that keeps a name that begins like the prefix.
        let kept = bases
            .kept
            .keys()
            .filter_map(|name| name.as_str().strip_prefix(prefix));
        let kept = NamesAbove::of(kept.map(|rest| (rest, 0)));
        for base in &expressions.list {
            if let Some(choice) = base
                .any
                .as_ref()
                .filter(|_| bases.prefixed.contains_key(base.image))
            {
                kept.matching(choice, 1, |rest| {
                    let name = StageName::new(format!("{prefix}{rest}"));
                    bases.torn.push((base.image.clone(), name));
                    true
                });
            }
        }
        bases
    }

    /// Returns `true` if a base gets the prefix as its stages do.
    fn follows(&self, broken: &Broken) -> bool {
        self.prefixed.contains_key(broken.base())
    }
}
