//! The stages as a graph: who refers to whom.

mod expression_base;

pub(crate) use self::expression_base::{Choice, Defaults};

use indexmap::IndexMap;

use crate::instruction::Instruction;
use crate::model::{Dockerfile, Stage};
use crate::reference::Source;
use crate::syntax::{At, Part};

/// How a stage refers to something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Via {
    /// FROM.
    Base,
    /// `COPY --from`.
    Copy,
    /// `RUN --mount=from=`.
    Mount,
}

/// A reference of a stage to a stage, an image or a context.
#[derive(Debug, Clone)]
pub(crate) struct Reference<'m> {
    /// The stage that it is resolved in: for a trigger, the first stage that triggers it.
    pub(crate) stage: usize,
    pub(crate) at: At,
    pub(crate) part: Part,
    pub(crate) via: Via,
    pub(crate) source: &'m Source,
    /// For a trigger: the stage that declares it.
    pub(crate) declared_in: Option<usize>,
    /// The stage that is meant, if there is one.
    pub(crate) target: Option<usize>,
}

/// The stages of a file and their references.
#[derive(Debug)]
pub(crate) struct Graph<'m> {
    pub(crate) stages: &'m [Stage],
    pub(crate) references: Vec<Reference<'m>>,
    names: Names<'m>,
}

impl<'m> Graph<'m> {
    pub(crate) fn of(file: &'m Dockerfile) -> Graph<'m> {
        let stages = file.stages.as_slice();
        let names = Names::of(stages);
        let mut references = Vec::with_capacity(2 * stages.len());
        for (n, stage) in stages.iter().enumerate() {
            let base = &stage.from.base;
            references.push(Reference {
                stage: n,
                at: At::From(n),
                part: Part::Base,
                via: Via::Base,
                source: base,
                declared_in: None,
                target: names.resolve(base, Via::Base, n, stages.len()),
            });
            for (step, item) in stage.steps.iter().enumerate() {
                let at = At::Step { stage: n, step };
                sources(item.instruction(), &mut |part, via, source| {
                    references.push(Reference {
                        stage: n,
                        at,
                        part,
                        via,
                        source,
                        declared_in: None,
                        target: names.resolve(source, via, n, stages.len()),
                    });
                });
            }
        }
        let mut graph = Graph {
            stages,
            references,
            names,
        };
        graph.add_triggers();
        graph
    }

    /// The references of triggers are resolved where they run: the first stage that triggers them says most, as
    /// what is declared for it is declared for the later ones too.
    fn add_triggers(&mut self) {
        let has_triggers = |stage: &Stage| {
            stage
                .steps
                .iter()
                .any(|step| matches!(step.instruction(), Instruction::Onbuild(_)))
        };
        if !self.stages.iter().any(has_triggers) {
            return;
        }
        let mut first_child: Vec<Option<usize>> = vec![None; self.stages.len()];
        for child in 0..self.stages.len() {
            if let Some(slot) = self
                .base_of(child)
                .and_then(|base| first_child.get_mut(base))
            {
                slot.get_or_insert(child);
            }
        }
        for (n, stage) in self.stages.iter().enumerate() {
            let Some(child) = first_child.get(n).copied().flatten() else {
                continue;
            };
            for (step, item) in stage.steps.iter().enumerate() {
                let Instruction::Onbuild(onbuild) = item.instruction() else {
                    continue;
                };
                let Some(instruction) = onbuild.instruction() else {
                    continue;
                };
                let (names, count) = (&self.names, self.stages.len());
                let references = &mut self.references;
                sources(instruction, &mut |part, via, source| {
                    references.push(Reference {
                        stage: child,
                        at: At::Step { stage: n, step },
                        part,
                        via,
                        source,
                        declared_in: Some(n),
                        target: names.resolve(source, via, child, count),
                    });
                });
            }
        }
    }

    /// The stage that a stage starts from.
    pub(crate) fn base_of(&self, stage: usize) -> Option<usize> {
        let base = &self.stages.get(stage)?.from.base;
        self.names
            .resolve(base, Via::Base, stage, self.stages.len())
            .filter(|base| *base < stage)
    }

    /// The names of the stages, in order, each once.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'m str> + '_ {
        self.names.0.keys().copied()
    }

    /// The stage that a source means as the base of a stage.
    pub(crate) fn base_named(&self, base: &Source, stage: usize) -> Option<usize> {
        let count = self.stages.len();
        self.names.resolve(base, Via::Base, stage, count)
    }

    /// The stage that a source means in `COPY --from` and in mounts.
    pub(crate) fn taken_from(&self, source: &Source) -> Option<usize> {
        self.names.resolve(source, Via::Copy, 0, self.stages.len())
    }

    /// The stages of a name, in order.
    pub(crate) fn named(&self, name: &str) -> &[usize] {
        self.names.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a stage refers to one that comes later.
    pub(crate) fn has_forward_references(&self) -> bool {
        let forward = |reference: &Reference<'_>| {
            reference
                .target
                .is_some_and(|target| target > reference.stage)
        };
        self.references.iter().any(forward)
    }

