//! Files that refer to much of themselves, and to each other's names.

use multistage::instruction::{Copy, Instruction, Mount, Run};
use multistage::{Context, Dockerfile, Image, Source, Stage, StageName, Text, expr};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

const NAMES: [&str; 7] = ["a", "b", "node", "bin-linux", "bin-arm", "docs", "a-2"];
const IMAGES: [&str; 5] = ["alpine:3.21", "node", "node:22", "docs", "ghcr.io/acme/a"];

/// A file whose references are right, of up to six stages.
pub(super) fn any_file() -> impl Strategy<Value = Dockerfile> {
    let names = subsequence(NAMES.to_vec(), 0..5).prop_shuffle();
    let args = subsequence(
        vec![("V", "1"), ("V", "2"), ("W", "1"), ("OS", "linux")],
        0..3,
    );
    let stage = (
        any::<Option<Index>>(),
        any::<(u8, Index)>(),
        vec(any::<(u8, Index)>(), 0..5),
    );
    (names, args, any::<bool>(), vec(stage, 1..7))
        .prop_map(|(names, args, context, stages)| {
            let mut file = Dockerfile::new();
            for (name, default) in args {
                if !file
                    .args()
                    .iter()
                    .any(|arg| declares(arg.instruction(), name))
                {
                    file.arg((name, default));
                }
            }
            let context = context.then(|| file.context("docs"));
            let mut names = names.into_iter();
            for (n, (named, base, steps)) in stages.into_iter().enumerate() {
                let mut stage = Stage::new(base_of(&file, base));
                for (step, (kind, pick)) in steps.into_iter().enumerate() {
                    let source = source_of(&file, context.as_ref(), pick);
                    stage.push(instruction(kind, source, &format!("/{n}-{step}")));
                }
                // A context would replace the stage of its name.
                let name = named.and_then(|_| names.next());
                match name.filter(|name| context.is_none() || *name != "docs") {
                    Some(name) => drop(file.stage(name, stage)),
                    None => file.push(stage),
                }
            }
            file
        })
        .prop_filter("an image that is also a stage", |file| {
            file.render().is_ok()
        })
}

fn declares(arg: &multistage::instruction::Arg, name: &str) -> bool {
    let mut declarations = arg.declarations().iter();
    declarations.any(|declaration| declaration.name().as_str() == name)
}

fn base_of(file: &Dockerfile, (kind, pick): (u8, Index)) -> Source {
    let names: Vec<&StageName> = file.stages().iter().filter_map(Stage::name).collect();
    match kind % 6 {
        0 => Source::Image(Image::from(expr("bin-$OS"))),
        1 => Source::Image(Image::from(expr(["$OS", "node:$V"][pick.index(2)]))),
        2 | 3 if !names.is_empty() => Source::from(*pick.get(&names)),
        _ => Source::from(Image::new(*pick.get(&IMAGES))),
    }
}

/// A stage above, by its name or, where it has none, by its number; an image; a context.
fn source_of(file: &Dockerfile, context: Option<&Context>, pick: Index) -> Source {
    let mut sources: Vec<Source> = file
        .stages()
        .iter()
        .enumerate()
        .map(|(n, stage)| stage.name().map_or(Source::Index(n), Source::from))
        .collect();
    sources.extend(context.map(Source::from));
    sources.extend(IMAGES.map(|image| Source::from(Image::new(image))));
    pick.get(&sources).clone()
}

fn instruction(kind: u8, mut source: Source, path: &str) -> Instruction {
    // Whether an image in a trigger would be a stage is known where it runs.
    let image = matches!(source, Source::Image(_));
    if kind % 6 > 3 && image && NAMES.contains(&source.to_string().as_str()) {
        source = Source::Image(Image::new(IMAGES[0]));
    }
    let copy = || Copy::new(path, "/to").with_from(&source);
    let run = || {
        // A mount takes no numbers.
        let mount = Mount::bind("/from");
        match source {
            Source::Index(_) => Run::new(path).mount(mount),
            _ => Run::new(path).mount(mount.with_from(&source)),
        }
    };
    match kind % 6 {
        0 | 1 => copy().into(),
        2 | 3 => run().into(),
        4 => multistage::instruction::Onbuild::new(copy()).into(),
        _ => multistage::instruction::Onbuild::new(run()).into(),
    }
}

/// Any of the names.
pub(super) fn any_name() -> impl Strategy<Value = StageName> {
    select(&NAMES[..]).prop_map(StageName::new)
}

/// What `$OS` may be.
pub(super) const SYSTEMS: [&str; 4] = ["linux", "arm", "plan9", "node"];

#[test]
fn a_literal_is_no_choice() {
    let text: Text = expr("bin-$OS");
    assert!(text.as_literal().is_none());
}
