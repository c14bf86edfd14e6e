//! The rows of the table.

use multistage::instruction::{
    self as i, Command, Copy, Instruction, Mount, Run, inline, literal_path,
};
use multistage::{
    ArgName, CheckDirective, Dockerfile, Escape, Image, Platform, Stage, StageName, Step, Text,
};

use super::read::*;
use super::{Field, Found, Get, Put};
use crate::spec;

/// A row is: how the string is put in (see [`Put`]), the name, the string, what holds it, how it is read back,
/// and what else there is to know: `plain` strings, what it `becomes`, what it `holds`.
macro_rules! rows {
    ($($put:ident $name:literal ($string:pat) $make:expr => $get:expr $(, $option:ident($value:expr))*;)*) => {
        vec![$(row($name, Put::$put(|$string| $make.into()), $get)$(.$option($value))*),*]
    };
}

/// Every field.
pub(crate) fn fields() -> Vec<Field> {
    let tables = [
        pairs(),
        args(),
        commands(),
        lines(),
        rest_of_line(),
        lists(),
        paths(),
        flags(),
        mounts(),
        bases(),
        comments(),
    ];
    tables.into_iter().flatten().collect()
}

fn row(name: &'static str, put: Put, get: Get) -> Field {
    Field {
        name,
        put,
        get,
        becomes: str::to_owned,
        plain: &["word", "two-words", "a.b/c"],
        holds: |_, _| false,
    }
}

impl Field {
    fn plain(mut self, plain: &'static [&'static str]) -> Field {
        self.plain = plain;
        self
    }

    fn holds(mut self, holds: fn(&str, Escape) -> bool) -> Field {
        self.holds = holds;
        self
    }

    fn becomes(mut self, becomes: fn(&str) -> String) -> Field {
        self.becomes = becomes;
        self
    }
}

fn pairs() -> Vec<Field> {
    rows! {
        Text "ENV key" (t) i::Env::new(t, "v") => |it, _| pair(it, 0, 0), holds(in_key);
        Text "ENV value" (t) i::Env::new("K", t) => |it, _| pair(it, 0, 1), holds(in_line);
        Text "ENV second key" (t) i::Env::new("K", "v").and(t, "w") => |it, _| pair(it, 1, 0), holds(in_key);
        Text "ENV second value" (t) i::Env::new("K", "v").and("L", t).and("M", "w") => |it, _| pair(it, 1, 1), holds(in_line);
        Plain "ENV value by handle" (s) i::Env::new("K", ArgName::new(s).expr()) => |it, _| variable(pair(it, 0, 1)), plain(ARGS);
        Text "LABEL key" (t) i::Label::new(t, "v") => |it, _| pair(it, 0, 0), holds(in_key);
        Text "LABEL value" (t) i::Label::new("k", t) => |it, _| pair(it, 0, 1), holds(in_line);
        Text "LABEL second key" (t) i::Label::new("k", "v").and(t, "w") => |it, _| pair(it, 1, 0), holds(in_key);
        Text "LABEL second value" (t) i::Label::new("k", "v").and("l", t) => |it, _| pair(it, 1, 1), holds(in_line);
    }
}

const ARGS: &[&str] = &["NAME", "_x1", "lower"];

fn args() -> Vec<Field> {
    fn global(arg: i::Arg) -> Dockerfile {
        let mut file = Dockerfile::new();
        file.arg(arg);
        file.push(stage());
        file
    }
    rows! {
        Plain "ARG name" (s) i::Arg::new(s) => |it, _| arg(it, 0, 0), plain(ARGS);
        Plain "ARG name with default" (s) i::Arg::from((s, "d")) => |it, _| arg(it, 0, 0), plain(ARGS);
        Plain "ARG second name" (s) i::Arg::from(("A", "d")).and(s) => |it, _| arg(it, 1, 0), plain(ARGS);
        Text "ARG default" (t) i::Arg::from(("A", t)) => |it, _| arg(it, 0, 1), holds(in_line);
        Text "ARG second default" (t) i::Arg::new("A").and(("B", t)).and("C") => |it, _| arg(it, 1, 1), holds(in_line);
        File "ARG global name" (s) global(i::Arg::new(s)) => |it, _| arg(it, 0, 0), plain(ARGS);
        FileText "ARG global default" (t) global(i::Arg::from(("A", t))) => |it, _| arg(it, 0, 1), holds(in_line);
    }
}

