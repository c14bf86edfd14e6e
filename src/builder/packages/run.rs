//! The RUN that installs packages.

use smol_str::SmolStr;

use super::Packages;
use super::manager::Manager;
use crate::instruction::{Dialect, Mount, RefusedWord, Run, Sharing, ShellText};
use crate::syntax::shell::{WordOf, push_word};

/// The RUN that installs them. One that installs nothing is reported when the file is rendered.
impl From<Packages> for Run {
    fn from(packages: Packages) -> Run {
        Run::from(&packages)
    }
}

/// The RUN that installs them. One that installs nothing is reported when the file is rendered.
impl From<&Packages> for Run {
    fn from(packages: &Packages) -> Run {
        let recipe = packages.manager.recipe(packages.cached);
        let mut lines: Vec<SmolStr> = Vec::new();
        for command in recipe.before {
            packages.push_command(command, &mut lines);
        }
        let first = lines.len();
        packages.push_command(recipe.install, &mut lines);
        let on_lines = packages.names.len() > ON_ONE_LINE;
        packages.push_names(on_lines, &mut lines);
        for command in recipe.after {
            packages.push_command(command, &mut lines);
        }
        let mut run = Run::new(ShellText::of_chain(&lines));
        if let (Some(remove), false) = (recipe.remove, packages.needed_by.is_empty()) {
            // As a command that continues over several lines, it keeps its indentation.
            run = Run::chain([lines.join(" \\\n")]);
            for command in &packages.needed_by {
                run = run.and(command);
            }
            run = run.and(packages.removal(remove));
        }
        let refuse = |line: usize, text: &str| RefusedWord {
            line,
            what: "package",
            text: text.into(),
            expected: recipe.expected,
        };
        if packages.is_empty() {
            run.refused.push(refuse(first, ""));
        }
        let given = packages.prefix.iter().chain(&packages.program);
        for word in given.chain(&packages.options) {
            if word.is_empty() || word.contains(['\n', '\0']) {
                run.refused.push(RefusedWord {
                    what: "word of a command",
                    expected: "text without newlines",
                    ..refuse(first, word)
                });
            }
        }
        for (n, name) in packages.names().enumerate() {
            if !packages.manager.takes(name) {
                let line = if on_lines { first + 1 + n } else { first };
                run.refused.push(refuse(line, name));
            }
        }
        let caches = recipe.caches.iter();
        run.mounts(caches.map(|(id, target)| {
            Mount::cache(*target)
                .id_per_arch(*id)
                .sharing(Sharing::Locked)
        }))
    }
}

impl Packages {
    /// A command with the prefix in front and the program where `@` is.
    fn command(&self, command: &str) -> String {
        let mut out = String::new();
        for word in &self.prefix {
            push_shell_word(&mut out, word);
            out.push(' ');
        }
        match command.strip_prefix('@') {
            Some(rest) => {
                let usual = self.manager.program();
                push_shell_word(&mut out, self.program.as_deref().unwrap_or(usual));
                out.push_str(rest);
            }
            None => out.push_str(command),
        }
        out
    }

    fn push_command(&self, command: &str, lines: &mut Vec<SmolStr>) {
        let command = self.command(command);
        lines.push(match lines.is_empty() {
            true => command.into(),
            false => smol_str::format_smolstr!("&& {command}"),
        });
    }

    /// Adds the options and the names to the install command.
    fn push_names(&self, on_lines: bool, lines: &mut Vec<SmolStr>) {
        let mut line = lines.pop().map_or(String::new(), String::from);
        for option in &self.options {
            line.push(' ');
            push_shell_word(&mut line, option);
        }
        if let (Some(name), None) = (self.virtual_name(), self.given_virtual()) {
            line.push_str(" --virtual ");
            line.push_str(name);
        }
        if !on_lines {
            for name in &self.names {
                line.push(' ');
                push_shell_word(&mut line, name);
            }
            return lines.push(line.into());
        }
        lines.push(line.into());
        for name in &self.names {
            let mut line = String::from("    ");
            push_shell_word(&mut line, name);
            lines.push(line.into());
        }
    }

    /// The name under which `apk` removes the packages together.
    fn virtual_name(&self) -> Option<&str> {
        let removed = self.manager == Manager::Apk && !self.needed_by.is_empty();
        removed.then(|| self.given_virtual().unwrap_or(".build-deps"))
    }

    /// The name that the options give.
    fn given_virtual(&self) -> Option<&str> {
        let mut options = self.options.iter();
        while let Some(option) = options.next() {
            if matches!(option.as_str(), "--virtual" | "-t") {
                return options.next().map(SmolStr::as_str);
            }
            if let Some(name) = option.strip_prefix("--virtual=") {
                return Some(name);
            }
        }
        None
    }

    /// The command that removes the packages.
    fn removal(&self, remove: &str) -> String {
        let mut out = self.command(remove);
        let mut push = |name: &str| {
            out.push(' ');
            push_shell_word(&mut out, name);
        };
        match self.virtual_name() {
            Some(name) => push(name),
            None => self
                .names
                .iter()
                .for_each(|name| push(bare_name(self.manager, name))),
        }
        out
    }
}

/// A name without its version, which the package has whatever version it is.
fn bare_name(manager: Manager, name: &str) -> &str {
    let end = match manager {
        Manager::Apt => name.find(['=', '/']),
        Manager::AptSatisfy => name.find([' ', '(']),
        Manager::Zypper => name.find(['=', '<', '>']),
        _ => None,
    };
    let end = end.filter(|_| !name.starts_with(['/', '.']));
    end.and_then(|end| name.get(..end)).unwrap_or(name)
}

/// The number of packages that fit on the line of the command.
const ON_ONE_LINE: usize = 2;

/// Adds a word as data.
fn push_shell_word(out: &mut String, word: &str) {
    // What it cannot be given is not a name of a package, which is reported.
    let _ = push_word(out, word, WordOf::Argument, Dialect::Posix);
}
