//! Real Dockerfiles by others, read as BuildKit reads them. The folder is named by `MULTISTAGE_CORPUS`; BuildKit's
//! answers, one JSON object a line, are in `corpus-expected-parse.jsonl` beside it.

use std::path::PathBuf;

use multistage::instruction::{
    Command, CopySource, Healthcheck, Instruction, Mount, Pair, Sources,
};
use multistage::{
    Comment, Dockerfile, Parsed, Source, Stage, Step, Text,
    layout::{At, Part},
    text::Piece,
};
use serde_json::Value;

/// Files that BuildKit reads and rejects later, whatever the build arguments are.
const REFUSED_LATER: &[(&str, &str)] = &[
    (
        "bridgecrewio__checkov__tests__dockerfile__checks__example_AliasIsUnique__failure__Dockerfile",
        "`baseImage` is not a valid image",
    ),
    (
        "GoogleCloudPlatform__cloud-builders-community__docker-reuse__examples__multistage__docker__server__Dockerfile",
        "`[server-modules]` is not a valid image",
    ),
    (
        "microsoft__vscode-dev-containers__build__assets__redhat.Dockerfile",
        "`REPLACE-ME` is not a valid image",
    ),
];

pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) text: String,
    expected: Value,
}

/// The files with BuildKit's answers; none, with a line that says so, where there is no corpus.
fn corpus() -> Vec<File> {
    let Some(folder) = std::env::var_os("MULTISTAGE_CORPUS").map(PathBuf::from) else {
        println!("skipped: MULTISTAGE_CORPUS names no corpus");
        return Vec::new();
    };
    let answers = folder.with_file_name("corpus-expected-parse.jsonl");
    let answers = std::fs::read_to_string(answers).expect("the answers");
    let files: Vec<File> = answers
        .lines()
        .map(|line| {
            let expected: Value = serde_json::from_str(line).expect("an answer");
            let name = string(&expected["file"]).to_owned();
            let bytes = std::fs::read(folder.join(&name)).expect("a file of the corpus");
            File {
                name,
                text: String::from_utf8_lossy(&bytes).into_owned(),
                expected,
            }
        })
        .collect();
    assert_eq!(files.len(), 600);
    files
}

/// The files that both accept.
pub(crate) fn accepted() -> impl Iterator<Item = File> {
    corpus().into_iter().filter(|file| {
        file.expected["ok"] == true && !REFUSED_LATER.iter().any(|(name, _)| *name == file.name)
    })
}

#[test]
fn what_docker_accepts_is_accepted() {
    for file in corpus() {
        let accepted = Dockerfile::parse(&file.text);
        let later = REFUSED_LATER.iter().find(|(name, _)| *name == file.name);
        match (&accepted, later) {
            (Err(report), Some((_, why))) => assert!(report.to_string().contains(why), "{report}"),
            _ => assert_eq!(
                accepted.is_ok(),
                file.expected["ok"] == true,
                "{}: {accepted:?}",
                file.name
            ),
        }
    }
}

#[test]
fn what_is_written_is_read_again() {
    for file in accepted() {
        let mut model = Dockerfile::parse(&file.text).expect("an accepted file");
        // Docker reads `FROM gcr.io/$PROJECT_ID/az`, and builds it for no argument.
        model.allow("undefined-arg-in-from");
        let text = model
            .render()
            .unwrap_or_else(|report| panic!("{}: {report}", file.name));
        let mut again =
            Dockerfile::parse(&text).unwrap_or_else(|report| panic!("{}: {report}", file.name));
        assert_eq!(again, model, "{}", file.name);
        again.allow("undefined-arg-in-from");
        assert_eq!(again.render().as_ref(), Ok(&text), "{}", file.name);
    }
}

#[test]
fn the_model_is_what_docker_reads() {
    for file in accepted() {
        let parsed = Parsed::new(&file.text);
        let check = Check {
            name: &file.name,
            parsed: &parsed,
            escape: if file.expected["escape"] == "`" {
                '`'
            } else {
                '\\'
            },
        };
        let args = items(&file.expected["metaArgs"]);
        check.equal(parsed.file().args().len(), args.len(), "global arguments");
        for (n, (step, expected)) in parsed.file().args().iter().zip(args).enumerate() {
            check.lines(At::Arg(n), expected);
            check.instruction(
                &Instruction::Arg(step.instruction().clone()),
                At::Arg(n),
                expected,
            );
        }
        let stages = items(&file.expected["stages"]);
        check.equal(parsed.file().stages().len(), stages.len(), "stages");
        for (n, (stage, expected)) in parsed.file().stages().iter().zip(stages).enumerate() {
            check.stage(stage, n, expected);
        }
    }
}