const COMMANDS: &[&str] = &["echo", "make all", "a --b", "printf '%s' \"$x\""];

fn commands() -> Vec<Field> {
    rows! {
        Plain "RUN shell" (s) Run::new(s) => |it, _| command(it), plain(COMMANDS), holds(|s, e| is_command("RUN ", s, e));
        Plain "RUN shell after a flag" (s) Run::new(s).network(i::Network::None) => |it, _| command(it),
            plain(COMMANDS), holds(|s, e| is_command("RUN --network=none ", s, e));
        Plain "RUN shell after a mount" (s) Run::new(s).mount(Mount::cache("/c")) => |it, _| command(it),
            plain(COMMANDS), holds(|s, e| is_command("RUN --mount=type=cache,target=/c ", s, e));
        Plain "RUN exec program" (s) Run::new([s, "b"]) => |it, _| element(it, 0), holds(in_json);
        Plain "RUN exec argument" (s) Run::new(["a", s, "c"]).mount(Mount::ssh()) => |it, _| element(it, 1), holds(in_json);
        Plain "RUN script" (s) Run::script(s) => |it, _| script(it), becomes(with_line_feed), holds(in_json);
        Plain "RUN heredoc" (s) Run::new(Command::shell("cat <<X >y").heredoc(s)) => |it, _| heredoc(it, "cat <<X >y", 0),
            becomes(with_line_feed), holds(|s, e| in_json(s, e) && is_body(s, "X"));
        Plain "RUN second heredoc" (s) Run::new(Command::shell("cat <<X <<-\"Y\"").heredoc("x").heredoc(s)) =>
            |it, _| heredoc(it, "cat <<X <<-\"Y\"", 1),
            becomes(with_line_feed);
        Plain "RUN shell with a heredoc" (s) Run::new(Command::shell(s).heredoc("x")) => |it, _| command_with_heredoc(it),
            plain(&["cat <<E", "<<E cat", "cat <<-'E' >x", "<<E"]), becomes(script_or_command);
        Plain "CMD shell" (s) i::Cmd::new(s) => |it, _| command(it), plain(COMMANDS), holds(|s, e| is_command("CMD ", s, e));
        Plain "CMD exec" (s) i::Cmd::new(["a", s]) => |it, _| element(it, 1), holds(in_json);
        Plain "ENTRYPOINT shell" (s) i::Entrypoint::new(s) => |it, _| command(it),
            plain(COMMANDS), holds(|s, e| is_command("ENTRYPOINT ", s, e));
        Plain "ENTRYPOINT exec" (s) i::Entrypoint::new([s]) => |it, _| element(it, 0), holds(in_json);
        Plain "HEALTHCHECK shell" (s) i::Healthcheck::new(s) => |it, _| health(it),
            plain(COMMANDS), holds(|s, e| is_command("HEALTHCHECK CMD ", s, e));
        Plain "HEALTHCHECK shell after a flag" (s) i::Healthcheck::new(s).retries(3) => |it, _| health(it),
            plain(COMMANDS), holds(|s, e| is_command("HEALTHCHECK --retries=3 CMD ", s, e));
        Plain "HEALTHCHECK exec" (s) i::Healthcheck::new(["a", s]) => |it, _| element(it, 1), holds(in_json);
        Plain "SHELL program" (s) i::Shell::new([s]) => |it, _| element(it, 0), holds(in_json);
        Plain "SHELL argument" (s) i::Shell::new(["sh", s]) => |it, _| element(it, 1), holds(in_json);
    }
}

