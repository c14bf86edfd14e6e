//! The build graph of a file: its stages, images and contexts, and their dependencies.
//!
//! [`Dockerfile::graph`] returns a [`BuildGraph`], which can be walked, and rendered for Mermaid
//! and Graphviz.

mod draw;
mod make;
mod walk;

use std::fmt;

use indexmap::{IndexMap, IndexSet};

use self::walk::Heaviest;
use crate::edges::PossibleBases;
use crate::model::Dockerfile;
use crate::reference::{Context, Image, StageName};
use crate::syntax::{At, Part};

/// The build graph of a file: the stages, images and named contexts, and their dependencies.
///
/// [`Dockerfile::graph`] makes it. A [`NodeId`] names a node: first come the stages, in the order
/// of the file, then the images and contexts, in the order in which they appear.
///
/// ```
/// use multistage::{Dockerfile, graph::EdgeKind};
///
/// let file = Dockerfile::parse("\
/// FROM node:22 AS build
/// RUN npm ci
/// FROM nginx AS web
/// COPY --from=build /dist /srv
/// ")?;
/// let graph = file.graph();
/// let web = graph.stage("web").expect("it has this name");
/// let kinds: Vec<EdgeKind> = graph.taken_by(web).map(|edge| edge.kind).collect();
/// assert_eq!(kinds, [EdgeKind::From, EdgeKind::Copy]);
/// assert_eq!(graph.node(web).map(|node| node.depth), Some(2));
/// assert_eq!(graph.roots().count(), 2);
/// assert_eq!(graph.unused().count(), 0);
/// # Ok::<(), multistage::Report>(())
/// ```
#[derive(Debug, Clone)]
pub struct BuildGraph {
    pub(super) nodes: Vec<Node>,
    /// The dependencies of each stage itself, its base first.
    pub(super) own: Vec<Vec<Edge>>,
    /// The dependencies of the triggers of each stage, in whatever stage they run.
    pub(super) triggers: Vec<Vec<Edge>>,
    pub(super) has_triggers: bool,
    /// The stages that bases can be which are expressions.
    pub(super) possible: PossibleBases,
}

/// The name of a node of a [`BuildGraph`]. It belongs to the graph that returned it; in another one
/// it names another node, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(usize);

impl NodeId {
    /// Returns the position in [`BuildGraph::nodes`]. For a stage, it is also the position in the
    /// file.
    pub fn index(self) -> usize {
        self.0
    }
}

/// A node of a [`BuildGraph`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node {
    /// The kind of the node.
    pub kind: NodeKind,
    /// Its role in the build.
    pub role: Role,
    /// The number of instructions of a stage, including its FROM; 0 for an image or a context.
    pub instructions: usize,
    /// The length of the longest path to this node, in edges; 0 for a root.
    pub depth: usize,
}

/// The kind of a [`Node`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NodeKind {
    /// A stage.
    Stage {
        /// Its position in the file.
        index: usize,
        /// Its name, where it has one.
        name: Option<StageName>,
    },
    /// An image, or an expression.
    Image(Image),
    /// A named build context.
    Context(Context),
}

/// The name of the node: `builder`, `stage 2` for a stage without a name, `node:22`.
impl fmt::Display for NodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NodeKind::Stage {
                name: Some(name), ..
            } => name.fmt(f),
            NodeKind::Stage { index, name: None } => write!(f, "stage {index}"),
            NodeKind::Image(image) => image.fmt(f),
            NodeKind::Context(context) => context.fmt(f),
        }
    }
}

/// The role of a [`Node`] in the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// The last stage, which is built if no target is named.
    Final,
    /// A stage that has been marked as a [target](Dockerfile::target).
    Target,
    /// A stage that one of these needs.
    Needed,
    /// A stage that none of them needs.
    Unused,
    /// An image or a context.
    Outside,
}

