//! `Spot`: a place of the model, and what a Dockerfile calls it.

use super::Finding;
use crate::diagnostic::Rule;
use crate::edges::Graph;
use crate::instruction::{Arg, Instruction, Pair};
use crate::model::Dockerfile;
use crate::reference::args;
use crate::syntax::{At, OtherFlag, Part};

/// A place of the model.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot<'m> {
    pub(crate) file: &'m Dockerfile,
    pub(crate) at: At,
    pub(crate) part: Part,
}

impl<'m> Spot<'m> {
    /// A finding that points here.
    pub(crate) fn finding(
        self,
        rule: &'static Rule,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Finding {
        Finding::new(rule, message).at(self.at, self.part, label)
    }

    /// The instruction, or the one that it triggers; none for FROM and global ARGs.
    pub(crate) fn instruction(self) -> Option<&'m Instruction> {
        match self.step()? {
            Instruction::Onbuild(onbuild) if self.part != Part::Trigger => {
                onbuild.instruction().or(self.step())
            }
            instruction => Some(instruction),
        }
    }

    fn step(self) -> Option<&'m Instruction> {
        let At::Step { stage, step } = self.at else {
            return None;
        };
        let step = self.file.stages.get(stage)?.steps.get(step)?;
        Some(step.instruction())
    }

    /// The keyword: `COPY`, `ONBUILD COPY`.
    pub(crate) fn keyword(self) -> String {
        match (self.at, self.step()) {
            (At::Arg(_), _) => "ARG".to_owned(),
            (At::From(_), _) => "FROM".to_owned(),
            (_, Some(Instruction::Onbuild(onbuild))) => match onbuild.instruction() {
                Some(inner) if self.part != Part::Trigger => format!("ONBUILD {}", inner.keyword()),
                _ => "ONBUILD".to_owned(),
            },
            (_, Some(instruction)) => instruction.keyword().to_owned(),
            (_, None) => "the file".to_owned(),
        }
    }

    /// The name of the place in a Dockerfile: "the value of ENV `PATH`", "`--chown` of COPY".
    pub(crate) fn name(self) -> String {
        let keyword = self.keyword();
        match self.part {
            Part::Whole | Part::Keyword => keyword,
            Part::Comment(_) if self.at == At::File => "a comment".to_owned(),
            Part::Comment(_) => format!("a comment above {keyword}"),
            Part::Description(nth) => match self.described(nth) {
                Some(name) => format!("the description of `{name}`"),
                None => format!("the description of {keyword}"),
            },
            Part::Flag(name, _) | Part::FlagValue(name, _) => format!("`--{name}` of {keyword}"),
            Part::MountValue(key, _) => format!("`{key}` in `--mount` of {keyword}"),
            Part::OtherFlag(nth) | Part::OtherFlagValue(nth) => match self.other_flags().get(nth) {
                Some(flag) if !flag.name().is_empty() => {
                    format!("`--{}` of {keyword}", short(flag.name()))
                }
                _ => format!("a flag of {keyword}"),
            },
            Part::Base => format!("the base of {keyword}"),
            Part::As => "the word `AS` of FROM".to_owned(),
            Part::Name => "the name of the stage".to_owned(),
            Part::Key(_) if keyword.ends_with("ARG") => format!("the name of {keyword}"),
            Part::Key(_) => format!("the key of {keyword}"),
            Part::Value(nth) => {
                let noun = if keyword.ends_with("ARG") {
                    "default"
                } else {
                    "value"
                };
                match self.key(nth) {
                    Some(key) => format!("the {noun} of {keyword} `{}`", short(&key)),
                    None => format!("the {noun} of {keyword}"),
                }
            }
            Part::Argument(_) => match self.argument() {
                Some(noun) => format!("{noun} of {keyword}"),
                None => keyword,
            },
            Part::Destination => format!("the destination of {keyword}"),
            Part::Command | Part::CommandLine(_) => format!("the command of {keyword}"),
            Part::Heredoc(_) => format!("the heredoc of {keyword}"),
            Part::Trigger => format!("the trigger of {keyword}"),
            Part::Directive(name) => format!("the `{name}` directive"),
        }
    }

    fn argument(self) -> Option<&'static str> {
        Some(match self.instruction()? {
            Instruction::Add(_) | Instruction::Copy(_) => "a source",
            Instruction::Expose(_) => "a port",
            Instruction::Maintainer(_) => "the text",
            Instruction::Stopsignal(_) => "the signal",
            Instruction::User(_) => return None,
            Instruction::Volume(_) => "a path",
            Instruction::Workdir(_) => "the path",
            _ => "a word",
        })
    }

    /// Returns `true` if an argument of this name is declared: above the first FROM, by the stage,
    /// or by Docker.
    pub(crate) fn has_argument(self, name: &str) -> bool {
        let declares = |arg: &Arg| {
            let mut declarations = arg.declarations().iter();
            declarations.any(|declared| declared.name().as_str() == name)
        };
        let stage = match self.at {
            At::From(stage) | At::Step { stage, .. } => self.file.stages.get(stage),
            At::File | At::Arg(_) => None,
        };
        let mut steps = stage.into_iter().flat_map(|stage| stage.steps());
        args::NAMES.contains(&name)
            || self.file.args.iter().any(|arg| declares(arg.instruction()))
            || steps
                .any(|step| matches!(step.instruction(), Instruction::Arg(arg) if declares(arg)))
    }

    /// Returns `true` if any text can be here, dollar signs too.
    pub(crate) fn is_free_text(self) -> bool {
        match self.part {
            Part::Key(_) | Part::Value(_) | Part::Destination | Part::Heredoc(_) => true,
            Part::FlagValue(name, _) => name == "chown",
            Part::MountValue(key, _) => matches!(key, "id" | "source" | "target" | "env"),
            Part::Argument(_) => !matches!(
                self.instruction(),
                Some(Instruction::Expose(_) | Instruction::Stopsignal(_))
            ),
            _ => false,
        }
    }

    /// The key of a pair, or the name of an argument, where it is literal.
    fn key(self, nth: usize) -> Option<String> {
        let pair = |pairs: &[Pair]| Some(pairs.get(nth)?.key.as_literal()?.to_owned());
        match (self.at, self.instruction()) {
            (At::Arg(_), _) | (_, Some(Instruction::Arg(_))) => {
                self.described(nth).map(str::to_owned)
            }
            (_, Some(Instruction::Env(env))) => pair(&env.pairs),
            (_, Some(Instruction::Label(label))) => pair(&label.pairs),
            _ => None,
        }
    }

    /// The name of what a description is about.
    fn described(self, nth: usize) -> Option<&'m str> {
        let arg = match (self.at, self.instruction()) {
            (At::From(stage), _) => {
                return Some(self.file.stages.get(stage)?.name()?.as_str());
            }
            (At::Arg(arg), _) => self.file.args.get(arg)?.instruction(),
            (_, Some(Instruction::Arg(arg))) => arg,
            _ => return None,
        };
        Some(arg.declarations().get(nth)?.name().as_str())
    }

    fn other_flags(self) -> &'m [OtherFlag] {
        match (self.at, self.instruction()) {
            (At::From(stage), _) => self
                .file
                .stages
                .get(stage)
                .map_or(&[], |stage| &stage.from.other),
            (_, Some(Instruction::Add(add))) => &add.other,
            (_, Some(Instruction::Copy(copy))) => &copy.other,
            (_, Some(Instruction::Healthcheck(check))) => &check.other,
            (_, Some(Instruction::Run(run))) => &run.other,
            _ => &[],
        }
    }
}

/// The name of a stage in a message: `` `build` ``, or "stage 2" by its number, as Docker counts.
pub(crate) fn stage_name(graph: &Graph<'_>, stage: usize) -> String {
    match graph.stages.get(stage).and_then(|stage| stage.name()) {
        Some(name) => format!("`{}`", short(name.as_str())),
        None => format!("stage {stage}"),
    }
}

/// Text for a message: the beginning of what is long.
pub(crate) fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
