//! `BuildCommand`: the command line of a build.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

use super::inputs::Inputs;

/// A program that builds images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BuildTool {
    /// `docker buildx build`.
    Buildx,
    /// `docker build`, which is BuildKit unless it is set up otherwise.
    Docker,
    /// `podman build`.
    Podman,
}

/// The command line of a build: [`Inputs::command`] begins one, the methods give what the build
/// needs, and [`arguments`](BuildCommand::arguments) is the list for [`std::process::Command`]. It
/// is never a string for a shell.
///
/// The Dockerfile is read from the standard input unless [`file`](BuildCommand::file) names one,
/// and the context is the current directory unless [`context`](BuildCommand::context) does.
///
/// ```
/// use multistage::{Dockerfile, Stage, inputs::BuildTool, instruction::{Mount, Run}};
///
/// let mut file = Dockerfile::new();
/// let version = file.arg("VERSION");
/// let assets = file.context("assets");
/// file.push(Stage::new(format!("node:{version}"))
///     .copy_from(&assets, ".", "/assets/")
///     .run(Run::new("npm ci").mount(Mount::secret("npmrc").required())));
/// let command = file.inputs().command(BuildTool::Buildx)
///     .tag("app:dev")
///     .arg("VERSION", "22")
///     .build_context("assets", "../my assets")
///     .secret_file("npmrc", "/home/me/.npmrc");
/// assert_eq!(command.program(), "docker");
/// assert_eq!(command.arguments()?, [
///     "buildx", "build", "--file", "-", "--tag", "app:dev",
///     "--build-arg", "VERSION=22",
///     "--build-context", "assets=../my assets",
///     "--secret", "id=npmrc,src=/home/me/.npmrc",
///     ".",
/// ]);
/// # Ok::<(), multistage::Error>(())
/// ```
///
/// # Where the ignore file goes
///
/// Beside a Dockerfile that is a file, BuildKit reads `NAME.dockerignore`, with the whole name in
/// front (`Dockerfile.dockerignore`); [`ignore_file`](BuildCommand::ignore_file) is its path.
/// Without one, and for a Dockerfile that comes from the standard input, it is the `.dockerignore`
/// in the root of the context. Podman is given the former with `--ignorefile`, if
/// [`ignored_by`](BuildCommand::ignored_by) names it.
///
/// [Reference](https://docs.docker.com/reference/cli/docker/buildx/build/)
#[must_use = "it does nothing until its arguments are given to a process"]
#[derive(Debug, Clone)]
pub struct BuildCommand {
    tool: BuildTool,
    inputs: Inputs,
    file: Option<PathBuf>,
    context: OsString,
    target: Option<String>,
    platforms: Vec<String>,
    tags: Vec<String>,
    args: Vec<(String, OsString)>,
    contexts: Vec<(String, OsString)>,
    secrets: Vec<(String, SecretSource)>,
    ssh: Vec<(String, Vec<PathBuf>)>,
    ignore_file: Option<PathBuf>,
    options: Vec<OsString>,
}

#[derive(Debug, Clone)]
enum SecretSource {
    File(PathBuf),
    Variable(String),
}

/// The error of [`BuildCommand::arguments`]: everything that is missing, and everything that the
/// program cannot be given.
///
/// ```
/// use multistage::{Dockerfile, inputs::BuildTool};
///
/// let file = Dockerfile::parse("ARG BASE\nFROM $BASE\n")?;
/// let error = file.inputs().command(BuildTool::Docker).arguments().unwrap_err();
/// assert_eq!(error.problems().len(), 1);
/// assert!(error.problems()[0].contains("`BASE`"));
/// # Ok::<(), multistage::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandError(Vec<String>);

