//! `Text`: a value that Docker expands, and how its `$` is decided.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Add;

use smol_str::SmolStr;

use super::Escape;
use super::classes::{has_byte, is_plain};
use super::expression::{self, ExpressionError};
use super::{Handle, Piece, PieceText, Variable, normalise, shared};

/// A value in a position that Docker expands: literal text, or an expression with variables.
///
/// Made from any string (`"/srv"`, `String`, `Cow<str>`), by [`literal`] and by [`expr`], and
/// joined with `+`. The three ways are equal where nothing in the text would expand:
///
/// ```
/// use multistage::{Text, expr, literal};
///
/// assert_eq!(Text::from("/srv"), literal("/srv"));
/// assert_eq!(Text::from("/srv"), expr("/srv"));
/// assert_ne!(literal("$HOME"), expr("$HOME"));
/// ```
///
/// | made by | `$` | `"` and `\` |
/// |---|---|---|
/// | `literal("$5 off")` | a dollar sign | themselves |
/// | `expr("/opt/bin:$PATH")` | a variable | themselves |
/// | `"plain"` | an error if it would expand | themselves |
///
/// A value with a grammar of its own cannot hold a dollar sign, so a `$` in it is a variable
/// without being asked for: [`Image`](crate::Image) and the base of a [`Stage`](crate::Stage),
/// [`Platform`](crate::Platform), [`Port`](crate::instruction::Port),
/// [`Signal`](crate::instruction::Signal), [`Chmod`](crate::instruction::Chmod),
/// [`Checksum`](crate::instruction::Checksum), and the size, the mode, the user and the group of a
/// [`Mount`](crate::instruction::Mount). Each has a function `literal` for text that comes from
/// elsewhere: [`Image::literal`](crate::Image::literal) rejects `$`. In the commands of RUN, CMD,
/// ENTRYPOINT and HEALTHCHECK the `$` belongs to the shell.
///
/// The handle of an argument, [`ArgName`](crate::ArgName), is a text too. A stage declares the
/// arguments whose handles it is given, as it does the [platform arguments](crate::args).
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#environment-replacement)
#[derive(Clone)]
pub struct Text(pub(super) Repr);

