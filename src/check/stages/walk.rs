//! The stages as the rules go through them: what is looked at, what a stage begins with, what its
//! commands are.

use std::cell::OnceCell;

use crate::check::Checking;
use crate::check::topics::Topics;
use crate::edges::Reference;
use crate::instruction::{Command, Instruction, MountKind};
use crate::limits;
use crate::model::{Dockerfile, Stage};
use crate::reference::Source;
use crate::resolve::{Resolved, ResolvedBase};
use crate::scope::{Action, Map, Running, Value};
use crate::syntax::{At, Part, bytes};
use crate::text::Escape;

use super::shell;

/// Returns `true` if the build looks at a stage: all are, unless it has a target.
pub(super) fn is_looked_at(checking: &Checking<'_>, stage: usize) -> bool {
    checking.checker.settings().target.is_none() || checking.resolved.is_needed(stage)
}

/// The stages whose images are what the file is for: the target of the build, and those that are
/// marked as targets.
pub(in crate::check) fn finals(checking: &Checking<'_>) -> Vec<usize> {
    let mut finals = Vec::new();
    if checking.checker.settings().target.is_none() {
        let targets = checking
            .context
            .file
            .beside
            .targets
            .iter()
            .take(limits::RULE_FINALS);
        finals.extend(targets.filter_map(|name| checking.context.graph.names.target(name)));
    }
    finals.extend(checking.resolved.target().map(|stage| stage.index()));
    finals.sort_unstable();
    finals.dedup();
    finals
}

/// The stage that a stage starts from.
pub(in crate::check) fn base(resolved: &Resolved, stage: usize) -> Option<usize> {
    match resolved.stages().get(stage)?.base() {
        ResolvedBase::Stage(base) if *base < stage => Some(*base),
        _ => None,
    }
}

/// A stage and those that it starts from, the first one first.
pub(super) fn chain(resolved: &Resolved, stage: usize) -> Vec<usize> {
    let mut chain = vec![stage];
    let mut next = stage;
    while let Some(below) = base(resolved, next) {
        chain.push(below);
        next = below;
    }
    chain.reverse();
    chain
}

/// The number of instructions of a file that the rules look at again for what they have found.
pub(super) const STEPS: usize = 1 << 18;

/// The number of stages below a stage that are looked at.
const CHAIN: usize = 64;

/// Returns `true` if one of the instructions of a stage and of those that it starts from is so;
/// `true` where there are too many to look at. `left`: how many more are looked at in the file.
pub(super) fn any_of_chain<'m>(
    checking: &Checking<'m>,
    stage: usize,
    left: &mut usize,
    mut is_so: impl FnMut(&Step<'m>) -> bool,
) -> bool {
    let mut next = Some(stage);
    for _ in 0..CHAIN {
        let Some(stage) = next else {
            return false;
        };
        for step in steps(checking, stage) {
            if *left == 0 || is_so(&step) {
                return true;
            }
            *left -= 1;
        }
        next = base(checking.resolved, stage);
    }
    true
}

/// For each stage the first one of its chain, which starts from no stage.
pub(super) fn roots(resolved: &Resolved) -> Vec<usize> {
    let mut roots: Vec<usize> = Vec::with_capacity(resolved.stages().len());
    for stage in 0..resolved.stages().len() {
        let root = base(resolved, stage).and_then(|below| roots.get(below).copied());
        roots.push(root.unwrap_or(stage));
    }
    roots
}

/// The commands of each RUN as shells read them. A RUN is read when it is first asked for.
#[derive(Debug)]
pub(in crate::check) struct Scripts<'m>(Vec<OnceCell<Cells<'m>>>);

/// A place for each instruction of a stage.
type Cells<'m> = Box<[OnceCell<Read<'m>>]>;

type Read<'m> = Box<(Part, shell::Script<'m>)>;

impl<'m> Scripts<'m> {
    pub(in crate::check) fn new(file: &Dockerfile) -> Self {
        Scripts(file.stages.iter().map(|_| OnceCell::new()).collect())
    }