/// What is expected of several lines follows from the lines of the model.
fn lines() -> Vec<Field> {
    rows! {
        Plain "RUN chain first" (s) Run::chain([s, "b"]) => |it, _| command(it), plain(COMMANDS);
        Plain "RUN chain last" (s) Run::chain(["a", s]).mount(Mount::ssh()) => |it, _| command(it), plain(COMMANDS);
        Plain "RUN lines first" (s) Run::lines([s, "b"]) => |it, _| command(it), plain(COMMANDS);
        Plain "RUN lines inside quotes" (s) Run::lines(["a 'x", s, "b"]) => |it, _| command(it), plain(COMMANDS);
        Plain "RUN lines last" (s) Run::lines(["a", s]) => |it, _| command(it), plain(COMMANDS);
        Plain "RUN lines with a heredoc" (s) Run::new(Command::lines(["cat <<E", s]).heredoc("x")) => |it, _| command_with_heredoc(it),
            plain(COMMANDS);
        Plain "CMD lines" (s) i::Cmd::new(Command::lines(["a;", s, "b"])) => |it, _| command(it), plain(COMMANDS);
        Plain "ENTRYPOINT chain" (s) i::Entrypoint::new(Command::chain(["a", s])) => |it, _| command(it), plain(COMMANDS);
        Plain "HEALTHCHECK chain" (s) i::Healthcheck::new(Command::chain([s, "b"])).retries(3) => |it, _| health(it), plain(COMMANDS);
    }
}

fn rest_of_line() -> Vec<Field> {
    #[expect(deprecated, reason = "it has to be written right all the same")]
    fn maintainer(name: &str) -> Instruction {
        i::Maintainer::new(name).into()
    }
    rows! {
        Text "USER user" (t) i::User::new(t) => |it, _| rest(it), plain(&["app", "10001:10001"]), holds(in_line);
        Text "WORKDIR path" (t) i::Workdir::new(t) => |it, _| rest(it), plain(&["/srv", "/srv/my app"]), holds(in_line);
        Text "STOPSIGNAL signal" (t) i::Stopsignal::new(t) => |it, _| rest(it), plain(&["SIGTERM", "9", "RTMIN+3"]);
        Plain "MAINTAINER name" (s) maintainer(s) => |it, _| Ok(Found::Exact(it.rest.clone())),
            plain(&["me", "A. U. Thor <a@example.com>"]), holds(|s, e| is_command("MAINTAINER ", s, e));
    }
}

const PORTS: &[&str] = &["80", "53/udp", "9000-9002"];

fn lists() -> Vec<Field> {
    rows! {
        Text "EXPOSE port" (t) i::Expose::new([i::Port::from(t)]) => |it, _| word(it, 0), plain(PORTS);
        Text "EXPOSE second port" (t) i::Expose::new([i::Port::from(1), i::Port::from(t)]) => |it, _| word(it, 1), plain(PORTS);
        Text "VOLUME path" (t) i::Volume::new([t]) => |it, _| volume(it, 0), holds(|s, e| in_json(s, e) && !s.is_empty());
        Text "VOLUME second path" (t) i::Volume::new([Text::from("/a"), t]) => |it, _| volume(it, 1), holds(|s, e| in_json(s, e) && !s.is_empty());
    }
}

const FILES: &[&str] = &["app.conf", "a+b@c%d_e-f"];

fn paths() -> Vec<Field> {
    fn source(source: impl Into<i::CopySource>, other: impl Into<i::CopySource>) -> Copy {
        Copy::new([source.into(), other.into()], "/d/")
    }
    rows! {
        Text "COPY source" (t) Copy::new(t, "/d/") => |it, _| path(it, 0), holds(is_local);
        Text "COPY second source" (t) source("a", t) => |it, _| path(it, 1), holds(is_local);
        Text "COPY source after a flag" (t) Copy::new(t, "/d/").link() => |it, _| path(it, 0), holds(is_local);
        Text "COPY destination" (t) Copy::new("a", t) => |it, _| path(it, 1), holds(in_json);
        Plain "COPY file" (s) Copy::new(literal_path(s), "/d/") => |it, _| file_name(it, 0), becomes(file_of_name), holds(in_json);
        Text "COPY inline" (t) Copy::new(inline(t), "/d") => |it, _| inline_body(it, 0), becomes(with_line_feed), holds(in_json);
        Text "COPY second inline" (t) source(inline("x\n").name("X"), inline(t).name("Y")) => |it, _| inline_body(it, 1),
            becomes(with_line_feed), holds(|s, e| in_json(s, e) && is_body(s, "Y"));
        Plain "COPY inline name" (s) Copy::new(inline("x").name(s), "/d/") => |it, _| inline_name(it, 0), plain(FILES);
        Text "COPY source beside an inline file" (t) source(t, inline("x").name("X")) => |it, _| path(it, 0);
        Text "COPY destination of an inline file" (t) Copy::new(inline("x").name("X"), t) => |it, _| path(it, 1);
        Text "ADD source" (t) i::Add::new(t, "/d/") => |it, _| path(it, 0), holds(is_local);
        Text "ADD destination" (t) i::Add::new("a", t) => |it, _| path(it, 1), holds(in_json);
        Plain "ADD file" (s) i::Add::new(literal_path(s), "/d/") => |it, _| file_name(it, 0), becomes(file_of_name), holds(in_json);
        Text "ADD inline" (t) i::Add::new(inline(t), "/d") => |it, _| inline_body(it, 0), becomes(with_line_feed), holds(in_json);
        Plain "ADD inline name" (s) i::Add::new(inline("x").name(s), "/d/") => |it, _| inline_name(it, 0), plain(FILES);
    }
}

