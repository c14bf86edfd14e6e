//! Reports of very many findings; quadratic time would show here.

use multistage::instruction::{Arg, Env, Exec, Mount, Run};
use multistage::{Dockerfile, Image, Source, Stage, StageName};

const MANY: usize = 10_000;

#[track_caller]
fn findings(file: &Dockerfile, at_least: usize) {
    let report = file.check();
    assert!(report.len() >= at_least, "{}", report.len());
    let places = report.iter().filter_map(|found| found.span());
    assert!(places.map(|span| report.line_column(span.start).0).max() >= Some(1));
    assert!(report.to_string().len() > report.len());
}

#[test]
fn unknown_stages() {
    let mut file = Dockerfile::new();
    for n in 0..MANY {
        let name = StageName::new(format!(
            "{}-x{n}",
            "long-name-of-a-stage-of-hostile".repeat(2)
        ));
        file.stage(
            format!("{}-y{n}", "long-name-of-a-stage-of-hostile".repeat(2)),
            Stage::new(name),
        );
    }
    findings(&file, MANY);
}

#[test]
fn duplicate_names() {
    let mut file = Dockerfile::new();
    for _ in 0..MANY {
        let a = file.stage("a", Stage::new("alpine"));
        file.push(Stage::new(&a));
    }
    findings(&file, MANY - 1);
}

#[test]
fn one_circle() {
    let mut file = Dockerfile::new();
    for n in 0..MANY {
        let next = StageName::new(format!("s{}", (n + 1) % MANY));
        file.stage(
            format!("s{n}"),
            Stage::new("alpine").copy_from(next, "/", "/"),
        );
    }
    findings(&file, MANY - 1);
}

#[test]
fn many_circles() {
    let mut file = Dockerfile::new();
    for n in 0..MANY / 2 {
        let (a, b) = (
            StageName::new(format!("a{n}")),
            StageName::new(format!("b{n}")),
        );
        file.stage(&a, Stage::new("alpine").copy_from(&b, "/", "/"));
        file.stage(&b, Stage::new(&a));
    }
    findings(&file, MANY / 2);
}

#[test]
fn later_and_own_stages() {
    let mut file = Dockerfile::new();
    for n in 0..MANY {
        let stage = Stage::new("alpine")
            .copy_from(StageName::new("last"), "/", "/")
            .copy_from(StageName::new(format!("s{n}")), "/", "/")
            .copy_from(Image::new("last"), "/", "/")
            .copy_from(Source::Index(usize::MAX), "/", "/");
        file.stage(format!("s{n}"), stage);
    }
    file.stage("last", Stage::new("alpine"));
    findings(&file, 4 * MANY);
}

#[test]
fn triggers() {
    let mut file = Dockerfile::new();
    for n in 0..MANY {
        let copy = multistage::instruction::Copy::new("/", "/").with_from(StageName::new("none"));
        let base = StageName::new(format!("s{}", n.saturating_sub(1)));
        file.stage(format!("s{n}"), Stage::new(&base).onbuild(copy));
    }
    findings(&file, MANY - 1);
}

#[test]
fn findings_of_one_instruction() {
    let mut file = Dockerfile::new();
    let env: Env = (0..MANY).map(|n| (format!("K{n}"), "a\nb")).collect();
    file.push(Stage::new("alpine").instruction(env));
    findings(&file, MANY);
}

#[test]
fn findings_of_one_line() {
    let mut file = Dockerfile::new();
    let words: Exec = (0..MANY).map(|n| format!("word {n} é\0")).collect();
    let stage = Stage::new("alpine").cmd(multistage::instruction::Command::Exec(words));
    file.push(stage);
    findings(&file, MANY);
}

#[test]
fn mounts_of_one_instruction() {
    let mut file = Dockerfile::new();
    let mounts = (0..MANY).map(|n| Mount::bind(format!("/{n}")).with_from(StageName::new("none")));
    file.push(Stage::new("alpine").run(Run::new("ls").mounts(mounts)));
    findings(&file, MANY);
}

#[test]
fn descriptions() {
    let mut file = Dockerfile::new();
    let names = |prefix: &str| {
        (0..MANY)
            .map(|n| format!("{prefix}{n} x\n"))
            .collect::<String>()
    };
    let mut arg = Arg::new("N0");
    for n in 1..MANY {
        arg = arg.and(Arg::new(format!("N{n}")));
    }
    file.push(Stage::new("alpine").comment(names("N")).arg(arg));
    findings(&file, MANY);
}

#[test]
fn heredocs_of_one_instruction() {
    let mut file = Dockerfile::new();
    let sources: Vec<_> = (0..MANY)
        .map(|_| {
            multistage::instruction::CopySource::from(
                multistage::instruction::inline("x").name("k"),
            )
        })
        .collect();
    file.push(Stage::new("alpine").copy(sources, "/d/"));
    findings(&file, MANY - 1);
}
