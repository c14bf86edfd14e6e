//! RUN: a command in a new layer.

#[cfg(feature = "serde")]
mod data;
mod more;

use smol_str::SmolStr;

use super::command::{Command, Heredocs, Placement, Shell as ShellText};
use super::mount::{Device, Mount};
use crate::scope::{Action, RunDetails, Running, Scope};
use crate::syntax::{
    Args, FlagArg, FlagLines, FlagText, FlagValue, Flags, OtherFlag, Part, ProblemKind, Rare,
    RefusalKind, Syntax, Unset, Writer, flags,
};

/// `RUN [--network=…] [--security=…] [--device=…] [--mount=…] <command>`: runs a command in a new
/// layer.
///
/// A string is shell form, a list is exec form; [`Run::chain`], [`Run::lines`] and [`Run::script`]
/// take several lines. Docker expands nothing in a command. Shell form cannot begin or end with a
/// space, end in a single escape character, or be a whole JSON array.
///
/// ```
/// use multistage::{Dockerfile, Stage, instruction::{Mount, Network, Run}};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("rust:1.85")
///     .run("cargo fetch --locked")
///     .run(Run::new("cargo build --offline").network(Network::None)));
/// assert_eq!(file.render()?, "\
/// FROM rust:1.85
/// RUN cargo fetch --locked
/// RUN --network=none cargo build --offline
/// ");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#run)
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Run {
    /// The command.
    pub command: Command,
    flags: Rare<RunFlags>,
}

/// The flags of a [`Run`]. They are read and changed as if they were fields of it:
/// `run.mounts.push(mount)`. Most instructions have no flags, so a [`Run`] keeps them in a box.
///
/// ```
/// use multistage::instruction::{Mount, Network, Run};
///
/// let mut run = Run::new("npm ci").network(Network::None);
/// run.mounts.push(Mount::cache("/root/.npm"));
/// assert_eq!(run.network, Some(Network::None));
/// assert_eq!(run.mounts.len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RunFlags {
    /// The network that it has.
    pub network: Option<Network>,
    /// The security mode of the command.
    pub security: Option<Security>,
    /// The devices that it gets.
    pub devices: Vec<Device>,
    /// The mounts, which are there while the command runs.
    pub mounts: Vec<Mount>,
    /// Flags that this crate has no field for.
    pub other: Vec<OtherFlag>,
    /// The parts that it was made from and that cannot be run.
    pub(crate) refused: Vec<RefusedWord>,
    /// `true` if it was read as `RUN []`, which Docker rejects only when it gets there.
    pub(crate) read_empty: bool,
}

impl Unset for RunFlags {
    const UNSET: RunFlags = RunFlags {
        network: None,
        security: None,
        devices: Vec::new(),
        mounts: Vec::new(),
        other: Vec::new(),
        refused: Vec::new(),
        read_empty: false,
    };
    const SHARED: &'static RunFlags = &RunFlags::UNSET;
}

/// A word that was given for a command and cannot be in it as what it was given for, such as an
/// option that was given for a package.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct RefusedWord {
    /// The line of the command that it is in.
    pub(crate) line: usize,
    pub(crate) what: &'static str,
    pub(crate) text: SmolStr,
    pub(crate) expected: &'static str,
}

impl Run {
    /// Creates a RUN with this command: a string is shell form, a list is exec form.
    pub fn new(command: impl Into<Command>) -> Run {
        Run {
            command: command.into(),
            flags: Rare::NONE,
        }
    }

