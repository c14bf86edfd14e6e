//! The checks of `docker build --check`, as BuildKit says them: the corpus, with BuildKit's answers in
//! `corpus-expected-lint.jsonl` beside the folder that `MULTISTAGE_CORPUS` names, and small cases of their own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use multistage::{Build, Checker, Parsed, Part};
use serde_json::Value;

/// Where we and BuildKit do not agree, with the reason.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "moby__buildkit__frontend__dockerfile__parser__testfiles-negative__only_comments__Dockerfile",
        "a file of comments has no instruction: BuildKit names the last comment, we the end",
    ),
    (
        "openshift__imagebuilder__dockerfile__parser__testfiles__long-text__Dockerfile",
        "of a line that is too long, BuildKit names the one before",
    ),
];

/// A rule by BuildKit's name, and the line on which the instruction begins that it is about.
type Told = BTreeSet<(String, usize)>;

#[test]
fn the_corpus_is_checked_as_docker_checks_it() {
    let Some(folder) = std::env::var_os("MULTISTAGE_CORPUS").map(PathBuf::from) else {
        println!("skipped: MULTISTAGE_CORPUS names no corpus");
        return;
    };
    let (wrong, compared) = compare(
        &folder,
        &folder.with_file_name("corpus-expected-lint.jsonl"),
    );
    assert!(compared >= 600, "{compared}");
    assert!(
        wrong.is_empty(),
        "{} of {compared}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn compare(folder: &Path, answers: &Path) -> (Vec<String>, usize) {
    let answers = std::fs::read_to_string(answers).expect("the answers");
    let mut wrong = Vec::new();
    let mut compared = 0;
    for line in answers.lines() {
        let expected: Value = serde_json::from_str(line).expect("an answer");
        let name = expected["file"].as_str().expect("a name");
        let bytes = std::fs::read(folder.join(name)).expect("a file of the corpus");
        compared += 1;
        if DIFFERENT.iter().any(|(file, _)| *file == name) {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes);
        if let Some(difference) = difference(&text, &checker(&expected), &expected) {
            wrong.push(format!("{name}: {difference}"));
        }
    }
    (wrong, compared)
}

/// The checker for a build on base images that set nothing.
fn checker(expected: &Value) -> Checker {
    let mut build = Build::new().empty_bases();
    if let Some(target) = expected["target"]
        .as_str()
        .filter(|target| !target.is_empty())
    {
        build = build.target(target);
    }
    for (name, value) in expected["args"].as_object().into_iter().flatten() {
        build = build.arg(name, value.as_str().expect("a value"));
    }
    Checker::new().build(build)
}

/// What differs between our findings and BuildKit's.
fn difference(text: &str, checker: &Checker, expected: &Value) -> Option<String> {
    let parsed = Parsed::new(text);
    let report = parsed.check(checker);
    if expected["ok"] != true {
        let message = &expected["error"]["message"];
        let Some(line) = number(&expected["error"]["line"]) else {
            return (!report.has_errors()).then(|| format!("no error, and they have {message}"));
        };
        let (line, end) = (line, number(&expected["error"]["endLine"]).unwrap_or(line));
        let mut ours = report
            .errors()
            .filter_map(multistage::diagnostic::Diagnostic::span);
        let found = ours.any(|span| {
            let (at, _) = report.line_column(span.start);
            begin(&parsed, at) == begin(&parsed, line) || (line..=end).contains(&at)
        });
        return (!found).then(|| format!("no error on {line}, and they have {message}\n{report}"));
    }
    let ours: Told = report
        .iter()
        .filter_map(|found| {
            let span = found.span()?;
            let (line, _) = report.line_column(span.start);
            Some((found.rule.buildkit_name()?.to_owned(), begin(&parsed, line)))
        })
        .collect();
    let warnings = expected["warnings"].as_array().expect("warnings");
    let theirs: Told = warnings
        .iter()
        .map(|warning| {
            let rule = warning["rule"].as_str().expect("a rule");
            let line = number(&warning["line"]).expect("a line");
            (rule.to_owned(), begin(&parsed, line))
        })
        .collect();
    let errors: Vec<String> = report
        .errors()
        .filter(|error| error.rule.buildkit_name().is_none())
        .map(|error| error.message.clone())
        .collect();
    let missing: Vec<_> = theirs.difference(&ours).collect();
    let extra: Vec<_> = ours.difference(&theirs).collect();
    (!missing.is_empty() || !extra.is_empty() || !errors.is_empty())
        .then(|| format!("missing {missing:?}, extra {extra:?}, errors {errors:?}"))
}

fn number(value: &Value) -> Option<usize> {
    usize::try_from(value.as_u64()?).ok()
}

/// The line on which the instruction begins that a line belongs to. So BuildKit's places and ours are compared: it
/// names an instruction, and for blank lines inside of one its last line; we name a part.
fn begin(parsed: &Parsed<'_>, line: usize) -> usize {
    let lines = |byte: usize| parsed.report().line_column(byte).0;
    let mut wholes = parsed
        .layout()
        .iter()
        .filter(|(_, part, _)| *part == Part::Whole);
    let found = wholes.find(|(_, _, span)| (lines(span.start)..=lines(span.end)).contains(&line));
    found.map_or(line, |(_, _, span)| lines(span.start))
}
