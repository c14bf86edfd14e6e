//! What differs between what two files build.

use multistage::{
    Dockerfile, Stage,
    compare::{Change, Comparison},
    resolve::Build,
};
use proptest::prelude::*;

use crate::generator::any_dockerfile;

#[track_caller]
fn parse(text: &str) -> Dockerfile {
    Dockerfile::parse(text).unwrap_or_else(|report| panic!("{report}"))
}

#[track_caller]
fn compare(old: &str, new: &str) -> Comparison {
    parse(old).compare(&parse(new), &Build::new())
}

/// The changes of the last stage: what, old, new.
#[track_caller]
fn changes(old: &str, new: &str) -> Vec<(String, String, String)> {
    let comparison = compare(old, new);
    let text = |side: &Option<multistage::compare::Side>| {
        side.as_ref()
            .map_or(String::new(), |side| side.text.clone())
    };
    let row = |change: &Change| (change.what.clone(), text(&change.old), text(&change.new));
    comparison.targets()[0].changes.iter().map(row).collect()
}

#[track_caller]
fn same(old: &str, new: &str) {
    assert_eq!(changes(old, new), []);
    assert!(compare(old, new).is_same());
}

#[test]
fn text_does_not_count() {
    same(
        "FROM alpine AS a\nRUN x\nFROM scratch\nCOPY --from=a b /c\nENV A=1\nENV B=2\n",
        "# a comment\nfrom alpine as other\nrun x\nfrom scratch\ncopy --from=0 [\"b\", \"/c\"]\nenv A=1 B=\"2\"\n",
    );
    // Stages in between, and how a value comes about.
    same(
        "FROM alpine\nRUN x\nRUN y\n",
        "ARG BASE=alpine\nFROM docker.io/library/${BASE}:latest AS b\nRUN x\nFROM b\nRUN y\n",
    );
    same(
        "FROM a\nWORKDIR /a\nWORKDIR b\nCOPY c d\n",
        "FROM a\nWORKDIR /a\nWORKDIR /a/b\nCOPY ./c /a/b/d\n",
    );
    // The order of what a target takes from.
    same(
        "FROM a AS x\nFROM b AS y\nFROM scratch\nCOPY --from=x 1 2\nCOPY --from=y 3 4\n",
        "FROM b AS y\nFROM a AS x\nFROM scratch\nCOPY --from=x 1 2\nCOPY --from=y 3 4\n",
    );
}

#[test]
fn what_is_built_counts() {
    let row = |what: &str, old: &str, new: &str| (what.to_owned(), old.to_owned(), new.to_owned());
    assert_eq!(
        changes("FROM alpine:3.21\n", "FROM alpine:3.22\n"),
        [row(
            "base",
            "docker.io/library/alpine:3.21 (linux/amd64)",
            "docker.io/library/alpine:3.22 (linux/amd64)"
        )]
    );
    assert_eq!(
        changes("FROM a\nENV A=1\nEXPOSE 80\n", "FROM a\nENV A=2\nUSER u\n"),
        [
            row("env A", "\"1\"", "\"2\""),
            row("port 80/tcp", "exposed", ""),
            row("user", "", "u"),
        ]
    );
    assert_eq!(
        changes("FROM a\nRUN x\nRUN y\n", "FROM a\nRUN x\nRUN z\nRUN y\n"),
        [row("step", "", "RUN /bin/sh -c z")]
    );
    // What RUN sees.
    assert_eq!(
        changes("FROM a\nARG V=1\nRUN x\n", "FROM a\nARG V=2\nRUN x\n"),
        [row("environment", "V=\"1\"", "V=\"2\"")]
    );
    // Another user runs it, which its text does not say.
    assert_eq!(
        changes("FROM a\nRUN x\nUSER u\n", "FROM a\nUSER u\nRUN x\n").len(),
        1
    );
    assert_eq!(
        changes(
            "FROM a\nCOPY --link b /c\n",
            "FROM a\nCOPY --chmod=755 b /c\n"
        ),
        [row("step", "COPY --link /b /c", "COPY --chmod=755 /b /c")]
    );
}

#[test]
fn what_is_copied_from_counts() {
    let old = "FROM a AS x\nRUN 1\nFROM scratch\nCOPY --from=x /b /c\n";
    let new = "FROM a AS x\nRUN 2\nFROM scratch\nCOPY --from=x /b /c\n";
    let expected = (
        "step".to_owned(),
        "RUN /bin/sh -c 1".to_owned(),
        "RUN /bin/sh -c 2".to_owned(),
    );
    assert_eq!(changes(old, new), [expected]);
    let old = "FROM a AS x\nRUN 1\nFROM scratch\nRUN --mount=from=x,target=/m y\n";
    let new = "FROM a AS z\nRUN 2\nFROM scratch\nRUN --mount=from=z,target=/m y\n";
    assert_eq!(changes(old, new).len(), 2);
    // An image under a name that is a stage's elsewhere.
    assert!(
        !compare(
            "FROM scratch\nCOPY --from=x /b /c\n",
            "FROM a AS x\nFROM scratch\nCOPY --from=x /b /c\n"
        )
        .is_same()
    );
}

