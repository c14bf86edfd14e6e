//! Models made of bytes: any instruction with any flag, any text where a text can be.

use std::time::Duration;

use multistage::instruction::{
    Add, Arg, Cmd, Command, Copy, CopySource, Device, Entrypoint, Env, Expose, Healthcheck,
    Instruction, Label, Maintainer, Mount, Network, Onbuild, Port, Run, Security, Sharing, Shell,
    Stopsignal, User, Volume, Workdir, inline, literal_path,
};
use multistage::{
    CheckDirective, Context, Dockerfile, Escape, Image, Platform, Source, Stage, StageName, Step,
    Text, expr, literal,
};

use super::bytes::Bytes;

const WORDS: &[&str] = &["a", "two words", "/srv/app", "$V", "${V:-x}", "a=b", "é"];
const PATHS: &[&str] = &["src", "/srv/app", "./", "a b", "/x/$V", "*.json", "/"];
const COMMANDS: &[&str] = &[
    "make",
    "echo \"$HOME\" && ls",
    "cat <<E",
    "a \\\n  b",
    "[ -f x ]",
];
const NAMES: &[&str] = &["stage-0", "stage-1", "Stage-2", "tools", "docs"];
const IMAGES: &[&str] = &[
    "alpine",
    "node:22",
    "scratch",
    "docs",
    "ghcr.io/acme/app:1.2",
    "node:${V}",
    "bin-$OS",
    "$BASE",
];
pub(crate) const COMMENTS: &[&str] =
    &["a comment", "", "two\nlines", "escape=`", "V is a variable"];

/// A file of up to five stages.
pub(crate) fn dockerfile(bytes: &mut Bytes<'_>) -> Dockerfile {
    let mut out = Dockerfile::new();
    if bytes.seldom() {
        out.set_syntax(bytes.string(&["docker/dockerfile:1", "docker/dockerfile:1.7-labs"]));
    }
    if bytes.flag() {
        out.set_escape(bytes.pick(&[Escape::Backslash, Escape::Backtick]));
    }
    if bytes.seldom() {
        out.set_check_directive(checks(bytes));
    }
    if bytes.flag() {
        out.header(bytes.string(COMMENTS));
    }
    for arg in bytes.list(3, arg) {
        out.arg(arg);
    }
    if bytes.seldom() {
        out.context(bytes.string(NAMES));
    }
    for _ in 0..=bytes.below(5) {
        let stage = stage(bytes, &out);
        if bytes.flag() {
            out.stage(bytes.string(NAMES), stage);
        } else {
            out.push(stage);
        }
    }
    if bytes.seldom() {
        out.target(bytes.string(NAMES));
    }
    out
}

/// A stage that refers to what is above it.
pub(crate) fn stage(bytes: &mut Bytes<'_>, above: &Dockerfile) -> Stage {
    let mut out = match source(bytes, above) {
        Source::Stage(name) => Stage::new(&name),
        Source::Image(image) => Stage::new(image),
        _ => Stage::new(bytes.string(IMAGES)),
    };
    if bytes.seldom() {
        out = out.platform(Platform::from(expr(
            bytes.string(&["linux/arm64", "$BUILDPLATFORM"]),
        )));
    }
    if bytes.seldom() {
        out = out.describe(bytes.string(COMMENTS));
    }
    if bytes.seldom() {
        out = out.header(bytes.string(COMMENTS));
    }
    for _ in 0..bytes.below(6) {
        let instruction = instruction(bytes, above);
        let mut step = Step::from(instruction);
        if bytes.seldom() {
            step = step.comment(bytes.string(COMMENTS));
        }
        if bytes.seldom() {
            out = out.comment(bytes.string(COMMENTS));
        }
        if bytes.flag() {
            // As the methods of a builder do it.
            out = out.instruction(step);
        } else {
            out.steps_mut().push(step);
        }
    }
    if bytes.seldom() {
        out = out.comment(bytes.string(COMMENTS));
    }
    out
}

