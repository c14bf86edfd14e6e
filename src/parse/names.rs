//! What the references of a file mean: by name, by number, in the order that Docker looks.
//!
//! A file that was read may have several stages of one name, or one with a reserved name. Those that a later
//! one hides get a free name here, and every reference follows.

use std::ops::Range;

use indexmap::{IndexMap, IndexSet};
use smol_str::{SmolStr, format_smolstr};

use crate::graph::{Graph, Meaning, StageNames, Via, sources_mut, stage_number};
use crate::instruction::Instruction;
use crate::model::{Dockerfile, Stage};
use crate::reference::{Image, Source, StageName, Typed};
use crate::syntax::reader::{Found, RefusalKind};
use crate::syntax::{At, Part};
use crate::text::{Escape, Text};

/// Turns the images that the references were read as into the stages that they mean.
pub(super) fn resolve(file: &mut Dockerfile, found: &mut Found) {
    let names = StageNames::of(&file.stages);
    let targets = rename(&mut file.stages, &names, found);
    let escape = file.escape_character();
    for (n, stage) in file.stages.iter_mut().enumerate() {
        let base = &mut stage.from.base;
        match names.found(base, Via::Base, n) {
            Some(meant) => *base = targets.source(meant),
            None => check_image(base, At::From(n), Part::Base, found),
        }
        for (step, item) in stage.steps.iter_mut().enumerate() {
            let at = At::Step { stage: n, step };
            let instruction = item.instruction_mut();
            if let Instruction::Onbuild(onbuild) = instruction {
                if let Some(trigger) = onbuild.instruction_mut() {
                    for (_, via, source) in sources_mut(trigger) {
                        in_trigger((via, source), n, &names, &targets, escape);
                    }
                }
                continue;
            }
            for (part, via, source) in sources_mut(instruction) {
                let Some(text) = source.external() else {
                    continue;
                };
                match names.look_up(text, via, n) {
                    Meaning::Stage(meant) => *source = targets.source(meant),
                    Meaning::External => check_image(source, at, part, found),
                    Meaning::NoStage => found.refuse(
                        RefusalKind::Reference,
                        span(at, part, found),
                        format!("there is no stage {text}"),
                        "stages are counted from 0; give the stage a name and use that",
                    ),
                }
            }
        }
    }
    refuse_cycles(file, found);
}

/// The stages by their position, under the names that they end up with.
struct Targets(Vec<Option<StageName>>);

impl Targets {
    fn source(&self, stage: usize) -> Source {
        match self.0.get(stage) {
            Some(Some(name)) => Source::Stage(name.clone()),
            _ => Source::Index(stage),
        }
    }
}

/// Gives a free name to each stage that a later one of its name hides, or whose name is reserved.
fn rename(stages: &mut [Stage], read: &StageNames, found: &mut Found) -> Targets {
    let mut taken: IndexSet<SmolStr> = IndexSet::new();
    let mut counters: IndexMap<SmolStr, usize> = IndexMap::new();
    let mut names = Vec::with_capacity(stages.len());
    for (n, stage) in stages.iter_mut().enumerate() {
        let Some(name) = stage.name().cloned() else {
            names.push(None);
            continue;
        };
        let reserved = matches!(name.as_str(), "scratch" | "context");
        if !reserved && read.target(&name) == Some(n) {
            names.push(Some(name));
            continue;
        }
        let counter = counters.entry(name.as_str().into()).or_insert(0);
        let free = loop {
            *counter += 1;
            let free = format_smolstr!("{name}-{counter}");
            let name = StageName::new(&free);
            if read.target(&name).is_none() && taken.insert(free) {
                break name;
            }
        };
        let layout = found.layout.as_ref();
        if let Some(span) = layout.and_then(|layout| layout.span(At::From(n), Part::Name)) {
            let why = if reserved {
                "is a reserved name"
            } else {
                "is the name of a later stage too"
            };
            found.refuse(
                RefusalKind::RenamedStage,
                span,
                format!("`{name}` {why}; this stage is read as `{free}`"),
                "give the stage a name of its own",
            );
        }
        stage.from.name = Some(free.clone());
        names.push(Some(free));
    }
    Targets(names)
}

/// A reference in a trigger is looked up where it is triggered, and checked there.
fn in_trigger(
    (via, source): (Via, &mut Source),
    stage: usize,
    names: &StageNames,
    targets: &Targets,
    escape: Escape,
) {
    let Some(text) = source.external() else {
        return;
    };
    let raw = || Source::Image(Image::from(Text::raw(text, escape)));
    // A number is that of a stage where the trigger runs.
    let number = stage_number(text).filter(|_| via == Via::Copy);
    let meant = match number {
        Some(number) => usize::try_from(number).map_or_else(|_| raw(), Source::Index),
        None => match names.look_up(text, via, stage) {
            Meaning::Stage(meant) => targets.source(meant),
            _ if Image::is_valid(text) => return,
            _ => raw(),
        },
    };
    *source = meant;
}

fn check_image(source: &Source, at: At, part: Part, found: &mut Found) {
    let Source::Image(image) = source else { return };
    let Some(text) = image.as_literal().filter(|text| !Image::is_valid(text)) else {
        return;
    };
    let message = match text {
        "" => "there is no image".to_owned(),
        _ => format!("`{text}` is no image"),
    };
    let span = span(at, part, found);
    found.refuse(
        RefusalKind::Image,
        span,
        message,
        "an image is `[host/]name[:tag][@digest]`, in lower case",
    );
}

/// A stage that needs itself, by whatever way.
fn refuse_cycles(file: &Dockerfile, found: &mut Found) {
    let graph = Graph::of(file);
    let forward = graph.references.iter().any(|reference| {
        reference.declared_in.is_none()
            && reference
                .target
                .is_some_and(|target| target >= reference.stage)
    });
    if !forward {
        return;
    }
    let components = graph.components();
    for reference in &graph.references {
        let Some(target) = reference.target.filter(|_| reference.declared_in.is_none()) else {
            continue;
        };
        let cyclic = components.get(target) == components.get(reference.stage);
        if cyclic && target >= reference.stage {
            let (message, help) = if target == reference.stage {
                ("the stage refers to itself", "name a stage above")
            } else {
                (
                    "the stages need each other",
                    "let only one of them refer to the other",
                )
            };
            let span = span(reference.at, reference.part, found);
            found.refuse(RefusalKind::Reference, span, message, help);
        }
    }
}

fn span(at: At, part: Part, found: &Found) -> Range<usize> {
    let layout = found.layout.as_ref();
    layout
        .and_then(|layout| {
            layout
                .span(at, part)
                .or_else(|| layout.span(at, Part::Whole))
        })
        .unwrap_or(0..0)
}
