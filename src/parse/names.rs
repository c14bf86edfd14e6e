//! Resolves the references of a file as Docker does: by name, by number.
//!
//! A file that was read may have several stages of one name, or one with a reserved name. Those
//! that a later one hides get a free name here, and every reference follows.

use std::ops::Range;

use indexmap::{IndexMap, IndexSet};
use smol_str::{SmolStr, format_smolstr};

use crate::edges::{Expressions, Graph, Meaning, NamesAbove, Occurs, StageNames, Via, sources_mut};
use crate::instruction::{Arg, Instruction};
use crate::model::{Dockerfile, Stage, Step};
use crate::reference::{Image, SOURCE_DATE_EPOCH, Source, StageName, Typed};
use crate::syntax::reader::{Found, RefusalKind};
use crate::syntax::{At, Part};
use crate::text::{Text, literal};

/// Turns the images that the references were read as into the stages that they mean.
pub(super) fn resolve(file: &mut Dockerfile, found: &mut Found) {
    let names = StageNames::of(&file.stages);
    let hidden = Hidden::of(file, &names);
    hidden.refuse(file, found);
    let targets = rename(&mut file.stages, &names, hidden, found);
    rename_epoch(&mut file.args, &names, &targets);
    let escape = file.escape();
    // Whether a stage refers to one that is not above it.
    let mut forward = false;
    for (n, stage) in file.stages.iter_mut().enumerate() {
        let base = &mut stage.from.base;
        match names.found(base, Via::Base, n) {
            Some(meant) => *base = targets.source(meant),
            None => check_base(base, n, &names, found),
        }
        for (step, item) in stage.steps.iter_mut().enumerate() {
            let at = At::Step { stage: n, step };
            let instruction = item.instruction_mut();
            if let Instruction::Onbuild(onbuild) = instruction {
                onbuild.resolve(escape, &mut |name| {
                    names.target(name).map(|stage| targets.source(stage))
                });
                onbuild.settle(escape);
                continue;
            }
            if !Occurs::of(instruction).has(Occurs::SOURCES) {
                continue;
            }
            for (part, via, source) in sources_mut(instruction) {
                let Some(text) = source.external() else {
                    continue;
                };
                match names.look_up(text, via, n) {
                    Meaning::Stage(meant) => {
                        forward |= meant >= n;
                        *source = targets.source(meant);
                    }
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
    if forward {
        refuse_cycles(file, found);
    }
}

/// The stages by their position, under the names that they end up with.
struct Targets<'n> {
    names: &'n StageNames,
    /// The stages that got another name, in order.
    renamed: Vec<(usize, StageName)>,
}

impl Targets<'_> {
    fn name(&self, stage: usize) -> Option<&StageName> {
        let renamed = self.renamed.binary_search_by_key(&stage, |(n, _)| *n);
        match renamed.ok().and_then(|n| self.renamed.get(n)) {
            Some((_, name)) => Some(name),
            None => self.names.name(stage),
        }
    }

    fn source(&self, stage: usize) -> Source {
        match self.name(stage) {
            Some(name) => Source::Stage(name.clone()),
            None => Source::Index(stage),
        }
    }
}

/// The stages that get a free name: those that a later one of their name hides, and those whose
/// name is reserved.
struct Hidden {
    /// For each stage its new name, if it gets one; nothing if none does.
    names: Vec<Option<StageName>>,
    /// Those below which a base that is an expression can name the stage, with that base: it could
    /// not by the new name.
    named: Vec<(usize, Image)>,
}

impl Hidden {
    fn of(file: &Dockerfile, read: &StageNames) -> Hidden {
        let mut hidden = Hidden {
            names: Vec::new(),
            named: Vec::new(),
        };
        let reserved = |stage: &Stage| stage.name().is_some_and(|name| is_reserved(name.as_str()));
        if !read.has_duplicates() && !file.stages.iter().any(reserved) {
            return hidden;
        }
        // For each name the stages that get another, in order.
        let mut old: IndexMap<SmolStr, Vec<usize>> = IndexMap::new();
        for (n, stage) in file.stages.iter().enumerate() {
            if let Some(name) = stage.name() {
                if is_reserved(name.as_str()) || read.target(name) != Some(n) {
                    old.entry(name.as_str().into()).or_default().push(n);
                }
            }
        }
        if old.is_empty() {
            return hidden;
        }
        hidden.names.resize(file.stages.len(), None);
        let expressions = Expressions::of(file);
        let names = file.stages.iter().filter_map(Stage::name);
        let mut taken: IndexSet<StageName> = names.cloned().collect();
        for (_, source) in file.sources() {
            taken.extend(source.external().map(StageName::new));
        }
        for base in &expressions.list {
            let only = base.default.as_ref().and_then(|choice| choice.only());
            taken.extend(only.map(StageName::new));
        }
        for (name, stages) in &old {
            let mut counter = 0;
            for stage in stages {
                let free = loop {
                    counter += 1;
                    let free = StageName::new(format_smolstr!("{name}-{counter}"));
                    if taken.insert(free.clone()) {
                        break free;
                    }
                };
                if let Some(slot) = hidden.names.get_mut(*stage) {
                    *slot = Some(free);
                }
            }
        }
        hidden.find_named(file, &expressions, &old, read);
        hidden
    }

    /// Finds the stages that an expression can name, by the old name or by the new one.
    fn find_named(
        &mut self,
        file: &Dockerfile,
        expressions: &Expressions<'_>,
        old: &IndexMap<SmolStr, Vec<usize>>,
        read: &StageNames,
    ) {
        if expressions.list.is_empty() {
            return;
        }
        let mut users: IndexMap<&Image, Vec<usize>> = IndexMap::new();
        for (n, stage) in file.stages.iter().enumerate() {
            if let Source::Image(image) = &stage.from.base {
                if image.as_literal().is_none() {
                    users.entry(image).or_default().push(n);
                }
            }
        }
        let mut found = vec![None; file.stages.len()];
        expressions.each_selected(|base, name| {
            let (Some(stages), Some(users)) = (old.get(name), users.get(base.image)) else {
                return;
            };
            for (n, stage) in stages.iter().enumerate() {
                // A base sees the nearest stage above: this one as far as the next one of the name.
                let last = || {
                    read.target(&StageName::new(name))
                        .filter(|last| last > stage)
                };
                let next = stages.get(n + 1).copied().or_else(last);
                let user = users.get(users.partition_point(|user| user <= stage));
                let sees = user.is_some_and(|user| next.is_none_or(|next| *user <= next));
                if let Some(slot) = found.get_mut(*stage).filter(|_| sees) {
                    *slot = Some(base.image.clone());
                }
            }
        });
        let new = self.names.iter().enumerate();
        let new = new.filter_map(|(n, name)| Some((name.as_ref()?.as_str(), n)));
        let positions: IndexMap<&str, usize> = new.collect();
        let new = NamesAbove::of(positions.iter().map(|(name, n)| (*name, *n)));
        for base in &expressions.list {
            if let Some(default) = &base.default {
                new.matching(default, base.last, |name| {
                    let stage = positions.get(name).and_then(|n| found.get_mut(*n));
                    if let Some(slot @ None) = stage {
                        *slot = Some(base.image.clone());
                    }
                    true
                });
            }
        }
        let found = found.into_iter().enumerate();
        self.named = found.filter_map(|(n, base)| Some((n, base?))).collect();
    }

    /// Rejects what can be kept under no name.
    fn refuse(&self, file: &Dockerfile, found: &mut Found) {
        for (n, base) in &self.named {
            let name = file.stages.get(*n).and_then(Stage::name);
            let name = name.map_or("", StageName::as_str);
            let why = if is_reserved(name) {
                "is a reserved name"
            } else {
                "is the name of a later stage too"
            };
            found.refuse(
                RefusalKind::AmbiguousStage,
                span(At::From(*n), Part::Name, found),
                format!("`{name}` {why}, and FROM `{base}` can name this stage by it"),
                "give the stage a name of its own, or write that base without a variable",
            );
        }
    }
}

fn is_reserved(name: &str) -> bool {
    matches!(name, "scratch" | "context")
}

/// Gives a free name to each stage that a later one of its name hides, or whose name is reserved.
fn rename<'n>(
    stages: &mut [Stage],
    names: &'n StageNames,
    hidden: Hidden,
    found: &mut Found,
) -> Targets<'n> {
    let mut renamed = Vec::new();
    for ((n, stage), free) in stages.iter_mut().enumerate().zip(hidden.names) {
        let (Some(name), Some(free)) = (stage.name().cloned(), free) else {
            continue;
        };
        let layout = found.layout.as_ref();
        if let Some(span) = layout.and_then(|layout| layout.span(At::From(n), Part::Name)) {
            let why = if is_reserved(name.as_str()) {
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
        renamed.push((n, free));
    }
    Targets { names, renamed }
}

/// SOURCE_DATE_EPOCH means the first stage of a name.
fn rename_epoch(args: &mut [Step<Arg>], names: &StageNames, targets: &Targets<'_>) {
    let declarations = args
        .iter_mut()
        .flat_map(|arg| &mut arg.instruction_mut().declarations);
    for declared in declarations.filter(|it| it.name.as_str() == SOURCE_DATE_EPOCH) {
        let Some(value) = declared.default.as_ref().and_then(Text::as_literal) else {
            continue;
        };
        let first = names.all(StageName::new(value).as_str()).next();
        if let Some(name) = first.and_then(|first| targets.name(first)) {
            if !name.as_str().eq_ignore_ascii_case(value) {
                declared.default = Some(literal(name.as_str()));
            }
        }
    }
}

/// A base that is not a stage. FROM finds a stage by its name in lower case alone, which no image
/// could be.
fn check_base(source: &Source, stage: usize, names: &StageNames, found: &mut Found) {
    let text = source.external().unwrap_or_default();
    if Image::is_valid(text) {
        return;
    }
    let name = StageName::new(text);
    if names.look_up(name.as_str(), Via::Base, stage) == Meaning::External {
        return check_image(source, At::From(stage), Part::Base, found);
    }
    let span = span(At::From(stage), Part::Base, found);
    found.refuse(
        RefusalKind::Image,
        span,
        format!("`{text}` is not a valid image reference; the stage above is named `{name}`"),
        format!("FROM finds a stage by its name in lower case: write `FROM {name}`"),
    );
}

fn check_image(source: &Source, at: At, part: Part, found: &mut Found) {
    let Source::Image(image) = source else { return };
    let Some(text) = image.as_literal().filter(|text| !Image::is_valid(text)) else {
        return;
    };
    let message = match text {
        "" => "there is no image".to_owned(),
        _ => format!("`{text}` is not a valid image"),
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
    let components = graph.components();
    for reference in &graph.references {
        let Some(target) = reference
            .target()
            .filter(|_| reference.declared_in().is_none())
        else {
            continue;
        };
        let cyclic = components.get(target) == components.get(reference.stage());
        if cyclic && target >= reference.stage() {
            let (message, help) = if target == reference.stage() {
                ("the stage refers to itself", "name a stage above")
            } else {
                (
                    "the stages need each other",
                    "let only one of them refer to the other",
                )
            };
            let span = span(reference.at(), reference.part(), found);
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
