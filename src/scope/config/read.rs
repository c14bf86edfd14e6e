//! An `ImageConfig` out of what Docker's tools print.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::{HealthConfig, ImageConfig, ImageConfigs, ImagePlatform};

impl<'de> Deserialize<'de> for ImageConfigs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ImageConfigs, D::Error> {
        deserializer.deserialize_any(Whole)
    }
}

impl<'de> Deserialize<'de> for ImageConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ImageConfig, D::Error> {
        let ImageConfigs(mut configs) = ImageConfigs::deserialize(deserializer)?;
        match (configs.pop(), configs.len()) {
            (Some(config), 0) => Ok(config),
            (None, _) => Err(D::Error::custom("no image is in the list: expected one")),
            (Some(_), others) => Err(D::Error::custom(format_args!(
                "{} images are in it, expected one: read `ImageConfigs` and choose one by `for_platform`",
                others + 1
            ))),
        }
    }
}

/// One image, a list of them, or a map from platforms to them.
struct Whole;

impl<'de> Visitor<'de> for Whole {
    type Value = ImageConfigs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an image configuration, a list of them, or one for each platform")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<ImageConfigs, A::Error> {
        let mut configs = Vec::new();
        while let Some(found) = list.next_element_seed(Seed(Object { path: "" }))? {
            configs.extend(found.into_configs()?);
        }
        Ok(ImageConfigs(configs))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ImageConfigs, A::Error> {
        Ok(ImageConfigs(
            Object { path: "" }.visit_map(map)?.into_configs()?,
        ))
    }
}

/// Reads an object with a visitor that knows where it is.
struct Seed<V>(V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Seed<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_any(self.0)
    }
}

/// An object that describes an image, or has such objects by platform. The latter are read where
/// `path` is empty alone, so that nothing is nested without an end.
struct Object<'a> {
    path: &'a str,
}

/// The fields found in an [`Object`].
#[derive(Default)]
struct Found {
    /// `config` or `Config`.
    inner: Option<ImageConfig>,
    /// The keys of a configuration, beside each other.
    bare: ImageConfig,
    author: String,
    platform: ImagePlatform,
    by_platform: Vec<ImageConfig>,
    /// `true` if a key of an image was there, or no key at all.
    known: bool,
}

impl Found {
    fn into_configs<E: Error>(self) -> Result<Vec<ImageConfig>, E> {
        if !self.known {
            return Err(E::custom(
                "not an image configuration: it has neither `config` nor a key of one, such as `Env`",
            ));
        }
        if self.inner.is_none() && !self.by_platform.is_empty() {
            return Ok(self.by_platform);
        }
        let mut config = self.inner.unwrap_or(self.bare);
        config.author = self.author;
        config.platform = (self.platform != ImagePlatform::default()).then_some(self.platform);
        Ok(vec![config])
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object that describes an image")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        let mut found = Found::default();
        let mut empty = true;
        while let Some(key) = map.next_key::<String>()? {
            empty = false;
            let path = join(self.path, &key);
            found.known |= match key.to_ascii_lowercase().as_str() {
                "config" => {
                    let config = map.next_value_seed(Seed(Config { path: &path }));
                    found.inner = config.map_err(|error| at(&path, error))?;
                    true
                }
                "author" => set(&mut found.author, &path, &mut map)?,
                "os" => set(&mut found.platform.os, &path, &mut map)?,
                "architecture" => set(&mut found.platform.architecture, &path, &mut map)?,
                "variant" => set(&mut found.platform.variant, &path, &mut map)?,
                "rootfs" | "history" | "created" => {
                    map.next_value::<IgnoredAny>()?;
                    true
                }
                _ if self.path.is_empty() && key.contains('/') => {
                    let inner = map.next_value_seed(Seed(Object { path: &key }));
                    let inner = inner.map_err(|error| at(&key, error))?;
                    for mut config in inner.into_configs().map_err(|error| at(&key, error))? {
                        // An image of an older build does not always say which variant it is.
                        config.platform = ImagePlatform::read(&key).or(config.platform);
                        found.by_platform.push(config);
                    }
                    true
                }
                lower => field(&mut found.bare, lower, &path, &mut map)?,
            };
        }
        found.known |= empty;
        Ok(found)
    }
}

/// The object that is called `config` in the configuration of an image.
struct Config<'a> {
    path: &'a str,
}