    fn cell(&self, file: &Dockerfile, stage: usize, step: usize) -> Option<&OnceCell<Read<'m>>> {
        let cells = self.0.get(stage)?.get_or_init(|| {
            let steps = file.stages.get(stage).map_or(&[][..], Stage::steps);
            steps.iter().map(|_| OnceCell::new()).collect()
        });
        cells.get(step)
    }
}

/// An instruction of a stage.
#[derive(Clone, Copy)]
pub(in crate::check) struct Step<'c> {
    pub(in crate::check) at: At,
    pub(in crate::check) instruction: &'c Instruction,
    /// The effect of the instruction; `None` if Docker rejects it.
    pub(in crate::check) action: Option<&'c Action>,
    /// The escape character of the file.
    pub(in crate::check) escape: Escape,
}

/// The instructions of a stage, in order.
pub(in crate::check) fn steps<'m>(
    checking: &Checking<'m>,
    stage: usize,
) -> impl DoubleEndedIterator<Item = Step<'m>> + use<'m> {
    let resolved = checking.resolved.stages().get(stage);
    let items = checking.context.file.stages.get(stage);
    let items = items.map_or(&[][..], |stage| stage.steps.as_slice());
    let escape = checking.context.file.escape();
    items.iter().enumerate().map(move |(step, item)| Step {
        at: At::Step { stage, step },
        instruction: item.instruction(),
        action: resolved.and_then(|stage| stage.action(step)),
        escape,
    })
}

/// An instruction of a stage.
pub(super) fn step<'m>(checking: &Checking<'m>, stage: usize, step: usize) -> Option<Step<'m>> {
    let item = checking.context.file.stages.get(stage)?.steps.get(step)?;
    let resolved = checking.resolved.stages().get(stage);
    Some(Step {
        at: At::Step { stage, step },
        instruction: item.instruction(),
        action: resolved.and_then(|stage| stage.action(step)),
        escape: checking.context.file.escape(),
    })
}

/// The instructions of a file that have one of some features, in order.
pub(in crate::check) fn steps_with<'c, 'm>(
    checking: &'c Checking<'m>,
    topics: Topics,
) -> impl Iterator<Item = Step<'m>> + use<'c, 'm> {
    let places = checking.steps.with(topics);
    places.filter_map(|(stage, nth)| step(checking, stage, nth))
}

/// The same of the stages that the build looks at.
pub(in crate::check) fn looked_at<'c, 'm>(
    checking: &'c Checking<'m>,
    topics: Topics,
) -> impl Iterator<Item = Step<'m>> + use<'c, 'm> {
    let places = checking.steps.with(topics);
    let places = places.filter(|(stage, _)| is_looked_at(checking, *stage));
    places.filter_map(|(stage, nth)| step(checking, stage, nth))
}

/// The references that Docker looks for as images, by their text: those of a declared context are
/// left out.
pub(super) fn literal_images<'c, 'm>(
    checking: &'c Checking<'m>,
) -> impl Iterator<Item = (&'c Reference<'m>, &'m str)> {
    let beside = &checking.context.file.beside;
    let references = checking.context.graph.references.iter();
    references.filter_map(|reference| match reference.source {
        Source::Image(image) if beside.context_of(image).is_none() => {
            Some((reference, image.as_literal()?))
        }
        _ => None,
    })
}

impl<'m> Step<'m> {
    /// The variables before the instruction.
    pub(super) fn vars<'c>(&self, checking: &'c Checking<'_>) -> Option<&'c Map<Value>> {
        let At::Step { stage, step } = self.at else {
            return None;
        };
        checking.resolved.stages().get(stage)?.vars(step)
    }

    /// The program and the arguments of a RUN.
    pub(super) fn arguments(&self) -> impl Iterator<Item = &'m str> + use<'m> {
        let escape = self.escape;
        let run = match (self.instruction, self.action) {
            (Instruction::Run(run), Some(Action::Run(running))) => Some((run, running)),
            _ => None,
        };
        run.into_iter().flat_map(move |(run, running)| {
            let text = run.command.running_text(running, escape);
            running.before_last().chain(text)
        })
    }

