//! `Image`: a reference to an image, and its grammar.

use super::typed_text;
use crate::text::Piece;
use crate::text::classes::NameBytes;

typed_text! {
    /// An image: `node:22-alpine`, `ghcr.io/acme/base@sha256:…`, `node:${NODE_VERSION}`.
    ///
    /// A `$` in it is a variable, as an image cannot hold a dollar sign. `scratch` is the empty
    /// image. A literal reference that Docker cannot read (upper case in the path, a space, a bad
    /// tag) is reported as `invalid-image` when the file is rendered; `FromStr` rejects it at once.
    ///
    /// ```
    /// use multistage::{Dockerfile, Image, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("scratch").copy_from(Image::new("busybox:1.37"), "/bin/busybox", "/"));
    /// assert_eq!(file.render()?, "FROM scratch\nCOPY --from=busybox:1.37 /bin/busybox /\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#from)
    Image, "image reference", "`[host/]name[:tag][@digest]` in lower case", valid = is_image_reference
}

impl Image {
    /// Returns `true` if two references name one image to Docker: `alpine`, `library/alpine:latest`
    /// and `docker.io/library/alpine` do. Expressions are compared as they are spelled.
    pub(crate) fn is_same(&self, other: &Image) -> bool {
        match (self.as_literal(), other.as_literal()) {
            (Some(a), Some(b)) => a == b || full_name(a) == full_name(b),
            (None, None) => self == other,
            _ => false,
        }
    }

    /// A text that is equal for all references to one image.
    pub(crate) fn key(&self) -> String {
        match self.as_literal() {
            Some(text) => full_name(text),
            None => self.to_string(),
        }
    }

    /// Creates an image reference. A `$` in it is a variable.
    pub fn new(image: impl Into<Image>) -> Image {
        image.into()
    }

    /// Creates the reference to `scratch`, the empty image.
    pub fn scratch() -> Image {
        Image::from("scratch")
    }

    /// Returns the host of the registry, if a literal reference names one: `ghcr.io` of
    /// `ghcr.io/acme/base:1`.
    ///
    /// ```
    /// use multistage::Image;
    ///
    /// let image = Image::new("localhost:5000/acme/base:1.2");
    /// assert_eq!(image.registry(), Some("localhost:5000"));
    /// assert_eq!(image.repository(), Some("acme/base"));
    /// assert_eq!(image.tag(), Some("1.2"));
    /// assert_eq!(Image::new("node").registry(), None);
    /// assert_eq!(Image::new("node:$VERSION").tag(), None);
    /// ```
    pub fn registry(&self) -> Option<&str> {
        self.parts()?.0
    }

    /// Returns the name without registry, tag and digest: `acme/base`. `None` for an expression.
    pub fn repository(&self) -> Option<&str> {
        Some(self.parts()?.1)
    }

    /// Returns the tag. `None` without a tag, and for an expression.
    pub fn tag(&self) -> Option<&str> {
        self.parts()?.2
    }

    /// Registry, repository and tag of a literal reference.
    fn parts(&self) -> Option<(Option<&str>, &str, Option<&str>)> {
        let text = self.as_literal()?;
        let name = text.split_once('@').map_or(text, |(name, _)| name);
        let (host, path) = match name.split_once('/') {
            Some((first, path)) if is_host_like(first) => (Some(first), path),
            _ => (None, name),
        };
        Some(match path.rsplit_once(':') {
            Some((path, tag)) => (host, path, Some(tag)),
            None => (host, path, None),
        })
    }

    /// Returns the digest of a literal reference, after the `@`.
    ///
    /// ```
    /// use multistage::Image;
    ///
    /// let digest = "sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d";
    /// let pinned = Image::new("busybox:1.37").with_digest(digest);
    /// assert_eq!(pinned, Image::new(format!("busybox:1.37@{digest}")));
    /// assert_eq!(pinned.digest(), Some(digest));
    /// assert_eq!(pinned.without_digest(), Image::new("busybox:1.37"));
    /// ```
    pub fn digest(&self) -> Option<&str> {
        self.as_literal()?.split_once('@').map(|(_, digest)| digest)
    }

