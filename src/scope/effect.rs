//! `Effect`: what RUN, COPY, ADD and WORKDIR do; and `Action`, of which it is made where it is
//! asked for.

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
    Run {
        arguments: Arguments,
        flags: Option<Box<RunDetails>>,
        user: SmolStr,
        directory: SmolStr,
    },
    Copy {
        keyword: &'static str,
        from: Option<SmolStr>,
        sources: Vec<SmolStr>,
        destination: SmolStr,
        flags: Option<Box<CopyDetails>>,
    },
    Directory {
        path: SmolStr,
        user: SmolStr,
    },
}

/// The program that a RUN runs and its arguments.
#[derive(Debug, Clone)]
pub(crate) enum Arguments {
    /// Text for a shell: that of a SHELL, or of the system.
    Shell {
        shell: Option<Words>,
        system: System,
        text: SmolStr,
    },
    Words(Words),
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
    pub(crate) files: Vec<(Option<String>, String)>,
    pub(crate) chown: Option<SmolStr>,
    pub(crate) chmod: Option<SmolStr>,
    pub(crate) other: String,
}

impl Arguments {
    /// The program and its arguments without the last one.
    pub(crate) fn before_last(&self) -> impl Iterator<Item = &str> {
        let (shell, words) = match self {
            Arguments::Shell {
                shell: Some(shell), ..
            } => (&[][..], &shell[..]),
            Arguments::Shell { system, .. } => (system.shell(), &[][..]),
            Arguments::Words(words) => {
                let before = words.split_last().map_or(&[][..], |(_, before)| before);
                (&[][..], before)
            }
        };
        shell
            .iter()
            .copied()
            .chain(words.iter().map(SmolStr::as_str))
    }

    /// The last argument: for shell form, the text.
    pub(crate) fn last(&self) -> Option<&str> {
        match self {
            Arguments::Shell { text, .. } => Some(text),
            Arguments::Words(words) => words.last().map(SmolStr::as_str),
        }
    }

    /// The program and its arguments.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.before_last().chain(self.last())
    }
}

impl Action {
    /// The mounts of a RUN.
    pub(crate) fn mounts(&self) -> &[Vec<(String, String)>] {
        match self {
            Action::Run {
                flags: Some(flags), ..
            } => &flags.mounts,
            _ => &[],
        }
    }

    /// The same in values of its own.
    pub(crate) fn effect(&self) -> Effect {
        match self {
            Action::Run {
                arguments,
                flags,
                user,
                directory,
            } => {
                let RunDetails { mounts, other } = flags.as_deref().cloned().unwrap_or_default();
                Effect::Run {
                    arguments: arguments.iter().map(str::to_owned).collect(),
                    mounts,
                    flags: other,
                    user: user.as_str().to_owned(),
                    directory: directory.as_str().to_owned(),
                }
            }
            Action::Copy {
                keyword,
                from,
                sources,
                destination,
                flags,
            } => {
                let flags = flags.as_deref().cloned().unwrap_or_default();
                let text = |text: &SmolStr| text.as_str().to_owned();
                Effect::Copy {
                    keyword,
                    from: from.as_ref().map(text),
                    sources: sources.iter().map(text).collect(),
                    files: flags.files,
                    destination: text(destination),
                    chown: flags.chown.as_ref().map(text),
                    chmod: flags.chmod.as_ref().map(text),
                    flags: flags.other,
                }
            }
            Action::Directory { path, user } => Effect::Directory {
                path: path.as_str().to_owned(),
                user: user.as_str().to_owned(),
            },
        }
    }
}
