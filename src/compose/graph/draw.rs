//! The graph of a build as text that Mermaid and Graphviz draw.

use std::fmt::{self, Write as _};

use super::{BuildGraph, EdgeKind, Node, NodeKind, Role};

/// Names longer than this are cut.
const LONGEST: usize = 80;

impl BuildGraph {
    /// Returns a flowchart for [Mermaid](https://mermaid.js.org/), which GitHub renders in a code
    /// block of the language `mermaid`: arrows go from what is taken to who takes it.
    ///
    /// Stages are boxes, images have round ends, contexts are slanted. The final stage and targets
    /// are thick, unused stages are dashed and grey. Lines are full for FROM, dotted for COPY and
    /// mounts. A base that is an expression is a node too, and lines with a question mark lead
    /// there from the stages that it can name.
    ///
    /// ```
    /// use multistage::Dockerfile;
    ///
    /// let file = Dockerfile::parse(
    ///     "FROM node:22 AS build\nFROM nginx\nCOPY --from=build /dist /srv\n"
    /// )?;
    /// assert_eq!(file.graph().to_mermaid(), r#"flowchart LR
    ///     n0["build"]
    ///     n1["stage 1"]:::final
    ///     n2(["node:22"])
    ///     n3(["nginx"])
    ///     n2 --> n0
    ///     n3 --> n1
    ///     n0 -. "COPY" .-> n1
    ///     classDef final stroke-width:3px
    /// "#);
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn to_mermaid(&self) -> String {
        let mut out = String::from("flowchart LR\n");
        for (n, node) in self.nodes().iter().enumerate() {
            let (open, close) = match node.kind {
                NodeKind::Stage { .. } => ("[", "]"),
                NodeKind::Image(_) => ("([", "])"),
                NodeKind::Context(_) => ("[/", "/]"),
            };
            let label = label(node, |c, out| match c {
                ' ' | '.' | ':' | '/' | '@' | '_' | '-' | '$' | '{' | '}' | '+' => out.push(c),
                c if c.is_alphanumeric() => out.push(c),
                c => push(out, format_args!("#{};", u32::from(c))),
            });
            let class = class(node.role).map_or(String::new(), |class| format!(":::{class}"));
            push(
                &mut out,
                format_args!("    n{n}{open}\"{label}\"{close}{class}\n"),
            );
        }
        for edge in self.drawn() {
            let arrow = match (edge.kind, edge.possible) {
                (EdgeKind::From, false) => "-->".to_owned(),
                (EdgeKind::From, true) => "-- \"FROM?\" -->".to_owned(),
                (kind, _) => format!("-. \"{}\" .->", kind.as_str()),
            };
            push(
                &mut out,
                format_args!(
                    "    n{} {arrow} n{}\n",
                    edge.source.index(),
                    edge.user.index()
                ),
            );
        }
        for (role, style) in [
            (Role::Final, "stroke-width:3px"),
            (Role::Target, "stroke-width:2px"),
            (Role::Unused, "stroke-dasharray:4,color:#808080"),
        ] {
            if let Some(class) = class(role).filter(|_| self.has(role)) {
                push(&mut out, format_args!("    classDef {class} {style}\n"));
            }
        }
        out
    }

    /// Returns a graph for [Graphviz](https://graphviz.org/), in the language DOT: as
    /// [`to_mermaid`](BuildGraph::to_mermaid), with dashed lines for COPY and mounts, and dotted
    /// ones for what depends on a build argument.
    ///
    /// ```
    /// use multistage::Dockerfile;
    ///
    /// let file = Dockerfile::parse(
    ///     "FROM node:22 AS build\nFROM nginx\nCOPY --from=build /dist /srv\n"
    /// )?;
    /// assert_eq!(file.graph().to_dot(), r#"digraph build {
    ///     rankdir=LR
    ///     node [shape=box]
    ///     n0 [label="build"]
    ///     n1 [label="stage 1", penwidth=3]
    ///     n2 [label="node:22", style=rounded]
    ///     n3 [label="nginx", style=rounded]
    ///     n2 -> n0
    ///     n3 -> n1
    ///     n0 -> n1 [label="COPY", style=dashed]
    /// }
    /// "#);
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn to_dot(&self) -> String {
        let mut out = String::from("digraph build {\n    rankdir=LR\n    node [shape=box]\n");
        for (n, node) in self.nodes().iter().enumerate() {
            let label = label(node, |c, out| match c {
                '"' | '\\' => out.extend(['\\', c]),
                '&' => out.push_str("&amp;"),
                c if c.is_control() => out.push(char::REPLACEMENT_CHARACTER),
                c => out.push(c),
            });
            let style = match (node.role, &node.kind) {
                (Role::Final, _) => ", penwidth=3",
                (Role::Target, _) => ", penwidth=2",
                (Role::Unused, _) => ", style=dashed, color=gray50, fontcolor=gray50",
                (_, NodeKind::Image(_)) => ", style=rounded",
                (_, NodeKind::Context(_)) => ", shape=parallelogram",
                (_, NodeKind::Stage { .. }) => "",
            };
            push(
                &mut out,
                format_args!("    n{n} [label=\"{label}\"{style}]\n"),
            );
        }
        for edge in self.drawn() {
            let style = match (edge.kind, edge.possible) {
                (EdgeKind::From, false) => String::new(),
                (EdgeKind::From, true) => " [label=\"FROM?\", style=dotted]".to_owned(),
                (kind, possible) => {
                    let style = if possible { "dotted" } else { "dashed" };
                    format!(" [label=\"{}\", style={style}]", kind.as_str())
                }
            };
            push(
                &mut out,
                format_args!(
                    "    n{} -> n{}{style}\n",
                    edge.source.index(),
                    edge.user.index()
                ),
            );
        }
        out.push_str("}\n");
        out
    }

    fn has(&self, role: Role) -> bool {
        self.nodes().iter().any(|node| node.role == role)
    }
}

fn class(role: Role) -> Option<&'static str> {
    match role {
        Role::Final => Some("final"),
        Role::Target => Some("target"),
        Role::Unused => Some("unused"),
        Role::Needed | Role::Outside => None,
    }
}

/// The name of a node, each character as the language spells it.
fn label(node: &Node, mut spell: impl FnMut(char, &mut String)) -> String {
    let name = node.kind.to_string();
    let mut out = String::with_capacity(name.len());
    for (n, c) in name.chars().enumerate() {
        if n == LONGEST {
            out.push('…');
            break;
        }
        spell(c, &mut out);
    }
    out
}

fn push(out: &mut String, text: fmt::Arguments<'_>) {
    // A string takes whatever it is given.
    let _ = out.write_fmt(text);
}