const IMAGES: &[&str] = &["node", "ghcr.io/acme/base:1.2", "localhost:5000/a/b_c"];
const CONTEXTS: &[&str] = &["docs", "docs-site"];
const STAGES: &[&str] = &["builder", "Builder", "a-b_c.1"];
const MODES: &[&str] = &["644", "u+x,go="];
const SUMS: &[&str] = &[
    "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "0123abc",
];

fn flags() -> Vec<Field> {
    fn copy() -> Copy {
        Copy::new("a", "/b")
    }
    fn add() -> i::Add {
        i::Add::new("https://h/a", "/b")
    }
    rows! {
        Text "COPY --from image" (t) copy().with_from(Image::from(t)) => |it, _| exact_flag(it, "from"), plain(IMAGES);
        Context "COPY --from context" (c) copy().with_from(c) => |it, _| exact_flag(it, "from"), plain(CONTEXTS);
        Stage "COPY --from stage" (s) copy().with_from(s) => |it, _| exact_flag(it, "from"), plain(STAGES), becomes(stage_name);
        Text "COPY --chown" (t) copy().chown(t) => |it, _| word_flag(it, "chown"), holds(in_flag);
        Text "COPY --chmod" (t) copy().chmod(t) => |it, _| word_flag(it, "chmod"), plain(MODES);
        Plain "COPY --exclude" (s) copy().exclude(s) => |it, _| exact_flag(it, "exclude"), holds(in_flag);
        Plain "COPY second --exclude" (s) copy().exclude("x").exclude(s).link() => |it, _| nth_flag(it, "exclude", 1), holds(in_flag);
        Plain "COPY other flag's value" (s) copy().flag("future", s) => |it, _| exact_flag(it, "future"), holds(in_flag);
        Plain "COPY other flag's name" (s) copy().flag(s, None) => |it, _| flag_name(it), plain(&["word", "two-words"]);
        Text "ADD --checksum" (t) add().checksum(t) => |it, _| word_flag(it, "checksum"), plain(SUMS);
        Text "ADD --chown" (t) add().chown(t) => |it, _| word_flag(it, "chown"), holds(in_flag);
        Text "ADD --chmod" (t) add().chmod(t) => |it, _| word_flag(it, "chmod"), plain(MODES);
        Plain "ADD --exclude" (s) add().exclude(s) => |it, _| exact_flag(it, "exclude"), holds(in_flag);
        Plain "ADD other flag's value" (s) add().flag("future", s) => |it, _| exact_flag(it, "future"), holds(in_flag);
        Plain "RUN --device" (s) Run::new("x").device(s) => |it, _| device(it), plain(&["vendor.com/gpu=all", "name=x", "required=y"]);
        Plain "RUN other flag's value" (s) Run::new("x").flag("future", s) => |it, _| exact_flag(it, "future"), holds(in_flag);
        Plain "RUN other flag's name" (s) Run::new("x").flag(s, "v") => |it, _| flag_name(it), plain(&["word", "two-words"]);
        Plain "HEALTHCHECK other flag's value" (s) i::Healthcheck::new("x").flag("future", s) => |it, _| exact_flag(it, "future"), holds(in_flag);
    }
}

