//! The most memory that is held at one time, in multiples of the text: of what is made and all that
//! is in between.

#[path = "../../common/mod.rs"]
#[allow(dead_code, reason = "the other benches use the rest")]
mod common;
#[path = "../../common/counting.rs"]
#[allow(dead_code, reason = "the other benches use the rest")]
mod counting;
#[allow(dead_code, reason = "the other program uses the rest")]
mod describe;
#[path = "../../common/ours.rs"]
#[allow(dead_code, reason = "the other benches use the rest")]
mod ours;
#[allow(dead_code, reason = "the other program uses the rest")]
mod peers;

use common::{Input, by_hand, wild};
use counting::counted;
use multistage::check::Checker;
use multistage::{Dockerfile, Parsed};
use peers::p_use_dockerfile;

fn main() {
    let input = Input::new(100);
    let synthetic = by_hand(&input, String::new());
    let wild = wild(1_000_000);
    let file = ours::synthetic(&input);
    let words = [
        "peak memory, multiples of the text",
        "100 stages, 120 KB",
        "1 MB as in the wild",
    ];
    let mut lines = vec![words.map(str::to_owned).to_vec()];
    let mut row = |name: &str, peaks: [Option<u64>; 2]| {
        let texts = [synthetic.len(), wild.len()];
        let cells = peaks.iter().zip(texts).map(|(peak, text)| {
            peak.map_or(String::new(), |peak| {
                format!("{:.1}", peak as f64 / text as f64)
            })
        });
        lines.push([name.to_owned()].into_iter().chain(cells).collect());
    };
    let build = counted(|| ours::synthetic(&input)).peak();
    row("build", [Some(build), None]);
    let both = counted(|| {
        let file = ours::synthetic(&input);
        let text = file.render();
        (file, text)
    });
    row("build, render", [Some(both.peak()), None]);
    let peer = counted(|| {
        let file = p_use_dockerfile::synth(&input).unwrap();
        let text = p_use_dockerfile::render(&file);
        (file, text)
    });
    let name = describe::with_version("use-dockerfile");
    row(&format!("build, write: {name}"), [Some(peer.peak()), None]);
    let texts = [synthetic.as_str(), wild.as_str()];
    let parse = |text: &str| Some(counted(|| Dockerfile::parse(text)).peak());
    row("parse", texts.map(parse));
    let parsed = |text: &str| Some(counted(|| Parsed::new(text)).peak());
    row("`Parsed::new`", texts.map(parsed));
    let read = |text: &str| {
        let counts = counted(|| {
            let parsed = Parsed::new(text);
            let report = parsed.check(&Checker::new());
            (parsed.into_file(), report)
        });
        Some(counts.peak())
    };
    row("`Parsed::new`, `Parsed::check`", texts.map(read));
    row(
        "`Dockerfile::check`",
        [Some(counted(|| file.check()).peak()), None],
    );
    let peer = |text: &str| Some(counted(|| parse_dockerfile::parse(text)).peak());
    let name = describe::with_version("parse-dockerfile");
    row(&format!("parse: {name}"), texts.map(peer));
    describe::table(&lines);
}
