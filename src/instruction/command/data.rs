//! Commands as data: a string is shell form, a list exec form; other forms are keys of a map.

use smol_str::SmolStr;

use super::made::Kind;
use super::{Command, Exec, LineList, Script, Shell, ShellLayout, TextLines, with_line_feed};
use crate::data::{
    Alive, Data, Definitions, Keys, Read, Reader, Value, one_or_many, schema, serde_as_data,
};

serde_as_data!(Command);

const COMMAND: &str = "a command: text for the shell, a list of words, or a map with `command`, `chain`, `lines` or `script`";

impl Data for Command {
    fn read(value: &Value, at: &mut Reader) -> Option<Command> {
        let Value::Map(entries) = value else {
            return read_plain(value, at);
        };
        let mut keys = at.keys("command", entries);
        let command = Command::from_keys(&mut keys, at);
        keys.finish(at);
        command.unwrap_or_else(|| at.expected(COMMAND, value))
    }

    fn write(&self) -> Value {
        self.plain().unwrap_or_else(|| {
            let mut out = Vec::new();
            self.push_keys(&mut out);
            Value::map(out)
        })
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("command", |definitions| {
            let keys = Command::key_schemas(definitions);
            Definitions::described(
                "A command: a string is shell form, a list is exec form.",
                schema::any_of([plain_schema(definitions), Command::with_keys(keys, &[])]),
            )
        })
    }
}

impl Command {
    /// The command as a string or a list, where it is nothing more.
    pub(crate) fn plain(&self) -> Option<Value> {
        match self {
            Command::Shell(shell) if shell.faults().is_empty() => {
                let only_text =
                    shell.bodies().is_empty() && shell.layout() == ShellLayout::default();
                shell.single().filter(|_| only_text).map(Value::text)
            }
            Command::Exec(exec) if exec.bodies().is_empty() => {
                Some(Value::list(exec.iter().map(Value::text)))
            }
            _ => None,
        }
    }

