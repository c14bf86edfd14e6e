//! ARG: build arguments.

#[cfg(feature = "serde")]
mod data;

use crate::reference::ArgName;
use crate::scope::{NoteKind, Scope, Value, is_never_set, is_secret};
use crate::syntax::reader::{WordPlace, is_quoted_word};
use crate::syntax::{Args, Description, Part, Position, ProblemKind, RefusalKind, Syntax, Writer};
use crate::text::{Escape, Text, View, from_strings};

/// `ARG <name>[=<default>] ...`: declares build arguments.
///
/// Before the first stage it is global and can be used in FROM; inside a stage it is declared again
/// by its handle: `stage.arg(&name)`. Several on one line see each other, from left to right.
///
/// A default is expanded; it cannot hold a newline.
///
/// ```
/// use multistage::{Dockerfile, Stage, instruction::Arg};
///
/// let mut file = Dockerfile::new();
/// let version = file.arg(Arg::new("VERSION").default("dev").describe("what the binary reports"));
/// file.push(Stage::new("alpine").arg(&version).arg(("PORT", "8080")));
/// assert_eq!(file.render()?, "\
/// ## VERSION what the binary reports
/// ARG VERSION=dev
///
/// FROM alpine
/// ARG VERSION
/// ARG PORT=8080
/// ");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// [Reference](https://docs.docker.com/reference/dockerfile/#arg)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Arg {
    pub(crate) declarations: Vec<Declaration>,
}

/// One name of an [`Arg`], with its default and its description.
///
/// ```
/// use multistage::instruction::Arg;
///
/// let arg = Arg::new("VERSION").default("1.2").describe("the release").and("COMMIT");
/// let [version, commit] = arg.declarations() else { panic!("two names") };
/// assert_eq!(version.name().as_str(), "VERSION");
/// assert_eq!(version.default().and_then(|text| text.as_literal()), Some("1.2"));
/// assert_eq!(version.description(), Some("the release"));
/// assert!(commit.default().is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Declaration {
    pub(crate) name: ArgName,
    pub(crate) default: Option<Text>,
    /// In a box, as few have one.
    pub(crate) description: Option<Box<Description>>,
}

impl Arg {
    /// Creates a build argument without a default.
    pub fn new(name: impl Into<ArgName>) -> Arg {
        Arg {
            declarations: vec![Declaration {
                name: name.into(),
                default: None,
                description: None,
            }],
        }
    }

    /// Sets the default of the argument declared last: `ARG NAME=value`. Docker expands it. A
    /// newline in it is an error (`unencodable-text`).
    #[must_use]
    pub fn default(mut self, value: impl Into<Text>) -> Arg {
        if let Some(last) = self.declarations.last_mut() {
            last.default = Some(value.into());
        }
        self
    }

    /// Describes the argument declared last: the comment `# NAME text` above it, which `docker
    /// build --call=outline` prints. A text of several lines, or none, is an error.
    ///
    /// [Reference](https://docs.docker.com/reference/cli/docker/buildx/build/#call)
    #[must_use]
    pub fn describe(mut self, text: impl AsRef<str>) -> Arg {
        if let Some(last) = self.declarations.last_mut() {
            last.description = Some(Box::new(text.as_ref().into()));
        }
        self
    }

    /// Declares another argument in the same instruction.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, expr, instruction::Arg};
    /// # let mut file = Dockerfile::new();
    /// let image = file.arg(Arg::new("NODE").default("22").and(("IMAGE", expr("node:$NODE"))));
    /// file.push(Stage::new(image.to_string()));
    /// assert_eq!(file.render()?, "ARG NODE=22 IMAGE=node:$NODE\n\nFROM ${IMAGE}\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[must_use]
    pub fn and(mut self, arg: impl Into<Arg>) -> Arg {
        self.declarations.extend(arg.into().declarations);
        self
    }

    /// Returns `true` if a name can be written: Docker takes it as it is spelled, quotes included,
    /// up to a space or `=`. The first one of an instruction is where flags would.
    pub(crate) fn can_declare(name: &str, escape: Escape, first: bool, place: WordPlace) -> bool {
        let plain = || !name.contains(ends_name);
        let as_flag = first && name.starts_with("--");
        !name.is_empty()
            && !as_flag
            && !name.contains(['\n', '\0', '='])
            && (plain() || is_quoted_word(name, escape, place))
    }

    /// Replaces the default of one of its names. Returns `false` if it does not declare the name.
    ///
    /// ```
    /// # use multistage::instruction::Arg;
    /// let mut arg = Arg::new("NODE").default("20");
    /// assert!(arg.set_default("NODE", "22"));
    /// assert!(!arg.set_default("DENO", "2"));
    /// assert_eq!(arg.declarations()[0].default(), Some(&"22".into()));
    /// ```
    pub fn set_default(&mut self, name: impl Into<ArgName>, value: impl Into<Text>) -> bool {
        let name = name.into();
        let mut declarations = self.declarations.iter_mut();
        match declarations.find(|declaration| declaration.name == name) {
            Some(declaration) => {
                declaration.default = Some(value.into());
                true
            }
            None => false,
        }
    }

    /// Returns the declarations, in order.
    pub fn declarations(&self) -> &[Declaration] {
        &self.declarations
    }
}