fn mounts() -> Vec<Field> {
    const NUMBERS: &[&str] = &["0", "1000"];
    const OCTAL: &[&str] = &["0755", "600"];
    fn run(mount: Mount) -> Run {
        Run::new("x").mount(mount)
    }
    fn cache() -> Mount {
        Mount::cache("/c")
    }
    fn secret() -> Mount {
        Mount::secret("s")
    }
    rows! {
        Text "RUN --mount cache target" (t) run(Mount::cache(t)) => |it, _| mount(it, "target"), holds(is_target);
        Text "RUN --mount cache id" (t) run(cache().id(t)) => |it, _| mount(it, "id"), holds(in_flag);
        Text "RUN --mount cache source" (t) run(cache().source(t)) => |it, _| mount(it, "source"), holds(in_flag);
        Text "RUN --mount cache mode" (t) run(cache().mode(t)) => |it, _| mount(it, "mode"), plain(OCTAL);
        Text "RUN --mount cache uid" (t) run(cache().uid(t)) => |it, _| mount(it, "uid"), plain(NUMBERS);
        Text "RUN --mount cache gid" (t) run(cache().gid(t)) => |it, _| mount(it, "gid"), plain(NUMBERS);
        Text "RUN --mount cache from image" (t) run(cache().with_from(Image::from(t))) => |it, _| exact_mount(it, "from"), plain(IMAGES);
        Text "RUN --mount bind target" (t) run(Mount::bind(t).readwrite()) => |it, _| mount(it, "target"), holds(is_target);
        Text "RUN --mount bind source" (t) run(Mount::bind("/b").source(t)) => |it, _| mount(it, "source"), holds(in_flag);
        Text "RUN --mount bind from image" (t) run(Mount::bind("/b").with_from(Image::from(t))) => |it, _| exact_mount(it, "from"), plain(IMAGES);
        Context "RUN --mount bind from context" (c) run(Mount::bind("/b").with_from(c)) => |it, _| exact_mount(it, "from"), plain(CONTEXTS);
        Stage "RUN --mount bind from stage" (s) run(Mount::bind("/b").with_from(s)) => |it, _| exact_mount(it, "from"),
            plain(STAGES), becomes(stage_name);
        Text "RUN --mount tmpfs target" (t) run(Mount::tmpfs(t)) => |it, _| mount(it, "target"), holds(is_target);
        Text "RUN --mount tmpfs size" (t) run(Mount::tmpfs("/t").size(t)) => |it, _| mount(it, "size"), plain(&["64m", "1.5g", "10"]);
        Text "RUN --mount secret id" (t) run(Mount::secret(t)) => |it, _| mount(it, "id"), holds(in_flag);
        Text "RUN --mount secret target" (t) run(secret().target(t)) => |it, _| mount(it, "target"), holds(in_flag);
        Text "RUN --mount secret env" (t) run(secret().env(t)) => |it, _| mount(it, "env"), holds(in_flag);
        Text "RUN --mount secret mode" (t) run(secret().mode(t).required()) => |it, _| mount(it, "mode"), plain(OCTAL);
        Text "RUN --mount secret uid" (t) run(secret().uid(t)) => |it, _| mount(it, "uid"), plain(NUMBERS);
        Text "RUN --mount secret gid" (t) run(secret().gid(t)) => |it, _| mount(it, "gid"), plain(NUMBERS);
        Text "RUN --mount ssh id" (t) run(Mount::ssh().id(t)) => |it, _| mount(it, "id"), holds(in_flag);
        Text "RUN --mount ssh target" (t) run(Mount::ssh().target(t).readonly()) => |it, _| mount(it, "target"), holds(in_flag);
        Text "RUN --mount ssh mode" (t) run(Mount::ssh().mode(t)) => |it, _| mount(it, "mode"), plain(OCTAL);
        Text "RUN --mount ssh uid" (t) run(Mount::ssh().uid(t)) => |it, _| mount(it, "uid"), plain(NUMBERS);
        Text "RUN --mount ssh gid" (t) run(Mount::ssh().gid(t)) => |it, _| mount(it, "gid"), plain(NUMBERS);
        Text "RUN second --mount" (t) run(Mount::ssh()).mount(Mount::cache(t)) => |it, _| nth_mount(it, 1, "target"), holds(is_target);
    }
}

