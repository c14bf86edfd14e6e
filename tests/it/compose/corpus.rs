//! Files by others, pruned, merged and drawn. The folder is named by `MULTISTAGE_CORPUS`.

use multistage::{Dockerfile, Stage, StageName, graph::EdgeKind};

/// The files that are read and written; none, with a line that says so, where there is no corpus.
fn corpus() -> Vec<(String, Dockerfile)> {
    let Some(folder) = std::env::var_os("MULTISTAGE_CORPUS") else {
        println!("skipped: MULTISTAGE_CORPUS names no corpus");
        return Vec::new();
    };
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    let files = paths.iter().filter_map(|path| {
        let file = Dockerfile::parse(&std::fs::read_to_string(path).ok()?).ok()?;
        file.render().ok()?;
        Some((path.display().to_string(), file))
    });
    files.collect()
}

fn names(file: &Dockerfile) -> impl Iterator<Item = &StageName> {
    file.stages().iter().filter_map(Stage::name)
}

#[test]
fn every_target_is_whole() {
    for (path, file) in corpus() {
        for name in names(&file) {
            let pruned = file.for_target(name).expect("it is there");
            assert!(
                pruned.render().is_ok(),
                "{path} for {name}: {}",
                pruned.check()
            );
            assert_eq!(
                pruned.stages().last().and_then(Stage::name),
                Some(name),
                "{path}"
            );
            assert_eq!(pruned.graph().unused().count(), 0, "{path} for {name}");
            assert!(
                pruned.minimum_syntax() <= file.minimum_syntax(),
                "{path} for {name}"
            );
        }
    }
}

#[test]
fn files_are_merged_or_refused() {
    let corpus = corpus();
    let mut merged = 0;
    for pair in corpus.windows(2) {
        let [(path, file), (_, other)] = pair else {
            continue;
        };
        for prefix in [None, Some("p")] {
            let mut both = file.clone();
            let result = match prefix {
                None => both.merge(other.clone()),
                Some(prefix) => both.merge_under(prefix, other.clone()),
            };
            let Ok(handles) = result else {
                assert_eq!(both, *file, "{path}");
                continue;
            };
            merged += 1;
            if file.escape() != other.escape() {
                // What is kept as it was read has another spelling.
                continue;
            }
            assert!(both.render().is_ok(), "{path}: {}", both.check());
            assert_eq!(
                both.stages().len(),
                file.stages().len() + other.stages().len()
            );
            for name in names(other) {
                assert!(
                    both.find(handles.stage(name).expect("it has a name"))
                        .is_some()
                );
            }
        }
    }
    assert!(
        merged * 10 > corpus.len() * 18 || corpus.is_empty(),
        "only {merged} of twice {}",
        corpus.len()
    );
}

#[test]
fn graphs_go_forward() {
    for (path, file) in corpus() {
        let graph = file.graph();
        let stages = file.stages().len();
        for edge in graph.edges() {
            assert!(
                edge.source < edge.user || edge.source.index() >= stages,
                "{path}"
            );
            assert!(edge.user.index() < stages, "{path}");
        }
        let bases = graph
            .edges()
            .filter(|edge| edge.kind == EdgeKind::From && !edge.possible);
        assert!(bases.count() <= stages, "{path}");
        assert_eq!(graph.order().len(), graph.nodes().len(), "{path}");
        assert!(
            graph
                .nodes()
                .iter()
                .all(|node| node.depth < graph.nodes().len())
        );
    }
}