#[test]
fn targets() {
    let comparison = compare(
        "FROM a AS x\nFROM b AS y\n",
        "FROM a AS x\nRUN 1\nFROM c AS z\nFROM b AS y\n",
    );
    let rows: Vec<(Option<&str>, bool, bool, usize)> = comparison
        .targets()
        .iter()
        .map(|target| {
            (
                target.name.as_ref().map(|name| name.as_str()),
                target.in_old,
                target.in_new,
                target.changes.len(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (Some("y"), true, true, 0),
            (Some("x"), true, true, 1),
            (Some("z"), false, true, 0)
        ]
    );
    let (old, new) = (
        parse("FROM a AS x\nFROM b AS y\n"),
        parse("FROM a AS x\nRUN 1\nFROM b AS y\n"),
    );
    assert!(old.compare(&new, &Build::new().target("y")).is_same());
    assert!(!old.compare(&new, &Build::new().target("x")).is_same());
    assert!(!old.compare(&new, &Build::new().target("none")).is_same());
}

#[test]
fn arguments_count() {
    let (old, new) = (parse("ARG V=1\nFROM a:$V\n"), parse("ARG V=2\nFROM a:$V\n"));
    assert!(!old.compare(&new, &Build::new()).is_same());
    assert!(old.compare(&new, &Build::new().arg("V", "3")).is_same());
}

#[test]
fn very_long_files() {
    let mut old = String::from("FROM a AS s0\n");
    for n in 1..5000 {
        old.push_str(&format!("FROM s{} AS s{n}\nENV V{n}=1\nRUN {n}\n", n - 1));
    }
    let new = old.replace("RUN 2500\n", "RUN other\n");
    assert_eq!(changes(&old, &new).len(), 1);
}

proptest! {
    #![proptest_config(crate::cases::usually(48))]

    #[test]
    fn a_file_builds_what_it_builds(file in any_dockerfile()) {
        prop_assert!(file.compare(&file.clone(), &Build::new()).is_same());
        if let Ok(text) = file.render() {
            let again = Dockerfile::parse(&text).expect("it is read");
            let comparison = file.compare(&again, &Build::new());
            prop_assert!(comparison.is_same(), "{text}\n{comparison:?}");
        }
    }

    #[test]
    fn a_target_alone_is_the_same(file in any_dockerfile()) {
        for name in file.stages().iter().filter_map(Stage::name).cloned().collect::<Vec<_>>() {
            let pruned = file.for_target(&name).expect("a stage");
            let build = Build::new().target(&name);
            let comparison = file.compare(&pruned, &build);
            prop_assert!(comparison.is_same(), "{name}\n{comparison:?}");
        }
    }
}

#[test]
fn real_files() {
    let Some(folder) = std::env::var_os("MULTISTAGE_CORPUS").map(std::path::PathBuf::from) else {
        println!("skipped: MULTISTAGE_CORPUS names no corpus");
        return;
    };
    let mut compared = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap_or_default()).into_owned();
        let Ok(file) = Dockerfile::parse(&text) else {
            continue;
        };
        let Ok(rendered) = file.render() else {
            continue;
        };
        let build = Build::new();
        let again = parse(&rendered);
        assert!(file.compare(&again, &build).is_same(), "{}", path.display());
        for name in file.stages().iter().filter_map(Stage::name) {
            let pruned = file.for_target(name).expect("a stage");
            let build = Build::new().target(name);
            let comparison = file.compare(&pruned, &build);
            assert!(
                comparison.is_same(),
                "{} {name}\n{comparison:?}",
                path.display()
            );
            let mut renamed = file.clone();
            if renamed.rename(name, "quite-another-name").is_ok() {
                let new = renamed.resolve(&Build::new().target("quite-another-name"));
                assert!(new.target().is_some());
                if !text.contains("TARGETSTAGE")
                    && file.stages().last().and_then(Stage::name) != Some(name)
                {
                    let last = |file: &Dockerfile, other: &Dockerfile| {
                        file.compare(other, &Build::new()).targets()[0].is_same()
                    };
                    assert!(last(&file, &renamed), "{} {name}", path.display());
                }
            }
        }
        compared += 1;
    }
    assert!(compared > 500);
}