/// Any instruction.
#[allow(deprecated, reason = "MAINTAINER is one of them")]
pub(crate) fn instruction(bytes: &mut Bytes<'_>, above: &Dockerfile) -> Instruction {
    match bytes.below(18) {
        0 | 1 => run(bytes, above).into(),
        2 | 3 => copy(bytes, above).into(),
        4 => add(bytes).into(),
        5 => arg(bytes).into(),
        6 => Env::new(text(bytes, WORDS), text(bytes, WORDS)).into(),
        7 => Label::new(text(bytes, WORDS), text(bytes, WORDS))
            .and(text(bytes, WORDS), text(bytes, WORDS))
            .into(),
        8 => Cmd::new(command(bytes)).into(),
        9 => Entrypoint::new(command(bytes)).into(),
        10 => healthcheck(bytes).into(),
        11 => Expose::new(bytes.list(3, port)).into(),
        12 => User::new(text(bytes, WORDS)).into(),
        13 => Volume::new(bytes.list(3, |bytes| text(bytes, PATHS))).into(),
        14 => Workdir::new(text(bytes, PATHS)).into(),
        15 => Stopsignal::new(text(bytes, &["SIGTERM", "9"])).into(),
        16 => match bytes.flag() {
            true => Shell::new(bytes.list(3, |bytes| bytes.string(COMMANDS))).into(),
            false => Maintainer::new(bytes.string(WORDS)).into(),
        },
        _ => match bytes.is_empty() {
            true => Workdir::new("/").into(),
            // An ONBUILD inside of another is refused, and goes no deeper than there are bytes.
            false => Onbuild::new(instruction(&mut bytes.split(), above)).into(),
        },
    }
}

fn text(bytes: &mut Bytes<'_>, plain: &[&str]) -> Text {
    let string = bytes.string(plain);
    match bytes.below(3) {
        0 => Text::from(string),
        1 => literal(string),
        _ => expr(string),
    }
}

/// A stage above, an image or a context; a stage that is not there, seldom.
fn source(bytes: &mut Bytes<'_>, above: &Dockerfile) -> Source {
    let stages = above.stages();
    match bytes.below(8) {
        0..=2 if !stages.is_empty() => {
            let index = bytes.below(stages.len());
            let name = stages.get(index).and_then(Stage::name);
            name.map_or(Source::Index(index), Source::from)
        }
        3 => Source::from(StageName::new(bytes.string(NAMES))),
        4 => Source::from(Context::new(bytes.string(NAMES))),
        _ => Source::from(Image::new(bytes.string(IMAGES))),
    }
}

fn arg(bytes: &mut Bytes<'_>) -> Arg {
    let mut out = Arg::new(bytes.string(&["V", "OS", "BASE", "TARGETARCH"]));
    if bytes.flag() {
        out = out.default(text(bytes, WORDS));
    }
    if bytes.seldom() {
        out = out.describe(bytes.string(COMMENTS));
    }
    if bytes.seldom() {
        let name = bytes.string(&["W"]);
        let known = out
            .declarations()
            .iter()
            .any(|arg| arg.name().as_str() == name);
        // Of two of one name in an instruction, nobody could tell which is described.
        if !known {
            out = out.and(Arg::new(name));
        }
    }
    out
}

fn command(bytes: &mut Bytes<'_>) -> Command {
    let strings = |bytes: &mut Bytes<'_>| bytes.list(3, |bytes| bytes.string(COMMANDS));
    match bytes.below(8) {
        0 => Command::exec(strings(bytes)),
        1 => Command::chain(strings(bytes)),
        2 => Command::lines(strings(bytes)),
        3 => Command::script(bytes.string(COMMANDS)),
        4 => Command::shell(bytes.string(COMMANDS)).heredoc(bytes.string(COMMANDS)),
        _ => Command::shell(bytes.string(COMMANDS)),
    }
}

fn run(bytes: &mut Bytes<'_>, above: &Dockerfile) -> Run {
    let mut out = Run::new(command(bytes));
    if bytes.flag() {
        out = out.mounts(bytes.list(2, |bytes| mount(bytes, above)));
    }
    if bytes.seldom() {
        out = out.network(bytes.pick(&[Network::Default, Network::None, Network::Host]));
    }
    if bytes.seldom() {
        out = out.security(bytes.pick(&[Security::Sandbox, Security::Insecure]));
    }
    if bytes.seldom() {
        out = out.device(Device::new(
            bytes.string(&["vendor.com/gpu=all", "required"]),
        ));
    }
    out
}