    /// Returns `true` if the reference has an `@`, and so a digest, whatever its variables are.
    pub fn has_digest(&self) -> bool {
        let literal =
            |piece: &Piece| matches!(piece, Piece::Literal(text) if text.as_str().contains('@'));
        self.text().pieces().iter().any(literal)
    }

    /// Returns the reference with this digest, in place of its own. An expression gets it at its
    /// end, unless it [has one](Image::has_digest). See [`digest`](Image::digest) for an example.
    #[must_use]
    pub fn with_digest(&self, digest: impl AsRef<str>) -> Image {
        if self.as_literal().is_none() && self.has_digest() {
            return self.clone();
        }
        let digest = crate::text::literal(format!("@{}", digest.as_ref()));
        Image::from(self.without_digest().text().clone() + digest)
    }

    /// Returns the reference without its digest. An expression is returned unchanged.
    #[must_use]
    pub fn without_digest(&self) -> Image {
        match self.as_literal().and_then(|text| text.split_once('@')) {
            Some((name, _)) => Image::new(name),
            None => self.clone(),
        }
    }
}

/// The shortest name of an image, which is also the name of the context that would replace it:
/// without Docker's own registry, the `library/` of its official images, and the tag `latest`.
pub(crate) fn familiar(image: &str) -> &str {
    let name = image
        .strip_prefix("docker.io/")
        .or(image.strip_prefix("index.docker.io/"))
        .unwrap_or(image);
    // `library/a/b` is not an official image.
    let official = name.strip_prefix("library/");
    let name = official.filter(|rest| !rest.contains('/')).unwrap_or(name);
    name.strip_suffix(":latest").unwrap_or(name)
}

/// The full name of an image: with registry, and with the tag `latest` where there is neither tag
/// nor digest.
pub(crate) fn full_name(reference: &str) -> String {
    let (mut name, mut digest) = (reference, None);
    // The first slash ends a host, or is one of the path.
    let (mut first, mut slashes, mut colon) = (0, 0, 0);
    for (at, byte) in reference.bytes().enumerate() {
        match byte {
            b'@' => {
                (name, digest) = match split_at_byte(reference, Some(at)) {
                    Some((name, digest)) => (name, Some(digest)),
                    None => (reference, None),
                };
                break;
            }
            b'/' if slashes == 0 => (first, slashes) = (at, 1),
            b'/' => slashes += 1,
            b':' => colon = at + 1,
            _ => {}
        }
    }
    let (host, path) = match split_at_byte(name, (slashes > 0).then_some(first)) {
        Some((first, path)) if is_host_like(first) => {
            slashes -= 1;
            (first, path)
        }
        _ => ("docker.io", name),
    };
    let is_tagged = colon > name.len() - path.len();
    let host = if host == "index.docker.io" {
        "docker.io"
    } else {
        host
    };
    let mut full = String::with_capacity("docker.io/library/:latest".len() + reference.len());
    full.push_str(host);
    full.push('/');
    if host == "docker.io" && slashes == 0 {
        full.push_str("library/");
    }
    full.push_str(path);
    match digest {
        Some(digest) => {
            full.push('@');
            full.push_str(digest);
        }
        None if !is_tagged => full.push_str(":latest"),
        None => {}
    }
    full
}

/// Returns `true` if Docker reads a text as an image reference:
/// `[host[:port]/]path[:tag][@digest]`.
fn is_image_reference(text: &str) -> bool {
    is_short_name(text) || is_any_reference(text)
}

