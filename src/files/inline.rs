//! An [`InlineDockerfile`]: a Dockerfile inside a Compose file or a Bake file.

use std::collections::BTreeSet;

use crate::diagnostic::Report;
use crate::model::Dockerfile;
use crate::syntax::json;

/// A Dockerfile's text for `dockerfile_inline` of Compose and `dockerfile-inline` of Bake.
///
/// Both expand variables in it before the builder sees it, so every `$` of the Dockerfile has to be
/// written as each of them wants it. [`compose_yaml`](InlineDockerfile::compose_yaml),
/// [`bake_hcl`](InlineDockerfile::bake_hcl) and [`bake_json`](InlineDockerfile::bake_json) give the
/// key with its value, to be put into a file; [`compose`](InlineDockerfile::compose) and
/// [`bake`](InlineDockerfile::bake) give the string alone, for a program that writes YAML or JSON
/// by other means.
///
/// ```
/// use multistage::{Dockerfile, Stage};
///
/// let mut file = Dockerfile::new();
/// file.arg(("TAG", "3.22"));
/// file.push(Stage::new("alpine:${TAG}").run("echo $HOME"));
/// let inline = file.inline()?;
///
/// let compose = format!("services:\n  web:\n    build:\n{}", inline.compose_yaml(6));
/// assert_eq!(compose, "\
/// services:
///   web:
///     build:
///       dockerfile_inline: |
///         ARG TAG=3.22
///
///         FROM alpine:$${TAG}
///         RUN echo $$HOME
/// ");
///
/// let bake = format!("target \"web\" {{\n{}}}\n", inline.bake_hcl(2));
/// assert_eq!(bake, "\
/// target \"web\" {
///   dockerfile-inline = <<EOT
/// ARG TAG=3.22
///
/// FROM alpine:$${TAG}
/// RUN echo $HOME
/// EOT
/// }
/// ");
/// # Ok::<(), multistage::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct InlineDockerfile {
    text: String,
}

impl Dockerfile {
    /// [Renders](Dockerfile::render) the file for use inside of a Compose file or a Bake file.
    ///
    /// # Errors
    ///
    /// As [`render`](Dockerfile::render).
    pub fn inline(&self) -> Result<InlineDockerfile, Report> {
        Ok(InlineDockerfile::new(self.render()?))
    }
}

impl InlineDockerfile {
    /// Creates an inline Dockerfile from a text that was rendered, such as by
    /// [`Dockerfile::render_with`].
    pub fn new(text: impl Into<String>) -> InlineDockerfile {
        InlineDockerfile { text: text.into() }
    }

    /// Returns the value of `dockerfile_inline`, for a program that writes the YAML: each `$` is
    /// `$$`.
    ///
    /// ```
    /// use multistage::inline::InlineDockerfile;
    ///
    /// let inline = InlineDockerfile::new("FROM alpine\nRUN echo $HOME $$\n");
    /// assert_eq!(inline.compose(), "FROM alpine\nRUN echo $$HOME $$$$\n");
    /// ```
    ///
    /// [Interpolation](https://docs.docker.com/reference/compose-file/interpolation/)
    #[must_use]
    pub fn compose(&self) -> String {
        self.text.replace('$', "$$")
    }

    /// Returns the lines of `dockerfile_inline` in YAML, the key after `indent` spaces: a literal
    /// block, or a string in quotes where a block cannot hold the text, as it has control
    /// characters or nothing but newlines.
    ///
    /// ```
    /// use multistage::inline::InlineDockerfile;
    ///
    /// let inline = InlineDockerfile::new("FROM alpine\nRUN echo $HOME\n");
    /// assert_eq!(inline.compose_yaml(2),
    ///     "  dockerfile_inline: |\n    FROM alpine\n    RUN echo $$HOME\n");
    /// let inline = InlineDockerfile::new("FROM alpine\nRUN echo \u{7}\n");
    /// assert_eq!(inline.compose_yaml(0),
    ///     "dockerfile_inline: \"FROM alpine\\nRUN echo \\x07\\n\"\n");
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/compose-file/build/#dockerfile_inline)
    #[must_use]
    pub fn compose_yaml(&self, indent: usize) -> String {
        let mut out = format!("{:indent$}dockerfile_inline: ", "");
        let text = self.compose();
        if text.contains(|c| c != '\n') && text.chars().all(is_plain_in_yaml) {
            push_yaml_block(&mut out, &text, indent);
        } else {
            push_yaml_string(&mut out, &text);
            out.push('\n');
        }
        out
    }

