//! The texts of triggers, which depend on the file that they are in.

use std::collections::BTreeSet;

use super::{Dockerfile, Stage, Step};
use crate::instruction::Instruction;
use crate::reference::{Source, StageName};

impl Dockerfile {
    /// Makes the triggers with a text what that is in this file: under its escape character, and
    /// with its stages.
    pub(crate) fn read_triggers_again(&mut self) {
        let has_text = |step: &Step| matches!(step.instruction(), Instruction::Onbuild(onbuild) if onbuild.has_text());
        let mut steps = self.stages.iter().flat_map(|stage| &stage.steps);
        if !steps.any(has_text) {
            return;
        }
        let escape = self.escape();
        let names: BTreeSet<StageName> = self
            .stages
            .iter()
            .filter_map(Stage::name)
            .cloned()
            .collect();
        let find = |name: &StageName| names.get(name).cloned().map(Source::Stage);
        for step in self.stages.iter_mut().flat_map(|stage| &mut stage.steps) {
            if let Instruction::Onbuild(onbuild) = step.instruction_mut() {
                onbuild.read_again(escape, &find);
            }
        }
    }
}
