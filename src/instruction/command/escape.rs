//! Lines that were read under one escape character, in a file with another.
//!
//! Where a line begins inside quotes, its spaces are text; elsewhere they are indentation. Which of
//! the two it is depends on the escape character, so lines keep the one that they were read with.

use super::{Command, Quotes, Repr, Shell};
use crate::instruction::Instruction;
use crate::text::Escape;

impl Shell {
    /// Notes the escape character that the lines were read with. It is not part of what they say.
    pub(super) fn read_with(mut self, escape: Escape) -> Shell {
        if let Repr::Lines(lines) = &mut self.0 {
            lines.read_with = Some(escape);
        }
        self
    }

    /// The same text for a file with an escape character other than the one that the lines were
    /// read with, or were `built` for: a line that is inside quotes under one of them alone becomes
    /// one with the line above. `None` if nothing has to change.
    pub(super) fn under(&self, built: Option<Escape>, escape: Escape) -> Option<Shell> {
        let Repr::Lines(all) = &self.0 else {
            return None;
        };
        let read_with = all.read_with.or(built).filter(|old| *old != escape)?;
        if all.rare.made.is_some() {
            // What is wrong with it is reported of its lines.
            return None;
        }
        let (mut old, mut new) = (Quotes::default(), Quotes::default());
        let mut lines: Vec<String> = Vec::new();
        for line in all.lines.list().iter() {
            match lines.last_mut() {
                Some(last) if old.open.is_some() != new.open.is_some() => {
                    let text = if old.open.is_some() {
                        line
                    } else {
                        last.push(' ');
                        line.trim_start_matches([' ', '\t'])
                    };
                    last.push_str(text);
                }
                _ => lines.push(line.to_owned()),
            }
            old.pass(line, read_with);
            new.pass(line, escape);
        }
        let made = Shell::from_lines(lines.iter().map(String::as_str), escape);
        let lines = made.into_lines().lines;
        Some(Shell::of(lines, all.rare.bodies.clone(), all.layout).read_with(escape))
    }
}

/// Respells the commands of an instruction that comes from a file with one escape character into
/// one with another.
pub(crate) fn change_escape(instruction: &mut Instruction, from: Escape, to: Escape) {
    let command = match instruction {
        Instruction::Run(run) => Some(&mut run.command),
        Instruction::Cmd(cmd) => Some(&mut cmd.command),
        Instruction::Entrypoint(entrypoint) => Some(&mut entrypoint.command),
        Instruction::Healthcheck(check) => check.command.as_mut(),
        Instruction::Onbuild(onbuild) => {
            if let Some(trigger) = onbuild.instruction_mut() {
                change_escape(trigger, from, to);
            }
            return;
        }
        _ => return,
    };
    if let Some(Command::Shell(shell)) = command {
        if let Some(other) = shell.under(Some(from), to) {
            *shell = other;
        }
    }
}