fn bases() -> Vec<Field> {
    const BASES: &[&str] = &["scratch", "node:22-alpine", "ghcr.io/acme/base:1.2"];
    const PLATFORMS: &[&str] = &["linux/amd64", "linux/arm/v7", "linux"];
    fn named(name: &str, stage: Stage) -> Dockerfile {
        let mut file = Dockerfile::new();
        file.stage(name, stage);
        file
    }
    fn on_context(name: &str) -> Dockerfile {
        let mut file = Dockerfile::new();
        let context = file.context(name);
        file.push(Stage::new(&context));
        file
    }
    fn on_stage(name: &str) -> Dockerfile {
        let mut file = named(name, stage());
        file.push(Stage::new(StageName::new(name)));
        file
    }
    fn with_flag(value: &str) -> Dockerfile {
        let mut stage = stage();
        *stage.from_line_mut() = stage.from_line().clone().flag("future", value);
        only(stage)
    }
    rows! {
        FileText "FROM image" (t) only(Stage::new(Image::from(t))) => |it, _| word(it, 0), plain(BASES);
        FileText "FROM image of a named stage" (t) named("named", Stage::new(Image::from(t)).platform(Platform::target())) =>
            |it, _| word(it, 0), plain(BASES);
        File "FROM context" (s) on_context(s) => |it, _| exact(word(it, 0)), plain(CONTEXTS);
        File "FROM name" (s) named(s, stage()) => |it, _| exact(word(it, 2)), plain(STAGES), becomes(stage_name);
        File "FROM stage" (s) on_stage(s) => |_, file| exact(word(last(file)?, 0)), plain(STAGES), becomes(stage_name);
        FileText "FROM --platform" (t) only(stage().platform(Platform::from(t))) => |it, _| word_flag(it, "platform"), plain(PLATFORMS);
        File "FROM other flag's value" (s) with_flag(s) => |it, _| exact_flag(it, "future"), holds(in_flag);
    }
}

/// What the comments of a file say is compared for every file that is read back, so that here nothing is left to read.
fn comments() -> Vec<Field> {
    const TEXTS: &[&str] = &["a comment", "two\nlines", "## ruler ##"];
    const DESCRIPTIONS: &[&str] = &["runs the tests", "a b"];
    fn with(change: impl FnOnce(&mut Dockerfile)) -> Dockerfile {
        let mut file = Dockerfile::new();
        change(&mut file);
        file.push(stage());
        file
    }
    fn check(rule: &str) -> CheckDirective {
        CheckDirective::new().skip(rule).error(true)
    }
    rows! {
        File "# syntax" (s) with(|file| _ = file.set_syntax(s)) => |_, file| directive(file, "syntax"),
            plain(&["docker/dockerfile:1", "docker/dockerfile:1.7-labs@sha256:a"]);
        File "# check" (s) with(|file| _ = file.set_check_directive(check(s))) => |_, file| directive(file, "check"),
            plain(&["all", "JSONArgsRecommended"]), becomes(|s| check(s).to_string());
        File "# header" (s) with(|file| _ = file.header(s)) => nothing, plain(TEXTS), becomes(empty);
        File "# header below a directive" (s) with(|file| _ = file.set_syntax("docker/dockerfile:1").header(s)) => nothing,
            plain(TEXTS), becomes(empty);
        File "# comment above a global argument" (s) with(|file| _ = file.header(s).arg("A")) => nothing, plain(TEXTS), becomes(empty);
        File "# comment above a stage" (s) only(stage().header(s)) => nothing, plain(TEXTS), becomes(empty);
        File "# comment above an argument" (s) only(stage().comment(s).arg("A")) => nothing, plain(TEXTS), becomes(empty);
        File "# comment above a step" (s) only(stage().run("x").instruction(Step::from(i::Cmd::new("y")).comment(s))) => nothing,
            plain(TEXTS), becomes(empty);
        File "# comment at the end" (s) only(stage().run("x").comment(s)) => nothing, plain(TEXTS), becomes(empty);
        File "# comment between stages" (s) with(|file| file.push(stage().run("x").comment(s))) => nothing, plain(TEXTS), becomes(empty);
        File "# description of a stage" (s) with(|file| _ = file.stage("test", stage().describe(s))) => |it, _| comment(it, "test "),
            plain(DESCRIPTIONS), becomes(trimmed);
        File "# description of a global argument" (s) with(|file| _ = file.arg(i::Arg::new("A").describe(s))) => |it, _| comment(it, "A "),
            plain(DESCRIPTIONS), becomes(trimmed);
        File "# description of an argument" (s) only(stage().arg(i::Arg::new("A").describe(s))) => |_, file| comment(last(file)?, "A "),
            plain(DESCRIPTIONS), becomes(trimmed);
    }
}

