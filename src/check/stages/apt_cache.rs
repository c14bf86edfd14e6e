//! Shared by the rules about apt and cache mounts.

use super::directories::is_in;
use super::walk;
use crate::check::Checking;
use crate::instruction::MountKind;

/// The cache mounts of a RUN below a directory, as they are in the effect.
pub(super) fn mounts<'m>(
    step: &walk::Step<'m>,
    directories: &[&str],
) -> Vec<(usize, &'m [(String, String)])> {
    let mounts = step.mounts().iter().map(Vec::as_slice).enumerate();
    mounts
        .filter(|(_, mount)| {
            let target = walk::value(mount, "target").unwrap_or_default();
            walk::value(mount, "type") == Some(MountKind::Cache.as_str())
                && directories.iter().any(|directory| is_in(target, directory))
        })
        .collect()
}

/// Returns `true` if a RUN calls apt with one of some verbs.
pub(super) fn calls_apt<'m>(
    checking: &Checking<'m>,
    step: &walk::Step<'m>,
    verbs: &[&str],
) -> bool {
    let scripts = step.scripts(checking).iter();
    let mut commands = scripts.flat_map(|(_, script)| &script.commands);
    commands.any(|command| {
        let words = command.arguments().iter().map(|word| word.text.as_ref());
        let mut plain = words.filter(|word| !word.starts_with('-'));
        matches!(command.program(), "apt-get" | "apt" | "aptitude")
            && plain.any(|word| verbs.contains(&word))
    })
}
