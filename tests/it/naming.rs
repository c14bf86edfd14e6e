//! What names a stage besides its handle: SOURCE_DATE_EPOCH, expressions in FROM, names in another case.

use multistage::check::Checker;
use multistage::graph::EdgeKind;
use multistage::instruction::Add;
use multistage::instruction::EpochSource;
use multistage::resolve::Build;
use multistage::{Context, Dockerfile, Image, Parsed, Stage, StageName};

#[track_caller]
fn read(text: &str) -> Dockerfile {
    Dockerfile::parse(text).unwrap_or_else(|report| panic!("{text}\n{report}"))
}

/// The errors of a check, by rule and message.
fn errors(file: &Dockerfile) -> Vec<String> {
    let report = file.check();
    let errors = report
        .iter()
        .filter(|found| found.severity() == multistage::Severity::Error);
    errors
        .map(|found| format!("{}: {}", found.rule.id, found.message))
        .collect()
}

const ARCHIVE: &str = "https://example.com/app.tar";

fn with_source(source: Stage, epoch: impl Into<EpochSource>) -> Dockerfile {
    let mut file = Dockerfile::new();
    file.context("assets");
    file.stage("src", source);
    file.source_date_epoch(epoch);
    file.stage("app", Stage::new("alpine:3.22").run("true").user("1"));
    file
}

#[test]
fn the_date_of_the_image_comes_from_a_stage_a_context_or_a_number() {
    let source = || Stage::new("scratch").add(ARCHIVE, "/");
    let src = StageName::new("src");
    for (epoch, expected) in [
        (EpochSource::from(&src), "src"),
        (EpochSource::from(Context::new("assets")), "assets"),
        (EpochSource::from(1_700_000_000), "1700000000"),
        (EpochSource::BuildContext, "context"),
    ] {
        let mut file = with_source(source(), epoch);
        assert_eq!(errors(&file), [""; 0]);
        let text = file.render().expect("a text");
        assert!(
            text.starts_with(&format!("ARG SOURCE_DATE_EPOCH={expected}\n")),
            "{text}"
        );
        // The second value takes the place of the first.
        file.source_date_epoch(0);
        assert_eq!(file.args().len(), 1);
    }
}

#[test]
fn stages_that_have_no_date() {
    let src = StageName::new("src");
    for stage in [
        Stage::new("alpine").add(ARCHIVE, "/"),
        Stage::new("scratch"),
        Stage::new("scratch").add(ARCHIVE, "/").run("true"),
        Stage::new("scratch").add(ARCHIVE, "/").workdir("/x"),
        Stage::new("scratch").add(ARCHIVE, "/").add(ARCHIVE, "/b"),
        Stage::new("scratch").add("app.tar", "/"),
        Stage::new("scratch").instruction(Add::new([ARCHIVE, "https://example.com/b"], "/")),
        Stage::new("scratch").copy("a", "/"),
    ] {
        let file = with_source(stage.clone(), &src);
        let found = errors(&file);
        assert_eq!(found.len(), 1, "{found:?} {stage:?}");
        assert!(
            found[0]
                .starts_with("invalid-epoch-stage: SOURCE_DATE_EPOCH takes no date from `src`: ")
        );
        assert!(file.render().is_err());
    }
    let with_arg = Stage::new("scratch").arg(("V", "1")).add(ARCHIVE, "/");
    assert_eq!(errors(&with_source(with_arg, &src)), [""; 0]);
}

#[test]
fn a_date_from_a_stage_that_is_not_there() {
    let source = Stage::new("scratch").add(ARCHIVE, "/");
    let file = with_source(source, StageName::new("scr"));
    let report = file.render().expect_err("no such stage");
    let found = &report.diagnostics()[0];
    assert_eq!(found.rule.id, "unknown-stage");
    assert_eq!(found.help.as_deref(), Some("did you mean `src`?"));
}

#[test]
fn a_date_in_a_file_that_was_read() {
    const GOOD: &str =
        "FROM scratch AS src\nADD https://example.com/a.tar /\nFROM alpine:3.22\nUSER 1\n";
    for value in ["src", "0", "-5", "+7", "context", "\"\""] {
        let file = read(&format!("ARG SOURCE_DATE_EPOCH={value}\n{GOOD}"));
        assert_eq!(errors(&file), [""; 0], "{value}");
        assert!(file.resolve(&Build::new()).is_buildable(1), "{value}");
    }
    for value in ["other", "1.5", "SRC", "s r c", "99999999999999999999"] {
        let text = format!("ARG SOURCE_DATE_EPOCH=\"{value}\"\n{GOOD}");
        let file = read(&text);
        let found = errors(&file);
        assert_eq!(found.len(), 1, "{value}: {found:?}");
        assert!(
            found[0].starts_with("invalid-expanded-value: SOURCE_DATE_EPOCH "),
            "{value}"
        );
        assert!(!file.resolve(&Build::new()).is_buildable(1), "{value}");
        // A build argument, or a context, can say something else.
        assert!(file.render().is_ok(), "{value}");
        let build = Build::new().arg("SOURCE_DATE_EPOCH", "0");
        assert!(
            !file.check_with(&Checker::new().build(build)).has_errors(),
            "{value}"
        );
    }
    let mut file = read(&format!("ARG SOURCE_DATE_EPOCH=other\n{GOOD}"));
    file.context("other");
    assert_eq!(errors(&file), [""; 0]);
    // The value is expanded, and the last default counts.
    let file = read(&format!(
        "ARG S=src\nARG SOURCE_DATE_EPOCH=nope\nARG SOURCE_DATE_EPOCH=$S\n{GOOD}"
    ));
    assert_eq!(errors(&file), [""; 0]);
    let expanded = "ARG SOURCE_DATE_EPOCH=src\nARG H=https://example.com\nFROM scratch AS src\nARG H\n\
        ADD $H/a.tar /\nFROM alpine:3.22\nUSER 1\n";
    assert_eq!(errors(&read(expanded)), [""; 0]);
    let local = expanded.replace("https://example.com", "files");
    assert_eq!(errors(&read(&local)).len(), 1);
}

