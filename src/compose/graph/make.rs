//! Makes the graph of a build.

use indexmap::{IndexMap, IndexSet};

use super::walk::Heaviest;
use super::{BuildGraph, Edge, EdgeKind, Node, NodeId, NodeKind, Role};
use crate::compose::prune;
use crate::edges::{Epoch, Graph, PossibleBases, Via, sources};
use crate::instruction::Instruction;
use crate::model::{Dockerfile, Stage};
use crate::reference::Source;
use crate::syntax::{At, Part};

pub(super) fn make(file: &Dockerfile) -> BuildGraph {
    let mut make = Make::of(file);
    for (n, stage) in file.stages.iter().enumerate() {
        make.stage(n, stage);
    }
    make.finish()
}

struct Make<'m> {
    file: &'m Dockerfile,
    graph: Graph<'m>,
    outside: IndexSet<NodeKind>,
    /// The expressions that can be stages.
    made: BuildGraph,
}

impl<'m> Make<'m> {
    fn of(file: &'m Dockerfile) -> Make<'m> {
        Make {
            file,
            graph: Graph::of(file),
            outside: IndexSet::new(),
            made: BuildGraph {
                nodes: Vec::new(),
                own: Vec::new(),
                triggers: Vec::new(),
                has_triggers: false,
                possible: PossibleBases::of(&file.stages),
            },
        }
    }

    fn stage(&mut self, user: usize, stage: &'m Stage) {
        let base = &stage.from.base;
        let mut own = Vec::new();
        let mut triggers = IndexMap::new();
        let source = match self.graph.names.meant(base, Via::Base, user) {
            Some(stage) => Some(stage),
            None => self.outside(base),
        };
        own.extend(source.map(|source| Edge {
            user: NodeId(user),
            source: NodeId(source),
            kind: EdgeKind::From,
            possible: false,
            at: At::From(user),
            part: Part::Base,
        }));
        for (step, item) in stage.steps.iter().enumerate() {
            let at = At::Step { stage: user, step };
            let (instruction, trigger) = match item.instruction() {
                Instruction::Onbuild(onbuild) => (onbuild.instruction(), true),
                instruction => (Some(instruction), false),
            };
            for (part, via, source) in instruction.into_iter().flat_map(sources) {
                let meant = match self.graph.names.meant(source, via, user) {
                    Some(stage) => Some(stage),
                    None => self.outside(source),
                };
                let Some(source) = meant else { continue };
                let kind = match via {
                    Via::Base => EdgeKind::From,
                    Via::Copy => EdgeKind::Copy,
                    Via::Mount => EdgeKind::Mount,
                };
                let edge = Edge {
                    user: NodeId(user),
                    source: NodeId(source),
                    kind,
                    possible: false,
                    at,
                    part,
                };
                if trigger {
                    // Every child has them: each is reported once.
                    triggers.entry((source, kind)).or_insert(edge);
                } else {
                    own.push(edge);
                }
            }
        }
        self.made.own.push(own);
        self.made.has_triggers |= !triggers.is_empty();
        self.made.triggers.push(triggers.into_values().collect());
    }

    /// The node of an image or a context; none for `scratch` and for what no stage is.
    fn outside(&mut self, source: &Source) -> Option<usize> {
        let kind = match source {
            Source::Image(image) => match image.as_literal() {
                Some("scratch") => return None,
                _ => match self.file.beside.context_of(image) {
                    Some(context) => NodeKind::Context(context.clone()),
                    None => NodeKind::Image(image.clone()),
                },
            },
            Source::Context(context) => NodeKind::Context(context.clone()),
            Source::Stage(_) | Source::Index(_) => return None,
        };
        Some(self.file.stages.len() + self.outside.insert_full(kind).0)
    }

    /// The stages that are built for their own sake take their date from the one that
    /// SOURCE_DATE_EPOCH names.
    fn epoch(&mut self) {
        let epoch = Epoch::of(self.file);
        let Some((epoch, source)) = epoch.zip(self.graph.epoch_stage(self.file)) else {
            return;
        };
        let mut wanted = prune::wanted(&self.graph, self.file);
        wanted.sort_unstable();
        wanted.dedup();
        for user in wanted.into_iter().filter(|user| *user != source) {
            if let Some(own) = self.made.own.get_mut(user) {
                own.push(Edge {
                    user: NodeId(user),
                    source: NodeId(source),
                    kind: EdgeKind::Epoch,
                    possible: false,
                    at: epoch.at(),
                    part: epoch.part,
                });
            }
        }
    }

    fn finish(mut self) -> BuildGraph {
        self.epoch();
        for user in 0..self.made.own.len() {
            let possible = !self.made.possible.of_stage(user).is_empty();
            let own = self.made.own.get_mut(user);
            if let Some(base) = own.and_then(|own| own.first_mut()).filter(|_| possible) {
                base.possible = true;
            }
        }
        self.nodes();
        self.made
    }

    fn nodes(&mut self) {
        let wanted = prune::wanted(&self.graph, self.file);
        let needed = prune::needed(&self.graph, self.file, &wanted);
        let last = self.file.stages.len().checked_sub(1);
        let targets: IndexSet<usize> = wanted.into_iter().collect();
        for (index, stage) in self.file.stages.iter().enumerate() {
            let role = if Some(index) == last {
                Role::Final
            } else if targets.contains(&index) {
                Role::Target
            } else if needed.get(index) == Some(&true) {
                Role::Needed
            } else {
                Role::Unused
            };
            self.made.nodes.push(Node {
                kind: NodeKind::Stage {
                    index,
                    name: stage.name().cloned(),
                },
                role,
                instructions: stage.steps.len() + 1,
                depth: 0,
            });
        }
        let outside = std::mem::take(&mut self.outside).into_iter();
        self.made.nodes.extend(outside.map(|kind| Node {
            kind,
            role: Role::Outside,
            instructions: 0,
            depth: 0,
        }));
        let mut depths = vec![None; self.made.nodes.len()];
        let mut below = Heaviest::of(&self.made);
        for NodeId(user) in self.made.order() {
            let deepest =
                below.of_user(&self.made, user, |node| depths.get(node).copied().flatten());
            if let Some(slot) = depths.get_mut(user) {
                *slot = Some(deepest.map_or(0, |(depth, _)| depth + 1));
            }
        }
        for (node, depth) in self.made.nodes.iter_mut().zip(depths) {
            node.depth = depth.unwrap_or(0);
        }
    }
}
