//! `Choice` and `Defaults`: what a base can name that is an expression, and what it names by default.

use indexmap::IndexMap;

use crate::model::Dockerfile;
use crate::reference::Source;
use crate::text::{Modifier, Operator, Piece, Text, View};

/// What the base of a stage can name, where it is an expression: `binaries-$TARGETOS`.
#[derive(Debug)]
pub(crate) struct Choice<'m>(Vec<Element<'m>>);

#[derive(Debug)]
enum Element<'m> {
    Literal(&'m str),
    /// `${NAME:+text}`: the text or nothing.
    Optional(String),
    Any,
}

impl<'m> Choice<'m> {
    /// The choice of a base; `None` where it is no expression, or none that could be the name of a stage.
    pub(crate) fn of(base: &'m Source) -> Option<Choice<'m>> {
        let Source::Image(image) = base else {
            return None;
        };
        let View::Expression(pieces) = image.text().view() else {
            return None;
        };
        let elements = pieces.iter().map(|piece| match piece {
            Piece::Literal(text) => text
                .bytes()
                .all(is_name_byte)
                .then(|| Element::Literal(text)),
            Piece::Variable(variable) => Some(variable.modifier().map_or(Element::Any, optional)),
        });
        elements.collect::<Option<Vec<_>>>().map(Choice)
    }

    /// How many elements it has.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether any text at all could come out: `$BASE`.
    pub(crate) fn is_open(&self) -> bool {
        let any = |element: &Element<'_>| matches!(element, Element::Any);
        self.0.iter().all(any)
    }

    /// Whether the name of a stage could come out.
    pub(crate) fn can_be(&self, name: &str) -> bool {
        // How much of the name the elements so far can have made.
        let mut made = vec![false; name.len() + 1];
        if let Some(nothing) = made.first_mut() {
            *nothing = true;
        }
        for element in &self.0 {
            let (text, stays) = match element {
                Element::Any => {
                    let rest = made.iter_mut().skip_while(|made| !**made);
                    rest.for_each(|made| *made = true);
                    continue;
                }
                Element::Literal(text) => (*text, false),
                Element::Optional(text) => (text.as_str(), true),
            };
            let mut next = vec![false; name.len() + 1];
            let mut reach = |end: usize| {
                if let Some(made) = next.get_mut(end) {
                    *made = true;
                }
            };
            for (at, _) in made.iter().enumerate().filter(|(_, made)| **made) {
                if name.get(at..).is_some_and(|rest| rest.starts_with(text)) {
                    reach(at + text.len());
                }
                if stays {
                    reach(at);
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
        Piece::Literal(text) => Some(&**text),
        Piece::Variable(_) => None,
    });
    match (modifier.operator, literal.collect()) {
        (Operator::Alternative | Operator::AlternativeIfFilled, Some(text)) => {
            Element::Optional(text)
        }
        _ => Element::Any,
    }
}

/// The values of the global ARGs where the build is given none.
#[derive(Debug)]
pub(crate) struct Defaults<'m>(IndexMap<&'m str, Option<String>>);

/// A name or an image is shorter than this; what is longer is not looked at.
const LONGEST: usize = 1024;

impl<'m> Defaults<'m> {
    pub(crate) fn of(file: &'m Dockerfile) -> Defaults<'m> {
        let mut defaults = Defaults(IndexMap::new());
        let steps = file.args.iter().map(|step| step.instruction());
        for declaration in steps.flat_map(|arg| arg.declarations()) {
            if let Some(default) = declaration.default() {
                let value = defaults.value(default);
                defaults.0.insert(declaration.name().as_str(), value);
            }
        }
        defaults
    }

    /// The value of a text; `None` where it depends on the build, or on more than a default.
    pub(crate) fn value(&self, text: &Text) -> Option<String> {
        let mut out = String::new();
        self.expand(&text.pieces(), &mut out)?;
        let known = !out.is_empty() || text.is_empty();
        known.then_some(out)
    }

    /// As deep as expressions nest, which has a bound.
    fn expand(&self, pieces: &[Piece], out: &mut String) -> Option<()> {
        for piece in pieces {
            match piece {
                Piece::Literal(text) => out.push_str(text),
                Piece::Variable(variable) => {
                    let value = self.0.get(variable.name()).map(Option::as_deref);
                    let modifier = variable.modifier();
                    match (value, modifier.map(|modifier| modifier.operator)) {
                        // Set, but to what is not known.
                        (Some(None), _) => return None,
                        (Some(Some("")), Some(Operator::DefaultIfEmpty))
                        | (None, Some(Operator::DefaultIfEmpty | Operator::Default)) => {
                            self.expand(&modifier?.operand, out)?;
                        }
                        (
                            Some(Some(value)),
                            None | Some(Operator::DefaultIfEmpty | Operator::Default),
                        ) => out.push_str(value),
                        _ => return None,
                    }
                }
            }
            if out.len() > LONGEST {
                return None;
            }
        }
        Some(())
    }
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

    #[test]
    fn defaults() {
        let mut file = Dockerfile::new();
        file.arg(("A", "a")).expr();
        file.arg(("B", crate::expr("${A}b"))).expr();
        file.arg("C");
        file.arg(("D", crate::expr("$TARGETOS")));
        let defaults = Defaults::of(&file);
        let value = |text: &str| defaults.value(&crate::expr(text));
        assert_eq!(value("x-$B").as_deref(), Some("x-ab"));
        assert_eq!(value("${C:-c}").as_deref(), Some("c"));
        assert_eq!(value("${A:-c}").as_deref(), Some("a"));
        assert_eq!(value("$C"), None);
        assert_eq!(value("$D"), None);
        assert_eq!(value("${A%a}"), None);
        assert_eq!(value("plain").as_deref(), Some("plain"));
    }

    #[test]
    fn defaults_that_grow_are_left() {
        let mut file = Dockerfile::new();
        file.arg(("A0", "aaaaaaaaaa"));
        for n in 1..64 {
            file.arg((
                format!("A{n}"),
                crate::expr(format!("$A{}$A{}", n - 1, n - 1)),
            ));
        }
        assert_eq!(Defaults::of(&file).value(&crate::expr("$A63")), None);
    }
}