    /// For each stage the number of the cycle that it is part of; stages that are in none have numbers of their
    /// own.
    pub(crate) fn components(&self) -> Vec<usize> {
        let mut edges: Vec<Vec<usize>> = vec![Vec::new(); self.stages.len()];
        for reference in &self.references {
            if let (Some(target), Some(list)) = (reference.target, edges.get_mut(reference.stage)) {
                list.push(target);
            }
        }
        strong_components(&edges)
    }
}

/// Calls back for every reference that an instruction makes where it stands.
pub(crate) fn sources<'m>(
    instruction: &'m Instruction,
    found: &mut impl FnMut(Part, Via, &'m Source),
) {
    match instruction {
        Instruction::Copy(copy) => {
            if let Some(source) = &copy.from {
                found(Part::FlagValue("from", 0), Via::Copy, source);
            }
        }
        Instruction::Run(run) => {
            for (n, mount) in run.mounts.iter().enumerate() {
                if let Some(source) = mount.origin() {
                    found(Part::MountValue("from", n), Via::Mount, source);
                }
            }
        }
        _ => {}
    }
}

/// Calls back for every reference that an instruction makes where it stands, to change it.
pub(crate) fn sources_mut(
    instruction: &mut Instruction,
    found: &mut impl FnMut(Part, Via, &mut Source),
) {
    match instruction {
        Instruction::Copy(copy) => {
            if let Some(source) = &mut copy.from {
                found(Part::FlagValue("from", 0), Via::Copy, source);
            }
        }
        Instruction::Run(run) => {
            for (n, mount) in run.mounts.iter_mut().enumerate() {
                if let Some(source) = mount.origin_mut() {
                    found(Part::MountValue("from", n), Via::Mount, source);
                }
            }
        }
        _ => {}
    }
}

/// The stages of each name, in order.
#[derive(Debug)]
struct Names<'m>(IndexMap<&'m str, Vec<usize>>);

impl<'m> Names<'m> {
    fn of(stages: &'m [Stage]) -> Names<'m> {
        let mut names: IndexMap<&str, Vec<usize>> = IndexMap::with_capacity(stages.len());
        for (n, stage) in stages.iter().enumerate() {
            if let Some(name) = stage.name() {
                names.entry(name.as_str()).or_default().push(n);
            }
        }
        Names(names)
    }

    /// The stage that a source means, in whatever place it stands.
    fn resolve(&self, source: &Source, via: Via, stage: usize, count: usize) -> Option<usize> {
        match source {
            Source::Stage(name) => {
                let named = self.0.get(name.as_str())?;
                // FROM sees the last one above it, `--from` the last one of the file.
                let above = named.partition_point(|other| *other < stage);
                match via {
                    Via::Base => named.get(above.saturating_sub(1)).copied(),
                    Via::Copy | Via::Mount => named.last().copied(),
                }
            }
            Source::Index(index) => (*index < count).then_some(*index),
            Source::Image(_) | Source::Context(_) => None,
        }
    }
}

/// Tarjan's algorithm, with a list in place of recursion.
fn strong_components(edges: &[Vec<usize>]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let count = edges.len();
    let mut index = vec![NEW; count];
    let mut low = vec![0; count];
    let mut component = vec![NEW; count];
    let mut stack = Vec::new();
    let mut next_index = 0;
    let mut next_component = 0;
    // Each entry: a node and how many of its edges have been followed.
    let mut work: Vec<(usize, usize)> = Vec::new();
    let get = |list: &[usize], at: usize| list.get(at).copied().unwrap_or(NEW);
    let set = |list: &mut [usize], at: usize, value: usize| {
        if let Some(slot) = list.get_mut(at) {
            *slot = value;
        }
    };
    for root in 0..count {
        if get(&index, root) != NEW {
            continue;
        }
        work.push((root, 0));
        while let Some((node, followed)) = work.pop() {
            if followed == 0 {
                set(&mut index, node, next_index);
                set(&mut low, node, next_index);
                next_index += 1;
                stack.push(node);
            }
            let out = edges.get(node).map_or(&[][..], Vec::as_slice);
            match out.get(followed).copied() {
                Some(target) => {
                    work.push((node, followed + 1));
                    if get(&index, target) == NEW {
                        work.push((target, 0));
                    } else if get(&component, target) == NEW {
                        let reached = get(&low, node).min(get(&index, target));
                        set(&mut low, node, reached);
                    }
                }
                None => {
                    if get(&low, node) == get(&index, node) {
                        while let Some(member) = stack.pop() {
                            set(&mut component, member, next_component);
                            if member == node {
                                break;
                            }
                        }
                        next_component += 1;
                    }
                    if let Some((parent, _)) = work.last().copied() {
                        let reached = get(&low, parent).min(get(&low, node));
                        set(&mut low, parent, reached);
                    }
                }
            }
        }
    }
    component
}
