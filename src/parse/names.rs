//! What the references of a file mean: by name, by number, in the order that Docker looks.
//!
//! A file that was read may have several stages of one name, or one with a reserved name. Those that a later
//! one hides get a free name here, and every reference follows.

use std::ops::Range;

use indexmap::{IndexMap, IndexSet};
use smol_str::{SmolStr, format_smolstr};

use crate::graph::{Graph, Via, sources_mut};
use crate::instruction::Instruction;
use crate::model::{Dockerfile, Stage};
use crate::reference::{Image, Source, StageName, Typed};
use crate::syntax::reader::{Found, RefusalKind};
use crate::syntax::{At, Part};
use crate::text::{Escape, Text};

/// Turns the images that the references were read as into the stages that they mean.
pub(super) fn resolve(file: &mut Dockerfile, found: &mut Found) {
    let count = file.stages.len();
    let mut last: IndexMap<SmolStr, usize> = IndexMap::with_capacity(count);
    let mut bases: Vec<Option<usize>> = Vec::with_capacity(count);
    for (n, stage) in file.stages.iter().enumerate() {
        // FROM sees the nearest stage above, by its exact name.
        let base = match &stage.from.base {
            Source::Image(image) => image.as_literal().and_then(|text| last.get(text)).copied(),
            _ => None,
        };
        bases.push(base);
        if let Some(name) = stage.name() {
            last.insert(name.as_str().into(), n);
        }
    }
    let targets = rename(&mut file.stages, &last, found);
    let escape = file.escape_character();
    for (n, stage) in file.stages.iter_mut().enumerate() {
        if let Some(Some(base)) = bases.get(n) {
            stage.from.base = targets.source(*base);
        } else {
            check_image(&stage.from.base, At::From(n), Part::Base, found);
        }
        for (step, item) in stage.steps.iter_mut().enumerate() {
            let at = At::Step { stage: n, step };
            let instruction = item.instruction_mut();
            if let Instruction::Onbuild(onbuild) = instruction {
                if let Some(trigger) = onbuild.instruction_mut() {
                    sources_mut(trigger, &mut |_, via, source| {
                        in_trigger(source, via, &last, &targets, escape);
                    });
                }
                continue;
            }
            sources_mut(instruction, &mut |part, via, source| {
                look_up(source, via, &last, &targets, (at, part), found);
            });
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
fn rename(stages: &mut [Stage], last: &IndexMap<SmolStr, usize>, found: &mut Found) -> Targets {
    let mut taken: IndexSet<SmolStr> = IndexSet::new();
    let mut counters: IndexMap<SmolStr, usize> = IndexMap::new();
    let mut names = Vec::with_capacity(stages.len());
    for (n, stage) in stages.iter_mut().enumerate() {
        let Some(name) = stage.name().cloned() else {
            names.push(None);
            continue;
        };
        let reserved = matches!(name.as_str(), "scratch" | "context");
        if !reserved && last.get(name.as_str()) == Some(&n) {
            names.push(Some(name));
            continue;
        }
        let counter = counters.entry(name.as_str().into()).or_insert(0);
        let free = loop {
            *counter += 1;
            let free = format_smolstr!("{name}-{counter}");
            if !last.contains_key(&free) && taken.insert(free.clone()) {
                break StageName::new(free);
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

/// What a `--from` means: for COPY a number first; then the last stage of the name in any case; then an image.
fn look_up(
    source: &mut Source,
    via: Via,
    last: &IndexMap<SmolStr, usize>,
    targets: &Targets,
    (at, part): (At, Part),
    found: &mut Found,
) {
    let Some(text) = source.external().map(SmolStr::new) else {
        return;
    };
    if let Some(number) = stage_number(&text).filter(|_| via == Via::Copy) {
        match usize::try_from(number)
            .ok()
            .filter(|n| *n < targets.0.len())
        {
            Some(index) => *source = targets.source(index),
            None => found.refuse(
                RefusalKind::Reference,
                span(at, part, found),
                format!("there is no stage {text}"),
                "stages are counted from 0; give the stage a name and use that",
            ),
        }
        return;
    }
    match last.get(StageName::new(&text).as_str()) {
        Some(target) => *source = targets.source(*target),
        None => check_image(source, at, part, found),
    }
}

/// A reference in a trigger is looked up where it is triggered, and checked there.
fn in_trigger(
    source: &mut Source,
    via: Via,
    last: &IndexMap<SmolStr, usize>,
    targets: &Targets,
    escape: Escape,
) {
    let Some(text) = source.external().map(SmolStr::new) else {
        return;
    };
    if let Some(number) = stage_number(&text).filter(|_| via == Via::Copy) {
        *source = match usize::try_from(number) {
            Ok(index) => Source::Index(index),
            Err(_) => Source::Image(Image::from(Text::raw(&text, escape))),
        };
    } else if let Some(target) = last.get(StageName::new(&text).as_str()) {
        *source = targets.source(*target);
    } else if !Image::is_valid(&text) {
        *source = Source::Image(Image::from(Text::raw(&text, escape)));
    }
}

/// A whole number, as Docker reads one. One beyond its range is none.
fn stage_number(text: &str) -> Option<i64> {
    text.parse().ok()
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
