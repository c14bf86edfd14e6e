//! Pinning: images get the digests that a [`Lock`] has for them.
//!
//! [`Dockerfile::pin`] writes the digests, [`Dockerfile::unpin`] removes them, and
//! [`Dockerfile::unpinned`] lists the images without one.

pub use super::pin_args::PinObstacle;

use indexmap::IndexMap;
use smol_str::SmolStr;

use crate::edges::{Defaults, Via, bases_that_are_stages};
use crate::model::{Beside, Dockerfile};
use crate::reference::{Image, Source, familiar};

/// The digests of images, which [`Dockerfile::pin`] writes into a file.
///
/// `node`, `node:latest` and `docker.io/library/node` are one image, and so is one with another
/// digest.
///
/// ```
/// use multistage::pin::Lock;
///
/// let digest = "sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d";
/// let lock = Lock::from_iter([("busybox:1.37", digest)]);
/// assert_eq!(lock.digest("docker.io/library/busybox:1.37"), Some(digest));
/// assert_eq!(lock.digest("busybox"), None);
/// ```
///
/// With the feature `serde` it is a map: `{"busybox:1.37": "sha256:…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lock(IndexMap<String, String>);

impl Lock {
    /// Creates an empty lock.
    pub fn new() -> Lock {
        Lock::default()
    }

    /// Sets the digest of an image, in place of the one that it has. A malformed digest is reported
    /// as `invalid-image` when a file that was pinned with it is rendered.
    pub fn insert(&mut self, image: impl Into<Image>, digest: impl Into<String>) -> &mut Lock {
        self.0.insert(key(&image.into()), digest.into());
        self
    }

    /// Returns the digest of an image, under any name of the image; `None` if the lock does not
    /// have it.
    pub fn digest(&self, image: impl Into<Image>) -> Option<&str> {
        self.0.get(&key(&image.into())).map(String::as_str)
    }

    /// Returns the images with their digests, in the order in which they were added. An image has
    /// its shortest name: `node`, not `docker.io/library/node:latest`.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter();
        pairs.map(|(image, digest)| (image.as_str(), digest.as_str()))
    }
}

impl<I: Into<Image>, D: Into<String>> FromIterator<(I, D)> for Lock {
    fn from_iter<P: IntoIterator<Item = (I, D)>>(pairs: P) -> Lock {
        let mut lock = Lock::new();
        lock.extend(pairs);
        lock
    }
}

