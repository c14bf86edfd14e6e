//! Dockerfile → model → data → model → Dockerfile, with the same bytes at both ends.

use multistage::instruction::Command;
use multistage::{Dockerfile, Escape, Image, Parsed, Stage, Step, expr, literal};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use crate::fields::{Field, Put, fields};
use crate::generator::any_dockerfile;
use crate::{cases, corpus, hostile};

/// What is known beside the text, which `==` leaves out.
fn beside(file: &Dockerfile) -> String {
    let contexts: Vec<_> = file.contexts().collect();
    let targets: Vec<_> = file.targets().collect();
    format!("{contexts:?} {targets:?}")
}

/// The file through a format; `Err` says what came out.
fn through<E: std::fmt::Display>(
    file: &Dockerfile,
    write: impl Fn(&Dockerfile) -> Result<String, E>,
    read: impl Fn(&str) -> Result<Dockerfile, E>,
) -> Result<String, String> {
    let data = write(file).map_err(|error| error.to_string())?;
    let again = read(&data).map_err(|error| format!("{error}\n{data}"))?;
    if again != *file || beside(&again) != beside(file) {
        return Err(format!("{again:?}\nis not\n{file:?}\nby\n{data}"));
    }
    // Data that says the same is written alike.
    match write(&again) {
        Ok(written) if written == data => Ok(data),
        other => Err(format!("{:?}", other.map_err(|error| error.to_string()))),
    }
}

fn through_json(file: &Dockerfile) -> Result<String, String> {
    through(file, serde_json::to_string_pretty, |json| {
        serde_json::from_str(json)
    })
}

fn through_yaml(file: &Dockerfile) -> Result<String, String> {
    through(file, serde_norway::to_string, |yaml| {
        serde_norway::from_str(yaml)
    })
}

#[track_caller]
fn same_bytes(name: &str, text: &str) {
    let mut file = Dockerfile::parse(text).unwrap_or_else(|report| panic!("{name}: {report}"));
    // Docker reads `FROM gcr.io/$PROJECT_ID/az`, and builds it for no argument.
    file.allow("undefined-arg-in-from");
    let rendered = file
        .render()
        .unwrap_or_else(|report| panic!("{name}: {report}"));
    let through = [("JSON", through_json(&file)), ("YAML", through_yaml(&file))];
    for (format, outcome) in through {
        if let Err(why) = outcome {
            panic!("{name} through {format}: {why}");
        }
    }
    let json = serde_json::to_string(&file).expect("JSON");
    let again: Dockerfile = serde_json::from_str(&json).expect("a file");
    assert_eq!(again.render().as_ref(), Ok(&rendered), "{name}");
    let yaml = serde_norway::to_string(&file).expect("YAML");
    let again: Dockerfile = serde_norway::from_str(&yaml).expect("a file");
    assert_eq!(again.render().as_ref(), Ok(&rendered), "{name}");
}

#[test]
fn golden_files() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/scenarios");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the scenarios") {
        let path = entry.expect("a scenario").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        let file = Dockerfile::parse(&text).expect("a file");
        assert_eq!(file.render().as_ref(), Ok(&text));
        same_bytes(&path.display().to_string(), &text);
        count += 1;
    }
    assert_eq!(count, 12);
}

#[test]
fn the_corpus() {
    for file in corpus::accepted() {
        same_bytes(&file.name, &file.text);
    }
}

pub(super) fn comes_back(file: &Dockerfile) -> Result<(), TestCaseError> {
    through_json(file).map_err(TestCaseError::fail)?;
    through_yaml(file).map_err(TestCaseError::fail)?;
    Ok(())
}

