//! The shell that runs the commands of a stage, as far as the file says.

use super::{Dockerfile, Stage, Step};
use crate::instruction::{From, Instruction};
use crate::reference::Source;
use crate::syntax::shell::Dialect;
use crate::text::Escape;

/// The shell that runs commands; `None` where it is not known.
pub(super) type Runs = Option<Dialect>;

/// The shell after some steps, where they say it. A command that has been made for
/// a shell says it too, which spares the walk over what precedes it.
fn after(steps: &[Step]) -> Option<Runs> {
    for step in steps.iter().rev() {
        match step.instruction() {
            Instruction::Shell(shell) => return Some(shell.dialect()),
            instruction => {
                if let Some(made) = instruction.made() {
                    return Some(made.dialect());
                }
            }
        }
    }
    None
}

/// The shell of an image that a stage starts from. Docker's default is that of the platform; where
/// the file only has the backtick as its escape character, the name of the image has to say that it
/// is one of Windows.
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
        if step.instruction().made().is_none() {
            return;
        }
        if let Some(text) = step.instruction_mut().shell_text_mut() {
            if let Some(dialect) = after(&self.steps) {
                text.make_for(dialect);
            }
        }
    }
}

impl Dockerfile {
    /// Makes the texts of the commands of a stage for the shell of what it starts from, and reads
    /// those of its triggers for this file.
    pub(crate) fn make_for_base(&mut self, stage: &mut Stage) {
        // Mostly there is nothing to be made.
        let first = stage.steps.iter().position(|step| {
            let instruction = step.instruction();
            match instruction {
                Instruction::Run(run) => run.command.made().is_some(),
                Instruction::Shell(_) => true,
                Instruction::Onbuild(onbuild) if onbuild.has_text() => true,
                _ => instruction.made().is_some(),
            }
        });
        let Some(first) = first else {
            return;
        };
        self.read_triggers_of(stage);
        let mut dialect = None;
        for index in first..stage.steps.len() {
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
    fn inherited(&mut self, stage: &Stage) -> Runs {
        // The stages on the way down to the one that says it, each of which ends with what it
        // begins with.
        let mut way: Vec<usize> = Vec::new();
        let mut at = self.base_position(&stage.from);
        let dialect = loop {
            let Some((index, below)) = at.and_then(|at| Some((at, self.stages.get(at)?))) else {
                let lowest = way.last().and_then(|at| self.stages.get(*at));
                break of_image(self, lowest.unwrap_or(stage));
            };
            if let Some(dialect) = self.beside.lookup.shell_behind(index) {
                break dialect;
            }
            if let Some(dialect) = after(&below.steps) {
                way.push(index);
                break dialect;
            }
            // A stage that starts from itself is reported elsewhere.
            if way.len() > self.stages.len() {
                break None;
            }
            way.push(index);
            let from = below.from.base.clone();
            at = self.position_of_source(&from);
        };
        for index in way {
            self.beside.lookup.note_shell_behind(index, dialect);
        }
        dialect
    }

    fn base_position(&mut self, from: &From) -> Option<usize> {
        let base = from.base.clone();
        self.position_of_source(&base)
    }

    fn position_of_source(&mut self, source: &Source) -> Option<usize> {
        match source {
            Source::Stage(name) => self.position_of(name),
            Source::Index(index) => Some(*index),
            _ => None,
        }
    }
}