fn stage() -> Stage {
    Stage::new("zz:1")
}

fn only(stage: Stage) -> Dockerfile {
    let mut file = Dockerfile::new();
    file.push(stage);
    file
}

// What a position holds.

fn in_json(text: &str, _: Escape) -> bool {
    !text.contains('\0')
}

fn in_line(text: &str, _: Escape) -> bool {
    !text.contains(['\n', '\0'])
}

fn in_key(text: &str, escape: Escape) -> bool {
    in_line(text, escape) && !text.is_empty() && !text.contains('=')
}

/// A flag's value is ASCII. With the backtick as escape, Docker may see heredocs in it.
fn in_flag(text: &str, escape: Escape) -> bool {
    let marker = escape == Escape::Backtick && text.contains("<<");
    in_line(text, escape) && text.is_ascii() && !text.is_empty() && !marker
}

/// Docker mounts nothing over everything.
fn is_target(text: &str, escape: Escape) -> bool {
    in_flag(text, escape) && text != "/"
}

/// COPY takes no remote source.
fn is_local(text: &str, escape: Escape) -> bool {
    in_json(text, escape) && !text.contains("://") && !text.contains('@')
}

/// Whether no line is the end of the heredoc.
fn is_body(text: &str, name: &str) -> bool {
    !text
        .split('\n')
        .any(|line| line.trim_end_matches('\r') == name)
}

/// Whether this can be written in one line after a keyword: the independent reader decides.
fn is_command(before: &str, command: &str, escape: Escape) -> bool {
    let flag = command.starts_with("--") && !before.starts_with("HEALTHCHECK");
    let set_off = if flag { "-- " } else { "" };
    let text = format!("# escape={escape}\n\nFROM a\n{before}{set_off}{command}\nRUN after\n");
    if !in_line(command, escape) || command.is_empty() || command.trim() != command {
        return false;
    }
    let Ok(file) = spec::read(&text) else {
        return false;
    };
    let [_, it, after] = file.instructions.as_slice() else {
        return false;
    };
    let (found, json) = match it.keyword.as_str() {
        "HEALTHCHECK" => (it.health().1, it.json()),
        "MAINTAINER" => (it.rest.clone(), Ok(None)),
        _ => (it.rest.clone(), it.json()),
    };
    found == command && json == Ok(None) && it.heredocs.is_empty() && after.rest == "after"
}

// What becomes of a string.

fn stage_name(name: &str) -> String {
    StageName::new(name).to_string()
}

fn with_line_feed(text: &str) -> String {
    let end = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{text}{end}")
}

/// Nothing but a heredoc is a script, whose name is kept where nothing in it means something.
fn script_or_command(text: &str) -> String {
    let Ok(Some(marker)) = spec::marker(text) else {
        return text.to_owned();
    };
    let odd = |c: char| c.is_whitespace() || c.is_control() || "\"'\\`$/\u{feff}".contains(c);
    let name = Some(marker.name);
    let name = name.filter(|name| name != "x" && !name.is_empty() && !name.contains(odd));
    format!("<<{}", name.as_deref().unwrap_or("EOF"))
}

fn trimmed(text: &str) -> String {
    text.trim().to_owned()
}

fn empty(_: &str) -> String {
    String::new()
}
