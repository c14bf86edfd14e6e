//! How fast files are built, checked, written and read, beside the floor: the same work by hand, without a model.
//!
//! `cargo bench` prints tables. Timings never fail anything; `cargo test --benches` runs every case once.

#![allow(clippy::print_stdout)]

mod common;
#[path = "common/ours.rs"]
mod ours;

use std::hint::black_box;

use common::{Input, NODE, Timing, by_hand, row, title, wild};
use multistage::instruction::{Mount, Run};
use multistage::{Dockerfile, Parsed, Stage, check::Checker, expr, literal, resolve::Build};

fn main() {
    let timing = Timing::asked();
    let only = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let wanted = |table: &str| only.as_deref().is_none_or(|only| table.contains(only));
    if wanted("node") {
        writing_node(&timing);
    }
    if wanted("synthetic") {
        writing_synthetic(&timing);
    }
    if wanted("parse") {
        reading(&timing);
    }
    if wanted("compose") {
        composing(timing.at_most_rough());
    }
    if wanted("growth") {
        growth(timing.at_most_rough());
    }
    if wanted("checking") {
        checking(timing.at_most_rough());
    }
}

/// The text, without the report that nobody would look at here.
fn text(file: &Dockerfile) -> String {
    file.render().unwrap_or_default()
}

fn writing_node(timing: &Timing) {
    title("Node example");
    let file = ours::node();
    let bytes = text(&file).len();
    assert_eq!(text(&file), NODE);
    row(timing, "build, render", bytes, || text(&ours::node()));
    row(timing, "build, check, render", bytes, || {
        let file = ours::node();
        (file.check(), text(&file))
    });
    row(timing, "build", bytes, ours::node);
    row(timing, "render", bytes, || text(black_box(&file)));
    row(timing, "check", bytes, || black_box(&file).check());
    floor(timing, NODE);
}

fn writing_synthetic(timing: &Timing) {
    title("100 stages of 20 instructions");
    let input = Input::new(100);
    let file = ours::synthetic(&input);
    let expected = by_hand(&input, String::new());
    let bytes = expected.len();
    assert_eq!(text(&file), expected);
    row(timing, "build, render", bytes, || {
        text(&ours::synthetic(black_box(&input)))
    });
    row(timing, "build", bytes, || {
        ours::synthetic(black_box(&input))
    });
    row(timing, "render", bytes, || text(black_box(&file)));
    row(timing, "check", bytes, || black_box(&file).check());
    row(timing, "floor: by hand", bytes, || {
        by_hand(black_box(&input), String::new())
    });
    row(timing, "floor: by hand, into room enough", bytes, || {
        by_hand(black_box(&input), String::with_capacity(bytes))
    });
    floor(timing, &expected);
}

/// Pushes the lines of a text into a string.
fn floor(timing: &Timing, text: &str) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let push = |mut out: String| {
        for line in black_box(&lines) {
            out.push_str(line);
        }
        out
    };
    row(timing, "floor: push lines", text.len(), || {
        push(String::new())
    });
    row(
        timing,
        "floor: push lines, into room enough",
        text.len(),
        || push(String::with_capacity(text.len())),
    );
}

fn reading(timing: &Timing) {
    let synthetic = by_hand(&Input::new(100), String::new());
    for (name, text) in [
        ("parse: Node example", NODE.to_owned()),
        ("parse: 100 stages of 20 instructions", synthetic),
        ("parse: as in the wild, 1 MB", wild(1_000_000)),
    ] {
        title(name);
        assert!(Dockerfile::parse(&text).is_ok());
        row(timing, "parse", text.len(), || {
            Dockerfile::parse(black_box(&text))
        });
        row(timing, "floor: count line feeds", text.len(), || {
            black_box(text.as_bytes())
                .iter()
                .filter(|byte| **byte == b'\n')
                .count()
        });
        row(timing, "floor: split lines into words", text.len(), || {
            let words = |line: &str| line.split_whitespace().count();
            black_box(&text).lines().map(words).sum::<usize>()
        });
    }
}

