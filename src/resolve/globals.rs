//! The arguments above the first FROM, and those that every build has.

use indexmap::{IndexMap, IndexSet};
use smol_str::SmolStr;

use super::Build;
use crate::model::Dockerfile;
use crate::reference::{SOURCE_DATE_EPOCH, args};
use crate::scope::{Budget, Expander, LazyMap, Map, Missing, Note, NoteKind, PlatformSpec, Value};
use crate::syntax::{At, Part};

/// The values that FROM can use.
#[derive(Debug)]
pub(super) struct Globals<'f> {
    /// The values, those of arguments that need no declaration among them. Few files use any.
    pub(super) values: LazyMap<'f, Value>,
    /// The arguments that the file declares, with or without a value.
    pub(super) declared: IndexSet<SmolStr>,
    pub(super) notes: Vec<Note>,
    /// The value of SOURCE_DATE_EPOCH, as it is given.
    pub(super) epoch: String,
}

/// The values for the arguments of a build.
pub(super) fn globals<'f>(
    file: &Dockerfile,
    args: &IndexMap<String, String>,
    predefined: &'f dyn Fn() -> Map<Value>,
    budget: &mut Budget,
) -> Globals<'f> {
    let mut globals = Globals {
        values: LazyMap::new(predefined),
        declared: IndexSet::new(),
        notes: Vec::new(),
        epoch: String::new(),
    };
    for (at, step) in file.args.iter().enumerate() {
        'declarations: for (n, declaration) in step.instruction().declarations().iter().enumerate()
        {
            let name = declaration.name().as_str();
            globals.declared.insert(name.into());
            let value = match (args.get(name), declaration.default()) {
                (Some(given), _) => Value::new(given.as_str()),
                (None, None) => continue 'declarations,
                (None, Some(default)) => {
                    let mut expander = Expander::new(globals.values.get(), Missing::Empty, budget);
                    match expander.text(default) {
                        Ok(value) => value,
                        Err(failure) => {
                            globals.notes.push(Note {
                                at: At::Arg(at),
                                part: Part::Value(n),
                                declared_at: None,
                                kind: NoteKind::Expansion(failure),
                            });
                            continue 'declarations;
                        }
                    }
                }
            };
            globals.values.change(|values| values.insert(name, value));
        }
    }
    globals.take_epoch(args);
    globals
}

impl Globals<'_> {
    /// BuildKit puts the date itself in place of a stage or a context in SOURCE_DATE_EPOCH.
    fn take_epoch(&mut self, args: &IndexMap<String, String>) {
        let given = args.get(SOURCE_DATE_EPOCH).map(String::as_str);
        let is_declared = self.declared.contains(SOURCE_DATE_EPOCH);
        let values = || self.values.get().get(SOURCE_DATE_EPOCH);
        let declared = is_declared.then(values).flatten();
        let epoch = given.or(declared.map(|value| value.text.as_str()));
        let epoch = epoch.unwrap_or_default().to_owned();
        if declared.is_some() && !epoch.is_empty() && epoch.parse::<i64>().is_err() {
            let unknown = Value {
                text: "${SOURCE_DATE_EPOCH}".into(),
                known: false,
            };
            self.values
                .change(|values| values.insert(SOURCE_DATE_EPOCH, unknown));
        }
        self.epoch = epoch;
    }
}

/// The arguments that need no declaration in FROM. The arguments of the build override them.
pub(super) fn predefined(file: &Dockerfile, build: &Build) -> Map<Value> {
    let own = build.own_platform();
    let target = build.target_platform();
    let last = || file.stages.last().and_then(|stage| stage.name());
    let stage = build.target.as_ref().or_else(last);
    let mut values = Map::default();
    for name in args::NAMES {
        let known = match (name.strip_prefix("BUILD"), name.strip_prefix("TARGET")) {
            (Some(what), _) => {
                let mut own = own.clone();
                if what == "PLATFORM" {
                    own.os_version = SmolStr::default();
                }
                part(&own, what)
            }
            (None, Some("STAGE")) => SmolStr::new(stage.map_or("default", |it| it.as_str())),
            (None, Some(what)) => part(&target, what),
            (None, None) => SmolStr::default(),
        };
        let value = build.args.get(*name).map_or(known, SmolStr::new);
        values.insert(*name, Value::new(value));
    }
    values
}

/// The part of a platform that a platform argument holds.
fn part(platform: &PlatformSpec, what: &str) -> SmolStr {
    match what {
        "OS" => platform.os.clone(),
        "OSVERSION" => platform.os_version.clone(),
        "ARCH" => platform.architecture.clone(),
        "VARIANT" => platform.variant.clone(),
        _ => platform.to_string().into(),
    }
}
