//! The state that an instruction sees: variables, the configuration of the image so far, the
//! platform.
//!
//! Each instruction's file says how it changes that, in its `apply`; `resolve` goes through the
//! stages.

pub(crate) mod config;
mod effect;
mod expand;
mod map;
pub(crate) mod path;
mod pattern;
pub(crate) mod platform;
mod state;

use std::sync::Arc;

use indexmap::IndexMap;
use smol_str::SmolStr;

pub use self::effect::Effect;
pub(crate) use self::effect::{
    Action, Arguments, CopyAction, CopyDetails, RunDetails, Running, Whereabouts,
};
pub(crate) use self::expand::{Expander, Failure, Missing, Value};
pub(crate) use self::map::{LazyMap, Map};
pub(crate) use self::path::System;
pub(crate) use self::pattern::Budget;
use self::pattern::spend;
pub(crate) use self::platform::PlatformSpec;
pub(crate) use self::state::{PortRange, State, Words};

use crate::reference::TypedText;
use crate::syntax::{At, Part};
use crate::text::{Escape, Text};

/// The values that the arguments of a build give to every stage.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'b> {
    /// `--build-arg`.
    pub(crate) args: &'b IndexMap<String, String>,
    /// The global ARGs and the predefined ones, with their values.
    pub(crate) globals: &'b LazyMap<'b, Value>,
    pub(crate) escape: Escape,
    /// `true` if the frontend is one with experimental features.
    pub(crate) labs: bool,
    /// `true` if the files of the build context are noted.
    pub(crate) paths: bool,
    /// `true` if the texts of commands are kept, also those that nothing asks for.
    pub(crate) texts: bool,
}

/// The state at one place of a stage: variables, configuration, platform.
#[derive(Debug)]
pub(crate) struct Scope<'b> {
    pub(crate) given: Given<'b>,
    /// ENV and ARG, whichever was set last.
    pub(crate) vars: Map<Value>,
    /// The names that an ARG declares, with or without a value.
    pub(crate) declared: Map<()>,
    pub(crate) state: State,
    pub(crate) platform: Arc<PlatformSpec>,
    /// `true` if the base may set what is not known.
    pub(crate) open: bool,
    /// `true` if a WORKDIR of this file has been seen.
    pub(crate) workdir_set: bool,
    /// The variables of the image that an ARG hides.
    pub(crate) hidden: Vec<SmolStr>,
    /// The CMD, ENTRYPOINT and HEALTHCHECK of this stage that were seen last.
    pub(crate) last: Last,
    /// The place of the instruction that is applied; for a trigger, the place where it is declared.
    pub(crate) at: At,
    pub(crate) declared_at: Option<At>,
    pub(crate) notes: Vec<Note>,
    /// The action of the instruction, if it is more than a change of the configuration.
    pub(crate) action: Option<Action>,
    /// Of the last action that has one.
    pub(crate) whereabouts: Option<Arc<Whereabouts>>,
    /// `true` if they may be others now: since a stage has begun, or its user, its directory or its
    /// shell was set.
    pub(crate) moved: bool,
    pub(crate) budget: &'b mut Budget,
}

/// The places of the instructions of which only the last one counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Last {
    pub(crate) cmd: Option<Seen>,
    pub(crate) entrypoint: Option<Seen>,
    pub(crate) healthcheck: Option<Seen>,
}

/// The place of an instruction; for a trigger, the place where it is declared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    at: At,
    declared_at: Option<At>,
}

/// A note made while an instruction was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) at: At,
    pub(crate) part: Part,
    /// For what a trigger does: where it is declared.
    pub(crate) declared_at: Option<At>,
    pub(crate) kind: NoteKind,
}

