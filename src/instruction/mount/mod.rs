//! `Mount`: what is mounted while a RUN runs.

use smol_str::SmolStr;

mod apply;
#[cfg(feature = "serde")]
mod data;
mod read;

use self::apply::Held;
use super::mode::is_octal_mode;
use crate::reference::args::TARGETARCH;
use crate::reference::{IntoSource, Source, Typed, typed_text};
use crate::syntax::{Args, FlagArg, FlagText, FlagValue, ProblemKind};
use crate::text::{Text, literal};

/// `--mount=type=…,…` of RUN: a bind, cache, tmpfs, secret or ssh mount.
///
/// Values are expanded, except where a mount comes from, and ASCII.
///
/// ```
/// use multistage::{Dockerfile, Stage, instruction::{Mount, Run, Sharing}};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("node:22").run(Run::new("npm ci")
///     .mount(Mount::cache("/root/.npm").id("npm").sharing(Sharing::Locked))
///     .mount(Mount::secret("npmrc").target("/root/.npmrc").required())));
/// assert_eq!(file.render()?, "\
/// FROM node:22
/// RUN --mount=type=cache,id=npm,target=/root/.npm,sharing=locked \\
///     --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true \\
///     npm ci
/// ");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#run---mount)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mount(Repr);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Repr {
    Typed(Box<MountOptions>),
    /// A value as it was read, which Docker rejects when it gets there.
    Raw(Text),
}

/// The options of a [`Mount`]: its type and the values of its keys.
///
/// [`Mount::options`] reads them; the methods of [`Mount`] set them.
///
/// ```
/// use multistage::instruction::{Mount, MountKind};
///
/// let cache = Mount::cache("/root/.npm").id("npm");
/// let options = cache.options().expect("it is not a value that Docker rejects");
/// assert_eq!(options.kind, MountKind::Cache);
/// assert_eq!(options.target, Some("/root/.npm".into()));
/// assert_eq!(options.sharing, None);
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#run---mount)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MountOptions {
    /// `type`: what is mounted.
    pub kind: MountKind,
    /// `id`: the name of a cache, a secret or an ssh agent.
    pub id: Option<Text>,
    /// `from`: the stage, image or context that a bind or cache mount takes files from.
    pub from: Option<Source>,
    /// `source`: the path inside `from` or the build context.
    pub source: Option<Text>,
    /// `target`: the path of the mount.
    pub target: Option<Text>,
    /// `env`: the environment variable that a secret is put into.
    pub env: Option<Text>,
    /// `sharing`: how builds share a cache.
    pub sharing: Option<Sharing>,
    /// `size`: the limit of a tmpfs.
    pub size: Option<Size>,
    /// `mode`: the file mode.
    pub mode: Option<MountMode>,
    /// `uid`: the owner.
    pub uid: Option<Id>,
    /// `gid`: the group.
    pub gid: Option<Id>,
    /// `readonly` or `readwrite`.
    pub access: Option<Access>,
    /// `required`: whether the build fails without the secret or agent.
    pub required: Option<bool>,
}

/// The access that the command has to a [`Mount`]: [`Mount::readonly`], [`Mount::readwrite`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Access {
    /// `readonly`.
    ReadOnly,
    /// `readwrite`.
    ReadWrite,
}

impl MountOptions {
    fn new(kind: MountKind) -> MountOptions {
        MountOptions {
            kind,
            id: None,
            from: None,
            source: None,
            target: None,
            env: None,
            sharing: None,
            size: None,
            mode: None,
            uid: None,
            gid: None,
            access: None,
            required: None,
        }
    }

    /// Returns `true` if it says that it can be written.
    pub(crate) fn is_readwrite(&self) -> bool {
        self.access == Some(Access::ReadWrite)
    }

    /// Returns `true` if it would be mounted over everything, which Docker rejects.
    fn covers_root(&self) -> bool {
        let given = matches!(self.kind, MountKind::Secret | MountKind::Ssh);
        !given && self.target.as_ref().and_then(Text::as_literal) == Some("/")
    }

