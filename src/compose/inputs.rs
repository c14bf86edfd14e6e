//! The inputs of a build: arguments, secrets, contexts, images and paths.
//!
//! [`Dockerfile::inputs`] returns the [`Inputs`] of a file, and [`Inputs::command`] makes the
//! command line of a build from them.

use indexmap::{IndexMap, IndexSet};

pub use super::command::{BuildCommand, BuildTool, CommandError};

use super::mount_values::{MountValues, Place};
use crate::edges::{Defaults, Epoch, Graph, PossibleBases, bases_that_are_stages};
use crate::instruction::{
    Arg, CopySource, Instruction, Mount, MountKind, Network, Run, Security, Sources, is_remote,
};
use crate::model::{Dockerfile, Stage};
use crate::reference::{ArgName, Context, Image, Platform, Source, StageName, args};
#[cfg(feature = "serde")]
use crate::text::expression::has_live_dollar;
use crate::text::{Operator, Piece, Text, View};

/// The inputs of a build, as [`Dockerfile::inputs`] finds them; it has an example.
///
/// Every list is in the order of the file and has each item once. With the feature `serde` it can
/// be serialized.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Inputs {
    /// The stages to build: those marked as [targets](Dockerfile::target), those that no other
    /// stage depends on, and the last one.
    pub targets: Vec<TargetInput>,
    /// The build arguments: `--build-arg`.
    pub args: Vec<ArgInput>,
    /// The secrets: `--secret`.
    pub secrets: Vec<SecretInput>,
    /// The ssh agents: `--ssh`.
    pub ssh: Vec<SshInput>,
    /// The named contexts that are used: `--build-context`.
    pub contexts: Vec<Context>,
    /// The images that are pulled, for each platform.
    pub images: Vec<ImageInput>,
    /// The paths and patterns that are read from the build context; `.` is all of it.
    #[cfg_attr(feature = "serde", serde(serialize_with = "in_words_all"))]
    pub paths: Vec<Text>,
    /// The entitlements that the build needs: `--allow`.
    pub entitlements: Vec<String>,
}

/// A stage to build.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TargetInput {
    /// The name to ask for it by; without one it is the last stage.
    pub name: Option<StageName>,
    /// Its description.
    pub description: Option<String>,
    /// `true` if it is built where no target is asked for.
    pub default: bool,
}

/// A build argument.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ArgInput {
    /// The name.
    pub name: ArgName,
    /// The first default that the file gives it.
    #[cfg_attr(feature = "serde", serde(serialize_with = "in_words"))]
    pub default: Option<Text>,
    /// Its description.
    pub description: Option<String>,
    /// `true` if the build fails without it: there is no default, and FROM or `${NAME:?}` uses it.
    pub required: bool,
}

/// A secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SecretInput {
    /// The id.
    pub id: String,
    /// The paths at which it is mounted.
    pub targets: Vec<String>,
    /// The environment variables that get it.
    pub variables: Vec<String>,
    /// `true` if the build fails without it.
    pub required: bool,
}

/// An ssh agent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SshInput {
    /// The id; `default` where the file says none.
    pub id: String,
    /// `true` if the build fails without it.
    pub required: bool,
}

/// An image that is pulled.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ImageInput {
    /// The image, or an expression.
    pub image: Image,
    /// Its platform, where FROM says one; else it is the platform that is built for.
    pub platform: Option<Platform>,
}

impl Dockerfile {
    /// Lists the inputs of a build: what it needs, and what it can be given. Every stage counts;
    /// for one target, call it on what [`for_target`](Dockerfile::for_target) returns.
    ///
    /// The arguments that the builder sets by itself, such as `TARGETARCH`, are left out, unless
    /// the file gives them a default. Paths and images that are expressions are reported as such.
    /// The ids, paths and variables of secrets and ssh agents have the values that the defaults of
    /// the arguments give them; what the file does not decide is listed as it is spelled.
    ///
    /// ```
    /// use multistage::{Dockerfile, Text};
    ///
    /// let file = Dockerfile::parse("\
    /// ARG NODE_VERSION=22
    /// FROM node:${NODE_VERSION} AS build
    /// COPY package.json package-lock.json ./
    /// RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci
    /// COPY . .
    /// ")?;
    /// let inputs = file.inputs();
    /// assert_eq!(inputs.args[0].name.as_str(), "NODE_VERSION");
    /// assert_eq!(inputs.args[0].default, Some(Text::from("22")));
    /// assert_eq!(inputs.secrets[0].id, "npmrc");
    /// assert!(inputs.secrets[0].required);
    /// let paths: Vec<String> = inputs.paths.iter().map(Text::to_string).collect();
    /// assert_eq!(paths, ["package.json", "package-lock.json", "."]);
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn inputs(&self) -> Inputs {
        let graph = Graph::of(self);
        let mut find = Find::of(self, &graph);
        for step in &self.args {
            find.declare(step.instruction());
        }
        find.epoch();
        let triggering = graph.triggering();
        let base_is_stage = bases_that_are_stages(self);
        for (n, stage) in self.stages.iter().enumerate() {
            let is_set = |list: &[bool]| list.get(n) == Some(&true);
            find.stage((n, stage), is_set(&triggering), is_set(&base_is_stage));
        }
        find.finish()
    }
}

