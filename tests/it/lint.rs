//! The checks of `docker build --check`, as BuildKit says them: the corpus, with BuildKit's answers in
//! `corpus-expected-lint.jsonl` beside the folder that `MULTISTAGE_CORPUS` names, and small cases of their own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use multistage::{Dockerfile, Parsed, Report, check::Checker, layout::Part, resolve::Build};
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

/// A checker without the rules that stand for Docker's checks where both tell of one place.
fn dockers(build: Build) -> Checker {
    Checker::new()
        .build(build)
        .allow("same-env-reference")
        .allow("secret-in-run")
        .allow("arg-of-another-stage")
        .allow("undeclared-global-arg")
}

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
    dockers(build)
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

/// What is reported a file with small base images, by BuildKit's names; spelled as BuildKit has it.
#[track_caller]
fn told(text: &str, expected: &[(&str, usize)]) {
    told_with(dockers(Build::new().empty_bases()), text, expected);
}

#[track_caller]
fn told_with(checker: Checker, text: &str, expected: &[(&str, usize)]) {
    let parsed = Parsed::new(text);
    let report = parsed.check(&checker);
    assert!(!report.has_errors(), "{report}");
    let ours: Told = report
        .iter()
        .filter_map(|found| {
            let (line, _) = report.line_column(found.span().expect("a place").start);
            let name = found.rule.buildkit_name()?;
            Some((name.to_owned(), begin(&parsed, line)))
        })
        .collect();
    let expected: Told = expected
        .iter()
        .map(|(rule, line)| ((*rule).to_owned(), *line))
        .collect();
    assert_eq!(ours, expected, "{report}");
}

#[test]
fn names_of_stages() {
    told("FROM a AS X\n", &[("StageNameCasing", 1)]);
    told(
        "FROM a AS x\nFROM b AS x\nFROM c AS X\n",
        &[
            ("DuplicateStageName", 2),
            ("DuplicateStageName", 3),
            ("StageNameCasing", 3),
        ],
    );
    told("FROM a AS scratch\n", &[("ReservedStageName", 1)]);
    told(
        "FROM a AS Context\n",
        &[("ReservedStageName", 1), ("StageNameCasing", 1)],
    );
}

#[test]
fn casing_of_keywords() {
    told("from a as b\nrun x\n", &[]);
    told("from a AS b\n", &[("FromAsCasing", 1)]);
    // A FROM in both cases is not held against AS.
    told("From a aS b\n", &[("ConsistentInstructionCasing", 1)]);
    told(
        "From a\nrun x\nRUN y\n",
        &[
            ("ConsistentInstructionCasing", 1),
            ("ConsistentInstructionCasing", 2),
        ],
    );
    // Global ARGs do not count, and a trigger is an ONBUILD.
    told("arg A\narg B\nFROM a\nONBUILD run x\n", &[]);
    told("FROM a\nr\\\nun x\n", &[("ConsistentInstructionCasing", 2)]);
}

#[test]
fn variables() {
    told("FROM a\nENV B=${A:-x}\n", &[("UndefinedVar", 2)]);
    told("ARG A=1\nFROM a\nLABEL B=$A\n", &[("UndefinedVar", 3)]);
    told("FROM a\nARG A\nENV B=$A\nRUN $C\nEXPOSE $C\n", &[]);
    told(
        "FROM a\nCOPY <<E /x\n$A\nE\nCOPY <<'E' /x\n$A\nE\n",
        &[("UndefinedVar", 2)],
    );
    told("FROM a AS b\nENV A=1\nFROM b\nENV B=$A\n", &[]);
    told("FROM a:${V:-1}\n", &[("UndefinedArgInFrom", 1)]);
    told("ARG V\nFROM a:${V:-1}\n", &[]);
    let given = Build::new().empty_bases().arg("B", "a");
    told_with(
        Checker::new().build(given),
        "ARG B\nFROM $B\n",
        &[("InvalidDefaultArgInFrom", 2)],
    );
}

#[test]
fn triggers_are_told_where_they_run() {
    told("FROM a\nONBUILD ENV A $B\nONBUILD CMD x\n", &[]);
    told(
        "FROM a AS b\nONBUILD ENV A $B\nONBUILD CMD x\nFROM b\nCMD [\"y\"]\n",
        &[
            ("LegacyKeyValueFormat", 4),
            ("UndefinedVar", 4),
            ("JSONArgsRecommended", 4),
            ("MultipleInstructionsDisallowed", 4),
        ],
    );
    // The last stage does not need the one that triggers.
    told("FROM a AS b\nONBUILD ENV A $B\nFROM b\nFROM a\n", &[]);
}

