//! Pinning images that are expressions: the digest goes into the argument that ends the reference.

use std::fmt;

use indexmap::IndexMap;

use super::pin::Lock;
use crate::edges::{Defaults, bases_that_are_stages};
use crate::instruction::Instruction;
use crate::model::Dockerfile;
use crate::reference::{ArgName, Image, Source, Typed};
use crate::text::{Operator, Piece, Text, Variable, literal};

/// The reason why [`Dockerfile::pin`] gives no digest to an image that is an expression.
/// [`Dockerfile::pin_obstacles`] lists them with their images.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PinObstacle {
    /// The image depends on arguments without a default, so that it is not one image.
    NoDefault,
    /// The reference continues after its last variable, or has a digest of its own: after a digest,
    /// Docker ignores the tag, and the arguments would change nothing.
    Inside,
    /// The argument that ends the reference is used elsewhere too.
    SharedArgument(ArgName),
    /// The argument that ends the reference has a default that is an expression, or several
    /// defaults.
    NoPlace(ArgName),
}

impl fmt::Display for PinObstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PinObstacle::NoDefault => {
                f.write_str("it depends on an argument without a default, and is not one image")
            }
            PinObstacle::Inside => f.write_str(
                "its last variable is inside of the reference: after a digest, the argument would change nothing",
            ),
            PinObstacle::SharedArgument(name) => write!(
                f,
                "the argument `{}` is used elsewhere too, where the digest does not belong",
                name.as_str()
            ),
            PinObstacle::NoPlace(name) => write!(
                f,
                "the argument `{}` does not have one default that is a plain text",
                name.as_str()
            ),
        }
    }
}

/// The digest of an image; `None` removes it.
type NewDigest = Option<String>;

impl Dockerfile {
    /// Returns the images that are expressions and that [`pin`](Dockerfile::pin) leaves without a
    /// digest, with the reason: of those that the lock has under the value that the file gives
    /// them, and of those that have no such value.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use multistage::pin::{Lock, PinObstacle};
    /// use multistage::Dockerfile;
    ///
    /// let digest = "sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d";
    /// let lock = Lock::from_iter([("node:22-alpine", digest)]);
    /// let mut file = Dockerfile::parse("ARG V=22\nFROM node:$V-alpine\n")?;
    /// assert_eq!(file.pin(&lock), 0);
    /// assert_eq!(file.pin_obstacles(&lock), [("node:$V-alpine".into(), PinObstacle::Inside)]);
    /// # }
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn pin_obstacles(&self, lock: &Lock) -> Vec<(Image, PinObstacle)> {
        let mut found = Vec::new();
        for base in bases(self) {
            let wanted = match &base.value {
                Some(value) => lock
                    .digest(value)
                    .is_some_and(|digest| value.digest() != Some(digest)),
                None => !base.image.has_digest(),
            };
            if let Err(obstacle) = base.place {
                if wanted {
                    found.push((base.image, obstacle));
                }
            }
        }
        found
    }

    /// Changes the digests of the images that are expressions. `new`: what a value gets, if it gets
    /// another one.
    pub(super) fn map_expressions(&mut self, new: &dyn Fn(&Image) -> Option<NewDigest>) -> usize {
        let mut count = 0;
        for base in bases(self) {
            let (Some(value), Ok(place)) = (&base.value, &base.place) else {
                continue;
            };
            let Some(digest) = new(value) else {
                continue;
            };
            match place {
                Place::Default(arg, nth) => {
                    let declared = self.args.get_mut(*arg).map(|step| step.instruction_mut());
                    let declared = declared.and_then(|arg| arg.declarations.get_mut(*nth));
                    if let Some(default) = declared.and_then(|it| it.default.as_mut()) {
                        *default = literal(with_digest(&default.to_string(), digest.as_deref()));
                        count += 1;
                    }
                }
                Place::Operand => {
                    let image = with_operand(&base.image, digest.as_deref());
                    for stage in &mut self.stages {
                        if let Source::Image(own) = &mut stage.from.base {
                            if *own == base.image {
                                *own = image.clone();
                                count += 1;
                            }
                        }
                    }
                }
            }
        }
        count
    }
}

/// The text with another digest, or without one.
fn with_digest(text: &str, digest: Option<&str>) -> String {
    let name = text.split('@').next().unwrap_or_default();
    match digest {
        Some(digest) => format!("{name}@{digest}"),
        None => name.to_owned(),
    }
}

/// The image with another digest in the default of its last variable.
fn with_operand(image: &Image, digest: Option<&str>) -> Image {
    let mut pieces = image.text().pieces().into_owned();
    if let Some(Piece::Variable(variable)) = pieces.last_mut() {
        if let Some(modifier) = &mut variable.modifier {
            if let [Piece::Literal(text)] = modifier.operand.as_mut_slice() {
                *text = with_digest(text.as_str(), digest).into();
            }
        }
    }
    Image::from(Text::from_pieces(pieces))
}