    /// Returns `true` if the type takes every key that is set.
    fn fits(&self) -> bool {
        KEYS.iter()
            .all(|key| !(key.is_set)(self) || key.kinds.contains(&self.kind))
    }
}

/// The type of a [`Mount`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MountKind {
    /// Files of the context, a stage or an image; read-only unless said otherwise.
    Bind,
    /// A directory that is kept from build to build.
    Cache,
    /// A file system in memory.
    Tmpfs,
    /// A secret of the build, as a file or a variable.
    Secret,
    /// The ssh agent of the build.
    Ssh,
}

impl MountKind {
    /// Returns the word for it: `bind`, `cache`, `tmpfs`, `secret`, `ssh`.
    pub fn as_str(self) -> &'static str {
        match self {
            MountKind::Bind => "bind",
            MountKind::Cache => "cache",
            MountKind::Tmpfs => "tmpfs",
            MountKind::Secret => "secret",
            MountKind::Ssh => "ssh",
        }
    }
}

impl Mount {
    fn of(kind: MountKind) -> Mount {
        Mount::from_options(MountOptions::new(kind))
    }

    /// `type=bind,target=…`: files of the build context, or of what [`with_from`](Mount::with_from)
    /// names.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make").mount(Mount::bind("/src")
    ///     .source("lib"))));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN --mount=type=bind,source=lib,target=/src \\
    ///     make
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypebind)
    pub fn bind(target: impl Into<Text>) -> Mount {
        Mount::of(MountKind::Bind).target(target)
    }

    /// `type=cache,target=…`: a directory that is kept from build to build.
    ///
    /// Its id is the target unless [`id`](Mount::id) says otherwise; it is shared by all platforms.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make").mount(Mount::cache("/root/.cache")
    ///     .id("build"))));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN --mount=type=cache,id=build,target=/root/.cache \\
    ///     make
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypecache)
    pub fn cache(target: impl Into<Text>) -> Mount {
        Mount::of(MountKind::Cache).target(target)
    }

    /// `type=tmpfs,target=…`: a file system in memory.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make").mount(Mount::tmpfs("/tmp")
    ///     .size("64m"))));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN --mount=type=tmpfs,target=/tmp,size=64m \\
    ///     make
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypetmpfs)
    pub fn tmpfs(target: impl Into<Text>) -> Mount {
        Mount::of(MountKind::Tmpfs).target(target)
    }

    /// `type=secret,id=…`: a secret, as the file `/run/secrets/ID` unless [`target`](Mount::target)
    /// or [`env`](Mount::env) says otherwise.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make").mount(Mount::secret("token")
    ///     .env("TOKEN"))));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN --mount=type=secret,id=token,env=TOKEN \\
    ///     make
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypesecret)
    pub fn secret(id: impl Into<Text>) -> Mount {
        Mount::of(MountKind::Secret).id(id)
    }

    /// `type=ssh`: the ssh agent.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make").mount(Mount::ssh().required())));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN --mount=type=ssh,required=true \\
    ///     make
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypessh)
    pub fn ssh() -> Mount {
        Mount::of(MountKind::Ssh)
    }

    /// `id=…`, for cache, secret and ssh: the name of the cache, or of what the command line of the
    /// build gives.
    ///
    /// Docker expands it. On a bind or tmpfs mount it is an error when the file is rendered.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("git fetch").mount(Mount::ssh().id("deploy"))));
    /// assert!(file.render()?.contains("RUN --mount=type=ssh,id=deploy \\"));
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mount)
    #[must_use]
    pub fn id(self, id: impl Into<Text>) -> Mount {
        self.set(|fields| fields.id = Some(id.into()))
    }

    /// Sets `id=…-${TARGETARCH}`, for cache: each architecture gets its own cache.
    ///
    /// A cache is shared by the builds of all platforms that use its id. One that holds compiled
    /// code, or packages of one architecture, has to be kept apart. The stage declares `TARGETARCH`
    /// above the RUN, see [`args`](crate::args).
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// let ccache = Mount::cache("/ccache").id_per_arch("ccache");
    /// file.push(Stage::new("gcc:15")
    ///     .copy(".", ".")
    ///     .run(Run::new("make").mount(&ccache))
    ///     .run(Run::new("make test").mount(&ccache)));
    /// assert_eq!(file.render()?, "\
    /// FROM gcc:15
    /// COPY . .
    /// ARG TARGETARCH
    /// RUN --mount=type=cache,id=ccache-${TARGETARCH},target=/ccache \\
    ///     make
    /// RUN --mount=type=cache,id=ccache-${TARGETARCH},target=/ccache \\
    ///     make test
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypecache)
    #[must_use]
    pub fn id_per_arch(self, id: impl Into<Text>) -> Mount {
        self.id(id.into() + literal("-") + TARGETARCH.expr())
    }

    /// `from=…`, for bind and cache: a stage, an image or a named context. Docker expands no
    /// variable in it. The method is not named after the option, because that would hide
    /// `Mount::from`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// let tools = file.stage("tools", Stage::new("golang:1.24"));
    /// file.push(Stage::new("alpine").run(Run::new("make").mount(Mount::bind("/tools")
    ///     .with_from(&tools))));
    /// assert_eq!(file.render()?, "\
    /// FROM golang:1.24 AS tools
    ///
    /// FROM alpine
    /// RUN --mount=type=bind,from=tools,target=/tools \\
    ///     make
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypebind)
    #[must_use]
    pub fn with_from(self, source: impl IntoSource) -> Mount {
        self.set(|fields| fields.from = Some(source.into_source()))
    }

    /// `source=…`, for bind and cache: the path inside the stage, image or context; its root
    /// without this.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Image, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// let busybox = Mount::bind("/bb").with_from(Image::new("busybox:1.37")).source("/bin");
    /// file.push(Stage::new("alpine").run(Run::new("/bb/ls").mount(busybox)));
    /// assert!(file.render()?.contains("--mount=type=bind,from=busybox:1.37,source=/bin,target=/bb"));
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypebind)
    #[must_use]
    pub fn source(self, path: impl Into<Text>) -> Mount {
        self.set(|fields| fields.source = Some(path.into()))
    }

    /// `target=…`: the path of the mount; a relative one is relative to the working directory.
    ///
    /// The constructors of bind, cache and tmpfs set it. `/` is an error, except for secret and
    /// ssh, whose default paths are `/run/secrets/ID` and a socket that `SSH_AUTH_SOCK` names.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// let netrc = Mount::secret("netrc").target("/root/.netrc");
    /// file.push(Stage::new("golang:1.24").run(Run::new("go mod download").mount(netrc)));
    /// assert!(file.render()?.contains("--mount=type=secret,id=netrc,target=/root/.netrc"));
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mount)
    #[must_use]
    pub fn target(self, path: impl Into<Text>) -> Mount {
        self.set(|fields| fields.target = Some(path.into()))
    }

    /// `env=…`, for secret: the environment variable that the command finds the secret in. There is
    /// no file then, unless [`target`](Mount::target) is set too.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("node:22")
    ///     .run(Run::new("npm publish").mount(Mount::secret("npm").env("NPM_TOKEN"))));
    /// assert!(file.render()?.contains("--mount=type=secret,id=npm,env=NPM_TOKEN"));
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypesecret)
    #[must_use]
    pub fn env(self, name: impl Into<Text>) -> Mount {
        self.set(|fields| fields.env = Some(name.into()))
    }

    /// `sharing=…`, for cache: the behaviour if builds use the cache at the same time. Docker's
    /// default is `shared`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run, Sharing}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make").mount(Mount::cache("/var/cache/apt")
    ///     .sharing(Sharing::Locked))));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\
    ///     make
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypecache)
    #[must_use]
    pub fn sharing(self, sharing: Sharing) -> Mount {
        self.set(|fields| fields.sharing = Some(sharing))
    }

    /// `size=…`, for tmpfs: its limit, a number of bytes or a number with a unit: `64m`, `1.5g`.
    /// Anything else is reported as `invalid-value`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make").mount(Mount::tmpfs("/tmp").size("1.5g"))));
    /// assert!(file.render()?.contains("--mount=type=tmpfs,target=/tmp,size=1.5g"));
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypetmpfs)
    #[must_use]
    pub fn size(self, size: impl Into<Size>) -> Mount {
        self.set(|fields| fields.size = Some(size.into()))
    }

    /// `mode=…`, for cache, secret and ssh: the file mode, octal up to 7777, as a number (`0o600`)
    /// or a string (`"0600"`). Anything else is reported as `invalid-value`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make").mount(Mount::secret("key").mode(0o440))));
    /// assert!(file.render()?.contains("--mount=type=secret,id=key,mode=0440"));
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypesecret)
    #[must_use]
    pub fn mode(self, mode: impl Into<MountMode>) -> Mount {
        self.set(|fields| fields.mode = Some(mode.into()))
    }

    /// Sets `uid=…`, for cache, secret and ssh: the user's number.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make").mount(Mount::cache("/home/app/.npm")
    ///     .uid(1000).gid(1000).mode(0o700))));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN --mount=type=cache,target=/home/app/.npm,mode=0700,uid=1000,gid=1000 \\
    ///     make
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypecache)
    #[must_use]
    pub fn uid(self, uid: impl Into<Id>) -> Mount {
        self.set(|fields| fields.uid = Some(uid.into()))
    }

    /// `gid=…`, for cache, secret and ssh: the number of the group, up to 4294967295. See
    /// [`uid`](Mount::uid) for an example.
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypecache)
    #[must_use]
    pub fn gid(self, gid: impl Into<Id>) -> Mount {
        self.set(|fields| fields.gid = Some(gid.into()))
    }

    /// `readonly`: the command cannot write to the mount. A bind mount is read-only without this.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// let registry = Mount::cache("/usr/local/cargo/registry").readonly();
    /// file.push(Stage::new("rust:1.86").run(Run::new("cargo build --offline").mount(registry)));
    /// assert!(file.render()?.contains("target=/usr/local/cargo/registry,readonly \\"));
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypecache)
    #[must_use]
    pub fn readonly(self) -> Mount {
        self.set(|fields| fields.access = Some(Access::ReadOnly))
    }

    /// Sets `readwrite`: it can be written; what is written to a bind mount is dropped.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make").mount(Mount::bind("/src")
    ///     .readwrite())));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// RUN --mount=type=bind,target=/src,readwrite \\
    ///     make
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypebind)
    #[must_use]
    pub fn readwrite(self) -> Mount {
        self.set(|fields| fields.access = Some(Access::ReadWrite))
    }

    /// `required=true`, for secret and ssh: the build fails if the secret, or the agent, is not
    /// given. Without it the command runs all the same, and finds no file.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").run(Run::new("make").mount(Mount::secret("key").required())));
    /// assert!(file.render()?.contains("--mount=type=secret,id=key,required=true"));
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypesecret)
    #[must_use]
    pub fn required(self) -> Mount {
        self.set(|fields| fields.required = Some(true))
    }

    /// Returns the type. `None` for a mount that was read from a value that Docker rejects.
    ///
    /// ```
    /// # use multistage::instruction::{Mount, MountKind};
    /// assert_eq!(Mount::ssh().kind(), Some(MountKind::Ssh));
    /// ```
    pub fn kind(&self) -> Option<MountKind> {
        self.options().map(|fields| fields.kind)
    }

    /// Returns the options; see [`MountOptions`] for an example. `None` for a mount that was read
    /// from a value that Docker rejects, such as `sharing=nope`.
    pub fn options(&self) -> Option<&MountOptions> {
        match &self.0 {
            Repr::Typed(options) => Some(options),
            Repr::Raw(_) => None,
        }
    }

    /// The source that it comes from.
    pub(crate) fn taken_from(&self) -> Option<&Source> {
        self.options()?.from.as_ref()
    }

    /// The source that it comes from, to be changed.
    pub(crate) fn origin_mut(&mut self) -> Option<&mut Source> {
        self.options_mut().and_then(|fields| fields.from.as_mut())
    }

    /// The path at which it is mounted.
    pub(crate) fn target_path(&self) -> Option<&Text> {
        self.options().and_then(|fields| fields.target.as_ref())
    }

    /// A mount from its fields.
    pub(crate) fn from_options(fields: MountOptions) -> Mount {
        Mount(Repr::Typed(Box::new(fields)))
    }

    pub(crate) fn options_mut(&mut self) -> Option<&mut MountOptions> {
        match &mut self.0 {
            Repr::Typed(fields) => Some(fields),
            Repr::Raw(_) => None,
        }
    }

    fn set(mut self, change: impl FnOnce(&mut MountOptions)) -> Mount {
        if let Some(fields) = self.options_mut() {
            change(fields);
        }
        self
    }
}