#[test]
fn right_files() {
    let outcome = TestRunner::new(cases::many()).run(&any_dockerfile(), |file| comes_back(&file));
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Every field with anything in it: what could not be rendered comes back too.
#[test]
fn wild_files() {
    let rows = fields();
    let plain: &'static [&'static str] = &["word", "80", "node:22", "644", "true", "none"];
    let piece = (0..rows.len(), hostile::strings(plain), 0..3);
    let escapes = select(&[None, Some(Escape::Backslash), Some(Escape::Backtick)][..]);
    let files = (escapes, vec(piece, 1..6)).prop_map(|(escape, pieces)| {
        let mut file = Dockerfile::new();
        if let Some(escape) = escape {
            file.set_escape(escape);
        }
        let mut stage = Stage::new("zz:1");
        let mut others = Vec::new();
        for (row, text, how) in pieces {
            let value = match how {
                0 => expr(&text),
                1 => literal(&text),
                _ => literal(&text) + expr("${A:-b}$c"),
            };
            let field: &Field = &rows[row];
            match &field.put {
                Put::Plain(put) => stage.push(put(&text)),
                Put::Text(put) => stage.push(put(value)),
                Put::Context(put) => stage.push(put(file.context(&text))),
                Put::Stage(put) => stage.push(put(file.stage(&text, Stage::new("zz:0")))),
                Put::File(put) => others.push(put(&text)),
                Put::FileText(put) => others.push(put(value)),
            }
        }
        file.push(stage.comment("behind"));
        others.push(file);
        others
    });
    let outcome =
        TestRunner::new(cases::many()).run(&files, |files| files.iter().try_for_each(comes_back));
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// A verbatim trigger is text that Docker reads as one, whatever the data says.
#[test]
fn triggers_that_docker_rejects() {
    let file = |raw: &str| -> Dockerfile {
        let steps = serde_json::json!([{"onbuild": {"raw": raw}}, {"run": "x"}]);
        let data = serde_json::json!({"stages": [{"from": "a", "steps": steps}]});
        serde_json::from_value(data).expect("it is data")
    };
    let unknown = file("UNKNOWN to Docker until it runs");
    assert!(unknown.render().is_ok());
    for raw in [
        "COPY <<E /d",
        "RUN cat <<E",
        "ONBUILD RUN x",
        "FROM b",
        "MAINTAINER b",
        "",
    ] {
        let report = file(raw).render().expect_err(raw);
        assert_eq!(report.diagnostics()[0].rule.id, "unencodable-text", "{raw}");
    }
    let step = serde_json::json!({"onbuild": {"raw": "COPY <<E /d"}});
    let step: Step = serde_json::from_value(step).expect("it is data");
    let mut alone = Dockerfile::new();
    let mut stage = Stage::new("a");
    stage.extend([step]);
    alone.push(stage);
    assert!(alone.render().is_err());
    let text = "FROM a\nONBUILD COPY a=b\\\nONBUILD ADD <<E\n";
    comes_back(Parsed::new(text).file()).expect("it is data");
}

/// What is a line of its own for one shell is part of the line above for another.
#[test]
fn a_chain_that_was_made_for_an_unknown_shell() {
    let mut file = Dockerfile::new();
    file.set_escape(Escape::Backtick);
    let chain = Command::chain(["a", "`\n<"]);
    file.push(Stage::new("zz:1").entrypoint(chain));
    comes_back(&file).expect("it is data");
    // Its lines are those of another chain.
    let chain = Command::chain(["a", "<`\n<", "b;\nc"]);
    file.push(Stage::new("zz:1").cmd(chain));
    comes_back(&file).expect("it is data");
    // Its lines are those of no chain.
    let chain = Command::chain(["a\"", "b;c", "[ -f x ]"]);
    file.push(Stage::new("zz:1").cmd(chain));
    comes_back(&file).expect("it is data");
}

/// A base that is spelled like the stage above stays what it is: an image, an expression, a stage.
#[test]
fn bases_that_are_spelled_like_a_stage() {
    for name in ["base", "b$$", "x$V", "${V}", "b$", "B"] {
        let mut file = Dockerfile::new();
        let above = file.stage(name, Stage::new("scratch"));
        file.push(Stage::new(&above));
        file.push(Stage::new(name));
        file.push(Stage::new(Image::literal(name)));
        comes_back(&file).expect(name);
    }
}
