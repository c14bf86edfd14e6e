//! The texts of an instruction that Docker expands where it stands.

use super::{CopySource, Instruction, Mount};
use crate::reference::Typed;
use crate::text::Text;

impl Instruction {
    /// Calls back for every text that Docker expands where the instruction stands. The commands of RUN, CMD,
    /// ENTRYPOINT and HEALTHCHECK are the shell's, and what ONBUILD holds is expanded in another build.
    pub(crate) fn each_text<'i>(&'i self, found: &mut impl FnMut(&'i Text)) {
        match self {
            Instruction::Add(add) => {
                paths(add.sources.as_slice(), &add.destination, found);
                add.checksum.iter().map(Typed::text).for_each(&mut *found);
                add.chown.iter().for_each(|owner| found(owner.text()));
                add.chmod.iter().map(Typed::text).for_each(found);
            }
            Instruction::Copy(copy) => {
                paths(copy.sources.as_slice(), &copy.destination, found);
                copy.chown.iter().for_each(|owner| found(owner.text()));
                copy.chmod.iter().map(Typed::text).for_each(found);
            }
            Instruction::Arg(arg) => {
                let defaults = arg.declarations().iter().filter_map(|it| it.default());
                defaults.for_each(found);
            }
            Instruction::Env(env) => {
                let pairs = env.pairs.iter();
                pairs.flat_map(|it| [&it.key, &it.value]).for_each(found);
            }
            Instruction::Label(label) => {
                let pairs = label.pairs.iter();
                pairs.flat_map(|it| [&it.key, &it.value]).for_each(found);
            }
            Instruction::Expose(expose) => expose.ports.iter().map(Typed::text).for_each(found),
            Instruction::Run(run) => run.mounts.iter().flat_map(Mount::texts).for_each(found),
            Instruction::Stopsignal(stopsignal) => found(stopsignal.signal.text()),
            Instruction::User(user) => found(&user.user),
            Instruction::Volume(volume) => volume.paths.iter().for_each(found),
            Instruction::Workdir(workdir) => found(&workdir.path),
            Instruction::Cmd(_)
            | Instruction::Entrypoint(_)
            | Instruction::Healthcheck(_)
            | Instruction::Maintainer(_)
            | Instruction::Onbuild(_)
            | Instruction::Shell(_) => {}
        }
    }
}

fn paths<'i>(sources: &'i [CopySource], destination: &'i Text, found: &mut impl FnMut(&'i Text)) {
    for source in sources {
        found(match source {
            CopySource::Path(path) => path,
            CopySource::Inline(inline) => inline.body(),
        });
    }
    found(destination);
}