impl CommandError {
    /// Returns the problems, in a line each.
    pub fn problems(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the build cannot be started:")?;
        for problem in &self.0 {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CommandError {}

impl Inputs {
    /// Returns the command line of a build with these inputs, without any option yet.
    /// [`BuildCommand`] has an example.
    pub fn command(&self, tool: BuildTool) -> BuildCommand {
        BuildCommand {
            tool,
            inputs: self.clone(),
            file: None,
            context: ".".into(),
            target: None,
            platforms: Vec::new(),
            tags: Vec::new(),
            args: Vec::new(),
            contexts: Vec::new(),
            secrets: Vec::new(),
            ssh: Vec::new(),
            ignore_file: None,
            options: Vec::new(),
        }
    }
}

impl BuildCommand {
    /// `--file`: the path of the Dockerfile. Without it, the text is read from the standard input:
    /// `--file -`.
    pub fn file(mut self, path: impl Into<PathBuf>) -> BuildCommand {
        self.file = Some(path.into());
        self
    }

    /// The build context: a directory, or the URL of a repository or an archive. The working
    /// directory, `.`, unless set.
    pub fn context(mut self, context: impl Into<OsString>) -> BuildCommand {
        self.context = context.into();
        self
    }

    /// `--target`: the stage to build. The last stage unless set.
    pub fn target(mut self, stage: impl AsRef<str>) -> BuildCommand {
        self.target = Some(stage.as_ref().to_owned());
        self
    }

    /// `--platform`: a platform to build for. Can be given again: `--platform
    /// linux/amd64,linux/arm64`.
    pub fn platform(mut self, platform: impl AsRef<str>) -> BuildCommand {
        self.platforms.push(platform.as_ref().to_owned());
        self
    }

    /// `--tag`: a name of the image. Can be given again.
    pub fn tag(mut self, image: impl AsRef<str>) -> BuildCommand {
        self.tags.push(image.as_ref().to_owned());
        self
    }

    /// `--build-arg`: the value of a build argument, which can be any text. An argument that the
    /// file does not declare is an error of [`arguments`](BuildCommand::arguments).
    pub fn arg(mut self, name: impl AsRef<str>, value: impl Into<OsString>) -> BuildCommand {
        self.args.push((name.as_ref().to_owned(), value.into()));
        self
    }

    /// `--build-context`: the location of a named context, such as a directory or
    /// `docker-image://alpine`. Every context that the file uses needs one.
    pub fn build_context(
        mut self,
        name: impl AsRef<str>,
        location: impl Into<OsString>,
    ) -> BuildCommand {
        self.contexts
            .push((name.as_ref().to_owned(), location.into()));
        self
    }

    /// `--secret id=…,src=…`: a secret that is in a file.
    pub fn secret_file(mut self, id: impl AsRef<str>, path: impl Into<PathBuf>) -> BuildCommand {
        let source = SecretSource::File(path.into());
        self.secrets.push((id.as_ref().to_owned(), source));
        self
    }

    /// `--secret id=…,env=…`: a secret that is in an environment variable.
    pub fn secret_env(mut self, id: impl AsRef<str>, variable: impl AsRef<str>) -> BuildCommand {
        let source = SecretSource::Variable(variable.as_ref().to_owned());
        self.secrets.push((id.as_ref().to_owned(), source));
        self
    }

    /// `--ssh`: the socket of an agent, or keys. Without a path, it is the agent of the
    /// environment.
    pub fn ssh<P: Into<PathBuf>>(
        mut self,
        id: impl AsRef<str>,
        paths: impl IntoIterator<Item = P>,
    ) -> BuildCommand {
        let paths = paths.into_iter().map(Into::into).collect();
        self.ssh.push((id.as_ref().to_owned(), paths));
        self
    }

    /// `--ignorefile` of Podman: the ignore file, if it is not `.dockerignore` in the root of the
    /// context. BuildKit has no such option; it looks for
    /// [`ignore_file`](BuildCommand::ignore_file).
    pub fn ignored_by(mut self, path: impl Into<PathBuf>) -> BuildCommand {
        self.ignore_file = Some(path.into());
        self
    }

    /// Adds another option, such as `--load`, as it is, before the context.
    pub fn option(mut self, option: impl Into<OsString>) -> BuildCommand {
        self.options.push(option.into());
        self
    }

    /// Returns the program to start: `docker` or `podman`.
    pub fn program(&self) -> &'static str {
        match self.tool {
            BuildTool::Buildx | BuildTool::Docker => "docker",
            BuildTool::Podman => "podman",
        }
    }

    /// Returns the ignore file that belongs to the Dockerfile alone: `NAME.dockerignore` beside it.
    /// There is none if the Dockerfile is read from the standard input.
    ///
    /// ```
    /// use std::path::Path;
    /// use multistage::inputs::{BuildTool, Inputs};
    ///
    /// let command = Inputs::default().command(BuildTool::Docker);
    /// assert_eq!(command.ignore_file(), None);
    /// let command = command.file("docker/web.Dockerfile");
    /// assert_eq!(command.ignore_file().as_deref(),
    ///     Some(Path::new("docker/web.Dockerfile.dockerignore")));
    /// ```
    pub fn ignore_file(&self) -> Option<PathBuf> {
        let mut path = self.file.clone()?.into_os_string();
        path.push(".dockerignore");
        Some(path.into())
    }

    /// Returns the arguments for the program, in a fixed order.
    ///
    /// # Errors
    ///
    /// All that the build would fail without: arguments, secrets and agents that it requires, and
    /// named contexts; and what the program cannot be given, such as a comma in the path of a
    /// secret of Podman.
    pub fn arguments(&self) -> Result<Vec<OsString>, CommandError> {
        let mut out = Arguments::default();
        match self.tool {
            BuildTool::Buildx => out.list.extend(["buildx".into(), "build".into()]),
            BuildTool::Docker | BuildTool::Podman => out.list.push("build".into()),
        }
        let file = self
            .file
            .as_deref()
            .map(|path| positional(path.as_os_str()));
        out.option("--file", file.unwrap_or_else(|| "-".into()));
        for tag in &self.tags {
            out.option("--tag", tag);
        }
        if let Some(target) = &self.target {
            out.option("--target", target);
        }
        if !self.platforms.is_empty() {
            out.option("--platform", self.platforms.join(","));
        }
        self.push_args(&mut out);
        self.push_contexts(&mut out);
        self.push_secrets(&mut out);
        self.push_ssh(&mut out);
        // Podman has no entitlements: what RUN asks for is the user's to have.
        if self.tool != BuildTool::Podman {
            for entitlement in &self.inputs.entitlements {
                out.option("--allow", entitlement);
            }
        }
        match (&self.ignore_file, self.tool) {
            (Some(path), BuildTool::Podman) => {
                out.option("--ignorefile", positional(path.as_os_str()))
            }
            (Some(path), _) if Some(path) != self.ignore_file().as_ref() => {
                out.problem(format!(
                    "BuildKit does not read the ignore file `{}`: it has to be beside the Dockerfile",
                    path.display()
                ));
            }
            _ => {}
        }
        out.list.extend(self.options.iter().cloned());
        out.list.push(match self.context.as_os_str() {
            // An archive on the standard input, where the Dockerfile is not there.
            context if context == "-" && self.file.is_some() => context.into(),
            context => positional(context),
        });
        let has_nul = |argument: &OsString| argument.as_encoded_bytes().contains(&0);
        if out.list.iter().any(has_nul) {
            out.problem("an argument holds a NUL character".to_owned());
        }
        match out.problems.is_empty() {
            true => Ok(out.list),
            false => Err(CommandError(out.problems)),
        }
    }

    fn push_args(&self, out: &mut Arguments) {
        for (name, value) in &self.args {
            if name.is_empty() || name.contains('=') {
                out.problem(format!("`{name}` is not a valid name of a build argument"));
            }
            out.option("--build-arg", joined(name, value));
        }
        for arg in self.inputs.args.iter().filter(|arg| arg.required) {
            let name = arg.name.as_str();
            if !self.args.iter().any(|(given, _)| given == name) {
                out.problem(format!(
                    "the build argument `{name}` has no value and no default"
                ));
            }
        }
    }

    fn push_contexts(&self, out: &mut Arguments) {
        for (name, location) in &self.contexts {
            if name.is_empty() || name.contains('=') {
                out.problem(format!("`{name}` is not a valid name of a context"));
            }
            out.option("--build-context", joined(name, location));
        }
        for context in &self.inputs.contexts {
            let name = context.as_str();
            if !self.contexts.iter().any(|(given, _)| given == name) {
                out.problem(format!("the named context `{name}` has no location"));
            }
        }
    }

    fn push_secrets(&self, out: &mut Arguments) {
        for (id, source) in &self.secrets {
            let (key, value) = match source {
                SecretSource::File(path) => ("src", path.as_os_str()),
                SecretSource::Variable(name) => ("env", OsStr::new(name)),
            };
            let fields = [("id", OsStr::new(id)), (key, value)];
            let mut option = OsString::new();
            for (n, (key, value)) in fields.into_iter().enumerate() {
                if n > 0 {
                    option.push(",");
                }
                match self.field(key, value) {
                    Some(field) => option.push(field),
                    None => out.problem(format!(
                        "{} cannot be given the secret `{id}`: `{}` holds a comma or a quote",
                        self.program(),
                        Path::new(value).display()
                    )),
                }
            }
            out.option("--secret", option);
        }
        for secret in self.inputs.secrets.iter().filter(|secret| secret.required) {
            if !self.secrets.iter().any(|(id, _)| *id == secret.id) {
                out.problem(format!("the secret `{}` has no source", secret.id));
            }
        }
    }

    /// A field of a list with commas. BuildKit reads it as CSV, Podman takes it apart at each
    /// comma.
    fn field(&self, key: &str, value: &OsStr) -> Option<OsString> {
        let mut field = OsString::from(key);
        field.push("=");
        field.push(value);
        let special = |byte: &u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
        if !value.as_encoded_bytes().iter().any(special) {
            return Some(field);
        }
        if self.tool == BuildTool::Podman {
            return None;
        }
        let field = field.into_string().ok()?;
        Some(format!("\"{}\"", field.replace('"', "\"\"")).into())
    }

    fn push_ssh(&self, out: &mut Arguments) {
        for (id, paths) in &self.ssh {
            let mut option = OsString::from(id);
            for (n, path) in paths.iter().enumerate() {
                option.push(if n == 0 { "=" } else { "," });
                option.push(path);
                if path.as_os_str().as_encoded_bytes().contains(&b',') {
                    out.problem(format!(
                        "{} cannot be given the key `{}`: it holds a comma",
                        self.program(),
                        path.display()
                    ));
                }
            }
            out.option("--ssh", option);
        }
        for ssh in self.inputs.ssh.iter().filter(|ssh| ssh.required) {
            if self.ssh.iter().any(|(id, _)| *id == ssh.id) {
                continue;
            }
            match ssh.id.as_str() {
                "default" => out.option("--ssh", "default"),
                id => out.problem(format!("the ssh agent `{id}` has no socket and no keys")),
            }
        }
    }
}

#[derive(Default)]
struct Arguments {
    list: Vec<OsString>,
    problems: Vec<String>,
}

impl Arguments {
    fn option(&mut self, name: &str, value: impl Into<OsString>) {
        self.list.extend([name.into(), value.into()]);
    }

    fn problem(&mut self, problem: String) {
        self.problems.push(problem);
    }
}

/// A path that no program takes for an option or for its standard input.
fn positional(path: &OsStr) -> OsString {
    let mut out = OsString::new();
    if path.as_encoded_bytes().starts_with(b"-") {
        out.push("./");
    }
    out.push(path);
    out
}

fn joined(name: &str, value: &OsStr) -> OsString {
    let mut out = OsString::from(name);
    out.push("=");
    out.push(value);
    out
}

crate::builder::combinators::combinators! {
    #[doc = "use multistage::inputs::{BuildTool, Inputs};"]
    #[doc = ""]
    #[doc = "let (values, load) = ([(\"A\", \"1\"), (\"B\", \"2\")], true);"]
    #[doc = "let command = Inputs::default().command(BuildTool::Docker)"]
    #[doc = "    .each(values, |command, (name, value)| command.arg(name, value))"]
    #[doc = "    .when(load, |command| command.option(\"--load\"));"]
    #[doc = "assert_eq!(command.arguments()?.len(), 9);"]
    #[doc = "# Ok::<(), multistage::Error>(())"]
    BuildCommand;
}
