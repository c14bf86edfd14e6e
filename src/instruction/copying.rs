//! What COPY and ADD do to an image: sources and destination, expanded.

use smol_str::SmolStr;

use super::mode::{Chmod, Chown};
use super::source::{CopySource, Sources, is_remote};
use crate::reference::{Source, Typed as _};
use crate::scope::{Effect, NoteKind, Scope, System, path};
use crate::syntax::Part;
use crate::text::Text;

/// What COPY and ADD share on their way to a build.
pub(crate) struct Copying<'i> {
    pub(crate) keyword: &'static str,
    pub(crate) sources: &'i Sources,
    pub(crate) destination: &'i Text,
    pub(crate) chown: Option<&'i Chown>,
    pub(crate) chmod: Option<&'i Chmod>,
    /// What the files come from, where that is not the build context.
    pub(crate) from: Option<&'i Source>,
    /// The flags that are not named here.
    pub(crate) flags: String,
    /// Whether a `/./` in a source means something.
    pub(crate) parents: bool,
}

impl Copying<'_> {
    /// The paths with their values, or what Docker refuses. `check`: what the instruction says of its sources.
    pub(crate) fn apply(
        &self,
        scope: &mut Scope<'_>,
        check: impl FnOnce(&[String], &mut Scope<'_>) -> Option<()>,
    ) -> Option<()> {
        let chown = match self.chown {
            Some(owner) => Some(
                scope
                    .expand(owner.text(), Part::FlagValue("chown", 0))?
                    .text,
            ),
            None => None,
        };
        let chmod = match self.chmod {
            Some(mode) => Some(expand_mode(mode, scope)?),
            None => None,
        };
        let (mut sources, mut files) = (Vec::new(), Vec::new());
        for (n, source) in self.sources.as_slice().iter().enumerate() {
            match source {
                CopySource::Path(path) => {
                    let path = scope.expand(path, Part::Argument(n))?;
                    if self.from.is_none() && path.known && !is_remote(&path.text) {
                        let verb = if self.keyword == "ADD" { "Add" } else { "Copy" };
                        let path = path.text.clone();
                        scope.note(Part::Argument(n), NoteKind::ContextPath { verb, path });
                    }
                    let system = System::of(&scope.platform.os);
                    if let Some(problem) = system.join_destination("/", &path.text).err() {
                        if !is_remote(&path.text) {
                            let message = format!("`{}` {problem}", path.text);
                            return scope.fail(Part::Argument(n), message, "name a path on `C:`");
                        }
                    }
                    sources.push(if is_remote(&path.text) {
                        path.text.to_string()
                    } else if self.parents {
                        format!("/{}", path.text.trim_start_matches('/'))
                    } else {
                        path::join("/", &path.text)
                    });
                }
                CopySource::Inline(inline) => {
                    let content = scope.expand_body(inline.body(), Part::Heredoc(files.len()))?;
                    let name = inline.given_name().map(ToOwned::to_owned);
                    files.push((name, content.text.to_string()));
                }
            }
        }
        let given = scope.expand(self.destination, Part::Destination)?;
        let system = System::of(&scope.platform.os);
        let workdir = scope.state.workdir.text.clone();
        let destination = match system.join_destination(&workdir, &given.text) {
            Ok(destination) => destination,
            Err(problem) => {
                return scope.fail(
                    Part::Destination,
                    format!("`{}` {problem}", given.text),
                    "name a path on `C:`",
                );
            }
        };
        check(&sources, scope)?;
        let text = |text: smol_str::SmolStr| text.to_string();
        scope.effect = Some(Effect::Copy {
            keyword: self.keyword,
            from: self.from.map(ToString::to_string),
            sources,
            files,
            destination,
            chown: chown.filter(|owner| !owner.is_empty()).map(text),
            chmod: chmod.filter(|mode| !mode.is_empty()).map(text),
            flags: self.flags.clone(),
        });
        Some(())
    }
}

/// A mode that is empty in the end counts for none.
fn expand_mode(mode: &Chmod, scope: &mut Scope<'_>) -> Option<SmolStr> {
    let part = Part::FlagValue("chmod", 0);
    let value = scope.expand(mode.text(), part)?;
    match value.as_known() {
        Some(known)
            if !known.is_empty() && mode.as_literal().is_none() && !Chmod::is_valid(known) =>
        {
            scope.fail(
                part,
                format!("`{known}` is no {}", Chmod::WHAT),
                format!("expected {}", Chmod::EXPECTED),
            )
        }
        _ => Some(value.text),
    }
}
