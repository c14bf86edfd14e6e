//! The effect of COPY and ADD: sources and destination, expanded.

use smol_str::SmolStr;

use super::mode::{Chmod, Chown};
use super::source::{CopySource, Sources, is_remote};
use crate::reference::{Source, Typed as _};
use crate::scope::{Action, CopyAction, CopyDetails, NoteKind, Scope, System, path};
use crate::syntax::Part;
use crate::text::Text;

/// The parts of COPY and ADD that their effect on a build is computed from.
pub(crate) struct Copying<'i> {
    pub(crate) keyword: &'static str,
    pub(crate) sources: &'i Sources,
    pub(crate) destination: &'i Text,
    pub(crate) chown: Option<&'i Chown>,
    pub(crate) chmod: Option<&'i Chmod>,
    /// The source of the files, unless that is the build context.
    pub(crate) from: Option<&'i Source>,
    /// The flags that are not named here.
    pub(crate) flags: String,
    /// `true` if a `/./` in a source means something.
    pub(crate) parents: bool,
}

impl Copying<'_> {
    /// The paths with their values, or what Docker rejects. `check`: what the instruction says of
    /// its sources.
    pub(crate) fn apply(
        &self,
        scope: &mut Scope<'_>,
        check: impl FnOnce(&[SmolStr], &mut Scope<'_>) -> Option<()>,
    ) -> Option<()> {
        let system = System::of(&scope.platform.os);
        let (mut chown, mut chmod) = (None, None);
        if let Some(owner) = self.chown {
            let owner = scope.expand(owner.text(), Part::FlagValue("chown", 0))?;
            chown = Some(owner.text).filter(|owner| !owner.is_empty());
        }
        if let Some(mode) = self.chmod {
            chmod = Some(expand_mode(mode, scope)?).filter(|mode| !mode.is_empty());
        }
        let mut files = Vec::new();
        let mut sources = Vec::with_capacity(self.sources.as_slice().len());
        for (n, source) in self.sources.as_slice().iter().enumerate() {
            match source {
                CopySource::Path(path) => {
                    let path = scope.expand(path, Part::Argument(n))?;
                    if is_remote(&path.text) {
                        sources.push(path.text);
                        continue;
                    }
                    if scope.given.paths && self.from.is_none() && path.known {
                        let verb = if self.keyword == "ADD" { "Add" } else { "Copy" };
                        let path = path.text.clone();
                        scope.note(Part::Argument(n), NoteKind::ContextPath { verb, path });
                    }
                    if let Err(problem) = system.check(&path.text) {
                        let message = format!("`{}` {problem}", path.text);
                        return scope.fail(Part::Argument(n), message, "name a path on `C:`");
                    }
                    sources.push(if self.parents {
                        smol_str::format_smolstr!("/{}", path.text.trim_start_matches('/'))
                    } else {
                        path::join("/", &path.text)
                    });
                }
                CopySource::Inline(inline) => {
                    let part = Part::Heredoc(files.len());
                    let content = scope.expand_body(inline.body(), part)?;
                    let name = inline.given_name().map(ToOwned::to_owned);
                    files.push((name, content.text.to_string()));
                }
            }
        }
        let given = scope.expand(self.destination, Part::Destination)?;
        let workdir = scope.state.workdir.text.clone();
        scope.carry(Part::Destination, workdir.len())?;
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
        let other = self.flags.as_str();
        let plain = chown.is_none() && chmod.is_none() && files.is_empty() && other.is_empty();
        let details = || CopyDetails {
            files: files.into(),
            chown,
            chmod,
            other: other.into(),
        };
        scope.action = Some(Action::Copy(Box::new(CopyAction {
            from: self.from.map(|from| from.spelling().into()),
            sources: sources.into(),
            destination,
            flags: (!plain).then(|| Box::new(details())),
            adds: self.keyword == "ADD",
        })));
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
                format!("`{known}` is not a valid {}", Chmod::WHAT),
                format!("expected {}", Chmod::EXPECTED),
            )
        }
        _ => Some(value.text),
    }
}