struct Check<'a> {
    name: &'a str,
    parsed: &'a Parsed<'a>,
    escape: char,
}

impl Check<'_> {
    #[track_caller]
    fn equal<T: PartialEq<U> + std::fmt::Debug, U: std::fmt::Debug>(
        &self,
        ours: T,
        theirs: U,
        what: &str,
    ) {
        assert_eq!(ours, theirs, "{}: {what}", self.name);
    }

    fn stage(&self, stage: &Stage, n: usize, expected: &Value) {
        self.lines(At::From(n), expected);
        let slice = |part| self.parsed.slice(At::From(n), part).unwrap_or_default();
        self.equal(slice(Part::Base), string(&expected["base"]), "base");
        self.equal(
            slice(Part::Name).to_lowercase(),
            string(&expected["name"]),
            "name",
        );
        let platform = stage.from_line().platform.as_ref();
        let platform = platform
            .map(|platform| shape(platform.text()))
            .unwrap_or_default();
        self.equal(
            Some(platform),
            self.decode(&expected["platform"]),
            "platform",
        );
        let described = stage
            .description()
            .map(|text| text.to_owned())
            .unwrap_or_default();
        // A description that other comments follow stays a comment.
        if stage.description().is_some() {
            self.equal(
                described.as_str(),
                string(&expected["docComment"]),
                "description",
            );
        }
        let header = if n == 0 {
            self.parsed.file().header_comments()
        } else {
            &[]
        };
        let name = stage.name().filter(|_| !described.is_empty());
        let description = name.map(|name| format!("{name} {described}"));
        self.comments(header.iter().chain(stage.comments()), description, expected);
        let commands = items(&expected["commands"]);
        self.equal(stage.steps().len(), commands.len(), "instructions");
        for (step, (ours, expected)) in stage.steps().iter().zip(commands).enumerate() {
            let at = At::Step { stage: n, step };
            self.lines(at, expected);
            self.step(ours, at, expected);
        }
    }

    fn step(&self, step: &Step, at: At, expected: &Value) {
        self.equal(
            step.instruction().keyword(),
            string(&expected["type"]),
            "keyword",
        );
        if !matches!(step.instruction(), Instruction::Arg(_)) {
            self.comments(step.comments().iter(), None, expected);
        }
        self.instruction(step.instruction(), at, expected);
    }

    /// The lines that an instruction is on.
    fn lines(&self, at: At, expected: &Value) {
        let span = self.parsed.layout().span(at, Part::Whole).expect("a span");
        let report = self.parsed.report();
        let (first, _) = report.line_column(span.start);
        let (last, _) = report.line_column(span.end);
        self.equal(
            (first as u64, last as u64),
            (number(&expected["line"]), number(&expected["endLine"])),
            "lines",
        );
    }

    /// BuildKit's comments are among ours, in order: it drops those above an empty one.
    fn comments<'c>(
        &self,
        ours: impl Iterator<Item = &'c Comment>,
        description: Option<String>,
        expected: &Value,
    ) {
        let plain = |text: &str| {
            text.trim_start_matches(['#', ' ', '\t', '!'])
                .trim()
                .to_owned()
        };
        let mut ours = ours.map(|comment| plain(&comment.text()));
        let mut description = description.map(|text| plain(&text));
        for comment in items(&expected["comments"]) {
            let comment = plain(string(comment));
            if description.as_ref() == Some(&comment) {
                description = None;
                continue;
            }
            assert!(
                ours.any(|own| own == comment),
                "{}: comment {comment}",
                self.name
            );
        }
        assert_eq!(description, None, "{}", self.name);
    }

    fn instruction(&self, instruction: &Instruction, at: At, expected: &Value) {
        match instruction {
            Instruction::Env(env) => self.pairs(&env.pairs, &expected["Env"]),
            Instruction::Label(label) => self.pairs(&label.pairs, &expected["Labels"]),
            Instruction::Arg(arg) => {
                let theirs = items(&expected["Args"]);
                let ours = arg.declarations();
                self.equal(ours.len(), theirs.len(), "arguments");
                for (own, their) in ours.iter().zip(theirs) {
                    self.equal(own.name().as_str(), string(&their["Key"]), "argument");
                    self.equal(
                        own.default().is_some(),
                        their["Value"].is_string(),
                        "default",
                    );
                    if let Some(default) = own.default() {
                        self.text(default, &their["Value"]);
                    }
                }
            }
            Instruction::Run(run) => {
                self.command(&run.command, expected);
                let network = run.network.map_or("default", |network| network.as_str());
                self.equal(network, string(&expected["network"]), "network");
                let security = run.security.map_or("sandbox", |security| security.as_str());
                self.equal(security, string(&expected["security"]), "security");
                let mounts = items(&expected["mounts"]);
                self.equal(run.mounts.len(), mounts.len(), "mounts");
                for (n, (mount, expected)) in run.mounts.iter().zip(mounts).enumerate() {
                    self.mount(mount, n, at, expected);
                }
            }
            Instruction::Cmd(cmd) => self.command(&cmd.command, expected),
            Instruction::Entrypoint(entrypoint) => self.command(&entrypoint.command, expected),
            Instruction::Copy(copy) => {
                self.paths(&copy.sources, &copy.destination, expected);
                self.equal(
                    self.parsed
                        .slice(at, Part::FlagValue("from", 0))
                        .unwrap_or_default(),
                    string(&expected["From"]),
                    "from",
                );
                self.optional(
                    copy.chown.as_ref().map(|owner| owner.text()),
                    &expected["Chown"],
                );
                self.optional(
                    copy.chmod.as_ref().map(|mode| mode.text()),
                    &expected["Chmod"],
                );
                self.equal(copy.link, expected["Link"] == true, "link");
                self.equal(copy.parents, expected["Parents"] == true, "parents");
                let patterns: Vec<&str> = copy
                    .exclude
                    .iter()
                    .map(|pattern| pattern.as_str())
                    .collect();
                self.equal(patterns, strings(&expected["ExcludePatterns"]), "exclude");
            }
            Instruction::Add(add) => {
                self.paths(&add.sources, &add.destination, expected);
                self.optional(
                    add.chown.as_ref().map(|owner| owner.text()),
                    &expected["Chown"],
                );
                self.optional(
                    add.chmod.as_ref().map(|mode| mode.text()),
                    &expected["Chmod"],
                );
                self.optional(
                    add.checksum.as_ref().map(|sum| sum.text()),
                    &expected["Checksum"],
                );
                self.equal(add.link, expected["Link"] == true, "link");
                self.equal(
                    add.keep_git_dir,
                    expected["KeepGitDir"].as_bool(),
                    "keep-git-dir",
                );
                self.equal(add.unpack, expected["Unpack"].as_bool(), "unpack");
                let patterns: Vec<&str> =
                    add.exclude.iter().map(|pattern| pattern.as_str()).collect();
                self.equal(patterns, strings(&expected["ExcludePatterns"]), "exclude");
            }
            Instruction::Expose(expose) => {
                let mut ours: Vec<String> =
                    expose.ports.iter().map(|port| shape(port.text())).collect();
                ours.sort();
                let mut theirs: Vec<String> = items(&expected["Ports"])
                    .iter()
                    .filter_map(|port| self.decode(port))
                    .collect();
                theirs.sort();
                self.equal(ours, theirs, "ports");
            }
            Instruction::Volume(volume) => self.texts(volume.paths.iter(), &expected["Volumes"]),
            Instruction::User(user) => self.text(&user.user, &expected["User"]),
            Instruction::Workdir(workdir) => self.text(&workdir.path, &expected["Path"]),
            Instruction::Stopsignal(stopsignal) => {
                self.text(stopsignal.signal.text(), &expected["Signal"])
            }
            Instruction::Maintainer(maintainer) => self.equal(
                maintainer.name(),
                string(&expected["Maintainer"]),
                "maintainer",
            ),
            Instruction::Shell(shell) => self.equal(
                shell.words.iter().collect::<Vec<_>>(),
                strings(&expected["Shell"]),
                "shell",
            ),
            Instruction::Healthcheck(healthcheck) => {
                self.healthcheck(healthcheck, &expected["Health"])
            }
            Instruction::Onbuild(onbuild) => {
                // A trigger that Docker will reject is kept as it is written.
                let trigger = onbuild.instruction().map(|trigger| trigger.keyword());
                self.equal(trigger, expected["trigger"]["type"].as_str(), "trigger");
            }
            other => panic!("{}: {other:?}", self.name),
        }
    }

    fn pairs(&self, pairs: &[Pair], expected: &Value) {
        self.texts(pairs.iter().map(|pair| &pair.key), &field(expected, "Key"));
        self.texts(
            pairs.iter().map(|pair| &pair.value),
            &field(expected, "Value"),
        );
    }

    fn paths(&self, sources: &Sources, destination: &Text, expected: &Value) {
        let paths = sources.as_slice().iter().filter_map(|source| match source {
            CopySource::Path(path) => Some(path),
            _ => None,
        });
        self.texts(paths, &expected["SourcePaths"]);
        self.text(destination, &expected["DestPath"]);
        let bodies = sources.as_slice().iter().filter_map(|source| match source {
            CopySource::Inline(inline) => Some(inline.body()),
            _ => None,
        });
        let theirs = items(&expected["SourceContents"]);
        let bodies: Vec<&Text> = bodies.collect();
        self.equal(bodies.len(), theirs.len(), "files given inline");
        for (body, expected) in bodies.into_iter().zip(theirs) {
            if expected["Expand"] == false || !string(&expected["Data"]).contains(['$', '\\']) {
                self.equal(
                    body.as_literal(),
                    expected["Data"].as_str(),
                    "a file given inline",
                );
            }
        }
    }

    fn command(&self, command: &Command, expected: &Value) {
        let theirs = strings(&expected["CmdLine"]);
        let files = items(&expected["Files"]);
        let bodies: Vec<&str> = match command {
            Command::Exec(exec) => {
                self.equal(expected["PrependShell"].as_bool(), Some(false), "form");
                self.equal(exec.iter().collect::<Vec<_>>(), theirs, "words");
                return;
            }
            Command::Script(script) => vec![script.body()],
            Command::Shell(shell) => {
                let text = theirs.concat();
                if shell.lines().count() == 1
                    && !self.parsed.source().contains(&format!("{}\n", self.escape))
                {
                    self.equal(shell.joined(), text.as_str(), "command");
                }
                self.equal(folded(&shell.joined()), folded(&text), "command");
                shell.heredocs().collect()
            }
            other => panic!("{}: {other:?}", self.name),
        };
        self.equal(expected["PrependShell"].as_bool(), Some(true), "form");
        let tabs = |text: &str| {
            text.lines()
                .map(|line| line.trim_start_matches('\t').to_owned())
                .collect::<Vec<_>>()
        };
        self.equal(bodies.len(), files.len(), "heredocs");
        for (body, file) in bodies.iter().zip(files) {
            let data = string(&file["Data"]);
            if file["Chomp"] == true {
                self.equal(tabs(body), tabs(data), "heredoc");
            } else {
                self.equal(*body, data, "heredoc");
            }
        }
    }

    fn mount(&self, mount: &Mount, n: usize, at: At, expected: &Value) {
        let kind = mount.kind().map(|kind| kind.as_str()).unwrap_or_default();
        self.equal(kind, string(&expected["Type"]), "type of a mount");
        let origin = mount
            .options()
            .and_then(|options| options.from.as_ref())
            .map(Source::to_string)
            .unwrap_or_default();
        self.equal(
            origin.to_lowercase(),
            string(&expected["From"]).to_lowercase(),
            "origin of a mount",
        );
        for (key, field) in [("target", "Target"), ("source", "Source")] {
            if let Some(value) = self.parsed.slice(at, Part::MountValue(key, n)) {
                self.equal(value, string(&expected[field]), "path of a mount");
            }
        }
    }

    fn healthcheck(&self, healthcheck: &Healthcheck, expected: &Value) {
        let theirs = strings(&expected["Test"]);
        match &healthcheck.command {
            None => self.equal(theirs, ["NONE"], "check"),
            Some(Command::Exec(exec)) => self.equal(
                ["CMD"].into_iter().chain(exec.iter()).collect::<Vec<_>>(),
                theirs,
                "check",
            ),
            Some(Command::Shell(shell)) => {
                self.equal(
                    folded(&format!("CMD-SHELL {}", shell.joined())),
                    folded(&theirs.join(" ")),
                    "check",
                );
            }
            Some(other) => panic!("{}: {other:?}", self.name),
        }
        for (ours, key) in [
            (healthcheck.interval, "Interval"),
            (healthcheck.timeout, "Timeout"),
            (healthcheck.start_period, "StartPeriod"),
            (healthcheck.start_interval, "StartInterval"),
        ] {
            let nanos = ours.map_or(0, |interval| interval.duration().as_nanos());
            self.equal(nanos, u128::from(expected[key].as_u64().unwrap_or(0)), key);
        }
        let retries = healthcheck.retries.map_or(0, |retries| retries.get());
        self.equal(
            u64::from(retries),
            expected["Retries"].as_u64().unwrap_or(0),
            "retries",
        );
    }

    fn texts<'t>(&self, ours: impl Iterator<Item = &'t Text>, expected: &Value) {
        let ours: Vec<&Text> = ours.collect();
        let theirs = items(expected);
        self.equal(ours.len(), theirs.len(), "texts");
        for (own, their) in ours.into_iter().zip(theirs) {
            self.text(own, their);
        }
    }

    fn optional(&self, ours: Option<&Text>, expected: &Value) {
        self.equal(
            ours.map(shape).unwrap_or_default(),
            self.decode(expected).unwrap_or_default(),
            "flag",
        );
    }

    /// A text is what the spelling stands for. One that Docker's lexer fails at is kept as it is.
    fn text(&self, text: &Text, spelling: &Value) {
        match self.decode(spelling) {
            Some(decoded) => self.equal(shape(text), decoded, "text"),
            None => self.equal(text.to_string().as_str(), string(spelling), "text"),
        }
    }

    /// A spelling without quotes and escapes; a variable is its name between two control characters. `None`
    /// where a quote or a brace is left open.
    fn decode(&self, spelling: &Value) -> Option<String> {
        let mut out = String::new();
        let mut chars = string(spelling).chars().peekable();
        let mut quote = None;
        while let Some(c) = chars.next() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (None, '\'' | '"') => quote = Some(c),
                (Some('\''), c) => out.push(c),
                (None, c) if c == self.escape => out.extend(chars.next()),
                (Some(_), c) if c == self.escape => {
                    match chars.next_if(|c| matches!(c, '"' | '$') || *c == self.escape) {
                        Some(escaped) => out.push(escaped),
                        None => out.push(c),
                    }
                }
                (_, '$') => {
                    let braced = chars.next_if_eq(&'{').is_some();
                    let mut name = String::new();
                    while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
                        name.push(c);
                    }
                    if braced {
                        // Behind the name comes the end, or an operator.
                        let mut ahead = chars.clone();
                        match ahead.next()? {
                            '}' | '-' | '+' | '?' | '#' | '%' | '/' => {}
                            ':' if matches!(ahead.next()?, '-' | '+' | '?') => {}
                            _ => return None,
                        }
                        let mut depth = 1;
                        while depth > 0 {
                            match chars.next()? {
                                '{' => depth += 1,
                                '}' => depth -= 1,
                                _ => {}
                            }
                        }
                    }
                    if name.is_empty() {
                        out.push('$');
                    } else {
                        out.push_str(&format!("\u{1}{name}\u{2}"));
                    }
                }
                (_, c) => out.push(c),
            }
        }
        quote.is_none().then_some(out)
    }
}

/// A text in the shape that `decode` gives.
fn shape(text: &Text) -> String {
    let pieces = text.pieces();
    if pieces.is_empty() {
        return text.to_string();
    }
    let piece = |piece: &Piece| match piece {
        Piece::Literal(text) => text.as_str().to_owned(),
        Piece::Variable(variable) => format!("\u{1}{}\u{2}", variable.name()),
        other => panic!("{other:?}"),
    };
    pieces.iter().map(piece).collect()
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn strings(value: &Value) -> Vec<&str> {
    items(value).iter().map(string).collect()
}

/// One field of each item of a list.
fn field(value: &Value, name: &str) -> Value {
    items(value).iter().map(|item| item[name].clone()).collect()
}