/// A dependency of a stage on another node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Edge {
    /// The stage that depends on the other node.
    pub user: NodeId,
    /// The node that the stage depends on.
    pub source: NodeId,
    /// The kind of the dependency.
    pub kind: EdgeKind,
    /// `true` if it depends on a build argument: a base that is an expression can be this.
    pub possible: bool,
    /// The instruction that names the source; that of a trigger is in the base of the user.
    pub at: At,
    /// The part of the instruction that names the source.
    pub part: Part,
}

/// The kind of a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EdgeKind {
    /// FROM: the stage starts from it.
    From,
    /// `COPY --from`.
    Copy,
    /// `RUN --mount=from=`.
    Mount,
    /// `ARG SOURCE_DATE_EPOCH`: the final stage and the targets get their date from it.
    Epoch,
}

impl EdgeKind {
    /// Returns `FROM`, `COPY`, `mount` or `SOURCE_DATE_EPOCH`.
    pub fn as_str(self) -> &'static str {
        match self {
            EdgeKind::From => "FROM",
            EdgeKind::Copy => "COPY",
            EdgeKind::Mount => "mount",
            EdgeKind::Epoch => "SOURCE_DATE_EPOCH",
        }
    }
}

impl Dockerfile {
    /// Returns the graph of the build.
    ///
    /// `scratch` is not a node. A base that is an expression is an image, and every stage above
    /// that it can name is possible too.
    ///
    /// ```
    /// use multistage::Dockerfile;
    ///
    /// let file = Dockerfile::parse("\
    /// FROM node:22 AS build
    /// RUN npm ci
    /// FROM alpine AS unused
    /// FROM nginx
    /// COPY --from=build /dist /srv
    /// ")?;
    /// let graph = file.graph();
    /// let names: Vec<String> = graph.nodes().iter().map(|node| node.kind.to_string()).collect();
    /// assert_eq!(names, ["build", "unused", "stage 2", "node:22", "alpine", "nginx"]);
    /// let path: Vec<&str> = graph.critical_path().into_iter().map(|node| &*names[node.index()])
    ///     .collect();
    /// assert_eq!(path, ["node:22", "build", "stage 2"]);
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn graph(&self) -> BuildGraph {
        make::make(self)
    }
}

impl BuildGraph {
    /// Returns the nodes: the stages in the order of the file, then images and contexts.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns a node by its id; `None` for the id of another graph that this one does not have.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }

    /// Returns the node of a stage by its name, in any case; `None` if no stage has it.
    pub fn stage(&self, name: impl Into<StageName>) -> Option<NodeId> {
        let wanted = name.into();
        let is_it = |node: &Node| matches!(&node.kind, NodeKind::Stage { name: Some(name), .. } if *name == wanted);
        self.nodes.iter().rposition(is_it).map(NodeId)
    }

