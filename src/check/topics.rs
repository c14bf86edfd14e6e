//! `Topics`: what there is in a file and in its build, so that a rule is asked only where what it
//! is about occurs, and looks at the instructions alone that have it.

use super::build::{empty_value, near_json_form};
use super::stages::walk::Step;
use super::{Checking, Written};
use crate::instruction::{Command, CopySource, Instruction, Sources};
use crate::scope::{Action, NoteKind, path};
use crate::syntax::{At, bytes};
use crate::text::Text;

/// The features of a file and of its build that rules are about. A rule that is asked may still
/// find that there is nothing to report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Topics(u64);

/// Of instructions of stages.
impl Topics {
    /// An ARG, or a global one.
    pub(crate) const ARG: Topics = Topics(1);
    /// An ENV.
    pub(crate) const ENV: Topics = Topics(1 << 1);
    /// A MAINTAINER.
    pub(crate) const MAINTAINER: Topics = Topics(1 << 2);
    /// A COPY or ADD of several sources.
    pub(crate) const SEVERAL_SOURCES: Topics = Topics(1 << 3);
    /// A COPY or ADD of one source, which is a pattern.
    pub(crate) const PATTERN: Topics = Topics(1 << 4);
    /// A COPY or ADD of the whole build context.
    pub(crate) const WHOLE_CONTEXT: Topics = Topics(1 << 5);
    /// A COPY or ADD with `--chown`.
    pub(crate) const OWNER: Topics = Topics(1 << 6);
    /// A COPY or ADD with `--chmod`, or a mount of a RUN.
    pub(crate) const MODE: Topics = Topics(1 << 7);
    /// A mount of a RUN.
    pub(crate) const MOUNT: Topics = Topics(1 << 8);
    /// A path that begins with `~`, or a mount of a RUN.
    pub(crate) const HOME: Topics = Topics(1 << 9);
    /// A command in exec form with a `$`.
    pub(crate) const EXEC_VARIABLE: Topics = Topics(1 << 10);
    /// A RUN with a heredoc.
    pub(crate) const HEREDOC: Topics = Topics(1 << 11);
    /// A text with a variable, for Docker or for a shell.
    pub(crate) const VARIABLE: Topics = Topics(1 << 12);
    /// An argument that begins with `[` and was read as text.
    pub(crate) const BRACKET: Topics = Topics(1 << 13);
    /// A value that is empty, in a file that was built.
    pub(crate) const EMPTY: Topics = Topics(1 << 14);
}

/// Of files and builds.
impl Topics {
    /// A file: what every one of them is.
    pub(crate) const FILE: Topics = Topics(1 << 32);
    /// A file that was read from a text.
    pub(crate) const WRITTEN: Topics = Topics(1 << 33);
    /// Keywords, and AS, with letters in lower case and in upper case.
    pub(crate) const BOTH_CASES: Topics = Topics(1 << 36);
    /// A global ARG.
    pub(crate) const GLOBAL_ARG: Topics = Topics(1 << 34);
    /// An engine that the file is built by.
    pub(crate) const ENGINE: Topics = Topics(1 << 35);
}

/// Of what was noted while the stages were worked out: see [`NoteKind`].
impl Topics {
    pub(crate) const EXPANSION: Topics = Topics(1 << 40);
    pub(crate) const VALUE: Topics = Topics(1 << 41);
    pub(crate) const UNDEFINED: Topics = Topics(1 << 42);
    pub(crate) const RELATIVE_WORKDIR: Topics = Topics(1 << 43);
    pub(crate) const REPEATED: Topics = Topics(1 << 44);
    pub(crate) const SHELL_FORM: Topics = Topics(1 << 45);
    pub(crate) const SECRET: Topics = Topics(1 << 46);
    pub(crate) const PORT_PROTOCOL: Topics = Topics(1 << 47);
    pub(crate) const PORT_HOST: Topics = Topics(1 << 48);
    pub(crate) const NO_PORTS: Topics = Topics(1 << 49);
    pub(crate) const CONTEXT_PATH: Topics = Topics(1 << 50);
    /// Also one of the file itself.
    pub(crate) const LEGACY_PAIR: Topics = Topics(1 << 51);
    pub(crate) const UNDEFINED_IN_FROM: Topics = Topics(1 << 52);
    pub(crate) const REDUNDANT_PLATFORM: Topics = Topics(1 << 53);
    pub(crate) const CONSTANT_PLATFORM: Topics = Topics(1 << 54);
    pub(crate) const INVALID_DEFAULT: Topics = Topics(1 << 55);
    pub(crate) const BASE_PLATFORM: Topics = Topics(1 << 56);
    /// A name like that of a secret, which is not noted of an ENV that cannot be expanded.
    pub(crate) const SECRET_NAME: Topics = Topics::SECRET.and(Topics::EXPANSION);

