//! Names that are free, for the stages and contexts of a file that is merged into another.

use indexmap::{IndexMap, IndexSet};

use crate::edges::{Expressions, Via};
use crate::model::{Dockerfile, Stage};
use crate::reference::{Context, StageName, familiar};

/// The names that are taken in the file that receives, and what a new name has to avoid.
pub(super) struct Names<'f> {
    here: &'f Dockerfile,
    stages: IndexSet<&'f StageName>,
    /// The names that a merged stage cannot have, because `--from` would find it, or no longer find
    /// another stage.
    taken: IndexSet<StageName>,
    /// The images of this file, as a named context would replace them.
    images: IndexSet<&'f str>,
    avoid: IndexSet<StageName>,
    counters: IndexMap<StageName, usize>,
}

impl<'f> Names<'f> {
    pub(super) fn of(here: &'f Dockerfile, other: &Dockerfile) -> Names<'f> {
        let context = |name: &Context| StageName::new(name.as_str());
        let stages: IndexSet<&StageName> = here.stages.iter().filter_map(Stage::name).collect();
        let mut taken: IndexSet<StageName> = stages.iter().copied().cloned().collect();
        taken.extend(here.contexts().map(context));
        let mut images = IndexSet::new();
        for (via, source) in here.sources() {
            if let Some(text) = source.external() {
                images.insert(familiar(text));
                if via != Via::Base {
                    taken.insert(StageName::new(text));
                }
            }
        }
        let mut avoid = taken.clone();
        avoid.extend(images.iter().map(StageName::new));
        avoid.extend(other.stages.iter().filter_map(Stage::name).cloned());
        avoid.extend(other.contexts().map(context));
        for (_, source) in other.sources() {
            avoid.insert(StageName::new(source.spelling()));
        }
        for base in &Expressions::of(other).list {
            let only = base.default.as_ref().and_then(|choice| choice.only());
            avoid.extend(only.map(StageName::new));
        }
        Names {
            here,
            stages,
            taken,
            images,
            avoid,
            counters: IndexMap::new(),
        }
    }

    /// The stages of the other file whose names are taken, and their new names.
    pub(super) fn of_stages(&mut self, other: &Dockerfile) -> IndexMap<StageName, StageName> {
        let mut new = IndexMap::new();
        for name in other.stages.iter().filter_map(Stage::name) {
            if self.taken.contains(name) && !new.contains_key(name) {
                new.insert(name.clone(), self.free(name.clone()));
            }
        }
        new
    }

    /// The contexts of the other file whose names mean something else here, and their new names.
    pub(super) fn of_contexts(&mut self, other: &Dockerfile) -> IndexMap<Context, Context> {
        let mut new = IndexMap::new();
        for context in other.contexts() {
            let name = StageName::new(context.as_str());
            let shared = self.here.beside.contexts.contains(context);
            let shared = shared && !self.stages.contains(&name);
            if !shared && (self.taken.contains(&name) || self.images.contains(context.as_str())) {
                new.insert(context.clone(), Context::new(self.free(name).as_str()));
            }
        }
        new
    }

    fn free(&mut self, name: StageName) -> StageName {
        let counter = self.counters.entry(name.clone()).or_insert(1);
        loop {
            *counter += 1;
            let free = StageName::new(format!("{name}-{counter}"));
            if self.avoid.insert(free.clone()) {
                return free;
            }
        }
    }
}
