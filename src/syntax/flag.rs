//! Flags as table rows: a flag's name, its place in the order, how it is written, from one
//! spelling.

use std::ops::Range;

use smol_str::SmolStr;

use super::Part;
use super::lex;
use super::reader::{Args, RawFlag, RefusalKind};
use super::writer::{FlagLines, FlagValue, Writer};
use crate::reference::{Image, Source, Typed};
use crate::text::suggest::nearest;
use crate::text::{Escape, Text};

/// One flag of an instruction.
pub(crate) struct Flag<T> {
    pub(crate) name: &'static str,
    pub(crate) count: fn(&T) -> usize,
    pub(crate) write: fn(&T, &mut Writer<'_>),
    /// The value, where Docker expands variables in it.
    pub(crate) text: fn(&T) -> Option<&Text>,
    #[cfg(feature = "serde")]
    pub(crate) data: crate::data::Row<T>,
}

/// Reads a flag into its field.
pub(crate) type FlagReader<T> = fn(&mut T, &FlagArg<'_>, &mut Args<'_, '_>);

/// Reads the value of a flag; `None` where there is none, or where Docker rejects it, which has
/// been noted.
pub(crate) type ValueReader<V> = fn(&FlagArg<'_>, &mut Args<'_, '_>) -> Option<V>;

/// A flag that is being read.
#[derive(Debug)]
pub(crate) struct FlagArg<'a> {
    pub(crate) name: &'static str,
    /// The number of parts of this name before it in the model.
    pub(crate) nth: usize,
    /// `true` if it has been given before.
    pub(crate) again: bool,
    pub(crate) value: Option<&'a str>,
    pub(crate) span: Range<usize>,
    pub(crate) value_span: Range<usize>,
}

impl<'a> FlagArg<'a> {
    /// The part that the value is.
    pub(crate) fn part(&self) -> Part {
        Part::FlagValue(self.name, self.nth)
    }

    /// The value of a flag that needs one.
    pub(crate) fn needed(&self, args: &mut Args<'_, '_>) -> Option<&'a str> {
        if self.value.is_none() {
            let message = format!("`--{}` has no value", self.name);
            let help = format!(
                "write `--{}=value`, without spaces around the `=`",
                self.name
            );
            args.refuse(RefusalKind::Flag, self.span.clone(), message, help);
        }
        self.value
    }

    /// The value of a flag that needs one; `None` too where nothing follows the `=`, as Docker then
    /// reads the file as if the flag were not there.
    pub(crate) fn filled(&self, args: &mut Args<'_, '_>) -> Option<&'a str> {
        self.needed(args).filter(|value| !value.is_empty())
    }

    /// Rejects the value.
    pub(crate) fn refuse(
        &self,
        args: &mut Args<'_, '_>,
        kind: RefusalKind,
        message: String,
        help: &str,
    ) {
        args.refuse(kind, self.value_span.clone(), message, help);
    }
}

/// An instruction that takes flags: its rows, in the order in which they are written.
pub(crate) trait Flags: Sized + 'static {
    const FLAGS: &'static [Flag<Self>];

    /// The rows of the flags that can be set: if none of those in the box is set, the others. None
    /// at all if no flag is set.
    fn rows(&self) -> &'static [Flag<Self>];

    /// The flags that there is no row for.
    fn other(&self) -> &[OtherFlag];

    #[cfg(feature = "serde")]
    fn other_mut(&mut self) -> &mut Vec<OtherFlag>;

    /// The number of flags that are set.
    fn flag_count(&self) -> usize {
        let rows = self.rows();
        if rows.is_empty() {
            return 0;
        }
        let counts = rows.iter().map(|flag| (flag.count)(self));
        counts.sum::<usize>() + self.other().len()
    }

    /// Writes the flags that are set.
    #[inline]
    fn write_flags(&self, w: &mut Writer<'_>, lines: FlagLines) {
        let rows = self.rows();
        if !rows.is_empty() {
            self.write_rows(rows, w, lines);
        }
    }

    /// Writes the flags of some rows, and those that there is no row for.
    #[inline(never)]
    fn write_rows(&self, rows: &'static [Flag<Self>], w: &mut Writer<'_>, lines: FlagLines) {
        w.begin_flags(lines);
        for flag in rows {
            (flag.write)(self, w);
        }
        for (nth, flag) in self.other().iter().enumerate() {
            let known = Self::FLAGS
                .iter()
                .any(|known| flag.name.eq_ignore_ascii_case(known.name));
            let value = flag.value.as_deref();
            match known {
                true => w.known_flag(&flag.name, value, nth),
                false => w.other_flag(&flag.name, value, nth),
            }
        }
    }

    /// The flags as they are written, without some of them: what is said twice of an instruction
    /// counts once.
    fn flags_without(&self, left_out: &[&str]) -> String {
        let kept = |flag: &&Flag<Self>| !left_out.contains(&flag.name);
        let mut rows = Self::FLAGS.iter();
        if self.other().is_empty() && !rows.any(|flag| (flag.count)(self) > 0 && kept(&flag)) {
            return String::new();
        }
        let mut w = Writer::new(Escape::Backslash, 0);
        w.begin_flags(FlagLines::One);
        for flag in Self::FLAGS.iter().filter(kept) {
            (flag.write)(self, &mut w);
        }
        for (nth, flag) in self.other().iter().enumerate() {
            w.other_flag(&flag.name, flag.value.as_deref(), nth);
        }
        w.finish().text.trim().to_owned()
    }
}