#[derive(Clone)]
pub(super) enum Repr {
    Literal(SmolStr),
    Other(Box<Other>),
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Other {
    /// Literal text that has grown.
    Long(String),
    Undecided(SmolStr),
    Expression(Vec<Piece>),
    Invalid {
        text: SmolStr,
        error: ExpressionError,
    },
    Raw {
        spelling: SmolStr,
        escape: Escape,
    },
}

/// The content of a [`Text`], for the code that writes it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum View<'a> {
    /// Literal text.
    Literal(&'a str),
    /// A plain string with a `$` that would expand.
    Undecided(&'a str),
    /// Pieces, at least one of them a variable.
    Expression(&'a [Piece]),
    /// Text given as an expression that is none.
    Invalid(&'a str, ExpressionError),
    /// A spelling that was read and that Docker's lexer rejects; goes back as it is.
    Raw(&'a str, Escape),
}

/// Returns `true` if a spelling is the same text under both escape characters: none is in it.
pub(crate) fn is_alike(spelling: &str) -> bool {
    !spelling.contains(['\\', '`'])
}

/// Literal text: `$`, quotes and backslashes stand for themselves.
///
/// ```
/// # use multistage::{Dockerfile, Stage, literal};
/// # let mut file = Dockerfile::new();
/// file.push(Stage::new("alpine").env("PRICE", literal("$5 off")));
/// assert_eq!(file.render()?, "FROM alpine\nENV PRICE=\"\\$5 off\"\n");
/// # Ok::<(), multistage::Report>(())
/// ```
pub fn literal(text: impl AsRef<str>) -> Text {
    Text(Repr::Literal(shared(text.as_ref())))
}

/// Text in which the `$` forms are variables; quotes and backslashes stand for themselves.
///
/// Known are `$NAME`, `${NAME}` and the modifiers `:-` `-` `:+` `+` `:?` `?` `#` `##` `%` `%%` `/`
/// `//`. Text that Docker could not read as an expression (`${NAME`) is reported when the file is
/// rendered.
///
/// ```
/// # use multistage::{Dockerfile, Stage, expr};
/// # let mut file = Dockerfile::new();
/// file.push(Stage::new("alpine").env("PATH", expr("/opt/bin:$PATH")));
/// assert_eq!(file.render()?, "FROM alpine\nENV PATH=/opt/bin:$PATH\n");
/// # Ok::<(), multistage::Report>(())
/// ```
pub fn expr(text: impl AsRef<str>) -> Text {
    let text = text.as_ref();
    if !has_byte(text, b'$') {
        return literal(text);
    }
    match expression::parse(text) {
        Ok(pieces) => Text::from_pieces(pieces),
        Err(error) => Text::invalid(text, error),
    }
}

impl Text {
    /// Text that is reported when the file is rendered.
    pub(super) fn invalid(text: &str, error: ExpressionError) -> Text {
        Text::other(Other::Invalid {
            text: text.into(),
            error,
        })
    }

    /// Returns the text if it is literal, that is, Docker expands nothing in it; else `None`.
    #[inline]
    pub fn as_literal(&self) -> Option<&str> {
        match &self.0 {
            Repr::Literal(text) => Some(text),
            Repr::Other(other) => match other.as_ref() {
                Other::Long(text) => Some(text),
                _ => None,
            },
        }
    }

    /// The text, if it is literal, to be kept elsewhere.
    pub(crate) fn to_shared_literal(&self) -> Option<SmolStr> {
        match &self.0 {
            Repr::Literal(text) => Some(text.clone()),
            Repr::Other(_) => self.as_literal().map(shared),
        }
    }

    /// Returns `true` if the text is literal and empty. An expression is never empty.
    pub fn is_empty(&self) -> bool {
        self.as_literal() == Some("")
    }

    /// Returns the pieces of an expression, or the one literal piece of literal text.
    ///
    /// It is empty for empty text, and for text that is neither: a plain string with a `$` that
    /// Docker would expand, an invalid expression, verbatim text.
    ///
    /// ```
    /// use multistage::{expr, text::Piece};
    ///
    /// let pieces = expr("/opt/$NAME").pieces().into_owned();
    /// assert!(matches!(&pieces[0], Piece::Literal(text) if text.as_str() == "/opt/"));
    /// assert!(matches!(&pieces[1], Piece::Variable(variable) if variable.name() == "NAME"));
    /// ```
    pub fn pieces(&self) -> Cow<'_, [Piece]> {
        match self.view() {
            View::Expression(pieces) => Cow::Borrowed(pieces),
            View::Literal("") => Cow::Borrowed(&[]),
            View::Literal(text) => Cow::Owned(vec![Piece::Literal(PieceText(text.into()))]),
            View::Undecided(_) | View::Invalid(..) | View::Raw(..) => Cow::Borrowed(&[]),
        }
    }

    /// Returns the variables of an expression, in order. Those inside a modifier come after the
    /// variable that it belongs to.
    ///
    /// ```
    /// use multistage::expr;
    ///
    /// let names = |text: &str| -> Vec<String> {
    ///     expr(text).variables().iter().map(|variable| variable.name().to_owned()).collect()
    /// };
    /// assert_eq!(names("${A:-$B}/$C"), ["A", "B", "C"]);
    /// ```
    pub fn variables(&self) -> Vec<&Variable> {
        let mut found = Vec::new();
        if let View::Expression(pieces) = self.view() {
            // A work list, not recursion: nesting is as deep as the input says.
            let mut todo: Vec<&Piece> = pieces.iter().rev().collect();
            while let Some(piece) = todo.pop() {
                if let Piece::Variable(variable) = piece {
                    found.push(variable);
                    if let Some(modifier) = &variable.modifier {
                        let operands = modifier.operand.iter().chain(&modifier.replacement);
                        todo.extend(operands.rev());
                    }
                }
            }
        }
        found
    }

    /// Creates text from pieces. Adjacent literals are joined, and a variable that would swallow
    /// the text after it is put into braces, so that one meaning has one form. See
    /// [`Variable`](crate::text::Variable) for an example.
    pub fn from_pieces(pieces: impl IntoIterator<Item = Piece>) -> Text {
        let pieces = normalise(pieces);
        match pieces.as_slice() {
            [] => literal(""),
            [Piece::Literal(text)] => Text(Repr::Literal(text.to_shared())),
            _ => Text::other(Other::Expression(pieces)),
        }
    }

    /// The expression that is one variable.
    pub(crate) fn variable(variable: Variable) -> Text {
        Text::other(Other::Expression(vec![Piece::Variable(variable)]))
    }

    /// The expression `${name}`, of the handle of a build argument.
    pub(crate) fn handle(name: &str) -> Text {
        Text::variable(Variable {
            handle: Handle::new(true),
            ..Variable::in_braces(name)
        })
    }

    /// A spelling that Docker's lexer rejects, kept as it was read. The escape character is part of
    /// it if it has one in it.
    pub(crate) fn raw(spelling: &str, escape: Escape) -> Text {
        let escape = match is_alike(spelling) {
            true => Escape::default(),
            false => escape,
        };
        Text::other(Other::Raw {
            spelling: spelling.into(),
            escape,
        })
    }

    /// Returns `true` if it is literal.
    #[inline]
    pub(crate) fn is_literal(&self) -> bool {
        matches!(self.0, Repr::Literal(_)) || self.as_literal().is_some()
    }

    /// The text, if it is literal and [plain](is_plain): nothing in it could have another meaning,
    /// wherever it is written.
    pub(crate) fn as_plain(&self) -> Option<&str> {
        self.as_literal().filter(|text| is_plain(text))
    }

    /// Returns `true` if it is a spelling that is kept as it was read.
    #[inline]
    pub(crate) fn is_raw(&self) -> bool {
        match &self.0 {
            Repr::Literal(_) => false,
            Repr::Other(other) => matches!(**other, Other::Raw { .. }),
        }
    }

    /// Returns the content of the text.
    pub(crate) fn view(&self) -> View<'_> {
        match &self.0 {
            Repr::Literal(text) => View::Literal(text),
            Repr::Other(other) => match other.as_ref() {
                Other::Long(text) => View::Literal(text),
                Other::Undecided(text) => View::Undecided(text),
                Other::Expression(pieces) => View::Expression(pieces),
                Other::Invalid { text, error } => View::Invalid(text, *error),
                Other::Raw { spelling, escape } => View::Raw(spelling, *escape),
            },
        }
    }

    fn plain(text: &str) -> Text {
        if has_byte(text, b'$') {
            return Text::with_dollar(text);
        }
        Text(Repr::Literal(shared(text)))
    }

    #[cold]
    fn with_dollar(text: &str) -> Text {
        if expression::has_live_dollar(text) {
            Text::other(Other::Undecided(text.into()))
        } else {
            Text(Repr::Literal(shared(text)))
        }
    }

    pub(super) fn other(other: Other) -> Text {
        Text(Repr::Other(Box::new(other)))
    }
}

/// Joins two texts; what is literal stays literal, what is an expression stays one.
///
/// ```
/// # use multistage::{Dockerfile, Stage, expr, literal};
/// # let mut file = Dockerfile::new();
/// let user_input = "$(whoami)";
/// file.push(Stage::new("alpine").env("OUT", literal(user_input) + expr("/$HOSTNAME")));
/// assert_eq!(file.render()?, "FROM alpine\nENV OUT=\"\\$(whoami)/$HOSTNAME\"\n");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// A plain string that is still undecided makes the sum undecided, an invalid expression makes it
/// invalid.
impl<T: Into<Text>> Add<T> for Text {
    type Output = Text;

    fn add(self, right: T) -> Text {
        self.join(right.into())
    }
}

/// Literal texts are equal however they came to be.
impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        match (&self.0, &other.0) {
            (Repr::Literal(one), Repr::Literal(two)) => one == two,
            (Repr::Other(one), Repr::Other(two)) => one == two,
            _ => self.is_literal() && self.as_literal() == other.as_literal(),
        }
    }
}

impl Eq for Text {}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match (self.as_literal(), &self.0) {
            (None, Repr::Other(other)) => other.hash(state),
            (text, _) => text.hash(state),
        }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.view() {
            View::Literal(text) => write!(f, "literal({text:?})"),
            View::Undecided(text) => write!(f, "undecided({text:?})"),
            View::Expression(pieces) => write!(f, "expr({:?})", expression::spell(pieces)),
            View::Invalid(text, _) => write!(f, "invalid({text:?})"),
            View::Raw(spelling, _) => write!(f, "raw({spelling:?})"),
        }
    }
}

/// The text as it would be given to [`literal`] or [`expr`]; not how it is quoted in a file.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.view() {
            View::Literal(text)
            | View::Undecided(text)
            | View::Invalid(text, _)
            | View::Raw(text, _) => f.write_str(text),
            View::Expression(pieces) => f.write_str(&expression::spell(pieces)),
        }
    }
}

impl Default for Text {
    fn default() -> Text {
        literal("")
    }
}

/// `From` for every kind of string that a caller may hold, through one function of `&str`.
macro_rules! from_strings {
    ($target:ty, $make:expr) => {
        $crate::text::from_strings!(@each $target, $make, &str, &&str, String, &String, std::borrow::Cow<'_, str>);
    };
    (@each $target:ty, $make:expr, $($source:ty),*) => {$(
        impl From<$source> for $target {
            #[inline]
            fn from(text: $source) -> $target {
                let text: &str = text.as_ref();
                ($make)(text)
            }
        }
    )*};
}
pub(crate) use from_strings;

from_strings!(Text, Text::plain);

impl From<&Text> for Text {
    fn from(text: &Text) -> Text {
        text.clone()
    }
}
