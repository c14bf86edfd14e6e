//! What a `Checker` can be reported, and what the options of a file do.

use multistage::diagnostic::Diagnostic;
use multistage::{
    CheckDirective, Dockerfile, Parsed, Severity,
    check::{Checker, Finding, Group, Rule},
    layout::{At, Part},
    resolve::Build,
};

/// The rules that fire on a text, each with its severity.
#[track_caller]
fn found(checker: &Checker, text: &str) -> Vec<(&'static str, Severity)> {
    let parsed = Parsed::new(text);
    assert!(!parsed.report().has_errors(), "{}", parsed.report());
    let report = parsed.check(checker);
    let row = |found: &Diagnostic| (found.rule.id, found.severity());
    report.iter().map(row).collect()
}

const TEXT: &str = "FROM alpine\nMAINTAINER me\nCMD date\n";

#[test]
fn rules_are_set_aside_by_id() {
    let both = [
        ("deprecated-maintainer", Severity::Warning),
        ("shell-form-command", Severity::Warning),
    ];
    assert_eq!(found(&Checker::new(), TEXT), both);
    assert_eq!(
        found(&Checker::new().allow("deprecated-maintainer"), TEXT),
        both[1..]
    );
    // Unknown names set nothing aside.
    assert_eq!(
        found(&Checker::new().allow("MaintainerDeprecated"), TEXT),
        both
    );
}

#[test]
fn severities_are_changed_by_id() {
    let checker = Checker::new().severity("shell-form-command", Severity::Error);
    assert_eq!(
        found(&checker, TEXT),
        [
            ("deprecated-maintainer", Severity::Warning),
            ("shell-form-command", Severity::Error),
        ]
    );
    // What no position can hold stays an error.
    let mut file = Dockerfile::new();
    file.push(multistage::Stage::new("alpine").env("A", "x\ny"));
    let checker = Checker::new()
        .severity("unencodable-text", Severity::Warning)
        .allow("unencodable-text");
    assert!(file.check_with(&checker).has_errors());
}

#[test]
fn groups_are_switched_on() {
    let text = "FROM alpine AS app\nCMD [\"date\"]\n";
    assert!(found(&Checker::new(), text).is_empty());
    let ids: Vec<&str> = found(&Checker::new().group(Group::Pedantic), text)
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    assert!(ids.contains(&"unpinned-base"), "{ids:?}");
    let text = "# the program\nFROM alpine:3.22 AS app\nCMD [\"date\"]\n";
    assert!(found(&Checker::new(), text).is_empty());
    assert_eq!(
        found(&Checker::new().group(Group::Experimental), text)[0].0,
        "malformed-description"
    );
}

#[test]
fn options_of_the_file() {
    let skip = |options: &str| found(&Checker::new(), &format!("# check={options}\n{TEXT}"));
    assert_eq!(skip("skip=MaintainerDeprecated,JSONArgsRecommended"), []);
    assert_eq!(skip("skip=all"), []);
    // Names are compared as they are; ours count too.
    assert_eq!(skip("skip=maintainerdeprecated").len(), 2);
    assert_eq!(skip("skip=shell-form-command").len(), 1);
    let strict = skip("skip=JSONArgsRecommended;error=true");
    assert_eq!(strict, [("deprecated-maintainer", Severity::Error)]);
    // A rule that Docker does not have fails no build.
    let text = "# check=skip=all;error=true\nFROM alpine\nCOPY a b /c\n";
    assert_eq!(
        found(&Checker::new(), text),
        [("destination-without-slash", Severity::Warning)]
    );
    // The argument of the build takes the place of the directive.
    let checker =
        Checker::new().check_directive(CheckDirective::new().skip("MaintainerDeprecated"));
    let text = format!("# check=skip=all\n{TEXT}");
    assert_eq!(
        found(&checker, &text),
        [("shell-form-command", Severity::Warning)]
    );
}