/// A base that is an expression and not a stage.
struct Base {
    image: Image,
    /// The image that the file gives it.
    value: Option<Image>,
    place: Result<Place, PinObstacle>,
}

/// The place that the digest is written to.
enum Place {
    /// Into the default of a global ARG.
    Default(usize, usize),
    /// Into the default that the last variable has in the reference itself.
    Operand,
}

/// The bases that are expressions, each once.
fn bases(file: &Dockerfile) -> Vec<Base> {
    let is_stage = bases_that_are_stages(file);
    let mut images: IndexMap<&Image, ()> = IndexMap::new();
    for (n, stage) in file.stages.iter().enumerate() {
        if let Source::Image(image) = &stage.from.base {
            if image.as_literal().is_none() && is_stage.get(n) == Some(&false) {
                images.insert(image, ());
            }
        }
    }
    if images.is_empty() {
        return Vec::new();
    }
    let defaults = Defaults::of(file);
    let uses = uses(file);
    let mut bases = Vec::with_capacity(images.len());
    for image in images.into_keys() {
        let value = defaults
            .value(image.text())
            .filter(|value| Image::is_valid(value));
        let value = value.map(Image::literal);
        let place = match &value {
            Some(_) => place(image, file, &uses),
            None => Err(PinObstacle::NoDefault),
        };
        bases.push(Base {
            image: image.clone(),
            value,
            place,
        });
    }
    bases
}

fn place(image: &Image, file: &Dockerfile, uses: &Uses<'_>) -> Result<Place, PinObstacle> {
    let pieces = image.text().pieces();
    let Some(Piece::Variable(last)) = pieces.last().filter(|_| !image.has_digest()) else {
        return Err(PinObstacle::Inside);
    };
    let name = last.name();
    let mut defaults = Vec::new();
    for (arg, step) in file.args.iter().enumerate() {
        for (n, declared) in step.instruction().declarations().iter().enumerate() {
            if declared.name().as_str() == name {
                defaults.extend(declared.default().map(|text| (arg, n, text)));
            }
        }
    }
    match (operand(last), defaults.as_slice()) {
        (Ok(Some(_)), []) => return Ok(Place::Operand),
        (Ok(_), [(arg, n, text)]) if text.as_literal().is_some_and(|text| !text.is_empty()) => {
            if uses.is_only(name, image) {
                return Ok(Place::Default(*arg, *n));
            }
        }
        _ => return Err(PinObstacle::NoPlace(ArgName::new(name))),
    }
    Err(PinObstacle::SharedArgument(ArgName::new(name)))
}

/// The default that a variable has in the reference; an error if it has another modifier, or a
/// default that is not plain.
fn operand(variable: &Variable) -> Result<Option<&str>, ()> {
    let Some(modifier) = variable.modifier() else {
        return Ok(None);
    };
    match (modifier.operator(), modifier.operand()) {
        (Operator::Default | Operator::DefaultIfEmpty, [Piece::Literal(text)]) => {
            Ok(Some(text.as_str()))
        }
        _ => Err(()),
    }
}

/// The users of each name in the scope of the global ARGs: one image, or something else.
struct Uses<'m>(IndexMap<&'m str, Option<&'m Image>>);

impl<'m> Uses<'m> {
    fn is_only(&self, name: &str, image: &Image) -> bool {
        self.0.get(name).is_some_and(|user| *user == Some(image))
    }

    fn add(&mut self, name: &'m str, image: Option<&'m Image>) {
        let user = self.0.entry(name).or_insert(image);
        if *user != image {
            *user = None;
        }
    }

    fn add_text(&mut self, text: &'m Text, image: Option<&'m Image>) {
        for variable in text.variables() {
            self.add(variable.name(), image);
        }
    }
}

fn uses(file: &Dockerfile) -> Uses<'_> {
    let mut uses = Uses(IndexMap::new());
    for step in &file.args {
        for declared in step.instruction().declarations() {
            if let Some(default) = declared.default() {
                uses.add_text(default, None);
            }
        }
    }
    for stage in &file.stages {
        if let Source::Image(image) = &stage.from.base {
            uses.add_text(image.text(), Some(image));
        }
        if let Some(platform) = &stage.from.platform {
            uses.add_text(platform.text(), None);
        }
        for step in &stage.steps {
            let instruction = match step.instruction() {
                Instruction::Onbuild(onbuild) => onbuild.instruction(),
                instruction => Some(instruction),
            };
            if let Some(Instruction::Arg(arg)) = instruction {
                for declared in arg.declarations() {
                    uses.add(declared.name().as_str(), None);
                }
            }
        }
    }
    uses
}
