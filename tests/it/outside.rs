//! Rendered files for the tools outside of the project that read them again.
//!
//! Where `MULTISTAGE_RENDERED` names a folder, each rendered file is kept there as `NAME.Dockerfile`, with the
//! instructions that the model has as `NAME.json`. Where `MULTISTAGE_SAMPLES` names a file, the strings of the
//! properties are added to it, a line each.

use std::io::Write;
use std::path::Path;
use std::{env, fs};

use multistage::instruction::{Checksum, Chmod, Chown, Command, Instruction, Network, Security};
use multistage::{Comment, Dockerfile, Platform, Source, Text, instruction::OtherFlag};
use serde_json::{Value, json};

/// An instruction as the model has it.
#[derive(Debug, Default)]
pub(crate) struct Meant {
    pub(crate) keyword: &'static str,
    /// The comments that belong to it, as Docker collects them: an empty one clears those before it.
    pub(crate) comments: Vec<String>,
    /// The keyword inside of ONBUILD; the rest is then about that instruction.
    pub(crate) trigger: Option<&'static str>,
    /// The flags, where none of them is quoted and all of them are known.
    pub(crate) flags: Option<Vec<String>>,
    /// Whether the arguments are a JSON array, where that is certain.
    pub(crate) json: Option<bool>,
    /// The arguments, where Docker takes them as they are.
    pub(crate) args: Option<Vec<String>>,
}

/// The instructions of a file, in order.
pub(crate) fn instructions(file: &Dockerfile) -> Vec<Meant> {
    let mut pile = Vec::new();
    let mut all = Vec::new();
    note(&mut pile, file.header_comments());
    for arg in file.args() {
        note(&mut pile, arg.comments());
        describe(&mut pile, arg.instruction());
        all.push(Meant {
            keyword: "ARG",
            comments: std::mem::take(&mut pile),
            ..Meant::default()
        });
    }
    for stage in file.stages() {
        note(&mut pile, stage.comments());
        if let (Some(name), Some(text)) = (stage.name(), stage.description()) {
            pile.push(format!("{name} {text}"));
        }
        let from = stage.from_line();
        let mut flags = Flags::default();
        flags.text("platform", from.platform.as_ref().map(Platform::text));
        all.push(Meant {
            keyword: "FROM",
            comments: std::mem::take(&mut pile),
            flags: flags.others(&from.other),
            ..Meant::default()
        });
        for step in stage.steps() {
            note(&mut pile, step.comments());
            if let Instruction::Arg(arg) = step.instruction() {
                describe(&mut pile, arg);
            }
            all.push(Meant {
                comments: std::mem::take(&mut pile),
                ..instruction(step.instruction())
            });
        }
    }
    all
}

fn note(pile: &mut Vec<String>, comments: &[Comment]) {
    for comment in comments {
        match comment.text().trim() {
            "" => pile.clear(),
            text => pile.push(text.to_owned()),
        }
    }
}

fn describe(pile: &mut Vec<String>, arg: &multistage::instruction::Arg) {
    for declaration in arg.declarations() {
        if let Some(text) = declaration.description() {
            pile.push(format!("{} {text}", declaration.name().as_str()));
        }
    }
}

fn instruction(it: &Instruction) -> Meant {
    let keyword = it.keyword();
    let (json, args) = match it {
        Instruction::Onbuild(onbuild) => {
            let inner = onbuild.instruction().map(instruction).unwrap_or_default();
            return Meant {
                keyword,
                trigger: Some(inner.keyword),
                ..inner
            };
        }
        Instruction::Run(it) => command(&it.command),
        Instruction::Cmd(it) => command(&it.command),
        Instruction::Entrypoint(it) => command(&it.command),
        Instruction::Healthcheck(it) => match &it.command {
            Some(it) => (command(it).0, None),
            None => (Some(false), Some(vec!["NONE".to_owned()])),
        },
        Instruction::Shell(it) => (
            Some(true),
            Some(it.words.iter().map(str::to_owned).collect()),
        ),
        Instruction::Volume(_) => (Some(true), None),
        Instruction::Copy(_) | Instruction::Add(_) => (None, None),
        _ => (Some(false), None),
    };
    Meant {
        keyword,
        flags: flags(it),
        json,
        args,
        ..Meant::default()
    }
}

