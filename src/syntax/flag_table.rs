//! `flags!`: the table of the flags of an instruction.

/// Declares the flags of an instruction: a row each, in the order in which they are written, with
/// the function that reads its value.
/// `rare = Type` says that the flags but the first `own` are fields of another struct, which the
/// field `flags` keeps in a box.
macro_rules! flags {
    (
        $type:ident, rare = $flags:ident, own = $own:literal
        { $($name:literal => $field:ident by $read:path),* $(,)? }
    ) => {
        $crate::syntax::flags!(@rows $type { $($name => $field by $read,)* } {
            fn rows(&self) -> &'static [$crate::syntax::Flag<$type>] {
                match self.flags.is_none() {
                    true => Self::FLAGS.get(..$own).unwrap_or_default(),
                    false => Self::FLAGS,
                }
            }
        });

        impl std::ops::Deref for $type {
            type Target = $flags;

            #[inline]
            fn deref(&self) -> &$flags {
                &self.flags
            }
        }

        /// Allocates the flags where none is set yet.
        impl std::ops::DerefMut for $type {
            fn deref_mut(&mut self) -> &mut $flags {
                &mut self.flags
            }
        }
    };
    ($type:ident { $($name:literal => $field:ident by $read:path),* $(,)? }) => {
        $crate::syntax::flags!(@rows $type { $($name => $field by $read,)* } {
            fn rows(&self) -> &'static [$crate::syntax::Flag<$type>] {
                Self::FLAGS
            }
        });
    };
    (@rows $type:ident { $($name:literal => $field:ident by $read:path,)* } { $($rows:tt)* }) => {
        impl $crate::syntax::Flags for $type {
            const FLAGS: &'static [$crate::syntax::Flag<$type>] = &[$($crate::syntax::Flag {
                name: $name,
                count: |this| $crate::syntax::FlagField::count(&this.$field),
                write: |this, w| $crate::syntax::FlagField::write(&this.$field, $name, w),
                text: |this| $crate::syntax::FlagField::text(&this.$field),
                #[cfg(feature = "serde")]
                data: $crate::data::row!($type, $field),
            }),*];

            $($rows)*

            fn other(&self) -> &[$crate::syntax::OtherFlag] {
                &self.other
            }

            #[cfg(feature = "serde")]
            fn other_mut(&mut self) -> &mut Vec<$crate::syntax::OtherFlag> {
                &mut self.other
            }
        }

        impl $type {
            /// Reads the flags in front of the arguments. The readers are here and not in the
            /// trait's `impl`, as what that mentions is compiled whether something reaches it or
            /// not.
            fn read_flags(&mut self, args: &mut $crate::syntax::Args<'_, '_>) {
                let readers: &[$crate::syntax::FlagReader<$type>] = &[$(
                    |this, flag, args| {
                        $crate::syntax::read_field(&mut this.$field, $read, flag, args)
                    }
                ),*];
                $crate::syntax::read_flags(self, readers, args);
            }

            /// Adds a flag that this crate has no setter for: `--name=value`, or `--name` if the
            /// value is `None`.
            ///
            /// The value is quoted as any other. [`check`](crate::Dockerfile::check) warns that
            /// the flag is unknown (`unknown-flag`). See
            /// [`OtherFlag`](crate::instruction::OtherFlag) for an example.
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
