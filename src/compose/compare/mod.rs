//! Compares what two files build: their resolved configurations, not their text.
//!
//! [`Dockerfile::compare`] returns a [`Comparison`], with the [`Change`]s of each target.

mod sequence;

use indexmap::{IndexMap, IndexSet};

use self::sequence::{Interner, Layer, Sequence};
use crate::diff;
use crate::limits;
use crate::model::Dockerfile;
use crate::reference::StageName;
use crate::resolve::Build;
use crate::scope::config::ImageConfig;
use crate::syntax::At;

/// The differences between what two files build, which [`Dockerfile::compare`] finds.
///
/// ```
/// use multistage::{Dockerfile, resolve::Build};
///
/// let old = Dockerfile::parse("FROM node:22\nENV A=1\n")?;
/// let new = Dockerfile::parse("from node:22\nenv A=2\n")?;
/// let comparison = old.compare(&new, &Build::new());
/// assert!(!comparison.is_same());
/// let change = &comparison.targets()[0].changes[0];
/// assert_eq!(change.what, "env A");
/// assert_eq!(change.old.as_ref().map(|side| side.text.as_str()), Some("\"1\""));
/// assert_eq!(change.new.as_ref().map(|side| side.text.as_str()), Some("\"2\""));
/// # Ok::<(), multistage::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[must_use]
pub struct Comparison {
    targets: Vec<TargetComparison>,
}

/// A target of two files, with its differences.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TargetComparison {
    /// The name of the stage; none for a last stage without one.
    pub name: Option<StageName>,
    /// `true` if the old file has it.
    pub in_old: bool,
    /// `true` if the new file has it.
    pub in_new: bool,
    /// The differences, in the order of the build.
    pub changes: Vec<Change>,
    /// `true` if `changes` lists everything that differs. What all targets together list has a
    /// bound: if many targets start from one long chain of stages, each of them differs in all of
    /// it.
    pub is_complete: bool,
}

/// A difference: the older file's side and the newer file's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Change {
    /// The kind of difference: `base`, `step`, `environment`, `cmd`, `env PATH`, ...
    pub what: String,
    /// The older file's side; `None` if it is new.
    pub old: Option<Side>,
    /// The newer file's side; `None` if it was removed.
    pub new: Option<Side>,
}

/// One side of a [`Change`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Side {
    /// The text, expanded.
    pub text: String,
    /// The instruction that it comes from, if it is a single one.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub at: Option<At>,
}

impl Dockerfile {
    /// Compares what this file and a newer one build: for every target the base image, what RUN,
    /// COPY, ADD and WORKDIR do with their variables expanded, and the configuration of the image.
    ///
    /// Text does not count: comments, quoting, the names and the order of the stages that a target
    /// depends on, how a value is put together. What an instruction copies from is compared by the
    /// configuration of that stage. Names of variables count where RUN sees them. Whether Docker's
    /// cache still serves is another question: it may not, where nothing differs here.
    ///
    /// The targets are the last stage, the stages that are marked as targets, and those that no
    /// other stage depends on; or the one stage that the build names.
    ///
    /// ```
    /// use multistage::{resolve::Build, Dockerfile};
    ///
    /// let old = Dockerfile::parse(
    ///     "FROM node:22 AS b\nRUN npm ci\nFROM scratch\nCOPY --from=b /app /\n"
    /// )?;
    /// let new = Dockerfile::parse(
    ///     "from node:22 as builder\nrun npm  ci\nfrom scratch\ncopy --from=builder app /\n"
    /// )?;
    /// let comparison = old.compare(&new, &Build::new());
    /// let changes = &comparison.targets()[0].changes;
    /// assert_eq!(changes.len(), 1);
    /// assert_eq!(changes[0].old.as_ref().map(|old| old.text.as_str()),
    ///     Some("RUN /bin/sh -c npm ci"));
    /// assert_eq!(changes[0].new.as_ref().map(|new| new.text.as_str()),
    ///     Some("RUN /bin/sh -c npm  ci"));
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn compare(&self, newer: &Dockerfile, build: &Build) -> Comparison {
        let mut interner = Interner::default();
        let old = Sequence::of(self, build, &mut interner);
        let new = Sequence::of(newer, build, &mut interner);
        let mut targets = Vec::new();
        let mut compare = Compare {
            old: &old,
            new: &new,
            interner: &interner,
            left: limits::COMPARED,
        };
        for (name, old_at, new_at) in pairs(&old, &new, build) {
            let (changes, is_complete) = match (old_at, new_at) {
                (Some(a), Some(b)) => compare.changes(a, b),
                _ => (Vec::new(), true),
            };
            targets.push(TargetComparison {
                name,
                in_old: old_at.is_some(),
                in_new: new_at.is_some(),
                changes,
                is_complete,
            });
        }
        Comparison { targets }
    }
}