/// Whole files: pruned, merged and so on, in nanoseconds for each stage.
fn composing(timing: &Timing) {
    const SIZES: [usize; 3] = [100, 1_000, 10_000];
    println!(
        "\n{:<56} {:>9} {:>9} {:>9}",
        "ns for each stage", 100, "1000", "10000"
    );
    type Work = fn(&Dockerfile) -> usize;
    let works: [(&str, Work); 8] = [
        ("clone: the floor of what makes a file of a file", |file| {
            file.clone().stages().len()
        }),
        ("for_target: the last stage, which needs all", |file| {
            let last = file.stages().last().and_then(Stage::name).cloned();
            last.and_then(|last| file.for_target(last).ok())
                .map_or(0, |file| file.stages().len())
        }),
        ("clone, remove_unused: all but two stages", |file| {
            let mut file = file.clone();
            let last = file.stages_mut().last_mut();
            if let Some(last) = last {
                last.steps_mut().clear();
            }
            file.remove_unused().len()
        }),
        ("clone twice, merge: all names collide", |file| {
            let mut both = file.clone();
            both.merge(file.clone())
                .map_or(0, |merged| merged.stages().count())
        }),
        ("clone, merge under a prefix", |file| {
            let mut both = Dockerfile::new();
            both.merge_under("p", file.clone())
                .map_or(0, |merged| merged.stages().count())
        }),
        ("minimum_syntax", |file| file.features().len()),
        ("graph, to_mermaid", |file| file.graph().to_mermaid().len()),
        ("inputs", |file| file.inputs().images.len()),
    ];
    for (files, make) in [
        (
            "each stage copies from the one before",
            ours::copies as fn(usize) -> Dockerfile,
        ),
        ("each base is an expression", choices),
    ] {
        println!("{files}:");
        for (name, work) in works {
            print!("  {name:<54}");
            for size in SIZES {
                let file = make(size);
                let ns = timing.of(|| work(black_box(&file)));
                print!(" {:>9.0}", ns / size as f64);
            }
            println!();
        }
    }
}

/// What a file comes to and what is wrong with it, in nanoseconds for each instruction (FROM among them), or for each
/// KB or word where these are more: a shape that takes more than its share gets slower to the right.
fn checking(timing: &Timing) {
    type Make = fn(usize) -> Dockerfile;
    let shapes: [(&str, Make, [usize; 4]); 6] = [
        (
            "stages of 20 instructions",
            |size| ours::synthetic(&Input::new(size)),
            [10, 100, 1_000, 10_000],
        ),
        (
            "stages, each from the one before, with an ENV",
            layers,
            [10, 100, 1_000, 10_000],
        ),
        ("ten diamonds, by width", diamonds, [1, 10, 100, 1_000]),
        (
            "ten diamonds on a base with cache mounts, by width",
            cached_diamonds,
            [1, 10, 100, 1_000],
        ),
        (
            "ENV that lengthen one value, each read by a RUN, by KB",
            lengthening,
            [1, 10, 100, 1_000],
        ),
        (
            "RUN of shell text, by words",
            |size| {
                let text = "make a && ".repeat(size);
                let mut file = Dockerfile::new();
                file.push(Stage::new("alpine").run(text.trim_end_matches(" && ")));
                file
            },
            [1, 10, 100, 1_000],
        ),
    ];
    println!(
        "\n{:<56} {:>9} {:>9} {:>9} {:>9}",
        "checking: ns for each instruction, KB or word", "smallest", "x 10", "x 100", "x 1000"
    );
    type Work = fn(&Dockerfile) -> usize;
    let works: [(&str, Work); 2] = [
        ("resolve", |file| file.resolve(&Build::new()).stages().len()),
        ("check_with", |file| {
            file.check_with(&Checker::new()).diagnostics().len()
        }),
    ];
    for (shape, make, sizes) in shapes {
        println!("{shape}:");
        for (name, work) in works {
            print!("  {name:<54}");
            for size in sizes {
                let file = make(size);
                let instructions = file.stages().iter().map(|stage| stage.steps().len() + 1);
                let amount = instructions.sum::<usize>().max(size);
                let ns = timing.of(|| work(black_box(&file)));
                print!(" {:>9.0}", ns / amount as f64);
            }
            println!();
        }
    }
}

/// Stages that start from the one before and add a variable.
fn layers(size: usize) -> Dockerfile {
    let mut file = Dockerfile::new();
    let mut previous = file.stage("first", Stage::new("alpine"));
    for n in 1..size {
        let stage = Stage::new(&previous).env(format!("KEY_{n}"), "value");
        previous = file.stage(format!("stage-{n}"), stage);
    }
    file
}