impl From<&Mount> for Mount {
    fn from(mount: &Mount) -> Mount {
        mount.clone()
    }
}

/// A key of a mount: its name, the types that take it, and how it is written.
struct Key {
    name: &'static str,
    kinds: &'static [MountKind],
    is_set: fn(&MountOptions) -> bool,
    write: fn(&MountOptions, &mut FlagValue<'_, '_>),
    #[cfg(feature = "serde")]
    data: crate::data::Row<MountOptions>,
}

/// The keys after `type`: a row each, in the order in which they are written.
macro_rules! keys {
    ($($name:literal => $field:ident for $kinds:expr,)*) => {
        const KEYS: &[Key] = &[$(Key {
            name: $name,
            kinds: $kinds,
            is_set: |fields| fields.$field.is_some(),
            write: |fields, value| {
                if let Some(field) = &fields.$field {
                    KeyField::write(field, $name, value);
                }
            },
            #[cfg(feature = "serde")]
            data: crate::data::row!(MountOptions, $field),
        }),*];

        /// The keys, each with what it holds. The table is apart from [`KEYS`], as what a program
        /// does not reach is not compiled.
        const HELD_KEYS: &[HeldKey] = &[$(
            ($name, |fields| fields.$field.as_ref().map(KeyField::held))
        ),*];

        /// The keys, each with its text where Docker expands variables in it.
        pub(crate) const TEXT_KEYS: &[TextKey] = &[$(
            ($name, |fields| fields.$field.as_ref().and_then(KeyField::text))
        ),*];
    };
}