#[test]
fn a_target_is_checked_with_what_it_needs() {
    let file = "FROM a AS b\nENV A $B\nFROM --platform=$TARGETPLATFORM a:1$V AS Z\nENV A $B\n";
    let target = |name: &str| Checker::new().build(Build::new().empty_bases().target(name));
    let of_from = [
        ("RedundantTargetPlatform", 3),
        ("UndefinedArgInFrom", 3),
        ("StageNameCasing", 3),
    ];
    let with = |line: usize| {
        let own = [("LegacyKeyValueFormat", line), ("UndefinedVar", line)];
        [&of_from[..], &own[..]].concat()
    };
    told_with(target("b"), file, &with(2));
}

#[test]
fn comments_set_checks_aside() {
    told(
        "FROM a\n# check=skip=LegacyKeyValueFormat\nENV A b\nENV A b\n",
        &[("LegacyKeyValueFormat", 4)],
    );
    told("FROM a\n# check=skip=all\n\nENV A b\n", &[]);
    // The first one counts, an empty comment parts, and an indented one does nothing.
    told(
        "FROM a\n# check=skip=x\n# check=skip=all\nENV A b\n",
        &[("LegacyKeyValueFormat", 4)],
    );
    told(
        "FROM a\n# check=skip=all\n#\nENV A b\n",
        &[("LegacyKeyValueFormat", 4)],
    );
    told("FROM a\n# check=skip=all\n  #\nENV A b\n", &[]);
    told(
        "FROM a\n  # check=skip=all\nENV A b\n",
        &[("LegacyKeyValueFormat", 3)],
    );
    told("FROM a\n# check=skip=all\nENV A \\\n#\n b\n", &[]);
    // The comments at the top belong to the first instruction.
    told("# hello\n# check=skip=all\n\nFROM a AS B\n", &[]);
    // The later one decides about the earlier one.
    told(
        "FROM a\n# check=skip=all\nCMD [\"a\"]\nCMD [\"b\"]\n",
        &[("MultipleInstructionsDisallowed", 3)],
    );
    told("FROM a\nCMD [\"a\"]\n# check=skip=all\nCMD [\"b\"]\n", &[]);
    // Of the file as a whole.
    told(
        "FROM a\n# check=skip=all\nrun x\n",
        &[("ConsistentInstructionCasing", 3)],
    );
    told("# check=skip=all\nFROM a\nrun x\n", &[]);
}

#[test]
fn descriptions() {
    let text = |comments: &str| format!("# check=experimental=all\n\nFROM a\n{comments}ARG A B\n");
    let found = |comments: &str, line: usize| {
        told(&text(comments), &[("InvalidDefinitionDescription", line)]);
    };
    told(&text(""), &[]);
    told(&text("# A is it\n"), &[]);
    told(&text("# C\n# B\n"), &[]);
    told(&text("# C\n#\n"), &[]);
    found("# C\n", 5);
    found("# A is it\n# C\n\n", 7);
    found("  # A is it\n", 5);
    found("  #\n", 5);
    told("# hi\nFROM a\n", &[]);
    told(
        "# check=experimental=all\n# x\n\nFROM a AS b\n",
        &[("InvalidDefinitionDescription", 4)],
    );
}

#[test]
fn lines_and_ports() {
    told(
        "FROM a\nRUN x \\\n\n\n y\nRUN <<E\n\nE\n",
        &[("NoEmptyContinuation", 2)],
    );
    told(
        "FROM a\nEXPOSE 80/TCP 1:2 :3\n",
        &[("ExposeProtoCasing", 2), ("ExposeInvalidFormat", 2)],
    );
    told(
        "FROM a\nWORKDIR x\nWORKDIR y\n",
        &[("WorkdirRelativePath", 2)],
    );
    told("FROM a AS b\nWORKDIR /x\nFROM b\nWORKDIR y\n", &[]);
    told(
        "FROM a\nARG KEY MY_TOKEN KEY_FILE\nENV Auth=1\n",
        &[("SecretsUsedInArgOrEnv", 2), ("SecretsUsedInArgOrEnv", 3)],
    );
    told("FROM a\nSHELL [\"x\"]\nCMD y\n", &[]);
    told(
        "FROM --platform=linux/arm64 a\n",
        &[("FromPlatformFlagConstDisallowed", 1)],
    );
    told("FROM --platform=linux/arm64 a AS tools-arm64\n", &[]);
}

