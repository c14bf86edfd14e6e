//! The texts of an instruction that Docker expands.

use crate::instruction::{Copy, CopySource, Instruction, Mount, Sources};
use crate::syntax::Part;
use crate::text::Text;

/// Calls back for every text that Docker expands in an instruction, where it stands; those of a trigger too.
pub(crate) fn texts<'m>(instruction: &'m Instruction, found: &mut dyn FnMut(Part, &'m Text)) {
    match instruction {
        Instruction::Add(add) => {
            let modes = [
                ("checksum", add.checksum.as_ref().map(|value| value.text())),
                ("chown", add.chown.as_ref().map(|value| value.text())),
                ("chmod", add.chmod.as_ref().map(|value| value.text())),
            ];
            flags(&modes, found);
            paths(&add.sources, &add.destination, found);
        }
        Instruction::Copy(copy) => {
            let Copy { chown, chmod, .. } = copy;
            let modes = [
                ("chown", chown.as_ref().map(|value| value.text())),
                ("chmod", chmod.as_ref().map(|value| value.text())),
            ];
            flags(&modes, found);
            paths(&copy.sources, &copy.destination, found);
        }
        Instruction::Arg(arg) => {
            for (n, declaration) in arg.declarations().iter().enumerate() {
                if let Some(default) = declaration.default() {
                    found(Part::Value(n), default);
                }
            }
        }
        Instruction::Env(env) => pairs(&env.pairs, found),
        Instruction::Label(label) => pairs(&label.pairs, found),
        Instruction::Expose(expose) => {
            for (n, port) in expose.ports.iter().enumerate() {
                found(Part::Argument(n), port.text());
            }
        }
        Instruction::Volume(volume) => {
            for (n, path) in volume.paths.iter().enumerate() {
                found(Part::Argument(n), path);
            }
        }
        Instruction::Run(run) => {
            for (n, mount) in run.mounts.iter().enumerate() {
                mount_texts(mount, n, found);
            }
        }
        Instruction::Stopsignal(stopsignal) => found(Part::Argument(0), stopsignal.signal.text()),
        Instruction::User(user) => found(Part::Argument(0), &user.user),
        Instruction::Workdir(workdir) => found(Part::Argument(0), &workdir.path),
        Instruction::Onbuild(onbuild) => {
            // A trigger holds no other trigger that Docker would take.
            if let Some(trigger) = onbuild.instruction() {
                if !matches!(trigger, Instruction::Onbuild(_)) {
                    texts(trigger, found);
                }
            }
        }
        Instruction::Cmd(_)
        | Instruction::Entrypoint(_)
        | Instruction::Healthcheck(_)
        | Instruction::Maintainer(_)
        | Instruction::Shell(_) => {}
    }
}

fn flags<'m>(values: &[(&'static str, Option<&'m Text>)], found: &mut dyn FnMut(Part, &'m Text)) {
    for (name, value) in values {
        if let Some(value) = value {
            found(Part::FlagValue(name, 0), value);
        }
    }
}

fn paths<'m>(sources: &'m Sources, destination: &'m Text, found: &mut dyn FnMut(Part, &'m Text)) {
    for (n, source) in sources.as_slice().iter().enumerate() {
        match source {
            CopySource::Path(path) => found(Part::Argument(n), path),
            CopySource::Inline(inline) => found(Part::Argument(n), inline.body()),
        }
    }
    found(Part::Destination, destination);
}

fn pairs<'m>(pairs: &'m [crate::instruction::Pair], found: &mut dyn FnMut(Part, &'m Text)) {
    for (n, pair) in pairs.iter().enumerate() {
        found(Part::Key(n), &pair.key);
        found(Part::Value(n), &pair.value);
    }
}

fn mount_texts<'m>(mount: &'m Mount, n: usize, found: &mut dyn FnMut(Part, &'m Text)) {
    let Some(fields) = mount.fields() else {
        return;
    };
    let values = [
        ("id", fields.id.as_ref()),
        ("source", fields.source.as_ref()),
        ("target", fields.target.as_ref()),
        ("env", fields.env.as_ref()),
        ("size", fields.size.as_ref().map(|value| value.text())),
        ("mode", fields.mode.as_ref().map(|value| value.text())),
        ("uid", fields.uid.as_ref().map(|value| value.text())),
        ("gid", fields.gid.as_ref().map(|value| value.text())),
    ];
    for (key, value) in values {
        if let Some(value) = value {
            found(Part::MountValue(key, n), value);
        }
    }
}
