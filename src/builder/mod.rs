//! The chaining methods of [`Stage`].
//!
//! The plain form of each instruction is a method. An instruction with flags is a value, which is
//! passed to [`Stage::instruction`] or, for RUN, to [`Stage::run`].

pub(crate) mod combinators;
mod epoch;
mod fragment;
pub mod labels;
mod packages;

pub use self::fragment::Fragment;
pub use self::packages::Packages;

use crate::instruction::{
    self, Add, Arg, Cmd, Entrypoint, Env, Expose, Healthcheck, Instruction, Label, Onbuild, Run,
    Shell, Sources, Stopsignal, User, Volume, Workdir,
};
use crate::model::{Origin, Stage, Step, trigger_declares, used_args};
use crate::reference::{ArgName, IntoSource};
use crate::syntax::{CheckDirective, Comment};
use crate::text::Text;

impl Stage {
    /// `RUN <command>`: runs a command in a new layer. A string is shell form, a list is exec form.
    ///
    /// Docker does not expand the command: a `$` belongs to the shell. A string with a newline is
    /// an error; for several lines, use [`Run::chain`], [`Run::lines`] or [`Run::script`]. For
    /// flags, use [`Run`].
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("node:22")
    ///     .run("corepack enable")
    ///     .run(Run::new("npm ci").mount(Mount::cache("/root/.npm"))));
    /// assert_eq!(file.render()?, "\
    /// FROM node:22
    /// RUN corepack enable
    /// RUN --mount=type=cache,target=/root/.npm \\
    ///     npm ci
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run)
    #[track_caller]
    pub fn run(self, run: impl Into<Run>) -> Stage {
        self.step(run.into(), Origin::caller())
    }

    /// `COPY <src> ... <dest>`: copies files from the build context. One source or a list of them.
    ///
    /// Docker expands the paths, and `*`, `?` and `[` in the sources are wildcards. For a literal
    /// file name, use [`literal_path`](instruction::literal_path); for a file whose content is in
    /// the Dockerfile, [`inline`](instruction::inline); for flags, [`instruction::Copy`].
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("node:22").copy(["package.json", "package-lock.json"], "./").copy(".",
    ///     "."));
    /// assert_eq!(file.render()?,
    ///     "FROM node:22\nCOPY package.json package-lock.json ./\nCOPY . .\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#copy)
    #[track_caller]
    pub fn copy(self, sources: impl Into<Sources>, destination: impl Into<Text>) -> Stage {
        self.step(
            instruction::Copy::new(sources, destination),
            Origin::caller(),
        )
    }

    /// `COPY --from=<source> <src> ... <dest>`: copies files from a stage, an image or a named
    /// context.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Image, Stage};
    /// # let mut file = Dockerfile::new();
    /// let build = file.stage("build", Stage::new("rust:1.85"));
    /// file.push(Stage::new("debian:12")
    ///     .copy_from(&build, "/out/app", "/usr/bin/")
    ///     .copy_from(Image::new("ghcr.io/astral-sh/uv:0.9"), "/uv", "/usr/bin/"));
    /// assert_eq!(file.render()?, "\
    /// FROM rust:1.85 AS build
    ///
    /// FROM debian:12
    /// COPY --from=build /out/app /usr/bin/
    /// COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /usr/bin/
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// A plain string does not say which of them it is, so it does not compile:
    ///
    /// ```compile_fail
    /// # use multistage::Stage;
    /// Stage::new("debian:12").copy_from("build", "/out/app", "/usr/bin/");
    /// ```
    ///
    /// Docker expands no variable in `--from`. For an image with a variable, add a stage that
    /// starts from it, and copy from that stage.
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#copy---from)
    #[track_caller]
    pub fn copy_from(
        self,
        source: impl IntoSource,
        sources: impl Into<Sources>,
        destination: impl Into<Text>,
    ) -> Stage {
        let mut copy = instruction::Copy::new(sources, destination);
        copy.from = Some(source.into_source());
        self.step(copy, Origin::caller())
    }

    /// `ADD <src> ... <dest>`: adds files from the build context, from a URL or a git repository.
    ///
    /// Flags: [`Add`].
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").add("https://example.com/tool.tar.gz", "/opt/"));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// ADD https://example.com/tool.tar.gz /opt/
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#add)
    #[track_caller]
    pub fn add(self, sources: impl Into<Sources>, destination: impl Into<Text>) -> Stage {
        self.step(Add::new(sources, destination), Origin::caller())
    }

    /// `ENV <key>=<value>`: sets an environment variable.
    ///
    /// Several in one instruction: [`envs`](Stage::envs), [`Env`].
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, expr};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("node:22").env("NODE_ENV", "production").env("PATH",
    ///     expr("/app/bin:$PATH")));
    /// assert_eq!(file.render()?,
    ///     "FROM node:22\nENV NODE_ENV=production\nENV PATH=/app/bin:$PATH\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// Docker expands the key and the value. Neither can hold a newline (`unencodable-text`). A
    /// plain string with a `$` is an error (`undecided-dollar`): use [`literal`](crate::literal) or
    /// [`expr`](crate::expr).
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#env)
    #[track_caller]
    pub fn env(self, key: impl Into<Text>, value: impl Into<Text>) -> Stage {
        self.step(Env::new(key, value), Origin::caller())
    }

    /// `ENV <key>=<value> ...`: sets environment variables in one instruction.
    ///
    /// Takes any iterator of pairs. The values cannot refer to each other. An empty iterator is an
    /// error: Docker rejects an empty ENV.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").envs([("LANG", "C.UTF-8"), ("TITLE", "two words")]));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// ENV LANG=C.UTF-8 \\
    ///     TITLE=\"two words\"
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#env)
    #[track_caller]
    pub fn envs<K: Into<Text>, V: Into<Text>>(
        self,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Stage {
        self.step(pairs.into_iter().collect::<Env>(), Origin::caller())
    }

    /// `LABEL <key>=<value>`: adds metadata to the image.
    ///
    /// Several in one instruction: [`labels`](Stage::labels), [`Label`].
    ///
    /// The same restrictions apply as for [`env`](Stage::env).
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").label("org.opencontainers.image.licenses",
    ///     "MIT OR Apache-2.0"));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// LABEL org.opencontainers.image.licenses=\"MIT OR Apache-2.0\"
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#label)
    #[track_caller]
    pub fn label(self, key: impl Into<Text>, value: impl Into<Text>) -> Stage {
        self.step(Label::new(key, value), Origin::caller())
    }

    /// `LABEL <key>=<value> ...`: adds metadata in one instruction.
    ///
    /// Takes any iterator of pairs. An empty iterator is an error: Docker rejects an empty LABEL.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").labels([("team", "web"), ("tier", "front")]));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// LABEL team=web \\
    ///       tier=front
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#label)
    #[track_caller]
    pub fn labels<K: Into<Text>, V: Into<Text>>(
        self,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Stage {
        self.step(pairs.into_iter().collect::<Label>(), Origin::caller())
    }

    /// `ARG <name>[=<default>]`: declares a build argument, or a global one again by its name.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// let version = file.arg(("VERSION", "dev"));
    /// file.push(Stage::new("alpine").arg(&version).arg("TARGETARCH").arg(("PORT", "80")));
    /// assert_eq!(file.render()?, "\
    /// ARG VERSION=dev
    ///
    /// FROM alpine
    /// ARG VERSION
    /// ARG TARGETARCH
    /// ARG PORT=80
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// Docker expands the default. It cannot hold a newline.
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#arg)
    #[track_caller]
    pub fn arg(self, arg: impl Into<Arg>) -> Stage {
        self.step(arg.into(), Origin::caller())
    }

    /// `ARG`, several times: declares build arguments, an instruction each.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").args(["VERSION", "COMMIT"]).args([("JOBS", 4)]));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// ARG VERSION
    /// ARG COMMIT
    /// ARG JOBS=4
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#arg)
    #[track_caller]
    pub fn args<A: Into<Arg>>(mut self, args: impl IntoIterator<Item = A>) -> Stage {
        let origin = Origin::caller();
        for arg in args {
            let arg: Arg = arg.into();
            self = self.step(arg, origin);
        }
        self
    }

    /// `ARG <name>`: declares a build argument unless the stage has declared it already. A fragment
    /// calls it before an instruction that uses the argument.
    ///
    /// A declaration in a stage that this one is based on does not count.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, args::TARGETARCH};
    /// fn download(stage: Stage, tool: &str) -> Stage {
    ///     let url = format!("https://example.com/{tool}-{TARGETARCH}");
    ///     stage.declare_arg(TARGETARCH).run(format!("curl -fsSLo /usr/bin/{tool} {url}"))
    /// }
    ///
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").apply(|stage| download(stage, "yq"))
    ///     .apply(|stage| download(stage, "jq")));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// ARG TARGETARCH
    /// RUN curl -fsSLo /usr/bin/yq https://example.com/yq-${TARGETARCH}
    /// RUN curl -fsSLo /usr/bin/jq https://example.com/jq-${TARGETARCH}
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#scope)
    #[track_caller]
    pub fn declare_arg(mut self, arg: impl Into<ArgName>) -> Stage {
        let arg = arg.into();
        if self.declares(arg.as_str()) {
            self
        } else {
            self.step(Arg::new(arg), Origin::caller())
        }
    }

    /// `CMD`: the default command of the container. A list is exec form, a string is shell form.
    ///
    /// A string is a command line for `/bin/sh -c`, or for the shell that SHELL names; it is not
    /// split into words. A program given as a list gets signals itself. To put a value into a
    /// command line, use [`words`](instruction::words). Docker does not expand the command. Only
    /// the last CMD of a stage counts.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{ShellText, words}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("node:22").cmd(["node", "server.js"]));
    /// file.push(Stage::new("node:22").cmd("node server.js | tee /log"));
    /// file.push(Stage::new("node:22").cmd(words(["node", "my server.js"]) + " | tee /log"));
    /// assert_eq!(file.render()?, "\
    /// FROM node:22
    /// CMD [\"node\", \"server.js\"]
    ///
    /// FROM node:22
    /// CMD node server.js | tee /log
    ///
    /// FROM node:22
    /// CMD node 'my server.js' | tee /log
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#cmd)
    #[track_caller]
    pub fn cmd(self, command: impl Into<Cmd>) -> Stage {
        self.step(command.into(), Origin::caller())
    }

    /// `ENTRYPOINT`: the program of the container. A list is exec form, a string is shell form.
    ///
    /// A string is a command line for the shell, as in [`cmd`](Stage::cmd); the program then gets
    /// neither the arguments of CMD nor signals. Docker does not expand it. Only the last
    /// ENTRYPOINT of a stage counts.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("scratch").entrypoint(["/server", "--port", "80"]));
    /// assert_eq!(file.render()?, "\
    /// FROM scratch
    /// ENTRYPOINT [\"/server\", \"--port\", \"80\"]
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#entrypoint)
    #[track_caller]
    pub fn entrypoint(self, command: impl Into<Entrypoint>) -> Stage {
        self.step(command.into(), Origin::caller())
    }

    /// `SHELL ["program", "arg", ...]`: sets the shell for later instructions in shell form.
    ///
    /// Needs at least one word. Docker does not expand the words.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("debian:12").shell(["/bin/bash", "-o", "pipefail", "-c"])
    ///     .run("curl example.com | sh"));
    /// assert_eq!(file.render()?, "\
    /// FROM debian:12
    /// SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]
    /// RUN curl example.com | sh
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#shell)
    #[track_caller]
    pub fn shell<S: AsRef<str>>(self, words: impl IntoIterator<Item = S>) -> Stage {
        self.step(Shell::new(words), Origin::caller())
    }

    /// `EXPOSE <port>`: says which port the container listens on: `8080`, `"53/udp"`,
    /// `Port::tcp(443)`, or a list.
    ///
    /// A port is a number from 0 to 65535 or a range, with the protocol `tcp`, `udp` or `sctp`. A
    /// `$` is a variable. Anything else is reported as `invalid-value`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Port};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("nginx").expose(8080).expose(["53/udp", "9000-9002"])
    ///     .expose(Port::tcp(443)));
    /// assert_eq!(file.render()?, "\
    /// FROM nginx
    /// EXPOSE 8080
    /// EXPOSE 53/udp 9000-9002
    /// EXPOSE 443/tcp
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#expose)
    #[track_caller]
    pub fn expose(self, ports: impl Into<Expose>) -> Stage {
        self.step(ports.into(), Origin::caller())
    }

    /// `VOLUME ["<path>"]`: declares a mount point, or a list of them.
    ///
    /// Docker expands the paths. An empty path is an error.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("postgres:17").volume(["/data", "/var/my log"]));
    /// assert_eq!(file.render()?, "\
    /// FROM postgres:17
    /// VOLUME [\"/data\", \"/var/my log\"]
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#volume)
    #[track_caller]
    pub fn volume(self, paths: impl Into<Volume>) -> Stage {
        self.step(paths.into(), Origin::caller())
    }

    /// `USER <user>[:<group>]`: sets the user for later instructions and for the container.
    ///
    /// Takes names or numbers, which Docker expands. They cannot hold a newline.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, expr};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").user("10001:10001"));
    /// file.push(Stage::new("alpine").arg(("APP_USER", "app")).user(expr("$APP_USER")));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// USER 10001:10001
    ///
    /// FROM alpine
    /// ARG APP_USER=app
    /// USER $APP_USER
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#user)
    #[track_caller]
    pub fn user(self, user: impl Into<User>) -> Stage {
        self.step(user.into(), Origin::caller())
    }

    /// `WORKDIR <path>`: sets the working directory for later instructions and for the container.
    ///
    /// Docker expands the path. It may hold spaces, but no newline. A relative path is relative to
    /// the previous WORKDIR.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").workdir("/srv").workdir("my app"));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// WORKDIR /srv
    /// WORKDIR my app
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#workdir)
    #[track_caller]
    pub fn workdir(self, path: impl Into<Workdir>) -> Stage {
        self.step(path.into(), Origin::caller())
    }

    /// `STOPSIGNAL <signal>`: sets the signal that stops the container.
    ///
    /// Takes the name of a Linux signal with or without `SIG`, a number other than 0, or an
    /// expression. Anything else is reported as `invalid-value`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("nginx").stopsignal("SIGQUIT"));
    /// file.push(Stage::new("nginx").stopsignal(9));
    /// assert_eq!(file.render()?, "\
    /// FROM nginx
    /// STOPSIGNAL SIGQUIT
    ///
    /// FROM nginx
    /// STOPSIGNAL 9
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#stopsignal)
    #[track_caller]
    pub fn stopsignal(self, signal: impl Into<Stopsignal>) -> Stage {
        self.step(signal.into(), Origin::caller())
    }

    /// `HEALTHCHECK CMD <command>`: sets how the container's health is checked. For flags and
    /// `NONE`, use [`Healthcheck`].
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::Healthcheck};
    /// # let mut file = Dockerfile::new();
    /// use std::time::Duration;
    ///
    /// file.push(Stage::new("nginx").healthcheck("curl -f http://localhost/"));
    /// file.push(Stage::new("nginx").healthcheck(Healthcheck::new(["/probe"])
    ///     .timeout(Duration::from_secs(5))));
    /// file.push(Stage::new("nginx").healthcheck(Healthcheck::none()));
    /// assert_eq!(file.render()?, "\
    /// FROM nginx
    /// HEALTHCHECK CMD curl -f http://localhost/
    ///
    /// FROM nginx
    /// HEALTHCHECK --timeout=5s \\
    ///     CMD [\"/probe\"]
    ///
    /// FROM nginx
    /// HEALTHCHECK NONE
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#healthcheck)
    #[track_caller]
    pub fn healthcheck(self, check: impl Into<Healthcheck>) -> Stage {
        self.step(check.into(), Origin::caller())
    }

    /// `ONBUILD <instruction>`: adds an instruction that runs when another build starts from the
    /// image.
    ///
    /// ONBUILD and MAINTAINER cannot be triggers. See [`Onbuild`] for where references are checked.
    /// The arguments whose handles a trigger is given, and platform arguments, are declared by a
    /// trigger above it: `ONBUILD ARG VERSION`.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{self, Run}};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("node:22")
    ///     .onbuild(instruction::Copy::new(".", "/app"))
    ///     .onbuild(Run::new("npm ci")));
    /// assert_eq!(file.render()?, "\
    /// FROM node:22
    /// ONBUILD COPY . /app
    /// ONBUILD RUN npm ci
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#onbuild)
    #[track_caller]
    pub fn onbuild(self, instruction: impl Into<Instruction>) -> Stage {
        self.step(Onbuild::new(instruction), Origin::caller())
    }

    /// Adds an instruction of any kind, with its flags and comments.
    ///
    /// Like every method that adds an instruction, it declares the
    /// [platform arguments](crate::args) and the handles of arguments that the instruction uses.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("node:22").instruction(instruction::Copy::new(".", "/srv")
    ///     .chown("node:node").link()));
    /// assert_eq!(file.render()?, "FROM node:22\nCOPY --chown=node:node --link . /srv\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[track_caller]
    pub fn instruction(mut self, step: impl Into<Step>) -> Stage {
        let mut step = step.into();
        step.set_origin(Origin::caller());
        self.put(step);
        self
    }

    /// Adds an instruction of any kind, in a loop. See [`instruction`](Stage::instruction).
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction};
    /// # let mut file = Dockerfile::new();
    /// let mut stage = Stage::new("alpine");
    /// for unit in ["api", "worker"] {
    ///     stage.push(instruction::Copy::new(unit, "/opt/").chmod(0o755));
    /// }
    /// file.push(stage);
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// COPY --chmod=0755 api /opt/
    /// COPY --chmod=0755 worker /opt/
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[track_caller]
    pub fn push(&mut self, step: impl Into<Step>) {
        let mut step = step.into();
        step.set_origin(Origin::caller());
        self.put(step);
    }

    /// Adds a comment above the next instruction, one line for each line of the text.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").comment("for the health check").run("apk add curl"));
    /// assert_eq!(file.render()?, "FROM alpine\n# for the health check\nRUN apk add curl\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#format)
    pub fn comment(mut self, text: impl AsRef<str>) -> Stage {
        Comment::add_lines(text.as_ref(), &mut self.notes.pending.comments);
        self
    }

    /// Puts a blank line above the next instruction or comment: a new paragraph of the stage. There
    /// is at most one; the writer adds one of its own above FROM and below heredocs.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("node:22")
    ///     .workdir("/app")
    ///     .copy("package*.json", "./")
    ///     .run("npm ci")
    ///     .blank_line()
    ///     .comment("The program itself.")
    ///     .copy("src", "src"));
    /// assert_eq!(file.render()?, "\
    /// FROM node:22
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    ///
    /// ## The program itself.
    /// COPY src src
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#format)
    pub fn blank_line(mut self) -> Stage {
        let pending = &mut *self.notes.pending;
        match pending.comments.last_mut() {
            Some(last) => last.set_blank_line(true),
            None => pending.blank_line = true,
        }
        self
    }

    /// `# check=…` above the next instruction: disables checks of `docker build --check` for it.
    ///
    /// The names are BuildKit's. For the whole file:
    /// [`Dockerfile::set_check_directive`](crate::Dockerfile::set_check_directive).
    ///
    /// ```
    /// # use multistage::{CheckDirective, Dockerfile, Stage};
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").check_directive(CheckDirective::new()
    ///     .skip("JSONArgsRecommended")).cmd("date"));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// ## check=skip=JSONArgsRecommended
    /// CMD date
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#check)
    pub fn check_directive(mut self, checks: CheckDirective) -> Stage {
        self.notes.pending.comments.push(Comment::check(checks));
        self
    }

    /// Passes the stage to a function and continues with its result.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage};
    /// fn non_root(stage: Stage) -> Stage {
    ///     stage.run("adduser -D app").user("app")
    /// }
    ///
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").apply(non_root));
    /// assert_eq!(file.render()?, "FROM alpine\nRUN adduser -D app\nUSER app\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn apply(self, fragment: impl FnOnce(Stage) -> Stage) -> Stage {
        fragment(self)
    }

    fn step(mut self, instruction: impl Into<Instruction>, origin: Origin) -> Stage {
        self.put(Step::at(instruction.into(), origin));
        self
    }

    /// Adds a step at the end, and above it the arguments that it uses and the stage has not
    /// declared.
    ///
    /// Nearly always there is only the step to be moved into its place. What has to look at it
    /// is a function of its own, which spares that a move.
    pub(crate) fn put(&mut self, step: Step) {
        if self.has_pending() || !step.instruction().is_settled() {
            return self.put_with_others(step);
        }
        self.push_step(step);
    }

    #[inline(never)]
    fn put_with_others(&mut self, mut step: Step) {
        if !step.instruction().is_settled() {
            self.put_args(&mut step);
            if let Instruction::Onbuild(_) = step.instruction() {
                self.put_trigger_args(&mut step);
            }
            self.make_for_shell(&mut step);
        }
        if self.has_pending() {
            self.put_pending(&mut step);
        }
        self.push_step(step);
    }

    fn put_args(&mut self, step: &mut Step) {
        for name in used_args(step.instruction()) {
            if !self.declares(name.as_str()) {
                self.put_above(step, Arg::new(name).into());
            }
        }
    }

    /// The arguments that a trigger uses are declared by triggers, in the stage that runs them.
    fn put_trigger_args(&mut self, step: &mut Step) {
        let Instruction::Onbuild(onbuild) = step.instruction() else {
            return;
        };
        for name in onbuild.instruction().map(used_args).unwrap_or_default() {
            if !trigger_declares(&self.steps, name.as_str()) {
                self.put_above(step, Onbuild::new(Arg::new(name)).into());
            }
        }
    }

    fn put_above(&mut self, step: &mut Step, instruction: Instruction) {
        // A comment that waits for the next instruction is meant for the step, but it all is one
        // paragraph.
        let mut added = Step::at(instruction, step.origin);
        let waiting = self.take_pending_blank_line();
        let above = self.notes.pending.comments.is_empty() && step.has_blank_line();
        if waiting || above {
            added.set_blank_line(true);
        }
        if above {
            step.set_blank_line(false);
        }
        self.steps.push(added);
    }
}

impl<T: Into<Step>> Extend<T> for Stage {
    #[track_caller]
    fn extend<I: IntoIterator<Item = T>>(&mut self, steps: I) {
        let origin = Origin::caller();
        for step in steps {
            let mut step = step.into();
            step.set_origin(origin);
            self.put(step);
        }
    }
}
