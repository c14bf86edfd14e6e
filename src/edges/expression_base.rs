//! The names that a base expression can have: [`Choice`], and its name if the build gives no
//! argument: [`Defaults`].

use std::borrow::Cow;

use indexmap::IndexMap;

use crate::limits;
use crate::model::Dockerfile;
use crate::reference::{Image, Source, Typed, args};
use crate::text::{Modifier, Operator, Piece, Text, View};

/// The texts that a base can come out as: `binaries-$TARGETOS`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Choice<'m>(Vec<Element<'m>>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Element<'m> {
    Literal(Cow<'m, str>),
    /// `${NAME:+text}`: the text or nothing.
    Optional(String),
    /// A platform argument: one of these.
    Platform(&'static [&'static str]),
    Any,
}

impl<'m> Choice<'m> {
    /// Returns what a base can come out as, whatever arguments the build gives; `None` if it is not
    /// an expression, or none that could be the name of a stage.
    pub(crate) fn of(base: &'m Source) -> Option<Choice<'m>> {
        let Source::Image(image) = base else {
            return None;
        };
        let pieces = match image.text().view() {
            View::Expression(pieces) => pieces,
            // A spelling that is not taken apart.
            View::Raw(..) => return Some(Choice(vec![Element::Any])),
            _ => return None,
        };
        let mut elements = Vec::with_capacity(pieces.len());
        for piece in pieces {
            elements.push(match piece {
                Piece::Literal(text) => Element::Literal(Cow::Borrowed(text.as_str())),
                Piece::Variable(variable) => variable.modifier().map_or(Element::Any, optional),
            });
        }
        Choice(elements).if_name()
    }

    /// The number of its elements.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The choice, unless it has a literal that no name of a stage has.
    fn if_name(self) -> Option<Choice<'m>> {
        let is_name = |element: &Element<'_>| match element {
            Element::Literal(text) => text.bytes().all(is_name_byte),
            _ => true,
        };
        self.0.iter().all(is_name).then_some(self)
    }

    /// Returns `true` if any text at all could come out: `$BASE`.
    pub(crate) fn is_open(&self) -> bool {
        let any = |element: &Element<'_>| matches!(element, Element::Any);
        self.0.iter().all(any)
    }

    /// Returns `true` if what comes out begins with a text of the file or with the value of a
    /// platform argument, so that it is not the name of an image on another host.
    pub(crate) fn is_anchored(&self) -> bool {
        !matches!(self.0.first(), None | Some(Element::Any))
    }

    /// The text that what comes out begins with.
    pub(crate) fn prefix(&self) -> &str {
        match self.0.first() {
            Some(Element::Literal(text)) => text,
            _ => "",
        }
    }

    /// The only text that can come out.
    pub(crate) fn only(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Element::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Returns `true` if Docker rejects every value that it has without an argument of the build:
    /// an empty one, or `p-` of `p-$V`.
    pub(super) fn is_rejected(&self) -> bool {
        let is_edge = |c: char| c.is_ascii_alphanumeric();
        let mut given = self
            .0
            .iter()
            .filter(|element| !matches!(element, Element::Any));
        let (first, last, more) = match (given.next(), given.next_back()) {
            (None, _) => return true,
            (Some(only), None) => (only, only, false),
            (Some(first), Some(last)) => (first, last, true),
        };
        let begins = !matches!(first, Element::Literal(text) if !text.starts_with(is_edge));
        let ends = !matches!(last, Element::Literal(text) if !text.ends_with(is_edge));
        let only = match first {
            Element::Literal(text) if !more => Image::is_valid(text),
            _ => true,
        };
        !(begins && ends && only)
    }

    /// Returns `true` if the name of a stage could come out.
    pub(crate) fn can_be(&self, name: &str) -> bool {
        // How much of the name the elements so far can have made.
        let mut made = vec![false; name.len() + 1];
        if let Some(nothing) = made.first_mut() {
            *nothing = true;
        }
        for element in &self.0 {
            let mut next = vec![false; name.len() + 1];
            for (at, _) in made.iter().enumerate().filter(|(_, made)| **made) {
                let mut reach = |text: &str| {
                    if name.get(at..).is_some_and(|rest| rest.starts_with(text)) {
                        if let Some(made) = next.get_mut(at + text.len()) {
                            *made = true;
                        }
                    }
                };
                match element {
                    Element::Any => {
                        next.iter_mut().skip(at).for_each(|made| *made = true);
                        break;
                    }
                    Element::Literal(text) => reach(text),
                    Element::Optional(text) => ["", text].into_iter().for_each(reach),
                    Element::Platform(values) => values.iter().copied().for_each(reach),
                }
            }
            made = next;
        }
        made.last() == Some(&true)
    }
}

