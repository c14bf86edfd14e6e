//! ADD: files from the context, downloads, git repositories.

use super::copy::Pattern;
use super::copying::Copying;
use super::mode::{Checksum, Chmod, Chown};
use super::source::{self, CopySource, Sources};
use crate::reference::Typed as _;
use crate::scope::{Scope, Value};
use crate::syntax::{
    Args, FlagLines, Flags, OtherFlag, Part, ProblemKind, Rare, Syntax, Unset, Writer, flags,
    read_switch, read_typed,
};
use crate::text::Text;

/// `ADD [--checksum=…] [--chown=…] [--chmod=…] [--link] [--keep-git-dir] [--unpack] [--exclude=…]
/// <src> ... <dest>`: adds files from the build context, from a URL or a git repository. Local
/// archives are unpacked.
///
/// Paths and flags are as in [`Copy`](super::Copy).
///
/// ```
/// use multistage::{Dockerfile, Stage, instruction::Add};
///
/// let mut file = Dockerfile::new();
/// file.push(Stage::new("scratch").instruction(
///     Add::new("https://github.com/moby/buildkit.git#v0.10.1", "/src").keep_git_dir(true),
/// ));
/// assert_eq!(file.render()?, "\
/// FROM scratch
/// ADD --keep-git-dir https://github.com/moby/buildkit.git#v0.10.1 /src
/// ");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#add)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Add {
    /// The sources.
    pub sources: Sources,
    /// The destination, relative to the working directory. With a `/` at the end it is a directory.
    pub destination: Text,
    flags: Rare<AddFlags>,
}

/// The flags of an [`Add`]. They are read and changed as if they were fields of it. Most
/// instructions have no flags, so an [`Add`] keeps them in a box.
///
/// ```
/// use multistage::instruction::Add;
///
/// let mut add = Add::new("rootfs.tar", "/");
/// add.unpack = Some(false);
/// assert!(add.checksum.is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct AddFlags {
    /// The digest of the one remote source.
    pub checksum: Option<Checksum>,
    /// The owner of the files.
    pub chown: Option<Chown>,
    /// The mode of the files.
    pub chmod: Option<Chmod>,
    /// `true` if the files are a layer of their own.
    pub link: bool,
    /// `true` if the `.git` directory of a repository is kept.
    pub keep_git_dir: Option<bool>,
    /// `true` if archives are unpacked; if not given, local ones are.
    pub unpack: Option<bool>,
    /// Patterns of what is left out.
    pub exclude: Vec<Pattern>,
    /// Flags that this crate has no field for.
    pub other: Vec<OtherFlag>,
}

impl Unset for AddFlags {
    const UNSET: AddFlags = AddFlags {
        checksum: None,
        chown: None,
        chmod: None,
        link: false,
        keep_git_dir: None,
        unpack: None,
        exclude: Vec::new(),
        other: Vec::new(),
    };
    const SHARED: &'static AddFlags = &AddFlags::UNSET;
}

impl Add {
    /// Creates an ADD: one source or a list of them, and the destination.
    pub fn new(sources: impl Into<Sources>, destination: impl Into<Text>) -> Add {
        Add {
            sources: sources.into(),
            destination: destination.into(),
            flags: Rare::NONE,
        }
    }

    /// `--checksum`: the digest of a download (`sha256:…`), or the commit of a git source.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Add};
    /// # let mut file = Dockerfile::new();
    /// // What an empty file has.
    /// let checksum = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    /// file.push(Stage::new("scratch").instruction(Add::new("https://a.example/b", "/")
    ///     .checksum(checksum)));
    /// assert_eq!(file.render()?, "\
    /// FROM scratch
    /// ADD --checksum=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 https://a.example/b /
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#add---checksum)
    #[must_use]
    pub fn checksum(mut self, checksum: impl Into<Checksum>) -> Add {
        self.checksum = Some(checksum.into());
        self
    }

    /// `--chown`: the owner, `user[:group]`, by name or number.
    ///
    /// A `$` is decided as in every text; a name beyond ASCII needs an ARG.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Add};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("scratch").instruction(Add::new("rootfs.tar", "/").chown("app:app")));
    /// assert_eq!(file.render()?, "\
    /// FROM scratch
    /// ADD --chown=app:app rootfs.tar /
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#add---chown---chmod)
    #[must_use]
    pub fn chown(mut self, owner: impl Into<Chown>) -> Add {
        self.chown = Some(owner.into());
        self
    }

    /// `--chmod`: the mode, octal (`0o644`, `"755"`) or symbolic (`"u+x"`).
    ///
    /// Up to 7777; anything else is reported as `invalid-value`. A `$` is a variable.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Add};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").instruction(Add::new("https://example.com/tool", "/usr/bin/")
    ///     .chmod(0o755)));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// ADD --chmod=0755 https://example.com/tool /usr/bin/
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#add---chown---chmod)
    #[must_use]
    pub fn chmod(mut self, mode: impl Into<Chmod>) -> Add {
        self.chmod = Some(mode.into());
        self
    }

    /// `--link`: makes the files a layer of their own.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Add};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("scratch").instruction(Add::new("rootfs.tar", "/").link()));
    /// assert_eq!(file.render()?, "\
    /// FROM scratch
    /// ADD --link rootfs.tar /
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#add---link)
    #[must_use]
    pub fn link(mut self) -> Add {
        self.link = true;
        self
    }

