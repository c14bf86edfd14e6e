//! The graph of a build, and how it is drawn.

use std::io::Write;
use std::process::{Command, Stdio};

use multistage::{
    Context, Dockerfile, Image, Stage, expr,
    graph::{BuildGraph, EdgeKind, NodeId, Role},
};
use proptest::prelude::*;

use super::generator::any_file;

fn parse(text: &str) -> Dockerfile {
    Dockerfile::parse(text).expect("it is read")
}

const FILE: &str = "\
FROM alpine AS bin-linux
ONBUILD COPY --from=tools /t /
FROM alpine AS bin-arm
FROM busybox AS tools
RUN a
RUN b
FROM bin-$TARGETOS AS app
FROM bin-linux AS test
RUN --mount=from=tools,target=/t --mount=from=node:22,target=/n a
FROM $BASE AS unused
FROM scratch
COPY --from=app /a /
COPY --from=app /b /
COPY --from=docs /c /
";

fn file() -> Dockerfile {
    let mut file = parse(FILE);
    file.context("docs");
    file.target("test");
    file
}

fn names(graph: &BuildGraph) -> Vec<String> {
    graph
        .nodes()
        .iter()
        .map(|node| node.kind.to_string())
        .collect()
}

/// `app <- bin-linux`, with how and whether it is only possible.
fn edges(graph: &BuildGraph) -> Vec<String> {
    let names = names(graph);
    graph
        .edges()
        .map(|edge| {
            let possible = if edge.possible { "?" } else { "" };
            format!(
                "{} <- {} {}{possible}",
                names[edge.user.index()],
                names[edge.source.index()],
                edge.kind.as_str()
            )
        })
        .collect()
}

fn indices(nodes: impl IntoIterator<Item = NodeId>) -> Vec<usize> {
    nodes.into_iter().map(NodeId::index).collect()
}

#[test]
fn nodes_and_edges() {
    let graph = file().graph();
    assert_eq!(
        names(&graph),
        [
            "bin-linux",
            "bin-arm",
            "tools",
            "app",
            "test",
            "unused",
            "stage 6",
            "alpine",
            "busybox",
            "bin-$TARGETOS",
            "node:22",
            "$BASE",
            "docs"
        ]
    );
    assert_eq!(
        edges(&graph),
        [
            "bin-linux <- alpine FROM",
            "bin-arm <- alpine FROM",
            "tools <- busybox FROM",
            "app <- bin-$TARGETOS FROM?",
            "app <- bin-linux FROM?",
            "app <- bin-arm FROM?",
            "app <- tools COPY?",
            "test <- bin-linux FROM",
            "test <- tools mount",
            "test <- node:22 mount",
            "test <- tools COPY",
            "unused <- $BASE FROM?",
            "unused <- bin-linux FROM?",
            "unused <- bin-arm FROM?",
            "unused <- tools FROM?",
            "unused <- app FROM?",
            "unused <- test FROM?",
            "unused <- tools COPY?",
            "stage 6 <- app COPY",
            "stage 6 <- app COPY",
            "stage 6 <- docs COPY",
        ]
    );
    let roles: Vec<Role> = graph.nodes().iter().map(|node| node.role).take(7).collect();
    use Role::{Final, Needed, Target, Unused};
    assert_eq!(
        roles,
        [Needed, Needed, Needed, Needed, Target, Unused, Final]
    );
    assert_eq!(indices(graph.unused()), [5]);
    assert_eq!(indices(graph.roots()), [7, 8, 9, 10, 11, 12]);
    let depths: Vec<usize> = graph
        .nodes()
        .iter()
        .map(|node| node.depth)
        .take(7)
        .collect();
    assert_eq!(depths, [1, 1, 1, 2, 2, 3, 3]);
    let path: Vec<String> = graph
        .critical_path()
        .iter()
        .map(|node| names(&graph)[node.index()].clone())
        .collect();
    assert_eq!(path, ["busybox", "tools", "app", "stage 6"]);
    let app = graph.stage("APP").expect("a stage");
    assert_eq!(graph.node(app).map(|node| node.depth), Some(2));
    assert_eq!(graph.stage("node:22"), None);
}

#[test]
fn an_edge_points_at_its_instruction() {
    let graph = file().graph();
    let parsed = multistage::Parsed::new(FILE);
    let texts: Vec<&str> = graph
        .edges()
        .filter(|edge| edge.user.index() == 4)
        .map(|edge| {
            &FILE[parsed
                .layout()
                .span(edge.at, edge.part)
                .expect("it has a place")]
        })
        .collect();
    assert_eq!(texts, ["bin-linux", "tools", "node:22", "tools"]);
}

