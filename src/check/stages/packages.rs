//! The package managers of distributions: what a command installs and removes.

use super::shell::Command;

/// The packages of a command that installs, or removes, what it names.
pub(super) struct Packages<'c> {
    pub(super) names: Vec<&'c str>,
    /// `true` if each is spelled out: no variable, pattern, file or list.
    pub(super) fixed: bool,
    /// A name for all of them, by which they can be removed: `apk add --virtual`.
    pub(super) group: Option<&'c str>,
}

/// The task of a package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Install,
    Remove,
}

/// The packages that a command installs.
pub(super) fn installed<'c>(command: &'c Command<'_>) -> Option<Packages<'c>> {
    named(command, Verb::Install)
}

/// The packages that a command removes.
pub(super) fn removed<'c>(command: &'c Command<'_>) -> Option<Packages<'c>> {
    named(command, Verb::Remove)
}

/// Returns `true` if a program is a package manager of a distribution.
pub(super) fn is_manager(program: &str) -> bool {
    matches!(
        program,
        "apt-get" | "apt" | "aptitude" | "apk" | "yum" | "dnf" | "microdnf" | "zypper"
    )
}

fn named<'c>(command: &'c Command<'_>, wanted: Verb) -> Option<Packages<'c>> {
    const VALUES: &[&str] = &[
        "--arch",
        "--enablerepo",
        "--disablerepo",
        "--option",
        "--releasever",
        "--repository",
        "--setopt",
        "--target-release",
        "-X",
        "-c",
        "-o",
    ];
    let program = command.program();
    if !is_manager(program) {
        return None;
    }
    let mut packages = Packages {
        names: Vec::new(),
        fixed: true,
        group: None,
    };
    let mut verb = None;
    let mut words = command.arguments().iter().map(|word| word.text.as_ref());
    while let Some(word) = words.next() {
        if word.starts_with('-') {
            let is_group = program == "apk" && matches!(word, "-t" | "--virtual");
            if is_group {
                packages.group = words.next();
            } else if VALUES.contains(&word) || program != "apk" && word == "-t" {
                words.next();
            }
            if let (Some(group), "apk") = (word.strip_prefix("--virtual="), program) {
                packages.group = Some(group);
            }
            continue;
        }
        if verb.is_none() {
            verb = Some(match word {
                "install" | "add" | "in" => Verb::Install,
                "remove" | "purge" | "del" | "erase" | "autoremove" | "rm" => Verb::Remove,
                _ => return None,
            });
            continue;
        }
        let is_file = word.starts_with(['/', '.', '@']) && packages.group != Some(word)
            || [".deb", ".rpm", ".apk"]
                .iter()
                .any(|end| word.ends_with(end));
        packages.fixed &=
            !(word.contains(['$', '`', '*', '(']) || is_file && wanted == Verb::Install);
        packages.names.push(name(word));
    }
    (verb == Some(wanted)).then_some(packages)
}

/// A package without its version and its architecture.
fn name(word: &str) -> &str {
    let end = word.find(['=', '<', '>', '~', ':']);
    word.get(..end.unwrap_or(word.len())).unwrap_or(word)
}
