//! Flags as table rows: a flag's name, its place in the order, how it is written, from one spelling.

use smol_str::SmolStr;

use super::Part;
use super::problem::ProblemKind;
use super::writer::{FlagValue, Writer};
use crate::reference::{Source, Typed};

/// One flag of an instruction.
pub(crate) struct Flag<T> {
    pub(crate) name: &'static str,
    pub(crate) count: fn(&T) -> usize,
    pub(crate) write: fn(&T, &mut Writer<'_>),
}

/// An instruction that takes flags: its rows, in the order in which they are written.
pub(crate) trait Flags: Sized + 'static {
    const FLAGS: &'static [Flag<Self>];

    /// The flags that there is no row for.
    fn other(&self) -> &[OtherFlag];

    /// How many flags are set.
    fn flag_count(&self) -> usize {
        Self::FLAGS
            .iter()
            .map(|flag| (flag.count)(self))
            .sum::<usize>()
            + self.other().len()
    }

    /// Writes the flags that are set.
    fn write_flags(&self, w: &mut Writer<'_>, on_lines: bool) {
        w.begin_flags(on_lines);
        for flag in Self::FLAGS {
            (flag.write)(self, w);
        }
        for (nth, flag) in self.other().iter().enumerate() {
            if Self::FLAGS
                .iter()
                .any(|known| flag.name.eq_ignore_ascii_case(known.name))
            {
                w.problem(
                    Part::OtherFlag(nth),
                    ProblemKind::Conflict("this flag has a setter of its own"),
                );
            }
            w.other_flag(&flag.name, flag.value.as_deref(), nth);
        }
    }
}

/// A flag given by name and value, for what Docker adds tomorrow.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OtherFlag {
    pub(crate) name: SmolStr,
    pub(crate) value: Option<SmolStr>,
}

impl OtherFlag {
    /// The name, without `--`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value.
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }
}

/// A field that is a flag; what the flag looks like follows from its type.
pub(crate) trait FlagField {
    fn count(&self) -> usize;
    fn write(&self, name: &'static str, w: &mut Writer<'_>);
}

/// A value that a flag takes behind `=`.
pub(crate) trait FlagText {
    /// Whether Docker expands variables in it.
    const EXPANDED: bool = false;

    fn write(&self, value: &mut FlagValue<'_, '_>);
}

impl<T: Typed> FlagText for T {
    const EXPANDED: bool = true;

    fn write(&self, value: &mut FlagValue<'_, '_>) {
        value.check_typed(self, value.part());
        value.text(self.text());
    }
}

impl FlagText for Source {
    fn write(&self, value: &mut FlagValue<'_, '_>) {
        value.source(self);
    }
}

impl FlagField for bool {
    fn count(&self) -> usize {
        usize::from(*self)
    }

    fn write(&self, name: &'static str, w: &mut Writer<'_>) {
        if *self {
            w.bare_flag(name);
        }
    }
}

/// A flag that is told apart when it is given as false.
impl FlagField for Option<bool> {
    fn count(&self) -> usize {
        usize::from(self.is_some())
    }

    fn write(&self, name: &'static str, w: &mut Writer<'_>) {
        match self {
            None => {}
            Some(true) => w.bare_flag(name),
            Some(false) => w.flag(name, 0, false, |value| value.literal("false")),
        }
    }
}

impl<T: FlagText> FlagField for Option<T> {
    fn count(&self) -> usize {
        usize::from(self.is_some())
    }

    fn write(&self, name: &'static str, w: &mut Writer<'_>) {
        if let Some(this) = self {
            w.flag(name, 0, T::EXPANDED, |value| this.write(value));
        }
    }
}

impl<T: FlagText> FlagField for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn write(&self, name: &'static str, w: &mut Writer<'_>) {
        for (nth, this) in self.iter().enumerate() {
            w.flag(name, nth, T::EXPANDED, |value| this.write(value));
        }
    }
}

/// Declares the flags of an instruction: a row each, in the order in which they are written.
macro_rules! flags {
    ($type:ident { $($name:literal => $field:ident),* $(,)? }) => {
        impl $crate::syntax::Flags for $type {
            const FLAGS: &'static [$crate::syntax::Flag<$type>] = &[$($crate::syntax::Flag {
                name: $name,
                count: |this| $crate::syntax::FlagField::count(&this.$field),
                write: |this, w| $crate::syntax::FlagField::write(&this.$field, $name, w),
            }),*];

            fn other(&self) -> &[$crate::syntax::OtherFlag] {
                &self.other
            }
        }

        impl $type {
            /// Adds a flag that this crate has no setter for, by name and value: `--name=value`, or `--name`.
            ///
            /// The value is quoted like every other; the report warns that the flag is unknown here.
            #[must_use]
            pub fn flag<'v>(mut self, name: impl AsRef<str>, value: impl Into<Option<&'v str>>) -> $type {
                self.other.push($crate::syntax::OtherFlag {
                    name: name.as_ref().into(),
                    value: value.into().map(Into::into),
                });
                self
            }
        }
    };
}
pub(crate) use flags;