/// Reads the flags in front of the arguments.
pub(crate) fn read_flags<T: Flags>(
    this: &mut T,
    readers: &[FlagReader<T>],
    args: &mut Args<'_, '_>,
) {
    if args.flags.is_empty() {
        return;
    }
    // No instruction has as many rows as there are bits.
    let mut given: u64 = 0;
    for raw in std::mem::take(&mut args.flags) {
        let name = raw.name().strip_prefix("--").unwrap_or_default();
        let mut known = T::FLAGS.iter().zip(readers).zip(0_u32..);
        let Some(((flag, read), row)) = known.find(|((flag, _), _)| flag.name == name) else {
            let names: Vec<&str> = T::FLAGS.iter().map(|flag| flag.name).collect();
            refuse_flag(&raw, &names, args);
            continue;
        };
        let spelled = args.line_slice(raw.span.clone());
        let value_at = spelled
            .find('=')
            .map_or(raw.span.end, |at| raw.span.start + at + 1);
        let arg = FlagArg {
            name: flag.name,
            nth: (flag.count)(this),
            again: given & (1 << row) != 0,
            value: raw.value(),
            span: raw.span.clone(),
            value_span: value_at..raw.span.end,
        };
        given |= 1 << row;
        args.mark(Part::Flag(arg.name, arg.nth), arg.span.clone());
        if arg.value.is_some() {
            args.mark(arg.part(), arg.value_span.clone());
        }
        read(this, &arg, args);
    }
}

/// Reads a flag into its field.
pub(crate) fn read_field<F: FlagField>(
    field: &mut F,
    read: ValueReader<F::Value>,
    flag: &FlagArg<'_>,
    args: &mut Args<'_, '_>,
) {
    if flag.again && !F::REPEATED {
        refuse_repeated(flag, args);
    } else if let Some(value) = read(flag, args) {
        field.put(value);
    }
}

/// A flag given by name and value, for a flag that this crate does not know yet.
///
/// ```
/// use multistage::{Dockerfile, Stage, instruction::Copy};
///
/// let mut file = Dockerfile::new();
/// let copy = Copy::new(".", "/srv").flag("reflink", "auto");
/// assert_eq!((copy.other[0].name(), copy.other[0].value()), ("reflink", Some("auto")));
/// file.push(Stage::new("alpine").instruction(copy));
/// assert_eq!(file.render()?, "FROM alpine\nCOPY --reflink=auto . /srv\n");
/// # Ok::<(), multistage::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OtherFlag {
    pub(crate) name: SmolStr,
    pub(crate) value: Option<SmolStr>,
}

impl OtherFlag {
    /// Returns the name, without `--`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the value, or `None` for a flag without one.
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }
}

/// A field that is a flag; what the flag looks like follows from its type.
pub(crate) trait FlagField {
    /// The type of one flag's value.
    type Value;

    /// `true` if the flag can be given again.
    const REPEATED: bool = false;

    fn put(&mut self, value: Self::Value);
    fn count(&self) -> usize;
    fn write(&self, name: &'static str, w: &mut Writer<'_>);

    /// The value, where Docker expands variables in it.
    fn text(&self) -> Option<&Text> {
        None
    }
}

/// A value that a flag takes after `=`.
pub(crate) trait FlagText {
    fn write(&self, value: &mut FlagValue<'_, '_>);

    /// The value, if it is [plain](crate::text::classes::is_plain) and right, so that it can be
    /// written as it is.
    fn as_plain(&self) -> Option<&str> {
        None
    }

    /// The text, where Docker expands variables in it.
    fn text(&self) -> Option<&Text> {
        None
    }
}

/// Writes a flag with a value.
fn write_value<T: FlagText>(value: &T, name: &'static str, nth: usize, w: &mut Writer<'_>) {
    match value.as_plain() {
        Some(plain) => w.plain_flag(name, nth, plain),
        None => w.flag(name, nth, |out| value.write(out)),
    }
}

impl<T: Typed> FlagText for T {
    fn as_plain(&self) -> Option<&str> {
        let plain = Typed::text(self).as_plain();
        plain.filter(|text| T::is_valid(text))
    }

    fn text(&self) -> Option<&Text> {
        Some(Typed::text(self))
    }

    fn write(&self, value: &mut FlagValue<'_, '_>) {
        value.typed(Typed::typed(self));
    }
}

