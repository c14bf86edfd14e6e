//! `State`: the configuration of an image in the making.

use std::collections::BTreeSet;
use std::sync::Arc;

use smol_str::SmolStr;

use super::config::{HealthConfig, ImageConfig};
use super::expand::Value;
use super::map::Map;
use crate::syntax::{Rare, Unset};
use crate::text::shared;

/// The configuration of an image in the making; a stage shares it with the stages that start from
/// it.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(crate) env: Map<Value>,
    pub(crate) labels: Map<Value>,
    /// Ranges of ports, each under its text. Several texts can name the same ports.
    pub(crate) ports: Map<PortRange>,
    pub(crate) volumes: Map<()>,
    pub(crate) user: Value,
    pub(crate) workdir: Value,
    pub(crate) cmd: Option<Words>,
    pub(crate) entrypoint: Option<Words>,
    pub(crate) args_escaped: bool,
    pub(crate) rare: Rare<RareState>,
}

/// The settings that few images have.
#[derive(Debug, Clone)]
pub(crate) struct RareState {
    pub(crate) shell: Option<Words>,
    pub(crate) healthcheck: Option<Arc<HealthConfig>>,
    pub(crate) stop_signal: SmolStr,
    pub(crate) on_build: Vec<SmolStr>,
    pub(crate) author: SmolStr,
}

impl Unset for RareState {
    const UNSET: RareState = RareState {
        shell: None,
        healthcheck: None,
        stop_signal: SmolStr::new_static(""),
        on_build: Vec::new(),
        author: SmolStr::new_static(""),
    };
    const SHARED: &'static RareState = &RareState::UNSET;
}

pub(crate) type Words = Arc<[SmolStr]>;

/// Ports of one protocol, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortRange {
    pub(crate) first: u16,
    pub(crate) last: u16,
    pub(crate) protocol: SmolStr,
}

impl State {
    /// The configuration of a base image that sets nothing.
    pub(crate) fn unset() -> State {
        State {
            user: Value::new(""),
            workdir: Value::new(""),
            ..State::default()
        }
    }

    /// The configuration of a base image.
    pub(crate) fn of(base: &ImageConfig) -> State {
        let mut state = State {
            user: Value::new(base.user.as_str()),
            workdir: Value::new(base.working_dir.as_str()),
            cmd: base.cmd.as_deref().map(words),
            entrypoint: base.entrypoint.as_deref().map(words),
            args_escaped: base.args_escaped,
            ..State::default()
        };
        let rare = RareState {
            shell: base.shell.as_deref().map(words),
            healthcheck: base.healthcheck.clone().map(Arc::new),
            stop_signal: base.stop_signal.as_str().into(),
            on_build: base.on_build.iter().map(SmolStr::from).collect(),
            author: base.author.as_str().into(),
        };
        if !rare.is_unset() {
            *state.rare = rare;
        }
        for (key, value) in &base.env {
            state.env.insert(key.as_str(), Value::new(value.as_str()));
        }
        for (key, value) in &base.labels {
            state
                .labels
                .insert(key.as_str(), Value::new(value.as_str()));
        }
        for volume in &base.volumes {
            state.volumes.insert(volume.as_str(), ());
        }
        for port in &base.exposed_ports {
            let (number, protocol) = port.split_once('/').unwrap_or((port, "tcp"));
            if let Ok(number) = number.parse() {
                let range = PortRange {
                    first: number,
                    last: number,
                    protocol: protocol.into(),
                };
                state.ports.insert(port.as_str(), range);
            }
        }
        state
    }

    /// The configuration as an image has it.
    pub(crate) fn config(&self) -> ImageConfig {
        let pairs = |map: &Map<Value>| -> Vec<(String, String)> {
            map.entries()
                .into_iter()
                .map(|(key, value)| (key.to_string(), value.text.to_string()))
                .collect()
        };
        let list = |words: &Option<Words>| {
            words
                .as_ref()
                .map(|words| words.iter().map(SmolStr::to_string).collect())
        };
        ImageConfig {
            env: pairs(&self.env).into_iter().collect(),
            labels: pairs(&self.labels).into_iter().collect(),
            user: self.user.text.to_string(),
            working_dir: self.workdir.text.to_string(),
            exposed_ports: self.exposed_ports(),
            volumes: self
                .volumes
                .entries()
                .into_iter()
                .map(|(path, ())| path.to_string())
                .collect(),
            cmd: list(&self.cmd),
            entrypoint: list(&self.entrypoint),
            shell: list(&self.rare.shell),
            healthcheck: self.rare.healthcheck.as_deref().cloned(),
            stop_signal: self.rare.stop_signal.to_string(),
            on_build: self.rare.on_build.iter().map(SmolStr::to_string).collect(),
            args_escaped: self.args_escaped,
            author: self.rare.author.to_string(),
            platform: None,
        }
    }

    /// Every port of the ranges, once: overlapping ranges cost no more than their ends.
    fn exposed_ports(&self) -> BTreeSet<String> {
        let mut edges: indexmap::IndexMap<&str, Vec<(u32, i64)>> = indexmap::IndexMap::new();
        for (_, range) in self.ports.entries() {
            let edges = edges.entry(range.protocol.as_str()).or_default();
            edges.push((range.first.into(), 1));
            edges.push((u32::from(range.last) + 1, -1));
        }
        let mut ports = BTreeSet::new();
        for (protocol, mut edges) in edges {
            edges.sort_unstable();
            let (mut open, mut from) = (0, 0);
            for (at, change) in edges {
                if open > 0 {
                    ports.extend((from..at).map(|port| format!("{port}/{protocol}")));
                }
                open += change;
                from = at;
            }
        }
        ports
    }
}

impl RareState {
    fn is_unset(&self) -> bool {
        let RareState {
            shell,
            healthcheck,
            stop_signal,
            on_build,
            author,
        } = self;
        shell.is_none()
            && healthcheck.is_none()
            && stop_signal.is_empty()
            && on_build.is_empty()
            && author.is_empty()
    }
}

fn words<S: AsRef<str>>(words: &[S]) -> Words {
    words.iter().map(|word| shared(word.as_ref())).collect()
}