#[test]
fn options_of_an_instruction() {
    let text = "FROM alpine\n# check=skip=MaintainerDeprecated\nMAINTAINER me\nMAINTAINER you\n";
    assert_eq!(found(&Checker::new(), text).len(), 1);
    // Indented, it is not a more than a comment.
    let text = "FROM alpine\n  # check=skip=MaintainerDeprecated\nMAINTAINER me\n";
    assert_eq!(found(&Checker::new(), text).len(), 1);
    // Text after a space is free, and `error` does not count here.
    let text = "FROM alpine\n# check=skip=all;error=true for now\nMAINTAINER me\n";
    assert_eq!(found(&Checker::new(), text), []);
    // For an instruction that is there again, the later one decides.
    let text =
        "FROM alpine\nCMD [\"a\"]\n# check=skip=MultipleInstructionsDisallowed\nCMD [\"b\"]\n";
    assert_eq!(found(&Checker::new(), text), []);
}

#[test]
fn errors_that_docker_would_accept() {
    let mut file = Dockerfile::new();
    file.push(multistage::Stage::new("scratch").copy_from(
        multistage::StageName::new("x"),
        "/a",
        "/b",
    ));
    assert!(file.check().has_errors());
    assert!(
        !file
            .check_with(&Checker::new().allow("unknown-stage"))
            .has_errors()
    );
    // Only what the file itself allows changes what is rendered.
    assert!(file.render().is_err());
}

static LATEST: Rule = Rule::new("moving-tag", Severity::Error, "a tag that moves");

#[test]
fn rules_of_your_own() {
    let checker = Checker::new().rule(&LATEST, |file, resolved| {
        assert_eq!(file.stages().len(), resolved.stages().len());
        let moving = resolved.stages().iter().filter(|stage| {
            resolved
                .images(stage.index())
                .iter()
                .any(|image| image.ends_with(":latest"))
        });
        let found = moving.map(|stage| {
            Finding::new(At::From(stage.index()), Part::Base, "the tag moves")
                .help("write a version")
        });
        found.collect()
    });
    let text = "ARG TAG=latest\nFROM alpine:$TAG\n";
    assert_eq!(found(&checker, text), [("moving-tag", Severity::Error)]);
    assert!(found(&checker.build(Build::new().arg("TAG", "3.22")), text).is_empty());
}

#[test]
fn only_what_the_target_needs_is_expanded() {
    let text = "FROM scratch AS a\nARG P=x\nEXPOSE $P\nFROM scratch AS b\n";
    assert_eq!(found(&Checker::new(), text)[0].0, "invalid-expanded-value");
    let target = |name: &str| Checker::new().build(Build::new().target(name));
    assert!(found(&target("b"), text).is_empty());
    assert_eq!(found(&target("a"), text).len(), 1);
    assert_eq!(found(&target("c"), text)[0].0, "invalid-expanded-value");
}

/// Docker's check speaks of the defaults, the build of what it was given: one finding for one mistake.
#[test]
fn a_base_that_needs_an_argument_is_one_warning() {
    for text in ["ARG A\nFROM $A\nUSER 1\n", "ARG A\nFROM php:${A}-alpine\n"] {
        assert_eq!(
            found(&Checker::new(), text),
            [("invalid-default-base", Severity::Warning)],
            "{text}"
        );
    }
    let given = Checker::new().build(Build::new().arg("A", "").arg("B", "1"));
    let errors = |text: &str| {
        let found = found(&given, text).into_iter();
        found
            .filter(|(_, severity)| *severity == Severity::Error)
            .count()
    };
    assert_eq!(errors("ARG A\nFROM $A\n"), 1);
    assert_eq!(errors("ARG A=alpine\nFROM $A\n"), 1);
    assert_eq!(errors("ARG A\nARG B\nFROM $A:$B\n"), 1);
}

#[test]
fn every_edit_is_applied_once() {
    let text = "from alpine as Base\nenv A 1\nEXPOSE 80/TCP\ncopy a b /c\n";
    let report = Parsed::new(text).check(&Checker::new());
    let fixed = report.fixed();
    assert_eq!(
        fixed,
        "from alpine as base\nenv A=1\nexpose 80/tcp\ncopy a b /c/\n"
    );
    let again = Parsed::new(&fixed).check(&Checker::new());
    assert!(again.is_empty(), "{again}");
    assert_eq!(again.fixed(), fixed);
}