    /// Returns all edges, ordered by the stage that depends on something.
    pub fn edges(&self) -> impl Iterator<Item = Edge> + '_ {
        (0..self.own.len()).flat_map(|user| self.taken(user))
    }

    /// Returns the dependencies of a stage, including those of its base's triggers. Empty for a
    /// node that is not a stage.
    pub fn taken_by(&self, user: NodeId) -> impl Iterator<Item = Edge> + '_ {
        self.taken(user.0)
    }

    fn taken(&self, user: usize) -> impl Iterator<Item = Edge> + '_ {
        let possible = self.possible.of_stage(user).iter().map(move |source| Edge {
            user: NodeId(user),
            source: NodeId(*source),
            kind: EdgeKind::From,
            possible: true,
            at: At::From(user),
            part: Part::Base,
        });
        let own = slice(&self.own, user).iter().copied();
        own.chain(possible).chain(self.triggered_in(user))
    }

    /// The dependencies that the triggers of its base add to a stage.
    fn triggered_in(&self, user: usize) -> impl Iterator<Item = Edge> + '_ {
        let certain = slice(&self.own, user)
            .iter()
            .find(|edge| edge.kind == EdgeKind::From && !edge.possible)
            .map(|edge| edge.source.0);
        let possible = if self.has_triggers {
            self.possible.of_stage(user)
        } else {
            &[]
        };
        let possible = possible.iter().copied();
        certain.into_iter().chain(possible).flat_map(move |base| {
            slice(&self.triggers, base).iter().map(move |edge| Edge {
                user: NodeId(user),
                possible: certain.is_none(),
                ..*edge
            })
        })
    }

    /// The edges as they are rendered: between two nodes one of each kind, and what an expression
    /// can be leads to it.
    pub(super) fn drawn(&self) -> impl Iterator<Item = Edge> + '_ {
        // The expressions, each with the stage that uses it last.
        let mut expressions: IndexMap<usize, Edge> = IndexMap::new();
        for (user, own) in self.own.iter().enumerate() {
            if let (Some(base), Some(expression)) = (own.first(), self.possible.expression(user)) {
                expressions.insert(expression, *base);
            }
        }
        let possible = expressions.into_values().flat_map(|base| {
            self.possible
                .of_stage(base.user.0)
                .iter()
                .map(move |stage| Edge {
                    user: base.source,
                    source: NodeId(*stage),
                    ..base
                })
        });
        let users = (0..self.own.len()).flat_map(|user| {
            let mut drawn = IndexSet::new();
            let own = slice(&self.own, user).iter().copied();
            own.chain(self.triggered_in(user))
                .filter(move |edge| drawn.insert((edge.source, edge.kind)))
                .map(|edge| Edge {
                    possible: edge.possible && edge.kind != EdgeKind::From,
                    ..edge
                })
        });
        users.chain(possible)
    }

    /// Returns the nodes that depend on no other node: images, contexts, and stages from `scratch`
    /// that copy from none.
    pub fn roots(&self) -> impl Iterator<Item = NodeId> + '_ {
        let nodes = (0..self.nodes.len()).map(NodeId);
        nodes.filter(|node| self.taken_by(*node).next().is_none())
    }

    /// Returns the stages that neither the last stage nor a target needs.
    pub fn unused(&self) -> impl Iterator<Item = NodeId> + '_ {
        let nodes = self.nodes.iter().enumerate();
        nodes.filter_map(|(n, node)| (node.role == Role::Unused).then_some(NodeId(n)))
    }

    /// Returns the nodes in an order in which they can be built: each after its dependencies, and
    /// stages in the order of the file. If stages depend on each other in a cycle, no such order
    /// exists for them.
    pub fn order(&self) -> Vec<NodeId> {
        walk::order(self)
    }

    /// Returns the chain of nodes with the most instructions that ends in the last stage or in a
    /// target, in the order of the build. A build that does everything else in parallel still has
    /// to wait for it. Dependencies that are only possible count.
    pub fn critical_path(&self) -> Vec<NodeId> {
        let mut weights = vec![0; self.nodes.len()];
        let mut before = vec![None; self.nodes.len()];
        let get = |list: &[usize], node: usize| list.get(node).copied().unwrap_or(0);
        let mut sources = Heaviest::of(self);
        for NodeId(user) in self.order() {
            let heaviest = sources.of_user(self, user, |node| Some(get(&weights, node)));
            let own = self.nodes.get(user).map_or(0, |node| node.instructions);
            let (weight, source) =
                heaviest.map_or((0, None), |(weight, node)| (weight, Some(node)));
            if let (Some(slot), Some(way)) = (weights.get_mut(user), before.get_mut(user)) {
                (*slot, *way) = (weight + own, source);
            }
        }
        let wanted = self.nodes.iter().enumerate();
        let wanted = wanted.filter(|(_, node)| matches!(node.role, Role::Final | Role::Target));
        let mut end = wanted.map(|(n, _)| n).max_by_key(|n| get(&weights, *n));
        let mut path = Vec::new();
        while let Some(node) = end.filter(|_| path.len() < self.nodes.len()) {
            path.push(NodeId(node));
            end = before.get(node).copied().flatten();
        }
        path.reverse();
        path
    }
}

fn slice<T>(lists: &[Vec<T>], n: usize) -> &[T] {
    lists.get(n).map_or(&[], Vec::as_slice)
}
