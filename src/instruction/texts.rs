//! The one walk over the texts of an instruction in which Docker expands variables.

use super::mount::TEXT_KEYS;
use super::{CopySource, Instruction, Pair, Sources};
use crate::scope::Scope;
use crate::syntax::{Flags, Part};
use crate::text::Text;

impl Instruction {
    /// Calls back with each text in which Docker expands variables, and the part that it is:
    /// arguments first, then flags in the order of their rows.
    ///
    /// The commands of RUN, CMD, ENTRYPOINT and HEALTHCHECK belong to the shell. The trigger of
    /// ONBUILD is expanded in another build, so its texts are those of
    /// [`Onbuild::instruction`](super::Onbuild::instruction).
    pub(crate) fn each_text<'i>(&'i self, found: &mut dyn FnMut(Part, &'i Text)) {
        self.walk(|part, text| {
            found(part, text);
            true
        });
    }

    /// Returns `true` if it says the same in every stage: Docker expands nothing in it, no text was
    /// made for a shell, and no other build runs it.
    pub(crate) fn is_settled(&self) -> bool {
        let in_this_build = !matches!(self, Instruction::Onbuild(_));
        in_this_build && self.made().is_none() && self.is_literal()
    }

    /// Returns `true` if all texts in which Docker expands variables are literal.
    pub(crate) fn is_literal(&self) -> bool {
        self.walk(|_, text| text.is_literal())
    }

    /// Goes through the texts for as long as `test` returns `true`. Returns `true` if that was to
    /// the end.
    #[inline]
    fn walk<'i>(&'i self, mut test: impl FnMut(Part, &'i Text) -> bool) -> bool {
        match self {
            Instruction::Add(add) => walk_paths(&add.sources, &add.destination, &**add, test),
            Instruction::Copy(copy) => walk_paths(&copy.sources, &copy.destination, &**copy, test),
            Instruction::Arg(arg) => {
                let mut declared = arg.declarations().iter().enumerate();
                declared.all(|(n, declared)| match declared.default() {
                    Some(text) => test(Part::Value(n), text),
                    None => true,
                })
            }
            Instruction::Env(env) => walk_pairs(&env.pairs, test),
            Instruction::Label(label) => walk_pairs(&label.pairs, test),
            Instruction::Expose(expose) => {
                let mut ports = expose.ports.iter().enumerate();
                ports.all(|(n, port)| test(Part::Argument(n), port.text()))
            }
            Instruction::Run(run) => {
                let mut mounts = run.mounts.iter().enumerate();
                mounts.all(|(n, mount)| {
                    let Some(fields) = mount.options() else {
                        return true;
                    };
                    TEXT_KEYS.iter().all(|(key, text)| match text(fields) {
                        Some(text) => test(Part::MountValue(key, n), text),
                        None => true,
                    })
                })
            }
            Instruction::Stopsignal(stopsignal) => {
                test(Part::Argument(0), stopsignal.signal.text())
            }
            Instruction::User(user) => test(Part::Argument(0), &user.user),
            Instruction::Volume(volume) => {
                let mut paths = volume.paths.iter().enumerate();
                paths.all(|(n, path)| test(Part::Argument(n), path))
            }
            Instruction::Workdir(workdir) => test(Part::Argument(0), &workdir.path),
            Instruction::Cmd(_)
            | Instruction::Entrypoint(_)
            | Instruction::Healthcheck(_)
            | Instruction::Maintainer(_)
            | Instruction::Onbuild(_)
            | Instruction::Shell(_) => true,
        }
    }
}

/// Of COPY and ADD: the sources, the destination, the flags.
#[inline]
fn walk_paths<'i, T: Flags>(
    sources: &'i Sources,
    destination: &'i Text,
    flags: &'i T,
    mut test: impl FnMut(Part, &'i Text) -> bool,
) -> bool {
    let mut heredocs = 0;
    for (n, source) in sources.as_slice().iter().enumerate() {
        let (part, text) = match source {
            CopySource::Path(path) => (Part::Argument(n), path),
            CopySource::Inline(inline) => {
                heredocs += 1;
                (Part::Heredoc(heredocs - 1), inline.body())
            }
        };
        if !test(part, text) {
            return false;
        }
    }
    if !test(Part::Destination, destination) {
        return false;
    }
    let mut rows = flags.rows().iter();
    rows.all(|row| match (row.text)(flags) {
        Some(text) => test(Part::FlagValue(row.name, 0), text),
        None => true,
    })
}

#[inline]
fn walk_pairs<'i>(pairs: &'i [Pair], mut test: impl FnMut(Part, &'i Text) -> bool) -> bool {
    let mut pairs = pairs.iter().enumerate();
    pairs.all(|(n, pair)| test(Part::Key(n), &pair.key) && test(Part::Value(n), &pair.value))
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
        self.each_text(&mut |part, text| {
            if let (Instruction::Arg(arg), Part::Value(n)) = (self, part) {
                // Docker expands no default in place of which there is a value.
                let name = arg.declarations().get(n).map(|it| it.name().as_str());
                if name.is_some_and(|name| scope.given.args.contains_key(name)) {
                    return;
                }
            }
            let sets = matches!(self, Instruction::Arg(_));
            scope.note_failure(text, (part, sets), &told);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruction::{Add, Copy, Mount, Run, inline};
    use crate::text::expr;

    fn parts(instruction: impl Into<Instruction>) -> Vec<Part> {
        let mut parts = Vec::new();
        instruction
            .into()
            .each_text(&mut |part, _| parts.push(part));
        parts
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