/// Each edit alone takes its finding away and brings no other; all together give the text.
#[track_caller]
fn edited(text: &str, expected: &str) {
    let checker = Checker::new().build(Build::new().empty_bases());
    let check = |text: &str| Parsed::new(text).check(&checker);
    let rules = |report: &Report| {
        let mut rules: Vec<&str> = report.iter().map(|found| found.rule.id).collect();
        rules.sort_unstable();
        rules
    };
    let report = check(text);
    let mut all = text.to_owned();
    let mut start = text.len() + 1;
    for found in report.diagnostics().iter().rev() {
        let Some(suggestion) = &found.suggestion else {
            continue;
        };
        let mut one = text.to_owned();
        one.replace_range(suggestion.span.clone(), &suggestion.replacement);
        let mut left = rules(&report);
        let at = left.iter().position(|rule| *rule == found.rule.id);
        left.remove(at.expect("it was found"));
        assert_eq!(rules(&check(&one)), left, "{one}");
        assert!(suggestion.span.end <= start);
        start = suggestion.span.start;
        all.replace_range(suggestion.span.clone(), &suggestion.replacement);
    }
    assert_eq!(all, expected);
}

#[test]
fn edits() {
    edited("FROM a AS Build\n", "FROM a AS build\n");
    edited("FROM a As  b\n", "FROM a AS  b\n");
    edited("FROM a\n  rUn   x\nRUN y\n", "FROM a\n  RUN   x\nRUN y\n");
    // FROM takes AS along.
    edited(
        "from  --platform=$BUILDPLATFORM a\tas b\nRUN x\n",
        "FROM  --platform=$BUILDPLATFORM a\tAS b\nRUN x\n",
    );
    edited("FROM a\nEXPOSE 53/UDP  80\n", "FROM a\nEXPOSE 53/udp  80\n");
    edited("FROM a\nENV A  b c\n", "FROM a\nENV A=\"b c\"\n");
    edited("FROM a\nLABEL a 'b\"' \n", "FROM a\nLABEL a=\"b\\\"\" \n");
    edited("FROM a\nENV A x:$PATH\n", "FROM a\nENV A=x:$PATH\n");
    edited(
        "FROM  --platform=$TARGETPLATFORM   a AS b\n",
        "FROM  a AS b\n",
    );
    edited(
        "FROM --platform=$TARGETPLATFORM \\\n  a\n",
        "FROM \\\n  a\n",
    );
}

#[test]
fn what_is_not_certain_is_not_edited() {
    for text in [
        "FROM a\nENV A b \\\n  c\n",
        "FROM a\nENV A \\\n# why\n  c\n",
        "FROM a\nARG P=80/UDP\nEXPOSE $P\n",
        "FROM a\nRUN x \\\n\n y\n",
    ] {
        let parsed = Parsed::new(text);
        let report = parsed.check(&Checker::new().build(Build::new().empty_bases()));
        assert_eq!(report.len(), 1, "{text}{report}");
        assert!(
            report.iter().all(|found| found.suggestion.is_none()),
            "{text}"
        );
    }
}

/// Without the flag, Docker would take the image for the platform of the build.
#[test]
fn a_platform_that_an_argument_sets_is_not_dropped() {
    let text = "ARG TARGETPLATFORM=linux/arm64\nFROM --platform=$TARGETPLATFORM a\n";
    let report = Parsed::new(text).check(&Checker::new());
    let found = report
        .iter()
        .find(|found| found.rule.id == "redundant-platform")
        .expect("Docker reports it too");
    assert!(found.suggestion.is_none() && found.labels.len() == 2);
    assert_eq!(report.fixed(), text);

    let text = "FROM --platform=$TARGETPLATFORM a\n";
    let build = || Build::new().arg("TARGETPLATFORM", "linux/arm64");
    let report = Parsed::new(text).check(&Checker::new().build(build()));
    assert_eq!(report.fixed(), text);
    let report = Parsed::new(text).check(&Checker::new());
    assert_eq!(report.fixed(), "FROM a\n");
}

#[test]
fn a_model_has_no_spelling() {
    let file = Dockerfile::parse("from a As B\nenv A b\nexpose 80/TCP\n").expect("a file");
    let report = file.check();
    let ids: Vec<&str> = report.iter().map(|found| found.rule.id).collect();
    assert_eq!(ids, ["uppercase-port-protocol"]);
    let suggestion = report.diagnostics()[0].suggestion.clone().expect("an edit");
    assert_eq!(suggestion.replacement, "80/tcp");
}

#[test]
fn what_we_print_is_good() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let files = [golden.clone(), golden.join("scenarios")]
        .into_iter()
        .flat_map(|folder| {
            let entries = std::fs::read_dir(folder).expect("a folder");
            entries.map(|entry| entry.expect("an entry").path())
        });
    let mut files: Vec<PathBuf> = files
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "Dockerfile")
        })
        .collect();
    files.sort();
    assert!(files.len() > 12);
    for path in files {
        let mut build = Build::new();
        if path.to_string_lossy().contains("windows") {
            build = build.platform("windows/amd64");
        }
        let text = std::fs::read_to_string(&path).expect("a file");
        let report = Parsed::new(&text).check(&Checker::new().build(build));
        assert!(report.is_empty(), "{}\n{report}", path.display());
    }
}
