//! The scenarios of `examples/scenarios` print what their golden files say, byte for byte.
//!
//! `MULTISTAGE_UPDATE=1 cargo test scenarios` writes the golden files anew.

use std::collections::BTreeSet;
use std::fs;

use multistage::{Dockerfile, Escape, Instruction};

use crate::golden::{golden_file, root, same};
use crate::outside;

#[path = "../../examples/scenarios/main.rs"]
#[allow(dead_code, reason = "what runs as a program does not here")]
mod programs;

#[test]
fn every_scenario() {
    for (name, dockerfile) in programs::SCENARIOS {
        held(&format!("scenarios/{name}"), &dockerfile());
    }
    assert_eq!(programs::SCENARIOS.len(), files_in("scenarios").len());
}

#[test]
fn every_file_of_the_matrix() {
    let files = programs::matrix();
    for (name, file) in &files {
        held(&format!("matrix/{name}"), file);
    }
    let names: BTreeSet<String> = files.into_iter().map(|(name, _)| name).collect();
    assert!(names.len() >= 12);
    assert_eq!(names, files_in("matrix"));
}

#[test]
fn no_program_is_longer_than_twice_its_dockerfile() {
    let main = fs::read_to_string(root().join("examples/scenarios/main.rs"));
    let main = main.expect("it can be read");
    for (name, _) in programs::SCENARIOS {
        let row = main.split(&format!("\"{name}\", ")).nth(1);
        let module = row.and_then(|row| row.split("::").next());
        let module = module.expect("the row names a module");
        let path = root().join(format!("examples/scenarios/{module}.rs"));
        let program = fs::read_to_string(path).expect("it can be read");
        let program = program.lines().filter(|line| {
            !line.is_empty() && !line.starts_with("//!") && !line.starts_with("use ")
        });
        let program = program.count();
        let golden = fs::read_to_string(golden_file(&format!("scenarios/{name}")));
        let dockerfile = golden.expect("it can be read").lines().count();
        assert!(
            program <= 2 * dockerfile,
            "{module}.rs has {program} lines for {dockerfile}"
        );
    }
}

#[test]
fn fragments_of_the_matrix_can_be_told() {
    let (_, mut file) = programs::matrix()
        .into_iter()
        .next()
        .expect("there are files");
    file.comment_fragments();
    let text = file.render().expect("it renders");
    assert!(
        text.contains("\n# fragment non-root\nRUN useradd "),
        "{text}"
    );
    assert!(
        text.contains("\n# end of fragment non-root\nENTRYPOINT "),
        "{text}"
    );
    let non_root = file.stages().iter().flat_map(|stage| stage.steps());
    let non_root = non_root.filter(|step| step.fragment() == Some("non-root"));
    let keywords: Vec<&str> = non_root
        .map(|step| Instruction::keyword(step.instruction()))
        .collect();
    assert_eq!(keywords, ["RUN", "USER"]);
}

/// A file has no error, and no warning where its paths are those of Linux; it comes out as its golden file says, and is read again as it was.
#[track_caller]
fn held(name: &str, file: &Dockerfile) {
    let report = file.check();
    let windows = file.escape() == Escape::Backtick;
    let found = if windows {
        report.errors().count()
    } else {
        report.len()
    };
    assert_eq!(found, 0, "{name}\n{report}");
    let text = file.render().expect("it has no errors");
    same(&golden_file(name), &text);
    assert_eq!(Dockerfile::parse(&text).as_ref(), Ok(file), "{name}");
    outside::keep(&name.replace('/', "-"), file, &text);
}

/// The names of the golden files of a folder.
fn files_in(folder: &str) -> BTreeSet<String> {
    let folder = fs::read_dir(root().join("tests/golden").join(folder));
    let names = folder.expect("it can be listed").map(|entry| {
        let name = entry.expect("it can be listed").file_name();
        let name = name.into_string().expect("it is text");
        name.strip_suffix(".Dockerfile")
            .expect("it is a Dockerfile")
            .to_owned()
    });
    names.collect()
}