fn mount(bytes: &mut Bytes<'_>, above: &Dockerfile) -> Mount {
    let mut out = match bytes.below(5) {
        0 => Mount::bind(text(bytes, PATHS)),
        1 => Mount::cache(text(bytes, PATHS)),
        2 => Mount::tmpfs(text(bytes, PATHS)),
        3 => Mount::secret(text(bytes, WORDS)),
        _ => Mount::ssh(),
    };
    for _ in 0..bytes.below(4) {
        out = match bytes.below(12) {
            0 => out.id(text(bytes, WORDS)),
            1 => out.with_from(source(bytes, above)),
            2 => out.source(text(bytes, PATHS)),
            3 => out.target(text(bytes, PATHS)),
            4 => out.env(text(bytes, &["S"])),
            5 => out.sharing(bytes.pick(&[Sharing::Shared, Sharing::Private, Sharing::Locked])),
            6 => out.size(text(bytes, &["64m"])),
            7 => out.mode(text(bytes, &["0755"])),
            8 => out.uid(text(bytes, &["1000"])),
            9 => out.readonly(),
            10 => out.readwrite(),
            _ => out.required(),
        };
    }
    out
}

fn sources(bytes: &mut Bytes<'_>) -> Vec<CopySource> {
    bytes.list(3, |bytes| match bytes.below(6) {
        0 => literal_path(bytes.string(PATHS)),
        1 => inline(text(bytes, COMMANDS)).into(),
        2 => inline(text(bytes, COMMANDS))
            .name(bytes.string(&["one"]))
            .into(),
        _ => CopySource::from(text(bytes, PATHS)),
    })
}

fn copy(bytes: &mut Bytes<'_>, above: &Dockerfile) -> Copy {
    let mut out = Copy::new(sources(bytes), text(bytes, PATHS));
    if bytes.flag() {
        out = out.with_from(source(bytes, above));
    }
    if bytes.seldom() {
        out = out.chown(text(bytes, &["1000:1000", "app"]));
    }
    if bytes.seldom() {
        out = out.chmod(text(bytes, &["0755", "u+x"]));
    }
    if bytes.seldom() {
        out = out.link();
    }
    if bytes.seldom() {
        out = out.parents();
    }
    if bytes.seldom() {
        out = out.exclude(bytes.string(PATHS));
    }
    out
}

fn add(bytes: &mut Bytes<'_>) -> Add {
    let mut out = if bytes.flag() {
        Add::new(
            bytes.string(&["https://example.com/a.tar", "git@host:a.git"]),
            text(bytes, PATHS),
        )
    } else {
        Add::new(sources(bytes), text(bytes, PATHS))
    };
    if bytes.seldom() {
        out = out.checksum(text(bytes, &["sha256:0123"]));
    }
    if bytes.seldom() {
        out = out.chown(text(bytes, &["1000:1000"]));
    }
    if bytes.seldom() {
        out = out.keep_git_dir(bytes.flag()).unpack(bytes.flag());
    }
    if bytes.seldom() {
        out = out.link();
    }
    out
}

fn healthcheck(bytes: &mut Bytes<'_>) -> Healthcheck {
    if bytes.seldom() {
        return Healthcheck::none();
    }
    let mut out = Healthcheck::new(command(bytes));
    if bytes.flag() {
        out = out.interval(Duration::from_micros(u64::from(bytes.byte()) * 100_000));
    }
    if bytes.seldom() {
        out = out.timeout(Duration::from_secs(u64::from(bytes.byte())));
    }
    if bytes.seldom() {
        out = out.retries(u32::from(bytes.byte()));
    }
    out
}

fn port(bytes: &mut Bytes<'_>) -> Port {
    match bytes.below(3) {
        0 => Port::tcp(u16::from(bytes.byte())),
        1 => Port::udp(u16::from(bytes.byte()) * 257),
        _ => Port::from(expr(bytes.string(&["8080", "80-90/tcp", "$V"]))),
    }
}

fn checks(bytes: &mut Bytes<'_>) -> CheckDirective {
    let out = CheckDirective::new().skip(bytes.string(&["all", "JSONArgsRecommended"]));
    if bytes.flag() {
        out.error(bytes.flag())
    } else {
        out
    }
}