/// A typed text as it was read: a literal that Docker rejects only when it gets there is kept
/// verbatim.
pub(crate) fn typed<T: Typed>(text: Text, spelling: &str, escape: Escape) -> T {
    match text.as_literal() {
        Some(literal) if !T::is_valid(literal) => T::from_text(Text::raw(spelling, escape)),
        _ => T::from_text(text),
    }
}

/// A source is read as an image; the file finds out later which stage it means.
impl FlagText for Source {
    fn as_plain(&self) -> Option<&str> {
        match self {
            Source::Stage(name) if name.is_well_formed() => Some(name.as_str()),
            Source::Image(image) => FlagText::as_plain(image),
            _ => None,
        }
    }

    fn write(&self, value: &mut FlagValue<'_, '_>) {
        value.source(self);
    }
}

/// Reads the source of a flag.
pub(crate) fn read_source(flag: &FlagArg<'_>, args: &mut Args<'_, '_>) -> Option<Source> {
    let value = flag.filled(args)?;
    let text = lex::text(value, args.escape);
    if text.as_literal() != Some(value) {
        flag.refuse(
            args,
            RefusalKind::Reference,
            format!("`--{}` takes no variables, quotes and escapes", flag.name),
            "give a stage a name of its own for the image: `FROM image:$TAG AS name`",
        );
        return None;
    }
    Some(Source::Image(Image::from(text)))
}

/// Notes a flag that is given a second time.
fn refuse_repeated(flag: &FlagArg<'_>, args: &mut Args<'_, '_>) {
    let message = format!("`--{}` is given twice", flag.name);
    args.refuse(
        RefusalKind::Flag,
        flag.span.clone(),
        message,
        "drop one of them",
    );
}

/// Notes a flag that the instruction does not take.
pub(crate) fn refuse_flag(raw: &RawFlag<'_>, known: &[&str], args: &mut Args<'_, '_>) {
    let keyword = args.keyword().to_ascii_uppercase();
    let name = raw.name();
    let near = nearest(name.trim_start_matches('-'), known.iter().copied());
    let help = match near {
        Some(near) => format!("did you mean `--{near}`?"),
        None if known.is_empty() => {
            format!("{keyword} takes no flags; write `-- ` before a text that begins with `--`")
        }
        None => format!("{keyword} takes `--{}`", known.join("`, `--")),
    };
    let message = format!("{keyword} has no flag `{name}`");
    args.refuse(RefusalKind::Flag, raw.span.clone(), message, help);
}

/// Reads a text with a grammar.
pub(crate) fn read_typed<T: Typed>(flag: &FlagArg<'_>, args: &mut Args<'_, '_>) -> Option<T> {
    let value = flag.filled(args)?;
    Some(typed(lex::text(value, args.escape), value, args.escape))
}

/// Reads the truth of a flag without a value or with one of `true` and `false`.
pub(crate) fn read_switch(flag: &FlagArg<'_>, args: &mut Args<'_, '_>) -> Option<bool> {
    match flag.value {
        None => Some(true),
        Some(value) if value.eq_ignore_ascii_case("true") => Some(true),
        Some(value) if value.eq_ignore_ascii_case("false") => Some(false),
        Some(value) => {
            let message = format!("`--{}` is true or false, not `{value}`", flag.name);
            args.refuse(
                RefusalKind::Flag,
                flag.span.clone(),
                message,
                "give the flag alone, or drop it",
            );
            None
        }
    }
}

impl FlagField for bool {
    type Value = bool;

    fn put(&mut self, value: bool) {
        *self = value;
    }

    fn count(&self) -> usize {
        usize::from(*self)
    }

    fn write(&self, name: &'static str, w: &mut Writer<'_>) {
        if *self {
            w.bare_flag(name);
        }
    }
}

/// A flag that differs when it is given as false.
impl FlagField for Option<bool> {
    type Value = bool;

    fn put(&mut self, value: bool) {
        *self = Some(value);
    }

    fn count(&self) -> usize {
        usize::from(self.is_some())
    }

    fn write(&self, name: &'static str, w: &mut Writer<'_>) {
        match self {
            None => {}
            Some(true) => w.bare_flag(name),
            Some(false) => w.flag(name, 0, |value| value.literal("false")),
        }
    }
}

impl<T: FlagText> FlagField for Option<T> {
    type Value = T;

    fn put(&mut self, value: T) {
        *self = Some(value);
    }

    fn count(&self) -> usize {
        usize::from(self.is_some())
    }

    fn write(&self, name: &'static str, w: &mut Writer<'_>) {
        if let Some(this) = self {
            write_value(this, name, 0, w);
        }
    }

    fn text(&self) -> Option<&Text> {
        self.as_ref().and_then(T::text)
    }
}

impl<T: FlagText> FlagField for Vec<T> {
    type Value = T;
    const REPEATED: bool = true;

    fn put(&mut self, value: T) {
        self.push(value);
    }

    fn count(&self) -> usize {
        self.len()
    }

    fn write(&self, name: &'static str, w: &mut Writer<'_>) {
        for (nth, this) in self.iter().enumerate() {
            write_value(this, name, nth, w);
        }
    }
}
