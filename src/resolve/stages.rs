//! The stages, one after the other.

use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;
use smol_str::SmolStr;

use super::acting::Acting;
use super::base::{Based, Bases};
use super::edges::{Edge, Edges, stages_of};
use super::epoch;
use super::globals::{globals, predefined};
use super::{Build, Resolved, ResolvedBase, ResolvedStage, needed};
use crate::edges::{Graph, Occurs, Via, sources};
use crate::instruction::{Instruction, Onbuild};
use crate::limits;
use crate::model::{Dockerfile, Stage};
use crate::reference::Source;
use crate::scope::{
    Budget, Failure, Given, Last, Map, Note, NoteKind, PlatformSpec, Scope, State, System, Value,
    Whereabouts, inherited,
};
use crate::syntax::{At, Part};

/// The parts of a resolved file that not everyone asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// The files of the build context.
    pub(crate) paths: bool,
    /// The texts of commands, which can be made of the file too.
    pub(crate) texts: bool,
}

impl Resolved {
    pub(crate) fn new<'m>(
        file: &'m Dockerfile,
        graph: &Graph<'m>,
        build: &Build,
        wanted: Wanted,
    ) -> Resolved {
        let mut budget = limits::VALUE_STEPS;
        let none = IndexMap::new();
        let predefined = || predefined(file, build);
        let defaults = globals(file, &none, &predefined, &mut budget);
        let with_args;
        let globals = if build.args.is_empty() {
            &defaults
        } else {
            with_args = globals(file, &build.args, &predefined, &mut budget);
            &with_args
        };
        let mut notes = globals.notes.clone();
        let (target, unknown) = target(graph, build);
        notes.extend(unknown);
        notes.extend(cycles(graph));
        let labs = file.syntax.as_deref().is_some_and(|syntax| {
            let image = syntax.split(' ').next().unwrap_or_default();
            image.ends_with("-labs") || !image.contains("docker/dockerfile")
        });
        let given = Given {
            args: &build.args,
            globals: &globals.values,
            escape: file.escape(),
            labs,
            paths: wanted.paths,
            texts: wanted.texts,
        };
        let bases = Bases {
            file,
            build,
            globals,
            defaults: &defaults,
            names: &graph.names,
        };
        let mut edges = Edges::of(graph, file);
        let mut walk = Walk {
            file,
            graph,
            build,
            given,
            budget: &mut budget,
            stages: Vec::with_capacity(file.stages.len()),
            ends: Vec::with_capacity(file.stages.len()),
            platform: Arc::new(build.target_platform()),
            whereabouts: None,
            acting: Vec::new(),
            vars: Vec::new(),
            triggers_left: limits::TRIGGERS,
        };
        for (index, stage) in file.stages.iter().enumerate() {
            let based = bases.next(index, edges.base(index), walk.budget);
            if based.refused {
                let failures = based.notes.iter().filter(|note| note.kind.is_failure());
                notes.extend(failures.map(|note| Note {
                    kind: NoteKind::Told,
                    ..note.clone()
                }));
            }
            walk.stage(index, stage, based, edges.take(index));
        }
        let stages = walk.stages;
        notes.extend(epoch::note(&globals.epoch, file, graph, build, &stages));
        let needed = target.map_or_else(Vec::new, |target| needed(&stages, target));
        Resolved {
            needed,
            stages,
            notes,
            target,
            targeted: build.target.is_some(),
        }
    }
}

/// The stage that is built; a note where there is none of that name.
fn target(graph: &Graph<'_>, build: &Build) -> (Option<usize>, Option<Note>) {
    let Some(name) = &build.target else {
        return (graph.stages.len().checked_sub(1), None);
    };
    let position = graph.names.target(name);
    let note = Note {
        at: At::File,
        part: Part::Whole,
        declared_at: None,
        kind: NoteKind::Value {
            message: format!("the target `{name}` is not a stage of the file"),
            help: "give the name of a stage with `--target`".to_owned(),
        },
    };
    (position, position.is_none().then_some(note))
}

/// Returns `true` if stages need each other: Docker then builds nothing. The rules about the model
/// tell which.
fn cycles(graph: &Graph<'_>) -> Option<Note> {
    let itself = graph.references.iter().any(|reference| {
        reference.via != Via::Base && reference.target() == Some(reference.stage())
    });
    let round = || {
        graph.occurs.has(Occurs::FORWARD) && {
            let components = graph.components();
            graph.references.iter().any(|reference| {
                reference.target().is_some_and(|target| {
                    target != reference.stage()
                        && components.get(target) == components.get(reference.stage())
                })
            })
        }
    };
    let outside = graph.references.iter().any(|reference| {
        matches!(reference.source, Source::Index(_)) && reference.target().is_none()
    });
    (itself || outside || round()).then_some(Note {
        at: At::File,
        part: Part::Whole,
        declared_at: None,
        kind: NoteKind::Told,
    })
}

