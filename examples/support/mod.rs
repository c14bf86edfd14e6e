//! Shared by the examples: arguments and help, reading files, printing, exit statuses.
//!
//! The exit status is 0 where all is well, 1 where an example has found something, and 2 where the
//! arguments are wrong or a file cannot be read; the other files are looked at all the same.

#![allow(dead_code, reason = "each example uses a part of it")]

use std::fmt::Write as _;
use std::io::{self, ErrorKind, Read as _, Write};
use std::process::ExitCode;

use multistage::{Dockerfile, Report};

/// An option: `--target STAGE`, or `--json` where it takes no value; and what it does.
pub(crate) type Choice = (&'static str, &'static str);

/// An example as its user sees it.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// The arguments after the options: `FILE...`.
    pub(crate) operands: &'static str,
    pub(crate) choices: &'static [&'static [Choice]],
}

/// The arguments of the program.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    /// The arguments that are not options.
    pub(crate) files: Vec<String>,
    given: Vec<(&'static str, String)>,
}

/// The result of a run.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Outcome {
    /// The example found what it looks for.
    pub(crate) found: bool,
    /// Something could not be read or written.
    pub(crate) failed: bool,
}

impl Program {
    /// Reads the arguments and calls the program with them.
    pub(crate) fn main(&self, run: fn(&Arguments) -> Result<Outcome, String>) -> ExitCode {
        let words: Vec<String> = std::env::args().skip(1).collect();
        if words.iter().any(|word| word == "--help" || word == "-h") {
            print(&self.help());
            return ExitCode::SUCCESS;
        }
        let outcome = self.arguments(words).and_then(|arguments| run(&arguments));
        match outcome {
            Ok(Outcome { failed: true, .. }) => ExitCode::from(2),
            Ok(Outcome { found, .. }) => ExitCode::from(u8::from(found)),
            Err(error) => {
                complain(&error);
                ExitCode::from(2)
            }
        }
    }

    fn usage(&self) -> String {
        let options = if self.choices.is_empty() {
            ""
        } else {
            "[OPTIONS] "
        };
        format!(
            "usage: cargo run --all-features --example {} -- {options}{}",
            self.name, self.operands
        )
    }

    fn help(&self) -> String {
        let mut out = format!("{}\n\n{}\n\noptions:\n", self.about, self.usage());
        let help: &[Choice] = &[("--help", "print this help")];
        let choices = || self.choices.iter().copied().chain([help]).flatten();
        let width = choices().map(|(option, _)| option.len()).max().unwrap_or(0);
        for (option, about) in choices() {
            let mut about = about.lines();
            let first = about.next().unwrap_or_default();
            let _ = writeln!(out, "  {option:<width$}  {first}");
            for line in about {
                let _ = writeln!(out, "  {:<width$}  {line}", "");
            }
        }
        out.push_str(
            "\nA FILE of `-` is the standard input. The exit status is 2 if the arguments are wrong or\n\
             a file cannot be read.\n",
        );
        out
    }

    fn arguments(&self, words: Vec<String>) -> Result<Arguments, String> {
        let wrong = |what: String| format!("{what}\n{}\n--help prints more", self.usage());
        let mut out = Arguments::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            if word == "-" || !word.starts_with('-') {
                out.files.push(word);
                continue;
            }
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            let choices = self.choices.iter().copied().flatten();
            let mut spelled =
                choices.map(|(option, _)| option.split_once(' ').unwrap_or((*option, "")));
            let Some((known, takes)) = spelled.find(|(option, _)| *option == name) else {
                return Err(wrong(format!("there is no option `{name}`")));
            };
            let value = match (takes.is_empty(), value) {
                (true, None) => String::new(),
                (true, Some(_)) => return Err(wrong(format!("`{name}` takes no value"))),
                (false, value) => value
                    .or_else(|| words.next())
                    .ok_or_else(|| wrong(format!("`{name}` needs a value: {takes}")))?,
            };
            out.given.push((known, value));
        }
        if out.files.is_empty() {
            return Err(wrong("no file is given".to_owned()));
        }
        Ok(out)
    }
}

impl Arguments {
    pub(crate) fn has(&self, option: &str) -> bool {
        self.given.iter().any(|(given, _)| *given == option)
    }

    /// The values of an option that can be given again.
    pub(crate) fn values(&self, option: &str) -> impl Iterator<Item = &str> {
        let given = self.given.iter().filter(move |(given, _)| *given == option);
        given.map(|(_, value)| value.as_str())
    }

    /// The value of an option, the last one.
    pub(crate) fn value(&self, option: &str) -> Option<&str> {
        self.values(option).last()
    }

    /// Reads one file after the other. A call returns whether it has found something, or what went
    /// wrong.
    pub(crate) fn each(&self, mut call: impl FnMut(&str, &str) -> Result<bool, String>) -> Outcome {
        let mut outcome = Outcome::default();
        for path in &self.files {
            match read(path).and_then(|text| call(path, &text)) {
                Ok(found) => outcome.found |= found,
                Err(error) => {
                    complain(&error);
                    outcome.failed = true;
                }
            }
        }
        outcome
    }
}

/// A file, or the standard input for `-`.
pub(crate) fn read(path: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    let result = if path == "-" {
        io::stdin().read_to_end(&mut bytes).map(drop)
    } else {
        std::fs::read(path).map(|found| bytes = found)
    };
    result.map_err(|error| format!("{path}: {error}"))?;
    if is_utf_16(&bytes) {
        return Err(format!(
            "{path}: the file is UTF-16, and Docker reads UTF-8: save it as UTF-8"
        ));
    }
    String::from_utf8(bytes)
        .map_err(|error| format!("{path}: the file is not UTF-8: {}", error.utf8_error()))
}

/// A byte order mark, or a first character of two bytes.
fn is_utf_16(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=0x7f, ..] | [1..=0x7f, 0, ..]
    )
}

/// Reads a Dockerfile; what Docker would reject is reported.
pub(crate) fn parse(path: &str, text: &str) -> Result<Dockerfile, String> {
    Dockerfile::parse(text).map_err(|report| colored(report, path))
}

/// A report with the name of its file, for [`complain`].
pub(crate) fn colored(report: Report, path: &str) -> String {
    report.with_name(name(path)).colored().to_string()
}

/// The name under which a file is reported.
pub(crate) fn name(path: &str) -> &str {
    if path == "-" { "Dockerfile" } else { path }
}

/// Prints a text as it is.
pub(crate) fn print(text: &str) {
    write(&mut io::stdout(), text);
}

/// Prints what may have colours, which are left out where nobody sees them.
pub(crate) fn show(text: &str) {
    write(&mut anstream::stdout(), text);
}

/// Says on standard error what is wrong.
pub(crate) fn complain(text: &str) {
    write(&mut anstream::stderr(), &format!("{}\n", text.trim_end()));
}

/// A reader that has gone away is not an error.
fn write(out: &mut impl Write, text: &str) {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let _ = writeln!(io::stderr(), "{error}");
        }
        _ => {}
    }
}