#[test]
fn the_stage_of_the_date_stays() {
    let mut file = with_source(
        Stage::new("scratch").add(ARCHIVE, "/"),
        StageName::new("src"),
    );
    let pruned = file.for_target("app").expect("the stage is there");
    assert_eq!(pruned.stages().len(), 2);
    let graph = file.graph();
    let edge = graph
        .edges()
        .find(|edge| edge.kind == EdgeKind::Epoch)
        .expect("an edge");
    assert_eq!((edge.user.index(), edge.source.index()), (1, 0));
    assert!(graph.to_mermaid().contains("SOURCE_DATE_EPOCH"));
    assert_eq!(file.remove_unused().len(), 0);
    file.rename("src", "origin").expect("it is renamed");
    assert!(
        file.render()
            .expect("a text")
            .starts_with("ARG SOURCE_DATE_EPOCH=origin\n")
    );
    let _ = file.remove("origin").expect("the stage is there");
    assert_eq!(
        errors(&file),
        [
            "unknown-stage: SOURCE_DATE_EPOCH names `origin`, which is not a stage, a context or a timestamp"
        ]
    );
}

#[test]
fn an_expression_that_names_stages_is_not_an_image() {
    let file = read(
        "ARG mode=plain\nFROM alpine:3.22 AS plain\nFROM alpine:3.22 AS full\nFROM $mode AS app\nUSER 1\n",
    );
    assert_eq!(file.images(), [Image::new("alpine:3.22")]);
    assert_eq!(file.inputs().images.len(), 1);
    assert_eq!(file.unpinned(), [Image::new("alpine:3.22")]);
    let file = read("ARG BASE\nFROM alpine:3.22 AS plain\nFROM $BASE AS app\nUSER 1\n");
    assert_eq!(file.images().len(), 2);
    assert_eq!(file.inputs().images.len(), 2);
}

#[test]
fn a_removed_stage_that_an_expression_names() {
    for (text, name) in [
        (
            "ARG V=arm\nFROM a AS base-arm\nFROM base-${V} AS x\nUSER 1\n",
            "base-arm",
        ),
        (
            "FROM a AS bin-linux\nFROM a AS bin-windows\nFROM bin-$TARGETOS AS x\nUSER 1\n",
            "bin-windows",
        ),
        (
            "ARG K=plain\nFROM a AS plain\nFROM $K AS x\nUSER 1\n",
            "plain",
        ),
    ] {
        let mut file = read(text);
        let _ = file.remove(name).expect("the stage is there");
        let found = errors(&file);
        assert_eq!(found.len(), 1, "{text}");
        assert!(found[0].starts_with("unknown-stage: FROM `"), "{found:?}");
        assert!(found[0].ends_with(&format!(
            "can name the stage `{name}`, which has been removed"
        )));
        file.insert_before("x", name, Stage::new("b"))
            .expect("the stage is there");
        assert_eq!(errors(&file), [""; 0], "{text}");
    }
    let mut file = read("ARG V=arm\nFROM a AS docs\nFROM alpine:$V AS x\nUSER 1\n");
    let _ = file.remove("docs").expect("the stage is there");
    assert_eq!(errors(&file), [""; 0]);
}

#[test]
fn from_names_a_stage_in_lower_case() {
    let message = |text: &str| {
        let parsed = Parsed::new(text);
        let report = parsed.check(&Checker::new());
        let found = report
            .iter()
            .find(|found| found.severity() == multistage::Severity::Error);
        found.map(|found| {
            (
                found.message.clone(),
                found.help.clone().unwrap_or_default(),
            )
        })
    };
    assert_eq!(
        message("FROM alpine AS Tools\nFROM Tools\n"),
        Some((
            "`Tools` is not a valid image reference; the stage above is named `tools`".to_owned(),
            "FROM finds a stage by its name in lower case: write `FROM tools`".to_owned()
        ))
    );
    let by_value = read("ARG K=tools\nFROM alpine AS tools\nFROM $K\n");
    let build = Build::new().arg("K", "Tools");
    let report = by_value.check_with(&Checker::new().build(build));
    let mut helps = report.iter().filter_map(|found| found.help.as_deref());
    let help = "FROM finds the stage above by its name in lower case: `tools`";
    assert!(helps.any(|found| found == help), "{report}");
    // Below, and without one, it is an image alone.
    let (other, _) = message("FROM Tools\nFROM alpine AS tools\n").expect("an error");
    assert!(!other.contains("stage"), "{other}");
    for text in [
        "FROM a AS Tools\nFROM tools\n",
        "FROM a AS tools\nFROM b\nCOPY --from=TOOLS /a /b\n",
    ] {
        assert_eq!(message(text), None, "{text}");
    }
}

#[test]
fn the_context_of_the_date_is_an_input() {
    let mut file = read("ARG SOURCE_DATE_EPOCH=assets\nFROM alpine:3.22\n");
    assert_eq!(file.inputs().contexts, []);
    let assets = file.context("assets");
    assert_eq!(file.inputs().contexts, [assets]);
}