struct Walk<'m, 'b> {
    file: &'m Dockerfile,
    graph: &'b Graph<'m>,
    build: &'b Build,
    given: Given<'b>,
    budget: &'b mut Budget,
    stages: Vec<ResolvedStage>,
    /// The state that a stage inherits that starts from each of them; none if no stage can.
    ends: Vec<Option<End>>,
    /// The platform of a stage whose FROM names none.
    platform: Arc<PlatformSpec>,
    /// Those of the last action in the stages so far.
    whereabouts: Option<Arc<Whereabouts>>,
    /// For each step of a stage, whether it has an action; filled again for every stage.
    acting: Vec<bool>,
    /// The variables in the stage; filled again for every stage.
    vars: Vec<(usize, Map<Value>)>,
    triggers_left: usize,
}

/// Returns `true` if an instruction does something when it is built, unless Docker rejects it.
fn acts(instruction: &Instruction) -> bool {
    matches!(
        instruction,
        Instruction::Add(_) | Instruction::Copy(_) | Instruction::Run(_) | Instruction::Workdir(_)
    )
}

/// The state that a stage inherits from another, besides the resolved configuration.
struct End {
    vars: Map<Value>,
    declared: Map<()>,
    workdir_set: bool,
    /// The variables of the image that an ARG hides.
    hidden: Vec<SmolStr>,
}

/// The state that a stage starts with.
struct Start {
    vars: Map<Value>,
    declared: Map<()>,
    state: State,
    platform: Arc<PlatformSpec>,
    open: bool,
    workdir_set: bool,
}

impl Walk<'_, '_> {
    fn stage(&mut self, index: usize, stage: &Stage, based: Based, mut edge: Edge) {
        let (file, graph) = (self.file, self.graph);
        let mut notes = based.notes;
        let start = self.start(index, &based.base, based.platform, &mut notes);
        let mut triggers = self.triggers(index, &based.base, &start, &mut notes);
        if let ResolvedBase::Stage(base) = based.base {
            edge.needs.insert(0, base);
        }
        let mut state = start.state;
        if let Some(rare) = state.rare.get_mut() {
            rare.on_build.clear();
        }
        let mut scope = Scope {
            given: self.given,
            vars: start.vars,
            declared: start.declared,
            state,
            platform: start.platform,
            open: start.open,
            workdir_set: start.workdir_set,
            hidden: Vec::new(),
            last: Last::default(),
            at: At::From(index),
            declared_at: None,
            notes,
            action: None,
            whereabouts: self.whereabouts.take(),
            moved: true,
            budget: self.budget,
        };
        scope.notes.extend(edge.wrong.iter().map(|(at, part)| Note {
            at: *at,
            part: *part,
            declared_at: None,
            kind: NoteKind::Told,
        }));
        let mut triggered = Vec::new();
        for trigger in &mut triggers {
            scope.declared_at = Some(trigger.declared_at);
            match &trigger.read {
                Some((instruction, legacy)) => {
                    if *legacy {
                        let kind = NoteKind::LegacyPair(instruction.keyword());
                        scope.note(Part::Base, kind);
                    }
                    instruction.apply_or_note(&mut scope);
                    triggered.extend(scope.action.take().map(|action| action.effect()));
                    if trigger.from_image {
                        for (_, via, source) in sources(instruction) {
                            stages_of(file, graph, (via, source), index, &mut edge);
                        }
                    }
                }
                None => {
                    let _: Option<()> = scope.fail(
                        Part::Base,
                        format!("the base triggers `{}`, which Docker rejects", trigger.text),
                        "mend the ONBUILD of the base, or start from another one",
                    );
                }
            }
        }
        scope.declared_at = None;
        self.vars.push((0, scope.vars.clone()));
        let acts = stage.steps.iter().filter(|step| acts(step.instruction()));
        let mut actions = Vec::with_capacity(acts.count());
        self.acting.clear();
        for (step, item) in stage.steps.iter().enumerate() {
            scope.at = At::Step { stage: index, step };
            item.instruction().apply_or_note(&mut scope);
            self.acting.push(scope.action.is_some());
            actions.extend(scope.action.take());
            let last = self.vars.last();
            if last.is_none_or(|(_, last)| !last.is_same(&scope.vars)) {
                self.vars.push((step + 1, scope.vars.clone()));
            }
        }
        let Scope {
            vars: end,
            declared,
            state,
            platform,
            open,
            workdir_set,
            hidden,
            notes,
            whereabouts,
            ..
        } = scope;
        self.whereabouts = whereabouts;
        self.ends.push(edge.is_base.then_some(End {
            vars: end,
            declared,
            workdir_set,
            hidden,
        }));
        self.stages.push(ResolvedStage {
            index,
            name: stage.name().cloned(),
            base: based.base,
            platform,
            open,
            state,
            vars: self.vars.drain(..).collect(),
            actions: actions.into(),
            acting: Acting::of(&self.acting),
            effects: OnceLock::new(),
            triggered: triggered.into(),
            needs: edge.needs.into(),
            images: edge.images.into(),
            notes: notes.into(),
        });
    }

