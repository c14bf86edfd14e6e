//! COPY: files from the context, a stage or an image.

use smol_str::SmolStr;

use super::copying::Copying;
use super::mode::{Chmod, Chown};
use super::source::{self, Sources};
use crate::reference::{ArgName, IntoSource, Source};
use crate::scope::Scope;
use crate::syntax::{
    Args, FlagArg, FlagLines, FlagText, FlagValue, Flags, OtherFlag, Part, Rare, Syntax, Unset,
    Writer, flags, read_source, read_switch, read_typed,
};
use crate::text::{Handle, Text, View};

/// `COPY [--from=…] [--chown=…] [--chmod=…] [--link] [--parents] [--exclude=…] <src> ... <dest>`:
/// copies files from the build context, from a stage, an image or a named context.
///
/// Paths are expanded; in the sources `* ? [` are wildcards ([`literal_path`](super::literal_path)
/// is a literal name). They can hold anything but NUL: where one needs it, the JSON form is
/// written. Flag values are ASCII; what is not can be put into an ARG.
///
/// ```
/// use multistage::{Dockerfile, Stage, instruction};
///
/// let mut file = Dockerfile::new();
/// let build = file.stage("build", Stage::new("rust:1.85"));
/// file.push(Stage::new("scratch").instruction(
///     instruction::Copy::new(["/out/app", "/out/tool"], "/usr/bin/").with_from(&build)
///         .chmod(0o555).link(),
/// ));
/// assert_eq!(file.render()?, "\
/// FROM rust:1.85 AS build
///
/// FROM scratch
/// COPY --from=build --chmod=0555 --link /out/app /out/tool /usr/bin/
/// ");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#copy)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Copy {
    /// The sources.
    pub sources: Sources,
    /// The destination, relative to the working directory. With a `/` at the end it is a directory.
    pub destination: Text,
    /// The stage, image or context to copy from; the build context if `None`.
    pub from: Option<Source>,
    flags: Rare<CopyFlags>,
}

/// The flags of a [`Copy`](struct@Copy) other than `--from`. They are read and changed as if they
/// were fields of it. Most instructions have no flags, so a [`Copy`](struct@Copy) keeps them in a
/// box.
///
/// ```
/// use multistage::instruction::Copy;
///
/// let mut copy = Copy::new(".", "/srv");
/// copy.link = true;
/// assert!(copy.link && copy.chown.is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CopyFlags {
    /// The owner of the copies.
    pub chown: Option<Chown>,
    /// The mode of the copies.
    pub chmod: Option<Chmod>,
    /// `true` if the copy is an independent layer.
    pub link: bool,
    /// `true` if parent directories are kept.
    pub parents: bool,
    /// Patterns of what is left out.
    pub exclude: Vec<Pattern>,
    /// Flags that this crate has no field for.
    pub other: Vec<OtherFlag>,
}

impl Unset for CopyFlags {
    const UNSET: CopyFlags = CopyFlags {
        chown: None,
        chmod: None,
        link: false,
        parents: false,
        exclude: Vec::new(),
        other: Vec::new(),
    };
    const SHARED: &'static CopyFlags = &CopyFlags::UNSET;
}

impl Copy {
    /// Creates a COPY from the build context: one source or a list of them, and the destination.
    pub fn new(sources: impl Into<Sources>, destination: impl Into<Text>) -> Copy {
        Copy {
            sources: sources.into(),
            destination: destination.into(),
            from: None,
            flags: Rare::NONE,
        }
    }

    /// `--from`: copies from a stage, an image or a named context. Docker expands no variable in
    /// it.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Image, Stage, instruction};
    /// # let mut file = Dockerfile::new();
    /// let copy = instruction::Copy::new("/bin/busybox", "/bin/")
    ///     .with_from(Image::new("busybox:1.37"));
    /// file.push(Stage::new("scratch").instruction(copy));
    /// assert_eq!(file.render()?, "\
    /// FROM scratch
    /// COPY --from=busybox:1.37 /bin/busybox /bin/
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#copy---from)
    #[must_use]
    pub fn with_from(mut self, source: impl IntoSource) -> Copy {
        self.from = Some(source.into_source());
        self
    }

    /// `--chown`: the owner, `user[:group]`, by name or number.
    ///
    /// A `$` is decided as in every text; a name beyond ASCII needs an ARG.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").instruction(instruction::Copy::new(".", "/srv")
    ///     .chown("app:app")));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// COPY --chown=app:app . /srv
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#copy---chown---chmod)
    #[must_use]
    pub fn chown(mut self, owner: impl Into<Chown>) -> Copy {
        self.chown = Some(owner.into());
        self
    }

    /// `--chmod`: the mode, octal (`0o644`, `"755"`) or symbolic (`"u+x"`).
    ///
    /// Up to 7777; anything else is reported as `invalid-value`. A `$` is a variable.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").instruction(instruction::Copy::new("run.sh", "/usr/bin/")
    ///     .chmod(0o755)));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// COPY --chmod=0755 run.sh /usr/bin/
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#copy---chown---chmod)
    #[must_use]
    pub fn chmod(mut self, mode: impl Into<Chmod>) -> Copy {
        self.chmod = Some(mode.into());
        self
    }

