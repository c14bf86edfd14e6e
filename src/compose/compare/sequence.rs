//! The steps of each stage in a form that can be compared: each thing that is done has a number,
//! and so has all that was done before it.

use indexmap::IndexSet;

use crate::edges::{StageNames, Via};
use crate::model::Dockerfile;
use crate::reference::{Image, StageName, Typed as _, full_name};
use crate::resolve::{Build, Effect, Resolved, ResolvedBase, ResolvedStage};
use crate::scope::{Map, Value};
use crate::syntax::At;

/// Texts, each under a number.
#[derive(Default)]
pub(super) struct Interner(IndexSet<String>);

impl Interner {
    fn number(&mut self, text: String) -> usize {
        self.0.insert_full(text).0
    }

    pub(super) fn text(&self, number: usize) -> &str {
        self.0.get_index(number).map_or("", String::as_str)
    }
}

/// The actions of a file, stage for stage.
pub(super) struct Sequence<'m> {
    pub(super) file: &'m Dockerfile,
    pub(super) resolved: Resolved,
    names: StageNames,
    stages: Vec<Layers>,
}

/// The actions of a stage on top of its base.
pub(super) struct Layers {
    base: Option<usize>,
    /// The image or context that it starts from, unless that is a stage.
    root: String,
    list: Vec<Layer>,
    /// A number for all that was done, bases included.
    end: usize,
}

pub(super) struct Layer {
    /// A number for what it does.
    pub(super) key: usize,
    pub(super) what: &'static str,
    pub(super) text: String,
    /// The details that matter and are not in the text.
    pub(super) detail: String,
    pub(super) at: At,
    /// The stages that it depends on.
    pub(super) from: Vec<usize>,
}

impl<'m> Sequence<'m> {
    pub(super) fn of(file: &'m Dockerfile, build: &Build, interner: &mut Interner) -> Sequence<'m> {
        let resolved = file.resolve(build);
        let mut sequence = Sequence {
            file,
            resolved,
            names: StageNames::of(&file.stages),
            stages: Vec::with_capacity(file.stages.len()),
        };
        for (index, stage) in file.stages.iter().enumerate() {
            let Some(resolved) = sequence.resolved.stages().get(index) else {
                break;
            };
            let layers = Maker {
                index,
                names: &sequence.names,
                stages: &sequence.stages,
                interner: &mut *interner,
                list: Vec::new(),
            }
            .layers(stage, resolved, &sequence.resolved);
            sequence.stages.push(layers);
        }
        sequence
    }

    /// The actions of a stage, from the image on.
    pub(super) fn chain(&self, stage: usize) -> (&str, Vec<&Layer>) {
        let mut stages = Vec::new();
        let mut root = "";
        let mut next = Some(stage);
        while let Some(layers) = next.and_then(|at| self.stages.get(at)) {
            stages.push(layers);
            root = &layers.root;
            next = layers.base;
        }
        let list = stages.iter().rev().flat_map(|layers| &layers.list);
        (root, list.collect())
    }

    pub(super) fn end(&self, stage: usize) -> Option<usize> {
        self.stages.get(stage).map(|layers| layers.end)
    }

    /// The stages that are built for their own sake, besides the last one.
    pub(super) fn targets(&self) -> Vec<(&'m StageName, usize)> {
        let mut used = vec![false; self.stages.len()];
        for layers in &self.stages {
            let from = layers
                .list
                .iter()
                .flat_map(|layer| layer.from.iter().copied());
            for stage in layers.base.into_iter().chain(from) {
                if let Some(used) = used.get_mut(stage) {
                    *used = true;
                }
            }
        }
        let last = self.file.stages.len().saturating_sub(1);
        let stages = self.file.stages.iter().enumerate().zip(used);
        let targets = &self.file.beside.targets;
        stages
            .filter_map(|((n, stage), used)| {
                let name = stage
                    .name()
                    .filter(|name| !used || targets.contains(*name))?;
                (n != last).then_some((name, n))
            })
            .collect()
    }

    pub(super) fn last(&self) -> Option<usize> {
        self.file.stages.len().checked_sub(1)
    }

    pub(super) fn find(&self, name: &StageName) -> Option<usize> {
        self.names.target(name)
    }
}

/// Makes the layers of one stage.
struct Maker<'i> {
    index: usize,
    names: &'i StageNames,
    /// The stages above.
    stages: &'i [Layers],
    interner: &'i mut Interner,
    list: Vec<Layer>,
}