impl Comparison {
    /// Returns the targets of both files, the default one first.
    pub fn targets(&self) -> &[TargetComparison] {
        &self.targets
    }

    /// Returns `true` if every target of both files builds the same.
    pub fn is_same(&self) -> bool {
        self.targets.iter().all(TargetComparison::is_same)
    }
}

impl TargetComparison {
    /// Returns `true` if both files have the target and nothing differs in it.
    pub fn is_same(&self) -> bool {
        self.in_old && self.in_new && self.is_complete && self.changes.is_empty()
    }
}

/// The targets of both files, the last stage first.
fn pairs(
    old: &Sequence<'_>,
    new: &Sequence<'_>,
    build: &Build,
) -> Vec<(Option<StageName>, Option<usize>, Option<usize>)> {
    if let Some(name) = &build.target {
        return vec![(Some(name.clone()), old.find(name), new.find(name))];
    }
    let last_name = |sequence: &Sequence<'_>| {
        let stage = sequence.file.stages.last()?;
        stage.name().cloned()
    };
    let mut pairs = Vec::new();
    if old.last().is_some() || new.last().is_some() {
        pairs.push((
            last_name(new).or_else(|| last_name(old)),
            old.last(),
            new.last(),
        ));
    }
    let mut names: IndexSet<&StageName> = IndexSet::new();
    names.extend(old.targets().into_iter().map(|(name, _)| name));
    names.extend(new.targets().into_iter().map(|(name, _)| name));
    for name in names {
        pairs.push((Some(name.clone()), old.find(name), new.find(name)));
    }
    pairs
}

/// The two files that are compared.
struct Compare<'c, 'm> {
    old: &'c Sequence<'m>,
    new: &'c Sequence<'m>,
    interner: &'c Interner,
    left: usize,
}

impl Compare<'_, '_> {
    /// The differences between two stages, and between what they depend on; and if these are all.
    fn changes(&mut self, a: usize, b: usize) -> (Vec<Change>, bool) {
        let mut found = Vec::new();
        let mut todo = vec![(a, b)];
        let mut seen: IndexSet<(usize, usize)> = IndexSet::new();
        while let Some((a, b)) = todo.pop() {
            if self.old.end(a) == self.new.end(b) || !seen.insert((a, b)) {
                continue;
            }
            if self.left == 0 {
                return (found, false);
            }
            self.steps((a, b), &mut todo, &mut found);
        }
        if self.left == 0 {
            return (found, false);
        }
        self.settings(a, b, &mut found);
        (found, true)
    }

    fn spend(&mut self, work: usize) {
        self.left = self.left.saturating_sub(work);
    }

    /// Finds the differences between the steps of two stages, from their images on.
    fn steps(
        &mut self,
        (a, b): (usize, usize),
        todo: &mut Vec<(usize, usize)>,
        found: &mut Vec<Change>,
    ) {
        let ((old_root, old_list), (new_root, new_list)) = (self.old.chain(a), self.new.chain(b));
        if old_root != new_root {
            found.push(change(
                "base",
                (old_root, Some(At::From(a))),
                (new_root, Some(At::From(b))),
            ));
        }
        let keys = |list: &[&Layer]| -> Vec<&str> {
            list.iter()
                .map(|layer| self.interner.text(layer.key))
                .collect()
        };
        let (old_keys, new_keys) = (keys(&old_list), keys(&new_list));
        for hunk in diff::changes(&old_keys, &new_keys) {
            let was = old_list.get(hunk.old.0..hunk.old.1).unwrap_or_default();
            let is = new_list.get(hunk.new.0..hunk.new.1).unwrap_or_default();
            for n in 0..was.len().max(is.len()) {
                let (was, is) = (was.get(n).copied(), is.get(n).copied());
                if let (Some(was), Some(is)) = (was, is) {
                    todo.extend(was.from.iter().copied().zip(is.from.iter().copied()));
                    if was.text == is.text && was.detail == is.detail {
                        // What it copies from is reported where that is.
                        continue;
                    }
                }
                found.push(step_change(was, is));
            }
        }
        self.spend(old_list.len() + new_list.len() + 1);
    }