impl Declaration {
    /// Returns the name.
    pub fn name(&self) -> &ArgName {
        &self.name
    }

    /// Returns the default, or `None` if it has none.
    pub fn default(&self) -> Option<&Text> {
        self.default.as_ref()
    }

    /// Returns the description, or `None` if it has none.
    pub fn description(&self) -> Option<&str> {
        self.description
            .as_ref()
            .map(|description| description.text.as_str())
    }
}

from_strings!(Arg, Arg::new);

impl From<ArgName> for Arg {
    fn from(name: ArgName) -> Arg {
        Arg::new(name)
    }
}

impl From<&ArgName> for Arg {
    fn from(name: &ArgName) -> Arg {
        Arg::new(name)
    }
}

impl<N: Into<ArgName>, V: Into<Text>> From<(N, V)> for Arg {
    fn from((name, default): (N, V)) -> Arg {
        Arg::new(name).default(default)
    }
}

impl From<&Arg> for Arg {
    fn from(arg: &Arg) -> Arg {
        arg.clone()
    }
}

impl Syntax for Arg {
    const KEYWORD: &'static str = "ARG";

    fn write(&self, w: &mut Writer<'_>) {
        if self.declarations.is_empty() {
            w.problem(Part::Keyword, ProblemKind::Empty("argument"));
        }
        for (n, declaration) in self.declarations.iter().enumerate() {
            // All on one line: a name that begins with `#` would make the next line a comment.
            w.space();
            let start = w.position();
            let place = WordPlace::of(n + 1 == self.declarations.len());
            write_name(declaration, n, place, w);
            if let Some(default) = &declaration.default {
                w.token("=");
                w.text(default, Position::Pair, Part::Value(n));
                w.check_pair([default, default], start, place, Part::Value(n));
            }
        }
    }
}

impl Arg {
    /// Reads the text after the keyword.
    ///
    /// Docker drops flags here without a word.
    pub(crate) fn read(args: &mut Args<'_, '_>) -> Option<Arg> {
        let rest = args.one("name")?;
        let mut words = args.quoted_words();
        let Some(first) = words.next() else {
            args.refuse(
                RefusalKind::Arguments,
                rest.span,
                "ARG has no argument",
                "write the name after it",
            );
            return None;
        };
        let mut declarations = Vec::with_capacity(1 + words.left());
        for (n, word) in std::iter::once(first).chain(words).enumerate() {
            let (name, default) = word.split(b'=');
            if name.text.is_empty() {
                args.refuse(
                    RefusalKind::Arguments,
                    word.span.clone(),
                    "a build argument has no name",
                    "write `ARG NAME=default`",
                );
                return None;
            }
            args.mark(Part::Key(n), name.span.clone());
            let default = default.map(|default| args.text(&default, Part::Value(n)));
            declarations.push(Declaration {
                name: ArgName::new(name.text),
                default,
                description: None,
            });
        }
        Some(Arg { declarations })
    }
}

/// Docker takes a name as it is spelled, quotes included, up to a space or `=`.
fn write_name(declaration: &Declaration, n: usize, place: WordPlace, w: &mut Writer<'_>) {
    let name = declaration.name.as_str();
    let part = Part::Key(n);
    if w.if_plain(name, part) {
        return;
    }
    if name.is_empty() {
        w.problem(part, ProblemKind::Empty("name of an argument"));
    } else if n == 0 && name.starts_with("--") {
        let kind = ProblemKind::Invalid {
            what: "name of an argument",
            text: name.into(),
            expected: "letters, digits and `_`",
        };
        w.problem(part, kind);
    }
    let default = declaration.default.as_ref().map(Text::view);
    let is_word = match default {
        // A quote of the name can end in the default: `ARG "NAME=value"`.
        Some(View::Raw(default, _)) => {
            is_quoted_word(&format!("{name}={default}"), w.escape(), place)
        }
        Some(_) => is_quoted_word(name, w.escape(), WordPlace::Inner),
        None => is_quoted_word(name, w.escape(), place),
    };
    if is_word && !name.contains('=') {
        w.verbatim(name, part, &[]);
    } else {
        w.verbatim(name, part, &[ends_name]);
    }
}

fn ends_name(c: char) -> bool {
    c.is_whitespace() || matches!(c, '=' | '"' | '\'' | '\\' | '`')
}

impl Arg {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        for (n, declaration) in self.declarations.iter().enumerate() {
            let name = declaration.name.as_str();
            if is_secret(name) {
                let (keyword, key) = (Arg::KEYWORD, name.into());
                scope.note(Part::Key(n), NoteKind::Secret { keyword, key });
            }
            let value = match (scope.given.args.get(name), &declaration.default) {
                (Some(given), _) => Some(Value::new(given.as_str())),
                (None, Some(default)) => Some(scope.expand(default, Part::Value(n))?),
                (None, None) => scope.given.globals.get().get(name).cloned(),
            };
            scope.declared.insert(name, ());
            if let Some(value) = value.filter(|_| !is_never_set(name)) {
                if scope.state.env.contains(name) {
                    scope.hidden.push(name.into());
                }
                scope.set(name, value);
            }
        }
        Some(())
    }
}
