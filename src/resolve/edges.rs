//! Resolves what each stage refers to.

use crate::edges::{Graph, Meaning, Via};
use crate::model::{Dockerfile, Stage};
use crate::reference::{Source, full_name};
use crate::syntax::{At, Part};

/// The references of each stage.
pub(super) struct Edges {
    bases: Vec<Option<usize>>,
    stages: Vec<Edge>,
}

/// A reference of a stage, other than its base.
#[derive(Default)]
pub(super) struct Edge {
    pub(super) needs: Vec<usize>,
    pub(super) images: Vec<String>,
    /// References to what is not there, or not yet.
    pub(super) wrong: Vec<(At, Part)>,
    /// `true` if another stage starts from it, or can.
    pub(super) is_base: bool,
}

impl Edges {
    pub(super) fn of(graph: &Graph<'_>, file: &Dockerfile) -> Edges {
        let mut edges = Edges {
            bases: vec![None; graph.stages.len()],
            stages: Vec::new(),
        };
        edges.stages.resize_with(graph.stages.len(), Edge::default);
        let is_open = |stage: &Stage| matches!(&stage.from.base, Source::Image(image) if image.as_literal().is_none());
        if graph.stages.iter().any(is_open) {
            for edge in &mut edges.stages {
                edge.is_base = true;
            }
        }
        for reference in &graph.references {
            let base = reference.target().filter(|_| reference.via == Via::Base);
            if let Some(edge) = base.and_then(|base| edges.stages.get_mut(base)) {
                edge.is_base = true;
            }
            let Some(edge) = edges.stages.get_mut(reference.stage()) else {
                continue;
            };
            if reference.via == Via::Base {
                if let Some(base) = edges.bases.get_mut(reference.stage()) {
                    *base = reference
                        .target()
                        .filter(|target| *target < reference.stage());
                }
                continue;
            }
            match (reference.target(), reference.source) {
                (Some(target), _) if target < reference.stage() => edge.needs.push(target),
                (Some(_), _) | (None, Source::Stage(_) | Source::Index(_)) => {
                    edge.wrong.push((reference.at(), reference.part()));
                }
                (None, Source::Context(_)) => {}
                (None, Source::Image(image)) => edge.image(image.as_literal(), file),
            }
        }
        edges
    }

    pub(super) fn base(&self, stage: usize) -> Option<usize> {
        self.bases.get(stage).copied().flatten()
    }

    pub(super) fn take(&mut self, stage: usize) -> Edge {
        self.stages
            .get_mut(stage)
            .map(std::mem::take)
            .unwrap_or_default()
    }
}

impl Edge {
    fn image(&mut self, name: Option<&str>, file: &Dockerfile) {
        let Some(name) = name.filter(|name| *name != "scratch") else {
            return;
        };
        if file.beside.context_named(name).is_none() {
            self.images.push(full_name(name));
        }
    }
}

/// The stages of this file that a trigger of a base image refers to by name.
pub(super) fn stages_of(
    file: &Dockerfile,
    graph: &Graph<'_>,
    (via, source): (Via, &Source),
    index: usize,
    edge: &mut Edge,
) {
    let Some(name) = source.external() else {
        return;
    };
    match graph.names.look_up(name, via, index) {
        Meaning::Stage(target) if target < index => edge.needs.push(target),
        Meaning::Stage(_) | Meaning::NoStage => {}
        Meaning::External => edge.image(Some(name), file),
    }
}
