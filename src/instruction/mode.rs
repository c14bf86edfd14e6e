//! `Chmod`, `Chown`, `Checksum`: the values of the flags of COPY and ADD.

use crate::reference::{ArgName, typed_text};
use crate::syntax::{Args, FlagArg, FlagText, FlagValue, lex};
use crate::text::{Text, from_strings};

typed_text! {
    /// A file mode for `--chmod`: octal from 0 to 7777, symbolic (`u+x,go=`), or an expression.
    ///
    /// ```
    /// use multistage::instruction::Chmod;
    ///
    /// assert_eq!(Chmod::from(0o644), Chmod::from("0644"));
    /// assert!("999".parse::<Chmod>().is_err());
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#copy---chown---chmod)
    Chmod, "file mode", "an octal number up to 7777 or a symbolic mode such as `u+x`", valid = is_chmod
}

impl From<u32> for Chmod {
    fn from(mode: u32) -> Chmod {
        Chmod::from(format!("{mode:04o}"))
    }
}

fn is_chmod(text: &str) -> bool {
    is_octal_mode(text) || text.split(',').all(is_symbolic_clause)
}

/// An octal number up to 7777.
pub(crate) fn is_octal_mode(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| matches!(b, b'0'..=b'7'))
        && u32::from_str_radix(text.trim_start_matches('0'), 8).map_or(true, |mode| mode <= 0o7777)
        && text.trim_start_matches('0').len() <= 4
}

/// `[ugoa]*` and one or more `[+-=][rwxXstugo]*`.
fn is_symbolic_clause(clause: &str) -> bool {
    let rest = clause.trim_start_matches(['u', 'g', 'o', 'a']);
    rest.starts_with(['+', '-', '=']) && rest.bytes().all(|b| b"+-=rwxXstugo".contains(&b))
}

/// The owner for `--chown`: `user[:group]`, by name or number.
///
/// Docker cuts it at the first `:`. A name is looked up in the files of the image that is built.
/// ASCII; a `$` is decided as in every [`Text`].
///
/// ```
/// use multistage::{expr, instruction::Chown};
///
/// assert_eq!(Chown::from((1000, 1000)), Chown::from("1000:1000"));
/// assert_eq!(Chown::from(expr("$APP_USER")).text().variables()[0].name(), "APP_USER");
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#copy---chown---chmod)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Chown(Text);

impl Chown {
    /// Returns the owner: literal, or an expression.
    pub fn text(&self) -> &Text {
        &self.0
    }
}

from_strings!(Chown, |text: &str| Chown(Text::from(text)));

impl From<Text> for Chown {
    fn from(owner: Text) -> Chown {
        Chown(owner)
    }
}

impl From<&ArgName> for Chown {
    fn from(owner: &ArgName) -> Chown {
        Chown(owner.expr())
    }
}

impl FlagText for Chown {
    fn write(&self, value: &mut FlagValue<'_, '_>) {
        value.text(&self.0);
    }

    fn text(&self) -> Option<&Text> {
        Some(&self.0)
    }
}

impl Chown {
    pub(in crate::instruction) fn read_flag(
        flag: &FlagArg<'_>,
        args: &mut Args<'_, '_>,
    ) -> Option<Chown> {
        let value = flag.filled(args)?;
        let owner = lex::text(value, args.escape);
        // An owner that is empty only after it was taken apart keeps its spelling.
        Some(Chown(if owner.is_empty() {
            Text::raw(value, args.escape)
        } else {
            owner
        }))
    }
}

#[cfg(feature = "serde")]
impl crate::data::Data for Chown {
    fn read(value: &crate::data::Value, at: &mut crate::data::Reader) -> Option<Chown> {
        Some(Chown(Text::read(value, at)?))
    }

    fn write(&self) -> crate::data::Value {
        self.0.write()
    }

    fn schema(definitions: &mut crate::data::Definitions) -> crate::data::Value {
        Text::schema(definitions)
    }
}

/// A user's and a group's number.
impl From<(u32, u32)> for Chown {
    fn from((user, group): (u32, u32)) -> Chown {
        Chown::from(format!("{user}:{group}"))
    }
}

/// A user's number.
impl From<u32> for Chown {
    fn from(user: u32) -> Chown {
        Chown::from(user.to_string())
    }
}

typed_text! {
    /// The digest of a remote source for `--checksum`: `sha256:` and 64 hexadecimal digits for a
    /// download, a commit for a git repository, or an expression.
    ///
    /// ```
    /// use multistage::instruction::Checksum;
    ///
    /// assert!(format!("sha256:{}", "0".repeat(64)).parse::<Checksum>().is_ok());
    /// assert!("sha256:0".parse::<Checksum>().is_err());
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#add---checksum)
    Checksum, "checksum", "`sha256:` and 64 hexadecimal digits, or a git commit", valid = is_checksum
}

fn is_checksum(text: &str) -> bool {
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    match text.split_once(':') {
        Some((algorithm, digest)) => {
            let length = match algorithm {
                "sha256" => 64,
                "sha384" => 96,
                "sha512" => 128,
                _ => return false,
            };
            digest.len() == length && hex(digest)
        }
        None => !text.is_empty() && text.len() <= 64 && hex(text),
    }
}
