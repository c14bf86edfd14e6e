//! What the stages of a file say, whatever their names and numbers: for files that should build the same images.

use std::collections::{BTreeMap, BTreeSet};

use multistage::instruction::Instruction;
use multistage::{Dockerfile, Image, Source, Stage};

/// Gives stages that say the same the same number, across files.
#[derive(Default)]
pub(super) struct Meanings {
    numbers: BTreeMap<String, usize>,
    /// The stages that are being looked at.
    open: Vec<usize>,
}

/// A file, and what a build is given as the value of `$OS`.
#[derive(Clone, Copy)]
pub(super) struct Build<'f> {
    pub(super) file: &'f Dockerfile,
    pub(super) os: &'f str,
    /// What has been put before the names of contexts.
    pub(super) prefix: &'f str,
}

impl Meanings {
    /// The number of a stage. `visited` collects the stages that it needs, itself too.
    pub(super) fn of(
        &mut self,
        build: Build<'_>,
        stage: usize,
        visited: &mut BTreeSet<usize>,
    ) -> usize {
        visited.insert(stage);
        // A trigger of a base that is an expression can lead back here.
        if self.open.contains(&stage) {
            return usize::MAX;
        }
        self.open.push(stage);
        let this = &build.file.stages()[stage];
        let base = base_of(build, stage);
        let mut said = match base {
            Base::Stage(base) => format!("stage {}", self.of(build, base, visited)),
            Base::Outside(image) => image,
        };
        said += &format!(" {:?}", this.from_line().platform);
        if let Base::Stage(base) = base_of(build, stage) {
            for step in build.file.stages()[base].steps() {
                if let Instruction::Onbuild(onbuild) = step.instruction() {
                    let trigger = onbuild.instruction().expect("it is one").clone();
                    said += &self.instruction(build, trigger, visited);
                }
            }
        }
        for step in this.steps() {
            if !matches!(step.instruction(), Instruction::Onbuild(_)) {
                said += &self.instruction(build, step.instruction().clone(), visited);
            }
        }
        self.open.pop();
        let next = self.numbers.len();
        *self.numbers.entry(said).or_insert(next)
    }

    fn instruction(
        &mut self,
        build: Build<'_>,
        mut instruction: Instruction,
        visited: &mut BTreeSet<usize>,
    ) -> String {
        match &mut instruction {
            Instruction::Copy(copy) => {
                if let Some(source) = &copy.from {
                    let from = Image::new(self.taken_from(build, source, visited));
                    **copy = copy.clone().with_from(from);
                }
            }
            Instruction::Run(run) => {
                for mount in &mut run.mounts {
                    if let Some(source) = mount.options().and_then(|options| options.from.as_ref())
                    {
                        let from = Image::new(self.taken_from(build, source, visited));
                        *mount = mount.clone().with_from(from);
                    }
                }
            }
            _ => {}
        }
        format!("\n{instruction:?}")
    }

    fn taken_from(
        &mut self,
        build: Build<'_>,
        source: &Source,
        visited: &mut BTreeSet<usize>,
    ) -> String {
        match taken_from(build.file, source) {
            Some(stage) => format!("stage-{}", self.of(build, stage, visited)),
            None => outside(build, source),
        }
    }
}

enum Base {
    Stage(usize),
    Outside(String),
}

fn base_of(build: Build<'_>, stage: usize) -> Base {
    let above = &build.file.stages()[..stage];
    let named = |name: &str| above.iter().rposition(|stage| is_named(stage, name));
    let base = build.file.stages()[stage].base();
    let text = base.to_string();
    let text = text.replace("${OS}", build.os).replace("$OS", build.os);
    match named(&text) {
        Some(stage) => Base::Stage(stage),
        None if text == base.to_string() => Base::Outside(outside(build, base)),
        // A prefix before a choice that is none of the stages is not an image to speak of.
        None => Base::Outside("a choice that is not a stage".to_owned()),
    }
}

fn taken_from(file: &Dockerfile, source: &Source) -> Option<usize> {
    match source {
        Source::Index(index) => Some(*index),
        _ => {
            let name = source.to_string().to_lowercase();
            file.stages()
                .iter()
                .rposition(|stage| is_named(stage, &name))
        }
    }
}

fn is_named(stage: &Stage, name: &str) -> bool {
    stage.name().is_some_and(|own| own.as_str() == name)
}

/// An image or a context; a context without what merging adds to its name.
fn outside(build: Build<'_>, source: &Source) -> String {
    let text = source.to_string();
    let declared = build
        .file
        .contexts()
        .any(|context| context.as_str() == text);
    if !declared {
        return text.strip_suffix(":latest").unwrap_or(&text).to_owned();
    }
    let text = text.strip_prefix(build.prefix).unwrap_or(&text);
    let numberless = text.trim_end_matches(|c: char| c.is_ascii_digit());
    format!("context/{}", numberless.strip_suffix('-').unwrap_or(text))
}