    /// Reads the keys that say what is run; `None` where there are none.
    pub(crate) fn from_keys(keys: &mut Keys<'_>, at: &mut Reader) -> Option<Read<Command>> {
        let plain = keys
            .take("command")
            .map(|value| at.key("command", |at| read_plain(value, at)));
        let mut list = |name: &'static str, at: &mut Reader| {
            let value = keys.take(name)?;
            let texts = at.key(name, |at| at.one_or_many::<Alive>(value));
            Some(texts.map(|texts| texts.into_iter().map(|text| text.0).collect::<Vec<_>>()))
        };
        let (chain, lines) = (list("chain", at), list("lines", at));
        let bodies = list("heredoc", at);
        let script = keys.read::<Alive>("script", at);
        let delimiter = match script {
            Some(_) => keys.read::<String>("delimiter", at),
            None => None,
        };
        let verbatim = match lines {
            Some(_) => keys.read::<bool>("verbatim", at),
            None => None,
        };
        let own_line = keys.read::<bool>("own-line", at);
        let indent = keys.take("indent").map(|value| match value {
            Value::Integer(indent) => u8::try_from(*indent).ok(),
            _ => None,
        });
        if indent == Some(None) {
            at.key("indent", |at| at.problem("expected a number up to 255"));
        }
        let command = match (plain, chain, lines, script) {
            (Some(plain), None, None, None) => plain,
            (None, Some(chain), None, None) => chain.map(Command::chain),
            (None, None, Some(lines), None) => lines.map(|lines| {
                if verbatim == Some(Some(true)) {
                    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                    let lines = TextLines::of(&lines);
                    Command::Shell(Shell::of(lines, Vec::new(), ShellLayout::default()))
                } else {
                    Command::lines(lines)
                }
            }),
            (None, None, None, Some(script)) => script.map(|body| {
                let name = delimiter.flatten().map(SmolStr::from);
                Command::Script(Script::new(name, with_line_feed(&body.0)))
            }),
            (None, None, None, None) => {
                if bodies.is_some() {
                    at.problem(
                        "`heredoc` needs the `command` or the `lines` that its marker is in",
                    );
                    return Some(None);
                }
                return None;
            }
            _ => {
                at.problem(
                    "expected one of `command`, `chain`, `lines` and `script`, found several",
                );
                return Some(None);
            }
        };
        let bodies = match bodies {
            None => Vec::new(),
            Some(bodies) => match bodies {
                Some(bodies) => bodies,
                None => return Some(None),
            },
        };
        let layout = ShellLayout {
            below: own_line.flatten().unwrap_or_default(),
            indent: indent.flatten().unwrap_or_default(),
        };
        Some(command.map(|command| {
            let mut command = bodies.iter().fold(command, Command::heredoc);
            if let Command::Shell(shell) = &mut command {
                shell.set_layout(layout);
            } else if layout != ShellLayout::default() {
                at.problem("`own-line` and `indent` are for shell form");
            }
            command
        }))
    }

    /// Writes the keys that say what is run.
    pub(crate) fn push_keys(&self, out: &mut Vec<(&'static str, Value)>) {
        let texts = |texts: &[SmolStr]| one_or_many(texts.iter().map(|t| Value::text(t.as_str())));
        match self {
            Command::Exec(exec) => {
                out.push(("command", Value::list(exec.iter().map(Value::text))));
                if !exec.bodies().is_empty() {
                    out.push(("heredoc", texts(exec.bodies())));
                }
            }
            Command::Script(script) => {
                out.push(("script", Value::text(script.0.body.as_str())));
                if let Some(name) = &script.0.name {
                    out.push(("delimiter", Value::text(name.as_str())));
                }
            }
            Command::Shell(shell) => {
                let lines = match shell.made() {
                    Some(made) if made.is_without_lines() => LineList::NONE,
                    _ => shell.line_list(),
                };
                let layout = shell.layout();
                let again = Shell::of_lines(lines.to_vec());
                let as_lines = again.line_list() == shell.line_list();
                let with_faults = as_lines && again.faults() == shell.faults();
                // Faults that lines do not have are lost either way: one spelling is enough.
                let same = with_faults || as_lines && again.faults().is_empty();
                match (
                    shell.single().filter(|_| !lines.is_empty()),
                    shell.chained(with_faults),
                ) {
                    (_, Some(chain)) => {
                        out.push(("chain", Value::list(chain.into_iter().map(Value::text))));
                    }
                    (Some(line), _) if same => out.push(("command", Value::text(line))),
                    _ => {
                        out.push(("lines", one_or_many(lines.iter().map(Value::text))));
                        if !same {
                            out.push(("verbatim", Value::Bool(true)));
                        }
                    }
                }
                if layout.below {
                    out.push(("own-line", Value::Bool(true)));
                }
                if layout.indent > 0 {
                    out.push(("indent", Value::Integer(layout.indent.into())));
                }
                if !shell.bodies().is_empty() {
                    out.push(("heredoc", texts(shell.bodies())));
                }
            }
        }
    }

    /// The schemas of the keys that say what is run.
    pub(crate) fn key_schemas(definitions: &mut Definitions) -> Vec<(&'static str, Value)> {
        let texts = schema::one_or_many(schema::string());
        let about = |about: &str, schema: Value| Definitions::described(about, schema);
        vec![
            ("command", plain_schema(definitions)),
            (
                "chain",
                about(
                    "Commands joined with `&&`, each on a line of its own.",
                    texts.clone(),
                ),
            ),
            (
                "lines",
                about(
                    "One command over several lines, as they are.",
                    texts.clone(),
                ),
            ),
            (
                "verbatim",
                about(
                    "Whether the lines keep the indentation that they share.",
                    schema::boolean(),
                ),
            ),
            (
                "own-line",
                about(
                    "Whether a command in shell form begins on a line of its own.",
                    schema::boolean(),
                ),
            ),
            (
                "indent",
                about(
                    "How many spaces deeper than its first line the others are.",
                    schema::integer(0, u8::MAX.into()),
                ),
            ),
            ("script", about("A script in a heredoc.", schema::string())),
            (
                "delimiter",
                about("The delimiter of the script.", schema::string()),
            ),
            (
                "heredoc",
                about(
                    "The bodies of the heredocs whose markers are in the text.",
                    texts,
                ),
            ),
        ]
    }

    /// The schema of a map with these keys, of which one has to say what is run, or one of `or`.
    pub(crate) fn with_keys(keys: Vec<(&'static str, Value)>, or: &[&'static str]) -> Value {
        let needed = ["command", "chain", "lines", "script"];
        let needed = needed.iter().chain(or);
        let needed = needed.map(|key| Value::one("required", Value::list([Value::text(*key)])));
        schema::with(schema::object(keys, &[]), "oneOf", Value::list(needed))
    }
}