    fn of_note(kind: &NoteKind) -> Topics {
        match kind {
            NoteKind::Expansion(_) => Topics::EXPANSION,
            NoteKind::Value { .. } => Topics::VALUE,
            NoteKind::Undefined(_) => Topics::UNDEFINED,
            NoteKind::RelativeWorkdir(_) => Topics::RELATIVE_WORKDIR,
            NoteKind::Repeated { .. } => Topics::REPEATED,
            NoteKind::ShellForm(_) => Topics::SHELL_FORM,
            NoteKind::Secret { .. } => Topics::SECRET,
            NoteKind::PortProtocol(_) => Topics::PORT_PROTOCOL,
            NoteKind::PortHost(_) => Topics::PORT_HOST,
            NoteKind::NoPorts => Topics::NO_PORTS,
            NoteKind::ContextPath { .. } => Topics::CONTEXT_PATH,
            NoteKind::LegacyPair(_) => Topics::LEGACY_PAIR,
            NoteKind::UndefinedInFrom(_) => Topics::UNDEFINED_IN_FROM,
            NoteKind::RedundantPlatform(_) => Topics::REDUNDANT_PLATFORM,
            NoteKind::ConstantPlatform(_) => Topics::CONSTANT_PLATFORM,
            NoteKind::InvalidDefault(_) => Topics::INVALID_DEFAULT,
            NoteKind::BasePlatform { .. } => Topics::BASE_PLATFORM,
            NoteKind::Told => Topics::default(),
        }
    }
}

impl Topics {
    /// These and others.
    #[inline]
    pub(crate) const fn and(self, other: Topics) -> Topics {
        Topics(self.0 | other.0)
    }

    /// Returns `true` if one of these occurs.
    #[inline]
    pub(crate) fn has(self, any: Topics) -> bool {
        self.0 & any.0 != 0
    }

    #[inline]
    fn if_so(self, occurs: bool) -> Topics {
        match occurs {
            true => self,
            false => Topics::default(),
        }
    }

    /// Returns the features of an instruction, apart from variables.
    #[inline]
    fn of(step: &Step<'_>) -> Topics {
        let command = match step.instruction {
            Instruction::Run(run) => {
                let mounts = Topics::MOUNT.and(Topics::HOME).and(Topics::MODE);
                let mounts = mounts.if_so(!run.mounts.is_empty());
                return mounts.and(of_run(&run.command));
            }
            Instruction::Copy(copy) => {
                let flags = (copy.chown.is_some(), copy.chmod.is_some());
                return of_copy(step, &copy.sources, &copy.destination, flags);
            }
            Instruction::Add(add) => {
                let flags = (add.chown.is_some(), add.chmod.is_some());
                return of_copy(step, &add.sources, &add.destination, flags);
            }
            Instruction::Arg(_) => return Topics::ARG,
            Instruction::Env(_) => return Topics::ENV,
            Instruction::Maintainer(_) => return Topics::MAINTAINER,
            Instruction::Workdir(workdir) => return of_path(&workdir.path),
            Instruction::Volume(volume) => {
                let paths = volume.paths.iter().map(of_path);
                return paths.fold(Topics::default(), Topics::and);
            }
            Instruction::Cmd(cmd) => &cmd.command,
            Instruction::Entrypoint(entry) => &entry.command,
            Instruction::Healthcheck(check) => match &check.command {
                Some(command) => command,
                None => return Topics::default(),
            },
            _ => return Topics::default(),
        };
        of_command(command)
    }
}

fn of_command(command: &Command) -> Topics {
    match command {
        Command::Exec(exec) => Topics::EXEC_VARIABLE.if_so(exec.iter().any(has_dollar)),
        Command::Shell(_) | Command::Script(_) => Topics::default(),
    }
}

fn of_run(command: &Command) -> Topics {
    let has_heredoc = match command {
        Command::Shell(line) => line.heredocs().next().is_some(),
        Command::Script(_) => true,
        Command::Exec(_) => false,
    };
    Topics::HEREDOC.if_so(has_heredoc).and(of_command(command))
}

