//! The stages as a graph: who refers to whom.

mod epoch;
mod expression_base;
mod expressions;
mod names;
mod occurs;
mod possible_bases;

pub(crate) use self::epoch::{Epoch, EpochValue, epoch_value};
pub(crate) use self::expression_base::{Choice, Defaults};
pub(crate) use self::expressions::{Expressions, NamesAbove, bases_that_are_stages};
pub(crate) use self::names::{Meaning, StageNames};
pub(crate) use self::occurs::Occurs;
pub(crate) use self::possible_bases::PossibleBases;

use std::iter::Enumerate;
use std::slice;

use crate::instruction::{Instruction, Mount};
use crate::model::{Dockerfile, Stage};
use crate::reference::Source;
use crate::syntax::{At, Part};

/// The way in which a stage refers to something.
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
///
/// Large files have many, so the numbers are small ones; none of them can be as large as
/// `u32::MAX`, which stands for no stage.
#[derive(Debug, Clone)]
pub(crate) struct Reference<'m> {
    stage: u32,
    /// The stage and the step that it is in.
    place: (u32, u32),
    pub(crate) via: Via,
    /// `true` if it is in a trigger.
    in_trigger: bool,
    /// The number of the mount that it is in.
    mount: u32,
    pub(crate) source: &'m Source,
    target: u32,
}

impl Reference<'_> {
    /// The stage that it is resolved in: for a trigger, the first stage that triggers it.
    #[inline]
    pub(crate) fn stage(&self) -> usize {
        self.stage as usize
    }

    #[inline]
    pub(crate) fn at(&self) -> At {
        let (stage, step) = (self.place.0 as usize, self.place.1 as usize);
        match self.via {
            Via::Base => At::From(stage),
            Via::Copy | Via::Mount => At::Step { stage, step },
        }
    }

    /// The stage that is meant, if there is one.
    #[inline]
    pub(crate) fn target(&self) -> Option<usize> {
        (self.target != u32::MAX).then_some(self.target as usize)
    }

    /// The part of the instruction that refers.
    pub(crate) fn part(&self) -> Part {
        match self.via {
            Via::Base => Part::Base,
            Via::Copy => COPY_FROM,
            Via::Mount => mount_from(self.mount as usize),
        }
    }

    /// For a trigger: the stage that declares it.
    pub(crate) fn declared_in(&self) -> Option<usize> {
        self.in_trigger.then_some(self.place.0 as usize)
    }

    /// The meaning of the text of an image or a context to Docker. A handle means itself.
    pub(crate) fn meaning(&self, graph: &Graph<'_>) -> Meaning {
        match self.source.external() {
            Some(text) => graph.names.look_up(text, self.via, self.stage()),
            None => Meaning::External,
        }
    }
}

/// The stages of a file and their references.
#[derive(Debug)]
pub(crate) struct Graph<'m> {
    pub(crate) stages: &'m [Stage],
    pub(crate) references: Vec<Reference<'m>>,
    pub(crate) names: StageNames,
    /// The features that occur in the steps.
    pub(crate) occurs: Occurs,
}