impl Shell {
    /// The commands that [`Command::chain`] makes exactly these lines of. `as_lines`: whether the
    /// lines come back with their faults if they are written as lines.
    fn chained(&self, as_lines: bool) -> Option<Vec<String>> {
        if let Some(made) = self.made().filter(|made| made.kind() == Kind::Chain) {
            // For another shell than a POSIX one it can be other lines.
            let texts = made.texts();
            let again = Command::chain(texts.iter().map(String::as_str));
            let same =
                matches!(&again, Command::Shell(again) if again.line_list() == self.line_list());
            if same {
                return Some(texts);
            }
            // Lines that are right may still be those of another chain, as which they come back.
            if as_lines && !made.faults().is_empty() {
                return None;
            }
        }
        let mut commands: Vec<String> = Vec::new();
        for line in self.lines() {
            match (line.strip_prefix("&& "), commands.last_mut()) {
                (Some(command), Some(_)) => commands.push(command.to_owned()),
                (_, None) => commands.push(line.to_owned()),
                (None, Some(last)) => {
                    last.push_str(" \\\n");
                    last.push_str(line);
                }
            }
        }
        let made = match Command::chain(commands.iter().map(String::as_str)) {
            Command::Shell(made) if commands.len() > 1 => made,
            _ => return None,
        };
        (made.line_list() == self.line_list() && made.faults().is_empty()).then_some(commands)
    }
}

fn read_plain(value: &Value, at: &mut Reader) -> Option<Command> {
    match value {
        Value::Text(_) | Value::Given(_) => Some(Command::shell(Alive::read(value, at)?.0)),
        Value::List(words) => Some(Command::exec(at.items::<String>(words)?)),
        other => at.expected(COMMAND, other),
    }
}

fn plain_schema(_: &mut Definitions) -> Value {
    schema::any_of([
        schema::string(),
        schema::list_of(Value::one(
            "type",
            Value::list(["string", "integer"].map(Value::text)),
        )),
    ])
}

impl Data for Exec {
    fn read(value: &Value, at: &mut Reader) -> Option<Exec> {
        match <Command as Data>::read(value, at)? {
            Command::Exec(exec) => Some(exec),
            _ => at.expected("a list of words", value),
        }
    }

    fn write(&self) -> Value {
        Data::write(&Command::Exec(self.clone()))
    }

    fn schema(_: &mut Definitions) -> Value {
        schema::list_of(schema::string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn round(command: Command, json: &str) {
        let value = Data::write(&command);
        assert_eq!(serde_json::to_string(&value).unwrap_or_default(), json);
        assert_eq!(crate::data::read::<Command>(&value), Ok(command));
    }

    #[test]
    fn forms() {
        round(Command::shell("npm ci"), r#""npm ci""#);
        round(Command::exec(["a", "b"]), r#"["a","b"]"#);
        round(Command::exec([""; 0]), "[]");
        round(
            Command::chain(["a", "b \\\n  c"]),
            r#"{"chain":["a","b \\\n  c"]}"#,
        );
        round(
            Command::lines(["a;", "  b", "c"]),
            r#"{"lines":["a;","  b","c"]}"#,
        );
        round(Command::lines([""; 0]), r#"{"lines":[]}"#);
        round(Command::script("a\nb"), r#"{"script":"a\nb\n"}"#);
        round(
            Command::shell("cat <<A <<B").heredoc("x").heredoc("y"),
            r#"{"command":"cat <<A <<B","heredoc":["x\n","y\n"]}"#,
        );
        round(
            Command::exec(["a"]).heredoc("x"),
            r#"{"command":["a"],"heredoc":"x\n"}"#,
        );
        let lines = TextLines::of(&["a", "  b"]);
        let kept = Shell::of(lines, Vec::new(), ShellLayout::default());
        round(
            Command::Shell(kept),
            r#"{"lines":["a","  b"],"verbatim":true}"#,
        );
        let mut deeper = Shell::from_lines(["a", "b"].into_iter(), crate::Escape::Backslash);
        deeper.set_layout(ShellLayout {
            below: true,
            indent: 4,
        });
        round(
            Command::Shell(deeper),
            r#"{"lines":["a","b"],"own-line":true,"indent":4}"#,
        );
    }
}