/// A key of a mount, and what it holds where it is given.
type HeldKey = (&'static str, fn(&MountOptions) -> Option<Held<'_>>);

/// A key of a mount, and its text where Docker expands variables in it.
type TextKey = (&'static str, fn(&MountOptions) -> Option<&Text>);

const ALL: &[MountKind] = &[
    MountKind::Bind,
    MountKind::Cache,
    MountKind::Tmpfs,
    MountKind::Secret,
    MountKind::Ssh,
];
const FILES: &[MountKind] = &[MountKind::Bind, MountKind::Cache];
const GIVEN: &[MountKind] = &[MountKind::Secret, MountKind::Ssh];
const OWNED: &[MountKind] = &[MountKind::Cache, MountKind::Secret, MountKind::Ssh];

keys! {
    "id" => id for OWNED,
    "from" => from for FILES,
    "source" => source for FILES,
    "target" => target for ALL,
    "env" => env for &[MountKind::Secret],
    "sharing" => sharing for &[MountKind::Cache],
    "size" => size for &[MountKind::Tmpfs],
    "mode" => mode for OWNED,
    "uid" => uid for OWNED,
    "gid" => gid for OWNED,
    "readonly" => access for ALL,
    "required" => required for GIVEN,
}

/// A field of a mount; what it looks like follows from its type.
trait KeyField {
    fn held(&self) -> Held<'_>;

    fn write(&self, key: &'static str, value: &mut FlagValue<'_, '_>);

    /// The text, where Docker expands variables in it.
    fn text(&self) -> Option<&Text> {
        None
    }
}

impl KeyField for Text {
    fn held(&self) -> Held<'_> {
        Held::Text(self)
    }

    fn text(&self) -> Option<&Text> {
        Some(self)
    }

    fn write(&self, key: &'static str, value: &mut FlagValue<'_, '_>) {
        value.field(key, self);
    }
}

impl<T: Typed> KeyField for T {
    fn held(&self) -> Held<'_> {
        Held::Typed(self.typed())
    }

    fn text(&self) -> Option<&Text> {
        Some(Typed::text(self))
    }

    fn write(&self, key: &'static str, value: &mut FlagValue<'_, '_>) {
        value.typed_field(key, self.typed());
    }
}