impl<'m> Graph<'m> {
    pub(crate) fn of(file: &'m Dockerfile) -> Graph<'m> {
        let stages = file.stages.as_slice();
        let mut graph = Graph {
            stages,
            references: Vec::with_capacity(2 * stages.len()),
            names: StageNames::of(stages),
            occurs: Occurs::beside_stages(file),
        };
        let mut all = Occurs::default();
        for (n, stage) in stages.iter().enumerate() {
            all = all.and(Occurs::of_stage(stage));
            let base = (Part::Base, Via::Base, &stage.from.base);
            graph.add(n, (n, 0), false, base);
            for (step, item) in stage.steps.iter().enumerate() {
                let instruction = item.instruction();
                let occurs = Occurs::of(instruction);
                all = all.and(occurs);
                if occurs.has(Occurs::SOURCES) {
                    for source in sources(instruction) {
                        graph.add(n, (n, step), false, source);
                    }
                } else if occurs.has(Occurs::ARG) {
                    all = all.and(Occurs::COMMENT.if_so(item.has_notes()));
                }
            }
        }
        graph.occurs = graph.occurs.and(all);
        if all.has(Occurs::TRIGGER) {
            graph.add_triggers();
        }
        graph
    }

    fn add(
        &mut self,
        stage: usize,
        (place, step): (usize, usize),
        in_trigger: bool,
        (part, via, source): (Part, Via, &'m Source),
    ) {
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let mount = match part {
            Part::MountValue(_, nth) => small(nth),
            _ => 0,
        };
        let target = self.names.meant(source, via, stage);
        let reference = Reference {
            stage: small(stage),
            place: (small(place), small(step)),
            via,
            in_trigger,
            mount,
            source,
            target: target.map_or(u32::MAX, small),
        };
        self.occurs = self.occurs.and(Occurs::of_reference(&reference));
        self.references.push(reference);
    }

    /// The references of triggers are resolved where they run: the first stage that triggers them
    /// says most, as what is declared for it is declared for the later ones too.
    fn add_triggers(&mut self) {
        let stages = self.stages;
        let mut first_child: Vec<Option<usize>> = vec![None; stages.len()];
        for child in 0..stages.len() {
            if let Some(slot) = self
                .base_of(child)
                .and_then(|base| first_child.get_mut(base))
            {
                slot.get_or_insert(child);
            }
        }
        for (n, stage) in stages.iter().enumerate() {
            let Some(child) = first_child.get(n).copied().flatten() else {
                continue;
            };
            for (step, item) in stage.steps.iter().enumerate() {
                if let Instruction::Onbuild(onbuild) = item.instruction() {
                    for source in onbuild.instruction().into_iter().flat_map(sources) {
                        self.add(child, (n, step), true, source);
                    }
                }
            }
        }
    }

    /// The references of a stage itself, without those of triggers.
    pub(crate) fn own(&self, stage: usize) -> impl Iterator<Item = &Reference<'m>> {
        // Triggers are below all others.
        let is_above = |other: &Reference<'_>| !other.in_trigger && other.stage() < stage;
        let first = self.references.partition_point(is_above);
        let rest = self.references.get(first..).unwrap_or_default().iter();
        rest.take_while(move |other| !other.in_trigger && other.stage() == stage)
    }

    /// The stage that a stage starts from.
    pub(crate) fn base_of(&self, stage: usize) -> Option<usize> {
        let base = &self.stages.get(stage)?.from.base;
        self.names
            .meant(base, Via::Base, stage)
            .filter(|base| *base < stage)
    }

    /// The names of the stages, in order.
    pub(crate) fn stage_names(&self) -> impl Iterator<Item = &'m str> + use<'m> {
        self.stages
            .iter()
            .filter_map(|stage| stage.name())
            .map(|name| name.as_str())
    }

    /// Returns, for each stage, `true` if it is, or can be, the base of a later one, so that its
    /// triggers run in the file.
    pub(crate) fn triggering(&self) -> Vec<bool> {
        let mut triggering = PossibleBases::of(self.stages).of_any();
        for base in (0..self.stages.len()).filter_map(|stage| self.base_of(stage)) {
            if let Some(slot) = triggering.get_mut(base) {
                *slot = true;
            }
        }
        triggering
    }

    /// For each stage the number of the cycle that it is part of; stages that are in none have
    /// numbers of their own.
    pub(crate) fn components(&self) -> Vec<usize> {
        let mut edges: Vec<Vec<usize>> = vec![Vec::new(); self.stages.len()];
        for reference in &self.references {
            if let (Some(target), Some(list)) =
                (reference.target(), edges.get_mut(reference.stage()))
            {
                list.push(target);
            }
        }
        strong_components(&edges)
    }
}

const COPY_FROM: Part = Part::FlagValue("from", 0);

fn mount_from(nth: usize) -> Part {
    Part::MountValue("from", nth)
}

/// The references that an instruction makes where it is.
#[inline]
pub(crate) fn sources(instruction: &Instruction) -> Sources<'_> {
    let (copy, mounts) = match instruction {
        Instruction::Copy(copy) => (copy.from.as_ref(), &[][..]),
        Instruction::Run(run) => (None, run.mounts.as_slice()),
        _ => (None, &[][..]),
    };
    Sources {
        copy,
        mounts: mounts.iter().enumerate(),
    }
}

/// See [`sources`].
pub(crate) struct Sources<'m> {
    copy: Option<&'m Source>,
    mounts: Enumerate<slice::Iter<'m, Mount>>,
}

impl<'m> Iterator for Sources<'m> {
    type Item = (Part, Via, &'m Source);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(source) = self.copy.take() {
            return Some((COPY_FROM, Via::Copy, source));
        }
        for (n, mount) in self.mounts.by_ref() {
            if let Some(source) = mount.taken_from() {
                return Some((mount_from(n), Via::Mount, source));
            }
        }
        None
    }
}

/// The references that an instruction makes where it is, to be changed.
pub(crate) fn sources_mut(instruction: &mut Instruction) -> SourcesMut<'_> {
    let (copy, mounts) = match instruction {
        Instruction::Copy(copy) => (copy.from.as_mut(), &mut [][..]),
        Instruction::Run(run) => (None, run.mounts_to_change()),
        _ => (None, &mut [][..]),
    };
    SourcesMut {
        copy,
        mounts: mounts.iter_mut().enumerate(),
    }
}

/// See [`sources_mut`].
pub(crate) struct SourcesMut<'m> {
    copy: Option<&'m mut Source>,
    mounts: Enumerate<slice::IterMut<'m, Mount>>,
}

impl<'m> Iterator for SourcesMut<'m> {
    type Item = (Part, Via, &'m mut Source);

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(source) = self.copy.take() {
            return Some((COPY_FROM, Via::Copy, source));
        }
        for (n, mount) in self.mounts.by_ref() {
            if let Some(source) = mount.origin_mut() {
                return Some((mount_from(n), Via::Mount, source));
            }
        }
        None
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