    /// Returns the value of `dockerfile-inline`, for a program that writes the JSON: `${` is `$${`,
    /// and `%{` is `%%{`.
    ///
    /// Bake brings every string to Unicode's normal form NFC, whichever way it is written: a letter
    /// that is followed by its accent becomes one character. A file that has to keep such a
    /// spelling cannot be given inline. In JSON, Bake also drops a byte order mark at the
    /// beginning, as Docker does in a Dockerfile.
    ///
    /// ```
    /// use multistage::inline::InlineDockerfile;
    ///
    /// let inline = InlineDockerfile::new("FROM alpine:${TAG}\nRUN echo $HOME $${A} %{\n");
    /// assert_eq!(inline.bake(), "FROM alpine:$${TAG}\nRUN echo $HOME $$${A} %%{\n");
    /// ```
    ///
    /// [Reference](https://docs.docker.com/build/bake/variables/)
    #[must_use]
    pub fn bake(&self) -> String {
        self.text.replace("${", "$${").replace("%{", "%%{")
    }

    /// Returns the lines of `dockerfile-inline` in HCL, the key after `indent` spaces: a heredoc,
    /// or a string in quotes where a heredoc cannot hold the text, as it has control characters or
    /// no newline at its end. See [`bake`](InlineDockerfile::bake) about accents.
    ///
    /// [Reference](https://docs.docker.com/build/bake/reference/#targetdockerfile-inline)
    #[must_use]
    pub fn bake_hcl(&self, indent: usize) -> String {
        let mut out = format!("{:indent$}dockerfile-inline = ", "");
        let text = self.bake();
        let is_plain = |c: char| matches!(c, '\n' | '\t') || !c.is_control();
        if text.ends_with('\n') && text.chars().all(is_plain) {
            let marker = free_marker(&text);
            out.push_str(&format!("<<{marker}\n{text}{marker}\n"));
        } else {
            json::push_string(&mut out, &text);
            out.push('\n');
        }
        out
    }

    /// Returns the member `"dockerfile-inline": ".."` of a target in a Bake file in JSON. See
    /// [`bake`](InlineDockerfile::bake) about accents.
    ///
    /// ```
    /// use multistage::inline::InlineDockerfile;
    ///
    /// let inline = InlineDockerfile::new("FROM alpine:${TAG}\n");
    /// assert_eq!(inline.bake_json(), r#""dockerfile-inline": "FROM alpine:$${TAG}\n""#);
    /// ```
    ///
    /// [Reference](https://docs.docker.com/build/bake/reference/#targetdockerfile-inline)
    #[must_use]
    pub fn bake_json(&self) -> String {
        let mut out = String::from("\"dockerfile-inline\": ");
        json::push_string(&mut out, &self.bake());
        out
    }
}

/// The indentation of a block, relative to its key.
const STEP: usize = 2;

/// Writes a literal block of a text that has more than newlines.
fn push_yaml_block(out: &mut String, text: &str, indent: usize) {
    out.push('|');
    // What the first line begins with would be taken for indentation.
    if text.starts_with([' ', '\t', '\n']) {
        out.push_str(&STEP.to_string());
    }
    let (content, chomping) = match text.strip_suffix('\n') {
        None => (text, "-"),
        Some(content) if content.ends_with('\n') => (content, "+"),
        Some(content) => (content, ""),
    };
    out.push_str(chomping);
    out.push('\n');
    let indent = " ".repeat(indent + STEP);
    for line in content.split('\n') {
        if !line.is_empty() {
            out.push_str(&indent);
            out.push_str(line);
        }
        out.push('\n');
    }
}

/// Writes a string in double quotes on one line.
fn push_yaml_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_plain_in_yaml(c) => out.push(c),
            c => out.push_str(&match u32::from(c) {
                code @ ..=0xff => format!("\\x{code:02x}"),
                code @ ..=0xffff => format!("\\u{code:04x}"),
                code => format!("\\U{code:08x}"),
            }),
        }
    }
    out.push('"');
}

/// Returns `true` if YAML takes a character as it is, and as no other line break than `\n`.
fn is_plain_in_yaml(c: char) -> bool {
    matches!(
        c,
        '\t' | '\n'
            | ' '..='~'
            | '\u{a0}'..='\u{2027}'
            | '\u{202a}'..='\u{d7ff}'
            | '\u{e000}'..='\u{fefe}'
            | '\u{ff00}'..='\u{fffd}'
            | '\u{10000}'..
    )
}

/// A marker for a heredoc that no line of the text is.
fn free_marker(text: &str) -> String {
    let taken: BTreeSet<&str> = text.lines().map(str::trim).collect();
    let mut marker = String::from("EOT");
    let mut number = 1;
    while taken.contains(marker.as_str()) {
        number += 1;
        marker = format!("EOT{number}");
    }
    marker
}