impl KeyField for Source {
    fn held(&self) -> Held<'_> {
        Held::Source(self)
    }

    fn write(&self, key: &'static str, value: &mut FlagValue<'_, '_>) {
        value.source_field(key, self);
    }
}

impl KeyField for Sharing {
    fn held(&self) -> Held<'_> {
        Held::Word(self.as_str())
    }

    fn write(&self, key: &'static str, value: &mut FlagValue<'_, '_>) {
        value.token_field(key, self.as_str());
    }
}

impl KeyField for bool {
    fn held(&self) -> Held<'_> {
        Held::Word(word(*self))
    }

    fn write(&self, key: &'static str, value: &mut FlagValue<'_, '_>) {
        value.token_field(key, word(*self));
    }
}

/// A truth as Docker reads it.
fn word(truth: bool) -> &'static str {
    if truth { "true" } else { "false" }
}

impl KeyField for Access {
    /// The value of `readonly`.
    fn held(&self) -> Held<'_> {
        Held::Word(word(*self == Access::ReadOnly))
    }

    fn write(&self, _: &'static str, value: &mut FlagValue<'_, '_>) {
        value.bare_field(match self {
            Access::ReadOnly => "readonly",
            Access::ReadWrite => "readwrite",
        });
    }
}

/// The types of mounts that take a key.
pub(crate) fn kinds_with(name: &str) -> &'static [MountKind] {
    let key = KEYS.iter().find(|key| key.name == name);
    key.map(|key| key.kinds).unwrap_or_default()
}

