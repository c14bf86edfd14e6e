//! Real files: none of the good ones gets a warning, and few of those by others.

use std::path::PathBuf;

use multistage::{
    Parsed,
    check::{Checker, Group},
    resolve::Build,
};

#[track_caller]
fn assert_clean(name: &str, text: &str, build: Build) {
    let report = Parsed::new(text).check(&Checker::new().build(build));
    assert!(report.is_empty(), "{name}: {report}");
}

#[test]
fn the_scenarios_have_no_warning() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let node = std::fs::read_to_string(folder.join("node.Dockerfile")).expect("the example");
    assert_clean("node", &node, Build::new());
    let mut count = 0;
    for entry in std::fs::read_dir(folder.join("scenarios")).expect("the scenarios") {
        let path = entry.expect("a file").path();
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).expect("a scenario");
        let build = if name.contains("windows") {
            Build::new().platform("windows/amd64")
        } else {
            Build::new()
        };
        assert_clean(&name, &text, build);
        count += 1;
    }
    assert_eq!(count, 12);
}

/// How often each rule fires on the files by others: at most so many times.
const MOST: &[(&str, usize)] = &[
    ("build-in-final-stage", 5),
    ("copy-from-cache-mount", 0),
    ("destination-without-slash", 2),
    ("misspelt-stage", 0),
    ("platform-blind-cache", 30),
    ("root-in-final-stage", 320),
    ("same-env-reference", 2),
    ("secret-in-run", 4),
    ("sources-before-install", 15),
    ("unchecked-script", 30),
    ("undeclared-global-arg", 4),
    ("unpinned-base", 200),
    ("unused-stage", 60),
    ("variable-in-exec-form", 2),
    ("whole-root-copy", 10),
];

#[test]
fn few_warnings_on_files_by_others() {
    let Some(folder) = std::env::var_os("MULTISTAGE_CORPUS").map(PathBuf::from) else {
        println!("skipped: MULTISTAGE_CORPUS names no corpus");
        return;
    };
    let mut counts = vec![0; MOST.len()];
    let checker = Checker::new().group(Group::Pedantic);
    for entry in std::fs::read_dir(folder).expect("the corpus") {
        let bytes = std::fs::read(entry.expect("a file").path()).expect("a file");
        let text = String::from_utf8_lossy(&bytes);
        for found in Parsed::new(&text).check(&checker).iter() {
            let row = MOST.iter().position(|(rule, _)| *rule == found.rule.id);
            if let Some(count) = row.and_then(|row| counts.get_mut(row)) {
                *count += 1;
            }
        }
    }
    for ((rule, most), count) in MOST.iter().zip(counts) {
        println!("{count:4} {rule}");
        assert!(count <= *most, "{rule}: {count}");
    }
}
