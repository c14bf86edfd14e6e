//! `Texts`: the one walk over the texts of an instruction in which Docker expands variables.

use super::mount::TEXT_KEYS;
use super::{CopySource, Instruction, Pair, Sources};
use crate::scope::Scope;
use crate::syntax::{Flags, Part};
use crate::text::Text;

impl Instruction {
    /// The texts in which Docker expands variables, and the part that each one is: arguments first,
    /// then flags in the order of their rows.
    ///
    /// The commands of RUN, CMD, ENTRYPOINT and HEALTHCHECK belong to the shell. The trigger of
    /// ONBUILD is expanded in another build, so its texts are those of
    /// [`Onbuild::instruction`](super::Onbuild::instruction).
    pub(crate) fn texts(&self) -> Texts<'_> {
        Texts {
            instruction: self,
            next: 0,
            heredocs: 0,
        }
    }
}

impl Instruction {
    /// Does what the instruction does where it is. Docker stops at the first text that it cannot
    /// expand; the others that it could not expand either are noted too.
    pub(crate) fn apply_or_note(&self, scope: &mut Scope<'_>) {
        let before = scope.notes.len();
        if self.apply(scope).is_some() {
            return;
        }
        let told = scope.failures_since(before);
        for (part, text) in self.texts() {
            if let (Instruction::Arg(arg), Part::Value(n)) = (self, part) {
                // Docker expands no default in place of which there is a value.
                let name = arg.declarations().get(n).map(|it| it.name().as_str());
                if name.is_some_and(|name| scope.given.args.contains_key(name)) {
                    continue;
                }
            }
            let sets = matches!(self, Instruction::Arg(_));
            scope.note_failure(text, (part, sets), &told);
        }
    }
}

/// The texts of an instruction in which Docker expands variables.
#[derive(Debug, Clone)]
pub(crate) struct Texts<'i> {
    instruction: &'i Instruction,
    next: usize,
    heredocs: usize,
}

/// A text and its part.
type Found<'i> = (Part, &'i Text);

/// A place that can hold a text; `None` where it holds none.
type Slot<'i> = Option<Found<'i>>;

impl<'i> Iterator for Texts<'i> {
    type Item = Found<'i>;

    #[inline]
    fn next(&mut self) -> Option<Found<'i>> {
        loop {
            let nth = self.next;
            self.next += 1;
            if let Some(found) = self.slot(nth)? {
                return Some(found);
            }
        }
    }
}