/// The inputs found so far, each under the key that identifies it.
struct Find<'m> {
    file: &'m Dockerfile,
    values: MountValues,
    args: IndexMap<&'m ArgName, ArgInput>,
    /// The names that a build fails without, unless they have a default.
    demanded: IndexSet<&'m str>,
    secrets: IndexMap<String, SecretInput>,
    ssh: IndexMap<String, SshInput>,
    contexts: IndexSet<Context>,
    images: IndexMap<(String, Option<Platform>), ImageInput>,
    paths: IndexSet<Text>,
    entitlements: IndexSet<String>,
}

impl<'m> Find<'m> {
    fn of(file: &'m Dockerfile, graph: &Graph<'_>) -> Find<'m> {
        Find {
            file,
            values: MountValues::of(file, graph),
            args: IndexMap::new(),
            demanded: IndexSet::new(),
            secrets: IndexMap::new(),
            ssh: IndexMap::new(),
            contexts: IndexSet::new(),
            images: IndexMap::new(),
            paths: IndexSet::new(),
            entitlements: IndexSet::new(),
        }
    }

    fn declare(&mut self, arg: &'m Arg) {
        for declaration in arg.declarations() {
            if let Some(default) = declaration.default() {
                self.demand(default);
            }
            let name = declaration.name();
            let found = self.args.entry(name).or_insert_with(|| ArgInput {
                name: name.clone(),
                default: None,
                description: None,
                required: false,
            });
            if found.default.is_none() {
                found.default = declaration.default().cloned();
            }
            if found.description.is_none() {
                found.description = declaration.description().map(ToOwned::to_owned);
            }
        }
    }

    /// The context that SOURCE_DATE_EPOCH takes its date from.
    fn epoch(&mut self) {
        let Some(epoch) = Epoch::of(self.file) else {
            return;
        };
        let value = Defaults::of(self.file).value(epoch.default);
        let context = value.and_then(|value| self.file.beside.context_named(&value));
        self.contexts.extend(context.cloned());
    }

    /// Notes the variables of a text that have to be set.
    fn demand(&mut self, text: &'m Text) {
        for variable in text.variables() {
            let operator = variable.modifier().map(|modifier| modifier.operator());
            if let Some(Operator::Error | Operator::ErrorIfEmpty) = operator {
                self.demanded.insert(variable.name());
            }
        }
    }

    /// The same for a text of FROM, where all have to be set that have no default there.
    fn demand_in_from(&mut self, text: &'m Text) {
        self.demand(text);
        let View::Expression(pieces) = text.view() else {
            return;
        };
        for piece in pieces {
            if let Piece::Variable(variable) = piece {
                if variable.modifier().is_none() {
                    self.demanded.insert(variable.name());
                }
            }
        }
    }

    fn stage(&mut self, (n, stage): (usize, &'m Stage), triggers: bool, base_is_stage: bool) {
        let platform = stage.from.platform.as_ref();
        if let Some(platform) = platform {
            self.demand_in_from(platform.text());
        }
        if let Source::Image(image) = &stage.from.base {
            self.demand_in_from(image.text());
        }
        if !base_is_stage {
            self.source(&stage.from.base, platform);
        }
        for (step, item) in stage.steps.iter().enumerate() {
            match item.instruction() {
                Instruction::Onbuild(onbuild) if triggers => {
                    if let Some(trigger) = onbuild.instruction() {
                        self.instruction(trigger, (n, step));
                    }
                }
                instruction => self.instruction(instruction, (n, step)),
            }
        }
    }

    /// An image or a context that something is taken from.
    fn source(&mut self, source: &Source, platform: Option<&Platform>) {
        match source {
            Source::Context(context) => {
                self.contexts.insert(context.clone());
            }
            Source::Image(image) => {
                if let Some(context) = self.file.beside.context_of(image) {
                    self.contexts.insert(context.clone());
                } else if image.as_literal() != Some("scratch") {
                    let input = ImageInput {
                        image: image.clone(),
                        platform: platform.cloned(),
                    };
                    let key = (image.key(), platform.cloned());
                    self.images.entry(key).or_insert(input);
                }
            }
            Source::Stage(_) | Source::Index(_) => {}
        }
    }

    fn instruction(&mut self, instruction: &'m Instruction, place: (usize, usize)) {
        match instruction {
            Instruction::Arg(arg) => self.declare(arg),
            Instruction::Copy(copy) => match &copy.from {
                Some(source) => self.source(source, None),
                None => self.files(&copy.sources),
            },
            Instruction::Add(add) => self.files(&add.sources),
            Instruction::Run(run) => self.run(run, place),
            // In a stage that no stage of the file starts from.
            Instruction::Onbuild(_) => return,
            _ => {}
        }
        instruction.each_text(&mut |_, text| self.demand(text));
    }

    fn files(&mut self, sources: &Sources) {
        for source in sources.as_slice() {
            if let CopySource::Path(path) = source {
                if !path.as_literal().is_some_and(is_remote) {
                    self.paths.insert(path.clone());
                }
            }
        }
    }

    fn run(&mut self, run: &Run, (stage, step): (usize, usize)) {
        if run.network == Some(Network::Host) {
            self.entitlements.insert("network.host".to_owned());
        }
        if run.security == Some(Security::Insecure) {
            self.entitlements.insert("security.insecure".to_owned());
        }
        for device in &run.devices {
            self.entitlements
                .insert(format!("device={}", device.name()));
        }
        for (nth, mount) in run.mounts.iter().enumerate() {
            self.mount(mount, (stage, step, nth));
        }
    }

    fn mount(&mut self, mount: &Mount, place: Place) {
        let Some(fields) = mount.options() else {
            return;
        };
        let values = &self.values;
        let text = |key, text: &Option<Text>| values.get(place, key, text.as_ref());
        let required = fields.required == Some(true);
        match fields.kind {
            MountKind::Bind | MountKind::Cache if fields.from.is_some() => {
                if let Some(source) = &fields.from {
                    self.source(source, None);
                }
            }
            MountKind::Bind => {
                let whole = || Text::from(".");
                self.paths
                    .insert(fields.source.clone().unwrap_or_else(whole));
            }
            MountKind::Secret => {
                let target = text("target", &fields.target);
                let variable = text("env", &fields.env);
                let id = text("id", &fields.id);
                let id = id.or_else(|| Some(last(target.as_ref()?).to_owned()));
                let Some(id) = id else { return };
                let found = self.secrets.entry(id).or_insert_with_key(|id| SecretInput {
                    id: id.clone(),
                    targets: Vec::new(),
                    variables: Vec::new(),
                    required: false,
                });
                let usual = variable
                    .is_none()
                    .then(|| format!("/run/secrets/{}", last(&found.id)));
                push_new(&mut found.targets, target.or(usual));
                push_new(&mut found.variables, variable);
                found.required |= required;
            }
            MountKind::Ssh => {
                let id = text("id", &fields.id).unwrap_or_else(|| "default".to_owned());
                let found = self.ssh.entry(id).or_insert_with_key(|id| SshInput {
                    id: id.clone(),
                    required: false,
                });
                found.required |= required;
            }
            MountKind::Cache | MountKind::Tmpfs => {}
        }
    }

    fn finish(self) -> Inputs {
        let demanded = self.demanded;
        let mut args: Vec<ArgInput> = self.args.into_values().collect();
        args.retain(|arg| arg.default.is_some() || !args::NAMES.contains(&arg.name.as_str()));
        for arg in &mut args {
            arg.required = arg.default.is_none() && demanded.contains(arg.name.as_str());
        }
        Inputs {
            targets: targets(self.file),
            args,
            secrets: self.secrets.into_values().collect(),
            ssh: self.ssh.into_values().collect(),
            contexts: self.contexts.into_iter().collect(),
            images: self.images.into_values().collect(),
            paths: self.paths.into_iter().collect(),
            entitlements: self.entitlements.into_iter().collect(),
        }
    }
}