/// `flags`: whether it has `--chown` and `--chmod`.
fn of_copy(
    step: &Step<'_>,
    sources: &Sources,
    destination: &Text,
    (owner, mode): (bool, bool),
) -> Topics {
    let sources = match sources.as_slice() {
        [CopySource::Path(path)] => {
            let is_pattern = |path: &str| path.bytes().any(|b| matches!(b, b'*' | b'?'));
            Topics::PATTERN.if_so(path.as_literal().is_some_and(is_pattern))
        }
        sources => Topics::SEVERAL_SOURCES.if_so(sources.len() > 1),
    };
    let is_whole = match step.action {
        Some(Action::Copy(copy)) => {
            copy.from.is_none() && copy.sources.iter().any(|source| path::is_root(source))
        }
        _ => false,
    };
    sources
        .and(Topics::WHOLE_CONTEXT.if_so(is_whole))
        .and(Topics::OWNER.if_so(owner))
        .and(Topics::MODE.if_so(mode))
        .and(of_path(destination))
}

fn of_path(path: &Text) -> Topics {
    let literal = path.as_literal();
    Topics::HOME.if_so(literal.is_some_and(|path| path.starts_with('~')))
}

fn has_dollar(text: &str) -> bool {
    bytes::find(text.as_bytes(), b'$').is_some()
}

/// Returns `true` if an instruction may use a variable.
fn may_use_variable(step: &Step<'_>) -> bool {
    if !step.instruction.is_literal() {
        return true;
    }
    let (Instruction::Run(run), Some(Action::Run(_))) = (step.instruction, step.action) else {
        return false;
    };
    let in_command = match &run.command {
        Command::Shell(shell) => shell.lines().chain(shell.heredocs()).any(has_dollar),
        Command::Script(script) => has_dollar(script.body()),
        Command::Exec(exec) => exec.iter().any(has_dollar),
    };
    in_command && step.shell_text().is_some_and(|(_, text)| has_dollar(text))
}

/// The instructions of stages that rules are about, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Steps {
    places: Vec<(u32, u32, Topics)>,
    /// The features of all of them.
    topics: Topics,
}

impl Steps {
    pub(super) fn of(checking: &Checking<'_>) -> Steps {
        let mut steps = Steps::default();
        let is_written = checking.written.is_some();
        let has_variables = bytes::occurs(checking.text.as_bytes(), b'$');
        let escape = checking.context.file.escape();
        let stages = checking.context.file.stages.iter();
        let resolved = checking.resolved.stages().iter();
        for (stage, (item, resolved)) in stages.zip(resolved).enumerate() {
            let items = item.steps.iter().zip(resolved.each_action());
            for (nth, (item, action)) in items.enumerate() {
                let step = Step {
                    at: At::Step { stage, step: nth },
                    instruction: item.instruction(),
                    action,
                    escape,
                };
                let mut topics = Topics::of(&step);
                topics = topics.and(match is_written {
                    true => Topics::BRACKET.if_so(near_json_form::begins_list(step.instruction)),
                    false => Topics::EMPTY.if_so(empty_value::empty(step.instruction).is_some()),
                });
                if has_variables {
                    topics = topics.and(Topics::VARIABLE.if_so(may_use_variable(&step)));
                }
                if topics == Topics::default() {
                    continue;
                }
                // There are no more in any text that a computer can hold.
                if let (Ok(stage), Ok(nth)) = (stage.try_into(), nth.try_into()) {
                    steps.places.push((stage, nth, topics));
                    steps.topics = steps.topics.and(topics);
                }
            }
        }
        steps
    }

    /// The stage and the number of each instruction that has one of some features.
    pub(super) fn with(&self, topics: Topics) -> impl Iterator<Item = (usize, usize)> {
        let places = self.places.iter().filter(move |place| place.2.has(topics));
        places.map(|(stage, step, _)| (*stage as usize, *step as usize))
    }
}

/// Returns the features of a file and of its build.
pub(super) fn all(checking: &Checking<'_>) -> Topics {
    let context = &checking.context;
    let has_args = !context.file.args.is_empty();
    let is = |is_so: fn(&Written<'_>) -> bool| checking.written.as_ref().is_some_and(is_so);
    let legacy = is(|written| !written.legacy_pairs.is_empty());
    let both_cases = is(|written| written.letters.may_be_in_both_cases());
    let mut all = checking
        .steps
        .topics
        .and(Topics::FILE)
        .and(Topics::WRITTEN.if_so(checking.written.is_some()))
        .and(Topics::ENGINE.if_so(context.engine.is_some()))
        .and(Topics::GLOBAL_ARG.and(Topics::ARG).if_so(has_args))
        .and(Topics::LEGACY_PAIR.if_so(legacy))
        .and(Topics::BOTH_CASES.if_so(both_cases));
    for note in checking.resolved.all_notes() {
        all = all.and(Topics::of_note(&note.kind));
    }
    all
}
