//! An `ImageConfig` as the OCI configuration of an image.

use std::collections::{BTreeMap, BTreeSet};

use serde::ser::{Serialize, SerializeSeq, Serializer};

use super::{HealthConfig, ImageConfig, ImageConfigs};

impl Serialize for ImageConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let platform = self.platform.as_ref();
        Image {
            author: &self.author,
            architecture: platform.map_or("", |platform| &platform.architecture),
            os: platform.map_or("", |platform| &platform.os),
            variant: platform.map_or("", |platform| &platform.variant),
            config: Config {
                user: &self.user,
                exposed_ports: objects(&self.exposed_ports),
                env: self
                    .env
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect(),
                entrypoint: self.entrypoint.as_deref().unwrap_or_default(),
                cmd: self.cmd.as_deref().unwrap_or_default(),
                volumes: objects(&self.volumes),
                working_dir: &self.working_dir,
                labels: &self.labels,
                stop_signal: &self.stop_signal,
                args_escaped: self.args_escaped,
                healthcheck: self.healthcheck.as_ref().map(health),
                on_build: &self.on_build,
                shell: self.shell.as_deref().unwrap_or_default(),
            },
        }
        .serialize(serializer)
    }
}

impl Serialize for ImageConfigs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_seq(Some(self.0.len()))?;
        for config in &self.0 {
            out.serialize_element(config)?;
        }
        out.end()
    }
}

#[derive(serde::Serialize)]
struct Image<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    author: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    architecture: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    os: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    variant: &'a str,
    config: Config<'a>,
}

/// In the order in which Docker writes it.
#[derive(serde::Serialize)]
#[serde(rename_all = "PascalCase")]
struct Config<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    user: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    exposed_ports: BTreeMap<&'a str, Nothing>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    env: Vec<String>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    entrypoint: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    cmd: &'a [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    volumes: BTreeMap<&'a str, Nothing>,
    #[serde(skip_serializing_if = "str::is_empty")]
    working_dir: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    stop_signal: &'a str,
    #[serde(skip_serializing_if = "is_default")]
    args_escaped: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    healthcheck: Option<Health<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    on_build: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    shell: &'a [String],
}

#[derive(serde::Serialize)]
#[serde(rename_all = "PascalCase")]
struct Health<'a> {
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    test: &'a [String],
    #[serde(skip_serializing_if = "is_default")]
    interval: u64,
    #[serde(skip_serializing_if = "is_default")]
    timeout: u64,
    #[serde(skip_serializing_if = "is_default")]
    start_period: u64,
    #[serde(skip_serializing_if = "is_default")]
    start_interval: u64,
    #[serde(skip_serializing_if = "is_default")]
    retries: u32,
}

/// `{}`
#[derive(serde::Serialize)]
struct Nothing {}

fn health(health: &HealthConfig) -> Health<'_> {
    Health {
        test: &health.test,
        interval: health.interval,
        timeout: health.timeout,
        start_period: health.start_period,
        start_interval: health.start_interval,
        retries: health.retries,
    }
}

fn objects(set: &BTreeSet<String>) -> BTreeMap<&str, Nothing> {
    set.iter().map(|item| (item.as_str(), Nothing {})).collect()
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
