//! What must hold for any bytes: one function for each of the targets of `fuzz_targets`, which
//! panics where it does not.
//!
//! The tests of the crate include this file too, and call each function with a few hundred inputs.

mod bytes;
mod composing;
mod edits;
mod models;

use multistage::check::{Checker, Group};
use multistage::ignore::IgnoreFile;
use multistage::recipe::Recipe;
use multistage::resolve::Build;
use multistage::{Dockerfile, Parsed, Report};

use bytes::Bytes;
pub use composing::compose;
pub use edits::edit;

/// A target and its name.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: &[Target] = &[
    ("text", text),
    ("model", model),
    ("data", data),
    ("compose", compose),
    ("ignore", ignore),
    ("edit", edit),
];

/// A text is read, or refused with a report; what is read is written, and read again as the same.
pub fn text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let parsed = Parsed::new(&text);
    draws(parsed.report());
    everything(parsed.file(), parsed.report());
    let report = parsed.check(&all_rules());
    draws(&report);
    draws(Parsed::new(&report.fixed()).report());
    match Dockerfile::parse(&text) {
        Ok(file) => {
            assert!(!parsed.report().has_errors(), "{}", parsed.report());
            assert_eq!(&file, parsed.file(), "one text, two models");
            comes_back(&file);
        }
        Err(report) => {
            assert!(report.has_errors());
            assert!(parsed.report().has_errors());
        }
    }
}

/// A model is written and read again as the same, or refused with a report.
pub fn model(bytes: &[u8]) {
    let file = models::dockerfile(&mut Bytes::new(bytes));
    let report = file.check();
    everything(&file, &report);
    draws(&file.check_with(&all_rules()));
    // What depends on the build does not stop a file from being written.
    assert!(comes_back(&file) || report.has_errors());
}

/// A model is the same after it was data; data that is something else is refused.
pub fn data(bytes: &[u8]) {
    let mut bytes = Bytes::new(bytes);
    let file = models::dockerfile(&mut bytes.split());
    let data = same_as_data(&file);
    // The same with something else in the middle of it.
    let middle = data.len() * usize::from(bytes.byte()) / 256;
    let (start, end) = (floor(&data, middle), floor(&data, middle + bytes.below(64)));
    let mut broken = data;
    broken.replace_range(start..end, &bytes.rest());
    if let Ok(file) = serde_json::from_str::<Dockerfile>(&broken) {
        draws(&file.check());
        same_as_data(&file);
    }
    if let Ok(recipe) = serde_json::from_str::<Recipe>(&broken) {
        let _ = recipe.variants();
    }
}

/// An ignore file is read and written as the same; whether it hides a path is answered for every
/// path.
pub fn ignore(bytes: &[u8]) {
    let mut bytes = Bytes::new(bytes);
    let path = bytes.split().rest();
    let Ok(file) = bytes.rest().parse::<IgnoreFile>() else {
        return;
    };
    let text = file.render().expect("what was read can be written");
    let again: IgnoreFile = text.parse().expect("what was written can be read");
    assert_eq!(again, file, "{text:?}");
    assert_eq!(again.is_ignored(&path), file.is_ignored(&path));
    let _ = file.hides_source(&path);
    for rule in file.rules() {
        let _ = file.is_ignored(rule.pattern());
    }
}

/// The text of the data.
fn same_as_data(file: &Dockerfile) -> String {
    let data = serde_json::to_string(file).expect("every model is data");
    let again: Dockerfile = serde_json::from_str(&data).expect(&data);
    assert_eq!(&again, file, "{data}");
    assert_eq!(serde_json::to_string(&again).ok().as_ref(), Some(&data));
    data
}

/// The nearest place at or before a byte where a text can be cut.
fn floor(text: &str, byte: usize) -> usize {
    let byte = byte.min(text.len());
    (0..=byte)
        .rfind(|byte| text.is_char_boundary(*byte))
        .unwrap_or(0)
}

fn all_rules() -> Checker {
    Checker::new()
        .group(Group::Pedantic)
        .group(Group::Experimental)
        .build(Build::new().empty_bases())
}

/// A report is drawn, and points into its text.
fn draws(report: &Report) {
    assert_eq!(report.is_empty(), report.to_string().is_empty());
    for found in report {
        let spans = found.labels.iter().map(|label| label.span.clone());
        let edits = found.suggestion.iter().map(|edit| edit.span.clone());
        for span in spans.chain(edits) {
            assert!(report.text().get(span.clone()).is_some(), "{span:?}");
        }
    }
}

/// All that is asked of a file has an answer.
fn everything(file: &Dockerfile, report: &Report) {
    draws(report);
    let resolved = file.resolve(&Build::new());
    assert_eq!(resolved.stages().len(), file.stages().len());
    let graph = file.graph();
    assert!(graph.order().len() <= graph.nodes().len());
    let _ = (graph.critical_path(), graph.to_mermaid(), graph.to_dot());
    let _ = (file.inputs(), file.features());
    if let Ok(inline) = file.inline() {
        let _ = (inline.compose(), inline.bake(), inline.bake_json());
    }
}

/// Whether the file can be written; then it is read as the same and written as the same.
fn comes_back(file: &Dockerfile) -> bool {
    match file.render() {
        Ok(text) => {
            let again =
                Dockerfile::parse(&text).unwrap_or_else(|report| panic!("{report}\n{file:?}"));
            // Of such a comment, reading makes the description that it is to Docker.
            let report = file.check();
            if !report
                .iter()
                .any(|found| found.rule.id == "accidental-description")
            {
                assert_eq!(&again, file, "{text}");
            }
            assert_eq!(again.render().ok().as_ref(), Some(&text));
            true
        }
        Err(report) => {
            assert!(report.has_errors());
            draws(&report);
            false
        }
    }
}