    /// Commands joined with `&&`, each on a line of its own: [`Command::chain`].
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Run};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::chain(["apk update", "apk add git"])));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN apk update \\
    ///     && apk add git
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run)
    pub fn chain<T: Into<ShellText>>(commands: impl IntoIterator<Item = T>) -> Run {
        Run::new(Command::chain(commands))
    }

    /// Creates one command over several lines, as they are: [`Command::lines`].
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Run};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::lines(["echo a;", "echo b"])));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN echo a; \\
    ///     echo b
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run)
    pub fn lines<S: AsRef<str>>(lines: impl IntoIterator<Item = S>) -> Run {
        Run::new(Command::lines(lines))
    }

    /// Creates a script in a heredoc: [`Command::script`].
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage, instruction::Run};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::script("set -e\napk add git\ngit --version")));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN <<EOF
    /// set -e
    /// apk add git
    /// git --version
    /// EOF
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn script(body: impl AsRef<str>) -> Run {
        Run::new(Command::script(body))
    }

    /// `--mount`: mounts something while the command runs. Can be given again.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make").mount(Mount::tmpfs("/tmp"))));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN --mount=type=tmpfs,target=/tmp \\
    ///     make
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mount)
    #[must_use]
    pub fn mount(mut self, mount: impl Into<Mount>) -> Run {
        self.mounts.push(mount.into());
        self
    }

    /// `--mount`, several times.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make").mounts([Mount::cache("/ccache"),
    ///     Mount::bind("/src")])));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN --mount=type=cache,target=/ccache \\
    ///     --mount=type=bind,target=/src \\
    ///     make
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mount)
    #[must_use]
    pub fn mounts<M: Into<Mount>>(mut self, mounts: impl IntoIterator<Item = M>) -> Run {
        self.mounts.extend(mounts.into_iter().map(Into::into));
        self
    }

    /// `--network`: the network that the command has.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Network, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make test").network(Network::None)));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN --network=none make test
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---network)
    #[must_use]
    pub fn network(mut self, network: Network) -> Run {
        self.network = Some(network);
        self
    }

    /// `--security`: the security mode of the command. The builder has to allow `insecure`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Run, Security}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make test").security(Security::Insecure)));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN --security=insecure make test
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---security)
    #[must_use]
    pub fn security(mut self, security: Security) -> Run {
        self.security = Some(security);
        self
    }

    /// `--device`: a device that the command gets. Can be given again. It needs the labs channel of
    /// the frontend.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Run};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("nvidia-smi").device("nvidia.com/gpu=all")));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN --device=nvidia.com/gpu=all nvidia-smi
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---device)
    #[must_use]
    pub fn device(mut self, device: impl Into<Device>) -> Run {
        self.devices.push(device.into());
        self
    }
}

impl Run {
    /// The mounts, to be changed. Looking for them is not a reason to make room for them.
    pub(crate) fn mounts_to_change(&mut self) -> &mut [Mount] {
        match self.flags.get_mut() {
            Some(flags) => &mut flags.mounts,
            None => &mut [],
        }
    }

    /// The number of line breaks before the command, because of the flags.
    pub(crate) fn breaks_above(&self) -> usize {
        match self.on_lines() {
            true => self.flag_count(),
            false => 0,
        }
    }

    /// Returns `true` if the flags are on lines of their own.
    fn on_lines(&self) -> bool {
        !self.mounts.is_empty() || self.flag_count() > 1
    }
}

/// Two RUNs are equal if they are written the same.
impl PartialEq for Run {
    fn eq(&self, other: &Run) -> bool {
        let Run { command, flags } = self;
        flags == &other.flags && command.is_same(&other.command, self.on_lines())
    }
}

impl Eq for Run {}

impl std::hash::Hash for Run {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.command.hash(state);
        self.flags.hash(state);
    }
}

impl From<&Run> for Run {
    fn from(run: &Run) -> Run {
        run.clone()
    }
}

impl<T: Into<Command>> From<T> for Run {
    fn from(command: T) -> Run {
        Run::new(command)
    }
}

flags!(Run, rare = RunFlags, own = 0 {
    "network" => network by Network::read_flag,
    "security" => security by Security::read_flag,
    "device" => devices by Device::read_flag,
    "mount" => mounts by Mount::read_flag,
});

impl Syntax for Run {
    const KEYWORD: &'static str = "RUN";
    const HEREDOCS: bool = true;

    fn write(&self, w: &mut Writer<'_>) {
        let on_lines = self.on_lines();
        let lines = match on_lines {
            true => FlagLines::Each,
            false => FlagLines::One,
        };
        self.write_flags(w, lines);
        self.command.write(
            w,
            Placement {
                own_line: on_lines,
                heredocs: true,
                words: !self.read_empty,
                ..Placement::PLAIN
            },
        );
        if !self.refused.is_empty() {
            self.report_refused(w);
        }
    }
}