fn flags(it: &Instruction) -> Option<Vec<String>> {
    let mut flags = Flags::default();
    match it {
        Instruction::Add(it) => {
            flags.text("checksum", it.checksum.as_ref().map(Checksum::text));
            flags.text("chown", it.chown.as_ref().map(Chown::text));
            flags.text("chmod", it.chmod.as_ref().map(Chmod::text));
            flags.switch("link", it.link.then_some(true));
            flags.switch("keep-git-dir", it.keep_git_dir);
            flags.switch("unpack", it.unpack);
            for pattern in &it.exclude {
                flags.value("exclude", Some(pattern.as_str()));
            }
            flags.others(&it.other)
        }
        Instruction::Copy(it) => {
            flags.value("from", it.from.as_ref().map(Source::to_string).as_deref());
            flags.text("chown", it.chown.as_ref().map(Chown::text));
            flags.text("chmod", it.chmod.as_ref().map(Chmod::text));
            flags.switch("link", it.link.then_some(true));
            flags.switch("parents", it.parents.then_some(true));
            for pattern in &it.exclude {
                flags.value("exclude", Some(pattern.as_str()));
            }
            flags.others(&it.other)
        }
        Instruction::Run(it) if it.mounts.is_empty() && it.devices.is_empty() => {
            flags.value("network", it.network.map(Network::as_str));
            flags.value("security", it.security.map(Security::as_str));
            flags.others(&it.other)
        }
        Instruction::Run(_) | Instruction::Healthcheck(_) => None,
        _ => Some(Vec::new()),
    }
}

/// Flags as words, as long as none needs quotes.
struct Flags(Option<Vec<String>>);

impl Default for Flags {
    fn default() -> Flags {
        Flags(Some(Vec::new()))
    }
}

impl Flags {
    fn word(&mut self, word: String) {
        let plain = |c: char| c.is_ascii_graphic() && !"\"'\\`".contains(c);
        match &mut self.0 {
            Some(words) if word.chars().all(plain) => words.push(word),
            _ => self.0 = None,
        }
    }

    fn value(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.word(format!("--{name}={value}"));
        }
    }

    /// A text that Docker expands: a dollar sign in literal text is escaped.
    fn text(&mut self, name: &str, text: Option<&Text>) {
        match text {
            Some(text) if text.as_literal().is_some_and(|text| text.contains('$')) => self.0 = None,
            text => self.value(name, text.map(Text::to_string).as_deref()),
        }
    }

    fn switch(&mut self, name: &str, on: Option<bool>) {
        match on {
            Some(true) => self.word(format!("--{name}")),
            Some(false) => self.word(format!("--{name}=false")),
            None => {}
        }
    }

    fn others(mut self, others: &[OtherFlag]) -> Option<Vec<String>> {
        for other in others {
            match other.value() {
                Some(value) => self.value(other.name(), Some(value)),
                None => self.switch(other.name(), Some(true)),
            }
        }
        self.0
    }
}

fn command(command: &Command) -> (Option<bool>, Option<Vec<String>>) {
    match command {
        Command::Exec(exec) => (Some(true), Some(exec.iter().map(str::to_owned).collect())),
        Command::Shell(shell) => {
            let lines: Vec<&str> = shell.lines().collect();
            let one = match lines.as_slice() {
                [""] => Some(Vec::new()),
                [line] => Some(vec![(*line).to_owned()]),
                _ => None,
            };
            (Some(false), one)
        }
        _ => (Some(false), None),
    }
}

/// Keeps a rendered file for tools outside of the project, where they are asked for.
pub(crate) fn keep(name: &str, file: &Dockerfile, text: &str) {
    let Some(folder) = env::var_os("MULTISTAGE_RENDERED") else {
        return;
    };
    let folder = Path::new(&folder);
    let model: Vec<Value> = instructions(file).iter().map(Meant::to_json).collect();
    let model = Value::from(model).to_string();
    fs::create_dir_all(folder).expect("the folder can be made");
    fs::write(folder.join(format!("{name}.Dockerfile")), text).expect("the file can be written");
    fs::write(folder.join(format!("{name}.json")), model).expect("the model can be written");
}

impl Meant {
    fn to_json(&self) -> Value {
        let mut value = json!({"keyword": self.keyword});
        if let Some(trigger) = self.trigger {
            value["trigger"] = trigger.into();
        }
        if let Some(flags) = &self.flags {
            value["flags"] = flags.clone().into();
        }
        if let Some(json) = self.json {
            value["json"] = json.into();
        }
        if let Some(args) = &self.args {
            value["args"] = args.clone().into();
        }
        value
    }
}

/// Adds a string of the properties to the samples, where they are asked for: the field, the text it was rendered
/// into, the instructions and comments that the model has, the word that was read back, and what it means: a text,
/// or the values under each environment.
pub(crate) fn sample(
    field: &str,
    trigger: bool,
    file: &Dockerfile,
    text: &str,
    found: &str,
    meant: impl FnOnce() -> Result<String, Vec<Option<String>>>,
) {
    let Some(path) = env::var_os("MULTISTAGE_SAMPLES") else {
        return;
    };
    let instructions = instructions(file);
    let keywords: Vec<_> = instructions.iter().map(|it| it.keyword).collect();
    let comments: Vec<_> = instructions.iter().map(|it| &it.comments).collect();
    let mut line = json!({
        "field": field, "trigger": trigger, "text": text, "keywords": keywords, "comments": comments, "found": found,
    });
    match meant() {
        Ok(text) => line["meant"] = text.into(),
        Err(values) => line["values"] = values.into(),
    }
    let mut file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .expect("the samples can be opened");
    file.write_all(format!("{line}\n").as_bytes())
        .expect("a sample can be written");
}