impl<'de> Visitor<'de> for Config<'_> {
    type Value = Option<ImageConfig>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Option<ImageConfig>, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Option<ImageConfig>, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<ImageConfig>, A::Error> {
        let mut config = ImageConfig::default();
        while let Some(key) = map.next_key::<String>()? {
            let lower = key.to_ascii_lowercase();
            field(&mut config, &lower, &join(self.path, &key), &mut map)?;
        }
        Ok(Some(config))
    }
}

/// Reads the value of one key of a configuration; whether it is one.
fn field<'de, A: MapAccess<'de>>(
    config: &mut ImageConfig,
    lower: &str,
    path: &str,
    map: &mut A,
) -> Result<bool, A::Error> {
    match lower {
        "env" => {
            let list: Vec<String> = value(path, map)?;
            config.env = list.into_iter().map(variable).collect();
        }
        "labels" => {
            let labels: BTreeMap<String, Option<String>> = value(path, map)?;
            config.labels = labels
                .into_iter()
                .map(|(key, value)| (key, value.unwrap_or_default()))
                .collect();
        }
        "user" => config.user = value(path, map)?,
        "workingdir" => config.working_dir = value(path, map)?,
        "exposedports" => config.exposed_ports = keys(path, map)?,
        "volumes" => config.volumes = keys(path, map)?,
        "cmd" => config.cmd = list(path, map)?,
        "entrypoint" => config.entrypoint = list(path, map)?,
        "shell" => config.shell = list(path, map)?,
        "healthcheck" => {
            let health = map.next_value_seed(Seed(Health { path }));
            config.healthcheck = health.map_err(|error| at(path, error))?;
        }
        "stopsignal" => config.stop_signal = value(path, map)?,
        "onbuild" => config.on_build = value(path, map)?,
        "argsescaped" => config.args_escaped = value(path, map)?,
        _ => {
            map.next_value::<IgnoredAny>()?;
            return Ok(false);
        }
    }
    Ok(true)
}

/// `Healthcheck`
struct Health<'a> {
    path: &'a str,
}

impl<'de> Visitor<'de> for Health<'_> {
    type Value = Option<HealthConfig>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Option<HealthConfig>, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Option<HealthConfig>, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<HealthConfig>, A::Error> {
        let mut health = HealthConfig::default();
        while let Some(key) = map.next_key::<String>()? {
            let path = join(self.path, &key);
            match key.to_ascii_lowercase().as_str() {
                "test" => health.test = value(&path, &mut map)?,
                "interval" => health.interval = value(&path, &mut map)?,
                "timeout" => health.timeout = value(&path, &mut map)?,
                "startperiod" => health.start_period = value(&path, &mut map)?,
                "startinterval" => health.start_interval = value(&path, &mut map)?,
                "retries" => health.retries = value(&path, &mut map)?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Some(health))
    }
}

fn set<'de, T: Deserialize<'de> + Default, A: MapAccess<'de>>(
    field: &mut T,
    path: &str,
    map: &mut A,
) -> Result<bool, A::Error> {
    *field = value(path, map)?;
    Ok(true)
}

/// A value, empty where it is `null`.
fn value<'de, T: Deserialize<'de> + Default, A: MapAccess<'de>>(
    path: &str,
    map: &mut A,
) -> Result<T, A::Error> {
    map.next_value::<Option<T>>()
        .map(Option::unwrap_or_default)
        .map_err(|error| at(path, error))
}

/// A list, which is none where it is empty.
fn list<'de, A: MapAccess<'de>>(path: &str, map: &mut A) -> Result<Option<Vec<String>>, A::Error> {
    let list: Vec<String> = value(path, map)?;
    Ok((!list.is_empty()).then_some(list))
}

/// The keys of an object of empty objects.
fn keys<'de, A: MapAccess<'de>>(path: &str, map: &mut A) -> Result<BTreeSet<String>, A::Error> {
    #[derive(serde::Deserialize)]
    struct Nothing {}
    let map: BTreeMap<String, Option<Nothing>> = value(path, map)?;
    Ok(map.into_keys().collect())
}

/// `NAME=value`; without a `=`, the value is empty.
fn variable(text: String) -> (String, String) {
    match text.split_once('=') {
        Some((name, value)) => (name.to_owned(), value.to_owned()),
        None => (text, String::new()),
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// An error with the path of its key in front, unless it has one.
fn at<E: Error>(path: &str, error: E) -> E {
    let error = error.to_string();
    if error.starts_with('`') {
        E::custom(error)
    } else {
        E::custom(format_args!("`{path}`: {error}"))
    }
}
