//! FROM: what a stage starts from, for which platform, under which name.

use crate::reference::{Image, Platform, Source, StageName};
use crate::syntax::{
    Args, FlagLines, Flags, OtherFlag, Part, Rare, RefusalKind, Syntax, Unset, Writer, flags,
    read_typed,
};

/// `FROM [--platform=…] <image | stage> [AS <name>]`: begins a stage.
///
/// Every [`Stage`](crate::Stage) has one: [`Stage::from_line`](crate::Stage::from_line).
/// [`Stage::new`](crate::Stage::new) sets the base, [`Stage::platform`](crate::Stage::platform) the
/// platform, [`Dockerfile::stage`](crate::Dockerfile::stage) the name.
///
/// ```
/// use multistage::{Dockerfile, Platform, Stage};
///
/// let mut file = Dockerfile::new();
/// file.stage("build", Stage::new("golang:1.24").platform(Platform::build()));
/// let from = file.stages()[0].from_line();
/// assert_eq!(from.name.as_ref().map(|name| name.as_str()), Some("build"));
/// assert_eq!(from.platform, Some(Platform::build()));
/// assert_eq!(file.render()?, "FROM --platform=$BUILDPLATFORM golang:1.24 AS build\n");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#from)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct From {
    /// The base image, stage or context.
    pub base: Source,
    /// The name of the stage.
    pub name: Option<StageName>,
    flags: Rare<FromFlags>,
}

/// The flags of a [`From`]. They are read and changed as if they were fields of it: `from.platform
/// = None`. Most instructions have no flags, so a [`From`] keeps them in a box.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FromFlags {
    /// The platform of the base, where it is an image.
    pub platform: Option<Platform>,
    /// Flags that this crate has no field for.
    pub other: Vec<OtherFlag>,
}

impl Unset for FromFlags {
    const UNSET: FromFlags = FromFlags {
        platform: None,
        other: Vec::new(),
    };
    const SHARED: &'static FromFlags = &FromFlags::UNSET;
}

impl From {
    pub(crate) fn new(base: Source) -> From {
        From {
            base,
            name: None,
            flags: Rare::NONE,
        }
    }
}

flags!(From, rare = FromFlags, own = 0 {
    "platform" => platform by read_typed,
});

impl Syntax for From {
    const KEYWORD: &'static str = "FROM";

    fn write(&self, w: &mut Writer<'_>) {
        self.write_flags(w, FlagLines::One);
        w.space();
        w.base(&self.base);
        if let Some(name) = &self.name {
            w.space();
            let start = w.position();
            w.token("AS");
            w.mark(Part::As, start);
            w.space();
            w.stage_name(name);
        }
    }
}

impl From {
    /// Reads the text after the keyword.
    pub(crate) fn read(args: &mut Args<'_, '_>) -> Option<From> {
        let mut words = args.words();
        let first = [words.next(), words.next(), words.next(), words.next()];
        let (base, name) = match &first {
            [Some(base), None, ..] => (base, None),
            [Some(base), Some(between), Some(name), None] if is_as(between.text) => {
                args.mark(Part::As, between.span.clone());
                args.note_letters(between.text);
                (base, Some(name))
            }
            [first, ..] => {
                let message = "FROM needs an image, or an image followed by `AS` and a name";
                let help = "write `FROM image AS name`; a comment needs a line of its own";
                if first.is_none() {
                    args.refuse_keyword(RefusalKind::Arguments, message, help);
                } else {
                    let span = args.rest().span;
                    args.refuse(RefusalKind::Arguments, span, message, help);
                }
                return None;
            }
        };
        let mut from = From::new(Source::Image(Image::from(args.word(base, Part::Base))));
        from.read_flags(args);
        if let Some(word) = name {
            args.mark(Part::Name, word.span.clone());
            let name = StageName::new(word.text);
            if !name.is_well_formed() {
                args.refuse(
                    RefusalKind::StageName,
                    word.span.clone(),
                    format!("`{}` is not a valid stage name", word.text),
                    "start the name with a letter, and continue with letters, digits, `-`, `_` and `.`",
                );
                return None;
            }
            from.name = Some(name);
        }
        Some(from)
    }
}

/// Returns `true` if a word is `AS`, as Docker folds case: the long s is an s.
fn is_as(word: &str) -> bool {
    word.eq_ignore_ascii_case("as") || matches!(word, "a\u{17f}" | "A\u{17f}")
}
