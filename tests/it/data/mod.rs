//! A model as data: it comes back, what is wrong is said with its path, the schema agrees.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use multistage::instruction::{self as i, Arg, Healthcheck};
use multistage::{ArgName, Dockerfile, Stage, StageName, Text, frontend::FrontendVersion};

mod broken;
mod forms;
mod recipe;
mod round;
mod schema;
mod wild;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn fixture(name: &str) -> String {
    fs::read_to_string(root().join("tests/data").join(name)).expect("a fixture")
}

/// A file that has everything, with what is known beside the text.
fn everything() -> Dockerfile {
    let mut file = Dockerfile::parse(&fixture("everything.Dockerfile")).expect("it is read");
    let docs = file.context("docs-site");
    file.target("build").target("tools");
    file.allow("unknown-stage")
        .set_engine(FrontendVersion::new(20));
    // What is wrong, too.
    let odd = Stage::new(StageName::new("not a name"))
        .platform(Text::from("$P"))
        .arg(Arg::new("A").default("1").describe("is one"))
        .instruction(
            i::Copy::new("/", "/docs")
                .with_from(&docs)
                .flag("future", None),
        )
        .workdir(ArgName::new("not a name").expr())
        .healthcheck(
            Healthcheck::none()
                .interval(Duration::from_nanos(5))
                .retries(u32::MAX),
        );
    file.stage("odd", odd.comment("pending"));
    file
}

/// Leaves data for the checkers that are not ours, in a folder such as `data/valid` below `MULTISTAGE_RENDERED`.
fn leave(folder: &str, name: &str, json: &str) {
    let Some(rendered) = env::var_os("MULTISTAGE_RENDERED") else {
        return;
    };
    let folder = PathBuf::from(rendered).join(folder);
    fs::create_dir_all(&folder).expect("a folder");
    let name: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    fs::write(folder.join(name + ".json"), json).expect("a file");
}

/// Whether a committed file is what it has to be; `MULTISTAGE_UPDATE=1` writes it anew.
#[track_caller]
fn same(path: &str, text: &str) {
    let path = root().join(path);
    if env::var("MULTISTAGE_UPDATE").is_ok_and(|wish| wish == "1") {
        fs::write(path, text).expect("it can be written");
        return;
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        text,
        committed,
        "not as in {}; MULTISTAGE_UPDATE=1 writes it anew",
        path.display()
    );
}
