//! What the examples `check` and `resolve` share: their arguments, and reading files.

use std::fs;
use std::io::Read as _;

use multistage::{
    check::{Checker, Group},
    ignore::IgnoreFile,
    resolve::{Build, ImageConfigs},
};

/// The arguments that say what build is meant, and the files.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) build: Build,
    pub(crate) files: Vec<String>,
    pub(crate) flags: Vec<String>,
    ignore: Option<IgnoreFile>,
    groups: Vec<Group>,
}

impl Arguments {
    /// Reads the arguments of the program; `flags` are those without a value that it takes besides.
    pub(crate) fn parse(flags: &[&str], usage: &str) -> Result<Arguments, String> {
        let mut out = Arguments::default();
        let mut bases: Vec<String> = Vec::new();
        let mut platform = None;
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) if name.starts_with("--") => {
                    (name.to_owned(), Some(value.to_owned()))
                }
                _ => (argument, None),
            };
            let mut value = || {
                let next = inline.clone().or_else(|| arguments.next());
                next.ok_or_else(|| format!("{name} needs a value\n{usage}"))
            };
            match name.as_str() {
                "--build-arg" => {
                    let pair = value()?;
                    let (key, text) = match pair.split_once('=') {
                        Some((key, text)) => (key.to_owned(), text.to_owned()),
                        // As `docker build` does: the value of the environment.
                        None => (pair.clone(), std::env::var(&pair).unwrap_or_default()),
                    };
                    out.build = out.build.arg(key, text);
                }
                "--platform" => platform = Some(value()?),
                "--target" => out.build = out.build.target(value()?),
                "--base-config" => bases.push(value()?),
                "--empty-bases" => out.build = out.build.empty_bases(),
                "--ignore-file" => {
                    let path = value()?;
                    let ignore = read(&path)?.parse();
                    out.ignore = Some(ignore.map_err(|error| format!("{path}: {error}\n"))?);
                }
                "--pedantic" => out.groups.push(Group::Pedantic),
                "--experimental" => out.groups.push(Group::Experimental),
                known if flags.contains(&known) => out.flags.push(known.to_owned()),
                "-" => out.files.push("-".to_owned()),
                unknown if unknown.starts_with('-') => {
                    return Err(format!("there is no option {unknown}\n{usage}"));
                }
                _ => out.files.push(name),
            }
        }
        if out.files.is_empty() {
            return Err(usage.to_owned());
        }
        if let Some(platform) = &platform {
            out.build = out.build.platform(platform);
        }
        for base in bases {
            out.build = add_base(
                out.build,
                &base,
                platform.as_deref().unwrap_or("linux/amd64"),
            )?;
        }
        Ok(out)
    }

    #[allow(dead_code, reason = "one of the examples checks nothing")]
    pub(crate) fn checker(&self) -> Checker {
        let mut checker = Checker::new().build(self.build.clone());
        if let Some(ignore) = &self.ignore {
            checker = checker.ignore(ignore.clone());
        }
        for group in &self.groups {
            checker = checker.group(*group);
        }
        checker
    }

    #[allow(dead_code, reason = "one of the examples has no such flags")]
    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|given| given == flag)
    }
}

/// `IMAGE=FILE`: what is known of an image, as `docker inspect` prints it.
fn add_base(build: Build, base: &str, platform: &str) -> Result<Build, String> {
    // An image has no `=` in its name.
    let (image, path) = base
        .split_once('=')
        .ok_or_else(|| format!("--base-config is IMAGE=FILE, not {base}\n"))?;
    let configs: ImageConfigs =
        serde_json::from_str(&read(path)?).map_err(|error| format!("{path}: {error}\n"))?;
    let config = configs.for_platform(platform).or(configs.iter().next());
    let config = config.ok_or_else(|| format!("{path}: there is no configuration in it\n"))?;
    Ok(build.base(image, config.clone()))
}

/// Prints a text; that nobody reads on is no error.
pub(crate) fn print(text: &str) -> Result<(), String> {
    use std::io::{ErrorKind, Write as _};
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(format!("{error}\n")),
        _ => Ok(()),
    }
}

/// A file, or standard input for `-`.
pub(crate) fn read(path: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    let result = if path == "-" {
        std::io::stdin().read_to_end(&mut bytes).map(|_| ())
    } else {
        fs::read(path).map(|found| bytes = found)
    };
    result.map_err(|error| format!("{path}: {error}\n"))?;
    String::from_utf8(bytes).map_err(|error| format!("{path}: it is not UTF-8: {error}\n"))
}

/// The name under which a file is reported.
pub(crate) fn name(path: &str) -> &str {
    if path == "-" { "Dockerfile" } else { path }
}