    /// `--link`: makes the copy an independent layer.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").instruction(instruction::Copy::new("dist", "/srv").link()));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// COPY --link dist /srv
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#copy---link)
    #[must_use]
    pub fn link(mut self) -> Copy {
        self.link = true;
        self
    }

    /// `--parents`: keeps the parent directories of the sources.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").instruction(instruction::Copy::new("./src/*/package.json",
    ///     "/app/").parents()));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// COPY --parents ./src/*/package.json /app/
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#copy---parents)
    #[must_use]
    pub fn parents(mut self) -> Copy {
        self.parents = true;
        self
    }

    /// `--exclude`: leaves out what matches the pattern, below a directory that is copied. Can be
    /// given again.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").instruction(instruction::Copy::new(".", "/srv")
    ///     .exclude("*.md").exclude("!README.md")));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// COPY --exclude=*.md --exclude=!README.md . /srv
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#copy---exclude)
    #[must_use]
    pub fn exclude(mut self, pattern: impl Into<Pattern>) -> Copy {
        self.exclude.push(pattern.into());
        self
    }
}

flags!(Copy, rare = CopyFlags, own = 1 {
    "from" => from by read_source,
    "chown" => chown by Chown::read_flag,
    "chmod" => chmod by read_typed,
    "link" => link by read_switch,
    "parents" => parents by read_switch,
    "exclude" => exclude by Pattern::read_flag,
});

impl Syntax for Copy {
    const KEYWORD: &'static str = "COPY";
    const HEREDOCS: bool = true;

    fn write(&self, w: &mut Writer<'_>) {
        self.write_flags(w, FlagLines::One);
        source::refuse_remote(&self.sources, w);
        source::write_paths(&self.sources, &self.destination, w);
    }
}

impl Copy {
    /// Reads the text after the keyword.
    pub(crate) fn read(args: &mut Args<'_, '_>) -> Option<Copy> {
        let mut copy = Copy::new("", "");
        copy.read_flags(args);
        (copy.sources, copy.destination) = source::read_paths(args, source::is_remote)?;
        Some(copy)
    }
}

/// A pattern of `--exclude`, in the language of `.dockerignore`. It is ASCII.
///
/// Docker expands no variables in it: an expression, or the handle of an argument, is reported as
/// `variable-in-exclude` when the file is rendered.
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#copy---exclude)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern(SmolStr, Handle);

impl Pattern {
    /// Returns the pattern, as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `true` if the pattern was given as an expression.
    pub(crate) fn is_expression(&self) -> bool {
        self.1.is_set()
    }
}

crate::text::from_strings!(Pattern, |text: &str| Pattern(
    text.into(),
    Handle::default()
));

impl From<Text> for Pattern {
    fn from(text: Text) -> Pattern {
        let is_expression = matches!(text.view(), View::Expression(_));
        Pattern(text.to_string().into(), Handle::new(is_expression))
    }
}

impl From<&ArgName> for Pattern {
    fn from(arg: &ArgName) -> Pattern {
        Pattern::from(arg.expr())
    }
}

impl Pattern {
    pub(super) fn read_flag(flag: &FlagArg<'_>, args: &mut Args<'_, '_>) -> Option<Pattern> {
        flag.filled(args).map(Pattern::from)
    }
}

impl FlagText for Pattern {
    fn write(&self, value: &mut FlagValue<'_, '_>) {
        value.literal(&self.0);
    }
}

impl Copy {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        let copying = Copying {
            keyword: Copy::KEYWORD,
            sources: &self.sources,
            destination: &self.destination,
            chown: self.chown.as_ref(),
            chmod: self.chmod.as_ref(),
            from: self.from.as_ref(),
            flags: self.flags_without(&["from", "chown", "chmod"]),
            parents: self.parents,
        };
        copying.apply(scope, |sources, scope| {
            match sources.iter().find(|path| source::is_remote(path)) {
                Some(path) => scope.fail(
                    Part::Whole,
                    format!("COPY cannot copy `{path}`, which is not in the build context"),
                    "use ADD for what is downloaded; a file of that name is `./` and the name",
                ),
                None => Some(()),
            }
        })
    }
}

#[cfg(feature = "serde")]
impl crate::data::Data for Pattern {
    fn read(value: &crate::data::Value, at: &mut crate::data::Reader) -> Option<Pattern> {
        Some(Pattern::from(String::read(value, at)?))
    }

    fn write(&self) -> crate::data::Value {
        crate::data::Value::text(self.as_str())
    }

    fn schema(_: &mut crate::data::Definitions) -> crate::data::Value {
        crate::data::schema::string()
    }
}

#[cfg(feature = "serde")]
super::source::data_with_paths!(Copy, "copy");
