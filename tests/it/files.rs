//! Whole files: the right ones come out and are read again, of wild ones there is text or a report.

use multistage::instruction::{KEYWORDS, Onbuild};
use multistage::{Dockerfile, Escape, Stage, expr, literal};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::fields::{Field, Put, fields};
use crate::generator::any_dockerfile;
use crate::{cases, hostile, outside, spec};

/// The instructions of the text are those of the model, for a reader that shares nothing with the crate.
fn same_instructions(file: &Dockerfile, text: &str) -> Result<(), TestCaseError> {
    let read = spec::read(text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
    let meant = outside::instructions(file);
    let found: Vec<_> = read
        .instructions
        .iter()
        .map(|it| (it.keyword.as_str(), &it.comments))
        .collect();
    let meant: Vec<_> = meant.iter().map(|it| (it.keyword, &it.comments)).collect();
    prop_assert_eq!(found, meant, "{}", text);
    outside::sample("# file", false, file, text, "", || Ok(String::new()));
    Ok(())
}

#[test]
fn right_files_are_rendered_and_read_again() {
    let outcome = TestRunner::new(cases::many()).run(&any_dockerfile(), |file| {
        let text = match file.render() {
            Ok(text) => text,
            // A SHELL below a trigger is one that the chain in it was not quoted for.
            Err(report) if report.errors().all(|it| it.rule.id == "mismatched-shell") => {
                return Err(TestCaseError::reject("another shell"));
            }
            Err(report) => {
                return Err(TestCaseError::fail(report.without_origins().to_string()));
            }
        };
        prop_assert_eq!(file.render(), Ok(text.clone()));
        // What is left depends on the build: a device needs another frontend. And files are lost
        // where one is copied over another.
        let report = file.check();
        let mut errors = report.errors().map(|error| error.rule.id);
        let may_be = |id| {
            matches!(
                id,
                "failing-expansion" | "invalid-expanded-value" | "destination-without-slash"
            )
        };
        prop_assert!(errors.all(may_be), "{report}");
        same_instructions(&file, &text)?;
        let again =
            Dockerfile::parse(&text).map_err(|report| TestCaseError::fail(report.to_string()))?;
        prop_assert_eq!(&again, &file, "{}", text);
        prop_assert_eq!(again.render(), Ok(text));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Files of which fields hold anything: text comes out, or a report.
#[test]
fn wild_files_are_rendered_or_reported() {
    let rows = fields();
    let rows: Vec<&Field> = rows.iter().filter(|field| field.is_in_step()).collect();
    let plain: &'static [&'static str] = &["word", "80", "node:22", "644"];
    let piece = || {
        (
            0..rows.len(),
            hostile::strings(plain),
            any::<bool>(),
            any::<bool>(),
        )
    };
    let escapes = select(&[Escape::Backslash, Escape::Backtick][..]);
    let files = (
        escapes,
        vec(piece(), 1..6),
        vec(hostile::strings(plain), 0..3),
    )
        .prop_map(|(escape, pieces, comments)| {
            let mut file = Dockerfile::new();
            file.set_escape(escape);
            let mut stage = Stage::new("zz:1");
            for (row, text, trigger, by_expression) in pieces {
                let value = if by_expression {
                    expr(&text)
                } else {
                    literal(&text)
                };
                let instruction = match rows[row].put {
                    Put::Plain(put) => put(&text),
                    Put::Text(put) => put(value),
                    Put::Context(put) => put(file.context(&text)),
                    Put::Stage(put) => put(file.stage(&text, Stage::new("zz:0"))),
                    Put::File(_) | Put::FileText(_) => continue,
                };
                stage.push(if trigger {
                    Onbuild::new(instruction).into()
                } else {
                    instruction
                });
            }
            for comment in comments {
                stage = stage.header(&comment).comment(comment);
            }
            file.push(stage);
            file
        });
    let outcome = TestRunner::new(cases::many()).run(&files, |file| {
        let again = file.render();
        match file.render() {
            Ok(text) => {
                prop_assert_eq!(again.as_ref(), Ok(&text));
                same_instructions(&file, &text)
            }
            Err(report) => {
                prop_assert!(report.has_errors() && !report.to_string().is_empty());
                prop_assert_eq!(again, Err(report));
                Ok(())
            }
        }
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// The right files have every instruction, alone and in ONBUILD, every flag and every key of a mount.
#[test]
fn right_files_have_everything() {
    const FLAGS: &[&str] = &[
        "--platform=",
        "--from=",
        "--chown=",
        "--chmod=",
        "--link ",
        "--parents ",
        "--exclude=",
        "--checksum=",
        "--keep-git-dir",
        "--unpack",
        "--network=",
        "--security=",
        "--device=",
        "--mount=",
        "--interval=",
        "--timeout=",
        "--start-period=",
        "--start-interval=",
        "--retries=",
        "type=bind,",
        "type=cache,",
        "type=tmpfs,",
        "type=secret,",
        "type=ssh",
        "id=",
        "from=stage-",
        "source=",
        "target=",
        "env=S",
        "sharing=",
        "size=",
        "mode=",
        "uid=",
        "gid=",
        "readonly",
        "readwrite",
        "required=true",
        "# syntax=",
        "# escape=",
        "# check=",
        "# stage-",
        "<<EOF",
        "<<\"one\"",
        "HEALTHCHECK NONE",
        "FROM stage-",
    ];
    let files = any_dockerfile();
    let mut runner = TestRunner::deterministic();
    let mut missing: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
    for keyword in KEYWORDS {
        missing.push(format!("\n{keyword} "));
        if !matches!(*keyword, "ONBUILD" | "MAINTAINER") {
            missing.push(format!("\nONBUILD {keyword} "));
        }
    }
    for _ in 0..2_000 {
        if missing.is_empty() {
            break;
        }
        let tree = files.new_tree(&mut runner).expect("a file can be made");
        let text = tree.current().render().expect("it is right");
        missing.retain(|what| !text.contains(what.as_str()));
    }
    assert!(missing.is_empty(), "{missing:?}");
}