    /// Finds the differences between the configurations of two images.
    fn settings(&mut self, a: usize, b: usize, found: &mut Vec<Change>) {
        let config = |sequence: &Sequence<'_>, at: usize| {
            let stage = sequence.resolved.stages().get(at);
            stage
                .map(|stage| facts(&stage.config()))
                .unwrap_or_default()
        };
        let (was, is) = (config(self.old, a), config(self.new, b));
        self.spend(was.len() + is.len());
        let names: IndexSet<&String> = was.keys().chain(is.keys()).collect();
        for name in names {
            let (was, is) = (was.get(name), is.get(name));
            if was != is {
                let side = |text: Option<&String>| {
                    text.map(|text| Side {
                        text: text.clone(),
                        at: None,
                    })
                };
                found.push(Change {
                    what: name.clone(),
                    old: side(was),
                    new: side(is),
                });
            }
        }
    }
}

/// A step that differs, or that one of the files lacks.
fn step_change(was: Option<&Layer>, is: Option<&Layer>) -> Change {
    let text = |layer: Option<&Layer>| layer.map(|layer| layer.text.clone());
    let alike = text(was) == text(is);
    let side = |layer: Option<&Layer>| {
        layer.map(|layer| Side {
            // What its text does not say.
            text: if alike {
                format!("{} {}", layer.text, layer.detail)
            } else {
                layer.text.clone()
            },
            at: Some(layer.at),
        })
    };
    Change {
        what: was.or(is).map_or("step", |layer| layer.what).to_owned(),
        old: side(was),
        new: side(is),
    }
}

fn change(what: &str, old: (&str, Option<At>), new: (&str, Option<At>)) -> Change {
    let side = |(text, at): (&str, Option<At>)| {
        Some(Side {
            text: text.to_owned(),
            at,
        })
    };
    Change {
        what: what.to_owned(),
        old: side(old),
        new: side(new),
    }
}

/// The configuration of an image, a line for each thing that is set.
fn facts(config: &ImageConfig) -> IndexMap<String, String> {
    let mut facts = IndexMap::new();
    let mut fact = |name: String, text: String| {
        if !text.is_empty() {
            facts.insert(name, text);
        }
    };
    let list = |words: &Option<Vec<String>>| {
        words
            .as_ref()
            .map_or(String::new(), |words| format!("{words:?}"))
    };
    for (name, value) in &config.env {
        fact(format!("env {name}"), format!("{value:?}"));
    }
    for (name, value) in &config.labels {
        fact(format!("label {name}"), format!("{value:?}"));
    }
    fact("user".to_owned(), config.user.clone());
    fact("working directory".to_owned(), config.working_dir.clone());
    for port in &config.exposed_ports {
        fact(format!("port {port}"), "exposed".to_owned());
    }
    for volume in &config.volumes {
        fact(format!("volume {volume}"), "declared".to_owned());
    }
    fact("entrypoint".to_owned(), list(&config.entrypoint));
    fact("cmd".to_owned(), list(&config.cmd));
    fact("shell".to_owned(), list(&config.shell));
    if let Some(health) = &config.healthcheck {
        fact("health check".to_owned(), format!("{health:?}"));
    }
    fact("stop signal".to_owned(), config.stop_signal.clone());
    for (n, trigger) in config.on_build.iter().enumerate() {
        fact(format!("trigger {}", n + 1), trigger.clone());
    }
    fact("author".to_owned(), config.author.clone());
    facts
}