    /// The state of the stage before its first instruction.
    fn start(
        &self,
        index: usize,
        base: &ResolvedBase,
        platform: Option<PlatformSpec>,
        notes: &mut Vec<Note>,
    ) -> Start {
        let target = || Arc::clone(&self.platform);
        if let ResolvedBase::Stage(stage) = base {
            if let (Some(below), Some(Some(end))) = (self.stages.get(*stage), self.ends.get(*stage))
            {
                return Start {
                    vars: inherited(&end.vars, &end.hidden, &below.state.env),
                    declared: end.declared.clone(),
                    state: below.state.clone(),
                    platform: below.platform.clone(),
                    open: below.open,
                    workdir_set: end.workdir_set,
                };
            }
        }
        // A base of nothing is for the target, whatever is asked for.
        let platform = match base {
            ResolvedBase::Scratch => target(),
            _ => platform.map_or_else(target, Arc::new),
        };
        let config = match base {
            ResolvedBase::Image(image) => self.build.bases.get(image),
            _ => None,
        };
        let is_known = config.is_some() || *base == ResolvedBase::Scratch;
        let open = !is_known && !self.build.assume_empty;
        if let (ResolvedBase::Image(image), Some(actual)) =
            (base, config.and_then(|config| config.platform.as_ref()))
        {
            let actual = actual.normal();
            if (&actual.os, &actual.architecture) != (&platform.os, &platform.architecture) {
                notes.push(Note {
                    at: At::From(index),
                    part: Part::Base,
                    declared_at: None,
                    kind: NoteKind::BasePlatform {
                        image: image.as_str().into(),
                        expected: platform.to_string(),
                        actual: actual.to_string(),
                    },
                });
            }
        }
        let mut state = config.map_or_else(State::unset, State::of);
        let system = System::of(&platform.os);
        if !open {
            if let Some(path) = system.path().filter(|_| !state.env.contains("PATH")) {
                state.env.insert("PATH", Value::new(path));
            }
            let workdir = &state.workdir.text;
            if *base == ResolvedBase::Scratch {
                state.workdir = Value::new(system.root());
            } else if !workdir.is_empty() {
                if let Ok(joined) = system.join_workdir(workdir, workdir) {
                    state.workdir = Value::new(joined);
                }
            }
        } else {
            state.workdir = Value::default();
            state.user = Value::default();
        }
        Start {
            vars: state.env.clone(),
            declared: Map::default(),
            state,
            platform,
            open,
            workdir_set: false,
        }
    }

    /// Runs the triggers of the base; adds a note if the file has too many of them.
    fn triggers(
        &mut self,
        index: usize,
        base: &ResolvedBase,
        start: &Start,
        notes: &mut Vec<Note>,
    ) -> Vec<Trigger> {
        let count = start.state.rare.on_build.len();
        if count == 0 {
            return Vec::new();
        }
        match self.triggers_left.checked_sub(count) {
            Some(left) => {
                self.triggers_left = left;
                self.triggers_of(base, start)
            }
            None => {
                notes.push(Note {
                    at: At::From(index),
                    part: Part::Base,
                    declared_at: None,
                    kind: NoteKind::Expansion(Failure::TooLarge),
                });
                Vec::new()
            }
        }
    }

    fn triggers_of(&self, base: &ResolvedBase, start: &Start) -> Vec<Trigger> {
        match base {
            ResolvedBase::Stage(stage) => {
                let steps = self
                    .file
                    .stages
                    .get(*stage)
                    .map_or(&[][..], |stage| &stage.steps);
                let mut triggers = Vec::new();
                for (step, item) in steps.iter().enumerate() {
                    let Instruction::Onbuild(onbuild) = item.instruction() else {
                        continue;
                    };
                    let text = onbuild.text(self.given.escape);
                    let read = match onbuild.instruction() {
                        Some(instruction) => Some((instruction.clone(), false)),
                        None => Onbuild::triggered(&text),
                    };
                    triggers.push(Trigger {
                        declared_at: At::Step {
                            stage: *stage,
                            step,
                        },
                        read,
                        from_image: false,
                        text: text.to_string(),
                    });
                }
                triggers
            }
            _ => {
                let texts = start.state.rare.on_build.iter();
                texts
                    .map(|text| Trigger {
                        declared_at: At::File,
                        read: Onbuild::triggered(text),
                        from_image: true,
                        text: text.to_string(),
                    })
                    .collect()
            }
        }
    }
}

struct Trigger {
    declared_at: At,
    /// The instruction, and whether it was read from the text with a pair in the older form.
    read: Option<(Instruction, bool)>,
    /// `true` if it comes from an image, so that its references are only text.
    from_image: bool,
    text: String,
}