impl<'i> Texts<'i> {
    /// The n-th place that can hold a text; `None` after the last one.
    #[inline]
    fn slot(&mut self, nth: usize) -> Option<Slot<'i>> {
        let only = |text: &'i Text| (nth == 0).then_some(Some((Part::Argument(0), text)));
        match self.instruction {
            Instruction::Add(add) => self.path(nth, &add.sources, &add.destination, &**add),
            Instruction::Copy(copy) => self.path(nth, &copy.sources, &copy.destination, &**copy),
            Instruction::Arg(arg) => {
                let declared = arg.declarations().get(nth)?;
                Some(declared.default().map(|text| (Part::Value(nth), text)))
            }
            Instruction::Env(env) => pair(&env.pairs, nth),
            Instruction::Label(label) => pair(&label.pairs, nth),
            Instruction::Expose(expose) => {
                let port = expose.ports.get(nth)?;
                Some(Some((Part::Argument(nth), port.text())))
            }
            Instruction::Run(run) => {
                let mount = nth / TEXT_KEYS.len();
                let (key, text) = TEXT_KEYS.get(nth % TEXT_KEYS.len())?;
                let fields = run.mounts.get(mount)?.options();
                let text = fields.and_then(text);
                Some(text.map(|text| (Part::MountValue(key, mount), text)))
            }
            Instruction::Stopsignal(stopsignal) => only(stopsignal.signal.text()),
            Instruction::User(user) => only(&user.user),
            Instruction::Volume(volume) => {
                let path = volume.paths.get(nth)?;
                Some(Some((Part::Argument(nth), path)))
            }
            Instruction::Workdir(workdir) => only(&workdir.path),
            Instruction::Cmd(_)
            | Instruction::Entrypoint(_)
            | Instruction::Healthcheck(_)
            | Instruction::Maintainer(_)
            | Instruction::Onbuild(_)
            | Instruction::Shell(_) => None,
        }
    }

    /// Of COPY and ADD: the sources, the destination, the flags.
    #[inline]
    fn path<T: Flags>(
        &mut self,
        nth: usize,
        sources: &'i Sources,
        destination: &'i Text,
        flags: &'i T,
    ) -> Option<Slot<'i>> {
        let sources = sources.as_slice();
        let Some(flag) = nth.checked_sub(sources.len()) else {
            return sources
                .get(nth)
                .map(|source| Some(self.source(nth, source)));
        };
        match flag.checked_sub(1) {
            None => Some(Some((Part::Destination, destination))),
            Some(flag) => {
                let row = flags.rows().get(flag)?;
                let text = (row.text)(flags);
                Some(text.map(|text| (Part::FlagValue(row.name, 0), text)))
            }
        }
    }

    fn source(&mut self, nth: usize, source: &'i CopySource) -> Found<'i> {
        match source {
            CopySource::Path(path) => (Part::Argument(nth), path),
            CopySource::Inline(inline) => {
                let part = Part::Heredoc(self.heredocs);
                self.heredocs += 1;
                (part, inline.body())
            }
        }
    }
}

fn pair(pairs: &[Pair], nth: usize) -> Option<Slot<'_>> {
    let pair = pairs.get(nth / 2)?;
    Some(Some(match nth % 2 {
        0 => (Part::Key(nth / 2), &pair.key),
        _ => (Part::Value(nth / 2), &pair.value),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruction::{Add, Copy, Mount, Run, inline};
    use crate::text::expr;

    fn parts(instruction: impl Into<Instruction>) -> Vec<Part> {
        instruction.into().texts().map(|(part, _)| part).collect()
    }

    #[test]
    fn paths_come_first_then_the_flags_in_the_order_of_their_rows() {
        let copy = Copy::new(
            [
                inline("a").name("a").into(),
                CopySource::from("b"),
                inline("c").name("c").into(),
            ],
            "/d/",
        )
        .chmod(0o755)
        .chown("app")
        .exclude("x");
        let flags = [Part::FlagValue("chown", 0), Part::FlagValue("chmod", 0)];
        let paths = [
            Part::Heredoc(0),
            Part::Argument(1),
            Part::Heredoc(1),
            Part::Destination,
        ];
        assert_eq!(parts(copy), [&paths[..], &flags[..]].concat());
        let add = Add::new("a", "/b").checksum("0").chmod(0o755);
        let checksum = [
            Part::Argument(0),
            Part::Destination,
            Part::FlagValue("checksum", 0),
        ];
        assert_eq!(parts(add), [&checksum[..], &flags[1..]].concat());
    }

    #[test]
    fn a_mount_has_every_key_that_docker_expands() {
        let uid = Mount::cache("/c")
            .id("i")
            .source("s")
            .mode(0o700)
            .uid("$UID")
            .gid("$GID");
        let run = Run::new("true").mount(Mount::ssh()).mount(uid);
        let keys = ["id", "source", "target", "mode", "uid", "gid"];
        assert_eq!(parts(run), keys.map(|key| Part::MountValue(key, 1)));
        let tmpfs = Mount::tmpfs("/t").size(expr("$SIZE"));
        let secret = Mount::secret("s").env("TOKEN");
        let run = Run::new("true").mount(tmpfs).mount(secret);
        let expected = [("target", 0), ("size", 0), ("id", 1), ("env", 1)];
        assert_eq!(
            parts(run),
            expected.map(|(key, nth)| Part::MountValue(key, nth))
        );
    }
}