/// The shape that most references have, looked at once: `name/name:tag`, without a host. The
/// grammar allows each of them.
fn is_short_name(text: &str) -> bool {
    let mut after_letter = false;
    let mut after_dot = false;
    let mut rest = text.as_bytes();
    if rest.len() >= 64 {
        return false;
    }
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => {
                after_letter = true;
                continue;
            }
            _ if !after_letter => return false,
            b'-' | b'_' => {}
            b'.' => after_dot = true,
            // What has a dot in front of a slash is a host.
            b'/' if !after_dot => {}
            b':' => return text.get(text.len() - rest.len()..).is_some_and(is_tag),
            _ => return false,
        }
        after_letter = false;
    }
    after_letter
}

fn is_any_reference(text: &str) -> bool {
    let (name, digest) = match split_at_byte(text, text.bytes().position(|b| b == b'@')) {
        Some((name, digest)) => (name, Some(digest)),
        None => (text, None),
    };
    if digest.is_some_and(|digest| !is_digest(digest)) {
        return false;
    }
    // A colon after the last slash begins the tag, one before it belongs to the host's port.
    let last = name.bytes().rposition(|b| matches!(b, b':' | b'/'));
    let colon = last.filter(|at| name.as_bytes().get(*at) == Some(&b':'));
    let (name, tag) = match split_at_byte(name, colon) {
        Some((name, tag)) => (name, Some(tag)),
        None => (name, None),
    };
    if tag.is_some_and(|tag| !is_tag(tag)) {
        return false;
    }
    let bare_id = name.len() == 64 && name.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    !bare_id && is_repository(name)
}

/// Returns the text before and after a byte.
fn split_at_byte(text: &str, at: Option<usize>) -> Option<(&str, &str)> {
    let at = at?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

fn is_repository(name: &str) -> bool {
    if name.len() > 255 {
        return false;
    }
    let slash = name.bytes().position(|b| b == b'/');
    let (host, path) = match split_at_byte(name, slash) {
        Some((first, path)) if is_host_like(first) => (Some(first), path),
        _ => (None, name),
    };
    let are_components = |path: &str| {
        let mut components = path.as_bytes().split(|byte| *byte == b'/');
        components.all(is_path_component)
    };
    match host {
        Some(host) if is_host(host) => are_components(path),
        // What looks like a host and is none is a part of the path: `a.b_c/d`.
        _ => are_components(name),
    }
}

fn is_host_like(first: &str) -> bool {
    first == "localhost"
        || first.contains(['.', ':'])
        || first.bytes().any(|b| b.is_ascii_uppercase())
}

fn is_host(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => {
            let ok =
                !address.is_empty() && address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
            return ok && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_number));
        }
        None => match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, None),
        },
    };
    port.is_none_or(is_number)
        && name.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Lower-case letters and digits, joined by `.`, `_`, `__` or dashes.
fn is_path_component(component: &[u8]) -> bool {
    let alnum = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    // What joins them so far: the byte, and how often.
    let mut joint = (0, 0);
    let mut last = 0;
    for &byte in component {
        joint = match (byte, joint) {
            _ if alnum(byte) => (0, 0),
            // It begins with a letter or a digit.
            _ if last == 0 => return false,
            (b'.' | b'_' | b'-', (_, 0)) => (byte, 1),
            (b'_', (b'_', 1)) => (byte, 2),
            (b'-', (b'-', _)) => (byte, 1),
            _ => return false,
        };
        last = byte;
    }
    alnum(last)
}

fn is_tag(tag: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    tag.len() <= 128 && tag.bytes().next().is_some_and(word) && NameBytes::TAG.are_all(tag)
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, hex)) = digest.split_once(':') else {
        return false;
    };
    let known_length = match algorithm {
        "sha256" => Some(64),
        "sha384" => Some(96),
        "sha512" => Some(128),
        _ => None,
    };
    let algorithm_ok = algorithm.split(['+', '.', '-', '_']).all(|part| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    match known_length {
        Some(length) => {
            hex.len() == length && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        }
        None => algorithm_ok && hex.len() >= 32 && hex.bytes().all(|b| b.is_ascii_hexdigit()),
    }
}
