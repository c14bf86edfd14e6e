//! What every public type is: it can be sent and shared between threads.

use multistage::check::Checker;
use multistage::graph::BuildGraph;
use multistage::inputs::Inputs;
use multistage::instruction::{Command, Copy, Mount, Port, Run};
use multistage::layout::Layout;
use multistage::recipe::Recipe;
use multistage::resolve::{Build, ImageConfig, Resolved};
use multistage::{
    ArgName, Context, Dockerfile, Fragment, Image, Instruction, Packages, Parsed, Platform, Report,
    Source, Stage, StageName, Step, Text,
};

/// Compiles if the types can be sent and shared.
macro_rules! shared {
    ($($type:ty),* $(,)?) => {
        const fn is_shared<T: Send + Sync>() {}
        const _: () = {$(is_shared::<$type>();)*};
    };
}

shared! {
    ArgName, Build, BuildGraph, Checker, Command, Context, Copy, Dockerfile, Fragment, Image, ImageConfig, Inputs,
    Instruction, Layout, Mount, Packages, Parsed<'static>, Platform, Port, Recipe, Report, Resolved, Run, Source, Stage,
    StageName, Step, Text,
}

#[test]
fn names_are_text() {
    fn length(name: impl AsRef<str>) -> usize {
        name.as_ref().len()
    }
    assert_eq!(length(StageName::new("build")), 5);
    assert_eq!(length(ArgName::new("TAG")), 3);
    assert_eq!(length(Context::new("docs")), 4);
}