impl<I: Into<Image>, D: Into<String>> Extend<(I, D)> for Lock {
    fn extend<P: IntoIterator<Item = (I, D)>>(&mut self, pairs: P) {
        for (image, digest) in pairs {
            self.insert(image, digest);
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Lock {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Lock {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Lock, D::Error> {
        struct Pairs;

        impl<'de> serde::de::Visitor<'de> for Pairs {
            type Value = Lock;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map of images and their digests")
            }

            fn visit_map<M: serde::de::MapAccess<'de>>(self, mut map: M) -> Result<Lock, M::Error> {
                let mut lock = Lock::new();
                while let Some((image, digest)) = map.next_entry::<Image, String>()? {
                    lock.insert(image, digest);
                }
                Ok(lock)
            }
        }

        deserializer.deserialize_map(Pairs)
    }
}

fn key(image: &Image) -> String {
    familiar(&image.without_digest().to_string()).to_owned()
}

impl Dockerfile {
    /// Returns the images that a build gets from outside, in order, each once: the frontend that
    /// `# syntax=` names, and what is in FROM, `--from` and mounts, those of triggers too.
    /// `scratch` is none, and neither is what a declared context replaces. An expression is one
    /// unless every value that the file gives it is a stage, and an image that is written in
    /// several ways is listed once, as it is written first.
    ///
    /// ```
    /// use multistage::{Dockerfile, Image};
    ///
    /// let file = Dockerfile::parse(
    ///     "FROM node:22 AS a\nFROM a\nFROM scratch\nCOPY --from=busybox /bin /bin\n"
    /// )?;
    /// assert_eq!(file.images(), [Image::new("node:22"), Image::new("busybox")]);
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn images(&self) -> Vec<Image> {
        let mut images: IndexMap<String, Image> = IndexMap::new();
        if let Some(frontend) = self.frontend() {
            images.insert(frontend.key(), frontend);
        }
        for image in self.external_images() {
            images.entry(image.key()).or_insert_with(|| image.clone());
        }
        images.into_values().collect()
    }

    /// Returns the [images](Dockerfile::images) without a digest. An expression has one if there is
    /// an `@` in it, or in what the file gives it.
    ///
    /// ```
    /// use multistage::{Dockerfile, Image};
    ///
    /// let file = Dockerfile::parse("ARG V=22\nFROM node:$V\n")?;
    /// assert_eq!(file.unpinned(), [Image::new("node:$V")]);
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn unpinned(&self) -> Vec<Image> {
        let images = self.images();
        let defaults = Defaults::of(self);
        let is_pinned = |image: &Image| {
            let value = defaults.value(image.text());
            value.is_some_and(|value| value.contains('@'))
        };
        images
            .iter()
            .filter(|image| !image.has_digest() && !is_pinned(image))
            .cloned()
            .collect()
    }

    /// Gives every [image](Dockerfile::images) the digest that the lock has for it, in place of one
    /// that it has. The tag stays. Returns in how many places something changed.
    ///
    /// An expression counts by the value that the file gives it. The digest goes into the default
    /// of the argument that ends the reference, if nothing else uses that argument; otherwise the
    /// expression stays as it is, and [`pin_obstacles`](Dockerfile::pin_obstacles) says why. What
    /// the lock does not have stays too: see [`unpinned`](Dockerfile::unpinned).
    ///
    /// ```
    /// use multistage::{Dockerfile, pin::Lock};
    ///
    /// let digest = "sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d";
    /// let lock = Lock::from_iter([("busybox:1.37", digest)]);
    /// let mut file = Dockerfile::parse("FROM busybox:1.37\n")?;
    /// assert_eq!(file.pin(&lock), 1);
    /// assert_eq!(file.render()?, format!("FROM busybox:1.37@{digest}\n"));
    /// assert_eq!(file.unpin(&lock), 1);
    /// assert_eq!(file.render()?, "FROM busybox:1.37\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn pin(&mut self, lock: &Lock) -> usize {
        let expressions = self.map_expressions(&|image| {
            let digest = lock.digest(image)?;
            (image.digest() != Some(digest)).then(|| Some(digest.to_owned()))
        });
        expressions + self.map_images(|image| Some(image.with_digest(lock.digest(image)?)))
    }

    /// Removes the digests of the lock: the reverse of [`pin`](Dockerfile::pin), which has an
    /// example. Other digests stay. Returns the number of places that changed.
    pub fn unpin(&mut self, lock: &Lock) -> usize {
        let is_pinned =
            |image: &Image| image.digest().is_some() && image.digest() == lock.digest(image);
        let expressions = self.map_expressions(&|image| is_pinned(image).then_some(None));
        expressions + self.map_images(|image| is_pinned(image).then(|| image.without_digest()))
    }

    /// Changes literal images. Returns how many are another one than before.
    fn map_images(&mut self, new: impl Fn(&Image) -> Option<Image>) -> usize {
        let new = |image: &Image| {
            image.as_literal()?;
            new(image).filter(|new| new != image)
        };
        let mut count = 0;
        let frontend = self.frontend();
        if let Some(frontend) = frontend.and_then(|image| new(&image)) {
            self.syntax = frontend.as_literal().map(SmolStr::new);
            count += 1;
        }
        let beside = std::mem::take(&mut self.beside);
        self.each_source(|_, source| {
            if let Source::Image(image) = source {
                if let Some(new) = new(image).filter(|_| !is_inside(image, &beside)) {
                    *image = new;
                    count += 1;
                }
            }
        });
        self.beside = beside;
        count
    }

    /// The images that FROM, `--from` and mounts name, in order.
    fn external_images(&self) -> Vec<&Image> {
        let stages = bases_that_are_stages(self);
        let mut images = Vec::new();
        for (stage, base_is_stage) in self.stages.iter().zip(stages) {
            for (via, source) in stage.sources() {
                let is_stage = via == Via::Base && base_is_stage;
                if let (Source::Image(image), false) = (source, is_stage) {
                    if !is_inside(image, &self.beside) {
                        images.push(image);
                    }
                }
            }
        }
        images
    }

    /// The frontend that the syntax directive names, where it is an image and no more.
    fn frontend(&self) -> Option<Image> {
        self.syntax.as_deref()?.parse().ok()
    }
}

/// Returns `true` if an image does not come from outside by itself: `scratch`, and what a named
/// context replaces.
fn is_inside(image: &Image, beside: &Beside) -> bool {
    image.as_literal() == Some("scratch") || beside.context_of(image).is_some()
}
