//! Walks over the graph of a build that look at each list of stages once that several bases can be
//! one of.

use super::{BuildGraph, EdgeKind, NodeId, slice};

/// The nodes, each after what it depends on.
pub(super) fn order(graph: &BuildGraph) -> Vec<NodeId> {
    let count = graph.nodes.len();
    let mut walk = Walk {
        graph,
        seen: vec![false; count],
        open: Vec::new(),
        named: vec![0; graph.possible.len()],
        triggering: vec![0; graph.possible.len()],
        triggers: vec![0; graph.triggers.len()],
    };
    let mut order = Vec::with_capacity(count);
    for node in 0..count {
        walk.enter(node);
        while let Some((node, own)) = walk.open.last().copied() {
            match walk.next(node, own) {
                Some(source) => walk.enter(source),
                None => {
                    order.push(NodeId(node));
                    walk.open.pop();
                }
            }
        }
    }
    order
}

struct Walk<'g> {
    graph: &'g BuildGraph,
    seen: Vec<bool>,
    /// The nodes whose sources are being entered, and how many of its own edges have been followed.
    open: Vec<(usize, usize)>,
    /// For each expression, the number of stages that it can name and that have been entered, and
    /// the number of those whose triggers have been.
    named: Vec<usize>,
    triggering: Vec<usize>,
    /// The number of triggers of each stage that have been followed.
    triggers: Vec<usize>,
}

impl Walk<'_> {
    fn enter(&mut self, node: usize) {
        if let Some(seen @ false) = self.seen.get_mut(node) {
            *seen = true;
            self.open.push((node, 0));
        }
    }

    /// The next source of a node that may not have been entered.
    fn next(&mut self, node: usize, own: usize) -> Option<usize> {
        if let Some(edge) = slice(&self.graph.own, node).get(own) {
            if let Some((_, own)) = self.open.last_mut() {
                *own += 1;
            }
            return Some(edge.source.0);
        }
        let Some(expression) = self.graph.possible.expression(node) else {
            return self.next_trigger(certain_base(self.graph, node)?);
        };
        let named = self.graph.possible.of_stage(node);
        if let Some(at) = self.named.get_mut(expression) {
            if let Some(stage) = named.get(*at) {
                *at += 1;
                return Some(*stage);
            }
        }
        loop {
            let base = named.get(*self.triggering.get(expression)?)?;
            if let Some(source) = self.next_trigger(*base) {
                return Some(source);
            }
            *self.triggering.get_mut(expression)? += 1;
        }
    }

    fn next_trigger(&mut self, base: usize) -> Option<usize> {
        let at = self.triggers.get_mut(base)?;
        let edge = slice(&self.graph.triggers, base).get(*at)?;
        *at += 1;
        Some(edge.source.0)
    }
}

/// The stage that a stage starts from, unless that depends on the build.
fn certain_base(graph: &BuildGraph, user: usize) -> Option<usize> {
    let own = slice(&graph.own, user).iter();
    let mut bases = own.filter(|edge| edge.kind == EdgeKind::From && !edge.possible);
    bases.next().map(|edge| edge.source.0)
}

/// The heaviest dependency of each node, asked for in the [order] of the graph.
pub(super) struct Heaviest {
    /// For each expression the heaviest of the first stages that it can name, and of what their
    /// triggers take.
    named: Vec<Vec<Found>>,
    triggered: Vec<Vec<Found>>,
    /// For each stage the heaviest of what its triggers take.
    triggers: Vec<Option<Found>>,
}

/// A weight and the node that has it.
type Heavy = (usize, usize);

/// The heaviest of some nodes; `None` of none.
type Found = Option<Heavy>;

impl Heaviest {
    pub(super) fn of(graph: &BuildGraph) -> Heaviest {
        Heaviest {
            named: vec![Vec::new(); graph.possible.len()],
            triggered: vec![Vec::new(); graph.possible.len()],
            triggers: vec![None; graph.triggers.len()],
        }
    }

    /// The heaviest source of a user, the first one of several.
    pub(super) fn of_user(
        &mut self,
        graph: &BuildGraph,
        user: usize,
        weight: impl Fn(usize) -> Option<usize>,
    ) -> Option<Heavy> {
        let mut heaviest = None;
        for edge in slice(&graph.own, user)
            .iter()
            .filter(|edge| edge.source.0 != user)
        {
            heavier(&mut heaviest, of_node(edge.source.0, &weight));
        }
        let Some(expression) = graph.possible.expression(user) else {
            if let Some(base) = certain_base(graph, user) {
                heavier(&mut heaviest, self.of_triggers(graph, base, &weight));
            }
            return heaviest;
        };
        let stages = graph.possible.of_stage(user);
        let done = self.named.get(expression).map_or(0, Vec::len);
        for stage in stages.get(done..).unwrap_or_default() {
            let triggered = self.of_triggers(graph, *stage, &weight);
            push_heavier(self.named.get_mut(expression), of_node(*stage, &weight));
            push_heavier(self.triggered.get_mut(expression), triggered);
        }
        if let Some(last) = stages.len().checked_sub(1) {
            for lists in [&self.named, &self.triggered] {
                let most = lists.get(expression).and_then(|list| list.get(last));
                heavier(&mut heaviest, most.copied().flatten());
            }
        }
        heaviest
    }

    fn of_triggers(
        &mut self,
        graph: &BuildGraph,
        base: usize,
        weight: &impl Fn(usize) -> Option<usize>,
    ) -> Option<Heavy> {
        let slot = self.triggers.get_mut(base)?;
        *slot.get_or_insert_with(|| {
            let mut heaviest = None;
            for edge in slice(&graph.triggers, base) {
                heavier(&mut heaviest, of_node(edge.source.0, weight));
            }
            heaviest
        })
    }
}

fn of_node(node: usize, weight: &impl Fn(usize) -> Option<usize>) -> Option<Heavy> {
    weight(node).map(|weight| (weight, node))
}

/// Takes the second if it weighs more.
fn heavier(heaviest: &mut Option<Heavy>, other: Option<Heavy>) {
    if let Some((weight, node)) = other {
        if heaviest.is_none_or(|(most, _)| weight > most) {
            *heaviest = Some((weight, node));
        }
    }
}

/// Adds the heaviest so far to a list.
fn push_heavier(list: Option<&mut Vec<Option<Heavy>>>, other: Option<Heavy>) {
    if let Some(list) = list {
        let mut heaviest = list.last().copied().flatten();
        heavier(&mut heaviest, other);
        list.push(heaviest);
    }
}
