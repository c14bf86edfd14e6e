//! `inherited-arg`: an argument of another stage, which Podman does not pass on as Docker does.

use std::collections::BTreeMap;

use smol_str::{SmolStr, format_smolstr};

use super::Buildah;
use super::names::{Declared, Names, What};
use crate::reference::{Source, args};
use crate::rules::place::{short, stage_name};
use crate::rules::{Context, Finding, Findings, Narrow};
use crate::syntax::{At, BuildahVersion, Part};
use crate::text::Text;

rule! {
    id: "inherited-arg",
    severity: Error,
    summary: "an argument of the stage below, which Podman passes on in another way",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds variables that a stage uses, in shell text too, whose value is an ARG of a stage that it
starts from, where the engine is Podman or Buildah and the variable has another value there:

- before Podman 5.6 it is not set,
- from 5.6 to 5.8 it has the quotes of its default, and variables in the default are not expanded,
- from 6.0 on it is not set if FROM names the stage by a variable, or if the default uses an ENV or
  an argument that the stage has inherited itself.

## Why is this bad?

The build succeeds with an empty variable, and `curl https://example.com/$VERSION` gets something
else.

## Example

For Podman 5.4:

```dockerfile engine=podman:5.4
FROM alpine AS base
ARG VERSION=1.2

FROM base
RUN wget https://example.com/app-$VERSION
```

## Use instead

```dockerfile engine=podman:5.4
FROM alpine AS base
ARG VERSION=1.2

FROM base
ARG VERSION=1.2
RUN wget https://example.com/app-$VERSION
```
"#,
}

/// The arguments that the engine does not pass on as Docker does.
pub(crate) struct Inherited<'m> {
    names: Names<'m>,
    buildah: Buildah,
    /// The uses that have been reported.
    told: Told,
}

/// The first versions of Buildah that pass arguments on, and that expand them.
const PASSES: BuildahVersion = BuildahVersion::new(41);
const EXPANDS: BuildahVersion = BuildahVersion::new(44);

/// Uses: a name with its stage, and the stage. A map of this kind is in the
/// core anyway.
type Told = BTreeMap<SmolStr, usize>;

/// Notes a use. Returns `true` if it has not been reported yet.
fn tell(told: &mut Told, name: &str, stage: usize) -> bool {
    told.insert(format_smolstr!("{name} {stage}"), stage)
        .is_none()
}