#[test]
fn a_file_that_is_wrong_has_a_graph() {
    let mut file = Dockerfile::new();
    file.stage("a", Stage::new(multistage::StageName::new("b")));
    file.stage(
        "b",
        Stage::new("x").copy_from(multistage::StageName::new("a"), "/", "/"),
    );
    file.push(Stage::new(multistage::StageName::new("none")));
    let graph = file.graph();
    assert_eq!(graph.edges().count(), 3);
    assert_eq!(graph.order().len(), 4);
    assert_eq!(indices(graph.critical_path()), [2]);
    assert!(Dockerfile::new().graph().critical_path().is_empty());
    assert_eq!(Dockerfile::new().graph().to_mermaid(), "flowchart LR\n");
}

/// What would end a name, or be something else, in one language or the other.
fn hostile() -> Dockerfile {
    let mut file = Dockerfile::new();
    file.push(Stage::new(Image::from(expr(
        "${A:-\"]; x --> y\\\n#35;<b>`&é\u{1}}",
    ))));
    file.stage("end", Stage::new("x".repeat(200)));
    file.push(
        Stage::new("graph")
            .copy_from(Context::new("a\"/]\nclick"), "/a", "/")
            .copy_from(Context::new("\\"), "/a", "/"),
    );
    file
}

#[test]
fn drawings() {
    let graph = file().graph();
    insta::assert_snapshot!("mermaid", graph.to_mermaid());
    insta::assert_snapshot!("dot", graph.to_dot());
    let graph = hostile().graph();
    insta::assert_snapshot!("mermaid_hostile", graph.to_mermaid());
    insta::assert_snapshot!("dot_hostile", graph.to_dot());
    leave("graph.mmd", &file().graph().to_mermaid());
    leave("graph-hostile.mmd", &graph.to_mermaid());
}

/// Leaves a drawing for other tools, where they are asked for.
fn leave(name: &str, text: &str) {
    if let Some(folder) = std::env::var_os("MULTISTAGE_DRAWN") {
        std::fs::write(std::path::Path::new(&folder).join(name), text).expect("it is written");
    }
}

#[test]
fn graphviz_draws_it() {
    for graph in [file().graph(), hostile().graph()] {
        let dot = Command::new("dot")
            .arg("-Tplain")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut dot) = dot else {
            println!("skipped: there is no Graphviz");
            return;
        };
        let mut input = dot.stdin.take().expect("it is piped");
        input
            .write_all(graph.to_dot().as_bytes())
            .expect("it is read");
        drop(input);
        let output = dot.wait_with_output().expect("it ends");
        assert!(output.status.success());
        let plain = String::from_utf8_lossy(&output.stdout);
        let nodes = plain
            .lines()
            .filter(|line| line.starts_with("node "))
            .count();
        assert_eq!(nodes, graph.nodes().len(), "{plain}");
    }
}

proptest! {
    #![proptest_config(crate::cases::many())]

    #[test]
    fn sources_come_first(file in any_file()) {
        let graph = file.graph();
        let order = graph.order();
        let place = |node: NodeId| order.iter().position(|other| *other == node).expect("it is there");
        for edge in graph.edges() {
            // A trigger of a base that depends on an argument can be wrong.
            if !edge.possible {
                prop_assert!(place(edge.source) < place(edge.user));
                prop_assert!(graph.node(edge.source).map(|node| node.depth) < graph.node(edge.user).map(|node| node.depth));
            }
        }
        let stages: Vec<usize> = order.iter().map(|node| node.index()).filter(|node| *node < file.stages().len()).collect();
        if graph.edges().all(|edge| !edge.possible) {
            prop_assert!(stages.is_sorted());
        }
        for root in graph.roots() {
            prop_assert_eq!(graph.node(root).map(|node| node.depth), Some(0));
        }
    }

    #[test]
    fn no_way_is_heavier(file in any_file()) {
        let graph = file.graph();
        if graph.edges().any(|edge| edge.possible) {
            return Ok(());
        }
        // By trying every way.
        fn heaviest(graph: &BuildGraph, node: NodeId) -> usize {
            let below = graph.taken_by(node).map(|edge| heaviest(graph, edge.source));
            graph.nodes()[node.index()].instructions + below.max().unwrap_or(0)
        }
        let path = graph.critical_path();
        let weight: usize = path.iter().map(|node| graph.nodes()[node.index()].instructions).sum();
        let last = graph.order().into_iter().find(|node| node.index() + 1 == file.stages().len());
        prop_assert_eq!(weight, heaviest(&graph, last.expect("the last stage")));
        for pair in path.windows(2) {
            prop_assert!(graph.taken_by(pair[1]).any(|edge| edge.source == pair[0]));
        }
    }

    #[test]
    fn what_is_drawn_is_what_pruning_keeps(file in any_file()) {
        let graph = file.graph();
        let mut pruned = file.clone();
        prop_assert_eq!(pruned.remove_unused().len(), graph.unused().count());
        let copies = graph.edges().filter(|edge| edge.kind == EdgeKind::Copy).count();
        prop_assert!(graph.to_dot().matches("COPY").count() <= copies);
    }
}
