//! Renders the graph of a build as an SVG picture, without another program.
//!
//! Columns go from left to right: every node is right of the nodes that it depends on. The picture
//! depends on the graph alone, so the same file gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use multistage::graph::{BuildGraph, EdgeKind, Node, NodeKind, Role};

const HEIGHT: i32 = 36;
const ROW: i32 = 56;
const GAP: i32 = 90;
const MARGIN: i32 = 16;
/// Longer names are cut.
const LONGEST: usize = 48;

/// Between two nodes, one line of each kind; a dotted one if a build argument decides.
type Line = (usize, usize, &'static str, bool);

/// A place in a column: a node, or a point that a line passes between two nodes.
#[derive(Debug, Default)]
struct Slot {
    node: Option<usize>,
    /// The slots in the column before that lead here.
    from: Vec<usize>,
    width: i32,
    x: i32,
    y: i32,
}

/// The picture of a graph.
pub(crate) fn svg(graph: &BuildGraph) -> String {
    let lines = lines(graph);
    let columns = columns(graph, &lines);
    let mut slots: Vec<Slot> = (graph.nodes().iter().enumerate())
        .map(|(n, node)| Slot {
            node: Some(n),
            width: 24 + 8 * label(node).chars().count() as i32,
            ..Slot::default()
        })
        .collect();
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); columns.iter().max().map_or(0, |n| n + 1)];
    for (n, column) in columns.iter().enumerate() {
        rows[*column].push(n);
    }
    let mut paths = Vec::new();
    for (from, to, label, dotted) in lines {
        let mut path = vec![from];
        for row in rows.iter_mut().take(columns[to]).skip(columns[from] + 1) {
            row.push(slots.len());
            slots.push(Slot {
                from: vec![path[path.len() - 1]],
                ..Slot::default()
            });
            path.push(slots.len() - 1);
        }
        slots[to].from.push(path[path.len() - 1]);
        path.push(to);
        paths.push((path, label, dotted));
    }
    let (width, height) = place(&mut slots, &mut rows);

    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"14\">\n\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" \
         markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#57606a\"/></marker></defs>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    for (path, label, dotted) in paths {
        line(&mut out, &slots, &path, label, dotted);
    }
    for slot in &slots {
        if let Some(node) = slot.node.and_then(|n| graph.nodes().get(n)) {
            shape(&mut out, slot, node);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn lines(graph: &BuildGraph) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for edge in graph.edges() {
        let label = match edge.kind {
            EdgeKind::From => "",
            kind => kind.as_str(),
        };
        let line = (edge.source.index(), edge.user.index(), label, edge.possible);
        if edge.source != edge.user && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The column of each node: right of its sources, and an image or context next to its first user.
fn columns(graph: &BuildGraph, lines: &[Line]) -> Vec<usize> {
    let mut columns: Vec<usize> = graph.nodes().iter().map(|node| node.depth).collect();
    let users: BTreeSet<usize> = lines.iter().map(|(_, to, ..)| *to).collect();
    for n in (0..columns.len()).filter(|n| !users.contains(n)) {
        let first = lines.iter().filter(|(from, ..)| *from == n);
        let first = first.map(|(_, to, ..)| columns[*to]).min();
        columns[n] = first.map_or(0, |column| column.saturating_sub(1));
    }
    columns
}

/// Puts each slot near the slots that lead to it, and returns the size of the picture.
fn place(slots: &mut [Slot], rows: &mut [Vec<usize>]) -> (i32, i32) {
    let mut height: BTreeMap<usize, i32> = BTreeMap::new();
    let mut x = MARGIN;
    let tallest = rows.iter().map(Vec::len).max().unwrap_or(0) as i32;
    for row in rows {
        // Twice the mean of the sources' places; a slot without any keeps its own.
        let weight = |n: usize, slot: &Slot| {
            let places = slot.from.iter().filter_map(|from| height.get(from));
            let (sum, count) = places.fold((0, 0), |(sum, count), y| (sum + y, count + 1));
            if count == 0 {
                ROW * n as i32
            } else {
                sum / count
            }
        };
        let mut weighed: Vec<(i32, usize)> = row
            .iter()
            .enumerate()
            .map(|(n, slot)| (weight(n, &slots[*slot]), *slot))
            .collect();
        weighed.sort();
        let top = MARGIN + (tallest - row.len() as i32) * ROW / 2;
        let width = row.iter().map(|slot| slots[*slot].width).max().unwrap_or(0);
        for (n, (_, slot)) in weighed.into_iter().enumerate() {
            row[n] = slot;
            let y = top + ROW * n as i32;
            height.insert(slot, y);
            let slot = &mut slots[slot];
            if slot.node.is_none() {
                slot.width = width;
            }
            (slot.x, slot.y) = (x + (width - slot.width) / 2, y);
        }
        x += width + GAP;
    }
    (
        x - GAP + MARGIN,
        2 * MARGIN + ROW * tallest - (ROW - HEIGHT),
    )
}

fn line(out: &mut String, slots: &[Slot], path: &[usize], label: &str, dotted: bool) {
    let mut route = String::new();
    let mut middle = (0, 0);
    for pair in path.windows(2) {
        let (from, to) = (&slots[pair[0]], &slots[pair[1]]);
        let (x1, y1) = (from.x + from.width, from.y + HEIGHT / 2);
        let (x2, y2) = (to.x, to.y + HEIGHT / 2);
        let x = (x1 + x2) / 2;
        if route.is_empty() {
            let _ = write!(route, "M{x1} {y1}");
            middle = (x, (y1 + y2) / 2);
        }
        let _ = write!(route, "C{x} {y1} {x} {y2} {x2} {y2}");
        if to.node.is_none() {
            let _ = write!(route, "H{}", to.x + to.width);
        }
    }
    let dashes = match (dotted, label.is_empty()) {
        (true, _) => " stroke-dasharray=\"2 4\"",
        (false, false) => " stroke-dasharray=\"6 4\"",
        (false, true) => "",
    };
    let _ = writeln!(
        out,
        "<path d=\"{route}\" fill=\"none\" stroke=\"#57606a\" stroke-width=\"1.5\"{dashes} marker-end=\"url(#tip)\"/>"
    );
    if !label.is_empty() {
        let (x, y) = middle;
        let width = 8 * label.len() as i32;
        let _ = writeln!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"16\" fill=\"#ffffff\"/>\
             <text x=\"{x}\" y=\"{}\" text-anchor=\"middle\" font-size=\"11\" fill=\"#57606a\">{label}</text>",
            x - width / 2,
            y - 8,
            y + 4,
        );
    }
}

fn shape(out: &mut String, slot: &Slot, node: &Node) {
    let (color, border) = match node.role {
        Role::Final => ("#1f2328", "stroke=\"#1a7f37\" stroke-width=\"3\""),
        Role::Target => ("#1f2328", "stroke=\"#1a7f37\" stroke-width=\"2\""),
        Role::Unused => ("#6e7781", "stroke=\"#6e7781\" stroke-dasharray=\"4 3\""),
        _ => ("#1f2328", "stroke=\"#57606a\""),
    };
    let (fill, round) = match node.kind {
        NodeKind::Stage { .. } => ("#ddf4ff", 4),
        NodeKind::Image(_) => ("#f6f8fa", HEIGHT / 2),
        _ => ("#fff8c5", 0),
    };
    let _ = writeln!(
        out,
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{HEIGHT}\" rx=\"{round}\" fill=\"{fill}\" {border}/>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"{color}\">{}</text>",
        slot.x,
        slot.y,
        slot.width,
        slot.x + slot.width / 2,
        slot.y + HEIGHT / 2 + 5,
        escaped(&label(node)),
    );
}

fn label(node: &Node) -> String {
    let name = node.kind.to_string();
    let mut label: String = name.chars().take(LONGEST).collect();
    if label.len() < name.len() {
        label.push('…');
    }
    label
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                out.push(char::REPLACEMENT_CHARACTER);
            }
            c => out.push(c),
        }
    }
    out
}