    /// The text of a RUN that a shell reads, and where it is.
    pub(in crate::check) fn shell_text(&self) -> Option<(Part, &'m str)> {
        match (self.instruction, self.action) {
            (Instruction::Run(run), Some(Action::Run(running))) => {
                shell_text(&run.command, running, self.escape)
            }
            _ => None,
        }
    }

    /// The same, read: nothing, or one script.
    pub(super) fn scripts<'c>(
        &self,
        checking: &'c Checking<'m>,
    ) -> &'c [(Part, shell::Script<'m>)] {
        let At::Step { stage, step } = self.at else {
            return &[];
        };
        // Most instructions give a shell nothing to read.
        let Some((part, text)) = self.shell_text() else {
            return &[];
        };
        let Some(cell) = checking.scripts.cell(checking.context.file, stage, step) else {
            return &[];
        };
        let read = cell.get_or_init(|| Box::new((part, shell::read(text))));
        std::slice::from_ref(&**read)
    }

    /// The scripts that may use variables: where there is no `$`, none is used.
    pub(super) fn scripts_with_variables<'c>(
        &self,
        checking: &'c Checking<'m>,
    ) -> &'c [(Part, shell::Script<'m>)] {
        match self.shell_text() {
            Some((_, text)) if bytes::find(text.as_bytes(), b'$').is_some() => {
                self.scripts(checking)
            }
            _ => &[],
        }
    }

    /// The variables of the environment that the commands of a RUN use.
    pub(in crate::check) fn shell_variables<'c>(
        &self,
        checking: &'c Checking<'m>,
    ) -> Vec<(Part, &'c str)> {
        let mut found = Vec::new();
        for (part, script) in self.scripts_with_variables(checking) {
            let used = script.uses.iter().map(|used| used.name);
            let used = used.filter(|name| !script.set.contains(*name));
            found.extend(used.map(|name| (*part, name)));
        }
        found
    }

    /// The mounts of a RUN.
    pub(super) fn mounts(&self) -> &'m [Vec<(String, String)>] {
        self.action.map_or(&[], Action::mounts)
    }

    /// Returns `true` if it is a RUN with a cache mount.
    pub(super) fn has_cache(&self) -> bool {
        let mut mounts = self.mounts().iter();
        mounts.any(|mount| value(mount, "type") == Some(MountKind::Cache.as_str()))
    }
}

/// The value of a key of a mount.
pub(super) fn value<'p>(mount: &'p [(String, String)], key: &str) -> Option<&'p str> {
    let found = mount.iter().find(|(name, _)| name == key);
    found.map(|(_, value)| value.as_str())
}

/// The text of a command that a shell of the family of `sh` reads, given the command as it runs.
fn shell_text<'c>(
    command: &'c Command,
    running: &'c Running,
    escape: Escape,
) -> Option<(Part, &'c str)> {
    let text = || command.running_text(running, escape);
    let program = running.before_last().next();
    let by_shell = program.or_else(text).is_some_and(shell::is_shell);
    match command {
        Command::Shell(_) if by_shell => Some((Part::Command, text()?)),
        Command::Script(script) => {
            let reads = match script.body().strip_prefix("#!") {
                None => by_shell,
                Some(rest) => {
                    let line = rest.lines().next().unwrap_or_default();
                    line.split_whitespace().take(2).any(shell::is_shell)
                }
            };
            reads.then(|| (Part::Heredoc(0), script.body()))
        }
        Command::Exec(_) if by_shell => {
            let is_command = |flag: &str| flag.starts_with('-') && flag.ends_with('c');
            let words = || running.before_last().chain(text());
            let flag = words().position(is_command)?;
            let text = words().nth(flag + 1)?;
            Some((Part::Argument(flag + 1), text))
        }
        _ => None,
    }
}