fn diamonds(width: usize) -> Dockerfile {
    diamonds_on(Stage::new("alpine"), width)
}

fn cached_diamonds(width: usize) -> Dockerfile {
    let mount = Mount::cache("/cache");
    diamonds_on(
        Stage::new("alpine").run(Run::new("make /cache/a").mount(mount)),
        width,
    )
}

/// Ten times: stages on one base, and one that copies from all of them and is the next base.
fn diamonds_on(base: Stage, width: usize) -> Dockerfile {
    let mut file = Dockerfile::new();
    let mut base = file.stage("base", base);
    for depth in 0..10 {
        let mut end = Stage::new(&base).env(format!("DEPTH_{depth}"), "value");
        for n in 0..width {
            let side = Stage::new(&base)
                .env(format!("SIDE_{n}"), "value")
                .run("make");
            let side = file.stage(format!("side-{depth}-{n}"), side);
            end = end.copy_from(&side, "/a", "/b");
        }
        base = file.stage(format!("end-{depth}"), end);
    }
    file
}

/// A value that grows to so many KB, in lines of at most 50 KB: Docker takes no line of more than 64 KB.
fn lengthening(kilobytes: usize) -> Dockerfile {
    let lines = kilobytes.div_ceil(50);
    let piece = "x".repeat(1_000 * kilobytes / lines);
    let mut stage = Stage::new("alpine").env("K", piece.as_str());
    for _ in 1..lines {
        let longer = expr("$K") + literal(piece.as_str());
        stage = stage.env("K", longer).run("echo $K");
    }
    let mut file = Dockerfile::new();
    file.push(stage);
    file
}

/// Stages with a base that can be one of the others.
fn choices(size: usize) -> Dockerfile {
    let mut file = Dockerfile::new();
    for n in 0..size {
        file.stage(format!("binaries-{n}"), Stage::new("binaries-$N"));
    }
    file
}

/// Whether work grows with the input and no faster: a shape that takes more than its share gets slower to the right.
fn growth(timing: &Timing) {
    println!(
        "\n{:<56} {:>9} {:>9} {:>9} {:>9}",
        "MB/s", "10 KB", "100 KB", "1 MB", "10 MB"
    );
    for (name, make) in HOSTILE {
        curve(name, [10_000, 100_000, 1_000_000, 10_000_000], |size| {
            let text = make(size);
            (text.len(), timing.of(|| Parsed::new(black_box(&text))))
        });
    }
    println!(
        "\n{:<56} {:>9} {:>9} {:>9} {:>9}",
        "MB/s, by stages", 10, 100, 1_000, 10_000
    );
    let sizes = [10, 100, 1_000, 10_000];
    curve("build, render: stages of 20 instructions", sizes, |size| {
        let input = Input::new(size);
        let bytes = text(&ours::synthetic(&input)).len();
        (
            bytes,
            timing.of(|| text(&ours::synthetic(black_box(&input)))),
        )
    });
    curve(
        "build, render: each stage from the one before",
        sizes,
        |size| {
            let input = Input::new(size);
            let bytes = text(&chain(&input)).len();
            (bytes, timing.of(|| text(&chain(black_box(&input)))))
        },
    );
    curve("check: each stage from the one before", sizes, |size| {
        let file = chain(&Input::new(size));
        (text(&file).len(), timing.of(|| black_box(&file).check()))
    });
    curve("parse: each stage from the one before", sizes, |size| {
        let text = text(&chain(&Input::new(size)));
        (text.len(), timing.of(|| Parsed::new(black_box(&text))))
    });
}

/// Prints a line of the table; leaves out what would take minutes.
fn curve<const N: usize>(name: &str, sizes: [usize; N], measure: impl Fn(usize) -> (usize, f64)) {
    print!("{name:<56}");
    let mut last = 0.0;
    for size in sizes {
        if last > 2e9 {
            print!(" {:>9}", "-");
            continue;
        }
        let (bytes, ns) = measure(size);
        print!(" {:>9.1}", bytes as f64 / ns * 1e3);
        last = ns;
    }
    println!();
}

fn chain(input: &Input) -> Dockerfile {
    let mut file = Dockerfile::new();
    let mut previous = None;
    for name in &input.names {
        let stage = match &previous {
            None => Stage::new("alpine"),
            Some(previous) => Stage::new(previous),
        };
        previous = Some(file.stage(name.as_str(), stage));
    }
    file
}

