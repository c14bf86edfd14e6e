//! The stages as the rules go through them: what is looked at, what a stage begins with, what its commands are.

use std::cell::OnceCell;

use crate::check::Checking;
use crate::instruction::{Command, Instruction, MountKind};
use crate::model::{Dockerfile, Stage};
use crate::resolve::{Effect, Resolved, ResolvedBase};
use crate::syntax::{At, Part};

use super::shell;

/// How many final stages of a file are looked at.
const FINALS: usize = 64;

/// Whether the build looks at a stage: all are, unless it has a target.
pub(super) fn is_looked_at(checking: &Checking<'_>, stage: usize) -> bool {
    checking.checker.settings().target.is_none() || checking.resolved.is_needed(stage)
}

/// The stages whose images are what the file is for: the target of the build, and those that are marked as targets.
pub(super) fn finals(checking: &Checking<'_>) -> Vec<usize> {
    let mut finals = Vec::new();
    if checking.checker.settings().target.is_none() {
        let targets = checking.context.file.beside.targets.iter().take(FINALS);
        finals.extend(targets.filter_map(|name| checking.context.graph.names.target(name)));
    }
    finals.extend(checking.resolved.target().map(|stage| stage.index()));
    finals.sort_unstable();
    finals.dedup();
    finals
}

/// The stage that a stage starts from.
pub(super) fn base(resolved: &Resolved, stage: usize) -> Option<usize> {
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

/// How many instructions of a file the rules look at again for what they have found.
pub(super) const STEPS: usize = 1 << 18;

/// How many stages below a stage are looked at.
const CHAIN: usize = 64;

/// Whether one of the instructions of a stage and of those that it starts from is so; `true` where there are too many to
/// look at. `left`: how many more are looked at in the file.
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

/// What shells read of each RUN, read when it is asked for first.
#[derive(Debug)]
pub(in crate::check) struct Scripts<'m>(Vec<Vec<OnceCell<Read<'m>>>>);

type Read<'m> = Vec<(Part, shell::Script<'m>)>;

impl Scripts<'_> {
    pub(in crate::check) fn new(file: &Dockerfile) -> Self {
        let unread = |stage: &Stage| stage.steps.iter().map(|_| OnceCell::new()).collect();
        Scripts(file.stages.iter().map(unread).collect())
    }
}

/// An instruction of a stage.
#[derive(Clone, Copy)]
pub(super) struct Step<'c> {
    pub(super) at: At,
    pub(super) instruction: &'c Instruction,
    /// What it does, where Docker does not refuse it.
    pub(super) effect: Option<&'c Effect>,
}

/// The instructions of a stage, in order.
pub(super) fn steps<'m>(
    checking: &Checking<'m>,
    stage: usize,
) -> impl DoubleEndedIterator<Item = Step<'m>> + use<'m> {
    let resolved = checking.resolved.stages().get(stage);
    let items = checking.context.file.stages.get(stage);
    let items = items.map_or(&[][..], |stage| stage.steps.as_slice());
    items.iter().enumerate().map(move |(step, item)| Step {
        at: At::Step { stage, step },
        instruction: item.instruction(),
        effect: resolved.and_then(|stage| stage.effect(step)),
    })
}

impl<'m> Step<'m> {
    /// What a shell reads of a RUN: the text, and where it stands.
    pub(super) fn shell_texts(&self) -> Vec<(Part, &'m str)> {
        match (self.instruction, self.effect) {
            (Instruction::Run(run), Some(Effect::Run { arguments, .. })) => {
                shell_texts(&run.command, arguments)
            }
            _ => Vec::new(),
        }
    }

    /// The same, read.
    pub(super) fn scripts<'c>(
        &self,
        checking: &'c Checking<'m>,
    ) -> &'c [(Part, shell::Script<'m>)] {
        let At::Step { stage, step } = self.at else {
            return &[];
        };
        let cell = checking
            .scripts
            .0
            .get(stage)
            .and_then(|stage| stage.get(step));
        cell.map_or(&[], |cell| {
            cell.get_or_init(|| {
                let texts = self.shell_texts().into_iter();
                texts
                    .map(|(part, text)| (part, shell::read(text)))
                    .collect()
            })
        })
    }

    /// Whether it is a RUN with a cache mount.
    pub(super) fn has_cache(&self) -> bool {
        let Some(Effect::Run { mounts, .. }) = self.effect else {
            return false;
        };
        mounts
            .iter()
            .any(|mount| value(mount, "type") == Some(MountKind::Cache.as_str()))
    }
}

/// The value of a key of a mount.
pub(super) fn value<'p>(mount: &'p [(String, String)], key: &str) -> Option<&'p str> {
    let found = mount.iter().find(|(name, _)| name == key);
    found.map(|(_, value)| value.as_str())
}

/// What a shell of the family of `sh` reads of a command, given the program that runs and its arguments.
pub(super) fn shell_texts<'c>(
    command: &'c Command,
    arguments: &'c [String],
) -> Vec<(Part, &'c str)> {
    let by_shell = arguments
        .first()
        .is_some_and(|first| shell::is_shell(first));
    match command {
        Command::Shell(_) if by_shell => {
            let text = arguments.last().map(|text| (Part::Command, text.as_str()));
            text.into_iter().collect()
        }
        Command::Script(script) => {
            let reads = match script.body().strip_prefix("#!") {
                None => by_shell,
                Some(rest) => {
                    let line = rest.lines().next().unwrap_or_default();
                    line.split_whitespace().take(2).any(shell::is_shell)
                }
            };
            reads
                .then(|| (Part::Heredoc(0), script.body()))
                .into_iter()
                .collect()
        }
        Command::Exec(_) if by_shell => {
            let is_command = |flag: &str| flag.starts_with('-') && flag.ends_with('c');
            let flag = arguments.iter().position(|word| is_command(word));
            let text = flag.and_then(|at| Some((at + 1, arguments.get(at + 1)?)));
            text.map(|(nth, text)| (Part::Argument(nth), text.as_str()))
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}
