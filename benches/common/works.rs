//! The main paths of the crate, each on one file: what instructions and allocations are counted
//! for.

use std::hint::black_box;

use multistage::{Dockerfile, Parsed, Stage, check::Checker, ignore::IgnoreFile, pin::Lock};

use super::common::{Input, NODE, by_hand, wild};
use super::ours;

/// A path: what it is called in the records, and what prepares it.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    /// The stages that the counts are divided by where the growth per stage is of interest, else 0.
    pub(crate) stages: usize,
    prepare: fn() -> Call,
}

/// The work itself, without its preparation; it drops what it makes.
type Call = Box<dyn FnMut()>;

impl Work {
    pub(crate) fn prepare(&self) -> Call {
        (self.prepare)()
    }
}

const fn work(name: &'static str, prepare: fn() -> Call) -> Work {
    Work {
        name,
        stages: 0,
        prepare,
    }
}

const fn per_stage(name: &'static str, stages: usize, prepare: fn() -> Call) -> Work {
    Work {
        name,
        stages,
        prepare,
    }
}

/// In the order of the records.
pub(crate) const WORKS: &[Work] = &[
    work("build-node", || call(|| drop(black_box(ours::node())))),
    work("render-node", || on(ours::node(), render)),
    work("build-render-node", || call(|| render(&ours::node()))),
    work("check-node", || on(ours::node(), check)),
    work("parse-check-node", || {
        on(NODE.to_owned(), |text| {
            let report = Parsed::new(text).check(&Checker::new());
            drop(black_box(report));
        })
    }),
    work("build-100x20", || {
        on(Input::new(100), |input| {
            drop(black_box(ours::synthetic(input)));
        })
    }),
    work("render-100x20", || on(hundred(), render)),
    work("build-render-100x20", || {
        on(Input::new(100), |input| render(&ours::synthetic(input)))
    }),
    work("check-100x20", || on(hundred(), check)),
    work("parse-node", || on(NODE.to_owned(), |text| parse(text))),
    work("parse-120kb", || {
        on(by_hand(&Input::new(100), String::new()), |text| parse(text))
    }),
    work("parse-1mb", || on(wild(1_000_000), |text| parse(text))),
    work("parsed-1mb", || on(wild(1_000_000), |text| parsed(text))),
    work("parse-check-1mb", || {
        on(wild(1_000_000), |text| {
            let report = Parsed::new(text).check(&Checker::new());
            drop(black_box(report));
        })
    }),
    work("merge-100x20", || merge(hundred())),
    work("prune-100x20", || on(hundred(), prune)),
    work("pin-100x20", || {
        let digest = "sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d";
        let lock = Lock::from_iter([("debian:bookworm-slim", digest), ("node:18", digest)]);
        let mut file = hundred();
        call(move || assert_eq!(black_box(&mut file).pin(&lock), 100))
    }),
    work("serialize-100x20", || {
        on(hundred(), |file| {
            let text = serde_json::to_string(file);
            assert!(black_box(text).is_ok());
        })
    }),
    work("deserialize-100x20", || {
        let text = serde_json::to_string(&hundred()).unwrap_or_default();
        on(text, |text| {
            let file: Result<Dockerfile, _> = serde_json::from_str(text);
            assert!(black_box(file).is_ok());
        })
    }),
    work("ignore-1000-paths", || {
        on(ignored(), |(file, paths)| {
            let count = paths.iter().filter(|path| file.is_ignored(path)).count();
            assert_eq!(black_box(count), 600);
        })
    }),
    per_stage("build-100-stages", 100, || build::<100>()),
    per_stage("build-10000-stages", 10_000, || build::<10_000>()),
    per_stage("render-100-stages", 100, || on(ours::copies(100), render)),
    per_stage("render-10000-stages", 10_000, || {
        on(ours::copies(10_000), render)
    }),
    per_stage("check-100-stages", 100, || on(ours::copies(100), check)),
    per_stage("check-10000-stages", 10_000, || {
        on(ours::copies(10_000), check)
    }),
    per_stage("parse-100-stages", 100, || {
        on(text(100), |text| parse(text))
    }),
    per_stage("parse-10000-stages", 10_000, || {
        on(text(10_000), |text| parse(text))
    }),
    per_stage("parsed-100-stages", 100, || {
        on(text(100), |text| parsed(text))
    }),
    per_stage("parsed-10000-stages", 10_000, || {
        on(text(10_000), |text| parsed(text))
    }),
    per_stage("merge-100-stages", 100, || merge(ours::copies(100))),
    per_stage("merge-10000-stages", 10_000, || merge(ours::copies(10_000))),
    per_stage("prune-100-stages", 100, || on(ours::copies(100), prune)),
    per_stage("prune-10000-stages", 10_000, || {
        on(ours::copies(10_000), prune)
    }),
];

fn build<const STAGES: usize>() -> Call {
    call(|| drop(black_box(ours::copies(STAGES))))
}

/// A file under a prefix in another that is the same.
fn merge(file: Dockerfile) -> Call {
    let mut files = Some((file.clone(), file));
    call(move || {
        if let Some((mut file, other)) = files.take() {
            let merged = file.merge_under("other", other);
            assert!(black_box(merged).is_ok());
            drop(black_box(file));
        }
    })
}

fn prune(file: &Dockerfile) {
    let last = file.stages().last().and_then(Stage::name).cloned();
    let pruned = last.map(|last| file.for_target(last));
    drop(black_box(pruned));
}

fn text(stages: usize) -> String {
    ours::copies(stages).render().unwrap_or_default()
}

fn parsed(text: &str) {
    drop(black_box(Parsed::new(text)));
}

fn call(work: impl FnMut() + 'static) -> Call {
    Box::new(work)
}

/// Work on something that is prepared.
fn on<T: 'static>(input: T, work: fn(&T)) -> Call {
    Box::new(move || work(black_box(&input)))
}

fn hundred() -> Dockerfile {
    ours::synthetic(&Input::new(100))
}

fn render(file: &Dockerfile) {
    let text = file.render();
    assert!(black_box(text).is_ok());
}

fn check(file: &Dockerfile) {
    let report = file.check();
    assert!(!black_box(report).has_errors());
}

fn parse(text: &str) {
    let file = Dockerfile::parse(text);
    assert!(black_box(file).is_ok());
}

/// Rules as they are in the ignore files of projects, and paths of which they hide some.
fn ignored() -> (IgnoreFile, Vec<String>) {
    let mut file = IgnoreFile::new();
    for pattern in [
        ".git",
        "node_modules",
        "**/node_modules",
        "**/*.log",
        "**/.DS_Store",
        "dist",
        "build/*",
        "target",
        "*.md",
        "docs/**/*.txt",
        "coverage",
        "**/__pycache__",
        "*.py[co]",
        ".env*",
    ] {
        file = file.ignore(pattern);
    }
    file = file.except("README.md").except("build/keep-*");
    let kinds = [
        "src/module/file-{}.rs",
        "web/node_modules/package-{}/index.js",
        "logs/app/{}.log",
        "docs/chapter/{}.txt",
        "build/keep-{}",
    ];
    let paths = (0..1_000).map(|n| {
        let kind = kinds[n % kinds.len()];
        kind.replace("{}", &n.to_string())
    });
    (file, paths.collect())
}