    /// `--keep-git-dir`: keeps the `.git` directory of a repository; `false` writes
    /// `--keep-git-dir=false`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Add};
    /// # let mut file = Dockerfile::new();
    /// let add = Add::new("https://github.com/moby/buildkit.git", "/src").keep_git_dir(true);
    /// file.push(Stage::new("scratch").instruction(add));
    /// assert_eq!(file.render()?, "\
    /// FROM scratch
    /// ADD --keep-git-dir https://github.com/moby/buildkit.git /src
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#add---keep-git-dir)
    #[must_use]
    pub fn keep_git_dir(mut self, keep: bool) -> Add {
        self.keep_git_dir = Some(keep);
        self
    }

    /// `--unpack`: `true` also unpacks archives that are downloaded, `false` copies local archives
    /// as they are. Without it, local archives alone are unpacked.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Add};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("scratch").instruction(Add::new("data.tar", "/").unpack(false)));
    /// assert_eq!(file.render()?, "\
    /// FROM scratch
    /// ADD --unpack=false data.tar /
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#add---unpack)
    #[must_use]
    pub fn unpack(mut self, unpack: bool) -> Add {
        self.unpack = Some(unpack);
        self
    }

    /// `--exclude`: leaves out what matches the pattern, below a directory that is added. Can be
    /// given again.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Add};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").instruction(Add::new("assets", "/srv/").exclude("*.psd")));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// ADD --exclude=*.psd assets /srv/
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#add---exclude)
    #[must_use]
    pub fn exclude(mut self, pattern: impl Into<Pattern>) -> Add {
        self.exclude.push(pattern.into());
        self
    }
}

impl Add {
    /// Returns `true` if there is a literal checksum and not the one source that it could be of.
    fn has_stray_checksum(&self) -> bool {
        let literal = self
            .checksum
            .as_ref()
            .and_then(|checksum| checksum.as_literal());
        let paths = self.sources.as_slice().iter();
        let paths = paths.filter(|source| matches!(source, CopySource::Path(_)));
        literal.is_some() && paths.count() != 1
    }
}

flags!(Add, rare = AddFlags, own = 0 {
    "checksum" => checksum by read_typed,
    "chown" => chown by Chown::read_flag,
    "chmod" => chmod by read_typed,
    "link" => link by read_switch,
    "keep-git-dir" => keep_git_dir by read_switch,
    "unpack" => unpack by read_switch,
    "exclude" => exclude by Pattern::read_flag,
});

impl Syntax for Add {
    const KEYWORD: &'static str = "ADD";
    const HEREDOCS: bool = true;

    fn write(&self, w: &mut Writer<'_>) {
        self.write_flags(w, FlagLines::One);
        if self.has_stray_checksum() {
            w.problem(
                Part::Flag("checksum", 0),
                ProblemKind::Conflict("`--checksum` takes exactly one source"),
            );
        }
        source::write_paths(&self.sources, &self.destination, w);
    }
}

impl Add {
    /// Reads the text after the keyword.
    pub(crate) fn read(args: &mut Args<'_, '_>) -> Option<Add> {
        let mut add = Add::new("", "");
        add.read_flags(args);
        (add.sources, add.destination) = source::read_paths(args, |_| false)?;
        if add.has_stray_checksum() {
            let spelling = add
                .checksum
                .as_ref()
                .and_then(|checksum| checksum.as_literal());
            let raw = spelling.map(|spelling| Text::raw(spelling, args.escape));
            add.checksum = raw.map(Checksum::from);
        }
        Some(add)
    }
}

impl Add {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        let part = Part::FlagValue("checksum", 0);
        let checksum = match &self.checksum {
            Some(checksum) => Some(scope.expand(checksum.text(), part)?),
            None => None,
        };
        let copying = Copying {
            keyword: Add::KEYWORD,
            sources: &self.sources,
            destination: &self.destination,
            chown: self.chown.as_ref(),
            chmod: self.chmod.as_ref(),
            from: None,
            flags: self.flags_without(&["chown", "chmod"]),
            parents: false,
        };
        copying.apply(scope, |sources, scope| {
            let checksum = checksum.as_ref().and_then(Value::as_known);
            let Some(checksum) = checksum.filter(|checksum| !checksum.is_empty()) else {
                return Some(());
            };
            let literal = self
                .checksum
                .as_ref()
                .is_some_and(|own| own.as_literal().is_some());
            match sources {
                [source] if !source::is_remote(source) && !source.contains('$') => scope.fail(
                    part,
                    format!(
                        "`--checksum` does not go with `{source}`, which is in the build context"
                    ),
                    "it is for one download or one git repository",
                ),
                [_] if literal || Checksum::is_valid(checksum) => Some(()),
                [_] => scope.fail(
                    part,
                    format!("`{checksum}` is not a valid {}", Checksum::WHAT),
                    format!("expected {}", Checksum::EXPECTED),
                ),
                // A literal one is reported about the model.
                _ if literal => None,
                _ => scope.fail(
                    part,
                    "`--checksum` takes exactly one source",
                    "write an ADD for each source",
                ),
            }
        })
    }
}

#[cfg(feature = "serde")]
super::source::data_with_paths!(Add, "add");
