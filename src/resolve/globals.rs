//! The arguments above the first FROM, and those that every build has.

use indexmap::{IndexMap, IndexSet};
use smol_str::SmolStr;

use super::Build;
use crate::model::Dockerfile;
use crate::scope::{Budget, Expander, Map, Note, NoteKind, Value};
use crate::syntax::{At, Part};

/// The values that FROM can use.
#[derive(Debug, Default)]
pub(super) struct Globals {
    pub(super) values: Map<Value>,
    /// What the file declares, with or without a value.
    pub(super) declared: IndexSet<SmolStr>,
    pub(super) notes: Vec<Note>,
}

/// The values for the arguments of a build.
pub(super) fn globals(
    file: &Dockerfile,
    args: &IndexMap<String, String>,
    predefined: Map<Value>,
    budget: &mut Budget,
) -> Globals {
    let mut globals = Globals {
        values: predefined,
        ..Globals::default()
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
                    let mut expander = Expander::new(&globals.values, false, budget);
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
            globals.values.insert(name, value);
        }
    }
    globals
}

/// The arguments that need no declaration in FROM. The arguments of the build override them.
pub(super) fn predefined(file: &Dockerfile, build: &Build) -> Map<Value> {
    let own = build.own_platform();
    let target = build.target_platform();
    let last = || file.stages.last().and_then(|stage| stage.name());
    let stage = build.target.as_ref().or_else(last);
    let plain = |platform: &crate::scope::PlatformSpec| {
        let mut platform = platform.clone();
        platform.os_version = SmolStr::default();
        SmolStr::from(platform.to_string())
    };
    let rows: [(&str, SmolStr); 11] = [
        ("BUILDPLATFORM", plain(&own)),
        ("BUILDOS", own.os),
        ("BUILDOSVERSION", own.os_version),
        ("BUILDARCH", own.architecture),
        ("BUILDVARIANT", own.variant),
        ("TARGETPLATFORM", target.to_string().into()),
        ("TARGETOS", target.os),
        ("TARGETOSVERSION", target.os_version),
        ("TARGETARCH", target.architecture),
        ("TARGETVARIANT", target.variant),
        (
            "TARGETSTAGE",
            SmolStr::new(stage.map_or("default", |stage| stage.as_str())),
        ),
    ];
    let mut values = Map::default();
    for (name, value) in rows {
        let value = build.args.get(name).map_or(value, SmolStr::new);
        values.insert(name, Value::new(value));
    }
    values
}