/// The kinds of notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoteKind {
    /// Docker fails: the value cannot be expanded.
    Expansion(Failure),
    /// Docker fails: the value is not valid.
    Value { message: String, help: String },
    /// A variable is used that nothing sets.
    Undefined(SmolStr),
    /// The first WORKDIR is relative.
    RelativeWorkdir(SmolStr),
    /// An instruction of which only the last one counts is here, and again further down.
    Repeated { keyword: &'static str, again: At },
    /// CMD or ENTRYPOINT in shell form, and no SHELL.
    ShellForm(&'static str),
    /// A key that reads like that of a secret.
    Secret { keyword: &'static str, key: SmolStr },
    /// A port whose protocol is not in lower case.
    PortProtocol(SmolStr),
    /// A port with an address or a port of the host.
    PortHost(SmolStr),
    /// All ports of an EXPOSE are empty.
    NoPorts,
    /// A file of the build context.
    ContextPath { verb: &'static str, path: SmolStr },
    /// A trigger of a base image, or one that is read again, has a pair without `=`.
    LegacyPair(&'static str),
    /// FROM uses a variable that is not a global ARG.
    UndefinedInFrom(SmolStr),
    /// FROM has the platform that it would have anyway.
    RedundantPlatform(SmolStr),
    /// FROM has a platform that no argument can change.
    ConstantPlatform(SmolStr),
    /// With the defaults of the arguments, FROM has no valid image.
    InvalidDefault(SmolStr),
    /// The base is for another platform than the one that is asked for.
    BasePlatform {
        image: SmolStr,
        expected: String,
        actual: String,
    },
    /// Docker fails, and a rule about the model says why.
    Told,
}

impl Note {
    /// Returns `true` if it is about FROM as it is written, which Docker looks at for every stage.
    pub(crate) fn is_of_from(&self) -> bool {
        matches!(self.at, At::From(_))
            && self.declared_at.is_none()
            && !matches!(self.kind, NoteKind::BasePlatform { .. })
    }
}

impl NoteKind {
    /// Returns `true` if Docker fails here.
    pub(crate) fn is_failure(&self) -> bool {
        matches!(
            self,
            NoteKind::Expansion(_) | NoteKind::Value { .. } | NoteKind::Told
        )
    }
}

/// The handling of variables that nothing sets.
#[derive(PartialEq, Eq)]
enum Undefined {
    Noted,
    /// Docker says nothing of them.
    Passed,
}

impl Scope<'_> {
    pub(crate) fn note(&mut self, part: Part, kind: NoteKind) {
        self.notes.push(Note {
            at: self.at,
            // The parts of a trigger are not where it runs.
            part: if self.declared_at.is_some() {
                Part::Base
            } else {
                part
            },
            declared_at: self.declared_at,
            kind,
        });
    }

    /// Remembers an instruction of which only the last one counts, and notes the one before.
    pub(crate) fn note_again(
        &mut self,
        keyword: &'static str,
        last: fn(&mut Last) -> &mut Option<Seen>,
    ) {
        let seen = Seen {
            at: self.at,
            declared_at: self.declared_at,
        };
        if let Some(before) = last(&mut self.last).replace(seen) {
            self.notes.push(Note {
                at: before.at,
                part: if before.declared_at.is_some() {
                    Part::Base
                } else {
                    Part::Keyword
                },
                declared_at: before.declared_at,
                kind: NoteKind::Repeated {
                    keyword,
                    again: self.at,
                },
            });
        }
    }

    /// Notes that Docker fails at a value.
    pub(crate) fn fail<T>(
        &mut self,
        part: Part,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<T> {
        let (message, help) = (message.into(), help.into());
        self.note(part, NoteKind::Value { message, help });
        None
    }

    /// The value of a text.
    pub(crate) fn expand(&mut self, text: &Text, part: Part) -> Option<Value> {
        if let Some(text) = text.to_shared_literal() {
            return Some(Value::new(text));
        }
        self.expand_with(part, Undefined::Noted, |expander| expander.text(text))
    }

    /// The value of a heredoc's body.
    pub(crate) fn expand_body(&mut self, text: &Text, part: Part) -> Option<Value> {
        self.expand_with(part, Undefined::Noted, |expander| expander.body(text))
    }

    /// The words of a text; Docker says nothing of what is undefined there.
    pub(crate) fn expand_words(&mut self, text: &Text, part: Part) -> Option<Vec<Value>> {
        self.expand_with(part, Undefined::Passed, |expander| expander.words(text))
    }

    /// The value of a text with a grammar. What is wrong with a literal one is reported about the
    /// model.
    pub(crate) fn expand_typed(&mut self, typed: TypedText<'_>, part: Part) -> Option<Value> {
        self.expand_typed_with(typed, part, &|_| None)
    }

    /// The same, with a help for a value that is not valid, if there is a better one.
    pub(crate) fn expand_typed_with(
        &mut self,
        typed: TypedText<'_>,
        part: Part,
        help: &dyn Fn(&str) -> Option<String>,
    ) -> Option<Value> {
        let text = typed.text;
        let value = self.expand(text, part)?;
        match value.as_known() {
            Some(known) if text.as_literal().is_none() && !(typed.is_valid)(known) => {
                let message = format!("`{known}` is not a valid {}", typed.what);
                let help = help(known).unwrap_or_else(|| format!("expected {}", typed.expected));
                self.fail(part, message, help)
            }
            _ => Some(value),
        }
    }

    /// The failures to expand something that have been noted since there were so many notes.
    pub(crate) fn failures_since(&self, count: usize) -> Vec<(Part, Failure)> {
        let notes = self.notes.get(count..).unwrap_or_default().iter();
        let failures = notes.filter_map(|note| match &note.kind {
            NoteKind::Expansion(failure) => Some((note.part, failure.clone())),
            _ => None,
        });
        failures.collect()
    }

    /// Notes that Docker could not expand a text either, unless that has been reported. `sets`:
    /// whether it can need what the same instruction sets.
    pub(crate) fn note_failure(
        &mut self,
        text: &Text,
        (part, sets): (Part, bool),
        told: &[(Part, Failure)],
    ) {
        let mut expander = Expander::new(&self.vars, Missing::of(self.open), self.budget);
        let result = match part {
            Part::Heredoc(_) => expander.body(text),
            _ => expander.text(text),
        };
        let failure = match result {
            // How much can be worked out depends on what failed.
            Ok(_) | Err(Failure::TooLarge) => return,
            Err(Failure::Required { .. }) if sets => return,
            Err(failure) => failure,
        };
        let is_told = |(other, same): &(Part, Failure)| {
            *same == failure && (*other == part || self.declared_at.is_some())
        };
        if !told.iter().any(is_told) {
            self.note(part, NoteKind::Expansion(failure));
        }
    }

    fn expand_with<T>(
        &mut self,
        part: Part,
        undefined: Undefined,
        expand: impl FnOnce(&mut Expander<'_>) -> Result<T, Failure>,
    ) -> Option<T> {
        let mut expander = Expander::new(&self.vars, Missing::of(self.open), self.budget);
        let result = expand(&mut expander);
        let unmatched = std::mem::take(&mut expander.unmatched);
        if undefined == Undefined::Noted {
            for name in unmatched {
                if !self.declared.contains(&name) && !is_never_set(&name) {
                    self.note(part, NoteKind::Undefined(name));
                }
            }
        }
        match result {
            Ok(value) => Some(value),
            Err(failure) => {
                self.note(part, NoteKind::Expansion(failure));
                None
            }
        }
    }

    /// Sets the user, for the instructions that follow.
    pub(crate) fn set_user(&mut self, user: Value) {
        self.state.user = user;
        self.moved = true;
    }

    /// Sets the working directory, for the instructions that follow.
    pub(crate) fn set_workdir(&mut self, workdir: Value) {
        self.state.workdir = workdir;
        self.moved = true;
    }

    /// Sets the shell, for the instructions that follow.
    pub(crate) fn set_shell(&mut self, shell: Words) {
        self.state.rare.shell = Some(shell);
        self.moved = true;
    }

    /// Sets a variable, for the instructions that follow.
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.vars.insert(name, value);
    }

    /// Pays for what an instruction takes over from those above it: the working directory, the
    /// user, the shell. Each instruction has its own copy of it, so that a long one would be paid
    /// for by its square.
    pub(crate) fn carry(&mut self, part: Part, bytes: usize) -> Option<()> {
        const WEIGHT: usize = 8;
        match spend(self.budget, bytes.saturating_mul(WEIGHT)) {
            Ok(()) => Some(()),
            Err(_) => {
                self.note(part, NoteKind::Expansion(Failure::TooLarge));
                None
            }
        }
    }

    /// [`carry`](Scope::carry) for the words of the shell.
    pub(crate) fn carry_shell(&mut self, part: Part) -> Option<()> {
        const WORD: usize = size_of::<SmolStr>();
        let words = self.state.rare.shell.iter().flat_map(|shell| shell.iter());
        let bytes = words.map(|word| word.len() + WORD).sum();
        self.carry(part, bytes)
    }

    /// The user, directory and shell of a command here; shared as long as nothing changes them.
    pub(crate) fn whereabouts(&mut self) -> Arc<Whereabouts> {
        let moved = std::mem::take(&mut self.moved);
        let shell = self.state.rare.shell.as_ref();
        let shell = shell.filter(|shell| !shell.is_empty());
        if let Some(last) = &self.whereabouts {
            if !moved {
                return Arc::clone(last);
            }
            let same_shell = match (&last.shell, shell) {
                (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                (a, b) => a.is_none() && b.is_none(),
            };
            let state = &self.state;
            let same_system = last.system == System::of(&self.platform.os);
            if same_shell
                && same_system
                && last.user == state.user.text
                && last.directory == state.workdir.text
            {
                return Arc::clone(last);
            }
        }
        let new = Arc::new(Whereabouts {
            user: self.state.user.text.clone(),
            directory: self.state.workdir.text.clone(),
            shell: shell.cloned(),
            system: System::of(&self.platform.os),
        });
        self.whereabouts = Some(Arc::clone(&new));
        new
    }
}

/// The variables that a stage starts with that starts from another one: those at its end. What an
/// ARG of that one hides is in its image all the same.
pub(crate) fn inherited(vars: &Map<Value>, hidden: &[SmolStr], env: &Map<Value>) -> Map<Value> {
    let mut vars = vars.clone();
    for name in hidden {
        if let Some(value) = env.get(name) {
            vars.insert(name.clone(), value.clone());
        }
    }
    vars
}

/// Arguments that Docker acts on and keeps out of the environment.
pub(crate) fn is_never_set(name: &str) -> bool {
    matches!(
        name,
        "BUILDKIT_SBOM_SCAN_CONTEXT" | "BUILDKIT_SBOM_SCAN_STAGE"
    )
}

/// Returns `true` if the name of a variable reads like that of a secret, as Docker's check has it.
pub(crate) fn is_secret(name: &str) -> bool {
    const SECRET: &[&str] = &[
        "apikey",
        "auth",
        "credential",
        "credentials",
        "key",
        "password",
        "pword",
        "passwd",
        "secret",
        "token",
    ];
    const PUBLIC: &[&str] = &["public", "file", "version"];
    let has = |words: &[&str]| {
        let mut parts = name.as_bytes().split(|b| *b == b'_');
        parts.any(|part| {
            let mut words = words.iter();
            words.any(|word| part.eq_ignore_ascii_case(word.as_bytes()))
        })
    };
    has(SECRET) && !has(PUBLIC)
}