impl<'m> Inherited<'m> {
    pub(crate) fn of(context: &Context<'m>) -> Option<Inherited<'m>> {
        Some(Inherited {
            buildah: context.buildah()?,
            names: Names::of(context.file),
            told: BTreeMap::new(),
        })
    }

    /// Does not report again what has been found.
    #[cfg(feature = "check")]
    pub(crate) fn skip(&mut self, findings: &Findings) {
        for finding in &findings.list {
            let Some(place) = finding.labels.first() else {
                continue;
            };
            if let (true, Some(stage), Narrow::Variable(name)) = (
                std::ptr::eq(finding.rule, &RULE),
                place.at.stage(),
                &place.narrow,
            ) {
                tell(&mut self.told, name, stage);
            }
        }
    }

    /// Reports the use of a variable if its value would be another one. `base`: the stage that a
    /// stage starts from.
    pub(crate) fn report(
        &mut self,
        context: &Context<'_>,
        (name, at, part): (&str, At, Part),
        base: &dyn Fn(usize) -> Option<usize>,
        findings: &mut Findings,
    ) {
        let At::Step { stage, step } = at else {
            return;
        };
        if self.is_own(name, stage, step) {
            return;
        }
        let Some(declared) = self.names.below(name, stage, base) else {
            return;
        };
        let What::Arg(default) = declared.what else {
            return;
        };
        let by_variable = by_variable(context, stage, declared.stage, base);
        let Some(how) = self.how(declared, default, by_variable) else {
            return;
        };
        if !tell(&mut self.told, name, stage) {
            return;
        }
        let message = format!(
            "{} {how} the argument `{}` of {}",
            self.buildah.name,
            short(name),
            stage_name(&context.graph, declared.stage),
        );
        findings.add(
            Finding::new(&RULE, message)
                .at(at, part, "has another value here")
                .narrow(Narrow::Variable(name.to_owned()))
                .at(declared.at(), declared.key(), "declared for this stage")
                .help(format!(
                    "add the line `{}` to the stage, above this one",
                    self.line(name, default)
                )),
        );
    }

    /// Returns `true` if the stage has a value of its own for the name.
    fn is_own(&self, name: &str, stage: usize, step: usize) -> bool {
        let mut above = self.names.above(name, stage, step);
        above.any(|it| match it.what {
            What::Env(_) => true,
            What::Arg(default) => self.names.has_value(name, default),
        })
    }

    /// Describes how an argument is passed on, if not as Docker does it.
    fn how(
        &self,
        declared: &Declared<'_>,
        default: Option<&Text>,
        by_variable: bool,
    ) -> Option<&'static str> {
        let version = self.buildah.version;
        if default.is_some_and(Text::is_empty) {
            return None;
        }
        if version < PASSES || by_variable {
            return Some("does not pass on");
        }
        // Docker sets it, or the default is above the first FROM.
        let default = default.filter(|_| !args::NAMES.contains(&declared.name))?;
        if version < EXPANDS {
            let plain = default.as_literal().is_some_and(|text| {
                let is_plain = |c: char| c.is_alphanumeric() || "._-/:@+,=%~".contains(c);
                text.chars().all(is_plain)
            });
            return (!plain).then_some("passes on the spelling of");
        }
        let known = |name: &str| {
            self.names.is_global(name)
                || args::NAMES.contains(&name)
                || self
                    .names
                    .above(name, declared.stage, declared.step)
                    .any(|it| matches!(it.what, What::Arg(_)))
        };
        let variables = default.variables();
        let lost = variables.iter().any(|variable| !known(variable.name()));
        lost.then_some("does not pass on the value of")
    }

    /// Returns `true` if an ARG of the name has its value without a default.
    pub(crate) fn is_without_default(&self, name: &str) -> bool {
        self.names.has_value(name, None)
    }

    /// The ARG that the stage needs.
    fn line(&self, name: &str, default: Option<&Text>) -> String {
        match default.and_then(Text::as_literal) {
            _ if self.is_without_default(name) => {
                format!("ARG {name}")
            }
            Some(text)
                if text
                    .chars()
                    .all(|c| c.is_alphanumeric() || "._-/:".contains(c)) =>
            {
                format!("ARG {name}={}", short(text))
            }
            _ => format!("ARG {name}=..", name = short(name)),
        }
    }
}

/// Returns `true` if a FROM between two stages names its base by a variable.
fn by_variable(
    context: &Context<'_>,
    stage: usize,
    declared_in: usize,
    base: &dyn Fn(usize) -> Option<usize>,
) -> bool {
    let mut next = stage;
    while next > declared_in {
        let is_variable = |stage: usize| {
            let stage = context.file.stages.get(stage)?;
            match stage.base() {
                Source::Image(image) => Some(image.as_literal().is_none()),
                _ => Some(false),
            }
        };
        if is_variable(next) == Some(true) {
            return true;
        }
        match base(next) {
            Some(below) if below < next => next = below,
            _ => return false,
        }
    }
    false
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(mut inherited) = Inherited::of(context) else {
        return;
    };
    let base = |stage: usize| context.graph.base_of(stage);
    for (stage, item) in context.file.stages.iter().enumerate() {
        if base(stage).is_none() {
            continue;
        }
        for (step, item) in item.steps.iter().enumerate() {
            let at = At::Step { stage, step };
            item.instruction().each_text(&mut |part, text| {
                for variable in text.variables() {
                    inherited.report(context, (variable.name(), at, part), &base, findings);
                }
            });
        }
    }
}
