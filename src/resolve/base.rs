//! FROM, expanded: image or stage, and platform.

use smol_str::SmolStr;

use super::globals::Globals;
use super::{Build, ResolvedBase};
use crate::edges::{Meaning, StageNames, Via};
use crate::instruction::From;
use crate::model::Dockerfile;
use crate::reference::{Image, Source, StageName, Typed, full_name};
use crate::scope::{Budget, Expander, Missing, Note, NoteKind, PlatformSpec};
use crate::syntax::{At, Part};
use crate::text::Text;

/// The resolved base of a stage.
pub(super) struct Based {
    pub(super) base: ResolvedBase,
    pub(super) platform: Option<PlatformSpec>,
    /// The notes about the stage.
    pub(super) notes: Vec<Note>,
    /// `true` if Docker builds nothing of the file.
    pub(super) refused: bool,
}

pub(super) struct Bases<'m, 'b> {
    pub(super) file: &'m Dockerfile,
    pub(super) build: &'b Build,
    pub(super) globals: &'b Globals<'b>,
    /// With the defaults alone.
    pub(super) defaults: &'b Globals<'b>,
    pub(super) names: &'b StageNames,
}

impl Bases<'_, '_> {
    /// Expands the FROM of the next stage. `meant`: the stage that the model says it starts from.
    pub(super) fn next(&self, index: usize, meant: Option<usize>, budget: &mut Budget) -> Based {
        let Some(stage) = self.file.stages.get(index) else {
            return Based {
                base: ResolvedBase::Invalid,
                platform: None,
                notes: Vec::new(),
                refused: true,
            };
        };
        let from = &stage.from;
        let mut expansion = Expansion {
            index,
            notes: Vec::new(),
            refused: false,
        };
        let is_valid = expansion.check_default(from, self.defaults, budget);
        let base = self.base(from, (meant, is_valid), &mut expansion, budget);
        let platform = self.platform(from, &mut expansion, budget);
        Based {
            base,
            platform,
            notes: expansion.notes,
            refused: expansion.refused,
        }
    }

    /// `is_valid`: whether the image is a valid literal, where that has been looked at.
    fn base(
        &self,
        from: &From,
        (meant, is_valid): (Option<usize>, Option<bool>),
        expansion: &mut Expansion,
        budget: &mut Budget,
    ) -> ResolvedBase {
        let image = match (&from.base, meant) {
            (_, Some(stage)) => return ResolvedBase::Stage(stage),
            (Source::Stage(_) | Source::Index(_), None) => {
                expansion.refuse(Part::Base, NoteKind::Told);
                return ResolvedBase::Invalid;
            }
            (Source::Context(context), None) => {
                return ResolvedBase::Context(context.as_str().to_owned());
            }
            (Source::Image(image), None) => image,
        };
        let Some(text) = expansion.expand(image.text(), Part::Base, self.globals, budget) else {
            return ResolvedBase::Invalid;
        };
        if text.is_empty() {
            let kind = NoteKind::Value {
                message: format!("the base `{image}` is empty"),
                help: "give the argument a value with `--build-arg`, or a default above the first FROM".to_owned(),
            };
            expansion.refuse(Part::Base, kind);
            return ResolvedBase::Invalid;
        }
        let above = self.names.look_up(&text, Via::Base, expansion.index);
        if text == "scratch" && above == Meaning::External {
            return ResolvedBase::Scratch;
        }
        // A literal name of a stage would be an image by mistake, which is reported about the model.
        if let (None, Some(stage)) = (image.as_literal(), above.stage()) {
            return ResolvedBase::Stage(stage);
        }
        if self.file.beside.context_named(&text).is_some() {
            return ResolvedBase::Context(text.to_string());
        }
        if !is_valid.unwrap_or_else(|| Image::is_valid(&text)) {
            let kind = if image.as_literal().is_some() {
                NoteKind::Told
            } else {
                let name = StageName::new(&text);
                let stage = self
                    .names
                    .look_up(name.as_str(), Via::Base, expansion.index);
                NoteKind::Value {
                    message: format!("`{text}` is not a valid {}", Image::WHAT),
                    help: match stage {
                        Meaning::Stage(_) => format!(
                            "FROM finds the stage above by its name in lower case: `{name}`"
                        ),
                        _ => format!("expected {}", Image::EXPECTED),
                    },
                }
            };
            expansion.refuse(Part::Base, kind);
            return ResolvedBase::Invalid;
        }
        ResolvedBase::Image(full_name(&text))
    }