/// The last part of a path, by which Docker names a secret that has a target alone. That of the
/// root is the root.
fn last(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" if !path.is_empty() => "/",
        path => path.rsplit('/').next().unwrap_or(path),
    }
}

fn push_new(list: &mut Vec<String>, item: Option<String>) {
    if let Some(item) = item.filter(|item| !list.contains(item)) {
        list.push(item);
    }
}

fn targets(file: &Dockerfile) -> Vec<TargetInput> {
    let mut taken = PossibleBases::of(&file.stages).of_any();
    for target in Graph::of(file)
        .references
        .iter()
        .filter_map(|reference| reference.target())
    {
        if let Some(slot) = taken.get_mut(target) {
            *slot = true;
        }
    }
    let last = file.stages.len().checked_sub(1);
    let stages = file.stages.iter().enumerate().zip(taken);
    let wanted = stages.filter(|((n, stage), taken)| {
        let name = stage.name();
        let marked = name.is_some_and(|name| file.beside.targets.contains(name));
        Some(*n) == last || marked || (name.is_some() && !taken)
    });
    wanted
        .map(|((n, stage), _)| TargetInput {
            name: stage.name().cloned(),
            description: stage.description().map(ToOwned::to_owned),
            default: Some(n) == last,
        })
        .collect()
}

/// A text as a string, or as a map that says if Docker expands its `$`.
#[cfg(feature = "serde")]
struct Spelled<'m>(&'m Text);

#[cfg(feature = "serde")]
impl serde::Serialize for Spelled<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_literal() {
            Some(text) if has_live_dollar(text) => serializer.collect_map([("literal", text)]),
            Some(text) => serializer.serialize_str(text),
            None => serializer.collect_map([("expr", self.0.to_string())]),
        }
    }
}

#[cfg(feature = "serde")]
fn in_words<S: serde::Serializer>(text: &Option<Text>, serializer: S) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&text.as_ref().map(Spelled), serializer)
}

#[cfg(feature = "serde")]
fn in_words_all<S: serde::Serializer>(texts: &[Text], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(texts.iter().map(Spelled))
}
