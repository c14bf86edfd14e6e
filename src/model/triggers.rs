//! The texts of triggers, which depend on the file that they are in.

use std::collections::BTreeSet;

use super::{Dockerfile, Stage, Step};
use crate::instruction::Instruction;
use crate::reference::{Source, StageName};
use crate::text::Escape;

impl Dockerfile {
    /// Makes the triggers with a text what that is in this file: under its escape character, and
    /// with its stages.
    pub(crate) fn read_triggers_again(&mut self) {
        let mut steps = self.stages.iter().flat_map(|stage| &stage.steps);
        if !steps.any(has_text) {
            return;
        }
        let escape = self.escape();
        let names = self.stages.iter().filter_map(Stage::name);
        let names: BTreeSet<StageName> = names.cloned().collect();
        for stage in &mut self.stages {
            read_each(stage, escape, &mut |name| names.contains(name));
        }
    }

    /// The same for the triggers of a stage that is added.
    pub(super) fn read_triggers_of(&mut self, stage: &mut Stage) {
        if !stage.steps.iter().any(has_text) {
            return;
        }
        let (escape, own) = (self.escape(), stage.name().cloned());
        read_each(stage, escape, &mut |name| {
            own.as_ref() == Some(name) || self.position_of(name).is_some()
        });
    }
}

fn read_each(stage: &mut Stage, escape: Escape, is_stage: &mut dyn FnMut(&StageName) -> bool) {
    let mut find = |name: &StageName| is_stage(name).then(|| Source::Stage(name.clone()));
    for step in &mut stage.steps {
        if let Instruction::Onbuild(onbuild) = step.instruction_mut() {
            onbuild.read_again(escape, &mut find);
        }
    }
}

fn has_text(step: &Step) -> bool {
    matches!(step.instruction(), Instruction::Onbuild(onbuild) if onbuild.has_text())
}
