//! Whole files that are right, with every instruction and every flag.

use std::time::Duration;

use multistage::instruction::{
    self as i, Add, Arg, Cmd, Command, Copy, CopySource, Entrypoint, Env, Expose, Healthcheck,
    Instruction, Label, Mount, Network, Onbuild, Port, Run, Security, Sharing, Shell, Stopsignal,
    User, Volume, Workdir, inline, literal_path,
};
use multistage::{
    CheckDirective, Context, Dockerfile, Escape, Image, Platform, Source, Stage, StageName, Step,
    Text, expr, literal,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::hostile;

/// Files that are right.
pub(crate) fn any_dockerfile() -> impl Strategy<Value = Dockerfile> {
    let escapes = select(&[None, Some(Escape::Backslash), Some(Escape::Backtick)][..]);
    (escapes, vec(any::<bool>(), 1..5)).prop_flat_map(|(escape, named)| {
        let backtick = escape == Some(Escape::Backtick);
        let names = |n: usize| {
            let above = named
                .iter()
                .take(n)
                .enumerate()
                .filter(|(_, named)| **named);
            above
                .map(|(n, _)| StageName::new(format!("stage-{n}")))
                .collect::<Vec<_>>()
        };
        let stages: Vec<_> = (0..named.len())
            .map(|n| stage(names(n), backtick))
            .collect();
        let frontend = prop::option::of(select(
            &["docker/dockerfile:1", "docker/dockerfile:1.7-labs"][..],
        ));
        let checks = prop::option::of(checks());
        let header = prop::option::of(comment());
        (
            Just(escape),
            Just(named),
            frontend,
            checks,
            header,
            vec(arg(Words::All, true), 0..3),
            stages,
            prop::option::of(comment()),
        )
            .prop_map(
                |(escape, named, frontend, checks, header, args, stages, end)| {
                    let mut file = Dockerfile::new();
                    if let Some(frontend) = frontend {
                        file.set_syntax(frontend);
                    }
                    if let Some(escape) = escape {
                        file.set_escape(escape);
                    }
                    if let Some(checks) = checks {
                        file.set_check_directive(checks);
                    }
                    if let Some(header) = header {
                        file.header(&header).blank_line().header(header);
                    }
                    for (n, arg) in args.into_iter().enumerate() {
                        if n == 1 {
                            file.blank_line();
                        }
                        file.arg(arg);
                    }
                    file.context(CONTEXT);
                    let last = stages.len() - 1;
                    for (n, (mut stage, named)) in stages.into_iter().zip(named).enumerate() {
                        if let (true, Some(end)) = (n == last, &end) {
                            stage = stage.comment(end);
                        }
                        if named {
                            file.stage(format!("stage-{n}"), stage.describe("is one of several"));
                        } else {
                            file.push(stage);
                        }
                    }
                    file
                },
            )
    })
}

const CONTEXT: &str = "some-context";

fn stage(above: Vec<StageName>, backtick: bool) -> impl Strategy<Value = Stage> {
    let platforms = prop_oneof![
        select(&["linux/amd64", "linux/arm/v7"][..]).prop_map(Platform::from),
        Just(Platform::build()),
        Just(Platform::from(expr("${P:-linux/amd64}"))),
    ];
    let image = image().prop_map(Stage::new).boxed();
    let base = if above.is_empty() {
        image
    } else {
        prop_oneof![3 => image, 1 => select(above.clone()).prop_map(Stage::new)].boxed()
    };
    let steps = vec(
        (
            step(above, backtick),
            prop::option::of(comment()),
            prop::option::weighted(0.1, checks()),
            select(&[0, 0, 0, 1, 2, 3][..]),
        ),
        0..6,
    );
    (
        base,
        prop::option::of(platforms),
        prop::option::of(comment()),
        steps,
    )
        .prop_map(|(mut stage, platform, header, steps)| {
            if let Some(platform) = platform {
                stage = stage.platform(platform);
            }
            if let Some(header) = header {
                stage = stage.header(header);
            }
            for (instruction, comment, checks, blank_lines) in steps {
                // Its triggers run in the shell with which the stage ends, and were made before.
                let triggers = |step: &Step| matches!(step.instruction(), Instruction::Onbuild(_));
                if matches!(instruction, Instruction::Shell(_))
                    && stage.steps().iter().any(triggers)
                {
                    continue;
                }
                if blank_lines & 1 > 0 {
                    stage = stage.blank_line();
                }
                if let Some(checks) = checks {
                    stage = stage.check_directive(checks);
                }
                let mut step = Step::from(instruction);
                if let Some(comment) = comment {
                    step = step.comment(comment);
                }
                if blank_lines & 2 > 0 {
                    step = step.blank_line();
                }
                stage.push(step);
            }
            stage
        })
}

/// Any instruction, those inside of ONBUILD included.
fn step(above: Vec<StageName>, backtick: bool) -> BoxedStrategy<Instruction> {
    let sources = || {
        let external = prop_oneof![
            image().prop_map(Source::from),
            Just(Source::from(Context::new(CONTEXT))),
        ];
        if above.is_empty() {
            external.boxed()
        } else {
            prop_oneof![1 => external, 2 => select(above.clone()).prop_map(Source::from)].boxed()
        }
    };
    let words = if backtick { Words::Simple } else { Words::All };
    let trigger = instruction(image().prop_map(Source::from).boxed(), words, false);
    prop_oneof![
        20 => instruction(sources().boxed(), Words::All, true),
        1 => maintainer(),
        3 => trigger.prop_map(|trigger| Onbuild::new(trigger).into()),
    ]
    .boxed()
}

fn maintainer() -> impl Strategy<Value = Instruction> {
    #[expect(deprecated, reason = "it is part of the language all the same")]
    select(&["A. U. Thor", "--x", "é \"$\" `b` c"][..])
        .prop_map(|name| i::Maintainer::new(name).into())
}

/// Which texts there are in an instruction.
#[derive(Clone, Copy)]
enum Words {
    /// All that the position holds.
    All,
    /// Those that are spelled alike under both escape characters.
    Simple,
}

type Sources = BoxedStrategy<Source>;

/// Any instruction that can be a trigger. `described`: whether arguments may be.
fn instruction(from: Sources, words: Words, described: bool) -> BoxedStrategy<Instruction> {
    let line = move || text(words, Holds::Line);
    let one: Vec<BoxedStrategy<Instruction>> = vec![
        add(words),
        arg(words, described).prop_map(Instruction::from).boxed(),
        command(words).prop_map(|it| Cmd::new(it).into()).boxed(),
        copy(from.clone(), words),
        command(words)
            .prop_map(|it| Entrypoint::new(it).into())
            .boxed(),
        vec((key(words), line()), 1..4)
            .prop_map(|pairs| pairs.into_iter().collect::<Env>().into())
            .boxed(),
        vec(port(), 1..4)
            .prop_map(|ports| Expose::new(ports).into())
            .boxed(),
        healthcheck(words),
        vec((key(words), line()), 1..4)
            .prop_map(|pairs| pairs.into_iter().collect::<Label>().into())
            .boxed(),
        run(from, words),
        vec(hostile_json(), 1..4)
            .prop_map(|words| Shell::new(words).into())
            .boxed(),
        signal()
            .prop_map(|signal| Stopsignal::new(signal).into())
            .boxed(),
        line().prop_map(|user| User::new(user).into()).boxed(),
        vec(filled(words, Holds::Json), 1..4)
            .prop_map(|paths| Volume::new(paths).into())
            .boxed(),
        line().prop_map(|path| Workdir::new(path).into()).boxed(),
    ];
    proptest::strategy::Union::new(one).boxed()
}

/// What a position holds.
#[derive(Clone, Copy)]
enum Holds {
    Json,
    Line,
    Flag,
}

const PLAIN: &[&str] = &[
    "a",
    "word",
    "two-words",
    "/srv/app",
    "./x",
    "a.b",
    "x_1",
    "10001:10001",
];

fn text(words: Words, holds: Holds) -> BoxedStrategy<Text> {
    let plain = select(PLAIN).prop_map(Text::from);
    let variables = select(&["$A", "${A}", "/x/$A/y", "${A}-${B}"][..]).prop_map(expr);
    if let Words::Simple = words {
        return prop_oneof![plain, variables].boxed();
    }
    let strange =
        hostile::strings(PLAIN).prop_filter_map("the position does not hold it", move |text| {
            let held = match holds {
                Holds::Json => !text.contains('\0'),
                Holds::Line => !text.contains(['\n', '\0']),
                Holds::Flag => {
                    text.is_ascii()
                        && !text.contains(['\n', '\0'])
                        && !text.contains("<<")
                        && !text.is_empty()
                }
            };
            (held && text.len() < 1000).then(|| literal(text))
        });
    let modifiers = select(
        &[
            "${A:-x}",
            "${A:+y z}",
            "${A%.git}",
            "${A//a/b}",
            "${A:-$B}",
            "\"$A\" \\ '${B}'",
        ][..],
    );
    prop_oneof![2 => plain, 1 => variables, 3 => strange, 1 => modifiers.prop_map(expr)].boxed()
}

fn filled(words: Words, holds: Holds) -> BoxedStrategy<Text> {
    text(words, holds)
        .prop_filter("it is empty", |text| !text.is_empty())
        .boxed()
}

fn key(words: Words) -> BoxedStrategy<Text> {
    let no_key = |text: &Text| text.is_empty() || text.to_string().contains('=');
    text(words, Holds::Line)
        .prop_filter("it is not a key", move |text| !no_key(text))
        .boxed()
}

fn path(words: Words) -> BoxedStrategy<Text> {
    let remote = |text: &Text| text.to_string().contains("://") || text.to_string().contains('@');
    text(words, Holds::Json)
        .prop_filter("it is remote", move |text| !remote(text))
        .boxed()
}

fn hostile_json() -> impl Strategy<Value = String> {
    hostile::strings(PLAIN).prop_filter("it is too much", |text| {
        !text.contains('\0') && text.len() < 1000
    })
}

fn comment() -> impl Strategy<Value = String> {
    let line = select(
        &[
            "a comment",
            "",
            "# a ruler",
            "syntax=x",
            "é \u{2028} x",
            "RUN evil",
            "  indented",
            "x \\",
        ][..],
    );
    vec(line, 1..3).prop_map(|lines| lines.join("\n"))
}

fn checks() -> impl Strategy<Value = CheckDirective> {
    select(&["all", "JSONArgsRecommended"][..]).prop_map(|rule| CheckDirective::new().skip(rule))
}

fn image() -> impl Strategy<Value = Image> {
    let digest = "busybox@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d";
    select(vec![
        "scratch",
        "node:22-alpine",
        "ghcr.io/acme/base:1.2",
        digest,
    ])
    .prop_map(Image::new)
}

// The instructions.

fn arg(words: Words, described: bool) -> impl Strategy<Value = Arg> {
    // Of several of one name in an instruction, nobody could tell which is described.
    let names = prop::sample::subsequence(vec!["A", "B", "NODE_VERSION", "_x1"], 1..3);
    let one = move || {
        let default = prop::option::of(text(words, Holds::Line));
        let description = prop::option::of(Just("what it is for"));
        (
            default,
            description.prop_map(move |text| text.filter(|_| described)),
        )
    };
    (names, vec(one(), 2)).prop_map(|(names, declarations)| {
        let mut args = names
            .into_iter()
            .zip(declarations)
            .map(|(name, (default, description))| {
                let mut arg = Arg::new(name);
                if let Some(default) = default {
                    arg = arg.default(default);
                }
                match description {
                    Some(text) => arg.describe(text),
                    None => arg,
                }
            });
        let first = args.next().unwrap_or_else(|| Arg::new("A"));
        args.fold(first, Arg::and)
    })
}

fn add(words: Words) -> BoxedStrategy<Instruction> {
    let remote = select(
        &[
            "https://example.com/a.tar",
            "https://github.com/a/b.git#v1",
            "git@github.com:a/b.git",
        ][..],
    );
    let remote = remote.prop_map(|url| Add::new(url, "/x/").checksum("0123abc"));
    let add = move |sources, words| (sources, flags(words)).prop_map(add_with);
    prop_oneof![
        (remote, flags(words)).prop_map(|(add, flags)| with_flags(add, flags)),
        add(paths(words), words),
        add(inlines(words), Words::Simple),
    ]
    .prop_map(Instruction::from)
    .boxed()
}

fn add_with((paths, flags): (Paths, CopyFlags)) -> Add {
    with_flags(Add::new(paths.0, paths.1), flags)
}

fn with_flags(mut add: Add, flags: CopyFlags) -> Add {
    let CopyFlags {
        set,
        owner,
        mode,
        yes,
        pattern,
    } = flags;
    if set[0] {
        add = add.chown(owner);
    }
    if set[1] {
        add = add.chmod(mode).keep_git_dir(yes);
    }
    if set[2] {
        add = add.link().unpack(yes);
    }
    if set[3] {
        add = add.exclude(pattern).exclude("b");
    }
    add
}

fn copy(from: Sources, words: Words) -> BoxedStrategy<Instruction> {
    let all = prop_oneof![
        3 => (paths(words), flags(words)),
        1 => (inlines(words), flags(Words::Simple)),
    ];
    (all, prop::option::of(from))
        .prop_map(|((paths, flags), from)| {
            let CopyFlags {
                set,
                owner,
                mode,
                yes,
                pattern,
            } = flags;
            let mut copy = Copy::new(paths.0, paths.1);
            if let Some(from) = from {
                copy = copy.with_from(from);
            }
            if set[0] {
                copy = copy.chown(owner);
            }
            if set[1] {
                copy = copy.chmod(mode);
            }
            if set[2] {
                copy = if yes { copy.link() } else { copy.parents() };
            }
            if set[3] {
                copy = copy.exclude(pattern);
            }
            copy.into()
        })
        .boxed()
}

/// The flags of COPY and ADD, and which of them are set.
#[derive(Debug, Clone)]
struct CopyFlags {
    set: [bool; 4],
    owner: i::Chown,
    mode: i::Chmod,
    yes: bool,
    pattern: String,
}

fn flags(words: Words) -> impl Strategy<Value = CopyFlags> {
    let owner = prop_oneof![
        filled(words, Holds::Flag).prop_map(i::Chown::from),
        Just(i::Chown::from((1, 2))),
    ];
    let mode = prop_oneof![
        select(&["644", "u+x,go="][..]).prop_map(i::Chmod::from),
        Just(i::Chmod::from(expr("$A"))),
    ];
    let pattern = filled(words, Holds::Flag).prop_map(|text| text.to_string());
    (any::<[bool; 4]>(), owner, mode, any::<bool>(), pattern).prop_map(
        |(set, owner, mode, yes, pattern)| CopyFlags {
            set,
            owner,
            mode,
            yes,
            pattern,
        },
    )
}

/// Sources with a destination.
type Paths = (Vec<CopySource>, Text);

/// Paths and literal file names.
fn paths(words: Words) -> BoxedStrategy<Paths> {
    let names = match words {
        Words::All => prop_oneof![
            path(words).prop_map(CopySource::Path),
            hostile_json().prop_map(literal_path)
        ]
        .boxed(),
        Words::Simple => path(words).prop_map(CopySource::Path).boxed(),
    };
    (vec(names, 1..4), path(words)).boxed()
}

/// Files given inline, alone and beside others.
fn inlines(words: Words) -> BoxedStrategy<Paths> {
    let body = || match words {
        Words::All => prop_oneof![
            hostile::strings(&["a line\n"])
                .prop_filter("it is not a body", |text| is_body(text))
                .prop_map(literal),
            Just(expr("$A\n\\ \"${B:-x}\"\n")),
        ]
        .boxed(),
        Words::Simple => select(&["a line\n", ""][..]).prop_map(literal).boxed(),
    };
    let word = prop_oneof![
        select(PLAIN).prop_map(CopySource::from),
        Just(CopySource::from(expr("/x/${A}"))),
    ];
    let two = (body(), body());
    prop_oneof![
        body().prop_map(|body| (vec![inline(body).into()], Text::from("/x"))),
        two.prop_map(|(one, two)| vec![
            inline(one).name("one").into(),
            inline(two).name("two").into()
        ])
        .prop_map(|sources| (sources, Text::from("/x/"))),
        (word, body()).prop_map(|(word, body)| (
            vec![word, inline(body).name("one").into()],
            Text::from("/x/")
        )),
    ]
    .boxed()
}

fn is_body(text: &str) -> bool {
    let ends = |line: &str| matches!(line.trim_end_matches('\r'), "one" | "two");
    !text.contains('\0') && text.len() < 1000 && !text.split('\n').any(ends)
}

fn port() -> impl Strategy<Value = Port> {
    prop_oneof![
        any::<u16>().prop_map(Port::from),
        any::<u16>().prop_map(Port::udp),
        Just(Port::from(9000..=9002)),
        Just(Port::from(expr("${A:-80}/tcp"))),
    ]
}

fn signal() -> impl Strategy<Value = i::Signal> {
    select(&["SIGTERM", "9", "RTMIN+3", "$A"][..]).prop_map(i::Signal::from)
}

/// Shell text, exec form, lines.
fn command(words: Words) -> BoxedStrategy<Command> {
    let exec = vec(hostile_json(), 1..4).prop_map(Command::exec);
    let all = prop_oneof![
        2 => shell_text().prop_map(Command::shell),
        2 => exec,
        1 => vec(shell_text(), 2..4).prop_map(chain_that_runs),
        1 => vec(shell_text().prop_filter("it takes what follows", |text| !text.contains("#x")), 2..4)
            .prop_map(Command::lines),
    ];
    match words {
        Words::All => all.boxed(),
        Words::Simple => select(&["make", "a --b", "echo \"$x\""][..])
            .prop_map(Command::shell)
            .boxed(),
    }
}

/// The commands as a chain if each of them runs whichever shell it is, else the first one.
fn chain_that_runs(commands: Vec<String>) -> Command {
    let chain = Command::chain(&commands);
    let renders = |escape: Escape| {
        let mut file = Dockerfile::new();
        file.set_escape(escape);
        let run = || Run::new(chain.clone());
        file.push(
            Stage::new("a")
                .run(run())
                .shell(["no-known-shell"])
                .run(run()),
        );
        file.render().is_ok()
    };
    if renders(Escape::Backslash) && renders(Escape::Backtick) {
        chain
    } else {
        Command::shell(commands.first().map_or("", String::as_str))
    }
}

/// Text with its quotes closed, that neither begins nor ends with something of meaning.
fn shell_text() -> impl Strategy<Value = String> {
    let words = select(
        &[
            "$x",
            "'a b'",
            "\"$HOME\"",
            "#x",
            "&&",
            "|",
            "\\n",
            "é",
            "--flag",
            "[",
            "]",
            "{}",
            "x=y",
            ";",
            "<<<x",
            "\\\"",
            "~",
            "*",
            "don\\'t",
            "\u{2028}",
            "${x:-y}",
            "$((1<<2))",
            "\t",
            "%",
        ][..],
    );
    (
        select(&["echo", "--x", "[ a ]", "make"][..]),
        vec(words, 0..4),
    )
        .prop_map(|(first, words)| {
            let mut text = first.to_owned();
            for word in words.iter().chain(&["end"]) {
                text.push(' ');
                text.push_str(word);
            }
            text
        })
}

fn run(from: Sources, words: Words) -> BoxedStrategy<Instruction> {
    let script = hostile::strings(&["set -e\nmake\n"])
        .prop_filter("it is not a body", |text| is_body(text))
        .prop_map(Command::script);
    let heredocs = select(&["x\n", "\ta\nb"][..]).prop_map(|body| {
        Command::shell("cat <<X <<-\"Y\" >z")
            .heredoc("x")
            .heredoc(body)
    });
    let simple_mounts = || vec(mount(from.clone(), Words::Simple), 0..3);
    let all = match words {
        Words::All => prop_oneof![
            3 => (command(words), vec(mount(from.clone(), words), 0..3)),
            1 => (script, simple_mounts()),
            1 => (heredocs, simple_mounts()),
        ]
        .boxed(),
        Words::Simple => (
            prop_oneof![command(words), Just(Command::script("make"))],
            simple_mounts(),
        )
            .boxed(),
    };
    let networks = prop::option::of(select(
        &[Network::Default, Network::None, Network::Host][..],
    ));
    let securities = prop::option::of(select(&[Security::Sandbox, Security::Insecure][..]));
    let devices = vec(
        select(&["vendor.com/gpu=all", "name=x", "required"][..]),
        0..2,
    );
    (all, networks, securities, devices)
        .prop_map(|((command, mounts), network, security, devices)| {
            let mut run = Run::new(command).mounts(mounts);
            if let Some(network) = network {
                run = run.network(network);
            }
            if let Some(security) = security {
                run = run.security(security);
            }
            for device in devices {
                run = run.device(i::Device::new(device).required());
            }
            run.into()
        })
        .boxed()
}

fn mount(from: Sources, words: Words) -> BoxedStrategy<Mount> {
    let value = move || filled(words, Holds::Flag);
    // Docker mounts nothing over everything.
    let target = move || value().prop_filter("not the root", |path| path.as_literal() != Some("/"));
    let sharing = select(&[Sharing::Shared, Sharing::Private, Sharing::Locked][..]);
    let bind =
        (target(), any::<bool>(), from.clone(), value()).prop_map(|(target, set, from, source)| {
            let mount = Mount::bind(target);
            if set {
                mount.with_from(from).source(source).readwrite()
            } else {
                mount
            }
        });
    let cache = (
        target(),
        any::<[bool; 2]>(),
        from,
        value(),
        value(),
        sharing,
    )
        .prop_map(|(target, set, from, id, source, sharing)| {
            let mut mount = Mount::cache(target);
            if set[0] {
                mount = mount
                    .id(id)
                    .sharing(sharing)
                    .mode(0o755)
                    .uid(1)
                    .gid(expr("$A"));
            }
            if set[1] {
                mount.with_from(from).source(source).readonly()
            } else {
                mount
            }
        });
    let tmpfs = (target(), prop::option::of(Just("64m"))).prop_map(|(target, size)| match size {
        Some(size) => Mount::tmpfs(target).size(size),
        None => Mount::tmpfs(target),
    });
    let owned = |mount: Mount| mount.mode("0400").uid(1000).gid(1000).required();
    let secret = (value(), value(), any::<[bool; 2]>()).prop_map(move |(id, target, set)| {
        let mount = if set[0] {
            Mount::secret(id).target(target).env("S")
        } else {
            Mount::secret(id)
        };
        if set[1] { owned(mount) } else { mount }
    });
    let ssh = (value(), any::<[bool; 2]>()).prop_map(move |(id, set)| {
        let mount = if set[0] {
            Mount::ssh().id(id).target("/s")
        } else {
            Mount::ssh()
        };
        if set[1] { owned(mount) } else { mount }
    });
    prop_oneof![bind, cache, tmpfs, secret, ssh].boxed()
}

fn healthcheck(words: Words) -> BoxedStrategy<Instruction> {
    let time =
        || prop::option::of((1_000_000..10_000_000_000_000_u64).prop_map(Duration::from_nanos));
    let checks = (
        command(words),
        [time(), time(), time(), time()],
        prop::option::of(0..100_u32),
    )
        .prop_map(|(command, times, retries)| {
            let mut check = Healthcheck::new(command);
            let [interval, timeout, period, start] = times;
            if let Some(time) = interval {
                check = check.interval(time);
            }
            if let Some(time) = timeout {
                check = check.timeout(time);
            }
            if let Some(time) = period {
                check = check.start_period(time);
            }
            if let Some(time) = start {
                check = check.start_interval(time);
            }
            if let Some(retries) = retries {
                check = check.retries(retries);
            }
            check
        });
    prop_oneof![4 => checks, 1 => Just(Healthcheck::none())]
        .prop_map(Instruction::from)
        .boxed()
}
