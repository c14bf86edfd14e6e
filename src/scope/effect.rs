//! `Effect`: what RUN, COPY, ADD and WORKDIR do; and `Action`, of which it is made where it is
//! asked for.

use std::sync::{Arc, OnceLock};

use smol_str::SmolStr;

use super::path::System;
use super::state::Words;

/// The effect of a RUN, COPY, ADD or WORKDIR, fully expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// A command that runs.
    #[non_exhaustive]
    Run {
        /// The program and its arguments; for shell form, the shell and the text.
        arguments: Vec<String>,
        /// The mounts, each as `key=value` pairs in one order.
        mounts: Vec<Vec<(String, String)>>,
        /// The other flags, as they are written.
        flags: String,
        /// The user that it runs as; empty for that of the base.
        user: String,
        /// The working directory.
        directory: String,
    },
    /// Files that are copied.
    #[non_exhaustive]
    Copy {
        /// The keyword: `COPY` or `ADD`.
        keyword: &'static str,
        /// The stage or image that they come from; none for the build context.
        from: Option<String>,
        /// The sources, without the inline files: paths from the root of what they are copied from,
        /// URLs as they are.
        sources: Vec<String>,
        /// The inline files: name, where it matters, and content.
        files: Vec<(Option<String>, String)>,
        /// The destination, as an absolute path.
        destination: String,
        /// `--chown`.
        chown: Option<String>,
        /// `--chmod`.
        chmod: Option<String>,
        /// The other flags, as they are written.
        flags: String,
    },
    /// A working directory, which is made where it is not there.
    #[non_exhaustive]
    Directory {
        /// Its path.
        path: String,
        /// The user that it belongs to; empty for that of the base.
        user: String,
    },
}

/// The actions of RUN, COPY, ADD and WORKDIR, in values that are shared with the model and with the
/// stage.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    Run(Running),
    Copy(Box<CopyAction>),
    /// A WORKDIR, with the directory that it sets.
    Directory(Arc<Whereabouts>),
}

/// The user, directory and shell of a command; shared by commands until one of them changes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Whereabouts {
    pub(crate) user: SmolStr,
    pub(crate) directory: SmolStr,
    /// The words of the last SHELL.
    pub(crate) shell: Option<Words>,
    pub(crate) system: System,
}

/// A command that runs.
#[derive(Debug, Clone)]
pub(crate) struct Running {
    pub(crate) arguments: Arguments,
    pub(crate) flags: Option<Box<RunDetails>>,
    pub(crate) whereabouts: Arc<Whereabouts>,
}

/// The arguments of a command.
#[derive(Debug, Clone)]
pub(crate) enum Arguments {
    /// Text for a shell, once it has been asked for.
    Shell(OnceLock<Box<str>>),
    Words(Words),
}

/// Files that are copied.
#[derive(Debug, Clone)]
pub(crate) struct CopyAction {
    pub(crate) from: Option<SmolStr>,
    pub(crate) sources: Box<[SmolStr]>,
    pub(crate) destination: SmolStr,
    pub(crate) flags: Option<Box<CopyDetails>>,
    /// `true` for ADD.
    pub(crate) adds: bool,
}

/// The parts of a RUN other than its command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RunDetails {
    pub(crate) mounts: Vec<Vec<(String, String)>>,
    pub(crate) other: String,
}

/// The parts of a COPY or ADD other than its paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CopyDetails {
    pub(crate) files: Box<[(Option<String>, String)]>,
    pub(crate) chown: Option<SmolStr>,
    pub(crate) chmod: Option<SmolStr>,
    pub(crate) other: Box<str>,
}

impl Whereabouts {
    /// The shell with its options.
    pub(crate) fn shell(&self) -> impl Iterator<Item = &str> {
        let (system, words) = match &self.shell {
            Some(words) => (&[][..], &words[..]),
            None => (self.system.shell(), &[][..]),
        };
        let words = words.iter().map(SmolStr::as_str);
        system.iter().copied().chain(words)
    }
}

impl Running {
    /// The program and its arguments without the last one.
    pub(crate) fn before_last(&self) -> impl Iterator<Item = &str> {
        let (shell, words) = match &self.arguments {
            Arguments::Shell(_) => (Some(self.whereabouts.shell()), &[][..]),
            Arguments::Words(words) => {
                let before = words.split_last().map_or(&[][..], |(_, before)| before);
                (None, before)
            }
        };
        let words = words.iter().map(SmolStr::as_str);
        shell.into_iter().flatten().chain(words)
    }

    /// The last argument: for shell form, the text, which `make` makes if nothing has asked for it.
    pub(crate) fn last(&self, make: impl FnOnce() -> Box<str>) -> Option<&str> {
        match &self.arguments {
            Arguments::Shell(text) => Some(text.get_or_init(make)),
            Arguments::Words(words) => words.last().map(SmolStr::as_str),
        }
    }
}

impl CopyAction {
    pub(crate) fn keyword(&self) -> &'static str {
        if self.adds { "ADD" } else { "COPY" }
    }
}

impl Action {
    /// The mounts of a RUN.
    pub(crate) fn mounts(&self) -> &[Vec<(String, String)>] {
        match self {
            Action::Run(Running {
                flags: Some(flags), ..
            }) => &flags.mounts,
            _ => &[],
        }
    }

    /// The same in values of its own.
    pub(crate) fn effect(&self) -> Effect {
        let text = |text: &SmolStr| text.as_str().to_owned();
        match self {
            Action::Run(run) => {
                let flags = run.flags.as_deref().cloned();
                let RunDetails { mounts, other } = flags.unwrap_or_default();
                Effect::Run {
                    arguments: run
                        .before_last()
                        .chain(run.last(Box::default))
                        .map(str::to_owned)
                        .collect(),
                    mounts,
                    flags: other,
                    user: text(&run.whereabouts.user),
                    directory: text(&run.whereabouts.directory),
                }
            }
            Action::Copy(copy) => {
                let flags = copy.flags.as_deref().cloned().unwrap_or_default();
                Effect::Copy {
                    keyword: copy.keyword(),
                    from: copy.from.as_ref().map(text),
                    sources: copy.sources.iter().map(text).collect(),
                    files: flags.files.into_vec(),
                    destination: text(&copy.destination),
                    chown: flags.chown.as_ref().map(text),
                    chmod: flags.chmod.as_ref().map(text),
                    flags: flags.other.into_string(),
                }
            }
            Action::Directory(made) => Effect::Directory {
                path: text(&made.directory),
                user: text(&made.user),
            },
        }
    }
}
