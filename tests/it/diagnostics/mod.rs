//! Every finding, as it is drawn.

mod allow;
mod comments;
mod expressions;
mod many;
mod origins;
mod reading;
mod references;
mod reports;
mod texts;
mod triggers;
mod values;

use multistage::{Dockerfile, Stage};

/// The report of a file, without the lines of Rust.
#[track_caller]
fn drawn(file: &Dockerfile) -> String {
    let report = match file.render() {
        Err(report) => report,
        Ok(_) => file.check(),
    };
    let report = report.without_origins();
    assert_eq!(file.render().is_err(), report.has_errors());
    for label in report.iter().flat_map(|found| &found.labels) {
        let marked = report.text().get(label.span.clone());
        assert!(marked.is_some(), "{label:?}");
    }
    report.to_string()
}

/// The report of a file of one stage on `alpine`, without the lines of Rust.
#[track_caller]
fn stage(build: impl FnOnce(Stage) -> Stage) -> String {
    let mut file = Dockerfile::new();
    file.push(build(Stage::new("alpine")));
    drawn(&file)
}
