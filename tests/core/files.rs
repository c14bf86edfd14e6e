//! Files that programs build come out as their golden files say.

use std::fs;
use std::path::Path;

use multistage::instruction::{Mount, Run};
use multistage::{Dockerfile, StageName, args::TARGETARCH};
use multistage::{Fragment, Packages, Stage, Style};

#[path = "../../examples/scenarios/main.rs"]
#[allow(dead_code, reason = "what runs as a program does not here")]
mod programs;

fn golden(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    fs::read_to_string(path).expect("the golden file can be read")
}

#[test]
fn every_scenario() {
    for (name, dockerfile) in programs::SCENARIOS {
        let text = dockerfile().render().expect("a scenario is right");
        assert_eq!(
            text,
            golden(&format!("scenarios/{name}.Dockerfile")),
            "{name}"
        );
    }
}

#[test]
fn every_file_of_the_matrix() {
    for (name, file) in programs::matrix() {
        let text = file.render().expect("a file of the matrix is right");
        assert_eq!(text, golden(&format!("matrix/{name}.Dockerfile")), "{name}");
    }
}

#[test]
fn fragments_packages_and_platform_arguments() {
    let tools = Fragment::new("tools", |stage| stage.env("CI", "1"));
    let mut file = Dockerfile::new();
    file.push(
        Stage::new("debian:12")
            .fragment(&tools)
            .install(Packages::apt(["git"]))
            .run(
                Run::new("make")
                    .mount(Mount::cache("/cache").id(multistage::expr(format!("c-{TARGETARCH}")))),
            ),
    );
    let text = file
        .render_with(Style::default().indent(2))
        .expect("it is right");
    assert!(text.contains("ENV CI=1\n"), "{text}");
    assert!(
        text.contains(
            "\nARG TARGETARCH\nRUN --mount=type=cache,id=c-${TARGETARCH},target=/cache \\\n  make\n"
        ),
        "{text}"
    );
    assert!(text.contains("apt-get install"), "{text}");
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    let build = || {
        let mut file = Dockerfile::new();
        let base = file.stage("base", Stage::new("alpine"));
        for n in 0..50 {
            file.stage(format!("s{n}"), Stage::new(&base).run(format!("echo {n}")));
        }
        file.push(Stage::new("scratch").copy_from(StageName::new("s7"), "/a", "/b"));
        file
    };
    assert_eq!(build(), build());
    assert_eq!(build().render(), build().render());
}
