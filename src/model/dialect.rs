//! Which shell runs the commands of a stage, as far as the file says.

use super::{Dockerfile, Stage, Step};
use crate::instruction::Instruction;
use crate::reference::Source;
use crate::syntax::shell::Dialect;
use crate::text::Escape;

/// The shell after some steps, where they say it: `Some(None)` for one that is not known. A command that has been made for
/// a shell says it too, which spares the walk over what precedes it.
fn after(steps: &[Step]) -> Option<Option<Dialect>> {
    for step in steps.iter().rev() {
        match step.instruction() {
            Instruction::Shell(shell) => return Some(shell.dialect()),
            instruction => {
                if let Some(made) = instruction.shell_text().and_then(|text| text.made()) {
                    return Some(made.dialect());
                }
            }
        }
    }
    None
}

/// The shell of an image that a stage starts from. Docker's default is that of the platform; where the file only has
/// the backtick as its escape character, the name of the image has to say that it is one of Windows.
pub(crate) fn of_image(file: &Dockerfile, stage: &Stage) -> Option<Dialect> {
    let platform = stage
        .from
        .platform
        .as_ref()
        .map(|platform| platform.to_string());
    match platform
        .as_deref()
        .and_then(|platform| platform.split('/').next())
    {
        Some("windows") => return Some(Dialect::Cmd),
        Some("linux") => return Some(Dialect::Posix),
        _ => {}
    }
    if file.escape() == Escape::Backslash {
        return Some(Dialect::Posix);
    }
    let image = stage.from.base.to_string();
    let is_windows = ["windows", "nanoserver", "servercore"]
        .iter()
        .any(|name| image.contains(name));
    is_windows.then_some(Dialect::Cmd)
}

impl Stage {
    /// Makes the text of a command for the shell that the stage has selected so far.
    pub(crate) fn make_for_shell(&self, step: &mut Step) {
        if let Some(text) = step.instruction_mut().shell_text_mut() {
            if text.made().is_some() {
                if let Some(dialect) = after(&self.steps) {
                    text.make_for(dialect);
                }
            }
        }
    }
}

impl Dockerfile {
    /// Makes the texts of the commands of a stage for the shell of what it starts from.
    pub(crate) fn make_for_base(&self, stage: &mut Stage) {
        let mut dialect = None;
        for index in 0..stage.steps.len() {
            let Some(step) = stage.steps.get_mut(index) else {
                return;
            };
            if matches!(step.instruction(), Instruction::Shell(_)) {
                return;
            }
            let Some(text) = step.instruction_mut().shell_text_mut() else {
                continue;
            };
            if text.made().is_none() {
                continue;
            }
            let dialect = match dialect {
                Some(dialect) => dialect,
                None => *dialect.insert(self.inherited(stage)),
            };
            if let Some(text) = stage
                .steps
                .get_mut(index)
                .and_then(|step| step.instruction_mut().shell_text_mut())
            {
                text.make_for(dialect);
            }
        }
    }

    /// The shell that a stage begins with.
    fn inherited(&self, stage: &Stage) -> Option<Dialect> {
        let mut stage = stage;
        // As many stages as there are can be on the way.
        for _ in 0..=self.stages.len() {
            let base = match &stage.from.base {
                Source::Stage(name) => self.nearest_named(name.as_str()),
                Source::Index(index) => self.stages.get(*index),
                _ => None,
            };
            let Some(base) = base else {
                break;
            };
            if let Some(dialect) = after(&base.steps) {
                return dialect;
            }
            stage = base;
        }
        of_image(self, stage)
    }

    /// A stage by its name, from both ends: most stages start from the first one or from the last.
    fn nearest_named(&self, name: &str) -> Option<&Stage> {
        let is_it = |stage: &&Stage| stage.name().is_some_and(|own| own.as_str() == name);
        let mut stages = self.stages.iter();
        while let Some(first) = stages.next() {
            if is_it(&first) {
                return Some(first);
            }
            if let Some(last) = stages.next_back().filter(is_it) {
                return Some(last);
            }
        }
        None
    }
}