impl Run {
    #[cold]
    fn report_refused(&self, w: &mut Writer<'_>) {
        for word in &self.refused {
            let RefusedWord { what, expected, .. } = *word;
            if word.text.is_empty() {
                w.problem(Part::Keyword, ProblemKind::Empty(what));
            } else {
                let kind = ProblemKind::Invalid {
                    what,
                    text: word.text.clone(),
                    expected,
                };
                w.problem(Part::CommandLine(word.line), kind);
            }
        }
    }
}

impl Run {
    /// Reads the text after the keyword.
    pub(crate) fn read(args: &mut Args<'_, '_>) -> Option<Run> {
        let mut run = Run::new("");
        let spans: Vec<usize> = args.flags.iter().map(|flag| flag.span.start).collect();
        run.read_flags(args);
        let rest = args.rest();
        if run.on_lines() {
            for start in spans.into_iter().skip(1) {
                args.break_before(start);
            }
            if !rest.text.is_empty() && !rest.text.starts_with('#') {
                args.break_before(rest.span.start);
            }
        }
        run.command = Command::read(rest, Heredocs::Taken, args)?;
        if run.on_lines() {
            run.command.forget_below();
        }
        if matches!(&run.command, Command::Exec(exec) if exec.is_empty()) {
            run.read_empty = true;
        }
        Some(run)
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Returns the value of the flag.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }
        }

        impl FlagText for $name {
            fn write(&self, value: &mut FlagValue<'_, '_>) {
                value.literal(self.as_str());
            }
        }

        impl $name {
            pub(in crate::instruction) fn read_flag(flag: &FlagArg<'_>, args: &mut Args<'_, '_>) -> Option<$name> {
                let value = flag.needed(args)?;
                match value {
                    $($word => Some($name::$variant),)*
                    _ => {
                        let message = match value {
                            "" => format!("`--{}` has no value", flag.name),
                            _ => format!("`{value}` is not a valid value of `--{}`", flag.name),
                        };
                        flag.refuse(args, RefusalKind::Value, message, concat!("write one of", $(" `", $word, "`",)*));
                        None
                    }
                }
            }
        }

        #[cfg(feature = "serde")]
        crate::data::data_as_word!($name [$($variant),*]);
    };
}

words! {
    /// The network of a RUN.
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---network)
    Network {
        /// `default`: what the builder has.
        Default = "default",
        /// `none`: no network.
        None = "none",
        /// `host`: the host's; the builder has to allow it.
        Host = "host",
    }
}

words! {
    /// The security mode of a RUN.
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---security)
    Security {
        /// `sandbox`: the default.
        Sandbox = "sandbox",
        /// `insecure`: with all privileges; the builder has to allow it.
        Insecure = "insecure",
    }
}

impl Run {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        if matches!(&self.command, Command::Exec(exec) if exec.is_empty()) {
            return scope.fail(
                Part::Command,
                "RUN has no command",
                "write the program and its arguments, or drop the instruction",
            );
        }
        let flags = match self.flags.is_none() {
            true => None,
            false => self.details(scope)?,
        };
        let arguments = self.command.arguments(scope);
        scope.action = Some(Action::Run(Running {
            arguments,
            flags,
            whereabouts: scope.whereabouts(),
        }));
        Some(())
    }

    /// Returns the meaning of the flags, or `None` if Docker rejects them.
    fn details(&self, scope: &mut Scope<'_>) -> Option<Option<Box<RunDetails>>> {
        let mut flags = RunDetails::default();
        for (n, mount) in self.mounts.iter().enumerate() {
            flags.mounts.push(mount.apply(n, scope)?);
        }
        if !self.devices.is_empty() && !scope.given.labs {
            return scope.fail(
                Part::Flag("device", 0),
                "`--device` is only known to the experimental frontend",
                "begin the file with `# syntax=docker/dockerfile:1-labs`",
            );
        }
        flags.other = self.flags_without(&["mount"]);
        let plain = flags == RunDetails::default();
        Some((!plain).then(|| Box::new(flags)))
    }
}
