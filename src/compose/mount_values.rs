//! The values of the mounts that name secrets and ssh agents, where the file decides them.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use smol_str::SmolStr;

use crate::edges::Graph;
use crate::instruction::{Instruction, MountKind, MountOptions, Run};
use crate::limits;
use crate::model::{Dockerfile, Stage};
use crate::reference::SOURCE_DATE_EPOCH;
use crate::scope::{
    Budget, Expander, Given, Last, LazyMap, Map, Missing, PlatformSpec, Scope, State, Value,
    inherited,
};
use crate::syntax::At;
use crate::text::Text;

/// The place of a mount: its stage, its step, and its number in its RUN.
pub(super) type Place = (usize, usize, usize);

/// The values of mounts with variables, each under the place of the mount and its key. Only what
/// the file decides has one: a value that can come from the base image or from the platform has
/// none.
#[derive(Debug, Default)]
pub(super) struct MountValues(BTreeMap<(Place, &'static str), String>);

impl MountValues {
    pub(super) fn of(file: &Dockerfile, graph: &Graph<'_>) -> MountValues {
        let mut values = MountValues::default();
        // Few files have any.
        if file.stages.iter().any(names_by_variables) {
            values.find(file, graph);
        }
        values
    }

    /// The value of a key, or the text as it is spelled.
    pub(super) fn get(
        &self,
        place: Place,
        key: &'static str,
        text: Option<&Text>,
    ) -> Option<String> {
        let value = self.0.get(&(place, key));
        let value = value.cloned().or_else(|| text.map(Text::to_string));
        // Docker takes an empty one for one that is not there.
        value.filter(|value| !value.is_empty())
    }

    fn find(&mut self, file: &Dockerfile, graph: &Graph<'_>) {
        let mut budget = limits::VALUE_STEPS;
        let unknown = Map::default;
        let mut globals = LazyMap::new(&unknown);
        for declaration in file
            .args
            .iter()
            .flat_map(|arg| arg.instruction().declarations())
        {
            let name = declaration.name().as_str();
            // BuildKit can put another value in place of that one.
            let default = declaration.default().filter(|_| name != SOURCE_DATE_EPOCH);
            let value = default.and_then(|default| value(default, globals.get(), &mut budget));
            if let Some(value) = value {
                globals.change(|globals| globals.insert(name, value));
            }
        }
        let given = Given {
            args: &IndexMap::new(),
            globals: &globals,
            escape: file.escape(),
            labs: false,
            paths: false,
            texts: false,
        };
        // The variables of the stages that start from each one.
        let mut starts: Vec<Variables> = Vec::with_capacity(file.stages.len());
        for (n, stage) in file.stages.iter().enumerate() {
            let base = graph.base_of(n).and_then(|base| starts.get(base));
            let mut scope = scope(given, base.cloned().unwrap_or_default(), &mut budget);
            for (step, item) in stage.steps.iter().enumerate() {
                scope.at = At::Step { stage: n, step };
                self.apply(item.instruction(), (n, step), &mut scope);
            }
            scope.vars = inherited(&scope.vars, &scope.hidden, &scope.state.env);
            scope.hidden.clear();
            for (step, item) in stage.steps.iter().enumerate() {
                if let Instruction::Onbuild(onbuild) = item.instruction() {
                    if let Some(trigger) = onbuild.instruction() {
                        self.apply(trigger, (n, step), &mut scope);
                    }
                }
            }
            starts.push(Variables {
                all: scope.vars,
                env: scope.state.env,
                hidden: scope.hidden,
            });
        }
    }

    /// Applies what an instruction does to the variables, or notes the values of its mounts.
    fn apply(
        &mut self,
        instruction: &Instruction,
        (stage, step): (usize, usize),
        scope: &mut Scope<'_>,
    ) {
        match instruction {
            Instruction::Arg(arg) => {
                arg.apply(scope);
            }
            Instruction::Env(env) => {
                env.apply(scope);
            }
            Instruction::Run(run) => {
                for (nth, fields) in named(run) {
                    for (key, text) in texts(fields) {
                        let text = text.filter(|text| text.as_literal().is_none());
                        let value = text.and_then(|text| value(text, &scope.vars, scope.budget));
                        if let Some(value) = value.as_ref().and_then(Value::as_known) {
                            let place = (stage, step, nth);
                            self.0.insert((place, key), value.to_owned());
                        }
                    }
                }
            }
            _ => {}
        }
        // What Docker rejects is reported elsewhere.
        scope.notes.clear();
    }
}

/// The variables at a place of a stage.
#[derive(Clone, Default)]
struct Variables {
    all: Map<Value>,
    env: Map<Value>,
    /// Those of the image that an ARG hides.
    hidden: Vec<SmolStr>,
}

/// The state of a stage before its first instruction: a base that is not known may set any
/// variable.
fn scope<'b>(given: Given<'b>, variables: Variables, budget: &'b mut Budget) -> Scope<'b> {
    Scope {
        given,
        vars: variables.all,
        declared: Map::default(),
        state: State {
            env: variables.env,
            ..State::default()
        },
        platform: Arc::new(PlatformSpec::default()),
        open: true,
        workdir_set: false,
        hidden: variables.hidden,
        last: Last::default(),
        at: At::File,
        declared_at: None,
        notes: Vec::new(),
        action: None,
        whereabouts: None,
        moved: true,
        budget,
    }
}

fn value(text: &Text, vars: &Map<Value>, budget: &mut Budget) -> Option<Value> {
    Expander::new(vars, Missing::Unknown, budget)
        .text(text)
        .ok()
}

/// The mounts that name secrets and ssh agents, with their numbers.
fn named(run: &Run) -> impl Iterator<Item = (usize, &MountOptions)> {
    let mounts = run.mounts.iter().enumerate();
    let fields = mounts.filter_map(|(nth, mount)| Some((nth, mount.options()?)));
    fields.filter(|(_, fields)| matches!(fields.kind, MountKind::Secret | MountKind::Ssh))
}

/// The texts of a mount that the inputs have as strings.
fn texts(fields: &MountOptions) -> [(&'static str, Option<&Text>); 3] {
    [
        ("id", fields.id.as_ref()),
        ("target", fields.target.as_ref()),
        ("env", fields.env.as_ref()),
    ]
}

/// Returns `true` if a mount of a stage has variables in what names a secret or an agent.
fn names_by_variables(stage: &Stage) -> bool {
    let is_variable = |(_, text): (_, Option<&Text>)| text.is_some_and(|text| !text.is_literal());
    stage.steps.iter().any(|step| {
        let instruction = match step.instruction() {
            Instruction::Onbuild(onbuild) => onbuild.instruction(),
            instruction => Some(instruction),
        };
        match instruction {
            Some(Instruction::Run(run)) => {
                named(run).any(|(_, fields)| texts(fields).into_iter().any(is_variable))
            }
            _ => false,
        }
    })
}