fn is_name_byte(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.')
}

fn optional<'m>(modifier: &Modifier) -> Element<'m> {
    let literal = modifier.operand.iter().map(|piece| match piece {
        Piece::Literal(text) => Some(text.as_str()),
        Piece::Variable(_) => None,
    });
    match (modifier.operator, literal.collect()) {
        (Operator::Alternative | Operator::AlternativeIfFilled, Some(text)) => {
            Element::Optional(text)
        }
        _ => Element::Any,
    }
}

/// The values of the variables in FROM where the build gives no argument: what the global ARGs say,
/// and platforms.
#[derive(Debug)]
pub(crate) struct Defaults<'m>(IndexMap<&'m str, Vec<Element<'m>>>);

/// The operating systems that a platform can have.
const SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasi",
    "wasip1",
    "windows",
    "zos",
];

/// The architectures that a platform can have.
const ARCHITECTURES: &[&str] = &[
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "arm64",
    "arm64be",
    "armbe",
    "loong64",
    "mips",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "mipsle",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

/// The variants that an architecture can have.
const VARIANTS: &[&str] = &["", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9"];

/// A platform is never the name of a stage, as it has a slash.
const PLATFORMS: &[&str] = &["/"];

/// The value of an argument that Docker sets in every build.
fn predefined(name: &str) -> Element<'static> {
    match name
        .trim_start_matches("BUILD")
        .trim_start_matches("TARGET")
    {
        "PLATFORM" => Element::Platform(PLATFORMS),
        "OS" => Element::Platform(SYSTEMS),
        "ARCH" => Element::Platform(ARCHITECTURES),
        "VARIANT" => Element::Platform(VARIANTS),
        _ => Element::Any,
    }
}

impl<'m> Defaults<'m> {
    pub(crate) fn of(file: &'m Dockerfile) -> Defaults<'m> {
        let mut defaults = Defaults(IndexMap::new());
        for name in args::NAMES {
            defaults.0.insert(name, vec![predefined(name)]);
        }
        let steps = file.args.iter().map(|step| step.instruction());
        for declaration in steps.flat_map(|arg| arg.declarations()) {
            if let Some(default) = declaration.default() {
                let value = defaults.elements(default);
                defaults.0.insert(declaration.name().as_str(), value);
            }
        }
        defaults
    }

    /// Returns what a text comes out as, where the build gives no argument that has a default;
    /// `None` if it is never the name of a stage.
    pub(crate) fn choice(&self, text: &'m Text) -> Option<Choice<'m>> {
        Choice(self.elements(text)).if_name()
    }

    /// Returns the value of a text where the build gives no argument; `None` if it depends on the
    /// build.
    pub(crate) fn value(&self, text: &'m Text) -> Option<String> {
        Choice(self.elements(text)).only().map(str::to_owned)
    }

    /// Returns what a text comes out as, whatever arguments the build gives; `None` if it is never
    /// the name of a stage. What Docker gives a value to has that value, unless the file gives it a
    /// default.
    pub(crate) fn any(&self, base: &'m Source) -> Option<Choice<'m>> {
        let mut choice = Choice::of(base)?;
        let pieces = match base {
            Source::Image(image) => image.text().view(),
            _ => return None,
        };
        if let View::Expression(pieces) = pieces {
            for (element, piece) in choice.0.iter_mut().zip(pieces) {
                let Piece::Variable(variable) = piece else {
                    continue;
                };
                let value = self.0.get(variable.name()).map(Vec::as_slice);
                let is_predefined = args::NAMES.contains(&variable.name());
                if let (None, true, Some([value @ Element::Platform(_)])) =
                    (variable.modifier(), is_predefined, value)
                {
                    *element = value.clone();
                }
            }
        }
        Some(choice)
    }

    fn elements(&self, text: &'m Text) -> Vec<Element<'m>> {
        let mut out = Vec::new();
        let known = match text.view() {
            View::Literal(text) => push_literal(&mut out, text),
            View::Expression(pieces) => self.expand(pieces, &mut out),
            View::Undecided(_) | View::Invalid(..) | View::Raw(..) => None,
        };
        known.map_or_else(|| vec![Element::Any], |()| out)
    }

    /// As deep as expressions nest, which has a bound. `None` if that is too much.
    fn expand(&self, pieces: &'m [Piece], out: &mut Vec<Element<'m>>) -> Option<()> {
        for piece in pieces {
            match piece {
                Piece::Literal(text) => push_literal(out, text.as_str())?,
                Piece::Variable(variable) => {
                    let value = self.0.get(variable.name()).map(Vec::as_slice);
                    let Some(modifier) = variable.modifier() else {
                        extend(out, value.unwrap_or(&[Element::Any]))?;
                        continue;
                    };
                    match Outcome::of(modifier.operator, value) {
                        Outcome::Value(value) => extend(out, value)?,
                        Outcome::Operand => self.expand(&modifier.operand, out)?,
                        Outcome::Nothing => {}
                        Outcome::Open => extend(out, &[optional(modifier)])?,
                    }
                }
            }
        }
        Some(())
    }
}

/// The result of a variable with a modifier.
enum Outcome<'v, 'm> {
    Value(&'v [Element<'m>]),
    Operand,
    Nothing,
    /// One of these, or something else.
    Open,
}

impl<'v, 'm> Outcome<'v, 'm> {
    fn of(operator: Operator, value: Option<&'v [Element<'m>]>) -> Outcome<'v, 'm> {
        let Some(value) = value else {
            return match operator {
                Operator::Default | Operator::DefaultIfEmpty => Outcome::Operand,
                Operator::Alternative | Operator::AlternativeIfFilled => Outcome::Nothing,
                _ => Outcome::Open,
            };
        };
        match (operator, is_filled(value)) {
            (Operator::Default | Operator::Error, _)
            | (Operator::DefaultIfEmpty | Operator::ErrorIfEmpty, Some(true)) => {
                Outcome::Value(value)
            }
            (Operator::Alternative, _)
            | (Operator::AlternativeIfFilled, Some(true))
            | (Operator::DefaultIfEmpty, Some(false)) => Outcome::Operand,
            (Operator::AlternativeIfFilled, Some(false)) => Outcome::Nothing,
            _ => Outcome::Open,
        }
    }
}

/// Returns `true` if a value is not empty, as far as that is known.
fn is_filled(value: &[Element<'_>]) -> Option<bool> {
    let mut empty = true;
    for element in value {
        match element {
            Element::Literal(text) if !text.is_empty() => return Some(true),
            Element::Platform(values) if !values.contains(&"") => return Some(true),
            Element::Literal(_) => {}
            _ => empty = false,
        }
    }
    empty.then_some(false)
}

fn push_literal<'m>(out: &mut Vec<Element<'m>>, text: &'m str) -> Option<()> {
    extend(out, &[Element::Literal(Cow::Borrowed(text))])
}

/// Adds elements; adjacent literals become one.
fn extend<'m>(out: &mut Vec<Element<'m>>, elements: &[Element<'m>]) -> Option<()> {
    for element in elements {
        match (out.last_mut(), element) {
            (_, Element::Literal(text)) if text.is_empty() => {}
            (Some(Element::Literal(last)), Element::Literal(text)) => {
                last.to_mut().push_str(text);
                if last.len() > limits::BASE_VALUE {
                    return None;
                }
            }
            _ => out.push(element.clone()),
        }
        if out.len() > limits::BASE_VALUE {
            return None;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Image;

    fn can_be(base: &str, name: &str) -> bool {
        let base = Source::Image(Image::new(base));
        Choice::of(&base).is_some_and(|choice| choice.can_be(name))
    }

    #[test]
    fn what_an_expression_can_name() {
        assert!(can_be("binaries-$TARGETOS", "binaries-linux"));
        assert!(can_be("binaries-$TARGETOS", "binaries-"));
        assert!(!can_be("binaries-$TARGETOS", "binarieslinux"));
        assert!(can_be("$A-x-$B-y", "1-x-x-y-y"));
        assert!(!can_be("$A-x-$B-y", "1-x-y"));
        assert!(can_be("$BASE", "anything"));
        assert!(can_be("base${DEBUG:+-debug}", "base"));
        assert!(can_be("base${DEBUG:+-debug}", "base-debug"));
        assert!(!can_be("base${DEBUG:+-debug}", "base-test"));
        assert!(can_be("base${DEBUG:--debug}", "base-test"));
    }

    #[test]
    fn what_names_no_stage() {
        for base in ["node:$V", "ghcr.io/$X", "Build-$X", "node"] {
            assert!(
                Choice::of(&Source::Image(Image::new(base))).is_none(),
                "{base}"
            );
        }
    }

    /// The default value of a text after these global ARGs; `?` if there can be several.
    fn by_default(args: &[(&str, Option<&str>)], text: &str) -> Option<String> {
        let mut file = Dockerfile::new();
        for (name, default) in args {
            match default {
                Some(default) => drop(file.arg((*name, crate::expr(default)))),
                None => drop(file.arg(*name)),
            }
        }
        let defaults = Defaults::of(&file);
        let text = crate::expr(text);
        let choice = defaults.choice(&text)?;
        Some(choice.only().unwrap_or("?").to_owned())
    }

    #[test]
    fn defaults() {
        let args = [
            ("A", Some("a")),
            ("B", Some("${A}b")),
            ("C", None),
            ("D", Some("$TARGETOS")),
            ("E", Some("")),
            ("F", Some("ghcr.io/acme/f:1")),
        ];
        let value = |text: &str| by_default(&args, text);
        for (text, expected) in [
            ("x-$B", Some("x-ab")),
            ("${C:-c}", Some("c")),
            ("${A:-c}", Some("a")),
            ("${A:+c}", Some("c")),
            ("x${C:+c}", Some("x")),
            ("x${C+c}", Some("x")),
            ("${E:-e}", Some("e")),
            ("x${E-e}", Some("x")),
            ("${E+e}", Some("e")),
            ("${C:-${A:-c}}", Some("a")),
            ("$C", Some("?")),
            ("x$C", Some("?")),
            ("$D", Some("?")),
            ("${D:-d}", Some("?")),
            ("${A%a}", Some("?")),
            ("plain", Some("plain")),
            ("$F-$TARGETARCH", None),
            ("${C:-$F}", None),
            ("$TARGETPLATFORM", Some("?")),
        ] {
            assert_eq!(value(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn platforms() {
        let file = Dockerfile::new();
        let defaults = Defaults::of(&file);
        let can_be = |text: &str, name: &str| {
            let text = crate::expr(text);
            let choice = defaults.choice(&text);
            choice.is_some_and(|choice| choice.can_be(name))
        };
        assert!(can_be("$TARGETOS", "linux"));
        assert!(!can_be("$TARGETOS", "build"));
        assert!(can_be("bin-$TARGETARCH$TARGETVARIANT", "bin-arm"));
        assert!(can_be("bin-$TARGETARCH$TARGETVARIANT", "bin-armv7"));
        assert!(!can_be("$TARGETPLATFORM", "linux"));
        assert!(can_be("$TARGETSTAGE", "build"));
        let mut file = Dockerfile::new();
        file.arg(("TARGETOS", "tux"));
        let text = crate::expr("$TARGETOS");
        let defaults = Defaults::of(&file);
        let choice = defaults.choice(&text);
        assert_eq!(choice.as_ref().and_then(Choice::only), Some("tux"));
    }

    #[test]
    fn defaults_that_grow_are_left() {
        for doubled in ["aaaaaaaaaa", "$TARGETOS"] {
            let mut args = vec![("A0".to_owned(), doubled.to_owned())];
            for n in 1..64 {
                args.push((format!("A{n}"), format!("$A{}$A{}", n - 1, n - 1)));
            }
            let args: Vec<_> = args
                .iter()
                .map(|(a, b)| (a.as_str(), Some(b.as_str())))
                .collect();
            assert_eq!(by_default(&args, "$A63").as_deref(), Some("?"));
        }
    }
}