/// A name, and what makes an input of a size.
type Hostile = (&'static str, fn(usize) -> String);

/// Inputs that a reader could take too long for.
const HOSTILE: &[Hostile] = &[
    ("as in the wild", wild),
    ("lines of `\\`", |size| run(&"\\\n".repeat(size / 2))),
    ("`$`", |size| env(&"$".repeat(size))),
    ("`${`", |size| env(&"${".repeat(size / 2))),
    ("`${a:-`, in ENV", |size| env(&"${a:-".repeat(size / 5))),
    ("`${a:-`, in RUN <<", |size| {
        run(&format!("<<X {}", "${a:-".repeat(size / 5)))
    }),
    ("`${a}`, in RUN <<", |size| {
        run(&format!("<<X {}\nX", "${a}".repeat(size / 4)))
    }),
    ("`${a#`, in ENV", |size| env(&"${a#".repeat(size / 4))),
    ("`${a:-b} `, in ENV", |size| {
        env(&"${a:-b} ".repeat(size / 8))
    }),
    ("a long variable name", |size| {
        env(&format!("${{{}", "a".repeat(size)))
    }),
    ("`\"`", |size| env(&"\"".repeat(size))),
    ("`\\ `, in ENV", |size| env(&"\\ ".repeat(size / 2))),
    ("escapes at the end of lines", |size| {
        format!("FROM a\n{}", "RUN x\\\u{c}\n".repeat(size / 8))
    }),
    ("quotes over many lines", |size| {
        run(&"'a\\\n ".repeat(size / 5))
    }),
    ("`'`", |size| env(&"'".repeat(size))),
    ("`\"` in RUN <<", |size| {
        run(&format!("<<X {}", "\"".repeat(size)))
    }),
    ("pairs of ENV", |size| {
        env(&"k=v k=\"w x\" ".repeat(size / 12))
    }),
    ("names of ARG", |size| {
        line("ARG", &"a=b c ".repeat(size / 6))
    }),
    ("`ONBUILD `", |size| {
        line("ONBUILD", &"ONBUILD ".repeat(size / 8))
    }),
    ("`--x `", |size| line("COPY", &"--x ".repeat(size / 4))),
    ("`--x='y z' `", |size| {
        line("COPY", &"--x='y z' ".repeat(size / 10))
    }),
    ("`--exclude=x `", |size| {
        line("COPY", &format!("{} a b", "--exclude=x ".repeat(size / 12)))
    }),
    ("one flag, long", |size| {
        line("COPY", &format!("--chown={} a b", "\\x".repeat(size / 2)))
    }),
    ("`--from=x `", |size| {
        line("COPY", &"--from=x ".repeat(size / 9))
    }),
    ("a line of 60 KB, continued", |size| {
        let long = "x".repeat(60_000.min(size));
        run(&format!("{long} \\\n").repeat((size / long.len()).max(1)))
    }),
    ("one long line", |size| run(&"x ".repeat(size / 2))),
    ("one long word", |size| line("WORKDIR", &"x".repeat(size))),
    ("an unknown keyword, long", |size| {
        format!("FROM a\n{}\n", "x".repeat(size))
    }),
    ("unknown keywords", |size| {
        format!("FROM a\n{}", "RUNN x\n".repeat(size / 7))
    }),
    ("heredocs in one line", |size| {
        let count = size / 10;
        let markers: String = (0..count).map(|_| "<<A ").collect();
        run(&format!("cat {markers}\n{}", "b\nA\n".repeat(count)))
    }),
    ("heredocs of many names in one line", |size| {
        let count = size / 24;
        let markers: String = (0..count).map(|n| format!("<<f{n:06} ")).collect();
        let bodies: String = (0..count).map(|n| format!("b\nf{n:06}\n")).collect();
        run(&format!("cat {markers}\n{bodies}"))
    }),
    ("`<< `", |size| run(&"<< ".repeat(size / 3))),
    ("`<<-\"a`", |size| run(&"<<-\"a".repeat(size / 5))),
    ("heredocs in triggers", |size| {
        let count = size / 20;
        format!("FROM a\n{}", "ONBUILD RUN <<A\nb\nA\n".repeat(count))
    }),
    ("a body of many lines", |size| {
        run(&format!("<<EOF\n{}EOF", "E\nEOF \n".repeat(size / 7)))
    }),
    ("heredocs without an end", |size| {
        format!("FROM a\n{}", "RUN <<A\n".repeat(size / 8))
    }),
    ("files in one COPY", |size| {
        let count = size / 24;
        let markers: String = (0..count).map(|n| format!("<<f{n:06} ")).collect();
        let bodies: String = (0..count).map(|n| format!("b\nf{n:06}\n")).collect();
        line("COPY", &format!("{markers}/\n{bodies}"))
    }),
    ("words that meet where lines are joined", |size| {
        run(&"x\\\n".repeat(size / 3))
    }),
    ("`<`", |size| run(&"<".repeat(size))),
    ("mounts in one RUN", |size| {
        run(&"--mount=from=a,target=/x ".repeat(size / 25))
    }),
    ("mounts that are wrong", |size| {
        run(&"--mount=type=cash,x=y ".repeat(size / 22))
    }),
    ("mounts from no image", |size| {
        run(&format!(
            "{}true",
            "--mount=from=A:,target=/x ".repeat(size / 26)
        ))
    }),
    ("keys of one mount", |size| {
        run(&format!("--mount={} x", "target=/x,".repeat(size / 10)))
    }),
    ("JSON", |size| {
        line("CMD", &format!("[{}\"\"]", "\"a\", ".repeat(size / 5)))
    }),
    ("JSON, escaped", |size| {
        line("CMD", &format!("[\"{}\"]", "\\u0041\\n".repeat(size / 8)))
    }),
    ("JSON, nested", |size| {
        line(
            "CMD",
            &format!("{}{}", "[".repeat(size / 2), "]".repeat(size / 2)),
        )
    }),
    ("JSON, over many lines", |size| {
        line("CMD", &format!("[{}\"\"]", "\"a\", \\\n".repeat(size / 7)))
    }),
    ("JSON without an end", |size| {
        line("CMD", &"[\"".repeat(size / 2))
    }),
    ("sources of COPY", |size| {
        line("COPY", &"a ".repeat(size / 2))
    }),
    ("ports", |size| line("EXPOSE", &"80/tcp ".repeat(size / 7))),
    ("a range of ports", |size| {
        line("EXPOSE", &"1-65535 ".repeat(size / 8))
    }),
    ("comments", |size| {
        format!("{}FROM a\n", "# c\n".repeat(size / 4))
    }),
    ("comments between lines", |size| {
        run(&format!("a \\\n{}b", "# c\n".repeat(size / 4)))
    }),
    ("comments, then ARG of many names", |size| {
        let count = size / 24;
        let comments: String = (0..count).map(|n| format!("# n{n:06} c\n")).collect();
        let names: String = (0..count).map(|n| format!("n{n:06} ")).collect();
        format!("FROM a\n{comments}ARG {names}\n")
    }),
    ("a header, then described stages", |size| {
        let count = size / 40;
        let header = "# h i j k\n".repeat(count);
        let stages: String = (0..count)
            .map(|n| format!("# s{n} d\nFROM a AS s{n}\n"))
            .collect();
        format!("{header}\nARG x\n{stages}")
    }),
    ("directives", |size| {
        "# escape=`\n".repeat(size / 11) + "FROM a\n"
    }),
    ("stages that refer to each other", |size| {
        let count = size / 40;
        (0..count)
            .map(|n| {
                format!(
                    "FROM s{} AS s{n}\nCOPY --from=s{} a b\n",
                    n.saturating_sub(1),
                    (n + 1) % count
                )
            })
            .collect()
    }),
    ("stages of one name", |size| {
        "FROM a AS b\n".repeat(size / 12)
    }),
    ("stages of one name, with copies", |size| {
        "FROM b AS b\nCOPY --from=b a b\n".repeat(size / 30)
    }),
    ("stages that copy from none", |size| {
        format!("FROM a\n{}", "COPY --from=A: a b\n".repeat(size / 19))
    }),
    ("triggers of many children", |size| {
        let count = size / 30;
        format!(
            "FROM a AS b\n{}{}",
            "ONBUILD COPY --from=c x y\n".repeat(count / 2),
            "FROM b\n".repeat(count)
        )
    }),
];

fn line(keyword: &str, arguments: &str) -> String {
    format!("FROM a\n{keyword} {arguments}\n")
}

fn run(arguments: &str) -> String {
    line("RUN", arguments)
}

fn env(value: &str) -> String {
    line("ENV", &format!("K={value}"))
}