    fn platform(
        &self,
        from: &From,
        expansion: &mut Expansion,
        budget: &mut Budget,
    ) -> Option<PlatformSpec> {
        let part = Part::FlagValue("platform", 0);
        let text = from.platform.as_ref()?.text();
        let mut expander = Expander::new(self.globals.values.get(), Missing::Empty, budget);
        let result = expander.text(text);
        let (matched, unmatched) = (expander.matched, expander.unmatched);
        let spelled = || text.to_string().into();
        let value = match result {
            Ok(value) => value.text,
            Err(failure) => {
                expansion.undefined(unmatched, part, self.globals);
                expansion.refuse(part, NoteKind::Expansion(failure));
                return None;
            }
        };
        let target = self.globals.values.get().get("TARGETPLATFORM");
        if matched.len() == 1
            && unmatched.is_empty()
            && matched.contains("TARGETPLATFORM")
            && target.is_some_and(|target| target.text == value)
        {
            expansion.note(part, NoteKind::RedundantPlatform(spelled()));
        }
        let constant = matched.is_empty() && unmatched.is_empty();
        expansion.undefined(unmatched, part, self.globals);
        if text.is_empty() {
            // `--platform=` names no platform.
            return None;
        }
        let platform = PlatformSpec::parse(&value, &self.build.own_platform());
        match &platform {
            Some(platform) => {
                let name = from.name.as_ref().map_or("", |name| name.as_str());
                if constant
                    && !name.contains(platform.os.as_str())
                    && !name.contains(platform.architecture.as_str())
                {
                    expansion.note(part, NoteKind::ConstantPlatform(value));
                }
            }
            None if from
                .platform
                .as_ref()
                .is_some_and(|own| own.as_literal().is_some()) =>
            {
                expansion.refuse(part, NoteKind::Told);
            }
            None => {
                let what = if value.is_empty() {
                    "empty".to_owned()
                } else {
                    format!("`{value}`, which is not a platform")
                };
                let kind = NoteKind::Value {
                    message: format!("the platform `{text}` is {what}"),
                    help: "expected `os/arch[/variant]` such as `linux/amd64`".to_owned(),
                };
                expansion.refuse(part, kind);
            }
        }
        platform
    }
}

struct Expansion {
    index: usize,
    notes: Vec<Note>,
    refused: bool,
}

impl Expansion {
    fn note(&mut self, part: Part, kind: NoteKind) {
        self.notes.push(Note {
            at: At::From(self.index),
            part,
            declared_at: None,
            kind,
        });
    }

    fn refuse(&mut self, part: Part, kind: NoteKind) {
        self.refused = true;
        self.note(part, kind);
    }

    fn expand(
        &mut self,
        text: &Text,
        part: Part,
        globals: &Globals<'_>,
        budget: &mut Budget,
    ) -> Option<SmolStr> {
        if let Some(text) = text.to_shared_literal() {
            return Some(text);
        }
        let mut expander = Expander::new(globals.values.get(), Missing::Empty, budget);
        let result = expander.text(text);
        let unmatched = expander.unmatched;
        self.undefined(unmatched, part, globals);
        match result {
            Ok(value) => Some(value.text),
            Err(failure) => {
                self.refuse(part, NoteKind::Expansion(failure));
                None
            }
        }
    }

    fn undefined(&mut self, names: indexmap::IndexSet<SmolStr>, part: Part, globals: &Globals) {
        for name in names
            .into_iter()
            .filter(|name| !globals.declared.contains(name))
        {
            self.note(part, NoteKind::UndefinedInFrom(name));
        }
    }

    /// Notes that FROM has no valid image with the defaults alone; Docker looks at the names of
    /// stages too. Returns, for a literal image, `true` if it is valid.
    fn check_default(
        &mut self,
        from: &From,
        defaults: &Globals<'_>,
        budget: &mut Budget,
    ) -> Option<bool> {
        if defaults.notes.iter().any(|note| note.kind.is_failure()) {
            return None;
        }
        let mut literal = None;
        let is_valid = match &from.base {
            Source::Image(image) => match image.as_literal() {
                Some(image) => *literal.insert(Image::is_valid(image)),
                None => {
                    let mut expander = Expander::new(defaults.values.get(), Missing::Empty, budget);
                    match expander.text(image.text()) {
                        Ok(value) => Image::is_valid(&value.text),
                        Err(_) => return None,
                    }
                }
            },
            Source::Stage(_) | Source::Context(_) => Image::is_valid(&from.base.spelling()),
            Source::Index(_) => return None,
        };
        if !is_valid {
            let spelled = from.base.to_string();
            self.note(Part::Base, NoteKind::InvalidDefault(spelled.into()));
        }
        literal
    }
}