impl Mount {
    pub(super) fn read_flag(flag: &FlagArg<'_>, args: &mut Args<'_, '_>) -> Option<Mount> {
        read::mount(flag.needed(args)?, flag, args)
    }
}

impl FlagText for Mount {
    fn write(&self, value: &mut FlagValue<'_, '_>) {
        let fields = match &self.0 {
            Repr::Typed(fields) => fields,
            Repr::Raw(spelling) => return value.text(spelling),
        };
        value.token_field("type", fields.kind.as_str());
        for key in KEYS {
            (key.write)(fields, value);
            if (key.is_set)(fields) && !key.kinds.contains(&fields.kind) {
                value.problem_at(
                    value.key_part(key.name),
                    ProblemKind::WrongMountKey {
                        key: key.name,
                        kind: fields.kind.as_str(),
                    },
                );
            }
        }
        if fields.covers_root() {
            value.problem_at(
                value.key_part("target"),
                ProblemKind::Invalid {
                    what: "mount target",
                    text: "/".into(),
                    expected: "a directory below `/`",
                },
            );
        }
        if fields.kind == MountKind::Secret && fields.id.is_none() && fields.target.is_none() {
            value.problem(ProblemKind::Conflict(
                "a secret mount needs an id or a target",
            ));
        }
    }
}

/// The behaviour if builds use a cache mount at the same time: [`Mount::sharing`].
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypecache)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Sharing {
    /// They use it together.
    Shared,
    /// Each gets a copy of its own.
    Private,
    /// One waits for the other.
    Locked,
}

impl Sharing {
    /// Returns the word for it: `shared`, `private`, `locked`.
    pub fn as_str(self) -> &'static str {
        match self {
            Sharing::Shared => "shared",
            Sharing::Private => "private",
            Sharing::Locked => "locked",
        }
    }
}

typed_text! {
    /// The size of a tmpfs mount: a number and a unit (`b`, `k`, `m`, `g`, `t`, `p`), or an
    /// expression.
    ///
    /// ```
    /// use multistage::instruction::Size;
    ///
    /// assert_eq!(Size::from(65536), Size::from("65536"));
    /// assert!("much".parse::<Size>().is_err());
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypetmpfs)
    Size, "size", "a number with an optional unit such as `64m`", valid = is_size, number = u32::MAX
}

