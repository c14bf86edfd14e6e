//! The rules about what an engine takes for something else, a file for each. They report nothing
//! unless the file has such an engine.

pub(crate) mod arg_after_env;
pub(crate) mod default_of_same_arg;
pub(crate) mod ignored_arg_default;
pub(crate) mod inherited_arg;
pub(crate) mod misread_heredoc;
mod names;
pub(crate) mod numbered_base;
pub(crate) mod partial_json_form;
pub(crate) mod shell_form_after_shell;
pub(crate) mod unexpanded_port;
pub(crate) mod unread_escape;

use super::Context;
use crate::instruction::Instruction;
use crate::syntax::{At, BuildahVersion};

/// The Buildah that builds a file.
pub(crate) struct Buildah {
    pub(crate) version: BuildahVersion,
    /// The engine as a message names it.
    pub(crate) name: String,
}

impl Context<'_> {
    /// The Buildah that builds the file, if one does.
    pub(crate) fn buildah(&self) -> Option<Buildah> {
        let engine = self.engine?;
        let version = engine.buildah()?;
        let name = engine.name();
        Some(Buildah { version, name })
    }

    /// Calls back for every instruction of the stages, and for those in triggers.
    fn each_instruction(&self, found: &mut dyn FnMut(At, &Instruction)) {
        for (stage, item) in self.file.stages.iter().enumerate() {
            for (step, item) in item.steps.iter().enumerate() {
                let instruction = match item.instruction() {
                    Instruction::Onbuild(onbuild) => onbuild.instruction(),
                    instruction => Some(instruction),
                };
                if let Some(instruction) = instruction {
                    found(At::Step { stage, step }, instruction);
                }
            }
        }
    }
}
