//! What the benches share: the files that are timed, and how.

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The Node example: two stages, eleven instructions.
pub(crate) const NODE: &str = "\
# First stage: build
FROM node:18 AS builder
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install
COPY . .
RUN npm run build

# Second stage: production
FROM node:18-alpine
WORKDIR /app
COPY --from=builder /app/dist ./dist
COPY --from=builder /app/node_modules ./node_modules
CMD [\"node\", \"dist/index.js\"]
";

/// Strings that are made outside of the timed region, so that every generator starts from the same.
pub(crate) struct Input {
    pub(crate) names: Vec<String>,
    pub(crate) runs: Vec<String>,
}

impl Input {
    /// Of so many stages; each has twenty instructions.
    pub(crate) fn new(stages: usize) -> Input {
        let run = |n| {
            format!(
                "apt-get update && apt-get install -y --no-install-recommends package-{n} \
                 && rm -rf /var/lib/apt/lists/*"
            )
        };
        Input {
            names: (0..stages).map(|n| format!("stage{n}")).collect(),
            runs: (0..9).map(run).collect(),
        }
    }
}

/// The floor: a generator written by hand, which pushes the lines into one string.
pub(crate) fn by_hand(input: &Input, mut out: String) -> String {
    let mut previous: Option<&str> = None;
    for name in &input.names {
        if previous.is_some() {
            out.push('\n');
        }
        out.push_str("FROM debian:bookworm-slim AS ");
        out.push_str(name);
        out.push_str(
            "\nARG VERSION=1.0\nENV APP_HOME=/srv/app\nWORKDIR /srv/app\nCOPY src ./src\n",
        );
        match previous {
            None => out.push_str("COPY Makefile ./Makefile\n"),
            Some(previous) => {
                out.push_str("COPY --from=");
                out.push_str(previous);
                out.push_str(" /srv/app/out ./in\n");
            }
        }
        for run in &input.runs {
            out.push_str("RUN ");
            out.push_str(run);
            out.push('\n');
        }
        out.push_str("LABEL org.opencontainers.image.title=app\nEXPOSE 8080\n");
        out.push_str("VOLUME [\"/data\"]\nUSER app\nCMD [\"make\", \"run\"]\n");
        previous = Some(name);
    }
    out
}

/// A file of the shapes that files in the wild have: comments, continued lines, flags, quotes, JSON.
pub(crate) fn wild(bytes: usize) -> String {
    let mut out = String::from("# syntax=docker/dockerfile:1\nARG BASE=debian:bookworm-slim\n");
    let mut n = 0;
    while out.len() < bytes {
        let _ = write!(
            out,
            "\n# stage {n}\nFROM debian:bookworm-slim AS st{n}\nARG VERSION=1.{n}\n\
             ENV APP_HOME=\"/srv/app\" LANG=C.UTF-8\nWORKDIR /srv/app\n\
             COPY package.json package-lock.json ./\nCOPY --chown=1000:1000 src ./src\n\
             RUN apt-get update && \\\n    apt-get install -y --no-install-recommends \\\n      \
             ca-certificates curl git pkg-{n} && \\\n    rm -rf /var/lib/apt/lists/*\n\
             RUN make all\nRUN make test && make install\n\
             LABEL org.opencontainers.image.title=\"app {n}\"\nEXPOSE 8080\nVOLUME [\"/data\"]\n\
             USER app\nENTRYPOINT [\"/srv/app/entry\"]\nCMD [\"serve\", \"--port\", \"8080\"]\n"
        );
        n += 1;
    }
    out
}

/// Nanoseconds of one call: the median of batches.
pub(crate) struct Timing {
    samples: usize,
    batch: Duration,
}

impl Timing {
    /// 31 batches of 20 ms.
    pub(crate) const FULL: Timing = Timing {
        samples: 31,
        batch: Duration::from_millis(20),
    };
    /// A few short ones, for the shape of a curve.
    pub(crate) const ROUGH: Timing = Timing {
        samples: 5,
        batch: Duration::from_millis(5),
    };
    /// One call: whether it works at all.
    pub(crate) const ONCE: Timing = Timing {
        samples: 1,
        batch: Duration::ZERO,
    };

    /// `cargo bench` says that it is the one to call; anybody else wants to know whether it works.
    pub(crate) fn asked() -> Timing {
        let mut asked = Timing::ONCE;
        for argument in std::env::args().skip(1) {
            match argument.as_str() {
                "--bench" => asked = Timing::FULL,
                "--rough" => return Timing::ROUGH,
                _ => {}
            }
        }
        asked
    }

    /// The same, or rougher.
    pub(crate) fn at_most_rough(&self) -> &'static Timing {
        if self.samples > 1 {
            &Timing::ROUGH
        } else {
            &Timing::ONCE
        }
    }

    pub(crate) fn of<R>(&self, mut call: impl FnMut() -> R) -> f64 {
        let start = Instant::now();
        let mut calls: u32 = 0;
        while calls == 0 || start.elapsed() < self.batch {
            black_box(call());
            calls += 1;
        }
        let once = start.elapsed() / calls;
        if self.samples == 1 || once > Duration::from_secs(1) {
            return once.as_nanos() as f64;
        }
        let mut samples: Vec<f64> = (0..self.samples)
            .map(|_| {
                let start = Instant::now();
                for _ in 0..calls {
                    black_box(call());
                }
                start.elapsed().as_nanos() as f64 / f64::from(calls)
            })
            .collect();
        samples.sort_by(f64::total_cmp);
        samples[samples.len() / 2]
    }
}

/// Prints the headline of a table.
pub(crate) fn title(text: &str) {
    println!("\n{text:<56} {:>9} {:>13} {:>9}", "bytes", "ns", "MB/s");
}

/// Times a call that makes or reads so many bytes, and prints a line of the table.
pub(crate) fn row<R>(timing: &Timing, name: &str, bytes: usize, call: impl FnMut() -> R) {
    let ns = timing.of(call);
    let speed = bytes as f64 / ns * 1e3;
    println!("{name:<56} {bytes:>9} {ns:>13.0} {speed:>9.1}");
}