impl From<u64> for Size {
    fn from(bytes: u64) -> Size {
        Size::from(bytes.to_string())
    }
}

fn is_size(text: &str) -> bool {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text
        .get(number.len()..)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let number = number.strip_suffix(' ').unwrap_or(number);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let unit_ok = match unit.as_bytes() {
        [] | [b'b'] => true,
        [first, rest @ ..] => b"kmgtp".contains(first) && matches!(rest, b"" | b"b" | b"ib"),
    };
    unit_ok && !whole.is_empty() && digits(whole) && !fraction.is_empty() && digits(fraction)
}

typed_text! {
    /// The file mode of a mount: octal from 0 to 7777, or an expression.
    ///
    /// ```
    /// use multistage::instruction::MountMode;
    ///
    /// assert_eq!(MountMode::from(0o700), MountMode::from("0700"));
    /// assert!("rwx".parse::<MountMode>().is_err());
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypecache)
    MountMode, "file mode", "an octal number up to 7777", valid = is_octal_mode
}

impl From<u32> for MountMode {
    fn from(mode: u32) -> MountMode {
        MountMode::from(format!("{mode:04o}"))
    }
}

typed_text! {
    /// A user's or group's number in a mount, or an expression.
    ///
    /// ```
    /// use multistage::instruction::Id;
    ///
    /// assert_eq!(Id::from(1000), Id::from("1000"));
    /// assert!("root".parse::<Id>().is_err());
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mounttypecache)
    Id, "user or group id", "a number up to 4294967295", valid = is_id, number = u32::MAX
}

impl From<u32> for Id {
    fn from(id: u32) -> Id {
        Id::from(id.to_string())
    }
}

fn is_id(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u32>().is_ok()
}

impl Mount {
    /// A value that Docker rejects when it gets there, kept as it was read.
    pub(crate) fn raw(spelling: Text) -> Mount {
        Mount(Repr::Raw(spelling))
    }
}

/// A device for [`Run::device`](super::Run::device). It needs the labs channel of the frontend.
///
/// ```
/// use multistage::{Dockerfile, Stage, instruction::{Device, Run}};
///
/// let mut file = Dockerfile::new();
/// let gpu = Device::new("nvidia.com/gpu=all").required();
/// assert_eq!(gpu.name(), "nvidia.com/gpu=all");
/// file.push(Stage::new("alpine").run(Run::new("nvidia-smi").device(gpu)));
/// assert!(file.render()?.contains("RUN --device=nvidia.com/gpu=all,required nvidia-smi"));
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#run---device)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Device {
    pub(crate) name: SmolStr,
    pub(crate) required: bool,
}

impl Device {
    /// Creates a device by its CDI name: `vendor.com/class=name`. Docker expands nothing in it. An
    /// empty name, or one beyond ASCII, is an error.
    pub fn new(name: impl AsRef<str>) -> Device {
        Device {
            name: name.as_ref().into(),
            required: false,
        }
    }

    /// `required`: the build fails if the builder does not have the device.
    #[must_use]
    pub fn required(mut self) -> Device {
        self.required = true;
        self
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

crate::text::from_strings!(Device, Device::new);

impl Device {
    pub(super) fn read_flag(flag: &FlagArg<'_>, args: &mut Args<'_, '_>) -> Option<Device> {
        read::device(flag.needed(args)?, flag, args)
    }
}

impl FlagText for Device {
    fn write(&self, value: &mut FlagValue<'_, '_>) {
        if self.name.is_empty() {
            value.problem(ProblemKind::Empty("name of a device"));
        }
        // A name that reads like one of the keys is given by its key.
        let key = self.name.split('=').next().unwrap_or_default();
        if key.eq_ignore_ascii_case("name") || key.eq_ignore_ascii_case("required") {
            value.token_field("name", &self.name);
        } else {
            value.bare_field(&self.name);
        }
        if self.required {
            value.bare_field("required");
        }
    }
}