impl Maker<'_> {
    fn layers(
        mut self,
        stage: &crate::model::Stage,
        resolved: &ResolvedStage,
        all: &Resolved,
    ) -> Layers {
        let nothing = Map::default();
        let (base, root, mut end, mut vars) = match resolved.base() {
            ResolvedBase::Stage(base) => {
                let layers = self.stages.get(*base);
                let vars = all
                    .stages()
                    .get(*base)
                    .and_then(|stage| stage.vars(usize::MAX));
                let end = layers.map_or(0, |layers| layers.end);
                (Some(*base), String::new(), end, vars.unwrap_or(&nothing))
            }
            base => {
                let root = format!("{base} ({})", resolved.platform());
                let end = self.interner.number(format!("base {root}"));
                (None, root, end, &nothing)
            }
        };
        for effect in resolved.triggered() {
            self.effect(effect, At::From(self.index));
        }
        for (step, item) in stage.steps.iter().enumerate() {
            let at = At::Step {
                stage: self.index,
                step,
            };
            match resolved.effect(step) {
                Some(effect) => {
                    if let (Effect::Run { .. }, Some(now)) = (effect, resolved.vars(step)) {
                        self.environment(now, vars, at);
                        vars = now;
                    }
                    self.effect(effect, at);
                }
                None => {
                    use crate::instruction::Instruction as I;
                    let instruction = item.instruction();
                    if matches!(
                        instruction,
                        I::Run(_) | I::Copy(_) | I::Add(_) | I::Workdir(_)
                    ) {
                        // Docker rejects it: as long as it is written the same, it is.
                        self.push(
                            "step",
                            format!("{} that is rejected", instruction.keyword()),
                            format!("{instruction:?}"),
                            at,
                            Vec::new(),
                        );
                    }
                }
            }
        }
        for layer in &self.list {
            end = self.interner.number(format!("{end} {}", layer.key));
        }
        Layers {
            base,
            root,
            list: self.list,
            end,
        }
    }

    fn push(&mut self, what: &'static str, text: String, key: String, at: At, from: Vec<usize>) {
        let key = self.interner.number(key);
        self.list.push(Layer {
            key,
            what,
            text,
            detail: String::new(),
            at,
            from,
        });
    }

    /// The variables that a command sees otherwise than the one before.
    fn environment(&mut self, now: &Map<Value>, before: &Map<Value>, at: At) {
        let changes = now.changes(before);
        if changes.is_empty() {
            return;
        }
        let pairs = changes
            .iter()
            .map(|(name, value)| format!("{name}={:?}", value.text));
        let text = pairs.collect::<Vec<_>>().join(" ");
        self.push(
            "environment",
            text.clone(),
            format!("environment {text}"),
            at,
            Vec::new(),
        );
    }

    fn effect(&mut self, effect: &Effect, at: At) {
        let mut from = Vec::new();
        let (text, key) = match effect {
            Effect::Run {
                arguments,
                mounts,
                flags,
                user,
                directory,
            } => {
                let mut shown = Vec::new();
                let mut keys = Vec::new();
                for mount in mounts {
                    let pairs = |pairs: &[(String, String)]| {
                        let pairs = pairs.iter().map(|(key, value)| format!("{key}={value}"));
                        pairs.collect::<Vec<_>>().join(",")
                    };
                    shown.push(format!("--mount={} ", pairs(mount)));
                    let mut meant = mount.clone();
                    for (key, value) in &mut meant {
                        if key == "from" {
                            *value = self.meaning(value, Via::Mount, &mut from);
                        }
                    }
                    keys.push(format!("{meant:?}"));
                }
                let gap = if flags.is_empty() { "" } else { " " };
                let text = format!("RUN {}{flags}{gap}{}", shown.concat(), arguments.join(" "));
                (
                    text,
                    format!("run {user:?} {directory:?} {flags} {keys:?} {arguments:?}"),
                )
            }
            Effect::Copy {
                keyword,
                from: origin,
                sources,
                files,
                destination,
                chown,
                chmod,
                flags,
            } => {
                let meaning = match origin {
                    Some(origin) => self.meaning(origin, Via::Copy, &mut from),
                    None => String::new(),
                };
                let mut shown = (*keyword).to_owned();
                let mut flag = |name: &str, value: Option<&String>| {
                    if let Some(value) = value {
                        shown.push_str(&format!(" --{name}={value}"));
                    }
                };
                flag("chown", chown.as_ref());
                flag("chmod", chmod.as_ref());
                if origin.is_some() {
                    // The name of a stage does not count, that of an image does.
                    let external = Some(&meaning).filter(|_| from.is_empty());
                    flag("from", external);
                }
                for word in [flags]
                    .into_iter()
                    .chain(sources)
                    .filter(|word| !word.is_empty())
                {
                    shown.push(' ');
                    shown.push_str(word);
                }
                for (name, content) in files {
                    shown.push_str(&format!(
                        " {}{content:?}",
                        name.as_ref()
                            .map_or(String::new(), |name| format!("{name}="))
                    ));
                }
                shown.push(' ');
                shown.push_str(destination);
                let key = format!(
                    "{keyword} {meaning:?} {flags} {sources:?} {files:?} {destination:?} {chown:?} {chmod:?}"
                );
                (shown, key)
            }
            Effect::Directory { path, user } => (
                format!("WORKDIR {path}"),
                format!("directory {path:?} {user:?}"),
            ),
        };
        self.push("step", text, key, at, from);
        if let Some(layer) = self.list.last_mut() {
            layer.detail = match effect {
                Effect::Run {
                    user, directory, ..
                } => format!("(as {user:?} in {directory:?})"),
                Effect::Directory { user, .. } => format!("(as {user:?})"),
                Effect::Copy { .. } => String::new(),
            };
        }
    }

    /// The meaning of a reference, which does not depend on the name of the stage.
    fn meaning(&self, name: &str, via: Via, from: &mut Vec<usize>) -> String {
        let stage = self.names.look_up(name, via, self.index).stage();
        match stage.filter(|stage| *stage < self.index) {
            Some(stage) => {
                from.push(stage);
                format!(
                    "stage {}",
                    self.stages.get(stage).map_or(0, |layers| layers.end)
                )
            }
            None if Image::is_valid(name) => full_name(name),
            None => name.to_owned(),
        }
    }
}
